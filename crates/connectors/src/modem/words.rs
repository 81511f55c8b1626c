//! What a modem's answers and ends mean, and how they are said to people.

use crate::errors::Errors;
use crate::talk::Verdict;
use sms::Code;
use sms::live::LinkState;
use wire::at::{Ended, Failure, Trouble};
use wire::smpp::Meaning;

/// Failures that are the card's or the subscription's: another way may carry the message.
const BARRED: [u16; 6] = [8, 10, 50, 69, 0xC1, 0xC4];

/// A message was refused.
pub(super) fn refused(failure: &Failure, errors: &Errors) -> Verdict {
    let code = failure.code();
    let number = match failure {
        Failure::Cms(number) | Failure::Cme(number) => *number,
        Failure::Error | Failure::NoCarrier => None,
    };
    let own = number.filter(|_| matches!(failure, Failure::Cms(_))).and_then(|n| errors.own(u32::from(n)));
    let natural = match (failure, code) {
        (_, Code::LinkDown) => Meaning::Link,
        (Failure::Cms(Some(number)), _) if BARRED.contains(number) => Meaning::Route,
        (_, code) if code.temporary() || code == Code::UnknownCode => Meaning::Temporary,
        _ => Meaning::Message,
    };
    let name = match failure {
        Failure::Cms(Some(number)) => format!("+CMS ERROR: {number}"),
        Failure::Cme(Some(number)) => format!("+CME ERROR: {number}"),
        Failure::Cms(None) => "+CMS ERROR".to_owned(),
        Failure::Cme(None) => "+CME ERROR".to_owned(),
        Failure::Error => "ERROR".to_owned(),
        Failure::NoCarrier => "NO CARRIER".to_owned(),
    };
    Verdict {
        meaning: own.unwrap_or(natural),
        code,
        words: format!("{name} ({})", failure.words()),
        id: String::new(),
        // A number nobody knows, and a bare error, may mean never.
        doubtful: own.is_none() && code == Code::UnknownCode,
    }
}

/// Nothing of it was sent: the modem did not ask for it.
pub(super) fn unprompted() -> Verdict {
    let words = "the modem did not ask for the message".to_owned();
    Verdict {
        meaning: Meaning::Temporary,
        code: Code::TemporaryFault,
        words,
        id: String::new(),
        doubtful: false,
    }
}

/// The card has sent as much as it may.
pub(super) fn full() -> Verdict {
    let words = "the SIM card has sent as much as it may for now".to_owned();
    Verdict { meaning: Meaning::Throttle, code: Code::Throttled, words, id: String::new(), doubtful: false }
}

/// The modem took it.
pub(super) fn taken(id: String) -> Verdict {
    Verdict { meaning: Meaning::Ok, code: Code::None, words: String::new(), id, doubtful: false }
}

/// How a link with this trouble stands.
pub(super) fn state(trouble: Trouble) -> LinkState {
    match trouble {
        Trouble::PinMissing
        | Trouble::PinHeld
        | Trouble::PinWrong
        | Trouble::PinUnanswered
        | Trouble::Puk => LinkState::AuthFailed,
        Trouble::NoCard | Trouble::CardFailed | Trouble::NoPduMode | Trouble::Denied | Trouble::Searching => {
            LinkState::Down
        }
    }
}

/// A trouble in words.
pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoCard => "no SIM card is in the modem",
        Trouble::CardFailed => "the SIM card does not work, or is locked to another network or device",
        Trouble::PinMissing => "the SIM card asks for its PIN, and none is set",
        Trouble::PinHeld => {
            "the PIN is not entered by itself: it failed before, or its last try would be spent"
        }
        Trouble::PinWrong => "the SIM card refused the PIN; it is not entered again by itself",
        Trouble::PinUnanswered => {
            "nobody knows whether the SIM card took the PIN; it is not entered again by itself"
        }
        Trouble::Puk => "the SIM card is blocked and asks for its PUK: enter it in a telephone",
        Trouble::NoPduMode => "the modem knows no PDU mode",
        Trouble::Denied => "the network refuses the SIM card",
        Trouble::Searching => "the modem looks for a network",
    }
}

/// The end of a session in words.
pub(super) fn ended(why: Ended) -> &'static str {
    match why {
        Ended::Left => "left",
        Ended::Lost => "the modem is gone: its port was closed",
        Ended::Dead => "the modem does not answer",
        Ended::Unread => "the modem does not read",
        Ended::Trouble(of) => trouble(of),
        Ended::NoNetwork => "the modem has lost its network",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MDM-04: each number has its consequence; a connector's own table goes before it.
    #[test]
    fn mdm_04_numbers_have_their_consequence() {
        let (none, _) = Errors::read("");
        let cms = |number| refused(&Failure::Cms(Some(number)), &none);
        for (number, meaning, doubtful) in [
            (322, Meaning::Temporary, false),
            (314, Meaning::Temporary, false),
            (331, Meaning::Link, false),
            (310, Meaning::Link, false),
            (500, Meaning::Temporary, true),
            (777, Meaning::Temporary, true),
            (1, Meaning::Message, false),
            (28, Meaning::Message, false),
            (304, Meaning::Message, false),
            (8, Meaning::Route, false),
            (50, Meaning::Route, false),
            (38, Meaning::Temporary, false),
            (42, Meaning::Temporary, false),
        ] {
            let verdict = cms(number);
            assert_eq!((verdict.meaning, verdict.doubtful), (meaning, doubtful), "{number}");
            assert!(verdict.words.contains(&number.to_string()));
        }
        let (own, _) = Errors::read("500=permanent, 38=throttle");
        assert_eq!(refused(&Failure::Cms(Some(500)), &own).meaning, Meaning::Message);
        assert!(!refused(&Failure::Cms(Some(500)), &own).doubtful);
        assert_eq!(refused(&Failure::Cms(Some(38)), &own).meaning, Meaning::Throttle);
        assert_eq!(refused(&Failure::Error, &own).meaning, Meaning::Temporary);
    }
}
