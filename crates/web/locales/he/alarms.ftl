# מה לא תקין, מה נשמר, מה לעשות.
nav-alarms = התראות
nav-alarms-new = { $n ->
    [one] התראה חדשה אחת
    [two] שתי התראות חדשות
   *[other] { $n } התראות חדשות
}
alarms-heading = { $n ->
    [0] הכול תקין
    [one] דבר אחד אינו תקין
    [two] שני דברים אינם תקינים
   *[other] { $n } דברים אינם תקינים
}
alarms-under = מה שהמערכת מצאה בעצמה, ומה עלה בגורלו. התראה נגמרת כשהסיבה שלה נעלמת.
alarms-none = הכול תקין
alarms-none-says = כאן מופיע מה שדורש טיפול: חיבור שאינו מעביר, קמפיין שנעצר, דיסק מלא.
alarms-past = לאחרונה
alarm-new = חדשה
alarm-known = ידועה מאז { $when }
alarm-since = מאז { $when }, כבר { $age }.
alarm-kept = מה נשמר
alarm-do = מה לעשות
alarm-know = ידוע לי
alarm-what = מה
alarm-began = התחילה
alarm-ended = נגמרה
alarm-lasted = נמשכה
alarm-open-campaign = לקמפיין
alarm-open-connection = לחיבור
said-alarm-known = נרשם. ההתראה נשארת כאן עד שהסיבה שלה תיעלם.
alarm-circuit-open = החיבור { $name } דוחה את רוב ההודעות
alarm-circuit-open-kept = מה שנדחה לעת עתה ממתין במקומו; הודעה אחת בכל פעם נבדקת עד שתתקבל.
alarm-circuit-open-do = לבדוק מה נדחה לאחרונה ולשאול את המפעיל. הודעות שיש להן מסלול אחר עוברות אליו מעצמן.
alarm-campaign-halted = הקמפיין „{ $name }” נעצר: המפעיל דוחה אותו
alarm-campaign-halted-kept = מי שההודעה עוד לא הגיעה אליו ממתין במקומו. דבר לא יוצא עד שהקמפיין ממשיך.
alarm-campaign-halted-do = לתקן את מה שהמפעיל דוחה, לרוב את שם השולח, ואז להמשיך את הקמפיין.
alarm-auth-failed = החיבור { $name } דוחה את השם או הסיסמה שלנו
alarm-auth-failed-kept = הכול ממתין במקומו. הניסיונות נדירים, כדי שהחשבון לא יינעל.
alarm-auth-failed-do = לבדוק עם המפעיל את System ID, הסיסמה ו־System type.
alarm-card-locked = כרטיס ה־SIM של { $name } נעול
alarm-card-locked-kept = הכול ממתין במקומו. שום PIN לא מוזן שוב מעצמו, כדי שהכרטיס לא ייחסם.
alarm-receipt-ids = החיבור { $name } כותב את מספרי ההודעות שלו בכמה דרכים
alarm-receipt-ids-kept = כל דיווח נשמר. מה שאינו מתאים לאף הודעה ממתין לה.
alarm-receipt-ids-do = לבקש מהמפעיל לכתוב אותם באותה דרך בתשובות ובדיווחים.
alarm-link-down = החיבור { $name } אינו מעביר
alarm-link-down-kept = הכול ממתין במקומו, ויוצא ברגע שהחיבור חוזר.
alarm-link-down-do = החיבור מנסה שוב מעצמו. בדף שלו כתוב מה קרה לאחרונה.
alarm-disk-short = הדיסק כמעט מלא: נותרו { $n } MiB
alarm-disk-short-kept = מה שהתקבל שמור, וגם תוצאותיו נרשמות. תחילה ממתינים קמפיינים, ואחר כך לא מתקבל דבר חדש.
alarm-disk-short-do = לפנות מקום, או להעביר את הנתונים לדיסק גדול יותר.
alarm-clock-wrong = השעון קפץ ב־{ $n } שניות, או מפגר
alarm-clock-wrong-kept = דבר לא פג ודבר לא מתחיל מוקדם בגלל זה.
alarm-clock-wrong-do = לכוון את השעון. אם הוא נכון, לאשר זאת:
alarm-keys-unsafe = קובצי המפתחות חסרים, או שאחרים יכולים לקרוא אותם
alarm-keys-unsafe-kept = ההודעות והאנשים נמצאים במסד הנתונים כשהיו.
alarm-keys-unsafe-do = להחזיר אותם מהעותק, או להשאיר אותם קריאים לבעליהם בלבד. עוד פרטים:
alarm-keys-not-exported = המפתחות מעולם לא יוצאו
alarm-keys-not-exported-kept = דבר עוד לא אבד. אם הדיסק הזה יאבד, שום גיבוי לא ייפתח, ומי שסירבו לא יזוהו.
alarm-keys-not-exported-do = לכתוב אותם למקום בטוח, חתומים במשפט סיסמה:
alarm-urgent-waits = הודעה דחופה ממתינה יותר מדקה
alarm-urgent-waits-kept = היא יוצאת לפני הכול, או פגה לפי תוקפה.
alarm-urgent-waits-do = בתורים כתוב מה מעכב אותה.
alarm-store-slow = האחסון אינו עומד בקצב
alarm-store-slow-kept = מה שהתקבל נמצא בדיסק. עבודה חדשה נענית באיחור, או מתבקשת לחזור.
alarm-store-slow-do = לבדוק מה עוד משתמש בדיסק. עוד פרטים:
alarm-orphan-receipts = { $n ->
    [one] דיווח אחד אינו שייך לאף הודעה
    [two] שני דיווחים אינם שייכים לאף הודעה
   *[other] { $n } דיווחים אינם שייכים לאף הודעה
}
alarm-orphan-receipts-kept = הם נשמרים שבעה ימים ומותאמים ברגע שההודעה שלהם ידועה.
alarm-orphan-receipts-do = אולי תוכנה אחרת משתמשת באותו חשבון אצל המפעיל, או שהאחסון הזה הוא עותק ישן.
alarm-jobs-failed = { $n ->
    [one] עבודת רקע אחת נכשלת
    [two] שתי עבודות רקע נכשלות
   *[other] { $n } עבודות רקע נכשלות
}
alarm-jobs-failed-kept = הן מנסות שוב מעצמן; מה שכבר עשו נשאר עשוי.
alarm-jobs-failed-do = ביומן כתוב למה. עוד פרטים:
alarm-held-after-restore = שחזור ממתין להחלטה
alarm-held-after-restore-kept = מה שהמתין כשנעשה הגיבוי מוחזק, כדי שדבר לא ייצא פעמיים.
alarm-held-after-restore-do = לבדוק מה מוחזק, ולשחרר את מה שיכול לצאת.
