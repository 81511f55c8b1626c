//! The wall clock, which development and checks may start elsewhere, which a shared database leads, and which a simulation
//! winds by hand.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// A server's clock is followed in steps no smaller than this: smaller ones are the road to it.
const STEP_MS: i64 = 20;

/// Time that only goes forward, for pauses and budgets. In a simulation it is the simulation's.
pub use tokio::time::Instant;

/// Milliseconds since 1970, shifted by a constant when `SENDWORD_CLOCK` says so.
///
/// Where several nodes share a database, its clock is everybody's: the machine's own is then asked for nothing but how
/// much time has passed.
#[derive(Clone, Default)]
pub struct Clock {
    offset_ms: i64,
    moved_ms: Option<&'static AtomicI64>,
    /// The server's time when this process's steady clock stood at nothing.
    server: Option<&'static AtomicI64>,
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

    /// The same, led by a server whose clock reads `server_ms` now.
    pub(crate) fn led_by(self, server_ms: i64) -> Clock {
        // One number for as long as the process lives: clocks are copied to wherever time is asked for.
        let server = Box::leak(Box::new(AtomicI64::new(server_ms - steady_ms())));
        Clock { server: Some(server), ..self }
    }

    /// The server's clock reads `server_ms` now.
    pub(crate) fn lead(&self, server_ms: i64) {
        let Some(server) = self.server else { return };
        let off = server_ms - steady_ms() - server.load(Ordering::Relaxed);
        if off.abs() > STEP_MS {
            server.fetch_add(off, Ordering::Relaxed);
        }
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let base = match self.server {
            Some(server) => steady_ms() + server.load(Ordering::Relaxed),
            None => {
                let moved = self.moved_ms.map_or(0, |ms| ms.load(Ordering::Relaxed));
                self.wound.as_ref().map_or_else(system_ms, |by| by()) + moved
            }
        };
        base + self.offset_ms
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

/// Time that only goes forward.
fn steady_ms() -> i64 {
    static START: OnceLock<Instant> = OnceLock::new();
    i64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_led_clock_asks_the_machine_for_nothing() {
        static MOVED: AtomicI64 = AtomicI64::new(300_000);
        let clock = Clock::movable(&MOVED).led_by(1_000_000);
        assert!((1_000_000..1_001_000).contains(&clock.now_ms()));
        clock.lead(1_000_005);
        assert!((1_000_000..1_001_000).contains(&clock.now_ms()));
        clock.lead(2_000_000);
        assert!((2_000_000..2_001_000).contains(&clock.now_ms()));
    }
}
