//! A hundred workspaces on one link, one of which wants everything: what each gets, and what a small one waits.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::load::{self, Shape};
use crate::names::Benchmark;
use crate::open::{Times, Timetable};
use crate::tap::{Arrival, Manner, Tap};
use crate::{Bench, Res, list};
use clap::Args;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

#[derive(Args, Clone)]
pub(crate) struct Fair {
    #[arg(long, default_value_t = 100)]
    workspaces: u64,
    /// Messages of the greedy one
    #[arg(long, default_value_t = 300_000)]
    greedy: u64,
    /// Messages of each other
    #[arg(long, default_value_t = 500)]
    modest: u64,
    /// What the link carries, messages a second
    #[arg(long, default_value_t = 5_000)]
    rate: u32,
    #[arg(long, default_value_t = 100)]
    window: usize,
    /// Messages a second of the one that is timed at the end
    #[arg(long, default_value_t = 20.0)]
    timed_rate: f64,
    /// For so many seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

impl Benchmark for Fair {
    fn told(&self) -> (&'static str, String) {
        let Fair { workspaces, greedy, modest, rate, window, timed_rate, seconds } = self;
        let how = format!(
            "{workspaces} workspaces, one with {greedy} messages in the queue and the others with {modest} each, all of one \
             class, over one link of {rate}/s and window {window}; the index is Jain's over what each workspace got until \
             the first of them had nothing left; then, while the greedy one still has a queue, another sends {timed_rate} a \
             second for {seconds} s"
        );
        ("fair", how)
    }

    fn quick(&mut self) {
        self.workspaces = self.workspaces.min(8);
        self.greedy = self.greedy.min(30_000);
        self.modest = self.modest.min(200);
        self.rate = self.rate.min(2_000);
        self.seconds = self.seconds.min(3);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let tap = Tap::start(Manner { away: true, ..Manner::default() })?;
        let home = Home::empty(bench)?;
        let mut keys = Vec::new();
        for w in 0..self.workspaces {
            let name = format!("W{w}");
            home.init(&name)?;
            keys.push(home.key_of(&name)?);
        }
        home.connect_from(&Link::to(tap.port()).rate(self.rate).window(self.window), "W0")?;
        let server = home.serve()?;
        let mut owner: HashMap<u64, usize> = HashMap::new();
        let mut first = 0;
        for (w, key) in keys.iter().enumerate() {
            let messages = if w == 0 { self.greedy } else { self.modest };
            load::send(server.addr, key, &Shape { messages, connections: 2, each: 500, first })?;
            owner.extend((first..first + messages).map(|n| (list::digits_of(n), w)));
            first += messages;
        }
        tap.behave(Manner::default());
        let modest = self.modest * (self.workspaces - 1);
        // Others may have nothing left after this many, whatever the order.
        let last_modest: HashSet<u64> = (self.greedy..first).map(list::digits_of).collect();
        let mut seen = (0, 0);
        while seen.1 < modest {
            let new = tap.since(seen.0);
            seen = (
                seen.0 + new.len(),
                seen.1 + new.iter().filter(|a| last_modest.contains(&a.number)).count() as u64,
            );
            std::thread::sleep(Duration::from_millis(20));
            if tap.came() >= first {
                break;
            }
        }
        let mut figures = Figures::default();
        self.shares(&tap.arrivals(), &owner, &mut figures)?;
        let before = tap.came();
        let table = Timetable {
            addr: server.addr,
            key: keys.last().ok_or("no workspaces")?.clone(),
            rate: self.timed_rate,
            requests: (self.timed_rate * self.seconds as f64) as u64,
            connections: 8,
            class: "transactional",
            first,
        };
        let asked = table.run(&Arc::default())?;
        std::thread::sleep(Duration::from_secs(2));
        let waiting = self.greedy + modest - (tap.came() - asked.len() as u64).min(self.greedy + modest);
        let times = Times::of(&asked, &tap.arrivals())?;
        times.wire.tell(&mut figures, "a small workspace: to the wire");
        figures.beat("a small workspace: to the wire, p99", Goal::AtMost(self.most_ms()));
        figures.add("came of all before that", "", before as f64);
        figures.add("still in the greedy one's queue afterwards", "", waiting as f64);
        if waiting == 0 {
            return Err("the greedy one's queue was empty before the end: give it more with --greedy".into());
        }
        server.stop()?;
        Ok(figures)
    }
}

impl Fair {
    /// A window's worth of the link, and what a code behind a campaign may take.
    fn most_ms(&self) -> f64 {
        self.window as f64 * 1e3 / f64::from(self.rate) + 60.0
    }

    fn shares(&self, arrivals: &[Arrival], owner: &HashMap<u64, usize>, figures: &mut Figures) -> Res<()> {
        let mut got = vec![0u64; self.workspaces as usize];
        let mut came = HashSet::new();
        for arrival in arrivals {
            let w = *owner.get(&arrival.number).ok_or("a message nobody sent")?;
            if !came.insert(arrival.number) {
                return Err("a message came twice".into());
            }
            let slot = got.get_mut(w).ok_or("a workspace that is none")?;
            *slot += 1;
            if w > 0 && *slot == self.modest {
                break;
            }
        }
        let greedy = got.first().copied().unwrap_or(0) as f64;
        let (sum, squares) =
            got.iter().fold((0.0, 0.0), |(s, q), n| (s + *n as f64, q + (*n as f64).powi(2)));
        let index = sum * sum / (got.len() as f64 * squares);
        figures.add_with_goal("Jain's index over all workspaces", "", index, Goal::AtLeast(0.95));
        figures.add("the greedy one got, beside the mean", "×", greedy / (sum / got.len() as f64));
        let least = got.iter().min().copied().unwrap_or(0) as f64;
        figures.add("the one that got least, beside the mean", "×", least / (sum / got.len() as f64));
        Ok(())
    }
}
