//! User data, parameter 033: the default alphabet in characters of ISO 8859-1, with two-letter combinations after an
//! underscore for what that lacks. Specification appendix A.

use crate::user_data::unhex;
use sms::alphabet::gsm7;

/// Combination and septet of 3GPP 23.038 clause 6.2.1.
const COMBINATIONS: &[(&[u8; 2], u8)] = &[
    (b"Oa", 0x00),
    (b"L-", 0x01),
    (b"Y-", 0x03),
    (b"e`", 0x04),
    (b"e'", 0x05),
    (b"u`", 0x06),
    (b"i`", 0x07),
    (b"o`", 0x08),
    (b"C,", 0x09),
    (b"O/", 0x0B),
    (b"o/", 0x0C),
    (b"A*", 0x0E),
    (b"a*", 0x0F),
    (b"gd", 0x10),
    (b"--", 0x11),
    (b"gf", 0x12),
    (b"gg", 0x13),
    (b"gl", 0x14),
    (b"go", 0x15),
    (b"gp", 0x16),
    (b"gi", 0x17),
    (b"gs", 0x18),
    (b"gt", 0x19),
    (b"gx", 0x1A),
    (b"XX", 0x1B),
    (b"AE", 0x1C),
    (b"ae", 0x1D),
    (b"ss", 0x1E),
    (b"E'", 0x1F),
    (b"qq", 0x22),
    (b"ox", 0x24),
    (b"!!", 0x40),
    (b"A\"", 0x5B),
    (b"O\"", 0x5C),
    (b"N~", 0x5D),
    (b"U\"", 0x5E),
    (b"so", 0x5F),
    (b"??", 0x60),
    (b"a\"", 0x7B),
    (b"o\"", 0x7C),
    (b"n~", 0x7D),
    (b"u\"", 0x7E),
    (b"a`", 0x7F),
];

/// Single characters that stand for another septet than their own.
const SINGLES: &[(u8, u8)] = &[(b'@', 0x00), (b'$', 0x02), (b']', 0x0E), (b'}', 0x0F)];

/// Septets as user data. Everything but letters, digits and plain signs is a combination.
pub fn encode(septets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(septets.len());
    for septet in septets.iter().map(|s| s & 0x7F) {
        if let Some((pair, _)) = COMBINATIONS.iter().find(|(_, s)| *s == septet) {
            out.push(b'_');
            out.extend_from_slice(*pair);
        } else if septet == 0x02 {
            out.push(b'$');
        } else {
            out.push(septet);
        }
    }
    out
}

/// User data as text. An underscore that begins no combination is shown as it came, octets above 127 are ISO 8859-1.
pub fn decode(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len());
    // Septets in a row are read together, since an escape belongs to the one after it.
    let mut septets = Vec::new();
    let mut rest = octets;
    while let Some((first, after)) = rest.split_first() {
        let (septet, after) = one(*first, after);
        match septet {
            Some(septet) => septets.push(septet),
            None => {
                out.push_str(&gsm7::decode(&septets));
                septets.clear();
                out.push(char::from(*first));
            }
        }
        rest = after;
    }
    out + &gsm7::decode(&septets)
}

/// The septet of a character or combination and what follows it; `None` where it is a character of ISO 8859-1.
fn one(first: u8, after: &[u8]) -> (Option<u8>, &[u8]) {
    if first == b'_' {
        let pair = after.split_at_checked(2).filter(|(pair, _)| !pair.is_empty());
        let found = pair.and_then(|(pair, rest)| {
            let (_, septet) = COMBINATIONS.iter().find(|(known, _)| known.as_slice() == pair)?;
            Some((Some(*septet), rest))
        });
        return found.unwrap_or((Some(0x11), after));
    }
    let single = SINGLES.iter().find(|(character, _)| *character == first);
    match single {
        Some((_, septet)) => (Some(*septet), after),
        // Line ends and the characters that are their own septets.
        None if matches!(first, b'\n' | b'\r' | 0x20..=0x5A | 0x61..=0x7A) => (Some(first), after),
        None => (None, after),
    }
}

/// User data binary, parameter 034.
pub(super) fn binary(digits: &[u8]) -> Option<Vec<u8>> {
    unhex(digits)
}
