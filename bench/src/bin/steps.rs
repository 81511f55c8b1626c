//! One step so many times, for valgrind to count: `steps INDEX TIMES`. It allocates as any program does, so that its
//! allocations are seen.

#[path = "../steps.rs"]
mod steps;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).filter_map(|word| word.parse::<usize>().ok());
    let (Some(index), Some(times)) = (words.next(), words.next()) else { return ExitCode::from(2) };
    let Some(step) = steps::all().into_iter().nth(index) else { return ExitCode::from(2) };
    let steps::Step { name, bare, most_ns, mut call } = step;
    std::hint::black_box((name, bare, most_ns));
    (0..times).for_each(|_| call());
    ExitCode::SUCCESS
}
