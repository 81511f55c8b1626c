//! Numbers that may be somebody else's by now: carriers said three times in a row that nobody has them, or half a year of
//! writing brought nothing back. Advertising waits until one of ours has looked; nothing here refuses for the person.

use super::back::standings;
use super::{State, hold_back, rows};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result, audit};
use sms::Status;
use store::suppression::{self, Scope};
use store::{Bell, Tx, contact, deed, inbound, thread, topic_consent, workspace};

/// Reason of a row that waits.
pub(crate) const STALE: &str = "stale";
/// The deed of somebody who looked and said that a number is right. It is not asked about again for as long as silence is
/// waited for.
const KEPT: &str = "stale.kept";
/// Nothing was heard for so long.
pub const SILENCE_MS: i64 = 180 * 86_400_000;
/// Fewer messages in that time say nothing.
const WROTE_MIN: usize = 3;
/// So many of the newest messages are looked at.
const LOOKED: usize = 50;
/// Rows of a page, and people of a slice.
const AT_ONCE: i64 = 200;

/// A number that waits for somebody to look.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stale {
    /// Public id of the contact.
    pub contact: String,
    /// The number, E.164.
    pub number: String,
    /// The name; may be empty.
    pub name: String,
    /// `nobody` or `silence`.
    pub why: &'static str,
    /// Since when advertising waits, ms.
    pub at: i64,
}

/// Advertising to this number waits; `false` where a stop stands already.
pub(super) fn hold(tx: &mut Tx<'_>, workspace: i64, number: &str, evidence: &str) -> Result<bool> {
    let new = suppression::New { workspace, number, scope: Scope::Marketing, reason: STALE, evidence };
    let first = suppression::add(tx, &new)?;
    if first {
        hold_back(tx, workspace)?;
        tx.ring(Bell::Workspace(workspace));
    }
    Ok(first)
}

/// What waits for a decision, the oldest first. A number that is nobody's contact any more asks nothing.
///
/// # Errors
/// When it may not be asked.
pub fn stale(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Stale>> {
    ctx.need(Permission::Read)?;
    let waiting = suppression::waiting(tx, ctx.workspace, STALE, i64::MAX, AT_ONCE)?;
    let mut out = Vec::new();
    for row in waiting {
        for one in contact::of_tag(tx, ctx.workspace, row.tag)? {
            out.push(Stale {
                contact: sms::id::public(sms::id::kind::CONTACT, one.id),
                name: format!("{} {}", one.first_name, one.last_name).trim().to_owned(),
                number: one.number,
                why: if row.evidence == "silence" { "silence" } else { "nobody" },
                at: row.at,
            });
        }
    }
    Ok(out)
}

/// A person looked: the number is still theirs (`keep`), or it is not, and whatever was permitted under it has ended.
///
/// # Errors
/// When it may not be asked, or the number does not wait.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, keep: bool) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let one = contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    let waits = suppression::get(tx, ctx.workspace, &one.number, Scope::Marketing)?;
    if waits.is_none_or(|row| row.reason != STALE) {
        return Err(Error::Conflict("not_stale"));
    }
    suppression::lift_waiting(tx, ctx.workspace, &one.number)?;
    let subject = subject(one.tag);
    if keep {
        audit::note(tx, ctx, KEPT, &subject, "")?;
    } else {
        let now = tx.now();
        rows::set_state(tx, ctx.workspace, &one.number, State::Unknown, now)?;
        let actor = ctx.actor_name();
        // What was agreed to for one topic was agreed to by whoever had the number then.
        for tag in tx.tags(&one.number) {
            topic_consent::end_all(tx, ctx.workspace, tag)?;
        }
        let mut ended = vec![String::new()];
        let topics = standings(tx, ctx.workspace, &one.number)?.into_iter();
        ended.extend(topics.filter(|s| s.state == "granted" && !s.topic.is_empty()).map(|s| s.topic));
        let events: Vec<rows::New<'_>> = ended
            .iter()
            .map(|topic| rows::New {
                workspace: ctx.workspace,
                tag: one.tag,
                purpose: Scope::Marketing.name(),
                topic: topic.as_str(),
                action: "expire",
                method: "staff",
                actor: &actor,
                claimed_at: now,
                ..rows::New::default()
            })
            .collect();
        audit::note(tx, ctx, "stale.ended", &subject, "")?;
        rows::add(tx, &events)?;
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Looks through everybody whom we may write to, workspace by workspace.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    for space in work.db.read_blocking(workspace::list)? {
        let (id, mut after) = (space.id, 0);
        loop {
            let (silent, last) = work.db.read_blocking(move |tx| silent(tx, id, after))?;
            if !silent.is_empty() {
                work.db.background_blocking("stale", move |tx| {
                    silent.iter().try_for_each(|number| hold(tx, id, number, "silence").map(drop))
                })?;
            }
            let Some(last) = last else { break };
            after = last;
            if !work.go_on() {
                return Ok(Next::Again(work.db.now_ms()));
            }
        }
    }
    Ok(Next::Done)
}

/// Numbers of one page of people from which nothing was heard, and where the next page begins.
pub(super) fn silent(tx: &mut Tx<'_>, workspace: i64, after: i64) -> Result<(Vec<String>, Option<i64>)> {
    let since = tx.now() - SILENCE_MS;
    let people = contact::permitted(tx, workspace, after, since, AT_ONCE)?;
    let last = people.last().map(|p| p.0).filter(|_| people.len() as i64 == AT_ONCE);
    let mut out = Vec::new();
    for (_, tag, number) in people {
        let sent = contact::states_to(tx, workspace, tag, LOOKED)?;
        let reached = |(at, status): &(i64, Status)| *at >= since && *status == Status::Delivered;
        // What we stopped ourselves says nothing about the number.
        let failed = |status: &Status| matches!(status, Status::Undelivered | Status::Expired);
        let ended = sent.iter().filter(|(at, status)| *at >= since && failed(status)).count();
        // What was written for long and never arrived; and nobody has answered either.
        let long = sent.iter().any(|(at, _)| *at < since + SILENCE_MS / 2);
        if ended < WROTE_MIN || !long || sent.iter().any(reached) {
            continue;
        }
        let thread = thread::by_address(tx, workspace, &number)?.map_or(0, |t| t.id);
        let heard = inbound::of_thread(tx, workspace, thread, i64::MAX, 1)?;
        if heard.first().is_none_or(|m| m.received_at < since) && !vouched(tx, workspace, tag, since)? {
            out.push(number);
        }
    }
    Ok((out, last))
}

/// Whether one of ours looked at a number since a moment, and said that it is right.
fn vouched(tx: &mut Tx<'_>, workspace: i64, tag: i64, since: i64) -> Result<bool> {
    let deeds = deed::list(tx, workspace, &subject(tag), 0, AT_ONCE)?;
    Ok(deeds.iter().any(|d| d.deed == KEPT && d.at >= since))
}

/// A number as deeds name it.
fn subject(tag: i64) -> String {
    format!("tag:{tag:016x}")
}
