//! Launch, pause, resume, stop: one short transaction each. What follows is for the jobs.

use super::draft;
use crate::{Ctx, Error, Permission, Result};
use store::campaign as rows;
use store::campaign::State;
use store::machine::alarm;
use store::machine::job::{self, JobKind};
use store::machine::stream::{self, Run};
use store::workspace::{self, Mode};
use store::{Bell, Tx, counter};

/// What a stop could still hold back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Stopped {
    /// Have left, or are on the wire this moment.
    pub left: i64,
    /// Will not be sent.
    pub held_back: i64,
}

/// Starts a mailing, or schedules it where its draft says later. Nothing is sent before its recipients are written down.
/// One of unusual size stands as halted until a named person lets it go.
///
/// # Errors
/// `already_launched` the second time, `Invalid` while something is missing.
pub fn launch(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Campaigns)?;
    tx.may_accept()?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    if found.state != State::Draft {
        return Err(Error::Conflict("already_launched"));
    }
    draft::complete(tx, ctx, &found.draft)?;
    let workspace = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?;
    if workspace.mode == Mode::Live && ctx.test {
        return Err(Error::Conflict("test_key_in_live_workspace"));
    }
    super::plan::goes(tx, ctx, &found.draft, workspace.mode == Mode::Live)?;
    if workspace.mode == Mode::Live && super::guard::waits(tx, ctx, id, &found.draft)? {
        return Ok(());
    }
    let later = found.draft.due > tx.now();
    let (to, kind, due) = if later {
        (State::Scheduled, JobKind::CampaignDue, found.draft.due)
    } else {
        (State::Freezing, JobKind::CampaignFreeze, tx.now())
    };
    if !rows::step(tx, ctx.workspace, id, &[State::Draft], to)? {
        return Err(Error::Conflict("already_launched"));
    }
    rows::launched(tx, ctx.workspace, id)?;
    job::put(tx, kind, ctx.workspace, id, due)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Halts a running mailing: once confirmed, nothing more of it leaves until it is resumed.
///
/// # Errors
/// `not_running`.
pub fn pause(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Campaigns)?;
    step(tx, ctx, id, &[State::Running], State::Paused, "not_running")?;
    stream::set_run_of_campaign(tx, ctx.workspace, id, Run::Paused)?;
    Ok(())
}

/// Lets a halted mailing go on.
///
/// # Errors
/// `not_paused`.
pub fn resume(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Campaigns)?;
    if super::guard::is_waiting(tx, ctx, id)? {
        return Err(Error::Conflict("needs_a_second_person"));
    }
    step(tx, ctx, id, &[State::Paused], State::Running, "not_paused")?;
    stream::set_run_of_campaign(tx, ctx.workspace, id, Run::Running)?;
    alarm::clear_campaign(tx, ctx.workspace, id)?;
    let now = tx.now();
    job::put(tx, JobKind::CampaignExpand, ctx.workspace, id, now)?;
    Ok(())
}

/// Ends a mailing for good: once confirmed, nothing more of it leaves. What waits is taken back in slices.
///
/// # Errors
/// `not_running` for a draft and for what is over.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Stopped> {
    ctx.need(Permission::Campaigns)?;
    let from = [State::Scheduled, State::Freezing, State::Running, State::Paused, State::Held];
    step(tx, ctx, id, &from, State::Stopped, "not_running")?;
    stream::set_run_of_campaign(tx, ctx.workspace, id, Run::Stopped)?;
    alarm::clear_campaign(tx, ctx.workspace, id)?;
    job::cancel(tx, JobKind::CampaignDue, id)?;
    let now = tx.now();
    job::put(tx, JobKind::CampaignClear, ctx.workspace, id, now)?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let queued = stream::depth_of_campaign(tx, ctx.workspace, id)?;
    let counts = counter::campaign(tx, ctx.workspace, id)?;
    let accepted: i64 = counts.iter().filter(|(status, ..)| *status >= 0).map(|(_, _, n)| n).sum();
    Ok(Stopped { left: accepted - queued, held_back: found.planned + queued })
}

fn step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: i64,
    from: &[State],
    to: State,
    otherwise: &'static str,
) -> Result<()> {
    if !rows::step(tx, ctx.workspace, id, from, to)? {
        rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
        return Err(Error::Conflict(otherwise));
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}
