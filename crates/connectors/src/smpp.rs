//! SMPP as a client of a carrier: its session and its spelling, in the words of [`crate::talk`].
//!
//! A setting begins in `form`, is a value of `dialect`, and is obeyed in `encode` (out) and `incoming` (in).

mod account;
mod address;
mod dialect;
mod encode;
mod form;
mod ids;
mod incoming;
mod outbind;
mod tlvs;
mod told;
mod words;

pub(crate) use account::Account;
pub(crate) use form::{KIND, account};
