# הפעלה ראשונה וכניסה.
language = שפה
country = מדינה
time-zone = אזור זמן
password = סיסמה
password-show = הצגת הסיסמה
login-name = דואר אלקטרוני
first-title = ברוכים הבאים
first-heading = שלושה שדות, ואפשר להתחיל
first-under = שום דבר לא יוצא מהמחשב הזה עד שיחובר מפעיל.
first-business = שם העסק
first-password-help = לפחות 10 תווים; אפשר משפט שלם.
first-guessed = מדינה ואזור זמן
first-create = יצירה וכניסה
first-aside = מה מקבלים
first-minutes = חמש הדקות הראשונות
first-step-test = שליחת הודעת ניסיון
first-step-test-says = היא מגיעה לטלפון שמצויר על המסך
first-step-answer = מענה
first-step-answer-says = נועה משיבה בעברית, ותיבת השיחות נפתחת
first-step-campaign = שליחת קמפיין
first-step-campaign-says = ל־200 אנשים מדומים, עם דוח אמיתי
first-step-live = מעבר לשליחה אמיתית
first-step-live-says = חיבור המפעיל ב־SMPP
login-title = כניסה
login-heading = כניסה
login-heading-to = כניסה אל { $workspace }
login-enter = כניסה
login-mismatch = הכתובת והסיסמה אינן תואמות.
login-paused = { $minutes ->
    [one] יותר מדי ניסיונות. אפשר להיכנס שוב בעוד דקה.
    [two] יותר מדי ניסיונות. אפשר להיכנס שוב בעוד 2 דקות.
   *[other] יותר מדי ניסיונות. אפשר להיכנס שוב בעוד { $minutes } דקות.
}
talk-1 = Your boots are at the Bristol counter, code 4182
talk-2 = תודה, מגיעה מחר לפני חמש
talk-3 = Kedd 10:00 megfelel a próbára?
talk-4 = Так, дякую. Буду вчасно
talk-5 = Listo, Lucía: nos vemos el jueves
talk-6 = Спасибо, подойду в пять
