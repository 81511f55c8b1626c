//! The wall clock, which development and checks may start elsewhere.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, shifted by a constant when `SENDWORD_CLOCK` says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset_ms: i64,
    moved_ms: Option<&'static AtomicI64>,
}

impl Clock {
    /// A clock that reads `at_ms` now and goes on from there.
    pub fn starting_at(at_ms: i64) -> Clock {
        Clock { offset_ms: at_ms - system_ms(), moved_ms: None }
    }

    /// The machine's clock as somebody moves it: what a test puts into `moved_ms` is added to it.
    pub fn movable(moved_ms: &'static AtomicI64) -> Clock {
        Clock { offset_ms: 0, moved_ms: Some(moved_ms) }
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let moved = self.moved_ms.map_or(0, |ms| ms.load(Ordering::Relaxed));
        system_ms() + self.offset_ms + moved
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
