//! The queues: what waits, and halting it.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::connector::Quality;
use engine::queue::{self, Search, Sort, StreamView};
use engine::{Error, Permission, connector};
use serde::Deserialize;
use sms::id::{kind, parse, public};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::connections::card;
use super::oops::Oops;
use super::places;
use super::reply::{self, Answer};
use crate::args;
use crate::pages::error::Kind;
use crate::pages::queues::{self as page_of, QueuesView, StreamLine};
use crate::ui::table::Pager;

const BASE: &str = "/delivery/queues";
/// Streams a page shows.
const PAGE: i64 = 50;
/// Pages that can be walked; beyond them one searches.
const PAGES: i64 = 1_000;

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
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn sort(&self) -> Sort {
        match self.sort.as_str() {
            "deepest" => Sort::Deepest,
            "newest" => Sort::Newest,
            _ => Sort::Oldest,
        }
    }

    /// The address of a page of this list.
    fn at(&self, part: &str, page: i64) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        address(&[
            ("part", part),
            ("connection", &self.connection),
            ("q", &self.q),
            ("sort", &self.sort),
            ("page", &page),
        ])
    }
}

/// The name of an order, as it stands in the address.
const fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Oldest => "oldest",
        Sort::Deepest => "deepest",
        Sort::Newest => "newest",
    }
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
    let page = asked.page.parse::<i64>().unwrap_or(1).clamp(1, PAGES);
    let connector = parse(kind::CONNECTOR, &asked.connection).unwrap_or(0);
    let wanted =
        Search { connector, name: asked.q.clone(), sort: asked.sort(), skip: (page - 1) * PAGE, limit: PAGE };
    let (queues, beats, (streams, all)) = seat
        .read(move |tx, ctx| {
            Ok((queue::list(tx, ctx)?, connector::beats(tx, ctx)?, queue::search(tx, ctx, &wanted)?))
        })
        .await?;
    let shown = queues.iter().filter(|q| connector == 0 || q.connector.id == connector);
    let cards: Vec<_> = shown.map(|q| card(q, &beats, Quality::default())).collect();
    if connector != 0 && cards.is_empty() {
        return Err(Oops::Page(Kind::NotFound));
    }
    let (from, to) = ((page - 1) * PAGE + 1, (page - 1) * PAGE + streams.len() as i64);
    let says = if all > PAGE {
        seat.words.f("pager-of", args!(from: from, to: to, all: all))
    } else {
        String::new()
    };
    let data = QueuesView {
        only: cards.first().filter(|_| connector != 0).map(|c| (c.id.clone(), c.name.clone())),
        queues: cards,
        all,
        search: (asked.q.clone(), sort_name(asked.sort())),
        streams: streams.into_iter().map(|s| line(&seat, s)).collect(),
        pager: Pager {
            says,
            first: (page > 1).then(|| asked.at("", 1)),
            next: (to < all && page < PAGES).then(|| asked.at("", page + 1)),
        },
        here: asked.at("all", page),
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
