//! Permission and refusal: events with their evidence, the suppression that a refusal is, the state at hand.
//!
//! A refusal counts from the commit of its transaction on: what is not yet on the wire does not leave any more. It is
//! lifted by nobody but the person: no import, no program, no member of staff can.

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::consent::{self as rows, New, State};
use store::suppression::{self, Scope};
use store::{Bell, Tx};

/// Reason of a row that only waits for a person to look.
const SUSPECT: &str = "suspect";

/// How we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A word in a message of the person.
    Keyword,
    /// The link in a message.
    Link,
    /// A form that the person filled in.
    Form,
    /// Somebody of ours wrote it down.
    Staff,
    /// A file said so.
    Import,
    /// A program said so.
    Api,
    /// The carrier said so.
    Carrier,
}

impl Method {
    /// The word in the record.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Keyword => "mo_keyword",
            Method::Link => "link",
            Method::Form => "web",
            Method::Staff => "staff",
            Method::Import => "import",
            Method::Api => "api",
            Method::Carrier => "carrier",
        }
    }

    /// Whether it is the person's own doing.
    pub const fn theirs(self) -> bool {
        matches!(self, Method::Keyword | Method::Link | Method::Form)
    }
}

/// A refusal to be written down.
#[derive(Debug, Clone)]
pub struct Refuse {
    /// The number, E.164.
    pub number: String,
    /// What is refused.
    pub scope: Scope,
    /// How we know.
    pub method: Method,
    /// What shows it: an id, a note.
    pub evidence: String,
}

/// A permission to be written down.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The number, E.164.
    pub number: String,
    /// How we know.
    pub method: Method,
    /// The words it was given under; may be empty.
    pub wording: String,
    /// What shows it.
    pub evidence: String,
    /// When it is said to have been given, ms; 0 is now.
    pub claimed_at: i64,
}

/// What is known of a number.
#[derive(Debug, Clone, Serialize)]
pub struct StateView {
    /// `unknown`, `granted`, `refused`.
    pub consent: &'static str,
    /// What is stopped: `marketing`, `all`.
    pub stopped: Vec<&'static str>,
    /// Whether a message that may be a refusal waits for somebody to look.
    pub suspect: bool,
    /// The events, newest first.
    pub events: Vec<EventView>,
}

/// One event as pages show it.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// `grant`, `refuse`.
    pub action: String,
    /// For what.
    pub purpose: String,
    /// How we know.
    pub method: String,
    /// The words it was given under.
    pub wording: String,
    /// What shows it.
    pub evidence: String,
    /// When it is said to have happened, ms.
    pub claimed_at: i64,
    /// When it was written down, ms.
    pub at: i64,
}

fn known_number(number: &str) -> Result<()> {
    if sms::number::is_e164(number) { Ok(()) } else { Err(Error::invalid("number", "not_a_number", "")) }
}

/// Writes down a refusal that a person or program reports; `false` when it was known already.
pub fn refuse(tx: &mut Tx<'_>, ctx: &Ctx, refusal: &Refuse) -> Result<bool> {
    if !ctx.may(Permission::Inbox) {
        ctx.need(Permission::Contacts)?;
    }
    known_number(&refusal.number)?;
    if refusal.method == Method::Staff && refusal.evidence.trim().is_empty() {
        return Err(Error::invalid("evidence", "required", "how do we know?"));
    }
    refused(tx, ctx.workspace, refusal)
}

/// Writes down a refusal. The commit waits until no intent that could not see it is open.
pub(crate) fn refused(tx: &mut Tx<'_>, workspace: i64, refusal: &Refuse) -> Result<bool> {
    let (now, tag) = (tx.now(), tx.tag(&refusal.number));
    // What was only suspected is sure now, and may no longer be lifted by one of ours.
    if suspected(tx, workspace, &refusal.number)? {
        suppression::lift(tx, workspace, &refusal.number, Scope::Marketing)?;
    }
    let reason = match refusal.method {
        Method::Keyword => "self_reply",
        other => other.name(),
    };
    let new = suppression::New {
        workspace,
        number: &refusal.number,
        scope: refusal.scope,
        reason,
        evidence: &refusal.evidence,
    };
    let first = suppression::add(tx, &new)?;
    if first {
        let event = New {
            workspace,
            tag,
            purpose: refusal.scope.name(),
            action: "refuse",
            method: refusal.method.name(),
            wording: 0,
            evidence: &refusal.evidence,
            claimed_at: now,
        };
        rows::add(tx, &[event])?;
    }
    rows::set_state(tx, workspace, &refusal.number, State::Refused, now)?;
    hold_back(tx, workspace)?;
    tx.ring(Bell::Workspace(workspace));
    Ok(first)
}

/// The commit waits for the open intents of this workspace; a refusal of the whole platform for those of all.
fn hold_back(tx: &mut Tx<'_>, workspace: i64) -> Result<()> {
    if workspace != 0 {
        tx.barrier(workspace);
        return Ok(());
    }
    for one in store::workspace::list(tx)? {
        tx.barrier(one.id);
    }
    Ok(())
}

/// A message that may be a refusal: advertising waits until somebody has looked. If nobody does, it stays so.
pub(crate) fn suspect(tx: &mut Tx<'_>, workspace: i64, number: &str, evidence: &str) -> Result<bool> {
    let new = suppression::New { workspace, number, scope: Scope::Marketing, reason: SUSPECT, evidence };
    let first = suppression::add(tx, &new)?;
    hold_back(tx, workspace)?;
    Ok(first)
}

fn suspected(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<bool> {
    Ok(suppression::get(tx, workspace, number, Scope::Marketing)?.is_some_and(|row| row.reason == SUSPECT))
}

/// Somebody looked at a message that might have been a refusal, and it was none: advertising may go on.
pub fn not_a_refusal(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<()> {
    ctx.need(Permission::Inbox)?;
    if !suspected(tx, ctx.workspace, number)? {
        return Err(Error::Conflict("not_suspected"));
    }
    suppression::lift(tx, ctx.workspace, number, Scope::Marketing)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Writes down a permission and gives the state it leads to. Only one the person gave lifts a refusal of advertising,
/// and only the workspace's own.
pub fn grant(tx: &mut Tx<'_>, ctx: &Ctx, grant: &Grant) -> Result<State> {
    ctx.need(Permission::Contacts)?;
    known_number(&grant.number)?;
    granted(tx, ctx.workspace, grant)
}

pub(crate) fn granted(tx: &mut Tx<'_>, workspace: i64, grant: &Grant) -> Result<State> {
    let (now, tag) = (tx.now(), tx.tag(&grant.number));
    let claimed_at = if grant.claimed_at == 0 { now } else { grant.claimed_at.min(now) };
    let wording = match grant.wording.trim() {
        "" => 0,
        text => rows::wording(tx, workspace, text)?,
    };
    let event = New {
        workspace,
        tag,
        purpose: Scope::Marketing.name(),
        action: "grant",
        method: grant.method.name(),
        wording,
        evidence: &grant.evidence,
        claimed_at,
    };
    rows::add(tx, &[event])?;
    if grant.method.theirs() {
        let stopped = suppression::get(tx, workspace, &grant.number, Scope::Marketing)?;
        if stopped.is_some_and(|row| row.at <= claimed_at) {
            suppression::lift(tx, workspace, &grant.number, Scope::Marketing)?;
        }
    }
    let state = match suppression::of_number(tx, workspace, &grant.number)?.is_empty() {
        true => State::Granted,
        false => State::Refused,
    };
    rows::set_state(tx, workspace, &grant.number, state, claimed_at)?;
    tx.ring(Bell::Workspace(workspace));
    Ok(state)
}

/// One row of the record of refusals. It holds digests, no numbers: whose it is can be asked, not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalView {
    /// `marketing`, `all`.
    pub scope: &'static str,
    /// Why: `self_reply`, `link`, `staff`, …; `suspect` waits for somebody to look.
    pub reason: String,
    /// What shows it.
    pub evidence: String,
    /// Since when, ms.
    pub at: i64,
    /// Where the next page goes on.
    pub cursor: (i64, i64, i64),
}

/// The workspace's refusals, newest first, behind the cursor of the last one seen; or those of one number, E.164.
///
/// # Errors
/// When it may not be asked.
pub fn refusals(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    number: Option<&str>,
    after: Option<(i64, i64, i64)>,
    limit: i64,
) -> Result<Vec<RefusalView>> {
    ctx.need(Permission::Read)?;
    let rows = match number {
        None => suppression::list(tx, ctx.workspace, after.unwrap_or((i64::MAX, 0, 0)), limit)?,
        Some(number) => {
            known_number(number)?;
            let mut rows = Vec::new();
            for scope in Scope::ALL {
                rows.extend(suppression::get(tx, ctx.workspace, number, *scope)?);
            }
            rows
        }
    };
    let view = |r: suppression::Entry| RefusalView {
        scope: Scope::from_number(r.scope).map_or("", Scope::name),
        cursor: (r.at, r.tag, r.scope),
        reason: r.reason,
        evidence: r.evidence,
        at: r.at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What is known of a number: state, stops, events.
pub fn state(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<StateView> {
    ctx.need(Permission::Read)?;
    let tag = tx.tag(number);
    let mut stopped = Vec::new();
    for scope in Scope::ALL {
        if suppression::get(tx, ctx.workspace, number, *scope)?.is_some() {
            stopped.push(scope.name());
        }
    }
    let events = rows::of_tag(tx, ctx.workspace, tag, 100)?;
    Ok(StateView {
        consent: rows::state(tx, ctx.workspace, number)?.name(),
        stopped,
        suspect: suspected(tx, ctx.workspace, number)?,
        events: events
            .into_iter()
            .map(|e| EventView {
                action: e.action,
                purpose: e.purpose,
                method: e.method,
                wording: e.wording,
                evidence: e.evidence,
                claimed_at: e.claimed_at,
                at: e.at,
            })
            .collect(),
    })
}
