//! Sealing of connectors' secrets: a copy of the database without the key ring opens none of them.
//!
//! XChaCha20-Poly1305 under a key derived from the ring; the connector's id is authenticated with it, so that a sealed
//! value moved to another row does not open. It never logs what it seals.

use crate::keys::Keys;
use crate::{Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::collections::BTreeMap;

/// First octet of everything sealed; another way of sealing takes another number.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Name → value of what is secret in a connector's settings.
pub type Secrets = BTreeMap<String, String>;

pub(crate) fn seal(keys: &Keys, connector: i64, secrets: &Secrets) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(secrets).map_err(|e| Error::Shape(format!("secrets: {e}")))?;
    let mut nonce = [0u8; NONCE];
    getrandom::fill(&mut nonce).map_err(|e| Error::File(format!("no random numbers: {e}")))?;
    let aad = connector.to_be_bytes();
    let sealed = cipher(keys)
        .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &aad })
        .map_err(|_| Error::Shape("secrets could not be sealed".into()))?;
    let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

pub(crate) fn open(keys: &Keys, connector: i64, sealed: &[u8]) -> Result<Secrets> {
    let wrong = || Error::Shape(format!("the secrets of connector {connector} do not open with these keys"));
    let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
    let (nonce, body) = rest.split_at_checked(NONCE).ok_or_else(wrong)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong())?;
    if *version != VERSION {
        return Err(wrong());
    }
    let aad = connector.to_be_bytes();
    let plain =
        cipher(keys).decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &aad }).map_err(|_| wrong())?;
    serde_json::from_slice(&plain).map_err(|_| wrong())
}

fn cipher(keys: &Keys) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(keys.mac("connector-secrets", &[])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_opens_only_with_its_ring_and_in_its_row() {
        let (ring, other) = (Keys::of([1; 32]), Keys::of([2; 32]));
        let secrets = Secrets::from([("password".into(), "s3cret".into())]);
        let sealed = seal(&ring, 7, &secrets).unwrap();
        assert_eq!(open(&ring, 7, &sealed).unwrap(), secrets);
        assert!(open(&other, 7, &sealed).is_err());
        assert!(open(&ring, 8, &sealed).is_err());
        assert!(!sealed.windows(6).any(|w| w == b"s3cret"));
        assert_ne!(sealed, seal(&ring, 7, &secrets).unwrap(), "a nonce was used twice");
    }

    #[test]
    fn a_damaged_or_cut_seal_is_refused() {
        let ring = Keys::of([1; 32]);
        let sealed = seal(&ring, 7, &Secrets::new()).unwrap();
        for cut in 0..sealed.len() {
            assert!(open(&ring, 7, &sealed[..cut]).is_err(), "{cut}");
        }
        for i in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[i] ^= 1;
            assert!(open(&ring, 7, &bad).is_err(), "{i}");
        }
    }
}
