//! `refusals.log`: every refusal, synced before it is confirmed, and every refusal that the person took back.
//!
//! The order is chosen so that a death between file and database errs on the side of the person: a refusal stands in the
//! file before its row commits (a record without a row stops one number too many), a lifted one after (a record that is
//! missing keeps the refusal). Reading it twice changes nothing.

use super::{checksum, eight};
use crate::{Error, Result};
use std::collections::HashMap;
use std::path::Path;

/// Octets of a record.
pub const SIZE: usize = 64;
const MAGIC: u8 = b'R';

/// Why a number was stopped, as the records number it. Never renumbered.
const REASONS: &[&str] = &[
    "",
    "self_reply",
    "link",
    "web",
    "staff",
    "import",
    "api",
    "carrier",
    "suspect",
    "call",
    "paper",
    "timeout",
    "stale",
    "bulk",
];

/// Scopes from here on are ids of topics: advertising about one of them.
pub const TOPICS: i64 = 1 << 20;
/// The scope of a record about one topic, whose id then stands in the place of the workspace.
pub const OF_TOPIC: i64 = 5;

/// Reasons of rows that wait for a person of ours, who may lift them: nobody refused yet.
pub const WAITING: &[&str] = &["suspect", "stale"];

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A number was stopped.
    Refused = 1,
    /// A stop was taken back; its `at` is that of the stop it ends, so it ends no later one.
    Lifted = 2,
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What happened.
    pub what: What,
    /// The key ring under which the number's digest was made.
    pub ring: u64,
    /// For whom; 0 is the platform.
    pub workspace: i64,
    /// What is stopped, as stored.
    pub scope: i64,
    /// Its place among the known reasons.
    pub reason: u8,
    /// Since when, ms since 1970.
    pub at: i64,
    /// The number's digest; its first 8 octets are the tag.
    pub hmac: [u8; 32],
}

impl Refusal {
    /// The number of a reason; one that is not listed is 0.
    pub fn reason_number(reason: &str) -> u8 {
        REASONS.iter().position(|r| *r == reason).and_then(|n| u8::try_from(n).ok()).unwrap_or(0)
    }

    /// The reason's word; `restored` where the record knows none.
    pub fn reason_name(&self) -> &'static str {
        match REASONS.get(usize::from(self.reason)) {
            Some(name) if !name.is_empty() => name,
            _ => "restored",
        }
    }

    /// The tag of the number.
    pub fn tag(&self) -> i64 {
        i64::from_be_bytes(eight(&self.hmac, 0))
    }

    /// As it stands in the file.
    pub fn encode(&self) -> [u8; SIZE] {
        let mut out = [0; SIZE];
        out[0] = MAGIC;
        out[1] = self.what as u8;
        out[2] = u8::try_from(self.scope).unwrap_or(0);
        out[3] = self.reason;
        out[8..16].copy_from_slice(&self.ring.to_be_bytes());
        out[16..24].copy_from_slice(&self.workspace.to_be_bytes());
        out[24..32].copy_from_slice(&self.at.to_be_bytes());
        out[32..64].copy_from_slice(&self.hmac);
        let sum = checksum(&out);
        out[4..8].copy_from_slice(&sum.to_be_bytes());
        out
    }

    /// Out of the file; `None` when it is damaged.
    pub fn decode(record: &[u8]) -> Option<Refusal> {
        let sound =
            record.len() == SIZE && record[0] == MAGIC && record[4..8] == checksum(record).to_be_bytes();
        let what = match record.get(1) {
            Some(1) => What::Refused,
            Some(2) => What::Lifted,
            _ => return None,
        };
        if !sound {
            return None;
        }
        let mut hmac = [0; 32];
        hmac.copy_from_slice(&record[32..64]);
        Some(Refusal {
            what,
            ring: u64::from_be_bytes(eight(record, 8)),
            workspace: i64::from_be_bytes(eight(record, 16)),
            scope: i64::from(record[2]),
            reason: record[3],
            at: i64::from_be_bytes(eight(record, 24)),
            hmac,
        })
    }
}

/// What a file of refusals holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The sound records, in order.
    pub records: Vec<Refusal>,
    /// Records that cannot be read. One at the very end is what a sudden end leaves: it was never confirmed.
    pub damaged: usize,
    /// Whether the damage is more than such an end.
    pub inside: bool,
    /// Whether there is a file at all.
    pub there: bool,
}

/// Reads a file of refusals as far as it is sound, behind damage too.
pub fn read(path: &Path) -> Result<Found> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Found::default()),
        Err(e) => return Err(Error::File(format!("{}: {e}", path.display()))),
    };
    let mut found = Found { there: true, ..Found::default() };
    let slots = bytes.len().div_ceil(SIZE);
    for (n, slot) in bytes.chunks(SIZE).enumerate() {
        match Refusal::decode(slot) {
            Some(record) => found.records.push(record),
            None => {
                found.damaged += 1;
                found.inside |= n + 1 < slots;
            }
        }
    }
    Ok(found)
}

/// Which refusals hold at the end of the records, the first record of each kept.
///
/// A lifted one ends the stops that stand before it and are not younger than the one it names: neither a clock that
/// went back nor two writers side by side can make it end a refusal that came after it.
pub fn standing(records: &[Refusal]) -> Vec<Refusal> {
    let mut stops: HashMap<(u64, [u8; 32], i64, i64), Vec<Refusal>> = HashMap::new();
    for record in records {
        let of = stops.entry((record.ring, record.hmac, record.workspace, record.scope)).or_default();
        match record.what {
            What::Refused => of.push(*record),
            // What clears a row that waited ends nothing but rows that waited for the same.
            What::Lifted => of.retain(|stop| {
                let (lifted, stopped) = (record.reason_name(), stop.reason_name());
                stop.at > record.at || (WAITING.contains(&lifted) && stopped != lifted)
            }),
        }
    }
    let mut out: Vec<Refusal> = stops.into_values().filter_map(|of| of.first().copied()).collect();
    out.sort_unstable_by_key(|r| (r.at, r.hmac, r.workspace, r.scope));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use What::{Lifted, Refused};

    fn record(what: What, who: u8, at: i64) -> Refusal {
        Refusal { what, ring: 7, workspace: -5, scope: 2, reason: 1, at, hmac: [who; 32] }
    }

    #[test]
    fn a_record_reads_back_and_no_flipped_bit_does() {
        let one = Refusal { at: i64::MIN, workspace: i64::MAX, ring: u64::MAX, ..record(Refused, 9, 0) };
        assert_eq!(Refusal::decode(&one.encode()), Some(one));
        assert_eq!(one.tag(), i64::from_be_bytes([9; 8]));
        for bit in 0..SIZE * 8 {
            let mut bytes = one.encode();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Refusal::decode(&bytes), None, "bit {bit}");
        }
        assert_eq!(Refusal::decode(&one.encode()[1..]), None);
    }

    #[test]
    fn what_holds_at_the_end() {
        let refused = |who, at| record(Refused, who, at);
        let lifted = |who, at| record(Lifted, who, at);
        let table: &[(&str, &[Refusal], &[i64])] = &[
            ("a refusal holds", &[refused(1, 10)], &[10]),
            ("twice is once, since the first", &[refused(1, 10), refused(1, 10), refused(1, 20)], &[10]),
            ("taken back", &[refused(1, 10), lifted(1, 10)], &[]),
            ("taken back and refused again", &[refused(1, 10), lifted(1, 10), refused(1, 20)], &[20]),
            (
                "two writers: the later refusal stands before",
                &[refused(1, 10), refused(1, 15), lifted(1, 10)],
                &[15],
            ),
            ("the clock went back", &[refused(1, 10), lifted(1, 10), refused(1, 5)], &[5]),
            ("another person's", &[refused(1, 10), lifted(2, 10)], &[10]),
            ("nothing to take back", &[lifted(1, 10)], &[]),
        ];
        for (what, records, at) in table {
            assert_eq!(standing(records).iter().map(|r| r.at).collect::<Vec<_>>(), *at, "{what}");
        }
    }

    #[test]
    fn damage_is_counted_and_what_stands_behind_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("refusals.log");
        assert_eq!(read(&path).unwrap(), Found::default());
        let three: Vec<u8> = (1..=3).flat_map(|n| record(Refused, n, 1).encode()).collect();
        std::fs::write(&path, &three[..SIZE * 2 + 20]).unwrap();
        let found = read(&path).unwrap();
        assert_eq!((found.records.len(), found.damaged, found.inside), (2, 1, false));
        let mut bad = three.clone();
        bad[SIZE + 40] ^= 1;
        std::fs::write(&path, &bad).unwrap();
        let found = read(&path).unwrap();
        assert_eq!((found.records.len(), found.damaged, found.inside), (2, 1, true));
    }

    #[test]
    fn half_a_record_left_by_a_death_does_not_shift_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let keys = crate::keys::Keys::of([3; 32]);
        let path = dir.path().join(super::super::REFUSALS);
        std::fs::write(&path, &record(Refused, 1, 1).encode()[..30]).unwrap();
        let ledgers = super::super::Ledgers::of(dir.path(), &keys);
        ledgers.refused(&[record(Refused, 2, 2)]).unwrap();
        ledgers.sync().unwrap();
        let found = read(&path).unwrap();
        assert_eq!((found.records, found.damaged), (vec![record(Refused, 2, 2)], 0));
    }

    #[test]
    fn reasons_keep_their_numbers() {
        assert_eq!(REASONS.iter().position(|r| *r == "carrier"), Some(7));
        let known = Refusal { reason: Refusal::reason_number("link"), ..record(Refused, 1, 1) };
        assert_eq!(known.reason_name(), "link");
        let unknown = Refusal { reason: Refusal::reason_number("no such reason"), ..known };
        assert_eq!(unknown.reason_name(), "restored");
    }
}
