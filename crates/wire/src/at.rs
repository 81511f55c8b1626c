//! AT commands of GSM modems in PDU mode: 3GPP 27.005 (messages) and 27.007 (everything else).
//!
//! A parser of what a modem says, byte by byte as it comes: answers, unsolicited lines between them, prompts, echo,
//! noise. Lines are told apart by what they are, never by their position. It opens no port, waits for nothing and
//! decides nothing; which command comes when is the driver's. Nothing in here ends in a log by itself: lines hold
//! numbers and texts.

mod failure;
mod fields;
mod lines;
mod modem;
mod says;
mod ussd;

pub use failure::Failure;
pub use fields::fields;
pub use modem::{Answer, Busy, Event, Modem};
pub use says::{Listed, Registration, Slot, listed, reference, registration, signal_dbm, slot};
pub use ussd::{Form, Ussd, UssdState};

#[cfg(test)]
mod tests;
