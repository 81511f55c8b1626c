//! The clock of timers: milliseconds that only go forward, whatever happens to the wall clock.

use std::sync::OnceLock;
use tokio::time::Instant;

/// Milliseconds since this process first asked, and a day, so that nothing lies before the beginning.
pub(crate) fn now_ms() -> i64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed().as_millis();
    i64::try_from(passed).unwrap_or(i64::MAX / 2) + 86_400_000
}
