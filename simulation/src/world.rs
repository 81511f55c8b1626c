//! One world: its time, its agenda, carriers, lines, programs and ledgers; and the dooms that wait for the process.

use crate::agenda::{Agenda, Deed, Event};
use crate::asked::Programs;
use crate::carrier::{Around, Carrier};
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::line::Lines;
use crate::plan::{BEGIN_MS, Plan, Temper};
use crate::room;
use crate::trace::Trace;
use std::sync::{Arc, Mutex, PoisonError};
use store::Instant;
use store::inline::{Fate, Moment};
use store::ledger::refusals::{Refusal, What};
use store::ledger::sent::{self, Sent};
use tokio::sync::Notify;

/// The world as everything in it holds it.
pub(crate) type Globe = Arc<Mutex<World>>;

/// What the main loop has to do itself.
pub(crate) enum Order {
    /// Send a program's request.
    Ask(usize),
    /// Let the process die after so many turns of the scheduler.
    Die(u32),
    /// Compare ledgers and rows.
    Check,
    /// Sort the keys of receipts.
    Sort,
    /// Believe the clock.
    Believe,
    /// Let the programs set right what they have halted.
    Calm,
}

/// Deaths that wait for their moment.
#[derive(Default)]
pub(crate) struct Doom {
    commits: Option<(u32, Moment)>,
    writes: Option<u32>,
}

impl Doom {
    fn at_commit(&mut self, moment: Moment) -> bool {
        let Some((left, when)) = &mut self.commits else { return false };
        if *when != moment {
            return false;
        }
        if *left > 0 {
            *left -= 1;
            return false;
        }
        self.commits = None;
        true
    }

    pub(crate) fn at_write(&mut self) -> bool {
        let Some(left) = &mut self.writes else { return false };
        if *left > 0 {
            *left -= 1;
            return false;
        }
        self.writes = None;
        true
    }
}

/// One world.
pub(crate) struct World {
    pub(crate) plan: Plan,
    /// Time of the world when this process began, and when that was by the runtime's clock.
    base: i64,
    born: Option<Instant>,
    /// How wrong the wall clock is.
    pub(crate) clock_off: i64,
    /// Counts writes to lines and confirmations, so that two things in one millisecond have an order.
    pub(crate) step: u64,
    pub(crate) agenda: Agenda,
    pub(crate) lines: Lines,
    pub(crate) carriers: Vec<Carrier>,
    pub(crate) programs: Programs,
    pub(crate) ledger: Ledger,
    pub(crate) trace: Trace,
    pub(crate) dice: Dice,
    pub(crate) doom: Doom,
    pub(crate) dead: bool,
    pub(crate) calm: bool,
    /// Commits that a job may still do before it is asked to leave.
    pub(crate) job_commits: u32,
    pub(crate) deaths: u64,
    /// Something was planned or happened: the main loop looks again.
    pub(crate) poke: Arc<Notify>,
}

pub(crate) fn lock(globe: &Globe) -> std::sync::MutexGuard<'_, World> {
    globe.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub(crate) fn new(plan: Plan, keep_trace: bool) -> World {
        let seed = plan.seed;
        let carriers =
            plan.ways.iter().enumerate().map(|(i, way)| Carrier::new(i, seed, way.temper.clone())).collect();
        let mut world = World {
            base: 0,
            born: None,
            clock_off: 0,
            step: 0,
            agenda: Agenda::default(),
            lines: Lines::new(seed),
            carriers,
            programs: Programs::default(),
            ledger: Ledger::default(),
            trace: Trace::new(keep_trace),
            dice: Dice::of(seed, "world"),
            doom: Doom::default(),
            dead: false,
            calm: false,
            job_commits: 0,
            deaths: 0,
            poke: Arc::new(Notify::new()),
            plan,
        };
        room::set(room::FINE);
        world.plan_storm();
        world
    }

    fn plan_storm(&mut self) {
        let (plan, mut d) = (self.plan.clone(), Dice::of(self.plan.seed, "storm"));
        for _ in 0..plan.deaths {
            let at = d.within(500, plan.storm_ms);
            let event = match d.weighed(&[3, 3, 2, 3]) {
                0 => Event::Die { turns: u32::try_from(d.within(0, 40)).unwrap_or(0) },
                1 => {
                    Event::DieAtCommit { commits: u32::try_from(d.within(0, 30)).unwrap_or(0), after: false }
                }
                2 => Event::DieAtCommit { commits: u32::try_from(d.within(0, 30)).unwrap_or(0), after: true },
                _ => Event::DieAtWrite { writes: u32::try_from(d.within(0, 20)).unwrap_or(0) },
            };
            self.agenda.at(at, event);
        }
        for _ in 0..plan.clock_steps {
            let ms = d.pick(&[-300_000, -90_000, -5_000, 5_000, 90_000, 3_600_000]);
            self.agenda.at(d.within(1_000, plan.storm_ms), Event::ClockStep { ms });
        }
        for _ in 0..plan.disk_steps {
            let percent = d.pick(&[0, 1, 3, 8, 20]);
            self.agenda.at(d.within(1_000, plan.storm_ms), Event::Disk { percent });
        }
        for _ in 0..plan.blackouts {
            let carrier = usize::try_from(d.next() % plan.ways.len() as u64).unwrap_or(0);
            let ms = d.pick(&[5_000, 40_000, 60_000]);
            self.agenda.at(d.within(0, plan.storm_ms), Event::Dark { carrier, ms });
        }
        for _ in 0..plan.sorts {
            self.agenda.at(d.within(1_000, plan.storm_ms + 10_000), Event::Sort);
        }
        if plan.clock_steps > 0 && d.often(300) {
            self.agenda.at(plan.storm_ms + 1_000, Event::Believe);
        }
        for n in 1..=plan.storm_ms / 2_000 {
            self.agenda.at(n * 2_000, Event::Check);
        }
        self.agenda.at(plan.storm_ms, Event::Calm);
    }

    /// Ms since the world began.
    pub(crate) fn now(&self) -> i64 {
        let lived = self.born.map_or(0, |born| i64::try_from(born.elapsed().as_millis()).unwrap_or(0));
        self.base + lived
    }

    /// What the wall clock shows.
    pub(crate) fn wall(&self) -> i64 {
        BEGIN_MS + self.now() + self.clock_off
    }

    pub(crate) fn begin_life(&mut self) {
        self.born = Some(Instant::now());
        self.dead = false;
        self.doom = Doom::default();
    }

    /// The process is gone; it stays down for a while.
    pub(crate) fn end_life(&mut self, down_ms: i64) {
        let now = self.now();
        self.trace.add(now, format_args!("process gone, down for {down_ms} ms"));
        self.base = now + down_ms;
        self.born = None;
        self.lines.die(now, &mut self.agenda);
    }

    /// Nothing of the process has any effect from here on.
    pub(crate) fn die(&mut self, how: &str) {
        if !self.dead {
            self.dead = true;
            self.deaths += 1;
            let now = self.now();
            self.trace.add(now, format_args!("death {how}"));
            self.poke.notify_one();
        }
    }

    /// What becomes of a commit.
    pub(crate) fn judge(&mut self, moment: Moment) -> Fate {
        let now = self.now();
        if self.dead {
            return Fate::Death;
        }
        if self.doom.at_commit(moment) {
            self.die(if moment == Moment::Before { "before a commit" } else { "after a commit" });
            return Fate::Death;
        }
        if moment == Moment::Before {
            self.job_commits = self.job_commits.saturating_sub(1);
            let full = if self.calm { 0 } else { self.plan.full };
            if self.dice.often(full) {
                self.trace.add(now, format_args!("a commit found the disk full"));
                return Fate::Full;
            }
            self.trace.add(now, format_args!("commit"));
        }
        Fate::Well
    }

    /// The records of a closure: they are kept, or there is no room for them.
    pub(crate) fn recorded(&mut self, refused: &[Refusal], sent: &[Sent]) -> store::Result<()> {
        if !self.calm && self.dice.often(self.plan.unwritten) {
            let now = self.now();
            self.trace.add(now, format_args!("no room for {} records", refused.len() + sent.len()));
            return Err(store::Error::Full);
        }
        let stops = refused.iter().filter(|r| r.what == What::Refused);
        self.ledger.refused.extend(stops.map(|r| (r.workspace, r.tag())));
        for intent in sent.iter().filter(|s| s.kind == sent::Kind::Intent) {
            *self.ledger.intents.entry((intent.message, i64::from(intent.part))).or_default() += 1;
        }
        Ok(())
    }

    /// A connection stands.
    pub(crate) fn connected(&mut self, carrier: usize) -> u64 {
        let (now, temper) = (self.now(), self.carriers[carrier].temper.clone());
        let conn = self.lines.open(carrier, &temper, now, &mut self.agenda);
        self.trace.add(now, format_args!("line {conn} to c{carrier}"));
        self.with(carrier, |c, around| c.greet(conn, around));
        self.poke.notify_one();
        conn
    }

    fn with(&mut self, carrier: usize, f: impl FnOnce(&mut Carrier, &mut Around<'_>)) {
        let now = self.now();
        let mut around = Around {
            now,
            agenda: &mut self.agenda,
            lines: &mut self.lines,
            ledger: &mut self.ledger,
            trace: &mut self.trace,
        };
        f(&mut self.carriers[carrier], &mut around);
    }

    /// Lets happen what is due; gives what the main loop has to do itself.
    pub(crate) fn turn(&mut self) -> Option<Order> {
        while let Some(event) = self.agenda.due(self.now()) {
            if let Some(order) = self.happen(event) {
                return Some(order);
            }
        }
        None
    }

    fn happen(&mut self, event: Event) -> Option<Order> {
        match event {
            Event::ToCarrier { conn, bytes, step } => {
                if let Some(carrier) = self.lines.carrier_of(conn)
                    && self.lines.left(conn, bytes.len())
                {
                    self.with(carrier, |c, around| c.hear(conn, &bytes, step, around));
                }
            }
            Event::ToUs { conn, bytes } => self.lines.arrive(conn, &bytes),
            Event::OverForUs { conn, reset } => self.lines.over(conn, reset),
            Event::OverForCarrier { conn } => {
                if let Some(carrier) = self.lines.carrier_of(conn) {
                    self.with(carrier, |c, around| c.lost(conn, around));
                }
                self.lines.over(conn, true);
                self.lines.forget(conn);
            }
            Event::HalfOpen { conn } => {
                if !self.calm {
                    self.lines.half_open(conn);
                }
            }
            Event::Carrier(carrier, deed) => self.deed(carrier, deed),
            Event::Text { carrier, from, to, text } => {
                self.with(carrier, |c, around| c.text(&from, &to, &text, around));
            }
            Event::Ask(request) => return Some(Order::Ask(request)),
            Event::Die { turns } => return Some(Order::Die(turns)),
            Event::DieAtCommit { commits, after } => {
                let moment = if after { Moment::After } else { Moment::Before };
                self.doom.commits = Some((commits, moment));
            }
            Event::DieAtWrite { writes } => self.doom.writes = Some(writes),
            Event::ClockStep { ms } => {
                self.clock_off += ms;
                let now = self.now();
                self.trace.add(now, format_args!("the wall clock jumps by {ms} ms"));
            }
            Event::Dark { carrier, ms } => {
                let now = self.now();
                self.trace.add(now, format_args!("c{carrier} is out of reach for {ms} ms"));
                self.lines.darken(carrier, now + ms, now, &mut self.agenda);
            }
            Event::Sort => return Some(Order::Sort),
            Event::Believe => return Some(Order::Believe),
            Event::Disk { percent } => {
                room::set(percent);
                let now = self.now();
                self.trace.add(now, format_args!("{percent} % of the disk are free"));
            }
            Event::Check => return Some(Order::Check),
            Event::Calm => {
                self.become_calm();
                return Some(Order::Calm);
            }
        }
        None
    }

    fn deed(&mut self, carrier: usize, deed: Deed) {
        self.with(carrier, |c, around| c.act(deed, around));
    }

    fn become_calm(&mut self) {
        let now = self.now();
        self.trace.add(now, format_args!("calm"));
        self.calm = true;
        self.doom = Doom::default();
        room::set(room::FINE);
        self.lines.dark.clear();
        self.carriers.iter_mut().for_each(|c| c.temper = Temper::calm());
    }

    /// What goes on outside, in words.
    pub(crate) fn unrest(&self) -> String {
        let carriers: Vec<String> = self.carriers.iter().map(Carrier::unrest).collect();
        format!("{} unanswered, carriers {carriers:?}", self.programs.unanswered())
    }

    /// Whether nobody outside has anything left to say.
    pub(crate) fn is_quiet(&self) -> bool {
        self.calm
            && self.programs.unanswered() == 0
            && self.carriers.iter().all(Carrier::is_quiet)
            && self.agenda.wire_is_quiet()
    }
}
