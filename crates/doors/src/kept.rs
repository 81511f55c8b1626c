//! Answers kept for repeated requests: written in the transaction of what they answer for, so that neither is without
//! the other.

use crate::problem::{Answer, Problem};
use crate::shape;
use axum::http::{HeaderMap, StatusCode};
use engine::{Accepted, Refusal};
use sha2::{Digest, Sha256};
use store::{Tx, idempotency};

/// The header that marks a repeated answer.
pub(crate) const REPLAYED: &str = "idempotent-replayed";
const KEY_MAX: usize = 255;

/// What a caller calls a request, where it was made, and the digest of what it said.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) endpoint: &'static str,
    pub(crate) name: String,
    pub(crate) digest: [u8; 32],
}

/// What came of a message at the door.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Decided now.
    Fresh(Result<Accepted, Refusal>),
    /// Decided before; the body of the answer.
    Again(StatusCode, String),
    /// The key was used for something else.
    Reused,
}

impl Key {
    /// The key of a request, if it has one.
    pub(crate) fn of(headers: &HeaderMap, endpoint: &'static str, body: &[u8]) -> Answer<Option<Key>> {
        let Some(given) = headers.get("idempotency-key") else { return Ok(None) };
        let name = given.to_str().unwrap_or("").trim();
        if name.is_empty() || name.len() > KEY_MAX {
            let detail = format!("Idempotency-Key must be 1 to {KEY_MAX} ASCII characters");
            return Err(Problem::input("Idempotency-Key", "invalid", detail));
        }
        Ok(Some(Key { endpoint, name: name.to_owned(), digest: Sha256::digest(body).into() }))
    }

    /// The key of the n-th slice of a request that is stored in several.
    pub(crate) fn slice(&self, n: usize) -> Key {
        Key { name: format!("{}#{n}", self.name), ..self.clone() }
    }
}

/// What was answered before.
pub(crate) fn look(tx: &mut Tx<'_>, workspace: i64, key: &Key) -> store::Result<Option<Outcome>> {
    let Some(kept) = idempotency::get(tx, workspace, key.endpoint, &key.name)? else { return Ok(None) };
    if kept.hash != key.digest {
        return Ok(Some(Outcome::Reused));
    }
    let (status, body) = kept.answer.split_once(' ').unwrap_or(("202", &kept.answer));
    let status = status.parse().ok().and_then(|n| StatusCode::from_u16(n).ok());
    Ok(Some(Outcome::Again(status.unwrap_or(StatusCode::ACCEPTED), body.to_owned())))
}

/// Keeps an acceptance. A refusal left nothing behind, so it is decided anew each time.
pub(crate) fn keep(tx: &mut Tx<'_>, workspace: i64, key: &Key, outcome: &Outcome) -> store::Result<()> {
    match outcome {
        Outcome::Fresh(Ok(accepted)) => {
            put(tx, workspace, key, StatusCode::ACCEPTED, &shape::accepted_json(accepted))
        }
        _ => Ok(()),
    }
}

/// Keeps an answer.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    workspace: i64,
    key: &Key,
    status: StatusCode,
    body: &str,
) -> store::Result<()> {
    let answer = format!("{} {body}", status.as_u16());
    idempotency::put(tx, workspace, key.endpoint, &key.name, &key.digest, &answer)
}

/// The problem of a key that was used for something else.
pub(crate) fn reused() -> Problem {
    let detail = "this Idempotency-Key was used for another request";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail).param("Idempotency-Key")
}
