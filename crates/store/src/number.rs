//! Numbers: the addresses a workspace receives on.

use crate::{Result, Row, Tx, params, sql};

/// One address we receive on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its id.
    pub id: i64,
    /// As the carrier writes it: E.164 with `+`, or a short code.
    pub number: String,
    /// `long`, `short` or `shared`.
    pub kind: String,
    /// The connector it comes in by, or 0 for any.
    pub connector: i64,
    /// Since when it is there.
    pub created_at: i64,
}

/// Adds one; an address belongs to one workspace of the installation.
pub fn add(tx: &mut Tx<'_>, workspace: i64, number: &str, kind: &str, connector: i64) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO number (id, workspace, number, type, connector, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &params![id, workspace, number, kind, connector, now],
    )?;
    Ok(id)
}

/// Forgets one. `false` where there is no such number.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM number WHERE workspace = $1 AND id = $2"), &params![workspace, id])? > 0)
}

/// All of a workspace, oldest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Number>> {
    tx.rows(
        sql!("SELECT id, number, type, connector, created_at FROM number WHERE workspace = $1 ORDER BY id"),
        &params![workspace],
        read,
    )
}

/// The codes that several workspaces share: row and address. What a workspace may learn of them is not for here.
pub fn shared(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>> {
    let sql = sql!("SELECT id, number FROM number WHERE type = 'shared' AND workspace <> 0 ORDER BY id");
    tx.rows(sql, &[], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// How many numbers of any workspace come in by this connector.
pub fn of_connector(tx: &mut Tx<'_>, connector: i64) -> Result<i64> {
    let all = sql!("SELECT count(*) FROM number WHERE connector = $1 AND workspace <> 0");
    Ok(tx.one(all, &params![connector], |r| r.get(0))?.unwrap_or(0))
}

fn read(r: &Row<'_>) -> Result<Number> {
    Ok(Number {
        id: r.get(0)?,
        number: r.get(1)?,
        kind: r.get(2)?,
        connector: r.get(3)?,
        created_at: r.get(4)?,
    })
}
