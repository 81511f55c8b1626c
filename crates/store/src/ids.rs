//! Minting ids: milliseconds · node · sequence, never going back.

use crate::chance::Chance;
use sms::id::{EPOCH_MS, SEQ_BITS, compose};
use std::sync::{Arc, Mutex};

const SEQ_MAX: i64 = (1 << SEQ_BITS) - 1;

/// The generator of one node.
pub(crate) struct Ids {
    node: i64,
    last: Mutex<(i64, i64)>,
    chance: Arc<Chance>,
}

impl Ids {
    /// Starts above `largest`, the largest id found in the store.
    pub(crate) fn starting_after(largest: i64, node: i64, chance: Arc<Chance>) -> Ids {
        Ids { node, last: Mutex::new((sms::id::minted_ms(largest.max(0)), SEQ_MAX)), chance }
    }

    pub(crate) fn node(&self) -> i64 {
        self.node
    }

    /// The millisecond of the newest id: no moment that was ever lived through is later.
    pub(crate) fn last_ms(&self) -> i64 {
        self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    /// The next id.
    pub(crate) fn next(&self, now_ms: i64) -> i64 {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (ms, seq) = *last;
        *last = if now_ms > ms {
            (now_ms.max(EPOCH_MS), self.random_start())
        } else if seq < SEQ_MAX {
            (ms, seq + 1)
        } else {
            (ms + 1, self.random_start())
        };
        compose(last.0, self.node, last.1)
    }

    /// A whole millisecond of the node: `base … base + 4,095` belong to the caller.
    pub(crate) fn block(&self, now_ms: i64) -> i64 {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = ((last.0 + 1).max(now_ms).max(EPOCH_MS), SEQ_MAX);
        compose(last.0, self.node, 0)
    }

    /// A random start keeps one workspace from reading another's volume off its own ids.
    fn random_start(&self) -> i64 {
        (self.chance.next() & 1023) as i64
    }
}

/// A number from 0 to 1.
pub(crate) fn chance() -> f64 {
    let mut bytes = [0u8; 2];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u16::from_le_bytes(bytes)) / 65_536.0,
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_only_grow_even_when_the_clock_goes_back() {
        let ids = Ids::starting_after(compose(EPOCH_MS + 1_000, 1, 7), 1, Arc::new(Chance::new()));
        let mut last = 0;
        for now in [EPOCH_MS + 500, EPOCH_MS + 2_000, EPOCH_MS + 100] {
            for _ in 0..5_000 {
                let id = ids.next(now);
                assert!(id > last);
                last = id;
            }
        }
    }

    #[test]
    fn a_block_is_nobody_elses() {
        let ids = Ids::starting_after(0, 3, Arc::new(Chance::new()));
        let before = ids.next(EPOCH_MS + 10);
        let base = ids.block(EPOCH_MS + 10);
        let second = ids.block(EPOCH_MS + 10);
        let after = ids.next(EPOCH_MS + 10);
        assert!(before < base && base + SEQ_MAX < second && second + SEQ_MAX < after);
    }
}
