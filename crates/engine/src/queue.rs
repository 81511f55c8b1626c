//! What waits and what holds it back: lanes of connectors with their depth, age and time to drain, and the streams in
//! them, which who may can halt.
//!
//! A person or key sees the rows of the own workspace alone; the console sees the whole machine. Depths are counters.

mod drain;

pub use drain::drain_s;

use crate::connector::{self, View};
use crate::{Actor, Ctx, Error, Permission, Result, campaign};
use serde::Serialize;
use sms::live::{Limit, LinkState};
use sms::{Class, Lane};
use store::Tx;
use store::machine::queue as rows;
use store::machine::stream::Run;

/// Streams a page of the list gives at the most.
pub const PAGE_MAX: i64 = 200;

/// What waits in one lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneView {
    /// The lane.
    pub lane: Lane,
    /// Messages that wait.
    pub queued: i64,
    /// Of them those that somebody halted.
    pub paused: i64,
    /// Streams with something in them.
    pub streams: i64,
    /// How long the oldest has waited, ms; `None` where its time has not come.
    pub oldest_ms: Option<i64>,
    /// Seconds until the lane is empty at the rate of now; `None` where nothing moves.
    pub drain_s: Option<i64>,
}

/// A connector's queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The connector and how it stands.
    pub connector: View,
    /// Its lanes with something in them, the strictest first.
    pub lanes: Vec<LaneView>,
    /// Messages that wait.
    pub queued: i64,
    /// How long the oldest has waited, ms.
    pub oldest_ms: Option<i64>,
    /// Seconds until it is empty at the rate of now.
    pub drain_s: Option<i64>,
    /// What holds it back.
    pub limit: Limit,
}

/// One stream: what a workspace sends of one kind through one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamView {
    /// Its id.
    pub id: i64,
    /// The connector's id.
    pub connector: i64,
    /// The connector's name.
    pub connector_name: String,
    /// The lane.
    pub lane: Lane,
    /// The workspace's name.
    pub workspace: String,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The campaign's name, or empty.
    pub campaign_name: String,
    /// The class.
    pub class: Class,
    /// `running`, `paused`, `stopped` or `held`.
    pub state: &'static str,
    /// Messages that wait.
    pub queued: i64,
    /// How long the oldest has waited, ms; `None` where its time has not come.
    pub oldest_ms: Option<i64>,
}

/// Whose rows are seen: of one workspace, or all (`0`).
fn scope(ctx: &Ctx) -> i64 {
    match ctx.actor {
        Actor::Console | Actor::System => 0,
        _ => ctx.workspace,
    }
}

fn age(due: Option<i64>, now: i64) -> Option<i64> {
    due.filter(|due| *due <= now).map(|due| now - due)
}

/// The queues of all connectors, oldest connector first.
///
/// # Errors
/// When who asks may not read.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Queue>> {
    let connectors = connector::list(tx, ctx)?;
    let (lanes, flights) = (rows::lanes(tx, scope(ctx))?, rows::flights(tx, scope(ctx))?);
    let now = tx.now();
    let one = |mut view: View| {
        view.flight = flights.get(&view.id).copied().unwrap_or(0);
        let own: Vec<rows::Lane> = lanes.iter().filter(|l| l.lane / 8 == view.id).copied().collect();
        queue(view, &own, now)
    };
    Ok(connectors.into_iter().map(one).collect())
}

/// The queue of one connector.
///
/// # Errors
/// `NotFound`.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, connector: i64) -> Result<Queue> {
    let found = list(tx, ctx)?.into_iter().find(|q| q.connector.id == connector);
    found.ok_or(Error::NotFound("connector"))
}

fn queue(mut view: View, lanes: &[rows::Lane], now: i64) -> Queue {
    let (mut running, mut out) = ([0; Lane::ALL.len()], Vec::new());
    for lane in lanes {
        let Some(which) = Lane::from_number(lane.lane % 8) else { continue };
        running[which as usize] = lane.running;
        out.push(LaneView {
            lane: which,
            queued: lane.depth,
            paused: lane.depth - lane.running,
            streams: lane.streams,
            oldest_ms: age(lane.due, now),
            drain_s: None,
        });
    }
    let drains = drain_s(running, view.rate);
    for lane in &mut out {
        lane.drain_s = drains[lane.lane as usize];
    }
    let queued = lanes.iter().map(|l| l.depth).sum();
    let due = lanes.iter().filter_map(|l| l.due).min();
    let limit = limit(&view, queued, running.iter().sum(), due, now);
    view.queued = queued;
    view.limited_by = limit.name().into();
    let drain_s = out.iter().filter_map(|l| l.drain_s).max();
    Queue { connector: view, lanes: out, queued, oldest_ms: age(due, now), drain_s, limit }
}

/// What holds back what waits. The link's own word counts only while it carries.
fn limit(view: &View, queued: i64, running: i64, due: Option<i64>, now: i64) -> Limit {
    if queued == 0 && view.flight == 0 {
        return Limit::Nothing;
    }
    match view.state {
        LinkState::Disabled => return Limit::Disabled,
        LinkState::Down | LinkState::AuthFailed | LinkState::Connecting => return Limit::LinkDown,
        LinkState::Throttled => return Limit::Throttled,
        LinkState::Bound | LinkState::NoTraffic => {}
    }
    if queued > 0 && running == 0 {
        return Limit::Paused;
    }
    if due.is_some_and(|due| due > now) {
        return Limit::Later;
    }
    match view.limited_by.as_str() {
        "carrier" => Limit::Throttled,
        "rate" => Limit::Pace,
        "window" => Limit::Window,
        _ => Limit::Nothing,
    }
}

/// Which streams are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Of this connector, or of all (`0`).
    pub connector: i64,
    /// Behind this stream.
    pub after: i64,
    /// How many at the most.
    pub limit: i64,
}

/// Streams with something in them, and the id behind which the next page begins.
///
/// # Errors
/// When who asks may not read.
pub fn streams(tx: &mut Tx<'_>, ctx: &Ctx, wanted: Wanted) -> Result<(Vec<StreamView>, Option<i64>)> {
    ctx.need(Permission::Read)?;
    let limit = wanted.limit.clamp(1, PAGE_MAX);
    let filter = rows::Filter {
        workspace: scope(ctx),
        connector: wanted.connector,
        after: wanted.after,
        limit: limit + 1,
    };
    let mut found = rows::streams(tx, &filter)?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let names = store::connector::list(tx)?;
    let now = tx.now();
    let view = |s: rows::Stream| {
        let connector = s.lane / 8;
        let name = names.iter().find(|c| c.id == connector).map(|c| c.name.clone());
        Some(StreamView {
            id: s.id,
            connector,
            connector_name: name.unwrap_or_default(),
            lane: Lane::from_number(s.lane % 8)?,
            workspace: s.workspace,
            campaign: s.campaign,
            campaign_name: s.name,
            class: s.class,
            state: word(s.run),
            queued: s.depth,
            oldest_ms: age(s.due, now),
        })
    };
    let next = found.last().filter(|_| more).map(|s| s.id);
    Ok((found.into_iter().filter_map(view).collect(), next))
}

const fn word(run: Run) -> &'static str {
    match run {
        Run::Running => "running",
        Run::Paused => "paused",
        Run::Stopped => "stopped",
        Run::Held => "held",
    }
}

/// Halts a stream of the workspace; a mailing's halts the mailing itself, so that both always say the same.
///
/// # Errors
/// `NotFound`, `not_running`, or when who asks may not.
pub fn pause(tx: &mut Tx<'_>, ctx: &Ctx, stream: i64) -> Result<()> {
    let (campaign, run) = found(tx, ctx, stream)?;
    if campaign != 0 {
        return campaign::pause(tx, ctx, campaign).map(drop);
    }
    ctx.need(Permission::Delivery)?;
    if run != Run::Running {
        return Err(Error::Conflict("not_running"));
    }
    Ok(rows::set_run(tx, ctx.workspace, stream, Run::Paused)?)
}

/// Lets a halted stream go on.
///
/// # Errors
/// `NotFound`, `not_paused`, or when who asks may not.
pub fn resume(tx: &mut Tx<'_>, ctx: &Ctx, stream: i64) -> Result<()> {
    let (campaign, run) = found(tx, ctx, stream)?;
    if campaign != 0 {
        return campaign::resume(tx, ctx, campaign).map(drop);
    }
    ctx.need(Permission::Delivery)?;
    if run != Run::Paused {
        return Err(Error::Conflict("not_paused"));
    }
    Ok(rows::set_run(tx, ctx.workspace, stream, Run::Running)?)
}

fn found(tx: &mut Tx<'_>, ctx: &Ctx, stream: i64) -> Result<(i64, Run)> {
    rows::of(tx, ctx.workspace, stream)?.ok_or(Error::NotFound("stream"))
}

#[cfg(test)]
mod tests;
