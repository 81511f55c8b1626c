//! Signed-in browsers and failed sign-ins: what stands before any workspace is known.

use crate::{Result, Tx, params, sql};

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub person: i64,
    /// The workspace the browser looks at, or 0.
    pub workspace: i64,
    /// What every form of this browser carries.
    pub csrf: String,
    /// When it signed in.
    pub created_at: i64,
    /// When it falls asleep unless it is used.
    pub until: i64,
}

/// Keeps a session under the hash of its cookie.
pub fn insert(tx: &mut Tx<'_>, hash: &[u8], session: &Session) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO session (hash, person, workspace, csrf, created_at, until)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        &params![*hash, session.person, session.workspace, session.csrf, session.created_at, session.until],
    )
    .map(drop)
}

/// The session of a cookie's hash, asleep or not.
pub fn session(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Session>> {
    tx.one(
        sql!("SELECT person, workspace, csrf, created_at, until FROM session WHERE hash = $1"),
        &params![*hash],
        |r| {
            Ok(Session {
                person: r.get(0)?,
                workspace: r.get(1)?,
                csrf: r.get(2)?,
                created_at: r.get(3)?,
                until: r.get(4)?,
            })
        },
    )
}

/// Keeps a session awake until then.
pub fn keep_awake(tx: &mut Tx<'_>, hash: &[u8], until: i64) -> Result<()> {
    tx.exec(sql!("UPDATE session SET until = $2 WHERE hash = $1"), &params![*hash, until]).map(drop)
}

/// Turns a browser to another workspace.
pub fn turn_to(tx: &mut Tx<'_>, hash: &[u8], workspace: i64) -> Result<()> {
    tx.exec(sql!("UPDATE session SET workspace = $2 WHERE hash = $1"), &params![*hash, workspace]).map(drop)
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.exec(sql!("DELETE FROM session WHERE hash = $1"), &params![*hash]).map(drop)
}

/// Ends all sessions of a person.
pub fn end_all(tx: &mut Tx<'_>, person: i64) -> Result<u64> {
    tx.exec(sql!("DELETE FROM session WHERE person = $1"), &params![person])
}

/// Forgets sessions that fell asleep, and failures that no longer count.
pub fn sweep(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    let sessions = tx.exec(sql!("DELETE FROM session WHERE until < $1"), &params![now])?;
    let forgotten = now - 86_400_000;
    Ok(sessions + tx.exec(sql!("DELETE FROM login_failure WHERE until < $1"), &params![forgotten])?)
}

/// How often somebody failed, and until when this one has to wait.
pub fn failures(tx: &mut Tx<'_>, who: &str) -> Result<(i64, i64)> {
    let sql = sql!("SELECT count, until FROM login_failure WHERE who = $1");
    Ok(tx.one(sql, &params![who], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((0, 0)))
}

/// Writes down how often somebody failed, and until when this one has to wait.
pub fn failed(tx: &mut Tx<'_>, who: &str, count: i64, until: i64) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO login_failure (who, count, until) VALUES ($1, $2, $3)
             ON CONFLICT (who) DO UPDATE SET count = excluded.count, until = excluded.until"
        ),
        &params![who, count, until],
    )
    .map(drop)
}

/// Forgets the failures of somebody who signed in.
pub fn forgive(tx: &mut Tx<'_>, who: &str) -> Result<()> {
    tx.exec(sql!("DELETE FROM login_failure WHERE who = $1"), &params![who]).map(drop)
}
