# בית.
done = בוצע
open = פתיחה
home-heading = היום: { $sent } נשלחו, { $share } נמסרו
home-heading-empty = היום עוד לא נשלח דבר
home-now = { $day }, { $time }, { $zone }
home-new-campaign = קמפיין חדש
home-steps = צעדים ראשונים
home-step-test = שליחת ניסיון
home-step-answer = מענה
home-step-campaign = שליחת קמפיין
home-step-live = מעבר לשליחה אמיתית
home-ends = סיום משוער { $time }, בקצב { $rate } חלקים לשנייה
home-today = היום
home-all-today = כל היום
home-sent = הודעות נשלחו
home-delivered = נמסרו, ל־{ $share } טרם התקבל אישור
home-hours = הודעות לפי שעה עד { $time }
home-replies = { $count ->
    [one] תשובה { $n }
   *[other] { $n } תשובות
}
home-left = { $count ->
    [one] { $n } הוסר
   *[other] { $n } הוסרו
}
home-needs = ממתין לך
home-needs-nothing = שום דבר לא ממתין לך
home-need-threads = { $n ->
    [one] שיחה אחת ממתינה יותר מ־10 דקות
    [two] 2 שיחות ממתינות יותר מ־10 דקות
   *[other] { $n } שיחות ממתינות יותר מ־10 דקות
}
home-need-oldest = הוותיקה: { $age }, { $who }
home-need-unknown = { $n ->
    [one] הודעה אחת ללא אישור קבלה
    [two] 2 הודעות ללא אישור קבלה
   *[other] { $n } הודעות ללא אישור קבלה
}
home-need-unknown-says = נשלחו, ולא נראתה תשובה
home-need-alarms-says = מה נשמר ומה לעשות
home-need-down = { $name } נפל
home-need-unassigned = { $n ->
    [one] הודעה אחת הגיעה למספר ללא בעלים
    [two] 2 הודעות הגיעו למספרים ללא בעלים
   *[other] { $n } הודעות הגיעו למספרים ללא בעלים
}
home-need-unassigned-says = יש להוסיף את המספר כדי לראות אותן בתיבה
home-connections-all = כל החיבורים
home-connections-none = אין עדיין מפעיל. בזמן הניסיון הסימולטור מקבל הכול.
home-beat = 40 הדקות האחרונות
home-last = חמשת הקמפיינים האחרונים
home-all-campaigns = כל הקמפיינים
slice-delivered = נמסרו
slice-waiting = ממתינות לאישור קבלה
slice-unknown = ללא אישור קבלה
slice-failed = נכשלו
slice-suppressed = לא נשלחו
slice-rest = טרם נשלחו
col-campaign = קמפיין
col-when = מתי
col-people = נמענים
col-delivered = נמסרו
col-replies = תשובות
col-left = הוסרו
campaign-pause = השהיית הקמפיין
campaign-resume = המשך הקמפיין
