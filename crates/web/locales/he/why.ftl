# למה קלט נדחה, ומה נעשה.
why-required = שדה חובה.
why-too-long = ארוך מדי.
why-taken = כבר קיים.
why-invalid = לא ניתן לקריאה כך.
why-unknown = אין דבר כזה.
why-empty = אין בה איש.
why-repeated = מופיע פעמיים.
why-too-many = יותר מדי.
why-not-a-number = זה לא מספר טלפון.
why-not-an-address = זו לא כתובת דואר אלקטרוני.
why-not-a-country = אין מדינה כזאת.
why-not-a-zone = אין אזור זמן כזה.
why-not-a-language = אין כאן שפה כזאת.
why-too-short = קצרה מדי: לפחות 10 תווים.
why-too-simple = קל מדי לנחש.
why-not-for-campaigns = סוג כזה לא נשלח לרשימה.
why-sender-implausible = שולח הוא מספר, או שם של עד 11 אותיות לועזיות וספרות.
why-bad-merge-field = שדה בטקסט אינו ניתן לקריאה. שדות נכתבים כך: {"{{"}first_name{"}}"}.
why-too-many-parts = הטקסט דורש יותר חלקים מהמותר.
why-unknown-kind = אין סוג חיבור כזה.
why-unknown-connector = אין חיבור כזה.
why-invalid-setting = אי אפשר להשתמש בהגדרה הזאת.
why-name-invalid = אותיות לועזיות, ספרות, מקפים ונקודות, עד 40.
why-system-id-invalid = עד 15 אותיות, ספרות או סימנים, בלי רווחים.
why-system-id-taken = לקוח אחר מתחבר בשם הזה.
why-password-invalid = 4 עד 64 אותיות, ספרות או סימנים, בלי רווחים.
why-allow-invalid-setting = “{ $what }” אינו כתובת או טווח. יש לכתוב 192.0.2.7 או 10.0.0.0/8.
why-from-invalid-setting = “{ $what }” אינו שולח: יש לכתוב מספר, או שם של עד 11 סימנים.
why-services-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב סוג שירות, סימן = וסוג הודעה, כמו OTP=otp.
why-number-invalid = מספר קצר, או מספר עם קידומת מדינה, כמו ‎+972541234567.
why-prefix-taken = כבר קיים מסלול עם התנאים האלה.
why-list-required = יש לבחור רשימה.
why-text-required = יש לכתוב טקסט.
why-already-launched = הקמפיין כבר יצא; שום דבר לא נשלח פעמיים.
why-already-live = סביבת העבודה כבר פעילה.
why-already-set-up = ההקמה כבר נעשתה.
why-changed-meanwhile = מישהו אחר שינה בינתיים. הטקסט שלך עדיין כאן; אפשר לשמור שוב.
why-in-use = מסלול או מספר עדיין מובילים אליו.
why-last-owner = הבעלים האחרון נשאר.
why-messages-wait = הודעות עדיין ממתינות בו.
why-no-simulator = הסימולטור אינו פועל.
why-not-in-test-mode = רק במצב ניסיון.
why-not-paused = הוא אינו מושהה.
why-not-running = הוא כבר אינו פועל.
why-not-suspected = אין בכך צורך בהחלטה.
why-simulator-stays = הסימולטור נשאר.
why-test-key-in-live-workspace = מפתח ניסיון לא שולח דבר בסביבה פעילה.
said-saved = נשמר
said-sent = נשלח. ההודעה יוצאת כעת.
said-paused = הושהה. שום דבר נוסף לא יוצא.
said-resumed = ממשיך.
said-launched = יצא לדרך. הקהל נקבע.
said-key-revoked = המפתח כבר לא פותח דבר
said-connection-added = החיבור נוסף, מתחבר
said-reconnecting = מתחבר מחדש
said-switched-on = הופעל
said-switched-off = כובה
said-added = נוסף
said-removed = הוסר
said-live = פעיל: מעכשיו ההודעות מגיעות לטלפונים אמיתיים
said-not-now = זה לא אפשרי כעת
said-not-sent = לא נשלח
said-not-count = הקהל השתנה מאז. כדאי לבדוק שוב ואז לשלוח.
said-sent-again = { $n ->
    [one] הודעה אחת יוצאת שוב
    [two] 2 הודעות יוצאות שוב
   *[other] { $n } הודעות יוצאות שוב
}
said-not-all-again = { $n ->
    [0] אי אפשר היה לשלוח שוב: כלל מונע זאת
    [one] הודעה אחת יוצאת שוב; כלל מונע את האחרות
    [two] 2 הודעות יוצאות שוב; כלל מונע את האחרות
   *[other] { $n } הודעות יוצאות שוב; כלל מונע את האחרות
}
said-let-be = { $n ->
    [one] הודעה אחת נשארת כמות שהיא
    [two] 2 הודעות נשארות כמות שהן
   *[other] { $n } הודעות נשארות כמות שהן
}
said-given-up = { $n ->
    [one] הודעה אחת נספרת ככישלון
    [two] 2 הודעות נספרות ככישלון
   *[other] { $n } הודעות נספרות ככישלון
}
said-stopped = { $n ->
    [0] נעצר. כבר לא המתין דבר.
   *[other] נעצר. { $n } לא יישלחו.
}
country-ar = ארגנטינה
country-at = אוסטריה
country-ch = שווייץ
country-cl = צ׳ילה
country-co = קולומביה
country-cz = צ׳כיה
country-de = גרמניה
country-es = ספרד
country-fr = צרפת
country-gb = בריטניה
country-hu = הונגריה
country-ie = אירלנד
country-il = ישראל
country-it = איטליה
country-kz = קזחסטן
country-mx = מקסיקו
country-nl = הולנד
country-pl = פולין
country-pt = פורטוגל
country-ro = רומניה
country-ru = רוסיה
country-ua = אוקראינה
country-us = ארצות הברית
country-uy = אורוגוואי
zone-of-country = כמקובל במדינה
said-timeline = מה קרה לה
why-already-begun = הייבוא כבר התחיל.
why-already-ended = הוא הסתיים.
why-bad-date = יש לכתוב את היום כך: 2026-03-14.
why-bad-name = שם שדה מורכב מאותיות, ספרות ו־_.
why-in-the-future = היום הזה עוד לא הגיע.
why-invalid-number = זה לא מספר תקין.
why-not-mobile = זה לא מספר נייד.
why-not-kept = הקובץ כבר לא כאן. יש לבחור אותו שוב.
why-too-large = הקובץ גדול מ־2 GB.
why-consent-date-required = יש לומר באיזה יום ניתנה ההסכמה.
why-consent-source-required = יש לומר איפה ניתנה ההסכמה.
said-left = נרשם: פרסום לא יישלח לשם עוד
said-not-allowed = האדם סירב; רק הוא יכול לחזור בו
why-not-restored = אין שחזור שממתין להחלטה.
why-sent-log-not-whole = יומן השליחה אינו שלם: לא ידוע כל מה שיצא. אשרו שמותר לחזור על שליחה, או השאירו בהמתנה.
why-registry-unknown = אף חבילה שבתוקף אינה מכירה רשימה כזו.
why-source-required = יש לומר מאין הגיעה הרשימה.
why-as-of-invalid = היום שהרשימה נכונה לו, לא יום שטרם הגיע.
why-file-no-number = אין בו אף מספר. הרשימה נשארת כפי שהייתה.
why-needs-a-second-person = מי שביקש אותו אינו מאשר אותו.
why-generic = הוא לא אומר מי כותב.
why-protected = זה, או נראה כמו, שם של מישהו אחר.
why-character = אותיות a עד z, ספרות, רווחים או ‎- _ . &
why-digits = רק ספרות: זה ייראה כמו מספר.
why-no-letter = אין בו אות.
why-until-required = להקלה דרוש תאריך סיום בתוך שנה.
why-reason-required = כתבו למה.
why-a-newer-list-counts = בתוקף עותק חדש יותר של הרשימה, והוא נשאר. הקובץ הזה לא נקרא. בחרו עותק מיום מאוחר יותר.
why-no-number = אין בקובץ הזה אף מספר טלפון. הרשימה נשארת בתוקף כפי שהייתה. בחרו את הקובץ שבו המספרים, אחד בכל שורה.
why-already-undone = זה כבר הוחזר. דבר לא השתנה פעם נוספת. טענו את הדף מחדש כדי לראות את המצב.
why-not-over = זה עדיין בעבודה, או שכבר הוחזר. דבר לא השתנה. חכו לסיום, ואז החזירו.
why-not-stale = המספר הזה כבר לא ממתין להחלטה. דבר לא השתנה. טענו את הדף מחדש כדי לראות מי ממתין.
why-not-undoable = אי אפשר להחזיר: זה עדיין בעבודה, כבר הוחזר, או שעבר הזמן לכך. דבר לא השתנה. מה שאינכם רוצים אפשר לשנות אדם אחר אדם.
why-number-taken = המספר כבר שייך לאדם אחר, ולכן השניים נשארים אחד. דבר לא השתנה. שנו קודם את המספר של אותו אדם ונסו שוב.
why-page-too-old = הדף היה פתוח זמן רב מדי. דבר לא השתנה. טענו אותו מחדש ולחצו שוב על הכפתור.
why-refused-since = האדם סירב שוב אחרי היום שבקובץ. דבר לא השתנה. הסירוב נשאר.
why-no-reply-path = מי שנשאל חייב להיות מסוגל לענות. דבר לא השתנה. הוסיפו מספר שמקבל הודעות והתחילו שוב.
why-forbidden = הכללים של המדינה הזאת אינם מתירים זאת. דבר לא השתנה. דף החוק מציג את החבילה שקובעת כך.
why-already-asking = השאלה הזאת כבר נשלחת. דבר לא השתנה. המתינו עד שתצא.
why-already-over = הסבב הזה כבר הסתיים. דבר לא השתנה. טענו את הדף מחדש כדי לראות את התוצאה.
why-already-decided = כבר הוחלט על כך. דבר לא השתנה. טענו את הדף מחדש כדי לראות את המצב.
