//! Topics that a number agreed to, as admission asks for them. What proves it is in the record of consent; these rows only
//! say what stands at this moment, and go with whatever ends it.

use crate::{Result, Tx, list_of, params, sql};
use std::collections::HashMap;

/// Says that a number agreed to hear about a topic, until a moment; 0 has no end.
pub fn put(tx: &mut Tx<'_>, workspace: i64, tag: i64, topic: i64, until: i64) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO topic_consent (tag, workspace, topic, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tag, workspace, topic) DO UPDATE SET until = excluded.until"
        ),
        &params![tag, workspace, topic, until],
    )
    .map(drop)
}

/// One topic is over.
pub fn end(tx: &mut Tx<'_>, workspace: i64, tag: i64, topic: i64) -> Result<()> {
    let sql = sql!("DELETE FROM topic_consent WHERE tag = $1 AND workspace = $2 AND topic = $3");
    tx.exec(sql, &params![tag, workspace, topic]).map(drop)
}

/// All of them are.
pub fn end_all(tx: &mut Tx<'_>, workspace: i64, tag: i64) -> Result<()> {
    let sql = sql!("DELETE FROM topic_consent WHERE tag = $1 AND workspace = $2");
    tx.exec(sql, &params![tag, workspace]).map(drop)
}

/// Which of these numbers agreed to which of these topics, and until when: (tag, topic) → ms, 0 has no end.
pub fn of_tags(
    tx: &mut Tx<'_>,
    workspace: i64,
    topics: &[i64],
    tags: &[i64],
) -> Result<HashMap<(i64, i64), i64>> {
    let rows = tx.rows(
        sql!(
            "SELECT tag, topic, until FROM topic_consent
             WHERE tag IN LIST($3) AND workspace = $1 AND topic IN LIST($2)"
        ),
        &params![workspace, list_of(topics), list_of(tags)],
        |r| Ok(((r.get(0)?, r.get(1)?), r.get(2)?)),
    )?;
    Ok(rows.into_iter().collect())
}
