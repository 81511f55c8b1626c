//! Receipts that match nothing yet: they came before their answer was stored, or nobody knows their id.
//!
//! The outcome that stores the id adopts them in its own transaction; a sweep catches those that crossed.

use crate::machine::job::{self, JobKind};
use crate::machine::settle::Receipt;
use crate::{Result, Tx, Val, list_of, params, sql};

/// A receipt that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) id: i64,
    pub(crate) account: i64,
    pub(crate) at: i64,
    pub(crate) receipt: Receipt,
}

/// When what was kept is looked at again: by then its outcome is stored, or never comes.
const SWEEP_MS: i64 = 1_100;

/// Keeps receipts of one account.
pub(crate) fn put(tx: &mut Tx<'_>, account: i64, receipts: &[&Receipt]) -> Result<()> {
    if receipts.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    job::put(tx, JobKind::OrphanSweep, 0, 0, now + SWEEP_MS)?;
    let ids: Vec<i64> = receipts.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO orphan_receipt (id, account, h, smsc_id, status, code, detail, sender, recipient, text, at)
             SELECT r.id, $1, r.h, r.smsc_id, r.status, r.code, r.detail, r.sender, r.recipient, r.text, $2
             FROM ROWS(id BIGINT, h BIGINT, smsc_id TEXT, status BIGINT, code BIGINT, detail TEXT, sender TEXT,
               recipient TEXT, text TEXT) AS r WHERE true"
        ),
        &params![account, now],
        receipts.iter().zip(&ids).map(|(r, id)| {
            params![*id, r.h, r.smsc_id, r.status, r.code, r.detail, r.from, r.to, r.text]
        }),
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
            "DELETE FROM orphan_receipt USING ROWS(account BIGINT, h BIGINT) AS r
             WHERE orphan_receipt.account = r.account AND orphan_receipt.h = r.h
             RETURNING orphan_receipt.h, smsc_id, status, code, detail, sender, recipient, text"
        ),
        &[],
        hashes.map(|h| [Val::Int(account), Val::Int(h)]),
        read,
    )
}

pub(super) fn any(tx: &mut Tx<'_>, account: i64) -> Result<bool> {
    let found =
        tx.one(sql!("SELECT 1 FROM orphan_receipt WHERE account = $1 LIMIT 1"), &params![account], |_| {
            Ok(())
        })?;
    Ok(found.is_some())
}

/// Up to `limit` that came since `since` (ms), newest first: who crossed with an outcome did so within moments.
pub(crate) fn recent(tx: &mut Tx<'_>, since: i64, limit: i64) -> Result<Vec<Waiting>> {
    tx.rows(
        sql!(
            "SELECT h, smsc_id, status, code, detail, sender, recipient, text, id, account, at FROM orphan_receipt
             WHERE at >= $1 ORDER BY id DESC LIMIT $2"
        ),
        &params![since, limit],
        |r| Ok(Waiting { id: r.get(8)?, account: r.get(9)?, at: r.get(10)?, receipt: read(r)? }),
    )
}

/// Removes what was adopted.
pub(crate) fn remove(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.exec(sql!("DELETE FROM orphan_receipt WHERE id IN LIST($1)"), &params![list_of(ids)]).map(drop)
}

fn read(r: &crate::Row<'_>) -> Result<Receipt> {
    Ok(Receipt {
        h: r.get(0)?,
        smsc_id: r.get(1)?,
        status: r.get(2)?,
        code: r.get(3)?,
        detail: r.get(4)?,
        from: r.get(5)?,
        to: r.get(6)?,
        text: r.get(7)?,
    })
}

/// How many receipts wait for a part nobody knows.
pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(tx.one(sql!("SELECT count(*) FROM orphan_receipt"), &[], |r| r.get(0))?.unwrap_or(0))
}
