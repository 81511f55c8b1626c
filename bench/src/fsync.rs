//! What slow disks cost: the same load with and without time added to every sync, in one run.

use crate::figures::{Figures, Goal};
use crate::home::Home;
use crate::load::Shape;
use crate::names::Benchmark;
use crate::path::Path;
use crate::shim::Shim;
use crate::{Bench, Res};
use clap::Args;

#[derive(Args, Clone)]
pub(crate) struct Fsync {
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Added to each fsync and fdatasync of the program, µs
    #[arg(long, default_value_t = 5_000)]
    extra_us: u64,
    /// Requests that wait for their answers at one time, one message each
    #[arg(long, default_value_t = 512)]
    connections: usize,
    /// The same for requests of a hundred
    #[arg(long, default_value_t = 32)]
    batch_connections: usize,
}

/// One of the four loads of a run.
struct Leg {
    rate: f64,
    cpu_us: f64,
    syncs: f64,
    commits: f64,
}

impl Benchmark for Fsync {
    fn told(&self) -> (&'static str, String) {
        let Fsync { messages, extra_us, connections, batch_connections } = self;
        let how = format!(
            "{messages} messages by REST, one a request over {connections} connections and a hundred a request over \
             {batch_connections}, each: as it is, {extra_us} µs added to every sync, the same again, as it is; syncs are \
             counted where they are called"
        );
        ("fsync", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(10_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let shim = Shim::build(bench)?;
        let mut figures = Figures::default();
        let one = Shape { messages: self.messages, connections: self.connections, each: 1, first: 0 };
        let hundred = Shape { connections: self.batch_connections, each: 100, ..one };
        for (name, shape) in [("REST", one), ("batch", hundred)] {
            let mut legs = Vec::new();
            for extra_us in [0, self.extra_us, self.extra_us, 0] {
                legs.push(leg(bench, &shim, extra_us, &shape)?);
            }
            let [a, b, c, d] = legs.as_slice() else { return Err("four legs".into()) };
            let mean = |x: &Leg, y: &Leg, of: fn(&Leg) -> f64| f64::midpoint(of(x), of(y));
            let (plain, slow) = (mean(a, d, |l| l.rate), mean(b, c, |l| l.rate));
            let lost = (1.0 - slow / plain) * 100.0;
            figures.add_with_goal(format!("{name}: loss of rate"), "%", lost, Goal::AtMost(30.0));
            figures.add(format!("{name}: as it is"), "/s", plain);
            figures.add(format!("{name}: slowed"), "/s", slow);
            figures.add(format!("{name}: processor, as it is"), "µs/message", mean(a, d, |l| l.cpu_us));
            figures.add(format!("{name}: processor, slowed"), "µs/message", mean(b, c, |l| l.cpu_us));
            figures.add(format!("{name}: syncs, as it is"), "/message", mean(a, d, |l| l.syncs));
            figures.add(format!("{name}: syncs, slowed"), "/message", mean(b, c, |l| l.syncs));
            figures.add(format!("{name}: commits, as it is"), "/message", mean(a, d, |l| l.commits));
        }
        Ok(figures)
    }
}

fn leg(bench: &Bench, shim: &Shim, extra_us: u64, shape: &Shape) -> Res<Leg> {
    let (home, count) = shim.lay(Home::with_workspace(bench)?, extra_us)?;
    let path = Path::of(home)?;
    let before = count.now()?;
    let came = path.run(shape)?;
    let (syncs, n) = ((count.now()? - before) as f64, shape.messages as f64);
    if syncs == 0.0 {
        return Err("the program synced nothing that was counted: is it linked statically?".into());
    }
    path.close(shape.messages)?;
    let rate = came.rate(shape.messages, came.seen.stored);
    Ok(Leg { rate, cpu_us: came.used.used.cpu_us / n, syncs: syncs / n, commits: came.used.commits / n })
}
