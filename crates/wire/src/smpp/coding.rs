//! data_coding, clause 5.2.19 and 3GPP 23.038 clause 4: which alphabet the octets of a text are in.

use sms::Encoding;
use sms::alphabet::{Shift, gsm7, latin1, septets, ucs2};

/// GSM 7-bit, or whatever the carrier's default is.
pub const DEFAULT: u8 = 0x00;
/// IA5, that is ASCII.
pub const IA5: u8 = 0x01;
/// ISO 8859-1.
pub const LATIN1: u8 = 0x03;
/// ISO 8859-5.
pub const CYRILLIC: u8 = 0x06;
/// ISO 8859-8, in the order in which it is read.
pub const HEBREW: u8 = 0x07;
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
    /// ISO 8859-5.
    Cyrillic,
    /// ISO 8859-8.
    Hebrew,
    /// UTF-16 big-endian.
    Ucs2,
    /// No text.
    Octets,
}

/// What a carrier means by data_coding 0, which the clause leaves to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Basic {
    /// 23.038 clause 6.2.1, one septet an octet.
    #[default]
    Gsm,
    /// The same, eight septets in seven octets.
    Packed,
    /// ISO 8859-1.
    Latin1,
}

impl Basic {
    /// Septets of a text as this carrier takes them, after a header of so many octets; `None` where its alphabet lacks a
    /// character.
    pub fn write(self, septets: &[u8], header: usize) -> Option<Vec<u8>> {
        match self {
            Basic::Gsm => Some(septets.to_vec()),
            Basic::Packed if header == 0 => Some(septets::pack_padded(septets)),
            Basic::Packed => {
                let fill = septets::fill_bits(header);
                let spare = (8 - (fill + septets.len() * 7) % 8) % 8;
                // Seven spare bits would read as one more '@'.
                let padded = if spare == 7 { [septets, &[CR]].concat() } else { septets.to_vec() };
                Some(septets::pack(&padded, fill))
            }
            Basic::Latin1 => latin1::encode(&gsm7::decode(septets)),
        }
    }

    /// The text of octets that stood behind a header of so many.
    fn read(self, octets: &[u8], header: usize, shift: Shift) -> String {
        let packed = match self {
            Basic::Latin1 => return latin1::decode(octets),
            Basic::Gsm => return gsm7::decode_with(octets, shift.tables()),
            Basic::Packed if header == 0 => septets::unpack_padded(octets),
            Basic::Packed => {
                let mut found = septets::unpack(octets, septets::fill_bits(header), usize::MAX);
                let full = (septets::fill_bits(header) + found.len() * 7).is_multiple_of(8);
                found.truncate(found.len() - usize::from(full && found.last() == Some(&CR)));
                found
            }
        };
        gsm7::decode_with(&packed, shift.tables())
    }
}

/// What fills seven spare bits, 3GPP 23.038 clause 6.1.2.3.1.
const CR: u8 = 0x0D;

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
        CYRILLIC => Alphabet::Cyrillic,
        HEBREW => Alphabet::Hebrew,
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

/// The message class that a data_coding says, 3GPP 23.038 clause 4.
pub const fn class(data_coding: u8) -> Option<u8> {
    match data_coding {
        0x10..=0x1F | 0x30..=0x3F | 0x50..=0x5F | 0x70..=0x7F | 0xF0..=0xFF => Some(data_coding & 0x03),
        _ => None,
    }
}

/// The text of octets without their user data header; `None` where they are no text.
pub fn decode(data_coding: u8, octets: &[u8]) -> Option<String> {
    decode_with(data_coding, octets, Shift::NONE)
}

/// The same of a carrier that means something by data_coding 0, behind a header of so many octets.
pub fn decode_by(
    basic: Basic,
    data_coding: u8,
    octets: &[u8],
    header: usize,
    shift: Shift,
) -> Option<String> {
    if data_coding == DEFAULT {
        Some(basic.read(octets, header, shift))
    } else {
        decode_with(data_coding, octets, shift)
    }
}

/// The same, by the national tables that the header announced.
pub fn decode_with(data_coding: u8, octets: &[u8], shift: Shift) -> Option<String> {
    // IA5 texts hold no controls but line ends: who sends others means GSM 7-bit (node-smpp writes it as 1).
    let controls = |octets: &[u8]| octets.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'));
    match alphabet(data_coding) {
        Alphabet::Latin1 if data_coding == IA5 && controls(octets) => Some(gsm7::decode(octets)),
        Alphabet::Gsm7 => Some(gsm7::decode_with(octets, shift.tables())),
        Alphabet::Latin1 => Some(by_octet(octets, western)),
        Alphabet::Cyrillic => Some(by_octet(octets, cyrillic)),
        Alphabet::Hebrew => Some(by_octet(octets, hebrew)),
        Alphabet::Ucs2 => Some(ucs2::decode(octets)),
        Alphabet::Octets => None,
    }
}

fn by_octet(octets: &[u8], letter: fn(u8) -> char) -> String {
    octets.iter().map(|octet| letter(*octet)).collect()
}

/// ISO 8859-1, and the euro sign where Windows has it: what stands there otherwise is a control that no text holds.
fn western(octet: u8) -> char {
    if octet == 0x80 { '€' } else { char::from(octet) }
}

fn cyrillic(octet: u8) -> char {
    match octet {
        0xF0 => '№',
        0xFD => '§',
        0xA1..=0xFF if octet != 0xAD => {
            char::from_u32(0x0360 + u32::from(octet)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::from(octet),
    }
}

fn hebrew(octet: u8) -> char {
    match octet {
        0xAA => '×',
        0xBA => '÷',
        0xDF => '‗',
        0xE0..=0xFA => char::from_u32(0x04F0 + u32::from(octet)).unwrap_or(char::REPLACEMENT_CHARACTER),
        0xFD => '\u{200E}',
        0xFE => '\u{200F}',
        _ => char::from(octet),
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
        for (coding, said) in [
            (0x00, None),
            (0x08, None),
            (0x10, Some(0)),
            (0x18, Some(0)),
            (0x11, Some(1)),
            (0xF0, Some(0)),
            (0xF5, Some(1)),
        ] {
            assert_eq!(class(coding), said, "{coding:#04x}");
        }
        assert_eq!(decode(4, b"\x01"), None);
        assert_eq!(decode(LATIN1, b"5 \x80, caf\xe9").as_deref(), Some("5 €, café"));
        assert_eq!(decode(HEBREW, b"\xf9\xec\xe5\xed 1").as_deref(), Some("שלום 1"));
        assert_eq!(decode(CYRILLIC, b"\xb4\xd0, \xf1\xd6").as_deref(), Some("Да, ёж"));
        let spanish = Shift { single: Some(sms::alphabet::Language::Spanish), ..Shift::NONE };
        assert_eq!(decode_with(0, b"Cu\x1bando", spanish).as_deref(), Some("Cuándo"));
        assert_eq!(decode(IA5, b"a@b {x}\n").as_deref(), Some("a@b {x}\n"));
        assert_eq!(decode(IA5, b"a\x00b \x1be").as_deref(), Some("a@b €"));
    }

    #[test]
    fn what_zero_means_is_the_carriers_to_say() {
        let septets = |text: &str| gsm7::encode(text).unwrap();
        for text in ["", "Olé @", "1234567", "12345678", "1234567@", "a text that ends in an @@", "€ [7]"]
        {
            for header in [0, 6, 7, 9] {
                for basic in [Basic::Gsm, Basic::Packed] {
                    let octets = basic.write(&septets(text), header).unwrap();
                    let read = decode_by(basic, 0, &octets, header, Shift::NONE).unwrap();
                    assert_eq!(read, text, "{basic:?} behind {header}");
                }
            }
        }
        assert_eq!(Basic::Latin1.write(&septets("Olé [7]"), 0), Some(b"Ol\xe9 [7]".to_vec()));
        assert_eq!(Basic::Latin1.write(&septets("10 €"), 0), None);
        assert_eq!(decode_by(Basic::Latin1, 0, b"Ol\xe9", 0, Shift::NONE).as_deref(), Some("Olé"));
        assert_eq!(decode_by(Basic::Latin1, 8, &[5, 0xe9], 0, Shift::NONE).as_deref(), Some("ש"));
    }
}
