# Many people at once, filters that are kept, everything that happened with one person, doubles.
many-heading = Do something with many
many-pick = Choose { $name }
many-whom = To whom
many-chosen = Those chosen in the table
many-found = All whom the filter finds ({ $n })
many-do = Do
many-tag = Tag
many-tags = There are:
many-why = Reason
many-why-help = Needed for refusals and for forgetting: who asked for it, and how.
many-go = Do it
many-undo-says = Everything but forgetting can be taken back.
many-export = People whom the filter finds ({ $n }) as a file
many-export-do = Download
many-last = Done lately
many-state = How far it is
many-filter-name = Name of this filter
many-filter-keep = Keep this filter
many-forget = Forget the filter { $name }
many-any-tag = Every tag
deed-add-tag = Add a tag
deed-remove-tag = Take a tag away
deed-add-list = Put into a list
deed-remove-list = Take out of a list
deed-suppress = Write down that they refused
deed-erase = Forget them
deed-state-running = At work. You may leave this page.
deed-state-done = Done
deed-state-stopped = Stopped. What was done stays, and can be taken back.
deed-state-undoing = Being taken back
deed-state-undone = Taken back
deed-seen = Looked at
deed-changed = Changed
deed-left-out = Left as they were: gone, or with a message still on its way
deed-stop = Stop
deed-undo = Take it back
story-heading = Everything that happened
story-nothing = Nothing yet.
story-older = Earlier
story-out = Message to them
story-in = Message from them
story-grant = Permission given
story-refuse = Asked to stop
story-expire = Permission ended
story-ask = Asked to confirm
story-retract = A refusal written down for many was taken back
story-denied = Not sent
story-edit = Changed: { $what }
story-edit-number = Number changed
story-edit-first-name = First name changed
story-edit-last-name = Last name changed
story-edit-tags = Tags changed
story-edit-lists = Lists changed
story-edit-merged = Made one with another, or two again
story-edit-refusal = A refusal written down for many was taken back
story-was = Before: { $before }
story-by = By { $who }
story-deed = { $what }
story-import = Came with the file { $name }
story-made = Added here
story-many = With many others: { $what }
person-groups = Tags and lists
person-tags = Tags
person-tags-help = With commas between them.
person-join = Put into a list
person-join-do = Put in
person-leave = Take out
person-field-name = New field
person-field-value = Value
person-change = Change the details
merge-heading = The same person twice?
merge-look = Look for doubles
merge-none = Nobody of this name or e-mail.
merge-do = Make one with { $name }
merge-by-number = By number
merge-number = The other number
merge-says = This person stays; the other's lists, tags and fields come here. A permission for the other number is none for this one.
merge-one = Make one
merge-was = Made one with
merge-undo = Make two again
said-merged = They are one now
said-unmerged = They are two again
said-not-merged = That is not possible: one of them is gone, or the number has somebody by now
said-filter-kept = Kept
said-filter-gone = Forgotten
said-not-many = Choose somebody first, and say what is to be done
said-undoing = It is being taken back
why-same-person = These are one person already.
why-bad-tag = A tag has 1 to 60 characters and no comma.
why-bad-filter = Filter first, then keep it.
method-bulk = Written down for many at once
method-web = Filled in a form
method-pos-tablet = On a tablet at the till
story-deed-proof-shown = Somebody looked at the proof
story-deed-person-erased = The person was forgotten
story-deed-suspect-cleared = Somebody decided: it was no refusal
story-deed-stale-kept = Somebody decided: the number is right
story-deed-stale-ended = Somebody decided: the permission ends
story-deed-contact-export = Everything held was given out
story-deed-people-merged = Made one with another
stale-heading = { $n ->
    [0] No number to look after
    [one] 1 number may be somebody else's
   *[other] { $n } numbers may be somebody else's
}
stale-says = Advertising to them waits: the carrier says that nobody has the number, or half a year of writing brought nothing back.
stale-why-nobody = Nobody has it, says the carrier
stale-why-silence = Nothing came back for half a year
stale-keep = The number is right
stale-end = The permission ends
said-stale-kept = Advertising goes on
said-stale-ended = The permission has ended
keep-heading = How long what is kept
keep-says = A clock for each kind of data. Permissions, refusals and deeds have none: they prove, and say nothing of a person once the rest is gone.
keep-kind = Kind
keep-days = Days
keep-forever = 0 is for good.
keep-ran = Last run
keep-gone = Gone so far
keep-never = not yet
keep-code-texts = Texts of one-time codes
keep-message-texts = Texts of messages to people
keep-inbound-texts = Texts of messages from people
keep-problem-rows = Rows of files that became nobody
keep-decisions = Refusals to send
keep-undo = What is needed to take something back
keep-addresses = Network addresses and browsers in proofs of permission
keep-evidence = Names and notes in proofs of permissions that ended
why-out-of-range = 0 is for good, else 1 to 3653 days.
access-export = Everything we hold, for the person (JSON)
many-not-done = Nothing was done.
many-sure-erase = { $n ->
    [one] Forget one person?
   *[other] Forget { $people } people?
}
many-sure-erase-says = Names, texts and addresses go for good; nothing brings them back. Refusals stay.
many-sure-erase-do = { $n ->
    [one] Forget one person
   *[other] Forget { $people }
}
many-sure-suppress = { $n ->
    [one] Write down that one person refused?
   *[other] Write down that { $people } people refused?
}
many-sure-suppress-says = No advertising goes to them any more, and what waits to be sent to them does not leave. It can be taken back.
many-sure-suppress-do = { $n ->
    [one] Write down one refusal
   *[other] Write down { $people } refusals
}
deed-failed = It does not get on, and is tried again. What was done so far stays. Whoever runs Sendword finds the reason with “sendword doctor”.
why-target-required = Choose a list.
why-reason-too-long = A reason has at most 300 characters.
why-evidence-required = Say what shows it.
said-not-days = Nothing was changed: 0 is for good, else 1 to 3653 days
import-pause = Halt
import-stop = End here
import-undo = Take the import back
import-undo-says = Whoever it made goes, whoever it changed is what they were. Who was changed since, and every refusal, stays.
import-undoing = The import is being taken back.
import-undone = The import was taken back.
import-pasted = Pasted list
import-paste = Or paste a list
import-paste-help = One person in a line: name and number, or what was copied from a table.
import-paste-do = Read the list

claim-heading = { $n ->
    [one] { $n } permission newer than a refusal, says a file
   *[other] { $n } permissions newer than a refusal, says a file
}
claim-says = These people refused. A file says that they agreed later; without a paper of theirs the refusal stays, and they are not written to.
claim-refused = Refused
claim-claimed = Agreed, says the file
claim-where = Where
claim-row = Row { $n }
claim-paper = Where the signed paper lies
claim-show = The paper shows it
claim-leave = Leave it
said-claim-shown = The permission counts
said-claim-left = The refusal stays
