//! `/v1/doctor`: how the installation does, told to whoever stands at the machine.

use crate::Doors;
use crate::api::Api;
use crate::caller::Operator;
use crate::problem::Answer;
use axum::Json;
use axum::extract::State;
use engine::health::{self, Measured, Report};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/doctor", "How the installation does (control socket only)", show);
}

async fn show(State(doors): State<Doors>, _: Operator) -> Answer<Json<Report>> {
    let measured = Measured::now(doors.db(), true);
    Ok(Json(doors.db().read(move |tx| health::report(tx, &measured)).await?))
}
