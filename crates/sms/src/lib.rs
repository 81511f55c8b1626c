//! The vocabulary: addresses, alphabets, parts, receipts' text, message states, reasons.
//!
//! Pure: no I/O, no clock, no async. Everything here is a value or a function of values, so every other crate
//! may speak these words without dragging anything along.

pub mod alphabet;
pub mod class;
mod closed;
pub mod form;
pub mod hebrew;
pub mod hex;
pub mod id;
pub mod life;
pub mod live;
pub mod number;
pub mod parts;
pub mod reason;
pub mod reassembly;
pub mod receipt;
pub mod tlv;
pub mod tpdu;
pub mod udh;

pub use class::{Class, Lane, OnAmbiguous};
pub use id::Id;
pub use life::Status;
pub use parts::{Encoding, Spelling};
pub use reason::Code;
