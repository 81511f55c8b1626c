//! Packs of the whole installation: their texts, their faults, who reviewed them, which are in force.

use crate::{Result, Tx, params, sql};

/// The text of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackText {
    /// The digest of the text.
    pub sha256: String,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// `builtin`, or the name of a file.
    pub origin: String,
    /// The text.
    pub text: String,
    /// When it was first loaded.
    pub at: i64,
}

/// Keeps a text for good; the same text once.
pub fn keep(tx: &mut Tx<'_>, p: &PackText) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO pack (sha256, id, version, origin, text, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (sha256) DO NOTHING"
        ),
        &params![p.sha256, p.id, p.version, p.origin, p.text, now],
    )
    .map(drop)
}

/// The text of a digest.
pub fn text(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<PackText>> {
    tx.one(
        sql!("SELECT sha256, id, version, origin, text, at FROM pack WHERE sha256 = $1"),
        &params![sha256],
        |r| {
            Ok(PackText {
                sha256: r.get(0)?,
                id: r.get(1)?,
                version: r.get(2)?,
                origin: r.get(3)?,
                text: r.get(4)?,
                at: r.get(5)?,
            })
        },
    )
}

/// A file that was not loaded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The file.
    pub name: String,
    /// The pack it calls itself; empty where that cannot be read.
    pub id: String,
    /// Why.
    pub problem: String,
    /// Since when.
    pub at: i64,
}

/// Replaces what is known to be wrong.
pub fn set_faults(tx: &mut Tx<'_>, faults: &[Fault]) -> Result<()> {
    let now = tx.now();
    tx.exec(sql!("DELETE FROM pack_fault"), &[])?;
    tx.many(
        sql!(
            "INSERT INTO pack_fault (name, id, problem, at) SELECT r.name, r.id, r.problem, $1
             FROM ROWS(name TEXT, id TEXT, problem TEXT) AS r WHERE true ON CONFLICT (name) DO NOTHING"
        ),
        &params![now],
        faults.iter().map(|f| params![f.name, f.id, f.problem]),
    )
    .map(drop)
}

/// What is known to be wrong.
pub fn faults(tx: &mut Tx<'_>) -> Result<Vec<Fault>> {
    tx.rows(sql!("SELECT name, id, problem, at FROM pack_fault ORDER BY name"), &[], |r| {
        Ok(Fault { name: r.get(0)?, id: r.get(1)?, problem: r.get(2)?, at: r.get(3)? })
    })
}

/// Somebody's word that a text is right.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Review {
    /// Who.
    pub name: String,
    /// As what.
    pub role: String,
    /// What they said of it.
    pub note: String,
    /// Who wrote it down.
    pub actor: String,
    /// When.
    pub at: i64,
}

/// Writes a review down.
pub fn review(tx: &mut Tx<'_>, sha256: &str, r: &Review) -> Result<()> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO pack_review (id, sha256, name, role, note, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![id, sha256, r.name, r.role, r.note, r.actor, now],
    )
    .map(drop)
}

/// The reviews of a text, newest first.
pub fn reviews(tx: &mut Tx<'_>, sha256: &str) -> Result<Vec<Review>> {
    tx.rows(
        sql!("SELECT name, role, note, actor, at FROM pack_review WHERE sha256 = $1 ORDER BY id DESC"),
        &params![sha256],
        |r| Ok(Review { name: r.get(0)?, role: r.get(1)?, note: r.get(2)?, actor: r.get(3)?, at: r.get(4)? }),
    )
}

/// From now on these packs are in force: `il:sha256 hu:sha256`. Every workspace begins a new law epoch.
pub fn in_force(tx: &mut Tx<'_>, packs: &str) -> Result<()> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(sql!("INSERT INTO law_in_force (id, packs, at) VALUES ($1, $2, $3)"), &params![id, packs, now])?;
    tx.exec(sql!("UPDATE workspace SET law_epoch = law_epoch + 1"), &[]).map(drop)
}

/// Which packs were in force at a moment; empty before any was loaded.
pub fn in_force_at(tx: &mut Tx<'_>, at: i64) -> Result<String> {
    let found = tx.one(
        sql!("SELECT packs FROM law_in_force WHERE at <= $1 ORDER BY id DESC LIMIT 1"),
        &params![at],
        |r| r.get(0),
    )?;
    Ok(found.unwrap_or_default())
}

/// Messages that waited for a person until their time was over, and no place of a hold that is past: at most `limit`.
/// Gives those that still wait; none of these holds is left.
pub fn overdue_holds(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<crate::message::NewMessage>> {
    let now = tx.steady_now();
    let ids = tx.rows(
        sql!(
            "DELETE FROM law_hold WHERE message IN (SELECT h.message FROM law_hold h JOIN message m ON m.id = h.message
               WHERE (CASE WHEN h.until_at > 0 THEN h.until_at ELSE m.until END) <= $1 OR m.status <> 1
               ORDER BY h.message LIMIT $2) RETURNING message"
        ),
        &params![now, limit],
        |r| r.get(0),
    )?;
    crate::message::scheduled(tx, &ids)
}

/// Whether there is one.
pub fn holds_are_overdue(tx: &mut Tx<'_>) -> Result<bool> {
    let now = tx.steady_now();
    let found = tx.one(
        sql!(
            "SELECT 1 FROM law_hold h JOIN message m ON m.id = h.message
             WHERE (CASE WHEN h.until_at > 0 THEN h.until_at ELSE m.until END) <= $1 OR m.status <> 1 LIMIT 1"
        ),
        &params![now],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}
