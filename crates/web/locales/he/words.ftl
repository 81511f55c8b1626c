# השפה עצמה, מספרים, זמנים.
language-name = עברית
language-dir = rtl
number-style = 1,234.5
number = { $n }
percent = { $n }%

date-short = { $weekday } { $day } { $month }
date-long = { $weekday }, { $day } { $month }
date-with-year = { $date } { $year }
date-today = היום { $time }
date-yesterday = אתמול { $time }
date-and-time = { $date } { $time }
age-now = עכשיו
age-minutes = { $n ->
    [one] דקה
   *[other] { $n } דק׳
}
age-hours = { $n ->
    [one] שעה
    [two] שעתיים
   *[other] { $n } שע׳
}
age-days = { $n ->
    [one] יום
    [two] יומיים
   *[other] { $n } ימים
}
last-seconds = { $n } שנ׳
last-minutes = { $m } דק׳ ו־{ $s } שנ׳
last-hours = { $h } שע׳ ו־{ $m } דק׳
weekday-1 = יום שני
weekday-2 = יום שלישי
weekday-3 = יום רביעי
weekday-4 = יום חמישי
weekday-5 = יום שישי
weekday-6 = שבת
weekday-7 = יום ראשון
weekday-short-1 = ב׳
weekday-short-2 = ג׳
weekday-short-3 = ד׳
weekday-short-4 = ה׳
weekday-short-5 = ו׳
weekday-short-6 = שבת
weekday-short-7 = א׳
month-1 = בינואר
month-2 = בפברואר
month-3 = במרץ
month-4 = באפריל
month-5 = במאי
month-6 = ביוני
month-7 = ביולי
month-8 = באוגוסט
month-9 = בספטמבר
month-10 = באוקטובר
month-11 = בנובמבר
month-12 = בדצמבר
month-short-1 = בינו׳
month-short-2 = בפבר׳
month-short-3 = במרץ
month-short-4 = באפר׳
month-short-5 = במאי
month-short-6 = ביוני
month-short-7 = ביולי
month-short-8 = באוג׳
month-short-9 = בספט׳
month-short-10 = באוק׳
month-short-11 = בנוב׳
month-short-12 = בדצמ׳
zone-asia-jerusalem = ירושלים
zone-europe-london = לונדון
zone-etc-utc = UTC
