//! `/v1/templates`: texts that are looked at before they are sent.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::problem::{Answer, Problem};
use crate::time::{self, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::template_review::{self as templates, New, Say, View};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/templates", "List texts that wait for a review, and those that had one", list);
    api.post("/v1/templates", "Ask for a text to be approved before it is sent", propose);
    api.post("/v1/templates/{id}/decide", "Approve a text or refuse it; never one's own", decide);
    api.post("/v1/templates/{id}/end", "End an approval; what waits under it is judged anew", end);
}

fn shown(t: &View) -> Value {
    json!({
        "id": t.id, "class": t.class, "country": t.country, "text": t.text, "reference": t.reference,
        "state": t.state, "asked_by": t.asked_by, "at": rfc3339(t.at), "decided_by": t.decided_by,
        "decided_at": t.decided_at.map(rfc3339), "until": t.until.map(rfc3339), "note": t.note,
    })
}

async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let (found, level) =
        read(&doors, &caller, |tx, ctx| Ok((templates::list(tx, ctx)?, templates::level(tx, ctx)?))).await?;
    let data: Vec<Value> = found.iter().map(shown).collect();
    Ok(Json(json!({ "data": data, "level": level, "has_more": false, "next": null })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    class: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    reference: String,
}

async fn propose(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let asked: Asked = body::read(&bytes)?;
    let new =
        New { text: asked.text, class: asked.class, country: asked.country, reference: asked.reference };
    let id = write(&doors, &caller, "template", move |tx, ctx| templates::propose(tx, ctx, &new)).await?;
    Ok(created(&caller, json!({ "id": public(kind::ROW, id), "state": "waits" })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    approve: bool,
    #[serde(default)]
    note: String,
    #[serde(default)]
    reference: String,
    until: Option<String>,
}

async fn decide(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<StatusCode> {
    let (id, said) = (path_id(kind::ROW, "template", &id)?, body::read::<Decision>(&bytes)?);
    let until = said.until.as_deref().map(|at| {
        let wrong = "until: must be a moment in RFC 3339, as 2026-12-01T09:00:00Z";
        time::parse(at).ok_or_else(|| Problem::input("until", "invalid", wrong))
    });
    let until = until.transpose()?.unwrap_or(0);
    let say = Say { approve: said.approve, note: said.note, reference: said.reference, until };
    write(&doors, &caller, "template", move |tx, ctx| templates::decide(tx, ctx, id, &say)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::ROW, "template", &id)?;
    write(&doors, &caller, "template", move |tx, ctx| templates::end(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
