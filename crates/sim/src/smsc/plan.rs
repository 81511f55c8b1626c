//! What happens to an accepted message and when: a pure function of its outcome, its id and the weather.

use sms::{Code, Status};

use crate::chance;
use crate::config::Config;
use crate::outcome::Outcome;

/// What a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Says {
    pub(super) status: Status,
    pub(super) code: Code,
    /// The error number of the text and of network_error_code.
    pub(super) err: u16,
    /// Not the last word.
    pub(super) intermediate: bool,
}

/// One step of a message's way after it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Ms after it was accepted.
    pub(super) after: i64,
    /// The handset shows it.
    pub(super) show: bool,
    /// A report leaves.
    pub(super) says: Option<Says>,
}

/// The error number of a content refusal, which no standard has one for.
pub const CONTENT_REFUSED: u16 = 200;

const fn says(status: Status, code: Code, err: u16) -> Option<Says> {
    Some(Says { status, code, err, intermediate: false })
}

const fn held(err: u16, code: Code) -> Option<Says> {
    Some(Says { status: Status::Buffered, code, err, intermediate: true })
}

const DELIVERED: Option<Says> = says(Status::Delivered, Code::None, 0);

/// The step of a number from 0; `None` when the way is at its end.
pub(super) fn step(config: &Config, outcome: Outcome, asked: bool, id: u64, at: usize) -> Option<Step> {
    let base = chance::between(config.seed, id, config.receipt_ms) as i64;
    let hurry = config.hurry.max(1) as i64;
    let bare = |after: i64, show: bool, says: Option<Says>| Some(Step { after, show, says });
    let fixed = config.receipt_ms.0 == config.receipt_ms.1;
    match (outcome, at) {
        // Who dials the ending 00 sees the bubble first and its report within one to three seconds.
        (Outcome::Delivered, 0) if asked && !fixed => bare(base, true, None),
        (Outcome::Delivered, 1) if asked && !fixed => {
            let later = chance::between(config.seed, !id, (1000, 3000)) as i64 / hurry;
            bare(base.max(later), false, DELIVERED)
        }
        (Outcome::Delivered | Outcome::Throttled | Outcome::RepliesStop | Outcome::RepliesDigit, 0) => {
            bare(base, true, DELIVERED)
        }
        (Outcome::Off, 0) => bare(base, false, held(6, Code::AbsentSubscriber)),
        (Outcome::Off, 1) => bare(base + 60_000 / hurry, true, DELIVERED),
        (Outcome::UnknownSubscriber, 0) => {
            bare(base, false, says(Status::Undelivered, Code::UnknownSubscriber, 1))
        }
        (Outcome::MemoryFull, 0) => bare(base, false, held(32, Code::MemoryFull)),
        (Outcome::MemoryFull, 1) => {
            bare(base + 10_000 / hurry, false, says(Status::Expired, Code::ExpiredAtCarrier, 32))
        }
        (Outcome::NoReport, 0) => bare(base, true, None),
        (Outcome::Rejected, 0) => {
            bare(base, false, says(Status::Rejected, Code::ContentRefused, CONTENT_REFUSED))
        }
        (Outcome::DoubleReport, 0) => bare(base, true, DELIVERED),
        (Outcome::DoubleReport, 1) => bare(base + 200, false, says(Status::Submitted, Code::None, 0)),
        (Outcome::DoubleReport, 2) => bare(base + 400, false, DELIVERED),
        _ => None,
    }
}

/// What the person answers to a message that the handset shows.
pub(super) fn reply(outcome: Outcome, text: &str) -> Option<String> {
    match outcome {
        Outcome::RepliesStop => Some("STOP".to_owned()),
        Outcome::RepliesDigit => text.chars().rev().find(char::is_ascii_digit).map(String::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(outcome: Outcome, asked: bool) -> Vec<Step> {
        let config = Config::default();
        (0..).map_while(|at| step(&config, outcome, asked, 77, at)).collect()
    }

    #[test]
    fn every_way_ends_goes_forward_and_shows_once_at_most() {
        for outcome in Outcome::ALL {
            for asked in [true, false] {
                let way = way(outcome, asked);
                assert!((1..=3).contains(&way.len()), "{outcome:?}");
                assert!(way.windows(2).all(|w| w[0].after <= w[1].after), "{outcome:?}");
                let shown = way.iter().filter(|s| s.show).count();
                let never = [Outcome::UnknownSubscriber, Outcome::MemoryFull, Outcome::Rejected];
                assert_eq!(shown, usize::from(!never.contains(&outcome)), "{outcome:?}");
            }
        }
    }

    #[test]
    fn the_endings_keep_their_times() {
        let report = |outcome| way(outcome, true).into_iter().rev().find(|s| s.says.is_some()).unwrap();
        assert!((1000..=3000).contains(&report(Outcome::Delivered).after));
        assert!((60_300..=60_900).contains(&report(Outcome::Off).after));
        assert_eq!(report(Outcome::Rejected).says.unwrap().status, Status::Rejected);
        assert_eq!(report(Outcome::MemoryFull).says.unwrap().status, Status::Expired);
        assert!(way(Outcome::NoReport, true).iter().all(|s| s.says.is_none()));
    }

    #[test]
    fn people_answer_as_their_number_says() {
        assert_eq!(reply(Outcome::RepliesStop, "Sale"), Some("STOP".into()));
        assert_eq!(reply(Outcome::RepliesDigit, "1 yes, 2 no?"), Some("2".into()));
        assert_eq!(reply(Outcome::RepliesDigit, "hello"), None);
        assert_eq!(reply(Outcome::Delivered, "1"), None);
    }
}
