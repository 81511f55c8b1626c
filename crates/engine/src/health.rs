//! How the installation does: one list of checks, told by `doctor`, served to it over the control socket, and counted by
//! `/metrics` under the same names.
//!
//! A check only looks. What it finds wrong comes with words on what to do; no number and no text of a message is in it.

mod checks;
mod measure;

pub use measure::Measured;

use crate::Result;
use serde::Serialize;
use store::Tx;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// It cannot be told here and now.
    Unknown,
    /// Somebody should look.
    Warn,
    /// Something does not work.
    Fail,
}

impl State {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Unknown => "unknown",
            State::Warn => "warn",
            State::Fail => "fail",
        }
    }
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its stable name: one of [`NAMES`].
    pub name: &'static str,
    /// How it came out.
    pub state: State,
    /// The figure behind it.
    pub value: i64,
    /// What the figure counts: `bytes`, `ms`, `messages` …
    pub unit: &'static str,
    /// What was found, in words.
    pub says: String,
    /// What to do; empty when all is well.
    pub fix: String,
}

/// The names of all checks and what their figures count, in their order.
pub const NAMES: &[(&str, &str)] = &[
    ("version", "none"),
    ("server", "seconds"),
    ("store", "none"),
    ("store_size", "bytes"),
    ("store_log", "bytes"),
    ("store_longest", "ms"),
    ("store_commits", "commits_per_minute"),
    ("store_waiting", "closures"),
    ("disk_free", "bytes"),
    ("keys", "files"),
    ("clock", "ms"),
    ("nodes", "nodes"),
    ("journal", "bytes"),
    ("links", "links_down"),
    ("queues", "messages"),
    ("queue_oldest", "ms"),
    ("clients", "deliveries"),
    ("unconfirmed", "messages"),
    ("orphan_receipts", "receipts"),
    ("jobs_late", "jobs"),
    ("jobs_failed", "jobs"),
    ("alarms", "alarms"),
];

/// The whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Of this program.
    pub version: &'static str,
    /// The worst of all states.
    pub state: State,
    /// Every check, in the order of [`NAMES`].
    pub checks: Vec<Check>,
}

/// Looks at everything.
///
/// # Errors
/// When the store refuses.
pub fn report(tx: &mut Tx<'_>, measured: &Measured) -> Result<Report> {
    let checks = checks::all(tx, measured)?;
    let worst = |c: &Check| if c.state == State::Unknown { State::Ok } else { c.state };
    let state = checks.iter().map(worst).max().unwrap_or(State::Ok);
    Ok(Report { version: measured.version, state, checks })
}

#[cfg(test)]
mod tests;
