//! command_status, clause 5.1.3: the names, what each asks of the sender, and the reason a person reads.

use sms::Code;

/// A command_status as it came. Vendors use numbers no table has, so it is a number with knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Status(pub u32);

/// What a status asks of whoever sent the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Taken.
    Ok,
    /// Too fast: the message keeps its place and this was no attempt.
    Throttle,
    /// Try again later.
    Temporary,
    /// This message will never be taken.
    Message,
    /// Not on this route; another may take it.
    Route,
    /// The session is wrong, not the message.
    Link,
}

use Meaning::{Link, Message, Ok, Route, Temporary, Throttle};

type Row = (u32, &'static str, Meaning, Code);

const TABLE: &[Row] = &[
    (0x00, "ESME_ROK", Ok, Code::None),
    (0x01, "ESME_RINVMSGLEN", Message, Code::CarrierRejected),
    (0x02, "ESME_RINVCMDLEN", Message, Code::CarrierRejected),
    (0x03, "ESME_RINVCMDID", Message, Code::CarrierRejected),
    (0x04, "ESME_RINVBNDSTS", Link, Code::LinkDown),
    (0x05, "ESME_RALYBND", Link, Code::LinkDown),
    (0x06, "ESME_RINVPRTFLG", Message, Code::CarrierRejected),
    (0x07, "ESME_RINVREGDLVFLG", Message, Code::CarrierRejected),
    (0x08, "ESME_RSYSERR", Temporary, Code::TemporaryFault),
    (0x0A, "ESME_RINVSRCADR", Route, Code::SenderNotAllowed),
    (0x0B, "ESME_RINVDSTADR", Message, Code::BadAddress),
    (0x0C, "ESME_RINVMSGID", Message, Code::CarrierRejected),
    (0x0D, "ESME_RBINDFAIL", Link, Code::LinkDown),
    (0x0E, "ESME_RINVPASWD", Link, Code::LinkDown),
    (0x0F, "ESME_RINVSYSID", Link, Code::LinkDown),
    (0x11, "ESME_RCANCELFAIL", Message, Code::CarrierRejected),
    (0x13, "ESME_RREPLACEFAIL", Message, Code::CarrierRejected),
    (0x14, "ESME_RMSGQFUL", Throttle, Code::Throttled),
    (0x15, "ESME_RINVSERTYP", Route, Code::CarrierRejected),
    (0x33, "ESME_RINVNUMDESTS", Message, Code::CarrierRejected),
    (0x34, "ESME_RINVDLNAME", Message, Code::CarrierRejected),
    (0x40, "ESME_RINVDESTFLAG", Message, Code::CarrierRejected),
    (0x42, "ESME_RINVSUBREP", Message, Code::CarrierRejected),
    (0x43, "ESME_RINVESMCLASS", Message, Code::CarrierRejected),
    (0x44, "ESME_RCNTSUBDL", Message, Code::CarrierRejected),
    (0x45, "ESME_RSUBMITFAIL", Temporary, Code::TemporaryFault),
    (0x48, "ESME_RINVSRCTON", Route, Code::SenderNotAllowed),
    (0x49, "ESME_RINVSRCNPI", Route, Code::SenderNotAllowed),
    (0x50, "ESME_RINVDSTTON", Route, Code::BadAddress),
    (0x51, "ESME_RINVDSTNPI", Route, Code::BadAddress),
    (0x53, "ESME_RINVSYSTYP", Route, Code::CarrierRejected),
    (0x54, "ESME_RINVREPFLAG", Message, Code::CarrierRejected),
    (0x55, "ESME_RINVNUMMSGS", Message, Code::CarrierRejected),
    (0x58, "ESME_RTHROTTLED", Throttle, Code::Throttled),
    (0x61, "ESME_RINVSCHED", Message, Code::CarrierRejected),
    (0x62, "ESME_RINVEXPIRY", Message, Code::CarrierRejected),
    (0x63, "ESME_RINVDFTMSGID", Message, Code::CarrierRejected),
    (0x64, "ESME_RX_T_APPN", Temporary, Code::TemporaryFault),
    (0x65, "ESME_RX_P_APPN", Message, Code::CarrierRejected),
    (0x66, "ESME_RX_R_APPN", Message, Code::CarrierRejected),
    (0x67, "ESME_RQUERYFAIL", Temporary, Code::TemporaryFault),
    (0xC0, "ESME_RINVOPTPARSTREAM", Message, Code::CarrierRejected),
    (0xC1, "ESME_ROPTPARNOTALLWD", Message, Code::CarrierRejected),
    (0xC2, "ESME_RINVPARLEN", Message, Code::CarrierRejected),
    (0xC3, "ESME_RMISSINGOPTPARAM", Message, Code::CarrierRejected),
    (0xC4, "ESME_RINVOPTPARAMVAL", Message, Code::CarrierRejected),
    (0xFE, "ESME_RDELIVERYFAILURE", Temporary, Code::TemporaryFault),
    (0xFF, "ESME_RUNKNOWNERR", Temporary, Code::UnknownCode),
    (0x100, "ESME_RSERTYPUNAUTH", Route, Code::CarrierRejected),
    (0x101, "ESME_RPROHIBITED", Route, Code::OperatorBlocked),
    (0x102, "ESME_RSERTYPUNAVAIL", Temporary, Code::TemporaryFault),
    (0x103, "ESME_RSERTYPDENIED", Route, Code::CarrierRejected),
    (0x104, "ESME_RINVDCS", Message, Code::CarrierRejected),
    (0x105, "ESME_RINVSRCADDRSUBUNIT", Message, Code::CarrierRejected),
    (0x106, "ESME_RINVDSTADDRSUBUNIT", Message, Code::CarrierRejected),
    (0x107, "ESME_RINVBCASTFREQINT", Message, Code::CarrierRejected),
    (0x108, "ESME_RINVBCASTALIAS_NAME", Message, Code::CarrierRejected),
    (0x109, "ESME_RINVBCASTAREAFMT", Message, Code::CarrierRejected),
    (0x10A, "ESME_RINVNUMBCAST_AREAS", Message, Code::CarrierRejected),
    (0x10B, "ESME_RINVBCASTCNTTYPE", Message, Code::CarrierRejected),
    (0x10C, "ESME_RINVBCASTMSGCLASS", Message, Code::CarrierRejected),
    (0x10D, "ESME_RBCASTFAIL", Message, Code::CarrierRejected),
    (0x10E, "ESME_RBCASTQUERYFAIL", Message, Code::CarrierRejected),
    (0x10F, "ESME_RBCASTCANCELFAIL", Message, Code::CarrierRejected),
    (0x110, "ESME_RINVBCAST_REP", Message, Code::CarrierRejected),
    (0x111, "ESME_RINVBCASTSRVGRP", Message, Code::CarrierRejected),
    (0x112, "ESME_RINVBCASTCHANIND", Message, Code::CarrierRejected),
];

impl Status {
    /// Taken.
    pub const OK: Status = Status(0x00);
    /// sm_length does not fit.
    pub const INVALID_MESSAGE_LENGTH: Status = Status(0x01);
    /// command_length does not fit the command.
    pub const INVALID_COMMAND_LENGTH: Status = Status(0x02);
    /// No such command here.
    pub const INVALID_COMMAND: Status = Status(0x03);
    /// Not in this bind state.
    pub const INVALID_BIND_STATE: Status = Status(0x04);
    /// Bound already.
    pub const ALREADY_BOUND: Status = Status(0x05);
    /// The carrier's own fault.
    pub const SYSTEM_ERROR: Status = Status(0x08);
    /// The sender is refused.
    pub const INVALID_SOURCE: Status = Status(0x0A);
    /// The recipient is refused.
    pub const INVALID_DESTINATION: Status = Status(0x0B);
    /// The bind failed.
    pub const BIND_FAILED: Status = Status(0x0D);
    /// Wrong password.
    pub const INVALID_PASSWORD: Status = Status(0x0E);
    /// Unknown system_id.
    pub const INVALID_SYSTEM_ID: Status = Status(0x0F);
    /// There is no such message of this client.
    pub const INVALID_MESSAGE_ID: Status = Status(0x0C);
    /// It cannot be cancelled any more.
    pub const CANCEL_FAILED: Status = Status(0x11);
    /// It cannot be replaced any more.
    pub const REPLACE_FAILED: Status = Status(0x13);
    /// The service type is none that this account has.
    pub const INVALID_SERVICE_TYPE: Status = Status(0x15);
    /// No destination, or too many.
    pub const INVALID_DESTINATIONS: Status = Status(0x33);
    /// There is no such distribution list.
    pub const INVALID_LIST: Status = Status(0x34);
    /// A destination is neither an address nor a list.
    pub const INVALID_DESTINATION_FLAG: Status = Status(0x40);
    /// The esm_class, or the header it announces, cannot be carried.
    pub const INVALID_ESM_CLASS: Status = Status(0x43);
    /// The time to deliver at cannot be read, or has passed.
    pub const INVALID_SCHEDULE: Status = Status(0x61);
    /// The validity cannot be read, or has passed.
    pub const INVALID_EXPIRY: Status = Status(0x62);
    /// There is no such stored text.
    pub const INVALID_DEFAULT_MESSAGE: Status = Status(0x63);
    /// Prohibited: a person's refusal, or the law (5.0).
    pub const PROHIBITED: Status = Status(0x101);
    /// The data_coding cannot be carried (5.0).
    pub const INVALID_CODING: Status = Status(0x104);
    /// The queue is full.
    pub const QUEUE_FULL: Status = Status(0x14);
    /// The message was not taken, without a better word.
    pub const SUBMIT_FAILED: Status = Status(0x45);
    /// Too fast.
    pub const THROTTLED: Status = Status(0x58);
    /// The receiver cannot take it now.
    pub const RECEIVER_TEMPORARY: Status = Status(0x64);
    /// The receiver will never take it.
    pub const RECEIVER_PERMANENT: Status = Status(0x65);
    /// The receiver refuses it.
    pub const RECEIVER_REJECT: Status = Status(0x66);
    /// The TLVs cannot be read.
    pub const INVALID_TLV_STREAM: Status = Status(0xC0);
    /// A field is longer than it may be.
    pub const INVALID_PARAMETER_LENGTH: Status = Status(0xC2);
    /// No better word.
    pub const UNKNOWN_ERROR: Status = Status(0xFF);

    fn row(self) -> Option<&'static Row> {
        TABLE.binary_search_by_key(&self.0, |row| row.0).ok().map(|at| &TABLE[at])
    }

    /// Whether it was taken.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// The name in the specification; `None` for vendors' numbers.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// What to do about it. A number no table has is worth another try.
    pub fn meaning(self) -> Meaning {
        self.row().map_or(Meaning::Temporary, |row| row.2)
    }

    /// The reason a person reads.
    pub fn reason(self) -> Code {
        self.row().map_or(Code::UnknownCode, |row| row.3)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({:#04x})", self.0),
            None => write!(f, "vendor status {:#06x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_number_twice() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn each_class_of_answers_asks_for_its_own_action() {
        for (codes, meaning) in [
            (&[0x58, 0x14][..], Meaning::Throttle),
            (&[0x08, 0x64, 0xFE, 0xFF, 0x45, 0x4FF, 0x777], Meaning::Temporary),
            (&[0x01, 0x0B, 0x33, 0x43, 0x61, 0x62, 0x65, 0x66, 0xC3], Meaning::Message),
            (&[0x0A, 0x48], Meaning::Route),
            (&[0x04, 0x05, 0x0D, 0x0E, 0x0F], Meaning::Link),
        ] {
            for code in codes {
                assert_eq!(Status(*code).meaning(), meaning, "{code:#x}");
            }
        }
        for row in TABLE.iter().filter(|row| row.0 != 0) {
            assert_ne!(row.3, Code::None, "{} has no reason", row.1);
        }
    }

    #[test]
    fn vendors_numbers_are_shown_as_they_came() {
        assert_eq!(Status(0x0A).to_string(), "ESME_RINVSRCADR (0x0a)");
        assert_eq!(Status(0x4A1).to_string(), "vendor status 0x04a1");
        assert_eq!(Status(0x4A1).reason(), Code::UnknownCode);
    }
}
