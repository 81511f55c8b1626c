//! What a person may choose to hear about. A topic's name is what consent events and refusals carry and never changes;
//! its titles, by language, are what people read. A retired one is offered to nobody and still means what it meant.

use crate::{Result, Row, Tx, params, sql};

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: i64,
    /// Its name, as events carry it.
    pub name: String,
    /// Titles by language, a JSON object; a language without one reads the name.
    pub titles: String,
    /// Whether it is offered no more.
    pub retired: bool,
}

/// Every topic of a workspace, the oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Topic>> {
    tx.rows(
        sql!("SELECT id, name, titles, retired FROM topic WHERE workspace = $1 ORDER BY id"),
        &params![workspace],
        read,
    )
}

/// One of them by its name.
pub fn by_name(tx: &mut Tx<'_>, workspace: i64, name: &str) -> Result<Option<Topic>> {
    tx.one(
        sql!("SELECT id, name, titles, retired FROM topic WHERE workspace = $1 AND name = $2"),
        &params![workspace, name],
        read,
    )
}

/// The name of one, offered or not; empty where there is none.
pub fn name(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<String> {
    if id == 0 {
        return Ok(String::new());
    }
    let sql = sql!("SELECT name FROM topic WHERE workspace = $1 AND id = $2");
    Ok(tx.one(sql, &params![workspace, id], |r| r.get(0))?.unwrap_or_default())
}

/// Adds one, or gives new titles to the one of this name, which is offered again; gives its id.
pub fn put(tx: &mut Tx<'_>, workspace: i64, name: &str, titles: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    let kept = tx.one(
        sql!(
            "INSERT INTO topic (id, workspace, name, titles, retired, created_at) VALUES ($1, $2, $3, $4, 0, $5)
             ON CONFLICT (workspace, name) DO UPDATE SET titles = excluded.titles, retired = 0 RETURNING id"
        ),
        &params![id, workspace, name, titles, now],
        |r| r.get(0),
    )?;
    Ok(kept.unwrap_or(id))
}

/// Offers it to nobody any more; `false` where there is none.
pub fn retire(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let sql = sql!("UPDATE topic SET retired = 1 WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id])? > 0)
}

fn read(r: &Row<'_>) -> Result<Topic> {
    Ok(Topic { id: r.get(0)?, name: r.get(1)?, titles: r.get(2)?, retired: r.get(3)? })
}
