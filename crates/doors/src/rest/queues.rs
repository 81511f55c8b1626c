//! `/v1/queues`: what waits in each connector and what holds it back, and the streams in it.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::Answer;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use engine::queue::{self, LaneView, StreamView, Wanted};
use serde::{Deserialize, Serialize};
use sms::id::{kind, public};
use sms::live::{Limit, LinkState};
use sms::{Class, Lane};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/queues", "What waits in each connector, and what holds it back", queues);
    api.get("/v1/queues/streams", "The streams of the queues, one by one", streams);
    api.post("/v1/queues/streams/{id}/pause", "Hold a stream; nothing more of it leaves", pause);
    api.post("/v1/queues/streams/{id}/resume", "Let a stream go on", resume);
}

/// What waits in a connector.
#[derive(Serialize)]
struct Queue {
    connector: String,
    state: LinkState,
    queued: i64,
    flight: i64,
    /// Requests on the wire without an answer.
    submitted: i64,
    rate: i64,
    limited_by: Limit,
    oldest_ms: Option<i64>,
    drain_s: Option<i64>,
    lanes: Vec<LaneView>,
}

impl From<queue::Queue> for Queue {
    fn from(q: queue::Queue) -> Queue {
        Queue {
            connector: q.connector.name,
            state: q.connector.state,
            queued: q.queued,
            flight: q.connector.flight,
            submitted: q.connector.window_used,
            rate: q.connector.rate,
            limited_by: q.limit,
            oldest_ms: q.oldest_ms,
            drain_s: q.drain_s,
            lanes: q.lanes,
        }
    }
}

async fn queues(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Queue>>> {
    let all = read(&doors, &caller, queue::list).await?;
    Ok(Json(List::whole(all.into_iter().map(Queue::from).collect())))
}

#[derive(Serialize)]
struct Stream {
    id: String,
    connector: String,
    lane: Lane,
    workspace: String,
    campaign: Option<String>,
    campaign_name: String,
    class: Class,
    state: &'static str,
    queued: i64,
    oldest_ms: Option<i64>,
}

impl From<StreamView> for Stream {
    fn from(s: StreamView) -> Stream {
        Stream {
            id: public(kind::ROW, s.id),
            connector: s.connector_name,
            lane: s.lane,
            workspace: s.workspace,
            campaign: (s.campaign != 0).then(|| public(kind::CAMPAIGN, s.campaign)),
            campaign_name: s.campaign_name,
            class: s.class,
            state: s.state,
            queued: s.queued,
            oldest_ms: s.oldest_ms,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    connector: Option<String>,
}

async fn streams(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Stream>>> {
    let (which, window): (Which, _) = page::query(&uri)?;
    let connector =
        which.connector.as_deref().map(|c| super::id(kind::CONNECTOR, "connector", c)).transpose()?;
    let wanted = Wanted {
        connector: connector.unwrap_or(0),
        after: page::cursor(&window, kind::ROW)?.unwrap_or(0),
        limit: window.limit,
    };
    let (found, next) = read(&doors, &caller, move |tx, ctx| queue::streams(tx, ctx, wanted)).await?;
    let cursor = next.map(|id| public(kind::ROW, id));
    Ok(Json(List::page(found.into_iter().map(Stream::from).collect(), next.is_some(), &uri, cursor)))
}

#[derive(Serialize)]
struct Halted {
    id: String,
    state: &'static str,
}

async fn pause(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Halted>> {
    let stream = path_id(kind::ROW, "stream", &id)?;
    write(&doors, &caller, "stream_pause", move |tx, ctx| queue::pause(tx, ctx, stream)).await?;
    Ok(Json(Halted { id, state: "paused" }))
}

async fn resume(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Halted>> {
    let stream = path_id(kind::ROW, "stream", &id)?;
    write(&doors, &caller, "stream_resume", move |tx, ctx| queue::resume(tx, ctx, stream)).await?;
    Ok(Json(Halted { id, state: "running" }))
}
