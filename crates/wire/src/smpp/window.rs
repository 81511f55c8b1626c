//! The requests without an answer, by sequence number.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::event::Why;

/// The highest sequence number, clause 3.2.1.4.
const SEQUENCE_MAX: u32 = 0x7FFF_FFFF;

/// Where an open request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// Its answer is due.
    Waiting,
    /// Its answer is overdue since then; the link is being asked whether it lives.
    Overdue(i64),
    /// Reported ambiguous; kept for a late answer.
    Ambiguous,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) token: u64,
    pub(super) command: u32,
    /// How many octets had been put out before it: tells whether any of it left.
    pub(super) start: u64,
    pub(super) deadline: i64,
    pub(super) stand: Stand,
    pub(super) why: Why,
}

#[derive(Debug, Default)]
pub(super) struct Window {
    open: HashMap<u32, Open, BuildHasherDefault<Spread>>,
    last: u32,
    /// No deadline lies before this. It may be too early, never too late: one look per answer timeout suffices,
    /// however many messages pass in between.
    earliest: Option<i64>,
    ambiguous: usize,
    overdue: usize,
}

impl Window {
    /// Begins to count at `first`.
    pub(super) fn beginning(first: u32) -> Window {
        Window { last: first.clamp(1, SEQUENCE_MAX) - 1, ..Window::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn ambiguous(&self) -> usize {
        self.ambiguous
    }

    pub(super) fn earliest(&self) -> Option<i64> {
        self.earliest
    }

    /// The next free sequence number.
    pub(super) fn sequence(&mut self) -> u32 {
        loop {
            self.last = if self.last >= SEQUENCE_MAX { 1 } else { self.last + 1 };
            if !self.open.contains_key(&self.last) {
                return self.last;
            }
        }
    }

    pub(super) fn insert(&mut self, seq: u32, open: Open) {
        self.note(open.deadline);
        self.open.insert(seq, open);
    }

    fn note(&mut self, deadline: i64) {
        self.earliest = Some(self.earliest.map_or(deadline, |e| e.min(deadline)));
    }

    /// The request of a sequence, which leaves the window.
    pub(super) fn take(&mut self, seq: u32) -> Option<Open> {
        let open = self.open.remove(&seq)?;
        self.ambiguous -= usize::from(open.stand == Stand::Ambiguous);
        self.overdue -= usize::from(matches!(open.stand, Stand::Overdue(_)));
        Some(open)
    }

    /// Puts one back as reported, until `forget`.
    pub(super) fn keep_ambiguous(&mut self, seq: u32, mut open: Open, forget: i64) {
        open.stand = Stand::Ambiguous;
        open.deadline = forget;
        self.ambiguous += 1;
        self.insert(seq, open);
    }

    /// Looks at every deadline that may have passed.
    pub(super) fn expire(&mut self, now: i64) {
        if self.earliest.is_none_or(|e| e > now) {
            return;
        }
        let (mut overdue, mut forgotten) = (0, 0);
        self.open.retain(|_, open| {
            if open.deadline <= now {
                match open.stand {
                    Stand::Waiting => {
                        open.stand = Stand::Overdue(now);
                        overdue += 1;
                    }
                    Stand::Overdue(_) => {}
                    Stand::Ambiguous => {
                        forgotten += 1;
                        return false;
                    }
                }
            }
            true
        });
        self.overdue += overdue;
        self.ambiguous -= forgotten;
        self.earliest =
            self.open.values().filter(|o| !matches!(o.stand, Stand::Overdue(_))).map(|o| o.deadline).min();
    }

    pub(super) fn any_overdue(&self) -> bool {
        self.overdue > 0
    }

    /// The link lived at `asked`: what was overdue by then is ambiguous. Calls `told` for each, oldest first.
    pub(super) fn settle(&mut self, asked: i64, forget: i64, mut told: impl FnMut(u64, Why)) {
        let mut settled: Vec<(u64, u64, Why)> = Vec::new();
        for open in self.open.values_mut() {
            if matches!(open.stand, Stand::Overdue(since) if since <= asked) {
                open.stand = Stand::Ambiguous;
                open.deadline = forget;
                settled.push((open.start, open.token, open.why));
            }
        }
        if settled.is_empty() {
            return;
        }
        self.ambiguous += settled.len();
        self.overdue -= settled.len();
        self.note(forget);
        settled.sort_unstable_by_key(|s| s.0);
        settled.into_iter().for_each(|(_, token, why)| told(token, why));
    }

    /// Empties it: tokens not yet reported, oldest first, split by whether anything of them left.
    pub(super) fn drain(&mut self, written: u64) -> (Vec<u64>, Vec<u64>) {
        let mut rest: Vec<Open> =
            self.open.drain().map(|(_, o)| o).filter(|o| o.stand != Stand::Ambiguous).collect();
        (self.ambiguous, self.overdue, self.earliest) = (0, 0, None);
        rest.sort_unstable_by_key(|o| o.start);
        let first_unsent = rest.partition_point(|o| o.start < written);
        let unsent = rest.split_off(first_unsent);
        let tokens = |opens: Vec<Open>| opens.into_iter().map(|o| o.token).collect();
        (tokens(rest), tokens(unsent))
    }
}

/// Spreads our own consecutive numbers over the table; nobody else chooses them, so it need not resist anybody.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
