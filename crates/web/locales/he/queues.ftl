# מה ממתין, ומה מעכב.
queue-of = מה ממתין
queue-drain = יתרוקן תוך
queues-heading = { $n ->
    [0] דבר אינו ממתין
    [one] הודעה אחת ממתינה
    [two] 2 הודעות ממתינות
   *[other] { $n } הודעות ממתינות
}
queues-oldest = הוותיקה ממתינה { $age }.
queues-later = הכול למועד מאוחר יותר.
queues-none-says = הכול נמסר למפעיל.
queues-all = כל החיבורים
lane-drain = יתרוקן תוך
lane-paused = { $n } מושהות
lane-says = { $n ->
    [one] אחת ממתינה
    [two] 2 ממתינות
   *[other] { $n } ממתינות
}
lane-says-oldest = הוותיקה { $age }
limit-nothing = דבר אינו מעכב
limit-nothing-says = הקצב הוא קצב השמירה והתשובות.
limit-pace = המגבלה שנקבעה
limit-pace-says = מגבלת החלקים לשנייה של החיבור מנוצלת במלואה.
limit-window = החלון
limit-window-says = כל החלקים שמותר לפתוח ממתינים לתשובת המפעיל. חלון גדול יותר, אם המפעיל מרשה, מהיר יותר.
limit-throttled = המפעיל
limit-throttled-says = המפעיל מבקש להאט. הכול נשאר במקומו וממשיך מעצמו.
limit-link-down = אין חיבור
limit-link-down-says = דבר אינו אובד: ההודעות יוצאות ברגע שהחיבור פעיל.
limit-disabled = כבוי
limit-disabled-says = החיבור כובה בידי אדם.
limit-paused = מושהה בידי אדם
limit-paused-says = מה שממתין הושהה ונשאר במקומו עד להמשך.
limit-later = המועד טרם הגיע
limit-later-says = ממתין לניסיון הבא או למועד שנקבע.
streams = של מי
streams-what = קמפיין או סוג
streams-do = פעולות
streams-search = שם של קמפיין
streams-sort = סדר
streams-oldest = הממתינים הכי הרבה זמן
streams-deepest = הכי הרבה ממתינות
streams-newest = החדשים
streams-show = הצגה
streams-not-found = לאף קמפיין בשם הזה אין הודעות ממתינות.
pager-of = { $from } עד { $to } מתוך { $all }
streams-none = אין ממתינים
streams-none-says = כאן עומדים קמפיינים והודעות אחרות שממתינים, שורה לכל אחד.
stream-running = ממשיך
stream-paused = מושהה
stream-stopped = נעצר
stream-held = מוחזק, נדרשת החלטה
stream-pause = השהיה
stream-pause-named = השהיה: { $name }
stream-resume = המשך
stream-resume-named = המשך: { $name }
stream-stop = עצירה
stream-stop-named = עצירה: { $name }
connection-heard = סימן חיים אחרון לפני { $age }.
connection-stale = אין סימן חיים כבר { $age }
connection-never = מעולם לא נשמע
link-hint-host = כדאי לבדוק את המארח: אין שם כזה.
link-hint-port = כדאי לבדוק מארח ופורט: איש אינו מאזין שם.
link-hint-wall = כדאי לבדוק את הכתובת, ולשאול את המפעיל אם הכתובת שלכם מורשית.
link-hint-password = כדאי לבדוק System ID, סיסמה ו־System type מול המפעיל.
link-hint-sessions = כדאי לשאול את המפעיל כמה קישורים מותרים; להפחית קישורים.
link-hint-cut = החיבור נבנה מחדש מעצמו. אם זה חוזר, כדאי לשאול את המפעיל.
link-hint-protocol = כדאי לבדוק פורט ו־TLS: מה שעונה שם אינו דובר SMPP.
link-hint-certificate = כדאי לבקש מהמפעיל את טביעת האצבע של האישור שלו, ולהגדיר מי חתם, את הטביעה או את השם.
link-hint-process = התוכנה אינה פועלת. להפעלה: sendword serve
link-card-locked = כרטיס ה־SIM נעול
link-waits = ההודעות ממתינות כאן ויוצאות מעצמן כשהחיבור חוזר.
queues-idle = באלה דבר אינו ממתין
link-literally = מילה במילה:
link-said-host = מחשב בשם הזה אינו מוכר.
link-said-port = המחשב קיים, ואיש אינו מאזין בפורט הזה.
link-said-wall = דבר אינו חוזר מהכתובת הזאת.
link-said-password = המפעיל אינו מקבל את השם או את הסיסמה.
link-said-sessions = המפעיל אינו מכניס חיבור נוסף.
link-said-cut = החיבור נקטע.
link-said-protocol = מה שעונה שם מדבר שפה אחרת.
link-said-certificate = מה שעונה שם מציג אישור שאינו מהימן.
link-said-process = התוכנה אינה פועלת.
link-said-pin = כרטיס ה־SIM נעול: ה־PIN חסר, או נדחה.
link-said-puk = כרטיס ה־SIM נעול ומבקש PUK.
link-said-card = כרטיס ה־SIM חסר, או אינו פועל.
link-said-plug = המודם אינו שם, או אינו עונה.
link-said-network = למודם אין רשת.
link-said-pair = אף טלפון לא צומד.
link-said-silent = הטלפון אינו שואל עוד.
