//! The secrets of an installation that live outside the database: numbers' tags and tokens are made with them.
//!
//! A dump of the database alone says nothing about which number a suppression belongs to.
//!
//! The first key of the ring is its root: secrets, backups and links hang on it, and it stays. The keys for numbers can be
//! renewed: each new one is added behind the others ([`crate::retag`]), and none is ever thrown away, for what stands under
//! it may belong to a number that nobody knows any more (ADR 0036).

mod exported;

pub use exported::{exported, note_export};

use crate::{Error, Result};
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

type HmacSha256 = Hmac<Sha256>;

/// The most keys a ring may hold.
const KEYS_MAX: usize = 64;

/// The key ring of one installation.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
    /// Begun with the key for numbers, which is by far the most used: each number is then two blocks, not six.
    numbers: HmacSha256,
    /// Keys for numbers that were added to the first, the oldest first.
    added: Arc<Vec<[u8; 32]>>,
    /// Those for numbers before the one that counts, the oldest first.
    former: Arc<Vec<HmacSha256>>,
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
            Ok(bytes) => Keys::from_bytes(&bytes).map(Some).ok_or_else(|| {
                Error::File(format!("{} is damaged: it must hold 32 octets for each key", path.display()))
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::File(format!("{}: {e}", path.display()))),
        }
    }

    /// A ring of a given secret, for tests and throw-away stores.
    pub fn of(secret: [u8; 32]) -> Keys {
        Keys::made_of(secret, Vec::new())
    }

    fn made_of(secret: [u8; 32], added: Vec<[u8; 32]>) -> Keys {
        let mut all: Vec<HmacSha256> =
            std::iter::once(&secret).chain(&added).map(|key| begun(key, "number")).collect();
        let numbers = all.pop().unwrap_or_else(|| begun(&secret, "number"));
        Keys { secret, numbers, added: Arc::new(added), former: Arc::new(all) }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Keys> {
        let (keys, rest) = bytes.as_chunks::<32>();
        let (secret, added) = keys.split_first()?;
        (rest.is_empty() && keys.len() <= KEYS_MAX).then(|| Keys::made_of(*secret, added.to_vec()))
    }

    fn to_bytes(&self) -> Vec<u8> {
        std::iter::once(&self.secret).chain(self.added.iter()).flatten().copied().collect()
    }

    /// The same ring with one more key for numbers, which counts from then on.
    pub fn renewed(&self) -> Result<Keys> {
        if self.count() >= KEYS_MAX {
            return Err(Error::File(format!("the ring holds {KEYS_MAX} keys, the most there can be")));
        }
        let mut key = [0u8; 32];
        getrandom::fill(&mut key).map_err(|e| Error::File(format!("no random numbers: {e}")))?;
        let added = self.added.iter().copied().chain([key]).collect();
        Ok(Keys::made_of(self.secret, added))
    }

    /// How many keys for numbers there are.
    pub fn count(&self) -> usize {
        self.added.len() + 1
    }

    /// Whether numbers ever stood under another key.
    pub fn is_renewed(&self) -> bool {
        !self.added.is_empty()
    }

    /// Which of the keys for numbers counts, from 0; rows say so beside a digest.
    pub fn place(&self) -> i64 {
        self.added.len() as i64
    }

    /// The digests of a number under the keys before the one that counts.
    pub fn former_hmacs(&self, e164: &str) -> impl Iterator<Item = [u8; 32]> {
        self.former.iter().map(move |key| of_parts(key.clone(), &[e164.as_bytes()]))
    }

    /// The tags of a number under every key, the one that counts first.
    pub fn tags(&self, e164: &str) -> Vec<i64> {
        std::iter::once(self.tag(e164)).chain(self.former_hmacs(e164).map(|full| tag_of(&full))).collect()
    }

    /// The tag of a text under the first key, which never changes.
    pub fn first_tag(&self, text: &str) -> i64 {
        let first = self.former.first().unwrap_or(&self.numbers);
        tag_of(&of_parts(first.clone(), &[text.as_bytes()]))
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
        self.check_of(self.added.len())
    }

    /// The check values that this ring had before its last keys were added, the oldest first.
    pub fn former_checks(&self) -> Vec<String> {
        (0..self.added.len()).map(|n| self.check_of(n)).collect()
    }

    fn check_of(&self, added: usize) -> String {
        let marks: Vec<[u8; 32]> =
            self.added[..added].iter().map(|key| of_parts(begun(key, "check"), &[])).collect();
        let marks: Vec<&[u8]> = marks.iter().map(<[u8; 32]>::as_slice).collect();
        self.mac("check", &marks)[..8].iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Writes a ring that grew over the one it grew out of, whole or not at all.
    ///
    /// # Errors
    /// When another ring stands there: it is never overwritten.
    pub fn grow_in(&self, dir: &Path) -> Result<()> {
        let there = Keys::load(dir)?;
        if !there.is_some_and(|there| self.grew_from(&there)) {
            return Err(Error::File(format!("{} holds other keys; they stay", dir.display())));
        }
        let fresh = dir.join("ring.new");
        match fs::remove_file(&fresh) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::File(format!("{}: {e}", fresh.display())));
            }
            _ => {} // of an attempt that was cut short, or none
        }
        write(dir, &fresh, &self.to_bytes())?;
        let file = |e: std::io::Error| Error::File(format!("{}: {e}", dir.display()));
        fs::rename(&fresh, dir.join("ring.key")).map_err(file)?;
        fs::File::open(dir).and_then(|d| d.sync_all()).map_err(file)
    }

    /// Whether this is the other ring, or what became of it.
    pub fn grew_from(&self, other: &Keys) -> bool {
        self.to_bytes().starts_with(&other.to_bytes())
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
fn write(dir: &Path, path: &Path, secret: &[u8]) -> Result<()> {
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

    #[test]
    fn a_renewed_ring_knows_numbers_under_every_key_it_had() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::load_or_make(dir.path()).unwrap();
        let second = first.renewed().unwrap();
        second.grow_in(dir.path()).unwrap();
        let third = second.renewed().unwrap();
        third.grow_in(dir.path()).unwrap();
        let read = Keys::load(dir.path()).unwrap().unwrap();
        let who = "+972501234567";
        assert_eq!(read.tags(who), [third.tag(who), first.tag(who), second.tag(who)]);
        assert_eq!((read.count(), read.place(), read.first_tag(who)), (3, 2, first.tag(who)));
        assert_eq!(read.id(), first.id(), "what hangs on the root stays");
        assert_eq!(read.former_checks(), [first.check_value(), second.check_value()]);
        assert_ne!(read.check_value(), second.check_value());
        assert!(first.grow_in(dir.path()).is_err(), "a ring does not shrink");
        assert!(Keys::of([1; 32]).grow_in(dir.path()).is_err(), "nor become another");
        assert_eq!(Keys::load(dir.path()).unwrap().unwrap().count(), 3);
    }
}
