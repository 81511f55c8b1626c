//! Permission and refusal: events with their evidence, the suppression that a refusal is, the state at hand.
//!
//! A refusal counts from the commit of its transaction on: what is not yet on the wire does not leave any more. It is
//! lifted by nobody but the person: no import, no program, no member of staff can. Having a number is no permission:
//! whoever writes one down says what the person agreed to.

mod back;
mod carrier;
mod claims;
mod expire;
mod fold;
mod stale;
mod suspect;
mod terms;
#[cfg(test)]
mod tests;

pub(crate) use back::{give_back, lapsed, retract};
pub(crate) use carrier::run as run_carrier_words;
pub use claims::{Claim, claims, settle_claim};
pub(crate) use expire::run as run_expiry;
pub use fold::{Standing, fold};
pub(crate) use stale::run as run_stale;
pub use stale::{SILENCE_MS, Stale, decide as decide_stale, stale};
pub(crate) use suspect::run as run_suspects;
#[cfg(test)]
pub(crate) use suspect::time_out;
pub use suspect::{PATIENCE_MS, Suspect, decide, suspects};
pub use terms::{Basis, DoubleOptin, Facts, Personal, Terms, told};

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use serde_json::Value;
use store::consent::{self as rows, New, State};
use store::suppression::{self, Scope};
use store::{Bell, Tx};

/// Events of one number that are read at the most; nobody says so much.
const EVENTS_MAX: i64 = 1_000;
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
    /// The same on a tablet of ours.
    Till,
    /// Somebody of ours wrote it down.
    Staff,
    /// The person said so on the telephone.
    Call,
    /// The person signed a paper.
    Paper,
    /// A file said so.
    Import,
    /// A program said so.
    Api,
    /// Somebody of ours wrote it down for many people at once.
    Bulk,
    /// The carrier said so.
    Carrier,
    /// It may have been a refusal, and nobody said that it was none.
    Timeout,
}

impl Method {
    /// The word in the record.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Keyword => "mo_keyword",
            Method::Link => "link",
            Method::Form => "web",
            Method::Till => "pos_tablet",
            Method::Staff => "staff",
            Method::Call => "call",
            Method::Paper => "paper",
            Method::Import => "import",
            Method::Api => "api",
            Method::Bulk => "bulk",
            Method::Carrier => "carrier",
            Method::Timeout => "timeout",
        }
    }

    /// Whether it is the person's own doing.
    pub const fn theirs(self) -> bool {
        matches!(self, Method::Keyword | Method::Link | Method::Form | Method::Till)
    }

    /// Whether the person said it, to us or to one of ours who wrote it down.
    const fn own_word(self) -> bool {
        self.theirs() || matches!(self, Method::Call | Method::Paper)
    }

    /// Whether one of ours writes down what he heard or read, and has to say what shows it.
    pub const fn by_staff(self) -> bool {
        matches!(self, Method::Staff | Method::Call | Method::Paper)
    }

    /// Whether what shows it is a text that somebody typed, which may say something of the person.
    const fn typed(self) -> bool {
        self.by_staff() || matches!(self, Method::Api)
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
    /// Where the person stands, by purpose and topic.
    pub standings: Vec<Standing>,
    /// The events, newest first.
    pub events: Vec<EventView>,
}

/// One event as pages show it.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// Public id.
    pub id: String,
    /// `grant`, `refuse`, `expire`, `ask`.
    pub action: String,
    /// For what.
    pub purpose: String,
    /// About what; empty is everything of the purpose.
    pub topic: String,
    /// What it rests on.
    pub basis: String,
    /// How we know.
    pub method: String,
    /// Who wrote it down; empty is the person's own doing.
    pub actor: String,
    /// The words it was given under.
    pub wording: String,
    /// SHA-256 of those words, in hex; empty where none are known.
    pub wording_sha256: String,
    /// What shows it.
    pub evidence: String,
    /// What else is known of it.
    pub facts: Value,
    /// What it says of the person; empty once erased.
    pub personal: Value,
    /// When it is said to have happened, ms.
    pub claimed_at: i64,
    /// When it ends by itself, ms; 0 is never.
    pub until: i64,
    /// When it was written down, ms.
    pub at: i64,
    /// The link of the consent chain that covers it; 0 is none.
    pub link: i64,
}

impl EventView {
    pub(crate) fn of(e: rows::Event) -> EventView {
        let personal = told(&e.personal);
        let note = || personal["note"].as_str().unwrap_or_default().to_owned();
        EventView {
            id: sms::id::public(sms::id::kind::CONSENT, e.id),
            evidence: if e.evidence.is_empty() { note() } else { e.evidence },
            facts: told(&e.facts),
            wording_sha256: crate::audit::hex(&e.wording_hash),
            personal,
            action: e.action,
            purpose: e.purpose,
            topic: e.topic,
            basis: e.basis,
            method: e.method,
            actor: e.actor,
            wording: e.wording,
            claimed_at: e.claimed_at,
            until: e.until,
            at: e.at,
            link: e.link,
        }
    }
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
    if refusal.method.by_staff() && refusal.evidence.trim().is_empty() {
        return Err(Error::invalid("evidence", "required", "how do we know?"));
    }
    refused_by(tx, ctx.workspace, refusal, &ctx.actor_name())
}

/// Writes down a refusal. The commit waits until no intent that could not see it is open.
pub(crate) fn refused(tx: &mut Tx<'_>, workspace: i64, refusal: &Refuse) -> Result<bool> {
    refused_by(tx, workspace, refusal, "")
}

pub(crate) fn refused_by(tx: &mut Tx<'_>, workspace: i64, refusal: &Refuse, actor: &str) -> Result<bool> {
    let (now, tag) = (tx.now(), tx.tag(&refusal.number));
    // What only waited for somebody to look is sure now, and may no longer be lifted by one of ours.
    if refusal.scope == Scope::Marketing {
        suppression::lift_waiting(tx, workspace, &refusal.number)?;
    }
    let reason = match refusal.method {
        Method::Keyword => "self_reply",
        other => other.name(),
    };
    // A suppression outlives an erasure: what somebody typed is not kept beside it but in the event.
    let (evidence, personal) = shown_by(refusal.method, &refusal.evidence);
    let new = suppression::New { workspace, number: &refusal.number, scope: refusal.scope, reason, evidence };
    // A deed of ours that stands there already becomes the person's own word: nobody takes that back.
    let theirs = refusal.method != Method::Bulk && suppression::said_again(tx, &new)?;
    let first = theirs || suppression::add(tx, &new)?;
    let again = !first && refusal.method.own_word() && said_anew(tx, &new)?;
    rows::set_state(tx, workspace, &refusal.number, State::Refused, now)?;
    store::topic_consent::end_all(tx, workspace, tag)?;
    // Who refuses has not asked for anything any more.
    store::signup::end_all(tx, workspace, &refusal.number, store::signup::State::Refused)?;
    if first || again {
        let event = New {
            workspace,
            tag,
            purpose: refusal.scope.name(),
            action: "refuse",
            method: refusal.method.name(),
            actor,
            evidence,
            personal: &personal,
            claimed_at: now,
            ..New::default()
        };
        rows::add(tx, &[event])?;
    }
    hold_back(tx, workspace)?;
    tx.ring(Bell::Workspace(workspace));
    Ok(first)
}

/// The person says no once more: the stop that stands is as new as that, so no yes from between the two lifts it. `false`
/// where what stands is the newer word.
fn said_anew(tx: &mut Tx<'_>, new: &suppression::New<'_>) -> Result<bool> {
    // A message that came before what stands may be read long after it. While it is read it is nobody's yet.
    if let Some(id) = sms::id::parse(sms::id::kind::INBOUND, new.evidence) {
        let mut message = store::inbound::get(tx, new.workspace, id)?;
        if message.is_none() {
            message = store::inbound::get(tx, 0, id)?;
        }
        let stands = suppression::get(tx, new.workspace, new.number, new.scope)?;
        if stands.is_some_and(|row| message.is_some_and(|m| m.received_at < row.at)) {
            return Ok(false);
        }
    }
    Ok(suppression::said_anew(tx, new)?)
}

/// What shows it: an id as it is; what somebody typed as a note among what can be erased.
fn shown_by(method: Method, evidence: &str) -> (&str, String) {
    match method.typed() {
        false => (evidence, String::new()),
        true => ("", terms::kept(&Personal { note: evidence.trim().to_owned(), ..Personal::default() })),
    }
}

/// Writes down a refusal by link of a number that was erased: of it only the keyed digest is known.
pub(crate) fn refused_erased(
    tx: &mut Tx<'_>,
    workspace: i64,
    digest: [u8; 32],
    evidence: &str,
) -> Result<bool> {
    let (reason, scope) = (Method::Link.name(), Scope::Marketing);
    let new = suppression::New { workspace, number: "", scope, reason, evidence };
    let first = suppression::add_digest(tx, &new, digest)?;
    if first {
        let event = New {
            workspace,
            tag: suppression::tag_of(&digest),
            purpose: scope.name(),
            action: "refuse",
            method: reason,
            evidence,
            claimed_at: tx.now(),
            ..New::default()
        };
        rows::add(tx, &[event])?;
    }
    hold_back(tx, workspace)?;
    Ok(first)
}

/// The commit waits for the open intents of this workspace; a refusal of the whole platform for those of all.
pub(crate) fn hold_back(tx: &mut Tx<'_>, workspace: i64) -> Result<()> {
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
    // A number that waited because nothing was heard from it has been heard from.
    let waits = suppression::get(tx, workspace, number, Scope::Marketing)?;
    if waits.is_some_and(|row| row.reason == stale::STALE) {
        suppression::lift_waiting(tx, workspace, number)?;
    }
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
    suppression::lift_waiting(tx, ctx.workspace, number)?;
    let tag = tx.tag(number);
    crate::audit::note(tx, ctx, "suspect.cleared", &format!("tag:{tag:016x}"), "")?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Writes down a permission and gives the state it leads to. Only one the person gave lifts a refusal of advertising,
/// and only the workspace's own.
pub fn grant(tx: &mut Tx<'_>, ctx: &Ctx, grant: &Grant) -> Result<State> {
    grant_on(tx, ctx, grant, Terms::default())
}

/// The same, on terms.
///
/// # Errors
/// When it may not be asked; the number or a term is wrong; one of ours writes it down without saying what the person
/// agreed to; a fact that the basis needs is missing.
pub fn grant_on(tx: &mut Tx<'_>, ctx: &Ctx, grant: &Grant, terms: Terms) -> Result<State> {
    ctx.need(Permission::Contacts)?;
    known_number(&grant.number)?;
    if !grant.method.theirs() && grant.wording.trim().is_empty() {
        let detail = "having a number is no permission: say what the person agreed to";
        return Err(Error::invalid("wording", "required", detail));
    }
    granted_on(tx, ctx.workspace, grant, &Terms { actor: ctx.actor_name(), ..terms })
}

pub(crate) fn granted(tx: &mut Tx<'_>, workspace: i64, grant: &Grant) -> Result<State> {
    granted_on(tx, workspace, grant, &Terms::default())
}

pub(crate) fn granted_on(tx: &mut Tx<'_>, workspace: i64, grant: &Grant, terms: &Terms) -> Result<State> {
    let (now, tag, words) = (tx.now(), tx.tag(&grant.number), grant.wording.trim());
    terms.check(words, now)?;
    let claimed_at = if grant.claimed_at == 0 { now } else { grant.claimed_at.min(now) };
    let wording = if words.is_empty() { 0 } else { rows::wording(tx, workspace, words)? };
    if grant.method.theirs() && terms.topic.is_empty() {
        let stopped = suppression::get(tx, workspace, &grant.number, Scope::Marketing)?;
        if stopped.is_some_and(|row| row.at <= claimed_at) {
            suppression::lift(tx, workspace, &grant.number, Scope::Marketing)?;
        }
    }
    // Who refused one topic has not refused the others.
    let stops = suppression::of_number(tx, workspace, &grant.number)?;
    let state = match stops.iter().any(|hit| hit.scope < suppression::TOPICS) {
        false => State::Granted,
        true => State::Refused,
    };
    // A permission for one topic is none for everything, but one for mailings about it.
    if !terms.topic.is_empty()
        && let Some(topic) = store::topic::by_name(tx, workspace, &terms.topic)?
    {
        store::topic_consent::put(tx, workspace, tag, topic.id, terms.until)?;
    }
    if terms.topic.is_empty() || state == State::Refused {
        rows::set_state(tx, workspace, &grant.number, state, claimed_at)?;
        if state == State::Granted && terms.until != 0 {
            rows::set_until(tx, workspace, &grant.number, terms.until)?;
        }
    }
    record(tx, workspace, tag, grant, (wording, claimed_at, terms))?;
    tx.ring(Bell::Workspace(workspace));
    Ok(state)
}

/// The event of a permission; the end of the chain is held from here on, so it comes last.
fn record(
    tx: &mut Tx<'_>,
    workspace: i64,
    tag: i64,
    grant: &Grant,
    (wording, claimed_at, terms): (i64, i64, &Terms),
) -> Result<()> {
    let mut personal = terms.personal.clone();
    // Where a row of a file is what shows it, that is no text about anybody, and the fold goes by it.
    let of_row = fold::names_row(&grant.evidence);
    let evidence = if grant.method.typed() && !of_row { "" } else { grant.evidence.as_str() };
    if evidence.is_empty() && personal.note.is_empty() {
        personal.note = grant.evidence.trim().to_owned();
    }
    let (facts, personal) = (terms::kept(&terms.facts), terms::kept(&personal));
    let event = New {
        workspace,
        tag,
        purpose: Scope::Marketing.name(),
        topic: &terms.topic,
        action: "grant",
        basis: terms.basis.name(),
        method: grant.method.name(),
        actor: &terms.actor,
        wording,
        evidence,
        facts: &facts,
        personal: &personal,
        claimed_at,
        until: terms.until,
    };
    rows::add(tx, &[event])?;
    Ok(())
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
    let tags = tx.tags(number);
    let mut stopped = Vec::new();
    for scope in Scope::ALL {
        if suppression::get(tx, ctx.workspace, number, *scope)?.is_some() {
            stopped.push(scope.name());
        }
    }
    let mut events = rows::of_tags(tx, ctx.workspace, &tags, EVENTS_MAX)?;
    events.reverse();
    let standings = fold(&events, tx.now());
    events.reverse();
    Ok(StateView {
        consent: rows::state(tx, ctx.workspace, number)?.name(),
        stopped,
        suspect: suspected(tx, ctx.workspace, number)?,
        standings,
        events: events.into_iter().map(EventView::of).collect(),
    })
}
