//! A mailing: contacts imported beforehand, then from its launch to the last message sent and the last receipt stored.

use crate::figures::{Figures, Goal};
use crate::home::Home;
use crate::rest::{Mark, delivered};
use crate::sink::Sink;
use crate::{Bench, Res, list};
use std::time::Instant;

/// 92 characters when written out: one SMS.
const TEXT: &str =
    "Hi {{first_name|default(\"friend\")}}, 20 % off everything until Friday. Herzl st. 5. Reply STOP to end";

pub(crate) fn run(bench: &Bench, people: u64) -> Res<Figures> {
    let sink = Sink::start()?;
    let home = Home::with_workspace(bench)?;
    home.connect(&sink)?;
    let server = home.serve()?;
    sink.bound()?;
    let file = home.file("list.csv");
    list::clean(&file, people)?;
    let file = file.display().to_string();
    let consent = ["--consent-source", "web shop", "--consent-date", "2026-01-15"];
    home.ask(&[&["contacts", "import", &file, "--list", "everybody"][..], &consent].concat())?;
    let write = ["campaigns", "create", "--name", "Sale", "--list", "everybody", "--text", TEXT];
    let made = home.ask(&write)?;
    let id = made["id"].as_str().ok_or("a campaign without an id")?.to_owned();
    let before = Mark::now(&server)?;
    let launched = Instant::now();
    home.ask(&["campaigns", "send", &id, "--yes"])?;
    let seen = sink.all(people)?;
    let used = Mark::now(&server)?.since(&before);
    let mut figures = Figures::default();
    let n = people as f64;
    let rate = |to: Instant| n / (to - launched).as_secs_f64();
    figures.add_with_goal(
        "messages, launch to last submitted",
        "/s",
        rate(seen.submitted),
        Goal::AtLeast(15_000.0),
    );
    figures.add("messages, launch to last receipt stored", "/s", rate(seen.stored));
    used.tell(&mut figures, "message", n);
    figures.add("peak memory of the process, import included", "MiB", server.process().peak_mib()?);
    server.stop()?;
    delivered(&home, people)?;
    Ok(figures)
}
