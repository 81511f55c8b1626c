//! AT commands of GSM modems in PDU mode: 3GPP 27.005 (messages) and 27.007 (everything else).
//!
//! [`Modem`] is a parser of what a modem says, byte by byte as it comes: answers, unsolicited lines between them,
//! prompts, echo, noise. Lines are told apart by what they are, never by their position. [`Session`] is the
//! conversation above it: which command comes when, how long each may take, and what is done with a modem that does
//! not answer. Neither opens a port or knows what time it is. Nothing in here ends in a log by itself: lines hold
//! numbers and texts.

mod facts;
mod failure;
mod fields;
mod lines;
mod modem;
mod quirks;
mod says;
mod session;
mod ussd;

pub use facts::{Card, Facts, Memory, is_pin};
pub use failure::Failure;
pub use fields::fields;
pub use modem::{Answer, Busy, Event, Modem};
pub use quirks::Quirks;
pub use says::{Listed, Registration, Slot, listed, reference, registration, signal_dbm, slot};
pub use session::{Config, Ended, News, NotNow, Patience, Session, Stage, Trouble};
pub use ussd::{Form, Ussd, UssdState, packed};

#[cfg(test)]
mod tests;
