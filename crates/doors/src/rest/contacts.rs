//! `/v1/contacts`: people, one at a time and by the page.

use super::{created, filters, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::{self, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use engine::audience::{self, Claim, Detail, Filter, New, View};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};
use std::collections::BTreeMap;
use store::contact::Consent;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/contacts", "List people, newest first", list);
    api.post("/v1/contacts", "Add a person", add);
    api.get("/v1/contacts/{id}", "Read a person, with permissions and the last messages", one);
    api.patch("/v1/contacts/{id}", "Change a person", change);
    api.delete("/v1/contacts/{id}", "Remove a person; a refusal stays", remove);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    search: Option<String>,
    number: Option<String>,
    list: Option<String>,
    tag: Option<String>,
    consent: Option<String>,
    /// A saved filter, instead of what else narrows.
    filter: Option<String>,
}

/// What a word says of consent.
pub(super) fn consent_of(word: &str) -> Answer<Consent> {
    Consent::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Consent::ALL.iter().map(|c| c.name()).collect();
        let detail = format!("consent: '{word}' is none of {}", known.join(", "));
        Problem::input("consent", "invalid", detail)
    })
}

pub(super) fn shown(v: &View) -> Value {
    json!({
        "id": v.id, "number": v.number, "first_name": v.first_name, "last_name": v.last_name,
        "fields": v.fields, "consent": v.consent, "lists": v.lists, "tags": v.tags,
        "last_out": v.last_out.map(rfc3339), "last_in": v.last_in.map(rfc3339),
        "created_at": rfc3339(v.created_at), "updated_at": rfc3339(v.updated_at),
    })
}

fn whole(d: &Detail) -> Value {
    let mut value = shown(&d.contact);
    let event = |e: &engine::consent::EventView| {
        json!({
            "action": e.action, "purpose": e.purpose, "method": e.method, "wording": e.wording,
            "evidence": e.evidence, "claimed_at": rfc3339(e.claimed_at), "at": rfc3339(e.at),
        })
    };
    value["events"] = d.events.iter().map(event).collect();
    value["messages"] = d.messages.iter().map(|m| json!({ "id": m.id, "status": m.status })).collect();
    value
}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (wanted, window): (Wanted, _) = page::query(&uri)?;
    if let Some(number) = wanted.number {
        let found = read(&doors, &caller, move |tx, ctx| audience::by_number(tx, ctx, &number)).await?;
        return Ok(Json(List::whole(found.iter().map(shown).collect())));
    }
    let narrowed = match &wanted.filter {
        Some(id) => filters::saved(&doors, &caller, id).await?,
        None => Filter {
            search: wanted.search.unwrap_or_default(),
            list: wanted.list.as_deref().map(|l| page::id(kind::LIST, "list", l)).transpose()?,
            tag: wanted.tag.as_deref().map(|t| page::id(kind::TAG, "tag", t)).transpose()?,
            consent: wanted.consent.as_deref().map(consent_of).transpose()?,
            ..Filter::default()
        },
    };
    let filter = Filter { before: page::cursor(&window, kind::CONTACT)?, limit: window.limit, ..narrowed };
    let page = read(&doors, &caller, move |tx, ctx| audience::contacts(tx, ctx, &filter)).await?;
    let cursor = page.next.map(|id| public(kind::CONTACT, id));
    Ok(Json(List::page(page.data.iter().map(shown).collect(), page.next.is_some(), &uri, cursor)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claimed {
    source: String,
    at: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Written {
    number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// `null` takes a field away.
    fields: BTreeMap<String, Option<String>>,
    /// Lists to join, by id.
    lists: Vec<String>,
    consent: Option<Claimed>,
}

impl Written {
    /// On top of what is there already.
    fn onto(self, old: New) -> Answer<New> {
        let lists =
            self.lists.iter().map(|l| page::id(kind::LIST, "lists", l)).collect::<Answer<Vec<_>>>()?;
        let consent = self.consent.map(|claimed| {
            let wrong = "consent.at: must be a moment in RFC 3339, as 2026-12-01T09:00:00Z";
            let at = claimed
                .at
                .as_deref()
                .map(|at| time::parse(at).ok_or_else(|| Problem::input("consent.at", "invalid", wrong)));
            Ok::<_, Problem>(Claim { source: claimed.source, at: at.transpose()? })
        });
        let mut fields = old.fields;
        for (name, value) in self.fields {
            match value {
                Some(value) => drop(fields.insert(name, value)),
                None => drop(fields.remove(&name)),
            }
        }
        Ok(New {
            number: self.number.unwrap_or(old.number),
            first_name: self.first_name.unwrap_or(old.first_name),
            last_name: self.last_name.unwrap_or(old.last_name),
            fields,
            lists,
            consent: consent.transpose()?,
        })
    }
}

async fn add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let written: Written = body::read(&bytes)?;
    if written.number.is_none() {
        return Err(Problem::input("number", "required", "number: is needed"));
    }
    let new = written.onto(New::default())?;
    let made = write(&doors, &caller, "contact_add", move |tx, ctx| {
        let id = audience::add_contact(tx, ctx, &new)?;
        audience::contact(tx, ctx, id)
    });
    Ok(created(&caller, shown(&made.await?.contact)))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::CONTACT, "contact", &id)?;
    let found = read(&doors, &caller, move |tx, ctx| audience::contact(tx, ctx, id)).await?;
    Ok(Json(whole(&found)))
}

async fn change(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    let id = path_id(kind::CONTACT, "contact", &id)?;
    let written: Written = body::read(&bytes)?;
    let old = read(&doors, &caller, move |tx, ctx| audience::contact(tx, ctx, id)).await?.contact;
    let new = written.onto(New {
        number: old.number,
        first_name: old.first_name,
        last_name: old.last_name,
        fields: old.fields,
        ..New::default()
    })?;
    let changed = write(&doors, &caller, "contact_change", move |tx, ctx| {
        audience::update_contact(tx, ctx, id, &new)?;
        audience::contact(tx, ctx, id)
    });
    Ok(Json(shown(&changed.await?.contact)))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::CONTACT, "contact", &id)?;
    write(&doors, &caller, "contact_remove", move |tx, ctx| audience::remove_contact(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
