//! The project's own benchmarks: what the real program does on this machine, beside what it is to beat.
//!
//! `cargo run --release -p bench -- NAME` starts the real `sendword` in a throw-away directory on a real disk, loads it
//! over real sockets, and prints the median of several runs. It never counts what it has not seen stored.

mod campaign;
mod codec;
mod figures;
mod home;
mod http;
mod import;
mod layers;
mod list;
mod load;
mod machine;
mod process;
mod rest;
mod sink;
mod start;

use clap::{Args, Parser, Subcommand};
use figures::{Figures, Report};
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

#[derive(Subcommand, Clone)]
enum Name {
    /// rest, campaign, import and start, one after the other
    All,
    /// REST, one message a request, to the carrier's receipt stored
    Rest {
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// A mailing to a list, from its launch to its last message sent
    Campaign {
        #[arg(long, default_value_t = 100_000)]
        people: u64,
    },
    /// A contact list in CSV
    Import {
        #[arg(long, default_value_t = 1_000_000)]
        rows: u64,
    },
    /// From the start of the process to its first page; memory and rest afterwards
    Start {
        /// Seconds after which memory is read
        #[arg(long, default_value_t = 60)]
        settle: u64,
    },
    /// Without HTTP, in this process: the gate, the connectors and the store
    Store {
        #[arg(long, default_value_t = 200_000)]
        messages: u64,
        /// Messages one call of the gate is given
        #[arg(long, default_value_t = 500)]
        batch: usize,
    },
    /// In this process: texts, parts, requests and receipts as octets
    Codec,
    /// In this process: a CSV list read and judged, nothing stored
    Read {
        #[arg(long, default_value_t = 1_000_000)]
        rows: u64,
    },
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
}

/// What every benchmark is given.
struct Bench {
    binary: PathBuf,
    dir: PathBuf,
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
    let inside = matches!(line.name, Name::Store { .. } | Name::Codec | Name::Read { .. });
    let dir = home::disk(line.given.dir.clone())?;
    let binary = if inside { PathBuf::new() } else { home::binary(line.given.binary.clone())? };
    let machine = machine::Machine::read(&dir)?;
    let bench = Bench { binary, dir };
    let mut reports = Vec::new();
    for name in names(&line.name) {
        let report = measure(&bench, &name, line.given.runs.max(1))?;
        if !line.given.json {
            report.print(&machine)?;
        }
        reports.push(report);
    }
    if line.given.json {
        figures::print_json(&machine, &reports)?;
    }
    Ok(())
}

fn names(name: &Name) -> Vec<Name> {
    match name {
        Name::All => vec![
            Name::Rest { messages: 100_000, connections: 64 },
            Name::Campaign { people: 100_000 },
            Name::Import { rows: 1_000_000 },
            Name::Start { settle: 60 },
        ],
        one => vec![one.clone()],
    }
}

fn measure(bench: &Bench, name: &Name, runs: usize) -> Res<Report> {
    let (title, how) = told(name);
    let mut report = Report::new(title, how);
    for run in 1..=runs {
        let _ = writeln!(std::io::stderr(), "{title}: run {run} of {runs} …");
        let weather = machine::Weather::now()?;
        let mut figures = one(bench, name)?;
        weather.tell(|name, unit, value| figures.add(name, unit, value))?;
        report.add(figures);
    }
    Ok(report)
}

fn one(bench: &Bench, name: &Name) -> Res<Figures> {
    match name {
        Name::Rest { messages, connections } => rest::run(bench, *messages, *connections),
        Name::Campaign { people } => campaign::run(bench, *people),
        Name::Import { rows } => import::run(bench, *rows),
        Name::Start { settle } => start::run(bench, *settle),
        Name::Store { messages, batch } => layers::run(bench, *messages, *batch),
        Name::Codec => codec::run(),
        Name::Read { rows } => import::read_only(bench, *rows),
        Name::All => Err("all is not one".into()),
    }
}

fn told(name: &Name) -> (&'static str, String) {
    match name {
        Name::Rest { messages, connections } => (
            "rest",
            format!(
                "{messages} × POST /v1/messages over {connections} connections kept open, text of 75 characters, one \
                 SMPP link with window 1,000, a receipt 100 ms after each"
            ),
        ),
        Name::Campaign { people } => (
            "campaign",
            format!(
                "a marketing campaign with a merge field to {people} imported contacts, one SMPP link with window \
                 1,000, a receipt 100 ms after each"
            ),
        ),
        Name::Import { rows } => {
            ("import", format!("sendword contacts import of {rows} CSV rows of 8 columns into one list"))
        }
        Name::Start { settle } => {
            ("start", format!("sendword serve in an empty directory; memory {settle} s later"))
        }
        Name::Store { messages, batch } => (
            "store",
            format!(
                "{messages} messages through engine::submit by {batch}, connectors and store in this process"
            ),
        ),
        Name::Codec => ("codec", "octets and texts, one thread".into()),
        Name::Read { rows } => ("read", format!("{rows} CSV rows read and judged, nothing stored")),
        Name::All => ("all", String::new()),
    }
}
