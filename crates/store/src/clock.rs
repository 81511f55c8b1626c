//! The wall clock, which development and checks may start elsewhere, and a simulation winds by hand.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Time that only goes forward, for pauses and budgets. In a simulation it is the simulation's.
pub use tokio::time::Instant;

/// Milliseconds since 1970, shifted by a constant when `SENDWORD_CLOCK` says so.
#[derive(Clone, Default)]
pub struct Clock {
    offset_ms: i64,
    moved_ms: Option<&'static AtomicI64>,
    wound: Option<Arc<dyn Fn() -> i64 + Send + Sync>>,
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("offset_ms", &self.offset_ms).finish_non_exhaustive()
    }
}

impl Clock {
    /// A clock that reads `at_ms` now and goes on from there.
    pub fn starting_at(at_ms: i64) -> Clock {
        Clock { offset_ms: at_ms - system_ms(), ..Clock::default() }
    }

    /// The machine's clock as somebody moves it: what a test puts into `moved_ms` is added to it.
    pub fn movable(moved_ms: &'static AtomicI64) -> Clock {
        Clock { moved_ms: Some(moved_ms), ..Clock::default() }
    }

    /// A clock that shows what it is told.
    pub fn wound(by: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock { wound: Some(Arc::new(by)), ..Clock::default() }
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let moved = self.moved_ms.map_or(0, |ms| ms.load(Ordering::Relaxed));
        self.wound.as_ref().map_or_else(system_ms, |by| by()) + self.offset_ms + moved
    }

    /// Whether it differs from the machine's clock.
    pub fn is_shifted(&self) -> bool {
        self.offset_ms != 0
    }
}

fn system_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}
