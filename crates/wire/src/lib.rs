//! The carriers' languages, both sides of each: bytes in and events out.
//!
//! Nothing here opens a socket, reads a clock or waits: the caller brings the bytes and the time. Each protocol
//! is one module with a codec below and a session above.

#![warn(missing_docs)]

pub mod at;
pub mod cimd;
pub mod framed;
pub mod proof;
pub mod smpp;
pub mod trace;
pub mod ucp;
mod user_data;
mod window;

pub use user_data::UserData;
