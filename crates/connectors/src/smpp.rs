//! SMPP as a client of a carrier: its session and its spelling, in the words of [`crate::talk`].

mod account;
mod encode;
mod incoming;
mod told;
mod words;

pub(crate) use account::Account;
pub(crate) use encode::Alphabet;
