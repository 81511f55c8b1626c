//! From the start of the process to its first page, and what it takes when nobody wants anything.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Server};
use crate::names::Benchmark;
use crate::{Bench, Res, http};
use clap::Args;
use std::process::Command;
use std::time::Duration;

/// A start that takes longer has failed.
const START_MAX: Duration = Duration::from_secs(20);

#[derive(Args, Clone)]
pub(crate) struct Start {
    /// Seconds after which memory is read
    #[arg(long, default_value_t = 60)]
    settle: u64,
}

impl Benchmark for Start {
    fn told(&self) -> (&'static str, String) {
        ("start", format!("sendword serve in an empty directory; memory {} s later", self.settle))
    }

    fn quick(&mut self) {
        self.settle = self.settle.min(3);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        run(bench, self.settle)
    }
}

fn run(bench: &Bench, settle: u64) -> Res<Figures> {
    let home = Home::empty(bench)?;
    let mut figures = Figures::default();
    let server = home.serve()?;
    let first = page(&server, "/first-run")?;
    figures.add_with_goal("first page, empty directory, store made", "s", first, Goal::AtMost(1.0));
    server.stop()?;
    let server = home.serve()?;
    let again = page(&server, "/first-run")?;
    figures.add_with_goal("first page, started again", "s", again, Goal::AtMost(1.0));
    let before = server.process().used()?;
    std::thread::sleep(Duration::from_secs(settle));
    let used = server.process().used()?.since(&before);
    let resident = server.process().resident_mib()?;
    figures.add_with_goal("resident afterwards", "MiB", resident, Goal::AtMost(60.0));
    figures.add("peak memory", "MiB", server.process().peak_mib()?);
    figures.add("processor at rest", "% of a core", used.cpu_us / 1e4 / settle.max(1) as f64);
    let mib = |octets: u64| octets as f64 / f64::from(1 << 20);
    figures.add("the program's file", "MiB", mib(std::fs::metadata(&bench.binary)?.len()));
    if let Some(octets) = stripped(bench, &home) {
        figures.add_with_goal("  without symbols", "MiB", mib(octets), Goal::AtMost(40.0));
    }
    server.stop()?;
    Ok(figures)
}

/// The program's size without symbols; nothing where there is no `strip`.
fn stripped(bench: &Bench, home: &Home) -> Option<u64> {
    let out = home.file("stripped");
    let done = Command::new("strip").arg("-o").arg(&out).arg(&bench.binary).status().ok()?;
    done.success().then(|| std::fs::metadata(&out).ok().map(|m| m.len())).flatten()
}

/// Seconds from the start of the process to this page.
fn page(server: &Server, path: &str) -> Res<f64> {
    loop {
        let seen = http::get(server.addr, path);
        let took = server.started.elapsed();
        match seen {
            Ok((200, _)) => return Ok(took.as_secs_f64()),
            Ok((status, _)) if took > START_MAX => return Err(format!("{path} is answered {status}").into()),
            Err(e) if took > START_MAX => return Err(e),
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}
