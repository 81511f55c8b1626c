//! The batches that serve the two queues to the writer ([`crate::queues`]).
//!
//! A batch takes urgent closures until 4 ms or 1,000 are reached, then one background slice (more of them for 20 ms while
//! nobody urgent waits), then the riders of the bells that were rung ([`crate::rider`]), then commits once and answers
//! everybody once that is durable. So no long work ever stands before urgent work, and one fsync serves all that waited.

use crate::clock::Instant;
use crate::failpoint;
use crate::queues::{Batch, Queues, Serves};
use crate::shared::{Log, Shared};
use crate::syncer::Committed;
use crate::tx::{Driver, Effects, Tx};
use crate::work::{Ran, Work};
use crate::{Error, Result};
use std::collections::VecDeque;
use std::time::Duration;

/// Time after which a batch takes no further urgent closure.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// A barrier that could not be passed is tried again after this.
const BARRIER_PAUSE: Duration = Duration::from_millis(50);
/// While nobody urgent waits, slices that are queued already share a commit for this long.
const SLICES_TIME: Duration = Duration::from_millis(20);

/// A connection that batches are run on. Implemented by the two driver files.
pub(crate) trait Connection: Driver {
    /// Starts the batch's transaction.
    fn begin(&mut self) -> Result<()>;
    /// Starts one closure.
    fn savepoint(&mut self) -> Result<()>;
    /// Keeps one closure's changes.
    fn release(&mut self) -> Result<()>;
    /// Undoes one closure's changes.
    fn undo(&mut self) -> Result<()>;
    /// Commits the batch; durable when it returns, unless [`Connection::synced_later`].
    fn commit(&mut self) -> Result<()>;
    /// Whether a commit becomes durable behind the next sync only.
    fn synced_later(&self) -> bool {
        false
    }
    /// Undoes the batch.
    fn rollback(&mut self);
    /// Whether the transaction is still open after a closure's error.
    fn still_open(&mut self) -> bool;
    /// How long the engine's log is, where folding it back is our affair.
    fn log(&mut self) -> Option<Log> {
        None
    }
    /// Waits out intents that could not see the commit.
    fn pass_barriers(&mut self, workspaces: &[i64]) -> Result<()>;
    /// Whether the failed batch may simply be run again (a serialisation failure).
    fn may_retry(&self, error: &Error) -> bool;
    /// Whether the last closure failed only because others stood in its way (deadlock); cleared by the question.
    fn stood_in_the_way(&mut self) -> bool {
        false
    }
    /// A closure has run: what it sent ahead is no answer to the next one.
    fn closure_ended(&mut self) {}
    /// Whether what failed last had been sent before and not waited for, so that it is not known whose it was; cleared by
    /// the question. The batch is to be undone.
    fn failed_late(&mut self) -> bool {
        false
    }
    /// The transaction side of this connection.
    fn as_driver(&mut self) -> &mut dyn Driver;
    /// Makes a broken connection anew; keeps trying until it succeeds or the store closes.
    fn mend(&mut self, closing: &dyn Fn() -> bool);
    /// How the last transaction ended whose commit was not answered. Asked of a connection that was mended.
    fn ended(&mut self) -> Result<Ended> {
        Ok(Ended::Undone)
    }
    /// What it serves, where other processes work on the same database and its connection may break.
    fn shared(&self) -> Option<Serves> {
        None
    }
    /// Copies the database into a file in slices, and calls back between two of them with a connection to work on;
    /// ends when that says so.
    fn copy_to(
        &mut self,
        _path: &std::path::Path,
        _between: &mut dyn FnMut(&mut dyn Connection) -> bool,
    ) -> Result<()> {
        Err(Error::Driver("this database is copied by its own tools".into()))
    }
    /// Closures a batch may hold.
    fn batch_max(&self) -> usize;
}

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was committed.
    Kept,
    /// It left nothing.
    Undone,
    /// Even what was committed before it is gone: this is not the database that answered then.
    Forgotten,
}

/// What was run in the open transaction and waits for its commit.
struct Open {
    done: Vec<Box<dyn Work>>,
    effects: Effects,
}

impl Open {
    fn new() -> Open {
        Open { done: Vec::new(), effects: Effects::default() }
    }
}

/// How closures of a batch are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Not at all: nearly every closure is kept, and a savepoint copies each page that it touches. When one that has
    /// touched something is refused, the batch is undone and goes again, guarded.
    Bare,
    /// Each in a savepoint of its own.
    Guarded,
}

/// Why a closure's batch does not go on.
enum Stop {
    /// A refused closure left traces that only a savepoint could have undone. It is given back, unanswered.
    Traces(Box<dyn Work>),
    /// The transaction is gone. Who broke it is answered.
    Broken(Error),
    /// What all of them add to the counters could not be written.
    Uncounted(Error),
}

/// Runs a batch to its answers.
pub(crate) fn run_batch(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, batch: Batch) {
    let mut waiting = VecDeque::from(batch.urgent);
    let mut slice = batch.slice;
    let mut apart = Apart::Bare;
    loop {
        if let Err(e) = connection.begin() {
            for work in waiting.into_iter().chain(slice) {
                work.answer(Err(e.clone()));
            }
            return mend(connection, shared, queues);
        }
        let mut open = Open::new();
        match fill(connection, shared, queues, apart, &mut waiting, &mut slice, &mut open) {
            Ok(()) => match commit(connection, shared, queues, open) {
                None => return,
                Some(open) => guard(connection, open, None, &mut apart, &mut waiting),
            },
            Err(Stop::Uncounted(_)) if apart == Apart::Bare && connection.failed_late() => {
                guard(connection, open, None, &mut apart, &mut waiting);
            }
            Err(Stop::Broken(broken)) => {
                // The whole transaction is gone: nobody is answered yes. Who broke it has its error; the rest go again.
                waiting.extend(slice);
                return undone(connection, shared, queues, open, waiting, &broken);
            }
            Err(Stop::Uncounted(e)) => return uncommitted(connection, shared, queues, open, &e),
            Err(Stop::Traces(refused)) => {
                guard(connection, open, Some(refused), &mut apart, &mut waiting);
            }
        }
    }
}

/// Undoes a batch, for it to go again with its closures apart. Riders come by themselves.
fn guard(
    connection: &mut dyn Connection,
    open: Open,
    refused: Option<Box<dyn Work>>,
    apart: &mut Apart,
    waiting: &mut VecDeque<Box<dyn Work>>,
) {
    connection.rollback();
    *apart = Apart::Guarded;
    for work in open.done.into_iter().chain(refused).rev().filter(|w| !w.rides()) {
        waiting.push_front(work);
    }
}

/// Runs the closures of a batch in the open transaction, the slice last. What was not begun stays with the caller, or
/// goes back to the queue when the batch's time is over.
fn fill(
    connection: &mut dyn Connection,
    shared: &Shared,
    queues: &Queues,
    apart: Apart,
    waiting: &mut VecDeque<Box<dyn Work>>,
    slice: &mut Option<Box<dyn Work>>,
    open: &mut Open,
) -> Result<(), Stop> {
    connection.stood_in_the_way(); // nobody of this batch did yet
    let started = Instant::now();
    while let Some(work) = waiting.pop_front() {
        run_one(connection, shared, apart, work, open)?;
        if connection.stood_in_the_way() {
            queues.give_back(open.done.pop().into_iter().collect());
        }
        if started.elapsed() > BATCH_TIME {
            queues.give_back(waiting.drain(..).collect());
        }
    }
    while let Some(work) = slice.take() {
        run_one(connection, shared, apart, work, open)?;
        if started.elapsed() < SLICES_TIME {
            *slice = queues.slice_while_calm();
        }
    }
    for rider in shared.riders.of(&open.effects.bells) {
        run_one(connection, shared, apart, rider, open)?;
    }
    write_counts(connection, shared, open)
}

/// Writes what all closures of the batch add to the counters. What a rider takes away again is not written at all.
fn write_counts(connection: &mut dyn Connection, shared: &Shared, open: &mut Open) -> Result<(), Stop> {
    let counts = std::mem::take(&mut open.effects.counts);
    if counts.is_empty() {
        return Ok(());
    }
    let mut tx = Tx::new(connection.as_driver(), shared);
    counts.write(&mut tx).map_err(Stop::Uncounted)?;
    open.effects.changed += tx.effects.changed;
    Ok(())
}

/// A batch that came to its end and not to its commit: nothing of it stands, and everybody learns why.
fn uncommitted(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, open: Open, e: &Error) {
    shared.note_full(e);
    connection.rollback();
    if connection.may_retry(e) {
        return queues.give_back(open.done);
    }
    for work in open.done {
        work.answer(Err(e.clone()));
    }
    if matches!(e, Error::Unreachable(_)) {
        mend(connection, shared, queues);
    }
}

/// Runs one closure.
fn run_one(
    connection: &mut dyn Connection,
    shared: &Shared,
    apart: Apart,
    mut work: Box<dyn Work>,
    open: &mut Open,
) -> Result<(), Stop> {
    let guarded = apart == Apart::Guarded;
    if guarded && let Err(e) = connection.savepoint() {
        work.answer(Err(e.clone()));
        return Err(Stop::Broken(e));
    }
    let started = Instant::now();
    let (ran, effects) = {
        let mut tx = Tx::new(connection.as_driver(), shared);
        if work.rides() {
            tx.ahead = open.effects.counts.depths(); // it asks how deep the streams are
        }
        let ran = work.run(&mut tx);
        (ran, tx.effects)
    };
    connection.closure_ended();
    shared.note_closure(work.name(), started.elapsed(), effects.changed);
    if matches!(ran, Ran::Kept)
        && let Err(e) = shared.ledgers.before_commit(&effects.refused, &effects.sent)
    {
        return unwritten(connection, shared, apart, work, e);
    }
    let kept = match ran {
        Ran::Refused if !guarded && effects.traces => return Err(Stop::Traces(work)),
        Ran::Kept if guarded => connection.release(),
        Ran::Refused if guarded => connection.undo(),
        Ran::Kept | Ran::Refused => Ok(()),
    };
    if kept.is_err() || !connection.still_open() {
        let e = kept.err().unwrap_or(Error::Undone);
        shared.note_full(&e);
        match ran {
            Ran::Refused => work.answer(Ok(())), // its own error says more
            Ran::Kept => work.answer(Err(e.clone())),
        }
        return Err(Stop::Broken(e));
    }
    if matches!(ran, Ran::Kept) {
        open.effects.changed += effects.changed;
        open.effects.counts.merge(effects.counts);
        open.effects.refused.extend(effects.refused);
        open.effects.lifted.extend(effects.lifted);
        open.effects.bells.extend(effects.bells);
        open.effects.barriers.extend(effects.barriers);
    }
    open.done.push(work);
    Ok(())
}

/// What may not be forgotten could not be written down: this closure alone counts for nothing.
///
/// Records that stay from a try that is undone do no harm. An intent that was never committed has a message held back
/// after a restore, not sent twice; an outcome and a refusal are true whether their rows stand or not; and when the
/// closure runs again its records follow behind these, and the later ones count.
fn unwritten(
    connection: &mut dyn Connection,
    shared: &Shared,
    apart: Apart,
    work: Box<dyn Work>,
    e: Error,
) -> Result<(), Stop> {
    shared.note_full(&e);
    if apart == Apart::Bare {
        return Err(Stop::Traces(work)); // only a savepoint undoes it alone: the batch goes again, guarded
    }
    let undone = connection.undo();
    work.answer(Err(e));
    undone.map_err(Stop::Broken)
}

fn undone(
    connection: &mut dyn Connection,
    shared: &Shared,
    queues: &Queues,
    open: Open,
    waiting: VecDeque<Box<dyn Work>>,
    broken: &Error,
) {
    connection.rollback();
    if matches!(broken, Error::Unreachable(_)) {
        for work in open.done.into_iter().chain(waiting) {
            work.answer(Err(broken.clone()));
        }
        mend(connection, shared, queues);
    } else {
        queues.give_back(open.done.into_iter().chain(waiting).collect());
    }
}

/// Commits and answers. Gives back what has to go again with its closures apart.
fn commit(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, open: Open) -> Option<Open> {
    if !open.effects.refused.is_empty()
        && let Err(e) = shared.ledgers.sync()
    {
        shared.fatal(&e); // as bad as a failed commit
    }
    failpoint::commit("before_commit", || Box::new(open.done.iter().map(|work| work.name())));
    if let Err(e) = connection.commit() {
        shared.note_full(&e);
        let cut = matches!(e, Error::Unreachable(_));
        if connection.failed_late() && !cut {
            return Some(open);
        }
        if !cut {
            connection.rollback();
        }
        if connection.may_retry(&e) {
            queues.give_back(open.done);
            return None;
        }
        // The answer was lost: whether it is committed is not guessed, but asked for.
        if !cut || !found_kept(connection, shared, queues) {
            for work in open.done {
                work.answer(Err(e.clone()));
            }
            // A shared server says that it refused, and undid it. Of our own file nothing may be believed any more.
            if !cut && !matches!(e, Error::Full) && connection.shared().is_none() {
                shared.fatal(&e);
            }
            return None;
        }
    }
    failpoint::commit("after_commit", || Box::new(open.done.iter().map(|work| work.name())));
    if !open.effects.barriers.is_empty() && !passed(connection, shared, queues, &open.effects.barriers) {
        // It is committed, and an intent that could not see it may still go: nobody is told that it holds.
        for work in open.done {
            work.answer(Err(Error::Closed));
        }
        return None;
    }
    // Whoever is woken now sees the commit, and whatever it commits itself is durable only together with this one.
    shared.bells.ring(&open.effects.bells);
    open.done.iter().for_each(|work| work.committed());
    if connection.synced_later() {
        shared.syncer.put(Committed { done: open.done, lifted: open.effects.lifted });
        return None;
    }
    shared.ledgers.after_commit(&open.effects.lifted);
    for work in open.done {
        work.answer(Ok(()));
    }
    None
}

/// Waits until no intent is open that could not see the commit, on a new connection where this one breaks; `false` only
/// where the store closes before that.
fn passed(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, workspaces: &[i64]) -> bool {
    while let Err(e) = connection.pass_barriers(workspaces) {
        if queues.is_closing() {
            tracing::error!(error = %e, "closing before the barrier after a refusal was passed");
            return false;
        }
        tracing::warn!(error = %e, "the barrier after a refusal is tried again");
        std::thread::sleep(BARRIER_PAUSE);
        if matches!(e, Error::Unreachable(_)) {
            mend(connection, shared, queues);
        } else {
            connection.rollback();
        }
    }
    true
}

/// Mends a connection, and asks how its last transaction ended, for as long as that takes: nobody of the batch is
/// answered before.
fn found_kept(connection: &mut dyn Connection, shared: &Shared, queues: &Queues) -> bool {
    let _away = queues.away(connection.shared());
    loop {
        connection.mend(&|| queues.turn_away());
        match connection.ended() {
            Ok(Ended::Kept) => {
                tracing::info!("the answer to a commit was lost; it was asked for: it is committed");
                return true;
            }
            Ok(Ended::Undone) => return false,
            Ok(Ended::Forgotten) => forgotten(connection, shared),
            Err(e) if queues.is_closing() => {
                tracing::error!(error = %e, "closing without knowing how the last transaction ended");
                return false;
            }
            Err(e) => tracing::warn!(error = %e, "how the last transaction ended is not known yet"),
        }
    }
}

/// Mends a connection. Whoever asks meanwhile is turned away rather than kept waiting, where no other hand works.
fn mend(connection: &mut dyn Connection, shared: &Shared, queues: &Queues) {
    let _away = queues.away(connection.shared());
    connection.mend(&|| queues.turn_away());
    if connection.shared().is_some() && matches!(connection.ended(), Ok(Ended::Forgotten)) {
        forgotten(connection, shared);
    }
}

/// The database that came back lacks what it had said was committed: parts that have left would leave again. It is held
/// as after a restore, for every node, and this one ends: its ledgers are to be read into it first.
fn forgotten(connection: &mut dyn Connection, shared: &Shared) {
    let held = connection.begin().and_then(|()| {
        let mut tx = Tx::new(connection.as_driver(), shared);
        crate::machine::restored::hold_at_once(&mut tx)
    });
    if let Err(e) = held.and_then(|()| connection.commit()) {
        tracing::error!(error = %e, "the database could not be held");
    }
    shared.fatal(&Error::Driver(
        "the database lacks work that it had committed: it was replaced by an older copy. Everything is held. Run `sendword restore database` on this node, then release what may go".into(),
    ));
}
