//! A launched mailing's recipients are written down, page by page. Nothing is sent meanwhile.
//!
//! The list is read from snapshots beside the writer; each page is one slice. A freeze that was cut short starts again:
//! what half of one wrote belongs to a list of another moment.

use crate::Result;
use crate::work::{Next, Work};
use store::campaign::page::{self, Frozen};
use store::campaign::{self as rows, State};
use store::ledger::sent::{Kind, Sent};
use store::machine::job::{self, JobKind};
use store::{Bell, Db, Error};

/// Pages read from one snapshot: a quarter of a million people in 4 MB.
const PAGES_AT_ONCE: usize = 64;

/// Freezes one mailing, whole.
pub(crate) fn freeze(work: &Work<'_>) -> Result<Next> {
    let (db, workspace, id) = (work.db, work.job.workspace, work.job.subject);
    let found = db.read_blocking(move |tx| rows::get(tx, workspace, id))?;
    let Some(campaign) = found.filter(|c| c.state == State::Freezing) else { return Ok(Next::Done) };
    let later = Next::Again(db.now_ms());
    while drop_page(db, workspace, id)? {
        if !work.go_on() {
            return Ok(later);
        }
    }
    crate::segment::refresh(db, workspace, campaign.draft.list)?;
    let (list, mut after, mut number) = (campaign.draft.list, 0, 0);
    loop {
        let people = db.read_blocking(move |tx| {
            page::members(tx, workspace, list, after, PAGES_AT_ONCE * page::PEOPLE)
        })?;
        for chunk in people.chunks(page::PEOPLE) {
            if !add_page(db, workspace, id, number, chunk)? {
                return Ok(Next::Done); // stopped; the clearing counts what stands on the pages
            }
            number += 1;
            if !work.go_on() {
                return Ok(later);
            }
        }
        match people.last() {
            Some(last) if people.len() == PAGES_AT_ONCE * page::PEOPLE => after = last.contact,
            _ => break,
        }
    }
    set_running(db, workspace, id)?;
    Ok(Next::Done)
}

/// Drops one page of an earlier try; `false` when none is left, or the mailing is no longer being frozen.
fn drop_page(db: &Db, workspace: i64, id: i64) -> Result<bool> {
    let dropped = db.background_blocking("campaign.unfreeze", move |tx| {
        if !rows::plan(tx, workspace, id, State::Freezing, 0, 0)? {
            return Ok(false);
        }
        let Some(size) = page::drop_one(tx, workspace, id)? else { return Ok(false) };
        rows::plan(tx, workspace, id, State::Freezing, -size, -size)?;
        Ok::<_, Error>(true)
    })?;
    Ok(dropped)
}

fn add_page(db: &Db, workspace: i64, id: i64, number: i64, people: &[Frozen]) -> Result<bool> {
    let (people, n) = (people.to_vec(), i64::try_from(people.len()).unwrap_or(i64::MAX));
    let added = db.background_blocking("campaign.freeze", move |tx| {
        if !rows::plan(tx, workspace, id, State::Freezing, n, n)? {
            return Ok(false);
        }
        page::add(tx, workspace, id, number, &people)?;
        tx.ring(Bell::Workspace(workspace));
        Ok::<_, Error>(true)
    })?;
    Ok(added)
}

fn set_running(db: &Db, workspace: i64, id: i64) -> Result<()> {
    db.write_blocking("campaign.running", move |tx| {
        if rows::step(tx, workspace, id, &[State::Freezing], State::Running)? {
            let now = tx.now();
            job::put(tx, JobKind::CampaignExpand, workspace, id, now)?;
            // A copy of the database made before this moment would take it for one that never ran.
            tx.sent_logged(Sent::of(Kind::Launched, id, now));
            tx.ring(Bell::Workspace(workspace));
        }
        Ok::<_, Error>(())
    })?;
    Ok(())
}
