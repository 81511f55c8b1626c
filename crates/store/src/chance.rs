//! Small random numbers: for jitter, and for where sequences begin. Never for secrets.

use std::sync::atomic::{AtomicU64, Ordering};

/// What spreads two counts that differ by one.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A source of them; the same from the same seed.
pub(crate) struct Chance(AtomicU64);

impl Chance {
    /// Begins anywhere.
    pub(crate) fn new() -> Chance {
        let mut bytes = [0; 8];
        // Without the system's randomness all nodes would begin alike, which is no worse than a poor jitter.
        let _ = getrandom::fill(&mut bytes);
        Chance::of(u64::from_le_bytes(bytes))
    }

    /// Begins at a seed.
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(AtomicU64::new(seed))
    }

    /// The next one (SplitMix64).
    pub(crate) fn next(&self) -> u64 {
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_all_and_no_seed_says_nothing() {
        let draw = |chance: Chance| [chance.next(), chance.next(), chance.next()];
        assert_eq!(draw(Chance::of(7)), draw(Chance::of(7)));
        assert_ne!(draw(Chance::of(7)), draw(Chance::of(8)));
        assert_ne!(draw(Chance::new()), draw(Chance::new()));
    }
}
