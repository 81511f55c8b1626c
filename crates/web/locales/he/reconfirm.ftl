again = לשאול שוב
again-under = אנשים שההסכמה שלהם עומדת להסתיים, או שרק אנחנו או קובץ מעידים עליה, נשאלים פעם אחת אם להמשיך לכתוב להם.
again-whom = מי נשאל
again-silence = { $n ->
    [one] ממתינים לתשובה יום אחד. מי שעונה כן הסכים מחדש, עם הוכחה; מי שקיבל את השאלה ולא ענה לא יקבל עוד פרסומות.
   *[other] ממתינים לתשובה { $n } ימים. מי שעונה כן הסכים מחדש, עם הוכחה; מי שקיבל את השאלה ולא ענה לא יקבל עוד פרסומות.
}
again-ending = { $n ->
    [one] אדם אחד שהסכמתו מסתיימת בתוך { $days } ימים
   *[other] { $n } אנשים שהסכמתם מסתיימת בתוך { $days } ימים
}
again-ending-says = אחרי היום הזה אי אפשר לשאול אותם.
again-weak = { $n ->
    [one] אדם אחד שלא אמר כן בעצמו
   *[other] { $n } אנשים שלא אמרו כן בעצמם
}
again-weak-says = קובץ, תוכנה או אחד מאיתנו רשמו את ההסכמה.
again-start = לשאול אותם
again-forbidden = הכללים של המדינה הזאת אינם מתירים לשאול שוב.
again-no-number = מי שנשאל חייב להיות מסוגל לענות. הוסיפו קודם מספר שמקבל הודעות.
again-runs = מה נשאל
again-none = עדיין לא נשאל איש
again-none-says = השאלה היא פרסומת: היא שומרת על השעות ומגיעה רק למי שעדיין מותר לכתוב לו.
again-kind-ending = ההסכמה מסתיימת
again-kind-weak = הוכחה חלשה
again-state-asking = שואלים
again-state-waiting = ממתינים לתשובות
again-state-over = הסתיים
again-state-stopped = נעצר
again-is-asked = ממתינים
again-is-agreed = כן
again-is-silent = שתקו
again-is-missed = לא הגיעה
again-is-refused = לא
again-stop = לעצור
said-again-started = השאלה בדרך
said-again-stopped = לא נשאל עוד איש, ושתיקה אינה נחשבת
