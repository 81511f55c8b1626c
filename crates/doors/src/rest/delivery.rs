//! `/v1/connectors`, `/v1/numbers`, `/v1/senders`: the ways out and in, and what is shown on them.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::shape::{Made, Scalar};
use crate::time::{self, moment, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::connector::{self, NumberView, View};
use engine::lease;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sms::id::{kind, public};
use sms::live::LinkState;
use std::collections::BTreeMap;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/connectors", "List connectors and how they stand", connectors);
    api.post("/v1/connectors", "Add a connector", add);
    api.post("/v1/connectors/try", "What settings of a provider would do; nothing is sent", try_out);
    api.get("/v1/connectors/{id}", "Read a connector", connector_one);
    api.patch("/v1/connectors/{id}", "Change a connector's settings, or switch it on or off", change);
    api.delete("/v1/connectors/{id}", "Remove a connector that nothing uses", remove);
    api.post("/v1/connectors/{id}/reconnect", "Drop the link and build it anew", reconnect);
    api.get("/v1/numbers", "List numbers that receive", numbers);
    api.post("/v1/numbers", "Add a number that receives", number_add);
    api.get("/v1/numbers/leases", "List words on shared codes", leases);
    api.post("/v1/numbers/leases", "Lease a word on a shared code", lease_add);
    api.delete("/v1/numbers/leases/{id}", "End the lease of a word", lease_end);
    api.get("/v1/numbers/try", "Where a text to a shared code would go", lease_try);
    api.delete("/v1/numbers/{id}", "Remove a number", number_remove);
    api.get("/v1/senders", "List senders that may be shown", senders);
    api.post("/v1/senders", "Add a sender", sender_add);
    api.delete("/v1/senders/{id}", "Remove a sender", sender_remove);
}

#[derive(Serialize)]
struct Connector {
    id: String,
    name: String,
    kind: String,
    state: LinkState,
    #[serde(serialize_with = "moment")]
    since: i64,
    error: String,
    enabled: bool,
    settings: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hooks: Option<Hooks>,
}

/// Where a provider calls us, and what came there last.
#[derive(Serialize)]
struct Hooks {
    address: String,
    taken: String,
    #[serde(serialize_with = "moment")]
    taken_at: i64,
    refused: String,
    #[serde(serialize_with = "moment")]
    refused_at: i64,
}

impl From<connector::Hooks> for Hooks {
    fn from(h: connector::Hooks) -> Hooks {
        let seen = h.seen;
        Hooks {
            address: h.address,
            taken: seen.taken,
            taken_at: seen.taken_at,
            refused: seen.refused,
            refused_at: seen.refused_at,
        }
    }
}

impl From<View> for Connector {
    fn from(v: View) -> Connector {
        Connector {
            id: public(kind::CONNECTOR, v.id),
            name: v.name,
            kind: v.kind,
            state: v.state,
            since: v.since,
            error: v.error,
            enabled: v.enabled,
            settings: v.settings,
            hooks: v.hooks.map(Hooks::from),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewConnector {
    name: String,
    kind: String,
    #[serde(default)]
    settings: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    settings: BTreeMap<String, Scalar>,
    enabled: Option<bool>,
}

pub(super) fn pairs(settings: BTreeMap<String, Scalar>) -> Vec<(String, String)> {
    settings.into_iter().map(|(name, value)| (name, value.into_text())).collect()
}

async fn connectors(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Connector>>> {
    let all = read(&doors, &caller, connector::list).await?;
    Ok(Json(List::whole(all.into_iter().map(Connector::from).collect())))
}

/// Settings to be tried, and what the provider would say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    kind: String,
    #[serde(default)]
    settings: BTreeMap<String, Scalar>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    text: String,
    answer_status: Option<u16>,
    answer: Option<String>,
    webhook_place: Option<String>,
    webhook: Option<String>,
}

async fn try_out(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let asked: Trial = body::read(&bytes)?;
    read(&doors, &caller, |_, ctx| ctx.need(engine::Permission::Delivery)).await?;
    let or = |given: String, other: &str| if given.is_empty() { other.to_owned() } else { given };
    let place = asked.webhook_place;
    let webhook = asked.webhook.or_else(|| place.as_ref().map(|_| String::new()));
    let trial = sms::form::Trial {
        kind: asked.kind,
        settings: pairs(asked.settings),
        message: (or(asked.to, "+972541234567"), or(asked.from, "Shop"), or(asked.text, "Hello, שלום")),
        answer: asked.answer.map(|body| (asked.answer_status.unwrap_or(200), body)),
        webhook: webhook.map(|body| (place.unwrap_or_else(|| "status".into()), body)),
    };
    let tester =
        doors.0.tester.ok_or_else(|| Problem::input("kind", "invalid", "nothing can be tried here"))?;
    let tried = tester(&trial).map_err(|refused| {
        let why = format!("{}: {}", refused.field, refused.why);
        Problem::input(&refused.field, "invalid_setting", why)
    })?;
    Ok(Json(json!({ "request": tried.request, "answer": tried.answer, "webhook": tried.webhook })))
}

async fn connector_one(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<Connector>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| connector::get(tx, ctx, id)).await?.into()))
}

async fn add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewConnector = body::read(&bytes)?;
    let (kinds, settings) = (doors.0.kinds, pairs(new.settings));
    let made = write(&doors, &caller, "connector_add", move |tx, ctx| {
        let id = connector::add(tx, ctx, kinds, &new.name, &new.kind, &settings)?;
        connector::get(tx, ctx, id)
    });
    Ok(created(&caller, Connector::from(made.await?)))
}

async fn change(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Connector>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let change: Change = body::read(&bytes)?;
    let (kinds, settings, enabled) = (doors.0.kinds, pairs(change.settings), change.enabled);
    let changed = write(&doors, &caller, "connector_change", move |tx, ctx| {
        if !settings.is_empty() {
            connector::update(tx, ctx, kinds, id, &settings)?;
        }
        if let Some(enabled) = enabled {
            connector::set_enabled(tx, ctx, id, enabled)?;
        }
        connector::get(tx, ctx, id)
    });
    Ok(Json(changed.await?.into()))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    write(&doors, &caller, "connector_remove", move |tx, ctx| connector::remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reconnect(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let command =
        write(&doors, &caller, "reconnect", move |tx, ctx| connector::reconnect(tx, ctx, id)).await?;
    Ok((StatusCode::ACCEPTED, Json(Made::new(kind::COMMAND, command))).into_response())
}

#[derive(Serialize)]
struct Number {
    id: String,
    number: String,
    #[serde(rename = "type")]
    kind: String,
    connector: String,
    #[serde(serialize_with = "moment")]
    created_at: i64,
}

impl From<NumberView> for Number {
    fn from(v: NumberView) -> Number {
        Number {
            id: public(kind::ROW, v.id),
            number: v.number,
            kind: v.kind,
            connector: v.connector,
            created_at: v.created_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNumber {
    number: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    connector: Option<String>,
}

async fn numbers(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Number>>> {
    let all = read(&doors, &caller, connector::numbers).await?;
    Ok(Json(List::whole(all.into_iter().map(Number::from).collect())))
}

async fn number_add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewNumber = body::read(&bytes)?;
    let made = write(&doors, &caller, "number_add", move |tx, ctx| {
        let id = connector::number_add(tx, ctx, &new.number, new.kind.as_deref(), new.connector.as_deref())?;
        let found = connector::numbers(tx, ctx)?.into_iter().find(|n| n.id == id);
        found.ok_or(engine::Error::NotFound("number"))
    });
    Ok(created(&caller, Number::from(made.await?)))
}

async fn number_remove(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "number", &id)?;
    write(&doors, &caller, "number_remove", move |tx, ctx| connector::number_remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn leased(v: &lease::View) -> Value {
    json!({
        "id": public(kind::ROW, v.id), "number": v.code, "word": v.word, "workspace": v.workspace, "own": v.own,
        "from": rfc3339(v.from_at), "until": v.until_at.map(rfc3339), "state": v.state,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLease {
    number: String,
    word: String,
    #[serde(default)]
    workspace: String,
    from: Option<String>,
    until: Option<String>,
}

fn day(param: &str, text: Option<String>) -> Answer<Option<i64>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text };
    let wrong =
        || Problem::input(param, "invalid", format!("{param}: must be a moment, as 2027-01-31T12:00:00Z"));
    time::parse(&whole).map(Some).ok_or_else(wrong)
}

async fn leases(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let all = read(&doors, &caller, lease::list).await?;
    Ok(Json(List::whole(all.iter().map(leased).collect())))
}

async fn lease_add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewLease = body::read(&bytes)?;
    let new = lease::New {
        code: new.number,
        word: new.word,
        workspace: new.workspace,
        from_at: day("from", new.from)?,
        until_at: day("until", new.until)?,
    };
    let made = write(&doors, &caller, "lease_add", move |tx, ctx| {
        let id = lease::add(tx, ctx, &new)?;
        let found = lease::list(tx, ctx)?.into_iter().find(|l| l.id == id);
        found.ok_or(engine::Error::NotFound("lease"))
    });
    Ok(created(&caller, leased(&made.await?)))
}

async fn lease_end(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "lease", &id)?;
    write(&doors, &caller, "lease_end", move |tx, ctx| lease::end(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Try {
    number: String,
    text: String,
}

async fn lease_try(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (asked, _): (Try, _) = page::query(&uri)?;
    let told =
        read(&doors, &caller, move |tx, ctx| lease::try_text(tx, ctx, &asked.number, &asked.text)).await?;
    Ok(Json(serde_json::to_value(told).unwrap_or_default())) // texts alone: it cannot fail
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSender {
    name: String,
    country: Option<String>,
}

async fn senders(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let all = read(&doors, &caller, engine::sender::list).await?;
    Ok(Json(List::whole(all.into_iter().map(super::law::sender_json).collect())))
}

async fn sender_add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: NewSender = body::read(&bytes)?;
    let made = write(&doors, &caller, "sender_add", move |tx, ctx| {
        let id = connector::sender_add(tx, ctx, &new.name, new.country.as_deref())?;
        let found = engine::sender::list(tx, ctx)?.into_iter().find(|s| s.id == id);
        found.ok_or(engine::Error::NotFound("sender"))
    });
    Ok(created(&caller, super::law::sender_json(made.await?)))
}

async fn sender_remove(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "sender", &id)?;
    write(&doors, &caller, "sender_remove", move |tx, ctx| connector::sender_remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
