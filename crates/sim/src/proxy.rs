//! A bad road between two ends of a TCP connection: slow, narrow, broken, or cut, as the test says while it runs.
//!
//! It knows no protocol. What it is told changes at once for every connection; it invents no octet but by flipping bits.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;

/// Octets one direction holds before it reads no more.
const HELD: usize = 256 * 1024;
const READ: usize = 16 * 1024;
/// How often a road that stands still is looked at again.
const LOOK: Duration = Duration::from_millis(5);

/// What one direction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Way {
    /// Octets arrive so much later.
    pub delay_ms: u64,
    /// Octets a second; 0 is as many as there are.
    pub rate: u64,
    /// Octets written at one time; 0 is as many as there are.
    pub chunk: usize,
    /// Octets are gathered for so long and then written together.
    pub merge_ms: u64,
    /// Nothing is read any more, so that the sender's buffers fill.
    pub stop_reading: bool,
    /// What is read is thrown away: half an open connection.
    pub swallow: bool,
    /// One bit of each so-many-th octet is flipped; 0 is none.
    pub flip_every: u64,
}

/// What the road does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// From the one who connected to the target.
    pub up: Way,
    /// Back.
    pub down: Way,
    /// Whoever connects is cut off at once.
    pub refuse: bool,
    /// All are cut off once so many octets more went up.
    pub reset_after_up: Option<u64>,
    /// All are cut off once so many octets more went down.
    pub reset_after_down: Option<u64>,
    /// A connection up which these words went, in this order, hears nothing any more: what they ask for is done, and
    /// nobody learns of it. A word is seen where its octets are read at one time.
    pub deaf_after: &'static [&'static str],
}

impl Weather {
    /// The same for both directions.
    pub fn both(way: Way) -> Weather {
        Weather { up: way, down: way, ..Weather::default() }
    }
}

#[derive(Debug)]
struct Road {
    target: Mutex<SocketAddr>,
    weather: Mutex<Weather>,
    resets: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    connections: AtomicU64,
    deafened: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
}

/// A running proxy. It stops when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Proxy {
    road: Arc<Road>,
    addr: SocketAddr,
    _guard: Arc<Guard>,
}

#[derive(Debug)]
struct Guard(Arc<Road>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.stop.send_replace(true);
    }
}

impl Proxy {
    /// Listens on a free port of the loopback and leads to `target`.
    pub async fn start(target: SocketAddr) -> io::Result<Proxy> {
        let socket = TcpSocket::new_v4()?;
        // A small buffer, so that a road on which nobody reads is full soon.
        socket.set_recv_buffer_size(16 * 1024)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(128)?;
        let addr = listener.local_addr()?;
        let road = Arc::new(Road {
            target: Mutex::new(target),
            weather: Mutex::default(),
            resets: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            connections: AtomicU64::new(0),
            deafened: AtomicU64::new(0),
            up: AtomicU64::new(0),
            down: AtomicU64::new(0),
        });
        tokio::spawn(accept(road.clone(), listener));
        Ok(Proxy { _guard: Arc::new(Guard(road.clone())), road, addr })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where it leads from the next connection on.
    pub fn lead_to(&self, target: SocketAddr) {
        *self.road.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// Changes the weather: `proxy.weather(|w| w.down.delay_ms = 40)`.
    pub fn weather(&self, change: impl FnOnce(&mut Weather)) {
        change(&mut self.road.weather());
    }

    /// Cuts every connection now, with a reset in both directions.
    pub fn reset(&self) {
        self.road.reset();
    }

    /// Connections led through since the start.
    pub fn connections(&self) -> u64 {
        self.road.connections.load(Ordering::Relaxed)
    }

    /// Connections that heard nothing any more since the start: see [`Weather::deaf_after`].
    pub fn deafened(&self) -> u64 {
        self.road.deafened.load(Ordering::Acquire)
    }

    /// Octets that went up and down since the start.
    pub fn octets(&self) -> (u64, u64) {
        (self.road.up.load(Ordering::Relaxed), self.road.down.load(Ordering::Relaxed))
    }
}

impl Road {
    fn weather(&self) -> std::sync::MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn way(&self, up: bool) -> Way {
        let weather = self.weather();
        if up { weather.up } else { weather.down }
    }

    fn reset(&self) {
        self.resets.send_modify(|n| *n += 1);
    }

    /// How many octets may still go this way before a reset is due.
    fn left(&self, up: bool) -> usize {
        let weather = self.weather();
        let left = if up { weather.reset_after_up } else { weather.reset_after_down };
        left.map_or(usize::MAX, |octets| usize::try_from(octets).unwrap_or(usize::MAX))
    }

    /// Counts octets that went; the last before a reset brings it.
    fn went(&self, up: bool, count: usize) {
        let counter = if up { &self.up } else { &self.down };
        counter.fetch_add(count as u64, Ordering::Relaxed);
        let mut weather = self.weather();
        let left = if up { &mut weather.reset_after_up } else { &mut weather.reset_after_down };
        let Some(octets) = left else { return };
        *octets = octets.saturating_sub(count as u64);
        if *octets == 0 {
            drop(weather); // nothing more goes until the connections are cut
            self.reset();
        }
    }

    /// A reset is over: the next connection begins anew.
    fn forget(&self) {
        let mut weather = self.weather();
        let done = |left: Option<u64>| left.filter(|octets| *octets > 0);
        (weather.reset_after_up, weather.reset_after_down) =
            (done(weather.reset_after_up), done(weather.reset_after_down));
    }
}

async fn accept(road: Arc<Road>, listener: TcpListener) {
    let mut stop = road.stop.subscribe();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else {
                    // Out of descriptors: the next look is soon enough.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                road.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(connect(road.clone(), client));
            }
        }
    }
}

async fn connect(road: Arc<Road>, client: TcpStream) {
    let refuse = road.weather().refuse;
    let target = *road.target.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut resets, mut stop) = (road.resets.subscribe(), road.stop.subscribe());
    let server = if refuse { None } else { TcpStream::connect(target).await.ok() };
    let Some(server) = server else {
        let _ = client.set_zero_linger(); // whoever is refused learns it either way
        return;
    };
    for socket in [&client, &server] {
        let _ = socket.set_nodelay(true); // a socket that cannot be told so is only slower
    }
    let deaf = AtomicBool::new(false);
    let cut = tokio::select! {
        () = lead(&road, &client, &server, true, &deaf) => false,
        () = lead(&road, &server, &client, false, &deaf) => false,
        _ = resets.changed() => true,
        _ = stop.changed() => false,
    };
    if cut {
        road.forget();
        for socket in [&client, &server] {
            let _ = socket.set_zero_linger(); // else it is a goodbye instead of a reset
        }
    }
}

/// One direction of one connection.
struct Lane {
    up: bool,
    waiting: VecDeque<(Instant, Vec<u8>)>,
    held: usize,
    passed: u64,
    /// Words of [`Weather::deaf_after`] that went.
    words: usize,
    open: bool,
    /// When the next octets may be written, by rate.
    free_at: Instant,
}

/// Leads octets one way until either end closes.
async fn lead(road: &Road, from: &TcpStream, to: &TcpStream, up: bool, deaf: &AtomicBool) {
    let now = Instant::now();
    let mut lane =
        Lane { up, waiting: VecDeque::new(), held: 0, passed: 0, words: 0, open: true, free_at: now };
    let mut buffer = vec![0; READ];
    while lane.open || !lane.waiting.is_empty() {
        let way = road.way(up);
        let now = Instant::now();
        let ready_at = lane.waiting.front().map(|(due, _)| (*due).max(lane.free_at));
        let due = ready_at.is_some_and(|at| at <= now) && road.left(up) > 0;
        let reading = lane.open && !way.stop_reading && lane.held < HELD;
        let nap = ready_at.filter(|at| *at > now).map_or(LOOK, |at| (at - now).min(LOOK));
        tokio::select! {
            ready = from.readable(), if reading => match ready.and_then(|()| from.try_read(&mut buffer)) {
                Ok(0) => lane.open = false,
                Ok(_) if !up && deaf.load(Ordering::Acquire) => {}
                Ok(count) => {
                    // Deaf before the last word goes on, so that its answer is never heard.
                    if up && lane.says(&buffer[..count], road.weather().deaf_after) {
                        deaf.store(true, Ordering::Release);
                        road.deafened.fetch_add(1, Ordering::AcqRel);
                    }
                    lane.take(&buffer[..count], road.way(up));
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            },
            ready = to.writable(), if due => {
                if ready.is_err() || lane.give(road, to, way).is_err() {
                    return;
                }
            }
            () = tokio::time::sleep(nap) => {}
        }
    }
}

impl Lane {
    /// Whether the last of these words is among these octets, the others having gone before.
    fn says(&mut self, mut octets: &[u8], words: &[&str]) -> bool {
        let before = self.words.min(words.len());
        self.words = before;
        for word in &words[before..] {
            let Some(at) = octets.windows(word.len()).position(|here| here == word.as_bytes()) else { break };
            octets = &octets[at + word.len()..];
            self.words += 1;
        }
        self.words > before && self.words == words.len()
    }

    fn take(&mut self, octets: &[u8], way: Way) {
        if way.swallow {
            return;
        }
        let mut octets = octets.to_vec();
        for octet in &mut octets {
            self.passed += 1;
            if way.flip_every > 0 && self.passed.is_multiple_of(way.flip_every) {
                *octet ^= 1 << (self.passed % 8);
            }
        }
        self.held += octets.len();
        let now = Instant::now();
        let mut due = now + Duration::from_millis(way.delay_ms);
        if way.merge_ms > 0 {
            // What is gathered goes when the first of it has waited long enough.
            due = self.waiting.front().map_or(due + Duration::from_millis(way.merge_ms), |(first, _)| *first);
        }
        self.waiting.push_back((due, octets));
    }

    /// Writes what is due, as far as chunk, rate and a coming reset let it.
    fn give(&mut self, road: &Road, to: &TcpStream, way: Way) -> io::Result<()> {
        let now = Instant::now();
        let most = if way.chunk == 0 { usize::MAX } else { way.chunk };
        let most = if way.rate == 0 { most } else { most.min((way.rate as usize / 100).max(1)) };
        let most = most.min(road.left(self.up));
        let mut octets = Vec::new();
        for (due, piece) in &self.waiting {
            if *due > now || octets.len() >= most {
                break;
            }
            octets.extend_from_slice(&piece[..piece.len().min(most - octets.len())]);
        }
        let written = match to.try_write(&octets[..octets.len().min(HELD)]) {
            Ok(count) => count,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(e) => return Err(e),
        };
        self.gone(written);
        if way.rate > 0 {
            let took = Duration::from_secs_f64(written as f64 / way.rate as f64);
            self.free_at = self.free_at.max(now - Duration::from_millis(20)) + took;
        }
        road.went(self.up, written);
        Ok(())
    }

    fn gone(&mut self, mut count: usize) {
        self.held -= count;
        while let Some((_, piece)) = self.waiting.front_mut() {
            if piece.len() > count {
                piece.drain(..count);
                return;
            }
            count -= piece.len();
            self.waiting.pop_front();
        }
    }
}
