//! GSM modems in PDU mode, over a serial port or TCP.
//!
//! The conversation itself is [`wire::at::Session`]'s; here it meets the store: what a card may still send, whether its
//! PIN may be entered, which message a reference stood for, what could not be read. A [`keeper`] asks and writes beside
//! the link, so that no octet waits for a disk. A PIN that failed is never entered a second time by itself.

mod account;
mod encode;
mod keeper;
mod line;
mod place;
mod port;
pub mod scan;
mod words;

pub(crate) use account::{Account, Modem};
pub(crate) use place::Place;
