# קמפיינים: רשימה, עריכה, אישור, תצוגה חיה, דוח.
campaigns-heading = { $n ->
    [0] אין עדיין קמפיינים
    [one] קמפיין אחד
    [two] 2 קמפיינים
   *[other] { $n } קמפיינים
}
campaigns-views = תצוגות
campaigns-all = הכול
campaigns-drafts = טיוטות
campaigns-running = בשליחה
campaigns-done = הסתיימו
campaigns-empty = אין כאן קמפיינים
campaigns-empty-says = קמפיין הוא טקסט אחד להרבה אנשים שהסכימו לקבל אותו. לפני שמשהו יוצא רואים מי יקבל.
composer-name = שם הקמפיין
composer-saved = נשמר { $time }
composer-audience = קהל
composer-include = נשלח אל
composer-no-lists = אין עדיין רשימה לכתוב אליה.
composer-in-lists = ברשימה
composer-will-get = יקבלו את ההודעה
composer-message = הודעה
composer-from = מאת
composer-text = נוסח ההודעה
composer-insert = הוספה
composer-merged = ממוזג עם שמות אמיתיים
composer-histogram = חלקים לקהל הזה
composer-worked-out = מחושב על השמות האמיתיים
composer-preview = תצוגה
composer-preview-none = יש לבחור רשימה ולכתוב טקסט כדי לראות את ההודעה כפי שתגיע.
composer-people = האנשים שבקהל
composer-person-before = הנמען הקודם
composer-person-after = הנמען הבא
composer-person-of = { $n } מתוך { $of }
composer-direction = כיוון
composer-ltr = משמאל לימין, לפי האות הראשונה
composer-rtl = מימין לשמאל, לפי האות הראשונה
composer-longest = הארוך ביותר
composer-longest-is = { $name }, { $n } תווים
composer-arrives = מגיע בתור
composer-joined = הודעה אחת, הטלפון מחבר
composer-kind = סוג
composer-kind-marketing = דורש הסכמה ודרך להסרה
composer-kind-service = על משהו שהם משתמשים בו
composer-kind-transactional = על משהו שהם הזמינו
composer-topic = נושא
composer-topic-none = שום נושא מיוחד
composer-topic-says = פרסום בנושא מסוים לא נשלח למי שבחרו לא לקבל עליו הודעות.
composer-checks = בדיקות
composer-nothing-blocks = שום דבר לא חוסם שליחה
composer-blocks = { $n ->
    [one] דבר אחד חוסם שליחה
    [two] 2 דברים חוסמים שליחה
   *[other] { $n } דברים חוסמים שליחה
}
composer-save = שמירת טיוטה
composer-test = שליחת ניסיון לטלפון
composer-blocked = יש לתקן את מה שבבדיקות ואז לשלוח
composer-through = ההודעה האחרונה תצא בסביבות { $time }
composer-send = { $count ->
   *[other] שליחה ל־{ $n }
}
composer-check-consent = { $n ->
    [one] הסכמה מתועדת לנמען האחד
   *[other] הסכמה מתועדת לכל { $n } הנמענים
}
composer-check-leave-none = אין בטקסט דרך להסרה
composer-check-leave-link = דרך להסרה: קישור
composer-check-leave-reply = דרך להסרה: תשובה ״{ $word }״
composer-check-text = הטקסט ריק
composer-check-nobody = אין מי שיקבל
composer-check-connection = { $name } נושא אותה
composer-check-connection-waits = אין חיבור פעיל: הקמפיין ימתין וימשיך מעצמו
composer-check-simulated = מצב ניסיון: הסימולטור נושא אותה, שום דבר לא יוצא
meter-empty = אין עדיין טקסט
meter-parts = { $n ->
    [one] חלק אחד לכל נמען
    [two] 2 חלקים לכל נמען
   *[other] { $n } חלקים לכל נמען
}
meter-room = { $encoding }, { $used } מתוך { $of }
meter-left = נותרו { $left } בחלק { $part }
meter-part = חלק { $n }, { $used } מתוך { $of }
meter-native = האלפבית הזה נשלח ביוניקוד: 70 תווים בחלק יחיד, 67 בכל חלק של הודעה ארוכה. אין מה להחליף.
meter-fix-label = תווים שכופים יוניקוד
meter-guilty = { $n ->
    [one] תו אחד הופך את זה ליוניקוד.
    [two] 2 תווים הופכים את זה ליוניקוד.
   *[other] { $n } תווים הופכים את זה ליוניקוד.
}
meter-without = { $n ->
    [one] בלעדיהם: חלק אחד לכל נמען
    [two] בלעדיהם: 2 חלקים לכל נמען
   *[other] בלעדיהם: { $n } חלקים לכל נמען
}
meter-becomes = { $name } בתו { $at } הופך לפשוט: מעבר אליו
meter-replace = החלפה
char-en-dash = קו מפריד
char-em-dash = קו ארוך
char-apostrophe = גרש מעוגל
char-quote = מירכאות
char-ellipsis = שלוש נקודות
char-space = רווח רחב
char-bullet = תבליט
char-backtick = גרש הפוך
confirm-title = שליחה
confirm-heading = { $n ->
    [one] לשלוח לאדם אחד?
    [two] לשלוח ל־2 אנשים?
   *[other] לשלוח ל־{ $n } אנשים?
}
confirm-under = { $parts ->
    [one] חלק אחד בסך הכול, { $out } אנשים נשארו בחוץ
    [two] 2 חלקים בסך הכול, { $out } אנשים נשארו בחוץ
   *[other] { $parts } חלקים בסך הכול, { $out } אנשים נשארו בחוץ
}
confirm-as = כפי שההודעה תגיע אל { $who }
confirm-back = חזרה לטקסט
live-started = התחיל { $date } { $time }, { $zone }, מאת { $who }.
live-finished = { $date } { $time } עד { $end }, { $zone }.
live-handed = { $done } מתוך { $all } נמסרו למפעיל
live-end = סיום משוער
live-rate = חלקים לשנייה
live-rate-now = כעת
live-limited = מוגבל על ידי { $name }
live-limited-says = הוא נושא { $rate } חלקים לשנייה.
live-freezing = הקהל נקבע: { $done } עד כה. עדיין לא יצא דבר.
live-held = { $n ->
    [one] הודעה אחת ללא אישור קבלה, והיא לא תישלח פעמיים מעצמה.
    [two] 2 הודעות ללא אישור קבלה, והן לא יישלחו פעמיים מעצמן.
   *[other] { $n } הודעות ללא אישור קבלה, והן לא יישלחו פעמיים מעצמן.
}
live-held-open = מעבר אליהן
live-waiting = הקמפיין ממתין, וימשיך מעצמו.
live-pause = השהיית הקמפיין
live-resume = המשך הקמפיין
live-stop = עצירה
live-stop-note = אם עוצרים כעת: { $left } כבר יצאו, { $rest } לא יישלחו.
live-stop-heading = לעצור את { $name }?
live-stop-yes = עצירה, { $rest } לא יישלחו
live-failed = { $n ->
    [0] שום דבר לא נכשל
    [one] הודעה אחת לא הגיעה
    [two] 2 הודעות לא הגיעו
   *[other] { $n } הודעות לא הגיעו
}
live-replies = תשובות, בזמן אמת
live-replies-all = כל { $n } בתיבת השיחות
live-replies-none = אין עדיין תשובות.
live-replies-count = תשובות
live-opt-outs = הוסרו, { $share }
live-so-far = עד כה
live-progress = התקדמות
report-in-short = בקצרה
report-sent-to = נשלח אל
report-left-out = { $n } מתוך { $all } נשארו בחוץ
report-delivered = נמסרו
report-no-report = ל־{ $share } טרם התקבל אישור
report-replied = השיבו, { $share }
report-left = הוסרו, { $share }
report-chart = { $share } נמסרו
report-reasons = למה { $n } לא הגיעו
report-reasons-none = כל מה שיצא הגיע
report-out = נשארו בחוץ לפני השליחה: { $n }
report-out-none = איש לא נשאר בחוץ
report-download = הורדת CSV
report-duplicates = { $n ->
    [one] הודעה אחת אולי הגיעה פעמיים, והיא מסומנת.
    [two] 2 הודעות אולי הגיעו פעמיים, והן מסומנות.
   *[other] { $n } הודעות אולי הגיעו פעמיים, והן מסומנות.
}
campaign-new-name = קמפיין מ{ $date }
composer-from-own = של סביבת העבודה
composer-from-name = { $from }, אי אפשר להשיב
composer-from-number = { $from }, אפשר להשיב
composer-field-leave = קישור להסרה
live-started-at = התחיל { $date } { $time }, { $zone }.
composer-check-law-added = החוק מבקש, ולכן נוסף לטקסט ונספר: { $what }
composer-check-law-opens = שעות הפרסום סגורות עכשיו. ההודעות ייצאו מ-{ $when }.
