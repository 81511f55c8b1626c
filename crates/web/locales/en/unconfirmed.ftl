# Messages of which nobody knows whether they arrived.
unconfirmed = Unconfirmed
unconfirmed-heading = { $n ->
    [0] Nothing is unconfirmed
    [one] 1 message is unconfirmed
   *[other] { $n } messages are unconfirmed
}
unconfirmed-under = They were sent and no answer was seen, or no report came in time. Each arrived once or never.
unconfirmed-none = Nobody has to decide
unconfirmed-none-says = When an answer of a carrier is lost, the message stands here until a report or a person tells.
unconfirmed-do = What to do with all of them
unconfirmed-resend = Send again
unconfirmed-resend-says = They may arrive twice. Who has refused meanwhile is left out.
unconfirmed-resend-n = Send { $n } again
unconfirmed-resend-ask = { $n ->
    [one] Send 1 message again? It may arrive twice
   *[other] Send { $n } messages again? They may arrive twice
}
unconfirmed-leave = Leave as it is
unconfirmed-leave-says = They stay unconfirmed in the report. A late report still tells.
unconfirmed-leave-n = Leave { $n }
unconfirmed-leave-ask = { $n ->
    [one] Leave 1 message unconfirmed?
   *[other] Leave { $n } messages unconfirmed?
}
unconfirmed-fail = Count as failed
unconfirmed-fail-says = They count as not delivered. A late report of a delivery still wins.
unconfirmed-fail-n = Count { $n } as failed
unconfirmed-fail-ask = { $n ->
    [one] Count 1 message as failed?
   *[other] Count { $n } messages as failed?
}
unconfirmed-changed = The number changed since you looked. Look again, then decide.
