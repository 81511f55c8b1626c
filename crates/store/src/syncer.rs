//! What makes SQLite's commits durable: one thread syncs the log while the writer runs its next batch, and answers who
//! waited. Nobody is told of a commit before the sync that covers it.
//!
//! It never looks at what was committed. The writer's connection runs with `synchronous=NORMAL`: SQLite then syncs the
//! log before it folds it back and when it begins anew, and leaves the sync behind each commit to us. A log that was cut
//! behind its last sync ends, by its chain of checksums, with a whole commit, so what is lost was answered to nobody.

use crate::ledger::refusals::Refusal;
use crate::queues::Queues;
use crate::work::Work;
use crate::{Error, Result};
use std::fs::File;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So much work is worth a commit of its own while the one before is being synced…
const ENOUGH: Duration = Duration::from_micros(400);
/// …and what waits this long goes on, however few they are.
const PATIENCE: Duration = Duration::from_millis(2);
/// So many commits may wait for a sync; more would only hold answers back.
const AHEAD: usize = 64;

/// Commits on their way to the disk.
#[derive(Default)]
pub(crate) struct Syncer {
    state: Mutex<State>,
    /// Something is to be synced, or it closes.
    asked: Condvar,
    /// A sync came to its end.
    synced: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Committed>,
    syncing: bool,
    closing: bool,
}

/// The writer's last word.
pub(crate) struct End<'s>(&'s Syncer);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lock().closing = true;
        self.0.asked.notify_one();
    }
}

/// Whose commits they are.
pub(crate) trait Host {
    /// How long so many closures will take, about.
    fn expected(&self, closures: usize) -> Duration;
    /// A sync came to its end.
    fn synced(&self);
    /// Refusals were taken back, durably.
    fn lifted(&self, refusals: &[Refusal]);
    /// A sync failed: nothing may be believed any more.
    fn failed(&self, e: &Error);
}

/// One commit that is not durable yet.
pub(crate) struct Committed {
    /// Who is answered when it is.
    pub(crate) done: Vec<Box<dyn Work>>,
    /// Refusals that it took back.
    pub(crate) lifted: Vec<Refusal>,
}

impl Syncer {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over what was committed.
    pub(crate) fn put(&self, committed: Committed) {
        self.lock().waiting.push(committed);
        self.asked.notify_one();
    }

    /// Called by the writer before it takes its next batch: while a sync is under way, few closures are gathered a little
    /// longer, for a commit costs much the same whatever it holds.
    pub(crate) fn gather(&self, queues: &Queues, host: &impl Host) {
        let mut state = self.lock();
        let started = Instant::now();
        while (state.syncing || !state.waiting.is_empty()) && !queues.is_closing() {
            let full = state.waiting.len() >= AHEAD;
            let left = PATIENCE.saturating_sub(started.elapsed());
            if !full && (left.is_zero() || host.expected(queues.waiting()) >= ENOUGH) {
                return;
            }
            let wait = if full { PATIENCE } else { left.min(Duration::from_micros(200)) };
            state = self.synced.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// When what this gives is dropped, the writer has ended: what waits is synced, and then no more comes.
    pub(crate) fn end_with_this(&self) -> End<'_> {
        End(self)
    }

    /// Syncs until it is closed.
    pub(crate) fn run(&self, log: &File, host: &impl Host) {
        let mut state = self.lock();
        loop {
            let batch = std::mem::take(&mut state.waiting);
            if batch.is_empty() {
                if state.closing {
                    return;
                }
                state = self.asked.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.syncing = true;
            drop(state);
            if let Err(e) = log.sync_data() {
                host.failed(&Error::File(format!("the log could not be synced: {e}")));
            }
            host.synced();
            self.lock().syncing = false;
            self.synced.notify_one();
            for committed in batch {
                host.lifted(&committed.lifted);
                for work in committed.done {
                    work.answer(Ok(()));
                }
            }
            state = self.lock();
        }
    }
}

/// The log of a database, to be synced beside the connection that writes it.
pub(crate) fn log_of(database: &Path) -> Result<File> {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    File::open(&name).map_err(|e| Error::File(format!("{}: {e}", Path::new(&name).display())))
}
