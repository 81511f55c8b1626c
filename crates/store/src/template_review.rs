//! Texts that wait for a review, and those that were approved: the workspace's register of templates.

use crate::{Result, Row, Tx, params, sql};

/// One text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id; 0 before it is kept.
    pub id: i64,
    /// The class it is sent as, as stored.
    pub class: i64,
    /// Where it is registered; empty is everywhere.
    pub country: String,
    /// The text with its places.
    pub text: String,
    /// Its number in a public register.
    pub reference: String,
    /// `waits`, `approved`, `refused`, `ended`.
    pub state: String,
    /// Who asked.
    pub asked_by: String,
    /// When, ms.
    pub at: i64,
    /// Who decided.
    pub decided_by: String,
    /// When, ms; 0 nobody did.
    pub decided_at: i64,
    /// Until when it holds, ms; 0 has no end.
    pub until_at: i64,
    /// What was said to the decision.
    pub note: String,
}

/// Keeps one that waits; gives its id.
pub fn add(tx: &mut Tx<'_>, workspace: i64, t: &Template) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO template_review (id, workspace, class, country, text, reference, state, asked_by, at, decided_by,
               decided_at, until_at, note) VALUES ($1, $2, $3, $4, $5, $6, 'waits', $7, $8, '', 0, 0, '')"
        ),
        &params![id, workspace, t.class, t.country, t.text, t.reference, t.asked_by, now],
    )?;
    Ok(id)
}

/// All of a workspace: those that wait first, then the newest.
pub fn list(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<Template>> {
    tx.rows(
        sql!(
            "SELECT id, class, country, text, reference, state, asked_by, at, decided_by, decided_at, until_at, note
             FROM template_review WHERE workspace = $1
             ORDER BY CASE WHEN state = 'waits' THEN 0 ELSE 1 END, id DESC LIMIT $2"
        ),
        &params![workspace, limit],
        read,
    )
}

/// Those that hold at this moment.
pub fn approved(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Template>> {
    let now = tx.now();
    tx.rows(
        sql!(
            "SELECT id, class, country, text, reference, state, asked_by, at, decided_by, decided_at, until_at, note
             FROM template_review WHERE workspace = $1 AND state = 'approved' AND (until_at = 0 OR until_at > $2)
             ORDER BY id"
        ),
        &params![workspace, now],
        read,
    )
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Template>> {
    tx.one(
        sql!(
            "SELECT id, class, country, text, reference, state, asked_by, at, decided_by, decided_at, until_at, note
             FROM template_review WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Template> {
    Ok(Template {
        id: r.get(0)?,
        class: r.get(1)?,
        country: r.get(2)?,
        text: r.get(3)?,
        reference: r.get(4)?,
        state: r.get(5)?,
        asked_by: r.get(6)?,
        at: r.get(7)?,
        decided_by: r.get(8)?,
        decided_at: r.get(9)?,
        until_at: r.get(10)?,
        note: r.get(11)?,
    })
}

/// Writes a decision down; `false` where it is not in the state that is decided about.
pub fn decide(tx: &mut Tx<'_>, workspace: i64, from: &str, to: &Template) -> Result<bool> {
    let now = tx.now();
    let changed = tx.exec(
        sql!(
            "UPDATE template_review SET state = $4, decided_by = $5, decided_at = $6, until_at = $7, note = $8, reference = $9
             WHERE workspace = $1 AND id = $2 AND state = $3"
        ),
        &params![workspace, to.id, *from, to.state, to.decided_by, now, to.until_at, to.note, to.reference],
    )?;
    Ok(changed > 0)
}
