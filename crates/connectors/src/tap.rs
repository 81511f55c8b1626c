//! What stands on a link's wire, while somebody looks: packets are found in the octets, decoded, and written as rows a few
//! times a second, beside everything else that goes on. Where nobody looks there is no tap.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use store::Db;
use store::machine::outbox::Taker;
use store::machine::trace::{self, Packet, Watch};
use wire::trace::{Decoded, Dialect, Frames, Sort, decode, without_secrets};

/// Packets that may wait to be written; older ones go first.
const WAITING_MAX: usize = 300;
/// Requests that are remembered for their answers, and carriers' ids for their receipts.
const REMEMBERED_MAX: usize = 10_000;
/// How often rows are written, ms.
const FLUSH_MS: i64 = 300;

/// Which packets are looked at.
pub(crate) type Watches = Arc<Vec<Watch>>;

/// A tap on one link.
pub(crate) struct Tap {
    dialect: Dialect,
    taker: Taker,
    watches: Watches,
    sent: Frames,
    read: Frames,
    /// Messages by the number of the request that carries them.
    messages: HashMap<u32, i64>,
    /// Messages by the carrier's id.
    ids: HashMap<String, i64>,
    /// Requests that were looked at, by who sent them and their number: their answers are too.
    open: HashSet<(bool, u32)>,
    waiting: VecDeque<Packet>,
    flushed: i64,
}

impl Tap {
    pub(crate) fn new(dialect: Dialect, taker: Taker, watches: Watches, now: i64) -> Tap {
        Tap {
            dialect,
            taker,
            watches,
            sent: Frames::new(dialect),
            read: Frames::new(dialect),
            messages: HashMap::new(),
            ids: HashMap::new(),
            open: HashSet::new(),
            waiting: VecDeque::new(),
            flushed: now,
        }
    }

    /// Others look, or look at something else.
    pub(crate) fn look(&mut self, watches: Watches) {
        self.watches = watches;
    }

    /// Whether somebody still looks.
    pub(crate) fn is_watched(&self, now: i64) -> bool {
        self.watches.iter().any(|w| w.until_at > now)
    }

    /// A session put out these octets for a message; they are written later.
    pub(crate) fn put_out(&mut self, packet: &[u8], message: i64) {
        if self.messages.len() >= REMEMBERED_MAX {
            self.messages.clear();
        }
        self.messages.insert(decode(self.dialect, packet).seq, message);
    }

    /// Octets were written.
    pub(crate) fn wrote(&mut self, octets: &[u8], now: i64) {
        let mut found = Vec::new();
        self.sent.feed(octets, &mut |packet| found.push(packet.to_vec()));
        found.into_iter().for_each(|packet| self.keep(&packet, true, now));
    }

    /// Octets were read.
    pub(crate) fn heard(&mut self, octets: &[u8], now: i64) {
        let mut found = Vec::new();
        self.read.feed(octets, &mut |packet| found.push(packet.to_vec()));
        found.into_iter().for_each(|packet| self.keep(&packet, false, now));
    }

    fn keep(&mut self, packet: &[u8], ours: bool, now: i64) {
        let decoded = decode(self.dialect, packet);
        let message = self.message(&decoded, ours);
        let answers = decoded.answers && self.open.remove(&(!ours, decoded.seq));
        if !answers && !self.watches.iter().any(|w| w.until_at > now && fits(&w.mask, &decoded)) {
            return;
        }
        if !decoded.answers {
            if self.open.len() >= REMEMBERED_MAX {
                self.open.clear();
            }
            self.open.insert((ours, decoded.seq));
        }
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Packet {
            id: 0,
            connector: self.taker.connector,
            link: self.taker.link,
            at: now,
            ours,
            dialect: self.dialect.name().to_owned(),
            command: decoded.command.clone(),
            status: decoded.status.clone(),
            seq: i64::from(decoded.seq),
            message,
            fields: lines(&decoded),
            raw: without_secrets(packet, &decoded),
        });
    }

    /// The message a packet is of: of a request that carries it, of its answer, of a receipt that names the answer's id.
    fn message(&mut self, decoded: &Decoded, ours: bool) -> i64 {
        let value = |name: &str| decoded.fields.iter().find(|f| f.name == name).map(|f| f.value.clone());
        match (ours, decoded.answers) {
            (true, false) => self.messages.get(&decoded.seq).copied().unwrap_or_default(),
            (false, true) => {
                let message = self.messages.remove(&decoded.seq).unwrap_or_default();
                if let (true, Some(id)) = (message != 0, value("message_id").filter(|id| !id.is_empty())) {
                    if self.ids.len() >= REMEMBERED_MAX {
                        self.ids.clear();
                    }
                    self.ids.insert(id, message);
                }
                message
            }
            (false, false) => {
                let named = value("receipted_message_id");
                let told = value("short_message").and_then(|text| {
                    let (_, rest) = text.split_once("id:")?;
                    Some(rest.split([' ', '\r', '\n']).next()?.to_owned())
                });
                named.or(told).and_then(|id| self.ids.get(&id).copied()).unwrap_or_default()
            }
            (true, true) => 0,
        }
    }

    /// Writes what waits, beside everything else that goes on.
    pub(crate) fn flush(&mut self, db: &Db, now: i64, last: bool) {
        if self.waiting.is_empty() || (!last && now - self.flushed < FLUSH_MS) {
            return;
        }
        self.flushed = now;
        let (db, connector) = (db.clone(), self.taker.connector);
        let packets = Vec::from(std::mem::take(&mut self.waiting));
        let workspaces: Vec<i64> = self.watches.iter().map(|w| w.workspace).collect();
        tokio::spawn(async move {
            let out =
                db.background("trace", move |tx| trace::put(tx, connector, &packets, &workspaces)).await;
            if let Err(e) = out {
                tracing::warn!(connector, error = %e, "a trace could not be kept");
            }
        });
    }
}

/// Whether a packet speaks of a number that is looked at.
fn fits(mask: &str, decoded: &Decoded) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = digits(mask);
    let mut numbers = decoded.fields.iter().filter(|f| f.sort == Sort::Address);
    wanted.is_empty() || numbers.any(|f| digits(&f.value).contains(&wanted))
}

/// The fields of a packet, a line each, with a sign for what each holds.
fn lines(decoded: &Decoded) -> String {
    let sign = |sort| match sort {
        Sort::Plain => ' ',
        Sort::Address => '#',
        Sort::Text => '"',
        Sort::Secret => '!',
    };
    let line = |f: &wire::trace::Field| {
        format!("{}{}: {}\n", sign(f.sort), f.name, f.value.replace(['\n', '\r'], " "))
    };
    decoded.fields.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(mask: &str) -> Watches {
        Arc::new(vec![Watch { id: 1, connector: 9, mask: mask.into(), workspace: 3, until_at: 1_000 }])
    }

    fn pdu(id: u32, seq: u32, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(16 + body.len()).unwrap();
        [&length.to_be_bytes()[..], &id.to_be_bytes(), &[0; 4], &seq.to_be_bytes(), body].concat()
    }

    fn submit(seq: u32, to: &str) -> Vec<u8> {
        let body =
            [&b"\0\x05\0SHOP\0\x01\x01"[..], to.as_bytes(), &b"\0\0\0\0\0\0\x01\0\0\0\x02hi"[..]].concat();
        pdu(4, seq, &body)
    }

    #[test]
    fn a_number_is_followed_through_answer_and_receipt() {
        let taker = Taker { connector: 9, link: 0, epoch: 1 };
        let mut tap = Tap::new(Dialect::Smpp, taker, watch("501111111"), 0);
        for (seq, to, message) in [(1, "972501111111", 77), (2, "972502222222", 88)] {
            let packet = submit(seq, to);
            tap.put_out(&packet, message);
            tap.wrote(&packet, 10);
        }
        tap.heard(&pdu(0x8000_0004, 2, b"B2\0"), 20);
        tap.heard(&pdu(0x8000_0004, 1, b"A1\0"), 30);
        let receipt = b"\0\x01\x01972501111111\0\x05\0SHOP\0\x04\0\0\0\0\0\0\0\0\x0cid:A1 stat:D";
        tap.heard(&pdu(5, 900, receipt), 40);
        let seen: Vec<_> = tap.waiting.iter().map(|p| (p.command.as_str(), p.message, p.ours)).collect();
        assert_eq!(seen, [("submit_sm", 77, true), ("submit_sm_resp", 77, false), ("deliver_sm", 77, false)]);
        let first = &tap.waiting[0].fields;
        assert!(first.contains("#destination_addr: 972501111111\n"), "{first}");
        assert!(first.contains("\"short_message: hi (2 octets)\n"), "{first}");
    }

    #[test]
    fn a_watch_ends_by_itself_and_what_waits_is_bounded() {
        let taker = Taker { connector: 9, link: 0, epoch: 1 };
        let mut tap = Tap::new(Dialect::Smpp, taker, watch(""), 0);
        (0..1_000).for_each(|seq| tap.heard(&pdu(0x15, seq, b""), 5));
        assert_eq!((tap.waiting.len(), tap.waiting[0].seq), (WAITING_MAX, 700));
        assert!(tap.is_watched(999) && !tap.is_watched(1_000));
        tap.heard(&pdu(0x15, 5_000, b""), 1_000);
        assert_eq!(tap.waiting.back().unwrap().seq, 999, "nobody looks any more");
    }
}
