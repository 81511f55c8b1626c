//! The user data header: 3GPP 23.040 clause 9.2.3.24 and the elements of its subclauses.
//!
//! Reads anything without failing: what cannot be an element ends the list. It never decides what a part
//! belongs to; reassembly is the engine's.

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
        match self.reference {
            Reference::Eight(reference) => vec![5, 0x00, 3, reference, self.total, self.seq],
            Reference::Sixteen(reference) => {
                let [high, low] = reference.to_be_bytes();
                vec![6, 0x08, 4, high, low, self.total, self.seq]
            }
        }
    }

    /// Reads the element; a place that cannot be (0, or beyond the total) is no concatenation at all.
    fn read(element: &Element<'_>) -> Option<Self> {
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

/// One information element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Which element (0x00 concatenation, 0x05 ports, 0x24/0x25 national tables …).
    pub id: u8,
    /// Its data.
    pub data: &'a [u8],
}

/// A header and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// The elements in order, unknown ones included.
    pub elements: Vec<Element<'a>>,
    /// The octets after the header.
    pub body: &'a [u8],
    /// Whether the elements fill the header exactly.
    pub sound: bool,
}

impl Header<'_> {
    /// The concatenation; of a repeated element the last counts (clause 9.2.3.24).
    pub fn concat(&self) -> Option<Concat> {
        self.elements.iter().rev().find_map(Concat::read)
    }
}

/// Parts user data into its header and the rest; `None` when the length octet points past the end.
pub fn parse(data: &[u8]) -> Option<Header<'_>> {
    let (&length, rest) = data.split_first()?;
    let (mut header, body) = rest.split_at_checked(usize::from(length))?;
    let mut elements = Vec::new();
    while let [id, length, rest @ ..] = header {
        let Some((data, after)) = rest.split_at_checked(usize::from(*length)) else { break };
        elements.push(Element { id: *id, data });
        header = after;
    }
    Some(Header { elements, body, sound: header.is_empty() })
}

/// Writes a header, length octet first; `None` when it does not fit one message (140 octets).
pub fn build(elements: &[Element<'_>]) -> Option<Vec<u8>> {
    let mut out = vec![0];
    for element in elements {
        out.extend([element.id, u8::try_from(element.data.len()).ok()?]);
        out.extend_from_slice(element.data);
    }
    out[0] = u8::try_from(out.len() - 1).ok().filter(|length| *length < 140)?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hex ↔ value, clauses 9.2.3.24.1 and 9.2.3.24.8; the first is what Kannel sends.
    #[test]
    fn concatenation_headers() {
        let cases: &[(&[u8], Concat)] = &[
            (&[5, 0, 3, 1, 2, 1], Concat { reference: Reference::Eight(1), total: 2, seq: 1 }),
            (&[5, 0, 3, 0xFF, 255, 255], Concat { reference: Reference::Eight(255), total: 255, seq: 255 }),
            (
                &[6, 8, 4, 0xAB, 0xCD, 3, 2],
                Concat { reference: Reference::Sixteen(0xABCD), total: 3, seq: 2 },
            ),
        ];
        for (octets, concat) in cases {
            assert_eq!(&concat.header(), octets);
            assert_eq!(concat.reference.header_len(), octets.len());
            let header = parse(octets).unwrap();
            assert_eq!((header.concat(), header.body, header.sound), (Some(*concat), &[][..], true));
        }
    }

    #[test]
    fn elements_beside_the_concatenation_are_kept_and_the_last_repeat_counts() {
        let data = [16, 5, 4, 0x0B, 0x84, 0x23, 0xF0, 0, 3, 9, 2, 1, 0, 3, 9, 2, 2, b'x', b'y'];
        let header = parse(&data).unwrap();
        assert_eq!(header.elements.len(), 3);
        assert_eq!(header.elements[0], Element { id: 5, data: &[0x0B, 0x84, 0x23, 0xF0] });
        assert_eq!(header.concat().unwrap().seq, 2);
        assert_eq!(header.body, b"xy");
        assert_eq!(build(&header.elements).unwrap(), data[..17]);
    }

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

    #[test]
    fn impossible_places_are_no_concatenation() {
        for data in [[5, 0, 3, 1, 0, 0], [5, 0, 3, 1, 2, 0], [5, 0, 3, 1, 2, 3]] {
            assert_eq!(parse(&data).unwrap().concat(), None, "{data:?}");
        }
    }

    #[test]
    fn a_torn_header_gives_what_stands_before_the_tear() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&[5, 0, 3]), None);
        let header = parse(&[4, 0, 9, 1, 2, b'z']).unwrap();
        assert_eq!((header.elements.len(), header.sound, header.body), (0, false, &b"z"[..]));
        assert_eq!(build(&[Element { id: 1, data: &[0; 138] }]), None);
        assert_eq!(build(&[Element { id: 1, data: &[0; 300] }]), None);
    }

    proptest! {
        #[test]
        fn any_octets_are_read_without_a_fall(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(header) = parse(&data) {
                let _ = header.concat();
                prop_assert_eq!(header.body.len() + usize::from(data[0]) + 1, data.len());
                if header.sound && data[0] < 140 {
                    prop_assert_eq!(build(&header.elements).unwrap(), &data[..=usize::from(data[0])]);
                }
            }
        }
    }
}
