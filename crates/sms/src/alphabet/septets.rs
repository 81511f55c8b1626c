//! Septets in octets: packing with fill bits and without a count. 3GPP 23.038 clause 6.1.2, 23.040 clause 9.2.3.24.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::gsm7::{decode, encode};
    use proptest::prelude::*;

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

    /// TXT-07.
    #[test]
    fn txt_07_an_at_sign_in_the_last_place_survives_a_wire_without_a_count() {
        for text in ["1234567@", "1234567", "123456@", "1234567\r", "@"] {
            let septets = encode(text).unwrap();
            assert_eq!(decode(&unpack_padded(&pack_padded(&septets))), text, "{text:?}");
        }
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
