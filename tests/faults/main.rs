//! The fault matrix at the carriers' side: one test a row, its name begins with the row. `docs/faults.md` lists them all.
//!
//! The real connectors speak to pretend carriers over real sockets, with a real store behind them. What was accepted and
//! what the carriers saw are two ledgers, compared at the end of each test.

mod answers;
mod errors;
mod link;
mod receipts;
mod world;
