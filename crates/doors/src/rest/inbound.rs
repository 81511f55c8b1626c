//! `/v1/inbound` and `/v1/sim/inbound`: what came in, and a virtual phone that writes in.

use super::{read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::moment;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::Permission;
use engine::connector::{self, Progress};
use serde::{Deserialize, Serialize};
use sms::id::{kind, public};
use std::time::Duration;
use store::inbound::{self, Inbound};

/// How long a virtual phone's message may take to be handed over.
const HANDED_OVER: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/inbound", "List messages that came in, newest first", list);
    api.post("/v1/sim/inbound", "A virtual phone writes in (test mode only)", simulate);
}

#[derive(Serialize)]
struct Item {
    id: String,
    from: String,
    to: String,
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tlvs: String,
    #[serde(serialize_with = "moment")]
    received_at: i64,
    contact: Option<String>,
    thread: Option<String>,
    /// What it was taken for, and by which rule; empty is an ordinary message.
    effect: String,
}

impl From<Inbound> for Item {
    fn from(i: Inbound) -> Item {
        Item {
            id: public(kind::INBOUND, i.id),
            from: i.sender,
            to: i.recipient,
            text: i.text,
            tlvs: i.tlvs,
            received_at: i.received_at,
            contact: (i.contact != 0).then(|| public(kind::CONTACT, i.contact)),
            thread: (i.thread != 0).then(|| public(kind::THREAD, i.thread)),
            effect: i.effect,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Item>>> {
    let (_, window): (NoFilter, _) = page::query(&uri)?;
    let (before, limit) = (page::cursor(&window, kind::INBOUND)?.unwrap_or(i64::MAX), window.limit);
    let mut found = read(&doors, &caller, move |tx, ctx| {
        ctx.need(Permission::Read)?;
        Ok(inbound::list(tx, ctx.workspace, before, limit + 1)?)
    })
    .await?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let cursor = found.last().map(|i| public(kind::INBOUND, i.id));
    Ok(Json(List::page(found.into_iter().map(Item::from).collect(), more, &uri, cursor)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: String,
    text: String,
}

/// Answers once the simulator has handed it over: then it is stored.
async fn simulate(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let w: Written = body::read(&bytes)?;
    let command = write(&doors, &caller, "sim_inbound", move |tx, ctx| {
        connector::simulate_inbound(tx, ctx, &w.from, &w.to, &w.text)
    })
    .await?;
    let made = serde_json::json!({ "id": public(kind::COMMAND, command) });
    if caller.dry_run {
        return Ok((StatusCode::OK, Json(made)).into_response());
    }
    let until = tokio::time::Instant::now() + HANDED_OVER;
    loop {
        match read(&doors, &caller, move |tx, ctx| connector::progress(tx, ctx, command)).await? {
            Progress::Done(_) => return Ok((StatusCode::ACCEPTED, Json(made)).into_response()),
            Progress::Failed(why) => {
                return Err(Problem::new(StatusCode::CONFLICT, "simulator_failed", why));
            }
            Progress::Waiting if tokio::time::Instant::now() > until => {
                let detail = "the simulator did not take it in time";
                return Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "simulator_busy", detail));
            }
            Progress::Waiting => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}
