//! Other gateways on the same path in the same run: the same generator, the same carrier, one after the other.

mod asking;
mod callback;
mod family;
mod jasmin;
mod kannel;
mod lost;
mod rival;

pub(crate) use lost::Lost;

use crate::figures::{Figures, Goal};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res};
use asking::Ask;
use callback::Callbacks;
use clap::Args;
use jasmin::Jasmin;
use kannel::{Kannel, Store};
use rival::{Gateway, Ours};
use std::path::PathBuf;
use std::time::Duration;

/// Where the other gateways are.
#[derive(Args, Clone)]
pub(crate) struct Where {
    /// The Python environment in which Jasmin is installed (bench/peers/requirements.txt); without it Jasmin is left out
    #[arg(long)]
    jasmin: Option<PathBuf>,
    /// Leave Kannel out
    #[arg(long)]
    no_kannel: bool,
}

#[derive(Args, Clone)]
pub(crate) struct Peers {
    #[command(flatten)]
    place: Where,
    /// Messages for us and for Kannel
    #[arg(long, default_value_t = 50_000)]
    messages: u64,
    /// Messages for Jasmin; a fifth of them with receipts
    #[arg(long, default_value_t = 5_000)]
    jasmin_messages: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Connections to the others, which do better with fewer
    #[arg(long, default_value_t = 8)]
    peer_connections: usize,
}

/// What one gateway did.
struct Leg {
    submitted: f64,
    handed_on: Option<f64>,
    cpu_us: f64,
    peak_mib: f64,
}

impl Benchmark for Peers {
    fn told(&self) -> (&'static str, String) {
        let Peers { messages, jasmin_messages, connections, peer_connections, .. } = self;
        let how = format!(
            "HTTP, one message a request, {connections} connections for Sendword and {peer_connections} for the others → SMPP \
             → a receipt 100 ms after each; {messages} messages ({jasmin_messages} for Jasmin, a fifth of that with \
             receipts); Sendword commits every acceptance and receipt with fsync, Kannel calls none, Jasmin keeps queues in \
             RabbitMQ and Redis; the others hand receipts on by a callback, Sendword stores them. {}; {}",
            kannel::version(),
            self.place.jasmin.as_ref().map_or("no Jasmin".into(), |dir| jasmin::version(dir))
        );
        ("peers", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(2_000);
        self.jasmin_messages = self.jasmin_messages.min(500);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        let (n, own, few) = (self.messages, self.connections, self.peer_connections);
        let first = leg(&mut Ours::new(bench)?, true, n, own)?;
        let (mut kannel, mut jasmin) = (None, None);
        if !self.place.no_kannel {
            let plain = leg(&mut Kannel::new(bench, Store::None)?, false, n, few)?;
            kannel = Some((plain, leg(&mut Kannel::new(bench, Store::File)?, true, n, few)?));
        }
        if let Some(dir) = &self.place.jasmin {
            let n = self.jasmin_messages;
            let plain = leg(&mut Jasmin::new(bench, dir)?, false, n, few)?;
            jasmin = Some((plain, leg(&mut Jasmin::new(bench, dir)?, true, (n / 5).max(1), few)?));
        }
        let last = leg(&mut Ours::new(bench)?, true, n, own)?;
        let ours = Leg {
            submitted: f64::midpoint(first.submitted, last.submitted),
            handed_on: first.handed_on.zip(last.handed_on).map(|(a, b)| f64::midpoint(a, b)),
            cpu_us: f64::midpoint(first.cpu_us, last.cpu_us),
            peak_mib: first.peak_mib.max(last.peak_mib),
        };
        tell(&mut figures, "Sendword, receipts stored", &ours);
        if let Some((plain, full)) = kannel {
            tell(&mut figures, "Kannel, no store, no receipts", &plain);
            tell(&mut figures, "Kannel, file store, receipts", &full);
            ratios(&mut figures, "Kannel", &ours, &plain, &full, [1.2, 3.0, 4.0]);
        }
        if let Some((plain, full)) = jasmin {
            tell(&mut figures, "Jasmin, no receipts", &plain);
            tell(&mut figures, "Jasmin, receipts", &full);
            ratios(&mut figures, "Jasmin", &ours, &plain, &full, [17.0, 150.0, 15.0]);
        }
        Ok(figures)
    }
}

fn tell(figures: &mut Figures, name: &str, leg: &Leg) {
    figures.add(format!("{name}: first request to last submitted"), "/s", leg.submitted);
    if let Some(rate) = leg.handed_on {
        figures.add(format!("{name}: to the last receipt stored or handed on"), "/s", rate);
    }
    figures.add(format!("{name}: processor of all its processes"), "µs/message", leg.cpu_us);
    figures.add(format!("{name}: most resident of all its processes"), "MiB", leg.peak_mib);
}

/// Ours with receipts against theirs without, and against theirs with.
fn ratios(figures: &mut Figures, name: &str, ours: &Leg, plain: &Leg, full: &Leg, goal: [f64; 3]) {
    let [bare, receipts, cpu] = goal.map(Goal::AtLeast);
    let submitted = ours.submitted / plain.submitted;
    figures.add_with_goal(
        format!("Sendword with receipts ÷ {name} without: submitted"),
        "×",
        submitted,
        bare,
    );
    if let (Some(a), Some(b)) = (ours.handed_on, full.handed_on) {
        figures.add_with_goal(format!("Sendword ÷ {name}, receipts: to the last"), "×", a / b, receipts);
    }
    let spent = full.cpu_us / ours.cpu_us;
    figures.add_with_goal(format!("{name} ÷ Sendword, receipts: processor"), "×", spent, cpu);
    figures.add(format!("{name} ÷ Sendword, receipts: resident"), "×", full.peak_mib / ours.peak_mib);
}

/// One gateway, from its start to the last receipt; an error where a message is missing or came twice.
fn leg(gateway: &mut dyn Gateway, receipts: bool, messages: u64, connections: usize) -> Res<Leg> {
    let receipt_after = receipts.then_some(Duration::from_millis(100));
    let tap = Tap::start(Manner { receipt_after, ..Manner::default() })?;
    let callbacks = Callbacks::start()?;
    gateway.start(tap.port())?;
    tap.bound()?;
    let door = gateway.door(receipts.then_some(callbacks.port()))?;
    let before = gateway.used()?;
    let ask = Ask { messages, connections, first: 0, stop_at_error: false };
    let done = ask.run(&door, |_| {})?;
    let last = tap.submitted(messages)?;
    let rate = |to: std::time::Instant| messages as f64 / (to - done.started).as_secs_f64();
    let handed_on = match (receipts, gateway.calls_back()) {
        (false, _) => None,
        (true, false) => Some(rate(tap.receipts(messages)?)),
        (true, true) => Some(rate(callbacks.all(messages)?)),
    };
    let cpu_us = (gateway.used()?.cpu_us - before.cpu_us) / messages as f64;
    let peak_mib = gateway.used()?.peak_mib;
    gateway.stop()?;
    let numbers: std::collections::HashSet<u64> = tap.arrivals().iter().map(|a| a.number).collect();
    if numbers.len() as u64 != messages || tap.came() != messages {
        let (came, distinct) = (tap.came(), numbers.len());
        return Err(format!(
            "{}: {came} came, {distinct} of them different, {messages} sent",
            gateway.name()
        )
        .into());
    }
    gateway.check(messages, receipts)?;
    Ok(Leg { submitted: rate(last), handed_on, cpu_us, peak_mib })
}
