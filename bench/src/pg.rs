//! The same paths on PostgreSQL: a server of its own in a throw-away directory, beside the file.

use crate::campaign;
use crate::figures::{Figures, Goal};
use crate::home::Home;
use crate::load::Shape;
use crate::names::Benchmark;
use crate::path::Path;
use crate::{Bench, Res, rest};
use clap::Args;
use store::testing::Postgres;

/// One load in a home.
type Run<'a> = dyn Fn(Home) -> Res<Figures> + 'a;

#[derive(Args, Clone)]
pub(crate) struct Pg {
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    #[arg(long, default_value_t = 100_000)]
    people: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

impl Benchmark for Pg {
    fn told(&self) -> (&'static str, String) {
        let Pg { messages, people, connections } = self;
        let how = format!(
            "{messages} messages by REST, one a request over {connections} connections and a hundred a request over 16, and \
             a campaign to {people}: on SQLite, on PostgreSQL, and again the other way round; PostgreSQL is started in a \
             throw-away directory with its own settings, fsync and synchronous_commit on; processor is the program's alone, \
             without the database server's"
        );
        ("pg", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(2_000);
        self.people = self.people.min(2_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let server = Postgres::start(true)?;
        let one = Shape { messages: self.messages, connections: self.connections, each: 1, first: 0 };
        let hundred = Shape { connections: 16, each: 100, ..one };
        let load = |shape: Shape| move |home: Home| rest::measured(Path::of(home)?, &shape, [0.0, f64::MAX]);
        let mail = |home: Home| campaign::measured(home, self.people);
        let paths: [(&str, &str, &Run<'_>); 3] = [
            ("REST", rest::RATE, &load(one)),
            ("batch", rest::RATE, &load(hundred)),
            ("campaign", campaign::RATE, &mail),
        ];
        let mut figures = Figures::default();
        for (name, rate, run) in paths {
            let mut legs = Vec::new();
            for postgres in [false, true, true, false] {
                let home = Home::empty(bench)?;
                let home = if postgres { home.on(&server.database()) } else { home };
                home.init("Bench")?;
                legs.push(run(home)?);
            }
            let of = |figure: &str, a: usize, b: usize| -> Res<f64> {
                let value =
                    |leg: usize| legs.get(leg).and_then(|l| l.value(figure)).ok_or("a figure is missing");
                Ok(f64::midpoint(value(a)?, value(b)?))
            };
            let (file, postgres) = (of(rate, 0, 3)?, of(rate, 1, 2)?);
            let goal = Goal::AtLeast(0.5);
            figures.add_with_goal(format!("{name}: PostgreSQL ÷ SQLite"), "×", postgres / file, goal);
            figures.add(format!("{name}: SQLite"), "/s", file);
            figures.add(format!("{name}: PostgreSQL"), "/s", postgres);
            figures.add(format!("{name}: SQLite, processor"), "µs/message", of("processor", 0, 3)?);
            figures.add(format!("{name}: PostgreSQL, processor"), "µs/message", of("processor", 1, 2)?);
        }
        Ok(figures)
    }
}
