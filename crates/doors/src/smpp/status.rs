//! What a client is answered: each of our reasons as a command_status. The vendor's own words stay in the log and in the
//! decision row; SMPP has no place for them in submit_sm_resp.

use crate::problem::Problem;
use engine::client::No;
use sms::Code;
use wire::smpp::Status;

/// Vendor range of clause 5.1.3: no credit.
pub(super) const NO_CREDIT: Status = Status(0x400);
/// Vendor range: the same message a moment ago.
pub(super) const DUPLICATE: Status = Status(0x401);

/// The status of a refusal by the gate.
pub(super) const fn of_code(code: Code) -> Status {
    match code {
        Code::None => Status::OK,
        Code::InvalidNumber | Code::NotMobile | Code::TestNumber | Code::NumberChanged | Code::BadAddress => {
            Status::INVALID_DESTINATION
        }
        Code::SenderInvalid
        | Code::SenderNotAllowed
        | Code::SenderUnapproved
        | Code::SenderCountry
        | Code::SenderGeneric => Status::INVALID_SOURCE,
        Code::TooManyParts | Code::ContentMissing => Status::INVALID_MESSAGE_LENGTH,
        Code::ClassMismatch => Status::INVALID_SERVICE_TYPE,
        Code::EncodingImpossible => Status::INVALID_CODING,
        Code::Throttled => Status::THROTTLED,
        Code::StoreFull => Status::SYSTEM_ERROR,
        Code::NoCredit => NO_CREDIT,
        Code::Duplicate => DUPLICATE,
        Code::SuppressedWorkspace
        | Code::SuppressedAll
        | Code::SuppressedPool
        | Code::SuppressedPlatform
        | Code::SuppressedCarrier
        | Code::OptoutSuspect
        | Code::NoConsent
        | Code::WindowClosed
        | Code::WindowExpired
        | Code::TzUnknown
        | Code::FreqCap
        | Code::NoReplyPath
        | Code::CountryBlocked
        | Code::RegistryHit
        | Code::RegistryStale
        | Code::RateAbuse
        | Code::HoldExpired
        | Code::ContentRefused => Status::PROHIBITED,
        _ => Status::SUBMIT_FAILED,
    }
}

/// The status of a fault at the door or in the store.
pub(super) fn of_problem(problem: &Problem) -> Status {
    match problem.item().code.as_str() {
        "busy" => Status::QUEUE_FULL,
        _ => Status::SYSTEM_ERROR,
    }
}

/// The status of a bind that was refused. Whether the name or the password was wrong is not told.
pub(super) const fn of_no(no: No) -> Status {
    match no {
        No::Password => Status::INVALID_PASSWORD,
        No::Full => Status::ALREADY_BOUND,
        No::Locked | No::Disabled | No::Address | No::Kind => Status::BIND_FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_that_refuses_has_a_status_that_does() {
        for code in Code::ALL.iter().filter(|c| **c != Code::None) {
            assert!(!of_code(*code).is_ok(), "{code}");
        }
        let refusals = Code::ALL.iter().filter(|c| c.is_refusal());
        let vague: Vec<&Code> = refusals.filter(|c| of_code(**c) == Status::SUBMIT_FAILED).collect();
        assert_eq!(vague, [&Code::NoRoute, &Code::Stopped, &Code::TemplateError, &Code::ContactGone]);
    }

    #[test]
    fn a_full_queue_and_a_store_in_trouble_are_told_apart() {
        assert_eq!(of_problem(&Problem::busy()), Status::QUEUE_FULL);
        assert_eq!(of_problem(&store::Error::Full.into()), Status::SYSTEM_ERROR);
    }
}
