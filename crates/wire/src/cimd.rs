//! CIMD2 (Nokia, "CIMD Interface Specification", SC 7/8), both sides: login, submit, deliver, status report, alive,
//! negative acknowledgement and general error.
//!
//! A packet is `OO:SSS` and parameters, each ended by a TAB, with or without a checksum. A client's requests have odd
//! numbers, a carrier's even ones. Nothing here opens a socket, looks at a clock or panics, whatever arrives.

mod error;
mod message;
mod packet;
mod protocol;
pub mod text;
pub mod time;

pub use error::ErrorCode;
pub use message::{Deliver, Origin, Report, State, Submit, WANTED_ALL, WANTED_FINAL};
pub use packet::{Packet, operation, parameter};
pub use protocol::{Cimd, Request};

/// A session of CIMD2.
pub type Session = crate::framed::Session<Cimd>;
