//! `cargo run --release -p simulation -- --seeds 10000`: many worlds, as many at a time as there are processors.

use clap::Parser;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Lives through many simulated worlds and says which of them broke a promise.
#[derive(Parser)]
struct Args {
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// One seed alone, its trace printed.
    #[arg(long)]
    seed: Option<u64>,
    /// Stop at the first that fails.
    #[arg(long)]
    first: bool,
}

fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}"); // nobody listens any more
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(seed) = args.seed {
        let history = simulation::run(seed, true);
        history.lines.iter().for_each(|line| say(format_args!("{line}")));
        say(format_args!("{}", simulation::told(&history)));
        return if history.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (began, next, failed) = (Instant::now(), AtomicU64::new(args.from), AtomicU64::new(0));
    let sums: Mutex<BTreeMap<&'static str, u64>> = Mutex::default();
    let end = args.from + args.seeds;
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || args.first && failed.load(Ordering::Relaxed) > 0 {
                        return;
                    }
                    let history = simulation::run(seed, false);
                    if !history.wrong.is_empty() {
                        failed.fetch_add(1, Ordering::Relaxed);
                        say(format_args!("{}", simulation::told(&history)));
                    }
                    if let Ok(mut sums) = sums.lock() {
                        history.counts.iter().for_each(|(what, n)| *sums.entry(what).or_default() += n);
                        *sums.entry("seconds of the worlds").or_default() +=
                            u64::try_from(history.lasted_ms / 1_000).unwrap_or(0);
                    }
                }
            });
        }
    });
    for (what, n) in sums.into_inner().unwrap_or_default() {
        say(format_args!("{n:>10}  {what}"));
    }
    let failed = failed.into_inner();
    say(format_args!("{} seeds in {:.1} s, {failed} failed", args.seeds, began.elapsed().as_secs_f64()));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
