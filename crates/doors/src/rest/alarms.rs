//! `/v1/alarms`: what is wrong now, what was lately, and that somebody knows of it.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
use crate::page::List;
use crate::problem::Answer;
use crate::time::moment;
use axum::Json;
use axum::extract::{Path, State};
use engine::alarm::{self, View};
use serde::Serialize;
use sms::id::{kind, public};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/alarms", "What is wrong, and what was lately", list);
    api.post("/v1/alarms/{id}/known", "Somebody knows of it: it stays until its cause is gone", known);
}

/// One alarm; what does not concern it is `null`.
#[derive(Serialize)]
struct Alarm {
    id: String,
    kind: &'static str,
    /// `open`, `known` or `over`.
    state: &'static str,
    connector: Option<String>,
    connector_name: Option<String>,
    campaign: Option<String>,
    campaign_name: Option<String>,
    /// Octets, seconds or a count, by its kind.
    value: i64,
    /// The carrier's or the system's own words.
    detail: String,
    #[serde(serialize_with = "moment")]
    since: i64,
    #[serde(serialize_with = "moment")]
    known_at: i64,
    #[serde(serialize_with = "moment")]
    over_at: i64,
}

impl From<View> for Alarm {
    fn from(a: View) -> Alarm {
        let state = match (a.cleared_at, a.known_at) {
            (0, 0) => "open",
            (0, _) => "known",
            _ => "over",
        };
        let (connector, connector_name) =
            a.connector.map(|(id, name)| (public(kind::CONNECTOR, id), name)).unzip();
        let (campaign, campaign_name) =
            a.campaign.map(|(id, name)| (public(kind::CAMPAIGN, id), name)).unzip();
        Alarm {
            id: public(kind::ROW, a.id),
            kind: a.kind,
            state,
            connector,
            connector_name,
            campaign,
            campaign_name,
            value: a.value,
            detail: a.detail,
            since: a.at,
            known_at: a.known_at,
            over_at: a.cleared_at,
        }
    }
}

/// Open ones first: those nobody knows of, then those somebody does, then those that are over, the last first.
async fn list(State(doors): State<Doors>, caller: Caller) -> Answer<Json<List<Alarm>>> {
    let found = read(&doors, &caller, alarm::list).await?;
    Ok(Json(List::whole(found.open.into_iter().chain(found.past).map(Alarm::from).collect())))
}

#[derive(Serialize)]
struct Known {
    id: String,
    state: &'static str,
}

async fn known(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Known>> {
    let stored = path_id(kind::ROW, "alarm", &id)?;
    write(&doors, &caller, "alarm.known", move |tx, ctx| alarm::acknowledge(tx, ctx, stored)).await?;
    Ok(Json(Known { id, state: "known" }))
}
