//! What one message costs before any row and any socket: its number, its parts, its request, its receipt.
//!
//! Time is the machine's; instructions and allocations are the program's, and are the same on every machine of a kind.

use crate::figures::{Figures, Goal};
use crate::names::Benchmark;
use crate::steps::{self, Step};
use crate::{Bench, Res, home};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Each is repeated for so many nanoseconds of one look.
const LOOK_NS: u128 = 200_000_000;
/// What valgrind counts is the difference of a short and a long run.
const TIMES: [u64; 2] = [100, 1_100];

#[derive(Args, Clone)]
pub(crate) struct Codec {
    /// Time alone, without counting instructions and allocations under valgrind
    #[arg(long)]
    no_counts: bool,
}

impl Benchmark for Codec {
    fn told(&self) -> (&'static str, String) {
        let counted =
            if self.no_counts { "" } else { "; instructions and allocations of one call under valgrind" };
        ("codec", format!("octets and texts, one thread{counted}"))
    }

    fn quick(&mut self) {}

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        let valgrind =
            Command::new("valgrind").arg("--version").output().is_ok_and(|out| out.status.success());
        let program = if valgrind && !self.no_counts { Some(home::built("bench", "steps")?) } else { None };
        for (index, mut step) in steps::all().into_iter().enumerate() {
            let most = if step.most_ns > 0.0 { Goal::AtMost(step.most_ns) } else { Goal::None };
            figures.add_with_goal(step.name, "ns", ns(&mut step), most);
            let Some(program) = &program else { continue };
            let [instructions, allocations] = counts(bench, program, index)?;
            figures.add(format!("  {}: instructions", step.name), "/call", instructions);
            let goal = if step.bare { Goal::AtMost(0.0) } else { Goal::None };
            figures.add_with_goal(format!("  {}: allocations", step.name), "/call", allocations, goal);
        }
        Ok(figures)
    }

    fn inside(&self) -> bool {
        true
    }
}

/// Instructions and allocations of one call.
fn counts(bench: &Bench, program: &Path, index: usize) -> Res<[f64; 2]> {
    let mut seen = [[0u64; 2]; 2];
    for (times, seen) in TIMES.into_iter().zip(&mut seen) {
        let out: PathBuf = bench.dir.join(format!("callgrind-{}", std::process::id()));
        let said = valgrind(
            &["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())],
            program,
            index,
            times,
        )?;
        std::fs::remove_file(out)?;
        seen[0] = number_after(&said, "Collected :").ok_or("callgrind counted nothing")?;
        let said = valgrind(&["--tool=memcheck", "--leak-check=no"], program, index, times)?;
        seen[1] = number_after(&said, "total heap usage:").ok_or("memcheck counted nothing")?;
    }
    let calls = (TIMES[1] - TIMES[0]) as f64;
    Ok([0, 1].map(|i| (seen[1][i] - seen[0][i]) as f64 / calls))
}

fn valgrind(tool: &[&str], program: &Path, index: usize, times: u64) -> Res<String> {
    let out = Command::new("valgrind")
        .args(tool)
        .arg(program)
        .args([index.to_string(), times.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    if out.status.success() { Ok(said) } else { Err(format!("valgrind: {said}").into()) }
}

/// The first number behind these words; it may be written with commas.
fn number_after(said: &str, words: &str) -> Option<u64> {
    let rest = said.split_once(words)?.1.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len());
    rest.get(..end)?.replace(',', "").parse().ok()
}

/// Nanoseconds of one call: the least of five looks, for anything more is the machine's.
fn ns(step: &mut Step) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (started, mut calls) = (Instant::now(), 0u32);
        while started.elapsed().as_nanos() < LOOK_NS {
            (0..100).for_each(|_| (step.call)());
            calls += 100;
        }
        best = best.min(started.elapsed().as_nanos() as f64 / f64::from(calls.max(1)));
    }
    best
}

#[cfg(test)]
mod tests {
    use super::number_after;

    #[test]
    fn what_valgrind_says_is_read() {
        let said = "==7== Collected : 3520811\n==7==   total heap usage: 1,012 allocs, 1,008 frees";
        assert_eq!(number_after(said, "Collected :"), Some(3_520_811));
        assert_eq!(number_after(said, "total heap usage:"), Some(1_012));
        assert_eq!(number_after(said, "nothing"), None);
    }
}
