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
import-kinds = XLSX, CSV, TXT, כפי שאקסל יצר: בכל קידוד ובכל מפריד. גם כרטיסי אנשי קשר (VCF).
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
import-given-help = למי שבקובץ אין לו תאריך.
import-consent-where = הקובץ אומר מי הסכים. יש לבחור היכן הסכימו: הסכמה בלי מקור אינה הסכמה, ואיש מהקובץ לא יקבל פרסום.
import-left-stay-out = מי שביקשו הסרה או נמצאים ברשימת החסימה נשארים בחוץ, תמיד.
import-new = חדשים
import-updated = מתעדכנים
import-twice = פעמיים בקובץ
import-invalid = שגויים
import-left = ביקשו הסרה, נשארים בחוץ
import-problems = { $n ->
    [one] שורה בעייתית אחת
    [two] 2 שורות בעייתיות
   *[other] { $n } שורות בעייתיות
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
import-write = כתיבה לרשימה הזאת
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
file-nothing-changed = דבר לא השתנה.
file-empty = הקובץ ריק
file-empty-fix = יש לבחור את הקובץ שבו האנשים.
file-no-rows = בקובץ יש כותרת אך אין תחתיה שורות
file-no-rows-fix = יש לייצא את הגיליון שבו האנשים.
file-picture = זו תמונה, לא רשימה
file-picture-fix = יש לבחור קובץ XLSX, ‏CSV או TXT.
file-pdf = זה PDF, לא רשימה
file-pdf-fix = יש לייצא את הרשימה כ־XLSX או CSV.
file-archive = זה ארכיון שאין בו חוברת
file-archive-fix = יש לחלץ אותו ולבחור את הרשימה שבתוכו.
file-document = זה מסמך, לא רשימה
file-document-fix = יש לשמור את הרשימה כ־XLSX או CSV.
file-old-workbook = זו חוברת אקסל ישנה, או חוברת מוגנת בסיסמה
file-old-workbook-fix = יש לפתוח אותה ולשמור כ־‎.xlsx או CSV.
file-web-page = זה דף אינטרנט בשם של גיליון
file-web-page-fix = יש לפתוח אותו באקסל ולשמור כ־‎.xlsx או CSV.
file-cards = אלה כרטיסי ביקור (vCard)
file-cards-fix = יש לייצא את הרשימה כ־CSV או XLSX.
file-binary = זה לא קובץ טקסט ולא גיליון
file-binary-fix = יש לבחור קובץ XLSX, ‏CSV או TXT.
file-line-too-long = שורה { $line } ארוכה מ־1 MB
file-line-too-long-fix = ברשימה יש אדם אחד בכל שורה: אולי חסר סוף שורה?
file-unclosed-quote = מירכאות שנפתחו בשורה { $line } לא נסגרו
file-unclosed-quote-fix = יש לסגור או למחוק אותן ולבחור שוב את הקובץ.
file-too-many-columns = בשורה { $line } יש יותר תאים מבכל גיליון
file-too-many-columns-fix = כדאי לבדוק את המפריד ולייצא שוב.
file-bomb = החוברת תופחת הרבה מעבר לגודלה ולא נפתחה עוד
file-bomb-fix = יש לשמור את הגיליון כ־CSV.
file-entity = החוברת מבקשת משהו מחוץ לעצמה ונדחתה
file-entity-fix = יש לפתוח אותה באקסל ולשמור שוב.
file-damaged = החוברת פגומה
file-damaged-fix = יש לפתוח אותה באקסל ולשמור שוב.
file-no-sheet = בחוברת אין גיליון כזה
file-no-sheet-fix = יש לבחור שוב את הקובץ.
file-too-much-text = בחוברת יש יותר טקסט ממה שנקרא
file-too-much-text-fix = יש לשמור את הגיליון כ־CSV.
file-too-slow = הקריאה של הקובץ ארכה יותר מדי
file-too-slow-fix = יש לשמור את הרשימה כ־CSV.
file-unknown-encoding = קידוד הקובץ אינו מוכר
file-unknown-encoding-fix = יש לשמור אותו כ־UTF-8 ולבחור שוב.
file-no-phone-column = אף עמודה לא נראית כמספרי טלפון
file-no-phone-column-fix = יש לומר באיזו עמודה המספרים.
file-unreadable = לא ניתן היה לקרוא את הקובץ
file-unreadable-fix = יש לבחור אותו שוב.
problem-landline = קו נייח: לא מקבל הודעות
problem-landline-fix = יש לכתוב מספר נייד
problem-service = מספר שירות: לא מקבל הודעות
problem-service-fix = יש לכתוב מספר נייד
problem-short = מספר קצר, לא נייד של אדם
problem-short-fix = יש לכתוב מספר נייד
problem-empty = אין מספר
problem-empty-fix = יש לכתוב את המספר
problem-nul = בתים ריקים במספר
problem-nul-fix = יש לכתוב את המספר שוב
problem-not-a-number = לא מספר
problem-not-a-number-fix = יש לכתוב את המספר בספרות
problem-letters = אותיות במספר
problem-letters-fix = יש לכתוב ספרות בלבד
problem-digits-lost = אקסל איבד את הספרות האחרונות של המספר
problem-digits-lost-fix = יש לעצב את העמודה כטקסט באקסל ולכתוב את המספר שוב
problem-too-short = חסרות ספרות
problem-too-short-fix = יש לבדוק את הספרות
problem-too-long = יותר מדי ספרות
problem-too-long-fix = יש לבדוק את הספרות
problem-not-in-plan = אין תחום מספרים כזה
problem-not-in-plan-fix = יש לבדוק את הספרות
problem-no-country = מדינת המספר אינה ידועה
problem-no-country-fix = יש לכתוב את המספר עם + וקידומת המדינה
problem-two-numbers = שני מספרים צמודים
problem-two-numbers-fix = יש לשים / או שורה חדשה בין המספרים
import-target-email = דואר אלקטרוני
import-target-consent = הסכמה, כן או לא
import-target-consent-date = יום ההסכמה
