# הגדרות ← חוק.
law = חוק
law-under = כללי איזו מדינה חלים על מה שאתם שולחים, ומה העסק שלכם מבקש מהם.
law-unreviewed-says = אף עורך דין לא בדק את כללי המדינה שלכם ב-Sendword. אלה קריאה הנדסית של מקורות פומביים, ולא ייעוץ משפטי.
law-fault = { $file } לא נטען. הכללים התקינים האחרונים נשארים בתוקף.
law-held = מחכות לאדם
law-held-says = ההודעות האלה נראות כמו פרסומת ומוגדרות כמשהו אחר. שום דבר לא יוצא עד שתחליטו.
law-held-to = אל
law-held-text = טקסט
law-held-word = בגלל
law-release = לשחרר
law-drop = לבטל
law-own = כללים משלכם
law-own-says = להחמיר אפשר תמיד. להקל רק במקום שכללי המדינה מרשים, עם סיבה ותאריך סיום.
law-own-none = כללי המדינה שלכם חלים כמות שהם.
law-rule = כלל
law-rule-window-marketing = שעות לפרסומת
law-rule-frequency-marketing = כמה פרסום מותר לשלוח לאדם אחד
law-rule-content-ad-label = הסימון ”פרסומת“
law-rule-content-sender-name = השם שלכם בטקסט
law-rule-content-refusal-path = דרך להסרה בטקסט
law-rule-content-erid = מזהה פרסום
law-rule-practise = גם במצב ניסיון נשמרות שעות ומכסות
law-value = ערך
law-value-help = שעות: 10:00-18:00 · מכסה: 2/14 (שתיים ב-14 יום) · require, insert, warn, off · on
law-reason = סיבה
law-until = עד
law-no-end = ללא סיום
law-holds = בתוקף
law-over = הסתיים
law-end = לסיים
law-set = קביעת כלל
law-packs = כללי המדינות שבתוקף
law-packs-says = כל אחד הוא קובץ עם מקורותיו. נספר המחמיר ביותר מבין מדינת הנמען, המדינה שלכם והכללים שלכם.
law-none = לא נטענו כללים
law-none-says = הפרסום מחכה עד שיהיו.
law-yours = המדינה שלכם
law-reviewed = נבדק
law-unreviewed = לא נבדק
law-version = גרסה
law-digest = טביעה
law-origin = מקור
law-builtin = מגיע עם Sendword
law-for = מספרים
law-due = לבדיקה עד
law-cases = מקרי בדיקה
law-sources = מקורות
law-sure-primary = החוק עצמו
law-sure-statute-secondary = החוק כפי שאחרים מדווחים
law-sure-case = פסק דין
law-sure-practice = נוהג
law-sure-unverified = לא אומת
law-held-until = עד
law-rule-window-sensitive-days = שקט בימי אבל וביום העצמאות
law-rule-volume-day = כמות הודעות ביום שאינה חריגה
law-rule-registry = רשימה ציבורית: { $id }
law-large = קמפיינים גדולים באופן חריג
law-large-says = ייתכן שסיסמה נגנבה. מישהו שלא שיגר את הקמפיין משחרר אותו.
law-large-people = { $people } אנשים; עד היום לכל היותר { $usual } ביום
law-large-workspace = הרבה מעבר למה שהעסק שולח ביום
law-large-sender = הרבה מעבר למה שיוצא משולח זה ביום
law-large-by = רשאים לשחרר: { $names }
law-large-nobody = אין אדם אחר בעסק שרשאי לכך: מפעיל המערכת ישחרר מהשרת.
law-lists = רשימות ציבוריות של מי שאינם רוצים פרסומות
law-lists-says = יש לקלוט את הקובץ העדכני. רשימה שחובה לשאול והיא ישנה מדי עוצרת פרסומות.
law-list = רשימה
law-list-level = נשמרת
law-list-state = מצב
law-list-numbers = מספרים
law-list-of = נכונה ל־
law-list-source = מקור
law-list-fresh = עדכנית
law-list-stale = ישנה מדי
law-list-missing = לא נקלטה
law-list-day = נכונה ליום
law-list-file = הקובץ
law-list-file-help = מספר אחד בכל שורה, או בעמודה הראשונה.
law-list-bring = קליטה
law-list-taken =
  { $n ->
    [one] { $id }: מעתה קובע מספר אחד.
   *[other] { $id }: מעתה קובעים { $n } מספרים.
  }
law-list-problems =
  { $n ->
    [one] שורה אחת לא הובנה והושמטה; הנה היא בלי ספרותיה:
   *[other] { $n } שורות לא הובנו והושמטו; הראשונות שבהן, בלי ספרותיהן:
  }
law-list-line = שורה { $n }
law-level-off = לא נשאלת
law-level-warn = נרשמת בלבד
law-level-insert = נוספת מעצמה
law-level-require = מחייבת
law-level-enforce = מחייבת
law-rule-content-unsubscribe-link = קישור להסרה בכל פרסומת
