//! A second way of running, beside the threads: the same queues, batches, savepoints and commits, served on the
//! caller's own thread whenever the caller says so, over a database in memory whose commits may be torn.
//!
//! For simulations, in which one seed decides all: nothing here draws, waits or looks at the machine's clock.

use super::{Db, Hand, INSIDE, Inner, Options, Own};
use crate::chance::Chance;
use crate::claim::Name;
use crate::clock::Instant;
use crate::generation::{Kind, sorter};
use crate::keys::Keys;
use crate::ledger::Ledgers;
use crate::ledger::refusals::Refusal;
use crate::ledger::sent::Sent;
use crate::queues::{Queues, Serves};
use crate::runner::run_batch;
use crate::shared::Shared;
use crate::sql::Engine;
use crate::sqlite::Sqlite;
use crate::{Clock, Error, Result, Tx, schema};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Closures of one batch, as the threads' runner takes them.
const BATCH_MAX: usize = 1_000;

/// Committed rows: all that outlives a process.
#[derive(Clone)]
pub struct Disk(Arc<Mutex<Sqlite>>);

impl Disk {
    /// An empty one, its schema climbed.
    pub fn new() -> Result<Disk> {
        let mut rows = Sqlite::writer(Path::new(":memory:"))?;
        schema::climb(&mut rows, |w, text| w.batch(text))?;
        Ok(Disk(Arc::new(Mutex::new(rows))))
    }

    /// Another one with the same rows.
    pub fn copy(&self) -> Result<Disk> {
        Ok(Disk(Arc::new(Mutex::new(self.lock().copy()?))))
    }

    /// What committed rows say, for a judge who trusts none of the store's own queries: each value as text, NULL empty.
    pub fn look(&self, text: &str) -> Result<Vec<Vec<String>>> {
        self.lock().look(text)
    }

    fn lock(&self) -> MutexGuard<'_, Sqlite> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a commit may be torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Everything ran, nothing is durable.
    Before,
    /// It is durable, and nobody was answered.
    After,
}

/// What becomes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Well,
    /// It fails as on a full disk; only in the moment before it.
    Full,
    /// The process ends here: nobody is answered, nothing is served any more.
    Death,
}

/// Decides the fate of a commit of writes.
pub type Judge = Arc<dyn Fn(Moment) -> Fate + Send + Sync>;

/// Takes the records that a store keeps in files: refusals and those taken back, and what left.
pub type Records = Arc<dyn Fn(&[Refusal], &[Sent]) -> Result<()> + Send + Sync>;

/// How a store is opened on a disk.
pub struct Inline {
    /// The wall clock.
    pub clock: Clock,
    /// The key ring; always the same for one disk.
    pub keys: Keys,
    /// Where ids and jitter begin.
    pub seed: u64,
    /// Asked at each commit.
    pub judge: Judge,
    /// Told what the files beside the database would be told.
    pub ledger: Records,
}

/// What serves the queues of one process.
pub struct Server {
    disk: Disk,
    shared: Arc<Shared>,
    writes: Arc<Queues>,
    reads: Arc<Queues>,
    last_slice: Mutex<Instant>,
    knocked: Notify,
    dead: Arc<AtomicBool>,
    judge: Judge,
}

impl Db {
    /// Opens the store that a disk holds. The server must be asked to serve; closures wait until it is.
    pub fn inline(disk: &Disk, inline: Inline) -> Result<(Db, Arc<Server>)> {
        let Inline { clock, keys, seed, judge, ledger } = inline;
        // A directory in which nothing can be made: whatever is not told to the ledger must do without files.
        let options = Options { dir: PathBuf::from("/dev/null"), url: None, clock };
        let mut rows = disk.lock();
        rows.torn = None;
        crate::runner::Connection::rollback(&mut *rows);
        let ledgers = Ledgers::told(&keys, Box::new(move |refused, sent| ledger(refused, sent)));
        let chance = Arc::new(Chance::of(seed));
        let own = Own { keys, ledgers, name: Name::forgotten(chance.next()), chance };
        let mut inner = Inner::new(&options, Engine::Sqlite, own, &mut *rows)?;
        drop(rows);
        let server = Arc::new(Server {
            disk: disk.clone(),
            shared: Arc::clone(&inner.shared),
            writes: Arc::clone(&inner.writes),
            reads: Arc::clone(&inner.reads),
            last_slice: Mutex::new(Instant::now()),
            knocked: Notify::new(),
            dead: Arc::default(),
            judge,
        });
        inner.hand = Some(Arc::clone(&server) as Arc<dyn Hand>);
        Ok((Db(Arc::new(inner)), server))
    }
}

impl Db {
    /// Drops what a process that died while it sorted left half made.
    pub fn mend_keys(&self) -> Result<()> {
        sorter::mend(self)
    }

    /// Turns the log of receipt keys into a sorted generation now, however short it is.
    pub fn sort_keys(&self) -> Result<()> {
        let recent = &self.0.shared.recent;
        Kind::ALL.into_iter().try_for_each(|kind| {
            recent.turn(kind);
            sorter::sort_kind(self, recent, kind)?;
            recent.turned(kind);
            Ok(())
        })
    }
}

impl sorter::Hands for Db {
    fn slice<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.background_blocking("generation", f)
    }
    fn read<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.read_blocking(f)
    }
}

impl Server {
    /// Waits until something was asked since the last call.
    pub async fn knocked(&self) {
        self.knocked.notified().await;
    }

    /// Ends the process at this moment: nothing is served any more.
    pub fn kill(&self) {
        self.dead.store(true, Ordering::Release);
    }

    /// Serves what waits to be read.
    pub fn serve_reads(&self) -> bool {
        let mut any = false;
        while self.lives()
            && let Some(batch) = self.reads.try_next(Serves::Both, Instant::now(), 1, false)
        {
            let mut rows = self.disk.lock();
            rows.torn = None;
            INSIDE.set(true);
            run_batch(&mut *rows, &self.shared, &self.reads, batch);
            INSIDE.set(false);
            any = true;
        }
        any
    }

    /// Serves one batch of writes. `false` when there was none.
    pub fn serve_writes(&self) -> bool {
        let mut last_slice = self.last_slice.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.lives() {
            return false;
        }
        let Some(batch) = self.writes.try_next(Serves::Both, *last_slice, BATCH_MAX, false) else {
            return false;
        };
        if batch.slice.is_some() {
            *last_slice = Instant::now();
        }
        let mut rows = self.disk.lock();
        let (judge, dead) = (Arc::clone(&self.judge), Arc::clone(&self.dead));
        rows.torn = Some(Box::new(move |before| {
            match judge(if before { Moment::Before } else { Moment::After }) {
                Fate::Well => Ok(()),
                Fate::Full => Err(Error::Full),
                Fate::Death => {
                    dead.store(true, Ordering::Release);
                    // After the commit it stands, whatever is said; nobody is left to hear it.
                    if before { Err(Error::Full) } else { Ok(()) }
                }
            }
        }));
        INSIDE.set(true);
        run_batch(&mut *rows, &self.shared, &self.writes, batch);
        INSIDE.set(false);
        rows.torn = None;
        drop(rows);
        self.shared.after_batch(|| None);
        true
    }

    /// Whether something waits to be written.
    pub fn writes_wait(&self) -> bool {
        self.writes.any()
    }

    /// Whether the process lives.
    pub fn lives(&self) -> bool {
        !self.dead.load(Ordering::Acquire)
    }
}

impl Hand for Server {
    fn knock(&self) {
        self.knocked.notify_one();
    }

    fn turn(&self) -> bool {
        let any = self.serve_reads() | self.serve_writes();
        any && self.lives()
    }
}
