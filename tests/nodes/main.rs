//! Several nodes on one PostgreSQL: the real program as two and three processes, real carriers, and two ledgers that no
//! death of a node can touch: what clients were told is accepted, and what the carriers saw.
//!
//! F35 and F103 to F110 of the fault matrix; each test names its row.

#[path = "../support/mod.rs"]
mod support;

mod away;
mod database;
mod lanes;
mod outbind;
mod world;
