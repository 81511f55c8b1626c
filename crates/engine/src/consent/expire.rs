//! Permissions that run out: the end is an event of its own, and the state at hand goes back to unknown.

use super::New;
use crate::Result;
use crate::work::{Next, Work};
use store::consent as rows;
use store::suppression::Scope;
use store::{Bell, Db, Tx, workspace};

/// People whose permission ends in one slice.
const AT_ONCE: i64 = 500;

/// Ends what has run out, in every workspace.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    let spaces = work.db.read_blocking(workspace::list)?;
    for space in spaces {
        while one(work.db, space.id)? == AT_ONCE {
            if !work.go_on() {
                return Ok(Next::Again(work.db.now_ms()));
            }
        }
    }
    Ok(Next::Done)
}

fn one(db: &Db, workspace: i64) -> Result<i64> {
    let due = db.read_blocking(move |tx| rows::run_out(tx, workspace, AT_ONCE))?;
    if due.is_empty() {
        return Ok(0);
    }
    let n = due.len() as i64;
    db.background_blocking("consent.expire", move |tx| expire(tx, workspace))?;
    Ok(n)
}

/// Ends up to a slice of what has run out in one workspace; gives how many.
pub(crate) fn expire(tx: &mut Tx<'_>, workspace: i64) -> store::Result<usize> {
    let due = rows::run_out(tx, workspace, AT_ONCE)?;
    let contacts: Vec<i64> = due.iter().map(|(contact, ..)| *contact).collect();
    rows::set_expired(tx, workspace, &contacts)?;
    let events: Vec<New<'_>> = due
        .iter()
        .map(|(_, tag, until)| New {
            workspace,
            tag: *tag,
            purpose: Scope::Marketing.name(),
            action: "expire",
            method: "system",
            actor: "system",
            claimed_at: *until,
            ..New::default()
        })
        .collect();
    if !events.is_empty() {
        rows::add(tx, &events)?;
        tx.ring(Bell::Workspace(workspace));
    }
    Ok(due.len())
}
