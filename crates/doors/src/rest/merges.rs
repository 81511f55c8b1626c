//! Doubles made one person, and two of one again.

use super::contacts::shown as person;
use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use crate::time::rfc3339;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::audience::{self, MergeView};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::kind;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/contacts/{id}/doubles", "Others who may be the same person", doubles);
    api.get("/v1/contacts/{id}/merges", "Who was made one with this person", merges);
    api.post("/v1/contacts/{id}/merge", "Make another one with this person, who stays", merge);
    api.post("/v1/merges/{id}/undo", "Make two of one again", undo);
}

fn shown(m: &MergeView) -> Value {
    json!({
        "id": m.id, "number": m.number, "actor": m.actor, "at": rfc3339(m.at),
        "undone_at": m.undone_at.map(rfc3339),
    })
}

async fn doubles(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<List<Value>>> {
    let id = path_id(kind::CONTACT, "contact", &id)?;
    let found = read(&doors, &caller, move |tx, ctx| audience::doubles(tx, ctx, id)).await?;
    Ok(Json(List::whole(found.iter().map(person).collect())))
}

async fn merges(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<List<Value>>> {
    let id = path_id(kind::CONTACT, "contact", &id)?;
    let found = read(&doors, &caller, move |tx, ctx| {
        audience::contact(tx, ctx, id)?;
        audience::merges(tx, ctx, id)
    });
    Ok(Json(List::whole(found.await?.iter().map(shown).collect())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    /// Who goes.
    other: String,
}

async fn merge(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let kept = path_id(kind::CONTACT, "contact", &id)?;
    let gone = page::id(kind::CONTACT, "other", &body::read::<Other>(&bytes)?.other)?;
    let made = write(&doors, &caller, "merge", move |tx, ctx| {
        let id = audience::merge(tx, ctx, kept, gone)?;
        let all = audience::merges(tx, ctx, kept)?;
        all.into_iter().find(|m| m.row == id).ok_or(engine::Error::NotFound("merge"))
    });
    Ok(created(&caller, shown(&made.await?)))
}

async fn undo(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::MERGE, "merge", &id)?;
    let back = write(&doors, &caller, "unmerge", move |tx, ctx| {
        let other = audience::unmerge(tx, ctx, id)?;
        audience::contact(tx, ctx, other)
    });
    Ok(Json(person(&back.await?.contact)))
}
