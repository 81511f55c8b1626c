# Settings → Law.
law = Law
law-under = Which country’s rules hold for what you send, and what your business wishes of them.
law-unreviewed-says = No lawyer has reviewed the rules of your country in Sendword. They are an engineer’s reading of public sources and no legal advice.
law-fault = { $file } was not loaded. The last good rules stay in force.
law-held = Waits for a person
law-held-says = These read like advertising and call themselves something else. Nothing leaves until you decide.
law-held-to = To
law-held-text = Text
law-held-word = Because of
law-release = Let it go
law-drop = Take it back
law-own = Rules of your own
law-own-says = Stricter as you like. Laxer only where the country’s rules give leave, with a reason and an end.
law-own-none = Your country’s rules hold as they are.
law-rule = Rule
law-rule-window-marketing = Hours for advertising
law-rule-frequency-marketing = How often a person may get advertising
law-rule-content-ad-label = Mark “advertisement”
law-rule-content-sender-name = Your name in the text
law-rule-content-refusal-path = Way to leave in the text
law-rule-content-erid = Advertising identifier
law-rule-practise = Test mode keeps hours and counts too
law-value = Is
law-value-help = Hours as 10:00-18:00 · a count as 2/14 (two in 14 days) · require, insert, warn, off · on
law-reason = Why
law-until = Until
law-no-end = No end
law-holds = Holds
law-over = Over
law-end = End it
law-set = Set rule
law-packs = Countries’ rules in force
law-packs-says = Each is a file with its sources. The strictest of the recipient’s country, your country and your own rules counts.
law-none = No rules are loaded
law-none-says = Advertising waits until there are some.
law-yours = Your country
law-reviewed = Reviewed
law-unreviewed = Unreviewed
law-version = Version
law-digest = Digest
law-origin = Comes
law-builtin = With Sendword
law-for = Numbers
law-due = To be reviewed by
law-cases = Cases it is held to
law-sources = Sources
law-sure-primary = the law itself
law-sure-statute-secondary = the law as others report it
law-sure-case = a court’s decision
law-sure-practice = practice
law-sure-unverified = not verified
law-held-until = Ends
law-rule-window-sensitive-days = Silent on days of mourning and the national day
law-rule-volume-day = Messages in a day that are not unusual
law-rule-registry = Public list: { $id }
law-large = Unusually large campaigns
law-large-says = A password may have been stolen. Somebody who did not launch it lets it go.
law-large-people = { $people } people; at most { $usual } in a day before
law-large-workspace = Far more than this business sends in a day
law-large-sender = Far more than this sender carries in a day
law-large-by = May let it go: { $names }
law-large-nobody = Nobody else of your business may: the operator lets it go at the server’s console.
law-lists = Public lists of people who want no advertising
law-lists-says = Take the newest file in. A list that must be asked and is too old stops advertising.
law-list = List
law-list-level = Kept as
law-list-state = State
law-list-numbers = Numbers
law-list-of = Of
law-list-source = From
law-list-fresh = Fresh
law-list-stale = Too old
law-list-missing = Not taken in
law-list-day = Of which day
law-list-file = The file
law-list-file-help = One number a line, or in the first column.
law-list-bring = Take in
law-list-taken =
  { $n ->
    [one] { $id }: one number counts from now on.
   *[other] { $id }: { $n } numbers count from now on.
  }
law-list-problems =
  { $n ->
    [one] One line was not understood and is left out; here it is without its digits:
   *[other] { $n } lines were not understood and are left out; the first of them, without their digits:
  }
law-list-line = Line { $n }
law-level-off = not asked
law-level-warn = noted only
law-level-insert = added by itself
law-level-require = binding
law-level-enforce = binding
law-rule-content-unsubscribe-link = A link for leaving in every advertisement
