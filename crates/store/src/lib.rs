//! The memory: one noun one file, one SQL text for SQLite and PostgreSQL, migrations, jobs, bells.
//!
//! A caller hands a synchronous closure to [`Db`]; it runs on a database thread inside a transaction and is
//! answered after the commit. SQL stands in this crate only, written once in the common dialect ([`sql`]).
//! The store knows rows; it never decides.

#![warn(missing_docs)]

pub mod admission;
pub mod api_key;
pub mod backup;
mod bell;
pub mod bulk;
pub mod campaign;
pub mod chain;
mod chance;
mod check;
mod claim;
pub mod client;
mod clock;
mod composed;
pub mod connector;
pub mod consent;
pub mod consent_claim;
pub mod contact;
pub mod contact_edit;
mod copies;
pub mod counter;
mod db;
pub mod decision;
pub mod deed;
pub mod disk;
pub mod erasure;
mod error;
pub mod failpoint;
pub mod field;
pub mod form;
mod generation;
mod guard;
pub mod idempotency;
mod ids;
pub mod import;
pub mod import_mapping;
pub mod inbound;
pub mod keep;
pub mod keys;
pub mod keyword;
pub mod kiosk;
pub mod law;
pub mod lease;
pub mod ledger;
pub mod list;
pub mod live;
pub mod machine;
mod marks;
pub mod merged;
pub mod message;
pub mod number;
mod peers;
pub mod people_filter;
pub mod person;
mod postgres;
pub mod preference;
mod problem_tail;
mod queues;
pub mod reconfirm;
pub mod registry;
mod retag;
mod rider;
mod runner;
pub mod schema;
pub mod segment;
pub mod sender;
mod serve;
pub mod setting;
mod shared;
pub mod signup;
mod sql;
mod sqlite;
pub mod stream;
pub mod suppression;
mod syncer;
pub mod tag;
pub mod template_review;
pub mod thread;
pub mod topic;
pub mod topic_consent;
mod tx;
pub mod unconfirmed;
pub mod unsubscribe;
mod value;
pub mod watch;
mod work;
pub mod workspace;

pub use bell::Bell;
pub use clock::{Clock, Instant};
#[cfg(any(test, feature = "testing"))]
pub use db::inline;
pub use db::{Db, Options, Pending};
pub use error::{Error, Result};
pub use machine::{network, rate, route};
pub use rider::{Rider, Seat};
pub use shared::Vitals;
pub use sql::{Engine, Sql};
pub(crate) use tx::Driver;
pub use tx::{Count, Tx};
pub use value::{Cell, List, Row, ToVal, Val, list_of, texts_of};

#[cfg(test)]
mod every_statement;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
