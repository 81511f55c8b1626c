# הודעות שאיש אינו יודע אם הגיעו.
unconfirmed = ללא אישור קבלה
unconfirmed-heading = { $n ->
    [0] אין הודעות ללא אישור קבלה
    [one] הודעה אחת ללא אישור קבלה
    [two] 2 הודעות ללא אישור קבלה
   *[other] { $n } הודעות ללא אישור קבלה
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
unconfirmed-leave-says = בדוח הן נשארות ללא אישור קבלה. אישור מאוחר עדיין יכריע.
unconfirmed-leave-n = השארת { $n }
unconfirmed-leave-ask = { $n ->
    [one] להשאיר הודעה אחת ללא אישור קבלה?
    [two] להשאיר 2 הודעות ללא אישור קבלה?
   *[other] להשאיר { $n } הודעות ללא אישור קבלה?
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
