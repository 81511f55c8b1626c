//! A pretend SMSC: real SMPP, UCP or CIMD2 over a real socket, phones behind it.
//!
//! One task a connection reads and writes in batches; one task runs the time of all messages. Nothing is
//! spawned per message.

mod account;
mod app;
mod framed;
mod link;
mod mangle;
mod modem;
mod phone;
mod plan;
pub mod provider;
mod timers;
mod tongue;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::broadcast;

pub use app::AppHandle;
pub use modem::ModemHandle;
pub use phone::{Expect, NotSeen, Phone, Untaken};
pub use plan::CONTENT_REFUSED;

use crate::config::{Config, Cut, Faults, Protocol};
use crate::journal::Entry;
use wire::cimd::Cimd;
use wire::ucp::Ucp;
use world::World;

/// The carrier.
#[derive(Debug)]
pub struct Smsc;

/// How many of each there were since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Binds granted.
    pub binds: u64,
    /// Parts taken.
    pub submitted: u64,
    /// Parts refused: throttled, queue full, no address.
    pub refused: u64,
    /// Messages that handsets showed, parts joined.
    pub shown: u64,
    /// Reports sent, repetitions included.
    pub reported: u64,
    /// Parts from phones sent, repetitions included.
    pub replies: u64,
    /// Reports and parts that no client took.
    pub given_up: u64,
    /// Requests with messages in them (HTTP).
    pub asked: u64,
}

/// A running carrier. It stops when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Handle {
    world: Arc<World>,
    addr: SocketAddr,
    /// Ends the world with the last handle.
    _guard: Arc<Guard>,
}

#[derive(Debug)]
struct Guard(Arc<World>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.stop.send_replace(true);
    }
}

impl Smsc {
    /// A world without a carrier: modems are plugged into it. Its address is nobody's.
    pub async fn world(config: Config) -> io::Result<Handle> {
        let addr = SocketAddr::from(([0, 0, 0, 0], 0));
        let world = Arc::new(World::new(config)?);
        tokio::spawn(world.clone().run());
        Ok(Handle { _guard: Arc::new(Guard(world.clone())), world, addr })
    }

    /// Listens and serves.
    pub async fn start(config: Config) -> io::Result<Handle> {
        let listener = TcpListener::bind(config.listen).await?;
        let addr = listener.local_addr()?;
        let cuts = config.cuts.clone();
        let world = Arc::new(World::new(config)?);
        tokio::spawn(world.clone().run());
        match world.config.provider.clone() {
            Some(setup) => drop(tokio::spawn(provider::serve(world.clone(), setup, listener))),
            None => drop(tokio::spawn(accept(world.clone(), listener))),
        }
        for cut in cuts {
            tokio::spawn(fall(world.clone(), cut));
        }
        Ok(Handle { _guard: Arc::new(Guard(world.clone())), world, addr })
    }
}

async fn accept(world: Arc<World>, listener: TcpListener) {
    let mut stop = world.stop.subscribe();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    match world.config.protocol {
                        Protocol::Smpp => drop(tokio::spawn(link::serve(world.clone(), stream))),
                        Protocol::Ucp => drop(tokio::spawn(framed::serve::<Ucp>(world.clone(), stream))),
                        Protocol::Cimd2 => drop(tokio::spawn(framed::serve::<Cimd>(world.clone(), stream))),
                    }
                }
                // Out of descriptors: the next look is soon enough.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

/// Plays one fall of the link.
async fn fall(world: Arc<World>, cut: Cut) {
    let mut stop = world.stop.subscribe();
    tokio::select! {
        _ = stop.changed() => {}
        () = async {
            tokio::time::sleep(Duration::from_secs(cut.after_s)).await;
            world.change_faults(|f| f.refuse_binds = cut.down_s > 0);
            world.cut.send_modify(|n| *n += 1);
            tokio::time::sleep(Duration::from_secs(cut.down_s)).await;
            world.change_faults(|f| f.refuse_binds = false);
        } => {}
    }
}

impl Handle {
    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The phone of a number.
    pub fn phone(&self, number: &str) -> Phone {
        Phone::new(self.world.clone(), number)
    }

    /// What is wrong right now.
    pub fn faults(&self) -> Faults {
        self.world.faults()
    }

    /// Makes something wrong, or right again: `handle.fault(|f| f.throttle = true)`.
    pub fn fault(&self, change: impl FnOnce(&mut Faults)) {
        self.world.change_faults(change);
    }

    /// Cuts every link now, without a goodbye.
    pub fn cut(&self) {
        self.world.cut.send_modify(|n| *n += 1);
    }

    /// The last entries of the journal, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.world.journal.entries()
    }

    /// Everything from now on. Who falls a thousand entries behind misses some and is told so.
    pub fn subscribe(&self) -> broadcast::Receiver<Entry> {
        self.world.journal.subscribe()
    }

    /// Whether the journal's file could not be written.
    pub fn journal_error(&self) -> Option<io::ErrorKind> {
        self.world.journal.failed()
    }

    /// How many of each there were.
    pub fn counts(&self) -> Counts {
        let t = &self.world.tally;
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            binds: now(&t.binds),
            submitted: now(&t.submitted),
            refused: now(&t.refused),
            shown: now(&t.shown),
            reported: now(&t.reported),
            replies: now(&t.replies),
            given_up: now(&t.given_up),
            asked: now(&t.asked),
        }
    }

    /// Messages, reports and replies still under way.
    pub fn pending(&self) -> usize {
        self.world.under_way()
    }

    /// Stops listening and ends every link.
    pub fn stop(&self) {
        self.world.stop.send_replace(true);
    }
}
