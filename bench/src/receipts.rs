//! Receipts while many messages wait for theirs: the same burst with ten thousand outstanding and with a million.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::list::Chance;
use crate::load::{self, Shape};
use crate::meter::{self, Mark};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res};
use clap::Args;
use std::time::Duration;

#[derive(Args, Clone)]
pub(crate) struct Receipts {
    #[arg(long, default_value_t = 1_000_000)]
    outstanding: u64,
    #[arg(long, default_value_t = 10_000)]
    few: u64,
    /// Bursts of as many as the few
    #[arg(long, default_value_t = 10)]
    bursts: u64,
    /// Receipts come in the order of their messages, instead of by chance
    #[arg(long)]
    in_order: bool,
}

/// What one size came to.
struct Leg {
    rate: f64,
    cpu_us: f64,
    commits: f64,
    written: f64,
}

impl Benchmark for Receipts {
    fn told(&self) -> (&'static str, String) {
        let Receipts { outstanding, few, bursts, in_order } = self;
        let chosen = if *in_order { "in the order of their messages" } else { "chosen by chance" };
        let how = format!(
            "messages whose receipts the carrier keeps back, then {bursts} bursts of {few} receipts {chosen}, under \
             ids without order; once with {few} outstanding before each burst, once with {outstanding}; a receipt counts \
             when it is answered, which is after its commit"
        );
        ("receipts", how)
    }

    fn quick(&mut self) {
        self.outstanding = self.outstanding.min(30_000);
        self.few = self.few.min(2_000);
        self.bursts = self.bursts.min(4);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let few = self.leg(bench, self.few)?;
        let many = self.leg(bench, self.outstanding)?;
        let mut figures = Figures::default();
        let lost = (1.0 - many.rate / few.rate) * 100.0;
        figures.add_with_goal("many outstanding: loss of rate", "%", lost, Goal::AtMost(10.0));
        for (name, leg, goal) in
            [("few outstanding", &few, Goal::None), ("many outstanding", &many, Goal::AtLeast(40_000.0))]
        {
            figures.add_with_goal(format!("{name}: receipts stored"), "/s", leg.rate, goal);
            figures.add(format!("{name}: processor"), "µs/receipt", leg.cpu_us);
            figures.add(format!("{name}: commits"), "/receipt", leg.commits);
            figures.add(format!("{name}: written to the disk"), "bytes/receipt", leg.written);
        }
        Ok(figures)
    }
}

impl Receipts {
    fn leg(&self, bench: &Bench, outstanding: u64) -> Res<Leg> {
        let receipt_after = Some(Duration::ZERO);
        let tap = Tap::start(Manner { receipt_after, hold: true, ..Manner::default() })?;
        let home = Home::with_workspace(bench)?;
        let key = home.key()?;
        home.connect(&Link::to(tap.port()))?;
        let server = home.serve()?;
        tap.bound()?;
        let (mut sent, mut chance) = (0, Chance(7));
        let (mut took, mut cpu_us, mut commits, mut written) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..self.bursts {
            let messages = outstanding.saturating_sub(tap.held() as u64);
            let shape = Shape { messages, connections: 16, each: 100, first: sent };
            load::send(server.addr, &key, &shape)?;
            sent += messages;
            tap.submitted(sent)?;
            std::thread::sleep(Duration::from_millis(500)); // outcomes are committed, the writer rests
            let before = Mark::now(&server)?;
            let stored = tap.stored();
            let went = tap.release(self.few as usize, (!self.in_order).then_some(&mut chance));
            let last = tap.receipts(stored + self.few)?;
            let used = Mark::now(&server)?.since(&before);
            took += (last - went).as_secs_f64();
            cpu_us += used.used.cpu_us;
            commits += used.commits;
            written += used.used.written;
        }
        let n = (self.few * self.bursts) as f64;
        tap.release(usize::MAX, None);
        tap.receipts(sent)?;
        tap.once()?;
        server.stop()?;
        meter::delivered(&home, sent)?;
        Ok(Leg { rate: n / took, cpu_us: cpu_us / n, commits: commits / n, written: written / n })
    }
}
