//! Which numbers stood earlier in the file: a set of E.164 numbers in little memory, so a million rows stay flat.
//!
//! Numbers of one country crowd together, so each run of 65,536 is a sorted list while it is sparse and a bit map
//! when it is not: a million mobiles of one country take some five megabytes.

use std::collections::HashMap;

/// Above this many a bit map is smaller than a list.
const SPARSE_MAX: usize = 4096;
const WORDS: usize = 1024;

#[derive(Debug)]
enum Run {
    Sparse(Vec<u16>),
    Dense(Box<[u64]>),
}

/// The set.
#[derive(Debug, Default)]
pub(super) struct Seen {
    runs: HashMap<u64, Run>,
}

impl Seen {
    /// Adds a number; whether it stood there before. What is no number is never seen.
    pub(super) fn insert(&mut self, e164: &str) -> bool {
        let Ok(number) = e164.trim_start_matches('+').parse::<u64>() else { return false };
        // Numbers of different length may have equal values only with leading zeros, and no country code has one.
        let low = (number & 0xFFFF) as u16;
        let run = self.runs.entry(number >> 16).or_insert_with(|| Run::Sparse(Vec::new()));
        match run {
            Run::Sparse(list) => match list.binary_search(&low) {
                Ok(_) => true,
                Err(at) => {
                    list.insert(at, low);
                    if list.len() > SPARSE_MAX {
                        let mut map = vec![0u64; WORDS].into_boxed_slice();
                        for &low in list.iter() {
                            map[usize::from(low / 64)] |= 1 << (low % 64);
                        }
                        *run = Run::Dense(map);
                    }
                    false
                }
            },
            Run::Dense(map) => {
                let word = &mut map[usize::from(low / 64)];
                let bit = 1 << (low % 64);
                let before = *word & bit != 0;
                *word |= bit;
                before
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn it_remembers_exactly_what_it_saw() {
        let mut seen = Seen::default();
        let mut truth = HashSet::new();
        let mut state = 7u64;
        for step in 0..60_000u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let spread = if step % 3 == 0 { 10_000_000 } else { 20_000 };
            let number = format!("+9725{:08}", (state >> 33) % spread);
            assert_eq!(seen.insert(&number), !truth.insert(number.clone()), "{number}");
        }
        assert!(seen.runs.values().any(|run| matches!(run, Run::Dense(_))));
        assert!(!seen.insert("not a number") && !seen.insert("not a number"));
    }
}
