# מסלולים: משפטים, טיוטה, השוואה, שאלה, רשימות.
routes = מסלולים
routes-heading = { $n ->
    [0] אין עדיין מסלולים
    [one] מסלול אחד
    [two] שני מסלולים
   *[other] { $n } מסלולים
}
routes-says = איזה חיבור נושא הודעה. הכללים נקראים מלמעלה.
routes-first-wins = הראשון שמתאים קובע.
routes-in-force = בתוקף
routes-draft = טיוטה
routes-none = אין עדיין מסלול
routes-none-says = בלי מסלול דבר אינו יוצא. החיבור הראשון יוצר אחד.
routes-add = הוספת כלל
routes-remove = הסרה
routes-to = חיבור
routes-every = כל הודעה
routes-off = מדולג
routes-edit = עריכה
routes-edit-n = עריכה של כלל { $n }
routes-up-n = הזזת כלל { $n } למעלה
routes-down-n = הזזת כלל { $n } למטה
routes-on-n = החזרת כלל { $n } לשימוש
routes-off-n = דילוג על כלל { $n }
routes-remove-n = הסרת כלל { $n }
routes-then = אחר כך
routes-cheapest = הזול מבין
routes-shared = בחלוקה בין
routes-share-none = (רק אם אין אחר)
routes-says-country = מספרים של { $what }
routes-says-prefix = מספרים שמתחילים ב־{ $what }
routes-says-network = רשת { $what }
routes-says-class = { $what }
routes-says-sender = מאת { $what }
routes-says-workspace = של סביבת העבודה { $what }
routes-says-words = טקסט עם { $what }
routes-says-pattern = טקסט שמתאים ל־{ $what }
routes-says-ceiling = לכל היותר { $price } ל־SMS
routes-says-number = המספר { $old } הופך ל־{ $new }
routes-says-shows = מציג { $what }
routes-says-replaces = { $n ->
    [one] מחליף מילה אחת
    [two] מחליף שתי מילים
   *[other] מחליף { $n } מילים
}
routes-history = היסטוריה
routes-history-says = אפשר להחזיר כל גרסה. הודעות שכבר התקבלו שומרות על דרכן.
routes-version = גרסה
routes-since = בתוקף מאז
routes-rules = כללים
routes-restored = החזירה את { $n }
routes-now = בתוקף
routes-undo = ביטול
routes-restore = החזרה
routes-restore-n = החזרה של גרסה { $n }

draft-heading = { $n ->
    [0] טיוטה בלי שינוי
    [one] טיוטה עם שינוי אחד
    [two] טיוטה עם שני שינויים
   *[other] טיוטה עם { $n } שינויים
}
draft-says = דבר ממנה אינו בתוקף לפני הפרסום.
draft-overtaken = כללים אחרים נכנסו לתוקף מאז שהטיוטה נפתחה. כדאי להשוות שוב לפני הפרסום: היא מחליפה אותם.
draft-compare = השוואה עם אתמול
draft-discard = מחיקת הטיוטה
draft-steps = מה משתנה, כלל אחר כלל
step-added = חדש
step-removed = הוסר
step-changed = השתנה
step-moved = הוזז
step-from = עמד במקום { $n }
step-off = כובה
step-on = הופעל
step-more = { $n ->
    [one] עוד אחד
    [two] עוד שניים
   *[other] עוד { $n }
}
table = הטבלה כקובץ
table-says = כל הכללים בקובץ JSON אחד: לשמירה, לעריכה, להעברה להתקנה אחרת.
table-take = הורדת מה שבתוקף
table-take-draft = הורדת הטיוטה
table-file = קובץ כללים
table-help = קובץ כמו זה שיורד מכאן. הוא נעשה לטיוטה, וההבדל נראה לפני שמשהו נכנס לתוקף.
table-help-draft = קובץ כמו זה שיורד מכאן. הוא בא במקום הטיוטה הקיימת; דבר אינו בתוקף לפני הפרסום.
table-bring = הבאה אל הטיוטה
table-refused = { $n ->
    [one] הקובץ לא נקלט: דבר אחד שגוי בו.
    [two] הקובץ לא נקלט: שני דברים שגויים בו.
   *[other] הקובץ לא נקלט: { $n } דברים שגויים בו.
}
table-kept = מה שבתוקף והטיוטה נשארו כפי שהיו. יש לתקן את השורות ולהביא שוב.
table-line = שורה { $n }
table-rule = כלל { $n }
table-more = { $n ->
    [one] ועוד אחד
    [two] ועוד שניים
   *[other] ועוד { $n }
}
why-no-text = מכאן והלאה זה אינו טקסט ב־UTF-8.
why-no-json = מכאן והלאה זה אינו JSON: פסיק, מירכאות או סוגר חסרים או מיותרים.
why-no-table = קובץ כללים הוא רשימה: הוא מתחיל ב־[ ומסתיים ב־].
why-no-such-field = לכלל אין ”{ $what }”.
why-no-such-word = ”{ $what }” אינה אחת מהמילים שיכולות לעמוד כאן.
why-wrong-kind = מה שכתוב כאן הוא מסוג אחר: רשימה במקום טקסט, או טקסט במקום רשימה.
draft-publish = { $n ->
    [one] פרסום שינוי אחד
    [two] פרסום שני שינויים
   *[other] פרסום { $n } שינויים
}
compare-heading = { $moved ->
    [0] כל { $all } ההודעות היו יוצאות כפי שיצאו
    [one] הודעה אחת מתוך { $all } הייתה יוצאת בדרך אחרת
   *[other] { $moved } מתוך { $all } הודעות היו יוצאות בדרך אחרת
}
compare-since = הודעות שהתקבלו מאז { $when }, לפי מה שבתוקף ולפי הטיוטה.
compare-more = נבדקו רק { $n } החדשות ביותר.
compare-changed = { $n ->
    [one] עוד אחת שומרת על החיבור ומשנה את מה שאחריו, או את מה שנכתב מחדש.
   *[other] עוד { $n } שומרות על החיבור ומשנות את מה שאחריו, או את מה שנכתב מחדש.
}
compare-moves = הודעות לפי חיבור
compare-from = מ־
compare-to = אל
compare-messages = הודעות
compare-parts = SMS
compare-samples = לדוגמה
compare-sample = הודעה { $n }
compare-nobody = דבר אינו נושא אותה
compare-cost = עלות ב־{ $currency }
compare-becomes = הופכת ל־
compare-unpriced = { $n ->
    [one] המחיר של SMS אחד אינו ידוע.
   *[other] המחיר של { $n } SMS אינו ידוע.
}

ask-heading = לאן הייתה הולכת הודעה
ask-says = נשאל מה שבתוקף. דבר אינו נשלח.
ask-says-draft = נשאלת הטיוטה. דבר אינו נשלח.
ask-button = שאלה
ask-test = סביבת העבודה במצב בדיקה: הסימולטור נושא אותה. במצב חי היא הייתה הולכת כך.
ask-first = דרך
ask-then = אחר כך דרך
ask-price = { $price } ל־SMS
ask-no-price = המחיר אינו ידוע
ask-parts = { $n ->
    [one] SMS אחד
   *[other] { $n } SMS
}
ask-cost = { $price } בסך הכול
ask-fits = מתאים
ask-unasked = { $n ->
    [one] כלל אחד עומד אחריו ולא נשאל.
   *[other] { $n } כללים עומדים אחריו ולא נשאלו.
}
miss-off = מדולג
miss-prefix = המספר מתחיל אחרת
miss-country = מדינה אחרת
miss-network = רשת אחרת, או לא ידועה
miss-class = סוג אחר
miss-sender = שולח אחר
miss-workspace = סביבת עבודה אחרת
miss-hours = לא בשעה הזאת
miss-words = אין בטקסט מילה כזאת
miss-pattern = הטקסט אינו מתאים
miss-price = יקר מדי, או בלי מחיר
miss-connectors = אף חיבור אינו פעיל

rates = מחירים
rates-none = אין עדיין מחירון. כללים שבוחרים בחיבור הזול זקוקים לו.
rates-currency = מטבע
rates-size = מחירים
rates-since = מאז
rates-lines = מחירון חדש
rates-help = שורה לכל אחד: תחילת המספר, מחיר של SMS אחד. הוא בא במקום המחירון הקודם של החיבור. קבצים: sendword rates import.
rates-put = הבאת המחירון
rates-remove-named = הסרה של המחירים של { $name }
networks = רשתות
networks-says = לאיזו רשת שייך מספר. מספר שנויד קודם לטווח שלו.
networks-kind = סוג
networks-ranges = טווחי מספרים
networks-ported = מספרים שנוידו
networks-lines = רשימה
networks-help = שורה לכל אחד: ספרות, אחר כך MCC ו־MNC, כמו 42501. קבצים: sendword networks import.
networks-put = הבאת הרשימה

rule-heading = עריכת כלל
rule-says = הוא נכנס לטיוטה. דבר אינו משתנה לפני שהטיוטה מתפרסמת.
rule-name = שם
rule-name-help = לאנשים. אפשר להשאיר ריק.
rule-when = מתי
rule-when-says = מה שריק מתאים לכול. כמה מאותו סוג מופרדים בפסיקים; אחד מהם צריך להתאים.
rule-countries = מדינות
rule-countries-help = שתי אותיות לכל אחת.
rule-prefixes = מספרים שמתחילים ב
rule-networks = רשתות
rule-networks-help = MCC ו־MNC. דרושה רשימת רשתות.
rule-senders = שולחים
rule-senders-help = * בסוף מתאים לכל המשך.
rule-more = זמן, טקסט, סביבת עבודה
rule-days = ימים
rule-hour-from = משעה
rule-hour-to = עד שעה
rule-zone = אזור זמן
rule-workspaces = סביבות עבודה
rule-workspaces-help = לפי שמותיהן.
rule-contains = בטקסט אחת המילים האלה
rule-pattern = הטקסט מתאים לביטוי הרגולרי הזה
rule-pattern-help = אותיות גדולות וקטנות שוות.
rule-choose = איזה מהם
rule-choose-order = הראשון שנושא, לפי הסדר הזה
rule-choose-share = בחלוקה לפי משקלים, קבוע לאותו מספר
rule-choose-cheapest = הזול ביותר למספר
rule-leg = חיבור { $n }
rule-weight = משקל
rule-no-connection = אין
rule-ceiling = לכל היותר, ל־SMS אחד
rule-ceiling-help = חיבורים יקרים יותר, או שמחירם אינו ידוע, נשארים בחוץ.
rule-rewrite = כתיבה מחדש
rule-rewrite-says = מה שנכתב מחדש מסופר בציר הזמן של ההודעה. קישורים נשארים כפי שהם.
rule-strip = להוריד מתחילת המספר
rule-add = לשים שם במקום
rule-sender = להציג את השולח הזה
rule-words = להחליף מילים בטקסט
rule-word-old = מילה { $n }
rule-word-new = תחליף למילה { $n }
rule-save = שמירה בטיוטה
rule-cancel = ביטול

event-rewritten-number = המסלול שינה את המספר
event-rewritten-sender = המסלול שינה את השולח
event-rewritten-text = המסלול שינה את הטקסט
event-rewritten-was = קודם היה:

said-drafted = בטיוטה. דבר אינו בתוקף עדיין.
said-published = פורסם. הודעות חדשות הולכות לפי הכללים האלה.
said-discarded = הטיוטה נמחקה. מה שבתוקף נשאר.
said-restored = הוחזר. הודעות חדשות הולכות לפי הכללים האלה.

why-no-prefix = „{ $what }” צריך להיות ספרות, עם קידומת המדינה בהתחלה.
why-no-country = „{ $what }” צריך להיות שתי אותיות של מדינה, כמו IL.
why-no-network = „{ $what }” צריך להיות MCC ו־MNC, כמו 42501.
why-sender-invalid = „{ $what }” אינו שולח.
why-no-pattern = „{ $what }” אינו ביטוי רגולרי.
why-no-price = מחיר הוא מספר, כמו 0.06.
why-no-zone = „{ $what }” אינו אזור זמן.
why-no-weight = משקלים הם 0 עד 1,000, ואחד מהם גדול מ־0.
why-no-words = אי אפשר להחליף את „{ $what }”: מילים בלבד, בלי שדות ובלי קישורים.
why-no-rates = לאף אחד מהחיבורים האלה אין מחירון.
why-currencies-differ = אי אפשר להשוות מחירים ב־{ $what }.
why-no-day = „{ $what }” אינו יום.
why-no-time = „{ $what }” אינו שעה, כמו 08:00.
why-unreadable = לא ניתן לקרוא את הרשימה.
why-bad-rows = לא ניתן לקרוא שורה: „{ $what }”. דבר לא נשמר.
why-no-currency = שלוש אותיות, כמו EUR.
why-draft-changed = מישהו אחר שינה את הטיוטה בינתיים. כדאי להסתכל בה שוב.
why-routes-changed = כללים אחרים נכנסו לתוקף בינתיים. יש להשוות את הטיוטה שוב.
why-no-draft = אין טיוטה.
why-nothing-before = אין דבר לפניה.
why-file-empty = אין בה שורה.

# מילים על קודים משותפים.
leases = מילים על קודים משותפים
leases-says = מילה שייכת לסביבת עבודה אחת בכל רגע, וכך גם כל מה שנראה כמוה.
leases-none = אין עדיין מילה. מה שנכנס הולך למי שכתב לאדם אחרון, ואם אין, אליכם.
lease-word = מילה
lease-whose = של מי
lease-other = סביבת עבודה אחרת
lease-time = ממתי, עד מתי
lease-from = החל מ
lease-until = עד
lease-for = לסביבת העבודה
lease-add = החכרת המילה
lease-end = סיום
lease-end-named = סיום ההחכרה של { $word }
lease-running = בתוקף
lease-coming = עתידית
lease-over = הסתיימה
lease-try = ניסיון טקסט
lease-try-text = טקסט
lease-tried = { $word } מובילה אל { $name }.
lease-tried-other = { $word } מובילה לסביבת עבודה אחרת.
lease-tried-none = הטקסט אינו מתחיל במילה מוחכרת.
said-lease-ended = ההחכרה הסתיימה
why-no-shared-code = זה אינו קוד משותף שלכם.
why-word-taken = המילה הזאת, או אחת שנראית כמוה, תפוסה בזמן הזה.
why-word-reserved = „{ $what }” היא מילה שבה אנשים מסרבים או מבקשים עזרה, או נראית כמוה.
why-no-keyword = מילה אחת עד שלוש, לכל היותר 30 אותיות.
why-ends-before-it-begins = הסוף צריך לבוא אחרי ההתחלה.
why-words-leased = סביבות עבודה אחרות עדיין חוכרות עליו מילים.

# מה עובר על הקו.
trace = מעקב
trace-says = מה שעובר על הקו נשמר רק כל עוד מישהו מסתכל.
trace-until = הסתכלות עד { $time }
trace-stop = הפסקת ההסתכלות
trace-none = עוד לא הסתכלו בדבר.
trace-none-yet = עוד לא הגיע דבר.
trace-way = כיוון
trace-sent = נשלח
trace-read = נקרא
trace-seq = מס׳
trace-text = כטקסט
trace-hex = כאוקטטים
trace-number = מספר, או חלק ממספר
trace-number-help = ריק: מסתכלים בכול.
trace-for = כמה זמן
trace-minutes = { $n ->
    [one] דקה אחת
    [two] שתי דקות
   *[other] { $n } דקות
}
trace-watch = הסתכלות בקו
trace-page-says = כל שדה בשמו במפרט. סיסמאות אינן נשמרות לעולם.
trace-masked = חלק מזה שייך להודעות שאינן שלכם לקריאה: המספרים והטקסטים שלהן מוסתרים, והאוקטטים הושמטו.
trace-nothing = דבר ממנה אינו שמור
trace-nothing-says = מה שעובר על הקו נשמר כל עוד מישהו מסתכל בחיבור, לכל היותר יום.
trace-link = קו { $n }
trace-secret = סודי
trace-octets = { $n ->
    [one] אוקטט אחד
    [two] שני אוקטטים
   *[other] { $n } אוקטטים
}
trace-of-message = מה עבר על הקו
trace-to-message = ההודעה
said-watching = מסתכלים. מה שבא עכשיו עומד במעקב.
said-watched = איש אינו מסתכל עוד. מה שנראה נשאר ליום.

# כמה טוב חיבור נושא.
quality-sent = נשלחו ביממה
quality-reported = עם דיווח
quality-delivered = מהם נמסרו
quality-time = חצי דווחו בתוך
quality-most-of = 95% דווחו בתוך
