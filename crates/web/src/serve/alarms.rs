//! Alarms: the page, its count in the navigation, and that somebody knows.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::{Ctx, Permission, alarm, connector};
use sms::id::{kind, public};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::home::Part;
use super::reply::{self, Answer};
use crate::pages::alarms::{self as the_page, AlarmLine, AlarmsView};
use crate::shell::{self, Place};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(Place::Alarms.path(), get(list))
        .route("/delivery/alarms/{id}/known", post(known))
        .route("/live/alarms", get(count))
}

fn line(ctx: &Ctx, a: alarm::View) -> AlarmLine {
    let may = if a.campaign.is_some() { Permission::Campaigns } else { Permission::Delivery };
    AlarmLine {
        id: public(kind::ROW, a.id),
        kind: a.kind.into(),
        connection: a.connector.map(|(id, name)| (public(kind::CONNECTOR, id), name)),
        campaign: a.campaign.map(|(id, name)| (public(kind::CAMPAIGN, id), name)),
        value: a.value,
        hint: connector::hint(&a.detail).map(connector::Hint::name),
        detail: a.detail,
        at: a.at,
        known: (a.known_at > 0).then_some(a.known_at),
        cleared: (a.cleared_at > 0).then_some(a.cleared_at),
        may: ctx.may(may),
    }
}

async fn list(seat: Seat, Query(wanted): Query<Part>) -> Answer {
    let found = seat.read(alarm::list).await?;
    let lines = |all: Vec<alarm::View>| all.into_iter().map(|a| line(seat.ctx(), a)).collect();
    let data = AlarmsView { open: lines(found.open), past: lines(found.past) };
    let shell = seat.shell().await?;
    if wanted.part == "all" {
        return Ok(reply::page(the_page::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(the_page::view(&seat.words, &shell, &data)))
}

/// `GET /live/alarms`: the count beside the place, which the live stream renews.
async fn count(seat: Seat) -> Answer {
    let n = seat.read(alarm::unknown).await?;
    Ok(reply::page(shell::alarm_count(&seat.words, n)))
}

async fn known(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let done = posted.seat.write("alarm.known", move |tx, ctx| alarm::acknowledge(tx, ctx, stored)).await;
    match done {
        Ok(()) => Ok(reply::done(Place::Alarms.path(), "said-alarm-known", None)),
        // It was over before the button was pressed: the page says so.
        Err(engine::Error::NotFound(_)) => Ok(reply::see(Place::Alarms.path())),
        Err(e) => Err(e.into()),
    }
}
