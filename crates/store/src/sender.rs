//! Senders: the names and numbers a workspace may show on a handset.

use crate::{Result, Row, Tx, params, sql};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its id.
    pub id: i64,
    /// What the handset shows.
    pub name: String,
    /// The country it is for, two letters; empty for all.
    pub country: String,
    /// Since when it is there.
    pub created_at: i64,
}

/// Adds one; a name stands once in a workspace.
pub fn add(tx: &mut Tx<'_>, workspace: i64, name: &str, country: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!("INSERT INTO sender (id, workspace, name, country, created_at) VALUES ($1, $2, $3, $4, $5)"),
        &params![id, workspace, name, country, now],
    )?;
    Ok(id)
}

/// Forgets one. `false` where there is no such sender.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM sender WHERE workspace = $1 AND id = $2"), &params![workspace, id])? > 0)
}

/// All of a workspace, oldest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Sender>> {
    tx.rows(
        sql!("SELECT id, name, country, created_at FROM sender WHERE workspace = $1 ORDER BY id"),
        &params![workspace],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Sender> {
    Ok(Sender { id: r.get(0)?, name: r.get(1)?, country: r.get(2)?, created_at: r.get(3)? })
}
