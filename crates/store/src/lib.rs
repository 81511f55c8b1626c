//! The memory: one noun one file, one SQL text for SQLite and PostgreSQL, migrations, jobs, bells.
//!
//! A caller hands a synchronous closure to [`Db`]; it runs on a database thread inside a transaction and is
//! answered after the commit. SQL stands in this crate only, written once in the common dialect ([`sql`]).
//! The store knows rows; it never decides.

#![warn(missing_docs)]

mod bell;
mod clock;
mod db;
mod error;
mod ids;
pub mod keys;
pub mod machine;
mod postgres;
mod runner;
pub mod schema;
mod sql;
mod sqlite;
mod tx;
mod value;

pub use bell::Bell;
pub use clock::Clock;
pub use db::{Db, Options};
pub use error::{Error, Result};
pub use sql::{Engine, Sql};
pub use tx::Tx;
pub use value::{Cell, List, Row, ToVal, Val, list_of, texts_of};

#[cfg(test)]
mod every_statement;
