//! The two queues to the writer, urgent and background, and what the next batch takes from them. What people wait for
//! most (emergencies, one-time codes, refusals) stands before the rest of the urgent queue.
//!
//! They hold work and its order; they never run any of it.

use crate::Error;
use crate::clock::Instant;
use crate::work::Work;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// When urgent work has waited this long, the slice is skipped…
const URGENT_WAIT: Duration = Duration::from_millis(20);
/// …but one runs at least this often.
const SLICE_EVERY: Duration = Duration::from_millis(50);

/// Work that nobody has begun for so long on a shared database is turned away: its server stands still.
const PATIENCE: Duration = Duration::from_secs(5);

/// One hand's connection is broken, as long as this lives.
pub(crate) struct Away<'q>(Option<(&'q Queues, Serves)>);

impl Drop for Away<'_> {
    fn drop(&mut self) {
        let Some((queues, serves)) = self.0 else { return };
        let mut state = queues.lock();
        match serves {
            Serves::Background => state.slices_away = false,
            Serves::Urgent | Serves::Both => state.away -= 1,
        }
    }
}

/// The two queues.
#[derive(Default)]
pub(crate) struct Queues {
    state: Mutex<State>,
    wake: Condvar,
}

/// When a closure is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Before all other urgent work.
    First,
    /// In the next batch.
    Urgent,
    /// When nothing urgent stands before it, slice by slice.
    Background,
}

#[derive(Default)]
struct State {
    /// What stands before the urgent work.
    first: VecDeque<Waiting>,
    urgent: VecDeque<Waiting>,
    background: VecDeque<Box<dyn Work>>,
    closing: bool,
    /// Hands that take urgent work over a connection that may break, and those of them whose connection is broken.
    hands: usize,
    away: usize,
    /// The same of the one that takes slices.
    slices_away: bool,
}

impl State {
    /// Whether nobody could take urgent work: every connection is broken, or the work in front has waited so long that
    /// those who should take it stand still.
    fn is_stuck(&self, patience: Duration) -> bool {
        self.hands > 0 && (self.away >= self.hands || self.urgent_waits(patience))
    }

    /// Whether urgent work has waited longer than this.
    fn urgent_waits(&self, patience: Duration) -> bool {
        let waits = |w: &Waiting| w.since.elapsed() > patience;
        [&self.first, &self.urgent].into_iter().any(|of| of.front().is_some_and(waits))
    }

    fn urgent_len(&self) -> usize {
        self.first.len() + self.urgent.len()
    }

    /// At most so much of the urgent work, in its order.
    fn take_urgent(&mut self, max: usize) -> impl Iterator<Item = Box<dyn Work>> {
        let first = self.first.len().min(max);
        let n = self.urgent.len().min(max - first);
        self.first.drain(..first).chain(self.urgent.drain(..n)).map(|w| w.work)
    }
}

struct Waiting {
    work: Box<dyn Work>,
    since: Instant,
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

impl State {
    /// What waits now. Where a slice is withheld, none may be in it; then it is `None` though there is work.
    fn pick(&mut self, serves: Serves, last_slice: Instant, max: usize, urgent_only: bool) -> Option<Batch> {
        let mut batch = Batch { urgent: Vec::new(), slice: None };
        let mut late = false;
        if serves != Serves::Background {
            late = self.urgent_waits(URGENT_WAIT);
            batch.urgent.extend(self.take_urgent(max));
        }
        if serves != Serves::Urgent && !urgent_only && (!late || last_slice.elapsed() > SLICE_EVERY) {
            batch.slice = self.background.pop_front();
        }
        (!batch.urgent.is_empty() || batch.slice.is_some()).then_some(batch)
    }
}

impl Queues {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, work: Box<dyn Work>, turn: Turn) {
        let background = turn == Turn::Background;
        let mut state = self.lock();
        if state.closing {
            drop(state);
            work.answer(Err(Error::Closed));
            return;
        }
        if !background && state.is_stuck(PATIENCE) {
            let turned: Vec<_> = state.take_urgent(usize::MAX).chain([work]).collect();
            drop(state);
            return turn_all_away(turned);
        }
        if background && state.slices_away {
            drop(state);
            return turn_all_away(vec![work]);
        }
        let since = Instant::now();
        match turn {
            Turn::First => state.first.push_back(Waiting { work, since }),
            Turn::Urgent => state.urgent.push_back(Waiting { work, since }),
            Turn::Background => state.background.push_back(work),
        }
        drop(state);
        self.wake.notify_all();
    }

    /// The next slice, if nobody urgent waits: it may share the commit of the one before.
    pub(crate) fn slice_while_calm(&self) -> Option<Box<dyn Work>> {
        let mut state = self.lock();
        if state.urgent_len() == 0 { state.background.pop_front() } else { None }
    }

    /// Closures waiting in the urgent queue.
    pub(crate) fn urgent_len(&self) -> usize {
        self.lock().urgent_len()
    }

    /// One more hand serves these queues over a connection that may break.
    pub(crate) fn served_by_one_more(&self) {
        self.lock().hands += 1;
    }

    /// Says that a hand's connection is broken, until what is given is dropped.
    pub(crate) fn away(&self, serves: Option<Serves>) -> Away<'_> {
        match serves {
            Some(Serves::Background) => self.lock().slices_away = true,
            Some(Serves::Urgent | Serves::Both) => self.lock().away += 1,
            None => {}
        }
        Away(serves.map(|serves| (self, serves)))
    }

    /// Answers work that nobody can take now: it was not begun. Gives whether the queues close.
    pub(crate) fn turn_away(&self) -> bool {
        let mut state = self.lock();
        let mut turned: Vec<Box<dyn Work>> = Vec::new();
        if state.is_stuck(PATIENCE) {
            turned.extend(state.take_urgent(usize::MAX));
        }
        if state.slices_away {
            turned.extend(state.background.drain(..));
        }
        let closing = state.closing;
        drop(state);
        turn_all_away(turned);
        closing
    }

    /// Whether urgent work would be turned away.
    pub(crate) fn is_away(&self) -> bool {
        self.lock().is_stuck(PATIENCE)
    }

    /// Closures waiting in both queues.
    pub(crate) fn waiting(&self) -> usize {
        let state = self.lock();
        state.urgent_len() + state.background.len()
    }

    /// No further work is taken; what waits is still served.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.wake.notify_all();
    }

    /// Waits for work. `None` when closing and nothing is left. While only urgent work is taken, a batch may be empty:
    /// then it is to be asked again whether that is still so.
    pub(crate) fn next(
        &self,
        serves: Serves,
        last_slice: Instant,
        max: usize,
        urgent_only: bool,
    ) -> Option<Batch> {
        let mut state = self.lock();
        loop {
            if let Some(batch) = state.pick(serves, last_slice, max, urgent_only) {
                return Some(batch);
            }
            if urgent_only && !state.background.is_empty() {
                drop(self.wake.wait_timeout(state, URGENT_WAIT));
                return Some(Batch { urgent: Vec::new(), slice: None });
            }
            if state.closing {
                return None;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What waits now, without waiting for more.
    pub(crate) fn try_next(
        &self,
        serves: Serves,
        last_slice: Instant,
        max: usize,
        urgent_only: bool,
    ) -> Option<Batch> {
        self.lock().pick(serves, last_slice, max, urgent_only)
    }

    /// Whether anything waits.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn any(&self) -> bool {
        let state = self.lock();
        state.urgent_len() > 0 || !state.background.is_empty()
    }

    /// Whether no further work is taken.
    pub(crate) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// Puts work back in front of what waits; riders are forgotten, they ride with the next batch.
    pub(crate) fn give_back(&self, work: Vec<Box<dyn Work>>) {
        let mut state = self.lock();
        for work in work.into_iter().rev().filter(|w| !w.rides()) {
            state.urgent.push_front(Waiting { work, since: Instant::now() });
        }
    }
}

fn turn_all_away(turned: Vec<Box<dyn Work>>) {
    for work in turned {
        work.answer(Err(Error::Unreachable("it does not answer".into())));
    }
}
