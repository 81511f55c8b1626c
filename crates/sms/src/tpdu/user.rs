//! User data: a header and septets, UTF-16 or octets, with a length in the units of the alphabet.
//! 3GPP 23.040 clauses 9.2.3.16, 9.2.3.23 and 9.2.3.24.

use super::{Alphabet, Dcs, Fault};
use crate::alphabet::{Shift, gsm7, ucs2};
use crate::parts::Part;
use crate::udh::{self, Header};

/// The most octets of user data.
const MOST: usize = 140;

/// What a message carries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserData {
    /// The header with its length octet, byte for byte; empty where there is none.
    pub header: Vec<u8>,
    /// Unpacked septets, or octets.
    pub body: Vec<u8>,
    /// Whether less came than its length announced, or its header does not fit in it.
    pub torn: bool,
}

impl From<&Part> for UserData {
    fn from(part: &Part) -> Self {
        UserData { header: part.udh.clone(), body: part.body.clone(), torn: false }
    }
}

impl UserData {
    /// The header's elements.
    pub fn elements(&self) -> Option<Header<'_>> {
        udh::parse(&self.header)
    }

    /// The text, by the tables that the header announces; `None` where it is none.
    pub fn text(&self, dcs: Dcs) -> Option<String> {
        if dcs.is_compressed() {
            return None;
        }
        match dcs.alphabet() {
            Alphabet::Gsm7 => {
                let shift = self.elements().map_or(Shift::NONE, |header| header.shift());
                Some(gsm7::decode_with(&self.body, shift.tables()))
            }
            Alphabet::Ucs2 => Some(ucs2::decode(&self.body)),
            Alphabet::Octets => None,
        }
    }

    /// Septets that the header takes, fill bits included.
    fn header_septets(&self) -> usize {
        (self.header.len() * 8).div_ceil(7)
    }

    /// Appends length and data.
    pub(super) fn write(&self, dcs: Dcs, out: &mut Vec<u8>) -> Result<(), Fault> {
        let (length, body) = if dcs.counts_septets() {
            let packed = gsm7::pack(&self.body, gsm7::fill_bits(self.header.len()));
            (self.header_septets() + self.body.len(), packed)
        } else {
            (self.header.len() + self.body.len(), self.body.clone())
        };
        if self.header.len() + body.len() > MOST {
            return Err(Fault::Long);
        }
        // 140 octets are at most 160 septets.
        out.push(length as u8);
        out.extend_from_slice(&self.header);
        out.extend(body);
        Ok(())
    }

    /// Reads data of an announced length from what is there.
    pub(super) fn read(has_header: bool, dcs: Dcs, length: u8, rest: &[u8]) -> UserData {
        let length = usize::from(length);
        let wanted = if dcs.counts_septets() { (length * 7).div_ceil(8) } else { length };
        let mut torn = rest.len() < wanted;
        let data = &rest[..wanted.min(rest.len())];
        let mut header: &[u8] = &[];
        if has_header {
            match data.first().and_then(|octets| data.get(..=usize::from(*octets))) {
                Some(whole) => header = whole,
                // Cut off within the header: no text came at all.
                None if torn => header = data,
                // All came, and it cannot hold such a header: the flag is wrong, what came is text.
                None => torn = true,
            }
        }
        let mut read = UserData { header: header.to_vec(), body: Vec::new(), torn };
        let body = &data[header.len()..];
        read.body = if dcs.counts_septets() {
            let septets = length.saturating_sub(read.header_septets());
            gsm7::unpack(body, gsm7::fill_bits(header.len()), septets)
        } else {
            body.to_vec()
        };
        read
    }
}
