//! What keeps the machine tidy and comes back by itself.

use crate::Result;
use crate::submit;
use crate::work::{Next, Work};
use store::machine::agenda as rows_due;
use store::machine::job::JobKind;
use store::machine::lapse;
use store::machine::{orphan, retention as rows, settle};

/// Scheduled messages go to their lane so long before they are due.
const AGENDA_AHEAD_MS: i64 = 60_000;
/// A receipt is waited for so long after the validity ended…
const HORIZON_MS: i64 = 86_400_000;
/// …and nothing older than this is looked at again.
const HORIZON_BACK_MS: i64 = 9 * 86_400_000;
/// Rows in one slice.
const SLICE: i64 = 500;
/// How soon to look again while receipts wait for what they belong to.
const ORPHANS_MS: i64 = 1_000;

/// Receipts that crossed with their outcomes are matched. While there are none, nothing is written.
pub(super) fn orphans(work: &Work<'_>) -> Result<Next> {
    if work.db.read_blocking(orphan::count)? == 0 {
        return Ok(Next::Done);
    }
    let most = usize::try_from(SLICE).unwrap_or(usize::MAX);
    while work.my_turn() {
        if work.db.write_blocking("orphans.adopt", |tx| settle::adopt_orphans(tx, SLICE))? < most {
            break;
        }
    }
    Ok(Next::Again(work.db.now_ms() + ORPHANS_MS))
}

/// What waited for its time is admitted anew, a little ahead.
pub(super) fn agenda(work: &Work<'_>) -> Result<Next> {
    let every = JobKind::AgendaDue.every_ms().unwrap_or(AGENDA_AHEAD_MS);
    let most = usize::try_from(SLICE).unwrap_or(usize::MAX);
    while work.my_turn() {
        // What was admitted under an older law is judged by the new one.
        if work.db.read_blocking(lapse::waits)?
            && work.db.background_blocking("law.recall", |tx| lapse::recall(tx, SLICE))? >= most
        {
            continue;
        }
        let next = work.db.read_blocking(rows_due::next_due)?;
        if next.is_none_or(|due| due > work.db.now_ms() + AGENDA_AHEAD_MS) {
            return Ok(Next::Done);
        }
        if work.db.background_blocking("agenda", |tx| submit::wake(tx, AGENDA_AHEAD_MS, SLICE))? == 0 {
            return Ok(Next::Done); // due by a clock that nobody believes yet
        }
    }
    Ok(Next::Again(work.db.now_ms() + every.min(100)))
}

/// What waited for a person until its time was over ends, and says so.
pub(super) fn holds(work: &Work<'_>) -> Result<Next> {
    while work.my_turn() {
        if !work.db.read_blocking(store::machine::law::holds_are_overdue)? {
            return Ok(Next::Done);
        }
        work.db.background_blocking("law.holds", |tx| submit::end_overdue(tx, SLICE))?;
    }
    Ok(Next::Again(work.db.now_ms()))
}

/// Who was accepted by the carrier and never reported on becomes unknown a day after its validity.
pub(super) fn receipt_horizon(work: &Work<'_>) -> Result<Next> {
    let now = work.db.now_ms();
    let edge = |ago: i64| sms::id::compose((now - ago).max(sms::id::EPOCH_MS), 0, 0);
    let (mut after, before) = (edge(HORIZON_BACK_MS), edge(HORIZON_MS));
    while work.go_on() {
        let found = work
            .db
            .read_blocking(move |tx| settle::without_receipt(tx, (after, before), now - HORIZON_MS, SLICE))?;
        let Some(last) = found.last() else { return Ok(Next::Done) };
        after = *last;
        work.db.background_blocking("receipt.horizon", move |tx| settle::no_receipt(tx, &found))?;
    }
    Ok(Next::Again(now))
}

/// What has outlived its use goes, in slices.
pub(super) fn retention(work: &Work<'_>) -> Result<Next> {
    while work.my_turn() {
        if work.db.background_blocking("retention", |tx| rows::sweep(tx, SLICE))? == 0 {
            return Ok(Next::Done);
        }
    }
    Ok(Next::Again(work.db.now_ms()))
}
