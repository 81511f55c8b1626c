//! One-time codes while a campaign is running: what they wait on a free link, and on one that is limited.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::names::Benchmark;
use crate::open::{Asked, Times, Timetable};
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, campaign, list, meter};
use clap::Args;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[derive(Args, Clone)]
pub(crate) struct Otp {
    #[arg(long, default_value_t = 1_000_000)]
    people: u64,
    /// One-time codes a second
    #[arg(long, default_value_t = 50.0)]
    rate: f64,
    /// What the limited link carries, messages a second
    #[arg(long, default_value_t = 1_000)]
    link_rate: u32,
    /// Its window
    #[arg(long, default_value_t = 100)]
    window: usize,
    /// Seconds on the limited link; its campaign is not waited for
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

impl Benchmark for Otp {
    fn told(&self) -> (&'static str, String) {
        let Otp { people, rate, link_rate, window, seconds } = self;
        let how = format!(
            "a campaign to {people} people; from its first 2 % on, {rate} one-time codes a second by a fixed timetable, \
             until the campaign has left over a link with window 1,000; then the same over a link of {link_rate}/s with \
             window {window} for {seconds} s; a receipt 100 ms after each; times count from the moment the request was due"
        );
        ("otp", how)
    }

    fn quick(&mut self) {
        self.people = self.people.min(20_000);
        self.seconds = self.seconds.min(4);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        self.leg(bench, None, &mut figures)?;
        self.leg(bench, Some(self.link_rate), &mut figures)?;
        Ok(figures)
    }
}

impl Otp {
    fn leg(&self, bench: &Bench, limit: Option<u32>, figures: &mut Figures) -> Res<()> {
        let tap =
            Tap::start(Manner { receipt_after: Some(Duration::from_millis(100)), ..Manner::default() })?;
        let home = Home::with_workspace(bench)?;
        campaign::import(&home, self.people)?;
        let key = home.key()?;
        let link = Link::to(tap.port());
        home.connect(&limit.map_or(link, |rate| link.rate(rate).window(self.window)))?;
        let server = home.serve()?;
        tap.bound()?;
        let id = campaign::draft(&home)?;
        home.ask(&["campaigns", "send", &id, "--yes"])?;
        tap.submitted(self.people / 50)?;
        let table = Timetable {
            addr: server.addr,
            key,
            rate: self.rate,
            requests: limit.map_or(u64::MAX, |_| (self.rate * self.seconds as f64) as u64),
            connections: 16,
            class: "otp",
            first: self.people,
        };
        let stop = Arc::new(AtomicBool::default());
        let timed = {
            let (table, stop) = (table.clone(), Arc::clone(&stop));
            std::thread::spawn(move || table.run(&stop))
        };
        if limit.is_none() {
            while campaign_came(&tap, timed.is_finished()) < self.people {
                std::thread::sleep(Duration::from_millis(5));
            }
            stop.store(true, Ordering::Relaxed);
        }
        let asked = timed.join().map_err(|_| "the timetable broke")??;
        let name = limit.map_or("free link".to_owned(), |rate| format!("link of {rate}/s"));
        self.tell(&tap, &asked, &name, limit, figures)?;
        if limit.is_none() {
            let all = self.people + asked.len() as u64;
            tap.receipts(all)?;
            tap.once()?;
            server.stop()?;
            meter::delivered(&home, all)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        tap: &Tap,
        asked: &[Asked],
        name: &str,
        limit: Option<u32>,
        figures: &mut Figures,
    ) -> Res<()> {
        let codes: HashSet<u64> = asked.iter().map(|one| list::digits_of(one.n)).collect();
        let waited = std::time::Instant::now();
        let arrivals = loop {
            let arrivals = tap.arrivals();
            let here = arrivals.iter().filter(|a| codes.contains(&a.number)).count();
            if here >= codes.len() || waited.elapsed() > Duration::from_secs(20) {
                break arrivals;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let times = Times::of(asked, &arrivals)?;
        let (first, last) = (asked.first().map(|a| a.due), asked.last().map(|a| a.answered));
        let beside = arrivals.iter().filter(|a| Some(a.at) >= first && Some(a.at) <= last).count();
        figures.add(format!("{name}: codes"), "", asked.len() as f64);
        if let (Some(first), Some(last)) = (first, last) {
            let rate = beside as f64 / (last - first).as_secs_f64();
            figures.add(format!("{name}: everything on the wire meanwhile"), "/s", rate);
        }
        times.answer.tell(figures, &format!("{name}: code to its answer"));
        times.wire.tell(figures, &format!("{name}: code to the wire"));
        let most = limit.map_or(60.0, |rate| self.window as f64 * 1e3 / f64::from(rate) + 60.0);
        figures.beat(&format!("{name}: code to the wire, p99"), Goal::AtMost(most));
        if limit.is_none() {
            figures.beat(&format!("{name}: code to the wire, p50"), Goal::AtMost(15.0));
        }
        Ok(())
    }
}

/// Messages that came; everything, once nobody asks for codes any more.
fn campaign_came(tap: &Tap, over: bool) -> u64 {
    if over { u64::MAX } else { tap.came() }
}
