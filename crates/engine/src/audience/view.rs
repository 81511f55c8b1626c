//! People as pages and programs see them.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use sms::id::{self, kind};
use sms::number;
use store::contact::{self, Consent, Contact, Count};
use store::{Tx, consent, message, workspace};

use super::text;
use crate::consent::EventView;
use crate::{Ctx, Error, Permission, Result};

/// Rows a page gives at the most.
const PAGE_MAX: i64 = 200;
/// Events and messages that are shown of one person.
const SHOWN: i64 = 50;

/// Which people are wanted. What is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words of a name, an e-mail, or a piece of a number in any spelling.
    pub search: String,
    /// Members of this list.
    pub list: Option<i64>,
    /// Marked with this tag.
    pub tag: Option<i64>,
    /// What they allow.
    pub consent: Option<Consent>,
    /// Older than this contact: the `next` of the page before.
    pub before: Option<i64>,
    /// How many at the most.
    pub limit: i64,
}

/// A person.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The row itself.
    #[serde(skip)]
    pub row: Contact,
    /// Public id.
    pub id: String,
    /// The number, E.164.
    pub number: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Everything else that is known.
    pub fields: BTreeMap<String, String>,
    /// `granted · unknown · refused · left`.
    pub consent: &'static str,
    /// Names of the lists, by name.
    pub lists: Vec<String>,
    /// Names of the tags, by name.
    pub tags: Vec<String>,
    /// When we last wrote, ms since 1970.
    pub last_out: Option<i64>,
    /// When the person last wrote.
    pub last_in: Option<i64>,
    /// When the row was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// People of a page, the newest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The people.
    pub data: Vec<View>,
    /// `before` of the next page.
    pub next: Option<i64>,
}

/// A person with everything that is known.
#[derive(Debug, Clone, Serialize)]
pub struct Detail {
    /// Who.
    #[serde(flatten)]
    pub contact: View,
    /// Permissions and refusals, the newest first.
    pub events: Vec<EventView>,
    /// The last messages to this number, the newest first.
    pub messages: Vec<crate::message::View>,
}

/// How many people there are, of which kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// In all.
    pub all: i64,
    /// May be written to.
    pub granted: i64,
    /// Nobody knows.
    pub unknown: i64,
    /// Said no.
    pub refused: i64,
    /// Left.
    pub left: i64,
    /// There are more: of each kind a hundred thousand are counted.
    pub more: bool,
}

/// People that fit the filter.
///
/// # Errors
/// When it may not be asked.
pub fn contacts(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> Result<Page> {
    ctx.need(Permission::Read)?;
    let limit = filter.limit.clamp(1, PAGE_MAX);
    if let Some(row) = by_whole_number(tx, ctx, filter)? {
        return Ok(Page { data: views(tx, ctx, vec![row])?, next: None });
    }
    let asked = contact::Filter { limit: limit + 1, ..stored(filter) };
    let mut rows = contact::page(tx, ctx.workspace, &asked)?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = rows.last().filter(|_| more).map(|r| r.id);
    Ok(Page { data: views(tx, ctx, rows)?, next })
}

/// The one person of a whole number, where nothing else is asked: found by it, and not by reading everybody's.
fn by_whole_number(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> Result<Option<Contact>> {
    let narrow = filter.list.is_some() || filter.tag.is_some() || filter.consent.is_some();
    let typed = filter.search.trim();
    if narrow || filter.before.is_some() || !typed.starts_with(|c: char| c == '+' || c.is_ascii_digit()) {
        return Ok(None);
    }
    match number::normalise(typed, &country(tx, ctx)?).e164 {
        Some(e164) => Ok(contact::by_number(tx, ctx.workspace, &e164)?),
        None => Ok(None),
    }
}

/// How many people fit the filter; beyond a hundred thousand only that there are more.
///
/// # Errors
/// When it may not be asked.
pub fn count(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> Result<Count> {
    ctx.need(Permission::Read)?;
    Ok(contact::count(tx, ctx.workspace, &stored(filter))?)
}

/// How many people there are, of which kind.
///
/// # Errors
/// When it may not be asked.
pub fn summary(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Summary> {
    ctx.need(Permission::Read)?;
    let mut out = Summary::default();
    for (kind, found) in contact::tally(tx, ctx.workspace)? {
        let n = found.n;
        out.all += n;
        out.more |= found.more;
        match kind {
            Consent::Granted => out.granted = n,
            Consent::Unknown => out.unknown = n,
            Consent::Refused => out.refused = n,
            Consent::Left => out.left = n,
        }
    }
    Ok(out)
}

/// One person, with lists, permissions and the last messages.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn contact(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Detail> {
    ctx.need(Permission::Read)?;
    let row = contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    let tag = row.tag;
    let events = consent::of_tag(tx, ctx.workspace, tag, SHOWN)?;
    let filter = message::Filter { tag: Some(tag), limit: SHOWN, ..message::Filter::default() };
    let messages = crate::message::list(tx, ctx, &filter)?.data;
    Ok(Detail {
        contact: one(tx, ctx, row)?,
        events: events.into_iter().map(EventView::of).collect(),
        messages,
    })
}

/// The person with this number, in any spelling of the workspace's country.
///
/// # Errors
/// When it may not be asked.
pub fn by_number(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str) -> Result<Option<View>> {
    ctx.need(Permission::Read)?;
    let country = country(tx, ctx)?;
    let read = number::normalise(raw, &country).e164;
    // As when somebody is added: a number written in full whose range our plan does not know yet may well be one.
    let read = read.or_else(|| number::is_e164(raw.trim()).then(|| raw.trim().to_owned()));
    let Some(e164) = read else { return Ok(None) };
    let Some(row) = contact::by_number(tx, ctx.workspace, &e164)? else { return Ok(None) };
    one(tx, ctx, row).map(Some)
}

/// These people, in the order of their ids; who is gone is left out.
///
/// # Errors
/// When it may not be asked.
pub fn of_ids(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[i64]) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(contact::get(tx, ctx.workspace, *id)?);
    }
    views(tx, ctx, rows)
}

/// The country numbers of a workspace are read by.
pub(super) fn country(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<String> {
    Ok(workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.country)
}

pub(crate) fn stored(filter: &Filter) -> contact::Filter {
    contact::Filter {
        search: text::query(&filter.search),
        list: filter.list.unwrap_or(0),
        tag: filter.tag.unwrap_or(0),
        consent: filter.consent,
        before: filter.before.unwrap_or(0),
        limit: filter.limit,
    }
}

fn one(tx: &mut Tx<'_>, ctx: &Ctx, row: Contact) -> Result<View> {
    views(tx, ctx, vec![row])?.pop().ok_or(Error::NotFound("contact"))
}

pub(super) fn views(tx: &mut Tx<'_>, ctx: &Ctx, rows: Vec<Contact>) -> Result<Vec<View>> {
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let mut lists: HashMap<i64, Vec<String>> = HashMap::new();
    for (contact, _, name) in contact::lists_of(tx, ctx.workspace, &ids)? {
        lists.entry(contact).or_default().push(name);
    }
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for (contact, _, name) in store::tag::of(tx, ctx.workspace, &ids)? {
        tags.entry(contact).or_default().push(name);
    }
    let seen = contact::seen(tx, ctx.workspace, &rows)?;
    let view = |row: Contact| {
        let seen = seen.get(&row.id).copied().unwrap_or_default();
        let consent = if row.left { "left" } else { consent::State::from_number(row.consent).name() };
        View {
            id: id::public(kind::CONTACT, row.id),
            number: row.number.clone(),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            fields: text::fields(&row.fields),
            consent,
            lists: lists.remove(&row.id).unwrap_or_default(),
            tags: tags.remove(&row.id).unwrap_or_default(),
            last_out: seen.out,
            last_in: seen.inward,
            created_at: row.created_at,
            updated_at: row.updated_at,
            row,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
