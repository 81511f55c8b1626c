//! Error codes of negative results (clause 6.1) and reason codes of operation 53 (clause 6.2).

use crate::smpp::Meaning;
use sms::Code;

use Meaning::{Link, Message, Route, Temporary};

/// An error code as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ec(pub u16);

const ERRORS: &[(u16, &str, Meaning, Code)] = &[
    (1, "checksum error", Temporary, Code::TemporaryFault),
    (2, "syntax error", Message, Code::CarrierRejected),
    (3, "operation not supported", Route, Code::CarrierRejected),
    (4, "operation not allowed", Route, Code::CarrierRejected),
    (5, "call barring active", Message, Code::Barred),
    (6, "AdC invalid", Message, Code::BadAddress),
    (7, "authentication failure", Link, Code::LinkDown),
    (8, "legitimisation code for all calls, failure", Route, Code::CarrierRejected),
    (9, "GA not valid", Message, Code::BadAddress),
    (10, "repetition not allowed", Message, Code::CarrierRejected),
    (11, "legitimisation code for repetition, failure", Message, Code::CarrierRejected),
    (12, "priority call not allowed", Message, Code::CarrierRejected),
    (13, "legitimisation code for priority call, failure", Message, Code::CarrierRejected),
    (14, "urgent message not allowed", Message, Code::CarrierRejected),
    (15, "legitimisation code for urgent message, failure", Message, Code::CarrierRejected),
    (16, "reverse charging not allowed", Message, Code::CarrierRejected),
    (17, "legitimisation code for reverse charging, failure", Message, Code::CarrierRejected),
    (18, "deferred delivery not allowed", Message, Code::CarrierRejected),
    (19, "new AC not valid", Message, Code::CarrierRejected),
    (20, "new legitimisation code not valid", Message, Code::CarrierRejected),
    (21, "standard text not valid", Message, Code::CarrierRejected),
    (22, "time period not valid", Message, Code::CarrierRejected),
    (23, "message type not supported", Message, Code::CarrierRejected),
    (24, "message too long", Message, Code::CarrierRejected),
    (25, "requested standard text not valid", Message, Code::CarrierRejected),
    (26, "message type not valid for the pager type", Message, Code::CarrierRejected),
    (27, "message not found", Message, Code::CarrierRejected),
    (30, "subscriber hang-up", Temporary, Code::TemporaryFault),
    (31, "fax group not supported", Message, Code::CarrierRejected),
    (32, "fax message type not supported", Message, Code::CarrierRejected),
    (33, "address already in list", Message, Code::CarrierRejected),
    (34, "address not in list", Message, Code::CarrierRejected),
    (35, "list full", Message, Code::CarrierRejected),
    (36, "RPID already in use", Message, Code::CarrierRejected),
    (37, "delivery in progress", Message, Code::CarrierRejected),
    (38, "message forwarded", Message, Code::CarrierRejected),
];

impl Ec {
    /// The checksum does not fit.
    pub const CHECKSUM: Ec = Ec(1);
    /// It cannot be read.
    pub const SYNTAX: Ec = Ec(2);
    /// Not done here.
    pub const UNSUPPORTED: Ec = Ec(3);
    /// Not now, or not for you. The code SMSCs answer with to what comes too fast, too.
    pub const NOT_ALLOWED: Ec = Ec(4);
    /// The recipient is no address.
    pub const ADDRESS: Ec = Ec(6);
    /// Wrong account or password.
    pub const AUTHENTICATION: Ec = Ec(7);
    /// More text than a message holds.
    pub const TOO_LONG: Ec = Ec(24);

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

impl std::fmt::Display for Ec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.words() {
            Some(words) => write!(f, "{:02} {words}", self.0),
            None => write!(f, "{:02}", self.0),
        }
    }
}

/// A reason code of a report as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rsn(pub u16);

const REASONS: &[(u16, Code)] = &[
    (0, Code::UnknownSubscriber),
    (1, Code::TemporaryFault),
    (2, Code::TemporaryFault),
    (3, Code::TemporaryFault),
    (4, Code::TemporaryFault),
    (5, Code::TemporaryFault),
    (6, Code::TemporaryFault),
    (7, Code::TemporaryFault),
    (8, Code::TemporaryFault),
    (9, Code::UnknownCode),
    (10, Code::TemporaryFault),
    (100, Code::CarrierRejected),
    (101, Code::UnknownSubscriber),
    (102, Code::CarrierRejected),
    (103, Code::Barred),
    (104, Code::OperatorBlocked),
    (105, Code::TemporaryFault),
    (106, Code::CarrierRejected),
    (107, Code::AbsentSubscriber),
    (108, Code::TemporaryFault),
    (109, Code::TemporaryFault),
    (110, Code::TemporaryFault),
    (111, Code::CarrierRejected),
    (112, Code::CarrierRejected),
    (113, Code::TemporaryFault),
    (114, Code::Barred),
    (115, Code::UnknownSubscriber),
    (116, Code::TemporaryFault),
    (117, Code::CarrierRejected),
    (118, Code::TemporaryFault),
    (119, Code::TemporaryFault),
    (120, Code::TemporaryFault),
    (121, Code::TemporaryFault),
    (122, Code::TemporaryFault),
    (123, Code::TemporaryFault),
    (124, Code::TemporaryFault),
    (125, Code::TemporaryFault),
    (126, Code::TemporaryFault),
    (127, Code::CarrierRejected),
];

impl Rsn {
    /// The reason a person reads.
    pub fn reason(self) -> Code {
        REASONS.iter().find(|row| row.0 == self.0).map_or(Code::UnknownCode, |row| row.1)
    }

    /// The reason code that says this best, for a carrier's side.
    pub const fn of(code: Code) -> Rsn {
        Rsn(match code {
            Code::None => 0,
            Code::UnknownSubscriber => 101,
            Code::Barred => 103,
            Code::OperatorBlocked => 104,
            Code::AbsentSubscriber => 107,
            Code::MemoryFull => 116,
            _ => 108,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_every_error_has_a_reason() {
        assert!(ERRORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(REASONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ERRORS.iter().all(|row| row.3 != Code::None));
        assert_eq!(Ec(7).to_string(), "07 authentication failure");
        assert_eq!((Ec(77).to_string().as_str(), Ec(77).meaning()), ("77", Temporary));
        for code in [Code::UnknownSubscriber, Code::AbsentSubscriber, Code::OperatorBlocked, Code::Barred] {
            assert_eq!(Rsn::of(code).reason(), code);
        }
    }
}
