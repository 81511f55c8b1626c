//! The queues: what waits, and halting it.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::queue::{self, StreamView, Wanted};
use engine::{Error, Permission};
use serde::Deserialize;
use sms::id::{kind, parse, public};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::connections::card;
use super::oops::Oops;
use super::places;
use super::reply::{self, Answer};
use crate::pages::error::Kind;
use crate::pages::queues::{self as page_of, QueuesView, StreamLine};
use crate::ui::table::Pager;

const BASE: &str = "/delivery/queues";
/// Streams a page shows.
const PAGE: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(show))
        .route("/delivery/queues/{id}/pause", post(pause))
        .route("/delivery/queues/{id}/resume", post(resume))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    connection: String,
    #[serde(default)]
    after: String,
}

/// An address of this page with these parts of its query.
fn address(pairs: &[(&str, &str)]) -> String {
    let kept: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", places::escaped(value)))
        .collect();
    if kept.is_empty() { BASE.into() } else { format!("{BASE}?{}", kept.join("&")) }
}

async fn show(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    if !seat.ctx().may(Permission::Delivery) {
        return Err(Error::NotAllowed(Permission::Delivery).into());
    }
    let wanted = Wanted {
        connector: parse(kind::CONNECTOR, &asked.connection).unwrap_or(0),
        after: parse(kind::ROW, &asked.after).unwrap_or(0),
        limit: PAGE,
    };
    let (queues, (streams, next)) =
        seat.read(move |tx, ctx| Ok((queue::list(tx, ctx)?, queue::streams(tx, ctx, wanted)?))).await?;
    let shown = queues.iter().filter(|q| wanted.connector == 0 || q.connector.id == wanted.connector);
    let cards: Vec<_> = shown.map(card).collect();
    if wanted.connector != 0 && cards.is_empty() {
        return Err(Oops::Page(Kind::NotFound));
    }
    let next = next.map(|id| public(kind::ROW, id));
    let data = QueuesView {
        only: cards.first().filter(|_| wanted.connector != 0).map(|c| (c.id.clone(), c.name.clone())),
        queues: cards,
        streams: streams.into_iter().map(|s| line(&seat, s)).collect(),
        pager: Pager {
            says: String::new(),
            first: (wanted.after != 0).then(|| address(&[("connection", &asked.connection)])),
            next: next.map(|after| address(&[("connection", &asked.connection), ("after", &after)])),
        },
        here: address(&[("part", "all"), ("connection", &asked.connection), ("after", &asked.after)]),
    };
    let shell = seat.shell().await?;
    if asked.part == "all" {
        return Ok(reply::page(page_of::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

fn line(seat: &Seat, s: StreamView) -> StreamLine {
    let needed = if s.campaign != 0 { Permission::Campaigns } else { Permission::Delivery };
    StreamLine {
        id: public(kind::ROW, s.id),
        campaign: (s.campaign != 0).then(|| (public(kind::CAMPAIGN, s.campaign), s.campaign_name)),
        class: s.class.name().into(),
        connection: (public(kind::CONNECTOR, s.connector), s.connector_name),
        lane: s.lane.name(),
        state: s.state,
        waiting: s.queued,
        oldest: s.oldest_ms,
        may: seat.ctx().may(needed),
    }
}

async fn pause(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let done = posted.seat.write("pause stream", move |tx, ctx| queue::pause(tx, ctx, stored)).await;
    said(done, "said-paused")
}

async fn resume(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let done = posted.seat.write("resume stream", move |tx, ctx| queue::resume(tx, ctx, stored)).await;
    said(done, "said-resumed")
}

fn said(done: engine::Result<()>, word: &str) -> Answer {
    match done {
        Ok(()) => Ok(reply::done(BASE, word, None)),
        Err(Error::Conflict(_)) => Ok(reply::done(BASE, "said-not-now", None)),
        Err(e) => Err(e.into()),
    }
}
