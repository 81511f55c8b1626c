//! `/v1/connectors/{id}/phone`: pairing a phone with its connection, what it says of itself, and turning it away.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::caller::Caller;
use crate::problem::{Answer, Problem};
use crate::time::moment;
use axum::Json;
use axum::extract::{Path, State};
use engine::phone::{self, Card, View};
use serde::Serialize;
use serde_json::{Value, json};
use sms::id::kind;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/connectors/{id}/phone", "What a phone says of itself, and what its cards have sent", one);
    api.post(
        "/v1/connectors/{id}/phone/pair",
        "Offer a code for ten minutes: whose app shows it is let in",
        pair,
    );
    api.post("/v1/connectors/{id}/phone/revoke", "Let the phone of a connection in no more", revoke);
}

#[derive(Serialize)]
struct Item {
    paired: bool,
    #[serde(serialize_with = "moment")]
    paired_at: i64,
    #[serde(serialize_with = "moment")]
    seen_at: i64,
    #[serde(serialize_with = "moment")]
    code_until: i64,
    asks: bool,
    model: String,
    android: String,
    app: String,
    battery: Option<i64>,
    charging: bool,
    clock_ahead_ms: i64,
    sims: Vec<Sim>,
}

#[derive(Serialize)]
struct Sim {
    slot: i64,
    carrier: String,
    number: String,
    bars: Option<i64>,
    ready: bool,
    roaming: bool,
    chosen: bool,
    sent: Value,
    #[serde(serialize_with = "moment")]
    rests_until: i64,
}

impl From<View> for Item {
    fn from(view: View) -> Item {
        let asks = view.phone.waits_until > view.now;
        let (per_hour, per_day) = view.caps;
        let sim = |card: Card| Sim {
            slot: card.sim.slot,
            carrier: card.sim.carrier,
            number: card.sim.number,
            bars: card.sim.bars,
            ready: card.sim.ready,
            roaming: card.sim.roaming,
            chosen: card.chosen,
            sent: json!({
                "hour": card.spent.hour, "per_hour": per_hour, "day": card.spent.day, "per_day": per_day
            }),
            rests_until: card.rests_until.unwrap_or(0),
        };
        let (p, f) = (view.phone, view.cards);
        Item {
            paired: p.paired_at > 0,
            paired_at: p.paired_at,
            seen_at: p.seen_at,
            code_until: p.code_until,
            asks,
            model: p.facts.model,
            android: p.facts.android,
            app: p.facts.app,
            battery: (p.facts.battery >= 0).then_some(p.facts.battery),
            charging: p.facts.charging,
            clock_ahead_ms: p.facts.skew_ms,
            sims: f.into_iter().map(sim).collect(),
        }
    }
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Item>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let view = read(&doors, &caller, move |tx, ctx| phone::view(tx, ctx, id)).await?;
    view.map(|view| Json(view.into())).ok_or_else(|| Problem::not_found("phone"))
}

async fn pair(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let chance = phone::chance()?;
    let code =
        write(&doors, &caller, "phone_offer", move |tx, ctx| phone::offer(tx, ctx, id, chance)).await?;
    let until = crate::time::rfc3339(code.until);
    Ok(Json(json!({ "code": code.code, "address": code.address, "link": code.link, "until": until })))
}

async fn revoke(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    write(&doors, &caller, "phone_revoke", move |tx, ctx| phone::revoke(tx, ctx, id)).await?;
    Ok(Json(json!({ "paired": false })))
}
