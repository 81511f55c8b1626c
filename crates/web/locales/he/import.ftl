# ייבוא.
import-title = ייבוא אנשים
import-heading = ייבוא אנשים
import-heading-running = הייבוא מתבצע
import-heading-done = { $n ->
    [one] אדם אחד נשמר
    [two] 2 אנשים נשמרו
   *[other] { $n } אנשים נשמרו
}
import-heading-stopped = הייבוא נעצר באמצע
import-under = עד שלב 4 שום דבר לא נשמר.
import-file = קובץ
import-choose = בחירת קובץ
import-drop-here = או לגרור אותו לכאן
import-kinds = XLSX, CSV, TXT, כפי שאקסל יצר: בכל קידוד ובכל מפריד.
import-read = קריאת הקובץ
import-earlier = ייבואים קודמים
import-change-file = החלפת הקובץ
import-columns = עמודות
import-columns-says = זוהו לפי התוכן; אפשר לשנות כל אחת
import-rules = כללים
import-check = בדיקה וייבוא
import-country = מספרים ללא + הם מ
import-restored = { $n ->
    [one] מספר אחד איבד באקסל את ה־0 שבראשו, והוא שוחזר.
    [two] 2 מספרים איבדו באקסל את ה־0 שבראשם, והם שוחזרו.
   *[other] { $n } מספרים איבדו באקסל את ה־0 שבראשם, והם שוחזרו.
}
import-lost = { $n ->
    [one] מספר אחד אינו ניתן לשחזור, למשל 9.72501E+11: יש לעצב את העמודה כטקסט באקסל ולייצא שוב.
    [two] 2 מספרים אינם ניתנים לשחזור, למשל 9.72501E+11: יש לעצב את העמודה כטקסט באקסל ולייצא שוב.
   *[other] { $n } מספרים אינם ניתנים לשחזור, למשל 9.72501E+11: יש לעצב את העמודה כטקסט באקסל ולייצא שוב.
}
import-first-rows = { $shown } הראשונות מתוך { $rows } שורות, כפי שיישמרו.
import-marks = תאים { $tinted } שונו, בתאים { $red } אי אפשר להשתמש.
import-tinted = מודגשים
import-red = אדומים
import-preview = תצוגה כפי שיישמר
import-row = שורה
import-goes-to = העמודה { $column } עוברת אל
import-skipped = הושמט
import-existing = אנשים שכבר קיימים
import-fill = למלא מה שריק
import-overwrite = להחליף לפי הקובץ
import-skip = לדלג עליהם
import-list = הוספה לרשימה
import-list-help = שם חדש יוצר רשימה חדשה.
import-source = מקור ההסכמה לקבלת הודעות
import-source-help = בלעדיו האנשים האלה לא יקבלו פרסום.
import-source-none = אין הסכמה מתועדת
import-source-till = טופס בקופה
import-source-web = טופס באתר
import-source-contract = חוזה
import-source-phone = נאמר בטלפון
import-given = ניתנה ביום
import-left-stay-out = מי שביקשו הסרה או נמצאים ברשימת החסימה נשארים בחוץ, תמיד.
import-new = חדשים
import-updated = מתעדכנים
import-twice = פעמיים בקובץ
import-invalid = שגויים
import-left = ביקשו הסרה, נשארים בחוץ
import-problems = { $n ->
    [one] שורה בעייתית אחת, CSV
    [two] 2 שורות בעייתיות, CSV
   *[other] { $n } שורות בעייתיות, CSV
}
import-problems-says = העמודות שלך בתוספת שורה, בעיה והצעה.
import-again = ספירה מחדש
import-do = { $n ->
    [one] ייבוא אדם אחד
    [two] ייבוא 2 אנשים
   *[other] ייבוא { $n } אנשים
}
import-running = { $done } מתוך { $rows } שורות
import-leave = אפשר לעזוב את העמוד.
import-done = הסתיים בתוך { $time }.
import-open = פתיחת האנשים
import-stopped-kept = { $done } שורות נשמרו ונשארות.
import-stopped-fix = אפשר להמשיך משם, או להביא את הקובץ שוב.
import-resume = המשך
import-target-skip = להשמיט
import-target-phone = טלפון
import-target-first-name = שם פרטי
import-target-last-name = שם משפחה
import-target-name = שם מלא
import-target-field = שדה חדש: { $name }
import-seen-phones = { $n } נראים כטלפונים
import-seen-filled = { $n } מלאים
import-seen-empty = כמעט ריק
import-detected = { $kind }, { $rows } שורות, { $columns } עמודות
