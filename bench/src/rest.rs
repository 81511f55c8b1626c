//! REST single → SMPP → receipt stored.

use crate::figures::{Figures, Goal};
use crate::load::Shape;
use crate::names::Benchmark;
use crate::path::{Came, Path};
use crate::{Bench, Res, meter};
use clap::Args;

#[derive(Args, Clone)]
pub(crate) struct Rest {
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

impl Benchmark for Rest {
    fn told(&self) -> (&'static str, String) {
        let Rest { messages, connections } = self;
        let how = format!(
            "{messages} × POST /v1/messages over {connections} connections kept open, text of 75 characters, one SMPP \
             link with window 1,000, a receipt 100 ms after each"
        );
        ("rest", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(3_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let shape = Shape { messages: self.messages, connections: self.connections, each: 1, first: 0 };
        measured(Path::open(bench)?, &shape, [20_000.0, 50.0])
    }
}

/// One run of a load over the whole path; what is to beat are messages a second and processor µs a message.
pub(crate) fn measured(path: Path, shape: &Shape, [rate, cpu]: [f64; 2]) -> Res<Figures> {
    let came = path.run(shape)?;
    let mut figures = Figures::default();
    told(&mut figures, &came, shape, rate, cpu);
    figures.add("peak memory of the process", "MiB", path.server.process().peak_mib()?);
    let home = path.close(shape.messages)?;
    figures.add("store on disk", "bytes/message", meter::stored(&home) / shape.messages as f64);
    Ok(figures)
}

/// What a rate is called.
pub(crate) const RATE: &str = "messages, first request to last receipt stored";

fn told(figures: &mut Figures, came: &Came, shape: &Shape, rate: f64, cpu: f64) {
    let n = shape.messages;
    figures.add_with_goal(RATE, "/s", came.rate(n, came.seen.stored), Goal::AtLeast(rate));
    figures.add("accepted (202 after the commit)", "/s", came.rate(n, came.load.ended));
    figures.add("submitted at the carrier", "/s", came.rate(n, came.seen.submitted));
    figures.add("answer to a request, half of them within", "ms", came.load.within_ms(0.5));
    figures.add("answer to a request, 99 of 100 within", "ms", came.load.within_ms(0.99));
    if came.load.held_back > 0 {
        figures.add("requests told to come back (503)", "", came.load.held_back as f64);
    }
    came.used.tell(figures, "message", n as f64);
    figures.beat("processor", Goal::AtMost(cpu));
    figures.beat("fsyncs", Goal::AtMost(0.02));
    figures.beat("written to the disk", Goal::AtMost(4_096.0));
}
