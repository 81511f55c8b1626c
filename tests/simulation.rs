//! Many simulated worlds, each from its seed: no promise is broken in any of them, and a seed is always the same history.
//!
//! `SENDWORD_SEED=n` lives through one seed and prints its trace; `SENDWORD_SEEDS=n` through more of them.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The first seed of continuous integration.
const FIRST: u64 = 1;
/// How many of them.
const SEEDS: u64 = 220;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|n| n.parse().unwrap_or_else(|_| panic!("{name} is no number: {n}")))
}

#[test]
fn promises_hold_in_every_world() {
    if let Some(seed) = number("SENDWORD_SEED") {
        let history = simulation::run(seed, true);
        let mut err = std::io::stderr().lock();
        for line in &history.lines {
            let _ = writeln!(err, "{line}"); // whoever asked for the trace sees whether it came
        }
        assert!(history.wrong.is_empty(), "{}", simulation::told(&history));
        return;
    }
    let end = FIRST + number("SENDWORD_SEEDS").unwrap_or(SEEDS);
    let (next, failed, began) = (AtomicU64::new(FIRST), Mutex::new(Vec::new()), Instant::now());
    let (taken, deaths) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let history = simulation::run(seed, false);
                    let count = |what| history.counts.get(what).copied().unwrap_or(0);
                    taken.fetch_add(count("parts taken"), Ordering::Relaxed);
                    deaths.fetch_add(count("deaths"), Ordering::Relaxed);
                    if !history.wrong.is_empty() {
                        failed.lock().expect("a list").push(simulation::told(&history));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("a list");
    let _ = writeln!(std::io::stderr(), "{} worlds in {:.1} s", end - FIRST, began.elapsed().as_secs_f64());
    assert!(failed.is_empty(), "{} worlds broke a promise\n{}", failed.len(), failed.join("\n"));
    // Worlds in which nothing happens would keep every promise.
    assert!(taken.into_inner() > 20 * (end - FIRST), "carriers saw next to nothing");
    assert!(deaths.into_inner() > (end - FIRST) / 4, "next to no process died");
}

#[test]
fn a_seed_is_always_the_same_history() {
    for seed in [3, 5, 9, 21] {
        let (one, two) = (simulation::run(seed, false), simulation::run(seed, false));
        assert_eq!(one.trace, two.trace, "seed {seed}");
        assert_eq!((one.lasted_ms, one.counts), (two.lasted_ms, two.counts), "seed {seed}");
    }
    assert_ne!(simulation::run(3, false).trace, simulation::run(4, false).trace);
}
