# The message log, and one message.
messages-under = Everything that was accepted, newest first.
messages-search = Number, name or message id
messages-any = Every status
messages-to = To
messages-parts = Parts
messages-clear = Remove this filter
messages-none = No messages here
messages-none-says = Nothing matches these filters.
messages-twice = may have arrived twice
message-title = To { $who }
message-to = To { $who }
message-took = Took { $time }.
message-cancel = Call it back
message-again = Send again
message-what = What happened
message-raw = Raw bytes
message-size = { $n ->
    [one] 1 character, { $encoding }, { $parts }
   *[other] { $n } characters, { $encoding }, { $parts }
}
message-facts = Facts
message-class = Kind
message-connection = Connection
message-by = Asked by
message-copies = Copies
event-accepted = Accepted
event-checked = Checked
event-routed = Routed to { $name }
event-handed = Part { $n } of { $of } handed over
event-handed-one = Handed over
event-carrier-id = carrier's id { $id }
event-ambiguous = Sent, no answer seen
event-report = The carrier reported: { $what }
event-delivered = Delivered
event-failed = Not delivered
event-suppressed = Kept back
event-cancelled = Called back
event-again = Goes again, marked as a possible copy
