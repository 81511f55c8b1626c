//! Receipts that match nothing yet: they came before their answer was stored, or nobody knows their id.
//!
//! The outcome that stores the id adopts them in its own transaction; a sweep catches those that crossed.

use crate::machine::receipt_key;
use crate::machine::settle::Receipt;
use crate::{Result, Tx, Val, list_of, params, sql};
use std::collections::HashSet;

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

/// Takes out up to `limit` receipts whose part is known by now; they are to be applied in the same transaction. Looks at
/// those that came since `since` (ms): who crossed with an outcome did so within moments.
pub(crate) fn matched(tx: &mut Tx<'_>, since: i64, limit: i64) -> Result<Vec<(i64, Receipt)>> {
    let waiting: Vec<(i64, i64, i64)> = tx.rows(
        sql!("SELECT id, account, h FROM orphan_receipt WHERE at >= $1 ORDER BY id DESC LIMIT $2"),
        &params![since, limit],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    let mut accounts: Vec<i64> = waiting.iter().map(|(_, account, _)| *account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut known = Vec::new();
    for account in accounts {
        let of_account = || waiting.iter().filter(|w| w.1 == account);
        let hashes: Vec<i64> = of_account().map(|w| w.2).collect();
        let found: HashSet<i64> = receipt_key::find(tx, account, &hashes)?.iter().map(|k| k.h).collect();
        known.extend(of_account().filter(|w| found.contains(&w.2)).map(|w| w.0));
    }
    if known.is_empty() {
        return Ok(Vec::new());
    }
    tx.rows(
        sql!(
            "DELETE FROM orphan_receipt WHERE id IN LIST($1) RETURNING h, smsc_id, status, code, detail, account"
        ),
        &params![list_of(&known)],
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
