//! REST batch → SMPP → receipt stored.

use crate::figures::Figures;
use crate::load::Shape;
use crate::names::Benchmark;
use crate::path::Path;
use crate::{Bench, Res, rest};
use clap::Args;

#[derive(Args, Clone)]
pub(crate) struct Batch {
    #[arg(long, default_value_t = 400_000)]
    messages: u64,
    /// Messages in one request
    #[arg(long, default_value_t = 100)]
    each: u64,
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

impl Benchmark for Batch {
    fn told(&self) -> (&'static str, String) {
        let Batch { messages, each, connections } = self;
        let how = format!(
            "{messages} messages by POST /v1/messages/batch, {each} in each, over {connections} connections kept open, \
             text of 75 characters, one SMPP link with window 1,000, a receipt 100 ms after each"
        );
        ("batch", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(10_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let shape = Shape {
            messages: self.messages,
            connections: self.connections,
            each: self.each.max(1),
            first: 0,
        };
        rest::measured(Path::open(bench)?, &shape, [40_000.0, 30.0])
    }
}
