//! The data coding scheme: 3GPP 23.038 clause 4.

use crate::parts::Encoding;
use crate::udh::WaitingFor;

/// How the octets of a text are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// Packed septets.
    Gsm7,
    /// No text.
    Octets,
    /// UTF-16 big-endian.
    Ucs2,
}

/// The octet itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dcs(pub u8);

impl Dcs {
    /// The scheme of a text we send; a class of 0 to 3 says where it goes, 0 is shown at once and kept nowhere.
    pub const fn new(encoding: Encoding, class: Option<u8>) -> Dcs {
        let alphabet = match encoding {
            Encoding::Gsm7 => 0x00,
            Encoding::Octets => 0x04,
            Encoding::Ucs2 => 0x08,
        };
        match class {
            Some(class) => Dcs(0x10 | alphabet | class & 0x03),
            None => Dcs(alphabet),
        }
    }

    /// The alphabet. Reserved codings are the default alphabet, as the clause asks of a receiver.
    pub const fn alphabet(self) -> Alphabet {
        match self.0 {
            0x00..=0x7F => match self.0 >> 2 & 0x03 {
                1 => Alphabet::Octets,
                2 => Alphabet::Ucs2,
                _ => Alphabet::Gsm7,
            },
            // Bit 3 of group 1111 is reserved; handsets that set it mean what it means in group 0000.
            0xE0..=0xEF | 0xF8..=0xFB => Alphabet::Ucs2,
            0xF0..=0xFF if self.0 & 0x04 != 0 => Alphabet::Octets,
            _ => Alphabet::Gsm7,
        }
    }

    /// Whether the text is compressed (clause 3GPP 23.042), which nobody sends and we do not read.
    pub const fn is_compressed(self) -> bool {
        self.0 < 0x80 && self.0 & 0x20 != 0
    }

    /// Whether user data is counted in septets.
    pub(super) fn counts_septets(self) -> bool {
        self.alphabet() == Alphabet::Gsm7 && !self.is_compressed()
    }

    /// The message class, where one is given.
    pub const fn class(self) -> Option<u8> {
        match self.0 {
            0x00..=0x7F if self.0 & 0x10 != 0 => Some(self.0 & 0x03),
            0xF0..=0xFF => Some(self.0 & 0x03),
            _ => None,
        }
    }

    /// What waits, whether it does still, and whether the message is to be kept: groups 1100 to 1110.
    pub const fn waiting(self) -> Option<(WaitingFor, bool, bool)> {
        if self.0 < 0xC0 || self.0 > 0xEF {
            return None;
        }
        let kind = match self.0 & 0x03 {
            0 => WaitingFor::Voice,
            1 => WaitingFor::Fax,
            2 => WaitingFor::Email,
            _ => WaitingFor::Other,
        };
        Some((kind, self.0 & 0x08 != 0, self.0 >= 0xD0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_the_clause() {
        let cases = [
            (0x00, Alphabet::Gsm7, None),
            (0x04, Alphabet::Octets, None),
            (0x08, Alphabet::Ucs2, None),
            (0x0C, Alphabet::Gsm7, None),
            (0x10, Alphabet::Gsm7, Some(0)),
            (0x18, Alphabet::Ucs2, Some(0)),
            (0x15, Alphabet::Octets, Some(1)),
            (0x58, Alphabet::Ucs2, Some(0)),
            (0x84, Alphabet::Gsm7, None),
            (0xC8, Alphabet::Gsm7, None),
            (0xE0, Alphabet::Ucs2, None),
            (0xF0, Alphabet::Gsm7, Some(0)),
            (0xF6, Alphabet::Octets, Some(2)),
            (0xF9, Alphabet::Ucs2, Some(1)),
        ];
        for (octet, alphabet, class) in cases {
            assert_eq!((Dcs(octet).alphabet(), Dcs(octet).class()), (alphabet, class), "{octet:#04x}");
        }
        assert!(Dcs(0x20).is_compressed() && !Dcs(0xF0).is_compressed() && !Dcs(0xE0).is_compressed());
        assert_eq!(Dcs(0xC8).waiting(), Some((WaitingFor::Voice, true, false)));
        assert_eq!(Dcs(0xD1).waiting(), Some((WaitingFor::Fax, false, true)));
        assert_eq!(Dcs(0xF0).waiting(), None);
    }

    #[test]
    fn what_we_send_reads_back() {
        for encoding in [Encoding::Gsm7, Encoding::Ucs2, Encoding::Octets] {
            for class in [None, Some(0), Some(3)] {
                let dcs = Dcs::new(encoding, class);
                let read = match dcs.alphabet() {
                    Alphabet::Gsm7 => Encoding::Gsm7,
                    Alphabet::Ucs2 => Encoding::Ucs2,
                    Alphabet::Octets => Encoding::Octets,
                };
                assert_eq!((read, dcs.class(), dcs.is_compressed()), (encoding, class, false));
            }
        }
    }
}
