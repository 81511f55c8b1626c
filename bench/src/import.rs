//! A contact list of a million rows.

use crate::figures::{Figures, Goal};
use crate::home::Home;
use crate::names::Benchmark;
use crate::process::{Process, Used};
use crate::{Bench, Res, list, meter};
use clap::Args;
use engine::import::Source;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Args, Clone)]
pub(crate) struct Import {
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
}

impl Benchmark for Import {
    fn told(&self) -> (&'static str, String) {
        ("import", format!("sendword contacts import of {} CSV rows of 8 columns into one list", self.rows))
    }

    fn quick(&mut self) {
        self.rows = self.rows.min(20_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        run(bench, self.rows)
    }
}

#[derive(Args, Clone)]
pub(crate) struct Read {
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
}

impl Benchmark for Read {
    fn told(&self) -> (&'static str, String) {
        ("read", format!("{} CSV rows read and judged, nothing stored", self.rows))
    }

    fn quick(&mut self) {
        self.rows = self.rows.min(20_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        read_only(bench, self.rows)
    }

    fn inside(&self) -> bool {
        true
    }
}

fn run(bench: &Bench, rows: u64) -> Res<Figures> {
    let home = Home::with_workspace(bench)?;
    let file = home.file("list.csv");
    let counts = list::messy(&file, rows)?;
    let (figures, created) = measured(&home, &file, rows, 50_000.0)?;
    if created != counts.mobiles - counts.repeats {
        return Err(format!("{created} contacts were made of {counts:?}").into());
    }
    Ok(figures)
}

const MEMORY: &str = "peak memory of the process";

/// `sendword contacts import` with no server running: the command's own process does all of it. Gives how many contacts
/// it made.
pub(crate) fn measured(home: &Home, file: &Path, rows: u64, goal: f64) -> Res<(Figures, u64)> {
    let file = file.display().to_string();
    let mut command = home.command(&["contacts", "import", &file, "--list", "everybody", "--json"]);
    command.args(["--consent-source", "web shop", "--consent-date", "2026-01-15"]);
    let out = home.file("import.json");
    let errors = home.file("import.log");
    let started = Instant::now();
    let mut child = command
        .stdin(std::process::Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(&errors)?)
        .spawn()?;
    let process = Process(child.id());
    let (mut used, mut peak) = (Used::default(), 0.0);
    let status = loop {
        // A process that ended tells nothing any more: what was read last, at most 2 ms ago, is kept.
        if let (Ok(now), Ok(memory)) = (process.used(), process.peak_mib()) {
            (used, peak) = (now, memory);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = started.elapsed().as_secs_f64();
    let said = std::fs::read(&out)?;
    if !status.success() {
        let errors = std::fs::read_to_string(&errors)?;
        return Err(format!("the import failed: {}{errors}", String::from_utf8_lossy(&said)).into());
    }
    let told: serde_json::Value = serde_json::from_slice(&said)?;
    let created = told["created"].as_u64().ok_or_else(|| format!("the import told no counts: {told}"))?;
    let mut figures = Figures::default();
    let n = rows as f64;
    figures.add_with_goal("rows, command line to its end", "/s", n / took, Goal::AtLeast(goal));
    figures.add_with_goal(MEMORY, "MiB", peak, Goal::AtMost(100.0));
    meter::costs(&mut figures, &used, "row", n);
    Ok((figures, created))
}

/// The reading side alone.
fn read_only(bench: &Bench, rows: u64) -> Res<Figures> {
    let dir = tempfile::Builder::new().prefix("run-").tempdir_in(&bench.dir)?;
    let path = dir.path().join("list.csv");
    let counts = list::messy(&path, rows)?;
    let before = Process::own().used()?;
    let started = Instant::now();
    let source = Source::open(&path)?;
    let plan = source.plan("IL")?;
    let tally = source.read(&plan, 0, |batch| {
        batch.clear();
        ControlFlow::Continue(())
    })?;
    let took = started.elapsed().as_secs_f64();
    let used = Process::own().used()?.since(&before);
    if (tally.rows, tally.phones.mobile, tally.duplicates) != (counts.rows, counts.mobiles, counts.repeats) {
        return Err(format!("{tally:?} was read of {counts:?}").into());
    }
    let mut figures = Figures::default();
    figures.add("rows read and judged", "/s", rows as f64 / took);
    figures.add("processor", "µs/row", used.cpu_us / rows as f64);
    figures.add("peak memory of this process, its generator included", "MiB", Process::own().peak_mib()?);
    Ok(figures)
}
