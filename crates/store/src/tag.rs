//! Words that people are marked with: made at first use, gone when nobody bears them is nobody's business here.

use crate::{Result, Tx, list_of, params, sql};

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: i64,
    /// Its name, as it was first written.
    pub name: String,
}

/// The tags of a workspace, by name.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Tag>> {
    let sql = sql!("SELECT id, name FROM tag WHERE workspace = $1 ORDER BY folded");
    tx.rows(sql, &params![workspace], |r| Ok(Tag { id: r.get(0)?, name: r.get(1)? }))
}

/// The tag of a name, made where there is none; `folded` is the name as it is compared.
pub fn make(tx: &mut Tx<'_>, workspace: i64, name: &str, folded: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO tag (id, workspace, name, folded, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace, folded) DO NOTHING"
        ),
        &params![id, workspace, name, folded, now],
    )?;
    let sql = sql!("SELECT id FROM tag WHERE workspace = $1 AND folded = $2");
    Ok(tx.one(sql, &params![workspace, folded], |r| r.get(0))?.unwrap_or(id))
}

/// Marks people; gives how many were not marked so before.
pub fn mark(tx: &mut Tx<'_>, workspace: i64, tag: i64, contacts: &[i64]) -> Result<u64> {
    tx.many(
        sql!(
            "INSERT INTO tagged (workspace, tag, contact) SELECT $1, $2, r.contact
             FROM ROWS(contact BIGINT) AS r WHERE true ON CONFLICT (tag, contact) DO NOTHING"
        ),
        &params![workspace, tag],
        contacts.iter().map(|c| params![*c]),
    )
}

/// Takes a mark away; gives from how many.
pub fn unmark(tx: &mut Tx<'_>, workspace: i64, tag: i64, contacts: &[i64]) -> Result<u64> {
    tx.exec(
        sql!("DELETE FROM tagged WHERE workspace = $1 AND tag = $2 AND contact IN LIST($3)"),
        &params![workspace, tag, list_of(contacts)],
    )
}

/// The tags of these people: contact, tag, name.
pub fn of(tx: &mut Tx<'_>, workspace: i64, contacts: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    tx.rows(
        sql!(
            "SELECT c.contact, t.id, t.name FROM tagged AS c JOIN tag AS t ON t.id = c.tag AND t.workspace = $1
             WHERE c.contact IN LIST($2) AND c.workspace = $1 ORDER BY c.contact, t.folded"
        ),
        &params![workspace, list_of(contacts)],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}
