//! Answers kept for repeated requests, in the transaction of what they answer. Cleared by retention after 7 days.

use crate::{Result, Tx, params, sql};

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The hash of the request it answered.
    pub hash: Vec<u8>,
    /// The answer, as it was sent.
    pub answer: String,
}

/// The answer that this key got before at this endpoint.
pub fn get(tx: &mut Tx<'_>, workspace: i64, endpoint: &str, key: &str) -> Result<Option<Kept>> {
    tx.one(
        sql!("SELECT hash, answer FROM idempotency WHERE workspace = $1 AND endpoint = $2 AND key = $3"),
        &params![workspace, endpoint, key],
        |r| Ok(Kept { hash: r.get(0)?, answer: r.get(1)? }),
    )
}

/// Keeps an answer; `Unique` when a neighbour was quicker with the same key, and the whole closure is undone.
pub fn put(
    tx: &mut Tx<'_>,
    workspace: i64,
    endpoint: &str,
    key: &str,
    hash: &[u8],
    answer: &str,
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO idempotency (workspace, endpoint, key, hash, answer, at) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &params![workspace, endpoint, key, *hash, answer, now],
    )
    .map(drop)
}
