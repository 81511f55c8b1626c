# Why an input was refused, and what was done.
why-required = Is needed.
why-too-long = Too long.
why-taken = Is there already.
why-invalid = Cannot be read like this.
why-unknown = There is no such thing.
why-empty = Nobody is in it.
why-repeated = Stands there twice.
why-too-many = Too many.
why-not-a-number = This is no phone number.
why-not-an-address = This is no e-mail address.
why-not-a-country = There is no such country.
why-not-a-zone = There is no such time zone.
why-not-a-language = There is no such language here.
why-too-short = Too short: at least 10 characters.
why-too-simple = Too easy to guess.
why-not-for-campaigns = This kind is not sent to a list.
why-sender-implausible = A sender is a number, or a name of at most 11 letters and digits.
why-bad-merge-field = A field in the text cannot be read. Fields are written {"{{"}first_name{"}}"}.
why-too-many-parts = The text needs more parts than the workspace allows.
why-unknown-kind = There is no such kind of connection.
why-unknown-connector = There is no such connection.
why-invalid-setting = This setting cannot be used.
why-name-invalid = Letters a to z, digits, dashes and dots, at most 40.
why-system-id-invalid = Up to 15 letters, digits or signs, without spaces.
why-system-id-taken = Another client binds by this name.
why-password-invalid = 4 to 64 letters, digits or signs, without spaces.
why-allow-invalid-setting = “{ $what }” is no address or range. Write 192.0.2.7 or 10.0.0.0/8.
why-from-invalid-setting = “{ $what }” is no sender: write a number, or a name of up to 11 signs.
why-services-invalid-setting = “{ $what }” cannot be read. Write a service type, a sign = and a kind, as OTP=otp.
why-number-invalid = A short code, or a number with its country's code, as +972541234567.
why-prefix-taken = A route with these conditions is there already.
why-list-required = Choose a list.
why-text-required = Write a text.
why-already-launched = It was launched already; nothing is sent twice.
why-already-live = The workspace is live already.
why-already-set-up = Somebody set it up already.
why-changed-meanwhile = Somebody else changed it meanwhile. Your text is still here; save it again.
why-in-use = A route or a number still leads to it.
why-last-owner = The last owner stays.
why-messages-wait = Messages still wait in it.
why-no-simulator = The simulator does not run.
why-not-in-test-mode = Only in test mode.
why-not-paused = It is not paused.
why-not-running = It is not running any more.
why-not-suspected = Nobody has to decide about it.
why-simulator-stays = The simulator stays.
why-test-key-in-live-workspace = A test key sends nothing in a live workspace.
said-saved = Saved
said-sent = Sent. It leaves now.
said-paused = Paused. Nothing more leaves.
said-resumed = It goes on.
said-launched = Launched. The audience is being fixed.
said-key-revoked = The key opens nothing any more
said-connection-added = Connection added, connecting
said-reconnecting = Connecting anew
said-switched-on = Switched on
said-switched-off = Switched off
said-added = Added
said-removed = Removed
said-live = Live: messages reach real phones from now on
said-not-now = That is not possible now
said-not-sent = Not sent
said-not-count = The audience changed since you looked. Look again, then send.
said-sent-again = { $n ->
    [one] 1 message goes again
   *[other] { $n } messages go again
}
said-not-all-again = { $n ->
    [0] None could be sent again: a rule is against it
    [one] 1 message goes again; a rule is against the others
   *[other] { $n } messages go again; a rule is against the others
}
said-let-be = { $n ->
    [one] 1 message stays as it is
   *[other] { $n } messages stay as they are
}
said-given-up = { $n ->
    [one] 1 message counts as failed
   *[other] { $n } messages count as failed
}
said-stopped = { $n ->
    [0] Stopped. Nothing waited any more.
   *[other] Stopped. { $n } will not be sent.
}
country-ar = Argentina
country-at = Austria
country-ch = Switzerland
country-cl = Chile
country-co = Colombia
country-cz = Czechia
country-de = Germany
country-es = Spain
country-fr = France
country-gb = United Kingdom
country-hu = Hungary
country-ie = Ireland
country-il = Israel
country-it = Italy
country-kz = Kazakhstan
country-mx = Mexico
country-nl = Netherlands
country-pl = Poland
country-pt = Portugal
country-ro = Romania
country-ru = Russia
country-ua = Ukraine
country-us = United States
country-uy = Uruguay
zone-of-country = As usual in the country
said-timeline = See its timeline
why-already-begun = It has begun already.
why-already-ended = It has ended.
why-bad-date = Write the day as 2026-03-14.
why-bad-name = A field's name is made of letters, digits and _.
why-in-the-future = That day has not come yet.
why-invalid-number = This is no valid number.
why-not-mobile = This is no mobile number.
why-not-kept = The file is gone. Choose it again.
why-too-large = The file is larger than 2 GB.
why-consent-date-required = Say on which day these people agreed.
why-consent-source-required = Say where these people agreed.
said-left = Written down: no more advertising goes there
said-not-allowed = This person refused; only they can take it back
why-not-restored = There is no restore that waits for a decision.
why-sent-log-not-whole = The sent-log is not whole: nobody knows all of what had left. Say that repeating is allowed, or leave it held.
why-registry-unknown = No pack in force names such a list.
why-source-required = Say where the list came from.
why-as-of-invalid = The day the list is of, not ahead of today.
why-file-no-number = There is no number in it. The list as it was stays.
why-needs-a-second-person = Whoever asked for it does not approve it.
why-generic = It does not say who writes.
why-protected = It is, or looks like, the name of somebody else.
why-character = Letters a to z, digits, spaces or - _ . &
why-digits = Only digits: that would pass for a number.
why-no-letter = There is no letter in it.
why-until-required = Something laxer needs an end within a year.
why-reason-required = Say why.
why-a-newer-list-counts = A newer copy of this list is in force, and it stays. This file was not read. Choose a copy of a later day.
why-no-number = There is no telephone number in this file. The list as it was stays in force. Choose the file that holds the numbers, one in each line.
why-already-undone = It was taken back already. Nothing was changed a second time. Load the page anew to see how it stands.
why-not-over = It is still at work, or was taken back already. Nothing was changed. Wait until it is done, then take it back.
why-not-stale = This number does not wait for a decision any more. Nothing was changed. Load the page anew to see who waits.
why-not-undoable = It cannot be taken back: it is still at work, was taken back already, or the time for it is over. Nothing was changed. What you do not want you can change person by person.
why-number-taken = Another person has this number by now, so the two stay one. Nothing was changed. Change that person's number first, then try again.
why-page-too-old = The page stood open too long. Nothing was changed. Load it anew and press the button again.
why-refused-since = This person refused once more after the day the file names. Nothing was changed. The refusal stays.
why-no-reply-path = Whoever is asked must be able to answer. Nothing was changed. Add a number that receives, then begin again.
why-forbidden = The rules of this country do not allow it. Nothing was changed. The page of the law names the pack that says so.
why-already-asking = This question is being asked already. Nothing was changed. Wait until it is out.
why-already-over = This run is over already. Nothing was changed. Load the page anew to see what came of it.
why-already-decided = This was decided about already. Nothing was changed. Load the page anew to see how it stands.
