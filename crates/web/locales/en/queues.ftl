# What waits, and what holds it back.
queue-of = What waits
queue-drain = Empty in
queues-heading = { $n ->
    [0] Nothing waits
    [one] 1 message waits
   *[other] { $n } messages wait
}
queues-oldest = The oldest has waited { $age }.
queues-later = All of it is for later.
queues-none-says = Everything has been handed over.
queues-all = All connections
lane-drain = Empty in
lane-paused = { $n } held
lane-says = { $n ->
    [one] 1 waits
   *[other] { $n } wait
}
lane-says-oldest = the oldest { $age }
limit-nothing = Nothing holds it back
limit-nothing-says = It leaves as fast as it is stored and answered.
limit-pace = The set limit
limit-pace-says = The connection's own limit in parts a second is reached.
limit-window = The window
limit-window-says = As many parts as may be open wait for the carrier's answer. A larger window, if the carrier allows it, is faster.
limit-throttled = The carrier
limit-throttled-says = It asks to slow down. Everything keeps its place and goes on by itself.
limit-link-down = No connection
limit-link-down-says = Nothing is lost: it leaves as soon as the connection is up.
limit-disabled = Switched off
limit-disabled-says = A person switched the connection off.
limit-paused = Held by a person
limit-paused-says = What waits was paused. It stays in its place until it goes on.
limit-later = Its time has not come
limit-later-says = It waits for its next try or its time.
streams = Whose it is
streams-what = Campaign or kind
streams-do = Do
streams-search = Name of a campaign
streams-sort = Order
streams-oldest = Waiting longest
streams-deepest = Most waiting
streams-newest = Newest
streams-show = Show
streams-not-found = No campaign with this name has anything waiting.
pager-of = { $from } to { $to } of { $all }
streams-none = Nobody waits
streams-none-says = Campaigns and other messages that wait stand here, one line each.
stream-running = Goes on
stream-paused = Paused
stream-stopped = Stopped
stream-held = Held, somebody must decide
stream-pause = Pause
stream-pause-named = Pause { $name }
stream-resume = Resume
stream-resume-named = Resume { $name }
stream-stop = Stop
stream-stop-named = Stop { $name }
connection-heard = Last heard { $age } ago.
connection-stale = Nothing heard for { $age }
connection-never = Never heard from
link-hint-host = Check the host: there is no such name.
link-hint-port = Check host and port: nobody listens there.
link-hint-wall = Check the address, and ask the carrier whether yours is let in.
link-hint-password = Check system ID, password and system type with the carrier.
link-hint-sessions = Ask the carrier how many sessions are allowed; use fewer binds.
link-hint-cut = It is built anew by itself. If it repeats, ask the carrier.
link-hint-protocol = Check the port and TLS: what answers there does not speak SMPP.
link-hint-certificate = Ask the carrier for the fingerprint of its certificate, and set who signed it, the fingerprint or the name.
link-hint-process = The program does not run. Start it: sendword serve
