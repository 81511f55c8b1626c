//! A nonce that says when a page was made and for what, signed, so that nothing is kept of pages nobody sends back.
//!
//! It proves that the page was asked for, not by whom. That one is used once is for whoever keeps what it brought.

use crate::{Result, secret};
use store::keys::Keys;

/// A page may be this old when it is sent back.
pub const AGE_MAX_MS: i64 = 12 * 3_600_000;
/// Nobody reads and fills in a form faster.
pub const AGE_MIN_MS: i64 = 2_000;
/// Characters of the signature: 93 bits.
const SIGNATURE: usize = 16;

/// How a nonce that came back stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// As it should be.
    Good,
    /// Sent back sooner than a person can.
    Quick,
    /// Too old, of another page, or not one of ours.
    Stale,
}

fn signature(keys: &Keys, what: &[u8], at: &str, random: &str) -> String {
    secret::base58(&keys.mac("nonce", &[what, at.as_bytes(), random.as_bytes()]), SIGNATURE)
}

/// A fresh one for `what`.
///
/// # Errors
/// When the operating system has no random numbers.
pub fn make(keys: &Keys, what: &str, now: i64) -> Result<String> {
    let (at, random) = (format!("{now:x}"), secret::base58(&secret::random::<8>()?, 11));
    let signed = signature(keys, what.as_bytes(), &at, &random);
    Ok(format!("{at}.{random}.{signed}"))
}

/// How one that came back stands.
pub fn check(keys: &Keys, what: &str, nonce: &str, now: i64) -> Age {
    let mut pieces = nonce.split('.');
    let (Some(at), Some(random), Some(signed), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Age::Stale;
    };
    let Ok(made) = i64::from_str_radix(at, 16) else { return Age::Stale };
    if signed.len() != SIGNATURE || signature(keys, what.as_bytes(), at, random) != signed {
        return Age::Stale;
    }
    match now.saturating_sub(made) {
        age if age < 0 || age > AGE_MAX_MS => Age::Stale,
        age if age < AGE_MIN_MS => Age::Quick,
        _ => Age::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_of_one_page_and_one_time() {
        let keys = Keys::of([7; 32]);
        let made = make(&keys, "form a 1", 1_000_000).unwrap();
        let at = |what: &str, nonce: &str, now| check(&keys, what, nonce, now);
        assert_eq!(at("form a 1", &made, 1_003_000), Age::Good);
        assert_eq!(at("form a 1", &made, 1_001_000), Age::Quick);
        assert_eq!(at("form a 1", &made, 1_000_000 + AGE_MAX_MS + 1), Age::Stale);
        assert_eq!(at("form a 1", &made, 900_000), Age::Stale, "made tomorrow");
        assert_eq!(at("form a 2", &made, 1_003_000), Age::Stale);
        assert_eq!(check(&Keys::of([8; 32]), "form a 1", &made, 1_003_000), Age::Stale);
        for broken in ["", "..", "zz.a.b", &made[1..], &format!("{made}."), &made.replace('.', ":")] {
            assert_eq!(at("form a 1", broken, 1_003_000), Age::Stale, "{broken}");
        }
        assert_ne!(made, make(&keys, "form a 1", 1_000_000).unwrap());
    }
}
