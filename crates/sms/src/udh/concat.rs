//! The place of a part in its message: 3GPP 23.040 clauses 9.2.3.24.1 and 9.2.3.24.8.

use super::Element;
use crate::id::{NODE_BITS, SEQ_BITS};

/// The reference that ties parts together; its width is part of its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// Element 0x00, clause 9.2.3.24.1.
    Eight(u8),
    /// Element 0x08, clause 9.2.3.24.8.
    Sixteen(u16),
}

/// 2⁶⁴ divided by the golden ratio: its multiples stay as far apart as multiples can.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Reference {
    /// The 8-bit reference of the message with this id: the same for every try, so that parts sent later join those
    /// that came before.
    ///
    /// A handset mixes up two unfinished messages of one sender that share a reference. So 256 ids in a row have
    /// 256 references, as have ids of a hundred milliseconds in a row; any other two meet once in 256.
    pub const fn eight(id: i64) -> Reference {
        Reference::Eight((spread(id, 8) & 0xFF) as u8)
    }

    /// The 16-bit reference of the message with this id, by the same rule.
    pub const fn sixteen(id: i64) -> Reference {
        Reference::Sixteen((spread(id, 16) & 0xFFFF) as u16)
    }

    /// Octets of a header that holds only this concatenation, its length octet included.
    pub const fn header_len(self) -> usize {
        match self {
            Reference::Eight(_) => 6,
            Reference::Sixteen(_) => 7,
        }
    }
}

/// Time, node and sequence of an id, mixed so that the lowest `bits` differ where ids are near.
const fn spread(id: i64, bits: u32) -> u64 {
    let (at, low) = (id as u64 >> (NODE_BITS + SEQ_BITS), id as u64 & ((1 << (NODE_BITS + SEQ_BITS)) - 1));
    let (node, seq) = (low >> SEQ_BITS, low & ((1 << SEQ_BITS) - 1));
    (at.wrapping_mul(GOLDEN) >> (64 - bits))
        .wrapping_add(node.wrapping_mul(GOLDEN) >> (64 - bits))
        .wrapping_add(seq)
}

/// Place of a part within its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Concat {
    /// Shared by all parts.
    pub reference: Reference,
    /// How many parts there are, from 1.
    pub total: u8,
    /// Which one this is, from 1.
    pub seq: u8,
}

impl Concat {
    /// The whole header (length octet first) that says this.
    pub fn header(&self) -> Vec<u8> {
        let mut header = vec![0];
        self.write(&mut header);
        header[0] = (header.len() - 1) as u8;
        header
    }

    /// Appends the element.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self.reference {
            Reference::Eight(reference) => out.extend([0x00, 3, reference, self.total, self.seq]),
            Reference::Sixteen(reference) => {
                let [high, low] = reference.to_be_bytes();
                out.extend([0x08, 4, high, low, self.total, self.seq]);
            }
        }
    }

    /// Reads the element; a place that cannot be (0, or beyond the total) is no concatenation at all.
    pub(super) fn read(element: &Element<'_>) -> Option<Self> {
        let (reference, total, seq) = match (element.id, element.data) {
            (0x00, &[reference, total, seq]) => (Reference::Eight(reference), total, seq),
            (0x08, &[high, low, total, seq]) => {
                (Reference::Sixteen(u16::from_be_bytes([high, low])), total, seq)
            }
            _ => return None,
        };
        (seq >= 1 && seq <= total).then_some(Self { reference, total, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_one_moment_have_other_references_and_a_message_keeps_its_own() {
        let at = crate::id::EPOCH_MS + 7_000_000_000;
        let eight = |ms: i64, seq: i64| Reference::eight(crate::id::compose(at + ms, 3, seq));
        let sixteen = |ms: i64, seq: i64| Reference::sixteen(crate::id::compose(at + ms, 3, seq));
        let distinct = |all: Vec<Reference>| all.iter().collect::<std::collections::HashSet<_>>().len();
        assert_eq!(distinct((700..956).map(|seq| eight(0, seq)).collect()), 256);
        assert_eq!(distinct((0..4_096).map(|seq| sixteen(0, seq)).collect()), 4_096);
        for from in (0..10_000).step_by(100) {
            assert_eq!(distinct((from..from + 100).map(|ms| eight(ms, 5)).collect()), 100, "{from}");
            assert_eq!(distinct((from..from + 100).map(|ms| sixteen(ms, 5)).collect()), 100, "{from}");
        }
        assert_eq!(eight(1, 2), eight(1, 2));
        // Two messages a while apart, each with a sequence of its own, meet as seldom as chance lets them.
        let met =
            (1..10_000).filter(|n| eight(0, n * 37 % 1_024) == eight(n * 1_003, n * 91 % 1_024)).count();
        assert!(met < 80, "{met} of 10,000 meet");
    }
}
