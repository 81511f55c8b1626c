# הודעות שאיש אינו יודע אם הגיעו.
unconfirmed = לא מאושרות
unconfirmed-heading = { $n ->
    [0] אין הודעות לא מאושרות
    [one] הודעה אחת לא מאושרת
    [two] 2 הודעות לא מאושרות
   *[other] { $n } הודעות לא מאושרות
}
unconfirmed-under = הן נשלחו ולא נראתה תשובה, או שלא הגיע אישור בזמן. כל אחת הגיעה פעם אחת או לא הגיעה.
unconfirmed-none = אין על מה להחליט
unconfirmed-none-says = כשתשובה של מפעיל הולכת לאיבוד, ההודעה עומדת כאן עד שאישור או אדם יכריעו.
unconfirmed-do = מה לעשות בכולן
unconfirmed-resend = שליחה חוזרת
unconfirmed-resend-says = הן עלולות להגיע פעמיים. מי שסירב בינתיים לא ייכלל.
unconfirmed-resend-n = שליחה חוזרת של { $n }
unconfirmed-resend-ask = { $n ->
    [one] לשלוח שוב הודעה אחת? היא עלולה להגיע פעמיים
    [two] לשלוח שוב 2 הודעות? הן עלולות להגיע פעמיים
   *[other] לשלוח שוב { $n } הודעות? הן עלולות להגיע פעמיים
}
unconfirmed-leave = להשאיר כמות שהן
unconfirmed-leave-says = הן נשארות לא מאושרות בדוח. אישור מאוחר עדיין יכריע.
unconfirmed-leave-n = השארת { $n }
unconfirmed-leave-ask = { $n ->
    [one] להשאיר הודעה אחת לא מאושרת?
    [two] להשאיר 2 הודעות לא מאושרות?
   *[other] להשאיר { $n } הודעות לא מאושרות?
}
unconfirmed-fail = ספירה ככישלון
unconfirmed-fail-says = הן ייספרו כלא נמסרו. אישור מסירה מאוחר עדיין גובר.
unconfirmed-fail-n = ספירת { $n } ככישלון
unconfirmed-fail-ask = { $n ->
    [one] לספור הודעה אחת ככישלון?
    [two] לספור 2 הודעות ככישלון?
   *[other] לספור { $n } הודעות ככישלון?
}
unconfirmed-changed = המספר השתנה מאז. כדאי לבדוק שוב ואז להחליט.
