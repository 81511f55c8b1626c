//! Two queues to the writer: urgent and background, and the batch that serves both.
//!
//! A batch takes urgent closures until 4 ms or 1,000 are reached, then one background slice, then the riders of the bells
//! that were rung ([`crate::rider`]), then commits once and answers everybody. So no long work ever stands before urgent work, and one fsync serves all that waited.

use crate::clock::Instant;
use crate::shared::Shared;
use crate::tx::{Driver, Effects, Tx};
use crate::{Error, Result};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Time after which a batch takes no further urgent closure.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// When urgent work has waited this long, the slice is skipped…
const URGENT_WAIT: Duration = Duration::from_millis(20);
/// …but one runs at least this often.
const SLICE_EVERY: Duration = Duration::from_millis(50);

/// One closure with its answer.
pub(crate) trait Work: Send {
    /// Runs it; keeps the value for the answer.
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran;
    /// Answers who waits. `Err` only when the batch failed it.
    fn answer(self: Box<Self>, batch: Result<()>);
    /// Its name, for the longest-closure record.
    fn name(&self) -> &'static str;
    /// Whether it only rides along with others: where its batch is undone it is forgotten, and rides with the next.
    fn rides(&self) -> bool {
        false
    }
}

/// How a closure ended.
pub(crate) enum Ran {
    /// Keep its changes.
    Kept,
    /// Undo them; the error is with the answer.
    Refused,
}

struct Task<T, E, F> {
    name: &'static str,
    f: F,
    out: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

/// Boxes a closure and gives the receiver of its answer.
pub(crate) fn task<T, E, F>(name: &'static str, f: F) -> (Box<dyn Work>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let (send, receive) = oneshot::channel();
    (Box::new(Task { name, f, out: None, reply: Some(send) }), receive)
}

impl<T, E, F> Work for Task<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran {
        let out = catch_unwind(AssertUnwindSafe(|| (self.f)(tx))).unwrap_or_else(|panic| {
            let what = panic.downcast_ref::<&str>().map(ToString::to_string);
            let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(E::from(Error::Panicked(format!("{}: {what}", self.name))))
        });
        let ran = if out.is_ok() { Ran::Kept } else { Ran::Refused };
        self.out = Some(out);
        ran
    }

    fn answer(mut self: Box<Self>, batch: Result<()>) {
        let answer = match batch {
            Ok(()) => self.out.take().unwrap_or_else(|| Err(E::from(Error::Undone))),
            Err(e) => Err(E::from(e)),
        };
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(answer); // nobody waits any more: the work is done all the same
        }
    }

    fn name(&self) -> &'static str {
        self.name
    }
}

/// The two queues.
#[derive(Default)]
pub(crate) struct Queues {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    urgent: VecDeque<Waiting>,
    background: VecDeque<Box<dyn Work>>,
    closing: bool,
}

struct Waiting {
    work: Box<dyn Work>,
    since: Instant,
}

impl State {
    fn pick(&mut self, serves: Serves, last_slice: Instant, max: usize) -> Option<Batch> {
        let mut batch = Batch { urgent: Vec::new(), slice: None };
        let mut late = false;
        if serves != Serves::Background {
            late = self.urgent.front().is_some_and(|w| w.since.elapsed() > URGENT_WAIT);
            let n = self.urgent.len().min(max);
            batch.urgent.extend(self.urgent.drain(..n).map(|w| w.work));
        }
        if serves != Serves::Urgent && (!late || last_slice.elapsed() > SLICE_EVERY) {
            batch.slice = self.background.pop_front();
        }
        (!batch.urgent.is_empty() || batch.slice.is_some()).then_some(batch)
    }
}

/// Which of the queues a thread serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Serves {
    /// Both, as the one writer of SQLite does.
    Both,
    /// Urgent only.
    Urgent,
    /// Background only.
    Background,
}

/// What a batch found to do.
pub(crate) struct Batch {
    pub(crate) urgent: Vec<Box<dyn Work>>,
    pub(crate) slice: Option<Box<dyn Work>>,
}

impl Queues {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, work: Box<dyn Work>, background: bool) {
        let mut state = self.lock();
        if state.closing {
            drop(state);
            work.answer(Err(Error::Closed));
            return;
        }
        if background {
            state.background.push_back(work);
        } else {
            state.urgent.push_back(Waiting { work, since: Instant::now() });
        }
        drop(state);
        self.wake.notify_all();
    }

    /// Closures waiting in the urgent queue.
    pub(crate) fn urgent_len(&self) -> usize {
        self.lock().urgent.len()
    }

    /// No further work is taken; what waits is still served.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.wake.notify_all();
    }

    /// Waits for work. `None` when closing and nothing is left.
    pub(crate) fn next(&self, serves: Serves, last_slice: Instant, max: usize) -> Option<Batch> {
        let mut state = self.lock();
        loop {
            if let Some(batch) = state.pick(serves, last_slice, max) {
                return Some(batch);
            }
            if state.closing {
                return None;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// [`Queues::next`] for who must not wait: `None` when there is nothing.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn next_now(&self, last_slice: Instant, max: usize) -> Option<Batch> {
        self.lock().pick(Serves::Both, last_slice, max)
    }

    /// Whether anything waits.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn any(&self) -> bool {
        let state = self.lock();
        !state.urgent.is_empty() || !state.background.is_empty()
    }

    fn give_back(&self, work: Vec<Box<dyn Work>>) {
        let mut state = self.lock();
        for work in work.into_iter().rev().filter(|w| !w.rides()) {
            state.urgent.push_front(Waiting { work, since: Instant::now() });
        }
    }
}

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
    /// Commits the batch; durable when it returns.
    fn commit(&mut self) -> Result<()>;
    /// Undoes the batch.
    fn rollback(&mut self);
    /// Whether the transaction is still open after a closure's error.
    fn still_open(&mut self) -> bool;
    /// Waits out intents that could not see the commit.
    fn pass_barriers(&mut self, workspaces: &[i64]) -> Result<()>;
    /// Whether the failed batch may simply be run again (a serialisation failure).
    fn may_retry(&self, error: &Error) -> bool;
    /// Whether the last closure failed only because others stood in its way (deadlock); cleared by the question.
    fn stood_in_the_way(&mut self) -> bool {
        false
    }
    /// The transaction side of this connection.
    fn as_driver(&mut self) -> &mut dyn Driver;
    /// Makes a broken connection anew; keeps trying until it succeeds or the store closes.
    fn mend(&mut self, closing: &dyn Fn() -> bool);
    /// Closures a batch may hold.
    fn batch_max(&self) -> usize;
}

/// Serves queues on one connection until they close. Readers pass `writes: false`.
pub(crate) fn serve(
    connection: &mut dyn Connection,
    shared: &Shared,
    queues: &Queues,
    serves: Serves,
    writes: bool,
) {
    let mut last_slice = Instant::now();
    while let Some(batch) = queues.next(serves, last_slice, connection.batch_max()) {
        if batch.slice.is_some() {
            last_slice = Instant::now();
        }
        run_batch(connection, shared, queues, batch);
        if writes {
            shared.after_batch();
        }
    }
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
}

pub(crate) fn run_batch(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, batch: Batch) {
    let mut waiting = VecDeque::from(batch.urgent);
    let mut slice = batch.slice;
    let mut apart = Apart::Bare;
    loop {
        if let Err(e) = connection.begin() {
            for work in waiting.into_iter().chain(slice) {
                work.answer(Err(e.clone()));
            }
            connection.mend(&|| queues.lock().closing);
            return;
        }
        match fill(connection, shared, queues, apart, &mut waiting, &mut slice) {
            Ok(open) => return commit(connection, shared, queues, open),
            Err((open, Stop::Broken(broken))) => {
                // The whole transaction is gone: nobody is answered yes. Who broke it has its error; the rest go again.
                waiting.extend(slice);
                return undone(connection, queues, open, waiting, &broken);
            }
            Err((open, Stop::Traces(refused))) => {
                connection.rollback();
                apart = Apart::Guarded;
                for work in open.done.into_iter().chain([refused]).rev().filter(|w| !w.rides()) {
                    waiting.push_front(work);
                }
            }
        }
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
) -> Result<Open, (Open, Stop)> {
    let mut open = Open::new();
    connection.stood_in_the_way(); // nobody of this batch did yet
    let started = Instant::now();
    while let Some(work) = waiting.pop_front() {
        if let Err(stop) = run_one(connection, shared, apart, work, &mut open) {
            return Err((open, stop));
        }
        if connection.stood_in_the_way() {
            queues.give_back(open.done.pop().into_iter().collect());
        }
        if started.elapsed() > BATCH_TIME {
            queues.give_back(waiting.drain(..).collect());
        }
    }
    if let Some(work) = slice.take()
        && let Err(stop) = run_one(connection, shared, apart, work, &mut open)
    {
        return Err((open, stop));
    }
    for rider in shared.riders.of(&open.effects.bells) {
        if let Err(stop) = run_one(connection, shared, apart, rider, &mut open) {
            return Err((open, stop));
        }
    }
    Ok(open)
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
        let ran = work.run(&mut tx);
        (ran, tx.effects)
    };
    shared.note_closure(work.name(), started.elapsed(), effects.changed);
    let kept = match ran {
        Ran::Refused if !guarded && effects.traces => return Err(Stop::Traces(work)),
        Ran::Kept if guarded => connection.release(),
        Ran::Refused if guarded => connection.undo(),
        Ran::Kept | Ran::Refused => Ok(()),
    };
    if kept.is_err() || !connection.still_open() {
        let e = kept.err().unwrap_or(Error::Undone);
        match ran {
            Ran::Refused => work.answer(Ok(())), // its own error says more
            Ran::Kept => work.answer(Err(e.clone())),
        }
        return Err(Stop::Broken(e));
    }
    if matches!(ran, Ran::Kept) {
        open.effects.changed += effects.changed;
        open.effects.bells.extend(effects.bells);
        open.effects.barriers.extend(effects.barriers);
    }
    open.done.push(work);
    Ok(())
}

fn undone(
    connection: &mut dyn Connection,
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
        connection.mend(&|| queues.lock().closing);
    } else {
        queues.give_back(open.done.into_iter().chain(waiting).collect());
    }
}

fn commit(connection: &mut dyn Connection, shared: &Shared, queues: &Queues, open: Open) {
    if let Err(e) = connection.commit() {
        connection.rollback();
        if connection.may_retry(&e) {
            queues.give_back(open.done);
            return;
        }
        for work in open.done {
            work.answer(Err(e.clone()));
        }
        if matches!(e, Error::Unreachable(_)) {
            connection.mend(&|| queues.lock().closing);
        } else if !matches!(e, Error::Full) {
            shared.fatal(&e);
        }
        return;
    }
    if !open.effects.barriers.is_empty()
        && let Err(e) = connection.pass_barriers(&open.effects.barriers)
    {
        tracing::warn!(error = %e, "the barrier after a refusal could not be passed");
    }
    shared.bells.ring(&open.effects.bells);
    for work in open.done {
        work.answer(Ok(()));
    }
}
