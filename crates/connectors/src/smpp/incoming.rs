//! What the carrier hands over: receipts and messages in, as the store takes them.

use crate::settler::Learnt;
use sms::Code;
use sms::udh::Reference;
use std::collections::HashSet;
use store::machine::inbound::{self, Concat, NewInbound};
use store::machine::settle::Receipt;
use wire::smpp::{Sm, SmBuf, Sort};

/// The simulator's own word for "content refused"; no standard number means it.
const SIMULATOR_CONTENT: &str = "200";

/// A deliver_sm as something learnt; `None` for what carries nothing.
pub(crate) fn learn(
    seq: u32,
    connector: i64,
    simulator: bool,
    sm: &SmBuf,
    now: i64,
    again: &mut Suspects,
) -> Option<Learnt> {
    let view = sm.view();
    if let Some(receipt) = view.receipt() {
        let receipt = if simulator {
            receipt.with_codes(|err| (err == SIMULATOR_CONTENT).then_some(Code::ContentRefused))
        } else {
            receipt
        };
        let detail = receipt.err.clone().unwrap_or_default();
        return Some(Learnt::Receipt(
            seq,
            Receipt {
                h: key(receipt.id.as_bytes()),
                smsc_id: receipt.id,
                status: receipt.status,
                code: receipt.code,
                detail,
                from: view.source.display().into_owned(),
                to: view.destination.display().into_owned(),
                text: receipt.text.unwrap_or_default(),
            },
        ));
    }
    if matches!(view.sort(), Sort::Receipt | Sort::Intermediate) {
        return Some(Learnt::Receipt(seq, unreadable(&view)));
    }
    message(connector, &view, now, again).map(|m| Learnt::Inbound(seq, m))
}

/// A report that says nothing we can read: kept among those without a message, with what it said.
fn unreadable(view: &Sm<'_>) -> Receipt {
    let said = view.text().unwrap_or_default().replace('\0', "");
    Receipt {
        h: key(b""),
        smsc_id: String::new(),
        status: sms::Status::Unknown,
        code: Code::UnknownCode,
        detail: said.chars().take(500).collect(),
        from: view.source.display().into_owned(),
        to: view.destination.display().into_owned(),
        text: String::new(),
    }
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

fn message(connector: i64, sm: &Sm<'_>, now: i64, again: &mut Suspects) -> Option<NewInbound> {
    let text = sm.text()?;
    let as_taken = |address: &str| sms::number::received(address).to_owned();
    let (sender, recipient) = (as_taken(&sm.source.display()), as_taken(&sm.destination.display()));
    let (header, _) = sm.split();
    let concat = sms::udh::parse(header).and_then(|h| h.concat()).map(|c| Concat {
        reference: reference(c.reference),
        total: i64::from(c.total),
        seq: i64::from(c.seq),
    });
    let print = inbound::fingerprint(&sender, &recipient, &text, concat);
    let dedupe = if again.take(&print, now) { print } else { Vec::new() };
    Some(NewInbound { connector, sender, recipient, text, received_at: now, dedupe, concat })
}

fn reference(reference: Reference) -> i64 {
    match reference {
        Reference::Eight(n) => i64::from(n),
        Reference::Sixteen(n) => i64::from(n),
    }
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
