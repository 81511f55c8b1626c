//! The whole path: HTTP → store → SMPP → the carrier's receipt stored, under a load of requests.

use crate::home::{Home, Link, Server};
use crate::load::{self, Load, Shape};
use crate::meter::{self, Mark};
use crate::sink::{Seen, Sink};
use crate::{Bench, Res};

/// A carrier, a server bound to it, and a key.
pub(crate) struct Path {
    pub(crate) sink: Sink,
    pub(crate) home: Home,
    pub(crate) server: Server,
    pub(crate) key: String,
}

/// What came of a load.
pub(crate) struct Came {
    pub(crate) load: Load,
    pub(crate) seen: Seen,
    pub(crate) used: Mark,
}

impl Came {
    /// Messages a second, from the first request on.
    pub(crate) fn rate(&self, messages: u64, to: std::time::Instant) -> f64 {
        messages as f64 / (to - self.load.started).as_secs_f64()
    }
}

impl Path {
    /// One link with window 1,000.
    pub(crate) fn open(bench: &Bench) -> Res<Path> {
        Path::of(Home::with_workspace(bench)?)
    }

    /// The same with a home made beforehand.
    pub(crate) fn of(home: Home) -> Res<Path> {
        let sink = Sink::start()?;
        let key = home.key()?;
        home.connect(&Link::to(sink.port()))?;
        let server = home.serve()?;
        sink.bound()?;
        Ok(Path { sink, home, server, key })
    }

    /// Sends, and waits until every receipt is stored.
    pub(crate) fn run(&self, shape: &Shape) -> Res<Came> {
        let before = Mark::now(&self.server)?;
        let already = self.sink.counts().submitted;
        let load = load::send(self.server.addr, &self.key, shape)?;
        let seen = self.sink.all(already + shape.messages)?;
        let used = Mark::now(&self.server)?.since(&before);
        Ok(Came { load, seen, used })
    }

    /// Stops the server and asks the store whether it is true.
    pub(crate) fn close(self, messages: u64) -> Res<Home> {
        self.server.stop()?;
        meter::delivered(&self.home, messages)?;
        Ok(self.home)
    }
}
