//! `/v1/packs`, `/v1/law`, `/v1/decisions` and what is asked about senders: the rules, who loosened them, what they stopped.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::{Caller, Operator};
use crate::page;
use crate::problem::{Answer, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use engine::hold;
use engine::law::{load, policy};
use engine::sender::{self, Say};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/packs", "List the packs in force, and files that were not loaded", packs);
    api.post("/v1/packs/reload", "Load the operator's pack files anew", reload);
    api.post("/v1/packs/sign", "Sign the text of a pack for this installation", sign);
    api.get("/v1/packs/{id}", "Read a pack with its text", pack);
    api.get("/v1/packs/{id}/test", "Hold a pack to its own cases", test);
    api.post("/v1/packs/{id}/reviews", "Say that somebody answerable reviewed a pack", review);
    api.get("/v1/law/wishes", "List what the workspace wishes of the rules", wishes);
    api.post("/v1/law/wishes", "Make a rule stricter, or laxer where its pack gives leave", wish);
    api.delete("/v1/law/wishes/{rule}", "Let the packs alone decide a rule again", unwish);
    api.get("/v1/law/holds", "List messages that wait for a person", holds);
    api.post("/v1/law/holds/{id}/release", "Let a held message go", release);
    api.post("/v1/law/holds/{id}/drop", "Take a held message back", drop_held);
    api.get("/v1/decisions", "List what was refused at the doors, and by which rule", decisions);
    api.get("/v1/senders/check", "Look at a sender name as it is typed", sender_check);
    api.post("/v1/senders/{id}/approve", "Approve a sender", sender_approve);
    api.post("/v1/senders/{id}/reject", "Reject a sender", sender_reject);
    api.post("/v1/senders/{id}/evidence", "Keep a paper that shows whose a name is", sender_paper);
}

fn as_json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default() // texts, numbers and truths alone: it cannot fail
}

/// Moments of a view as programs read them.
fn moments(mut value: Value, keys: &[&str]) -> Value {
    match &mut value {
        Value::Array(all) => {
            *all = all.iter().map(|v| moments(v.clone(), keys)).collect();
        }
        Value::Object(map) => {
            for (key, v) in map.iter_mut() {
                match v.as_i64() {
                    Some(0) if keys.contains(&key.as_str()) => *v = Value::Null,
                    Some(ms) if keys.contains(&key.as_str()) => *v = json!(crate::time::rfc3339(ms)),
                    _ => *v = moments(v.clone(), keys),
                }
            }
        }
        _ => {}
    }
    value
}

const MOMENTS: &[&str] = &["at", "until", "created_at"];

async fn packs(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let (packs, faults) = read(&doors, &caller, load::list).await?;
    let (packs, faults) = (moments(as_json(packs), MOMENTS), moments(as_json(faults), MOMENTS));
    Ok(Json(json!({ "data": packs, "faults": faults, "has_more": false, "next": null })))
}

async fn pack(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, move |tx, ctx| {
        let text = load::text(tx, ctx, &id)?;
        let view = load::list(tx, ctx)?.0.into_iter().find(|p| p.id == id);
        Ok((view.ok_or(engine::Error::NotFound("pack"))?, text))
    });
    let (view, text) = found.await?;
    let mut value = moments(as_json(view), MOMENTS);
    value["text"] = json!(text);
    Ok(Json(value))
}

async fn test(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let name = id.clone();
    let (cases, failed) = read(&doors, &caller, move |tx, ctx| load::test(tx, ctx, &id)).await?;
    let failed: Vec<Value> =
        failed.into_iter().map(|(case, why)| json!({ "case": case, "why": why })).collect();
    Ok(Json(json!({ "pack": name, "cases": cases, "failed": failed })))
}

async fn reload(State(doors): State<Doors>, _: Operator, caller: Caller) -> Answer<Json<Value>> {
    let dir = doors.db().dir().join("packs");
    let files = tokio::task::spawn_blocking(move || load::files(&dir)).await;
    let files = match files {
        Ok(Ok(files)) => files,
        _ => {
            return Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "packs_unreadable",
                "the folder of packs cannot be read",
            ));
        }
    };
    let loaded = write(&doors, &caller, "packs_reload", move |tx, _| load::install(tx, &files)).await?;
    Ok(Json(moments(as_json(loaded), MOMENTS)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
}

async fn sign(
    State(doors): State<Doors>,
    _: Operator,
    caller: Caller,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    let given: Text = body::read(&bytes)?;
    let signature = read(&doors, &caller, move |tx, _| Ok(load::sign(tx, &given.text))).await?;
    Ok(Json(json!({ "signature": signature })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewReview {
    name: String,
    role: String,
    #[serde(default)]
    note: String,
}

async fn review(
    State(doors): State<Doors>,
    _: Operator,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let new: NewReview = body::read(&bytes)?;
    let made = write(&doors, &caller, "pack_review", move |tx, ctx| {
        load::reviewed(tx, ctx, &id, &new.name, &new.role, &new.note)?;
        load::list(tx, ctx)?.0.into_iter().find(|p| p.id == id).ok_or(engine::Error::NotFound("pack"))
    });
    Ok(created(&caller, moments(as_json(made.await?), MOMENTS)))
}

async fn wishes(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let all = read(&doors, &caller, policy::list).await?;
    Ok(Json(json!({ "data": moments(as_json(all), MOMENTS), "has_more": false, "next": null })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWish {
    rule: String,
    value: String,
    #[serde(default)]
    reason: String,
    until: Option<String>,
}

/// A moment that may be missing.
fn until(given: Option<&str>) -> Answer<i64> {
    match given.map(str::trim).filter(|t| !t.is_empty()) {
        None => Ok(0),
        Some(text) => crate::time::parse(text).ok_or_else(|| {
            engine::Error::invalid("until", "invalid", "write a moment as 2027-03-01T00:00:00Z").into()
        }),
    }
}

async fn wish(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewWish = body::read(&bytes)?;
    let wanted = policy::New {
        rule: new.rule,
        value: new.value,
        reason: new.reason,
        until: until(new.until.as_deref())?,
    };
    let made = write(&doors, &caller, "law_wish", move |tx, ctx| {
        let id = policy::wish(tx, ctx, &wanted)?;
        policy::list(tx, ctx)?.into_iter().find(|w| w.id == id).ok_or(engine::Error::NotFound("wish"))
    });
    Ok(created(&caller, moments(as_json(made.await?), MOMENTS)))
}

async fn unwish(State(doors): State<Doors>, caller: Caller, Path(rule): Path<String>) -> Answer<StatusCode> {
    write(&doors, &caller, "law_unwish", move |tx, ctx| policy::end(tx, ctx, &rule)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn holds(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, |tx, ctx| hold::list(tx, ctx, 0, 1_000)).await?;
    let shown: Vec<Value> = found
        .into_iter()
        .map(|h| {
            let id = public(kind::MESSAGE, h.message);
            let mut value = moments(as_json(h), MOMENTS);
            value["id"] = json!(id);
            value
        })
        .collect();
    Ok(Json(json!({ "data": shown, "has_more": false, "next": null })))
}

async fn release(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::MESSAGE, "message", &id)?;
    write(&doors, &caller, "law_release", move |tx, ctx| hold::release(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn drop_held(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::MESSAGE, "message", &id)?;
    write(&doors, &caller, "law_drop", move |tx, ctx| hold::drop(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn decisions(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (_, asked): (Nothing, _) = page::query(&uri)?;
    let limit = asked.limit;
    let found = read(&doors, &caller, move |tx, ctx| engine::law::decisions(tx, ctx, limit)).await?;
    Ok(Json(json!({ "data": moments(as_json(found), MOMENTS), "has_more": false, "next": null })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    name: String,
    #[serde(default)]
    country: String,
}

async fn sender_check(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (typed, _): (Typed, _) = page::query(&uri)?;
    let found =
        read(&doors, &caller, move |tx, ctx| sender::check(tx, ctx, &typed.name, &typed.country)).await?;
    Ok(Json(as_json(found)))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Said {
    reason: String,
    until: Option<String>,
    reference: String,
}

async fn sender_said(
    doors: Doors,
    caller: Caller,
    id: String,
    bytes: Bytes,
    approve: bool,
) -> Answer<Json<Value>> {
    let id = path_id(kind::ROW, "sender", &id)?;
    let said: Said = if bytes.is_empty() { Said::default() } else { body::read(&bytes)? };
    let say =
        Say { approve, reason: said.reason, until: until(said.until.as_deref())?, reference: said.reference };
    let view = write(&doors, &caller, "sender_decide", move |tx, ctx| {
        sender::decide(tx, ctx, id, &say)?;
        sender::list(tx, ctx)?.into_iter().find(|s| s.id == id).ok_or(engine::Error::NotFound("sender"))
    });
    Ok(Json(sender_json(view.await?)))
}

async fn sender_approve(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    sender_said(doors, caller, id, bytes, true).await
}

async fn sender_reject(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    sender_said(doors, caller, id, bytes, false).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paper {
    name: String,
    /// Base 64.
    content: String,
}

async fn sender_paper(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    use base64::Engine;
    let id = path_id(kind::ROW, "sender", &id)?;
    let paper: Paper = body::read(&bytes)?;
    let content = base64::engine::general_purpose::STANDARD
        .decode(paper.content.trim())
        .map_err(|_| engine::Error::invalid("content", "invalid", "the paper in base 64"))?;
    let view = write(&doors, &caller, "sender_paper", move |tx, ctx| {
        sender::add_paper(tx, ctx, id, &paper.name, &content)?;
        sender::list(tx, ctx)?.into_iter().find(|s| s.id == id).ok_or(engine::Error::NotFound("sender"))
    });
    Ok(created(&caller, sender_json(view.await?)))
}

/// A sender as programs see it.
pub(super) fn sender_json(view: sender::View) -> Value {
    let id = public(kind::ROW, view.id);
    let mut value = moments(as_json(view), MOMENTS);
    value["id"] = json!(id);
    value
}
