//! The handle that everybody holds: writes go to the queues, reads to their own connections.

mod hand;
#[cfg(any(test, feature = "testing"))]
pub mod inline;

pub use hand::Pending;

use crate::chance::Chance;
use crate::claim::{self, Claim, Name};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::ledger::Ledgers;
use crate::postgres::Postgres;
use crate::queues::{Queues, Serves, Turn};
use crate::rider::{Rider, Seat};
use crate::runner::Connection;
use crate::serve::serve;
use crate::shared::{Shared, Vitals};
use crate::sql::Engine;
use crate::sqlite::Sqlite;
use crate::syncer::log_of;
use crate::tx::Tx;
use crate::work::task;
use crate::{Bell, Clock, Error, Result, generation, machine, peers, schema};
use hand::{Hand, wait_for};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{oneshot, watch};

/// Connections that read.
const READERS: usize = 3;
/// Connections that write urgently on PostgreSQL.
const PG_WRITERS: i64 = 4;
thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// The data directory; keys are read from `keys/` in it.
    pub dir: PathBuf,
    /// `postgres://…`; `None` is SQLite in `dir/sendword.db`.
    pub url: Option<String>,
    /// The wall clock.
    pub clock: Clock,
}

struct Inner {
    shared: Arc<Shared>,
    writes: Arc<Queues>,
    reads: Arc<Queues>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    closing: Arc<AtomicBool>,
    /// Where no threads serve the queues.
    hand: Option<Arc<dyn Hand>>,
    dir: PathBuf,
    /// The node's number is ours for as long as this is held.
    _claim: Claim,
}

/// The store. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    /// Ends what waits, then the threads with their connections: the last one folds the log back into the file.
    fn close(&self) {
        self.writes.close();
        self.reads.close();
        self.closing.store(true, Ordering::Release);
        self.shared.stop_keeping();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join(); // a thread that panicked has said so itself
            }
        }
    }
}

impl Db {
    /// Opens the store, making and migrating it as needed. Blocks; call it outside of async code.
    pub fn open(options: &Options) -> Result<Db> {
        std::fs::create_dir_all(&options.dir)
            .map_err(|e| Error::File(format!("{}: {e}", options.dir.display())))?;
        let keys = Keys::load_or_make(&options.dir.join("keys"))?;
        let db = match &options.url {
            None => Db::open_sqlite(options, keys)?,
            Some(url) => Db::open_postgres(options, url, keys)?,
        };
        machine::retag::run(&db)?;
        Ok(db)
    }

    fn open_sqlite(options: &Options, keys: Keys) -> Result<Db> {
        let path = options.dir.join("sendword.db");
        let mut writer = Sqlite::writer(&path)?;
        schema::climb(&mut writer, |w, text| w.batch(text))?;
        let inner = Inner::new(options, Engine::Sqlite, Own::of(&options.dir, keys)?, &mut writer)?;
        let log = log_of(&path)?;
        writer.sync_later()?;
        inner.spawn("store-writer", Box::new(writer), Serves::Both, true);
        let shared = Arc::clone(&inner.shared);
        inner.keep("store-syncer", move || shared.syncer.run(&log, &*shared));
        for _ in 0..READERS {
            inner.spawn("store-reader", Box::new(Sqlite::reader(&path)?), Serves::Both, false);
        }
        inner.spawn_folder(Sqlite::writer(&path)?);
        inner.spawn_sorter();
        Ok(Db(Arc::new(inner)))
    }

    fn open_postgres(options: &Options, url: &str, keys: Keys) -> Result<Db> {
        let mut first = Postgres::connect(url, false)?;
        schema::climb(&mut first, |w, text| w.batch(text))?;
        let inner = Inner::new(options, Engine::Postgres, Own::of(&options.dir, keys)?, &mut first)?;
        let node = inner.shared.ids.node();
        for hand in 0..PG_WRITERS {
            let writer = Postgres::connect(url, false)?.marked(node, hand, Serves::Urgent)?;
            inner.spawn("store-writer", Box::new(writer), Serves::Urgent, true);
            inner.writes.served_by_one_more();
        }
        let slices = first.marked(node, PG_WRITERS, Serves::Background)?;
        inner.spawn("store-background", Box::new(slices), Serves::Background, true);
        for _ in 0..READERS {
            inner.spawn("store-reader", Box::new(Postgres::connect(url, true)?), Serves::Both, false);
            inner.reads.served_by_one_more();
        }
        inner.spawn_peers(url);
        Ok(Db(Arc::new(inner)))
    }

    /// Urgent work: runs in the next batch, answered after its commit. The closure may run more than once.
    pub async fn write<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.0.writes, name, f, Turn::Urgent).await
    }

    /// Urgent work before all other: emergencies, one-time codes, what people write to us. It is short, and rare enough
    /// never to keep the rest waiting.
    pub async fn write_first<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.0.writes, name, f, Turn::First).await
    }

    /// One background slice: short, repeatable, never before urgent work.
    pub async fn background<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.0.writes, name, f, Turn::Background).await
    }

    /// Reads from one snapshot.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask(&self.0.reads, "read", f, Turn::Urgent).await
    }

    /// [`Db::write`] for plain threads.
    pub fn write_blocking<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask_blocking(&self.0.writes, name, f, Turn::Urgent)
    }

    /// [`Db::write_first`] for plain threads.
    pub fn write_first_blocking<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask_blocking(&self.0.writes, name, f, Turn::First)
    }

    /// [`Db::background`] for plain threads.
    pub fn background_blocking<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask_blocking(&self.0.writes, name, f, Turn::Background)
    }

    /// One background slice that is not waited for yet: so the next stands in the queue before this one is committed.
    /// Slices run in the order they were queued.
    pub fn background_queued<T, E, F>(&self, name: &'static str, f: F) -> Result<Pending<T, E>, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.send(&self.0.writes, name, f, Turn::Background)?;
        Ok(Pending::of(answer, self.0.hand.clone()))
    }

    /// [`Db::read`] for plain threads.
    pub fn read_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.ask_blocking(&self.0.reads, "read", f, Turn::Urgent)
    }

    fn send<T, E, F>(
        &self,
        queues: &Queues,
        name: &'static str,
        f: F,
        turn: Turn,
    ) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        if INSIDE.get() {
            debug_assert!(false, "a write from inside a closure: {name}");
            return Err(E::from(Error::Nested));
        }
        let (work, answer) = task(name, f);
        queues.push(work, turn);
        if let Some(hand) = &self.0.hand {
            hand.knock();
        }
        Ok(answer)
    }

    async fn ask<T, E, F>(&self, queues: &Queues, name: &'static str, f: F, turn: Turn) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.send(queues, name, f, turn)?.await.unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    fn ask_blocking<T, E, F>(&self, queues: &Queues, name: &'static str, f: F, turn: Turn) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        wait_for(self.send(queues, name, f, turn)?, self.0.hand.as_deref())
    }

    /// Asks the writer for a copy of the database; answered when it is whole.
    pub(crate) fn copy_to(&self, path: &Path, id: i64) -> Result<i64> {
        let answer = self.0.shared.copies.put(path, id)?;
        self.background_blocking("backup", |_| Ok::<_, Error>(()))?; // wakes the writer
        answer.blocking_recv().unwrap_or(Err(Error::Closed))
    }

    /// Closes the store now, whoever still holds a handle; what they ask for from here on is refused as closed.
    /// Blocks until everything accepted is committed.
    pub fn close(&self) {
        self.0.close();
    }

    /// A receiver that changes when this bell rings.
    pub fn listen(&self, bell: Bell) -> watch::Receiver<u64> {
        self.0.shared.bells.listen(bell)
    }

    /// Leaves a rider with the store, to be run last in every batch that rings this bell.
    pub fn ride<R: Rider>(&self, bell: Bell, rider: R) -> Seat<R> {
        self.0.shared.riders.seat(bell, rider)
    }

    /// Now, by the store's clock.
    pub fn now_ms(&self) -> i64 {
        self.0.shared.clock.now_ms()
    }

    /// Now, or the newest moment ever lived through where the clock went back behind it: what waits in a lane is due by
    /// this time, so that it does not wait for the clock to catch up.
    pub fn queue_now_ms(&self) -> i64 {
        self.now_ms().max(self.0.shared.ids.last_ms())
    }

    /// What the room on the disk allows.
    pub fn disk(&self) -> crate::disk::Level {
        self.0.shared.guard.disk()
    }

    /// By how much the clock jumped, while nobody knows whether to believe it; else 0.
    pub fn clock_jump_ms(&self) -> i64 {
        self.0.shared.guard.jump_ms()
    }

    /// A person believes the clock.
    pub fn believe_clock(&self) {
        self.0.shared.guard.confirm();
    }

    pub(crate) fn guard(&self) -> &crate::guard::Guard {
        &self.0.shared.guard
    }

    pub(crate) fn sync_sent_log(&self) -> Result<()> {
        self.0.shared.ledgers.sync_sent()
    }

    /// The clock itself.
    pub fn clock(&self) -> Clock {
        self.0.shared.clock.clone()
    }

    /// A small random number for jitter; never for secrets.
    pub fn chance(&self) -> u64 {
        self.0.shared.chance.next()
    }

    /// This node's number.
    pub fn node(&self) -> i64 {
        self.0.shared.ids.node()
    }

    /// Other nodes live, or none does: what rings here is told to them, or to nobody.
    pub fn set_peers(&self, any: bool) {
        self.0.shared.set_peers(any);
    }

    /// Whether what is asked for now would be turned away: the database is away, or stands still.
    pub fn is_away(&self) -> bool {
        self.0.writes.is_away()
    }

    /// Ends this process: what it would do from here on could be wrong.
    pub fn give_up(&self, why: &str) {
        self.0.shared.fatal(&Error::Driver(why.into()));
    }

    /// The key ring.
    pub fn keys(&self) -> &Keys {
        &self.0.shared.keys
    }

    /// Whether it has a data directory: a simulation's store has rows and nothing else.
    pub fn keeps_files(&self) -> bool {
        self.0.hand.is_none()
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.0.shared.engine()
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.0.shared)
    }

    /// Sorts the log of a kind now.
    #[cfg(test)]
    pub(crate) fn sort_for_test(
        &self,
        hands: &impl generation::sorter::Hands,
        kind: generation::Kind,
    ) -> Result<()> {
        self.0.shared.recent.turn(kind);
        generation::sorter::sort_kind(hands, &self.0.shared.recent, kind)?;
        self.0.shared.recent.turned(kind);
        Ok(())
    }

    /// What the store counts about itself.
    pub fn vitals(&self) -> Vitals {
        let file = self.0.dir.join("sendword.db"); // there is none where the rows stand in PostgreSQL
        let bytes = std::fs::metadata(file).map_or(0, |m| m.len());
        self.0.shared.vitals(self.0.writes.urgent_len(), bytes)
    }
}

/// What is a store's own, whatever its database: its keys, its ledgers, its chance, and what tells it from all others.
struct Own {
    keys: Keys,
    ledgers: Ledgers,
    chance: Arc<Chance>,
    name: Name,
}

impl Own {
    fn of(dir: &Path, keys: Keys) -> Result<Own> {
        let (ledgers, name) = (Ledgers::of(dir, &keys), Name::of(dir)?);
        Ok(Own { ledgers, keys, chance: Arc::new(Chance::new()), name })
    }
}

impl Inner {
    fn new(options: &Options, engine: Engine, own: Own, first: &mut dyn Connection) -> Result<Inner> {
        let Own { keys, ledgers, chance, name } = own;
        let clock = match first.server_ms()? {
            Some(ms) => options.clock.clone().led_by(ms),
            None => options.clock.clone(),
        };
        let claim = claim::claim(first, &clock, &keys, name)?;
        let largest = machine::node::largest_id(first.as_driver())?;
        let ids = Ids::starting_after(largest, claim.node, Arc::clone(&chance));
        let shared = Arc::new(Shared::new(clock, ids, claim.run, chance, ledgers, keys, engine));
        if engine == Engine::Sqlite {
            generation::sorter::load(&mut Tx::new(first.as_driver(), &shared))?;
        }
        Ok(Inner {
            shared,
            writes: Arc::default(),
            reads: Arc::default(),
            threads: Mutex::default(),
            closing: Arc::default(),
            hand: None,
            dir: options.dir.clone(),
            _claim: claim,
        })
    }

    fn spawn(&self, name: &str, connection: Box<dyn Connection + Send>, serves: Serves, writes: bool) {
        let shared = Arc::clone(&self.shared);
        let queues = Arc::clone(if writes { &self.writes } else { &self.reads });
        self.keep(name, move || {
            INSIDE.set(true);
            let mut connection = connection;
            serve(&mut *connection, &shared, &queues, serves, writes);
        });
    }

    /// The thread that folds the log back, so that no commit waits for it.
    fn spawn_folder(&self, mut connection: Sqlite) {
        let shared = Arc::clone(&self.shared);
        let mut asked = self.shared.fold_asked();
        self.keep("store-folder", move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
            loop {
                if runtime.block_on(asked.changed()).is_err() || *asked.borrow_and_update() == u64::MAX {
                    return;
                }
                if let Err(e) = connection.checkpoint() {
                    tracing::warn!(error = %e, "the log could not be folded back");
                }
                shared.folded();
            }
        });
    }

    /// The thread that turns grown logs of keys into sorted generations.
    fn spawn_sorter(&self) {
        let shared = Arc::clone(&self.shared);
        let hands = Hands { writes: Arc::clone(&self.writes), reads: Arc::clone(&self.reads) };
        let mut asked = self.shared.sort_asked();
        self.keep("store-sorter", move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
            let mut done = generation::sorter::mend(&hands);
            loop {
                match done {
                    Ok(()) | Err(Error::Closed) => {}
                    Err(e) => {
                        tracing::warn!(error = %e, "keys could not be sorted; they are found all the same")
                    }
                }
                if runtime.block_on(asked.changed()).is_err() || *asked.borrow_and_update() == u64::MAX {
                    return;
                }
                done = generation::sorter::sort(&hands, &shared.recent);
            }
        });
    }

    /// The threads that tell other nodes what rings here, and hear what rings there.
    fn spawn_peers(&self, url: &str) {
        self.shared.bells.tell_others();
        let (shared, closing, at) = (Arc::clone(&self.shared), Arc::clone(&self.closing), url.to_owned());
        self.keep("store-listener", move || peers::listen(&at, &shared, &closing));
        let (shared, closing, at) = (Arc::clone(&self.shared), Arc::clone(&self.closing), url.to_owned());
        self.keep("store-teller", move || peers::tell(&at, &shared, &closing));
    }

    fn keep(&self, name: &str, f: impl FnOnce() + Send + 'static) {
        match std::thread::Builder::new().name(name.into()).spawn(f) {
            Ok(handle) => self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(handle),
            Err(e) => tracing::error!(error = %e, "a store thread could not start"),
        }
    }
}

/// The queues, for the store's own housekeeping.
struct Hands {
    writes: Arc<Queues>,
    reads: Arc<Queues>,
}

fn ask<T: Send + 'static>(
    queues: &Queues,
    turn: Turn,
    f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (work, answer) = task("generation", f);
    queues.push(work, turn);
    answer.blocking_recv().unwrap_or(Err(Error::Closed))
}

impl generation::sorter::Hands for Hands {
    fn slice<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        ask(&self.writes, Turn::Background, f)
    }
    fn read<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        ask(&self.reads, Turn::Urgent, f)
    }
}
