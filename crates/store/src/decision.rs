//! Decisions: what was refused at a door and left no message behind. Numbers stand here as tags only.

use crate::{Result, Row, Tx, params, sql};
use sms::{Class, Code};

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id; 0 until it is stored.
    pub id: i64,
    /// The workspace.
    pub workspace: i64,
    /// The tag of the number, or 0 where it was none.
    pub tag: i64,
    /// The class it had.
    pub class: Class,
    /// The reason.
    pub code: Code,
    /// Which rule said so.
    pub rule: String,
    /// Through which door it came.
    pub source: String,
    /// When.
    pub at: i64,
    /// The packs that were asked, each as `id@version#sha256`.
    pub law: String,
    /// What was asked, as JSON, without number and text.
    pub inputs: String,
}

/// Records them; ids and time are given here.
pub fn insert(tx: &mut Tx<'_>, refused: &[Decision]) -> Result<()> {
    let now = tx.now();
    let ids: Vec<i64> = refused.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO decision (id, workspace, tag, class, code, rule, source, at, law, inputs)
             SELECT r.id, r.workspace, r.tag, r.class, r.code, r.rule, r.source, $1, r.law, r.inputs
             FROM ROWS(id BIGINT, workspace BIGINT, tag BIGINT, class BIGINT, code BIGINT, rule TEXT, source TEXT,
               law TEXT, inputs TEXT) AS r
             WHERE true"
        ),
        &params![now],
        ids.iter().zip(refused).map(|(id, d)| params![*id, d.workspace, d.tag, d.class, d.code, d.rule, d.source, d.law, d.inputs]),
    )
    .map(drop)
}

/// The newest of a workspace, before a given id.
pub fn list(tx: &mut Tx<'_>, workspace: i64, before: i64, limit: i64) -> Result<Vec<Decision>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, tag, class, code, rule, source, at, law, inputs FROM decision
             WHERE workspace = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        &params![workspace, before, limit],
        read,
    )
}

/// Those of one number, the oldest first.
pub fn of_tag(tx: &mut Tx<'_>, workspace: i64, tag: i64, limit: i64) -> Result<Vec<Decision>> {
    of_tags(tx, workspace, &[tag], limit)
}

/// The same under every tag a number ever had.
pub fn of_tags(tx: &mut Tx<'_>, workspace: i64, tags: &[i64], limit: i64) -> Result<Vec<Decision>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, tag, class, code, rule, source, at, law, inputs FROM decision
             WHERE workspace = $1 AND tag IN LIST($2) ORDER BY id LIMIT $3"
        ),
        &params![workspace, crate::list_of(tags), limit],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Decision> {
    Ok(Decision {
        id: r.get(0)?,
        workspace: r.get(1)?,
        tag: r.get(2)?,
        class: r.get(3)?,
        code: r.get(4)?,
        rule: r.get(5)?,
        source: r.get(6)?,
        at: r.get(7)?,
        law: r.get(8)?,
        inputs: r.get(9)?,
    })
}
