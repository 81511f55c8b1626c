//! `/v1/filters`, `/v1/tags`: filters of people under a name, the same that the people's page keeps, and the words that
//! people are marked with.

use super::contacts::consent_of;
use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::audience::{self, Filter, FilterView};
use engine::bulk::Whom;
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/filters", "List the filters of people that have a name", list);
    api.post("/v1/filters", "Keep a filter under a name, or change the one of this name", keep);
    api.get("/v1/filters/{id}", "Read a filter", one);
    api.delete("/v1/filters/{id}", "Forget a filter", forget);
    api.get("/v1/tags", "List the words that people are marked with", tags);
}

/// Which people are meant, in a body.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Narrow {
    search: Option<String>,
    list: Option<String>,
    tag: Option<String>,
    consent: Option<String>,
}

impl Narrow {
    /// The filter it stands for.
    pub(super) fn filter(&self) -> Answer<Filter> {
        Ok(Filter {
            search: self.search.clone().unwrap_or_default(),
            list: self.list.as_deref().map(|l| page::id(kind::LIST, "filter.list", l)).transpose()?,
            tag: self.tag.as_deref().map(|t| page::id(kind::TAG, "filter.tag", t)).transpose()?,
            consent: self.consent.as_deref().map(consent_of).transpose()?,
            ..Filter::default()
        })
    }
}

fn shown(view: &FilterView) -> Value {
    let filter = audience::filter_in(&view.query);
    json!({
        "id": view.id, "name": view.name,
        "filter": {
            "search": Some(filter.search).filter(|s| !s.is_empty()),
            "list": filter.list.map(|id| public(kind::LIST, id)),
            "tag": filter.tag.map(|id| public(kind::TAG, id)),
            "consent": filter.consent.map(|c| c.name()),
        },
    })
}

/// The filter behind a public id.
pub(super) async fn saved(doors: &Doors, caller: &Caller, id: &str) -> Answer<Filter> {
    let id = page::id(kind::FILTER, "filter", id)?;
    let found = read(doors, caller, move |tx, ctx| audience::filter(tx, ctx, id)).await?;
    Ok(audience::filter_in(&found.query))
}

async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Value>>> {
    let all = read(&doors, &caller, audience::filters).await?;
    Ok(Json(List::whole(all.iter().map(shown).collect())))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::FILTER, "filter", &id)?;
    Ok(Json(shown(&read(&doors, &caller, move |tx, ctx| audience::filter(tx, ctx, id)).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    filter: Narrow,
}

async fn keep(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let new: New = body::read(&bytes)?;
    let filter = new.filter.filter()?;
    let address = audience::address_of(&filter);
    if Whom::found_by(&filter).is_everybody() {
        let detail = "filter: nothing narrows; that is everybody";
        return Err(Problem::input("filter", "required", detail).fix("say search, list, tag or consent"));
    }
    let kept = write(&doors, &caller, "filter_keep", move |tx, ctx| {
        let id = audience::filter_save(tx, ctx, &new.name, &address)?;
        audience::filter(tx, ctx, id)
    });
    Ok(created(&caller, shown(&kept.await?)))
}

async fn forget(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::FILTER, "filter", &id)?;
    write(&doors, &caller, "filter_forget", move |tx, ctx| audience::filter_forget(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tags(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<audience::TagView>>> {
    Ok(Json(List::whole(read(&doors, &caller, audience::tags).await?)))
}
