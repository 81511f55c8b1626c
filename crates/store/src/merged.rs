//! Doubles that were made one person: who stayed, who went, and all that is needed to take it back.

use crate::{Result, Row, Tx, params, sql};

/// One merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its id.
    pub id: i64,
    /// The contact that stayed.
    pub kept: i64,
    /// The contact that went.
    pub gone: i64,
    /// Its number, E.164.
    pub number: String,
    /// The tag of that number.
    pub tag: i64,
    /// What both were before, as JSON of the engine.
    pub before: String,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: i64,
    /// When it was taken back, or 0.
    pub undone_at: i64,
}

fn read(r: &Row<'_>) -> Result<Merged> {
    Ok(Merged {
        id: r.get(0)?,
        kept: r.get(1)?,
        gone: r.get(2)?,
        number: r.get(3)?,
        tag: r.get(4)?,
        before: r.get(5)?,
        actor: r.get(6)?,
        at: r.get(7)?,
        undone_at: r.get(8)?,
    })
}

/// Writes one down.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    (kept, gone): (i64, i64),
    (number, before): (&str, &str),
    actor: &str,
) -> Result<i64> {
    let (id, tag, now) = (tx.id(), tx.tag(number), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO merged (id, workspace, kept, gone, gone_number, gone_tag, before, actor, at, undone_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)"
        ),
        &params![id, workspace, kept, gone, number, tag, before, actor, now],
    )?;
    Ok(id)
}

/// One merge.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Merged>> {
    tx.one(
        sql!(
            "SELECT id, kept, gone, gone_number, gone_tag, before, actor, at, undone_at FROM merged
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// Those by which a person took others in, the newest first.
pub fn of(tx: &mut Tx<'_>, workspace: i64, kept: i64) -> Result<Vec<Merged>> {
    tx.rows(
        sql!(
            "SELECT id, kept, gone, gone_number, gone_tag, before, actor, at, undone_at FROM merged
             WHERE workspace = $1 AND kept = $2 ORDER BY id DESC LIMIT 50"
        ),
        &params![workspace, kept],
        read,
    )
}

/// Marks it as taken back; `false` where it was already.
pub fn undone(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let now = tx.now();
    let sql = sql!("UPDATE merged SET undone_at = $3 WHERE workspace = $1 AND id = $2 AND undone_at = 0");
    Ok(tx.exec(sql, &params![workspace, id, now])? > 0)
}

/// Takes number and names out of what is known of a merge, when either of the two is erased: it stays done. Who
/// went is known by the tag of the number too: there may be no contact any more, which is 0.
pub fn erase(tx: &mut Tx<'_>, workspace: i64, contact: i64, tag: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE merged SET gone_number = '', before = '', undone_at = CASE WHEN undone_at = 0 THEN at ELSE undone_at END
             WHERE workspace = $1 AND id IN (SELECT id FROM merged WHERE workspace = $1 AND kept = $2
               UNION SELECT id FROM merged WHERE workspace = $1 AND gone = $2
               UNION SELECT id FROM merged WHERE workspace = $1 AND gone_tag = $3)"
        ),
        &params![workspace, contact, tag],
    )
}

/// The conversation with this address is with another contact from now on.
pub fn lead_thread(tx: &mut Tx<'_>, workspace: i64, address: &str, contact: i64, name: &str) -> Result<u64> {
    tx.exec(
        sql!("UPDATE thread SET contact = $3, name = $4 WHERE workspace = $1 AND address = $2"),
        &params![workspace, address, contact, name],
    )
}
