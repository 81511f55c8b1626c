//! `/v1/modems` and the modem of a connector: looking for them, what they say, codes to their network, their PIN.

use super::{path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::List;
use crate::problem::{Answer, Problem};
use crate::time::moment;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use engine::connector::Progress;
use engine::modem::{self, Card, ending};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sms::id::{kind, public};
use std::time::Duration;

/// How long a modem and its network may take.
const ANSWERED: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub(crate) fn mount(api: &mut Api) {
    api.post("/v1/modems/scan", "Look for modems at every serial port and at the devices named", scan);
    api.get("/v1/connectors/{id}/modem", "What a modem says of itself, and what its card has sent", one);
    api.post(
        "/v1/connectors/{id}/ussd",
        "Send a code to a modem's network, as *100#, and give its answer",
        ussd,
    );
    api.post("/v1/connectors/{id}/pin", "Have the PIN of a modem's card entered once more", pin);
}

#[derive(Serialize)]
struct Item {
    port: String,
    model: String,
    revision: String,
    imei: String,
    sim: Sim,
    operator: String,
    registration: String,
    signal_dbm: Option<i64>,
    bars: Option<u8>,
    memory: Memory,
    sent: Sent,
    balance: String,
    unreadable: i64,
    #[serde(serialize_with = "moment")]
    at: i64,
}

#[derive(Serialize)]
struct Sim {
    state: String,
    imsi: String,
    iccid: String,
    number: String,
    smsc: String,
    pin_left: Option<i64>,
}

#[derive(Serialize)]
struct Memory {
    name: String,
    used: i64,
    total: i64,
}

#[derive(Serialize)]
struct Sent {
    hour: i64,
    per_hour: i64,
    day: i64,
    per_day: i64,
}

impl From<Card> for Item {
    fn from(card: Card) -> Item {
        let m = card.modem;
        Item {
            port: m.port,
            model: format!("{} {}", m.maker, m.model).trim().to_owned(),
            revision: m.revision,
            imei: m.imei,
            sim: Sim {
                state: m.card,
                imsi: ending(&m.imsi),
                iccid: ending(&m.iccid),
                number: m.number,
                smsc: m.centre,
                pin_left: m.pin_left,
            },
            operator: m.operator,
            registration: m.registration,
            signal_dbm: m.signal_dbm,
            bars: card.bars,
            memory: Memory { name: m.memory, used: m.used, total: m.total },
            sent: Sent {
                hour: card.spent.hour,
                per_hour: card.caps.0,
                day: card.spent.day,
                per_day: card.caps.1,
            },
            balance: m.balance,
            unreadable: card.aside.0,
            at: m.at,
        }
    }
}

async fn one(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Item>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let card = read(&doors, &caller, move |tx, ctx| modem::card(tx, ctx, id)).await?;
    card.map(|card| Json(card.into())).ok_or_else(|| Problem::not_found("modem"))
}

/// Waits until a command has its end; what came of it.
async fn ended(doors: &Doors, caller: &Caller, command: i64) -> Answer<String> {
    let until = tokio::time::Instant::now() + ANSWERED;
    loop {
        match read(doors, caller, move |tx, ctx| modem::progress(tx, ctx, command)).await? {
            Progress::Done(text) => return Ok(text),
            Progress::Failed(why) => return Err(Problem::new(StatusCode::CONFLICT, "modem_failed", why)),
            Progress::Waiting if tokio::time::Instant::now() > until => {
                let detail = "the modem did not answer in time";
                return Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "modem_busy", detail));
            }
            Progress::Waiting => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: String,
}

async fn ussd(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Json<Value>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let asked: Asked = body::read(&bytes)?;
    let code = asked.code.clone();
    let command =
        write(&doors, &caller, "modem_ussd", move |tx, ctx| modem::ussd(tx, ctx, id, &code)).await?;
    if caller.dry_run {
        return Ok(Json(json!({ "id": public(kind::COMMAND, command) })));
    }
    let text = ended(&doors, &caller, command).await?;
    Ok(Json(json!({ "code": asked.code, "text": text })))
}

async fn pin(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::CONNECTOR, "connector", &id)?;
    let command = write(&doors, &caller, "modem_pin", move |tx, ctx| modem::try_pin(tx, ctx, id)).await?;
    Ok(Json(json!({ "id": public(kind::COMMAND, command) })))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Where {
    devices: Vec<String>,
}

async fn scan(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<List<Value>>> {
    let wanted: Where = body::read(&bytes)?;
    let command =
        write(&doors, &caller, "modem_scan", move |tx, ctx| modem::scan(tx, ctx, &wanted.devices)).await?;
    if caller.dry_run {
        return Ok(Json(List::whole(Vec::new())));
    }
    let found = ended(&doors, &caller, command).await?;
    let found = serde_json::from_str(&found).map_err(|e| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "modem_failed", e.to_string()) //
    })?;
    Ok(Json(List::whole(found)))
}
