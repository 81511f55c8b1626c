//! The network: connections whose octets take their time, arrive in pieces, vanish, or are cut in the middle.

use crate::agenda::{Agenda, Event};
use crate::dice::Dice;
use crate::plan::Temper;
use crate::world::Globe;
use connectors::net::{Connecting, Net, Socket};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind};
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Octets under way to a carrier beyond which a write waits.
const ROOM: usize = 8 * 1024;

/// One connection, both ends.
pub(crate) struct Line {
    pub(crate) carrier: usize,
    inbox: VecDeque<u8>,
    /// How it ended for us: `true` is a reset.
    over: Option<bool>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    under_way: usize,
    half_open: bool,
    latency_ms: (i64, i64),
    /// Octets never overtake each other.
    out_at: i64,
    in_at: i64,
}

/// All connections.
pub(crate) struct Lines {
    all: BTreeMap<u64, Line>,
    dice: Dice,
    made: u64,
}

impl Lines {
    pub(crate) fn new(seed: u64) -> Lines {
        Lines { all: BTreeMap::new(), dice: Dice::of(seed, "lines"), made: 0 }
    }

    /// What becomes of a call: how long it takes, and whether it is answered at all.
    fn dial(&mut self, temper: &Temper) -> (i64, Option<bool>) {
        let takes = self.dice.within(temper.latency_ms.0, temper.latency_ms.1) * 2;
        if self.dice.often(temper.dial_hangs) {
            return (takes, None);
        }
        (takes, Some(!self.dice.often(temper.dial_refused)))
    }

    /// A connection is made.
    pub(crate) fn open(&mut self, carrier: usize, temper: &Temper, now: i64, agenda: &mut Agenda) -> u64 {
        self.made += 1;
        let conn = self.made;
        if self.dice.often(temper.half_open) {
            agenda.at(now + self.dice.within(0, 20_000), Event::HalfOpen { conn });
        }
        let line = Line {
            carrier,
            inbox: VecDeque::new(),
            over: None,
            reader: None,
            writer: None,
            under_way: 0,
            half_open: false,
            latency_ms: temper.latency_ms,
            out_at: now,
            in_at: now,
        };
        self.all.insert(conn, line);
        conn
    }

    pub(crate) fn carrier_of(&self, conn: u64) -> Option<usize> {
        self.all.get(&conn).map(|l| l.carrier)
    }

    /// The carrier writes.
    pub(crate) fn hand_over(&mut self, conn: u64, bytes: Vec<u8>, now: i64, agenda: &mut Agenda) {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open) else { return };
        line.in_at = line.in_at.max(now + self.dice.within(line.latency_ms.0, line.latency_ms.1));
        agenda.at(line.in_at, Event::ToUs { conn, bytes });
    }

    /// It ends, for us as soon as word of it comes. A reset may overtake what was sent before it.
    pub(crate) fn cut(&mut self, conn: u64, reset: bool, now: i64, agenda: &mut Agenda) {
        let Some(line) = self.all.get_mut(&conn) else { return };
        let word = self.dice.within(line.latency_ms.0, line.latency_ms.1);
        let at = if reset { now + word } else { line.in_at.max(now + word) };
        agenda.at(at, Event::OverForUs { conn, reset });
        if reset {
            agenda.at(now, Event::OverForCarrier { conn });
        }
    }

    pub(crate) fn arrive(&mut self, conn: u64, bytes: &[u8]) {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open && l.over.is_none()) else { return };
        line.inbox.extend(bytes);
        line.reader.take().into_iter().for_each(Waker::wake);
    }

    /// Octets of ours arrived at the carrier; `false` when they vanished.
    pub(crate) fn left(&mut self, conn: u64, octets: usize) -> bool {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open) else { return false };
        line.under_way = line.under_way.saturating_sub(octets);
        line.writer.take().into_iter().for_each(Waker::wake);
        true
    }

    pub(crate) fn over(&mut self, conn: u64, reset: bool) {
        let Some(line) = self.all.get_mut(&conn) else { return };
        line.over.get_or_insert(reset);
        line.reader.take().into_iter().for_each(Waker::wake);
        line.writer.take().into_iter().for_each(Waker::wake);
    }

    pub(crate) fn half_open(&mut self, conn: u64) {
        if let Some(line) = self.all.get_mut(&conn) {
            line.half_open = true;
        }
    }

    /// Our end is closed; what was written still arrives, then the carrier hears of the end.
    fn close(&mut self, conn: u64, now: i64, agenda: &mut Agenda) {
        if let Some(line) = self.all.get_mut(&conn) {
            line.over.get_or_insert(true);
            agenda.at(line.out_at.max(now), Event::OverForCarrier { conn });
        }
    }

    /// Our process died: of what is under way some arrives and some does not.
    pub(crate) fn die(&mut self, now: i64, agenda: &mut Agenda) {
        let conns: Vec<u64> = self.all.iter().filter(|(_, l)| l.over.is_none()).map(|(c, _)| *c).collect();
        for conn in conns {
            let Some(line) = self.all.get_mut(&conn) else { continue };
            line.over = Some(true);
            let at = if self.dice.often(500) { line.out_at.max(now) } else { now };
            agenda.at(at, Event::OverForCarrier { conn });
        }
    }

    pub(crate) fn forget(&mut self, conn: u64) {
        self.all.remove(&conn);
    }
}

/// The network as connectors see it.
pub(crate) struct Network(pub(crate) Globe);

impl Net for Network {
    fn connect<'a>(&'a self, address: &'a str) -> Connecting<'a> {
        Box::pin(async move {
            // The hosts are called c0, c1, c2.
            let carrier = address.get(1..2).and_then(|n| n.parse().ok()).unwrap_or(0);
            let (takes, answered) = {
                let mut world = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let temper = world.carriers[carrier].temper.clone();
                world.lines.dial(&temper)
            };
            tokio::time::sleep(Duration::from_millis(u64::try_from(takes).unwrap_or(0))).await;
            match answered {
                None => std::future::pending().await,
                Some(false) => Err(ErrorKind::ConnectionRefused.into()),
                Some(true) => {
                    let mut world = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                    let conn = world.connected(carrier);
                    Ok(Box::new(End { globe: self.0.clone(), conn }) as Box<dyn Socket>)
                }
            }
        })
    }
}

/// Our end of a connection.
struct End {
    globe: Globe,
    conn: u64,
}

impl Drop for End {
    fn drop(&mut self) {
        let mut world = self.globe.lock().unwrap_or_else(PoisonError::into_inner);
        let now = world.now();
        let world = &mut *world;
        world.lines.close(self.conn, now, &mut world.agenda);
        world.poke.notify_one();
    }
}

impl Socket for End {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut world = self.globe.lock().unwrap_or_else(PoisonError::into_inner);
        if world.dead {
            return Poll::Pending;
        }
        let Some(line) = world.lines.all.get_mut(&self.conn) else { return Poll::Ready(Ok(())) };
        if !line.inbox.is_empty() || line.over.is_some() {
            return Poll::Ready(Ok(()));
        }
        line.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut world = self.globe.lock().unwrap_or_else(PoisonError::into_inner);
        if world.dead {
            return Poll::Pending;
        }
        let Some(line) = world.lines.all.get_mut(&self.conn) else { return Poll::Ready(Ok(())) };
        if line.under_way < ROOM || line.over.is_some() {
            return Poll::Ready(Ok(()));
        }
        line.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut world = self.globe.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = &mut world.lines;
        let Some(line) = lines.all.get_mut(&self.conn) else { return Ok(0) };
        if line.over == Some(true) {
            return Err(ErrorKind::ConnectionReset.into());
        }
        if line.inbox.is_empty() {
            return if line.over.is_some() { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        // Mostly all there is, sometimes a few octets: a PDU may come in any number of pieces.
        let few = lines.dice.often(200);
        let most = if few { usize::try_from(lines.dice.within(1, 40)).unwrap_or(1) } else { usize::MAX };
        let n = line.inbox.len().min(buffer.len()).min(most);
        for (slot, octet) in buffer.iter_mut().zip(line.inbox.drain(..n)) {
            *slot = octet;
        }
        Ok(n)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut world = self.globe.lock().unwrap_or_else(PoisonError::into_inner);
        let world = &mut *world;
        let (now, lines) = (world.now(), &mut world.lines);
        if world.dead {
            return Err(ErrorKind::WouldBlock.into());
        }
        let Some(line) = lines.all.get_mut(&self.conn) else { return Err(ErrorKind::BrokenPipe.into()) };
        if line.over.is_some() {
            return Err(ErrorKind::ConnectionReset.into());
        }
        let room = ROOM.saturating_sub(line.under_way);
        if room == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        let few = lines.dice.often(100);
        let most = if few { usize::try_from(lines.dice.within(1, 60)).unwrap_or(1) } else { room };
        let mut n = bytes.len().min(room).min(most);
        let dies = world.doom.at_write();
        if dies {
            // Half of it has left when the power fails.
            n = usize::try_from(lines.dice.within(0, n as i64)).unwrap_or(0);
        }
        world.step += 1;
        line.out_at = line.out_at.max(now + lines.dice.within(line.latency_ms.0, line.latency_ms.1));
        line.under_way += n;
        let sent = bytes[..n].to_vec();
        let hash = crate::trace::digest(&sent);
        world.trace.add(now, format_args!("line {} wrote {n} {hash:x}", self.conn));
        world.agenda.at(line.out_at, Event::ToCarrier { conn: self.conn, bytes: sent, step: world.step });
        if dies {
            world.die("at a write");
            return Err(ErrorKind::WouldBlock.into());
        }
        world.poke.notify_one();
        Ok(n)
    }
}
