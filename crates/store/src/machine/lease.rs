//! Leases of words on shared codes, across workspaces: what a message that came in is matched with, and what a new lease
//! must not meet. What a workspace may see of them is for the engine to say.

use crate::{Result, Row, Tx, params, sql};

/// A word on a shared code, and whose it is from when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub workspace: i64,
    /// The code.
    pub code: String,
    /// The word as it was written.
    pub word: String,
    /// The one form of everything that looks like it.
    pub shape: String,
    /// From when on, ms since 1970.
    pub from_at: i64,
    /// Until before when; 0 has no end.
    pub until_at: i64,
}

fn read(r: &Row<'_>) -> Result<Lease> {
    Ok(Lease {
        id: r.get(0)?,
        workspace: r.get(1)?,
        code: r.get(2)?,
        word: r.get(3)?,
        shape: r.get(4)?,
        from_at: r.get(5)?,
        until_at: r.get(6)?,
    })
}

/// Adds one; `None` where another of the same shape holds the code in any part of that time.
///
/// The code's own row is taken first, so that two who ask at once do not both find it free.
pub fn add(tx: &mut Tx<'_>, lease: &Lease) -> Result<Option<i64>> {
    tx.exec(sql!("UPDATE number SET type = type WHERE number = $1"), &params![lease.code])?;
    let taken = tx.one(
        sql!(
            "SELECT id FROM keyword_lease WHERE code = $1 AND shape = $2 AND (until_at = 0 OR until_at > $3)
             AND ($4 = 0 OR from_at < $4) LIMIT 1"
        ),
        &params![lease.code, lease.shape, lease.from_at, lease.until_at],
        |r| r.get::<i64>(0),
    )?;
    if taken.is_some() {
        return Ok(None);
    }
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO keyword_lease (id, workspace, code, word, shape, from_at, until_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &params![
            id,
            lease.workspace,
            lease.code,
            lease.word,
            lease.shape,
            lease.from_at,
            lease.until_at,
            now
        ],
    )?;
    Ok(Some(id))
}

/// One by its id.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Lease>> {
    tx.one(
        sql!("SELECT id, workspace, code, word, shape, from_at, until_at FROM keyword_lease WHERE id = $1"),
        &params![id],
        read,
    )
}

/// All that hold a code at a moment.
pub fn at(tx: &mut Tx<'_>, code: &str, at: i64) -> Result<Vec<Lease>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, code, word, shape, from_at, until_at FROM keyword_lease
             WHERE code = $1 AND from_at <= $2 AND (until_at = 0 OR until_at > $2) ORDER BY id"
        ),
        &params![code, at],
        read,
    )
}

/// All there were on a code, newest first.
pub fn of_code(tx: &mut Tx<'_>, code: &str) -> Result<Vec<Lease>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, code, word, shape, from_at, until_at FROM keyword_lease WHERE code = $1
             ORDER BY id DESC"
        ),
        &params![code],
        read,
    )
}

/// Ends one at a moment; one that had not begun is as if it never was. `false` where there is no such lease.
pub fn end(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<bool> {
    let never =
        tx.exec(sql!("DELETE FROM keyword_lease WHERE id = $1 AND from_at >= $2"), &params![id, at])?;
    let ended = tx.exec(
        sql!("UPDATE keyword_lease SET until_at = $2 WHERE id = $1 AND (until_at = 0 OR until_at > $2)"),
        &params![id, at],
    )?;
    Ok(never + ended > 0)
}
