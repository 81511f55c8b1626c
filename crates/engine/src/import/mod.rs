//! Lists that people bring: what a file is, how it is read, what stands in which column, row by row which number may
//! become a contact, and the run that writes it down in slices. Never by name but by content; never the whole file in
//! memory; a refusal is never undone by a file.

mod arrival;
mod cards;
mod check;
mod columns;
mod encoding;
mod header;
mod kind;
mod mapping;
mod mention;
mod part;
mod plan;
mod problems;
mod record;
mod refused;
mod rows;
pub(crate) mod run;
mod seen;
mod slice;
mod sorted;
mod source;
mod spill;
mod spool;
mod start;
mod text;
mod undo;
mod values;
mod view;
mod words;
mod xlsx;

pub use cards::table_of_cards;
pub use check::check;
pub use columns::{Column, Look, Target};
pub use mapping::remembered;
pub use plan::{Choice, Plan};
pub use problems::{Problem, ProblemFile};
pub use refused::Refused;
pub use rows::{Entry, Person, Phones, RowOut, Tally};
pub use run::run_here;
pub use source::Source;
pub use spill::{forget, keep, nameless, path_of, sweep};
pub use start::{Existing, NewImport, Rules, begin, draft, pause, replan, resume, start, stop};
pub(crate) use undo::run as run_undo;
pub use undo::undo;
pub use values::{DateOrder, date, date_in_column, yes_or_no};
pub use view::{Counts, Fault, View, get, list, problems};
pub use xlsx::Sheet;

#[cfg(test)]
mod tests;
