//! Forgetting in slices what has outlived its use: receipt keys, kept answers, orphans, ended sessions.

use crate::{Result, Tx, params, sql};

/// Receipt keys and kept answers live this long.
pub const KEEP_MS: i64 = 7 * 86_400_000;

/// One slice; gives how many rows went.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<u64> {
    let now = tx.now();
    let before = now - KEEP_MS;
    let mut gone = super::receipt_key::forget(tx, before, limit)?;
    gone += tx.exec(
        sql!(
            "DELETE FROM idempotency WHERE (workspace, endpoint, key) IN
               (SELECT workspace, endpoint, key FROM idempotency WHERE workspace <> 0 AND at < $1 LIMIT $2)"
        ),
        &params![before, limit],
    )?;
    gone += tx.exec(
        sql!("DELETE FROM orphan_receipt WHERE id IN (SELECT id FROM orphan_receipt WHERE at < $1 LIMIT $2)"),
        &params![before, limit],
    )?;
    gone += super::client_out::forget(tx, limit)?;
    gone += super::alarm::forget(tx)?;
    gone += super::lookup::forget(tx, before, limit)?;
    gone += tx.exec(sql!("DELETE FROM used_nonce WHERE until < $1"), &params![now])?;
    gone += tx.exec(sql!("DELETE FROM session WHERE until < $1"), &params![now])?;
    gone += tx.exec(sql!("DELETE FROM command WHERE at < $1"), &params![before])?;
    Ok(gone)
}
