//! Where in the log a hash stands, kept in memory on SQLite, whose one process writes the log.
//!
//! Entries are noted before their commit, and those that were sorted stay for one generation more: a reader with an
//! older snapshot still finds them in the log. So the memory always knows more than any snapshot shows, never less.

use super::{Filter, Kind};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows of a log that are worth a generation.
pub(crate) const GENERATION: usize = 65_536;

/// The memory of all kinds, and the filters that were read.
#[derive(Default)]
pub(crate) struct Recent {
    kinds: [Mutex<Ages>; Kind::ALL.len()],
    filters: Mutex<HashMap<i64, Arc<Filter>>>,
}

/// The youngest first; each holds what came between two sortings.
#[derive(Default)]
struct Ages {
    ages: VecDeque<HashMap<i64, Places>>,
    /// Rows noted since the last sorting began.
    waiting: usize,
}

/// Ids of the rows of one hash; nearly always one.
enum Places {
    One(i64),
    More(Vec<i64>),
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Recent {
    /// Rows are on their way into the log.
    pub(crate) fn note(&self, kind: Kind, rows: impl Iterator<Item = (i64, i64)>) {
        let mut ages = lock(&self.kinds[kind.place()]);
        let Ages { ages, waiting } = &mut *ages;
        if ages.is_empty() {
            ages.push_front(HashMap::new());
        }
        let Some(youngest) = ages.front_mut() else { return };
        for (h, id) in rows {
            *waiting += 1;
            youngest
                .entry(h)
                .and_modify(|places| match places {
                    Places::One(first) => *places = Places::More(vec![*first, id]),
                    Places::More(ids) => ids.push(id),
                })
                .or_insert(Places::One(id));
        }
    }

    /// Where in the log these hashes may stand.
    pub(crate) fn places(&self, kind: Kind, hashes: &[i64]) -> Vec<i64> {
        let ages = lock(&self.kinds[kind.place()]);
        let mut out = Vec::new();
        for h in hashes {
            for places in ages.ages.iter().filter_map(|age| age.get(h)) {
                match places {
                    Places::One(id) => out.push(*id),
                    Places::More(ids) => out.extend(ids),
                }
            }
        }
        out
    }

    /// Whether a log has grown to be worth a generation.
    pub(crate) fn grown(&self) -> bool {
        Kind::ALL.iter().any(|kind| self.waiting(*kind) >= GENERATION)
    }

    /// Rows noted since the last sorting began.
    pub(crate) fn waiting(&self, kind: Kind) -> usize {
        lock(&self.kinds[kind.place()]).waiting
    }

    /// A sorting of all that was noted so far begins.
    pub(crate) fn turn(&self, kind: Kind) {
        let mut ages = lock(&self.kinds[kind.place()]);
        ages.ages.push_front(HashMap::new());
        ages.waiting = 0;
    }

    /// A sorting is done: what the one before it sorted is forgotten.
    pub(crate) fn turned(&self, kind: Kind) {
        lock(&self.kinds[kind.place()]).ages.truncate(2);
    }

    pub(crate) fn filter(&self, generation: i64) -> Option<Arc<Filter>> {
        lock(&self.filters).get(&generation).cloned()
    }

    pub(crate) fn keep_filter(&self, generation: i64, filter: Filter) -> Arc<Filter> {
        Arc::clone(lock(&self.filters).entry(generation).or_insert_with(|| Arc::new(filter)))
    }

    pub(crate) fn forget_filter(&self, generation: i64) {
        lock(&self.filters).remove(&generation);
    }
}
