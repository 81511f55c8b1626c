//! AdC and OAdC with OTOA, clauses 4.2 and 5.3: digits, or letters packed as a handset gets them.

use super::error::Ec;
use crate::user_data::{hex, latin, unhex};
use sms::alphabet::gsm7;

/// Digits an AdC or OAdC holds.
pub const DIGITS_MAX: usize = 16;
/// OTOA: letters of the default alphabet.
const LETTERS: &[u8] = b"5039";
/// OTOA: an international number.
const INTERNATIONAL: &[u8] = b"1139";

/// An originator as it travels: OAdC and OTOA.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The field OAdC.
    pub oadc: Vec<u8>,
    /// The field OTOA; empty says: digits as they are.
    pub otoa: Vec<u8>,
}

impl Address {
    /// How a sender travels: letters as 5039, an international number as 1139 without its plus, a short code bare.
    pub fn originator(sender: &str) -> Address {
        let digits = sender.strip_prefix('+').unwrap_or(sender);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            let otoa = if digits.len() == sender.len() { Vec::new() } else { INTERNATIONAL.to_vec() };
            return Address { oadc: digits.as_bytes().to_vec(), otoa };
        }
        let plain = |c: char| if gsm7::septets(c).is_some() { c } else { '?' };
        let septets = gsm7::encode(&sender.chars().map(plain).collect::<String>()).unwrap_or_default();
        let septets = &septets[..septets.len().min(11)];
        // The useful semi-octets: four bits each of seven a letter.
        let semi = (septets.len() * 7).div_ceil(4) as u8;
        let mut octets = vec![semi];
        octets.extend(gsm7::pack(septets, 0));
        Address { oadc: hex(&octets), otoa: LETTERS.to_vec() }
    }

    /// The sender as a person writes it. Letters that cannot be unpacked are shown as they came.
    pub fn display(&self) -> String {
        if self.otoa == LETTERS {
            return self.letters().unwrap_or_else(|| latin(&self.oadc));
        }
        let digits = !self.oadc.is_empty() && self.oadc.iter().all(u8::is_ascii_digit);
        if self.otoa == INTERNATIONAL && digits {
            return format!("+{}", latin(&self.oadc));
        }
        latin(&self.oadc)
    }

    fn letters(&self) -> Option<String> {
        let octets = unhex(&self.oadc)?;
        let (semi, packed) = octets.split_first()?;
        let count = usize::from(*semi) * 4 / 7;
        if (count * 7).div_ceil(8) > packed.len() {
            return None;
        }
        Some(gsm7::decode(&gsm7::unpack(packed, 0, count)))
    }
}

/// An AdC: digits alone, with `plus` where a number is international.
pub(super) fn recipient(number: &str, plus: &str) -> Result<Vec<u8>, Ec> {
    let digits = match number.strip_prefix('+').filter(|digits| !digits.is_empty()) {
        Some(digits) => format!("{plus}{digits}"),
        None => number.to_owned(),
    };
    let fits = !digits.is_empty() && digits.len() <= DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(digits.into_bytes()) } else { Err(Ec::ADDRESS) }
}
