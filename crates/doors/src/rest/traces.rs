//! Traces: looking at a connector's wire for a while, and what stood on it, as JSON, as text, as a hexadecimal dump.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use crate::time::rfc3339;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use engine::client;
use engine::trace::{self, View};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.post("/v1/connectors/{id}/watch", "Look at a connector's wire for some minutes", watch);
    api.delete("/v1/connectors/{id}/watch", "Look no longer", unwatch);
    api.get("/v1/connectors/{id}/trace", "What stood on a connector's wire, newest first", tail);
    api.post("/v1/clients/{id}/watch", "Look at an SMPP client's wire for some minutes", watch_client);
    api.delete("/v1/clients/{id}/watch", "Look at an SMPP client's wire no longer", unwatch_client);
    api.get("/v1/clients/{id}/trace", "What stood on an SMPP client's wire, newest first", tail_of_client);
    api.get(
        "/v1/clients/{id}/failed",
        "What of an SMPP client failed last, without numbers and text",
        failed,
    );
    api.get("/v1/messages/{id}/trace", "What of a message stood on a wire, oldest first", of_message);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWatch {
    #[serde(default)]
    number: String,
    minutes: Option<i64>,
}

async fn watch(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let new: NewWatch = body::read(&bytes)?;
    let minutes = new.minutes.unwrap_or(15);
    let made = write(&doors, &caller, "watch", move |tx, ctx| {
        trace::watch(tx, ctx, id, &new.number, minutes)?;
        trace::watched(tx, ctx, id)
    });
    let until = made.await?.map(|(until, number)| json!({ "until": rfc3339(until), "number": number }));
    Ok((StatusCode::CREATED, Json(until.unwrap_or_default())).into_response())
}

async fn unwatch(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    write(&doors, &caller, "unwatch", move |tx, ctx| trace::unwatch(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn watch_client(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    let new: NewWatch = body::read(&bytes)?;
    let minutes = new.minutes.unwrap_or(15).clamp(1, 240);
    let number = new.number.clone();
    let made = write(&doors, &caller, "watch", move |tx, ctx| {
        client::watch(tx, ctx, id, &new.number, minutes)?;
        Ok(tx.now() + minutes * 60_000)
    });
    let until = json!({ "until": rfc3339(made.await?), "number": number });
    Ok((StatusCode::CREATED, Json(until)).into_response())
}

async fn unwatch_client(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    write(&doors, &caller, "unwatch", move |tx, ctx| client::unwatch(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tail_of_client(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer<Response> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    let (wanted, window): (As, _) = page::query(&uri)?;
    let all = read(&doors, &caller, move |tx, ctx| client::tail(tx, ctx, id, window.limit.max(trace::TAIL)))
        .await?;
    Ok(told(all, wanted.format.as_deref(), true))
}

async fn failed(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    let id = path_id(kind::CLIENT, "client", &id)?;
    let all = read(&doors, &caller, move |tx, ctx| client::failed(tx, ctx, id)).await?;
    let one = |f: &client::Failed| {
        json!({ "at": rfc3339(f.at), "command": f.command, "status": f.status,
                "fields": f.fields.lines().collect::<Vec<_>>() })
    };
    Ok(Json(List::whole(all.iter().map(one).collect())).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct As {
    format: Option<String>,
}

async fn tail(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer<Response> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let (wanted, window): (As, _) = page::query(&uri)?;
    let all =
        read(&doors, &caller, move |tx, ctx| trace::tail(tx, ctx, id, window.limit.max(trace::TAIL))).await?;
    Ok(told(all, wanted.format.as_deref(), true))
}

async fn of_message(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer<Response> {
    let id = path_id(kind::MESSAGE, "message", &id)?;
    let (wanted, _): (As, _) = page::query(&uri)?;
    let all = read(&doors, &caller, move |tx, ctx| trace::of_message(tx, ctx, id)).await?;
    Ok(told(all, wanted.format.as_deref(), false))
}

fn told(mut all: Vec<View>, format: Option<&str>, newest_first: bool) -> Response {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    if newest_first && format.is_some() {
        all.reverse(); // a file is read from its beginning
    }
    match format {
        Some("text") => (plain, trace::as_text(&all, rfc3339)).into_response(),
        Some("hex") => (plain, trace::as_hex(&all, bare)).into_response(),
        _ => Json(List::whole(all.iter().map(packet).collect())).into_response(),
    }
}

/// A moment without its zone, as `text2pcap` reads it.
fn bare(ms: i64) -> String {
    rfc3339(ms).trim_end_matches('Z').to_owned()
}

fn packet(v: &View) -> Value {
    json!({
        "id": public(kind::ROW, v.id), "at": rfc3339(v.at), "link": v.link, "direction": if v.ours { "out" } else { "in" },
        "protocol": v.dialect, "command": v.command, "status": v.status, "seq": v.seq,
        "message": v.message.map(|id| public(kind::MESSAGE, id)), "fields": v.fields,
        "hex": v.raw.as_ref().map(|raw| raw.iter().map(|b| format!("{b:02x}")).collect::<String>()),
    })
}
