//! EMI/UCP (CMG, "SMSC EMI-UCP Interface Specification" 4.x, after ETS 300 133-3), both sides: operations 01, 30, 31,
//! 51 to 58 and 60, and their results.
//!
//! A frame is found by its STX and ETX, judged by length and checksum, and its fields are octets: nothing in a field
//! can be wrong enough to lose the frame after it. [`Session`] keeps window and timers. Nothing here opens a socket,
//! looks at a clock or panics, whatever arrives.

mod address;
mod error;
mod frame;
mod message;
mod protocol;
pub mod time;
mod transfer;
mod xser;

pub use address::{Address, DIGITS_MAX};
pub use error::{Ec, Rsn};
pub use frame::Frame;
pub use message::{Field, Message, Report, State};
pub use protocol::{Request, Ucp};
pub use transfer::{Call, Transfer};
pub use xser::Service;

/// A session of UCP.
pub type Session = crate::framed::Session<Ucp>;
