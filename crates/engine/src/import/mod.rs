//! Lists that people bring: what a file is, how it is read, what stands in which column, and row by row which number
//! may become a contact. Never by name but by content; never the whole file in memory; nothing is stored here.

mod encoding;
mod kind;
mod record;
mod refused;
mod text;
mod xlsx;

pub use refused::Refused;
pub use xlsx::Sheet;
