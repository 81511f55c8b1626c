# יומן ההודעות, והודעה אחת.
messages-under = כל מה שהתקבל, החדש למעלה.
messages-search = מספר, שם או מזהה הודעה
messages-any = כל המצבים
messages-to = אל
messages-parts = חלקים
messages-clear = הסרת המסנן
messages-none = אין כאן הודעות
messages-none-says = שום הודעה לא מתאימה למסננים.
messages-twice = אולי הגיעה פעמיים
message-title = אל { $who }
message-to = אל { $who }
message-took = ארך { $time }.
message-cancel = ביטול השליחה
message-again = שליחה חוזרת
message-what = מה קרה
message-raw = בתים גולמיים
message-size = { $n ->
    [one] תו אחד, { $encoding }, { $parts }
   *[other] { $n } תווים, { $encoding }, { $parts }
}
message-facts = עובדות
message-class = סוג
message-connection = חיבור
message-by = לבקשת
message-copies = עותקים
event-accepted = התקבלה
event-checked = נבדקה
event-routed = נותבה אל { $name }
event-handed = חלק { $n } מתוך { $of } נמסר למפעיל
event-handed-one = נמסרה למפעיל
event-carrier-id = מזהה המפעיל { $id }
event-ambiguous = נשלחה, לא נראתה תשובה
event-report = המפעיל דיווח: { $what }
event-delivered = נמסרה
event-failed = לא נמסרה
event-suppressed = לא נשלחה
event-cancelled = בוטלה
event-again = יוצאת שוב, מסומנת כעותק אפשרי
