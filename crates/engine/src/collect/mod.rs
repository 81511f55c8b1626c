//! Collecting: how people come to be on a list by their own doing, and what proves it.
//!
//! A form is published, and what was published never changes ([`form`]); who fills it in is asked by SMS whether it was
//! they ([`fill`], [`confirm`]); a word sent to a number of ours does both at once ([`keyword`]). Nothing here tells a
//! stranger whether a number is known, and no flood of posts costs anybody an SMS: what is counted stands in `limits`.

pub(crate) mod again;
pub mod confirm;
pub mod fill;
pub mod form;
pub mod keyword;
pub mod kiosk;
mod limits;
pub mod nonce;
pub mod topic;
pub mod who;
pub mod wishes;
pub mod words;

#[cfg(test)]
mod tests;

pub(crate) use confirm::run_lapse;
