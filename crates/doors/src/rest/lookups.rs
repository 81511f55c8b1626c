//! `/v1/lookups`: how numbers are looked up before they are routed, and asking about one.

use super::{read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use crate::shape::Scalar;
use crate::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::lookup::{self, View};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// An answer that is waited for is looked for again so often, and so long after its time.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const GRACE_MS: i64 = 2_000;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/lookups", "How numbers are looked up", questions);
    api.post("/v1/lookups", "Have numbers looked up, or change how", set);
    api.delete("/v1/lookups", "Look numbers up no more", unset);
    api.post("/v1/lookups/try", "Look one number up now", ask);
}

/// What was answered, for people and programs.
pub(crate) fn answer(a: &lookup::Answer) -> Value {
    json!({
        "network": a.network, "country": a.country, "type": a.sort, "ported": a.ported, "error": a.error,
        "at": rfc3339(a.at), "until": rfc3339(a.until),
    })
}

fn question(view: &View) -> Value {
    json!({ "all": view.all, "settings": view.settings })
}

async fn questions(State(doors): State<Doors>, caller: Caller) -> Answer<Response> {
    let all = read(&doors, &caller, lookup::questions).await?;
    Ok(Json(List::whole(all.iter().map(question).collect())).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(default)]
    settings: BTreeMap<String, Scalar>,
    #[serde(default)]
    all: bool,
}

async fn set(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: New = body::read(&bytes)?;
    let (kinds, settings, all) = (doors.0.kinds, super::delivery::pairs(new.settings), new.all);
    let made = write(&doors, &caller, "lookup_set", move |tx, ctx| {
        lookup::set(tx, ctx, kinds, all, &settings)?;
        Ok(lookup::questions(tx, ctx)?.into_iter().find(|view| view.all == all))
    });
    let told = made.await?.as_ref().map(question);
    Ok((StatusCode::OK, Json(told)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    all: Option<String>,
}

async fn unset(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<StatusCode> {
    let (which, _): (Which, _) = page::query(&uri)?;
    let all = which.all.as_deref() == Some("true");
    write(&doors, &caller, "lookup_unset", move |tx, ctx| lookup::unset(tx, ctx, all)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    number: String,
}

async fn ask(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Value>> {
    let asked: Asked = body::read(&bytes)?;
    let (number, answer_ms) =
        write(&doors, &caller, "lookup_ask", move |tx, ctx| lookup::ask(tx, ctx, &asked.number)).await?;
    let end = doors.db().now_ms() + answer_ms + GRACE_MS;
    loop {
        let to = number.clone();
        // While it is being asked about, what was known before is not shown.
        let found = read(&doors, &caller, move |tx, ctx| lookup::answer(tx, ctx, &to)).await?;
        if let Some(found) = found {
            return Ok(Json(json!({ "number": number, "answer": answer(&found) })));
        }
        if doors.db().now_ms() > end {
            return Ok(Json(json!({ "number": number, "answer": null })));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
