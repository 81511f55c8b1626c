//! What the carrier hands over, as the store takes it, and what of it may have come before.

use crate::settler::Learnt;
use crate::talk::Delivery;
use sms::udh::{self, Reference};
use std::collections::HashSet;
use store::machine::inbound::{self, Concat, NewInbound};

/// A delivery as something learnt; `None` for what carries nothing.
pub(crate) fn learn(
    seq: u32,
    connector: i64,
    delivery: Delivery,
    now: i64,
    again: &mut Suspects,
) -> Option<Learnt> {
    match delivery {
        Delivery::Receipt(receipt) => Some(Learnt::Receipt(seq, receipt)),
        Delivery::Message { from, to, text, concat, tlvs } => {
            let as_taken = |address: &str| sms::number::received(address).to_owned();
            let (sender, recipient) = (as_taken(&from), as_taken(&to));
            let print = inbound::fingerprint(&sender, &recipient, &text, concat);
            let dedupe = if again.take(&print, now) { print } else { Vec::new() };
            let new =
                NewInbound { connector, sender, recipient, text, received_at: now, dedupe, concat, tlvs };
            Some(Learnt::Inbound(seq, new))
        }
        Delivery::Marked { from, to, text, concat, mark } => {
            let as_taken = |address: &str| sms::number::received(address).to_owned();
            let (sender, recipient) = (as_taken(&from), as_taken(&to));
            let (received_at, dedupe, tlvs) = (now, mark, String::new());
            let new = NewInbound { connector, sender, recipient, text, received_at, dedupe, concat, tlvs };
            Some(Learnt::Inbound(seq, new))
        }
        Delivery::Nothing => None,
    }
}

/// The place of a part that its user data header tells.
pub(crate) fn place(header: &[u8]) -> Option<Concat> {
    let concat = udh::parse(header)?.concat()?;
    let reference = match concat.reference {
        Reference::Eight(n) => i64::from(n),
        Reference::Sixteen(n) => i64::from(n),
    };
    Some(Concat { reference, total: i64::from(concat.total), seq: i64::from(concat.seq) })
}

/// The id of an answer as text: octets that are no UTF-8 are read as ISO 8859-1, so that none is lost.
pub(crate) fn id_text(id: &[u8]) -> String {
    let text =
        std::str::from_utf8(id).map_or_else(|_| id.iter().map(|b| char::from(*b)).collect(), str::to_owned);
    text.replace('\0', "")
}

/// The key under which a carrier's id is found again.
pub(crate) fn key(id: &[u8]) -> i64 {
    sms::receipt::id_key(id) as i64
}

/// Deliveries whose answer a broken link may have swallowed: an equal one soon after the reconnect is the same one.
#[derive(Default)]
pub(crate) struct Suspects {
    prints: HashSet<Vec<u8>>,
    until: i64,
}

/// How long after a reconnect a carrier repeats what it saw no answer to.
const REPEATS_MS: i64 = 60_000;

impl Suspects {
    pub(crate) fn new(prints: Vec<Vec<u8>>, now: i64) -> Suspects {
        Suspects { prints: prints.into_iter().collect(), until: now + REPEATS_MS }
    }

    /// Whether this is such a repetition; each counts once, so that a second equal vote is a vote.
    fn take(&mut self, print: &[u8], now: i64) -> bool {
        now < self.until && self.prints.remove(print)
    }
}
