tpl = נוסחים לאישור
tpl-level-off = אין כאן כלל שדורש נוסחים מאושרים. אפשר לבדוק נוסח גם כך; הבקשה ״template״ הופכת זאת לחובה.
tpl-level-warn = נוסחים שלא אושרו נשלחים, והדבר נרשם.
tpl-level-insert = נוסחים שלא אושרו נשלחים, והדבר נרשם.
tpl-level-require = נשלחים רק נוסחים מאושרים: דיוור בלי נוסח מאושר אינו יוצא, והודעה בודדת ממתינה לאדם.
tpl-level-enforce = נשלחים רק נוסחים מאושרים: דיוור בלי נוסח מאושר אינו יוצא, והודעה בודדת ממתינה לאדם.
tpl-waiting = { $n ->
    [0] שום נוסח אינו ממתין
    [one] נוסח אחד ממתין להחלטה
   *[other] { $n } נוסחים ממתינים להחלטה
}
tpl-none = אין על מה להחליט
tpl-none-says = נוסח שרוצים לשלוח שוב ושוב מובא לכאן פעם אחת, ואדם נוסף בודק אותו.
tpl-decided = הוחלט
tpl-is-waits = ממתין
tpl-is-approved = מאושר
tpl-is-expired = פג תוקפו
tpl-is-refused = נדחה
tpl-is-ended = הסתיים
tpl-asked-by = ביקש { $who }, { $at }
tpl-decided-by = החליט { $who }
tpl-until = בתוקף עד { $day }
tpl-second = אדם אחר מחליט על מה שביקשתם.
tpl-note = הערה; בדחייה חובה לנמק
tpl-reference = מספר במרשם הציבורי
tpl-approve = לאשר
tpl-refuse = לדחות
tpl-end = לסיים את האישור
tpl-ask = לבקש אישור
tpl-text = הנוסח
tpl-text-help = מקומות שמשתנים מאדם לאדם כתובים בסוגריים מסולסלים כפולים, כמו { "{{first_name}}" }. ערך הוא עד 60 תווים וללא כתובת אתר.
tpl-class = מה זה
tpl-class-marketing = פרסומת
tpl-class-political = פוליטי
tpl-class-service = שירות
tpl-class-transactional = על הזמנה או תור
tpl-class-otp = קוד חד־פעמי
tpl-class-emergency = חירום
tpl-class-conversational = תשובה
tpl-class-control = תשובה שלנו
tpl-country = מדינת המרשם
tpl-country-help = שתי אותיות; ריק לכל מקום.
said-tpl-asked = ממתין לאדם נוסף
said-tpl-approved = אושר
said-tpl-refused = נדחה
said-tpl-ended = האישור הסתיים
