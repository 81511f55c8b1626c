//! What all threads of one store share: clock, ids, keys, bells, and what it counts about itself.

use crate::bell::Bells;
use crate::chance::Chance;
use crate::clock::Instant;
use crate::copies::Asks;
use crate::generation::Recent;
use crate::guard::Guard;
use crate::ids::Ids;
use crate::keys::Keys;
use crate::ledger::Ledgers;
use crate::ledger::refusals::Refusal;
use crate::machine::settle::Memory;
use crate::rider::Riders;
use crate::sql::Engine;
use crate::syncer::{Host, Syncer};
use crate::{Clock, Error};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// So much of the log not yet in the file has it folded back…
const LOG_FOLD: u64 = 16 << 20;
/// …a log longer than this is folded without rest until so little of it is left…
const LOG_WAIT: u64 = 128 << 20;
const LOG_REST: u64 = 3 << 20;
/// …and then gets a gap between two batches, in which the rest is folded and it can begin anew: a short one, for whoever
/// waits meanwhile. A log longer than this gets its gap whatever is left of it…
const LOG_LONG: u64 = 256 << 20;
/// …which lasts no longer than this, for a reader may hold the log…
const LOG_PATIENCE: Duration = Duration::from_secs(2);
/// …and beside a log longer than this no background slice is taken.
const LOG_STOP: u64 = 512 << 20;

/// How long the write-ahead log is. The file beside it tells nothing: it keeps its size when the log begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log {
    /// From its beginning to the last commit.
    pub(crate) bytes: u64,
    /// What of it stands in the database file.
    pub(crate) folded: u64,
}

/// What all threads of a store share.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) chance: Arc<Chance>,
    pub(crate) keys: Keys,
    pub(crate) bells: Bells,
    pub(crate) ledgers: Ledgers,
    pub(crate) copies: Asks,
    pub(crate) guard: Guard,
    pub(crate) recent: Recent,
    pub(crate) on_their_way: Memory,
    pub(crate) riders: Arc<Riders>,
    pub(crate) syncer: Syncer,
    engine: Engine,
    /// The number of this process among all that ever had the node's number.
    run: i64,
    peers: AtomicBool,
    longest: Mutex<(&'static str, Duration)>,
    commits: AtomicU64,
    syncs: AtomicU64,
    closures: AtomicU64,
    rows_most: AtomicU64,
    /// What a closure takes these days, ns.
    usual_ns: AtomicU64,
    since: Instant,
    folding: AtomicBool,
    log: AtomicU64,
    /// How long the log was after its last gap, while it is too long.
    gap_at: AtomicU64,
    fold: watch::Sender<u64>,
    sort: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(
        clock: Clock,
        ids: Ids,
        run: i64,
        chance: Arc<Chance>,
        ledgers: Ledgers,
        keys: Keys,
        engine: Engine,
    ) -> Shared {
        Shared {
            clock,
            ids,
            chance,
            ledgers,
            copies: Asks::default(),
            guard: Guard::default(),
            keys,
            bells: Bells::default(),
            recent: Recent::default(),
            on_their_way: Memory::default(),
            riders: Arc::default(),
            syncer: Syncer::default(),
            engine,
            run,
            peers: AtomicBool::new(false),
            longest: Mutex::new(("", Duration::ZERO)),
            commits: AtomicU64::new(0),
            syncs: AtomicU64::new(0),
            closures: AtomicU64::new(0),
            rows_most: AtomicU64::new(0),
            usual_ns: AtomicU64::new(0),
            since: Instant::now(),
            folding: AtomicBool::new(false),
            log: AtomicU64::new(0),
            gap_at: AtomicU64::new(0),
            fold: watch::channel(0).0,
            sort: watch::channel(0).0,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// The number of this process among all that ever had the node's number.
    pub(crate) fn run(&self) -> i64 {
        self.run
    }

    /// Whether other nodes live, as far as is known.
    pub(crate) fn has_peers(&self) -> bool {
        self.peers.load(Ordering::Relaxed)
    }

    /// Other nodes live, or none does.
    pub(crate) fn set_peers(&self, any: bool) {
        self.peers.store(any, Ordering::Relaxed);
    }

    /// Changes when the log is to be folded back; `u64::MAX` ends it.
    pub(crate) fn fold_asked(&self) -> watch::Receiver<u64> {
        self.fold.subscribe()
    }

    /// The log was folded back as far as readers allow.
    pub(crate) fn folded(&self) {
        self.folding.store(false, Ordering::Release);
    }

    /// Changes when a log is to be sorted; `u64::MAX` ends it.
    pub(crate) fn sort_asked(&self) -> watch::Receiver<u64> {
        self.sort.subscribe()
    }

    /// Ends folding and sorting.
    pub(crate) fn stop_keeping(&self) {
        self.fold.send_modify(|n| *n = u64::MAX);
        self.sort.send_modify(|n| *n = u64::MAX);
    }

    pub(crate) fn vitals(&self, waiting: usize, file_bytes: u64) -> Vitals {
        let longest = *self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        Vitals {
            commits: self.commits.load(Ordering::Relaxed),
            syncs: self.syncs.load(Ordering::Relaxed),
            closures: self.closures.load(Ordering::Relaxed),
            rows_most: self.rows_most.load(Ordering::Relaxed),
            longest: (longest.0, longest.1.as_millis()),
            waiting,
            file_bytes,
            log_bytes: self.log.load(Ordering::Relaxed),
            open_s: self.since.elapsed().as_secs(),
        }
    }

    pub(crate) fn note_closure(&self, name: &'static str, took: Duration, changed: u64) {
        self.closures.fetch_add(1, Ordering::Relaxed);
        self.rows_most.fetch_max(changed, Ordering::Relaxed);
        let (was, now) = (self.usual_ns.load(Ordering::Relaxed), took.as_nanos() as u64);
        self.usual_ns.store(was - was / 16 + now / 16, Ordering::Relaxed); // a count that is a little off harms nothing
        let mut longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        if took > longest.1 {
            *longest = (name, took);
        }
    }

    /// Whether the log is so long that only urgent work may make it longer.
    pub(crate) fn urgent_only(&self) -> bool {
        self.log.load(Ordering::Relaxed) > LOG_STOP
    }

    /// Called by the runner between two batches; `log` asks the connection how long its log is.
    pub(crate) fn after_batch(&self, mut log: impl FnMut() -> Option<Log>) {
        let n = self.commits.fetch_add(1, Ordering::Relaxed);
        let long = self.log.load(Ordering::Relaxed) > LOG_WAIT;
        if self.engine == Engine::Postgres || !n.is_multiple_of(8) && !long {
            return;
        }
        if self.recent.grown() {
            self.sort.send_modify(|n| *n = n.saturating_add(1));
        }
        let started = Instant::now();
        let (mut gap, mut asked_at) = (false, None);
        while let Some(now) = log() {
            self.log.store(now.bytes, Ordering::Relaxed);
            let long = now.bytes > LOG_WAIT;
            if !long {
                self.gap_at.store(0, Ordering::Relaxed);
            }
            let (left, idle) = (now.bytes - now.folded, !self.folding.load(Ordering::Acquire));
            let again = now.bytes > self.gap_at.load(Ordering::Relaxed) + LOG_REST;
            gap |= long && again && (idle && left <= LOG_REST || now.bytes > LOG_LONG);
            if idle {
                // What a reader still needs cannot be folded: the next gap is for that.
                let allowed = if gap {
                    0
                } else if long {
                    LOG_REST
                } else {
                    LOG_FOLD
                };
                let stuck = asked_at == Some(now.folded);
                if stuck || left <= allowed {
                    break;
                }
                asked_at = Some(now.folded);
                self.folding.store(true, Ordering::Release);
                self.fold.send_modify(|n| *n = n.saturating_add(1));
            }
            if !gap || started.elapsed() > LOG_PATIENCE {
                break;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        if gap {
            self.gap_at.store(self.log.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// A write that found no room shuts the gates before the next look at the disk.
    pub(crate) fn note_full(&self, e: &Error) {
        if *e == Error::Full {
            self.guard.no_room();
        }
    }

    /// A commit failed in a way after which nothing may be believed: stop, and let the next start recover.
    pub(crate) fn fatal(&self, e: &Error) {
        tracing::error!(error = %e, "a commit failed; stopping so that nothing wrong is answered");
        eprintln!(
            "sendword: the store failed to commit ({e}); stopped. Nothing unconfirmed was kept; start again when the disk is well."
        );
        std::process::exit(1);
    }

    /// The database file does not hold together: stop before anything wrong is sent.
    pub(crate) fn damaged(&self, e: &Error) {
        tracing::error!(error = %e, "the database file is damaged; stopping so that nothing wrong is sent");
        eprintln!(
            "sendword: {e}; stopped. Put a backup back (sendword restore FILE): it sends nothing again by itself."
        );
        std::process::exit(1);
    }
}

impl Host for Shared {
    fn expected(&self, closures: usize) -> Duration {
        Duration::from_nanos(self.usual_ns.load(Ordering::Relaxed).saturating_mul(closures as u64))
    }

    fn synced(&self) {
        self.syncs.fetch_add(1, Ordering::Relaxed);
    }

    fn lifted(&self, refusals: &[Refusal]) {
        self.ledgers.after_commit(refusals);
    }

    fn failed(&self, e: &Error) {
        self.fatal(e);
    }
}

/// What the store counts about itself, for `doctor` and `/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct Vitals {
    /// Batches committed.
    pub commits: u64,
    /// Syncs that made them durable; 0 on PostgreSQL, which does its own.
    pub syncs: u64,
    /// Closures run.
    pub closures: u64,
    /// Most rows one closure changed.
    pub rows_most: u64,
    /// The longest closure: name and milliseconds.
    pub longest: (&'static str, u128),
    /// Closures waiting in the urgent queue.
    pub waiting: usize,
    /// Size of the database file; 0 on PostgreSQL, which keeps its own.
    pub file_bytes: u64,
    /// Size of the log that is not folded back yet; 0 on PostgreSQL.
    pub log_bytes: u64,
    /// Seconds since this process opened the store.
    pub open_s: u64,
}
