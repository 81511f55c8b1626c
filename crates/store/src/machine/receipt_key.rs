//! Which part a carrier's id means, while its receipt is expected.
//!
//! One function to put and one to find, so that the shape of the table can change behind them.

use crate::{Result, Tx, Val, params, sql};

/// What a carrier's id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Hash of the normalised id.
    pub h: i64,
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Which try it belongs to.
    pub attempt: i64,
}

/// Remembers the ids of accepted parts of one account.
pub(crate) fn put(tx: &mut Tx<'_>, account: i64, keys: &[Key]) -> Result<()> {
    let now = tx.now();
    tx.many(
        sql!(
            "INSERT INTO receipt_key (account, h, message, part, attempt, at)
             SELECT $1, r.h, r.message, r.part, r.attempt, $2
             FROM ROWS(h BIGINT, message BIGINT, part BIGINT, attempt BIGINT) AS r WHERE true
             ON CONFLICT (account, h, message, part) DO UPDATE SET attempt = excluded.attempt"
        ),
        &params![account, now],
        keys.iter().map(|k| params![k.h, k.message, k.part, k.attempt]),
    )
    .map(drop)
}

/// All that these hashes stand for; where a carrier used an id twice there are several.
pub(crate) fn find(tx: &mut Tx<'_>, account: i64, hashes: &[i64]) -> Result<Vec<Key>> {
    tx.many_rows(
        sql!(
            "SELECT k.h, k.message, k.part, k.attempt FROM ROWS(h BIGINT) AS r
             JOIN receipt_key k ON k.account = $1 AND k.h = r.h"
        ),
        &params![account],
        hashes.iter().map(|h| [Val::Int(*h)]),
        |r| Ok(Key { h: r.get(0)?, message: r.get(1)?, part: r.get(2)?, attempt: r.get(3)? }),
    )
}

/// Forgets what is older than `before`, at most `limit`. Gives how many.
pub fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM receipt_key WHERE (account, h, message, part) IN
               (SELECT account, h, message, part FROM receipt_key WHERE at < $1 LIMIT $2)"
        ),
        &params![before, limit],
    )
}
