//! What a stopped mailing has not sent is taken back in slices: recipients who were never looked at become skips,
//! messages that wait become cancelled. The stop itself has long been confirmed.

use super::report::Counts;
use crate::Result;
use crate::work::{Next, Work};
use sms::Code;
use store::campaign::count::{self, Skip};
use store::campaign::page::{self, Page};
use store::campaign::{self as rows, State, people};
use store::machine::tally::Tally;
use store::machine::{lapse, outbox};
use store::{Bell, Db, Error};

/// Recipients or messages in one slice.
const SLICE: usize = 500;
/// How soon to look again for what was on the wire when the stop came.
const LOOK_MS: i64 = 500;

/// Clears one mailing until nothing of it is planned or waits.
pub(crate) fn clear(work: &Work<'_>) -> Result<Next> {
    let (db, workspace, id) = (work.db, work.job.workspace, work.job.subject);
    let mut page: Option<Page> = None;
    while work.my_turn() {
        if page.as_ref().is_none_or(|p| p.done >= p.people.len()) {
            page = db.read_blocking(move |tx| page::next(tx, workspace, id, -1))?;
        }
        let cleared = match &mut page {
            Some(page) => skip_some(db, workspace, id, page)?,
            None => take_back(db, workspace, id)?,
        };
        if !cleared {
            let waits = db.read_blocking(move |tx| waits(tx, workspace, id))?;
            return Ok(if waits { Next::Again(db.now_ms() + LOOK_MS) } else { Next::Done });
        }
    }
    Ok(Next::Again(db.now_ms()))
}

/// Turns the next recipients of a page into skips; `false` when the mailing is not stopped after all.
fn skip_some(db: &Db, workspace: i64, id: i64, page: &mut Page) -> Result<bool> {
    let (from, to) = (page.done, (page.done + SLICE).min(page.people.len()));
    let ids: Vec<i64> = page.people[from..to].iter().map(|f| f.contact).collect();
    let wanted = ids.clone();
    let known = db.read_blocking(move |tx| people::of_ids(tx, workspace, &wanted))?;
    let mut numbers: std::collections::HashMap<i64, String> =
        known.into_iter().map(|p| (p.id, p.number)).collect();
    let none: std::sync::Arc<str> = "".into();
    let skip = |contact| {
        let number = numbers.remove(&contact).unwrap_or_default();
        Skip { contact, number, code: Code::Stopped, rule: none.clone(), law: none.clone() }
    };
    let skips: Vec<Skip> = ids.into_iter().map(skip).collect();
    let (number, n) = (page.page, i64::try_from(skips.len()).unwrap_or(i64::MAX));
    let moved = db.background_blocking("campaign.clear", move |tx| {
        if !rows::plan(tx, workspace, id, State::Stopped, 0, -n)? {
            return Ok(false);
        }
        if !page::advance(tx, workspace, id, number, from, to)? {
            return Err(Error::Undone); // somebody else moved the page: nothing of this slice counts
        }
        count::skip(tx, workspace, id, &skips)?;
        let mut tally = Tally::default();
        tally.skipped(workspace, id, Code::Stopped, n);
        tally.flush(tx);
        tx.ring(Bell::Workspace(workspace));
        Ok(true)
    })?;
    page.done = to;
    Ok(moved)
}

/// Takes messages back that wait; `false` when none does.
fn take_back(db: &Db, workspace: i64, id: i64) -> Result<bool> {
    let most = i64::try_from(SLICE).unwrap_or(i64::MAX);
    let n = db.background_blocking("campaign.take_back", move |tx| {
        match outbox::clear_stopped(tx, workspace, id, most)? {
            0 => lapse::clear_stopped(tx, workspace, id, most),
            n => Ok(n),
        }
    })?;
    Ok(n > 0)
}

/// Whether something of it can still come back from the wire. Notes the end when nothing can.
fn waits(tx: &mut store::Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let stopped = rows::get(tx, workspace, id)?.is_some_and(|c| c.state == State::Stopped);
    Ok(stopped && Counts::read(tx, workspace, id)?.waiting() > 0)
}
