//! Error codes of parameter 900 (specification chapter 5) and status error codes of parameter 062 (GSM 09.02).

use crate::smpp::Meaning;
use sms::Code;

use Meaning::{Link, Message, Route, Temporary};

/// An error code as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u16);

const ERRORS: &[(u16, &str, Meaning, Code)] = &[
    (1, "unexpected operation", Route, Code::CarrierRejected),
    (2, "syntax error", Message, Code::CarrierRejected),
    (3, "unsupported parameter", Route, Code::CarrierRejected),
    (4, "connection to the message centre lost", Temporary, Code::TemporaryFault),
    (5, "no response from the message centre", Temporary, Code::TemporaryFault),
    (6, "general system error", Temporary, Code::TemporaryFault),
    (7, "cannot find information", Message, Code::CarrierRejected),
    (8, "parameter formatting error", Message, Code::CarrierRejected),
    (9, "requested operation failed", Temporary, Code::TemporaryFault),
    (100, "invalid login", Link, Code::LinkDown),
    (101, "incorrect access type", Link, Code::LinkDown),
    (102, "too many users with this login", Link, Code::LinkDown),
    (103, "login refused by the message centre", Link, Code::LinkDown),
    (104, "invalid window size", Link, Code::LinkDown),
    (105, "windowing disabled", Link, Code::LinkDown),
    (300, "incorrect destination address", Message, Code::BadAddress),
    (301, "incorrect number of destination addresses", Message, Code::CarrierRejected),
    (302, "syntax error in user data", Message, Code::CarrierRejected),
    (303, "incorrect combination of user data parameters", Message, Code::CarrierRejected),
    (304, "incorrect data coding scheme", Message, Code::CarrierRejected),
    (305, "incorrect validity period", Message, Code::CarrierRejected),
    (306, "incorrect originator address", Route, Code::SenderNotAllowed),
    (307, "incorrect protocol identifier", Message, Code::CarrierRejected),
    (308, "incorrect first delivery time", Message, Code::CarrierRejected),
    (309, "incorrect reply path", Message, Code::CarrierRejected),
    (310, "incorrect status report request", Message, Code::CarrierRejected),
    (311, "incorrect cancel enabled parameter", Message, Code::CarrierRejected),
    (312, "incorrect priority", Message, Code::CarrierRejected),
    (313, "incorrect tariff class", Message, Code::CarrierRejected),
    (314, "incorrect service description", Message, Code::CarrierRejected),
    (315, "incorrect transport type", Message, Code::CarrierRejected),
    (316, "incorrect message type", Message, Code::CarrierRejected),
    (318, "incorrect mms parameter", Message, Code::CarrierRejected),
    (319, "incorrect operation timer", Message, Code::CarrierRejected),
    (400, "incorrect address", Message, Code::CarrierRejected),
    (401, "incorrect time stamp", Message, Code::CarrierRejected),
    (500, "incorrect time stamp", Message, Code::CarrierRejected),
    (501, "incorrect mode", Message, Code::CarrierRejected),
    (502, "incorrect combination of parameters", Message, Code::CarrierRejected),
    (600, "incorrect time stamp", Message, Code::CarrierRejected),
    (601, "incorrect address", Message, Code::CarrierRejected),
    (602, "incorrect mode", Message, Code::CarrierRejected),
    (603, "incorrect combination of parameters", Message, Code::CarrierRejected),
    (800, "changing the password failed", Message, Code::CarrierRejected),
    (801, "changing the password not allowed", Message, Code::CarrierRejected),
    (900, "unsupported item requested", Message, Code::CarrierRejected),
    (1_000, "the packet could not be read over there", Temporary, Code::TemporaryFault),
];

impl ErrorCode {
    /// Not now.
    pub const UNEXPECTED: ErrorCode = ErrorCode(1);
    /// It cannot be read.
    pub const SYNTAX: ErrorCode = ErrorCode(2);
    /// The carrier's own fault.
    pub const SYSTEM: ErrorCode = ErrorCode(6);
    /// It did not go, without a better word.
    pub const FAILED: ErrorCode = ErrorCode(9);
    /// Wrong account or password.
    pub const INVALID_LOGIN: ErrorCode = ErrorCode(100);
    /// The carrier lets nobody in.
    pub const LOGIN_REFUSED: ErrorCode = ErrorCode(103);
    /// The recipient is no address.
    pub const DESTINATION: ErrorCode = ErrorCode(300);
    /// The text cannot be read.
    pub const USER_DATA: ErrorCode = ErrorCode(302);
    /// The sender is refused.
    pub const ORIGINATOR: ErrorCode = ErrorCode(306);
    /// No number of the specification: the checksum does not fit, which is answered by a negative acknowledgement.
    pub const CHECKSUM: ErrorCode = ErrorCode(1_000);

    fn row(self) -> Option<&'static (u16, &'static str, Meaning, Code)> {
        ERRORS.iter().find(|row| row.0 == self.0)
    }

    /// What the specification calls it; `None` for vendors' numbers.
    pub fn words(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// What to do about it. A number no table has is worth another try.
    pub fn meaning(self) -> Meaning {
        self.row().map_or(Temporary, |row| row.2)
    }

    /// The reason a person reads.
    pub fn reason(self) -> Code {
        self.row().map_or(Code::UnknownCode, |row| row.3)
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.words() {
            Some(words) => write!(f, "{} {words}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// The causes of parameter 062, as SMSCs hand on those of the network.
const CAUSES: &[(u16, Code)] = &[
    (1, Code::UnknownSubscriber),
    (5, Code::UnknownSubscriber),
    (6, Code::AbsentSubscriber),
    (9, Code::Barred),
    (11, Code::CarrierRejected),
    (12, Code::Barred),
    (13, Code::Barred),
    (21, Code::CarrierRejected),
    (27, Code::AbsentSubscriber),
    (31, Code::TemporaryFault),
    (32, Code::MemoryFull),
    (33, Code::TemporaryFault),
    (34, Code::TemporaryFault),
    (36, Code::TemporaryFault),
];

/// The reason a person reads for a status error code.
pub(super) fn cause(code: u16) -> Code {
    CAUSES.iter().find(|row| row.0 == code).map_or(Code::UnknownCode, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_every_error_has_a_reason() {
        assert!(ERRORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(CAUSES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ERRORS.iter().all(|row| row.3 != Code::None));
        assert_eq!(ErrorCode(100).to_string(), "100 invalid login");
        assert_eq!((ErrorCode(777).to_string().as_str(), ErrorCode(777).meaning()), ("777", Temporary));
    }
}
