//! data_coding, clause 5.2.19 and 3GPP 23.038 clause 4: which alphabet the octets of a text are in.

use sms::Encoding;
use sms::alphabet::{Shift, gsm7, latin1, ucs2};

/// GSM 7-bit, or whatever the carrier's default is.
pub const DEFAULT: u8 = 0x00;
/// IA5, that is ASCII.
pub const IA5: u8 = 0x01;
/// ISO 8859-1.
pub const LATIN1: u8 = 0x03;
/// Octets that are no text.
pub const OCTETS: u8 = 0x04;
/// UCS-2, in truth UTF-16 big-endian.
pub const UCS2: u8 = 0x08;

/// An alphabet a data_coding can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// 23.038 clause 6.2.1, one septet per octet as SMPP carries it.
    Gsm7,
    /// ISO 8859-1, with IA5 as its lower half.
    Latin1,
    /// UTF-16 big-endian.
    Ucs2,
    /// No text.
    Octets,
}

/// The data_coding of a text we send.
pub const fn of(encoding: Encoding) -> u8 {
    match encoding {
        Encoding::Gsm7 => DEFAULT,
        Encoding::Ucs2 => UCS2,
        Encoding::Octets => OCTETS,
    }
}

/// The alphabet of a data_coding. What carriers reinterpret (0 as Latin-1 on some) is theirs to configure.
pub const fn alphabet(data_coding: u8) -> Alphabet {
    match data_coding {
        IA5 | LATIN1 => Alphabet::Latin1,
        0x08 | 0xE0..=0xEF => Alphabet::Ucs2,
        0x02 | 0x04 => Alphabet::Octets,
        // General data coding with a message class, and message marked for deletion: bits 3 and 2.
        0x10..=0x7F => match data_coding >> 2 & 0x03 {
            0 => Alphabet::Gsm7,
            2 => Alphabet::Ucs2,
            _ => Alphabet::Octets,
        },
        0xF0..=0xFF if data_coding & 0x04 != 0 => Alphabet::Octets,
        _ => Alphabet::Gsm7,
    }
}

/// The text of octets without their user data header; `None` where they are no text.
pub fn decode(data_coding: u8, octets: &[u8]) -> Option<String> {
    decode_with(data_coding, octets, Shift::NONE)
}

/// The same, by the national tables that the header announced.
pub fn decode_with(data_coding: u8, octets: &[u8], shift: Shift) -> Option<String> {
    // IA5 texts hold no controls but line ends: who sends others means GSM 7-bit (node-smpp writes it as 1).
    let controls = |octets: &[u8]| octets.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'));
    match alphabet(data_coding) {
        Alphabet::Latin1 if data_coding == IA5 && controls(octets) => Some(gsm7::decode(octets)),
        Alphabet::Gsm7 => Some(gsm7::decode_with(octets, shift.tables())),
        Alphabet::Latin1 => Some(latin1::decode(octets)),
        Alphabet::Ucs2 => Some(ucs2::decode(octets)),
        Alphabet::Octets => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_of_the_clause_and_of_the_field() {
        for (coding, wanted) in [
            (0x00, Alphabet::Gsm7),
            (0x01, Alphabet::Latin1),
            (0x03, Alphabet::Latin1),
            (0x04, Alphabet::Octets),
            (0x08, Alphabet::Ucs2),
            (0x10, Alphabet::Gsm7),
            (0x14, Alphabet::Octets),
            (0x18, Alphabet::Ucs2),
            (0xC8, Alphabet::Gsm7),
            (0xE0, Alphabet::Ucs2),
            (0xF0, Alphabet::Gsm7),
            (0xF5, Alphabet::Octets),
        ] {
            assert_eq!(alphabet(coding), wanted, "{coding:#04x}");
        }
        assert_eq!(decode(0, &[0x4f, 0x6c, 0x05, 0x20, 0x1b, 0x65]).as_deref(), Some("Olé €"));
        assert_eq!(decode(8, &[0x05, 0xe9, 0x05, 0xdc]).as_deref(), Some("של"));
        assert_eq!(decode(4, b"\x01"), None);
        let spanish = Shift { single: Some(sms::alphabet::Language::Spanish), ..Shift::NONE };
        assert_eq!(decode_with(0, b"Cu\x1bando", spanish).as_deref(), Some("Cuándo"));
        assert_eq!(decode(IA5, b"a@b {x}\n").as_deref(), Some("a@b {x}\n"));
        assert_eq!(decode(IA5, b"a\x00b \x1be").as_deref(), Some("a@b €"));
    }
}
