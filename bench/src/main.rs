//! The project's own benchmarks: what the real program does on this machine, beside what it is to beat.
//!
//! `cargo run --release -p bench -- NAME` starts the real `sendword` in a throw-away directory on a real disk, loads it
//! over real sockets, and prints the median of several runs. It never counts what it has not seen stored.

mod backlog;
mod batch;
mod binds;
mod campaign;
mod codec;
mod compare;
mod fair;
mod figures;
mod fill;
mod fsync;
mod home;
mod http;
mod import;
mod latency;
mod layers;
mod list;
mod load;
mod machine;
mod meter;
mod names;
mod open;
mod otp;
mod path;
mod peers;
mod people;
mod pg;
mod process;
mod raw;
mod receipts;
mod rest;
mod restart;
mod rtt;
mod shim;
mod sink;
mod soak;
mod spread;
mod start;
mod steps;
mod tap;

use clap::{Args, Parser};
use figures::Report;
use machine::{Machine, Weather};
use names::{Benchmark, Name};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What any of it may fail with.
type Res<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "bench", about = "Measures Sendword on this machine.")]
struct Line {
    #[command(subcommand)]
    name: Name,
    #[command(flatten)]
    given: Given,
}

#[derive(Args, Clone)]
struct Given {
    /// Runs of each; the median is shown
    #[arg(long, global = true, default_value_t = 3)]
    runs: usize,
    /// The program; built with Cargo when absent
    #[arg(long, global = true)]
    binary: Option<PathBuf>,
    /// Where throw-away directories are made; beside this program when absent
    #[arg(long, global = true)]
    dir: Option<PathBuf>,
    /// One JSON document instead of tables
    #[arg(long, global = true)]
    json: bool,
    /// Small sizes: shows that it works, and gives figures worth nothing
    #[arg(long, global = true)]
    quick: bool,
    /// Leaves the throw-away directories where they are, to be looked at
    #[arg(long, global = true)]
    keep: bool,
    /// Throws a run away in which neighbours stole more than 5 % or a fixed loop ran more than 15 % slower
    #[arg(long, global = true)]
    strict: bool,
}

/// What every benchmark is given.
struct Bench {
    binary: PathBuf,
    dir: PathBuf,
    keep: bool,
}

fn main() -> ExitCode {
    match run(Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            let _ = writeln!(std::io::stderr(), "bench: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: Line) -> Res<()> {
    if cfg!(debug_assertions) {
        return Err("figures of a debug build mean nothing: cargo run --release -p bench -- …".into());
    }
    let Line { name, given } = line;
    let mut all = name.benchmarks();
    if given.quick {
        all.iter_mut().for_each(|one| one.quick());
    }
    let dir = home::disk(given.dir.clone())?;
    let inside = all.iter().all(|one| one.inside());
    let binary = if inside { PathBuf::new() } else { home::binary(given.binary.clone())? };
    let machine = Machine::read(&dir)?;
    let bench = Bench { binary, dir, keep: given.keep };
    let mut reports = Vec::new();
    for one in &all {
        let report = measure(&bench, &**one, &given, &machine)?;
        if !given.json {
            report.print(&machine)?;
        }
        reports.push(report);
    }
    if given.json {
        figures::print_json(&machine, &reports)?;
    }
    Ok(())
}

fn measure(bench: &Bench, one: &dyn Benchmark, given: &Given, machine: &Machine) -> Res<Report> {
    let (title, mut how) = one.told();
    if given.quick {
        how.push_str(". QUICK SIZES: these are no figures");
    }
    let mut report = Report::new(title, how);
    let (mut run, mut thrown) = (0, 0);
    let runs = given.runs.max(1);
    while run < runs {
        let _ = writeln!(std::io::stderr(), "{title}: run {} of {runs} …", run + 1);
        let weather = Weather::now()?;
        let mut figures = one.run(bench)?;
        let seen = weather.since(machine)?;
        if given.strict && seen.bad() {
            thrown += 1;
            let _ = writeln!(std::io::stderr(), "{title}: thrown away, {seen}");
            if thrown > 3 * runs {
                return Err(format!("{title}: the machine is never quiet: {seen}").into());
            }
            continue;
        }
        seen.tell(|name, unit, value| figures.add(name, unit, value));
        report.add(figures);
        run += 1;
    }
    Ok(report)
}
