//! SMPP as a client of a carrier: one task a link, socket and session in its hands, the pump beside it.

mod door;
mod encode;
mod incoming;
mod link;
mod words;

pub(crate) use encode::Alphabet;
pub(crate) use link::{Settings, Shared, run};
pub(crate) use words::Errors;
