//! Deaths, disks and haste: the finished binary is killed at named moments, run on disks that fail, lie or are slow, and
//! stopped at full speed. Two ledgers judge: what a client was told, and what the carrier saw ([`shop::Shop::judge`]).
//!
//! In continuous integration the loops are short. `SENDWORD_ROUNDS=N` makes them N times as long, `SENDWORD_SEED=N`
//! begins them elsewhere.

#![expect(
    clippy::print_stdout,
    reason = "a test that fails shows what it met on the way, its seed above all"
)]

#[path = "../support/mod.rs"]
mod support;

mod client;
mod disk;
mod faulty;
mod haste;
mod points;
mod shop;
