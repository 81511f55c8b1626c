//! Messages as people and programs see them: one with its parts and reason, its story, a list.

mod story;

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use sms::id::{self, kind};
use sms::{Code, Status};
use std::collections::BTreeMap;
use store::message::{self, Filter, Message};
use store::{Tx, connector};

/// Rows a list gives at the most.
pub const PAGE_MAX: i64 = 200;

/// How many messages came to each status, of the whole installation: for who watches it, not for a workspace.
///
/// # Errors
/// When the store refuses.
pub fn totals(tx: &mut Tx<'_>) -> Result<Vec<(Status, i64)>> {
    Ok(store::machine::tally::totals(tx)?)
}

/// Why a message stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The stable code.
    pub code: Code,
    /// The carrier's own words, or empty.
    pub text: String,
}

/// One SMS of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartView {
    /// Where it stands.
    pub status: Status,
    /// The carrier's id, or empty.
    pub smsc_id: String,
    /// The connector's name.
    pub connector: String,
    /// ms since 1970, or `None`.
    pub submitted_at: Option<i64>,
    /// ms since 1970, or `None`.
    pub done_at: Option<i64>,
}

/// A message with everything a page or program shows of it. Times are ms since 1970.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The row itself.
    #[serde(skip)]
    pub row: Message,
    /// Public id.
    pub id: String,
    /// Where it stands; `submitting` while an intent is open.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// The connector's name, or empty.
    pub connector: String,
    /// Its parts; one for a single SMS.
    pub parts: Vec<PartView>,
}

/// One line of a message's story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// ms since 1970.
    pub at: i64,
    /// A stable word: `accepted`, `routed`, `submitted`, `slowed`, `back`, `retry`, `ambiguous`, `resent`,
    /// `late_answer`, `late_refusal`, `early_receipt`, `conflict`, `sent_again`, `let_be`, `given_up`, a final status.
    pub kind: String,
    /// What goes with it: a connector, the carrier's words.
    pub detail: String,
    /// The same as a sentence in English.
    pub text: String,
}

/// Messages of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The messages, without parts.
    pub data: Vec<View>,
    /// The cursor of the next page: `before` of the next call.
    pub next: Option<i64>,
}

/// One message.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    let row = message::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("message"))?;
    let names = names(tx)?;
    let mut view = view(row, &names);
    if view.row.parts > 1 {
        view.parts = message::parts(tx, ctx.workspace, id)?
            .into_iter()
            .map(|p| PartView {
                status: shown(p.status, view.row.in_flight),
                smsc_id: p.smsc_id,
                connector: names.get(&p.connector).cloned().unwrap_or_else(|| view.connector.clone()),
                submitted_at: moment(p.submitted_at),
                done_at: moment(p.done_at),
            })
            .collect();
    }
    Ok(view)
}

/// Messages that fit the filter.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> Result<Page> {
    ctx.need(Permission::Read)?;
    let limit = filter.limit.clamp(1, PAGE_MAX);
    let mut rows = message::list(tx, ctx.workspace, &Filter { limit: limit + 1, ..filter.clone() })?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = rows.last().filter(|_| more).map(|r| r.id);
    let names = names(tx)?;
    Ok(Page { data: rows.into_iter().map(|r| view(r, &names)).collect(), next })
}

/// The story of a message, oldest first.
pub fn timeline(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<Entry>> {
    let view = get(tx, ctx, id)?;
    let row = &view.row;
    let entry = |at, kind: &str, detail: String| {
        let text = story::words(kind, &detail, row.code);
        Entry { at, kind: kind.into(), detail, text }
    };
    let mut out = vec![entry(row.accepted_at, "accepted", row.source.clone())];
    if !view.connector.is_empty() {
        out.push(entry(row.accepted_at, "routed", view.connector.clone()));
    }
    if row.due > row.accepted_at + 1_000 {
        out.push(entry(row.accepted_at, "scheduled", row.due.to_string()));
    }
    let events = message::events(tx, ctx.workspace, id)?;
    out.extend(events.into_iter().map(|e| entry(e.at, &e.kind, e.detail)));
    for (n, part) in view.parts.iter().enumerate() {
        let which =
            if view.parts.len() > 1 { format!("{}/{} ", n + 1, view.parts.len()) } else { String::new() };
        if let Some(at) = part.submitted_at {
            out.push(entry(at, "submitted", format!("{which}{}", part.smsc_id)));
        }
        if let (Some(at), true) = (part.done_at, view.parts.len() > 1) {
            out.push(entry(at, part.status.name(), which));
        }
    }
    if story::came_early(row) {
        out.push(entry(row.done_at, "early_receipt", String::new()));
    }
    if row.done_at > 0 {
        out.push(entry(row.done_at, row.status.name(), row.detail.clone()));
    }
    out.sort_by_key(|e| e.at);
    Ok(out)
}

fn names(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, String>> {
    Ok(connector::list(tx)?.into_iter().map(|c| (c.id, c.name)).collect())
}

fn view(row: Message, names: &BTreeMap<i64, String>) -> View {
    let connector = names.get(&row.connector).cloned().unwrap_or_default();
    let status = shown(row.status, row.in_flight);
    let part = PartView {
        status,
        smsc_id: row.smsc_id.clone(),
        connector: connector.clone(),
        submitted_at: moment(row.submitted_at),
        done_at: moment(row.done_at),
    };
    View {
        id: id::public(kind::MESSAGE, row.id),
        status,
        reason: Reason { code: row.code, text: row.detail.clone() },
        connector,
        parts: vec![part],
        row,
    }
}

fn shown(stored: Status, in_flight: bool) -> Status {
    if in_flight && stored == Status::Queued { Status::Submitting } else { stored }
}

fn moment(at: i64) -> Option<i64> {
    (at > 0).then_some(at)
}
