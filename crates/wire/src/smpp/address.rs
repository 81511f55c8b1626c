//! Addresses with type of number and numbering plan, clauses 5.2.5 and 5.2.6.

use std::borrow::Cow;

use super::codec::{Fault, Reader, put_text};

/// An address as it stands in a PDU. Octets, not text: peers put Latin-1 and worse into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Address<'a> {
    /// Type of number: 0 unknown, 1 international, 2 national, 3 network specific, 5 alphanumeric.
    pub ton: u8,
    /// Numbering plan: 0 unknown, 1 E.164.
    pub npi: u8,
    /// Digits without a plus, or the letters of an alphanumeric sender.
    pub addr: &'a [u8],
}

impl<'a> Address<'a> {
    pub(super) fn read(r: &mut Reader<'a>) -> Result<Self, Fault> {
        Ok(Address { ton: r.octet()?, npi: r.octet()?, addr: r.text() })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.ton);
        out.push(self.npi);
        put_text(out, self.addr);
    }

    /// The address as a person writes it: `+` before an international number, else the octets read as Latin-1
    /// where they are not UTF-8.
    pub fn display(&self) -> Cow<'a, str> {
        let plain: Cow<'a, str> = match std::str::from_utf8(self.addr) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(self.addr.iter().map(|b| char::from(*b)).collect()),
        };
        let digits = !self.addr.is_empty() && self.addr.iter().all(u8::is_ascii_digit);
        if self.ton == 1 && digits { Cow::Owned(format!("+{plain}")) } else { plain }
    }
}

/// Digits that are a short code rather than a whole number.
const SHORT_MAX: usize = 8;

/// How a sender travels: alphanumeric 5/0, E.164 1/1 without its plus, short code 3/0, national 2/1.
pub fn source(addr: &str) -> Address<'_> {
    let (plus, bare) = match addr.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, addr),
    };
    let digits = !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit());
    let (ton, npi, octets) = match (digits, plus) {
        _ if addr.is_empty() => (0, 0, addr),
        (false, _) => (5, 0, addr),
        (true, true) => (1, 1, bare),
        (true, false) if bare.len() <= SHORT_MAX => (3, 0, bare),
        (true, false) if bare.starts_with('0') => (2, 1, bare),
        (true, false) => (1, 1, bare),
    };
    Address { ton, npi, addr: octets.as_bytes() }
}

/// How a recipient travels: as a sender does, but never alphanumeric (clause 5.2.9 leaves no such handset).
pub fn destination(addr: &str) -> Address<'_> {
    match source(addr) {
        Address { ton: 5, addr, .. } => Address { ton: 0, npi: 0, addr },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_get_the_plan_their_form_asks_for() {
        for (addr, ton, npi, octets) in [
            ("+972501234567", 1, 1, "972501234567"),
            ("972501234567", 1, 1, "972501234567"),
            ("0501234567", 2, 1, "0501234567"),
            ("4545", 3, 0, "4545"),
            ("MyShop", 5, 0, "MyShop"),
            ("Shop 24", 5, 0, "Shop 24"),
            ("+Shop", 5, 0, "+Shop"),
            ("+", 5, 0, "+"),
            ("", 0, 0, ""),
        ] {
            assert_eq!(source(addr), Address { ton, npi, addr: octets.as_bytes() }, "{addr}");
        }
        assert_eq!(destination("MyShop").ton, 0);
        assert_eq!(destination("+36301234567").ton, 1);
    }

    #[test]
    fn latin_1_octets_are_shown_and_not_lost() {
        assert_eq!(Address { ton: 5, npi: 0, addr: b"Caf\xe9" }.display(), "Café");
        assert_eq!(Address { ton: 1, npi: 1, addr: b"972501234567" }.display(), "+972501234567");
        assert_eq!(Address { ton: 3, npi: 0, addr: b"4545" }.display(), "4545");
    }
}
