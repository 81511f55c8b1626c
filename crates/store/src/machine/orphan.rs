//! Receipts that match nothing yet: they came before their answer was stored, or nobody knows their id.
//!
//! The outcome that stores the id adopts them in its own transaction; a sweep catches those that crossed.

use crate::machine::settle::Receipt;
use crate::{Result, Tx, Val, params, sql};

/// Keeps receipts of one account.
pub(crate) fn put(tx: &mut Tx<'_>, account: i64, receipts: &[&Receipt]) -> Result<()> {
    let now = tx.now();
    let ids: Vec<i64> = receipts.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO orphan_receipt (id, account, h, smsc_id, status, code, detail, at)
             SELECT r.id, $1, r.h, r.smsc_id, r.status, r.code, r.detail, $2
             FROM ROWS(id BIGINT, h BIGINT, smsc_id TEXT, status BIGINT, code BIGINT, detail TEXT) AS r WHERE true"
        ),
        &params![account, now],
        receipts.iter().zip(&ids).map(|(r, id)| params![*id, r.h, r.smsc_id, r.status, r.code, r.detail]),
    )
    .map(drop)
}

/// Takes out what waits for these hashes of one account.
pub(crate) fn adopt(
    tx: &mut Tx<'_>,
    account: i64,
    hashes: impl Iterator<Item = i64>,
) -> Result<Vec<Receipt>> {
    if !any(tx, account)? {
        return Ok(Vec::new());
    }
    tx.many_rows(
        sql!(
            "DELETE FROM orphan_receipt WHERE account = $1 AND h IN (SELECT r.h FROM ROWS(h BIGINT) AS r)
             RETURNING h, smsc_id, status, code, detail"
        ),
        &params![account],
        hashes.map(|h| [Val::Int(h)]),
        read,
    )
}

fn any(tx: &mut Tx<'_>, account: i64) -> Result<bool> {
    let found =
        tx.one(sql!("SELECT 1 FROM orphan_receipt WHERE account = $1 LIMIT 1"), &params![account], |_| {
            Ok(())
        })?;
    Ok(found.is_some())
}

/// Takes out up to `limit` receipts whose part is known by now; they are to be applied in the same transaction.
pub(crate) fn matched(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(i64, Receipt)>> {
    tx.rows(
        sql!(
            "DELETE FROM orphan_receipt WHERE id IN
               (SELECT o.id FROM orphan_receipt o JOIN receipt_key k ON k.account = o.account AND k.h = o.h
                ORDER BY o.id LIMIT $1)
             RETURNING h, smsc_id, status, code, detail, account"
        ),
        &params![limit],
        |r| Ok((r.get(5)?, read(r)?)),
    )
}

fn read(r: &crate::Row<'_>) -> Result<Receipt> {
    Ok(Receipt { h: r.get(0)?, smsc_id: r.get(1)?, status: r.get(2)?, code: r.get(3)?, detail: r.get(4)? })
}

/// How many receipts wait for a part nobody knows.
pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(tx.one(sql!("SELECT count(*) FROM orphan_receipt"), &[], |r| r.get(0))?.unwrap_or(0))
}
