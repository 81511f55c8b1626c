//! What a run cost, and whether what it counted is true.

use crate::figures::Figures;
use crate::home::{Home, Server};
use crate::process::Used;
use crate::{Res, http};
use sms::Status;
use std::collections::HashMap;
use store::{Clock, Db, Options};

/// What the store counts its commits under.
const COMMITS: &str = "sendword_store_commits_total";
/// What it counts its syncs under: several commits may share one. None on PostgreSQL, which syncs at each commit.
const SYNCS: &str = "sendword_store_syncs_total";

/// A moment of a server's life.
pub(crate) struct Mark {
    pub(crate) used: Used,
    pub(crate) commits: f64,
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
        figures.add("fsyncs", unit, if self.syncs > 0.0 { self.syncs } else { self.commits } / n);
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
pub(crate) fn stored(home: &Home) -> f64 {
    let files = ["sendword.db", "sendword.db-wal"].map(|name| home.data().join(name));
    files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len() as f64).sum()
}

/// Asks the store itself whether every message stands there as delivered.
pub(crate) fn delivered(home: &Home, messages: u64) -> Res<()> {
    stand(home, messages, Status::Delivered)
}

/// The same where the carrier sends no receipts.
pub(crate) fn submitted(home: &Home, messages: u64) -> Res<()> {
    stand(home, messages, Status::Submitted)
}

fn stand(home: &Home, messages: u64, status: Status) -> Res<()> {
    let counts = counts(home)?;
    let found = counts.get(&status).copied().unwrap_or(0);
    if u64::try_from(found) != Ok(messages) {
        let all: Vec<String> = counts.iter().map(|(s, n)| format!("{n} {}", s.name())).collect();
        let all = all.join(", ");
        return Err(
            format!("{found} of {messages} messages were {} in the store: {all}", status.name()).into()
        );
    }
    Ok(())
}

/// How often the store counted each state, over all workspaces.
pub(crate) fn counts(home: &Home) -> Res<HashMap<Status, i64>> {
    let db = Db::open(&Options { dir: home.data(), url: home.database(), clock: Clock::default() })?;
    Ok(db.read_blocking(|tx| {
        let mut n = HashMap::new();
        for workspace in store::workspace::list(tx)? {
            for row in store::counter::traffic(tx, workspace.id, 0)? {
                *n.entry(row.2).or_default() += row.3;
            }
        }
        Ok::<_, store::Error>(n)
    })?)
}
