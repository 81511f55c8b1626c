# What is wrong, what was kept, what to do.
nav-alarms = Alarms
nav-alarms-new = { $n ->
    [one] 1 new alarm
   *[other] { $n } new alarms
}
alarms-heading = { $n ->
    [0] Nothing is wrong
    [one] One thing is wrong
   *[other] { $n } things are wrong
}
alarms-under = What the machine found by itself, and what became of it. An alarm ends when its cause is gone.
alarms-none = Nothing is wrong
alarms-none-says = What needs somebody stands here: a connection that does not carry, a halted campaign, a full disk.
alarms-past = Lately
alarm-new = New
alarm-known = Known since { $when }
alarm-since = Since { $when }, for { $age }.
alarm-kept = What was kept
alarm-do = What to do
alarm-know = I know
alarm-what = What
alarm-began = Began
alarm-ended = Ended
alarm-lasted = Lasted
alarm-open-campaign = Open the campaign
alarm-open-connection = Open the connection
said-alarm-known = Noted. It stays here until its cause is gone.
alarm-circuit-open = { $name } refuses most messages
alarm-circuit-open-kept = What it refused for now waits in its place; one message at a time is tried until it takes some.
alarm-circuit-open-do = Look at what it refused last, then ask the carrier. Messages with another route take it by themselves.
alarm-campaign-halted = “{ $name }” was halted: the carrier refuses it
alarm-campaign-halted-kept = Who was not reached yet waits in place. Nothing of it leaves until it goes on.
alarm-campaign-halted-do = Put right what the carrier refuses, mostly the sender, then resume the campaign.
alarm-auth-failed = { $name } refuses our name or password
alarm-auth-failed-kept = Everything waits in its place. It is tried seldom, so that the account is not locked.
alarm-auth-failed-do = Check system ID, password and system type with the carrier.
alarm-card-locked = The SIM card of { $name } is locked
alarm-card-locked-kept = Everything waits in its place. No PIN is entered again by itself, so that the card is not lost.
alarm-receipt-ids = { $name } spells its message numbers in more than one way
alarm-receipt-ids-kept = Every report was stored. Those that fit no message wait for it.
alarm-receipt-ids-do = Ask the carrier to spell them alike in answers and reports.
alarm-link-down = { $name } does not carry
alarm-link-down-kept = Everything waits in its place, and leaves as soon as the connection is up.
alarm-link-down-do = It is tried again by itself. Its page says what happened last.
alarm-disk-short = The disk is nearly full: { $n } MiB are left
alarm-disk-short-kept = What was accepted is stored, and what becomes of it is still written down. Campaigns wait first, then nothing new is accepted.
alarm-disk-short-do = Free some space, or move the data to a larger disk.
alarm-clock-wrong = The clock jumped by { $n } seconds, or runs behind
alarm-clock-wrong-kept = Nothing ends and nothing starts early by it.
alarm-clock-wrong-do = Set the clock right. If it is right, say so:
alarm-keys-unsafe = The key files are absent, or others can read them
alarm-keys-unsafe-kept = Messages and people are in the database as they were.
alarm-keys-unsafe-do = Bring them back from their copy, or make them readable by their owner alone. More is told by
alarm-keys-not-exported = The keys were never exported
alarm-keys-not-exported-kept = Nothing is lost yet. If this disk is, no backup opens, and nobody who refused is recognised.
alarm-keys-not-exported-do = Write them to a safe place, sealed with a passphrase:
alarm-urgent-waits = An urgent message has waited for more than a minute
alarm-urgent-waits-kept = It goes before everything else, or ends by its validity.
alarm-urgent-waits-do = The queues say what holds it back.
alarm-store-slow = The store does not keep up
alarm-store-slow-kept = What was accepted is on disk. New work is answered later, or asked to come again.
alarm-store-slow-do = Look at what else uses the disk. More is told by
alarm-orphan-receipts = { $n ->
    [one] 1 report belongs to no message
   *[other] { $n } reports belong to no message
}
alarm-orphan-receipts-kept = They are kept for seven days and matched as soon as their message is known.
alarm-orphan-receipts-do = Another program may use the same account at the carrier, or this store is an old copy.
alarm-jobs-failed = { $n ->
    [one] One job fails
   *[other] { $n } jobs fail
}
alarm-jobs-failed-kept = They are tried again by themselves; what they have done stays done.
alarm-jobs-failed-do = The log says why. More is told by
alarm-held-after-restore = A restore waits for you
alarm-held-after-restore-kept = What waited when the backup was made is held, so that nothing goes twice.
alarm-held-after-restore-do = Look at what is held, and release what may go.
