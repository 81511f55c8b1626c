//! The GSM 7-bit default alphabet and its extension: 3GPP 23.038 clauses 6.2.1 and 6.2.1.1; packing: 6.1.2.
//!
//! Text is handled unpacked (one septet in one octet), as SMPP carries it. It never changes a character into
//! a similar one: what has no code is refused by [`encode`].

use super::table::{Code, ESCAPE, Table};

/// The default table.
pub static DEFAULT: Table = Table::new(
    [
        '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
        'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', //
        ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
        '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
        'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
        '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
        'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
    ],
    &[
        (0x0A, '\u{0c}'),
        (0x14, '^'),
        (0x28, '{'),
        (0x29, '}'),
        (0x2F, '\\'),
        (0x3C, '['),
        (0x3D, '~'),
        (0x3E, ']'),
        (0x40, '|'),
        (0x65, '€'),
    ],
);

/// Septets a character takes: 1, 2 (through ESC), or `None` when the alphabet lacks it.
#[inline]
pub fn septets(ch: char) -> Option<usize> {
    DEFAULT.code(ch).map(Code::septets)
}

/// Unpacked septets, or `None` when a character is not in the alphabet.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for ch in text.chars() {
        push(ch, &mut out)?;
    }
    Some(out)
}

/// Appends one character's septets.
#[inline]
pub(crate) fn push(ch: char, out: &mut Vec<u8>) -> Option<()> {
    match DEFAULT.code(ch)? {
        Code::Base(septet) => out.push(septet),
        Code::Extended(septet) => out.extend([ESCAPE, septet]),
    }
    Some(())
}

/// Reads unpacked septets.
///
/// An unknown escape shows the base character, a doubled or trailing one a space (notes of clause 6.2.1.1);
/// an octet that is no septet shows U+FFFD.
pub fn decode(septets: &[u8]) -> String {
    let mut out = String::with_capacity(septets.len() + septets.len() / 8);
    let mut rest = septets.iter().copied();
    while let Some(septet) = rest.next() {
        if septet != ESCAPE {
            out.push(base(septet));
            continue;
        }
        match rest.next() {
            None | Some(ESCAPE) => out.push(' '),
            Some(next) => out.push(DEFAULT.extended(next).unwrap_or_else(|| base(next))),
        }
    }
    out
}

fn base(septet: u8) -> char {
    DEFAULT.base.get(usize::from(septet)).copied().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Fill bits between a user data header and the first septet, 3GPP 23.040 clause 9.2.3.24.
///
/// `header` counts the octets of the header, its length octet included.
pub const fn fill_bits(header: usize) -> usize {
    (7 - header * 8 % 7) % 7
}

/// Packs septets into octets, lowest bits first, after `fill` zero bits (0..=6). Clause 6.1.2.1.
pub fn pack(septets: &[u8], fill: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity((septets.len() * 7 + fill).div_ceil(8));
    let mut window: u32 = 0;
    let mut bits = fill.min(7);
    for &septet in septets {
        window |= u32::from(septet & 0x7F) << bits;
        bits += 7;
        while bits >= 8 {
            out.push((window & 0xFF) as u8);
            window >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.push((window & 0xFF) as u8);
    }
    out
}

/// Unpacks at most `count` septets that start after `fill` bits; fewer when the octets end before.
pub fn unpack(octets: &[u8], fill: usize, count: usize) -> Vec<u8> {
    let whole = (octets.len() * 8).saturating_sub(fill) / 7;
    let mut out = Vec::with_capacity(whole.min(count));
    for index in 0..whole.min(count) {
        let bit = fill + index * 7;
        let low = u16::from(octets[bit / 8]);
        let high = octets.get(bit / 8 + 1).copied().map_or(0, u16::from);
        out.push((((high << 8 | low) >> (bit % 8)) & 0x7F) as u8);
    }
    out
}

/// Packs for a wire that carries no septet count: 7 spare bits hold CR, and a CR at the very end of the last
/// octet is doubled, so that a trailing `@` is not invented or lost. Clause 6.1.2.3.1.
pub fn pack_padded(septets: &[u8]) -> Vec<u8> {
    const CR: u8 = 0x0D;
    let mut padded = septets.to_vec();
    if septets.len() % 8 == 7 || (septets.len().is_multiple_of(8) && septets.last() == Some(&CR)) {
        padded.push(CR);
    }
    pack(&padded, 0)
}

/// Reads what [`pack_padded`] wrote.
pub fn unpack_padded(octets: &[u8]) -> Vec<u8> {
    let mut out = unpack(octets, 0, usize::MAX);
    let padded = match out.len() % 8 {
        0 => out.ends_with(&[0x0D]),
        1 => out.ends_with(&[0x0D, 0x0D]),
        _ => false,
    };
    if padded {
        out.pop();
    }
    out
}

/// The characters of the default table as JSON (`base` cost 1, `extension` cost 2), for the composer in the
/// browser: it counts by this table and holds no other.
pub fn table_json() -> String {
    let base = DEFAULT.base.iter().enumerate().filter(|(i, _)| *i != usize::from(ESCAPE)).map(|(_, c)| *c);
    let extension = DEFAULT.extension.iter().map(|(_, c)| *c);
    format!("{{\"base\":{},\"extension\":{}}}", json_string(base), json_string(extension))
}

fn json_string(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::from("\"");
    for ch in chars {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '<' | '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(ch))),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_traps_of_the_default_table() {
        let cases: &[(&str, &[u8])] = &[
            ("@", &[0x00]),
            ("$", &[0x02]),
            ("Ç", &[0x09]),
            ("_", &[0x11]),
            ("¤", &[0x24]),
            ("ΔΞ", &[0x10, 0x1A]),
            ("à", &[0x7F]),
            ("€", &[0x1B, 0x65]),
            ("[~]", &[0x1B, 0x3C, 0x1B, 0x3D, 0x1B, 0x3E]),
            ("\u{0c}", &[0x1B, 0x0A]),
            ("Olé €", &[0x4F, 0x6C, 0x05, 0x20, 0x1B, 0x65]),
        ];
        for (text, septets) in cases {
            assert_eq!(encode(text).as_deref(), Some(*septets), "{text}");
            assert_eq!(decode(septets), *text);
        }
    }

    #[test]
    fn what_people_take_for_gsm_and_is_not() {
        for ch in "`\t\u{a0}’“”…–—°•çáíóúőű₪«»\u{1b}\0א".chars() {
            assert_eq!(septets(ch), None, "{ch:?}");
        }
        assert_eq!(encode("vidéo ő"), None);
    }

    #[test]
    fn every_code_means_one_character_and_back() {
        for (septet, ch) in DEFAULT.base.iter().enumerate().filter(|(i, _)| *i != usize::from(ESCAPE)) {
            assert_eq!(DEFAULT.code(*ch), Some(Code::Base(septet as u8)), "{ch:?}");
        }
        for (septet, ch) in DEFAULT.extension {
            assert_eq!((DEFAULT.code(*ch), septets(*ch)), (Some(Code::Extended(*septet)), Some(2)), "{ch:?}");
        }
    }

    #[test]
    fn odd_escapes_show_something() {
        let cases: &[(&[u8], &str)] = &[
            (&[0x1B, 0x41], "A"),
            (&[0x1B, 0x1B, 0x65], " e"),
            (&[0x41, 0x1B], "A "),
            (&[0x80, 0x41], "\u{fffd}A"),
            (&[], ""),
        ];
        for (septets, text) in cases {
            assert_eq!(decode(septets), *text, "{septets:02x?}");
        }
    }

    /// Clause 6.1.2.1.1; "hellohello" is the classic of 03.40 PDUs, "Café" UCP's alphanumeric originator.
    #[test]
    fn packing_vectors() {
        let cases: &[(&str, &[u8])] = &[
            ("hellohello", &[0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37]),
            ("Café", &[0xC3, 0xB0, 0xB9, 0x00]),
            ("12345678", &[0x31, 0xD9, 0x8C, 0x56, 0xB3, 0xDD, 0x70]),
            ("", &[]),
        ];
        for (text, packed) in cases {
            let septets = encode(text).unwrap();
            assert_eq!(&pack(&septets, 0), packed, "{text}");
            assert_eq!(unpack(packed, 0, septets.len()), septets);
        }
    }

    #[test]
    fn fill_bits_start_the_text_on_a_septet() {
        assert_eq!([0, 6, 7, 4, 9, 12].map(fill_bits), [0, 1, 0, 3, 5, 2]);
        assert_eq!(pack(&[0x41], 1), [0x82]);
        let full = vec![0x7F; 153];
        assert_eq!(pack(&full, fill_bits(6)).len() + 6, 140);
    }

    #[test]
    fn an_at_sign_in_the_last_place_survives_a_wire_without_a_count() {
        for text in ["1234567@", "1234567", "123456@", "1234567\r", "@"] {
            let septets = encode(text).unwrap();
            assert_eq!(decode(&unpack_padded(&pack_padded(&septets))), text, "{text:?}");
        }
    }

    #[test]
    fn the_browser_gets_the_very_same_table() {
        let table: serde_json::Value = serde_json::from_str(&table_json()).unwrap();
        let base = table["base"].as_str().unwrap();
        let extension = table["extension"].as_str().unwrap();
        assert_eq!((base.chars().count(), extension.chars().count()), (127, 10));
        assert!(
            base.chars().all(|c| septets(c) == Some(1)) && extension.chars().all(|c| septets(c) == Some(2))
        );
        assert!(!table_json().contains('<'), "safe inside a script element");
    }

    proptest! {
        #[test]
        fn packing_loses_nothing(septets in proptest::collection::vec(0u8..128, 0..200), fill in 0usize..7) {
            prop_assert_eq!(unpack(&pack(&septets, fill), fill, septets.len()), septets);
        }

        #[test]
        fn any_octets_decode(octets in proptest::collection::vec(any::<u8>(), 0..200), fill in 0usize..7) {
            let _ = decode(&octets);
            let _ = unpack(&octets, fill, usize::MAX);
            let _ = unpack_padded(&octets);
        }
    }
}
