//! The text of a short message as every protocol carries it: its coding, its header, its octets.

use crate::smpp::coding;

/// What a handset gets, or sent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct UserData {
    /// TP-DCS, 3GPP 23.038 clause 4.
    pub coding: u8,
    /// The user data header with its length octet; empty where there is none.
    pub header: Vec<u8>,
    /// What follows it: one septet an octet, UTF-16 big-endian, or octets.
    pub octets: Vec<u8>,
}

impl UserData {
    /// The text without its header; `None` where the octets are no text.
    pub fn text(&self) -> Option<String> {
        coding::decode(self.coding, &self.octets)
    }

    /// Whether it is written with septets.
    pub fn is_gsm7(&self) -> bool {
        coding::alphabet(self.coding) == coding::Alphabet::Gsm7
    }
}

impl std::fmt::Debug for UserData {
    /// Never the text: this ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserData")
            .field("coding", &self.coding)
            .field("header", &self.header.len())
            .field("octets", &self.octets.len())
            .finish()
    }
}

/// Octets as upper-case hex digits, two each.
pub(crate) fn hex(octets: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    octets.iter().flat_map(|o| [DIGITS[usize::from(o >> 4)], DIGITS[usize::from(o & 15)]]).collect()
}

/// Hex digits as octets; `None` where they are none, or of an odd number.
pub(crate) fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |d: u8| char::from(d).to_digit(16).map(|d| d as u8);
    let (pairs, rest) = digits.as_chunks::<2>();
    let octets = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { octets.collect() } else { None }
}

/// An address of the wire as text: UTF-8 where it is, else ISO 8859-1, so that no octet is lost.
pub(crate) fn latin(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => octets.iter().map(|b| char::from(*b)).collect(),
    }
}

/// A number written in decimal digits alone.
pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
}
