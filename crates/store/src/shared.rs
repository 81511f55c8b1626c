//! What all threads of one store share: clock, ids, keys, bells, and what it counts about itself.

use crate::bell::Bells;
use crate::chance::Chance;
use crate::generation::Recent;
use crate::ids::Ids;
use crate::keys::Keys;
use crate::rider::Riders;
use crate::sql::Engine;
use crate::{Clock, Error};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The log is folded back into the file from this size on…
const WAL_FOLD: u64 = 16 << 20;
/// …and beyond this one the writer waits for it.
const WAL_WAIT: u64 = 128 << 20;

/// What all threads of a store share.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) chance: Arc<Chance>,
    pub(crate) keys: Keys,
    pub(crate) bells: Bells,
    pub(crate) recent: Recent,
    pub(crate) riders: Arc<Riders>,
    engine: Engine,
    path: PathBuf,
    longest: Mutex<(&'static str, Duration)>,
    commits: AtomicU64,
    closures: AtomicU64,
    rows_most: AtomicU64,
    folding: AtomicBool,
    fold: watch::Sender<u64>,
    sort: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(
        clock: Clock,
        ids: Ids,
        chance: Arc<Chance>,
        keys: Keys,
        engine: Engine,
        path: PathBuf,
    ) -> Shared {
        Shared {
            clock,
            ids,
            chance,
            keys,
            bells: Bells::default(),
            recent: Recent::default(),
            riders: Arc::default(),
            engine,
            path,
            longest: Mutex::new(("", Duration::ZERO)),
            commits: AtomicU64::new(0),
            closures: AtomicU64::new(0),
            rows_most: AtomicU64::new(0),
            folding: AtomicBool::new(false),
            fold: watch::channel(0).0,
            sort: watch::channel(0).0,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
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

    pub(crate) fn vitals(&self, waiting: usize) -> Vitals {
        let longest = *self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        Vitals {
            commits: self.commits.load(Ordering::Relaxed),
            closures: self.closures.load(Ordering::Relaxed),
            rows_most: self.rows_most.load(Ordering::Relaxed),
            longest: (longest.0, longest.1.as_millis()),
            waiting,
        }
    }

    pub(crate) fn note_closure(&self, name: &'static str, took: Duration, changed: u64) {
        self.closures.fetch_add(1, Ordering::Relaxed);
        self.rows_most.fetch_max(changed, Ordering::Relaxed);
        let mut longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        if took > longest.1 {
            *longest = (name, took);
        }
    }

    /// Called by the runner between two batches.
    pub(crate) fn after_batch(&self) {
        let n = self.commits.fetch_add(1, Ordering::Relaxed);
        if self.engine == Engine::Postgres || !n.is_multiple_of(16) {
            return;
        }
        if self.recent.grown() {
            self.sort.send_modify(|n| *n = n.saturating_add(1));
        }
        let size = wal_bytes(&self.path);
        if size > WAL_FOLD && !self.folding.swap(true, Ordering::AcqRel) {
            self.fold.send_modify(|n| *n = n.saturating_add(1));
        }
        let waited = Instant::now();
        while size > WAL_WAIT
            && self.folding.load(Ordering::Acquire)
            && waited.elapsed() < Duration::from_secs(2)
        {
            std::thread::sleep(Duration::from_millis(1));
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
}

/// What the store counts about itself, for `doctor` and `/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct Vitals {
    /// Batches committed; on SQLite each is one fsync.
    pub commits: u64,
    /// Closures run.
    pub closures: u64,
    /// Most rows one closure changed.
    pub rows_most: u64,
    /// The longest closure: name and milliseconds.
    pub longest: (&'static str, u128),
    /// Closures waiting in the urgent queue.
    pub waiting: usize,
}

/// Size of the write-ahead log beside a database file.
fn wal_bytes(path: &Path) -> u64 {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    std::fs::metadata(PathBuf::from(wal)).map_or(0, |m| m.len())
}
