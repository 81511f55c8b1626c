# אנשים, אדם אחד, רשימות.
save = שמירה
no-name = ללא שם
first-name = שם פרטי
last-name = שם משפחה
col-text = טקסט
col-status = מצב
contacts-under = ל־{ $may } מותר לשלוח, { $left } הוסרו, { $unknown } לא ידוע
contacts-import = ייבוא
contacts-add = הוספת אדם
contacts-empty = אין עדיין אנשים
contacts-empty-says = כאן נמצאים כל מי שכותבים אליהם, עם ההוכחה שמותר. אפשר להביא את הרשימה מאקסל.
contacts-any-list = כל הרשימות
contacts-any-may = כל ההרשאות
contacts-search = שם או מספר
contacts-find = חיפוש
contacts-list = רשימה
contacts-no-list = ללא רשימה
contacts-lists = רשימות
contacts-may = מותר לשלוח
contacts-name = שם
contacts-number = מספר
contacts-number-help = מספר נייד, כפי שכותבים אותו.
contacts-last-out = הודעה אחרונה
contacts-last-in = תשובה אחרונה
contacts-table = אנשים, טבלה
contacts-none = לא נמצא איש
contacts-none-says = אין התאמה. אפשר לחפש חלק משם, או את הספרות האחרונות של המספר.
contacts-all = כולם
contacts-add-consent = האדם הזה ביקש לקבל הודעות, היום, פנים אל פנים
contacts-add-save = הוספת האדם
person-thread = פתיחת השיחה
person-write = כתיבה
person-stop = הפסקת שליחה
person-wrote = התקבלה
person-messages = הודעות
person-messages-none = עדיין לא נכתב דבר.
person-proof = ההרשאה, ואיך היא ידועה
person-proof-none = אין תיעוד: פרסום לא נשלח לאדם הזה.
person-gave = ניתנה הסכמה
person-took = התבקשה הסרה
person-details = פרטים
person-no-lists = לא נמצא באף רשימה
person-consent-says = לתעד רק אם האדם ביקש הודעות מאת { $business }.
person-consent = תיעוד הסכמה שניתנה פנים אל פנים
lists-heading = { $n ->
    [0] אין עדיין רשימות
    [one] רשימה אחת
    [two] 2 רשימות
   *[other] { $n } רשימות
}
lists-under = רשימה היא קבוצה קבועה. אדם יכול להיות בכמה רשימות.
lists-name = שם הרשימה
lists-made = נוצרה
lists-do = פעולה
lists-write = כתיבה אליה
lists-empty = אין עדיין רשימות
lists-empty-says = ייבוא יכול ליצור רשימה, ואפשר גם לתת לה שם כאן.
lists-new = רשימה חדשה
lists-make = יצירת רשימה
method-mo-keyword = השיבו במילת הסרה או הצטרפות
method-link = דרך הקישור בהודעה
method-form = מולא טופס
method-staff = נרשם על ידי מישהו מאיתנו
method-import = מקובץ שיובא
method-api = דווח על ידי תוכנה
method-carrier = דווח על ידי המפעיל
method-reconfirm = נשאל שוב ולא ענה
