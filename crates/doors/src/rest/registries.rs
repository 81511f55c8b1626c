//! `/v1/registries`: public lists of people who want no advertising. A list comes in as the body of a request.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body;
use crate::caller::Caller;
use crate::page;
use crate::problem::{Answer, Problem};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use engine::campaign::guard;
use engine::law::registry::{self, Offered};
use serde_json::{Value, json};
use sms::id::{kind, public};
use std::io::Cursor;

/// A list has at most so many octets: some three million numbers.
const LIST_MAX: usize = 48 << 20;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/registries", "List the public lists that packs name, and how fresh they are", list);
    api.post_large(
        "/v1/registries/{id}",
        "Take a public list in: the file is the body, the query says of which day and from where",
        load,
        LIST_MAX,
    );
    api.get("/v1/registries/check", "Which public lists a number stands in", check);
    api.get("/v1/law/volumes", "List campaigns of unusual size that wait for a named person", volumes);
    api.post("/v1/law/volumes/{id}/release", "Let a campaign of unusual size go", release);
}

/// Moments as programs read them.
fn shown(mut value: Value) -> Value {
    match &mut value {
        Value::Array(all) => all.iter_mut().for_each(|one| *one = shown(one.take())),
        Value::Object(map) => {
            for (key, one) in map.iter_mut() {
                let moment = ["as_of", "loaded_at", "stale_at", "at"].contains(&key.as_str());
                *one = match one.as_i64() {
                    Some(0) if moment => Value::Null,
                    Some(ms) if moment => json!(crate::time::rfc3339(ms)),
                    _ => shown(one.take()),
                };
            }
        }
        _ => {}
    }
    value
}

fn as_json(value: impl serde::Serialize) -> Value {
    shown(serde_json::to_value(value).unwrap_or_default()) // texts, numbers and truths alone: it cannot fail
}

async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let all = read(&doors, &caller, registry::list).await?;
    Ok(Json(json!({ "data": as_json(all), "has_more": false, "next": null })))
}

fn word(uri: &Uri, name: &str) -> String {
    page::pairs(uri).into_iter().find(|(n, _)| n == name).map(|(_, value)| value).unwrap_or_default()
}

async fn load(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Json<Value>> {
    let (source, as_of) = (word(request.uri(), "source"), word(request.uri(), "as_of"));
    let day = if as_of.len() == 10 { format!("{as_of}T00:00:00Z") } else { as_of };
    let as_of = crate::time::parse(&day).ok_or_else(|| {
        Problem::input("as_of", "invalid", "as_of: the day the list is of, as 2026-11-20")
            .fix("…/v1/registries/ID?as_of=2026-11-20&source=…")
    })?;
    let file = body::whole(request, &()).await?;
    if caller.dry_run {
        let detail = "a public list is taken in whole or not at all";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "no_dry_run", detail));
    }
    let (db, ctx) = (doors.db().clone(), caller.ctx.clone());
    let offered = Offered { registry: id, source, as_of };
    let done = tokio::task::spawn_blocking(move || registry::load(&db, &ctx, &offered, Cursor::new(file)));
    Ok(Json(as_json(done.await.map_err(|_| Problem::busy())??)))
}

async fn check(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let number = word(&uri, "number");
    let found = read(&doors, &caller, move |tx, ctx| registry::check(tx, ctx, &number)).await?;
    Ok(Json(json!({ "registries": found })))
}

async fn volumes(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, guard::list).await?;
    let with_id = |v: guard::View| {
        let id = public(kind::CAMPAIGN, v.campaign);
        let mut value = as_json(v);
        value["id"] = json!(id);
        value
    };
    let data: Vec<Value> = found.into_iter().map(with_id).collect();
    Ok(Json(json!({ "data": data, "has_more": false, "next": null })))
}

async fn release(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    write(&doors, &caller, "volume_release", move |tx, ctx| guard::release(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
