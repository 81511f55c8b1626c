//! For how long what is kept: a clock for each kind of data, run once a day. The law's minimum of proof has no clock:
//! events of permission and refusal, suppressions and deeds stay, for they say no more of a person than a keyed digest once
//! the rest is gone. What is personal in the evidence goes: addresses first, the rest when a claim can hardly be made.

use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result, audit};
use serde::Serialize;
use store::keep::{self as rows, Kind};
use store::{Tx, workspace};

const DAY_MS: i64 = 86_400_000;
/// Rows of one slice.
const AT_ONCE: i64 = 500;
/// The longest that can be chosen: ten years.
const DAYS_MAX: i64 = 3_653;

/// For how many days a kind is kept where nobody chose; 0 is for good.
const fn days_of(kind: Kind) -> i64 {
    match kind {
        // A one-time code is worth stealing for minutes only.
        Kind::CodeTexts => 1,
        // As the packs propose: two years, while a claim over a message may still be made.
        Kind::MessageTexts | Kind::InboundTexts => 730,
        Kind::ProblemRows | Kind::Undo => 90,
        Kind::Decisions | Kind::Evidence => 2_557,
        Kind::Addresses => 730,
    }
}

/// One clock as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The kind, by its word.
    pub kind: &'static str,
    /// Days; 0 is for good.
    pub days: i64,
    /// Days where nobody chose.
    pub usual: i64,
    /// When it last ran, ms; `None` is never.
    pub ran_at: Option<i64>,
    /// How many rows it took in all.
    pub gone: i64,
}

/// The clocks of a workspace.
///
/// # Errors
/// When it may not be asked.
pub fn clocks(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Clock>> {
    ctx.need(Permission::Read)?;
    let chosen = rows::chosen(tx, ctx.workspace)?;
    let mut out = Vec::new();
    for kind in Kind::ALL {
        let run = rows::run(tx, ctx.workspace, *kind)?;
        let usual = days_of(*kind);
        let days = chosen.iter().find(|(k, _)| k == kind).map_or(usual, |(_, days)| *days);
        let ran_at = (run.at != 0).then_some(run.at);
        out.push(Clock { kind: kind.name(), days, usual, ran_at, gone: run.gone });
    }
    Ok(out)
}

/// Sets a clock. One-time codes are never kept for longer than a day.
///
/// # Errors
/// When it may not be asked; the kind is none; the days are not from 1 to 3653, or 0 for good.
pub fn choose(tx: &mut Tx<'_>, ctx: &Ctx, kind: &str, days: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let kind = Kind::parse(kind).ok_or(Error::NotFound("clock"))?;
    if !(0..=DAYS_MAX).contains(&days) || (kind == Kind::CodeTexts && days != 1) {
        return Err(Error::invalid(
            "days",
            "out_of_range",
            "0 is for good, else 1 to 3653 days; codes 1 day",
        ));
    }
    rows::choose(tx, ctx.workspace, kind, days)?;
    audit::note(tx, ctx, "keep.chosen", kind.name(), &days.to_string())
}

/// Runs every clock of every workspace.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    for space in work.db.read_blocking(workspace::list)? {
        let ctx = Ctx::system(space.id);
        for clock in work.db.read_blocking(move |tx| clocks(tx, &ctx))? {
            let Some(kind) = Kind::parse(clock.kind).filter(|_| clock.days > 0) else { continue };
            let (id, before) = (space.id, work.db.now_ms() - clock.days * DAY_MS);
            while work.db.background_blocking("keep", move |tx| rows::slice(tx, id, kind, before, AT_ONCE))? {
                if !work.go_on() {
                    return Ok(Next::Again(work.db.now_ms()));
                }
            }
        }
    }
    Ok(Next::Done)
}
