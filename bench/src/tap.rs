//! A carrier that writes down when each message came: for times, for counts of what came once, twice or never, and for
//! programs that are not ours. Real SMPP over a real socket, on a thread of its own.
//!
//! What it is told (`Manner`) holds from that moment on, for links that stand too.

mod link;

use crate::Res;
use crate::list::Chance;
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Nothing moved for so long: it never will.
const STUCK: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(1);

/// How it behaves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner {
    /// Each message is answered so much later.
    pub(crate) answer_after: Duration,
    /// A receipt leaves so long after the answer; `None`: never.
    pub(crate) receipt_after: Option<Duration>,
    /// Receipts are kept back until they are released.
    pub(crate) hold: bool,
    /// Links fall and none is taken.
    pub(crate) away: bool,
}

/// A message that came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// The digits of its number.
    pub(crate) number: u64,
    pub(crate) at: Instant,
}

/// A receipt that waits.
#[derive(Debug, Clone)]
struct Report {
    due: Instant,
    id: u64,
    from: Vec<u8>,
    to: Vec<u8>,
}

#[derive(Debug, Default)]
struct Book {
    arrivals: Vec<Arrival>,
    reports: VecDeque<Report>,
    /// Those that are kept back.
    held: Vec<Report>,
    binds: u64,
    /// Receipts that were answered, and when the last was.
    stored: u64,
    stored_at: Option<Instant>,
    /// Receipts that were not taken, and went again.
    refused: u64,
    /// Receipts on the wire without an answer.
    out: u64,
}

#[derive(Debug)]
struct World {
    started: Instant,
    book: Mutex<Book>,
    manner: watch::Sender<Manner>,
}

impl World {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manner(&self) -> Manner {
        *self.manner.borrow()
    }

    fn ms(&self, at: Instant) -> i64 {
        i64::try_from(at.duration_since(self.started).as_millis()).unwrap_or(i64::MAX)
    }
}

/// The carrier; it ends with this value.
pub(crate) struct Tap {
    world: Arc<World>,
    port: u16,
    stop: watch::Sender<bool>,
}

impl Tap {
    pub(crate) fn start(manner: Manner) -> Res<Tap> {
        Tap::at(0, manner)
    }

    /// Listens at this port.
    pub(crate) fn at(port: u16, manner: Manner) -> Res<Tap> {
        let world = Arc::new(World {
            started: Instant::now(),
            book: Mutex::default(),
            manner: watch::Sender::new(manner),
        });
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (stop, mut stopped) = watch::channel(false);
        let shared = Arc::clone(&world);
        std::thread::Builder::new().name(crate::sink::THREAD.into()).spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = accept(shared, listener) => {}
                    _ = stopped.changed() => {}
                }
            });
        })?;
        Ok(Tap { world, port, stop })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Behaves so from now on.
    pub(crate) fn behave(&self, manner: Manner) {
        self.world.manner.send_replace(manner);
    }

    /// How many messages came.
    pub(crate) fn came(&self) -> u64 {
        self.world.book().arrivals.len() as u64
    }

    /// How many receipts were answered.
    pub(crate) fn stored(&self) -> u64 {
        self.world.book().stored
    }

    /// Every message, in the order in which they came.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.world.book().arrivals.clone()
    }

    /// Those that came after the first so many.
    pub(crate) fn since(&self, first: usize) -> Vec<Arrival> {
        self.world.book().arrivals.get(first..).unwrap_or_default().to_vec()
    }

    /// An error where a message came twice.
    pub(crate) fn once(&self) -> Res<()> {
        let arrivals = self.arrivals();
        let numbers: HashSet<u64> = arrivals.iter().map(|a| a.number).collect();
        match arrivals.len() - numbers.len() {
            0 => Ok(()),
            twice => Err(format!("{twice} of {} messages came twice", numbers.len()).into()),
        }
    }

    /// Waits until a link is bound.
    pub(crate) fn bound(&self) -> Res<()> {
        self.wait("no link was bound to the carrier", |book| book.binds > 0)
    }

    /// Waits until so many messages came; the moment of the last.
    pub(crate) fn submitted(&self, n: u64) -> Res<Instant> {
        self.wait("messages are missing", |book| book.arrivals.len() as u64 >= n)?;
        let book = self.world.book();
        book.arrivals.last().map(|a| a.at).ok_or_else(|| "nothing was waited for".into())
    }

    /// Waits until so many receipts were answered; the moment of the last.
    pub(crate) fn receipts(&self, n: u64) -> Res<Instant> {
        self.wait("receipts are missing", |book| book.stored >= n && book.out == 0)?;
        self.world.book().stored_at.ok_or_else(|| "nothing was waited for".into())
    }

    /// Receipts that are kept back.
    pub(crate) fn held(&self) -> usize {
        self.world.book().held.len()
    }

    /// Lets so many of those that are kept back go now: chosen by `chance`, or the first of them. The moment they went.
    pub(crate) fn release(&self, count: usize, chance: Option<&mut Chance>) -> Instant {
        let mut book = self.world.book();
        let now = Instant::now();
        let count = count.min(book.held.len());
        let gone: Vec<_> = match chance {
            None => book.held.drain(..count).collect(),
            Some(chance) => (0..count)
                .map(|_| {
                    let at = chance.below(book.held.len() as u64) as usize;
                    book.held.swap_remove(at)
                })
                .collect(),
        };
        book.reports.extend(gone.into_iter().map(|mut report| {
            report.due = now;
            report
        }));
        now
    }

    /// Waits until nothing has moved for so long.
    pub(crate) fn still(&self, calm: Duration) {
        let (mut seen, mut since) = ((0, 0), Instant::now());
        while since.elapsed() < calm {
            std::thread::sleep(LOOK);
            let now = (self.came(), self.stored());
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
    }

    fn wait(&self, what: &str, mut done: impl FnMut(&Book) -> bool) -> Res<()> {
        let (mut seen, mut since) = ((0, 0), Instant::now());
        loop {
            {
                let book = self.world.book();
                if done(&book) {
                    return Ok(());
                }
                let now = (book.arrivals.len(), book.stored);
                if now != seen {
                    (seen, since) = (now, Instant::now());
                } else if since.elapsed() > STUCK {
                    let (refused, out) = (book.refused, book.out);
                    let said = format!(
                        "{} came, {} receipts were taken, {refused} refused, {out} are open",
                        now.0, now.1
                    );
                    return Err(format!("{what}: {said}").into());
                }
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(world: Arc<World>, listener: TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(LOOK).await; // out of descriptors: the next look is soon enough
            continue;
        };
        if !world.manner().away {
            tokio::spawn(link::serve(Arc::clone(&world), stream));
        }
    }
}
