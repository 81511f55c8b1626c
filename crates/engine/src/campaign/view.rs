//! Looking at mailings: one, many, and the people who were left out of one.

use super::report::{self, Report};
use crate::{Ctx, Error, Permission, Result};
use sms::id::kind;
use sms::{Class, Code, Status};
use std::collections::BTreeMap;
use store::Tx;
use store::campaign as rows;
use store::{counter, topic};

/// The most that one page of a list shows.
const PAGE_MOST: i64 = 200;

/// A mailing as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct View {
    /// Its id.
    #[serde(serialize_with = "campaign_id")]
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// The text with its merge fields.
    pub text: String,
    /// What the handset shows; empty takes the workspace's own.
    pub sender: String,
    /// What it is for.
    pub class: Class,
    /// What it is about, by the topic's name; empty is nothing that people can choose.
    pub topic: String,
    /// Who gets it; 0 while nobody was chosen.
    #[serde(serialize_with = "list_id")]
    pub list: i64,
    /// Name of the list; empty when it is gone or was not chosen.
    pub list_name: String,
    /// Not before, ms since 1970; 0 is at once.
    pub due: i64,
    /// What an editor gives back with his change.
    pub version: i64,
    /// Why it waits, as a job last said; empty as a rule.
    pub error: String,
    /// ms since 1970.
    pub created_at: i64,
    /// ms since 1970; 0 for not yet.
    pub launched_at: i64,
    /// When the last of it had left, ms since 1970; 0 for not yet.
    pub done_at: i64,
    /// Where it and its recipients stand.
    pub report: Report,
}

fn campaign_id<S: serde::Serializer>(id: &i64, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&sms::id::public(kind::CAMPAIGN, *id))
}

fn list_id<S: serde::Serializer>(id: &i64, s: S) -> Result<S::Ok, S::Error> {
    if *id == 0 { s.serialize_none() } else { s.serialize_str(&sms::id::public(kind::LIST, *id)) }
}

fn contact_id<S: serde::Serializer>(id: &i64, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&sms::id::public(kind::CONTACT, *id))
}

fn view(tx: &mut Tx<'_>, ctx: &Ctx, c: rows::Campaign) -> Result<View> {
    let report = report::of(tx, ctx.workspace, &c)?;
    let list = rows::list_of(tx, ctx.workspace, c.draft.list)?;
    let topic = topic::name(tx, ctx.workspace, c.draft.topic)?;
    Ok(View {
        topic,
        id: c.id,
        name: c.draft.name,
        text: c.draft.text,
        sender: c.draft.sender,
        class: c.draft.class,
        list: c.draft.list,
        list_name: list.map(|(name, _)| name).unwrap_or_default(),
        due: c.draft.due,
        version: c.version,
        error: c.error,
        created_at: c.created_at,
        launched_at: c.launched_at,
        done_at: c.done_at,
        report,
    })
}

/// One mailing.
///
/// # Errors
/// `NotFound`.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    view(tx, ctx, found)
}

/// Mailings, newest first; `before` is the last id of the page before.
///
/// # Errors
/// When the store refuses.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, before: Option<i64>, limit: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let found = rows::list(tx, ctx.workspace, before.unwrap_or(i64::MAX), limit.clamp(1, PAGE_MOST))?;
    found.into_iter().map(|c| view(tx, ctx, c)).collect()
}

/// One person who was left out before acceptance.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Skip {
    /// The contact.
    #[serde(serialize_with = "contact_id")]
    pub contact: i64,
    /// The number; empty when the contact is gone.
    pub number: String,
    /// Why.
    pub code: Code,
    /// Which rule said so, with its pack; empty where none but the code is needed.
    pub rule: String,
    /// The packs that were asked, each as `id@version#sha256`.
    pub law: String,
}

/// Who was left out of a mailing, for one reason or for any; `after` is the last contact of the page before.
///
/// # Errors
/// `NotFound`.
pub fn skipped(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: i64,
    code: Option<Code>,
    after: i64,
    limit: i64,
) -> Result<Vec<Skip>> {
    ctx.need(Permission::Read)?;
    rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let code = code.unwrap_or(Code::None);
    let found = rows::count::skipped(tx, ctx.workspace, id, code, after, limit.clamp(1, PAGE_MOST))?;
    let view = |s: rows::count::Skip| Skip {
        contact: s.contact,
        number: s.number,
        code: s.code,
        rule: s.rule.to_string(),
        law: s.law.to_string(),
    };
    Ok(found.into_iter().map(view).collect())
}

/// Why messages of a mailing did not arrive, most first.
///
/// # Errors
/// `NotFound`.
pub fn reasons(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<(Code, i64)>> {
    ctx.need(Permission::Read)?;
    rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let mut all: BTreeMap<Code, i64> = BTreeMap::new();
    for (status, code, n) in counter::campaign(tx, ctx.workspace, id)? {
        let failed = [Status::Undelivered, Status::Rejected, Status::Expired];
        if n > 0 && Status::from_number(status).is_some_and(|s| failed.contains(&s)) {
            *all.entry(Code::from_number(code).unwrap_or(Code::UnknownCode)).or_default() += n;
        }
    }
    let mut all: Vec<(Code, i64)> = all.into_iter().collect();
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(all)
}

/// Somebody who wrote back to a mailing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The conversation.
    pub thread: i64,
    /// Name; may be empty.
    pub name: String,
    /// Who wrote.
    pub address: String,
    /// The last words.
    pub text: String,
    /// When, ms since 1970.
    pub at: i64,
    /// Whether the person has left since.
    pub left: bool,
}

/// The newest answers to a mailing.
///
/// # Errors
/// `NotFound`.
pub fn answers(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, limit: i64) -> Result<Vec<Answer>> {
    ctx.need(Permission::Read)?;
    rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let threads = store::thread::of_campaign(tx, ctx.workspace, id, limit.clamp(1, PAGE_MOST))?;
    let tags: Vec<i64> = threads.iter().map(|t| t.tag).collect();
    let stopped = store::suppression::of_tags(tx, ctx.workspace, &tags)?;
    Ok(threads
        .into_iter()
        .map(|t| Answer {
            left: stopped.iter().any(|s| s.tag == t.tag && s.of_everything()),
            thread: t.id,
            name: t.name,
            address: t.address,
            text: t.snippet,
            at: t.last_at,
        })
        .collect())
}
