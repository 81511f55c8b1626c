//! The slices of a deed: a window of people is looked at, those whom the filter finds are changed, and the place is moved,
//! in one transaction. A kill between two costs nothing.

use super::{Deed, Whom};
use crate::audience::text;
use crate::consent::{self, Method, Refuse};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result, proof};
use sms::id::{kind, public};
use store::bulk::{self as rows, Bulk};
use store::contact::{self, Contact};
use store::suppression::{self, Scope};
use store::{Bell, Tx, contact_edit, list, tag};

/// Rows of the table that one slice passes.
const WINDOW: i64 = 500;
/// Where each person costs many statements.
const FEW: i64 = 50;

/// The job.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    let (workspace, id) = (work.job.workspace, work.job.subject);
    while work.db.background_blocking("people.deed", move |tx| slice(tx, workspace, id))? {
        if !work.go_on() {
            return Ok(Next::Again(work.db.now_ms()));
        }
    }
    Ok(Next::Done)
}

/// One slice; `false` when nothing is left to do.
pub(super) fn slice(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let Some(seen) = rows::get(tx, workspace, id)? else { return Ok(false) };
    let place = (seen.state.as_str(), seen.place);
    let Some(bulk) = rows::hold(tx, workspace, id, place)? else { return Ok(false) };
    let Some(deed) = Deed::parse(&bulk.deed) else { return Ok(false) };
    let more = match bulk.state.as_str() {
        "running" => forward(tx, workspace, &bulk, deed)?,
        "undoing" => backward(tx, workspace, &bulk, deed)?,
        _ => false,
    };
    tx.ring(Bell::Workspace(workspace));
    Ok(more)
}

fn forward(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, deed: Deed) -> Result<bool> {
    let whom: Whom = serde_json::from_str(&bulk.filter).unwrap_or_default();
    let window = if matches!(deed, Deed::Suppress | Deed::Erase) { FEW } else { WINDOW };
    let (people, to, missing) = if whom.named.is_empty() {
        let Some(to) = contact::window(tx, workspace, bulk.place, window)? else {
            rows::step(tx, workspace, bulk.id, "running", "done")?;
            return Ok(false);
        };
        let filter = crate::audience::stored(&whom.filter());
        (contact::between(tx, workspace, &filter, (bulk.place, to))?, to, 0)
    } else {
        let Some((people, to, missing)) = named(tx, workspace, &whom, (bulk.place, window))? else {
            rows::step(tx, workspace, bulk.id, "running", "done")?;
            return Ok(false);
        };
        (people, to, missing)
    };
    let (changed, left_out) = apply(tx, workspace, bulk, deed, &people)?;
    let counted = (people.len() as i64 + missing, changed, left_out + missing);
    rows::advance(tx, workspace, bulk.id, to, counted)?;
    Ok(true)
}

/// The next of those who were named, where it goes on, and how many of them are gone.
fn named(
    tx: &mut Tx<'_>,
    workspace: i64,
    whom: &Whom,
    (after, window): (i64, i64),
) -> Result<Option<(Vec<Contact>, i64, i64)>> {
    let mut ids: Vec<i64> = whom.named.iter().copied().filter(|id| *id > after).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(usize::try_from(window).unwrap_or(usize::MAX));
    let Some(to) = ids.last().copied() else { return Ok(None) };
    let (mut people, mut missing) = (Vec::new(), 0);
    for id in ids {
        match contact::get(tx, workspace, id)? {
            Some(one) => people.push(one),
            None => missing += 1,
        }
    }
    Ok(Some((people, to, missing)))
}

/// Does it; gives how many were changed and how many could not be.
fn apply(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, deed: Deed, people: &[Contact]) -> Result<(i64, i64)> {
    let ids: Vec<i64> = people.iter().map(|p| p.id).collect();
    match deed {
        Deed::AddTag | Deed::RemoveTag | Deed::AddList | Deed::RemoveList => {
            let there = bearers(tx, workspace, bulk.target, deed, &ids)?;
            let adds = matches!(deed, Deed::AddTag | Deed::AddList);
            let meant: Vec<i64> = ids.into_iter().filter(|id| there.contains(id) != adds).collect();
            mark(tx, workspace, bulk.target, deed, &meant)?;
            let touched: Vec<(i64, String)> = meant.iter().map(|id| (*id, String::new())).collect();
            rows::touch(tx, workspace, bulk.id, &touched)?;
            Ok((meant.len() as i64, 0))
        }
        Deed::Suppress => suppress(tx, workspace, bulk, people),
        Deed::Erase => erase(tx, workspace, bulk, people),
    }
}

/// Who of these has the tag, or is in the list.
fn bearers(tx: &mut Tx<'_>, workspace: i64, target: i64, deed: Deed, ids: &[i64]) -> Result<Vec<i64>> {
    Ok(match deed {
        Deed::AddTag | Deed::RemoveTag => contact::taken_tags(tx, workspace, target, ids)?,
        _ => list::members_of(tx, workspace, target, ids)?,
    })
}

fn mark(tx: &mut Tx<'_>, workspace: i64, target: i64, deed: Deed, ids: &[i64]) -> Result<()> {
    match deed {
        Deed::AddTag => tag::mark(tx, workspace, target, ids).map(drop)?,
        Deed::RemoveTag => tag::unmark(tx, workspace, target, ids).map(drop)?,
        Deed::AddList => list::add(tx, workspace, target, ids).map(drop)?,
        _ => list::take_out(tx, workspace, target, ids).map(drop)?,
    }
    Ok(())
}

/// Each refusal is an event of its own with its proof: the deed, and behind it who asked and why.
fn suppress(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, people: &[Contact]) -> Result<(i64, i64)> {
    let evidence = public(kind::BULK, bulk.id);
    let (mut changed, mut touched) = (0, Vec::new());
    for one in people {
        let (number, evidence) = (one.number.clone(), evidence.clone());
        // Where a message or a silence waits to be looked at, the deed stands for good: its undoing decides nothing.
        let waits = suppression::get(tx, workspace, &number, Scope::Marketing)?
            .is_some_and(|row| suppression::WAITING.contains(&row.reason.as_str()));
        let refusal = Refuse { number, scope: Scope::Marketing, method: Method::Bulk, evidence };
        if consent::refused_by(tx, workspace, &refusal, &bulk.actor)? {
            changed += 1;
            if waits {
                continue;
            }
            touched.push((one.id, format!("{} {}", one.consent, one.consent_at)));
        }
    }
    rows::touch(tx, workspace, bulk.id, &touched)?;
    Ok((changed, 0))
}

fn erase(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, people: &[Contact]) -> Result<(i64, i64)> {
    let ctx = Ctx::new(workspace, crate::Actor::System, false, Permission::ALL);
    let (mut changed, mut left_out) = (0, 0);
    for one in people {
        match proof::erase(tx, &ctx, &one.number, &bulk.words) {
            Ok(_) => changed += 1,
            // A message to this person is still on its way: they stay, and the count says so.
            Err(Error::Conflict(_)) => left_out += 1,
            Err(e) => return Err(e),
        }
    }
    Ok((changed, left_out))
}

fn backward(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, deed: Deed) -> Result<bool> {
    let window = if deed == Deed::Suppress { FEW } else { WINDOW };
    let touched = rows::touched(tx, workspace, bulk.id, bulk.place, window)?;
    let Some((to, _)) = touched.last().cloned() else {
        rows::step(tx, workspace, bulk.id, "undoing", "undone")?;
        return Ok(false);
    };
    let opposite = match deed {
        Deed::AddTag => Deed::RemoveTag,
        Deed::RemoveTag => Deed::AddTag,
        Deed::AddList => Deed::RemoveList,
        _ => Deed::AddList,
    };
    if deed == Deed::Suppress {
        lift(tx, workspace, bulk, &touched)?;
    } else {
        let mut ids = Vec::new();
        for (id, _) in &touched {
            // Who was erased or merged away meanwhile gets nothing back.
            ids.extend(contact::get(tx, workspace, *id)?.map(|one| one.id));
        }
        mark(tx, workspace, bulk.target, opposite, &ids)?;
    }
    rows::advance(tx, workspace, bulk.id, to, (0, 0, 0))?;
    Ok(true)
}

fn lift(tx: &mut Tx<'_>, workspace: i64, bulk: &Bulk, touched: &[(i64, String)]) -> Result<()> {
    let evidence = public(kind::BULK, bulk.id);
    for (id, before) in touched {
        let Some(one) = contact::get(tx, workspace, *id)? else { continue };
        if !consent::retract(tx, workspace, &one.number, &evidence, &bulk.actor)? {
            continue;
        }
        let said = before.split_once(' ');
        let state = said.and_then(|(state, _)| state.parse().ok()).unwrap_or(0);
        let at = said.and_then(|(_, at)| at.parse().ok()).unwrap_or(0);
        let state = store::consent::State::from_number(state);
        consent::give_back(tx, workspace, &one.number, (state, at))?;
        let edit = ("refusal".to_owned(), text::fold(&bulk.words), String::new());
        contact_edit::add(tx, workspace, *id, &bulk.actor, &[edit])?;
    }
    Ok(())
}
