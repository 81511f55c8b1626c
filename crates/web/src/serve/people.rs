//! People and lists over HTTP: search, one person, adding, permission and refusal by hand.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::audience::{self, Claim, Detail, Filter, New, Summary};
use engine::consent::{self, Method, Refuse};
use engine::{Ctx, Error};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use store::contact::Consent;
use store::suppression::Scope;
use store::{Tx, thread};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{places, shown};
use crate::pages::contacts::{self as all_page, AddPerson, ContactsView, Person};
use crate::pages::lists::{self as lists_page, List, ListsView};
use crate::pages::person::{self as one_page, ConsentEvent, Line, PersonView};
use crate::ui::form::Choice;
use crate::ui::state::May;
use crate::ui::table::Pager;

const PAGE: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts", get(list).post(add))
        .route("/contacts/lists", get(lists).post(make_list))
        .route("/contacts/{id}", get(one).post(save))
        .route("/contacts/{id}/stop", post(stop))
        .route("/contacts/{id}/consent", post(grant))
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
}

fn find(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Asked) -> engine::Result<Found> {
    let consent = match asked.may.as_str() {
        "yes" => Some(Consent::Granted),
        "unknown" => Some(Consent::Unknown),
        "no" => Some(Consent::Refused),
        "left" => Some(Consent::Left),
        _ => None,
    };
    let filter = Filter {
        search: asked.q.clone(),
        list: parse(kind::LIST, &asked.list),
        consent,
        before: parse(kind::CONTACT, &asked.after),
        limit: PAGE,
    };
    Ok(Found {
        summary: audience::summary(tx, ctx)?,
        page: audience::contacts(tx, ctx, &filter)?,
        lists: choices(tx, ctx)?,
    })
}

/// Every list there is, by its public id and name.
pub(super) fn choices(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Vec<Choice>> {
    Ok(audience::lists(tx, ctx)?.into_iter().map(|l| Choice::new(l.id, l.name)).collect())
}

async fn data(seat: &Seat, asked: Asked, fault: Option<(AddPerson, String)>) -> Result<ContactsView, Oops> {
    let wanted = asked.clone();
    let found = seat.read(move |tx, ctx| find(tx, ctx, &wanted)).await?;
    let person = |p: &audience::View| Person {
        id: p.id.clone(),
        name: format!("{} {}", p.first_name, p.last_name).trim().to_owned(),
        phone: seat.number(&p.number),
        may: may_of(p.consent),
        lists: p.lists.clone(),
        last_out: p.last_out,
        last_in: p.last_in,
    };
    let kept: String = [("q", &asked.q), ("list", &asked.list), ("may", &asked.may)]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", places::escaped(value)))
        .collect();
    Ok(ContactsView {
        all: found.summary.all,
        may: found.summary.granted,
        left: found.summary.left,
        unknown: found.summary.unknown,
        people: found.page.data.iter().map(person).collect(),
        lists: found.lists,
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
    if part == "people" {
        return Ok(reply::page(all_page::people(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(all_page::view(&seat.words, &shell, &data)))
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

fn facts(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> engine::Result<(Detail, Option<i64>)> {
    let detail = audience::contact(tx, ctx, id)?;
    let thread = thread::by_address(tx, ctx.workspace, &detail.contact.number)?.map(|t| t.id);
    Ok((detail, thread))
}

async fn one(seat: Seat, Path(id): Path<String>) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let (detail, thread) = seat.read(move |tx, ctx| facts(tx, ctx, stored)).await?;
    let p = &detail.contact;
    let method = |word: &str| {
        let key = format!("method-{}", word.replace('_', "-"));
        if seat.words.has(&key) { seat.words.t(&key) } else { word.to_owned() }
    };
    let data = PersonView {
        id: p.id.clone(),
        name: format!("{} {}", p.first_name, p.last_name).trim().to_owned(),
        first_name: p.first_name.clone(),
        last_name: p.last_name.clone(),
        phone: seat.number(&p.number),
        may: may_of(p.consent),
        consents: detail
            .events
            .iter()
            .map(|e| ConsentEvent {
                at: e.claimed_at,
                given: e.action == "grant",
                source: method(&e.method),
                wording: e.wording.clone(),
            })
            .collect(),
        lists: p.lists.clone(),
        fields: p.fields.clone().into_iter().collect(),
        messages: detail
            .messages
            .iter()
            .map(|m| Line {
                id: m.id.clone(),
                at: m.row.accepted_at,
                text: m.row.text.clone(),
                status: Some(m.status),
            })
            .collect(),
        thread: thread.map(|id| public(kind::THREAD, id)),
    };
    let shell = seat.shell().await?;
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let (first_name, last_name) = (posted.get("first_name").to_owned(), posted.get("last_name").to_owned());
    let change = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let old = audience::contact(tx, ctx, stored)?.contact;
        let (first_name, last_name) = (first_name.clone(), last_name.clone());
        let new = New { number: old.number, first_name, last_name, fields: old.fields, ..New::default() };
        audience::update_contact(tx, ctx, stored, &new)
    };
    posted.seat.write("save person", change).await?;
    Ok(reply::done(&format!("/contacts/{id}"), "said-saved", None))
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
    posted.seat.write("stop messaging", change).await?;
    Ok(reply::done(&format!("/contacts/{id}"), "said-left", None))
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
