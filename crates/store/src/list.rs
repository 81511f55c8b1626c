//! Static groups: a name, who is in it, and how many they are.

use crate::{Result, Row, Tx, list_of, params, sql};

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its id.
    pub id: i64,
    /// Its name, unique in the workspace.
    pub name: String,
    /// How many are in it.
    pub size: i64,
    /// When it was made.
    pub created_at: i64,
}

fn read(r: &Row<'_>) -> Result<List> {
    Ok(List { id: r.get(0)?, name: r.get(1)?, size: r.get(2)?, created_at: r.get(3)? })
}

/// Makes a list; `None` when the name is taken.
pub fn create(tx: &mut Tx<'_>, workspace: i64, name: &str) -> Result<Option<i64>> {
    let (id, now) = (tx.id(), tx.now());
    let made = tx.exec(
        sql!(
            "INSERT INTO list (id, workspace, name, size, created_at) VALUES ($1, $2, $3, 0, $4)
             ON CONFLICT (workspace, name) DO NOTHING"
        ),
        &params![id, workspace, name, now],
    )?;
    Ok((made > 0).then_some(id))
}

/// One list.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<List>> {
    let sql = sql!("SELECT id, name, size, created_at FROM list WHERE workspace = $1 AND id = $2");
    tx.one(sql, &params![workspace, id], read)
}

/// The list of this name.
pub fn by_name(tx: &mut Tx<'_>, workspace: i64, name: &str) -> Result<Option<List>> {
    let sql = sql!("SELECT id, name, size, created_at FROM list WHERE workspace = $1 AND name = $2");
    tx.one(sql, &params![workspace, name], read)
}

/// Every list, by name.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<List>> {
    let sql = sql!("SELECT id, name, size, created_at FROM list WHERE workspace = $1 ORDER BY name, id");
    tx.rows(sql, &params![workspace], read)
}

/// Gives a list another name; `false` when there is none, [`crate::Error::Unique`] when the name is taken.
pub fn rename(tx: &mut Tx<'_>, workspace: i64, id: i64, name: &str) -> Result<bool> {
    let sql = sql!("UPDATE list SET name = $3 WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id, name])? > 0)
}

/// Removes a list; the people stay. `false` when there was none.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    tx.exec(sql!("DELETE FROM list_member WHERE workspace = $1 AND list = $2"), &params![workspace, id])?;
    let sql = sql!("DELETE FROM list WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id])? > 0)
}

/// Whether an open campaign is written to this list: then it may not go.
pub fn in_use(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let found = tx.one(
        sql!(
            "SELECT 1 FROM campaign WHERE workspace = $1 AND list = $2
             AND state NOT IN ('completed', 'completed_with_failures', 'stopped') LIMIT 1"
        ),
        &params![workspace, id],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Puts people into a list; gives how many were not in it. A list that is gone takes nobody.
pub fn add(tx: &mut Tx<'_>, workspace: i64, list: i64, contacts: &[i64]) -> Result<i64> {
    let held = sql!("SELECT id FROM list WHERE workspace = $1 AND id = $2 FOR UPDATE");
    if contacts.is_empty() || tx.one(held, &params![workspace, list], |r| r.get::<i64>(0))?.is_none() {
        return Ok(0);
    }
    let added = tx.many(
        sql!(
            "INSERT INTO list_member (workspace, list, contact) SELECT $1, $2, r.contact
             FROM ROWS(contact BIGINT) AS r WHERE true ON CONFLICT (list, contact) DO NOTHING"
        ),
        &params![workspace, list],
        contacts.iter().map(|contact| params![*contact]),
    )?;
    grow(tx, workspace, list, i64::try_from(added).unwrap_or(i64::MAX))
}

/// Which of these people are in a list.
pub fn members_of(tx: &mut Tx<'_>, workspace: i64, list: i64, contacts: &[i64]) -> Result<Vec<i64>> {
    tx.rows(
        sql!("SELECT contact FROM list_member WHERE workspace = $1 AND list = $2 AND contact IN LIST($3)"),
        &params![workspace, list, list_of(contacts)],
        |r| r.get(0),
    )
}

/// Takes people out of a list; gives how many were in it.
pub fn take_out(tx: &mut Tx<'_>, workspace: i64, list: i64, contacts: &[i64]) -> Result<i64> {
    let gone = tx.exec(
        sql!("DELETE FROM list_member WHERE workspace = $1 AND list = $2 AND contact IN LIST($3)"),
        &params![workspace, list, list_of(contacts)],
    )?;
    Ok(-grow(tx, workspace, list, -i64::try_from(gone).unwrap_or(i64::MAX))?)
}

fn grow(tx: &mut Tx<'_>, workspace: i64, list: i64, by: i64) -> Result<i64> {
    if by != 0 {
        let sql = sql!("UPDATE list SET size = size + $3 WHERE workspace = $1 AND id = $2");
        tx.exec(sql, &params![workspace, list, by])?;
    }
    Ok(by)
}
