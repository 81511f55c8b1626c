//! The deterministic simulation: one seed is one history.
//!
//! The program itself lives in it: the REST door, the engine with its jobs, the connectors with supervisor, feed, pump,
//! links and settler, and the store's runner with its batches over SQLite in memory. Around it, and drawn from the seed:
//! carriers with a temper, programs that repeat what they did not hear, a network that delays, splits and cuts, a wall
//! clock that jumps, commits that fail, and the death of the process between any two of its steps. All of it runs in one
//! thread on a clock that stands still until everybody has done what can be done at that moment.
//!
//! Two ledgers are kept outside ([`ledger`]): what programs were promised, and what carriers saw and said. The judge
//! ([`oracle`]) compares them with the rows every two seconds of the world's time and when all has come to rest.
//!
//! Drawn too: long messages, riders that commit an intent together with what they carry, carriers out of reach for longer
//! than messages wait, carriers that refuse nearly everything or our password, a disk that fills, ledgers that find no
//! room, receipt keys sorted into generations, people who decide about what nobody knows of.
//!
//! What it finds. The program was broken on purpose, and the first seed of 400 that said so was: an intent without its row
//! in `flight`: 1 (P1, stands nowhere) · what left is not in the sent-log: 1 (P6) · what an earlier life left in flight is
//! not settled: 1 (it never comes to rest) · answers before the commit: 2 (P1, accepted and gone) · orphan receipts are
//! never adopted: 4 · the filter of a sorted generation lets nothing through: 4 · an unanswered part counts as submitted: 5
//! (P1, no carrier took it) · an alarm outlives its cause: 5 · a copy that is not said to be possible: 5 (P3) · a message
//! that goes to another connector is not counted there: 5 · the freight of a ride whose batch was undone is written: 21
//! (P3) · the take asks no suppression: 33 (P4).
//!
//! Found when nobody had broken anything: a link that waited for ever for a lock which its own unfinished draw held;
//! ambiguous parts of an earlier life that stayed in `flight` when the store could not take their end at the first try; a
//! depth that counted a long message once for each part that came back; long messages that reached beyond twice the window.
//!
//! Not in it: several nodes and PostgreSQL, so neither the fence of a lost lease (their transactions need threads); torn
//! pages and the log of SQLite (the `kill` tests and the store's own have real files); imports, which work on threads of
//! their own.

mod agenda;
mod asked;
mod carrier;
mod dice;
mod ledger;
mod line;
mod network;
mod oracle;
mod plan;
mod process;
mod programs;
mod room;
mod rows;
mod scene;
mod trace;
mod world;

use plan::Plan;
use process::Ended;
use rows::Rows;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use world::{World, lock};

/// Lives of the process in one world; more are a sign that it cannot start.
const LIVES_MAX: u64 = 50;

/// The history of one seed.
#[derive(Debug, Clone)]
pub struct History {
    /// The seed.
    pub seed: u64,
    /// The hash of all that happened.
    pub trace: u64,
    /// How long it was by the world's clock, ms.
    pub lasted_ms: i64,
    /// How often things happened.
    pub counts: BTreeMap<&'static str, u64>,
    /// What is wrong; empty when all promises held.
    pub wrong: Vec<String>,
    /// The last lines of the trace, where they were asked for.
    pub lines: Vec<String>,
}

/// Lives through the world of a seed.
///
/// # Panics
/// When the program does.
pub fn run(seed: u64, keep_trace: bool) -> History {
    let plan = Plan::of(seed);
    let disk = scene::disk_of(&plan).unwrap_or_else(|e| panic!("seed {seed}: no disk: {e}"));
    let globe = Arc::new(Mutex::new(World::new(plan, keep_trace)));
    programs::plan(&mut lock(&globe));
    let mut ended = Ended::Died;
    let mut life = 0;
    while ended == Ended::Died && life < LIVES_MAX {
        life += 1;
        ended = process::live(&globe, &disk, life);
        oracle::check(&mut lock(&globe), &Rows(disk.clone()));
    }
    let mut world = lock(&globe);
    if ended == Ended::Stopped {
        oracle::judge(&mut world, &Rows(disk));
    } else {
        let why = oracle::unrest(&world, &Rows(disk));
        world.ledger.complain(format!("it never came to rest ({ended:?}, {life} lives): {why}"));
    }
    let deaths = world.deaths;
    world.ledger.counts.insert("deaths", deaths);
    let (now, wrong) = (world.now(), std::mem::take(&mut world.ledger.wrong));
    let counts = std::mem::take(&mut world.ledger.counts);
    History { seed, trace: world.trace.hash(), lasted_ms: now, counts, wrong, lines: world.trace.lines() }
}

/// A history in words, with what it takes to see it again.
pub fn told(history: &History) -> String {
    let mut out = format!(
        "seed {} trace {:016x}, {} s of the world",
        history.seed,
        history.trace,
        history.lasted_ms / 1_000
    );
    for wrong in &history.wrong {
        out.push_str("\n  ");
        out.push_str(wrong);
    }
    if !history.wrong.is_empty() {
        out.push_str(&format!(
            "\n  again: SENDWORD_SEED={seed} cargo test --test simulation, or cargo run -p simulation -- --seed {seed}",
            seed = history.seed
        ));
    }
    out
}
