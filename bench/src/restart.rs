//! Killed without a word with a million in the queue: how long until the first message leaves again, and what came twice.

use crate::backlog::first_after;
use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, fill, list, meter};
use clap::Args;
use sms::Status;
use std::collections::HashMap;
use std::time::Duration;

#[derive(Args, Clone)]
pub(crate) struct Restart {
    #[arg(long, default_value_t = 1_000_000)]
    queued: u64,
    /// Kills, each after so many more messages were sent
    #[arg(long, default_value_t = 3)]
    kills: u64,
    #[arg(long, default_value_t = 20_000)]
    between: u64,
}

impl Benchmark for Restart {
    fn told(&self) -> (&'static str, String) {
        let Restart { queued, kills, between } = self;
        let how = format!(
            "{queued} messages queued through the gate in this process; the server is killed (SIGKILL) {kills} times, each \
             {between} messages after its start, started again, and at last left to finish; one SMPP link with window \
             1,000, a receipt 100 ms after each; every copy beyond the first must be flagged in the store"
        );
        ("restart", how)
    }

    fn quick(&mut self) {
        self.queued = self.queued.min(50_000);
        self.between = self.between.min(5_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let tap =
            Tap::start(Manner { receipt_after: Some(Duration::from_millis(100)), ..Manner::default() })?;
        let home = Home::with_workspace(bench)?;
        home.connect(&Link::to(tap.port()))?;
        fill::queue(&home, 0, self.queued)?;
        let mut server = home.serve()?;
        let mut took = Vec::new();
        for kill in 1..=self.kills {
            tap.submitted(self.between * kill)?;
            server.kill()?;
            tap.still(Duration::from_millis(200));
            server = home.serve()?;
            took.push((first_after(&tap, server.started)? - server.started).as_secs_f64());
        }
        tap.submitted(self.queued)?;
        // What was on the wire at a kill goes again when its answer is given up, a minute later.
        tap.still(Duration::from_secs(75));
        let flagged = home.ask(&["messages", "list", "--possible-duplicate", "--limit", "100000"])?;
        let flagged = flagged.as_array().map_or(0, Vec::len) as u64;
        server.stop()?;
        let mut copies: HashMap<u64, u64> = HashMap::new();
        tap.arrivals().iter().for_each(|a| *copies.entry(a.number).or_default() += 1);
        let missing = (0..self.queued).filter(|n| !copies.contains_key(&list::digits_of(*n))).count();
        let twice: u64 = copies.values().map(|n| n - 1).sum();
        if missing > 0 || twice > flagged {
            return Err(
                format!("{missing} never came, {twice} copies too many, {flagged} are flagged").into()
            );
        }
        let counts = meter::counts(&home)?;
        let delivered = counts.get(&Status::Delivered).copied().unwrap_or(0);
        if u64::try_from(delivered) != Ok(self.queued) {
            return Err(format!("{delivered} of {} are delivered: {counts:?}", self.queued).into());
        }
        took.sort_unstable_by(f64::total_cmp);
        let mut figures = Figures::default();
        let median = crate::figures::median(&took);
        figures.add_with_goal(
            "start of the process to the first message at the carrier",
            "s",
            median,
            Goal::AtMost(1.0),
        );
        figures.add("the longest of them", "s", took.last().copied().unwrap_or(0.0));
        figures.add("copies beyond the first, all flagged", "/kill", twice as f64 / self.kills.max(1) as f64);
        figures.add("flagged as possible duplicates", "/kill", flagged as f64 / self.kills.max(1) as f64);
        Ok(figures)
    }
}
