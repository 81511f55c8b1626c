//! Everything that ever happened with one person, on one line of time: what was written both ways, permissions and refusals,
//! what was refused before it was sent, what people of ours changed. Of this workspace alone.

use serde::Serialize;
use sms::id::{self, kind, public};
use sms::{Code, Status};
use store::{
    Tx, bulk, consent, contact, contact_edit, decision, deed, import, inbound, merged, message, tag, thread,
};

use crate::{Ctx, Error, Permission, Result};

/// Events of one kind that are looked at for one page.
const LOOKED: i64 = 1_000;
/// What a page gives at the most.
const PAGE_MAX: i64 = 200;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When, ms since 1970.
    pub at: i64,
    /// `out · in · grant · refuse · expire · ask · retract · denied · edit · deed · many · import · made`.
    pub kind: String,
    /// Its text: of a message, a wording, a value.
    pub text: String,
    /// More: a method, a rule, a field's name, what was before.
    pub detail: String,
    /// The public id of what it is about; empty where there is none.
    pub id: String,
    /// The public id of the campaign of a message; empty where there is none.
    pub campaign: String,
    /// Where a message stands.
    pub status: Option<Status>,
    /// Why.
    pub code: Option<Code>,
    /// Who did it; empty is the person, or the program.
    pub actor: String,
}

impl Entry {
    fn of(at: i64, kind: &str, id: String) -> Entry {
        Entry {
            at,
            kind: kind.to_owned(),
            text: String::new(),
            detail: String::new(),
            id,
            campaign: String::new(),
            status: None,
            code: None,
            actor: String::new(),
        }
    }
}

/// A page of it, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// What happened.
    pub data: Vec<Entry>,
    /// `before` of the next page.
    pub next: Option<i64>,
}

/// What happened with a person before a moment (0 is now), the newest first.
///
/// # Errors
/// When it may not be asked, or there is no such person.
pub fn of(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, before: i64, limit: i64) -> Result<Page> {
    ctx.need(Permission::Read)?;
    let one = contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    let before = if before <= 0 { i64::MAX } else { before };
    let limit = limit.clamp(1, PAGE_MAX);
    let mut all = Vec::new();
    // Whose number was another's before two were made one has that past too.
    let mut numbers = vec![(one.number.clone(), one.tag)];
    for was in merged::of(tx, ctx.workspace, id)?.into_iter().filter(|m| m.undone_at == 0) {
        if !was.number.is_empty() {
            numbers.push((was.number, was.tag));
        }
    }
    for (number, tag) in &numbers {
        said(tx, ctx, number, *tag, (before, limit), &mut all)?;
        judged(tx, ctx, number, &mut all)?;
    }
    done(tx, ctx, &one, before, &mut all)?;
    all.retain(|e| e.at < before);
    all.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    // What happened in one moment stands on one page.
    let at_least = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut cut = all.len().min(at_least);
    while cut > 0 && cut < all.len() && all[cut].at == all[cut - 1].at {
        cut += 1;
    }
    let next = (cut < all.len()).then(|| all[cut - 1].at);
    all.truncate(cut);
    Ok(Page { data: all, next })
}

/// Messages in both directions.
fn said(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    number: &str,
    tag: i64,
    (before, limit): (i64, i64),
    out: &mut Vec<Entry>,
) -> Result<()> {
    let edge = if before == i64::MAX { 0 } else { id::compose(before.max(id::EPOCH_MS), 0, 0) };
    let filter = message::Filter {
        tag: Some(tag),
        before: edge,
        limit: limit.saturating_add(1),
        ..message::Filter::default()
    };
    for m in message::list(tx, ctx.workspace, &filter)? {
        let campaign = if m.campaign == 0 { String::new() } else { public(kind::CAMPAIGN, m.campaign) };
        out.push(Entry {
            text: m.text,
            status: Some(m.status),
            code: Some(m.code).filter(|c| *c != Code::None),
            campaign,
            ..Entry::of(m.accepted_at, "out", public(kind::MESSAGE, m.id))
        });
    }
    let Some(thread) = thread::by_address(tx, ctx.workspace, number)? else { return Ok(()) };
    let edge = if edge == 0 { i64::MAX } else { edge };
    for m in inbound::of_thread(tx, ctx.workspace, thread.id, edge, limit.saturating_add(1))? {
        let entry = Entry::of(m.received_at, "in", public(kind::THREAD, thread.id));
        out.push(Entry { text: m.text, detail: m.effect, ..entry });
    }
    Ok(())
}

/// Permissions, refusals, and what was refused before it was sent.
fn judged(tx: &mut Tx<'_>, ctx: &Ctx, number: &str, out: &mut Vec<Entry>) -> Result<()> {
    let tags = tx.tags(number);
    for e in consent::of_tags(tx, ctx.workspace, &tags, LOOKED)? {
        out.push(Entry {
            text: e.wording,
            detail: e.method,
            actor: e.actor,
            ..Entry::of(e.at, &e.action, public(kind::CONSENT, e.id))
        });
    }
    for d in decision::of_tags(tx, ctx.workspace, &tags, LOOKED)? {
        out.push(Entry { code: Some(d.code), detail: d.rule, ..Entry::of(d.at, "denied", String::new()) });
    }
    for tag in tags {
        for d in deed::list(tx, ctx.workspace, &format!("tag:{tag:016x}"), 0, LOOKED)? {
            out.push(Entry {
                text: d.deed,
                detail: d.detail,
                actor: d.actor,
                ..Entry::of(d.at, "deed", public(kind::DEED, d.id))
            });
        }
    }
    Ok(())
}

/// What people of ours did, and where the person came from.
fn done(tx: &mut Tx<'_>, ctx: &Ctx, one: &contact::Contact, before: i64, out: &mut Vec<Entry>) -> Result<()> {
    for e in contact_edit::of(tx, ctx.workspace, one.id, before, LOOKED)? {
        let detail = format!("{}\n{}", e.what, e.before);
        let entry = Entry::of(e.at, "edit", String::new());
        out.push(Entry { text: e.after, detail, actor: e.actor, ..entry });
    }
    let names = tag::all(tx, ctx.workspace)?;
    for b in bulk::of_contact(tx, ctx.workspace, one.id, LOOKED)? {
        let name = names.iter().find(|t| t.id == b.target).map(|t| t.name.clone());
        let entry = Entry::of(b.created_at, "many", public(kind::BULK, b.id));
        out.push(Entry { text: b.deed, detail: name.unwrap_or_default(), actor: b.actor, ..entry });
    }
    let brought = import::get(tx, ctx.workspace, one.import)?;
    let made = match brought {
        Some(file) => {
            let entry = Entry::of(one.created_at, "import", public(kind::IMPORT, file.id));
            Entry { text: file.name, ..entry }
        }
        None => Entry::of(one.created_at, "made", String::new()),
    };
    out.push(made);
    Ok(())
}
