//! The wall clock, which development and checks may start elsewhere.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, shifted by a constant when `SENDWORD_CLOCK` says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset_ms: i64,
}

impl Clock {
    /// A clock that reads `at_ms` now and goes on from there.
    pub fn starting_at(at_ms: i64) -> Clock {
        Clock { offset_ms: at_ms - system_ms() }
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        system_ms() + self.offset_ms
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
