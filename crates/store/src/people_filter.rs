//! Filters of the people's page that somebody gave a name.

use crate::{Result, Tx, params, sql};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: i64,
    /// Its name, unique in the workspace.
    pub name: String,
    /// The filter, as the address of the page has it.
    pub filter: String,
}

/// All of a workspace, by name.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Saved>> {
    let sql = sql!("SELECT id, name, filter FROM people_filter WHERE workspace = $1 ORDER BY name, id");
    tx.rows(sql, &params![workspace], |r| Ok(Saved { id: r.get(0)?, name: r.get(1)?, filter: r.get(2)? }))
}

/// Keeps a filter under a name; the same name again is the new filter.
pub fn put(tx: &mut Tx<'_>, workspace: i64, name: &str, filter: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    let kept = tx.one(
        sql!(
            "INSERT INTO people_filter (id, workspace, name, filter, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace, name) DO UPDATE SET filter = excluded.filter RETURNING id"
        ),
        &params![id, workspace, name, filter, now],
        |r| r.get(0),
    )?;
    Ok(kept.unwrap_or(id))
}

/// Forgets one; `false` where there is none.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    Ok(tx
        .exec(sql!("DELETE FROM people_filter WHERE workspace = $1 AND id = $2"), &params![workspace, id])?
        > 0)
}
