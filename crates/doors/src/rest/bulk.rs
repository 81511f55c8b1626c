//! `/v1/bulk`: one deed done to many people, how far it got, and taking it back.

use super::filters::Narrow;
use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::kept::{self, Key, Outcome, REPLAYED};
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::audience;
use engine::bulk::{self, Deed, View, Wanted, Whom};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::kind;

/// What repeated requests are told apart by, beside their key.
const ENDPOINT: &str = "bulk";

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/bulk", "List deeds done to many people, newest first", list);
    api.post("/v1/bulk", "Do one deed to many people: named ones, or all whom a filter finds", begin);
    api.get("/v1/bulk/{id}", "How far a deed got", one);
    api.post("/v1/bulk/{id}/stop", "Halt a deed; what was done stays", stop);
    api.post("/v1/bulk/{id}/undo", "Take a deed back", undo);
}

fn shown(v: &View) -> Value {
    json!({
        "id": v.id, "deed": v.deed, "target": v.target, "reason": v.words, "state": v.state, "of": v.of,
        "seen": v.seen, "changed": v.changed, "left_out": v.left_out, "undoable": v.undoes, "actor": v.actor,
        "created_at": rfc3339(v.created_at), "done_at": v.done_at.map(rfc3339),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    deed: String,
    /// The name of a tag, or the id of a list.
    #[serde(default)]
    target: String,
    #[serde(default)]
    reason: String,
    contacts: Option<Vec<String>>,
    filter: Option<Narrow>,
    saved_filter: Option<String>,
    #[serde(default)]
    everybody: bool,
}

impl New {
    fn deed(&self) -> Answer<Deed> {
        Deed::parse(&self.deed).ok_or_else(|| {
            let known: Vec<&str> = Deed::ALL.iter().map(|d| d.name()).collect();
            let detail = format!("deed: '{}' is none of {}", self.deed, known.join(", "));
            Problem::input("deed", "invalid", detail)
        })
    }

    /// To whom. Nobody chosen is nobody, and never everybody.
    async fn whom(&self, doors: &Doors, caller: &Caller) -> Answer<Whom> {
        let ways =
            [self.contacts.is_some(), self.filter.is_some(), self.saved_filter.is_some(), self.everybody];
        if ways.iter().filter(|said| **said).count() != 1 {
            let detail = "say one of contacts, filter, saved_filter or everybody";
            return Err(Problem::input("contacts", "required", detail));
        }
        if let Some(all) = &self.contacts {
            let named =
                all.iter().map(|c| page::id(kind::CONTACT, "contacts", c)).collect::<Answer<Vec<_>>>()?;
            if named.is_empty() {
                return Err(Problem::input("contacts", "required", "contacts: nobody is named"));
            }
            return Ok(Whom { named, ..Whom::default() });
        }
        if self.everybody {
            return Ok(Whom::default());
        }
        let filter = match (&self.filter, &self.saved_filter) {
            (_, Some(id)) => super::filters::saved(doors, caller, id).await?,
            (Some(narrow), _) => narrow.filter()?,
            (None, None) => audience::Filter::default(),
        };
        let whom = Whom::found_by(&filter);
        if whom.is_everybody() {
            let detail = "filter: nothing narrows; that is everybody";
            return Err(
                Problem::input("filter", "required", detail).fix("if that is meant, say everybody: true")
            );
        }
        Ok(whom)
    }
}

async fn begin(
    State(doors): State<Doors>,
    caller: Caller,
    headers: HeaderMap,
    Body(bytes): Body,
) -> Answer<Response> {
    let key = if caller.dry_run { None } else { Key::of(&headers, ENDPOINT, &bytes)? };
    if let Some(key) = key.clone() {
        // Whoever repeats a request has its answer, whatever became of the filter it named.
        let known = read(&doors, &caller, move |tx, ctx| Ok(kept::look(tx, ctx.workspace, &key)?)).await?;
        if let Some(known) = known {
            return again(known);
        }
    }
    let new: New = body::read(&bytes)?;
    let whom = new.whom(&doors, &caller).await?;
    let wanted = Wanted { deed: new.deed()?, whom, target: new.target.clone(), words: new.reason.clone() };
    let begun = write(&doors, &caller, "bulk_begin", move |tx, ctx| {
        if let Some(key) = &key
            && let Some(known) = kept::look(tx, ctx.workspace, key)?
        {
            return Ok(Err(known));
        }
        let (_, more) = bulk::about(tx, ctx, &wanted.whom)?;
        let id = bulk::begin(tx, ctx, &wanted)?;
        let mut told = shown(&bulk::get(tx, ctx, id)?);
        told["of_at_least"] = json!(more);
        if let Some(key) = &key {
            kept::put(tx, ctx.workspace, key, StatusCode::ACCEPTED, &told.to_string())?;
        }
        Ok(Ok(told))
    });
    match begun.await? {
        Ok(told) => {
            let status = if caller.dry_run { StatusCode::OK } else { StatusCode::ACCEPTED };
            Ok((status, Json(told)).into_response())
        }
        Err(known) => again(known),
    }
}

/// The answer that a request had when it came first.
fn again(known: Outcome) -> Answer<Response> {
    let Outcome::Again(status, body) = known else { return Err(kept::reused()) };
    let told: Value = serde_json::from_str(&body).map_err(|e| store::Error::Shape(e.to_string()))?;
    let mut response = (status, Json(told)).into_response();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (Nothing {}, window) = page::query(&uri)?;
    let found = read(&doors, &caller, move |tx, ctx| bulk::list(tx, ctx, window.limit)).await?;
    Ok(Json(List::whole(found.iter().map(shown).collect())))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::BULK, "deed", &id)?;
    Ok(Json(shown(&read(&doors, &caller, move |tx, ctx| bulk::get(tx, ctx, id)).await?)))
}

async fn stop(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::BULK, "deed", &id)?;
    let stopped = write(&doors, &caller, "bulk_stop", move |tx, ctx| {
        bulk::stop(tx, ctx, id)?;
        bulk::get(tx, ctx, id)
    });
    Ok(Json(shown(&stopped.await?)))
}

async fn undo(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    let id = path_id(kind::BULK, "deed", &id)?;
    let undoing = write(&doors, &caller, "bulk_undo", move |tx, ctx| {
        bulk::undo(tx, ctx, id)?;
        bulk::get(tx, ctx, id)
    });
    let status = if caller.dry_run { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(shown(&undoing.await?))).into_response())
}
