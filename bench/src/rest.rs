//! REST single → SMPP → receipt stored.

use crate::figures::{Figures, Goal};
use crate::home::{Home, Server};
use crate::process::Used;
use crate::sink::Sink;
use crate::{Bench, Res, http, load};
use sms::Status;
use store::{Clock, Db, Options};

/// What the store counts its commits under.
const COMMITS: &str = "sendword_store_commits_total";
/// What the store counts its syncs under; PostgreSQL does its own.
const SYNCS: &str = "sendword_store_syncs_total";

pub(crate) fn run(bench: &Bench, messages: u64, connections: usize) -> Res<Figures> {
    let sink = Sink::start()?;
    let home = Home::with_workspace(bench)?;
    let key = home.key()?;
    home.connect(&sink)?;
    let server = home.serve()?;
    sink.bound()?;
    let before = Mark::now(&server)?;
    let load = load::send(server.addr, &key, messages, connections)?;
    let seen = sink.all(messages)?;
    let used = Mark::now(&server)?.since(&before);
    let mut figures = Figures::default();
    let n = messages as f64;
    let rate = |to: std::time::Instant| n / (to - load.started).as_secs_f64();
    figures.add_with_goal(
        "messages, first request to last receipt stored",
        "/s",
        rate(seen.stored),
        Goal::AtLeast(10_000.0),
    );
    figures.add("accepted (202 after the commit)", "/s", rate(load.ended));
    figures.add("submitted at the carrier", "/s", rate(seen.submitted));
    figures.add("answer to a request, half of them within", "ms", load.within_ms(0.5));
    figures.add("answer to a request, 99 of 100 within", "ms", load.within_ms(0.99));
    used.tell(&mut figures, "message", n);
    figures.add("peak memory of the process", "MiB", server.process().peak_mib()?);
    server.stop()?;
    figures.add("store on disk", "bytes/message", stored(&home)? / n);
    delivered(&home, messages)?;
    Ok(figures)
}

/// A moment of a server's life.
pub(crate) struct Mark {
    used: Used,
    commits: f64,
    syncs: f64,
}

impl Mark {
    pub(crate) fn now(server: &Server) -> Res<Mark> {
        let [commits, syncs] = [COMMITS, SYNCS].map(|name| http::metric(server.addr, name));
        Ok(Mark { used: server.process().used()?, commits: commits?, syncs: syncs? })
    }

    pub(crate) fn since(&self, before: &Mark) -> Mark {
        let (commits, syncs) = (self.commits - before.commits, self.syncs - before.syncs);
        Mark { used: self.used.since(&before.used), commits, syncs }
    }

    /// Adds what one item cost.
    pub(crate) fn tell(&self, figures: &mut Figures, item: &'static str, n: f64) {
        costs(figures, &self.used, item, n);
        let unit = if item == "row" { "/row" } else { "/message" };
        figures.add("commits", unit, self.commits / n);
        figures.add("syncs", unit, self.syncs / n);
    }
}

/// Adds what one item cost the processor and the disk.
pub(crate) fn costs(figures: &mut Figures, used: &Used, item: &'static str, n: f64) {
    let (us, bytes) = if item == "row" { ("µs/row", "bytes/row") } else { ("µs/message", "bytes/message") };
    figures.add("processor", us, used.cpu_us / n);
    figures.add("  of it in the kernel", us, used.kernel_us / n);
    for (name, spent) in &used.threads {
        if *spent / n >= 0.05 && name != crate::sink::THREAD {
            figures.add(format!("  thread {name}"), us, spent / n);
        }
    }
    figures.add("written to the disk", bytes, used.written / n);
}

/// Octets of the store's files.
fn stored(home: &Home) -> Res<f64> {
    let files = ["sendword.db", "sendword.db-wal"].map(|name| home.data().join(name));
    Ok(files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len() as f64).sum())
}

/// Asks the store itself whether every message stands there as delivered.
pub(crate) fn delivered(home: &Home, messages: u64) -> Res<()> {
    let db = Db::open(&Options { dir: home.data(), url: None, clock: Clock::default() })?;
    let found: i64 = db.read_blocking(|tx| {
        let mut n = 0;
        for workspace in store::workspace::list(tx)? {
            let rows = store::counter::traffic(tx, workspace.id, 0)?;
            n += rows.iter().filter(|r| r.2 == Status::Delivered).map(|r| r.3).sum::<i64>();
        }
        Ok::<_, store::Error>(n)
    })?;
    if u64::try_from(found) != Ok(messages) {
        return Err(format!("{found} of {messages} messages stand as delivered in the store").into());
    }
    Ok(())
}
