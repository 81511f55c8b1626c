//! The room on the disk, as the store's watch is told of it. A world lives on one thread, and so does its disk.

use std::cell::Cell;
use std::path::Path;
use store::disk::Space;

/// A disk of ten gigabytes: large enough for every level, and for the floor under which nothing is accepted.
const TOTAL: u64 = 10 << 30;
/// What is free when there is nothing to say.
pub(crate) const FINE: u64 = 60;

thread_local! {
    static FREE: Cell<u64> = const { Cell::new(FINE) };
}

/// So many percent are free from now on.
pub(crate) fn set(percent: u64) {
    FREE.set(percent);
}

/// What the watch asks.
#[expect(clippy::unnecessary_wraps, reason = "a disk may fail to answer; this one never does")]
pub(crate) fn probe(_: &Path) -> store::Result<Space> {
    Ok(Space { free: TOTAL / 100 * FREE.get(), total: TOTAL })
}
