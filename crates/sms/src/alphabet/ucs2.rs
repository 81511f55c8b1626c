//! UCS-2 as it is really sent: UTF-16, big-endian, surrogate pairs included. 3GPP 23.038 clause 6.2.3.

/// UTF-16 big-endian octets.
pub fn encode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    out
}

/// The octets of a text that is known to have so many UTF-16 units.
pub(crate) fn write(text: &str, units: usize) -> Vec<u8> {
    let mut out = vec![0; units * 2];
    for (pair, unit) in out.as_chunks_mut::<2>().0.iter_mut().zip(text.encode_utf16()) {
        *pair = unit.to_be_bytes();
    }
    out
}

/// Reads octets as UTF-16. Big-endian unless a byte order mark says otherwise (U+FFFE is no character, so the
/// mark cannot be text); half a pair shows U+FFFD; an odd last octet is left out.
pub fn decode(octets: &[u8]) -> String {
    let (octets, little) = match octets {
        [0xFF, 0xFE, rest @ ..] => (rest, true),
        [0xFE, 0xFF, rest @ ..] => (rest, false),
        _ => (octets, false),
    };
    let read = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let units = octets.as_chunks::<2>().0.iter().map(read);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hebrew_and_an_emoji_are_big_endian_pairs() {
        assert_eq!(encode("ש"), [0x05, 0xE9]);
        assert_eq!(encode("😀"), [0xD8, 0x3D, 0xDE, 0x00]);
        assert_eq!(decode(&encode("שלום 😀 ő")), "שלום 😀 ő");
    }

    #[test]
    fn broken_octets_still_show_the_rest() {
        assert_eq!(decode(&[0x05, 0xE9, 0x05]), "ש");
        assert_eq!(decode(&[0xD8, 0x3D, 0x00, 0x41]), "\u{fffd}A");
        assert_eq!(decode(&[]), "");
    }

    #[test]
    fn a_byte_order_mark_is_obeyed_and_dropped() {
        assert_eq!(decode(&[0xFF, 0xFE, 0xE9, 0x05]), "ש");
        assert_eq!(decode(&[0xFE, 0xFF, 0x05, 0xE9]), "ש");
    }
}
