//! Home, the chip of the running campaign, and where a search leads.

use axum::extract::Query;
use engine::{Ctx, alarm, campaign, connector, message};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use sms::life::Status;
use sms::live::LinkState;
use sms::number::Kind as Number;
use store::message::Filter;
use store::{Tx, counter};

use super::ask::{Seat, is_up};
use super::connections::{Beats, hour};
use super::reply::{self, Answer};
use super::{places, shown};
use crate::args;
use crate::pages::home::{ConnectionLine, HomeView, Need, Steps, Today, living, view};
use crate::shell;

const LAST: usize = 5;

/// Which part of a page is wanted; without one, the page.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub(super) part: String,
}

struct Facts {
    campaigns: Vec<campaign::View>,
    connectors: Vec<connector::View>,
    beats: Beats,
    alarms: i64,
    traffic: Vec<(i64, i64, Status, i64)>,
    unknown: i64,
    replies: i64,
    left: i64,
    answered: bool,
}

/// Newest messages looked at for an answer of a person's own.
const LOOKED_AT: i64 = 100;

fn facts(tx: &mut Tx<'_>, ctx: &Ctx, midnight: i64) -> engine::Result<Facts> {
    let campaigns = campaign::list(tx, ctx, None, 20)?;
    let newest = message::list(tx, ctx, &Filter { limit: LOOKED_AT, ..Filter::default() })?;
    Ok(Facts {
        unknown: campaigns.iter().map(|c| c.report.unknown).sum(),
        replies: store::inbound::since(tx, ctx.workspace, midnight)?,
        left: store::suppression::since(tx, ctx.workspace, midnight)?,
        answered: newest.data.iter().any(|m| m.row.source == "inbox"),
        campaigns,
        connectors: connector::list(tx, ctx)?,
        beats: connector::beats(tx, ctx)?,
        alarms: alarm::unknown(tx, ctx)?,
        traffic: counter::traffic(tx, ctx.workspace, midnight)?,
    })
}

/// `GET /`
pub(super) async fn home(seat: Seat, Query(wanted): Query<Part>) -> Answer {
    let midnight = seat.words.midnight();
    let found = seat.read(move |tx, ctx| facts(tx, ctx, midnight)).await?;
    let shell = seat.shell().await?;
    let data = filled(&seat, &found, midnight);
    if wanted.part == "home" {
        return Ok(reply::page(living(&seat.words, &shell, &data)));
    }
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

fn filled(seat: &Seat, found: &Facts, midnight: i64) -> HomeView {
    let launched = |c: &&campaign::View| c.launched_at > 0;
    let running = found
        .campaigns
        .iter()
        .find(|c| matches!(c.report.state.name(), "running" | "throttled" | "freezing" | "paused"));
    let steps = Steps {
        tested: !found.traffic.is_empty() || found.campaigns.iter().any(|c| launched(&c)),
        answered: found.answered,
        campaigned: found.campaigns.iter().any(|c| launched(&c)),
        live: !seat.signed_in.workspace.is_test(),
    };
    let all_done = steps.tested && steps.campaigned && steps.live;
    HomeView {
        steps: (!all_done).then_some(steps),
        running: running.map(|c| shown::campaign(seat, c).running()),
        today: today(found, midnight),
        needs: needs(found),
        connections: found
            .connectors
            .iter()
            .filter(|c| c.kind != connector::SIMULATOR)
            .map(|c| connection(seat, found, c))
            .collect(),
        campaigns: found.campaigns.iter().take(LAST).map(shown::line).collect(),
    }
}

fn today(found: &Facts, midnight: i64) -> Today {
    let mut today = Today::default();
    let first = midnight / counter::HOUR_MS;
    let mut ended = 0;
    // The counters tell how many came to a status in an hour, not how many stand there.
    for (hour, _, status, n) in &found.traffic {
        match status {
            Status::Submitted => today.sent += n,
            Status::Delivered => today.delivered += n,
            Status::Undelivered | Status::Rejected | Status::Expired | Status::Unknown => ended += n,
            _ => {}
        }
        if *status == Status::Submitted
            && let Ok(at) = usize::try_from(hour - first)
            && let Some(column) = today.by_hour.get_mut(at)
        {
            *column += n;
        }
    }
    today.no_report = (today.sent - today.delivered - ended).max(0);
    (today.replies, today.left) = (found.replies, found.left);
    today
}

fn needs(found: &Facts) -> Vec<Need> {
    let mut needs = Vec::new();
    if found.alarms > 0 {
        needs.push(Need::Alarms { n: found.alarms });
    }
    if found.unknown > 0 {
        needs.push(Need::Unconfirmed { n: found.unknown });
    }
    for c in
        found.connectors.iter().filter(|c| !is_up(c.state) && c.state != LinkState::Disabled && c.enabled)
    {
        needs.push(Need::ConnectionDown { id: public(kind::CONNECTOR, c.id), name: c.name.clone() });
    }
    needs
}

/// Minutes of the hour that a line on this page has room for.
const BEATS: usize = 40;

fn connection(seat: &Seat, found: &Facts, c: &connector::View) -> ConnectionLine {
    let rate = seat.words.tenths(c.rate * 10);
    let hint = connector::hint(&c.error).map(connector::Hint::name);
    let says = match hint {
        Some(hint) => seat.words.t(&format!("link-said-{hint}")),
        None if c.error.is_empty() => seat.words.attr("connection-rate", args!(rate: rate)),
        None => c.error.clone(),
    };
    ConnectionLine {
        id: public(kind::CONNECTOR, c.id),
        name: c.name.clone(),
        state: c.state,
        hint,
        says,
        beats: {
            let hour = hour(&found.beats, c.id);
            hour[hour.len().saturating_sub(BEATS)..].to_vec()
        },
    }
}

/// `GET /live/chip`
pub(super) async fn chip(seat: Seat) -> Answer {
    let shell = seat.shell().await?;
    Ok(reply::page(shell::running(&seat.words, &shell)))
}

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /search`: straight to what an id names; a number to its messages; anything else to the people.
pub(super) async fn search(seat: Seat, Query(asked): Query<Search>) -> Answer {
    let q = asked.q.trim();
    let place = |kind: &str, path: &str| parse(kind, q).map(|_| format!("{path}/{q}"));
    let named = place(kind::MESSAGE, "/messages")
        .or_else(|| place(kind::CAMPAIGN, "/campaigns"))
        .or_else(|| place(kind::CONTACT, "/contacts"))
        .or_else(|| place(kind::THREAD, "/inbox"))
        .or_else(|| place(kind::CONNECTOR, "/delivery/connections"));
    if let Some(to) = named {
        return Ok(reply::see(&to));
    }
    let reading = sms::number::normalise(q, &seat.signed_in.workspace.country);
    let (path, value) = match (reading.kind, reading.e164) {
        (Number::Mobile | Number::Landline | Number::Test, Some(number)) => ("/messages", number),
        _ => ("/contacts", q.to_owned()),
    };
    Ok(reply::see(&format!("{path}?q={}", places::escaped(&value))))
}
