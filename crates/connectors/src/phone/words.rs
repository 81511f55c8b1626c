//! What Android says of a message it was to send, and what that means here.
//!
//! The numbers are those of `SmsManager.RESULT_…`; the network's own cause stands beside them where it gave one.

use super::speech::Said;
use crate::errors::Errors;
use crate::talk::Verdict;
use sms::Code;
use sms::tpdu::cause;
use wire::smpp::Meaning::{self, Message, Route, Temporary, Throttle};

/// Nobody has shown a code of this connector.
pub(super) const UNPAIRED: &str = "no phone is paired: show its app a code of this connection";
/// It asked, and asks no more.
pub(super) const SILENT: &str = "the phone is silent: it has no power or no network, or its app does not run";
/// It asks, and no card in it can send.
pub(super) const NO_SIM: &str = "no SIM card of the phone can send";

/// Android's results with their names, what follows, and why. Whatever is not here is tried again, and not often.
const RESULTS: &[(u32, &str, Meaning, Code)] = &[
    (2, "radio off", Temporary, Code::LinkDown),
    (3, "no PDU", Message, Code::EncodingImpossible),
    (4, "no service", Temporary, Code::LinkDown),
    (5, "the phone's own limit is reached", Throttle, Code::Throttled),
    (6, "not among the card's fixed numbers", Route, Code::Barred),
    (7, "short code not allowed by the phone", Route, Code::Barred),
    (8, "short code never allowed by the phone", Route, Code::Barred),
    (9, "radio not available", Temporary, Code::LinkDown),
    (10, "rejected by the network", Message, Code::CarrierRejected),
    (11, "invalid arguments", Message, Code::EncodingImpossible),
    (12, "invalid state", Temporary, Code::TemporaryFault),
    (13, "no memory", Temporary, Code::TemporaryFault),
    (14, "invalid format", Message, Code::EncodingImpossible),
    (15, "system error", Temporary, Code::TemporaryFault),
    (16, "modem error", Temporary, Code::TemporaryFault),
    (17, "network error", Temporary, Code::TemporaryFault),
    (18, "encoding error", Message, Code::EncodingImpossible),
    (19, "invalid service centre", Route, Code::CarrierRejected),
    (20, "operation not allowed", Route, Code::Barred),
    (21, "internal error", Temporary, Code::TemporaryFault),
    (22, "no resources", Temporary, Code::TemporaryFault),
    (23, "cancelled", Temporary, Code::TemporaryFault),
    (24, "not supported", Route, Code::CarrierRejected),
    (29, "blocked during an emergency call", Temporary, Code::TemporaryFault),
    (30, "given up after retries", Temporary, Code::TemporaryFault),
    (32, "no default SMS app", Route, Code::CarrierRejected),
    (33, "the phone's user may not send", Route, Code::Barred),
    (100, "radio not available", Temporary, Code::LinkDown),
    (101, "failed, may be retried", Temporary, Code::TemporaryFault),
    (102, "rejected by the network", Message, Code::CarrierRejected),
    (103, "invalid state of the radio", Temporary, Code::TemporaryFault),
    (104, "invalid arguments for the radio", Message, Code::EncodingImpossible),
    (105, "the radio has no memory", Temporary, Code::TemporaryFault),
    (106, "too many requests for the radio", Throttle, Code::Throttled),
    (107, "invalid format for the radio", Message, Code::EncodingImpossible),
    (108, "system error of the radio", Temporary, Code::TemporaryFault),
    (109, "encoding error of the radio", Message, Code::EncodingImpossible),
    (110, "invalid service centre", Route, Code::CarrierRejected),
    (111, "modem error", Temporary, Code::TemporaryFault),
    (112, "network error", Temporary, Code::TemporaryFault),
    (113, "internal error of the radio", Temporary, Code::TemporaryFault),
    (114, "not supported by the radio", Route, Code::CarrierRejected),
    (115, "invalid state of the modem", Temporary, Code::TemporaryFault),
    (116, "the network is not ready", Temporary, Code::LinkDown),
    (117, "operation not allowed", Route, Code::Barred),
    (118, "the radio has no resources", Temporary, Code::TemporaryFault),
    (119, "cancelled", Temporary, Code::TemporaryFault),
    (120, "no SIM card", Temporary, Code::LinkDown),
    (121, "a call is in the way", Temporary, Code::TemporaryFault),
    (122, "access barred", Route, Code::Barred),
    (123, "blocked by a call", Temporary, Code::TemporaryFault),
    (124, "error of the radio", Temporary, Code::TemporaryFault),
    (126, "the card asks for PIN2", Route, Code::Barred),
    (127, "the card asks for PUK2", Route, Code::Barred),
    (128, "subscription not available", Temporary, Code::LinkDown),
    (129, "SIM card error", Temporary, Code::TemporaryFault),
    (130, "invalid state of the SIM card", Temporary, Code::LinkDown),
    (132, "SIM card busy", Temporary, Code::TemporaryFault),
    (134, "no subscription", Route, Code::LinkDown),
    (135, "no network found", Temporary, Code::LinkDown),
];

/// Results that do not say whether the message left: the service that would know it broke.
const UNKNOWN: [u32; 2] = [28, 31];

/// What an answer of the phone means; `None` where nobody knows what became of it.
pub(super) fn verdict(said: &Said, name: &str, errors: &Errors) -> Option<Verdict> {
    let told = |meaning, code, words: String, doubtful| {
        Some(Verdict { meaning, code, words, id: String::new(), doubtful })
    };
    match said {
        Said::Sent => Some(Verdict {
            meaning: Meaning::Ok,
            code: Code::None,
            words: String::new(),
            id: name.to_owned(),
            doubtful: false,
        }),
        Said::Unknown => None,
        Said::Expired => {
            let words = "the phone could not send it in the time it had".to_owned();
            told(Temporary, Code::TemporaryFault, words, false)
        }
        Said::Failed { code, .. } if UNKNOWN.contains(code) && errors.own(*code).is_none() => None,
        Said::Failed { code, cause, sent_parts } => {
            let (meaning, reason, words, doubtful) = failed(*code, *cause, errors);
            // Some of it is with the recipient: sent again, those parts would come twice.
            let meaning = if *sent_parts > 0 { Message } else { meaning };
            told(meaning, reason, words, doubtful)
        }
    }
}

/// A failure: what follows, why, in words, and whether its "later" may mean never.
fn failed(code: u32, network: Option<u32>, errors: &Errors) -> (Meaning, Code, String, bool) {
    let known = RESULTS.iter().find(|(number, ..)| *number == code);
    let cause = network.and_then(|n| u8::try_from(n).ok()).filter(|n| *n > 0);
    let reason = cause.map(cause::meaning).filter(|reason| *reason != Code::UnknownCode);
    let (meaning, why) = match (known, reason) {
        // The network's own word says more than that it said one.
        (None | Some((10 | 17 | 101 | 102 | 112, ..)), Some(why)) => {
            (if why.temporary() { Temporary } else { Message }, why)
        }
        (Some((_, _, meaning, why)), _) => (*meaning, *why),
        (None, None) => (Temporary, Code::UnknownCode),
    };
    let mut words = format!("Android {code}");
    if let Some((_, name, ..)) = known {
        words = format!("{words} ({name})");
    }
    if let Some(cause) = cause {
        words = format!("{words}, cause {cause}");
        if let Some(said) = cause::words(cause) {
            words = format!("{words} ({said})");
        }
    }
    let own = errors.own(code);
    (own.unwrap_or(meaning), why, words, own.is_none() && why == Code::UnknownCode)
}

/// Nothing of it was handed out.
pub(super) fn held(words: &str) -> Verdict {
    Verdict {
        meaning: Throttle,
        code: Code::Throttled,
        words: words.to_owned(),
        id: String::new(),
        doubtful: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: u32, cause: Option<u32>) -> Option<(Meaning, Code, bool)> {
        let said = Said::Failed { code, cause, sent_parts: 0 };
        verdict(&said, "n", &Errors::read("").0).map(|v| (v.meaning, v.code, v.doubtful))
    }

    #[test]
    fn results_have_their_consequence() {
        for (code, cause, wanted) in [
            (1, None, Some((Temporary, Code::UnknownCode, true))),
            (1, Some(30), Some((Message, Code::UnknownSubscriber, false))),
            (1, Some(42), Some((Temporary, Code::TemporaryFault, false))),
            (2, None, Some((Temporary, Code::LinkDown, false))),
            (5, None, Some((Throttle, Code::Throttled, false))),
            (6, None, Some((Route, Code::Barred, false))),
            (10, Some(8), Some((Message, Code::OperatorBlocked, false))),
            (18, Some(8), Some((Message, Code::EncodingImpossible, false))),
            (28, None, None),
            (31, None, None),
            (106, None, Some((Throttle, Code::Throttled, false))),
            (999, None, Some((Temporary, Code::UnknownCode, true))),
        ] {
            assert_eq!(of(code, cause), wanted, "{code} {cause:?}");
        }
        assert!(RESULTS.is_sorted_by_key(|(number, ..)| *number));
    }

    #[test]
    fn a_message_of_which_parts_left_is_not_tried_again() {
        let (none, _) = Errors::read("");
        let said = Said::Failed { code: 4, cause: None, sent_parts: 1 };
        assert_eq!(verdict(&said, "n", &none).unwrap().meaning, Message);
        let (own, _) = Errors::read("10=temporary, 31=permanent");
        let said = |code| Said::Failed { code, cause: None, sent_parts: 0 };
        assert_eq!(verdict(&said(10), "n", &own).unwrap().meaning, Temporary);
        assert_eq!(verdict(&said(31), "n", &own).unwrap().meaning, Message);
        assert_eq!(verdict(&Said::Sent, "n", &none).unwrap().id, "n");
        assert!(verdict(&Said::Unknown, "n", &none).is_none());
    }
}
