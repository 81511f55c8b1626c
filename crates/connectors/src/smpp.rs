//! SMPP as a client of a carrier: one task a link, socket and session in its hands, the pump beside it.

mod encode;
mod incoming;
mod link;

pub(crate) use encode::Alphabet;
pub(crate) use link::{Settings, run};
