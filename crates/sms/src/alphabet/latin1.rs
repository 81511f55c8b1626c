//! Latin-1 (ISO 8859-1), SMPP 3.4 data_coding 3: every octet is the character of the same number.

/// Reads octets; cannot fail.
pub fn decode(octets: &[u8]) -> String {
    octets.iter().map(|&octet| char::from(octet)).collect()
}

/// Octets, or `None` when a character lies above U+00FF.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|ch| u8::try_from(u32::from(ch)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_goes_there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)), Some(all));
        assert_eq!(decode(b"Caf\xe9"), "Café");
        assert_eq!(encode("€"), None);
    }
}
