//! What UCP and CIMD2 have in common: frames from STX to ETX, numbered requests, one answer each, a login, a keep-alive.
//!
//! [`Session`] is the machine of both, either side; a [`Protocol`] spells its packets. It owns no socket and no clock.
//! A frame that cannot be read costs one answer; the next STX begins anew, so no input costs the link but silence.

mod event;
mod frames;
mod protocol;
mod session;

pub use event::{Event, SendError, Stats, Why, WhyClosed};
pub use protocol::{Answer, Asks, Config, Credentials, Fault, Packet, Protocol, Role};
pub use session::{Session, Stage};
