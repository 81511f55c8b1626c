//! The way out and in: one pump, one file per protocol or provider.
//!
//! A connector takes rows of its lanes, commits the intent, writes, and stores what became of it; what comes in is
//! stored before it is answered. It knows the store's rows and the carrier's language, and nothing of the engine.

mod backoff;
mod board;
mod cimd;
mod circuit;
mod door;
mod errors;
mod failures;
mod fair;
mod feed;
mod fence;
mod field;
pub mod forms;
mod framed;
mod heart;
pub mod hooks;
mod http;
mod incoming;
mod journal;
pub mod kind;
mod letter;
mod link;
pub mod lookup;
pub mod modem;
pub mod net;
mod pace;
pub mod phone;
mod pump;
mod replay;
mod rider;
mod settings;
mod settler;
mod share;
mod smpp;
mod steady;
mod supervisor;
mod talk;
mod tap;
mod times;
mod tls;
mod trust;
mod ucp;
mod whole;

#[cfg(feature = "testing")]
pub use http::testing;
pub use http::trial;
pub use supervisor::{Options, Supervisor};
pub use times::Times;
