//! `/v1/reconfirm`: asking people once more whether we may go on writing to them.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page;
use crate::problem::Answer;
use crate::time::rfc3339;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use engine::reconfirm::{self, View};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/reconfirm", "List runs that ask people once more", list);
    api.get("/v1/reconfirm/plan", "Who would be asked, how, and what the packs say", plan);
    api.post(
        "/v1/reconfirm",
        "Ask people once more: those whose permission ends, or who are weakly proven",
        start,
    );
    api.post("/v1/reconfirm/{id}/stop", "Ask nobody more, and take nobody's silence for an answer", stop);
}

fn shown(run: &View) -> Value {
    let counts: Map<String, Value> =
        run.counts.iter().map(|(word, n)| ((*word).to_owned(), json!(n))).collect();
    json!({
        "id": run.id, "kind": run.kind, "state": run.state, "by": run.actor, "at": rfc3339(run.at),
        "done_at": run.done_at.map(rfc3339), "counts": counts,
    })
}

async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, reconfirm::runs).await?;
    let data: Vec<Value> = found.iter().map(shown).collect();
    Ok(Json(json!({ "data": data, "has_more": false, "next": null })))
}

fn list_id(given: Option<&str>) -> Answer<i64> {
    given.filter(|list| !list.is_empty()).map_or(Ok(0), |list| path_id(kind::LIST, "list", list))
}

async fn plan(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let given = page::pairs(&uri).into_iter().find(|(name, _)| name == "list").map(|(_, value)| value);
    let list = list_id(given.as_deref())?;
    let found = read(&doors, &caller, move |tx, ctx| reconfirm::plan(tx, ctx, list)).await?;
    Ok(Json(serde_json::to_value(found).unwrap_or_default()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    kind: String,
    list: Option<String>,
}

async fn start(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: New = body::read(&bytes)?;
    let list = list_id(new.list.as_deref())?;
    let begun = move |tx: &mut store::Tx<'_>, ctx: &engine::Ctx| reconfirm::start(tx, ctx, &new.kind, list);
    let id = write(&doors, &caller, "reconfirm", begun).await?;
    Ok(created(&caller, json!({ "id": public(kind::ROW, id) })))
}

async fn stop(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "run", &id)?;
    write(&doors, &caller, "reconfirm_stop", move |tx, ctx| reconfirm::stop(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
