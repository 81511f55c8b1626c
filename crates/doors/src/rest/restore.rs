//! `/v1/backups` and `/v1/restore`: a copy of the store, and what a restored one holds until a person lets it go.

use super::write;
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::{Caller, Operator};
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::restore::{self, HeldView, View, Which};
use engine::{Actor, Ctx, Permission};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::{kind, parse, public};
use std::path::PathBuf;

pub(crate) fn mount(api: &mut Api) {
    api.post("/v1/backups", "Write a sealed copy of the store into a file (control socket only)", backup);
    api.get("/v1/restore", "What a restored store holds until a person lets it go", status);
    api.post("/v1/restore/release", "Let held things go", release);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Backup {
    file: String,
}

async fn backup(State(doors): State<Doors>, _who: Operator, Body(bytes): Body) -> Answer<Response> {
    let wanted: Backup = body::read(&bytes)?;
    let file = PathBuf::from(&wanted.file);
    if !file.is_absolute() {
        return Err(Problem::input("file", "invalid", "file: the server needs the whole path"));
    }
    let db = doors.db().clone();
    let made = tokio::task::spawn_blocking(move || store::backup::make(&db, &file)).await;
    let failed = |why: String| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "backup_failed", why);
    let made = made.map_err(|e| failed(e.to_string()))?.map_err(|e| match e {
        store::Error::Full => engine::Error::from(e).into(),
        e => failed(e.to_string()),
    })?;
    let shown = json!({ "file": wanted.file, "size": made.size, "at": rfc3339(made.at) });
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// Whoever asks: a key for its workspace, the console for all.
struct Asks(Caller);

impl axum::extract::FromRequestParts<Doors> for Asks {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, doors: &Doors) -> Answer<Asks> {
        let named = parts.headers.contains_key(crate::WORKSPACE);
        match Operator::from_request_parts(parts, doors).await {
            Ok(_) if !named => {
                let ctx = Ctx::new(0, Actor::Console, false, Permission::ALL);
                Ok(Asks(Caller { ctx, dry_run: false }))
            }
            _ => Ok(Asks(Caller::from_request_parts(parts, doors).await?)),
        }
    }
}

async fn status(State(doors): State<Doors>, Asks(caller): Asks) -> Answer<Json<Value>> {
    let found = super::read(&doors, &caller, restore::status).await?;
    Ok(Json(shown(found.as_ref())))
}

fn moment(at: i64) -> Value {
    if at == 0 { Value::Null } else { rfc3339(at).into() }
}

fn held_id(held: &HeldView) -> String {
    let prefix = match held.kind {
        "campaign" => kind::CAMPAIGN,
        "scheduled" => kind::WORKSPACE,
        _ => kind::ROW,
    };
    public(prefix, held.id)
}

fn shown(view: Option<&View>) -> Value {
    let Some(view) = view else { return json!({ "restored": false, "held": [] }) };
    let held = view.held.iter().map(|h| {
        json!({
            "id": held_id(h), "kind": h.kind, "workspace": public(kind::WORKSPACE, h.workspace), "name": h.name,
            "class": h.class, "waiting": h.waiting,
        })
    });
    let mut out = json!({
        "restored": true, "at": moment(view.at), "backup_at": moment(view.backup_at), "sent_log": view.sent_log,
        "held": held.collect::<Vec<_>>(),
    });
    if let Some(machine) = &view.machine {
        out["refusals"] = json!({
            "replayed": machine.refusals, "damaged": machine.refusals_damaged, "there": machine.refusals_there,
        });
        out["had_left"] = machine.sent.into();
        out["unconfirmed"] = machine.unconfirmed.into();
        out["launched_since"] = machine.launched_since.into();
        out["not_in_copy"] = json!({
            "parts": machine.not_in_copy, "from": moment(machine.not_in_copy_from), "to": moment(machine.not_in_copy_to),
        });
    }
    out
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    id: Option<String>,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    may_repeat: bool,
}

async fn release(State(doors): State<Doors>, Asks(caller): Asks, Body(bytes): Body) -> Answer<Json<Value>> {
    let wanted: Release = body::read(&bytes)?;
    let which = match (&wanted.id, wanted.all) {
        (None, true) => Which::All,
        (Some(id), false) => {
            let found = [kind::CAMPAIGN, kind::WORKSPACE, kind::ROW].iter().find_map(|k| parse(k, id));
            Which::One(found.ok_or_else(|| Problem::not_found("held item"))?)
        }
        _ => return Err(Problem::input("id", "required", "name one id, or say \"all\": true")),
    };
    let may_repeat = wanted.may_repeat;
    let released = write(&doors, &caller, "restore.release", move |tx, ctx| {
        restore::release(tx, ctx, which, may_repeat)
    })
    .await?;
    let left = super::read(&doors, &caller, restore::status).await?;
    let left = left.map_or(0, |view| view.held.len());
    Ok(Json(json!({ "released": released, "held": left })))
}
