# קהלים חיים, ההוכחה של מספר, ומה שאולי הוא סירוב.
nav-segments = פלחים
nav-compliance = ציות
segments-heading = { $n ->
    [0] אין עדיין פלחים
    [one] פלח אחד
   *[other] { $n } פלחים
}
segments-under = פלח הוא כל מי שמתאים עכשיו. כטקסט או לפי תנאים: זה אותו הדבר.
segments-name = שם
segments-text = מי נמצא בו
segments-freeze = הקפאה כרשימה
segments-remove = הסרה
segments-empty = אין עדיין פלחים
segments-empty-says = אפשר לתאר למטה למי מתכוונים, ולראות מיד כמה הם.
segments-new = פלח חדש
segments-change = שינוי הפלח
segments-criteria = כל מי שמתאים ל־
segments-criteria-help = כמו: ⁦city = חיפה and (tag = gold or replied > 30d ago) and not consent = left⁩
segments-why = למה המספר הזה בפנים או בחוץ?
segments-why-heading = למה
segments-save = שמירה
segments-look = הצגה
segments-and = וגם
segments-or = או
segments-not = וגם לא
segments-group-all = כל אלה
segments-group-any = אחד מאלה
segments-group-not = לא
segments-drop = הסרה
segments-conditions = תנאים
segments-join = איך מצטרף
segments-subject = שדה או מילה
segments-sign = השוואה
segments-value = ערך
segments-add = הוספה
segments-fault = עדיין אי אפשר לקרוא את זה
segments-gathering = בהכנה
segments-gathering-says = הערכים של שדה חדש נאספים. כדאי להסתכל שוב עוד רגע.
segments-nobody = לאף איש קשר אין המספר הזה.
segments-holds = מתקיים
segments-holds-not = לא מתקיים
compliance-under = האם מותר לכתוב למספר, על מה זה נשען, וכל מילה ודקה.
compliance-search = חיפוש ההוכחה
suspect-heading = { $n ->
    [0] אין על מה להחליט
    [one] הודעה אחת אולי היא סירוב
   *[other] { $n } הודעות אולי הן סירוב
}
suspect-says = הפרסום לאנשים אלה ממתין. מי שלא הוחלט לגביו תוך יממה נחשב כמסרב.
suspect-empty = אין על מה להחליט
suspect-empty-says = הודעה שאולי היא סירוב ממתינה כאן עד שמישהו קרא אותה.
suspect-until = להחליט עד
suspect-yes = זה סירוב
suspect-no = זה לא סירוב
proof-may = מותר לקבל פרסום
proof-may-not = לא מקבל פרסום
proof-holds = הרישום הוא מה שנכתב.
proof-broken = הרישום אינו מה שנכתב.
proof-checking = הרישום נבדק מתחילתו.
proof-check = לבדוק עכשיו
proof-json = כקובץ (JSON)
proof-print = העמוד מודפס כמו שהוא.
proof-refusals = סירובים
proof-no-refusals = אין.
proof-left-after = { $n ->
    [0] שום פרסום לא יצא אחריו
    [one] פרסום אחד יצא אחריו
   *[other] { $n } פרסומים יצאו אחריו
}
proof-grant = ניתנה הרשאה
proof-refuse = ביקש להפסיק
proof-expire = ההרשאה פגה
proof-ask = התבקש לאשר
proof-retract = סירוב שנרשם לרבים הוחזר
proof-noted = נרשם { $at }
proof-link = חוליה { $n } בשרשרת
proof-erased = נמחק
proof-erase = לשכוח את המספר
proof-erase-says = השם, הטקסטים והכתובות נמחקים. סירובים נשארים, כדי שאיש לא יכתוב לשם שוב, וגם הזמנים של מה שקרה.
proof-erase-reason = מי ביקש, ואיך
basis-consent = הסכמה
basis-existing-customer = לקוח שקיבל הודעה ויכול היה לסרב
method-call = בטלפון
method-paper = על נייר
method-timeout = איש לא החליט בזמן
method-system = מעצמו
said-erased = נשכח. הסירובים נשארים.
said-not-erased = עדיין לא: הודעה למספר הזה עוד בדרך.
said-cleared = זה לא היה סירוב
why-text-expected = חסר משהו: תנאי נכתב כך: city = חיפה.
why-text-unexpected = בין תנאים כותבים and או or.
why-text-not-closed = סוגריים לא נסגרו.
why-text-quote-open = מירכאות לא נסגרו.
why-text-unknown-list = אין רשימה בשם { $what }.
why-text-unknown-tag = אין תגית בשם { $what }.
why-text-unknown-campaign = אין קמפיין בשם { $what }.
why-text-bad-value = אי אפשר להשוות לערך הזה.
why-text-bad-moment = אפשר לכתוב 30d ago, יום כמו 2026-03-14, או = never.
why-text-bad-sign = אי אפשר להשוות כך.
why-text-no-field = ‏{ $what } אינו שדה של אנשים.
why-text-too-deep = יותר מדי סוגריים זה בתוך זה.
why-text-too-many = לכל היותר 60 תנאים.
why-field-not-ready = הערכים של שדה עדיין נאספים. כדאי לנסות שוב עוד רגע.
person-told-us = התקשרו, או כתבו על נייר
person-how = איך
person-evidence = מה מראה זאת: מי ענה לשיחה, היכן המכתב
person-write-down = רישום הסירוב
why-bad-sign = אי אפשר להשוות כך.
why-bad-value = הערך הזה לא מתאים כאן.
why-in-the-past = זה כבר הסתיים.
why-message-on-its-way = הודעה למספר הזה עוד בדרך.
