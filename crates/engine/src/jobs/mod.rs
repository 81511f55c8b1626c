//! Runs the jobs whose home is the engine, on threads of its own.
//!
//! A handler works in slices of the store's background queue and asks [`Work::go_on`](crate::work::Work::go_on) between two of them; it may be
//! killed at any moment and is begun again. Bells wake the runner, a tick makes sure; it never holds a transaction.

mod bell;
mod sweeps;
#[cfg(test)]
mod tests;

use crate::Result;
use crate::work::{Next, Work};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use store::machine::job::{self, Home, Job, JobKind};
use store::{Bell, Db};

/// A sleeping hand looks again after this long, bell or not.
const TICK: Duration = Duration::from_millis(200);
/// Incomplete long messages are looked at this often.
const INBOUND_EVERY: Duration = Duration::from_secs(60);
/// What is wrong is looked for this often.
const ALARMS_EVERY: Duration = Duration::from_secs(10);
/// Files that were brought and never begun are looked for this often, and at the start.
const SPILL_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// The first wait after a failure; it doubles up to [`BACK_OFF_MOST_MS`].
const BACK_OFF_MS: i64 = 1_000;
const BACK_OFF_MOST_MS: i64 = 60_000;

type Handler = fn(&Work<'_>) -> Result<Next>;

/// The one handler of a kind; `None` where its home is elsewhere.
const fn handler(kind: JobKind) -> Option<Handler> {
    match kind {
        JobKind::CampaignDue => Some(crate::campaign::jobs::due),
        JobKind::CampaignFreeze => Some(crate::campaign::jobs::freeze),
        JobKind::CampaignExpand => Some(crate::campaign::jobs::expand),
        JobKind::CampaignClear => Some(crate::campaign::jobs::clear),
        JobKind::AgendaDue => Some(sweeps::agenda),
        JobKind::ReceiptHorizon => Some(sweeps::receipt_horizon),
        JobKind::OrphanSweep => Some(sweeps::orphans),
        JobKind::Retention => Some(sweeps::retention),
        JobKind::ImportRun => Some(crate::import::run::run_job),
        JobKind::ConsentExpire => Some(crate::consent::run_expiry),
        JobKind::FieldFill => Some(crate::audience::fill),
        JobKind::SuspectTimeout => Some(crate::consent::run_suspects),
        JobKind::HoldSweep => Some(sweeps::holds),
        JobKind::SignupLapse => Some(crate::collect::run_lapse),
        JobKind::CarrierWords => Some(crate::consent::run_carrier_words),
        JobKind::StaleSweep => Some(crate::consent::run_stale),
        JobKind::BulkRun => Some(crate::bulk::run),
        JobKind::ImportUndo => Some(crate::import::run_undo),
        JobKind::KeepDays => Some(crate::keep::run),
        JobKind::ReconfirmRun => Some(crate::reconfirm::run),
    }
}

/// The running hands: one for everything but long work, one for everything.
pub struct Runner {
    stop: Arc<AtomicBool>,
    hands: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts the hands and puts what comes back by itself.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn start(db: Db) -> Result<Runner> {
        prepare(&db)?;
        let stop = Arc::new(AtomicBool::new(false));
        let kinds = [ours(|k| !k.is_long()), ours(|_| true)];
        let hands = kinds.into_iter().enumerate().filter_map(|(n, kinds)| {
            let (db, stop) = (db.clone(), Arc::clone(&stop));
            std::thread::Builder::new()
                .name(format!("jobs-{n}"))
                .spawn(move || hand(&db, &kinds, &stop, n == 0))
                .inspect_err(|e| tracing::error!(error = %e, "a thread for jobs could not be started"))
                .ok()
        });
        let mut hands: Vec<JoinHandle<()>> = hands.collect();
        let halt = Arc::clone(&stop);
        let own = db.clone();
        let inbound =
            std::thread::Builder::new().name("inbound".into()).spawn(move || inbound_hand(&own, &halt));
        match inbound {
            Ok(hand) => hands.push(hand),
            Err(e) => tracing::error!(error = %e, "the thread for messages in could not be started"),
        }
        let (watched, halt) = (db.clone(), Arc::clone(&stop));
        let alarms =
            std::thread::Builder::new().name("alarms".into()).spawn(move || alarm_hand(&watched, &halt));
        match alarms {
            Ok(hand) => hands.push(hand),
            Err(e) => tracing::error!(error = %e, "the thread for alarms could not be started"),
        }
        Ok(Runner { hands, stop })
    }

    /// Ends after the slices in hand.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Release);
        for hand in &self.hands {
            hand.thread().unpark();
        }
        for hand in self.hands.drain(..) {
            let _ = hand.join(); // a hand that panicked has said so itself
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a start does before any hand moves: claims of a process that is gone are free, and what comes back by itself is
/// put.
///
/// # Errors
/// When the store refuses.
pub fn prepare(db: &Db) -> Result<()> {
    job::free_abandoned(db)?;
    db.write_blocking("jobs.start", |tx| {
        let now = tx.now();
        let recurring = JobKind::ALL.iter().filter(|k| k.every_ms().is_some());
        recurring.copied().try_for_each(|kind| job::put(tx, kind, 0, 0, now))
    })?;
    Ok(())
}

/// One turn of one job that is due, on this thread; the handler leaves between two slices once `stop` is set. `false`
/// when nothing is due.
///
/// # Errors
/// When the store refuses, or the job fails: its error, after it was recorded.
pub fn turn(db: &Db, stop: &AtomicBool) -> Result<bool> {
    let Some(job) = next(db, &ours(|_| true))? else { return Ok(false) };
    run(db, &job, stop)?;
    Ok(true)
}

/// Runs what is due now on this thread, until nothing is; gives how many turns that took. For tests and for commands
/// that work on a store without a server.
///
/// # Errors
/// When the store refuses, or a job fails: its error, after it was recorded.
pub fn run_due(db: &Db) -> Result<usize> {
    let stop = AtomicBool::new(false);
    let mut turns = 0;
    while turn(db, &stop)? {
        turns += 1;
    }
    Ok(turns)
}

fn ours(which: impl Fn(JobKind) -> bool) -> Vec<JobKind> {
    JobKind::ALL.iter().copied().filter(|k| k.home() == Home::Engine && which(*k)).collect()
}

/// One hand; the first also `tidies` what lies beside the store on this machine, which is no job of any other node.
fn hand(db: &Db, kinds: &[JobKind], stop: &AtomicBool, tidies: bool) {
    let mut bell = db.listen(Bell::Jobs);
    let mut tidied: Option<std::time::Instant> = None;
    while !stop.load(Ordering::Acquire) {
        if tidies && tidied.is_none_or(|at| at.elapsed() > SPILL_EVERY) {
            tidied = Some(std::time::Instant::now());
            if let Err(e) = crate::import::sweep(db) {
                tracing::warn!(error = %e, "files that nobody imported could not be looked through");
            }
        }
        match next(db, kinds) {
            Ok(Some(job)) => {
                if let Err(e) = run(db, &job, stop) {
                    tracing::warn!(kind = job.kind.name(), tries = job.tries, error = %e, "a job failed; it is tried again");
                }
            }
            Ok(None) => bell::wait(bell.changed(), TICK),
            Err(crate::Error::Store(store::Error::Closed)) => return,
            Err(e) => {
                tracing::warn!(error = %e, "jobs cannot be read");
                std::thread::park_timeout(TICK);
            }
        }
    }
}

/// Handles messages in as they come: a conversation does not wait behind any job.
fn inbound_hand(db: &Db, stop: &AtomicBool) {
    let mut bell = db.listen(Bell::Inbound);
    let mut whole = std::time::Instant::now();
    while !stop.load(Ordering::Acquire) {
        let _ = bell.borrow_and_update();
        let open = db.read_blocking(|tx| store::machine::inbound::open_ids(tx, 1));
        let patience_over = whole.elapsed() > INBOUND_EVERY;
        if patience_over || open.is_ok_and(|ids| !ids.is_empty()) {
            whole = std::time::Instant::now();
            match crate::inbound::run_open(db) {
                Ok(_) => continue,
                Err(crate::Error::Store(store::Error::Closed)) => return,
                Err(e) => tracing::warn!(error = %e, "messages in wait: they could not be handled"),
            }
        }
        bell::wait(bell.changed(), TICK);
    }
}

/// Looks for what is wrong, on every node: each tells of its own disk and clock.
fn alarm_hand(db: &Db, stop: &AtomicBool) {
    while !stop.load(Ordering::Acquire) {
        std::thread::park_timeout(ALARMS_EVERY);
        if stop.load(Ordering::Acquire) {
            return;
        }
        match crate::alarm::look(db) {
            Ok(()) => {}
            Err(crate::Error::Store(store::Error::Closed)) => return,
            Err(e) => tracing::warn!(error = %e, "nobody could look for what is wrong"),
        }
    }
}

/// Looks before it claims, so that an idle program writes nothing.
fn next(db: &Db, kinds: &[JobKind]) -> Result<Option<Job>> {
    let look = kinds.to_vec();
    if !db.read_blocking(move |tx| job::waits(tx, &look))? {
        return Ok(None);
    }
    let take = kinds.to_vec();
    Ok(db.write_blocking("jobs.claim", move |tx| job::claim(tx, &take))?)
}

/// One turn of one job, and what follows from it, recorded.
fn run(db: &Db, job: &Job, stop: &AtomicBool) -> Result<()> {
    let Some(handler) = handler(job.kind) else { return Ok(()) };
    let work = Work::new(db, job, stop);
    let ran = catch_unwind(AssertUnwindSafe(|| handler(&work)))
        .unwrap_or_else(|panic| Err(store::Error::Panicked(words_of(&*panic)).into()));
    let (id, tries, every) = (job.id, job.tries, job.kind.every_ms());
    let told = ran.clone();
    db.write_blocking("jobs.end", move |tx| {
        let now = tx.now();
        match (&told, every) {
            (Err(e), _) => job::failed(tx, id, &e.to_string(), now + back_off_ms(tries)),
            (Ok(Next::Again(due)), _) => job::again(tx, id, *due),
            (Ok(Next::Done), Some(every)) => job::again(tx, id, now + every),
            (Ok(Next::Done), None) => job::done(tx, id),
        }
    })?;
    ran.map(drop)
}

fn back_off_ms(tries: i64) -> i64 {
    (BACK_OFF_MS << tries.saturating_sub(1).clamp(0, 10)).min(BACK_OFF_MOST_MS)
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
