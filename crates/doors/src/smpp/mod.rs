//! The SMPP server: other people's programs bind and send, are told what became of it, and get what is written to them.
//!
//! A session is a task that owns a socket and a [`wire::smpp::Session`]; the store remembers everything, so a session
//! may end at any moment. A message is answered after its commit, never before.

mod desk;
mod exchange;
mod hand_in;
mod link;
mod listen;
mod looks;
mod orders;
mod pace;
mod read;
mod stats;
mod status;
mod tls;
mod write;

pub(crate) use stats::{Stats, Sum};
pub use tls::Files;

use crate::Doors;
use desk::Desk;
use engine::client::{self, Account, Pace};
use listen::Gate;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::Db;
use tls::Identity;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// How often sessions say how they do.
const PACE: Duration = Duration::from_secs(5);
/// What others left over is swept every so many times.
const SWEEP: u32 = 12;
/// How long sessions may take to end when the program does.
const DRAIN: Duration = Duration::from_secs(5);

/// How long things may take, ms.
#[derive(Debug, Clone, Copy)]
pub struct Timers {
    /// From connect to a bind.
    pub bind_ms: i64,
    /// Silence after which a client is asked whether it lives.
    pub enquire_ms: i64,
    /// Without any message for so long a session ends; 0 never.
    pub inactivity_ms: i64,
    /// How long a client may take to answer what it is handed.
    pub answer_ms: i64,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { bind_ms: 10_000, enquire_ms: 60_000, inactivity_ms: 0, answer_ms: 30_000 }
    }
}

/// Where a server listens.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// In clear.
    pub listen: Option<SocketAddr>,
    /// Inside TLS, with this certificate.
    pub tls: Option<(SocketAddr, Files)>,
    /// How long things may take.
    pub timers: Timers,
}

/// A running server.
pub struct Server {
    house: Arc<House>,
    addresses: [Option<SocketAddr>; 2],
    stop: watch::Sender<bool>,
    /// Closed when the last session has ended.
    ended: mpsc::Receiver<()>,
}

/// What all sessions share.
struct House {
    doors: Doors,
    timers: Timers,
    begun: Instant,
    desks: Mutex<HashMap<i64, Arc<Desk>>>,
    gate: Mutex<Gate>,
    bound: Mutex<HashMap<i64, Arc<Count>>>,
    stopping: watch::Receiver<bool>,
    wires: looks::Wires,
}

/// What a session has done.
#[derive(Default)]
struct Count {
    accepted: AtomicI64,
    refused: AtomicI64,
}

impl Server {
    /// Listens; call it inside the async runtime.
    ///
    /// # Errors
    /// When an address cannot be listened on, or a certificate cannot be used.
    pub async fn start(doors: &Doors, options: Options) -> io::Result<Server> {
        let plain = match options.listen {
            Some(listen) => Some(TcpListener::bind(listen).await?),
            None => None,
        };
        let secret = match options.tls {
            Some((listen, files)) => Some((TcpListener::bind(listen).await?, Identity::read(files)?)),
            None => None,
        };
        let address = |listener: Option<&TcpListener>| listener.map(TcpListener::local_addr).transpose();
        let addresses = [address(plain.as_ref())?, address(secret.as_ref().map(|s| &s.0))?];
        let (stop, stopping) = watch::channel(false);
        let house = Arc::new(House {
            doors: doors.clone(),
            timers: options.timers,
            begun: Instant::now(),
            desks: Mutex::default(),
            gate: Mutex::default(),
            bound: Mutex::default(),
            stopping,
            wires: looks::Wires::default(),
        });
        let (alive, ended) = mpsc::channel(1);
        if let Some((listener, identity)) = secret {
            tokio::spawn(listen::accept(Arc::clone(&house), listener, Some(identity), alive.clone()));
        }
        if let Some(listener) = plain {
            tokio::spawn(listen::accept(Arc::clone(&house), listener, None, alive));
        }
        tokio::spawn(keep(Arc::clone(&house)));
        tokio::spawn(looks::run(Arc::clone(&house)));
        Ok(Server { house, addresses, stop, ended })
    }

    /// Where it listens in clear, and inside TLS.
    pub fn addresses(&self) -> [Option<SocketAddr>; 2] {
        self.addresses
    }

    /// Lets nobody in any more, answers what is under way, unbinds everybody and waits for it a little.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        if tokio::time::timeout(DRAIN, self.ended.recv()).await.is_err() {
            tracing::warn!("some SMPP sessions did not end in time and are cut");
        }
        let left: Vec<i64> = lock(&self.house.bound).keys().copied().collect();
        if !left.is_empty() {
            let closed = self.house.db().write("smpp_close", move |tx| client::closed(tx, &left, 0)).await;
            if let Err(e) = closed {
                tracing::debug!(error = %e, "sessions could not be taken off the list; the next start does it");
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl House {
    fn db(&self) -> &Db {
        self.doors.db()
    }

    fn stats(&self) -> &Stats {
        self.doors.smpp()
    }

    /// Now, ms since the server began; it never goes back.
    fn now(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn instant(&self, at: i64) -> Instant {
        self.begun + Duration::from_millis(u64::try_from(at).unwrap_or(0))
    }

    /// The desk of a client, opened where it is not; a session joins it.
    fn join(self: &Arc<House>, account: &Account, receives: bool) -> Arc<Desk> {
        let mut desks = lock(&self.desks);
        let desk = desks
            .entry(account.client)
            .or_insert_with(|| Desk::open(self, account.client, account.version, account.terms.clone()));
        desk.join(receives);
        Arc::clone(desk)
    }

    /// Closes a desk at which nobody is; `false` where somebody came meanwhile.
    fn close_desk(&self, desk: &Arc<Desk>) -> bool {
        let mut desks = lock(&self.desks);
        let empty = desk.is_empty();
        if empty && desks.get(&desk.client).is_some_and(|d| Arc::ptr_eq(d, desk)) {
            desks.remove(&desk.client);
        }
        empty
    }
}

/// Says how sessions do, and sweeps what others left over.
async fn keep(house: Arc<House>) {
    let mut stopping = house.stopping.clone();
    let mut before: HashMap<i64, (i64, i64)> = HashMap::new();
    let seconds = i64::try_from(PACE.as_secs()).unwrap_or(1);
    let mut turn = 0_u32;
    loop {
        let mut all: Vec<Pace> = Vec::new();
        let mut now: HashMap<i64, (i64, i64)> = HashMap::new();
        for (id, count) in lock(&house.bound).iter() {
            let (accepted, refused) =
                (count.accepted.load(Ordering::Relaxed), count.refused.load(Ordering::Relaxed));
            let (was, rate) = before.get(id).copied().unwrap_or_default();
            let new = (accepted - was) / seconds;
            if accepted != was || new != rate {
                all.push(Pace { id: *id, rate: new, accepted, refused });
            }
            now.insert(*id, (accepted, new));
        }
        before = now;
        let sweeps = turn.is_multiple_of(SWEEP);
        turn = turn.wrapping_add(1);
        // Nothing is written while nothing happens.
        if sweeps || !all.is_empty() {
            let told = house.db().write("smpp_pace", move |tx| {
                client::pace(tx, &all)?;
                if sweeps { client::sweep(tx).map(drop) } else { Ok(()) }
            });
            match told.await {
                Ok(()) => {}
                Err(engine::Error::Store(store::Error::Closed)) => return,
                Err(e) => tracing::debug!(error = %e, "how sessions do could not be written"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PACE) => {}
            _ = stopping.changed() => return,
        }
    }
}
