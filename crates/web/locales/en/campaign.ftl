# Campaigns: list, composer, confirmation, live view, report.
campaigns-heading = { $n ->
    [0] No campaigns yet
    [one] 1 campaign
   *[other] { $n } campaigns
}
campaigns-views = Views
campaigns-all = All
campaigns-drafts = Drafts
campaigns-running = Running
campaigns-done = Through
campaigns-empty = No campaigns here
campaigns-empty-says = A campaign is one text to many people who agreed to get it. You see who gets it before anything leaves.
composer-name = Name of the campaign
composer-saved = Saved { $time }
composer-audience = Audience
composer-include = Goes to
composer-no-lists = There is no list to write to yet.
composer-in-lists = in the list
composer-will-get = will get it
composer-message = Message
composer-from = From
composer-text = Message text
composer-insert = Insert
composer-merged = Merged with real names
composer-histogram = Parts for this audience
composer-worked-out = worked out on the real names
composer-preview = Preview
composer-preview-none = Choose a list and write a text to see it as a person will.
composer-people = People of the audience
composer-person-before = Previous person
composer-person-after = Next person
composer-person-of = { $n } of { $of }
composer-direction = Direction
composer-ltr = left to right, from its first letter
composer-rtl = right to left, from its first letter
composer-longest = Longest
composer-longest-is = { $name }, { $n } characters
composer-arrives = Arrives as
composer-joined = one message, joined by the phone
composer-kind = Kind
composer-kind-marketing = needs consent and a way to leave
composer-kind-service = about something they use
composer-kind-transactional = about something they ordered
composer-topic = Topic
composer-topic-none = Nothing in particular
composer-topic-says = Advertising about a topic leaves out whoever chose not to hear about it.
composer-checks = Checks
composer-nothing-blocks = Nothing blocks sending
composer-blocks = { $n ->
    [one] One thing blocks sending
   *[other] { $n } things block sending
}
composer-save = Save draft
composer-test = Send a test to a phone
composer-blocked = Mend what the checks name, then send
composer-through = The last one leaves about { $time }
composer-send = { $count ->
   *[other] Send to { $n }
}
composer-check-consent = { $n ->
    [one] Consent on file for the one person
   *[other] Consent on file for all { $n }
}
composer-check-leave-none = No way to leave in the text
composer-check-leave-link = Way to leave: a link
composer-check-leave-reply = Way to leave: reply { $word }
composer-check-text = The text is empty
composer-check-nobody = Nobody would get it
composer-check-connection = { $name } carries it
composer-check-connection-waits = No connection is up: the campaign will wait and go on by itself
composer-check-simulated = Test mode: the simulator carries it, nothing leaves
meter-empty = No text yet
meter-parts = { $n ->
    [one] 1 part each
   *[other] { $n } parts each
}
meter-room = { $encoding }, { $used } of { $of }
meter-left = { $left } left in part { $part }
meter-part = Part { $n }, { $used } of { $of }
meter-native = This alphabet travels as Unicode: 70 characters in a single part, 67 in each part of a longer message. Nothing to replace.
meter-fix-label = Characters that force Unicode
meter-guilty = { $n ->
    [one] One character turns this into Unicode.
   *[other] { $n } characters turn this into Unicode.
}
meter-without = { $n ->
    [one] Without: 1 part each
   *[other] Without: { $n } parts each
}
meter-becomes = { $name } at character { $at } becomes plain: go to it
meter-replace = Replace them
char-en-dash = en dash
char-em-dash = em dash
char-apostrophe = apostrophe
char-quote = quote
char-ellipsis = ellipsis
char-space = wide space
char-bullet = bullet
char-backtick = backtick
confirm-title = Send
confirm-heading = { $n ->
    [one] Send to 1 person?
   *[other] Send to { $n } people?
}
confirm-under = { $parts ->
    [one] 1 part in all, { $out } people left out
   *[other] { $parts } parts in all, { $out } people left out
}
confirm-as = As { $who } will see it
confirm-back = Back to the text
live-started = Started { $date } { $time }, { $zone }, by { $who }.
live-finished = { $date } { $time } to { $end }, { $zone }.
live-handed = { $done } of { $all } handed over
live-end = expected end
live-rate = parts/s
live-rate-now = now
live-limited = Limited by { $name }
live-limited-says = It carries { $rate } parts/s.
live-freezing = The audience is being fixed: { $done } so far. Nothing has left yet.
live-held = { $n ->
    [one] 1 message is unconfirmed and is not sent twice by itself.
   *[other] { $n } messages are unconfirmed and are not sent twice by themselves.
}
live-held-open = Look at them
live-waiting = It waits, and goes on by itself.
live-pause = Pause campaign
live-resume = Resume campaign
live-stop = Stop
live-stop-note = If you stop now: { $left } already left, { $rest } will not be sent.
live-stop-heading = Stop { $name }?
live-stop-yes = Stop, { $rest } will not be sent
live-failed = { $n ->
    [0] Nothing failed
    [one] 1 did not arrive
   *[other] { $n } did not arrive
}
live-replies = Replies, live
live-replies-all = All { $n } in the inbox
live-replies-none = No replies yet.
live-replies-count = replies
live-opt-outs = left, { $share }
live-so-far = So far
live-progress = Progress
report-in-short = In short
report-sent-to = sent to
report-left-out = { $n } of { $all } left out
report-delivered = delivered
report-no-report = { $share } no report yet
report-replied = replied, { $share }
report-left = left, { $share }
report-chart = { $share } delivered
report-reasons = Why { $n } did not arrive
report-reasons-none = Everything that left arrived
report-out = Left out before sending: { $n }
report-out-none = Nobody was left out
report-download = Download CSV
report-duplicates = { $n ->
    [one] 1 message may have arrived twice and is marked.
   *[other] { $n } messages may have arrived twice and are marked.
}
campaign-new-name = Campaign of { $date }
composer-from-own = The workspace's own
composer-from-name = { $from }, nobody can reply
composer-from-number = { $from }, people can reply
composer-field-leave = Link to leave
live-started-at = Started { $date } { $time }, { $zone }.
composer-check-law-added = The law asks for it, so it is added and counted: { $what }
composer-check-law-opens = The hours for advertising are closed now. It goes from { $when } on.
