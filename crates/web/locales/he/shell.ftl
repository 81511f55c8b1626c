# המסגרת שסביב כל עמוד.
skip = דילוג לתוכן
nav-label = ראשי
nav-short = תפריט קצר
nav-home = בית
nav-inbox = שיחות
nav-contacts = אנשי קשר
nav-people = אנשים
nav-lists = רשימות
nav-import = ייבוא
nav-campaigns = קמפיינים
nav-delivery = מסירה
nav-messages = יומן הודעות
nav-numbers = מספרים ושולחים
nav-clients = לקוחות SMPP
nav-connections = חיבורים
nav-queues = תורים
nav-simulator = סימולטור
nav-keys = מפתחות API
nav-settings = הגדרות
nav-send = שליחה
nav-more = עוד
nav-waiting = ממתינות
ws-live = פעיל
ws-test = ניסיון
test-word = ניסיון
test-bar = שום דבר לא יוצא מהמחשב הזה: כל הודעה הולכת לסימולטור. { $link }
test-go-live = מעבר לשליחה אמיתית
clock-bar = השעון כוון ידנית: כאן השעה { $time }.
search-everywhere = בכל מקום
search-label = חיפוש אנשים, מספרים והודעות
health-up = { $up } מתוך { $all } פעילים
theme-switch = מעבר בין בהיר, כהה ולפי המערכת
new = חדש
new-campaign = קמפיין
new-message = הודעה
new-import = ייבוא אנשים
account-label = { $initials }: { $name }, החשבון שלך
sign-out = יציאה
campaign-pause-named = השהיית { $name }
toast-dismiss = סגירת ההודעה
pager-label = עמודים
pager-first = לעמוד הראשון
pager-next = לעמוד הבא
waterfall-label = מי יקבל ומי לא
trouble-code = קוד { $code }
trouble-request = בקשה { $id }
live-stale = העדכון החי נעצר, מתחבר מחדש

# מה שמעכב עבודה, מעל כל דף.
bar-held = { $n ->
    [one] המערכת שוחזרה: דבר אחד ממתין לך.
   *[other] המערכת שוחזרה: { $n } דברים ממתינים לך.
}
bar-held-open = לעיון ולשחרור
bar-disk-low = הדיסק של השרת כמעט מלא.
bar-disk-no-bulk = הדיסק של השרת כמעט מלא: קמפיינים ממתינים עד שיתפנה מקום.
bar-disk-no-accept = הדיסק של השרת מלא: לא מתקבל דבר חדש עד שיתפנה מקום.
bar-clock = שעון השרת קפץ אל { $time }. תפוגה והתחלות מתוזמנות ממתינות עד שיתברר שהוא יציב.

# מה שמוחזק אחרי שחזור.
held-title = מוחזק
held-heading = { $n ->
    [0] דבר אינו מוחזק
    [one] דבר אחד מוחזק
   *[other] { $n } דברים מוחזקים
}
held-under = שוחזר { $at }. דבר מאלה לא יישלח עד שישוחרר.
held-copy = הגיבוי נעשה { $at }.
held-unknown = הרישום של מה שנשלח אינו שלם: ייתכן שחלק מאלה כבר נשלח.
held-what = מה
held-waiting = ממתינות
held-do = שחרור
held-release = לשחרר
held-release-all = לשחרר הכול
held-repeat = ייתכן שיישלח פעם שנייה
held-empty = דבר אינו מוחזק
held-empty-says = אחרי שחזור עומד כאן מה שחיכה להישלח.
held-kind-campaign = קמפיין
held-kind-messages = הודעות דרך
held-kind-scheduled = הודעות מתוזמנות
held-kind-job = ייבוא
event-sent-log = יצאה לפני השחזור, לפי יומן השליחה
event-sent-log-says = מה שכתוב בו קובע: היא לא נשלחת שוב.
said-released = { $n ->
    [one] שוחרר
   *[other] שוחררו { $n }
}
