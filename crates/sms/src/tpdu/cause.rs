//! Failure causes: TP-FCS (3GPP 23.040 clause 9.2.3.22) and RP-Cause (24.011 table 8.4), which modems also show as
//! `+CMS ERROR` below 256 (27.005 clause 3.2.5).

use crate::reason::Code;

/// RP-Cause, 1 to 127.
const RELAY: &[(u8, &str, Code)] = &[
    (1, "unassigned number", Code::UnknownSubscriber),
    (8, "operator determined barring", Code::OperatorBlocked),
    (10, "call barred", Code::Barred),
    (11, "reserved", Code::UnknownCode),
    (17, "network failure", Code::TemporaryFault),
    (21, "message transfer rejected", Code::CarrierRejected),
    (22, "memory capacity exceeded", Code::MemoryFull),
    (27, "destination out of order", Code::AbsentSubscriber),
    (28, "unidentified subscriber", Code::UnknownSubscriber),
    (29, "facility rejected", Code::CarrierRejected),
    (30, "unknown subscriber", Code::UnknownSubscriber),
    (38, "network out of order", Code::TemporaryFault),
    (41, "temporary failure", Code::TemporaryFault),
    (42, "congestion", Code::TemporaryFault),
    (47, "resources unavailable", Code::TemporaryFault),
    (50, "facility not subscribed", Code::CarrierRejected),
    (69, "facility not implemented", Code::CarrierRejected),
    (81, "invalid message reference", Code::CarrierRejected),
    (95, "semantically incorrect message", Code::CarrierRejected),
    (96, "invalid mandatory information", Code::CarrierRejected),
    (97, "message type not implemented", Code::CarrierRejected),
    (98, "message not compatible with the state", Code::CarrierRejected),
    (99, "information element not implemented", Code::CarrierRejected),
    (111, "protocol error", Code::CarrierRejected),
    (127, "interworking", Code::UnknownCode),
];

/// TP-FCS, 128 to 255.
const FAILURE: &[(u8, &str, Code)] = &[
    (0x80, "telematic interworking not supported", Code::CarrierRejected),
    (0x81, "short message type 0 not supported", Code::CarrierRejected),
    (0x82, "cannot replace the message", Code::CarrierRejected),
    (0x8F, "protocol identifier error", Code::CarrierRejected),
    (0x90, "alphabet not supported", Code::EncodingImpossible),
    (0x91, "message class not supported", Code::CarrierRejected),
    (0x9F, "data coding scheme error", Code::EncodingImpossible),
    (0xA0, "command cannot be acted upon", Code::CarrierRejected),
    (0xA1, "command not supported", Code::CarrierRejected),
    (0xAF, "command error", Code::CarrierRejected),
    (0xB0, "TPDU not supported", Code::CarrierRejected),
    (0xC0, "service centre busy", Code::TemporaryFault),
    (0xC1, "no subscription at the service centre", Code::CarrierRejected),
    (0xC2, "service centre failure", Code::TemporaryFault),
    (0xC3, "invalid address", Code::BadAddress),
    (0xC4, "destination barred", Code::Barred),
    (0xC5, "duplicate rejected", Code::CarrierRejected),
    (0xC6, "validity period format not supported", Code::CarrierRejected),
    (0xC7, "validity period not supported", Code::CarrierRejected),
    (0xD0, "SIM storage full", Code::MemoryFull),
    (0xD1, "no SMS storage on the SIM", Code::MemoryFull),
    (0xD2, "error in the handset", Code::TemporaryFault),
    (0xD3, "memory capacity exceeded", Code::MemoryFull),
    (0xD4, "SIM application toolkit busy", Code::TemporaryFault),
    (0xD5, "SIM data download error", Code::TemporaryFault),
    (0xFF, "unspecified error", Code::UnknownCode),
];

fn known(cause: u8) -> Option<&'static (u8, &'static str, Code)> {
    RELAY.iter().chain(FAILURE).find(|(value, ..)| *value == cause)
}

/// The reason; causes without a meaning of their own are the carrier's.
pub fn meaning(cause: u8) -> Code {
    known(cause).map_or(Code::UnknownCode, |(_, _, code)| *code)
}

/// Its words.
pub fn words(cause: u8) -> Option<&'static str> {
    known(cause).map(|(_, words, _)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_have_words_and_a_reason() {
        assert_eq!((words(208), meaning(208)), (Some("SIM storage full"), Code::MemoryFull));
        assert_eq!((words(30), meaning(30)), (Some("unknown subscriber"), Code::UnknownSubscriber));
        assert_eq!((words(200), meaning(200)), (None, Code::UnknownCode));
        assert!(meaning(42).temporary() && meaning(22).temporary() && !meaning(1).temporary());
        for list in [RELAY, FAILURE] {
            assert!(list.is_sorted_by_key(|(value, ..)| *value));
        }
    }
}
