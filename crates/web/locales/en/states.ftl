# States, kinds, chips: one word each, the same everywhere.
status-accepted = Accepted
status-scheduled = Scheduled
status-queued = Queued
status-submitting = Sending
status-submitted = Sent
status-buffered = Waiting for the phone
status-unknown = Unconfirmed
status-delivered = Delivered
status-undelivered = Not delivered
status-rejected = Rejected
status-expired = Expired
status-cancelled = Cancelled
status-suppressed = Kept back
link-bound = Up
link-connecting = Connecting
link-throttled = Throttled
link-auth-failed = Password refused
link-down = Down
link-no-traffic = No traffic
link-disabled = Switched off
link-bound-why = Carrying messages.
link-connecting-why = On the way up.
link-throttled-why = The carrier asks to slow down; messages wait and go by themselves.
link-auth-failed-why = The carrier refuses the name or the password. Messages wait here.
link-down-why = Not reachable. Messages wait here; the next try comes by itself.
link-no-traffic-why = Up, but nothing moves although something should.
link-disabled-why = A person switched it off.
campaign-state-draft = Draft
campaign-state-scheduled = Scheduled
campaign-state-freezing = Fixing the audience
campaign-state-running = Sending
campaign-state-paused = Paused
campaign-state-waiting-hours = Waiting for quiet hours to end
campaign-state-throttled = Throttled by the carrier
campaign-state-completed = Completed
campaign-state-completed-with-failures = Completed with failures
campaign-state-stopped = Stopped
campaign-state-held = Held, somebody must decide
may-yes = Yes
may-no = No
may-unknown = Unknown
may-left = Left
may-said-yes = May be messaged
may-said-no = May not get advertising
may-said-unknown = No permission on file
may-said-left = Left, gets no advertising
class-emergency = Emergency
class-otp = One-time code
class-transactional = Transactional
class-service = Service
class-conversational = Conversation
class-marketing = Marketing
class-political = Political
class-control = Answer to a keyword
encoding-gsm-7 = GSM-7
encoding-ucs-2 = Unicode
encoding-8-bit = 8-bit
parts-count = { $n ->
    [one] 1 part
   *[other] { $n } parts
}
people-count-more = More than { $n } people
people-count = { $n ->
    [one] 1 person
   *[other] { $n } people
}
