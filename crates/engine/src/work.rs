//! A job in hand, as its handler sees it: the store, the job, and whether to go on.
//!
//! Handlers stand with their nouns and know this; the runner knows the handlers.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::machine::job::{self, Job};
use store::{Db, Instant};

/// A handler that shares its hand with others gives it back after this long.
const TURN: Duration = Duration::from_millis(500);

/// What is to happen with a job that was worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it is finished.
    Done,
    /// More at this moment, ms since 1970.
    Again(i64),
}

/// A job in hand.
pub struct Work<'a> {
    /// The store.
    pub db: &'a Db,
    /// The job.
    pub job: &'a Job,
    stop: &'a AtomicBool,
    began: Instant,
    renewed: Cell<Instant>,
    lost: Cell<bool>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(db: &'a Db, job: &'a Job, stop: &'a AtomicBool) -> Work<'a> {
        let now = Instant::now();
        Work { db, job, stop, began: now, renewed: Cell::new(now), lost: Cell::new(false) }
    }

    /// Asked between two slices. `false`: the program stops, or the claim was lost; leave with [`Next::Again`].
    /// Keeps the claim while the answer is yes.
    pub fn go_on(&self) -> bool {
        if self.stop.load(Ordering::Acquire) || self.lost.get() {
            return false;
        }
        if self.renewed.get().elapsed() > Duration::from_millis(job::LEASE_MS as u64 / 4) {
            let id = self.job.id;
            match self.db.background_blocking("jobs.renew", move |tx| job::renew(tx, id)) {
                Ok(true) => self.renewed.set(Instant::now()),
                Ok(false) => self.lost.set(true),
                Err(e) => {
                    tracing::warn!(kind = self.job.kind.name(), error = %e, "a job could not keep its claim")
                }
            }
        }
        !self.lost.get()
    }

    /// [`Work::go_on`], and the turn is not over: for handlers that share their hand with other jobs.
    pub fn my_turn(&self) -> bool {
        self.began.elapsed() < TURN && self.go_on()
    }
}
