//! A mailing: contacts imported beforehand, then from its launch to the last message sent and the last receipt stored.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::meter::{Mark, delivered};
use crate::names::Benchmark;
use crate::sink::Sink;
use crate::{Bench, Res, list};
use clap::Args;
use std::time::Instant;

/// 92 characters when written out: one SMS.
const TEXT: &str =
    "Hi {{first_name|default(\"friend\")}}, 20 % off everything until Friday. Herzl st. 5. Reply STOP to end";

#[derive(Args, Clone)]
pub(crate) struct Campaign {
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
}

impl Benchmark for Campaign {
    fn told(&self) -> (&'static str, String) {
        let how = format!(
            "a marketing campaign with a merge field to {} imported contacts, one SMPP link with window 1,000, a receipt \
             100 ms after each",
            self.people
        );
        ("campaign", how)
    }

    fn quick(&mut self) {
        self.people = self.people.min(10_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        measured(Home::with_workspace(bench)?, self.people)
    }
}

/// What its rate is called.
pub(crate) const RATE: &str = "messages, launch to last submitted";

/// Imports so many people into the list `everybody`.
pub(crate) fn import(home: &Home, people: u64) -> Res<()> {
    let file = home.file("list.csv");
    list::clean(&file, people)?;
    let path = file.display().to_string();
    let consent = ["--consent-source", "web shop", "--consent-date", "2026-01-15"];
    home.ask(&[&["contacts", "import", &path, "--list", "everybody"][..], &consent].concat())?;
    std::fs::remove_file(file)?;
    Ok(())
}

/// Makes a campaign to the list and gives its id.
pub(crate) fn draft(home: &Home) -> Res<String> {
    let write = ["campaigns", "create", "--name", "Sale", "--list", "everybody", "--text", TEXT];
    let made = home.ask(&write)?;
    Ok(made["id"].as_str().ok_or("a campaign without an id")?.to_owned())
}

/// One run in a home that has a workspace.
pub(crate) fn measured(home: Home, people: u64) -> Res<Figures> {
    let sink = Sink::start()?;
    import(&home, people)?;
    home.connect(&Link::to(sink.port()))?;
    let server = home.serve()?;
    sink.bound()?;
    let id = draft(&home)?;
    let before = Mark::now(&server)?;
    let launched = Instant::now();
    home.ask(&["campaigns", "send", &id, "--yes"])?;
    let seen = sink.all(people)?;
    let used = Mark::now(&server)?.since(&before);
    let mut figures = Figures::default();
    let n = people as f64;
    let rate = |to: Instant| n / (to - launched).as_secs_f64();
    figures.add_with_goal(RATE, "/s", rate(seen.submitted), Goal::AtLeast(40_000.0));
    figures.add("messages, launch to last receipt stored", "/s", rate(seen.stored));
    used.tell(&mut figures, "message", n);
    figures.beat("fsyncs", Goal::AtMost(0.02));
    figures.beat("written to the disk", Goal::AtMost(4_096.0));
    figures.add("peak memory of the process", "MiB", server.process().peak_mib()?);
    server.stop()?;
    delivered(&home, people)?;
    Ok(figures)
}
