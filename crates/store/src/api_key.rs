//! Programs' keys. The secret itself is never kept: its hash finds the row, a hint lets people tell keys apart.

use crate::{Result, Row, Tx, params, sql};

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: i64,
    /// The workspace it opens.
    pub workspace: i64,
    /// What people call it.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// Its scopes, with spaces between.
    pub scopes: String,
    /// Whether only the simulator carries what it sends.
    pub test: bool,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used, to the minute; 0 is never.
    pub used_at: i64,
    /// Since when it opens nothing.
    pub revoked_at: Option<i64>,
}

/// What is given for a new one.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// SHA-256 of the secret.
    pub hash: &'a [u8],
    /// The workspace it opens.
    pub workspace: i64,
    /// What people call it.
    pub name: &'a str,
    /// Its last four characters.
    pub hint: &'a str,
    /// Its scopes, with spaces between.
    pub scopes: &'a str,
    /// Whether only the simulator carries what it sends.
    pub test: bool,
}

fn read(r: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        id: r.get(0)?,
        workspace: r.get(1)?,
        name: r.get(2)?,
        hint: r.get(3)?,
        scopes: r.get(4)?,
        test: r.get(5)?,
        created_at: r.get(6)?,
        used_at: r.get(7)?,
        revoked_at: r.get(8)?,
    })
}

/// Makes a key.
pub fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO api_key (id, hash, workspace, name, hint, scopes, test, created_at, used_at, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, NULL)"
        ),
        &params![id, *new.hash, new.workspace, new.name, new.hint, new.scopes, new.test, now],
    )?;
    Ok(id)
}

/// The keys of a workspace, newest first, revoked ones too.
pub fn list(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<ApiKey>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, name, hint, scopes, test, created_at, used_at, revoked_at
             FROM api_key WHERE workspace = $1 ORDER BY id DESC"
        ),
        &params![workspace],
        read,
    )
}

/// The key of a hash, revoked or not; the hash itself names the workspace.
pub fn by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ApiKey>> {
    tx.one(
        sql!(
            "SELECT id, workspace, name, hint, scopes, test, created_at, used_at, revoked_at
             FROM api_key WHERE hash = $1"
        ),
        &params![*hash],
        read,
    )
}

/// Makes a key open nothing from now on; `false` when there is no such living key.
pub fn revoke(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let now = tx.now();
    let sql =
        sql!("UPDATE api_key SET revoked_at = $3 WHERE workspace = $1 AND id = $2 AND revoked_at IS NULL");
    Ok(tx.exec(sql, &params![workspace, id, now])? > 0)
}

/// Notes that a key was used; at most once a minute is worth a row.
pub fn used(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<()> {
    let now = tx.now();
    let sql = sql!("UPDATE api_key SET used_at = $3 WHERE workspace = $1 AND id = $2 AND used_at < $4");
    tx.exec(sql, &params![workspace, id, now, now - 60_000]).map(drop)
}
