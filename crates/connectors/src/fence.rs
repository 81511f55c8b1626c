//! How long a node may take its lanes for its own: until shortly before the others may think that it is gone.
//!
//! It is asked before every write of a message to a carrier. It goes by a clock that also runs while the process stands
//! still, and never by the wall clock: a node that was stopped finds its fence shut, whatever it was about to do.

use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicI64, Ordering};
use store::machine::node::LIFE_MS;
use tokio::sync::watch;

/// A write that was begun just before the fence shuts has so long to reach the carrier.
const MARGIN_MS: i64 = 2_000;

/// Milliseconds since the machine started, those in which it slept as well.
pub(crate) fn now_ms() -> i64 {
    let now = clock_gettime(ClockId::Boottime);
    now.tv_sec.saturating_mul(1_000).saturating_add(now.tv_nsec / 1_000_000)
}

/// Until when a node may act that said it lives at `said` (this module's clock, before it was said).
pub(crate) fn good_until(said: i64) -> i64 {
    said + LIFE_MS - MARGIN_MS
}

/// The fence of one connector's lanes.
#[derive(Debug)]
pub(crate) struct Fence {
    until: AtomicI64,
    lost: watch::Sender<bool>,
}

impl Fence {
    /// One that shuts at `until`.
    pub(crate) fn until(until: i64) -> Fence {
        Fence { until: AtomicI64::new(until), lost: watch::Sender::new(false) }
    }

    /// One that never shuts: nobody shares the database.
    pub(crate) fn open() -> Fence {
        Fence::until(i64::MAX)
    }

    /// The lanes were still ours when this was asked for.
    pub(crate) fn extend(&self, until: i64) {
        if !self.is_lost() {
            self.until.fetch_max(until, Ordering::AcqRel);
        }
    }

    /// The lanes are somebody else's.
    pub(crate) fn lose(&self) {
        self.until.store(0, Ordering::Release);
        self.lost.send_replace(true);
    }

    /// Whether a message may be written now.
    pub(crate) fn is_open(&self) -> bool {
        now_ms() < self.until.load(Ordering::Acquire)
    }

    /// Whether the lanes are known to be somebody else's.
    pub(crate) fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Returns when the lanes are somebody else's.
    pub(crate) async fn lost(&self) {
        let mut lost = self.lost.subscribe();
        let _ = lost.wait_for(|lost| *lost).await; // the sender lives as long as we are borrowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_shuts_by_itself_and_for_good_when_the_lanes_are_lost() {
        let fence = Fence::until(now_ms() + 60_000);
        assert!(fence.is_open());
        let shut = Fence::until(now_ms() - 1);
        assert!(!shut.is_open());
        shut.extend(good_until(now_ms()));
        assert!(shut.is_open(), "the lanes stayed ours");
        fence.lose();
        fence.extend(i64::MAX);
        assert!(!fence.is_open() && fence.is_lost());
    }
}
