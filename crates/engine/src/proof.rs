//! Everything that is known of one number, as it would be laid before a court or given to the person: may we write, on
//! what it rests, what was said and sent, every refusal and its minute. And its opposite: forgetting.
//!
//! Reading changes nothing but the record, which notes that somebody looked.

use crate::consent::{self, EventView, Standing};
use crate::{Ctx, Error, Permission, Result, audience, audit};
use serde::Serialize;
use sms::id::{kind, public};
use sms::{Class, Code, Status};
use store::suppression::{self, Scope};
use store::{Bell, Tx, contact, decision, erasure, inbound, message, thread, workspace};

/// Messages of one number that a proof holds at the most.
const MESSAGES_MAX: usize = 5_000;
const PAGE: i64 = 200;
/// Decisions of one number that a proof holds at the most.
const DECISIONS_MAX: i64 = 1_000;

/// Whether advertising may go to a number now, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct May {
    /// It may, by consent and refusals; hours and frequency are of the moment.
    pub marketing: bool,
    /// What stands against it; none where it may.
    pub code: Option<Code>,
    /// What it rests on: `consent`, `existing_customer`; empty where it may not.
    pub basis: String,
    /// Since when, ms.
    pub since: i64,
    /// Until when, ms; 0 is for good.
    pub until: i64,
}

/// A stop that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// `marketing`, `all`.
    pub scope: &'static str,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: String,
    /// Since when, ms.
    pub at: i64,
}

/// A message to the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Public id.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// Its text, word for word.
    pub text: String,
    /// What the handset showed.
    pub from: String,
    /// Public id of its campaign.
    pub campaign: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// When it was accepted, ms.
    pub accepted_at: i64,
    /// When it left, ms; 0 is not.
    pub submitted_at: i64,
    /// When it ended, ms; 0 is not.
    pub done_at: i64,
}

/// A message from the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Came {
    /// Public id.
    pub id: String,
    /// Its text, word for word.
    pub text: String,
    /// The number of ours it was written to.
    pub to: String,
    /// What it did.
    pub effect: String,
    /// When it came, ms.
    pub at: i64,
}

/// A message that was refused before it was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Denied {
    /// Its class.
    pub class: Class,
    /// Why.
    pub code: Code,
    /// By which rule.
    pub rule: String,
    /// When, ms.
    pub at: i64,
}

/// What happened after a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// Public id of the event.
    pub refusal: String,
    /// When it was written down, ms.
    pub at: i64,
    /// How long it took from the person's word, ms.
    pub took_ms: i64,
    /// Advertising that left after it, before the person came back.
    pub left_after: Vec<String>,
}

/// Everything that is known of one number.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// The number, E.164.
    pub number: String,
    /// The workspace's name.
    pub workspace: String,
    /// When this was written, ms.
    pub at: i64,
    /// Whether we may write.
    pub may: May,
    /// Where the person stands, by purpose and topic.
    pub standings: Vec<Standing>,
    /// The stops that stand.
    pub stops: Vec<Stop>,
    /// Permissions and refusals, the oldest first.
    pub events: Vec<EventView>,
    /// Each refusal, and what happened after it.
    pub silences: Vec<Silence>,
    /// The contact, where there is one, with lists and fields.
    pub contact: Option<audience::View>,
    /// Public id of the import that brought the person.
    pub source: Option<String>,
    /// Tags of the contact.
    pub tags: Vec<String>,
    /// Messages to the number, the oldest first.
    pub messages: Vec<Sent>,
    /// Messages from the number, the oldest first.
    pub inbound: Vec<Came>,
    /// What was refused before it was a message, the oldest first.
    pub decisions: Vec<Denied>,
    /// There is more than this holds.
    pub more: bool,
}

/// The number, in any spelling of the workspace's country.
fn number_of(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str) -> Result<(String, String)> {
    let house = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?;
    let given = raw.trim();
    let read = sms::number::normalise(given, &house.country).e164;
    let number = read.or_else(|| sms::number::is_e164(given).then(|| given.to_owned()));
    let number = number.ok_or_else(|| Error::invalid("number", "not_a_number", "this is no valid number"))?;
    Ok((number, house.name))
}

/// The whole proof. Other workspaces are not in it, not even that there are any.
///
/// # Errors
/// When it may not be asked, or the number is none.
pub fn proof(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str) -> Result<Proof> {
    ctx.need(Permission::Read)?;
    let (number, house) = number_of(tx, ctx, raw)?;
    let tag = tx.tag(&number);
    let state = consent::state(tx, ctx, &number)?;
    let mut events = state.events;
    events.reverse();
    let (messages, more) = sent(tx, ctx, tag)?;
    let silences = silences(&events, &messages);
    let person = audience::by_number(tx, ctx, &number)?;
    let source = person.as_ref().map(|p| p.row.import).filter(|i| *i != 0);
    let contacts: Vec<i64> = person.iter().map(|p| p.row.id).collect();
    let tags = store::tag::of(tx, ctx.workspace, &contacts)?.into_iter().map(|(.., name)| name).collect();
    let denied = |d: decision::Decision| Denied { class: d.class, code: d.code, rule: d.rule, at: d.at };
    let decisions = decision::of_tags(tx, ctx.workspace, &tx.tags(&number), DECISIONS_MAX)?;
    Ok(Proof {
        workspace: house,
        at: tx.now(),
        may: may(tx, ctx, &number, &state.standings)?,
        standings: state.standings,
        stops: stops(tx, ctx, &number)?,
        events,
        silences,
        source: source.map(|id| public(kind::IMPORT, id)),
        contact: person,
        tags,
        messages,
        inbound: came(tx, ctx, &number)?,
        decisions: decisions.into_iter().map(denied).collect(),
        more,
        number,
    })
}

fn may(tx: &mut Tx<'_>, ctx: &Ctx, number: &str, standings: &[Standing]) -> Result<May> {
    let no = |code, since| May { marketing: false, code: Some(code), basis: String::new(), since, until: 0 };
    for hit in suppression::of_number(tx, ctx.workspace, number)? {
        if hit.workspace == 0 {
            return Ok(no(Code::SuppressedPlatform, 0));
        }
    }
    for (scope, code) in [(Scope::All, Code::SuppressedAll), (Scope::Marketing, Code::SuppressedWorkspace)] {
        if let Some(row) = suppression::get(tx, ctx.workspace, number, scope)? {
            return Ok(no(code, row.at));
        }
    }
    let kept = store::consent::state(tx, ctx.workspace, number)?;
    let whole = standings.iter().find(|s| s.purpose == "marketing" && s.topic.is_empty());
    Ok(match whole.filter(|s| s.state == "granted") {
        Some(s) if kept == store::consent::State::Granted => {
            May { marketing: true, code: None, basis: s.basis.clone(), since: s.since, until: s.until }
        }
        _ => no(Code::NoConsent, whole.map_or(0, |s| s.since)),
    })
}

fn stops(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<Vec<Stop>> {
    let mut out = Vec::new();
    for scope in Scope::ALL {
        if let Some(row) = suppression::get(tx, ctx.workspace, number, *scope)? {
            let (reason, evidence, at) = (row.reason, row.evidence, row.at);
            out.push(Stop { scope: scope.name(), reason, evidence, at });
        }
    }
    Ok(out)
}

fn sent(tx: &mut Tx<'_>, ctx: &Ctx, tag: i64) -> Result<(Vec<Sent>, bool)> {
    let (mut out, mut before) = (Vec::new(), 0);
    let more = loop {
        let filter = message::Filter { tag: Some(tag), before, limit: PAGE, ..message::Filter::default() };
        let page = message::list(tx, ctx.workspace, &filter)?;
        let (full, last) = (page.len() as i64 == PAGE, page.last().map_or(0, |m| m.id));
        out.extend(page.into_iter().map(|m| Sent {
            id: public(kind::MESSAGE, m.id),
            class: m.class,
            text: m.text,
            from: m.sender,
            campaign: (m.campaign != 0).then(|| public(kind::CAMPAIGN, m.campaign)),
            status: m.status,
            code: m.code,
            accepted_at: m.accepted_at,
            submitted_at: m.submitted_at,
            done_at: m.done_at,
        }));
        if !full {
            break false;
        }
        if out.len() >= MESSAGES_MAX {
            break true;
        }
        before = last;
    };
    out.reverse();
    Ok((out, more))
}

fn came(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<Vec<Came>> {
    let Some(thread) = thread::by_address(tx, ctx.workspace, number)? else { return Ok(Vec::new()) };
    let rows = inbound::of_thread(tx, ctx.workspace, thread.id, i64::MAX, MESSAGES_MAX as i64)?;
    let view = |m: inbound::Inbound| Came {
        id: public(kind::INBOUND, m.id),
        text: m.text,
        to: m.recipient,
        effect: m.effect,
        at: m.received_at,
    };
    Ok(rows.into_iter().rev().map(view).collect())
}

/// Each refusal with the advertising that left after it, until the person's next permission.
fn silences(events: &[EventView], messages: &[Sent]) -> Vec<Silence> {
    let mut out = Vec::new();
    for (n, event) in events.iter().enumerate().filter(|(_, e)| e.action == "refuse") {
        // Only the person's own newer word, about everything, ends a refusal.
        let theirs = |e: &&EventView| {
            e.action == "grant"
                && e.topic.is_empty()
                && e.claimed_at >= event.claimed_at
                && matches!(e.method.as_str(), "mo_keyword" | "link" | "web")
        };
        let back = events[n..].iter().find(theirs).map_or(i64::MAX, |e| e.at);
        let after = |m: &&Sent| m.submitted_at > event.at && m.submitted_at < back;
        let ads = messages.iter().filter(|m| m.class.stopped_by_marketing_refusal());
        out.push(Silence {
            refusal: event.id.clone(),
            at: event.at,
            took_ms: (event.at - event.claimed_at).max(0),
            left_after: ads.filter(after).map(|m| m.id.clone()).collect(),
        });
    }
    out
}

/// Everything that is held of one person, as the person may ask for it.
#[derive(Debug, Clone, Serialize)]
pub struct Access {
    /// Who holds it.
    pub held_by: String,
    /// When this was written, ms.
    pub at: i64,
    /// The number, E.164.
    pub number: String,
    /// Permissions, refusals, messages both ways, decisions, the contact with its fields, lists and tags.
    pub proof: Proof,
    /// Where what is known came from: files, forms, people of ours.
    pub sources: Vec<String>,
    /// What people of ours changed, and everything else that happened, the oldest first.
    pub history: Vec<crate::history::Entry>,
    /// For how many days each kind of data is kept; 0 is for good.
    pub kept_days: std::collections::BTreeMap<&'static str, i64>,
    /// What can be asked for.
    pub rights: &'static [&'static str],
}

/// Events of the history that an answer holds at the most.
const HISTORY_MAX: usize = 5_000;

/// Everything that is held of one person. Other workspaces are not in it, not even that there are any; nor is who of ours
/// did something, which is theirs to know and not the person's.
///
/// # Errors
/// When it may not be asked, or the number is none.
pub fn access(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str) -> Result<Access> {
    ctx.need(Permission::Contacts)?;
    let mut proof = proof(tx, ctx, raw)?;
    for event in &mut proof.events {
        event.actor.clear();
    }
    let mut history = Vec::new();
    if let Some(one) = &proof.contact {
        let mut before = 0;
        while history.len() < HISTORY_MAX {
            let page = crate::history::of(tx, ctx, one.row.id, before, 200)?;
            history.extend(page.data);
            let Some(next) = page.next else { break };
            before = next;
        }
    }
    history.reverse();
    for entry in &mut history {
        entry.actor.clear();
    }
    let mut sources: Vec<String> = proof.source.iter().cloned().collect();
    sources.extend(proof.events.iter().filter(|e| !e.evidence.is_empty()).map(|e| e.evidence.clone()));
    sources.dedup();
    let kept_days = crate::keep::clocks(tx, ctx)?.into_iter().map(|c| (c.kind, c.days)).collect();
    Ok(Access {
        held_by: proof.workspace.clone(),
        at: proof.at,
        number: proof.number.clone(),
        sources,
        history,
        kept_days,
        rights: &["access", "rectification", "erasure", "restriction", "portability", "objection"],
        proof,
    })
}

/// Notes that somebody was shown a proof. Apart from [`proof`], because reading is done on a reader.
///
/// # Errors
/// When it may not be asked, or the number is none.
pub fn shown(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str) -> Result<()> {
    ctx.need(Permission::Read)?;
    let (number, _) = number_of(tx, ctx, raw)?;
    let tag = tx.tag(&number);
    audit::note(tx, ctx, "proof.shown", &format!("tag:{tag:016x}"), "")
}

/// What was forgotten, and what the law lets us keep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Contacts removed.
    pub contacts: u64,
    /// Messages to the number whose text and number are gone.
    pub messages: u64,
    /// Messages from the number whose text and number are gone.
    pub inbound: u64,
    /// Events whose personal part is gone; the events stay, by a keyed digest of the number.
    pub events: u64,
    /// Refusals that stay, by a keyed digest of the number.
    pub refusals: u64,
}

/// Forgets a number: the contact, what it was sent and what it wrote, addresses and names in the evidence. Refusals stay,
/// so that nobody writes to it again; so do events and times, without anything that says whose they are.
///
/// # Errors
/// When it may not be asked; the number is none; no reason is given; a message to it is still on its way.
pub fn erase(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str, reason: &str) -> Result<Erased> {
    ctx.need(Permission::Admin)?;
    let (number, _) = number_of(tx, ctx, raw)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 300 {
        return Err(Error::invalid("reason", "required", "who asked for it, and how: 1 to 300 characters"));
    }
    let tag = tx.tag(&number);
    if erasure::on_its_way(tx, ctx.workspace, tag)? {
        return Err(Error::Conflict("message_on_its_way"));
    }
    let mut out = Erased::default();
    let person = contact::by_number(tx, ctx.workspace, &number)?;
    // The number may have been merged away: what would bring it back goes, whether a contact has it or not.
    store::merged::erase(tx, ctx.workspace, person.as_ref().map_or(0, |p| p.id), tag)?;
    store::contact_edit::forget_number(tx, ctx.workspace, &number)?;
    if let Some(person) = person {
        store::bulk::forget_touched(tx, ctx.workspace, &[person.id])?;
        contact::remove(tx, ctx.workspace, person.id)?;
        out.contacts = 1;
    }
    erasure::skips(tx, ctx.workspace, &number)?;
    store::signup::end_all(tx, ctx.workspace, &number, store::signup::State::Dropped)?;
    erasure::links(tx, ctx.workspace, &number)?;
    erasure::problem_rows(tx, ctx.workspace, &number)?;
    store::consent_claim::forget(tx, ctx.workspace, &number)?;
    for tag in tx.tags(&number) {
        store::topic_consent::end_all(tx, ctx.workspace, tag)?;
    }
    out.messages = erasure::messages(tx, ctx.workspace, tag)?;
    out.inbound = erasure::conversation(tx, ctx.workspace, &number)?;
    out.events = store::consent::erase_personal(tx, ctx.workspace, &tx.tags(&number))?;
    let stops = suppression::of_number(tx, ctx.workspace, &number)?;
    out.refusals = stops.iter().filter(|h| h.workspace == ctx.workspace).count() as u64;
    audit::note(tx, ctx, "person.erased", &format!("tag:{tag:016x}"), reason)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(out)
}

#[cfg(test)]
mod tests;
