//! What states and error numbers mean. Defaults: a connector may lay its carrier's own table over them.

use crate::life::Status;
use crate::reason::Code;

/// message_state of SMPP 3.4 clause 5.2.28 and 5.0 clause 4.7.15 with the word of appendix B.
const STATES: &[(u8, &str, Status, Code)] = &[
    (0, "SCHEDULED", Status::Submitted, Code::None),
    (1, "ENROUTE", Status::Submitted, Code::None),
    (2, "DELIVRD", Status::Delivered, Code::None),
    (3, "EXPIRED", Status::Expired, Code::ExpiredAtCarrier),
    (4, "DELETED", Status::Undelivered, Code::DeletedAtCarrier),
    (5, "UNDELIV", Status::Undelivered, Code::UnknownCode),
    (6, "ACCEPTD", Status::Submitted, Code::None),
    (7, "UNKNOWN", Status::Unknown, Code::UnknownCode),
    (8, "REJECTD", Status::Rejected, Code::CarrierRejected),
    (9, "SKIPPED", Status::Undelivered, Code::CarrierRejected),
];

/// Other spellings that carriers and gateways write.
const DIALECTS: &[(&str, Status, Code)] = &[
    ("DELIVERED", Status::Delivered, Code::None),
    ("ACCEPTED", Status::Submitted, Code::None),
    ("ACKED", Status::Submitted, Code::None),
    ("BUFFRED", Status::Buffered, Code::None),
    ("BUFFERD", Status::Buffered, Code::None),
    ("BUFFERED", Status::Buffered, Code::None),
    ("UNDELIVERABLE", Status::Undelivered, Code::UnknownCode),
    ("UNDELIVERED", Status::Undelivered, Code::UnknownCode),
    ("UNDELIVRD", Status::Undelivered, Code::UnknownCode),
    ("FAILED", Status::Undelivered, Code::UnknownCode),
    ("REJECTED", Status::Rejected, Code::CarrierRejected),
    ("NO_ROUTE", Status::Rejected, Code::CarrierRejected),
];

/// What a state word means, in any case; one nobody knows is unknown, never a failure.
pub fn meaning_of_word(word: &str) -> (Status, Code) {
    let word = word.trim();
    let state = STATES.iter().find(|s| s.1.eq_ignore_ascii_case(word)).map(|s| (s.2, s.3));
    let dialect = || DIALECTS.iter().find(|d| d.0.eq_ignore_ascii_case(word)).map(|d| (d.1, d.2));
    let number = || word.parse().ok().map(meaning_of_state);
    state.or_else(dialect).or_else(number).unwrap_or((Status::Unknown, Code::UnknownCode))
}

/// What a message_state means.
pub fn meaning_of_state(state: u8) -> (Status, Code) {
    let known = STATES.iter().find(|s| s.0 == state);
    known.map_or((Status::Unknown, Code::UnknownCode), |s| (s.2, s.3))
}

/// The word of a message_state.
pub fn word_of(state: u8) -> Option<&'static str> {
    STATES.iter().find(|s| s.0 == state).map(|s| s.1)
}

/// The message_state that says a status, for receipts that we write.
pub fn state_of(status: Status, code: Code) -> u8 {
    match status {
        Status::Delivered => 2,
        Status::Expired => 3,
        Status::Undelivered | Status::Cancelled if code == Code::DeletedAtCarrier => 4,
        Status::Undelivered => 5,
        Status::Cancelled => 4,
        Status::Rejected | Status::Suppressed => 8,
        Status::Unknown => 7,
        Status::Submitted => 6,
        Status::Scheduled => 0,
        Status::Accepted | Status::Queued | Status::Submitting | Status::Buffered => 1,
    }
}

/// The MAP user errors of 3GPP 29.002 clause 17.6.6, as most carriers copy them into `err:` and
/// network_error_code. What a carrier numbers in its own way is for its connector to say.
const ERRORS: &[(u16, Code)] = &[
    (1, Code::UnknownSubscriber),
    // Unidentified: the exchange has lost the subscriber, not the register; it passes.
    (5, Code::TemporaryFault),
    (6, Code::AbsentSubscriber),
    (9, Code::Barred),
    (10, Code::Barred),
    (11, Code::Barred),
    (12, Code::Barred),
    (13, Code::Barred),
    (27, Code::AbsentSubscriber),
    (31, Code::TemporaryFault),
    // Delivery failure: the handset refused, nearly always for want of room.
    (32, Code::MemoryFull),
    (33, Code::AbsentSubscriber),
    (34, Code::TemporaryFault),
    (35, Code::TemporaryFault),
    (36, Code::TemporaryFault),
];

/// The usual meaning of an error; `None` for no error, letters, and numbers without a common meaning.
pub fn code_of_error(raw: &str) -> Option<Code> {
    let number: u16 = raw.trim().parse().ok()?;
    ERRORS.iter().find(|(n, _)| *n == number).map(|(_, code)| *code)
}

/// Whether an error field says that there was none: nothing, or zeros.
pub(super) fn is_no_error(raw: &str) -> bool {
    raw.trim().bytes().all(|b| b == b'0')
}
