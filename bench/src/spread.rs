//! Times of many things, all kept: what share came within what time, exactly.

use crate::figures::Figures;
use std::time::Duration;

/// Times, in µs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Spread(Vec<u64>);

impl Spread {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// The time within which this share of them came, ms. The smallest of them such that the share is reached.
    pub(crate) fn within_ms(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() as f64 * share).ceil() as usize;
        sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).map_or(0.0, |us| *us as f64 / 1e3)
    }

    /// Adds half, 99 of 100 and 999 of 1,000.
    pub(crate) fn tell(&self, figures: &mut Figures, what: &str) {
        for (share, name) in SHARES {
            figures.add(format!("{what}, {name}"), "ms", self.within_ms(share));
        }
    }
}

/// The shares that are told, and their names.
pub(crate) const SHARES: [(f64, &str); 3] = [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")];

#[cfg(test)]
mod tests {
    use super::Spread;
    use std::time::Duration;

    #[test]
    fn shares_are_exact() {
        let mut spread = Spread::default();
        (1..=100).rev().for_each(|ms| spread.add(Duration::from_millis(ms)));
        assert_eq!(
            [0.0, 0.5, 0.99, 0.991, 1.0].map(|s| spread.within_ms(s)),
            [1.0, 50.0, 99.0, 100.0, 100.0]
        );
        assert_eq!(Spread::default().within_ms(0.5), 0.0);
    }
}
