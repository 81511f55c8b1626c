//! The one binary: it starts what the crates make and speaks to it from the command line. It decides nothing.

mod cli;
mod config;
mod failure;
mod home;
mod proxies;
mod serve;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
