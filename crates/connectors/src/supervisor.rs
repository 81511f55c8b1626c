//! Starts a connector for each row that is switched on and is this node's share, anew when its settings change, and stops
//! them all. It carries nothing itself, and owns nothing that the store does not say is its own.

use crate::board::Board;
use crate::circuit::Circuit;
use crate::feed::Feed;
use crate::fence::Fence;
use crate::heart::Heart;
use crate::hooks::Hooks;
use crate::journal::{Journal, LIMIT};
use crate::link::{self, Shared};
use crate::modem as modems;
use crate::net::{Net, Tcp};
use crate::replay;
use crate::settings::{self, number};
use crate::settler::Keep;
use crate::share::{self, Seen};
use crate::talk::{Settings, Tongue};
use crate::times::Times;
use sms::live::{Command as CommandKind, LinkState};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::connector::{self, Row};
use store::machine::node::{self, Beat};
use store::machine::outbox::{self, Taker};
use store::machine::{command, failover, flight, journal, modem, settle, trace};
use store::{Bell, Db, Error, Instant};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How often commands and expired rows are looked for, and shares anew where no beat tells of them.
const TICK: Duration = Duration::from_secs(2);
/// A connector that nobody has had for so long is taken by whoever can.
const LONG_FREE: Duration = Duration::from_secs(5);
/// A connector that finds no carrier from here for so long goes to another node…
const MOVE_MS: i64 = 60_000;
/// …and is not taken back for so long while others could.
const SHUN: Duration = Duration::from_secs(300);
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
    hooks: Hooks,
    main: JoinHandle<()>,
}

struct Running {
    version: i64,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    board: Arc<Board>,
    fence: Arc<Fence>,
}

impl Supervisor {
    /// Starts; runs on the current Tokio runtime.
    pub fn start(db: Db, options: Options) -> Supervisor {
        let (stop, stopped) = watch::channel(false);
        let opened = if db.keeps_files() {
            Journal::open(db.dir().join(journal::FILE), LIMIT)
        } else {
            Ok(Journal::without_room())
        };
        let journal = opened.unwrap_or_else(|e| {
            db.give_up(&format!("the journal of what carriers handed over cannot be read: {e}"));
            Journal::without_room()
        });
        let journal = Arc::new(journal);
        let hooks = Hooks::new(db.clone(), Arc::clone(&journal));
        Supervisor { stop, hooks, main: tokio::spawn(supervise(db, options, journal, stopped)) }
    }

    /// The way in for providers that call us: it shares the journal with the links.
    pub fn hooks(&self) -> Hooks {
        self.hooks.clone()
    }

    /// Takes nothing new, waits for what is on the wire, unbinds, and returns when all is stored.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.main.await; // a task that panicked has said so
    }
}

async fn supervise(db: Db, options: Options, journal: Arc<Journal>, mut stop: watch::Receiver<bool>) {
    let heart = Arc::new(Heart::new(&db));
    // Ended one by one: those who wait on one channel are woken in any order.
    let (still, stilled) = watch::channel(false);
    let (close, closed) = watch::channel(false);
    let beating = tokio::spawn({
        let heart = Arc::clone(&heart);
        async move { heart.run(stilled).await }
    });
    let reading = tokio::spawn(replay::run(db.clone(), Arc::clone(&journal), closed.clone()));
    let looking = tokio::spawn(modems::scan::obey(db.clone(), closed));
    let mut house = House {
        keep: Keep { db: db.clone(), journal, whole: false },
        heart: Arc::clone(&heart),
        options,
        running: BTreeMap::new(),
        over: Arc::default(),
        moves: BTreeMap::new(),
        free_since: BTreeMap::new(),
        left: BTreeMap::new(),
        started: BTreeSet::new(),
    };
    let mut bell = db.listen(Bell::Connectors);
    let mut heard = heart.heard();
    while !*stop.borrow() {
        match db.read(|tx| Ok::<_, Error>((connector::enabled(tx)?, trace::watches(tx)?))).await {
            Ok((rows, watches)) => {
                let beat = heard.borrow_and_update().clone();
                house.adjust(rows, &beat).await;
                house.running.values().for_each(|r| r.board.watch(&watches));
            }
            Err(e) => tracing::warn!(error = %e, "the connectors could not be read"),
        }
        tokio::select! {
            biased;
            _ = bell.changed() => {}
            _ = stop.changed() => {}
            _ = heard.changed() => {}
            () = house.over.notified() => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
    house.end().await;
    still.send_replace(true);
    close.send_replace(true);
    let _ = beating.await; // a task that panicked has said so
    let _ = reading.await;
    let _ = looking.await;
    if heart.is_shared()
        && let Err(e) = db.write("node.leave", node::leave).await
    {
        tracing::warn!(error = %e, "the other nodes learn a little later that this one ended");
    }
}

/// The connectors that run here.
struct House {
    keep: Keep,
    heart: Arc<Heart>,
    options: Options,
    running: BTreeMap<i64, Running>,
    /// A connector ended.
    over: Arc<Notify>,
    /// Connectors that found no carrier from here: how often they were let go, and when last.
    moves: BTreeMap<i64, (u32, Instant)>,
    /// Connectors that nobody has, and since when.
    free_since: BTreeMap<i64, Instant>,
    /// Lanes that are this node's and run nowhere, and since when.
    left: BTreeMap<i64, Instant>,
    /// What this process has started.
    started: BTreeSet<i64>,
}

impl House {
    /// Stops what is not to run here as it does, and takes what is this node's share.
    async fn adjust(&mut self, rows: Vec<Row>, beat: &Beat) {
        let over: Vec<i64> =
            self.running.iter().filter(|(_, r)| r.task.is_finished()).map(|(id, _)| *id).collect();
        for id in over {
            self.heart.forget(id);
            if let Some(old) = self.running.remove(&id) {
                let _ = old.task.await; // a task that panicked has said so
            }
        }
        for (id, r) in &self.running {
            let same = |row: &Row| row.id == *id && row.version == r.version;
            if r.fence.is_lost() || !rows.iter().any(same) {
                r.stop.send_replace(true);
            }
        }
        let Options { simulator, times, net } = &self.options;
        let wanted: Vec<(Row, Settings)> = rows
            .into_iter()
            .filter_map(|row| Some((row.clone(), settings::of(&row, *simulator, *times, net)?)))
            .collect();
        let take = if self.heart.is_shared() { self.share(&wanted, beat) } else { None };
        for (row, settings) in wanted {
            let ours = take.as_ref().is_none_or(|take| take.contains(&row.id));
            if ours && !self.running.contains_key(&row.id) {
                self.start(row, settings).await;
            }
        }
    }

    /// What this node is to take; tells what it lets go.
    fn share(&mut self, wanted: &[(Row, Settings)], beat: &Beat) -> Option<Vec<i64>> {
        if beat.nodes.is_empty() {
            return Some(Vec::new()); // nothing was heard yet
        }
        let wanted: Vec<i64> = wanted.iter().map(|(row, _)| row.id).collect();
        let now = Instant::now();
        let lives = |node| beat.nodes.iter().any(|n| n.id == node && n.lives);
        let has_owner = |id: i64| beat.lanes.iter().any(|l| l.connector == id && lives(l.node));
        self.free_since.retain(|id, _| wanted.contains(id) && !has_owner(*id));
        for id in wanted.iter().filter(|id| !has_owner(**id)) {
            self.free_since.entry(*id).or_insert(now);
        }
        let long_free = self.free_since.iter().filter(|(_, at)| at.elapsed() > LONG_FREE).map(|(id, _)| *id);
        let shunned = self.moves.iter().filter(|(_, (_, at))| at.elapsed() < SHUN).map(|(id, _)| *id);
        let plan = share::plan(&Seen {
            me: self.keep.db.node(),
            beat,
            wanted: &wanted,
            shunned: &shunned.collect(),
            long_free: &long_free.collect(),
        });
        let taken_up = self.taken_up(&wanted, beat);
        let others = beat.nodes.iter().filter(|n| n.lives && n.carries).count() > 1;
        let stuck = if others { self.without_carrier() } else { None };
        for id in plan.let_go.into_iter().chain(stuck) {
            if let Some(r) = self.running.get(&id) {
                tracing::info!(connector = id, "is let go for another node");
                r.stop.send_replace(true);
            }
        }
        Some(plan.take.into_iter().chain(taken_up).collect())
    }

    /// Lanes that are this node's by the rows and run nowhere: a former process of this node left them at its death.
    /// Those that this one ended are let go a moment later, or, where that failed, taken up again after a while.
    fn taken_up(&mut self, wanted: &[i64], beat: &Beat) -> Vec<i64> {
        let me = self.keep.db.node();
        let runs_not = |id: &i64| wanted.contains(id) && !self.running.contains_key(id);
        let mine: Vec<i64> =
            beat.lanes.iter().filter(|l| l.node == me).map(|l| l.connector).filter(runs_not).collect();
        self.left.retain(|id, _| mine.contains(id));
        mine.into_iter()
            .filter(|id| {
                let since = self.left.entry(*id).or_insert_with(Instant::now);
                !self.started.contains(id) || since.elapsed() > LONG_FREE
            })
            .collect()
    }

    /// A connector that has found no carrier from here for a while: another node may have a way there. Each time it
    /// comes back it is given twice as long.
    fn without_carrier(&mut self) -> Option<i64> {
        let patience = |id: &i64| {
            let moves = self.moves.get(id).map_or(0, |(moves, _)| *moves);
            MOVE_MS << moves.min(6)
        };
        let stuck = |id: &i64, r: &Running| {
            !r.board.is_refused() && r.board.down_for_ms().is_some_and(|ms| ms > patience(id))
        };
        let id = *self.running.iter().find(|(id, r)| stuck(id, r))?.0;
        let moves = self.moves.get(&id).map_or(0, |(moves, _)| *moves);
        self.moves.insert(id, (moves + 1, Instant::now()));
        Some(id)
    }

    /// Takes a connector's lanes, and what a former owner left in flight with them, and starts it.
    async fn start(&mut self, row: Row, settings: Settings) {
        let (id, version) = (row.id, row.version);
        let db = &self.keep.db;
        let taken = db.write("lease", move |tx| {
            let Some(epoch) = flight::own(tx, id)? else { return Ok(None) };
            let taker = Taker { connector: id, link: 0, epoch };
            // Written and never settled: nobody knows.
            let left = settle::recover(tx, taker, "the process ended before the answer was stored")?;
            Ok::<_, Error>(Some((taker, left)))
        });
        let (taker, left) = match taken.await {
            Ok(Some(taken)) => taken,
            Ok(None) => return,
            Err(e) => return tracing::warn!(connector = id, error = %e, "its lanes could not be taken"),
        };
        if left > 0 {
            tracing::warn!(connector = id, parts = left, "parts of an earlier run are ambiguous");
        }
        let fence = self.heart.fence(id, taker.epoch);
        let binds = usize::try_from(number(&row.settings, "binds", 1).clamp(1, 32)).unwrap_or(1);
        let links = settings.tongue.links(binds);
        let board = Arc::new(Board::new(id, links));
        let (stop, stopped) = watch::channel(false);
        let shared = Shared {
            feed: Arc::new(Feed::new(db, id)),
            board: Arc::clone(&board),
            circuit: Arc::new(Mutex::new(Circuit::new(settings.times.circuit, settings.times.circuit_pause))),
            fence: Arc::clone(&fence),
            keep: Keep { whole: settings.tongue.sends_whole(), ..self.keep.clone() },
        };
        let over = Arc::clone(&self.over);
        let running = connector(row, links, Arc::new(settings), shared, taker, stopped);
        let task = tokio::spawn(async move {
            running.await;
            over.notify_one();
        });
        self.started.insert(id);
        self.running.insert(id, Running { version, stop, task, board, fence });
    }

    /// Stops everything and waits for it.
    async fn end(&mut self) {
        for one in self.running.values() {
            one.stop.send_replace(true);
        }
        for one in std::mem::take(&mut self.running).into_values() {
            let _ = one.task.await; // a task that panicked has said so
        }
    }
}

/// One connector: its links, the word about them, and the end of its lease.
async fn connector(
    row: Row,
    links: usize,
    settings: Arc<Settings>,
    shared: Shared,
    taker: Taker,
    mut stop: watch::Receiver<bool>,
) {
    let (db, board, fence) = (shared.keep.db.clone(), Arc::clone(&shared.board), Arc::clone(&shared.fence));
    let tasks: Vec<(watch::Sender<bool>, JoinHandle<()>)> = (0..i64::try_from(links).unwrap_or(1))
        .map(|link| {
            let taker = Taker { link, ..taker };
            let (halt, halted) = watch::channel(false);
            let settings = Arc::new(Settings { link, ..(*settings).clone() });
            let link = link::run(db.clone(), settings, shared.clone(), taker, halted);
            (halt, tokio::spawn(link))
        })
        .collect();
    let mut pin = false;
    tokio::select! {
        biased;
        () = board.report(&db) => {}
        ordered = keep(&db, taker, &row, &board, &settings) => pin = ordered,
        () = fence.lost() => tracing::warn!(connector = row.id, "another node took this connector over"),
        _ = stop.wait_for(|s| *s) => {}
    }
    for (halt, _) in &tasks {
        halt.send_replace(true);
    }
    for (_, task) in tasks {
        let _ = task.await; // a task that panicked has said so
    }
    if fence.is_lost() {
        return; // its state is the new owner's to tell
    }
    board.write(&db).await;
    if pin {
        // Only now: a session on its way out would spend the one try and not enter it.
        want_pin(&db, row.id).await;
    }
    let out = db.write("lease.end", move |tx| flight::let_go(tx, taker.connector, taker.epoch)).await;
    if let Err(e) = out {
        tracing::warn!(connector = row.id, error = %e, "its lanes could not be let go; they lapse");
    }
}

/// Ends what has expired, obeys commands; returns when the connector is to be built anew, `true` for the sake of its PIN.
async fn keep(db: &Db, taker: Taker, row: &Row, board: &Board, settings: &Settings) -> bool {
    let times = settings.times;
    let mut bell = db.listen(Bell::Command(row.id));
    let simulator = row.kind == "simulator";
    loop {
        tokio::select! {
            biased;
            () = tokio::time::sleep(TICK) => {}
            _ = bell.changed() => {}
        }
        let id = taker.connector;
        let expired = db.background("expire", move |tx| outbox::expire(tx, id, EXPIRE_SLICE)).await;
        if let Err(e) = expired {
            tracing::warn!(connector = id, error = %e, "expired rows could not be ended");
        }
        if board.down_for_ms().is_some_and(|ms| ms >= times.relane) {
            relane(db, id).await;
        }
        // The simulator's commands are obeyed by whoever runs the simulator.
        if !simulator && let Some(pin) = obey(db, id, &*settings.tongue).await {
            return pin;
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

/// A person wants the PIN of a modem's card entered once more.
async fn want_pin(db: &Db, id: i64) {
    let out = db.write("modem.want", move |tx| {
        let card = modem::get(tx, id)?.map(|m| m.card_key()).unwrap_or_default();
        modem::want_pin(tx, &card)
    });
    if let Err(e) = out.await {
        tracing::warn!(connector = id, error = %e, "the wish to enter a PIN could not be stored");
    }
}

/// Takes commands of this connector; something when it is to be built anew, `true` for the sake of its PIN.
async fn obey(db: &Db, id: i64, tongue: &dyn Tongue) -> Option<bool> {
    let out = db.write("command", move |tx| {
        let (mut again, mut others) = (None, Vec::new());
        for command in command::take(tx, id)? {
            match command.kind {
                CommandKind::Reconnect => {
                    again = again.or(Some(false));
                    command::finish(tx, command.id, Ok("reconnecting"))?;
                }
                CommandKind::SimulateInbound => {
                    command::finish(tx, command.id, Err("only the simulator has phones"))?
                }
                CommandKind::TryPin => {
                    again = Some(true);
                    command::finish(tx, command.id, Ok("the PIN is entered once"))?;
                }
                CommandKind::Ussd | CommandKind::ScanModems => others.push(command),
            }
        }
        Ok::<_, Error>((again, others))
    });
    let (again, others) = out.await.unwrap_or_default();
    for command in others.into_iter().filter(|command| !tongue.obey(db, command)) {
        let refuse = db.write("command", move |tx| {
            command::finish(tx, command.id, Err("this kind of connection knows no such thing"))
        });
        if let Err(e) = refuse.await {
            tracing::warn!(connector = id, error = %e, "the end of a command could not be stored");
        }
    }
    again
}
