//! What is wrong, as people see it: open alarms, those that somebody knows of, those that are over lately.
//!
//! Links raise and clear what they meet themselves; [`look`] raises and clears the rest from the same checks that
//! `doctor` tells and `/metrics` counts. An alarm is a row; nothing here mends anything.

use crate::health::{Check, Measured, State, report};
use crate::{Actor, Ctx, Error, Permission, Result, queue};
use serde::Serialize;
use sms::live::LinkState;
use std::collections::HashSet;
use store::machine::alarm::{self as rows, About, Alarm};
use store::{Db, Tx, campaign, connector};

pub use store::machine::alarm::Kind;

/// A link that does not carry is an alarm after so long.
const DOWN_MS: i64 = 20_000;
/// Those that are over are shown so many at the most.
const PAST_MOST: i64 = 50;

/// An alarm and the names of what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its id.
    pub id: i64,
    /// Its kind, by name.
    pub kind: &'static str,
    /// The connector and its name.
    pub connector: Option<(i64, String)>,
    /// The campaign and its name.
    pub campaign: Option<(i64, String)>,
    /// The figure behind it: octets, seconds or a count, by its kind.
    pub value: i64,
    /// The carrier's or the system's own words; may be empty.
    pub detail: String,
    /// Since when, ms since 1970.
    pub at: i64,
    /// When somebody said that they know, or 0.
    pub known_at: i64,
    /// When its cause was gone, or 0.
    pub cleared_at: i64,
}

/// What is wrong now and was lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Alarms {
    /// Open ones: those nobody knows of first, the oldest first.
    pub open: Vec<View>,
    /// Those that are over, the last first.
    pub past: Vec<View>,
}

/// Whether who asks may see it: their own workspace's, and the installation's for those who look after it.
fn sees(ctx: &Ctx, about: &About) -> bool {
    match ctx.actor {
        Actor::Console | Actor::System => ctx.workspace == 0 || [0, ctx.workspace].contains(&about.workspace),
        _ if about.workspace == 0 => ctx.may(Permission::Delivery),
        _ => about.workspace == ctx.workspace,
    }
}

/// The alarms that who asks may see.
///
/// # Errors
/// When who asks may not read.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Alarms> {
    ctx.need(Permission::Read)?;
    let (open, past) = (rows::open(tx)?, rows::past(tx, ctx.workspace, PAST_MOST)?);
    let names = connector::list(tx)?;
    let mut view = |a: Alarm| -> Result<View> {
        let name = names.iter().find(|c| c.id == a.about.connector).map(|c| c.name.clone());
        let campaign = match a.about.campaign {
            0 => None,
            id => campaign::get(tx, a.about.workspace, id)?.map(|c| (id, c.draft.name)),
        };
        Ok(View {
            id: a.id,
            kind: a.about.kind.name(),
            connector: name.map(|name| (a.about.connector, name)),
            campaign,
            value: a.value,
            detail: a.detail,
            at: a.at,
            known_at: a.known_at,
            cleared_at: a.cleared_at,
        })
    };
    let mut out = Alarms::default();
    for alarm in open.into_iter().filter(|a| sees(ctx, &a.about)) {
        out.open.push(view(alarm)?);
    }
    for alarm in past.into_iter().filter(|a| sees(ctx, &a.about)) {
        out.past.push(view(alarm)?);
    }
    out.open.sort_by_key(|a| (a.known_at > 0, a.at));
    Ok(out)
}

/// How many open alarms nobody has said to know of.
///
/// # Errors
/// When the store refuses.
pub fn unknown(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<i64> {
    let open = rows::open(tx)?;
    Ok(open.iter().filter(|a| a.known_at == 0 && sees(ctx, &a.about)).count() as i64)
}

/// Somebody knows of it: it stays until its cause is gone, and is counted no longer.
///
/// # Errors
/// `NotFound` where it is over or not theirs; when who asks may not.
pub fn acknowledge(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    let open = rows::open(tx)?;
    let found = open.iter().find(|a| a.id == id && sees(ctx, &a.about)).ok_or(Error::NotFound("alarm"))?;
    ctx.need(if found.about.campaign == 0 { Permission::Delivery } else { Permission::Campaigns })?;
    if rows::know(tx, ctx.workspace, id)? { Ok(()) } else { Err(Error::NotFound("alarm")) }
}

/// What one look finds to be wrong.
struct Wrong {
    about: About,
    value: i64,
    detail: String,
}

/// The alarm that a check of `doctor` is, when it comes out badly, and the figure it tells. Others are no alarms: they
/// tell of this program's making, or have a page of their own.
fn of_check(check: &Check, node: i64) -> Option<(About, i64)> {
    let value = check.value;
    match check.name {
        "disk_free" => Some((About::node(Kind::Disk, node), value >> 20 >> 6 << 6)),
        "clock" => Some((About::node(Kind::Clock, node), value.abs() / 1_000)),
        "keys" if check.state == State::Fail => Some((About::node(Kind::Keys, node), value)),
        "keys" => Some((About::all(Kind::KeysKept), 0)),
        "store_waiting" | "store_log" => Some((About::node(Kind::StoreSlow, node), 0)),
        "queue_oldest" => Some((About::all(Kind::UrgentWaits), 0)),
        "orphan_receipts" => Some((About::all(Kind::Orphans), value)),
        "jobs_failed" => Some((About::all(Kind::JobsFailed), value)),
        _ => None,
    }
}

/// Kinds that a look raises and clears; the others are raised by whoever meets them.
const LOOKED_FOR: &[Kind] = &[
    Kind::LinkDown,
    Kind::Disk,
    Kind::Clock,
    Kind::Keys,
    Kind::KeysKept,
    Kind::UrgentWaits,
    Kind::StoreSlow,
    Kind::Orphans,
    Kind::JobsFailed,
    Kind::Held,
];

fn wrong(tx: &mut Tx<'_>, measured: &Measured, open: &[Alarm]) -> Result<Vec<Wrong>> {
    let node = tx.node();
    let report = report(tx, measured)?;
    let bad = report.checks.iter().filter(|c| matches!(c.state, State::Warn | State::Fail));
    let mut out: Vec<Wrong> = Vec::new();
    for check in bad.filter(|c| c.name != "clock" || !measured.clock_shifted || c.state == State::Fail) {
        let Some((about, value)) = of_check(check, node) else { continue };
        if !out.iter().any(|w| w.about == about) {
            out.push(Wrong { about, value, detail: String::new() });
        }
    }
    let (queues, now) = (queue::list(tx, &Ctx::system(0))?, tx.now());
    for c in queues.iter().map(|q| &q.connector) {
        let about = About::connector(Kind::LinkDown, c.id);
        let carries = matches!(c.state, LinkState::Bound | LinkState::Throttled | LinkState::NoTraffic);
        let apart = matches!(c.state, LinkState::Disabled | LinkState::AuthFailed);
        let told = open.iter().any(|a| a.about == about);
        // Between two tries a link that is down is connecting for a moment: an alarm lasts until it carries.
        let long = told || c.stale || now - c.since >= DOWN_MS;
        if !apart && (c.stale || !carries) && long && c.kind != crate::connector::SIMULATOR {
            out.push(Wrong { about, value: 0, detail: c.error.clone() });
        }
    }
    if crate::restore::waiting(tx, &Ctx::system(0))? > 0 {
        out.push(Wrong { about: About::all(Kind::Held), value: 0, detail: String::new() });
    }
    Ok(out)
}

/// Whether the cause of an alarm that a link raised is gone without the link having said so.
fn is_over(tx: &mut Tx<'_>, alarm: &Alarm) -> Result<bool> {
    let about = &alarm.about;
    if about.campaign != 0 {
        let found = campaign::get(tx, about.workspace, about.campaign)?;
        return Ok(found.is_none_or(|c| c.state != campaign::State::Paused));
    }
    Ok(about.connector != 0 && connector::get(tx, about.connector)?.is_none_or(|c| !c.enabled))
}

/// Looks at everything, raises what is wrong and clears what is not any more. Writes only where something changed.
///
/// # Errors
/// When the store refuses.
pub fn look(db: &Db) -> Result<()> {
    let measured = Measured::now(db, true);
    look_with(db, &measured)
}

fn look_with(db: &Db, measured: &Measured) -> Result<()> {
    let measured = measured.clone();
    let (wrong, over) = db.read_blocking(move |tx| {
        let (node, open) = (tx.node(), rows::open(tx)?);
        let wrong = wrong(tx, &measured, &open)?;
        let found: HashSet<About> = wrong.iter().map(|w| w.about).collect();
        let mut over = Vec::new();
        for alarm in &open {
            let ours = LOOKED_FOR.contains(&alarm.about.kind) && [0, node].contains(&alarm.about.node);
            if ours && !found.contains(&alarm.about) || !ours && is_over(tx, alarm)? {
                over.push(alarm.about);
            }
        }
        let news = |w: &Wrong| {
            !open.iter().any(|a| a.about == w.about && a.value == w.value && a.detail == w.detail)
        };
        Ok::<_, Error>((wrong.into_iter().filter(news).collect::<Vec<Wrong>>(), over))
    })?;
    if wrong.is_empty() && over.is_empty() {
        return Ok(());
    }
    db.write_blocking("alarms", move |tx| {
        wrong.iter().try_for_each(|w| rows::raise(tx, &w.about, w.value, &w.detail))?;
        over.iter().try_for_each(|about| rows::clear(tx, about))?;
        rows::clear_gone(tx)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests;
