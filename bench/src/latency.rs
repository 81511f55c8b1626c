//! How long one request takes, to its answer and to the wire: when nothing else is there, and at 70 % of what can be done.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Link, Server};
use crate::load::{self, Shape};
use crate::names::Benchmark;
use crate::open::{Times, Timetable};
use crate::tap::{Manner, Tap};
use crate::{Bench, Res, meter};
use clap::Args;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[derive(Args, Clone)]
pub(crate) struct Latency {
    /// Requests a second that count as idle
    #[arg(long, default_value_t = 20.0)]
    idle_rate: f64,
    /// Seconds of each
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Messages by which it is found what can be done
    #[arg(long, default_value_t = 50_000)]
    calibrate: u64,
    /// Share of what can be done
    #[arg(long, default_value_t = 0.7)]
    load: f64,
    #[arg(long, default_value_t = 256)]
    connections: usize,
}

impl Benchmark for Latency {
    fn told(&self) -> (&'static str, String) {
        let Latency { idle_rate, seconds, calibrate, load, connections } = self;
        let how = format!(
            "POST /v1/messages by a fixed timetable: {idle_rate} a second over one connection for {seconds} s, then {:.0} \
             % of what {calibrate} requests over {connections} connections reached, over the same for {seconds} s; every \
             time counts from the moment the request was due; one SMPP link with window 1,000, a receipt 100 ms after \
             each",
            load * 100.0
        );
        ("latency", how)
    }

    fn quick(&mut self) {
        self.seconds = self.seconds.min(3);
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
        let mut figures = Figures::default();
        let table = Timetable {
            addr: server.addr,
            key,
            rate: self.idle_rate,
            requests: (self.idle_rate * self.seconds as f64) as u64,
            connections: 1,
            class: "transactional",
            first: 0,
        };
        // A second's worth first: pages and caches are warm in a program that has run for a while.
        let warm = (self.idle_rate.ceil() as u64).max(20);
        table.but(warm, 0).run(&Arc::default())?;
        let idle = table.but(table.requests, warm);
        let sent = warm + self.timed(&idle, &tap, &mut figures, "idle", (8.0, Some(2.0), 8.0))?;
        let capacity = self.capacity(&server, &tap, &table.key, sent)?;
        figures.add("what can be done, to the last submitted", "/s", capacity);
        let rate = capacity * self.load;
        let requests = (rate * self.seconds as f64) as u64;
        let first = sent + self.calibrate;
        let busy = Timetable { rate, requests, connections: self.connections, first, ..table };
        let sent = first + self.timed(&busy, &tap, &mut figures, "under load", (60.0, None, 60.0))?;
        tap.receipts(sent)?;
        tap.once()?;
        server.stop()?;
        meter::delivered(&home, sent)?;
        Ok(figures)
    }
}

impl Latency {
    /// Runs a timetable and tells its times. To beat: answer p99, wire p50, wire p99.
    fn timed(
        &self,
        table: &Timetable,
        tap: &Tap,
        figures: &mut Figures,
        name: &str,
        (answer, half, most): (f64, Option<f64>, f64),
    ) -> Res<u64> {
        let stop = Arc::new(AtomicBool::default());
        let began = Instant::now();
        let asked = table.run(&stop)?;
        let took = began.elapsed().as_secs_f64();
        tap.submitted(table.first + asked.len() as u64)?;
        let times = Times::of(&asked, &tap.arrivals())?;
        figures.add(format!("{name}: requests"), "/s", asked.len() as f64 / took);
        times.answer.tell(figures, &format!("{name}: to the answer"));
        times.wire.tell(figures, &format!("{name}: to the wire"));
        figures.beat(&format!("{name}: to the answer, p99"), Goal::AtMost(answer));
        if let Some(half) = half {
            figures.beat(&format!("{name}: to the wire, p50"), Goal::AtMost(half));
        }
        figures.beat(&format!("{name}: to the wire, p99"), Goal::AtMost(most));
        Ok(asked.len() as u64)
    }

    fn capacity(&self, server: &Server, tap: &Tap, key: &str, first: u64) -> Res<f64> {
        let shape = Shape { messages: self.calibrate, connections: self.connections, each: 1, first };
        let load = load::send(server.addr, key, &shape)?;
        let last = tap.submitted(first + self.calibrate)?;
        tap.receipts(first + self.calibrate)?;
        Ok(self.calibrate as f64 / (last - load.started).as_secs_f64())
    }
}
