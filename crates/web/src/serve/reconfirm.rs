//! Asking people once more whether we may go on writing to them.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use engine::{Error, Permission, reconfirm};
use sms::id::kind;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::reconfirm::{BASE, ReconfirmView, RunRow, view};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(BASE, get(page).post(start)).route("/compliance/reconfirm/{id}/stop", post(stop))
}

async fn data(seat: &Seat) -> Result<ReconfirmView, Oops> {
    let plan = seat.read(|tx, ctx| reconfirm::plan(tx, ctx, 0)).await?;
    let row = |run: reconfirm::View| RunRow {
        counts: std::array::from_fn(|n| run.counts.get(n).map_or(0, |(_, count)| *count)),
        id: run.id,
        kind: run.kind,
        state: run.state,
        at: run.at,
    };
    let runs = seat.read(reconfirm::runs).await?.into_iter().map(row).collect();
    Ok(ReconfirmView {
        allowed: plan.rule.allowed,
        before_days: plan.rule.before_days,
        answer_days: plan.rule.answer_days,
        people: [("ending", plan.ending), ("weak", plan.weak)],
        sender: plan.sender,
        text: plan.text,
        fault: None,
        may: seat.ctx().may(Permission::Campaigns),
        runs,
    })
}

async fn page(seat: Seat) -> Answer {
    let data = data(&seat).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn start(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let kind = posted.get("kind").to_owned();
    match seat.write("reconfirm", move |tx, ctx| reconfirm::start(tx, ctx, &kind, 0)).await {
        Ok(_) => Ok(reply::done(BASE, "said-again-started", None)),
        Err(Error::Conflict(_)) => Ok(reply::see(BASE)),
        Err(e @ Error::Invalid { .. }) => {
            let shell = seat.shell().await?;
            let fault = Some(shown::why(&seat.words, &e).1);
            let data = ReconfirmView { fault, ..data(seat).await? };
            Ok(reply::refused(view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn stop(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    match posted.seat.write("reconfirm", move |tx, ctx| reconfirm::stop(tx, ctx, stored)).await {
        Ok(()) => Ok(reply::done(BASE, "said-again-stopped", None)),
        Err(Error::NotFound(_) | Error::Conflict(_)) => Ok(reply::see(BASE)),
        Err(e) => Err(e.into()),
    }
}
