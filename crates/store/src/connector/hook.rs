//! Where providers' webhooks come in: an address with a secret that follows from the key ring, and what came there last.
//!
//! No secret is stored, and no body, number or header of a webhook.

use crate::keys::Keys;
use crate::{Result, Tx, params, setting, sql};
use sms::id::{kind, parse, public};
use subtle::ConstantTimeEq;

/// Octets of the secret in the address.
const SECRET: usize = 20;
/// What came in is written down at most this often.
const NOTE_MS: i64 = 1_000;

/// The word of a connector's address: its public id and a secret.
pub fn token(keys: &Keys, connector: i64) -> String {
    let secret = keys.mac("connector-hook", &[&connector.to_be_bytes()]);
    let hex: String = secret.iter().take(SECRET).map(|b| format!("{b:02x}")).collect();
    format!("{}-{hex}", public(kind::CONNECTOR, connector))
}

/// The connector of such a word; `None` where the secret is not its own.
pub fn connector_of(keys: &Keys, token: &str) -> Option<i64> {
    let (id, _) = token.split_once('-')?;
    let id = parse(kind::CONNECTOR, id)?;
    bool::from(self::token(keys, id).as_bytes().ct_eq(token.as_bytes())).then_some(id)
}

/// The whole address, without a last slash; empty where nobody knows how this installation is reached.
pub fn address(keys: &Keys, base: &str, connector: i64) -> String {
    if base.is_empty() {
        return String::new();
    }
    format!("{}/hooks/{}", base.trim_end_matches('/'), token(keys, connector))
}

/// The address of one.
pub fn address_of(tx: &mut Tx<'_>, connector: i64) -> Result<String> {
    let base = setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default();
    Ok(address(tx.keys(), &base, connector))
}

/// What came to a connector's address last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// When one was taken, ms; 0 never.
    pub taken_at: i64,
    /// What it was.
    pub taken: String,
    /// When one was refused, ms; 0 never.
    pub refused_at: i64,
    /// Why.
    pub refused: String,
}

/// What came last.
pub fn seen(tx: &mut Tx<'_>, connector: i64) -> Result<Seen> {
    let found = tx.one(
        sql!("SELECT taken_at, taken, refused_at, refused FROM hook_seen WHERE connector = $1"),
        &params![connector],
        |r| Ok(Seen { taken_at: r.get(0)?, taken: r.get(1)?, refused_at: r.get(2)?, refused: r.get(3)? }),
    )?;
    Ok(found.unwrap_or_default())
}

/// One was taken. A second one within the second changes nothing.
pub fn taken(tx: &mut Tx<'_>, connector: i64, what: &str) -> Result<()> {
    let (now, edge) = (tx.now(), tx.now() - NOTE_MS);
    tx.exec(
        sql!(
            "INSERT INTO hook_seen (connector, taken_at, taken, refused_at, refused) VALUES ($1, $2, $3, 0, '')
             ON CONFLICT (connector) DO UPDATE SET taken_at = excluded.taken_at, taken = excluded.taken
             WHERE hook_seen.taken_at < $4 OR hook_seen.taken_at > excluded.taken_at"
        ),
        &params![connector, now, what, edge],
    )
    .map(drop)
}

/// One was refused.
pub fn refused(tx: &mut Tx<'_>, connector: i64, why: &str) -> Result<()> {
    let (now, edge) = (tx.now(), tx.now() - NOTE_MS);
    tx.exec(
        sql!(
            "INSERT INTO hook_seen (connector, taken_at, taken, refused_at, refused) VALUES ($1, 0, '', $2, $3)
             ON CONFLICT (connector) DO UPDATE SET refused_at = excluded.refused_at, refused = excluded.refused
             WHERE hook_seen.refused_at < $4 OR hook_seen.refused_at > excluded.refused_at"
        ),
        &params![connector, now, why, edge],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_with_its_own_secret_alone() {
        let (ring, other) = (Keys::of([1; 32]), Keys::of([2; 32]));
        let word = token(&ring, 7);
        assert_eq!(connector_of(&ring, &word), Some(7));
        assert_eq!(connector_of(&other, &word), None);
        let stolen = word.replace(&public(kind::CONNECTOR, 7), &public(kind::CONNECTOR, 8));
        assert_eq!(connector_of(&ring, &stolen), None);
        for odd in ["", "-", &public(kind::CONNECTOR, 7), &word[..word.len() - 1]] {
            assert_eq!(connector_of(&ring, odd), None, "{odd}");
        }
        assert_eq!(address(&ring, "", 7), "");
        assert_eq!(address(&ring, "https://x.example/", 7), format!("https://x.example/hooks/{word}"));
    }
}
