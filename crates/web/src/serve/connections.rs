//! Connections: all of them, one, a new one, a test over one.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::connector::Quality;
use engine::queue::{self, LaneView, Queue};
use engine::{Ctx, Error, Permission, Submission, connector};
use serde::Deserialize;
use sms::Class;
use sms::id::{kind, public};
use store::{Tx, live};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::handsets;
use super::home::Part;
use super::modems;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use super::trials;
use crate::pages::connection::{self as one_page, ConnectionView, FailedLine, HooksLine};
use crate::pages::connections::{
    self as all_page, ConnectionCard, ConnectionForm, ConnectionsView, LaneLine,
};
use crate::pages::error::Kind;
use crate::ui::charts::Beat;

const BASE: &str = "/delivery/connections";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(add))
        .route("/delivery/connections/new", get(new))
        .route("/delivery/connections/{id}", get(one).post(save))
        .route("/delivery/connections/{id}/test", post(test))
        .route("/delivery/connections/{id}/reconnect", post(reconnect))
        .route("/delivery/connections/{id}/enable", post(enable))
        .route("/delivery/connections/{id}/disable", post(disable))
        .route("/delivery/connections/{id}/ussd", post(modems::ussd))
        .route("/delivery/connections/{id}/pin", post(modems::pin))
        .route("/delivery/modems/scan", post(modems::scan))
        .route("/delivery/connections/{id}/phone/pair", post(handsets::pair))
        .route("/delivery/connections/{id}/phone/revoke", post(handsets::revoke))
        .route("/delivery/connections/try", post(trials::new))
        .route("/delivery/connections/{id}/try", post(trials::one))
}

/// The last hour of every connector.
pub(super) type Beats = BTreeMap<i64, Vec<Option<live::Beat>>>;

/// The last hour of one; nothing where nothing was ever said.
pub(super) fn hour(beats: &Beats, id: i64) -> Vec<Beat> {
    let one = |beat: &Option<live::Beat>| match beat {
        None => Beat::Silent,
        Some(live::Beat::Idle) => Beat::Idle,
        Some(live::Beat::Carried) => Beat::Up,
        Some(live::Beat::Slow) => Beat::Slow,
        Some(live::Beat::Down) => Beat::Down,
    };
    beats.get(&id).map(|line| line.iter().map(one).collect()).unwrap_or_default()
}

/// A connection with its queue, as a card.
pub(super) fn card(q: &Queue, beats: &Beats, quality: Quality) -> ConnectionCard {
    let c = &q.connector;
    let lane = |l: &LaneView| LaneLine {
        lane: l.lane.name(),
        waiting: l.queued,
        paused: l.paused,
        oldest: l.oldest_ms,
        drain: l.drain_s.map(|s| s * 1_000),
    };
    let limit = c.settings.get("rate").and_then(|rate| rate.parse::<i64>().ok()).filter(|rate| *rate > 0);
    ConnectionCard {
        id: public(kind::CONNECTOR, c.id),
        name: c.name.clone(),
        kind: c.kind.clone(),
        state: c.state,
        since: c.since,
        error: c.error.clone(),
        beats: hour(beats, c.id),
        rate_tenths: c.rate * 10,
        limit_tenths: limit.map(|rate| rate * 10),
        queued: q.queued,
        flight: c.flight,
        window: c.window_used,
        heard: (c.heard_at > 0).then_some(c.heard_at),
        stale: c.stale,
        hint: connector::hint(&c.error).map(connector::Hint::name),
        quality,
        lanes: q.lanes.iter().map(lane).collect(),
        oldest: q.oldest_ms,
        drain: q.drain_s.map(|s| s * 1_000),
        limit: q.limit,
    }
}

async fn list(seat: Seat, Query(wanted): Query<Part>) -> Answer {
    let (found, beats, qualities) = seat
        .read(|tx, ctx| {
            Ok((queue::list(tx, ctx)?, connector::beats(tx, ctx)?, connector::qualities(tx, ctx)?))
        })
        .await?;
    let of = |q: &Queue| qualities.get(&q.connector.id).copied().unwrap_or_default();
    let data = ConnectionsView { connections: found.iter().map(|q| card(q, &beats, of(q))).collect() };
    let shell = seat.shell().await?;
    if wanted.part == "all" {
        return Ok(reply::page(all_page::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(all_page::view(&seat.words, &shell, &data)))
}

#[derive(Debug, Default, Deserialize)]
struct NewAsked {
    #[serde(default)]
    kind: String,
    /// A modem that was found.
    #[serde(default)]
    device: String,
}

/// The kinds a person may add: the simulator is there by itself.
pub(super) fn offered(web: &Web) -> Vec<sms::form::KindInfo> {
    web.kinds()
        .iter()
        .filter(|kind| ![connector::SIMULATOR, engine::lookup::NAME].contains(&kind.name))
        .copied()
        .collect()
}

async fn new(seat: Seat, Query(asked): Query<NewAsked>) -> Answer {
    let values = if asked.device.is_empty() { Vec::new() } else { vec![("device".to_owned(), asked.device)] };
    let form = ConnectionForm { kind: asked.kind, values, ..ConnectionForm::default() };
    let shell = seat.shell().await?;
    let beside = modems::beside(&seat, &shell, &form.kind, None);
    Ok(seat.page(all_page::new(&seat.words, &shell, &offered(&seat.web), &form, &beside)))
}

/// What a form says of a connection's settings.
pub(super) fn given(posted: &Posted) -> Vec<(String, String)> {
    let ours = ["csrf", "kind", "name"];
    let own = |name: &str| ours.contains(&name) || name.starts_with(trials::PREFIX);
    posted.all().iter().filter(|(name, _)| !own(name)).cloned().collect()
}

async fn add(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let kinds = seat.web.kinds();
    let (name, kind_name, settings) =
        (posted.get("name").to_owned(), posted.get("kind").to_owned(), given(&posted));
    let (n, k, s) = (name.clone(), kind_name.clone(), settings.clone());
    let added = seat.write("add connection", move |tx, ctx| connector::add(tx, ctx, kinds, &n, &k, &s)).await;
    match added {
        Ok(id) => {
            Ok(reply::done(&format!("{BASE}/{}", public(kind::CONNECTOR, id)), "said-connection-added", None))
        }
        Err(e @ Error::Invalid { .. }) => {
            let fault = Some(shown::why(&seat.words, &e));
            let form = ConnectionForm {
                name,
                kind: kind_name,
                values: settings,
                fault,
                ..ConnectionForm::default()
            };
            let shell = seat.shell().await?;
            let beside = modems::beside(seat, &shell, &form.kind, None);
            Ok(reply::refused(all_page::new(&seat.words, &shell, &offered(&seat.web), &form, &beside)))
        }
        Err(e) => Err(e.into()),
    }
}

/// A connection, its hour and its failures.
pub(super) struct Found {
    queue: Queue,
    beats: Beats,
    failed: Option<Vec<connector::Failure>>,
    trace: Option<crate::pages::trace::TraceView>,
    quality: Quality,
    modem: Option<engine::modem::Card>,
    phone: Option<engine::phone::View>,
}

pub(super) async fn found(seat: &Seat, id: &str) -> Result<Found, Oops> {
    let stored = id_of(kind::CONNECTOR, id)?;
    seat.read(move |tx, ctx| {
        let (queue, beats) = (queue::get(tx, ctx, stored)?, connector::beats(tx, ctx)?);
        let failed =
            ctx.may(Permission::Delivery).then(|| connector::failures(tx, ctx, stored)).transpose()?;
        let trace = super::traces::of_connection(tx, ctx, stored)?;
        let quality = connector::quality(tx, ctx, stored)?;
        let modem = engine::modem::card(tx, ctx, stored)?;
        let phone = engine::phone::view(tx, ctx, stored)?;
        Ok(Found { queue, beats, failed, trace, quality, modem, phone })
    })
    .await
}

fn failed_line(f: &connector::Failure) -> FailedLine {
    FailedLine {
        at: f.at,
        ours: f.ours,
        command: f.command.clone(),
        status: (f.status != connector::NO_ANSWER).then(|| f.status.clone()),
        fields: f.fields.clone(),
        message: f.message.map(|id| public(kind::MESSAGE, id)),
    }
}

pub(super) fn view(
    seat: &Seat,
    found: &Found,
    fault: Option<(String, String)>,
) -> Result<ConnectionView, Oops> {
    let (q, c) = (&found.queue, &found.queue.connector);
    let info = seat.web.kinds().iter().find(|kind| kind.name == c.kind).copied();
    Ok(ConnectionView {
        card: card(q, &found.beats, found.quality),
        form: ConnectionForm {
            name: c.name.clone(),
            kind: c.kind.clone(),
            values: c.settings.clone().into_iter().collect(),
            fault,
            exists: true,
            ..ConnectionForm::default()
        },
        kind: info.ok_or(Oops::Page(Kind::NotFound))?,
        failed: found.failed.as_ref().map(|all| all.iter().map(failed_line).collect()),
        trace: found.trace.clone(),
        hooks: c.hooks.as_ref().map(|hooks| {
            let seen = &hooks.seen;
            HooksLine {
                address: hooks.address.clone(),
                taken: (seen.taken_at > 0).then(|| (seen.taken_at, seen.taken.clone())),
                refused: (seen.refused_at > 0).then(|| (seen.refused_at, seen.refused.clone())),
            }
        }),
        modem: found.modem.as_ref().map(modems::card),
        phone: found.phone.as_ref().map(handsets::card),
        offer: None,
        test_to: String::new(),
        test_error: None,
    })
}

async fn one(seat: Seat, Path(id): Path<String>, Query(wanted): Query<Part>) -> Answer {
    let data = view(&seat, &found(&seat, &id).await?, None)?;
    let shell = seat.shell().await?;
    if let (true, Some(trace)) = (wanted.part == "trace", &data.trace) {
        return Ok(reply::page(crate::pages::trace::tail(&seat.words, &shell, trace)));
    }
    if wanted.part == "living" {
        return Ok(reply::page(one_page::living(&seat.words, &shell, &data)));
    }
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    let seat = &posted.seat;
    let kinds = seat.web.kinds();
    // An empty secret means: as it is.
    let settings: Vec<_> = given(&posted).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let wanted = settings.clone();
    let saved = seat
        .write("save connection", move |tx, ctx| connector::update(tx, ctx, kinds, stored, &wanted))
        .await;
    match saved {
        Ok(()) => Ok(reply::done(&format!("{BASE}/{id}"), "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => {
            let mut data = view(seat, &found(seat, &id).await?, Some(shown::why(&seat.words, &e)))?;
            data.form.values = settings;
            let shell = seat.shell().await?;
            Ok(reply::refused(one_page::view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn reconnect(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    posted.seat.write("reconnect", move |tx, ctx| connector::reconnect(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("{BASE}/{id}"), "said-reconnecting", None))
}

async fn enable(Path(id): Path<String>, posted: Posted) -> Answer {
    switch(&id, &posted, true).await
}

async fn disable(Path(id): Path<String>, posted: Posted) -> Answer {
    switch(&id, &posted, false).await
}

async fn switch(id: &str, posted: &Posted, on: bool) -> Answer {
    let stored = id_of(kind::CONNECTOR, id)?;
    posted
        .seat
        .write("switch connection", move |tx, ctx| connector::set_enabled(tx, ctx, stored, on))
        .await?;
    let said = if on { "said-switched-on" } else { "said-switched-off" };
    Ok(reply::done(&format!("{BASE}/{id}"), said, None))
}

/// One message to a phone of the person's own; its page tells what became of it.
async fn test(Path(id): Path<String>, posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (to, text) = (posted.get("to").to_owned(), posted.raw("text").to_owned());
    let wanted = to.clone();
    let via = id_of(kind::CONNECTOR, &id)?;
    let sent = seat.write("test message", move |tx, ctx| submit_test(tx, ctx, via, &wanted, &text)).await?;
    match sent {
        Ok(accepted) => {
            Ok(reply::done(&format!("/messages/{}", public(kind::MESSAGE, accepted.id)), "said-sent", None))
        }
        Err(refusal) => {
            let mut data = view(seat, &found(seat, &id).await?, None)?;
            data.test_to = to;
            data.test_error = Some(shown::reason(&seat.words, refusal.code));
            let shell = seat.shell().await?;
            Ok(reply::refused(one_page::view(&seat.words, &shell, &data)))
        }
    }
}

fn submit_test(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    via: i64,
    to: &str,
    text: &str,
) -> engine::Result<Result<engine::Accepted, engine::Refusal>> {
    ctx.need(engine::Permission::Send)?;
    let simulated = connector::get(tx, ctx, via)?.kind == connector::SIMULATOR;
    let one = Submission {
        workspace: ctx.workspace,
        to: to.into(),
        text: text.into(),
        class: Some(Class::Transactional),
        // It tries this connection, so no rule and no other carrier steps in.
        via,
        test: ctx.test || simulated,
        source: "page",
        ..Submission::default()
    };
    engine::submit(tx, &[one])?.pop().ok_or(Error::NotFound("message"))
}
