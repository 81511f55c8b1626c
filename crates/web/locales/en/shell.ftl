# The frame around every page.
skip = Skip to content
nav-label = Main
nav-short = Short menu
nav-home = Home
nav-inbox = Inbox
nav-contacts = Contacts
nav-people = People
nav-lists = Lists
nav-import = Import
nav-campaigns = Campaigns
nav-delivery = Delivery
nav-messages = Message log
nav-numbers = Numbers and senders
nav-clients = SMPP clients
nav-connections = Connections
nav-queues = Queues
nav-simulator = Simulator
nav-keys = API keys
nav-settings = Settings
nav-send = Send
nav-more = More
nav-waiting = waiting
ws-live = Live
ws-test = Test
test-word = TEST
test-bar = Nothing leaves this computer: every message goes to the simulator. { $link }
test-go-live = Go live
clock-bar = The clock was set by hand: here it is { $time }.
search-everywhere = Everywhere
search-label = Search people, numbers, messages
health-up = { $up } of { $all } up
theme-switch = Switch light, dark, as the system
new = New
new-campaign = Campaign
new-message = Message
new-import = Import people
account-label = { $initials }: { $name }, your account
sign-out = Sign out
campaign-pause-named = Pause { $name }
toast-dismiss = Dismiss
pager-label = Pages
pager-first = First page
pager-next = Next page
waterfall-label = Who will get it and who will not
trouble-code = Code { $code }
trouble-request = Request { $id }
live-stale = Live updates paused, reconnecting

# What holds work back, above every page.
bar-held = { $n ->
    [one] This installation was restored: one thing waits for you.
   *[other] This installation was restored: { $n } things wait for you.
}
bar-held-open = Look and release
bar-disk-low = The disk of the server is nearly full.
bar-disk-no-bulk = The disk of the server is nearly full: campaigns wait until there is room.
bar-disk-no-accept = The disk of the server is full: nothing new is accepted until there is room.
bar-clock = The server's clock jumped to { $time }. Expiry and scheduled starts wait until it proves steady.

# Held after a restore.
held-title = Held
held-heading = { $n ->
    [0] Nothing is held
    [one] One thing is held
   *[other] { $n } things are held
}
held-under = Restored { $at }. Nothing of this is sent until you release it.
held-copy = The backup was made { $at }.
held-unknown = The record of what was sent is not complete: some of this may have been sent already.
held-what = What
held-waiting = Waiting
held-do = Release
held-release = Release
held-release-all = Release all
held-repeat = It may go a second time
held-empty = Nothing is held
held-empty-says = After a restore, what waited to be sent stands here.
held-kind-campaign = Campaign
held-kind-messages = Messages through
held-kind-scheduled = Scheduled messages
held-kind-job = An import
event-sent-log = Had left before the restore, by the sent-log
event-sent-log-says = What it says counts: it is not sent again.
said-released = { $n ->
    [one] Released
   *[other] { $n } released
}
