//! What people of ours changed of a person: which field, from what, to what. Goes with the person.

use crate::{Result, Tx, params, sql};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its id.
    pub id: i64,
    /// Who.
    pub actor: String,
    /// What: `first_name`, `number`, `field:city`, `tag`, `list`, `merge`…
    pub what: String,
    /// What it was; may be empty.
    pub before: String,
    /// What it is; may be empty.
    pub after: String,
    /// When.
    pub at: i64,
}

/// Writes changes down: what, before, after.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    contact: i64,
    actor: &str,
    edits: &[(String, String, String)],
) -> Result<()> {
    let now = tx.now();
    let ids: Vec<i64> = edits.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO contact_edit (id, workspace, contact, actor, what, before, after, at)
             SELECT r.id, $1, $2, $3, r.what, r.before, r.after, $4
             FROM ROWS(id BIGINT, what TEXT, before TEXT, after TEXT) AS r"
        ),
        &params![workspace, contact, actor, now],
        edits.iter().zip(&ids).map(|((what, before, after), id)| params![*id, *what, *before, *after]),
    )
    .map(drop)
}

/// Changes of one person older than a moment, the newest first.
pub fn of(tx: &mut Tx<'_>, workspace: i64, contact: i64, before: i64, limit: i64) -> Result<Vec<Edit>> {
    tx.rows(
        sql!(
            "SELECT id, actor, what, before, after, at FROM contact_edit
             WHERE workspace = $1 AND contact = $2 AND at < $3 ORDER BY id DESC LIMIT $4"
        ),
        &params![workspace, contact, before, limit],
        |r| {
            Ok(Edit {
                id: r.get(0)?,
                actor: r.get(1)?,
                what: r.get(2)?,
                before: r.get(3)?,
                after: r.get(4)?,
                at: r.get(5)?,
            })
        },
    )
}

/// Forgets all changes of a person.
pub fn forget(tx: &mut Tx<'_>, workspace: i64, contact: i64) -> Result<u64> {
    tx.exec(
        sql!("DELETE FROM contact_edit WHERE workspace = $1 AND contact = $2"),
        &params![workspace, contact],
    )
}

/// Takes a number out of the changes in which somebody got or lost it: it is to be forgotten, and they stay who they are.
pub fn forget_number(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE contact_edit SET before = CASE WHEN before = $2 THEN '' ELSE before END,
               after = CASE WHEN after = $2 THEN '' ELSE after END
             WHERE workspace = $1 AND what IN ('number', 'merged') AND (before = $2 OR after = $2)"
        ),
        &params![workspace, *number],
    )
}
