//! Permissions that a file claims to be newer than a person's own refusal. Nothing is believed by being here.

use crate::{Result, Row, Tx, Val, params, sql};

/// One claim that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: i64,
    /// The number, E.164.
    pub number: String,
    /// The import.
    pub import: i64,
    /// The row of the file.
    pub file_row: i64,
    /// The words it is said to have been given under.
    pub wording: String,
    /// When it is said to have been given, ms.
    pub claimed_at: i64,
    /// When the person refused, ms.
    pub refused_at: i64,
    /// When the file came, ms.
    pub at: i64,
}

/// What a file claims of a number.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The number, E.164.
    pub number: &'a str,
    /// The row of the file.
    pub file_row: i64,
    /// When it is said to have been given, ms.
    pub claimed_at: i64,
    /// When the person refused, ms.
    pub refused_at: i64,
}

/// Writes claims down, each once for a file.
pub fn add(tx: &mut Tx<'_>, workspace: i64, (import, wording): (i64, i64), new: &[New<'_>]) -> Result<u64> {
    let now = tx.now();
    let ids: Vec<i64> = new.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO consent_claim (id, workspace, number, import, file_row, wording, claimed_at, refused_at, state,
               actor, at, decided_at)
             SELECT r.id, $1, r.number, $2, r.file_row, $3, r.claimed_at, r.refused_at, 0, '', $4, 0
             FROM ROWS(id BIGINT, number TEXT, file_row BIGINT, claimed_at BIGINT, refused_at BIGINT) AS r
             WHERE true ON CONFLICT (workspace, number, import) DO NOTHING"
        ),
        &params![workspace, import, wording, now],
        new.iter().zip(&ids).map(|(n, id)| {
            [
                Val::Int(*id),
                Val::Text(n.number),
                Val::Int(n.file_row),
                Val::Int(n.claimed_at),
                Val::Int(n.refused_at),
            ]
        }),
    )
}

/// Those that wait, the oldest first.
pub fn waiting(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<Claim>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.import, c.file_row, coalesce(w.text, ''), c.claimed_at, c.refused_at, c.at
             FROM consent_claim AS c LEFT JOIN wording AS w ON w.id = c.wording AND w.workspace = c.workspace
             WHERE c.workspace = $1 AND c.state = 0 ORDER BY c.id LIMIT $2"
        ),
        &params![workspace, limit],
        read,
    )
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Claim>> {
    tx.one(
        sql!(
            "SELECT c.id, c.number, c.import, c.file_row, coalesce(w.text, ''), c.claimed_at, c.refused_at, c.at
             FROM consent_claim AS c LEFT JOIN wording AS w ON w.id = c.wording AND w.workspace = c.workspace
             WHERE c.workspace = $1 AND c.id = $2 AND c.state = 0"
        ),
        &params![workspace, id],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Claim> {
    Ok(Claim {
        id: r.get(0)?,
        number: r.get(1)?,
        import: r.get(2)?,
        file_row: r.get(3)?,
        wording: r.get(4)?,
        claimed_at: r.get(5)?,
        refused_at: r.get(6)?,
        at: r.get(7)?,
    })
}

/// Ends one: a paper shows it, or all stays as it was; `false` where it waited no more.
pub fn end(tx: &mut Tx<'_>, workspace: i64, id: i64, shown: bool, actor: &str) -> Result<bool> {
    let (now, state) = (tx.now(), if shown { 1i64 } else { 2 });
    let sql = sql!(
        "UPDATE consent_claim SET state = $3, actor = $4, decided_at = $5
         WHERE workspace = $1 AND id = $2 AND state = 0"
    );
    Ok(tx.exec(sql, &params![workspace, id, state, *actor, now])? > 0)
}

/// Forgets what files claimed of a number.
pub fn forget(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    tx.exec(
        sql!("DELETE FROM consent_claim WHERE workspace = $1 AND number = $2"),
        &params![workspace, *number],
    )
}
