//! Packets in a stream of octets, also in one that was joined in the middle of a packet.

use super::Dialect;
use crate::smpp::command;

/// Octets of an SMPP header.
const HEADER: usize = 16;
/// The longest packet that is believed.
const PACKET_MAX: usize = 70_000;
const STX: u8 = 2;
const ETX: u8 = 3;

/// One direction of a wire.
#[derive(Debug)]
pub struct Frames {
    dialect: Dialect,
    rest: Vec<u8>,
}

impl Frames {
    /// A stream that begins now, wherever it stands.
    pub fn new(dialect: Dialect) -> Frames {
        Frames { dialect, rest: Vec::new() }
    }

    /// Takes octets and hands over every packet that is whole.
    pub fn feed(&mut self, octets: &[u8], each: &mut dyn FnMut(&[u8])) {
        self.rest.extend_from_slice(octets);
        let mut at = 0;
        while let Some((from, to)) = self.next(at) {
            if to > from {
                each(&self.rest[from..to]);
            }
            at = to;
        }
        self.rest.drain(..at);
        if self.rest.len() > PACKET_MAX {
            self.rest.clear(); // no packet is that long: the next one is waited for
        }
    }

    /// The next packet from a place, or where to look on; `None` where more must come first.
    fn next(&self, at: usize) -> Option<(usize, usize)> {
        let rest = self.rest.get(at..).filter(|rest| !rest.is_empty())?;
        match self.dialect {
            Dialect::Smpp => {
                let header = rest.get(..HEADER)?;
                let word =
                    |n: usize| u32::from_be_bytes([header[n], header[n + 1], header[n + 2], header[n + 3]]);
                let (length, id) = (word(0) as usize, word(4));
                let known = command::known(id & !command::RESPONSE) || id == command::RESPONSE;
                if !known || !(HEADER..=PACKET_MAX).contains(&length) {
                    return Some((at + 1, at + 1)); // not here: one octet on
                }
                (rest.len() >= length).then_some((at, at + length))
            }
            Dialect::Ucp | Dialect::Cimd2 => match rest.iter().position(|b| *b == STX) {
                Some(0) => {
                    let end = rest.iter().position(|b| *b == ETX)?;
                    Some((at, at + end + 1))
                }
                Some(begin) => Some((at + begin, at + begin)),
                None => Some((self.rest.len(), self.rest.len())),
            },
        }
    }
}
