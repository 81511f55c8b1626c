//! An Android phone as a carrier: an app on it asks over HTTPS what it is to send, and tells what became of it.
//!
//! The link is every other carrier's: [`line`] is its session, and what would be octets on a wire are rows that
//! [`door`] hands to the phone when it asks, on whichever node. Nothing is handed out before its intent is committed,
//! nothing twice under another name, and nothing the phone tells is answered before it is stored.
//! The protocol is written down in docs/phone-protocol.md.

mod account;
mod door;
mod keeper;
mod line;
mod speech;
mod words;

pub(crate) use account::{Account, Phone};
pub use door::Phones;
