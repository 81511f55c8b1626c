# הרבה אנשים בבת אחת, מסננים שמורים, כל מה שקרה עם אדם אחד, כפילויות.
many-heading = פעולה על הרבה אנשים
many-pick = בחירת { $name }
many-whom = על מי
many-chosen = מי שנבחרו בטבלה
many-found = כל מי שהמסנן מוצא ({ $n })
many-do = פעולה
many-tag = תגית
many-tags = קיימות:
many-why = סיבה
many-why-help = נדרשת לרישום סירוב ולמחיקה: מי ביקש, ואיך.
many-go = ביצוע
many-undo-says = אפשר להחזיר הכול חוץ ממחיקה.
many-export = מי שהמסנן מוצא ({ $n }) כקובץ
many-export-do = הורדה
many-last = נעשה לאחרונה
many-state = התקדמות
many-filter-name = שם למסנן הזה
many-filter-keep = שמירת המסנן
many-forget = מחיקת המסנן { $name }
many-any-tag = כל התגיות
deed-add-tag = הוספת תגית
deed-remove-tag = הסרת תגית
deed-add-list = הוספה לרשימה
deed-remove-list = הוצאה מרשימה
deed-suppress = רישום סירוב
deed-erase = מחיקת האנשים
deed-state-running = בעבודה. אפשר לעזוב את העמוד.
deed-state-done = הסתיים
deed-state-stopped = נעצר. מה שנעשה נשאר, ואפשר להחזיר אותו.
deed-state-undoing = בהחזרה
deed-state-undone = הוחזר
deed-seen = נבדקו
deed-changed = השתנו
deed-left-out = נשארו כפי שהיו: כבר אינם, או שהודעה אליהם עוד בדרך
deed-stop = עצירה
deed-undo = החזרה
story-heading = כל מה שקרה
story-nothing = עדיין כלום.
story-older = מוקדם יותר
story-out = הודעה אל האדם
story-in = הודעה מהאדם
story-grant = ניתנה הרשאה
story-refuse = ביקש להפסיק
story-expire = ההרשאה הסתיימה
story-ask = התבקש לאשר
story-retract = סירוב שנרשם לרבים הוחזר
story-denied = לא נשלח
story-edit = השתנה: { $what }
story-edit-number = המספר השתנה
story-edit-first-name = השם הפרטי השתנה
story-edit-last-name = שם המשפחה השתנה
story-edit-tags = התגיות השתנו
story-edit-lists = הרשימות השתנו
story-edit-merged = אוחד עם אחר, או הופרד
story-edit-refusal = סירוב שנרשם לרבים הוחזר
story-was = לפני: { $before }
story-by = על ידי { $who }
story-deed = { $what }
story-import = הגיע עם הקובץ { $name }
story-made = נוסף כאן
story-many = יחד עם רבים: { $what }
person-groups = תגיות ורשימות
person-tags = תגיות
person-tags-help = עם פסיקים ביניהן.
person-join = הוספה לרשימה
person-join-do = הוספה
person-leave = הוצאה
person-field-name = שדה חדש
person-field-value = ערך
person-change = שינוי הפרטים
merge-heading = אותו אדם פעמיים?
merge-look = חיפוש כפילויות
merge-none = אין אחר עם השם או הדואר הזה.
merge-do = איחוד עם { $name }
merge-by-number = לפי מספר
merge-number = המספר האחר
merge-says = האדם הזה נשאר; הרשימות, התגיות והשדות של האחר עוברים לכאן. הרשאה למספר האחר אינה הרשאה למספר הזה.
merge-one = איחוד
merge-was = אוחד עם
merge-undo = הפרדה
said-merged = עכשיו הם אחד
said-unmerged = הם שוב שניים
said-not-merged = אי אפשר: אחד מהם כבר איננו, או שלמספר יש כבר מישהו
said-filter-kept = נשמר
said-filter-gone = נמחק
said-not-many = קודם יש לבחור מישהו ולומר מה לעשות
said-undoing = מוחזר עכשיו
why-same-person = הם כבר אדם אחד.
why-bad-tag = תגית היא באורך 1 עד 60 תווים, בלי פסיק.
why-bad-filter = קודם מסננים, ואז שומרים.
method-bulk = נרשם לרבים בבת אחת
method-web = מולא טופס
method-pos-tablet = בטאבלט ליד הקופה
story-deed-proof-shown = מישהו עיין בהוכחה
story-deed-person-erased = האדם נמחק
story-deed-suspect-cleared = הוחלט: זה לא היה סירוב
story-deed-stale-kept = הוחלט: המספר נכון
story-deed-stale-ended = הוחלט: ההרשאה מסתיימת
story-deed-contact-export = נמסר כל מה שמוחזק
story-deed-people-merged = אוחד עם אחר
stale-heading = { $n ->
    [0] אין מספר לבדיקה
    [one] מספר אחד אולי עבר לאדם אחר
   *[other] { $n } מספרים אולי עברו לאנשים אחרים
}
stale-says = הפרסום אליהם ממתין: המפעיל אומר שהמספר אינו שייך לאיש, או שחצי שנה של הודעות לא החזירה דבר.
stale-why-nobody = לפי המפעיל אין בעל למספר
stale-why-silence = חצי שנה לא חזר דבר
stale-keep = המספר נכון
stale-end = ההרשאה מסתיימת
said-stale-kept = הפרסום ממשיך
said-stale-ended = ההרשאה הסתיימה
keep-heading = כמה זמן נשמר מה
keep-says = שעון לכל סוג של נתונים. להרשאות, לסירובים ולפעולות אין שעון: הם הוכחה, ואינם אומרים דבר על אדם לאחר שהשאר נמחק.
keep-kind = סוג
keep-days = ימים
keep-forever = 0 הוא לתמיד.
keep-ran = ריצה אחרונה
keep-gone = נמחקו עד כה
keep-never = עדיין לא
keep-code-texts = טקסטים של קודים חד־פעמיים
keep-message-texts = טקסטים של הודעות לאנשים
keep-inbound-texts = טקסטים של הודעות מאנשים
keep-problem-rows = שורות בקבצים שלא הפכו לאיש
keep-decisions = סירובים לשלוח
keep-undo = מה שדרוש כדי להחזיר פעולה
keep-addresses = כתובות רשת ודפדפנים בהוכחות הסכמה
keep-evidence = שמות והערות בהוכחות של הסכמות שהסתיימו
why-out-of-range = 0 הוא לתמיד, אחרת 1 עד 3653 ימים.
access-export = כל מה שמוחזק, עבור האדם (JSON)
many-not-done = דבר לא נעשה.
many-sure-erase = { $n ->
    [one] למחוק אדם אחד?
   *[other] למחוק { $people } אנשים?
}
many-sure-erase-says = השמות, הטקסטים והכתובות נמחקים לתמיד, ואין דרך להחזיר אותם. סירובים נשארים.
many-sure-erase-do = { $n ->
    [one] מחיקת אדם אחד
   *[other] מחיקת { $people }
}
many-sure-suppress = { $n ->
    [one] לרשום שאדם אחד סירב?
   *[other] לרשום ש־{ $people } אנשים סירבו?
}
many-sure-suppress-says = פרסום לא יישלח אליהם עוד, ומה שממתין להישלח אליהם לא ייצא. אפשר להחזיר.
many-sure-suppress-do = { $n ->
    [one] רישום סירוב אחד
   *[other] רישום { $people } סירובים
}
deed-failed = הפעולה אינה מתקדמת, והמערכת מנסה שוב. מה שנעשה עד כה נשאר. מי שמפעיל את Sendword ימצא את הסיבה ב־״sendword doctor״.
why-target-required = יש לבחור רשימה.
why-reason-too-long = סיבה היא באורך 300 תווים לכל היותר.
why-evidence-required = יש לכתוב מה מראה זאת.
said-not-days = דבר לא השתנה: 0 הוא לתמיד, אחרת 1 עד 3653 ימים
import-pause = השהיה
import-stop = סיום כאן
import-undo = החזרת הייבוא
import-undo-says = מי שנוצר בו נמחק, ומי שהשתנה חוזר למה שהיה. מי שהשתנה מאז, וכל סירוב, נשארים.
import-undoing = הייבוא מוחזר עכשיו.
import-undone = הייבוא הוחזר.
import-pasted = רשימה שהודבקה
import-paste = או הדבקת רשימה
import-paste-help = אדם אחד בשורה: שם ומספר, או מה שהועתק מטבלה.
import-paste-do = קריאת הרשימה

claim-heading = { $n ->
    [one] הסכמה אחת מאוחרת מהסירוב, לפי קובץ
   *[other] { $n } הסכמות מאוחרות מהסירוב, לפי קובץ
}
claim-says = האנשים האלה סירבו. לפי קובץ הם הסכימו מאוחר יותר; בלי מסמך חתום שלהם הסירוב נשאר, ולא נכתוב להם.
claim-refused = סירבו
claim-claimed = הסכימו, לפי הקובץ
claim-where = היכן
claim-row = שורה { $n }
claim-paper = היכן נמצא המסמך החתום
claim-show = המסמך מוכיח
claim-leave = להשאיר
said-claim-shown = ההסכמה תקפה
said-claim-left = הסירוב נשאר
