tpl = Texts to approve
tpl-level-off = No rule asks for approved texts here. A text may be looked at all the same; the wish “template” makes it a must.
tpl-level-warn = Texts that were not approved are sent, and it is noted.
tpl-level-insert = Texts that were not approved are sent, and it is noted.
tpl-level-require = Only approved texts are sent: a mailing without one is not launched, a single message waits for a person.
tpl-level-enforce = Only approved texts are sent: a mailing without one is not launched, a single message waits for a person.
tpl-waiting = { $n ->
    [0] Nothing waits
    [one] { $n } text waits for a decision
   *[other] { $n } texts wait for a decision
}
tpl-none = Nothing to decide
tpl-none-says = A text that somebody wants to send again and again is put here once, and a second person looks at it.
tpl-decided = Decided
tpl-is-waits = Waits
tpl-is-approved = Approved
tpl-is-expired = Ran out
tpl-is-refused = Refused
tpl-is-ended = Ended
tpl-asked-by = asked by { $who }, { $at }
tpl-decided-by = decided by { $who }
tpl-until = holds until { $day }
tpl-second = Somebody else decides about what you asked for.
tpl-note = What you noticed; a refusal needs it
tpl-reference = Number in the public register
tpl-approve = Approve
tpl-refuse = Refuse
tpl-end = End the approval
tpl-ask = Ask for approval
tpl-text = The text
tpl-text-help = Places that differ from person to person stand in double braces, as in { "{{first_name}}" }. A value has at most 60 characters and no web address.
tpl-class = What it is
tpl-class-marketing = Advertising
tpl-class-political = Political
tpl-class-service = Service
tpl-class-transactional = About an order or an appointment
tpl-class-otp = One-time code
tpl-class-emergency = Emergency
tpl-class-conversational = An answer
tpl-class-control = Our own answer
tpl-country = Country of the register
tpl-country-help = Two letters; leave it empty for everywhere.
said-tpl-asked = It waits for a second person
said-tpl-approved = Approved
said-tpl-refused = Refused
said-tpl-ended = The approval has ended
