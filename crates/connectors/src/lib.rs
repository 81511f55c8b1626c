//! The way out and in: one pump, one file per protocol or provider.
//!
//! A connector takes rows of its lanes, commits the intent, writes, and stores what became of it; what comes in is
//! stored before it is answered. It knows the store's rows and the carrier's language, and nothing of the engine.

mod backoff;
mod board;
mod circuit;
mod fair;
mod feed;
pub mod kind;
mod letter;
pub mod net;
mod pace;
mod pump;
mod rider;
mod settler;
mod smpp;
mod steady;
mod supervisor;
mod times;
mod trust;

pub use supervisor::{Options, Supervisor};
pub use times::Times;
