//! What the SMPP server counts, for `/metrics`. Sums only: neither accounts nor addresses stand in it.

use std::sync::atomic::{AtomicU64, Ordering};

/// One count.
#[derive(Debug, Default)]
pub(crate) struct Sum(AtomicU64);

impl Sum {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn less(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything counted since the start; `connections` and `sessions` are of this moment.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) connections: Sum,
    pub(crate) sessions: Sum,
    pub(crate) turned_away: Sum,
    pub(crate) binds: Sum,
    pub(crate) binds_refused: Sum,
    pub(crate) accepted: Sum,
    pub(crate) refused: Sum,
    pub(crate) throttled: Sum,
    pub(crate) malformed: Sum,
    pub(crate) delivered: Sum,
    pub(crate) delivery_refused: Sum,
}
