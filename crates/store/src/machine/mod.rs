//! Queries of the machine itself: what runs before or beneath any workspace. `doors` and `web` never call these.

pub mod access;
pub mod agenda;
pub mod alarm;
pub mod command;
pub mod dialect;
pub mod failover;
pub mod flight;
pub mod inbound;
pub mod job;
pub mod journal;
pub mod modem;
pub mod node;
pub mod orphan;
pub mod outbox;
pub mod queue;
pub mod receipt_key;
pub mod restored;
pub mod retention;
pub mod route;
pub mod settle;
pub mod stream;
pub mod tally;
pub mod unconfirmed;
