//! Text as septets and back, by the default alphabet or by national tables: 3GPP 23.038 clause 6.2.1.
//!
//! Text is handled unpacked (one septet in one octet), as SMPP carries it; [`super::septets`] packs. It never changes
//! a character into a similar one: what has no code is refused by [`encode`].

use super::language::{Code, Shifts, Tables};
use super::table::ESCAPE;
use super::{locking, single};

pub use super::septets::{fill_bits, pack, pack_padded, unpack, unpack_padded};

/// The default alphabet with its extension.
pub const DEFAULT: Tables = Tables { base: &locking::default::TABLE, extension: &single::default::TABLE };

/// Septets a character takes: 1, 2 (through ESC), or `None` when the alphabet lacks it.
#[inline]
pub fn septets(ch: char) -> Option<usize> {
    DEFAULT.septets(ch)
}

/// Unpacked septets in the default alphabet, or `None` when a character is not in it.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    encode_with(text, DEFAULT)
}

/// Unpacked septets by these tables, or `None` when a character is in neither.
pub fn encode_with(text: &str, tables: Tables) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for ch in text.chars() {
        tables.push(ch, &mut out)?;
    }
    Some(out)
}

/// Septets of a text that is known to take so many by these tables.
pub(crate) fn write(text: &str, tables: Tables, septets: usize) -> Vec<u8> {
    let mut out = vec![b' '; septets];
    let mut at = 0;
    let mut put = |septet: u8| {
        if let Some(place) = out.get_mut(at) {
            *place = septet;
        }
        at += 1;
    };
    for ch in text.chars() {
        match tables.code(ch) {
            Some(Code::Base(septet)) => put(septet),
            Some(Code::Extended(septet)) => {
                put(ESCAPE);
                put(septet);
            }
            None => {}
        }
    }
    out
}

/// Reads unpacked septets of the default alphabet.
pub fn decode(septets: &[u8]) -> String {
    decode_with(septets, DEFAULT)
}

/// Reads unpacked septets by these tables.
///
/// An unknown escape shows the base character, a doubled or trailing one a space (notes of clause 6.2.1.1), and so
/// does an empty cell; an octet that is no septet shows U+FFFD.
pub fn decode_with(septets: &[u8], tables: Tables) -> String {
    let mut out = String::with_capacity(septets.len() + septets.len() / 8);
    let base = |septet: u8| match septet {
        0..=0x7F => tables.base.char(septet).unwrap_or(' '),
        _ => char::REPLACEMENT_CHARACTER,
    };
    let mut rest = septets.iter().copied();
    while let Some(septet) = rest.next() {
        if septet != ESCAPE {
            out.push(base(septet));
            continue;
        }
        match rest.next() {
            None | Some(ESCAPE) => out.push(' '),
            Some(next) => out.push(tables.extension.char(next).unwrap_or_else(|| base(next))),
        }
    }
    out
}

/// The characters of the default table as JSON (`base` cost 1, `extension` cost 2), for the composer in the
/// browser: it counts by this table and holds no other.
pub fn table_json() -> String {
    let [base, extension] =
        [DEFAULT.base, DEFAULT.extension].map(|table| json_string(table.occupied().map(|(_, ch)| ch)));
    format!("{{\"base\":{base},\"extension\":{extension}}}")
}

/// The same with the national tables that may be used: `locking` stand for `base`, `single` for `extension`.
pub fn table_json_with(shifts: Shifts) -> String {
    let plain = table_json();
    if shifts.is_none() {
        return plain;
    }
    let written = |table: &'static super::Table| {
        json_string(table.occupied().map(|(_, ch)| ch).filter(|ch| table.code(*ch).is_some()))
    };
    let locking: Vec<String> = shifts.locking().filter_map(|l| l.locking().map(written)).collect();
    let single: Vec<String> = shifts.single().map(|l| written(l.single())).collect();
    let (locking, single) = (locking.join(","), single.join(","));
    format!("{},\"locking\":[{locking}],\"single\":[{single}]}}", plain.trim_end_matches('}'))
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
        let with = table_json_with("turkish, spanish".parse().unwrap());
        let with: serde_json::Value = serde_json::from_str(&with).unwrap();
        let count = |name: &str| with[name].as_array().map_or(0, Vec::len);
        assert_eq!((count("locking"), count("single")), (1, 2));
        assert!(with["locking"][0].as_str().unwrap().contains('ş'), "Turkish letters cost one septet there");
        assert_eq!(table_json_with(Shifts::NONE), table_json());
    }
}
