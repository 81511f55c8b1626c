//! What is due when, for a whole world: one heap, one bell, one count of all that is under way.

use std::cmp::{Ordering as Order, Reverse};
use std::collections::BinaryHeap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::account::lock;

#[derive(Debug)]
struct Timed<J> {
    due: i64,
    order: u64,
    job: J,
}

impl<J> PartialEq for Timed<J> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Order::Equal
    }
}

impl<J> Eq for Timed<J> {}

impl<J> PartialOrd for Timed<J> {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl<J> Ord for Timed<J> {
    fn cmp(&self, other: &Self) -> Order {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

#[derive(Debug)]
struct Inner<J> {
    heap: BinaryHeap<Reverse<Timed<J>>>,
    order: u64,
}

#[derive(Debug)]
pub(super) struct Timers<J> {
    inner: Mutex<Inner<J>>,
    bell: Notify,
    /// Jobs here, and what waits elsewhere and was counted by `count`.
    pending: AtomicUsize,
}

impl<J> Timers<J> {
    pub(super) fn new() -> Self {
        let inner = Inner { heap: BinaryHeap::new(), order: 0 };
        Timers { inner: Mutex::new(inner), bell: Notify::new(), pending: AtomicUsize::new(0) }
    }

    /// Jobs of one instant run in the order in which they were added.
    pub(super) fn add(&self, due: i64, job: J) {
        self.count(1);
        let mut inner = lock(&self.inner);
        inner.order += 1;
        let order = inner.order;
        let first = inner.heap.peek().is_none_or(|Reverse(t)| due < t.due);
        inner.heap.push(Reverse(Timed { due, order, job }));
        drop(inner);
        if first {
            self.bell.notify_one();
        }
    }

    /// Takes what is due and gives the instant of the next; taken jobs are no longer counted.
    pub(super) fn collect(&self, now: i64, due: &mut Vec<J>) -> Option<i64> {
        let mut inner = lock(&self.inner);
        while inner.heap.peek().is_some_and(|Reverse(t)| t.due <= now) {
            due.extend(inner.heap.pop().map(|Reverse(t)| t.job));
        }
        self.discount(due.len());
        inner.heap.peek().map(|Reverse(t)| t.due)
    }

    /// Returns when an earlier job than any was added.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    pub(super) fn count(&self, more: usize) {
        self.pending.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn discount(&self, fewer: usize) {
        self.pending.fetch_sub(fewer, Ordering::Relaxed);
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_in_order_and_are_counted_until_taken() {
        let timers = Timers::new();
        for (due, job) in [(30, 'c'), (10, 'a'), (30, 'd'), (20, 'b'), (40, 'e')] {
            timers.add(due, job);
        }
        let mut due = Vec::new();
        assert_eq!(timers.collect(5, &mut due), Some(10));
        assert_eq!(timers.collect(30, &mut due), Some(40));
        assert_eq!((due.iter().collect::<String>().as_str(), timers.pending()), ("abcd", 1));
        due.clear();
        assert_eq!(timers.collect(40, &mut due), None);
        assert_eq!((due, timers.pending()), (vec!['e'], 0));
    }
}
