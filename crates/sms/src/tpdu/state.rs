//! TP-ST: what a status report says of a message. 3GPP 23.040 clause 9.2.3.15.

use crate::life::Status;
use crate::reason::Code;

/// Each value with the words of its clause.
const VALUES: &[(u8, &str, Status, Code)] = &[
    (0x00, "received by the handset", Status::Delivered, Code::None),
    (0x01, "forwarded, delivery not confirmed", Status::Unknown, Code::UnknownCode),
    (0x02, "replaced by a later message", Status::Delivered, Code::None),
    (0x20, "congestion", Status::Buffered, Code::TemporaryFault),
    (0x21, "handset busy", Status::Buffered, Code::TemporaryFault),
    (0x22, "no answer from the handset", Status::Buffered, Code::AbsentSubscriber),
    (0x23, "service rejected", Status::Buffered, Code::TemporaryFault),
    (0x24, "quality of service not available", Status::Buffered, Code::TemporaryFault),
    (0x25, "error in the handset", Status::Buffered, Code::TemporaryFault),
    (0x40, "remote procedure error", Status::Undelivered, Code::UnknownCode),
    (0x41, "incompatible destination", Status::Undelivered, Code::NotMobile),
    (0x42, "connection rejected by the handset", Status::Undelivered, Code::CarrierRejected),
    (0x43, "not obtainable", Status::Undelivered, Code::UnknownSubscriber),
    (0x44, "quality of service not available", Status::Undelivered, Code::UnknownCode),
    (0x45, "no interworking available", Status::Undelivered, Code::UnknownCode),
    (0x46, "validity period expired", Status::Expired, Code::ExpiredAtCarrier),
    (0x47, "deleted by its sender", Status::Undelivered, Code::DeletedAtCarrier),
    (0x48, "deleted by the service centre", Status::Undelivered, Code::DeletedAtCarrier),
    (0x49, "no such message", Status::Undelivered, Code::UnknownCode),
    (0x60, "congestion, given up", Status::Undelivered, Code::TemporaryFault),
    (0x61, "handset busy, given up", Status::Undelivered, Code::TemporaryFault),
    (0x62, "no answer from the handset, given up", Status::Undelivered, Code::AbsentSubscriber),
    (0x63, "service rejected, given up", Status::Undelivered, Code::TemporaryFault),
    (0x64, "quality of service not available, given up", Status::Undelivered, Code::TemporaryFault),
    (0x65, "error in the handset, given up", Status::Undelivered, Code::TemporaryFault),
];

/// What it means for the message. Values without words of their own go by their range; reserved ones above it are
/// service rejected, as the clause asks.
pub fn meaning(status: u8) -> (Status, Code) {
    let known =
        VALUES.iter().find(|(value, ..)| *value == status).map(|(_, _, status, code)| (*status, *code));
    known.unwrap_or(match status {
        0x00..=0x1F => (Status::Delivered, Code::None),
        0x20..=0x3F => (Status::Buffered, Code::TemporaryFault),
        0x40..=0x5F => (Status::Undelivered, Code::UnknownCode),
        0x60..=0x7F => (Status::Undelivered, Code::TemporaryFault),
        _ => (Status::Undelivered, Code::CarrierRejected),
    })
}

/// Its words, for traces and for people who look closely.
pub fn words(status: u8) -> &'static str {
    let known = VALUES.iter().find(|(value, ..)| *value == status).map(|(_, words, ..)| *words);
    known.unwrap_or(match status {
        0x00..=0x1F => "done, by the service centre's own code",
        0x20..=0x3F => "still trying, by the service centre's own code",
        0x40..=0x5F => "failed for good, by the service centre's own code",
        0x60..=0x7F => "given up, by the service centre's own code",
        _ => "reserved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_the_clause() {
        for (status, wanted, last) in [
            (0x00, Status::Delivered, true),
            (0x01, Status::Unknown, false),
            (0x10, Status::Delivered, true),
            (0x30, Status::Buffered, false),
            (0x46, Status::Expired, true),
            (0x50, Status::Undelivered, true),
            (0x62, Status::Undelivered, true),
            (0x80, Status::Undelivered, true),
            (0xFF, Status::Undelivered, true),
        ] {
            assert_eq!((meaning(status).0, meaning(status).0.is_final()), (wanted, last), "{status:#04x}");
        }
        assert!((0..=255).all(|status| !words(status).is_empty()));
    }
}
