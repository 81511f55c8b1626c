//! The secrets of an installation that live outside the database: numbers' tags and tokens are made with them.
//!
//! A dump of the database alone says nothing about which number a suppression belongs to.

mod exported;

pub use exported::{exported, note_export};

use crate::{Error, Result};
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;

type HmacSha256 = Hmac<Sha256>;

/// The key ring of one installation.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
    /// Begun with the key for numbers, which is by far the most used: each number is then two blocks, not six.
    numbers: HmacSha256,
}

impl Keys {
    /// Reads the ring from `dir`, or makes one there (mode 0600).
    pub fn load_or_make(dir: &Path) -> Result<Keys> {
        let path = dir.join("ring.key");
        match Keys::load(dir)? {
            Some(keys) => Ok(keys),
            None => {
                let mut secret = [0u8; 32];
                getrandom::fill(&mut secret).map_err(|e| Error::File(format!("no random numbers: {e}")))?;
                write(dir, &path, &secret)?;
                Ok(Keys::of(secret))
            }
        }
    }

    /// Reads the ring from `dir`; `None` where there is none.
    pub fn load(dir: &Path) -> Result<Option<Keys>> {
        let path = dir.join("ring.key");
        match fs::read(&path) {
            Ok(bytes) => bytes
                .try_into()
                .map(|secret| Some(Keys::of(secret)))
                .map_err(|_| Error::File(format!("{} is damaged: it must hold 32 octets", path.display()))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::File(format!("{}: {e}", path.display()))),
        }
    }

    /// A ring of a given secret, for tests and throw-away stores.
    pub fn of(secret: [u8; 32]) -> Keys {
        Keys { secret, numbers: begun(&secret, "number") }
    }

    /// HMAC-SHA-256 of the number: what a suppression keeps.
    pub fn hmac_number(&self, e164: &str) -> [u8; 32] {
        of_parts(self.numbers.clone(), &[e164.as_bytes()])
    }

    /// The first 8 octets of [`Keys::hmac_number`].
    pub fn tag(&self, e164: &str) -> i64 {
        tag_of(&self.hmac_number(e164))
    }

    /// A keyed digest for another purpose; `purpose` keeps the uses apart.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        of_parts(begun(&self.secret, purpose), parts)
    }

    /// The ring's own number, as the ledgers write it beside every tag; it says nothing about the secret.
    pub fn id(&self) -> u64 {
        let mac = self.mac("check", &[]);
        u64::from_be_bytes([mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], mac[6], mac[7]])
    }

    /// A value that is the same for the same ring and says nothing about it: nodes compare it at start.
    pub fn check_value(&self) -> String {
        self.mac("check", &[])[..8].iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// The tag in a digest.
pub(crate) const fn tag_of(full: &[u8; 32]) -> i64 {
    i64::from_be_bytes([full[0], full[1], full[2], full[3], full[4], full[5], full[6], full[7]])
}

/// An HMAC begun with the key for one purpose.
fn begun(secret: &[u8; 32], purpose: &str) -> HmacSha256 {
    let key = Sha256::new().chain_update(secret).chain_update(purpose.as_bytes()).finalize();
    // Shorter than the block of the digest, so it is the key as it stands, padded with zeros.
    let mut block = Key::<HmacSha256>::default();
    for (place, octet) in block.iter_mut().zip(key) {
        *place = octet;
    }
    HmacSha256::new(&block)
}

fn of_parts(mut mac: HmacSha256, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Writes a ring where none is yet; durable when it returns.
fn write(dir: &Path, path: &Path, secret: &[u8; 32]) -> Result<()> {
    let file = |e: std::io::Error| Error::File(format!("{}: {e}", path.display()));
    fs::create_dir_all(dir).map_err(file)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(path).map_err(file)?;
    out.write_all(secret).and_then(|()| out.sync_all()).map_err(file)?;
    fs::File::open(dir).and_then(|d| d.sync_all()).map_err(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_made_once_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::load_or_make(&dir.path().join("keys")).unwrap();
        let again = Keys::load_or_make(&dir.path().join("keys")).unwrap();
        assert_eq!(first.tag("+972501234567"), again.tag("+972501234567"));
        assert_ne!(first.tag("+972501234567"), first.tag("+972501234568"));
        assert_ne!(first.tag("+972501234567"), Keys::of([7; 32]).tag("+972501234567"));
    }

    #[test]
    fn a_damaged_ring_is_refused_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ring.key"), b"short").unwrap();
        assert!(matches!(Keys::load_or_make(dir.path()), Err(Error::File(_))));
        assert_eq!(std::fs::read(dir.path().join("ring.key")).unwrap(), b"short");
    }
}
