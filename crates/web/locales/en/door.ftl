# First run and sign in.
language = Language
country = Country
time-zone = Time zone
password = Password
password-show = Show password
login-name = E-mail
first-title = Welcome
first-heading = Three fields, then you are in
first-under = Nothing leaves this computer until you connect a carrier.
first-business = Business name
first-password-help = At least 10 characters; a sentence is fine.
first-guessed = Country and time zone
first-create = Create and open
first-aside = What you get
first-minutes = The first five minutes
first-step-test = Send a test message
first-step-test-says = It arrives on a phone drawn on your screen
first-step-answer = Answer it
first-step-answer-says = Noa writes back in Hebrew, your inbox opens
first-step-campaign = Send a campaign
first-step-campaign-says = To 200 simulated people, with a real report
first-step-live = Go live
first-step-live-says = Connect your carrier by SMPP
login-title = Sign in
login-heading = Sign in
login-heading-to = Sign in to { $workspace }
login-enter = Sign in
login-mismatch = Address and password do not match.
login-paused = { $minutes ->
    [one] Too many tries. Sign in again in 1 minute.
   *[other] Too many tries. Sign in again in { $minutes } minutes.
}
talk-1 = Your boots are at the Bristol counter, code 4182
talk-2 = תודה, מגיעה מחר לפני חמש
talk-3 = Kedd 10:00 megfelel a próbára?
talk-4 = Так, дякую. Буду вчасно
talk-5 = Listo, Lucía: nos vemos el jueves
talk-6 = Спасибо, подойду в пять
