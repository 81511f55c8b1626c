//! What operators and their tools ask: alive, accepting, counts, the document of all paths.

mod metrics;
mod openapi;

use crate::Doors;
use crate::api::Api;
use crate::caller::Operator;
use crate::problem::{Answer, Problem};
use crate::time::rfc3339;
use axum::extract::State;
use axum::http::StatusCode;

/// Closures waiting for the writer beyond which new work is better sent elsewhere.
const WAITING_MAX: usize = 10_000;

pub(crate) fn mount(api: &mut Api) {
    api.get("/healthz", "Whether the program is alive", || async { "ok\n" });
    api.get("/readyz", "Whether it accepts work", ready);
    api.get("/metrics", "Counts for Prometheus", metrics::show);
    api.post("/v1/clock/confirm", "Believe the clock after a jump (control socket only)", believe);
    api.get("/v1/clock", "Whether the clock is believed (control socket only)", clock);
    api.post(
        "/v1/keyring/exported",
        "Remember that the key ring was exported (control socket only)",
        exported,
    );
    api.get("/v1/keyring", "The key ring: how many keys, since when (control socket only)", ring);
    api.get("/openapi.json", "This document", openapi::show);
}

async fn believe(State(doors): State<Doors>, _who: Operator) -> axum::Json<serde_json::Value> {
    let jump_ms = doors.db().clock_jump_ms();
    doors.db().believe_clock();
    axum::Json(serde_json::json!({ "jump_ms": jump_ms }))
}

async fn clock(State(doors): State<Doors>, _who: Operator) -> axum::Json<serde_json::Value> {
    let (now, jump_ms) = (doors.db().now_ms(), doors.db().clock_jump_ms());
    axum::Json(serde_json::json!({ "now": rfc3339(now), "jump_ms": jump_ms, "believed": jump_ms == 0 }))
}

async fn exported(State(doors): State<Doors>, _who: Operator) -> Answer<axum::Json<serde_json::Value>> {
    let at = doors.db().write("keys.exported", |tx| {
        store::keys::note_export(tx)?;
        Ok::<_, engine::Error>(tx.now())
    });
    Ok(axum::Json(serde_json::json!({ "exported_at": rfc3339(at.await?) })))
}

async fn ring(State(doors): State<Doors>, _who: Operator) -> Answer<axum::Json<serde_json::Value>> {
    let ring = doors.db().read(engine::keyring::look).await?;
    Ok(axum::Json(serde_json::json!({
        "keys": ring.keys,
        "renewed_at": ring.renewed_at.map(rfc3339),
        "exported_at": ring.exported_at.map(rfc3339),
        "left": ring.left,
    })))
}

async fn ready(State(doors): State<Doors>) -> Answer<&'static str> {
    if doors.db().vitals().waiting > WAITING_MAX {
        return Err(Problem::busy());
    }
    if doors.db().disk() == store::disk::Level::NoAccept {
        return Err(store::Error::Full.into());
    }
    if doors.db().is_away() {
        let away = "the database is away or takes nothing";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", away).retry_after(1));
    }
    let answers = doors.db().read(|tx| store::workspace::only(tx).map(drop)).await;
    answers.map_err(|e| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", e.to_string()))?;
    Ok("ready\n")
}
