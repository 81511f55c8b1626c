//! What ends or comes back by a deed of ours and not by a word of the person: a refusal for many that is taken back, a
//! permission that nobody answered for, a row that is again what it was.

use super::{EVENTS_MAX, Method, New, Standing, State, fold, rows};
use crate::Result;
use store::suppression::{self, Scope};
use store::{Bell, Tx};

/// Takes back a refusal that one of ours wrote down for many people, by what shows it; `false` where the stop that stands
/// is another one. What a person said is never taken back by this.
pub(crate) fn retract(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    evidence: &str,
    actor: &str,
) -> Result<bool> {
    let stop = suppression::get(tx, workspace, number, Scope::Marketing)?;
    if stop.is_none_or(|s| s.reason != Method::Bulk.name() || s.evidence != evidence) {
        return Ok(false);
    }
    suppression::lift(tx, workspace, number, Scope::Marketing)?;
    let (tag, now) = (tx.tag(number), tx.now());
    let event = New {
        workspace,
        tag,
        purpose: Scope::Marketing.name(),
        action: "retract",
        method: Method::Bulk.name(),
        actor,
        evidence,
        claimed_at: now,
        ..New::default()
    };
    rows::add(tx, &[event])?;
    tx.ring(Bell::Workspace(workspace));
    Ok(true)
}

/// A permission that nobody answered for when it was asked about has ended.
pub(crate) fn lapsed(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<()> {
    let (now, tag) = (tx.now(), tx.tag(number));
    rows::set_state(tx, workspace, number, State::Unknown, now)?;
    let event = New {
        workspace,
        tag,
        purpose: Scope::Marketing.name(),
        action: "expire",
        method: "reconfirm",
        actor: "system",
        claimed_at: now,
        ..New::default()
    };
    rows::add(tx, &[event])?;
    Ok(())
}

/// Where a number stands with each purpose and topic.
pub(super) fn standings(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Vec<Standing>> {
    let (tags, now) = (tx.tags(number), tx.now());
    let mut events = rows::of_tags(tx, workspace, &tags, EVENTS_MAX)?;
    events.reverse();
    Ok(fold(&events, now))
}

/// Where a number stands with all advertising; `None` where nothing was ever said.
fn standing(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Option<Standing>> {
    let all = standings(tx, workspace, number)?;
    Ok(all.into_iter().find(|s| s.purpose == Scope::Marketing.name() && s.topic.is_empty()))
}

/// Writes back what a row said before a deed of ours that is taken back: a permission only where it stands still, for it may
/// have ended meanwhile, and until when it does.
pub(crate) fn give_back(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    (state, at): (State, i64),
) -> Result<()> {
    if state != State::Granted {
        rows::set_state(tx, workspace, number, state, at)?;
        return Ok(());
    }
    match standing(tx, workspace, number)?.filter(|s| s.state == "granted") {
        Some(stands) => {
            rows::set_state(tx, workspace, number, State::Granted, at)?;
            rows::set_until(tx, workspace, number, stands.until)?;
        }
        None => {
            let now = tx.now();
            rows::set_state(tx, workspace, number, State::Unknown, now)?;
        }
    }
    Ok(())
}
