//! The requests without an answer, by the number the protocol gives them. It knows no protocol and no clock.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Why nobody knows whether a message was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No answer in time, and the link answered when it was asked whether it lives.
    NoAnswer,
    /// What came as its answer is none.
    Unreadable,
}

/// The numbers a side gives its requests, in their order; after the last comes the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The lowest.
    pub first: u32,
    /// The highest.
    pub last: u32,
    /// From one to the next.
    pub step: u32,
}

impl Numbers {
    /// How many there are.
    pub const fn count(self) -> usize {
        ((self.last - self.first) / self.step) as usize + 1
    }

    const fn after(self, number: u32) -> u32 {
        if number >= self.last { self.first } else { number + self.step }
    }
}

/// Where an open request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Its answer is due.
    Waiting,
    /// Its answer is overdue since then; the link is being asked whether it lives.
    Overdue(i64),
    /// Reported ambiguous; kept for a late answer.
    Ambiguous,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) token: u64,
    pub(crate) command: u32,
    /// How many octets had been put out before it: tells whether any of it left.
    pub(crate) start: u64,
    pub(crate) deadline: i64,
    pub(crate) stand: Stand,
    pub(crate) why: Why,
}

#[derive(Debug)]
pub(crate) struct Window {
    open: HashMap<u32, Open, BuildHasherDefault<Spread>>,
    numbers: Numbers,
    /// The number that is given next.
    next: u32,
    /// No deadline lies before this. It may be too early, never too late: one look per answer timeout suffices,
    /// however many messages pass in between.
    earliest: Option<i64>,
    ambiguous: usize,
    overdue: usize,
}

impl Window {
    /// Begins to count at `first`.
    pub(crate) fn beginning(numbers: Numbers, first: u32) -> Window {
        let next = first.clamp(numbers.first, numbers.last);
        Window { open: HashMap::default(), numbers, next, earliest: None, ambiguous: 0, overdue: 0 }
    }

    /// Gives back the memory of an empty window.
    pub(crate) fn rest(&mut self) {
        if self.open.is_empty() {
            self.open = HashMap::default();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn ambiguous(&self) -> usize {
        self.ambiguous
    }

    pub(crate) fn earliest(&self) -> Option<i64> {
        self.earliest
    }

    /// The next number that is free; `None` when every one is open or `busy`.
    pub(crate) fn number(&mut self, busy: impl Fn(u32) -> bool) -> Option<u32> {
        for _ in 0..self.numbers.count() {
            let number = self.next;
            self.next = self.numbers.after(number);
            if !self.open.contains_key(&number) && !busy(number) {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn insert(&mut self, seq: u32, open: Open) {
        self.note(open.deadline);
        self.open.insert(seq, open);
    }

    /// Puts one back as it was taken.
    pub(crate) fn insert_again(&mut self, number: u32, open: Open) {
        self.ambiguous += usize::from(open.stand == Stand::Ambiguous);
        self.overdue += usize::from(matches!(open.stand, Stand::Overdue(_)));
        self.insert(number, open);
    }

    fn note(&mut self, deadline: i64) {
        self.earliest = Some(self.earliest.map_or(deadline, |e| e.min(deadline)));
    }

    /// The request of a sequence, which leaves the window.
    pub(crate) fn take(&mut self, seq: u32) -> Option<Open> {
        let open = self.open.remove(&seq)?;
        self.ambiguous -= usize::from(open.stand == Stand::Ambiguous);
        self.overdue -= usize::from(matches!(open.stand, Stand::Overdue(_)));
        Some(open)
    }

    /// Puts one back as reported, until `forget`.
    pub(crate) fn keep_ambiguous(&mut self, seq: u32, mut open: Open, forget: i64) {
        open.stand = Stand::Ambiguous;
        open.deadline = forget;
        self.ambiguous += 1;
        self.insert(seq, open);
    }

    /// Looks at every deadline that may have passed.
    pub(crate) fn expire(&mut self, now: i64) {
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

    pub(crate) fn any_overdue(&self) -> bool {
        self.overdue > 0
    }

    /// The link lived at `asked`: what was overdue by then is ambiguous. Calls `told` for each, oldest first.
    pub(crate) fn settle(&mut self, asked: i64, forget: i64, mut told: impl FnMut(u64, Why)) {
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
    pub(crate) fn drain(&mut self, written: u64) -> (Vec<u64>, Vec<u64>) {
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
