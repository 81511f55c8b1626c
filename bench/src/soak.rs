//! A long steady load at half of what can be done: whether memory grows.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link};
use crate::load::{self, Shape};
use crate::names::Benchmark;
use crate::open::{Times, Timetable};
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, meter};
use clap::Args;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Readings of memory over the whole time.
const READINGS: u32 = 200;

#[derive(Args, Clone)]
pub(crate) struct Soak {
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Share of what can be done
    #[arg(long, default_value_t = 0.5)]
    load: f64,
    /// Messages by which it is found what can be done
    #[arg(long, default_value_t = 50_000)]
    calibrate: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

impl Benchmark for Soak {
    fn told(&self) -> (&'static str, String) {
        let Soak { minutes, load, calibrate, connections } = self;
        let how = format!(
            "POST /v1/messages by a fixed timetable for {minutes} minutes at {:.0} % of what {calibrate} requests over \
             {connections} connections reached; a receipt 100 ms after each; drift is the median of the last tenth of {READINGS} \
             readings of resident memory beside that of the second tenth",
            load * 100.0
        );
        ("soak", how)
    }

    fn quick(&mut self) {
        self.minutes = self.minutes.min(0.2);
        self.calibrate = self.calibrate.min(3_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let tap =
            Tap::start(Manner { receipt_after: Some(Duration::from_millis(100)), ..Manner::default() })?;
        let home = Home::with_workspace(bench)?;
        let key = home.key()?;
        home.connect(&Link::to(tap.port()))?;
        let server = home.serve()?;
        tap.bound()?;
        let shape = Shape { messages: self.calibrate, connections: self.connections, each: 1, first: 0 };
        let done = load::send(server.addr, &key, &shape)?;
        let rate =
            self.calibrate as f64 / (tap.submitted(self.calibrate)? - done.started).as_secs_f64() * self.load;
        tap.receipts(self.calibrate)?;
        let requests = (rate * self.minutes * 60.0) as u64;
        let table = Timetable {
            addr: server.addr,
            key,
            rate,
            requests,
            connections: self.connections,
            class: "transactional",
            first: self.calibrate,
        };
        let timed = std::thread::spawn(move || table.run(&Arc::default()));
        let pause = Duration::from_secs_f64(self.minutes * 60.0 / f64::from(READINGS));
        let (mut resident, process) = (Vec::new(), server.process());
        let mut next = Instant::now();
        while !timed.is_finished() {
            resident.push(process.resident_mib()?);
            if resident.len() % 20 == 0 {
                let _ = writeln!(std::io::stderr(), "soak: {:.1} MiB", resident.last().unwrap_or(&0.0));
            }
            next += pause;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        let asked = timed.join().map_err(|_| "the timetable broke")??;
        let all = self.calibrate + asked.len() as u64;
        tap.receipts(all)?;
        let times = Times::of(&asked, &tap.arrivals())?;
        server.stop()?;
        meter::delivered(&home, all)?;
        let tenth = (resident.len() / 10).max(1);
        let early = middle(resident.get(tenth..2 * tenth).unwrap_or(&resident));
        let late = middle(resident.get(resident.len() - tenth..).unwrap_or(&resident));
        let mut figures = Figures::default();
        let drift = (late / early - 1.0) * 100.0;
        figures.add_with_goal("drift of resident memory", "%", drift, Goal::AtMost(5.0));
        figures.add("resident early", "MiB", early);
        figures.add("resident late", "MiB", late);
        figures.add("messages", "/s", rate);
        figures.add("messages in all", "", all as f64);
        times.wire.tell(&mut figures, "to the wire");
        Ok(figures)
    }
}

fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    crate::figures::median(&sorted)
}
