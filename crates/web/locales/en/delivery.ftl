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
kind-ucp = EMI/UCP
kind-cimd2 = CIMD2
kind-twilio = Twilio
kind-vonage = Vonage
kind-plivo = Plivo
kind-infobip = Infobip
kind-sinch = Sinch
kind-messagebird = MessageBird (Bird)
kind-telnyx = Telnyx
kind-clickatell = Clickatell
kind-kannel = Kannel (sendsms)
kind-jasmin = Jasmin (/send)
kind-http = Any HTTP provider
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
field-user = User
field-user-help = As the carrier gave it; UCP carriers that know you by your address want none.
field-international = International numbers begin with
field-international-is-plus = + and the country
field-international-is-zeros = 00 and the country
field-international-is-plain = The country alone
field-oton = Type of the user's address (OTON)
field-onpi = Numbering plan of the user's address (ONPI)
field-clock-min = The carrier's clock, minutes ahead of UTC
field-clock-min-help = 120 for Israel in winter. Empty: the carrier decides how long a message is tried.
field-answer-timeout-s = Wait for an answer, seconds
field-enquire-s = Ask a quiet link, seconds
field-errors = The carrier's own errors
field-errors-help = As 4=throttle, 9=permanent:number is closed. Words: temporary, permanent, route, throttle, link.
field-tls = TLS
field-tls-is-on = On
field-tls-is-off = Off
field-alphabet = Alphabet
field-alphabet-help = What the carrier calls its default alphabet.
field-alphabet-is-gsm = GSM 03.38
field-alphabet-is-latin1 = Latin-1
field-alphabet-is-packed = GSM 03.38, packed
field-bind-is-pair = One to send and one to receive
field-version = SMPP version
field-address-range = Addresses served
field-address-range-help = Most carriers leave it empty.
field-tls-ca = Who signs the carrier's certificate
field-tls-ca-help = Certificates as PEM, or the path of a file with them. Empty: whom this machine trusts.
field-tls-pin = Fingerprint of the carrier's certificate
field-tls-pin-help = SHA-256, as AB:CD:… A certificate with it is trusted whoever signed it.
field-tls-name = Name on the carrier's certificate
field-tls-name-help = Empty: the host.
why-tls-pin-invalid-setting = “{ $what }” is no SHA-256 fingerprint: 32 octets in hex, as AB:CD:…
field-outbind = The carrier connects to us at
field-outbind-help = Where to listen, as 0.0.0.0:2776. Only the carrier's host is let in. Empty: we connect to it.
field-outbind-password = Password the carrier connects with
field-gsm-coding = data_coding of texts in its default alphabet
field-ucs2-coding = data_coding of Unicode texts
field-ucs2-order = Order of octets in Unicode texts
field-ucs2-order-is-big = Higher first, as the standard says
field-ucs2-order-is-little = Lower first
field-flash = Messages that are shown at once
field-flash-is-class = By class, 0x10 and 0x18
field-flash-is-old = By 0xF0
field-flash-is-subunit = By dest_addr_subunit
field-national = National letters in 7 bits
field-national-help = Languages whose tables the carrier's handsets read, as turkish, hindi, spanish:single, all. Empty: none.
why-national-invalid-setting = One of these is no language. Write turkish, spanish:single, hindi, all or none.
field-long = Long messages
field-long-is-udh = In parts, joined by their header
field-long-is-sar = In parts, joined by SAR parameters
field-long-is-payload = Whole, in message_payload
field-long-is-whole = Whole, in short_message as far as it goes
field-source = Senders: type and plan by form
field-source-help = As alphanumeric=5/0, short=3/0, international=1/1 add:+. Empty: as most carriers want them.
why-source-invalid-setting = “{ $what }” cannot be read. Write a form, = and TON/NPI, as short=0/1 or national=1/1 cut:0 add:972.
field-destination = Recipients: type and plan by form
field-destination-help = As international=1/1 or international=2/1 cut:972 add:0.
why-destination-invalid-setting = “{ $what }” cannot be read. Write a form, = and TON/NPI, as short=0/1 or national=1/1 cut:0 add:972.
field-service-type = Service type
field-registered-delivery = Reports asked for (registered_delivery)
field-registered-delivery-help = 1 the final one, 17 those in between too, 0 none.
field-priority = Priority
field-protocol-id = Protocol id
field-validity = How long the carrier may try
field-validity-is-relative = From now on
field-validity-is-absolute = Until an instant
field-validity-is-none = As the carrier has it
field-tlvs = TLVs with every message
field-tlvs-help = A line each, as 0x1400 text 1101234567. Kinds: text, cstring, int8, int16, int32, hex.
why-tlvs-invalid-setting = “{ $what }” cannot be read. Write a tag, a kind and a value, as 0x1400 text 1101234567.
field-keep-tlvs = TLVs kept of receipts
field-keep-tlvs-help = As 0x1403, 0x0423. They stand with the reason of a message.
why-keep-tlvs-invalid-setting = “{ $what }” is no tag. Write numbers, as 0x1403.
field-receipt-id = From the id of a receipt to the id of the answer
field-receipt-id-help = As cut:MSC- last:10 hex. Empty: learnt from what matches.
why-receipt-id-invalid-setting = “{ $what }” cannot be read. Write cut:…, cut-end:…, first:N, last:N, hex or decimal.
why-errors-invalid-setting = “{ $what }” cannot be read. Write a number, a sign = and one of temporary, permanent, route, throttle, link, as 0x45=permanent.
failed-title = What failed last
failed-says = The last twenty, without numbers and text.
failed-none = Nothing has failed yet.
failed-when = When
failed-what = What
failed-answer = Answer
failed-fields = Fields
failed-message = Message
failed-open = Open
failed-ours = from us
failed-theirs = from the carrier
failed-no-answer = No answer
fact-queued = Waiting
fact-flight = In doubt
fact-window = Unanswered
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
phone-noa = Noa
phone-ivan = Ivan
phone-lucia = Lucía

# Clients of the SMPP server.
clients-heading = { $all ->
    [one] { $bound ->
        [0] Your client is not bound
       *[other] Your client is bound
    }
   *[other] { $bound } of { $all } clients are bound
}
clients-under = Programs of others that send through this workspace by SMPP.
clients-none = No client yet
clients-none-says = A client is somebody else’s program that binds to Sendword by SMPP and sends through you.
clients-add = Add client
clients-new-says = The password is made up for you and shown once, on the next page.
clients-make = Make the account
clients-name = Client
clients-state = State
clients-rate = Messages/s
clients-waiting = Waiting for it
clients-last = Last bound
clients-never = Never
clients-off = Switched off
clients-unbound = Not bound
clients-bound = { $n ->
    [one] 1 session
   *[other] { $n } sessions
}
clients-system-id-help = Up to 15 letters and digits. Empty: the same as the name.
clients-save = Save
clients-account = Account
clients-account-says = A new password and switching off end its sessions at once. What waits for it stays.
clients-password = New password
clients-remove = Remove client
clients-fresh = These are for the client’s program
clients-fresh-says = The password is not kept and cannot be shown again.
clients-address = Address
clients-since = Since
clients-accepted = Accepted
clients-refused = Refused
clients-sessions = Bound now
clients-waits = { $n ->
    [0] Nothing waits for it
    [one] 1 receipt or message waits for it
   *[other] { $n } receipts and messages wait for it
}
clients-nobody = Nobody is bound. Receipts and messages wait for three days.
clients-transmitter = Sending
clients-receiver = Receiving
clients-transceiver = Both directions
clients-numbers = Its numbers
clients-numbers-says = What people write to these numbers goes to the client as well as to the inbox.
clients-give = Give number
field-bind-is-any = Any
field-class = What its messages are
field-class-is-transactional = Transactional
field-class-is-otp = One-time codes
field-class-is-service = Service
field-class-is-conversational = Conversation
field-class-is-marketing = Marketing
field-class-is-political = Political
field-allow = May bind from
field-allow-help = Addresses or ranges, as 192.0.2.7, 10.0.0.0/8. Empty: from everywhere.
field-from = May send as
field-from-help = Names and numbers, with commas between. Empty: anything.
field-services = Kinds by service type
field-services-help = As OTP=otp, PROMO=marketing.
field-charset = What data_coding 0 means
field-charset-is-gsm7 = GSM alphabet
field-charset-is-latin1 = Latin-1
field-charset-is-utf8 = UTF-8
field-receipts = Receipts
field-receipts-is-asked = As asked
field-receipts-is-always = Always
field-receipts-is-never = Never
field-receipts-is-marked = What is marked as one
field-receipts-is-any = Any text that reads as one
field-base = Address of the interface
field-base-help = Where requests go, as https://api.example.com. The provider's own, unless it gave you another.
field-proxy = Proxy
field-proxy-help = As http://proxy.example:3128. Proxies of the system are not used.
field-hook-user = User of the webhooks
field-hook-user-help = Only where the provider can send a user and a password with its webhooks.
field-hook-password = Password of the webhooks
field-account-sid = Account SID
field-account-sid-help = Begins with AC, on the first page of the console.
field-auth-token = Auth token
field-auth-token-help = Also proves that webhooks are the provider's own.
field-api-key = API key
field-api-secret = API secret
field-messaging-service = Messaging service
field-messaging-service-help = Begins with MG. It chooses the sender; empty: the message's own.
field-signature-secret = Signature secret
field-signature-secret-help = From the account's settings. Without it webhooks are believed by their secret address alone.
field-signature-method = Signature method
field-signature-method-is-md5hash = MD5 hash
field-signature-method-is-sha1 = SHA-1 HMAC
field-signature-method-is-sha256 = SHA-256 HMAC
field-signature-method-is-sha512 = SHA-512 HMAC
field-auth-id = Auth ID
field-powerpack = Powerpack
field-powerpack-help = Its UUID. It chooses the sender; empty: the message's own.
field-plan = Service plan ID
field-api-token = API token
field-hook-secret = Secret of the webhooks
field-hook-secret-help = Where the plan signs its callbacks with HMAC; empty: their secret address alone.
field-access-key = Access key
field-signing-key = Signing key
field-signing-key-help = Proves that webhooks are the provider's own; empty: their secret address alone.
field-public-key = Public key
field-public-key-help = From Keys & Credentials in the portal: proves that webhooks are the provider's own.
field-profile = Messaging profile ID
field-profile-help = Needed for a name as sender.
field-two-way = The integration has numbers
field-two-way-help = A two-way integration shows the message's own sender.
field-two-way-is-on = Yes
field-two-way-is-off = No
field-username = User name
field-path = Path
field-smsc = SMSC
field-smsc-help = The smsc-id to send by; empty: Kannel chooses.
hooks-title = Webhooks
hooks-says = Give the provider this address, so that it tells what became of messages and hands over answers. It is a secret.
hooks-status = For delivery reports
hooks-inbound = For incoming messages
hooks-unknown = Set public_url in the configuration, so that providers know where to call.
hooks-taken = Last one taken
hooks-refused = Last one refused
hooks-never = Never
field-method = Method
field-method-is-POST = POST
field-method-is-GET = GET
field-method-is-PUT = PUT
field-address = Path and query
field-address-help = What stands behind the address, as /send?to={"{"}to{"}"}. Values are escaped for where they stand.
field-headers = Headers
field-headers-help = A line each, as Authorization: Bearer {"{"}key{"}"}
field-body-type = Body
field-body-type-is-form = Form
field-body-type-is-json = JSON
field-body-type-is-xml = XML
field-body-type-is-text = Text
field-body = Template of the body
field-body-help = Places: {"{"}to{"}"} {"{"}to_digits{"}"} {"{"}from{"}"} {"{"}from_bare{"}"} {"{"}text{"}"} {"{"}text_utf16{"}"} {"{"}id{"}"} {"{"}try{"}"} {"{"}hook{"}"} {"{"}validity_s{"}"} {"{"}validity_min{"}"} {"{"}coding{"}"} {"{"}user{"}"} {"{"}password{"}"} {"{"}key{"}"}
field-key = Key
field-answer-id = Where the answer has the id
field-answer-id-help = /data/id in JSON, a field, after:OK: or regex:id=(\w+). Empty: our own name is the id.
field-answer-error = Where the answer has the error
field-answer-taken = What an answer has only where the message was taken
field-answer-refusals = What errors mean
field-answer-refusals-help = A line each, as 105=permanent. Words: temporary, permanent, route, throttle, link.
field-report-id = Where a report has the id
field-report-status = Where a report has the state
field-report-error = Where a report has the error
field-report-states = What states mean
field-report-states-help = A line each, as OK=delivered. Words: delivered, undelivered, rejected, expired, cancelled, buffered, ignored.
field-message-from = Where a message has its sender
field-message-to = Where a message has our number
field-message-text = Where a message has its text
field-message-id = Where a message has its id
field-hook-answer = What webhooks are answered with
