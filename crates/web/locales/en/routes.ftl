# Routes: sentences, draft, comparison, asking, lists.
routes = Routes
routes-heading = { $n ->
    [0] No routes yet
    [one] 1 route
   *[other] { $n } routes
}
routes-says = Which connection carries a message. Rules are read from the top.
routes-first-wins = The first that fits wins.
routes-in-force = In force
routes-draft = Draft
routes-none = No route yet
routes-none-says = Nothing leaves without a route. The first connection makes one.
routes-add = Add a rule
routes-remove = Remove
routes-to = Connection
routes-every = Every message
routes-off = Passed over
routes-edit = Edit
routes-edit-n = Edit rule { $n }
routes-up-n = Move rule { $n } up
routes-down-n = Move rule { $n } down
routes-on-n = Use rule { $n } again
routes-off-n = Pass over rule { $n }
routes-remove-n = Remove rule { $n }
routes-then = then
routes-cheapest = the cheapest of
routes-shared = shared by
routes-share-none = (only if no other can)
routes-says-country = numbers of { $what }
routes-says-prefix = numbers that begin with { $what }
routes-says-network = network { $what }
routes-says-class = { $what }
routes-says-sender = from { $what }
routes-says-workspace = of workspace { $what }
routes-says-words = text with { $what }
routes-says-pattern = text that fits { $what }
routes-says-ceiling = at most { $price } an SMS
routes-says-number = number { $old } becomes { $new }
routes-says-shows = shows { $what }
routes-says-replaces = { $n ->
    [one] replaces 1 word
   *[other] replaces { $n } words
}
routes-history = History
routes-history-says = Every version can be brought back. Messages accepted before keep their way.
routes-version = Version
routes-since = In force since
routes-rules = Rules
routes-restored = Brought back { $n }
routes-now = In force
routes-undo = Undo
routes-restore = Bring back
routes-restore-n = Bring back version { $n }

draft-heading = { $n ->
    [0] A draft without a change
    [one] A draft with 1 change
   *[other] A draft with { $n } changes
}
draft-says = Nothing of it is in force before it is published.
draft-overtaken = Other rules came in force since this draft was begun. Compare it again before you publish: it replaces them.
draft-compare = Compare with yesterday
draft-discard = Discard
draft-steps = What changes, rule by rule
step-added = New
step-removed = Gone
step-changed = Changed
step-moved = Moved
step-from = It stood at place { $n }
step-off = Switched off
step-on = Switched on
step-more = { $n ->
    [one] 1 more
   *[other] { $n } more
}
table = The table as a file
table-says = All rules in one JSON file: to keep, to change in an editor, to carry to another installation.
table-take = Download what is in force
table-take-draft = Download the draft
table-file = File of rules
table-help = A file as the download gives it. It becomes the draft, and you see the difference before anything is in force.
table-help-draft = A file as the download gives it. It takes the place of the draft that stands here; nothing is in force before you publish.
table-bring = Bring it into the draft
table-refused = { $n ->
    [one] The file was not taken: one thing is wrong in it.
   *[other] The file was not taken: { $n } things are wrong in it.
}
table-kept = What is in force and the draft stay as they were. Mend the lines and bring it again.
table-line = Line { $n }
table-rule = rule { $n }
table-more = { $n ->
    [one] and 1 more
   *[other] and { $n } more
}
why-no-text = From here on it is no text in UTF-8.
why-no-json = From here on it is no JSON: a comma, a quote or a bracket is missing, or one too many.
why-no-table = A file of rules is a list: it begins with [ and ends with ].
why-no-such-field = A rule has no “{ $what }”.
why-no-such-word = “{ $what }” is none of the words that may stand here.
why-wrong-kind = What stands here is of another kind: a list where a text belongs, or a text where a list does.
draft-publish = { $n ->
    [one] Publish 1 change
   *[other] Publish { $n } changes
}
compare-heading = { $moved ->
    [0] All { $all } messages would go as they went
    [one] 1 of { $all } messages would go another way
   *[other] { $moved } of { $all } messages would go another way
}
compare-since = Messages accepted since { $when }, judged by what is in force and by the draft.
compare-more = Only the newest { $n } were looked at.
compare-changed = { $n ->
    [one] 1 more keeps its connection and changes what comes behind it, or what is rewritten.
   *[other] { $n } more keep their connection and change what comes behind it, or what is rewritten.
}
compare-moves = Messages by connection
compare-from = From
compare-to = To
compare-messages = Messages
compare-parts = SMS
compare-samples = For example
compare-sample = Message { $n }
compare-nobody = nothing carries it
compare-cost = Cost in { $currency }
compare-becomes = becomes
compare-unpriced = { $n ->
    [one] The price of 1 SMS is not known.
   *[other] The price of { $n } SMS is not known.
}

ask-heading = Where would a message go
ask-says = Asks what is in force. Nothing is sent.
ask-says-draft = Asks the draft. Nothing is sent.
ask-button = Ask
ask-test = The workspace is in test mode: the simulator carries it. Live it would go so.
ask-first = By
ask-then = then by
ask-price = { $price } an SMS
ask-no-price = price not known
ask-parts = { $n ->
    [one] 1 SMS
   *[other] { $n } SMS
}
ask-cost = { $price } in all
ask-fits = Fits
ask-unasked = { $n ->
    [one] 1 rule stands behind it and was not asked.
   *[other] { $n } rules stand behind it and were not asked.
}
miss-off = Passed over
miss-prefix = Number begins otherwise
miss-country = Another country
miss-network = Another network, or not known
miss-class = Another kind
miss-sender = Another sender
miss-workspace = Another workspace
miss-hours = Not at this hour
miss-words = Text has no such word
miss-pattern = Text does not fit
miss-price = Too dear, or no price
miss-connectors = No connection is on

rates = Prices
rates-none = No price list yet. Rules that take the cheapest connection need one.
rates-currency = Currency
rates-size = Prices
rates-since = Since
rates-lines = New list
rates-help = One line each: beginning of the number, price of one SMS. It takes the place of the connection's old list. Files: sendword rates import.
rates-put = Bring the list
rates-remove-named = Remove the prices of { $name }
networks = Networks
networks-says = Which network a number belongs to. A carried number goes before its range.
networks-kind = Kind
networks-ranges = Ranges of numbers
networks-ported = Carried numbers
networks-lines = List
networks-help = One line each: digits, then MCC and MNC, as 42501. Files: sendword networks import.
networks-put = Bring the list

rule-heading = Edit a rule
rule-says = It goes into the draft. Nothing changes before the draft is published.
rule-name = Name
rule-name-help = For people. May stay empty.
rule-when = When
rule-when-says = What is empty fits everything. Several of one kind are parted by commas; one must fit.
rule-countries = Countries
rule-countries-help = Two letters each.
rule-prefixes = Numbers that begin with
rule-networks = Networks
rule-networks-help = MCC and MNC. Needs a list of networks.
rule-senders = Senders
rule-senders-help = A * at the end fits any rest.
rule-more = Time, text, workspace
rule-days = Days
rule-hour-from = From
rule-hour-to = Until
rule-zone = Time zone
rule-workspaces = Workspaces
rule-workspaces-help = By their names.
rule-contains = Text has one of these words
rule-pattern = Text fits this regular expression
rule-pattern-help = Capital and small letters are the same.
rule-choose = Which of them
rule-choose-order = The first that carries, in this order
rule-choose-share = Shared by their weights, the same for the same number
rule-choose-cheapest = The cheapest for the number
rule-leg = Connection { $n }
rule-weight = Weight
rule-no-connection = None
rule-ceiling = At most, for one SMS
rule-ceiling-help = Connections that are dearer, or whose price is not known, are left out.
rule-rewrite = Rewrite
rule-rewrite-says = What is rewritten is told in the message's timeline. Links are left alone.
rule-strip = Take from the beginning of the number
rule-add = Put there instead
rule-sender = Show this sender
rule-words = Replace words of the text
rule-word-old = Word { $n }
rule-word-new = Replacement of word { $n }
rule-save = Keep in the draft
rule-cancel = Cancel

event-rewritten-number = Its route changed the number
event-rewritten-sender = Its route changed the sender
event-rewritten-text = Its route changed the text
event-rewritten-was = It was:

said-drafted = In the draft. Nothing is in force yet.
said-published = Published. New messages go by these rules.
said-discarded = The draft is gone. What is in force stayed.
said-restored = Brought back. New messages go by these rules.

why-no-prefix = “{ $what }” must be digits, with the country's code first.
why-no-country = “{ $what }” must be the two letters of a country, as IL.
why-no-network = “{ $what }” must be MCC and MNC, as 42501.
why-sender-invalid = “{ $what }” is no sender.
why-no-pattern = “{ $what }” is no regular expression.
why-no-price = A price is a number, as 0.06.
why-no-zone = “{ $what }” is no time zone.
why-no-weight = Weights are 0 to 1,000, and one of them is more than 0.
why-no-words = “{ $what }” cannot be replaced: words only, without fields and links.
why-no-rates = None of these connections has a price list.
why-currencies-differ = Prices in { $what } cannot be compared.
why-no-day = “{ $what }” is no day.
why-no-time = “{ $what }” is no time, as 08:00.
why-unreadable = The list cannot be read.
why-bad-rows = A line cannot be read: “{ $what }”. Nothing was kept.
why-no-currency = Three letters, as EUR.
why-draft-changed = Somebody else changed the draft meanwhile. Look at it again.
why-routes-changed = Other rules came in force meanwhile. Compare the draft again.
why-no-draft = There is no draft.
why-nothing-before = There is nothing before it.
why-file-empty = There is no line in it.

# Words on shared codes.
leases = Words on shared codes
leases-says = A word belongs to one workspace at a time, and so does everything that looks like it.
leases-none = No word yet. What comes in goes to whoever wrote to the person last, else to you.
lease-word = Word
lease-whose = Whose
lease-other = Another workspace
lease-time = From, until
lease-from = From
lease-until = Until
lease-for = For workspace
lease-add = Lease the word
lease-end = End
lease-end-named = End the lease of { $word }
lease-running = Running
lease-coming = To come
lease-over = Over
lease-try = Try a text
lease-try-text = Text
lease-tried = { $word } leads to { $name }.
lease-tried-other = { $word } leads to another workspace.
lease-tried-none = It begins with no leased word.
said-lease-ended = The lease has ended
why-no-shared-code = This is no shared code of yours.
why-word-taken = This word, or one that looks like it, is taken in that time.
why-word-reserved = “{ $what }” is, or looks like, a word by which people refuse or ask for help.
why-no-keyword = One to three words of at most 30 letters.
why-ends-before-it-begins = It must end after it begins.
why-words-leased = Other workspaces still lease words on it.

# What stands on a wire.
trace = Trace
trace-says = What stands on the wire is kept only while somebody looks.
trace-until = Looking until { $time }
trace-stop = Look no longer
trace-none = Nothing was looked at yet.
trace-none-yet = Nothing has come yet.
trace-way = Way
trace-sent = Sent
trace-read = Read
trace-seq = No.
trace-text = As text
trace-hex = As octets
trace-number = Number, or a piece of one
trace-number-help = Empty looks at everything.
trace-for = How long
trace-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
trace-watch = Look at the wire
trace-page-says = Every field by its name in the specification. Passwords are never kept.
trace-masked = Some of it belongs to messages that are not yours to read: their numbers and texts are masked, and their octets left out.
trace-nothing = Nothing of it is kept
trace-nothing-says = What stands on the wire is kept while somebody looks at the connection, for a day at the longest.
trace-link = link { $n }
trace-secret = Secret
trace-octets = { $n ->
    [one] 1 octet
   *[other] { $n } octets
}
trace-of-message = What stood on the wire
trace-to-message = The message
said-watching = Looking. What comes now stands in the trace.
said-watched = Nobody looks any more. What was seen stays for a day.

# How well a connection carries.
quality-sent = Sent in a day
quality-reported = With a report
quality-delivered = Of them delivered
quality-time = Half reported in
quality-most-of = 95 % reported in
