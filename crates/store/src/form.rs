//! Sign-up forms: the draft that is worked on, and each version as it was published, which never changes.
//!
//! Whether a draft makes sense is for the engine; here it is a text.

use crate::{Result, Row, Tx, params, sql};

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub workspace: i64,
    /// The end of its public address.
    pub slug: String,
    /// What the staff calls it.
    pub name: String,
    /// What is being written, as JSON.
    pub draft: String,
    /// The last version that was published; 0 is none.
    pub version: i64,
    /// Whether it takes nobody any more.
    pub closed: bool,
    /// When it was last changed, ms.
    pub updated_at: i64,
}

/// A version as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which one.
    pub version: i64,
    /// What was published, as JSON.
    pub json: String,
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// Who published it.
    pub actor: String,
    /// When, ms.
    pub at: i64,
}

/// Makes one; gives its id.
pub fn add(tx: &mut Tx<'_>, workspace: i64, slug: &str, name: &str, draft: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO form (id, workspace, slug, name, draft, version, state, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6)"
        ),
        &params![id, workspace, slug, name, draft, now],
    )?;
    Ok(id)
}

/// Writes the draft; `false` where there is no such form.
pub fn save(tx: &mut Tx<'_>, workspace: i64, id: i64, name: &str, draft: &str) -> Result<bool> {
    let now = tx.now();
    let sql = sql!("UPDATE form SET name = $3, draft = $4, updated_at = $5 WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id, name, draft, now])? > 0)
}

/// Opens or closes it; `false` where there is no such form.
pub fn set_closed(tx: &mut Tx<'_>, workspace: i64, id: i64, closed: bool) -> Result<bool> {
    let now = tx.now();
    let sql = sql!("UPDATE form SET state = $3, updated_at = $4 WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id, closed, now])? > 0)
}

/// Freezes what is published as the next version; gives its number.
pub fn publish(
    tx: &mut Tx<'_>,
    workspace: i64,
    id: i64,
    (json, hash): (&str, &[u8; 32]),
    actor: &str,
) -> Result<Option<i64>> {
    let now = tx.now();
    let next = tx.one(
        sql!(
            "UPDATE form SET version = version + 1, state = 0, updated_at = $3 WHERE workspace = $1 AND id = $2
             RETURNING version"
        ),
        &params![workspace, id, now],
        |r| r.get::<i64>(0),
    )?;
    let Some(version) = next else { return Ok(None) };
    tx.exec(
        sql!(
            "INSERT INTO form_version (form, version, workspace, json, hash, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![id, version, workspace, json, *hash, actor, now],
    )?;
    Ok(Some(version))
}

/// Every form of a workspace, the newest first.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Form>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, slug, name, draft, version, state, updated_at FROM form
             WHERE workspace = $1 ORDER BY id DESC"
        ),
        &params![workspace],
        read,
    )
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Form>> {
    tx.one(
        sql!(
            "SELECT id, workspace, slug, name, draft, version, state, updated_at FROM form
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// The one at a public address, which itself names the workspace.
pub fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Form>> {
    tx.one(
        sql!("SELECT id, workspace, slug, name, draft, version, state, updated_at FROM form WHERE slug = $1"),
        &params![slug],
        read,
    )
}

/// A version.
pub fn version(tx: &mut Tx<'_>, workspace: i64, form: i64, version: i64) -> Result<Option<Version>> {
    tx.one(
        sql!(
            "SELECT version, json, hash, actor, at FROM form_version
             WHERE workspace = $1 AND form = $2 AND version = $3"
        ),
        &params![workspace, form, version],
        read_version,
    )
}

/// Every version of a form, the newest first.
pub fn versions(tx: &mut Tx<'_>, workspace: i64, form: i64) -> Result<Vec<Version>> {
    tx.rows(
        sql!(
            "SELECT version, json, hash, actor, at FROM form_version WHERE workspace = $1 AND form = $2
             ORDER BY version DESC"
        ),
        &params![workspace, form],
        read_version,
    )
}

fn read(r: &Row<'_>) -> Result<Form> {
    Ok(Form {
        id: r.get(0)?,
        workspace: r.get(1)?,
        slug: r.get(2)?,
        name: r.get(3)?,
        draft: r.get(4)?,
        version: r.get(5)?,
        closed: r.get(6)?,
        updated_at: r.get(7)?,
    })
}

fn read_version(r: &Row<'_>) -> Result<Version> {
    Ok(Version { version: r.get(0)?, json: r.get(1)?, hash: r.get(2)?, actor: r.get(3)?, at: r.get(4)? })
}
