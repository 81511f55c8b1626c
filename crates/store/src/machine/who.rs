//! "Who texted me?" for the whole installation: codes that show whose phone it is, and which workspaces wrote to a number.
//!
//! A number stands here by its tag alone, a code by its keyed digest; both go when the code has been used or is too old.

use crate::{Result, Tx, list_of, params, sql};

/// A code on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The keyed digest of the code.
    pub digest: Vec<u8>,
    /// How often a wrong one was tried.
    pub tries: i64,
    /// How many were sent since `since`.
    pub sent: i64,
    /// Since when they are counted, ms.
    pub since: i64,
    /// When the last one was sent, ms.
    pub at: i64,
    /// Until when it holds, ms.
    pub until: i64,
}

/// The code of a number.
pub fn code(tx: &mut Tx<'_>, tag: i64) -> Result<Option<Code>> {
    tx.one(
        sql!("SELECT digest, tries, sent, since, at, until_at FROM who_code WHERE tag = $1"),
        &params![tag],
        |r| {
            Ok(Code {
                digest: r.get(0)?,
                tries: r.get(1)?,
                sent: r.get(2)?,
                since: r.get(3)?,
                at: r.get(4)?,
                until: r.get(5)?,
            })
        },
    )
}

/// Keeps the newest code of a number; an earlier one is void.
pub fn put(tx: &mut Tx<'_>, tag: i64, addr: i64, code: &Code) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO who_code (tag, digest, tries, sent, since, at, until_at, addr)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tag) DO UPDATE SET digest = excluded.digest, tries = excluded.tries, sent = excluded.sent,
               since = excluded.since, at = excluded.at, until_at = excluded.until_at, addr = excluded.addr"
        ),
        &params![tag, code.digest, code.tries, code.sent, code.since, code.at, code.until, addr],
    )
    .map(drop)
}

/// One wrong try more.
pub fn tried(tx: &mut Tx<'_>, tag: i64) -> Result<()> {
    tx.exec(sql!("UPDATE who_code SET tries = tries + 1 WHERE tag = $1"), &params![tag]).map(drop)
}

/// How many numbers an address asked about since a moment.
pub fn of_addr(tx: &mut Tx<'_>, addr: i64, since: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM who_code WHERE addr = $1 AND at > $2");
    Ok(tx.one(sql, &params![addr, since], |r| r.get(0))?.unwrap_or(0))
}

/// How many numbers were sent a code since a moment, by the whole installation. The table holds a day's.
pub fn sent_since(tx: &mut Tx<'_>, since: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM who_code WHERE at > $1 AND sent > 0");
    Ok(tx.one(sql, &params![since], |r| r.get(0))?.unwrap_or(0))
}

/// Forgets what is too old to count.
pub fn forget(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    tx.exec(sql!("DELETE FROM who_code WHERE at < $1 AND since < $1"), &params![before])
}

/// Which workspaces wrote to a number and reached the carrier, the last one first: workspace, its newest message.
pub fn writers(tx: &mut Tx<'_>, tag: i64) -> Result<Vec<(i64, i64)>> {
    let ids = crate::message::newest_to(tx, tag, 500)?;
    tx.rows(
        sql!(
            "SELECT workspace, max(id) FROM message WHERE id IN LIST($1) AND status >= 3 AND test = 0
             GROUP BY workspace ORDER BY max(id) DESC LIMIT 50"
        ),
        &params![list_of(&ids)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
