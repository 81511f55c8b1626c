//! Killed in the middle of a load: what each gateway lost of what it had accepted, and what came twice unsaid.

use super::Where;
use super::asking::Ask;
use super::jasmin::Jasmin;
use super::kannel::{Kannel, Store};
use super::rival::{Gateway, Ours};
use crate::figures::{Figures, Goal};
use crate::names::Benchmark;
use crate::tap::{Manner, Tap};
use crate::{Bench, Res};
use clap::Args;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How late a slow carrier answers.
const SLOW: Duration = Duration::from_millis(200);
/// The link's window for everybody: what may be on the wire at the kill.
const WINDOW: usize = 10;

#[derive(Args, Clone)]
pub(crate) struct Lost {
    #[command(flatten)]
    place: Where,
    #[arg(long, default_value_t = 20_000)]
    messages: u64,
    /// Killed once so many were accepted
    #[arg(long, default_value_t = 10_000)]
    kill_at: u64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
}

impl Benchmark for Lost {
    fn told(&self) -> (&'static str, String) {
        let Lost { messages, kill_at, connections, .. } = self;
        let how = format!(
            "{messages} messages by HTTP over {connections} connections; SIGKILL once {kill_at} were accepted, the carrier \
             answering {} ms late or away; then the carrier is well, the gateway is started again and given time to send \
             what it kept; window {WINDOW}; no receipts. Lost: accepted and never at the carrier. Twice: copies beyond the \
             first that the gateway does not own up to. {}; {}",
            SLOW.as_millis(),
            super::kannel::version(),
            self.place.jasmin.as_ref().map_or("no Jasmin".into(), |dir| super::jasmin::version(dir))
        );
        ("lost", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(1_000);
        self.kill_at = self.kill_at.min(500);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        for away in [false, true] {
            let mut ours = Ours::new(bench)?;
            ours.window = WINDOW;
            self.one(&mut ours, away, &mut figures, Goal::AtMost(0.0))?;
            if !self.place.no_kannel {
                for store in [Store::None, Store::File] {
                    let mut kannel = Kannel::new(bench, store)?;
                    kannel.window = WINDOW;
                    self.one(&mut kannel, away, &mut figures, Goal::None)?;
                }
            }
            if let Some(dir) = &self.place.jasmin {
                for all_of_it in [false, true] {
                    let mut jasmin = Jasmin::new(bench, dir)?;
                    jasmin.all_of_it = all_of_it;
                    self.one(&mut jasmin, away, &mut figures, Goal::None)?;
                }
            }
        }
        Ok(figures)
    }
}

impl Lost {
    fn one(&self, gateway: &mut dyn Gateway, away: bool, figures: &mut Figures, goal: Goal) -> Res<()> {
        let tap = Tap::start(Manner::default())?;
        gateway.start(tap.port())?;
        tap.bound()?;
        let answer_after = if away { Duration::ZERO } else { SLOW };
        tap.behave(Manner { away, answer_after, ..Manner::default() });
        let door = gateway.door(None)?;
        let ask =
            Ask { messages: self.messages, connections: self.connections, first: 0, stop_at_error: true };
        let (reached, kill_at) = (Arc::new(AtomicBool::default()), self.kill_at);
        let told = Arc::clone(&reached);
        let asking =
            std::thread::spawn(move || ask.run(&door, move |n| told.store(n >= kill_at, Ordering::Relaxed)));
        while !reached.load(Ordering::Relaxed) && !asking.is_finished() {
            std::thread::sleep(Duration::from_micros(200));
        }
        gateway.kill()?;
        let done = asking.join().map_err(|_| "the generator broke")??;
        let before = tap.came();
        tap.behave(Manner::default());
        gateway.start(tap.port())?;
        tap.still(Duration::from_secs(gateway.settles_s()));
        let mut copies: HashMap<u64, u64> = HashMap::new();
        tap.arrivals().iter().for_each(|a| *copies.entry(a.number).or_default() += 1);
        let lost = done.accepted.iter().filter(|n| !copies.contains_key(n)).count();
        let extra: u64 = copies.values().map(|n| n - 1).sum();
        let unsaid = extra.saturating_sub(gateway.flagged()?);
        gateway.stop()?;
        let (name, carrier) = (gateway.name(), if away { "away" } else { "slow" });
        figures.add(format!("{name}, carrier {carrier}: accepted"), "", done.accepted.len() as f64);
        figures.add(format!("{name}, carrier {carrier}: had left before"), "", before as f64);
        figures.add_with_goal(format!("{name}, carrier {carrier}: lost"), "", lost as f64, goal);
        figures.add_with_goal(format!("{name}, carrier {carrier}: twice, unsaid"), "", unsaid as f64, goal);
        Ok(())
    }
}
