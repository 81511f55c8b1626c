//! SMPP 3.4 (SMPP Developers Forum, Issue 1.2), both sides, with the few facts of 3.3 and 5.0 that peers show.
//!
//! A PDU is framed by its command_length before anything in it is looked at, and its body is read from its own
//! slice: a bad body costs one answer, only an impossible length costs the link. The codec borrows from the
//! frame; [`Session`] keeps the window, the timers and the bind. It never opens a socket, never looks at a clock
//! and never panics, whatever arrives.

mod address;
mod bind;
mod codec;
pub mod coding;
pub mod command;
mod config;
mod event;
mod message;
pub mod operation;
mod session;
mod status;
pub mod time;
pub mod tlv;

pub use address::{Address, destination, source};
pub use bind::{Bind, BindRequest, BindResponse};
pub use codec::{Fault, HEADER, Header, frame_length};
pub use config::{Config, Role};
pub use event::{Asked, Event, SendError, Stats, Why, WhyClosed};
pub use message::{Kind, Sm, SmBuf, Sort, UDHI};
pub use operation::{Operation, OperationBuf};
pub use session::{Session, Stage};
pub use status::{Meaning, Status};
pub use tlv::{TlvBuf, Tlvs};
