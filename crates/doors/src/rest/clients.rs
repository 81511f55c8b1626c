//! `/v1/clients`: accounts of programs that bind to our SMPP server.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::List;
use crate::problem::Answer;
use crate::shape::Scalar;
use crate::time::{moment, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::client::{self, Made, View};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sms::id::kind;
use std::collections::BTreeMap;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/clients", "List SMPP clients and who is bound", all);
    api.post("/v1/clients", "Make an SMPP client's account", add);
    api.post("/v1/clients/numbers", "Hand a number's messages over to an SMPP client", give_number);
    api.get("/v1/clients/{id}", "Read an SMPP client", one);
    api.patch("/v1/clients/{id}", "Change an SMPP client, or switch it on or off", change);
    api.delete("/v1/clients/{id}", "Remove an SMPP client", remove);
    api.post("/v1/clients/{id}/password", "Give an SMPP client another password", password);
}

#[derive(Serialize)]
struct Session {
    bind: &'static str,
    address: String,
    version: &'static str,
    tls: bool,
    #[serde(serialize_with = "moment")]
    since: i64,
    rate: i64,
    accepted: i64,
    refused: i64,
}

/// A client as programs see it.
#[derive(Serialize)]
struct Client {
    id: String,
    name: String,
    system_id: String,
    enabled: bool,
    settings: BTreeMap<String, String>,
    numbers: Vec<String>,
    sessions: Vec<Session>,
    waiting: i64,
    #[serde(serialize_with = "moment")]
    created_at: i64,
    bound_at: Option<String>,
    bound_from: String,
    /// Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl From<View> for Client {
    fn from(v: View) -> Client {
        let session = |s: client::SessionView| Session {
            bind: s.bind,
            address: s.address,
            version: s.version,
            tls: s.tls,
            since: s.since,
            rate: s.rate,
            accepted: s.accepted,
            refused: s.refused,
        };
        Client {
            id: v.id,
            name: v.name,
            system_id: v.system_id,
            enabled: v.enabled,
            settings: v.settings,
            numbers: v.numbers,
            sessions: v.sessions.into_iter().map(session).collect(),
            waiting: v.waiting,
            created_at: v.created_at,
            bound_at: v.bound_at.map(rfc3339),
            bound_from: v.bound_from,
            password: None,
        }
    }
}

impl From<Made> for Client {
    fn from(made: Made) -> Client {
        Client { password: Some(made.password), ..made.client.into() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    number: String,
    client: Option<String>,
}

fn pairs(settings: BTreeMap<String, Scalar>) -> Vec<(String, String)> {
    settings.into_iter().map(|(name, value)| (name, value.into_text())).collect()
}

async fn all(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Client>>> {
    let all = read(&doors, &caller, client::list).await?;
    Ok(Json(List::whole(all.into_iter().map(Client::from).collect())))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Client>> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| client::get(tx, ctx, id)).await?.into()))
}

async fn add(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: New = body::read(&bytes)?;
    let settings = pairs(new.settings);
    let made =
        write(&doors, &caller, "client_add", move |tx, ctx| client::add(tx, ctx, &new.name, &settings));
    Ok(created(&caller, Client::from(made.await?)))
}

async fn change(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Client>> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    let change: Change = body::read(&bytes)?;
    let (settings, enabled) = (pairs(change.settings), change.enabled);
    let changed = write(&doors, &caller, "client_change", move |tx, ctx| {
        if !settings.is_empty() {
            client::update(tx, ctx, id, &settings)?;
        }
        if let Some(enabled) = enabled {
            client::set_enabled(tx, ctx, id, enabled)?;
        }
        client::get(tx, ctx, id)
    });
    Ok(Json(changed.await?.into()))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    write(&doors, &caller, "client_remove", move |tx, ctx| client::remove(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn password(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<Client>> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    let made = write(&doors, &caller, "client_password", move |tx, ctx| client::reset_password(tx, ctx, id));
    Ok(Json(made.await?.into()))
}

async fn give_number(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let given: Given = body::read(&bytes)?;
    let to = given.client.as_deref().map(|id| path_id(kind::CLIENT, "client", id)).transpose()?;
    let number = given.number.clone();
    let done =
        write(&doors, &caller, "client_number", move |tx, ctx| client::give_number(tx, ctx, &number, to));
    done.await?;
    Ok(Json(json!({ "number": given.number, "client": given.client })))
}
