//! Conversations as people see and answer them: a list, one with both directions by time, reply, read, resolve.
//!
//! Looking needs the permission to read, answering and settling the permission of the inbox.

use crate::inbound::snippet;
use crate::{Accepted, Ctx, Error, Permission, Result, Submission, submit};
use serde::Serialize;
use sms::id::{kind, public};
use sms::{Class, Code, Status};
use store::message::{self, Message};
use store::thread::{self as rows, State, Thread};
use store::{Bell, Tx, inbound};

pub use store::thread::{Filter, State as ThreadState};

/// Rows a page shows at the most.
const PAGE_MAX: i64 = 200;
const PAGE: i64 = 50;

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadView {
    /// Stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// Whom it is with.
    pub address: String,
    /// The contact's name; empty where nobody knows one.
    pub name: String,
    /// Public id of the contact.
    pub contact: Option<String>,
    /// The address of ours that was written to last.
    pub number: String,
    /// The beginning of what was said last.
    pub snippet: String,
    /// Messages in that nobody has looked at.
    pub unread: i64,
    /// `open` or `resolved`.
    pub state: &'static str,
    /// When something was said last, ms.
    pub last_at: i64,
    /// Public id of the campaign it answers.
    pub campaign: Option<String>,
}

impl From<Thread> for ThreadView {
    fn from(t: Thread) -> ThreadView {
        let some = |kind, id| (id != 0).then(|| public(kind, id));
        ThreadView {
            row: t.id,
            id: public(kind::THREAD, t.id),
            address: t.address,
            name: t.name,
            contact: some(kind::CONTACT, t.contact),
            number: t.number,
            snippet: t.snippet,
            unread: t.unread,
            state: t.state.name(),
            last_at: t.last_at,
            campaign: some(kind::CAMPAIGN, t.last_campaign),
        }
    }
}

/// Conversations, the one with the latest words first.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// The conversations.
    pub data: Vec<ThreadView>,
    /// Whether there are more.
    pub has_more: bool,
    /// [`Filter::before`] of the next page.
    pub next: Option<(i64, i64)>,
}

/// One message of a conversation, in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Public id: `inb_…` or `msg_…`.
    pub id: String,
    /// Stored id.
    #[serde(skip)]
    pub row: i64,
    /// Whether the person wrote it.
    pub inbound: bool,
    /// What was written.
    pub text: String,
    /// When, ms.
    pub at: i64,
    /// Where it stands; `None` for what came in.
    pub status: Option<Status>,
    /// Why it stands there.
    pub code: Option<Code>,
    /// What it is for; `None` for what came in.
    pub class: Option<Class>,
    /// The campaign it is of.
    pub campaign: Option<String>,
    /// What it did: empty, or a word and the rule that said so (`optout keyword:stop`).
    pub effect: String,
    /// Which door it came through; empty for what came in.
    pub source: String,
    /// Optional parameters of SMPP that were kept of what came in, a line each.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tlvs: String,
}

/// One conversation, its messages oldest first.
#[derive(Debug, Clone, Serialize)]
pub struct Conversation {
    /// The conversation.
    pub thread: ThreadView,
    /// Its last messages.
    pub items: Vec<Item>,
    /// What the person may be sent: `unknown`, `granted`, `refused`.
    pub consent: &'static str,
    /// Whether a message that may be a refusal waits for somebody to look.
    pub suspect: bool,
}

/// Conversations that fit the filter.
pub fn threads(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> Result<Page> {
    ctx.need(Permission::Read)?;
    let limit = if filter.limit <= 0 { PAGE } else { filter.limit.min(PAGE_MAX) };
    let mut found = rows::list(tx, ctx.workspace, &Filter { limit: limit + 1, ..filter.clone() })?;
    let has_more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = found.last().filter(|_| has_more).map(|t| (t.last_at, t.id));
    Ok(Page { data: found.into_iter().map(ThreadView::from).collect(), has_more, next })
}

fn known(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Thread> {
    rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("thread"))
}

/// One conversation with its last messages in both directions, campaigns' messages to this number too.
pub fn thread(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Conversation> {
    ctx.need(Permission::Read)?;
    let thread = known(tx, ctx, id)?;
    let came = inbound::of_thread(tx, ctx.workspace, id, i64::MAX, PAGE_MAX)?;
    let filter = message::Filter { tag: Some(thread.tag), limit: PAGE_MAX, ..message::Filter::default() };
    let went = message::list(tx, ctx.workspace, &filter)?;
    let mut items: Vec<Item> = came.into_iter().map(item_in).chain(went.into_iter().map(item_out)).collect();
    items.sort_by_key(|i| (i.at, i.row));
    let surplus = items.len().saturating_sub(usize::try_from(PAGE_MAX).unwrap_or_default());
    items.drain(..surplus);
    let state = crate::consent::state(tx, ctx, &thread.address)?;
    Ok(Conversation { thread: thread.into(), items, consent: state.consent, suspect: state.suspect })
}

fn item_in(m: inbound::Inbound) -> Item {
    Item {
        id: public(kind::INBOUND, m.id),
        row: m.id,
        inbound: true,
        text: m.text,
        at: m.received_at,
        status: None,
        code: None,
        class: None,
        campaign: None,
        effect: m.effect,
        source: String::new(),
        tlvs: m.tlvs,
    }
}

fn item_out(m: Message) -> Item {
    Item {
        id: public(kind::MESSAGE, m.id),
        row: m.id,
        inbound: false,
        text: m.text,
        at: if m.submitted_at > 0 { m.submitted_at } else { m.accepted_at.max(m.due) },
        status: Some(m.status),
        code: Some(m.code).filter(|c| *c != Code::None),
        class: Some(m.class),
        campaign: (m.campaign != 0).then(|| public(kind::CAMPAIGN, m.campaign)),
        effect: String::new(),
        source: m.source,
        tlvs: String::new(),
    }
}

/// Answers a person from the number that was written to. A refusal of it is an error and leaves nothing.
pub fn reply(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, text: &str) -> Result<Accepted> {
    ctx.need(Permission::Inbox)?;
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "required", ""));
    }
    let thread = known(tx, ctx, id)?;
    let submission = Submission {
        workspace: ctx.workspace,
        to: thread.address,
        text: text.to_owned(),
        from: Some(thread.number).filter(|number| !number.is_empty()),
        class: Some(Class::Conversational),
        contact: thread.contact,
        thread: id,
        test: ctx.test,
        source: "inbox",
        ..Submission::default()
    };
    let accepted = match submit(tx, &[submission])?.pop() {
        Some(Ok(accepted)) => accepted,
        Some(Err(refusal)) => return Err(Error::Refused { code: refusal.code, rule: refusal.rule }),
        None => return Err(Error::Refused { code: Code::StoreFull, rule: "submit".into() }),
    };
    let now = tx.now();
    rows::said(tx, ctx.workspace, id, &snippet(text), now)?;
    rows::mark_read(tx, ctx.workspace, id)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(accepted)
}

/// Somebody has looked.
pub fn mark_read(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Inbox)?;
    known(tx, ctx, id)?;
    if rows::mark_read(tx, ctx.workspace, id)? {
        tx.ring(Bell::Workspace(ctx.workspace));
    }
    Ok(())
}

/// The conversation is done, until the person writes again.
pub fn resolve(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    set_state(tx, ctx, id, State::Resolved)
}

/// Somebody should look at it again.
pub fn reopen(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    set_state(tx, ctx, id, State::Open)
}

fn set_state(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, state: State) -> Result<()> {
    ctx.need(Permission::Inbox)?;
    known(tx, ctx, id)?;
    if rows::set_state(tx, ctx.workspace, id, state)? {
        if state == State::Resolved {
            rows::mark_read(tx, ctx.workspace, id)?;
        }
        tx.ring(Bell::Workspace(ctx.workspace));
    }
    Ok(())
}

/// Open conversations with something nobody has looked at.
pub fn unread(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<i64> {
    ctx.need(Permission::Read)?;
    Ok(rows::unread(tx, ctx.workspace)?)
}

/// What came in, newest first, older than the stored id `before`: for programs.
pub fn received(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<inbound::Inbound>> {
    ctx.need(Permission::Read)?;
    Ok(inbound::list(tx, ctx.workspace, before.unwrap_or(i64::MAX), limit.clamp(1, PAGE_MAX))?)
}
