//! `/v1/proof`: everything that is known of one number, and forgetting it.

use super::{read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page;
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use engine::audit::Check;
use engine::proof::{self, Erased};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::chain::Kind;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/proof", "Everything known of one number: permission, wording, messages, refusals", show);
    api.post("/v1/proof/erase", "Forget a number; its refusals stay", erase);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    number: String,
}

/// Members that hold a moment in ms; 0 is none.
const MOMENTS: &[&str] = &[
    "at",
    "since",
    "until",
    "claimed_at",
    "accepted_at",
    "submitted_at",
    "done_at",
    "created_at",
    "updated_at",
    "last_out",
    "last_in",
    "refusal_offered_at",
];

/// The same with moments as people and programs read them.
fn told(value: Value) -> Value {
    match value {
        Value::Array(all) => Value::Array(all.into_iter().map(told).collect()),
        Value::Object(map) => {
            let member = |(name, value): (String, Value)| match value.as_i64() {
                Some(0) if MOMENTS.contains(&name.as_str()) => (name, Value::Null),
                Some(ms) if MOMENTS.contains(&name.as_str()) => (name, json!(rfc3339(ms))),
                _ => (name, told(value)),
            };
            Value::Object(map.into_iter().map(member).collect::<Map<_, _>>())
        }
        other => other,
    }
}

async fn show(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (whose, _): (Whose, _) = page::query(&uri)?;
    let (looked, number) = (whose.number.clone(), whose.number);
    let found = read(&doors, &caller, move |tx, ctx| proof::proof(tx, ctx, &looked)).await?;
    write(&doors, &caller, "proof", move |tx, ctx| proof::shown(tx, ctx, &number)).await?;
    let mut check = Check::new(caller.ctx.workspace, Kind::Consent);
    while !check.done {
        let mut next = check.clone();
        let step = doors.db().read(move |tx| {
            next.step(tx)?;
            Ok::<_, engine::Error>(next.clone())
        });
        check = step.await?;
    }
    let mut value = serde_json::to_value(&found).map(told).map_err(|e| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", format!("the proof cannot be written: {e}"))
    })?;
    value["chain"] = serde_json::to_value(&check).unwrap_or_default();
    value["chain"]["holds"] = json!(check.holds());
    Ok(Json(value))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forget {
    number: String,
    reason: String,
}

async fn erase(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Erased>> {
    let f: Forget = body::read(&bytes)?;
    let done = write(&doors, &caller, "erase", move |tx, ctx| proof::erase(tx, ctx, &f.number, &f.reason));
    Ok(Json(done.await?))
}
