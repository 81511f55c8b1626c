again = Ask once more
again-under = People whose permission ends soon, or whom only we or a file speak for, are asked once whether we may go on writing.
again-whom = Who is asked
again-silence = { $n ->
    [one] An answer is waited for { $n } day. Who says yes has permitted it anew, with proof; whoever got the question and says nothing is not advertised to any more.
   *[other] An answer is waited for { $n } days. Who says yes has permitted it anew, with proof; whoever got the question and says nothing is not advertised to any more.
}
again-ending = { $n ->
    [one] { $n } person whose permission ends within { $days } days
   *[other] { $n } people whose permission ends within { $days } days
}
again-ending-says = After that day they cannot be asked.
again-weak = { $n ->
    [one] { $n } person who never said yes themselves
   *[other] { $n } people who never said yes themselves
}
again-weak-says = A file, a program or one of us wrote their permission down.
again-start = Ask them
again-forbidden = The rules of this country give no leave to ask again.
again-no-number = Whoever is asked must be able to answer. Add a number that receives first.
again-runs = What was asked
again-none = Nobody was asked yet
again-none-says = The question is an advertisement: it keeps the hours, and goes only to people we may still write to.
again-kind-ending = Permission ends
again-kind-weak = Weak proof
again-state-asking = Asking
again-state-waiting = Waiting for answers
again-state-over = Over
again-state-stopped = Stopped
again-is-asked = Waiting
again-is-agreed = Yes
again-is-silent = Silent
again-is-missed = Not reached
again-is-refused = No
again-stop = Stop
said-again-started = The question is on its way
said-again-stopped = Nobody more is asked, and nobody’s silence counts
