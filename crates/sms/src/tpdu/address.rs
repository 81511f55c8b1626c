//! Address fields: type of number, semi-octets, names in packed septets. 3GPP 23.040 clause 9.1.2.5.

use super::Fault;
use super::reader::Reader;
use crate::alphabet::gsm7;

/// Type of number, bits 6 to 4 of the type-of-address octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ton {
    /// 0: nobody says.
    Unknown,
    /// 1: with its country code.
    International,
    /// 2: as dialled within the country.
    National,
    /// 3: a number of the network itself, short codes among them.
    Network,
    /// 4: a subscriber number.
    Subscriber,
    /// 5: a name in the default alphabet.
    Alphanumeric,
    /// 6: abbreviated.
    Abbreviated,
    /// 7: reserved.
    Reserved,
}

const TONS: [Ton; 8] = [
    Ton::Unknown,
    Ton::International,
    Ton::National,
    Ton::Network,
    Ton::Subscriber,
    Ton::Alphanumeric,
    Ton::Abbreviated,
    Ton::Reserved,
];

/// Semi-octets 0 to 14; 15 fills an odd place and ends the number.
const DIGITS: &[u8; 15] = b"0123456789*#abc";
/// The most digits an address field of the air holds.
const DIGITS_MOST: usize = 20;
/// The most septets of a name.
const NAME_MOST: usize = 11;

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadAddress {
    /// Nothing in it.
    Empty,
    /// More than 20 digits, or more than 11 septets of a name.
    Long,
    /// A name with a character outside the default alphabet.
    Letters,
}

/// An address as an address field carries it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The type-of-address octet, extension bit included.
    kind: u8,
    /// Digits (with `*`, `#`, `a`, `b`, `c`), or the name.
    text: String,
}

impl Address {
    /// Reads what people and rows write: `+` and digits are international, digits alone of no said type, all else a
    /// name.
    pub fn new(text: &str) -> Result<Address, BadAddress> {
        let (kind, digits) = match text.strip_prefix('+') {
            Some(digits) => (0x91, digits),
            None => (0x81, text),
        };
        if digits.is_empty() {
            return Err(BadAddress::Empty);
        }
        if digits.bytes().all(|digit| DIGITS[..12].contains(&digit)) {
            let fits = digits.len() <= DIGITS_MOST;
            return if fits { Ok(Address { kind, text: digits.to_owned() }) } else { Err(BadAddress::Long) };
        }
        match gsm7::encode(text) {
            None => Err(BadAddress::Letters),
            Some(septets) if septets.len() > NAME_MOST => Err(BadAddress::Long),
            Some(_) => Ok(Address { kind: 0xD0, text: text.to_owned() }),
        }
    }

    /// The same digits under another type of number and numbering plan, as some networks want short codes.
    pub fn with_kind(mut self, ton: Ton, plan: u8) -> Address {
        if self.ton() != Ton::Alphanumeric && ton != Ton::Alphanumeric {
            self.kind = 0x80 | (ton as u8) << 4 | plan & 0x0F;
        }
        self
    }

    /// Type of number.
    pub const fn ton(&self) -> Ton {
        TONS[(self.kind >> 4 & 0x07) as usize]
    }

    /// Numbering plan: 1 is the telephone's (E.164), 0 unknown.
    pub const fn plan(&self) -> u8 {
        self.kind & 0x0F
    }

    /// The digits or the name, without a plus.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As people write it: international numbers with a plus.
    pub fn display(&self) -> String {
        if self.ton() == Ton::International { format!("+{}", self.text) } else { self.text.clone() }
    }

    /// Appends length, type and value; the length counts useful semi-octets.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (length, value) = self.value();
        // A value read from the air had its length in one octet; one of our own is shorter still.
        out.extend([length as u8, self.kind]);
        out.extend(value);
    }

    /// Useful semi-octets, and the octets that hold them.
    fn value(&self) -> (usize, Vec<u8>) {
        if self.ton() == Ton::Alphanumeric {
            let septets = gsm7::encode(&self.text).unwrap_or_default();
            return ((septets.len() * 7).div_ceil(4), gsm7::pack(&septets, 0));
        }
        (self.text.len(), semi_octets(&self.text))
    }

    /// Type and value with the length in octets, as the service centre's address has it (24.011 clause 8.2.5.1).
    pub(super) fn write_for_centre(&self, out: &mut Vec<u8>) {
        let (_, value) = self.value();
        out.extend([(value.len() + 1) as u8, self.kind]);
        out.extend(value);
    }

    /// Reads length, type and value.
    pub(super) fn read(reader: &mut Reader<'_>, field: &'static str) -> Result<Address, Fault> {
        let length = usize::from(reader.octet(field)?);
        let kind = reader.octet(field)?;
        let value = reader.take(length.div_ceil(2), field)?;
        Ok(Address::of(kind, value, length))
    }

    /// The address of a value of so many useful semi-octets.
    pub(super) fn of(kind: u8, value: &[u8], length: usize) -> Address {
        let alphanumeric = kind >> 4 & 0x07 == Ton::Alphanumeric as u8;
        let text = if alphanumeric { name(value, length) } else { digits(value, length) };
        Address { kind, text }
    }
}

/// Low half first; an odd last place is filled with ones.
fn semi_octets(digits: &str) -> Vec<u8> {
    let half = |digit: u8| DIGITS.iter().position(|d| *d == digit).unwrap_or(0x0F) as u8;
    let pair = |pair: &[u8]| half(pair[0]) | pair.get(1).map_or(0x0F, |digit| half(*digit)) << 4;
    digits.as_bytes().chunks(2).map(pair).collect()
}

fn digits(value: &[u8], length: usize) -> String {
    let halves = value.iter().flat_map(|octet| [octet & 0x0F, octet >> 4]);
    let digits = halves.take(length).map_while(|half| DIGITS.get(usize::from(half)));
    digits.map(|digit| char::from(*digit)).collect()
}

/// Some write the length of a whole octet more than the name fills: its seven spare bits are no `@`.
fn name(value: &[u8], length: usize) -> String {
    let mut septets = gsm7::unpack(value, 0, length * 4 / 7);
    if septets.len().is_multiple_of(8) && septets.last() == Some(&0) {
        septets.pop();
    }
    gsm7::decode(&septets)
}
