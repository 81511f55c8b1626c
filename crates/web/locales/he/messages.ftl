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
event-routed = נותבה אל { $name }
event-handed-one = נמסרה למפעיל
event-ambiguous = נשלחה, לא נראתה תשובה
event-again = יוצאת שוב, מסומנת כעותק אפשרי
source-rest = תוכנה, דרך ה־API
source-page = עמוד
source-console = שורת הפקודה
source-campaign = קמפיין
source-inbox = תיבת השיחות
source-system = Sendword עצמה
event-retry = נוסתה שוב מאוחר יותר
event-conflict = המפעיל סתר את עצמו; המילה הראשונה קובעת
event-late = תשובה מאוחרת של המפעיל
