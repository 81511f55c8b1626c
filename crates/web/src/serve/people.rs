//! People and lists over HTTP: search, one person, adding, permission and refusal by hand.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::audience::{self, Claim, Detail, Filter, New, Summary};
use engine::consent::{self, Method, Refuse};
use engine::{Ctx, Error};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use store::suppression::Scope;
use store::{Tx, thread};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{many, shown};
use crate::pages::contacts::{self as all_page, AddPerson, ContactsView, Person};
use crate::pages::lists::{self as lists_page, List, ListsView};
use crate::pages::many::{Many, Typed};
use crate::pages::person::{self as one_page, ConsentEvent, PersonView};
use crate::pages::person_more::{Double, More};
use crate::ui::form::Choice;
use crate::ui::state::May;
use crate::ui::table::Pager;
use crate::words::Words;

const PAGE: i64 = 50;
/// What happened, on one page of a person.
const STORY: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts", get(list).post(add))
        .route("/contacts/lists", get(lists).post(make_list))
        .route("/contacts/{id}", get(one).post(save))
        .route("/contacts/{id}/stop", post(stop))
        .route("/contacts/{id}/consent", post(grant))
        .route("/contacts/{id}/tags", post(retag))
        .route("/contacts/{id}/lists", post(relist))
        .route("/contacts/{id}/merge", post(merge))
        .route("/contacts/{id}/unmerge/{merge}", post(unmerge))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    list: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    may: String,
    #[serde(default)]
    after: String,
}

/// What a page says of a permission.
fn may_of(word: &str) -> May {
    match word {
        "granted" => May::Yes,
        "refused" => May::No,
        "left" => May::Left,
        _ => May::Unknown,
    }
}

struct Found {
    summary: Summary,
    page: audience::Page,
    lists: Vec<Choice>,
    tags: Vec<Choice>,
    many: (Many, i64, bool, Vec<engine::bulk::View>),
}

/// What the page is filtered by, as its address has it.
fn query_of(asked: &Asked) -> String {
    many::query_of(&[("q", &asked.q), ("list", &asked.list), ("tag", &asked.tag), ("may", &asked.may)])
}

fn find(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Asked, w: &Words) -> engine::Result<Found> {
    let query = query_of(asked);
    let before = parse(kind::CONTACT, &asked.after);
    let filter = Filter { before, limit: PAGE, ..many::filter_of(&query) };
    Ok(Found {
        summary: audience::summary(tx, ctx)?,
        page: audience::contacts(tx, ctx, &filter)?,
        lists: choices(tx, ctx)?,
        tags: many::tag_choices(w, tx, ctx)?,
        many: many::facts(tx, ctx, &query)?,
    })
}

/// Every list there is, by its public id and name.
pub(super) fn choices(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Vec<Choice>> {
    Ok(audience::lists(tx, ctx)?.into_iter().map(|l| Choice::new(l.id, l.name)).collect())
}

async fn data(seat: &Seat, asked: Asked, fault: Option<(AddPerson, String)>) -> Result<ContactsView, Oops> {
    let (wanted, words) = (asked.clone(), seat.words.clone());
    let found = seat.read(move |tx, ctx| find(tx, ctx, &wanted, &words)).await?;
    let person = |p: &audience::View| Person {
        id: p.id.clone(),
        name: format!("{} {}", p.first_name, p.last_name).trim().to_owned(),
        phone: seat.number(&p.number),
        may: may_of(p.consent),
        lists: p.lists.clone(),
        tags: p.tags.clone(),
        last_out: p.last_out,
        last_in: p.last_in,
    };
    let kept = match query_of(&asked) {
        query if query.is_empty() => query,
        query => format!("{query}&"),
    };
    Ok(ContactsView {
        all: found.summary.all,
        more: found.summary.more,
        may: found.summary.granted,
        left: found.summary.left,
        unknown: found.summary.unknown,
        people: found.page.data.iter().map(person).collect(),
        lists: found.lists,
        tags: found.tags,
        tag: asked.tag,
        many: many::told(&seat.words, found.many),
        pager: Pager {
            says: String::new(),
            first: (!asked.after.is_empty()).then(|| format!("/contacts?{kept}")),
            next: found.page.next.map(|id| format!("/contacts?{kept}after={}", public(kind::CONTACT, id))),
        },
        query: asked.q,
        list: asked.list,
        permission: asked.may,
        fault,
    })
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let part = asked.part.clone();
    let data = data(&seat, asked, None).await?;
    let shell = seat.shell().await?;
    if part == "people" {
        return Ok(reply::page(all_page::found(&seat.words, &shell, &data)));
    }
    Ok(seat.page(all_page::view(&seat.words, &shell, &data)))
}

/// The page again, with what was to be done to many and why it was not.
pub(super) async fn not_done(seat: &Seat, query: &str, fault: (Typed, String, String)) -> Answer {
    let fields = super::places::decoded(query.as_bytes());
    let get = |name: &str| fields.iter().find(|(n, _)| n == name).map_or(String::new(), |(_, v)| v.clone());
    let asked =
        Asked { q: get("q"), list: get("list"), tag: get("tag"), may: get("may"), ..Asked::default() };
    let mut data = data(seat, asked, None).await?;
    data.many.fault = Some(fault);
    let shell = seat.shell().await?;
    Ok(reply::refused(all_page::view(&seat.words, &shell, &data)))
}

async fn add(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let typed = AddPerson {
        phone: posted.get("phone").into(),
        first_name: posted.get("first_name").into(),
        last_name: posted.get("last_name").into(),
    };
    let source = seat.words.t("contacts-add-consent");
    let new = New {
        number: typed.phone.clone(),
        first_name: typed.first_name.clone(),
        last_name: typed.last_name.clone(),
        lists: parse(kind::LIST, posted.get("list")).into_iter().collect(),
        consent: (posted.get("consent") == "yes").then_some(Claim { source, at: None }),
        ..New::default()
    };
    match seat.write("add person", move |tx, ctx| audience::add_contact(tx, ctx, &new)).await {
        Ok(id) => Ok(reply::done(&format!("/contacts/{}", public(kind::CONTACT, id)), "said-added", None)),
        Err(e @ (Error::Invalid { .. } | Error::Refused { .. })) => {
            let why = shown::why(&seat.words, &e).1;
            let data = data(seat, Asked::default(), Some((typed, why))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(all_page::view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

/// What the page of one person is asked.
#[derive(Debug, Clone, Default, Deserialize)]
struct AskedOne {
    /// What happened before this moment.
    #[serde(default)]
    before: i64,
    /// Whether doubles are looked for.
    #[serde(default)]
    doubles: String,
}

struct One {
    detail: Detail,
    thread: Option<i64>,
    story: engine::history::Page,
    on: Vec<(String, String)>,
    off: Vec<Choice>,
    merges: Vec<audience::MergeView>,
    doubles: Option<Vec<audience::View>>,
}

fn facts(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, asked: &AskedOne) -> engine::Result<One> {
    let detail = audience::contact(tx, ctx, id)?;
    let thread = thread::by_address(tx, ctx.workspace, &detail.contact.number)?.map(|t| t.id);
    let names: Vec<&String> = detail.contact.lists.iter().collect();
    let (mut on, mut off) = (Vec::new(), Vec::new());
    for list in audience::lists(tx, ctx)? {
        if names.contains(&&list.name) {
            on.push((list.id, list.name));
        } else {
            off.push(Choice::new(list.id, list.name));
        }
    }
    let looks = asked.doubles == "look";
    Ok(One {
        story: engine::history::of(tx, ctx, id, asked.before, STORY)?,
        merges: audience::merges(tx, ctx, id)?,
        doubles: looks.then(|| audience::doubles(tx, ctx, id)).transpose()?,
        detail,
        thread,
        on,
        off,
    })
}

async fn one(seat: Seat, Path(id): Path<String>, Query(asked): Query<AskedOne>) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let data = person(&seat, stored, asked, None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

async fn person(
    seat: &Seat,
    id: i64,
    asked: AskedOne,
    fault: Option<(String, String)>,
) -> Result<PersonView, Oops> {
    let wanted = asked.clone();
    let one = seat.read(move |tx, ctx| facts(tx, ctx, id, &wanted)).await?;
    let p = &one.detail.contact;
    let method = |word: &str| {
        let key = format!("method-{}", word.replace('_', "-"));
        if seat.words.has(&key) { seat.words.t(&key) } else { word.to_owned() }
    };
    let named = |p: &audience::View| format!("{} {}", p.first_name, p.last_name).trim().to_owned();
    let double =
        |d: &audience::View| Double { id: d.id.clone(), name: named(d), phone: seat.number(&d.number) };
    let merges = one.merges.iter().filter(|m| m.undone_at.is_none() && !m.number.is_empty());
    let more = More {
        story: one.story.data.iter().map(|e| many::happened(seat, e)).collect(),
        older: one.story.next.map_or_else(String::new, |at| format!("?before={at}")),
        later: asked.before > 0,
        tags: p.tags.clone(),
        on: one.on,
        off: one.off,
        fields: p.fields.clone().into_iter().collect(),
        merges: merges.map(|m| (m.id.clone(), seat.number(&m.number))).collect(),
        doubles: one.doubles.map(|all| all.iter().map(double).collect()),
        fault,
        typed: Vec::new(),
    };
    let event = |e: &consent::EventView| ConsentEvent {
        at: e.claimed_at,
        given: e.action == "grant",
        source: method(&e.method),
        wording: e.wording.clone(),
    };
    let said = |e: &&consent::EventView| matches!(e.action.as_str(), "grant" | "refuse");
    Ok(PersonView {
        id: p.id.clone(),
        name: named(p),
        first_name: p.first_name.clone(),
        last_name: p.last_name.clone(),
        phone: seat.number(&p.number),
        may: may_of(p.consent),
        consents: one.detail.events.iter().filter(said).map(event).collect(),
        fields: p.fields.clone().into_iter().collect(),
        thread: one.thread.map(|id| public(kind::THREAD, id)),
        more,
    })
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let (first_name, last_name) = (posted.get("first_name").to_owned(), posted.get("last_name").to_owned());
    let number = posted.get("phone").to_owned();
    let mut fields: BTreeMap<String, String> = posted
        .all()
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("field:")?.to_owned(), value.clone())))
        .collect();
    let new = posted.get("new_field");
    if !new.is_empty() {
        fields.insert(new.to_owned(), posted.get("new_value").to_owned());
    }
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let old = audience::contact(tx, ctx, stored)?.contact;
        let (first_name, last_name) = (first_name.clone(), last_name.clone());
        let number = if number.is_empty() { old.number } else { number.clone() };
        let new = New { number, first_name, last_name, fields: fields.clone(), ..New::default() };
        audience::update_contact(tx, ctx, stored, &new)
    };
    match posted.seat.write("save person", change).await {
        Ok(()) => Ok(reply::done(&format!("/contacts/{id}"), "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => again(&posted, stored, &e).await,
        Err(e) => Err(e.into()),
    }
}

/// The tags of one person, as they were typed: with commas between them.
async fn retag(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let names: Vec<String> = posted.get("tags").split(',').map(|name| name.trim().to_owned()).collect();
    let done = posted.seat.write("tags", move |tx, ctx| audience::retag(tx, ctx, stored, &names)).await;
    match done {
        Ok(()) => Ok(reply::done(&format!("/contacts/{id}"), "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => again(&posted, stored, &e).await,
        Err(e) => Err(e.into()),
    }
}

/// The page of one person again, with what was typed and what is wrong with it.
async fn again(posted: &Posted, id: i64, e: &Error) -> Answer {
    let seat = &posted.seat;
    let mut data = person(seat, id, AskedOne::default(), Some(shown::why(&seat.words, e))).await?;
    data.more.typed = posted.all().to_vec();
    let shell = seat.shell().await?;
    Ok(reply::refused(one_page::view(&seat.words, &shell, &data)))
}

/// Into a list, or out of one.
async fn relist(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let (join, leave) = (parse(kind::LIST, posted.get("join")), parse(kind::LIST, posted.get("leave")));
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        if let Some(list) = join {
            audience::add_to_list(tx, ctx, list, &[stored])?;
        }
        if let Some(list) = leave {
            audience::take_from_list(tx, ctx, list, &[stored])?;
        }
        Ok(())
    };
    posted.seat.write("lists", change).await?;
    Ok(reply::done(&format!("/contacts/{id}"), "said-saved", None))
}

/// Two made one: the other by its id or by its number.
async fn merge(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let (other, number) = (parse(kind::CONTACT, posted.get("other")), posted.get("number").to_owned());
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let other = match other {
            Some(other) => other,
            None => audience::by_number(tx, ctx, &number)?.ok_or(Error::NotFound("contact"))?.row.id,
        };
        audience::merge(tx, ctx, stored, other)
    };
    let to = format!("/contacts/{id}");
    match posted.seat.write("merge", change).await {
        Ok(_) => Ok(reply::done(&to, "said-merged", None)),
        Err(Error::Invalid { .. } | Error::NotFound(_)) => Ok(reply::done(&to, "said-not-merged", None)),
        Err(e) => Err(e.into()),
    }
}

async fn unmerge(Path((id, merge)): Path<(String, String)>, posted: Posted) -> Answer {
    let (to, stored) = (format!("/contacts/{id}"), id_of(kind::MERGE, &merge)?);
    match posted.seat.write("unmerge", move |tx, ctx| audience::unmerge(tx, ctx, stored)).await {
        Ok(_) => Ok(reply::done(&to, "said-unmerged", None)),
        Err(Error::Conflict(_)) => Ok(reply::done(&to, "said-not-merged", None)),
        Err(e) => Err(e.into()),
    }
}

/// Somebody of ours writes down that the person asked to stop.
async fn stop(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let method = match posted.get("how") {
        "call" => Method::Call,
        "paper" => Method::Paper,
        _ => Method::Staff,
    };
    let note = posted.get("evidence").to_owned();
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let number = audience::contact(tx, ctx, stored)?.contact.number;
        // One press says no more than who pressed; a call or a paper needs what shows it.
        let evidence = match method {
            Method::Staff if note.is_empty() => ctx.actor_name(),
            _ => note.clone(),
        };
        consent::refuse(tx, ctx, &Refuse { number, scope: Scope::Marketing, method, evidence })
    };
    match posted.seat.write("stop messaging", change).await {
        Ok(_) => Ok(reply::done(&format!("/contacts/{id}"), "said-left", None)),
        Err(e @ Error::Invalid { .. }) => again(&posted, stored, &e).await,
        Err(e) => Err(e.into()),
    }
}

/// Somebody of ours writes down that the person gave permission.
async fn grant(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let source = posted.seat.words.t("person-consent");
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let old = audience::contact(tx, ctx, stored)?.contact;
        let new = New {
            number: old.number,
            first_name: old.first_name,
            last_name: old.last_name,
            fields: old.fields,
            consent: Some(Claim { source: source.clone(), at: None }),
            ..New::default()
        };
        audience::update_contact(tx, ctx, stored, &new)
    };
    match posted.seat.write("permission", change).await {
        Ok(()) => Ok(reply::done(&format!("/contacts/{id}"), "said-saved", None)),
        Err(Error::Refused { .. }) => Ok(reply::done(&format!("/contacts/{id}"), "said-not-allowed", None)),
        Err(e) => Err(e.into()),
    }
}

async fn lists_data(seat: &Seat, fault: Option<(String, String)>) -> Result<ListsView, Oops> {
    let found = seat.read(audience::lists).await?;
    let lists =
        found.into_iter().map(|l| List { id: l.id, name: l.name, people: l.size, made: l.created_at });
    Ok(ListsView { lists: lists.collect(), fault })
}

async fn lists(seat: Seat) -> Answer {
    let data = lists_data(&seat, None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(lists_page::view(&seat.words, &shell, &data)))
}

async fn make_list(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let name = posted.get("name").to_owned();
    let wanted = name.clone();
    match seat.write("make list", move |tx, ctx| audience::list_create(tx, ctx, &wanted)).await {
        Ok(_) => Ok(reply::done("/contacts/lists", "said-added", None)),
        Err(e @ Error::Invalid { .. }) => {
            let data = lists_data(seat, Some((name, shown::why(&seat.words, &e).1))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(lists_page::view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}
