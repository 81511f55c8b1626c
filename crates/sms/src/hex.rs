//! Octets as hexadecimal digits, as modems, UCP and logs of carriers write them.

/// Upper-case digits, two an octet.
pub fn encode(octets: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(octets.len() * 2);
    for octet in octets {
        out.push(char::from(DIGITS[usize::from(octet >> 4)]));
        out.push(char::from(DIGITS[usize::from(octet & 0x0F)]));
    }
    out
}

/// The octets of digits of either case; `None` for anything else, an odd digit included.
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_ref().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let octets = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { octets.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_case() {
        assert_eq!(encode(&[0x00, 0x9F, 0xAB]), "009FAB");
        assert_eq!(decode("009fAB"), Some(vec![0, 0x9F, 0xAB]));
        for text in ["0", "0x", "é", "00 1", "+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
