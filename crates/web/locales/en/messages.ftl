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
event-routed = Routed to { $name }
event-handed-one = Handed over
event-ambiguous = Sent, no answer seen
event-again = Goes again, marked as a possible copy
source-rest = Program, by the API
source-page = A page
source-console = The command line
source-campaign = Campaign
source-inbox = The inbox
source-system = Sendword itself
event-retry = Tried again later
event-conflict = The carrier contradicted itself; the first word stays
event-late = A late answer of the carrier
