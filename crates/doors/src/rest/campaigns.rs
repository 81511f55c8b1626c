//! `/v1/campaigns`: write one down, see whom it reaches, launch, hold, stop, count.

use super::messages::word;
use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::{self, moment};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::campaign::{self, Draft, Preview, Report, View};
use serde::{Deserialize, Serialize};
use sms::Class;
use sms::id::{kind, public};
use std::collections::BTreeMap;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/campaigns", "List campaigns, newest first", list);
    api.post("/v1/campaigns", "Write a campaign down", create);
    api.get("/v1/campaigns/{id}", "Read a campaign", one);
    api.patch("/v1/campaigns/{id}", "Change a draft", change);
    api.get("/v1/campaigns/{id}/preview", "Whom it reaches, and one recipient's text", preview);
    api.post("/v1/campaigns/{id}/send", "Launch it", launch);
    api.post("/v1/campaigns/{id}/pause", "Hold it; nothing more leaves", pause);
    api.post("/v1/campaigns/{id}/resume", "Go on", resume);
    api.post("/v1/campaigns/{id}/stop", "End it for good", stop);
    api.get("/v1/campaigns/{id}/report", "Count its recipients", report);
    api.get("/v1/campaigns/{id}/skipped", "List who was left out, and by which rule", skipped);
}

#[derive(Serialize)]
struct Campaign {
    id: String,
    name: String,
    text: String,
    from: String,
    class: Class,
    topic: Option<String>,
    list: Option<String>,
    list_name: String,
    #[serde(serialize_with = "moment")]
    send_at: i64,
    version: i64,
    error: String,
    #[serde(serialize_with = "moment")]
    created_at: i64,
    #[serde(serialize_with = "moment")]
    launched_at: i64,
    #[serde(serialize_with = "moment")]
    done_at: i64,
    #[serde(flatten)]
    report: Report,
}

impl From<View> for Campaign {
    fn from(v: View) -> Campaign {
        Campaign {
            id: public(kind::CAMPAIGN, v.id),
            name: v.name,
            text: v.text,
            from: v.sender,
            class: v.class,
            topic: Some(v.topic).filter(|t| !t.is_empty()),
            list: (v.list != 0).then(|| public(kind::LIST, v.list)),
            list_name: v.list_name,
            send_at: v.due,
            version: v.version,
            error: v.error,
            created_at: v.created_at,
            launched_at: v.launched_at,
            done_at: v.done_at,
            report: v.report,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    name: Option<String>,
    text: Option<String>,
    from: Option<String>,
    class: Option<String>,
    topic: Option<String>,
    list: Option<String>,
    send_at: Option<String>,
    version: Option<i64>,
}

impl Written {
    /// On top of what stands in the draft already.
    fn onto(self, old: Draft) -> Answer<Draft> {
        let class = word::<Class>("class", self.class.as_deref(), Class::ALL.iter().map(|c| c.name()))?;
        let due = self.send_at.as_deref().map(|at| {
            let wrong = "send_at: must be a moment in RFC 3339, as 2026-12-01T09:00:00Z";
            time::parse(at).ok_or_else(|| Problem::input("send_at", "invalid", wrong))
        });
        let list = self.list.as_deref().map(|l| super::id(kind::LIST, "list", l)).transpose()?;
        Ok(Draft {
            name: self.name.unwrap_or(old.name),
            text: self.text.unwrap_or(old.text),
            sender: self.from.or(old.sender),
            class: class.or(old.class),
            topic: self.topic.or(old.topic),
            list: list.or(old.list),
            due: due.transpose()?.or(old.due),
        })
    }
}

fn draft_of(v: &View) -> Draft {
    Draft {
        name: v.name.clone(),
        text: v.text.clone(),
        sender: (!v.sender.is_empty()).then(|| v.sender.clone()),
        class: Some(v.class),
        topic: Some(v.topic.clone()).filter(|t| !t.is_empty()),
        list: (v.list != 0).then_some(v.list),
        due: (v.due != 0).then_some(v.due),
    }
}

const NOTHING: Draft = Draft {
    name: String::new(),
    text: String::new(),
    sender: None,
    class: None,
    topic: None,
    list: None,
    due: None,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Campaign>>> {
    let (_, window): (NoFilter, _) = page::query(&uri)?;
    let before = page::cursor(&window, kind::CAMPAIGN)?;
    let mut all = read(&doors, &caller, move |tx, ctx| campaign::list(tx, ctx, before, window.limit)).await?;
    let more = all.len() as i64 == window.limit;
    let cursor = all.last().map(|c| public(kind::CAMPAIGN, c.id));
    Ok(Json(List::page(all.drain(..).map(Campaign::from).collect(), more, &uri, cursor)))
}

async fn create(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let draft = body::read::<Written>(&bytes)?.onto(NOTHING)?;
    let made = write(&doors, &caller, "campaign_create", move |tx, ctx| {
        let id = campaign::create(tx, ctx, &draft)?;
        campaign::get(tx, ctx, id)
    });
    Ok(created(&caller, Campaign::from(made.await?)))
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Campaign>> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| campaign::get(tx, ctx, id)).await?.into()))
}

async fn change(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Campaign>> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    let written: Written = body::read(&bytes)?;
    let old = read(&doors, &caller, move |tx, ctx| campaign::get(tx, ctx, id)).await?;
    let version = written.version.unwrap_or(old.version);
    let draft = written.onto(draft_of(&old))?;
    let changed = write(&doors, &caller, "campaign_change", move |tx, ctx| {
        campaign::update(tx, ctx, id, version, &draft)?;
        campaign::get(tx, ctx, id)
    });
    Ok(Json(changed.await?.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    index: Option<String>,
}

#[derive(Serialize)]
struct Reach {
    total: i64,
    will_send: i64,
    skipped: BTreeMap<&'static str, i64>,
    /// Parts → people; of a sample where `sampled` says so.
    parts_histogram: BTreeMap<i64, i64>,
    sampled: bool,
    preview: Option<Preview>,
}

async fn preview(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer<Json<Reach>> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    let (which, _): (Which, _) = page::query(&uri)?;
    let index = which.index.as_deref().map_or(Some(0), |n| n.parse().ok());
    let index = index.ok_or_else(|| Problem::input("index", "invalid", "index: must be a whole number"))?;
    let (audience, preview) = read(&doors, &caller, move |tx, ctx| {
        Ok((campaign::audience(tx, ctx, id)?, campaign::preview(tx, ctx, id, index)?))
    })
    .await?;
    Ok(Json(Reach {
        total: audience.total,
        will_send: audience.will_send,
        skipped: audience.skipped.iter().map(|(code, n)| (code.name(), *n)).collect(),
        parts_histogram: audience.parts_histogram.iter().map(|bar| (bar.parts, bar.people)).collect(),
        sampled: audience.sampled,
        preview,
    }))
}

async fn launch(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    step(doors, caller, id, "campaign_launch", |tx, ctx, id| campaign::launch(tx, ctx, id).map(drop)).await
}

async fn pause(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    step(doors, caller, id, "campaign_pause", |tx, ctx, id| campaign::pause(tx, ctx, id).map(drop)).await
}

async fn resume(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    step(doors, caller, id, "campaign_resume", |tx, ctx, id| campaign::resume(tx, ctx, id).map(drop)).await
}

async fn stop(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Response> {
    step(doors, caller, id, "campaign_stop", |tx, ctx, id| campaign::stop(tx, ctx, id).map(drop)).await
}

type Step = fn(&mut store::Tx<'_>, &engine::Ctx, i64) -> engine::Result<()>;

async fn step(doors: Doors, caller: Caller, id: String, name: &'static str, f: Step) -> Answer<Response> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    let after = write(&doors, &caller, name, move |tx, ctx| {
        f(tx, ctx, id)?;
        campaign::get(tx, ctx, id)
    });
    Ok((StatusCode::OK, Json(Campaign::from(after.await?))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Left {
    code: Option<String>,
}

async fn skipped(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer<Json<List<campaign::Skip>>> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    let (left, window): (Left, _) = page::query(&uri)?;
    let code = word::<sms::Code>("code", left.code.as_deref(), sms::Code::ALL.iter().map(|c| c.name()))?;
    let after = page::cursor(&window, kind::CONTACT)?.unwrap_or_default();
    let limit = window.limit;
    let found =
        read(&doors, &caller, move |tx, ctx| campaign::skipped(tx, ctx, id, code, after, limit)).await?;
    let last = found.last().map(|s| public(kind::CONTACT, s.contact));
    let more = i64::try_from(found.len()) == Ok(limit);
    Ok(Json(List::page(found, more, &uri, last)))
}

async fn report(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Report>> {
    let id = path_id(kind::CAMPAIGN, "campaign", &id)?;
    Ok(Json(read(&doors, &caller, move |tx, ctx| campaign::report(tx, ctx, id)).await?))
}
