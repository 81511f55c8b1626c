//! Lists that people bring: what a file is, how it is read, what stands in which column, and row by row which number
//! may become a contact. Never by name but by content; never the whole file in memory; nothing is stored here.

mod columns;
mod encoding;
mod header;
mod kind;
mod plan;
mod problems;
mod record;
mod refused;
mod rows;
mod seen;
mod source;
mod text;
mod values;
mod words;
mod xlsx;

pub use columns::{Column, Look, Target};
pub use plan::{Choice, Plan};
pub use problems::{Problem, ProblemFile};
pub use refused::Refused;
pub use rows::{Entry, Person, Phones, RowOut, Tally};
pub use source::Source;
pub use values::{DateOrder, date, date_in_column, yes_or_no};
pub use xlsx::Sheet;

#[cfg(test)]
mod tests;
