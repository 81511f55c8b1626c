# Connections, numbers, senders, routes, simulator.
connections-heading = { $all ->
    [one] { $up ->
        [0] Your connection is down
       *[other] Your connection is up
    }
   *[other] { $up } of { $all } connections are up
}
connections-none = No connection yet
connections-none-says = A connection is your way to a carrier. Until there is one, the simulator takes everything.
connections-test = In test mode everything goes to the simulator, whatever is connected.
connections-add = Add connection
connections-beat = The last 60 minutes
connection-rate = { $rate } parts/s now
connection-rate-of = { $rate } of { $limit } parts/s now
connection-since = Since { $when }
connection-test = Test message
connection-test-help = Your own phone is the best test.
connection-test-text = Test from Sendword
connection-test-send = Send test
connection-reconnect = Connect anew
connection-on = Switch on
connection-off = Switch off
connection-state = What happens
connection-settings = Settings
connection-save = Save and connect anew
connection-new-says = The carrier gave you these by e-mail or contract.
connection-kind = Kind of connection
connection-name = Name
connection-name-help = How you call it, such as the carrier's name.
connection-connect = Connect
connection-more = More settings
kind-smpp = SMPP 3.4
kind-simulator = Simulator
field-host = Host
field-host-help = A name or an address, without a port.
field-port = Port
field-system-id = System ID
field-password = Password
field-secret-stays = Leave empty to keep the one that is stored.
field-system-type = System type
field-system-type-help = Most carriers leave it empty.
field-bind = Bind
field-bind-is-trx = Both directions in one
field-bind-is-tx = Sending alone
field-bind-is-rx = Receiving alone
field-binds = Number of binds
field-window = Window
field-window-help = Parts on the way without an answer.
field-rate = Limit, parts a second
field-rate-help = 0 for no limit.
field-tls = TLS
field-tls-is-on = On
field-tls-is-off = Off
fact-queued = Waiting
fact-flight = In doubt
fact-submitted = No report yet
lanes = Lanes right now
lane = Lane
lane-waiting = Waiting
lane-oldest = Oldest
lane-share = Share
lane-emergency = Emergency
lane-otp = One-time codes
lane-transactional = Transactional
lane-conversational = Conversations
lane-bulk = Campaigns
numbers-under = Numbers people write to, names they see, and which connection carries what.
numbers-receive = Numbers we receive on
numbers-kind = Kind
numbers-any = Any connection
numbers-none = No number yet: what comes in goes to this workspace as long as it is the only one.
numbers-add = Add number
numbers-unassigned = { $n ->
    [one] 1 message came to { $number }, which nobody owns
   *[other] { $n } messages came to { $number }, which nobody owns
}
number-long = Long number
number-short = Short code
number-shared = Shared short code
senders = Senders
senders-name = Sender
senders-help = At most 11 letters and digits, or a number.
senders-country = Only for country
senders-every = Every country
senders-answers = Answers
senders-answer = People can answer
senders-no-answer = People cannot answer a name
senders-none = No sender yet.
senders-add = Add sender
routes = Routes
routes-says = The first match wins.
routes-when = When
routes-to = Connection
routes-every = Everything
routes-prefix = Numbers that begin with { $prefix }
routes-prefix-label = Numbers that begin with
routes-any-class = Every kind
routes-none = No route yet: the first connection makes one.
routes-add = Add route
routes-remove = Remove
sim-heading = { $n ->
    [one] One phone, no carrier
   *[other] { $n } phones, no carrier
}
sim-under = Real SMPP between Sendword and a pretend carrier. Write on a phone, it lands in the inbox.
sim-test = Send a test to { $name }
sim-test-text = Your boots are at the counter, code 4182. Until when shall we keep them?
sim-phone = Phone of { $name }
sim-messages = Messages on the phone of { $name }
sim-answer = Answer as { $name }
sim-send-as = Send as { $name }
sim-placeholder = Message
sim-link = open its link
sim-wire = On the wire
sim-wire-label = Messages, newest first
sim-wire-none = Nothing yet.
sim-last = Open the last one
sim-digits = The last two digits of a +999 number decide what happens
sim-live-refuse = live routes refuse +999
ending-00 = delivered in 1 to 3 s
ending-01 = off, arrives after 60 s
ending-02 = unknown subscriber
ending-03 = memory full, then expires
ending-04 = throttled 5 s
ending-05 = answers STOP
ending-06 = answers the last digit asked
ending-07 = never any report
ending-08 = carrier refuses the text
ending-09 = doubled, disordered reports
ends-delivered = Delivered
ends-then-delivered = Then delivered
ends-failed = Failed
ends-expired = Expired
ends-leaves = Leaves
ends-no-report = No report
ends-rejected = Rejected
