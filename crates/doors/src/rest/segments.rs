//! `/v1/segments`, `/v1/fields`: live audiences by criteria, and the fields they ask about.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::List;
use crate::problem::{Answer, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::audience;
use engine::segment::{self, FieldView, View};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};
use store::field::Kind;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/segments", "List live audiences", list);
    api.post("/v1/segments", "Make a live audience", make);
    api.post("/v1/segments/count", "Count what a text finds, with examples and why", count);
    api.get("/v1/segments/{id}", "Read a live audience", one);
    api.patch("/v1/segments/{id}", "Change a live audience", change);
    api.delete("/v1/segments/{id}", "Remove a live audience", remove);
    api.post("/v1/segments/{id}/freeze", "Make a list of whom it finds now", freeze);
    api.post("/v1/segments/{id}/list", "The list that stands for it in campaigns", live);
    api.get("/v1/fields", "List the fields that segments ask about", fields);
    api.post("/v1/fields", "Declare a field", declare);
}

async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<View>>> {
    Ok(Json(List::whole(read(&doors, &caller, segment::list).await?)))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<View>> {
    let id = path_id(kind::SEGMENT, "segment", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| segment::get(tx, ctx, id)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    text: String,
}

async fn make(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: New = body::read(&bytes)?;
    let made = write(&doors, &caller, "segment", move |tx, ctx| {
        let id = segment::save(tx, ctx, None, &new.name, &new.text)?;
        segment::get(tx, ctx, id)
    });
    Ok(created(&caller, made.await?))
}

async fn change(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<View>> {
    let (id, new) = (path_id(kind::SEGMENT, "segment", &id)?, body::read::<New>(&bytes)?);
    let changed = write(&doors, &caller, "segment", move |tx, ctx| {
        segment::save(tx, ctx, Some(id), &new.name, &new.text)?;
        segment::get(tx, ctx, id)
    });
    Ok(Json(changed.await?))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::SEGMENT, "segment", &id)?;
    write(&doors, &caller, "segment", move |tx, ctx| segment::remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    /// A number that one wants to know about.
    number: Option<String>,
}

async fn count(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let asked: Asked = body::read(&bytes)?;
    let text = asked.text.clone();
    // A field that nobody asked about before is declared: that writes, and only then.
    let new = read(&doors, &caller, move |tx, ctx| segment::asks_new(tx, ctx, &text)).await?;
    if new {
        let text = asked.text.clone();
        write(&doors, &caller, "segment", move |tx, ctx| segment::prepare(tx, ctx, &text).map(drop)).await?;
    }
    let text = asked.text.clone();
    let found = read(&doors, &caller, move |tx, ctx| segment::look(tx, ctx, &text)).await?;
    let sample: Vec<Value> = found
        .sample
        .iter()
        .map(|p: &audience::View| {
            json!({ "id": p.id, "number": p.number, "first_name": p.first_name, "last_name": p.last_name })
        })
        .collect();
    let mut told = json!({
        "text": found.text, "count": found.count, "gathering": found.gathering, "sample": sample,
    });
    if let Some(number) = asked.number.filter(|_| !found.gathering) {
        let text = asked.text;
        let why = read(&doors, &caller, move |tx, ctx| segment::why(tx, ctx, &text, &number)).await?;
        told["why"] = json!(why);
    }
    Ok(Json(told))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Frozen {
    name: String,
}

async fn freeze(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let (id, wanted) = (path_id(kind::SEGMENT, "segment", &id)?, body::read::<Frozen>(&bytes)?);
    made(&doors, &caller, move |db, ctx| segment::freeze(db, ctx, id, &wanted.name)).await
}

async fn live(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    let id = path_id(kind::SEGMENT, "segment", &id)?;
    made(&doors, &caller, move |db, ctx| segment::live(db, ctx, id)).await
}

/// A list made slice by slice, on a thread that may wait.
async fn made<F>(doors: &Doors, caller: &Caller, f: F) -> Answer<Response>
where
    F: FnOnce(&store::Db, &engine::Ctx) -> engine::Result<i64> + Send + 'static,
{
    let (db, ctx) = (doors.db().clone(), caller.ctx.clone());
    let done = tokio::task::spawn_blocking(move || f(&db, &ctx)).await;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the list could not be made");
    let list = done.map_err(failed)??;
    Ok(created(caller, json!({ "list": public(kind::LIST, list) })))
}

async fn fields(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<FieldView>>> {
    Ok(Json(List::whole(read(&doors, &caller, segment::fields).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    name: String,
    kind: String,
}

async fn declare(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let wanted: Declared = body::read(&bytes)?;
    let kind = Kind::parse(&wanted.kind)
        .ok_or_else(|| Problem::input("kind", "invalid", "kind: must be one of text, number, date"))?;
    let told = json!({ "name": wanted.name.clone(), "kind": kind.name() });
    write(&doors, &caller, "field", move |tx, ctx| segment::declare(tx, ctx, &wanted.name, kind)).await?;
    Ok(created(&caller, told))
}
