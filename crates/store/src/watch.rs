//! Looks once a second at the clock and the disk, and keeps the sent-log tidy.
//!
//! A clock that jumps is not believed at once: until it has been steady for a while, or a person believes it, expiry and
//! scheduled starts go by the time from before the jump. Nothing else waits.

use crate::clock::Instant;
use crate::disk::{self, Ballast, Level, Move, Space};
use crate::{Db, Result, ledger, machine};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often it looks; a write that found no room is noticed within a fifth of it.
const EVERY: Duration = Duration::from_secs(1);
/// A jump of this size is an event…
const EVENT_MS: i64 = 2_000;
/// …and of these sizes is not believed at once.
const FORWARD_MS: i64 = 10 * 60_000;
const BACK_MS: i64 = -60_000;
/// A clock that was steady for so long is believed.
const STEADY_MS: i64 = 10 * 60_000;
const HOUR: Duration = Duration::from_secs(3_600);

/// Asks a disk for its room; tests have one of their own.
pub type Probe = fn(&Path) -> Result<Space>;

/// The running watch.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Looks once, then goes on looking until it is dropped.
    pub fn start(db: &Db, probe: Probe) -> Watch {
        let stop = Arc::new(AtomicBool::new(false));
        let (db, halt) = (db.clone(), Arc::clone(&stop));
        let mut looking = Looking::new(&db, probe);
        looking.at_disk();
        let run = move || looking.run(&halt);
        let thread = std::thread::Builder::new().name("watch".into()).spawn(run);
        if let Err(e) = &thread {
            tracing::error!(error = %e, "clock and disk are not watched");
        }
        Watch { stop, thread: thread.ok() }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join(); // a thread that panicked has said so itself
        }
    }
}

/// One look at the disk, for a command that works on a store alone.
pub fn look(db: &Db) {
    Looking::new(db, disk::space).at_disk();
}

/// The watch of a store that no threads serve: it looks when it is told to.
#[cfg(any(test, feature = "testing"))]
pub struct Hand(Looking);

#[cfg(any(test, feature = "testing"))]
impl Hand {
    /// Looks at the disk once.
    pub fn new(db: &Db, probe: Probe) -> Hand {
        let mut looking = Looking::new(db, probe);
        looking.at_disk();
        Hand(looking)
    }

    /// Looks at everything.
    pub fn look(&mut self) {
        self.0.look();
    }
}

struct Looking {
    db: Db,
    probe: Probe,
    ballast: Ballast,
    clock: Steady,
    began: Instant,
    tidied: Option<Instant>,
}

impl Looking {
    fn new(db: &Db, probe: Probe) -> Looking {
        let began = Instant::now();
        Looking {
            db: db.clone(),
            probe,
            ballast: Ballast::of(db.dir()),
            clock: Steady::new(0, db.now_ms()),
            began,
            tidied: None,
        }
    }

    fn run(mut self, stop: &AtomicBool) {
        let mut looked = Instant::now();
        while !stop.load(Ordering::Acquire) {
            std::thread::park_timeout(EVERY / 5);
            if looked.elapsed() < EVERY && self.db.guard().disk() != Level::NoAccept {
                continue;
            }
            looked = Instant::now();
            self.look();
        }
    }

    fn look(&mut self) {
        self.at_clock();
        self.at_disk();
        self.at_log();
    }

    fn at_clock(&mut self) {
        let guard = self.db.guard();
        let mono = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let seen = self.clock.see(mono, self.db.now_ms(), guard.take_confirmed());
        guard.set_jump(self.clock.unbelieved_ms);
        let Some(jump) = seen else { return };
        if jump.believed {
            tracing::warn!(jump_ms = jump.ms, "the clock is believed now");
            return;
        }
        tracing::warn!(jump_ms = jump.ms, held = self.clock.unbelieved_ms != 0, "the clock jumped");
        if jump.ms < 0 {
            // What was to be done soon by the old time is not an hour away by the new one.
            let ms = jump.ms;
            let moved = self.db.write_blocking("clock.back", move |tx| {
                machine::lookup::moved(tx, ms)?;
                machine::job::moved(tx, ms)
            });
            if let Err(e) = moved {
                tracing::warn!(error = %e, "jobs could not be moved back with the clock");
            }
        }
    }

    fn at_disk(&mut self) {
        let guard = self.db.guard();
        let space = match (self.probe)(self.db.dir()) {
            Ok(space) => space,
            Err(e) => return tracing::warn!(error = %e, "the room on the disk is not known"),
        };
        let no_room = guard.take_no_room();
        match disk::ballast_move(space, self.ballast.size(), no_room) {
            Move::Keep => {}
            Move::Make => {
                if let Err(e) = self.ballast.make(disk::ballast_size(space.total)) {
                    tracing::warn!(error = %e, "no ballast could be put by");
                }
            }
            Move::Release => {
                self.ballast.release();
                tracing::error!("the disk is full: the ballast is let go for outcomes and receipts");
            }
        }
        let given_up = disk::ballast_size(space.total).saturating_sub(self.ballast.size());
        let space = (self.probe)(self.db.dir()).unwrap_or(space);
        let level = disk::level(space, given_up);
        let level = if no_room { Level::NoAccept } else { level };
        let before = guard.disk();
        guard.set_disk(level);
        if level != before {
            let (free, total) = (space.free, space.total);
            tracing::warn!(level = level.name(), free, total, "the room on the disk of the data directory");
        }
    }

    fn at_log(&mut self) {
        if let Err(e) = self.db.sync_sent_log() {
            tracing::warn!(error = %e, "the sent-log could not be made durable");
        }
        if self.tidied.is_none_or(|at| at.elapsed() > HOUR) {
            self.tidied = Some(Instant::now());
            let dir = self.db.dir().join(ledger::SENT);
            if let Err(e) = ledger::sent::tidy(&dir, self.db.now_ms(), ledger::sent::KEEP_DAYS) {
                tracing::warn!(error = %e, "old days of the sent-log could not be removed");
            }
        }
    }
}

/// A jump that was seen, or one that is believed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Jump {
    ms: i64,
    believed: bool,
}

/// Compares the wall clock with the one that only goes forward. Pure.
#[derive(Debug)]
struct Steady {
    mono: i64,
    wall: i64,
    since: i64,
    unbelieved_ms: i64,
}

impl Steady {
    fn new(mono: i64, wall: i64) -> Steady {
        Steady { mono, wall, since: mono, unbelieved_ms: 0 }
    }

    /// One look. `confirmed`: a person believes the clock.
    fn see(&mut self, mono: i64, wall: i64, confirmed: bool) -> Option<Jump> {
        let jump = (wall - self.wall) - (mono - self.mono);
        (self.mono, self.wall) = (mono, wall);
        if jump.abs() > EVENT_MS {
            self.since = mono;
            let sum = self.unbelieved_ms + jump;
            // Jumps add up, so that a clock put right again is believed at once.
            let doubtful = !(BACK_MS..=FORWARD_MS).contains(&sum);
            self.unbelieved_ms = if doubtful { sum } else { 0 };
            return Some(Jump { ms: jump, believed: false });
        }
        if self.unbelieved_ms != 0 && (confirmed || mono - self.since >= STEADY_MS) {
            let ms = std::mem::take(&mut self.unbelieved_ms);
            return Some(Jump { ms, believed: true });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    /// Looks once a second over a wall clock given as steps beside the true second.
    fn seen(steps: &[i64]) -> (Steady, Vec<Jump>) {
        let mut clock = Steady::new(0, 1_000_000);
        let (mut wall, mut out) = (1_000_000, Vec::new());
        for (n, step) in (1..).zip(steps) {
            wall += 1_000 + step;
            out.extend(clock.see(n * 1_000, wall, false));
        }
        (clock, out)
    }

    #[test]
    fn small_steps_are_nothing_and_large_ones_are_doubted() {
        let (clock, jumps) = seen(&[0, 500, -500, 1_900, 0]);
        assert_eq!((clock.unbelieved_ms, jumps.len()), (0, 0));
        for (step, doubted) in
            [(5_000, 0), (DAY, DAY), (3_600_000, 3_600_000), (-30_000, 0), (-3_600_000, -3_600_000)]
        {
            let (clock, jumps) = seen(&[0, step, 0]);
            assert_eq!(clock.unbelieved_ms, doubted, "{step}");
            assert_eq!(jumps, [Jump { ms: step, believed: false }]);
        }
    }

    #[test]
    fn a_clock_put_right_again_is_believed_at_once() {
        let (clock, jumps) = seen(&[0, DAY, 0, -DAY, 0]);
        assert_eq!((clock.unbelieved_ms, jumps.len()), (0, 2));
        let (clock, _) = seen(&[DAY, DAY]);
        assert_eq!(clock.unbelieved_ms, 2 * DAY);
    }

    #[test]
    fn a_steady_clock_is_believed_after_a_while_or_when_a_person_says_so() {
        let mut clock = Steady::new(0, 0);
        clock.see(1_000, DAY, false);
        assert_eq!(clock.see(STEADY_MS, DAY + STEADY_MS - 1_000, false), None);
        let later = STEADY_MS + 2_000;
        let jump = clock.see(later, DAY + later - 1_000, false).unwrap();
        assert!(jump.believed && clock.unbelieved_ms == 0);
        let mut clock = Steady::new(0, 0);
        clock.see(1_000, DAY, false);
        assert!(clock.see(2_000, DAY + 1_000, true).is_some_and(|j| j.believed));
    }
}
