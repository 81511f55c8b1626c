//! `/v1/lists`: static groups of people.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use crate::time::moment;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use engine::audience::{self, ListView};
use engine::{Ctx, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sms::id::kind;
use store::Tx;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/lists", "List lists by name", list);
    api.post("/v1/lists", "Make a list", create);
    api.get("/v1/lists/{id}", "Read a list", one);
    api.patch("/v1/lists/{id}", "Give a list another name", rename);
    api.delete("/v1/lists/{id}", "Remove a list; the people stay", remove);
    api.post("/v1/lists/{id}/members", "Put people into a list", join);
    api.delete("/v1/lists/{id}/members/{contact}", "Take a person out of a list", leave);
}

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    size: i64,
    #[serde(serialize_with = "moment")]
    created_at: i64,
}

impl From<ListView> for Shown {
    fn from(v: ListView) -> Shown {
        Shown { id: v.id, name: v.name, size: v.size, created_at: v.created_at }
    }
}

fn by_id(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> engine::Result<ListView> {
    audience::lists(tx, ctx)?.into_iter().find(|l| l.row == id).ok_or(Error::NotFound("list"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: Option<String>,
}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Shown>>> {
    let (wanted, _): (Wanted, _) = page::query(&uri)?;
    let mut all = read(&doors, &caller, audience::lists).await?;
    if let Some(name) = wanted.name {
        all.retain(|l| l.name == name.trim());
    }
    Ok(Json(List::whole(all.into_iter().map(Shown::from).collect())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

async fn create(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let named: Named = body::read(&bytes)?;
    let made = write(&doors, &caller, "list_create", move |tx, ctx| {
        let id = audience::list_create(tx, ctx, &named.name)?;
        by_id(tx, ctx, id)
    });
    Ok(created(&caller, Shown::from(made.await?)))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Shown>> {
    let id = path_id(kind::LIST, "list", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| by_id(tx, ctx, id)).await?.into()))
}

async fn rename(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Shown>> {
    let (id, named) = (path_id(kind::LIST, "list", &id)?, body::read::<Named>(&bytes)?);
    let renamed = write(&doors, &caller, "list_rename", move |tx, ctx| {
        audience::list_rename(tx, ctx, id, &named.name)?;
        by_id(tx, ctx, id)
    });
    Ok(Json(renamed.await?.into()))
}

async fn remove(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::LIST, "list", &id)?;
    write(&doors, &caller, "list_remove", move |tx, ctx| audience::list_delete(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    contacts: Vec<String>,
}

async fn join(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    let (id, members) = (path_id(kind::LIST, "list", &id)?, body::read::<Members>(&bytes)?);
    let contacts = members.contacts.iter().map(|c| page::id(kind::CONTACT, "contacts", c));
    let contacts = contacts.collect::<Answer<Vec<_>>>()?;
    let joined = write(&doors, &caller, "list_join", move |tx, ctx| {
        let added = audience::add_to_list(tx, ctx, id, &contacts)?;
        Ok((added, by_id(tx, ctx, id)?.size))
    });
    let (added, size) = joined.await?;
    Ok(Json(json!({ "added": added, "size": size })))
}

async fn leave(
    State(doors): State<Doors>,
    caller: Caller,
    Path((id, contact)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (id, contact) = (path_id(kind::LIST, "list", &id)?, path_id(kind::CONTACT, "contact", &contact)?);
    write(&doors, &caller, "list_leave", move |tx, ctx| {
        match audience::take_from_list(tx, ctx, id, &[contact])? {
            0 => Err(Error::NotFound("member")),
            _ => Ok(()),
        }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
