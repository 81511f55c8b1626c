//! How far the journals of nodes, kept while the database was away, were read into it.

use crate::{Result, Tx, Val, params, sql};

/// The journal of a data directory, in it.
pub const FILE: &str = "spill/received.journal";
/// What nobody asked for in so long is of a directory that is gone.
const KEPT_MS: i64 = 30 * 86_400_000;

/// The first `upto` records of a journal stand in the store once this is committed; gives how many did before. Whoever
/// reads them in does so in the same transaction, and leaves out those.
pub fn advance(tx: &mut Tx<'_>, journal: i64, upto: i64) -> Result<i64> {
    let done = tx.one(
        sql!("SELECT done FROM journal_mark WHERE journal = $1 FOR UPDATE"),
        &params![journal],
        |r| r.get::<i64>(0),
    )?;
    let (done, now) = (done.unwrap_or(0), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO journal_mark (journal, done, at) VALUES ($1, $2, $3)
             ON CONFLICT (journal) DO UPDATE SET done = excluded.done, at = excluded.at"
        ),
        &params![journal, Val::Int(upto.max(done)), now],
    )?;
    Ok(done)
}

/// A journal was read to its end and is gone.
pub fn forget(tx: &mut Tx<'_>, journal: i64) -> Result<()> {
    let edge = tx.now() - KEPT_MS;
    tx.exec(sql!("DELETE FROM journal_mark WHERE journal = $1 OR at < $2"), &params![journal, edge]).map(drop)
}
