//! Commands: what a page or program asks of a running connector, and what came of it.
//!
//! A command is taken once. One that nobody took within a minute is out of date: it is never carried out late.

use crate::{Bell, Result, Row, Tx, params, sql};
use sms::live::Command as Kind;

/// How long a command stays worth carrying out.
pub const FRESH_MS: i64 = 60_000;
const OPEN: i64 = 0;
const TAKEN: i64 = 1;
const DONE: i64 = 2;
const FAILED: i64 = 3;

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its id.
    pub id: i64,
    /// The workspace that asks.
    pub workspace: i64,
    /// What is asked.
    pub kind: Kind,
    /// What goes with it, as JSON; may be empty.
    pub input: String,
}

/// Where a command stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nobody has finished it yet.
    Waiting,
    /// Carried out; what came of it.
    Done(String),
    /// It could not be carried out; why.
    Failed(String),
}

/// Asks something of a connector.
pub fn insert(tx: &mut Tx<'_>, connector: i64, workspace: i64, kind: Kind, input: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO command (id, connector, workspace, kind, input, state, result, at)
             VALUES ($1, $2, $3, $4, $5, 0, '', $6)"
        ),
        &params![id, connector, workspace, kind, input, now],
    )?;
    tx.ring(Bell::Command(connector));
    Ok(id)
}

/// Takes what is open for a connector, oldest first; what is out of date fails instead.
pub fn take(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<Command>> {
    let oldest = tx.now() - FRESH_MS;
    tx.exec(
        sql!(
            "UPDATE command SET state = $3, result = 'nobody took it in time'
             WHERE connector = $1 AND state = 0 AND at < $2"
        ),
        &params![connector, oldest, FAILED],
    )?;
    let mut taken = tx.rows(
        sql!(
            "UPDATE command SET state = $2 WHERE connector = $1 AND state = 0
             RETURNING id, workspace, kind, input"
        ),
        &params![connector, TAKEN],
        read,
    )?;
    taken.sort_by_key(|c| c.id);
    Ok(taken)
}

/// Whether something is open for a connector.
pub fn waits(tx: &mut Tx<'_>, connector: i64) -> Result<bool> {
    let open = sql!("SELECT id FROM command WHERE connector = $1 AND state = 0 LIMIT 1");
    Ok(tx.one(open, &params![connector], |r| r.get::<i64>(0))?.is_some())
}

/// Says what came of a command.
pub fn finish(tx: &mut Tx<'_>, id: i64, result: std::result::Result<&str, &str>) -> Result<()> {
    let (state, text) = match result {
        Ok(text) => (DONE, text),
        Err(why) => (FAILED, why),
    };
    tx.exec(sql!("UPDATE command SET state = $2, result = $3 WHERE id = $1"), &params![id, state, text])
        .map(drop)
}

/// Where a command stands; `None` where this workspace asked no such thing.
pub fn progress(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Progress>> {
    let found = tx.one(
        sql!("SELECT state, result FROM command WHERE id = $1 AND workspace = $2"),
        &params![id, workspace],
        |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)),
    )?;
    Ok(found.map(|(state, result)| match state {
        OPEN | TAKEN => Progress::Waiting,
        DONE => Progress::Done(result),
        _ => Progress::Failed(result),
    }))
}

fn read(r: &Row<'_>) -> Result<Command> {
    Ok(Command { id: r.get(0)?, workspace: r.get(1)?, kind: r.get(2)?, input: r.get(3)? })
}
