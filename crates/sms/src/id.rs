//! Ids: 63-bit, time-ordered, and their public form `msg_` + 13 characters of Crockford base 32.

use std::fmt;

/// Milliseconds between 1970 and 2026-01-01T00:00Z, where ids begin to count.
pub const EPOCH_MS: i64 = 1_767_225_600_000;
/// Bits of the node number.
pub const NODE_BITS: u32 = 10;
/// Bits of the sequence inside one millisecond.
pub const SEQ_BITS: u32 = 12;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS: usize = 13;

/// A word that is none of the closed list it was looked up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord(pub Box<str>);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown word '{}'", self.0)
    }
}
impl std::error::Error for UnknownWord {}

/// What an id names; its prefix is part of the public form, so that a pasted id says where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id {
    /// Prefix without the underscore: `msg`, `con`, `cmp`, …
    pub kind: &'static str,
    /// The stored number.
    pub value: i64,
}

/// Prefixes of the public forms.
pub mod kind {
    /// Message.
    pub const MESSAGE: &str = "msg";
    /// Contact.
    pub const CONTACT: &str = "con";
    /// List.
    pub const LIST: &str = "lst";
    /// Campaign.
    pub const CAMPAIGN: &str = "cmp";
    /// Inbound message.
    pub const INBOUND: &str = "inb";
    /// Thread.
    pub const THREAD: &str = "thr";
    /// Event of consent.
    pub const CONSENT: &str = "cns";
    /// Deed of the record.
    pub const DEED: &str = "ded";
    /// Segment.
    pub const SEGMENT: &str = "seg";
    /// Deed done to many people.
    pub const BULK: &str = "blk";
    /// Saved filter of people.
    pub const FILTER: &str = "flt";
    /// Tag of people.
    pub const TAG: &str = "tag";
    /// Merge of two people.
    pub const MERGE: &str = "mrg";
    /// Import.
    pub const IMPORT: &str = "imp";
    /// Connector.
    pub const CONNECTOR: &str = "cnx";
    /// API key.
    pub const KEY: &str = "key";
    /// Client of the SMPP server.
    pub const CLIENT: &str = "cli";
    /// Workspace.
    pub const WORKSPACE: &str = "wsp";
    /// User.
    pub const USER: &str = "usr";
    /// Command to a connector.
    pub const COMMAND: &str = "cmd";
    /// Request.
    pub const REQUEST: &str = "req";
    /// Event.
    pub const EVENT: &str = "evt";
    /// Any other row.
    pub const ROW: &str = "row";
}

/// Composes an id from milliseconds since 1970, node and sequence.
pub const fn compose(at_ms: i64, node: i64, seq: i64) -> i64 {
    ((at_ms - EPOCH_MS) << (NODE_BITS + SEQ_BITS)) | (node << SEQ_BITS) | seq
}

/// Milliseconds since 1970 in which an id was minted. For partitions and cursors only, never for decisions.
pub const fn minted_ms(id: i64) -> i64 {
    (id >> (NODE_BITS + SEQ_BITS)) + EPOCH_MS
}

/// The public form: `kind_` and 13 characters.
pub fn public(kind: &'static str, value: i64) -> String {
    Id { kind, value }.to_string()
}

/// Reads a public form of the given kind back. Small letters and the look-alikes O, I, L are accepted.
pub fn parse(kind: &str, text: &str) -> Option<i64> {
    let body = text.strip_prefix(kind)?.strip_prefix('_')?;
    if body.len() != CHARS {
        return None;
    }
    let mut value: u64 = 0;
    for (i, byte) in body.bytes().enumerate() {
        let digit = digit(byte)?;
        if i == 0 && digit > 7 {
            return None; // 13 × 5 bits hold 65; an id has 63.
        }
        value = (value << 5) | u64::from(digit);
    }
    i64::try_from(value).ok()
}

const fn digit(byte: u8) -> Option<u8> {
    let upper = match byte.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    let mut i = 0;
    while i < 32 {
        if ALPHABET[i] == upper {
            return Some(i as u8);
        }
        i += 1;
    }
    None
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = [0u8; CHARS];
        let mut rest = self.value as u64;
        for slot in out.iter_mut().rev() {
            *slot = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        write!(f, "{}_{}", self.kind, std::str::from_utf8(&out).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_form_reads_back_and_sorts_by_time() {
        let early = compose(EPOCH_MS + 5, 3, 9);
        let late = compose(EPOCH_MS + 6, 0, 0);
        assert!(late > early && public("msg", late) > public("msg", early));
        for id in [0, 1, early, late, i64::MAX] {
            assert_eq!(parse("msg", &public("msg", id)), Some(id));
        }
        assert_eq!(minted_ms(early), EPOCH_MS + 5);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for bad in
            ["", "msg_", "con_0000000000001", "msg_000000000000", "msg_Z000000000000", "msg_00000000000U1"]
        {
            assert_eq!(parse("msg", bad), None, "{bad}");
        }
        assert_eq!(parse("msg", "msg_000000000000l"), Some(1));
    }
}
