//! What operators and their tools ask: alive, accepting, counts, the document of all paths.

mod metrics;
mod openapi;

use crate::Doors;
use crate::api::Api;
use crate::caller::Operator;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;

/// Closures waiting for the writer beyond which new work is better sent elsewhere.
const WAITING_MAX: usize = 10_000;

pub(crate) fn mount(api: &mut Api) {
    api.get("/healthz", "Whether the program is alive", || async { "ok\n" });
    api.get("/readyz", "Whether it accepts work", ready);
    api.get("/metrics", "Counts for Prometheus", metrics::show);
    api.post("/v1/clock/confirm", "Believe the clock after a jump (control socket only)", believe);
    api.get("/openapi.json", "This document", openapi::show);
}

async fn believe(State(doors): State<Doors>, _who: Operator) -> axum::Json<serde_json::Value> {
    let jump_ms = doors.db().clock_jump_ms();
    doors.db().believe_clock();
    axum::Json(serde_json::json!({ "jump_ms": jump_ms }))
}

async fn ready(State(doors): State<Doors>) -> Answer<&'static str> {
    if doors.db().vitals().waiting > WAITING_MAX {
        return Err(Problem::busy());
    }
    if doors.db().disk() == store::disk::Level::NoAccept {
        return Err(store::Error::Full.into());
    }
    let answers = doors.db().read(|tx| store::workspace::only(tx).map(drop)).await;
    answers.map_err(|e| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", e.to_string()))?;
    Ok("ready\n")
}
