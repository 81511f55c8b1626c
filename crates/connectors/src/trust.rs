//! How much of its window a link uses: it grows with answers that come soon and shrinks with those that come late.
//! Pure; time is handed in.
//!
//! A carrier that takes more than it can work off answers later and later; without this the whole window would run into
//! the answer timeout. A link that has just fallen begins with one message at a time.

/// What a link begins with.
const BEGIN: usize = 64;
/// Answers that a careful link waits for one by one, so that a message that breaks it takes no other along.
const ALONE: usize = 32;

#[derive(Debug, Clone)]
pub(crate) struct Trust {
    window: usize,
    usable: usize,
    answer_ms: i64,
    shrunk_at: i64,
    /// Answers still to come before it grows.
    alone: usize,
}

impl Trust {
    /// `careful` after a link that fell soon.
    pub(crate) fn new(window: usize, answer_ms: i64, careful: bool) -> Trust {
        let usable = if careful { 1 } else { window.min(BEGIN) };
        let alone = if careful { ALONE } else { 0 };
        Trust { window, usable, answer_ms, shrunk_at: i64::MIN, alone }
    }

    /// Messages that may be on the wire at one time.
    pub(crate) fn usable(&self) -> usize {
        self.usable
    }

    /// An answer came after so long.
    pub(crate) fn answered(&mut self, took_ms: i64, now: i64) {
        if self.alone > 0 {
            self.alone -= 1;
        } else if took_ms * 4 <= self.answer_ms {
            self.usable = (self.usable + 1).min(self.window);
        } else if took_ms * 2 > self.answer_ms {
            self.shrink(took_ms, now, 7);
        }
    }

    /// No answer came in time.
    pub(crate) fn missed(&mut self, now: i64) {
        self.shrink(self.answer_ms, now, 5);
    }

    /// Once per round: what was written before the last shrinking says nothing new.
    fn shrink(&mut self, round_ms: i64, now: i64, tenths: usize) {
        if now.saturating_sub(self.shrunk_at) > round_ms {
            self.usable = (self.usable * tenths / 10).max(1);
            self.shrunk_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A carrier that works off one message each `per` ms, whatever it took.
    fn longest_wait(window: usize, per: i64, minutes: i64) -> (i64, usize) {
        let mut trust = Trust::new(window, 60_000, false);
        let (mut out, mut longest, mut done) = (VecDeque::new(), 0, 0);
        for now in (0..minutes * 60_000).step_by(usize::try_from(per).unwrap()) {
            while out.len() < trust.usable() {
                out.push_back(now);
            }
            if let Some(at) = out.pop_front() {
                trust.answered(now - at, now);
                longest = longest.max(now - at);
                done += 1;
            }
        }
        (longest, done)
    }

    #[test]
    fn a_slow_carrier_never_sees_more_than_it_answers_in_time() {
        for per in [5, 50, 200, 500] {
            let (longest, done) = longest_wait(1_000, per, 20);
            assert!(longest < 60_000, "{per} ms a message: {longest} ms for an answer");
            assert!(done as i64 >= 20 * 60_000 / per - 1, "the carrier was idle");
        }
    }

    #[test]
    fn a_quick_one_gets_the_whole_window_and_a_fallen_one_begins_with_one() {
        let mut trust = Trust::new(1_000, 60_000, false);
        (0..1_000).for_each(|n| trust.answered(1, n));
        assert_eq!(trust.usable(), 1_000);
        let mut trust = Trust::new(10, 60_000, true);
        (0..ALONE as i64).for_each(|n| trust.answered(1, n));
        assert_eq!(trust.usable(), 1, "the first go one by one");
        (0..20).for_each(|n| trust.answered(1, n));
        assert_eq!(trust.usable(), 10);
        trust.missed(100);
        trust.missed(101);
        assert_eq!(trust.usable(), 5, "one shrinking a round");
    }
}
