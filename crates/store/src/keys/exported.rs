//! The key ring outside of its directory: sealed with a passphrase, for a safe place that is not the backup's.
//!
//! Argon2id makes the key from the passphrase, XChaCha20-Poly1305 seals the ring. When it was last done is remembered,
//! so that those who never did can be told. The passphrase is never stored and never logged.

use super::{Keys, write};
use crate::{Error, Result, Tx, setting};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::path::Path;

/// The first octets of a sealed ring; another way of sealing begins otherwise.
const MAGIC: &[u8; 8] = b"SWKEYS1\n";
const SALT: usize = 16;
const NONCE: usize = 24;
/// 64 MiB and three passes: a passphrase that a person remembers is guessed at, as a session's password is not.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// When the ring was last exported, ms since 1970.
pub fn exported(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let Some(kept) = setting::get(tx, setting::KEYS_EXPORTED)? else { return Ok(None) };
    // A ring that got a key since was not exported with it.
    let (at, check) = kept.split_once(' ').unwrap_or((&kept, ""));
    let whole = if check.is_empty() { !tx.keys().is_renewed() } else { check == tx.keys().check_value() };
    Ok(at.parse().ok().filter(|_| whole))
}

/// Remembers that the ring was exported now.
pub fn note_export(tx: &mut Tx<'_>) -> Result<()> {
    let kept = format!("{} {}", tx.now(), tx.keys().check_value());
    setting::set(tx, setting::KEYS_EXPORTED, &kept)
}

impl Keys {
    /// The ring, sealed. Takes a good part of a second, on purpose.
    pub fn sealed(&self, passphrase: &str) -> Result<Vec<u8>> {
        let (mut salt, mut nonce) = ([0u8; SALT], [0u8; NONCE]);
        let random = |e: getrandom::Error| Error::File(format!("no random numbers: {e}"));
        getrandom::fill(&mut salt).map_err(random)?;
        getrandom::fill(&mut nonce).map_err(random)?;
        let ring = self.to_bytes();
        let payload = Payload { msg: &ring, aad: MAGIC };
        let body = cipher(passphrase, &salt)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Shape("the keys could not be sealed".into()))?;
        Ok([&MAGIC[..], &salt, &nonce, &body].concat())
    }

    /// Opens what [`Keys::sealed`] made.
    ///
    /// # Errors
    /// When it is no sealed ring, was changed, or the passphrase is another.
    pub fn unsealed(sealed: &[u8], passphrase: &str) -> Result<Keys> {
        let foreign = || Error::File("this file holds no keys of Sendword".into());
        let rest = sealed.strip_prefix(MAGIC).ok_or_else(foreign)?;
        let (salt, rest) = rest.split_at_checked(SALT).ok_or_else(foreign)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or_else(foreign)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| foreign())?;
        let ring = cipher(passphrase, salt)?
            .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: MAGIC })
            .map_err(|_| Error::File("the passphrase is another, or the file was changed".into()))?;
        Keys::from_bytes(&ring).ok_or_else(foreign)
    }

    /// Puts the ring into a directory that has none, or an older form of it; `false` where all its keys are there already.
    ///
    /// # Errors
    /// When another ring is there: it is never overwritten.
    pub fn put_into(&self, dir: &Path) -> Result<bool> {
        match Keys::load(dir)? {
            None => write(dir, &dir.join("ring.key"), &self.to_bytes()).map(|()| true),
            Some(there) if there.grew_from(self) => Ok(false),
            Some(there) if self.grew_from(&there) => self.grow_in(dir).map(|()| true),
            Some(_) => Err(Error::File(format!("{} holds other keys; they stay", dir.display()))),
        }
    }
}

fn cipher(passphrase: &str, salt: &[u8]) -> Result<XChaCha20Poly1305> {
    let failed = |e: argon2::Error| Error::Shape(format!("the passphrase cannot be used: {e}"));
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(failed)?;
    let mut key = [0u8; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(failed)?;
    Ok(XChaCha20Poly1305::new(&Key::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_ring_opens_with_its_passphrase_alone() {
        let ring = Keys::of([9; 32]);
        let sealed = ring.sealed("four quiet words here").unwrap();
        assert!(!sealed.windows(8).any(|w| w == [9; 8]), "the secret lies open");
        assert_eq!(Keys::unsealed(&sealed, "four quiet words here").unwrap().id(), ring.id());
        assert!(Keys::unsealed(&sealed, "four quiet words there").is_err());
        assert!(Keys::unsealed(b"ring", "four quiet words here").is_err());
        for at in [0, MAGIC.len(), MAGIC.len() + SALT, sealed.len() - 1] {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(Keys::unsealed(&bad, "four quiet words here").is_err(), "octet {at} was changed");
            assert!(Keys::unsealed(&sealed[..at], "four quiet words here").is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_ring_goes_where_none_is_and_never_over_another() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("keys");
        let (ring, other) = (Keys::of([1; 32]), Keys::of([2; 32]));
        assert!(ring.put_into(&dir).unwrap());
        assert!(!ring.put_into(&dir).unwrap());
        assert!(other.put_into(&dir).is_err());
        assert_eq!(Keys::load(&dir).unwrap().unwrap().id(), ring.id());
        // One that grew meanwhile brings its new key; the older copy takes nothing away.
        let grown = ring.renewed().unwrap();
        let sealed = grown.sealed("four quiet words here").unwrap();
        assert!(Keys::unsealed(&sealed, "four quiet words here").unwrap().put_into(&dir).unwrap());
        assert!(!ring.put_into(&dir).unwrap());
        assert_eq!(Keys::load(&dir).unwrap().unwrap().tag("+1"), grown.tag("+1"));
    }
}
