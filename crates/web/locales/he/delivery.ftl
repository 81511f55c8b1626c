# חיבורים, מספרים, שולחים, מסלולים, סימולטור.
connections-heading = { $all ->
    [one] { $up ->
        [0] החיבור נפל
       *[other] החיבור פעיל
    }
   *[other] { $up } מתוך { $all } חיבורים פעילים
}
connections-none = אין עדיין חיבור
connections-none-says = חיבור הוא הדרך למפעיל. עד שיהיה אחד, הסימולטור מקבל הכול.
connections-test = במצב ניסיון הכול הולך לסימולטור, ולא משנה מה מחובר.
connections-add = הוספת חיבור
connections-beat = 60 הדקות האחרונות
connection-rate = { $rate } חלקים לשנייה כעת
connection-rate-of = { $rate } מתוך { $limit } חלקים לשנייה כעת
connection-since = מאז { $when }
connection-test = הודעת ניסיון
connection-test-help = הטלפון שלך הוא הניסיון הטוב ביותר.
connection-test-text = ניסיון מ־Sendword
connection-test-send = שליחת ניסיון
connection-reconnect = חיבור מחדש
connection-on = הפעלה
connection-off = כיבוי
connection-state = מה קורה
connection-settings = הגדרות
connection-save = שמירה וחיבור מחדש
connection-new-says = הפרטים הגיעו מהמפעיל בדואר או בחוזה.
connection-kind = סוג החיבור
connection-name = שם
connection-name-help = איך לקרוא לו, למשל בשם המפעיל.
connection-connect = חיבור
connection-more = הגדרות נוספות
kind-smpp = SMPP 3.4
kind-ucp = EMI/UCP
kind-cimd2 = CIMD2
kind-twilio = Twilio
kind-vonage = Vonage
kind-plivo = Plivo
kind-infobip = Infobip
kind-sinch = Sinch
kind-messagebird = MessageBird (Bird)
kind-telnyx = Telnyx
kind-clickatell = Clickatell
kind-kannel = Kannel (sendsms)
kind-jasmin = Jasmin (/send)
kind-http = כל ספק HTTP
kind-simulator = סימולטור
field-host = מארח
field-host-help = שם או כתובת, בלי פורט.
field-port = פורט
field-system-id = System ID
field-password = סיסמה
field-secret-stays = להשאיר ריק כדי לשמור על הקיימת.
field-system-type = System type
field-system-type-help = אצל רוב המפעילים נשאר ריק.
field-bind = סוג קישור
field-bind-is-trx = שני הכיוונים יחד
field-bind-is-tx = שליחה בלבד
field-bind-is-rx = קבלה בלבד
field-binds = מספר קישורים
field-window = חלון
field-window-help = חלקים שבדרך ועוד לא נענו.
field-rate = מגבלה, חלקים לשנייה
field-rate-help = 0 ללא מגבלה.
field-user = משתמש
field-user-help = כפי שנמסר מהמפעיל; מפעילי UCP שמזהים לפי הכתובת לא צריכים.
field-international = מספר בינלאומי מתחיל ב
field-international-is-plus = + וקידומת המדינה
field-international-is-zeros = 00 וקידומת המדינה
field-international-is-plain = קידומת המדינה בלבד
field-oton = סוג הכתובת של המשתמש (OTON)
field-onpi = תוכנית המספור של המשתמש (ONPI)
field-clock-min = שעון המפעיל, דקות לפני UTC
field-clock-min-help = 120 לישראל בחורף. ריק: המפעיל מחליט כמה זמן לנסות.
field-answer-timeout-s = המתנה לתשובה, שניות
field-enquire-s = בדיקת קישור שקט, שניות
field-errors = שגיאות של המפעיל
field-errors-help = למשל 4=throttle, 9=permanent:number is closed. מילים: temporary, permanent, route, throttle, link, optout.
field-tls = TLS
field-tls-is-on = פועל
field-tls-is-off = כבוי
field-alphabet = אלפבית
field-alphabet-help = מה שהמפעיל קורא לו אלפבית ברירת המחדל.
field-alphabet-is-gsm = GSM 03.38
field-alphabet-is-latin1 = Latin-1
field-alphabet-is-packed = GSM 03.38, דחוס
field-bind-is-pair = קישור לשליחה וקישור לקבלה
field-version = גרסת SMPP
field-address-range = כתובות שמקבלים
field-address-range-help = אצל רוב המפעילים נשאר ריק.
field-tls-ca = מי חותם על האישור של המפעיל
field-tls-ca-help = אישורים בצורת PEM, או נתיב של קובץ שהם בו. ריק: מי שהמחשב הזה סומך עליו.
field-tls-pin = טביעת האצבע של האישור של המפעיל
field-tls-pin-help = SHA-256, למשל AB:CD:… אישור שזו טביעתו מתקבל, לא משנה מי חתם עליו.
field-tls-name = השם שעל האישור של המפעיל
field-tls-name-help = ריק: שם המארח.
why-tls-pin-invalid-setting = “{ $what }” אינה טביעת אצבע SHA-256: 32 בתים בהקסדצימלי, למשל AB:CD:…
field-outbind = המפעיל מתחבר אלינו בכתובת
field-outbind-help = איפה להאזין, למשל 0.0.0.0:2776. רק המארח של המפעיל נכנס. ריק: אנחנו מתחברים אליו.
field-outbind-password = הסיסמה שהמפעיל מתחבר בה
field-outbind-certificate = התעודה שלנו למפעיל שמתחבר בתוך TLS
field-outbind-certificate-help = כ־PEM עם התעודות שמעליה, או נתיב של קובץ כזה. אם הוגדרו גורמים שבוטחים בהם, גם המפעיל חייב להציג תעודה שהם מאשרים.
field-outbind-key = המפתח הפרטי של התעודה הזו
field-outbind-key-help = כ־PEM, או נתיב של קובץ כזה.
field-gsm-coding = ערך data_coding של טקסט באלפבית ברירת המחדל
field-ucs2-coding = ערך data_coding של טקסט ביוניקוד
field-ucs2-order = סדר הבתים בטקסט ביוניקוד
field-ucs2-order-is-big = הגבוה תחילה, כמו בתקן
field-ucs2-order-is-little = הנמוך תחילה
field-flash = הודעות שמוצגות מיד
field-flash-is-class = לפי מחלקה, 0x10 ו־0x18
field-flash-is-old = לפי 0xF0
field-flash-is-subunit = לפי dest_addr_subunit
field-national = אותיות לאומיות ב־7 סיביות
field-national-help = שפות שהמכשירים אצל המפעיל קוראים את הטבלאות שלהן, למשל turkish, hindi, spanish:single, all. ריק: אף אחת.
why-national-invalid-setting = אחת מהמילים אינה שפה. יש לכתוב turkish, spanish:single, hindi, all או none.
field-long = הודעות ארוכות
field-long-is-udh = בחלקים, מחוברים בכותרת
field-long-is-sar = בחלקים, מחוברים בפרמטרים SAR
field-long-is-payload = בשלמותן, ב־message_payload
field-long-is-whole = בשלמותן, ב־short_message עד כמה שנכנס
field-source = שולחים: סוג ותוכנית לפי צורה
field-source-help = למשל alphanumeric=5/0, short=3/0, international=1/1 add:+. ריק: כמו שרוב המפעילים רוצים.
why-source-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב צורה, סימן = ו־TON/NPI, למשל short=0/1 או national=1/1 cut:0 add:972.
field-destination = נמענים: סוג ותוכנית לפי צורה
field-destination-help = למשל international=1/1 או international=2/1 cut:972 add:0.
why-destination-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב צורה, סימן = ו־TON/NPI, למשל short=0/1 או national=1/1 cut:0 add:972.
field-service-type = סוג שירות
field-registered-delivery = דיווחים שמבקשים (registered_delivery)
field-registered-delivery-help = 1 הסופי, 17 גם אלה שבדרך, 0 בלי.
field-priority = עדיפות
field-protocol-id = מזהה פרוטוקול
field-validity = כמה זמן המפעיל רשאי לנסות
field-validity-is-relative = מעכשיו והלאה
field-validity-is-absolute = עד רגע מסוים
field-validity-is-none = כפי שנהוג אצל המפעיל
field-tlvs = ערכי TLV בכל הודעה
field-tlvs-help = שורה לכל אחד, למשל 0x1400 text 1101234567. סוגים: text, cstring, int8, int16, int32, hex.
why-tlvs-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב תג, סוג וערך, למשל 0x1400 text 1101234567.
field-sender-tlvs = ערכי TLV לפי שולח
field-sender-tlvs-help = שורה לכל אחד, למשל ACME 0x1401 text 1107: שולח ואחריו TLV. הוא קודם לזה שלמעלה עם אותו תג; של ההודעה עצמה קודם לשניהם.
why-sender-tlvs-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב שולח, תג, סוג וערך, למשל ACME 0x1401 text 1107.
field-keep-tlvs = ערכי TLV שנשמרים ממה שנכנס
field-keep-tlvs-help = למשל 0x1403, 0x0423. של אישור מסירה מופיעים ליד הסיבה של ההודעה, של הודעה נכנסת – לצידה.
why-keep-tlvs-invalid-setting = “{ $what }” אינו תג. יש לכתוב מספרים, למשל 0x1403.
field-receipt-id = מהמזהה שבאישור אל המזהה שבתשובה
field-receipt-id-help = למשל cut:MSC- last:10 hex. ריק: נלמד ממה שמתאים.
why-receipt-id-invalid-setting = אי אפשר לקרוא את “{ $what }”. יש לכתוב cut:…, cut-end:…, first:N, last:N, hex או decimal.
why-errors-invalid-setting = לא ניתן לקרוא את „{ $what }”. יש לכתוב מספר, סימן = ואחת מהמילים temporary, permanent, route, throttle, link, optout, למשל 0x45=permanent.
failed-title = מה נכשל לאחרונה
failed-says = עשרים האחרונות, בלי מספרים ובלי טקסט.
failed-none = עוד לא נכשל דבר.
failed-when = מתי
failed-what = מה
failed-answer = תשובה
failed-fields = שדות
failed-message = הודעה
failed-open = לפתיחה
failed-ours = מאיתנו
failed-theirs = מהמפעיל
failed-no-answer = אין תשובה
fact-queued = ממתינות
fact-flight = בספק
fact-window = ללא תשובה
lanes = התורים כרגע
lane = תור
lane-waiting = ממתינות
lane-oldest = הוותיקה
lane-share = חלק
lane-emergency = חירום
lane-otp = קודים חד־פעמיים
lane-transactional = עסקאות
lane-conversational = שיחות
lane-bulk = קמפיינים
numbers-under = מספרים שכותבים אליהם, שמות שרואים, ואיזה חיבור נושא מה.
numbers-receive = מספרים לקבלת הודעות
numbers-kind = סוג
numbers-any = כל חיבור
numbers-none = אין עדיין מספר: מה שנכנס מגיע לסביבה הזאת כל עוד היא היחידה.
numbers-add = הוספת מספר
numbers-unassigned = { $n ->
    [one] הודעה אחת הגיעה אל { $number }, שאין לו בעלים
    [two] 2 הודעות הגיעו אל { $number }, שאין לו בעלים
   *[other] { $n } הודעות הגיעו אל { $number }, שאין לו בעלים
}
number-long = מספר רגיל
number-short = מספר קצר
number-shared = מספר קצר משותף
senders = שולחים
senders-name = שולח
senders-help = עד 11 אותיות לועזיות וספרות, או מספר.
senders-country = רק למדינה
senders-every = כל מדינה
senders-answers = תשובות
senders-answer = אפשר להשיב
senders-no-answer = אי אפשר להשיב לשם
senders-none = אין עדיין שולח.
senders-add = הוספת שולח
sim-heading = { $n ->
    [one] טלפון אחד, בלי מפעיל
    [two] 2 טלפונים, בלי מפעיל
   *[other] { $n } טלפונים, בלי מפעיל
}
sim-under = SMPP אמיתי בין Sendword למפעיל מדומה. מה שנכתב בטלפון מגיע לתיבת השיחות.
sim-test = שליחת ניסיון אל { $name }
sim-test-text = המגפיים מחכים בדלפק, קוד 4182. עד מתי לשמור אותם?
sim-phone = הטלפון של { $name }
sim-messages = ההודעות בטלפון של { $name }
sim-answer = מענה בשם { $name }
sim-send-as = שליחה בשם { $name }
sim-placeholder = הודעה
sim-link = פתיחת הקישור
sim-wire = על הקו
sim-wire-label = הודעות, החדשה למעלה
sim-wire-none = עדיין אין דבר.
sim-last = פתיחת האחרונה
sim-digits = שתי הספרות האחרונות של מספר ‎+999 קובעות מה יקרה
sim-live-refuse = מסלולים אמיתיים דוחים ‎+999
ending-00 = נמסרת תוך 1 עד 3 שניות
ending-01 = כבוי, מגיעה אחרי 60 שניות
ending-02 = מספר לא קיים
ending-03 = זיכרון מלא, ואז פג התוקף
ending-04 = האטה של 5 שניות
ending-05 = משיב STOP
ending-06 = משיב את הספרה האחרונה שנשאלה
ending-07 = אין אישור לעולם
ending-08 = המפעיל דוחה את הטקסט
ending-09 = אישורים כפולים ומעורבבים
ends-delivered = נמסרה
ends-then-delivered = ואז נמסרה
ends-failed = נכשלה
ends-expired = פג תוקפה
ends-leaves = מסתלק
ends-no-report = אין אישור
ends-rejected = נדחתה
phone-noa = נועה
phone-ivan = איוון
phone-lucia = לוסיה

# לקוחות של שרת ה־SMPP.
clients-heading = { $all ->
    [one] { $bound ->
        [0] הלקוח שלכם אינו מחובר
       *[other] הלקוח שלכם מחובר
    }
   *[other] { $bound } מתוך { $all } לקוחות מחוברים
}
clients-under = תוכנות של אחרים ששולחות דרך סביבת העבודה הזו ב־SMPP.
clients-none = אין עדיין לקוחות
clients-none-says = לקוח הוא תוכנה של מישהו אחר שמתחברת ל־Sendword ב־SMPP ושולחת דרככם.
clients-add = הוספת לקוח
clients-new-says = הסיסמה נוצרת עבורכם ומוצגת פעם אחת, בעמוד הבא.
clients-make = יצירת החשבון
clients-name = לקוח
clients-state = מצב
clients-rate = הודעות בשנייה
clients-waiting = ממתין לו
clients-last = חיבור אחרון
clients-never = אף פעם
clients-off = כבוי
clients-unbound = לא מחובר
clients-bound = { $n ->
    [one] חיבור אחד
    [two] שני חיבורים
   *[other] { $n } חיבורים
}
clients-system-id-help = עד 15 אותיות וספרות. ריק: כמו השם.
clients-save = שמירה
clients-account = חשבון
clients-account-says = סיסמה חדשה או כיבוי מסיימים מיד את החיבורים שלו. מה שממתין לו נשאר.
clients-password = סיסמה חדשה
clients-remove = הסרת הלקוח
clients-fresh = אלה הפרטים לתוכנה של הלקוח
clients-fresh-says = הסיסמה אינה נשמרת ואי אפשר להציג אותה שוב.
clients-address = כתובת
clients-since = מאז
clients-accepted = התקבלו
clients-refused = נדחו
clients-sessions = מחוברים עכשיו
clients-waits = { $n ->
    [0] דבר אינו ממתין לו
    [one] אישור או הודעה אחת ממתינים לו
   *[other] { $n } אישורים והודעות ממתינים לו
}
clients-nobody = אף אחד אינו מחובר. אישורים והודעות ממתינים שלושה ימים.
clients-transmitter = שולח
clients-receiver = מקבל
clients-transceiver = שני הכיוונים
clients-numbers = המספרים שלו
clients-numbers-says = מה שאנשים כותבים למספרים האלה מגיע ללקוח וגם לתיבת הדואר הנכנס.
clients-give = מתן מספר
field-bind-is-any = כל סוג
field-class = סוג ההודעות שלו
field-class-is-transactional = עסקה
field-class-is-otp = קודים חד־פעמיים
field-class-is-service = שירות
field-class-is-conversational = שיחה
field-class-is-marketing = שיווק
field-class-is-political = פוליטי
field-allow = מותר להתחבר מ־
field-allow-help = כתובות או טווחים, כמו ⁦192.0.2.7⁩, ⁦10.0.0.0/8⁩. ריק: מכל מקום.
field-from = מותר לשלוח בשם
field-from-help = שמות ומספרים, מופרדים בפסיקים. ריק: הכול.
field-services = סוגים לפי service type
field-services-help = כמו OTP=otp, PROMO=marketing.
field-charset = המשמעות של data_coding 0
field-charset-is-gsm7 = אלפבית GSM
field-charset-is-latin1 = Latin-1
field-charset-is-utf8 = UTF-8
field-receipts = אישורי מסירה
field-receipts-is-asked = לפי הבקשה
field-receipts-is-always = תמיד
field-receipts-is-never = אף פעם
field-receipts-is-marked = רק מה שמסומן ככזה
field-receipts-is-any = כל טקסט שנקרא ככזה
field-base = כתובת הממשק
field-base-help = לאן נשלחות הבקשות, למשל ⁦https://api.example.com⁩. של הספק עצמו, אלא אם נמסרה אחרת.
field-proxy = שרת proxy
field-proxy-help = למשל http://proxy.example:3128. ה־proxy של המערכת אינו בשימוש.
field-hook-user = משתמש של הקריאות הנכנסות
field-hook-user-help = רק אם הספק יודע לשלוח משתמש וסיסמה עם הקריאות שלו.
field-hook-password = סיסמה של הקריאות הנכנסות
field-account-sid = Account SID
field-account-sid-help = מתחיל ב־AC, בעמוד הראשון של המסוף.
field-auth-token = Auth token
field-auth-token-help = גם מוכיח שקריאות נכנסות הן של הספק.
field-api-key = מפתח API
field-api-secret = סוד API
field-messaging-service = Messaging service
field-messaging-service-help = מתחיל ב־MG ובוחר את השולח; ריק: השולח של ההודעה.
field-signature-secret = סוד החתימה
field-signature-secret-help = מהגדרות החשבון. בלעדיו קריאה נכנסת נבדקת רק לפי הכתובת הסודית.
field-signature-method = שיטת החתימה
field-signature-method-is-md5hash = MD5 hash
field-signature-method-is-sha1 = SHA-1 HMAC
field-signature-method-is-sha256 = SHA-256 HMAC
field-signature-method-is-sha512 = SHA-512 HMAC
field-auth-id = Auth ID
field-powerpack = Powerpack
field-powerpack-help = ה־UUID שלו. הוא בוחר את השולח; ריק: השולח של ההודעה.
field-plan = Service plan ID
field-api-token = אסימון API
field-hook-secret = סוד הקריאות הנכנסות
field-hook-secret-help = אם התוכנית חותמת ב־HMAC; ריק: רק הכתובת הסודית.
field-access-key = Access key
field-signing-key = מפתח חתימה
field-signing-key-help = מוכיח שקריאות נכנסות הן של הספק; ריק: רק הכתובת הסודית.
field-public-key = מפתח ציבורי
field-public-key-help = מתוך Keys & Credentials בפורטל: מוכיח שקריאות נכנסות הן של הספק.
field-profile = Messaging profile ID
field-profile-help = נחוץ כשהשולח הוא שם.
field-two-way = לחיבור יש מספרים
field-two-way-help = חיבור דו־כיווני מציג את השולח של ההודעה.
field-two-way-is-on = כן
field-two-way-is-off = לא
field-username = שם משתמש
field-path = נתיב
field-smsc = SMSC
field-smsc-help = ה־smsc-id לשליחה; ריק: Kannel בוחר.
hooks-title = קריאות מהספק
hooks-says = מוסרים לספק את הכתובת הזאת, כדי שידווח מה עלה בגורל ההודעות ויעביר תשובות. היא סודית.
hooks-status = לדיווחי מסירה
hooks-inbound = להודעות נכנסות
hooks-unknown = יש לקבוע public_url בהגדרות, כדי שספקים ידעו לאן לפנות.
hooks-taken = האחרונה שהתקבלה
hooks-refused = האחרונה שנדחתה
hooks-never = אף פעם
field-method = שיטה
field-method-is-POST = POST
field-method-is-GET = GET
field-method-is-PUT = PUT
field-address = נתיב ושאילתה
field-address-help = מה שבא אחרי הכתובת, למשל /send?to={"{"}to{"}"}. כל ערך נכתב לפי מקומו.
field-headers = כותרות
field-headers-help = שורה לכל אחת, למשל Authorization: Bearer {"{"}key{"}"}
field-body-type = גוף הבקשה
field-body-type-is-form = טופס
field-body-type-is-json = JSON
field-body-type-is-xml = XML
field-body-type-is-text = טקסט
field-body = תבנית הגוף
field-body-help = מקומות: {"{"}to{"}"} {"{"}to_digits{"}"} {"{"}from{"}"} {"{"}from_bare{"}"} {"{"}text{"}"} {"{"}text_utf16{"}"} {"{"}id{"}"} {"{"}try{"}"} {"{"}hook{"}"} {"{"}validity_s{"}"} {"{"}validity_min{"}"} {"{"}coding{"}"} {"{"}user{"}"} {"{"}password{"}"} {"{"}key{"}"}
field-key = מפתח
field-answer-id = היכן המזהה בתשובה
field-answer-id-help = /data/id ב־JSON, שם של שדה, after:OK: או regex:id=(\w+). ריק: המזהה הוא השם שלנו.
field-answer-error = היכן השגיאה בתשובה
field-answer-taken = מה יש בתשובה רק כשההודעה התקבלה
field-answer-refusals = משמעות השגיאות
field-answer-refusals-help = שורה לכל אחת, למשל 105=permanent. מילים: temporary, permanent, route, throttle, link, optout.
field-report-id = היכן המזהה בדיווח
field-report-status = היכן המצב בדיווח
field-report-error = היכן השגיאה בדיווח
field-report-states = משמעות המצבים
field-report-states-help = שורה לכל אחד, למשל OK=delivered. מילים: delivered, undelivered, rejected, expired, cancelled, buffered, ignored.
field-message-from = היכן השולח בהודעה נכנסת
field-message-to = היכן המספר שלנו בהודעה נכנסת
field-message-text = היכן הטקסט בהודעה נכנסת
field-message-id = היכן המזהה בהודעה נכנסת
field-hook-answer = במה עונים לקריאות הספק
senders-says = מי שמבקש שולח לעולם אינו מי שמאשר אותו.
senders-look = קודם לבדוק
sender-submitted = מחכה לאישור
sender-approved = אושר
sender-rejected = נדחה
sender-expired = האישור הסתיים
sender-until = מאושר עד
sender-reference = מספר במרשם
sender-story = מה הוחלט
sender-no-papers = אין עדיין מסמכים
sender-alike = הוא נראה כמו שם שעסק אחר מציג.
sender-paper = מסמך שמראה של מי השם
sender-paper-help = נסח מרשם, סימן מסחר. עד 5 מגה.
sender-paper-add = הוספת מסמך
sender-second = אדם אחר בצוות מאשר אותו, או מפעיל המערכת.
sender-approve = אישור
sender-reject = דחייה
sender-length = { $name }: { $n } מתוך { $most } תווים.
sender-fine = הכול בסדר איתו.
sender-no-way-out = אי אפשר להשיב לשם. הוסיפו מספר שמקבל הודעות, כדי שאנשים יוכלו לבקש הסרה.
sender-wrong-too-long = מכשיר מציג עד 11 תווים.
sender-wrong-character = לא כל מכשיר מציג ”{ $what }“: אותיות a עד z, ספרות, רווחים, ‎- _ . &
sender-wrong-alike = ”{ $what }“ מאלפבית אחר ורק נראה כמו ”{ $like }“.
sender-wrong-digits = רק ספרות: זה ייראה כמו מספר.
sender-wrong-no-letter = אין בו אות.
sender-wrong-generic = ”{ $what }“ לא אומר מי כותב.
sender-wrong-protected = זה, או נראה כמו, ”{ $what }“ – שם שאינו שלכם.
