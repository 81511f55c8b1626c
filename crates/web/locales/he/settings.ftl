# הגדרות ומפתחות API.
theme-system = לפי המערכת
theme-light = בהיר
theme-dark = כהה
settings-workspace = סביבת העבודה
settings-language-help = לתשובות אוטומטיות, ולמי שלא בחר שפה.
settings-own = השפה והמראה שלך
settings-theme = מראה
settings-is-test = מצב ניסיון
settings-is-live = שליחה אמיתית
settings-live-says = מכאן והלאה ההודעות יוצאות לטלפונים אמיתיים דרך החיבורים שלך. אנשי הקשר, הטקסטים וההגדרות נשארים.
settings-live-on = ההודעות יוצאות דרך החיבורים שלך.
settings-missing = { $n ->
    [one] חסר שלב אחד
    [two] חסרים 2 שלבים
   *[other] חסרים { $n } שלבים
}
settings-step-connection = חיבור למפעיל פעיל
settings-step-sender = קיים שולח או מספר
keys-under = תוכנות שולחות וקוראות בעזרת מפתח. כל סוד מוצג פעם אחת.
keys-name = שם
keys-name-help = לאיזו תוכנה הוא מיועד.
keys-test = מפתח ניסיון: כל מה שהוא שולח מדומה
keys-new = מפתח חדש
keys-make = יצירת מפתח
keys-fresh = יש להעתיק את הסוד כעת
keys-fresh-says = הוא אינו נשמר בצורה קריאה ולא ניתן להציגו שוב.
keys-example = בקשה לדוגמה
keys-secret = סוד
keys-kind = סוג
keys-made = נוצר
keys-used = שימוש אחרון
keys-never = אף פעם
keys-revoke = ביטול
keys-empty = אין עדיין מפתחות
keys-empty-says = מפתח מאפשר לתוכנה שלך לשלוח הודעות ולקרוא תשובות.

ring = המפתחות של ההתקנה
ring-says = סירובים נשמרים כטביעות שרק המפתחות האלה יכולים להפיק. הם נמצאים מחוץ למסד הנתונים ומחוץ לכל גיבוי: בלעדיהם אי אפשר לזהות מי שסירב.
ring-keys = מפתחות למספרים
ring-count = { $n ->
    [one] מפתח אחד
   *[other] { $n } מפתחות; החדש קובע, והאחרים נשמרים
}
ring-renewed = המפתח החדש נוסף
ring-exported = יוצא לאחרונה
ring-is-exported = קיים עותק מוצפן
ring-not-exported = אין עותק מוצפן של המפתח החדש
ring-left = תחת מפתח קודם
ring-left-says = { $n ->
    [0] כלום
    [one] סירוב אחד, של מספר שאיש כבר אינו מכיר; הוא נשמר
   *[other] { $n } סירובים, של מספרים שאיש כבר אינו מכיר; הם נשמרים
}
ring-export-says = הפיקו עותק מוצפן בשרת, ושמרו אותו בנפרד מהגיבויים:
ring-rotate-says = הוסיפו מפתח חדש כשייתכן שמישהו ראה את הישן. השרת עוצר בינתיים; הסירובים נשארים בתוקף:
