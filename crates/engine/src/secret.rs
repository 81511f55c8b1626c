//! Random secrets, their written form and their hashes. A secret is shown once; only its hash is kept.

use crate::{Error, Result};
use sha2::{Digest, Sha256};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Random octets from the operating system; without them nothing is made.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Store(store::Error::File(format!("no random numbers: {e}"))))?;
    Ok(bytes)
}

/// The last `width` base-58 digits of a number given in octets, so that equal numbers look equal.
pub(crate) fn base58(octets: &[u8], width: usize) -> String {
    let mut number = octets.to_vec();
    let mut digits = vec![0u8; width];
    for slot in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for octet in &mut number {
            let value = (rest << 8) | u32::from(*octet);
            *octet = (value / 58) as u8; // value < 58 × 256, so the quotient fits
            rest = value % 58;
        }
        *slot = BASE58[rest as usize];
    }
    digits.into_iter().map(char::from).collect()
}

/// Whether two secrets are the same, in a time that says nothing of where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (x, y)| sum | (x ^ y)) == 0
}

/// Whether a word is written in base 58.
pub(crate) fn is_base58(word: &str) -> bool {
    word.bytes().all(|b| BASE58.contains(&b))
}

/// What is kept of a secret. Plain SHA-256 is enough: the secrets are random and longer than any list.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58_counts() {
        assert_eq!(base58(&[0], 3), "111");
        assert_eq!(base58(&[57], 2), "1z");
        assert_eq!(base58(&[58], 2), "21");
        assert_eq!(base58(&[1, 0], 3), "15R"); // 256 = 4 × 58 + 24
        assert_eq!(base58(&[0xFF; 24], 33).len(), 33);
        assert!(is_base58(&base58(&[7; 24], 33)) && !is_base58("0OIl"));
    }
}
