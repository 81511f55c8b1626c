# Live audiences, the proof of a number, what may be a refusal.
nav-segments = Segments
nav-compliance = Compliance
segments-heading = { $n ->
    [0] No segments yet
    [one] 1 segment
   *[other] { $n } segments
}
segments-under = A segment is whoever fits now. As text or by conditions: both are the same thing.
segments-name = Name
segments-text = Who is in it
segments-freeze = Freeze as list
segments-remove = Remove
segments-empty = No segments yet
segments-empty-says = Describe below whom you mean, and see at once how many they are.
segments-new = New segment
segments-change = Change the segment
segments-criteria = Everyone who matches
segments-criteria-help = As: city = Haifa and (tag = gold or replied > 30d ago) and not consent = left
segments-why = Why is this number in, or not?
segments-why-heading = Why
segments-save = Save
segments-look = Look
segments-and = and
segments-or = or
segments-not = and not
segments-group-all = All of
segments-group-any = Any of
segments-group-not = Not
segments-drop = Take away
segments-conditions = Conditions
segments-join = How it joins
segments-subject = Field or word
segments-sign = Compared
segments-value = Value
segments-add = Add
segments-fault = This cannot be read yet
segments-gathering = Getting ready
segments-gathering-says = The values of a new field are being gathered. Look again in a moment.
segments-nobody = No contact has this number.
segments-holds = holds
segments-holds-not = does not hold
compliance-under = May we write to a number, on what it rests, and every word and minute of it.
compliance-search = Find the proof
suspect-heading = { $n ->
    [0] Nothing to decide
    [one] 1 message may be a refusal
   *[other] { $n } messages may be refusals
}
suspect-says = Advertising to these people waits. Who is not decided about in a day has refused.
suspect-empty = Nothing to decide
suspect-empty-says = A message that may be a refusal waits here until somebody has read it.
suspect-until = Decide until
suspect-yes = It is a refusal
suspect-no = It is none
proof-may = may get advertising
proof-may-not = gets no advertising
proof-holds = The record is what was written.
proof-broken = The record is not what was written.
proof-checking = The record is being checked from its beginning.
proof-check = Check it now
proof-json = As a file (JSON)
proof-print = This page prints as it is.
proof-refusals = Refusals
proof-no-refusals = None.
proof-left-after = { $n ->
    [0] no advertising left after it
    [one] 1 advertisement left after it
   *[other] { $n } advertisements left after it
}
proof-grant = Permission given
proof-refuse = Asked to stop
proof-expire = Permission ran out
proof-ask = Asked to confirm
proof-retract = A refusal written down for many was taken back
proof-noted = Written down { $at }
proof-link = link { $n } of the chain
proof-erased = erased
proof-erase = Forget this number
proof-erase-says = Name, texts and addresses go. Refusals stay, so that nobody writes there again, and so do the times of what happened.
proof-erase-reason = Who asked for it, and how
basis-consent = Consent
basis-existing-customer = Customer who was told and could refuse
method-call = On the telephone
method-paper = On paper
method-timeout = Nobody decided in time
method-system = By itself
said-erased = Forgotten. Refusals stay.
said-not-erased = Not yet: a message to this number is still on its way.
said-cleared = It was no refusal
why-text-expected = Something is missing: a condition is written as city = Haifa.
why-text-unexpected = Conditions are joined by and, or by or.
why-text-not-closed = A bracket is not closed.
why-text-quote-open = A quotation mark is not closed.
why-text-unknown-list = There is no list { $what }.
why-text-unknown-tag = There is no tag { $what }.
why-text-unknown-campaign = There is no campaign { $what }.
why-text-bad-value = This value does not compare with it.
why-text-bad-moment = Write 30d ago, a day as 2026-03-14, or = never.
why-text-bad-sign = This cannot be compared in this way.
why-text-no-field = { $what } is no field of people.
why-text-too-deep = Too many brackets stand in one another.
why-text-too-many = At most 60 conditions.
why-field-not-ready = The values of a field are still being gathered. Try again in a moment.
person-told-us = They called, or wrote on paper
person-how = How
person-evidence = What shows it: who took the call, where the letter lies
person-write-down = Write down the refusal
why-bad-sign = This cannot be compared in this way.
why-bad-value = This value does not fit here.
why-in-the-past = This has ended already.
why-message-on-its-way = A message to this number is still on its way.
