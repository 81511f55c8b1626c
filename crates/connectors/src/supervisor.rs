//! Starts a connector for each row that is switched on, anew when its settings change, and stops them all.

use crate::board::Board;
use crate::circuit::Circuit;
use crate::feed::Feed;
use crate::net::{Net, Tcp};
use crate::smpp;
use crate::times::Times;
use sms::live::{Command as CommandKind, LinkState};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::connector::{self, Row, Settings};
use store::machine::outbox::{self, Taker};
use store::machine::{command, failover, flight, settle};
use store::{Bell, Db, Error};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wire::smpp::Bind;

/// How long a lease on a connector's lanes lasts without being renewed.
const LEASE_MS: i64 = 10_000;
/// How often it is renewed, and commands and expired rows are looked for.
const TICK: Duration = Duration::from_secs(2);
/// Rows whose validity ran out, ended in one slice.
const EXPIRE_SLICE: i64 = 500;
/// Rows that go to another connector in one slice.
const RELANE_SLICE: i64 = 500;

/// What the supervisor is told.
#[derive(Clone)]
pub struct Options {
    /// Where the built-in simulator listens; connectors of its kind go there.
    pub simulator: Option<SocketAddr>,
    /// How long things may take.
    pub times: Times,
    /// How carriers are reached.
    pub net: Arc<dyn Net>,
}

impl Default for Options {
    fn default() -> Options {
        Options { simulator: None, times: Times::default(), net: Arc::new(Tcp::default()) }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("simulator", &self.simulator).field("times", &self.times).finish()
    }
}

/// All connectors of this node.
pub struct Supervisor {
    stop: watch::Sender<bool>,
    main: JoinHandle<()>,
}

struct Running {
    version: i64,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts; runs on the current Tokio runtime.
    pub fn start(db: Db, options: Options) -> Supervisor {
        let (stop, stopped) = watch::channel(false);
        Supervisor { stop, main: tokio::spawn(supervise(db, options, stopped)) }
    }

    /// Takes nothing new, waits for what is on the wire, unbinds, and returns when all is stored.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.main.await; // a task that panicked has said so
    }
}

async fn supervise(db: Db, options: Options, mut stop: watch::Receiver<bool>) {
    let mut bell = db.listen(Bell::Connectors);
    let mut running: BTreeMap<i64, Running> = BTreeMap::new();
    while !*stop.borrow() {
        match db.read(connector::enabled).await {
            Ok(rows) => adjust(&db, &options, &mut running, rows).await,
            Err(e) => tracing::warn!(error = %e, "the connectors could not be read"),
        }
        tokio::select! {
            biased;
            _ = bell.changed() => {}
            _ = stop.changed() => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
    for one in running.values() {
        one.stop.send_replace(true);
    }
    for one in running.into_values() {
        let _ = one.task.await; // a task that panicked has said so
    }
}

async fn adjust(db: &Db, options: &Options, running: &mut BTreeMap<i64, Running>, rows: Vec<Row>) {
    let gone: Vec<i64> = running
        .iter()
        .filter(|(id, r)| {
            r.task.is_finished() || !rows.iter().any(|row| row.id == **id && row.version == r.version)
        })
        .map(|(id, _)| *id)
        .collect();
    for id in gone {
        if let Some(old) = running.remove(&id) {
            old.stop.send_replace(true);
            let _ = old.task.await; // a task that panicked has said so
        }
    }
    for row in rows {
        if running.contains_key(&row.id) {
            continue;
        }
        let Some(settings) = settings_of(&row, options) else { continue };
        let (stop, stopped) = watch::channel(false);
        let (id, version) = (row.id, row.version);
        let task = tokio::spawn(connector(db.clone(), row, Arc::new(settings), stopped));
        running.insert(id, Running { version, stop, task });
    }
}

/// One connector: lease, recovery, links, and the word about them.
async fn connector(db: Db, row: Row, settings: Arc<smpp::Settings>, mut stop: watch::Receiver<bool>) {
    let links = number(&row.settings, "binds", 1).clamp(1, 32);
    let board = Arc::new(Board::new(row.id, usize::try_from(links).unwrap_or(1)));
    let Some(epoch) = own(&db, row.id, &mut stop).await else { return };
    let taker = Taker { connector: row.id, link: 0, epoch };
    if !recover(&db, taker, &mut stop).await {
        return;
    }
    let feed = Arc::new(Feed::new(&db, row.id));
    let times = settings.times;
    let circuit = Arc::new(Mutex::new(Circuit::new(times.circuit, times.circuit_pause)));
    let tasks: Vec<(watch::Sender<bool>, JoinHandle<()>)> = (0..links)
        .map(|link| {
            let taker = Taker { link, ..taker };
            let (db, settings) = (db.clone(), Arc::clone(&settings));
            let (feed, board) = (Arc::clone(&feed), Arc::clone(&board));
            let circuit = Arc::clone(&circuit);
            let (halt, halted) = watch::channel(false);
            let task =
                tokio::spawn(smpp::run(db, settings, smpp::Shared { feed, board, circuit }, taker, halted));
            (halt, task)
        })
        .collect();
    tokio::select! {
        biased;
        () = board.report(&db) => {}
        () = keep(&db, taker, &row, &board, times) => tracing::warn!(connector = row.id, "another node took this connector over"),
        _ = stop.wait_for(|s| *s) => {}
    }
    for (halt, _) in &tasks {
        halt.send_replace(true);
    }
    for (_, task) in tasks {
        let _ = task.await; // a task that panicked has said so
    }
    board.write(&db).await;
}

/// Waits for the lease on the connector's lanes.
async fn own(db: &Db, id: i64, stop: &mut watch::Receiver<bool>) -> Option<i64> {
    while !*stop.borrow() {
        let out = db.write("lease", move |tx| {
            let until = tx.now() + LEASE_MS;
            flight::lease(tx, id, until)
        });
        match out.await {
            Ok(Some(epoch)) => return Some(epoch),
            Ok(None) => {}
            Err(e) => tracing::warn!(connector = id, error = %e, "no lease"),
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
    None
}

/// What an earlier process left in flight was written and never settled: nobody knows. Asked until the store has taken
/// it, since nothing else would ever end these; `false` when the connector is to stop before that.
async fn recover(db: &Db, taker: Taker, stop: &mut watch::Receiver<bool>) -> bool {
    while !*stop.borrow() {
        let out = db.write("recover", move |tx| {
            settle::recover(tx, taker, "the process ended before the answer was stored")
        });
        match out.await {
            Ok(0) => return true,
            Ok(n) => {
                tracing::warn!(
                    connector = taker.connector,
                    parts = n,
                    "parts of an earlier run are ambiguous"
                );
                return true;
            }
            Err(e) => {
                tracing::error!(connector = taker.connector, error = %e, "the ambiguous parts could not be settled; trying again");
            }
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
    false
}

/// Renews the lease, ends what has expired, obeys commands; returns when the lease is lost.
async fn keep(db: &Db, taker: Taker, row: &Row, board: &Board, times: Times) {
    let mut bell = db.listen(Bell::Command(row.id));
    let simulator = row.kind == "simulator";
    loop {
        tokio::select! {
            biased;
            () = tokio::time::sleep(TICK) => {}
            _ = bell.changed() => {}
        }
        let id = taker.connector;
        let out = db.write("lease", move |tx| {
            let until = tx.now() + LEASE_MS;
            flight::lease(tx, id, until)
        });
        match out.await {
            Ok(Some(epoch)) if epoch == taker.epoch => {}
            Ok(_) => return,
            Err(e) => tracing::warn!(connector = id, error = %e, "the lease could not be renewed"),
        }
        let expired = db.background("expire", move |tx| outbox::expire(tx, id, EXPIRE_SLICE)).await;
        if let Err(e) = expired {
            tracing::warn!(connector = id, error = %e, "expired rows could not be ended");
        }
        if board.down_for_ms().is_some_and(|ms| ms >= times.relane) {
            relane(db, id).await;
        }
        // The simulator's commands are obeyed by whoever runs the simulator.
        if !simulator && obey(db, id).await {
            return;
        }
    }
}

/// What waits for a connector that does not carry goes to those that do, where its route names one.
async fn relane(db: &Db, id: i64) {
    let states = match db.read(store::live::states).await {
        Ok(states) => states,
        Err(e) => return tracing::warn!(connector = id, error = %e, "the states could not be read"),
    };
    let carries = |s: &store::live::State| matches!(s.state, LinkState::Bound | LinkState::Throttled);
    let alive: Vec<i64> = states.iter().filter(|(_, s)| carries(s)).map(|(id, _)| *id).collect();
    loop {
        let alive = alive.clone();
        let moved = db.background("relane", move |tx| failover::relane(tx, id, &alive, RELANE_SLICE)).await;
        match moved {
            Ok(n) if n > 0 => tracing::info!(connector = id, messages = n, "went to another connector"),
            Ok(_) => return,
            Err(e) => {
                return tracing::warn!(connector = id, error = %e, "waiting messages could not be moved");
            }
        }
    }
}

/// Takes commands of this connector; `true` when it is to be built anew.
async fn obey(db: &Db, id: i64) -> bool {
    let out = db.write("command", move |tx| {
        let mut again = false;
        for command in command::take(tx, id)? {
            match command.kind {
                CommandKind::Reconnect => {
                    again = true;
                    command::finish(tx, command.id, Ok("reconnecting"))?;
                }
                CommandKind::SimulateInbound => {
                    command::finish(tx, command.id, Err("only the simulator has phones"))?
                }
            }
        }
        Ok::<_, Error>(again)
    });
    out.await.unwrap_or_default()
}

fn number(settings: &Settings, name: &str, default: i64) -> i64 {
    settings.get(name).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The link's settings; `None` for a kind that is not carried here, or the simulator while it does not run.
fn settings_of(row: &Row, options: &Options) -> Option<smpp::Settings> {
    let get = |name: &str| row.settings.get(name).cloned().unwrap_or_default();
    let simulator = row.kind == "simulator";
    let address = match row.kind.as_str() {
        "simulator" => options.simulator?.to_string(),
        "smpp" => address(&get("host"), number(&row.settings, "port", 2_775)),
        _ => return None,
    };
    let (errors, unread) = smpp::Errors::read(&get("errors"));
    if !unread.is_empty() {
        tracing::warn!(connector = %row.name, ?unread, "these entries of its table of errors cannot be read");
    }
    let seconds = |own: i64, name: &str, default| {
        if own > 0 { own } else { number(&row.settings, name, default) * 1_000 }
    };
    let times = options.times;
    Some(smpp::Settings {
        name: row.name.clone(),
        address,
        system_id: if simulator { row.name.clone() } else { get("system_id") },
        password: get("password"),
        system_type: get("system_type"),
        bind: match get("bind").as_str() {
            "tx" => Bind::Transmitter,
            "rx" => Bind::Receiver,
            _ => Bind::Transceiver,
        },
        window: usize::try_from(number(&row.settings, "window", if simulator { 100 } else { 10 }))
            .unwrap_or(10),
        rate: number(&row.settings, "rate", 0),
        alphabet: if get("alphabet") == "latin1" { smpp::Alphabet::Latin1 } else { smpp::Alphabet::Gsm },
        answer_ms: seconds(times.answer, "answer_timeout_s", 60),
        enquire_ms: seconds(times.enquire, "enquire_s", 30),
        simulator,
        errors,
        times,
        net: Arc::clone(&options.net),
    })
}

/// `host:port`, with the brackets an IPv6 address needs.
fn address(host: &str, port: i64) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
