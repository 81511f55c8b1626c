//! Ten million messages in the queue: what memory it takes to send from it, and whether it is slower than a short one.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, campaign, fill};
use clap::Args;
use std::time::{Duration, Instant};

#[derive(Args, Clone)]
pub(crate) struct Backlog {
    #[arg(long, default_value_t = 10_000_000)]
    queued: u64,
    /// The short queue it is compared with; so many are sent from either
    #[arg(long, default_value_t = 300_000)]
    sent: u64,
    /// Contacts stored beside the long queue
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
}

impl Benchmark for Backlog {
    fn told(&self) -> (&'static str, String) {
        let Backlog { queued, sent, people } = self;
        let how = format!(
            "{queued} messages queued through the gate in this process and {people} contacts imported, then a server is \
             started on them and the first {sent} are watched; before and after it the same from a queue of {sent}; one \
             SMPP link with window 1,000, a receipt 100 ms after each; the rate is from the first arrival at the carrier \
             on"
        );
        ("backlog", how)
    }

    fn quick(&mut self) {
        self.queued = self.queued.min(100_000);
        self.sent = self.sent.min(20_000);
        self.people = self.people.min(5_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let before = self.leg(bench, self.sent, 0)?;
        let long = self.leg(bench, self.queued.max(self.sent), self.people)?;
        let after = self.leg(bench, self.sent, 0)?;
        let mut figures = Figures::default();
        let short = f64::midpoint(before.rate, after.rate);
        let lost = (1.0 - long.rate / short) * 100.0;
        figures.add_with_goal("long queue: loss of rate", "%", lost, Goal::AtMost(10.0));
        figures.add("long queue: sent", "/s", long.rate);
        figures.add("short queue: sent", "/s", short);
        let cpu = f64::midpoint(before.cpu_us, after.cpu_us);
        figures.add("long queue: processor", "µs/message", long.cpu_us);
        figures.add("short queue: processor", "µs/message", cpu);
        figures.add_with_goal(
            "long queue: most resident while sending",
            "MiB",
            long.peak_mib,
            Goal::AtMost(256.0),
        );
        figures.add("long queue: resident at the end", "MiB", long.resident_mib);
        figures.add("short queue: most resident while sending", "MiB", before.peak_mib);
        figures.add(
            "long queue: start of the process to the first message at the carrier",
            "s",
            long.first_s,
        );
        figures.add("short queue: the same", "s", before.first_s);
        Ok(figures)
    }
}

struct Leg {
    rate: f64,
    cpu_us: f64,
    peak_mib: f64,
    resident_mib: f64,
    first_s: f64,
}

impl Backlog {
    fn leg(&self, bench: &Bench, queued: u64, people: u64) -> Res<Leg> {
        let tap =
            Tap::start(Manner { receipt_after: Some(Duration::from_millis(100)), ..Manner::default() })?;
        let home = Home::with_workspace(bench)?;
        if people > 0 {
            campaign::import(&home, people)?;
        }
        home.connect(&Link::to(tap.port()))?;
        fill::queue(&home, 0, queued)?;
        let server = home.serve()?;
        let started = server.started;
        let first = first_after(&tap, started)?;
        let used = server.process().used()?;
        tap.submitted(self.sent)?;
        let spent = server.process().used()?.since(&used);
        let (peak_mib, resident_mib) = (server.process().peak_mib()?, server.process().resident_mib()?);
        server.stop()?;
        let arrivals = tap.arrivals();
        tap.once()?;
        let last = arrivals.get(self.sent as usize - 1).ok_or("too few messages came")?.at;
        let rate = (self.sent - 1) as f64 / (last - first).as_secs_f64();
        let (cpu_us, first_s) = (spent.cpu_us / self.sent as f64, (first - started).as_secs_f64());
        Ok(Leg { rate, cpu_us, peak_mib, resident_mib, first_s })
    }
}

/// Waits for the first message that comes after this moment.
pub(crate) fn first_after(tap: &Tap, moment: Instant) -> Res<Instant> {
    let waited = Instant::now();
    let mut seen = 0;
    loop {
        let arrivals = tap.since(seen);
        if let Some(arrival) = arrivals.iter().find(|a| a.at >= moment) {
            return Ok(arrival.at);
        }
        seen += arrivals.len();
        if waited.elapsed() > Duration::from_secs(120) {
            return Err("nothing is sent".into());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
