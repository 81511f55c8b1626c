//! The circuit of a connector: open when a carrier refuses most of what it gets, then one message at a time until one is
//! taken. Pure; time is handed in.
//!
//! Throttling does not count, nor does what is wrong with a single number.

use std::collections::{HashMap, VecDeque};

/// Answers before it judges.
const LEAST: usize = 20;
/// How long the answer to a try is waited for before another one is allowed.
const TRY_MS: i64 = 60_000;

/// What an answer was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Taken.
    Taken,
    /// Not now.
    Later,
    /// Never.
    Never,
}

/// What an answer changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing.
    Stays,
    /// It opened. Streams of which more than half was refused for good.
    Opened(Vec<i64>),
    /// It closed.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: i64 },
    Trying { since: i64 },
}

#[derive(Debug)]
pub(crate) struct Circuit {
    look_ms: i64,
    pause: (i64, i64),
    state: State,
    openings: u32,
    seen: VecDeque<(i64, Said, i64)>,
    bad: usize,
}

impl Circuit {
    pub(crate) fn new(look_ms: i64, pause: (i64, i64)) -> Circuit {
        Circuit { look_ms, pause, state: State::Closed, openings: 0, seen: VecDeque::new(), bad: 0 }
    }

    /// Whether it is open, a try included.
    pub(crate) fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// How many messages may be written now.
    pub(crate) fn room(&self, now: i64) -> usize {
        match self.state {
            State::Closed => usize::MAX,
            State::Open { until } => usize::from(now >= until),
            State::Trying { since } => usize::from(now >= since + TRY_MS),
        }
    }

    /// One was written.
    pub(crate) fn wrote(&mut self, now: i64) {
        if self.is_open() && self.room(now) > 0 {
            self.state = State::Trying { since: now };
        }
    }

    /// An answer came to a message of this stream.
    pub(crate) fn said(&mut self, said: Said, stream: i64, now: i64) -> Turn {
        match self.state {
            State::Trying { .. } if said == Said::Taken => {
                (self.state, self.openings) = (State::Closed, 0);
                self.seen.clear();
                self.bad = 0;
                return Turn::Closed;
            }
            State::Trying { .. } => {
                self.open(now);
                return if said == Said::Never { Turn::Opened(vec![stream]) } else { Turn::Stays };
            }
            State::Open { .. } => return Turn::Stays, // the rest of what was on the wire
            State::Closed => {}
        }
        self.seen.push_back((now, said, stream));
        self.bad += usize::from(said != Said::Taken);
        while let Some((at, old, _)) = self.seen.front()
            && *at + self.look_ms < now
        {
            self.bad -= usize::from(*old != Said::Taken);
            self.seen.pop_front();
        }
        if self.seen.len() < LEAST || 2 * self.bad <= self.seen.len() {
            return Turn::Stays;
        }
        self.open(now);
        Turn::Opened(self.refused())
    }

    fn open(&mut self, now: i64) {
        let pause = self.pause.0.saturating_mul(1 << self.openings.min(20)).min(self.pause.1);
        self.state = State::Open { until: now + pause };
        self.openings += 1;
    }

    fn refused(&self) -> Vec<i64> {
        let mut streams: HashMap<i64, (usize, usize)> = HashMap::new();
        for (_, said, stream) in &self.seen {
            let count = streams.entry(*stream).or_default();
            count.0 += usize::from(*said == Said::Never);
            count.1 += 1;
        }
        let mut out: Vec<i64> =
            streams.into_iter().filter(|(_, (never, all))| 2 * never > *all).map(|(s, _)| s).collect();
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circuit() -> Circuit {
        Circuit::new(30_000, (5_000, 60_000))
    }

    #[test]
    fn it_opens_above_half_of_twenty_and_names_who_is_refused() {
        let mut c = circuit();
        for n in 0..19 {
            assert_eq!(c.said(Said::Never, 7, n), Turn::Stays);
        }
        assert_eq!(c.said(Said::Taken, 8, 20), Turn::Opened(vec![7]));
        assert_eq!((c.room(21), c.room(5_020)), (0, 1));
        let mut c = circuit();
        for n in 0..100 {
            let said = if n % 2 == 0 { Said::Taken } else { Said::Later };
            assert_eq!(c.said(said, 7, n), Turn::Stays, "half is not more than half");
        }
    }

    #[test]
    fn old_answers_are_forgotten() {
        let mut c = circuit();
        (0..19).for_each(|n| assert_eq!(c.said(Said::Later, 1, n), Turn::Stays));
        assert_eq!(c.said(Said::Later, 1, 40_000), Turn::Stays);
    }

    #[test]
    fn one_try_at_a_time_closes_it_or_doubles_the_pause() {
        let mut c = circuit();
        (0..20).for_each(|_| drop(c.said(Said::Later, 1, 0)));
        assert_eq!(c.room(4_999), 0);
        c.wrote(5_000);
        assert_eq!(c.room(5_001), 0);
        assert_eq!(c.said(Said::Later, 1, 5_100), Turn::Stays);
        assert_eq!((c.room(15_099), c.room(15_100)), (0, 1));
        c.wrote(15_100);
        assert_eq!(c.said(Said::Taken, 1, 15_200), Turn::Closed);
        assert_eq!(c.room(15_200), usize::MAX);
        (0..20).for_each(|_| drop(c.said(Said::Later, 1, 16_000)));
        c.wrote(21_000);
        assert_eq!((c.room(80_999), c.room(81_000)), (0, 1), "a try nobody answers is not the last");
    }
}
