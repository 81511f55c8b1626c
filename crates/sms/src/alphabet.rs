//! Character sets of the air and of the wire: GSM 7-bit with its national tables, UCS-2, Latin-1.
//!
//! Every function is total: encoders say `None` when a character has no code, decoders never fail and show
//! what they can. Nothing here transliterates, and nothing chooses an encoding (that is [`crate::parts`]).

pub mod gsm7;
pub mod language;
pub mod latin1;
pub mod locking;
pub mod septets;
pub mod single;
pub mod table;
pub mod ucs2;

pub use language::{Language, Shift, Shifts, Tables};
pub use table::Table;
