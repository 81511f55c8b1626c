//! What becomes of a message: by the last two digits of a +999 number, else by the scenario's mix.

use crate::chance;

/// What a handset, or the way to it, does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Delivered soon.
    Delivered,
    /// Off for a minute, then delivered.
    Off,
    /// There is no such subscriber.
    UnknownSubscriber,
    /// The memory is full until the message expires.
    MemoryFull,
    /// The carrier throttles for five seconds, then delivers.
    Throttled,
    /// Delivered, and the person answers STOP.
    RepliesStop,
    /// Delivered, and the person answers with the last digit of the text.
    RepliesDigit,
    /// Accepted; no report ever comes.
    NoReport,
    /// The operator rejects it for its content.
    Rejected,
    /// Delivered, and reported twice and out of order.
    DoubleReport,
}

impl Outcome {
    /// In the order of the endings 00 to 09.
    pub const ALL: [Outcome; 10] = [
        Outcome::Delivered,
        Outcome::Off,
        Outcome::UnknownSubscriber,
        Outcome::MemoryFull,
        Outcome::Throttled,
        Outcome::RepliesStop,
        Outcome::RepliesDigit,
        Outcome::NoReport,
        Outcome::Rejected,
        Outcome::DoubleReport,
    ];

    /// The outcome a simulator number (+999…) asks for by its last two digits; `None` for every other number.
    pub fn of_number(number: &str) -> Option<Outcome> {
        let digits = number.strip_prefix('+').unwrap_or(number);
        let ending = digits.strip_prefix("999")?.as_bytes();
        match ending {
            [.., b'0', last @ b'0'..=b'9'] => Outcome::ALL.get(usize::from(last - b'0')).copied(),
            _ => None,
        }
    }
}

/// Shares of outcomes in percent, for numbers that ask for none. What is left of a hundred is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mix {
    /// Off for a minute, then delivered.
    pub off: f64,
    /// No such subscriber.
    pub unknown_subscriber: f64,
    /// Memory full, then expired.
    pub memory_full: f64,
    /// Throttled for five seconds, then delivered.
    pub throttled: f64,
    /// Answers STOP.
    pub replies_stop: f64,
    /// Answers with the last digit of the text.
    pub replies_digit: f64,
    /// Never a report.
    pub no_report: f64,
    /// Rejected by the operator.
    pub rejected: f64,
    /// Reported twice and out of order.
    pub double_report: f64,
}

impl Mix {
    fn shares(&self) -> [f64; 9] {
        [
            self.off,
            self.unknown_subscriber,
            self.memory_full,
            self.throttled,
            self.replies_stop,
            self.replies_digit,
            self.no_report,
            self.rejected,
            self.double_report,
        ]
    }

    /// Whether the shares are a hundred at most, and none is below zero.
    pub fn is_possible(&self) -> bool {
        self.shares().iter().all(|s| (0.0..=100.0).contains(s)) && self.shares().iter().sum::<f64>() <= 100.0
    }

    /// The outcome of a number under a seed: the same number has the same outcome throughout.
    pub(crate) fn of(&self, seed: u64, number: &str) -> Outcome {
        let hash = number.bytes().fold(seed, |h, b| chance::draw(h, u64::from(b) + 1));
        let mut point = (hash % 1_000_000) as f64 / 10_000.0;
        for (share, outcome) in self.shares().into_iter().zip(&Outcome::ALL[1..]) {
            if point < share {
                return *outcome;
            }
            point -= share;
        }
        Outcome::Delivered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_endings_of_the_table_ask_for_an_outcome() {
        for (number, outcome) in [
            ("+99950000100", Some(Outcome::Delivered)),
            ("+99950000101", Some(Outcome::Off)),
            ("99950000102", Some(Outcome::UnknownSubscriber)),
            ("+99950000109", Some(Outcome::DoubleReport)),
            ("+99950000110", None),
            ("+97250000102", None),
            ("+999", None),
            ("4502", None),
        ] {
            assert_eq!(Outcome::of_number(number), outcome, "{number}");
        }
    }

    #[test]
    fn the_mix_is_met_and_one_number_keeps_its_fate() {
        let mix = Mix { unknown_subscriber: 3.0, memory_full: 2.0, off: 3.0, ..Mix::default() };
        assert!(mix.is_possible());
        assert!(!Mix { off: 60.0, rejected: 41.0, ..Mix::default() }.is_possible());
        let fates: Vec<_> = (0..20_000).map(|n| mix.of(7, &format!("97250{n:07}"))).collect();
        let share = |o| fates.iter().filter(|f| **f == o).count() as f64 / 200.0;
        for (outcome, percent) in [
            (Outcome::Delivered, 92.0),
            (Outcome::UnknownSubscriber, 3.0),
            (Outcome::MemoryFull, 2.0),
            (Outcome::Off, 3.0),
        ] {
            assert!((share(outcome) - percent).abs() < 0.7, "{outcome:?}: {}", share(outcome));
        }
        assert_eq!(mix.of(7, "972501234567"), mix.of(7, "972501234567"));
    }
}
