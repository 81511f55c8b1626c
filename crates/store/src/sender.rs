//! Senders: the names and numbers a workspace may show on a handset, what was decided about them, and the papers behind it.

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
    /// `submitted`, `approved`, `rejected`.
    pub status: String,
    /// Its number in a public register, as the register writes it.
    pub reference: String,
    /// Until when it is approved; 0 has no end.
    pub until_at: i64,
    /// Who asked for it.
    pub asked_by: String,
}

/// What is given for a new one.
#[derive(Debug, Clone, Default)]
pub struct New<'n> {
    /// What the handset shows.
    pub name: &'n str,
    /// The country it is for; empty for all.
    pub country: &'n str,
    /// `submitted` or `approved`.
    pub status: &'n str,
    /// The name without spelling, to find look-alikes.
    pub shape: &'n str,
    /// Its number in a public register.
    pub reference: &'n str,
    /// Until when; 0 has no end.
    pub until_at: i64,
    /// Who asks.
    pub asked_by: &'n str,
}

/// Adds one; a name stands once in a workspace.
pub fn add(tx: &mut Tx<'_>, workspace: i64, new: &New<'_>) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO sender (id, workspace, name, country, created_at, status, shape, reference, until_at, asked_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &params![
            id, workspace, new.name, new.country, now, new.status, new.shape, new.reference, new.until_at,
            new.asked_by
        ],
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
        sql!(
            "SELECT id, name, country, created_at, status, reference, until_at, asked_by FROM sender
             WHERE workspace = $1 ORDER BY id"
        ),
        &params![workspace],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Sender> {
    Ok(Sender {
        id: r.get(0)?,
        name: r.get(1)?,
        country: r.get(2)?,
        created_at: r.get(3)?,
        status: r.get(4)?,
        reference: r.get(5)?,
        until_at: r.get(6)?,
        asked_by: r.get(7)?,
    })
}

/// Whether another workspace shows a name that looks like this one. Which one it is stays there.
pub fn looks_like_anothers(tx: &mut Tx<'_>, workspace: i64, shape: &str) -> Result<bool> {
    let found = tx.one(
        sql!("SELECT 1 FROM sender WHERE shape = $2 AND workspace <> $1 AND status = 'approved' LIMIT 1"),
        &params![workspace, shape],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// What was decided about a sender.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Decision {
    /// What it became.
    pub status: String,
    /// Who decided.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: i64,
}

/// Sets a sender's status, and writes down who did and why. `false` where there is no such sender.
pub fn decide(
    tx: &mut Tx<'_>,
    workspace: i64,
    sender: i64,
    decision: &Decision,
    until_at: i64,
    reference: &str,
) -> Result<bool> {
    let changed = tx.exec(
        sql!("UPDATE sender SET status = $3, until_at = $4, reference = $5 WHERE workspace = $1 AND id = $2"),
        &params![workspace, sender, decision.status, until_at, reference],
    )?;
    note(tx, workspace, sender, decision)?;
    Ok(changed > 0)
}

/// Writes down what became of a sender.
pub fn note(tx: &mut Tx<'_>, workspace: i64, sender: i64, decision: &Decision) -> Result<()> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO sender_decision (id, workspace, sender, status, actor, reason, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![id, workspace, sender, decision.status, decision.actor, decision.reason, now],
    )
    .map(drop)
}

/// All that was decided about a workspace's senders, oldest first: the sender, and what.
pub fn decisions(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(i64, Decision)>> {
    tx.rows(
        sql!(
            "SELECT sender, status, actor, reason, at FROM sender_decision WHERE workspace = $1 ORDER BY id"
        ),
        &params![workspace],
        |r| {
            let d = Decision { status: r.get(1)?, actor: r.get(2)?, reason: r.get(3)?, at: r.get(4)? };
            Ok((r.get(0)?, d))
        },
    )
}

/// A paper that shows whose a name is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Paper {
    /// Its id.
    #[serde(skip)]
    pub id: i64,
    /// The sender it is for.
    #[serde(skip)]
    pub sender: i64,
    /// The name of the file.
    pub name: String,
    /// The digest of what is in it.
    pub sha256: String,
    /// Who brought it.
    pub actor: String,
    /// When.
    pub at: i64,
}

/// Keeps a paper.
pub fn add_paper(tx: &mut Tx<'_>, workspace: i64, paper: &Paper, body: &[u8]) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO sender_evidence (id, workspace, sender, name, sha256, body, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &params![id, workspace, paper.sender, paper.name, paper.sha256, body, paper.actor, now],
    )?;
    Ok(id)
}

/// The papers of a workspace's senders, oldest first, without what is in them.
pub fn papers(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Paper>> {
    tx.rows(
        sql!(
            "SELECT id, sender, name, sha256, actor, at FROM sender_evidence WHERE workspace = $1 ORDER BY id"
        ),
        &params![workspace],
        |r| {
            Ok(Paper {
                id: r.get(0)?,
                sender: r.get(1)?,
                name: r.get(2)?,
                sha256: r.get(3)?,
                actor: r.get(4)?,
                at: r.get(5)?,
            })
        },
    )
}

/// What is in a paper.
pub fn paper(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<(String, Vec<u8>)>> {
    tx.one(
        sql!("SELECT name, body FROM sender_evidence WHERE workspace = $1 AND id = $2"),
        &params![workspace, id],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
