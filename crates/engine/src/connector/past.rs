//! What a link went through: its last hour, a beat a minute, and the last PDUs that failed, without numbers and text.

use crate::{Ctx, Permission, Result};
use sms::Status;
use std::collections::BTreeMap;
use store::live::{self, Beat};
use store::{Tx, connector, counter, message};

/// The status of what nobody answered.
pub const NO_ANSWER: &str = live::NO_ANSWER;

/// A PDU that failed, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When, ms since 1970.
    pub at: i64,
    /// Whether we sent it.
    pub ours: bool,
    /// Its command.
    pub command: String,
    /// What it was answered with; `no answer` where nobody did.
    pub status: String,
    /// Its fields: names and values.
    pub fields: Vec<(String, String)>,
    /// The message it carried, where it is one of the workspace.
    pub message: Option<i64>,
}

/// The last hour of every connector, the oldest minute first.
///
/// # Errors
/// When who asks may not read.
pub fn beats(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<BTreeMap<i64, Vec<Option<Beat>>>> {
    ctx.need(Permission::Read)?;
    Ok(live::beats(tx)?)
}

/// How well a connector carried the messages of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// Messages it took in the last day.
    pub sent: i64,
    /// How many of a day's messages have a report.
    pub reported: i64,
    /// How many of those say that it arrived.
    pub delivered: i64,
    /// Half of the deliveries were reported in this time, ms.
    pub half_ms: Option<i64>,
    /// Nineteen of twenty were.
    pub most_ms: Option<i64>,
}

/// How well connectors carried of late what this workspace sent; those that carried nothing of it are left out.
///
/// # Errors
/// When who asks may not read.
pub fn qualities(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<BTreeMap<i64, Quality>> {
    carried(tx, ctx, None)
}

/// How well one of them carried of late what this workspace sent.
///
/// # Errors
/// When who asks may not read.
pub fn quality(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Quality> {
    Ok(carried(tx, ctx, Some(id))?.remove(&id).unwrap_or_default())
}

fn carried(tx: &mut Tx<'_>, ctx: &Ctx, only: Option<i64>) -> Result<BTreeMap<i64, Quality>> {
    ctx.need(Permission::Read)?;
    let since = tx.now() - 24 * counter::HOUR_MS;
    let mut all: BTreeMap<i64, Quality> = BTreeMap::new();
    for (_, connector, status, n) in counter::traffic(tx, ctx.workspace, since)? {
        if only.is_some_and(|id| id != connector) {
            continue;
        }
        let out = all.entry(connector).or_default();
        match status {
            Status::Submitted => out.sent += n,
            Status::Delivered => (out.reported, out.delivered) = (out.reported + n, out.delivered + n),
            Status::Undelivered | Status::Expired => out.reported += n,
            _ => {}
        }
    }
    for (id, out) in &mut all {
        if out.delivered > 0 {
            let mut took = message::took(tx, ctx.workspace, *id)?;
            took.sort_unstable();
            let last = took.len().saturating_sub(1);
            let at = |share: usize| took.get((took.len() * share / 100).min(last)).copied();
            (out.half_ms, out.most_ms) = (at(50), at(95));
        }
        // What was sent the day before yesterday and reported in this day.
        out.sent = out.sent.max(out.reported);
    }
    Ok(all)
}

/// The last PDUs of a connector that failed, newest first. A message of another workspace is not named.
///
/// # Errors
/// `NotFound`, or when who asks does not look after connections.
pub fn failures(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<Failure>> {
    ctx.need(Permission::Delivery)?;
    connector::get(tx, id)?.ok_or(crate::Error::NotFound("connector"))?;
    let mut out = Vec::new();
    for f in live::failed(tx, id)? {
        let ours = f.message != 0 && message::get(tx, ctx.workspace, f.message)?.is_some();
        let fields = f.fields.lines().filter_map(|line| line.split_once(": "));
        out.push(Failure {
            at: f.at,
            ours: f.ours,
            command: f.command,
            status: f.status,
            fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            message: ours.then_some(f.message),
        });
    }
    Ok(out)
}
