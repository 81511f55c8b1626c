# Home.
done = done
open = Open
home-heading = Today: { $sent } sent, { $share } delivered
home-heading-empty = Nothing sent today yet
home-now = { $day }, { $time }, { $zone }
home-new-campaign = New campaign
home-steps = Get started
home-step-test = Send a test
home-step-answer = Answer it
home-step-campaign = Send a campaign
home-step-live = Go live
home-ends = ends about { $time }, at { $rate } parts/s
home-today = Today
home-all-today = All of today
home-sent = messages sent
home-delivered = delivered, { $share } no report yet
home-hours = Messages by hour until { $time }
home-replies = { $count ->
    [one] { $n } reply
   *[other] { $n } replies
}
home-left = { $count ->
   *[other] { $n } left
}
home-needs = Needs you
home-needs-nothing = Nothing waits for you
home-need-threads = { $n ->
    [one] 1 thread waits longer than 10 minutes
   *[other] { $n } threads wait longer than 10 minutes
}
home-need-oldest = oldest { $age }, { $who }
home-need-unknown = { $n ->
    [one] 1 message is unconfirmed
   *[other] { $n } messages are unconfirmed
}
home-need-unknown-says = sent, and no answer was seen
home-need-alarms-says = what was kept and what to do
home-need-down = { $name } is down
home-need-unassigned = { $n ->
    [one] 1 message came to a number nobody owns
   *[other] { $n } messages came to numbers nobody owns
}
home-need-unassigned-says = add the number to see them in the inbox
home-connections-all = All connections
home-connections-none = No carrier yet. The simulator takes everything while you try.
home-beat = The last 40 minutes
home-last = Last five campaigns
home-all-campaigns = All campaigns
slice-delivered = Delivered
slice-waiting = Waiting for report
slice-unknown = Unconfirmed
slice-failed = Failed
slice-suppressed = Kept back
slice-rest = Not yet sent
col-campaign = Campaign
col-when = When
col-people = People
col-delivered = Delivered
col-replies = Replies
col-left = Left
campaign-pause = Pause campaign
campaign-resume = Resume campaign
