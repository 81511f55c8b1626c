//! What keeps the machine tidy and comes back by itself.

use crate::Result;
use crate::work::{Next, Work};
use store::machine::{node, orphan, retention as rows, settle};

/// Rows in one slice.
const SLICE: i64 = 500;
/// How soon to look again while receipts wait for what they belong to.
const ORPHANS_MS: i64 = 1_000;

/// This node keeps its number.
pub(super) fn node_lease(work: &Work<'_>) -> Result<Next> {
    work.db.write_blocking("node.renew", node::renew)?;
    Ok(Next::Done)
}

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

/// What has outlived its use goes, in slices.
pub(super) fn retention(work: &Work<'_>) -> Result<Next> {
    while work.my_turn() {
        if work.db.background_blocking("retention", |tx| rows::sweep(tx, SLICE))? == 0 {
            return Ok(Next::Done);
        }
    }
    Ok(Next::Again(work.db.now_ms()))
}
