//! The words people read for a carrier's answers and for how links end.

use sms::live::LinkState;
use wire::smpp::{Status, WhyClosed};

pub(crate) fn words(status: Status) -> String {
    status.name().map_or_else(|| format!("0x{:08X}", status.0), |name| format!("{name} 0x{:X}", status.0))
}

pub(crate) fn refused(status: Status) -> (LinkState, String) {
    let wrong_proof = matches!(status.0, 0x0D..=0x0F);
    (if wrong_proof { LinkState::AuthFailed } else { LinkState::Down }, words(status))
}

pub(crate) fn closed(why: WhyClosed) -> &'static str {
    match why {
        WhyClosed::Unbound => "unbound",
        WhyClosed::PeerUnbound => "the carrier ended the session",
        WhyClosed::Refused(_) => "the carrier refused the bind",
        WhyClosed::Stranger => "who connected does not know the password of an outbind",
        WhyClosed::NoBind => "the carrier did not answer the bind",
        WhyClosed::Dead => "the carrier stopped answering",
        WhyClosed::Stalled => "more than half of the window is not answered any more",
        WhyClosed::Nacked => "the carrier cannot read what it is sent",
        WhyClosed::Torn => "the carrier began a message and did not end it",
        WhyClosed::Framing => "the carrier sent what is no SMPP",
        WhyClosed::Flooded => "the carrier does not read",
        WhyClosed::Inactive => "nothing moved for too long",
        WhyClosed::Lost => "the connection was cut",
    }
}
