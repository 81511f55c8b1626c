//! The way out and in: one pump, one file per protocol or provider.
//!
//! A connector takes rows of its lanes, commits the intent, writes, and stores what became of it; what comes in is
//! stored before it is answered. It knows the store's rows and the carrier's language, and nothing of the engine.

mod backoff;
mod board;
mod fair;
mod feed;
pub mod kind;
pub mod net;
mod pace;
mod pump;
mod rider;
mod settler;
mod smpp;
mod supervisor;

pub use supervisor::{Options, Supervisor};
