# מצבים, סוגים ותגיות: מילה אחת לכל אחד, בכל מקום אותה מילה.
status-accepted = התקבלה
status-scheduled = מתוזמנת
status-queued = בתור
status-submitting = בשליחה
status-submitted = נשלחה
status-buffered = ממתינה לטלפון
status-unknown = ללא אישור קבלה
status-delivered = נמסרה
status-undelivered = לא נמסרה
status-rejected = נדחתה
status-expired = פג תוקפה
status-cancelled = בוטלה
status-suppressed = לא נשלחה
link-bound = פעיל
link-connecting = מתחבר
link-throttled = מואט
link-auth-failed = הסיסמה נדחתה
link-down = נפל
link-no-traffic = אין תעבורה
link-disabled = כבוי
link-bound-why = נושא הודעות.
link-connecting-why = בדרך למעלה.
link-throttled-why = המפעיל מבקש להאט; ההודעות ממתינות ויוצאות מעצמן.
link-auth-failed-why = המפעיל דוחה את השם או את הסיסמה. ההודעות ממתינות כאן.
link-down-why = אין גישה. ההודעות ממתינות כאן; הניסיון הבא יבוא מעצמו.
link-no-traffic-why = פעיל, אך דבר לא זז אף שמשהו היה צריך לזוז.
link-disabled-why = כובה בידי אדם.
campaign-state-draft = טיוטה
campaign-state-scheduled = מתוזמן
campaign-state-freezing = קביעת הקהל
campaign-state-running = בשליחה
campaign-state-paused = מושהה
campaign-state-waiting-hours = ממתין לסוף שעות השקט
campaign-state-throttled = מואט על ידי המפעיל
campaign-state-completed = הושלם
campaign-state-completed-with-failures = הושלם עם כשלים
campaign-state-stopped = נעצר
campaign-state-held = מוחזק, נדרשת החלטה
may-yes = כן
may-no = לא
may-unknown = לא ידוע
may-left = הוסר
may-said-yes = מותר לשלוח
may-said-no = אסור לשלוח פרסום
may-said-unknown = אין הסכמה מתועדת
may-said-left = הוסר, לא מקבל פרסום
class-emergency = חירום
class-otp = קוד חד־פעמי
class-transactional = עסקה
class-service = שירות
class-conversational = שיחה
class-marketing = פרסום
class-political = תעמולה
class-control = מענה למילת מפתח
encoding-gsm-7 = GSM-7
encoding-ucs-2 = יוניקוד
encoding-8-bit = 8 סיביות
parts-count = { $n ->
    [one] חלק אחד
    [two] 2 חלקים
   *[other] { $n } חלקים
}
people-count-more = יותר מ־{ $n } אנשים
people-count = { $n ->
    [one] אדם אחד
    [two] 2 אנשים
   *[other] { $n } אנשים
}
