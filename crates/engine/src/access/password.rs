//! Passwords: argon2id, 19 MiB, 2 passes, 1 lane. Slow on purpose, so never inside a closure of the store.

use crate::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Shortest password that is taken.
pub const SHORTEST: usize = 10;
const LONGEST: usize = 256;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// What is checked where there is no such account, so that the answer takes as long.
pub(super) const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2VuZHdvcmQtZGVjb3k$0W9Q4hEd5O2uTjNf1nF7l5N3m0q3pXkqkzJ4C0x9l6Q";

/// A password as it is kept.
#[derive(Clone)]
pub struct Hashed(pub(super) String);

/// Hashes a new password; refuses one that is short, or no more than the address. Takes some 30 ms.
pub fn hash_password(email: &str, password: &str) -> Result<Hashed> {
    let letters = password.chars().count();
    if letters < SHORTEST {
        return Err(Error::invalid("password", "too_short", format!("at least {SHORTEST} characters")));
    }
    if letters > LONGEST {
        return Err(Error::invalid("password", "too_long", format!("at most {LONGEST} characters")));
    }
    let first = password.chars().next();
    let name = email.split('@').next().unwrap_or_default();
    let lower = password.to_lowercase();
    if password.chars().all(|c| Some(c) == first) || lower == email.to_lowercase() || lower == name {
        return Err(Error::invalid("password", "too_simple", "easy to guess"));
    }
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(Hashed(argon.hash_password(password.as_bytes()).map_err(failed)?.to_string()))
}

/// Whether a password is the one that was hashed. Takes some 30 ms, also where it cannot be.
pub(super) fn proves(password: &str, hashed: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hashed) else { return false };
    password.chars().count() <= LONGEST
        && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::Store(store::Error::File(format!("the password could not be hashed: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_proves_itself_only() {
        let Hashed(kept) = hash_password("noa@example.com", "correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(proves("correct horse", &kept));
        assert!(!proves("correct horsf", &kept) && !proves("", &kept));
        assert_ne!(hash_password("noa@example.com", "correct horse").unwrap().0, kept, "no salt");
    }

    #[test]
    fn a_decoy_can_be_read_and_never_matches() {
        assert!(PasswordHash::new(DECOY).is_ok());
        assert!(!proves("correct horse", DECOY));
    }

    #[test]
    fn weak_ones_are_refused() {
        for weak in ["short", "aaaaaaaaaaaa", "noa.levi@example.com", "NOA.Levi@example.com"] {
            assert!(hash_password("noa.levi@example.com", weak).is_err(), "{weak}");
        }
    }
}
