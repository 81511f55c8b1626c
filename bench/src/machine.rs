//! The machine, and how quiet it was: figures of a noisy hour say so themselves.

use crate::Res;
use serde_json::{Value, json};
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Instant;

/// Syncs timed for one median.
const SYNCS: usize = 200;
/// Steps of the fixed loop.
const STEPS: u32 = 10_000_000;
/// Round trips timed for one median.
const PINGS: usize = 2_000;
/// Octets of one copy.
const COPIED: usize = 64 << 20;
/// What neighbours may steal in a run that counts, %.
const STOLEN_MAX: f64 = 5.0;
/// How much slower the fixed loop may be in a run that counts, %.
const SLOWER_MAX: f64 = 15.0;

/// What the figures were made on.
pub(crate) struct Machine {
    cores: usize,
    model: String,
    memory_mib: u64,
    kernel: String,
    /// One write of 4 KiB and its fdatasync, in µs, where the store lies.
    sync_us: f64,
    /// A fixed loop at its best, ms.
    spin_ms: f64,
    /// There and back over the loopback, µs.
    ping_us: f64,
    /// memcpy, GB/s.
    copy_gb_s: f64,
}

impl Machine {
    /// Reads it, and times the disk under `dir`.
    pub(crate) fn read(dir: &Path) -> Res<Machine> {
        let value = |text: &str, name: &str| {
            let line = text.lines().find(|l| l.starts_with(name)).unwrap_or_default();
            line.split_once(':').map_or("", |(_, v)| v.trim()).to_owned()
        };
        let memory = value(&fs::read_to_string("/proc/meminfo")?, "MemTotal");
        let kb: u64 = memory.split(' ').next().unwrap_or_default().parse().unwrap_or(0);
        Ok(Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            model: value(&fs::read_to_string("/proc/cpuinfo")?, "model name"),
            memory_mib: kb / 1024,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            sync_us: sync_us(dir)?,
            spin_ms: (0..10).map(|_| spin_ms()).fold(f64::MAX, f64::min),
            ping_us: ping_us()?,
            copy_gb_s: copy_gb_s(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "cores": self.cores, "model": self.model, "memory_mib": self.memory_mib, "kernel": self.kernel,
            "fdatasync_us": self.sync_us, "spin_ms": self.spin_ms, "ping_us": self.ping_us,
            "memcpy_gb_s": self.copy_gb_s,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cores, model, memory_mib, kernel, sync_us, spin_ms, ping_us, copy_gb_s } = self;
        write!(
            f,
            "Machine: {cores} cores, {model}, {memory_mib} MiB, Linux {kernel}; write + fdatasync {sync_us:.0} µs, fixed \
             loop {spin_ms:.1} ms, loopback there and back {ping_us:.0} µs, memcpy {copy_gb_s:.1} GB/s."
        )
    }
}

fn sync_us(dir: &Path) -> Res<f64> {
    let path = dir.join(format!("bench-sync-{}", std::process::id()));
    let mut file = File::create(&path)?;
    let page = [7u8; 4096];
    file.write_all(&page.repeat(16))?;
    file.sync_all()?;
    let mut took = Vec::with_capacity(SYNCS);
    for i in 0..SYNCS {
        let at = Instant::now();
        file.seek(SeekFrom::Start(4096 * (i as u64 % 16)))?;
        file.write_all(&page)?;
        file.sync_data()?;
        took.push(at.elapsed().as_secs_f64() * 1e6);
    }
    fs::remove_file(&path)?;
    took.sort_unstable_by(f64::total_cmp);
    Ok(took.get(SYNCS / 2).copied().unwrap_or_default())
}

/// What the whole machine did from a moment on.
pub(crate) struct Weather {
    /// user nice system idle iowait irq softirq steal, in ticks.
    ticks: [f64; 8],
    /// The fixed loop then, ms.
    spin_ms: f64,
}

/// How quiet a run was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    idle: f64,
    stolen: f64,
    slower: f64,
}

impl Weather {
    pub(crate) fn now() -> Res<Weather> {
        Ok(Weather { ticks: ticks()?, spin_ms: spin_ms() })
    }

    /// What was stolen by neighbours, how much nobody used, and how much slower the fixed loop ran than at its best.
    pub(crate) fn since(&self, machine: &Machine) -> Res<Seen> {
        let now = ticks()?;
        let spent: Vec<f64> = now.iter().zip(self.ticks).map(|(b, a)| b - a).collect();
        let all = spent.iter().sum::<f64>().max(1.0);
        let share = |i: usize| spent.get(i).copied().unwrap_or_default() / all * 100.0;
        let slowest = spin_ms().max(self.spin_ms);
        Ok(Seen {
            idle: share(3) + share(4),
            stolen: share(7),
            slower: (slowest / machine.spin_ms - 1.0).max(0.0) * 100.0,
        })
    }
}

impl Seen {
    /// Too noisy for figures.
    pub(crate) fn bad(&self) -> bool {
        self.stolen > STOLEN_MAX || self.slower > SLOWER_MAX
    }

    pub(crate) fn tell(&self, mut add: impl FnMut(&'static str, &'static str, f64)) {
        add("machine: idle", "%", self.idle);
        add("machine: stolen by neighbours", "%", self.stolen);
        add("machine: fixed loop slower than at its best", "%", self.slower);
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} % stolen, fixed loop {:.0} % slower than at its best", self.stolen, self.slower)
    }
}

fn ticks() -> Res<[f64; 8]> {
    let text = fs::read_to_string("/proc/stat")?;
    let mut ticks = [0.0; 8];
    let numbers = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    for (slot, n) in ticks.iter_mut().zip(numbers) {
        *slot = n.parse()?;
    }
    Ok(ticks)
}

/// A fixed number of steps that depend on each other, ms.
fn spin_ms() -> f64 {
    let at = Instant::now();
    let mut x = 0x9E37_79B9_7F4A_7C15u64;
    for _ in 0..STEPS {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    std::hint::black_box(x);
    at.elapsed().as_secs_f64() * 1e3
}

/// One octet there and back between two threads over the loopback, µs.
fn ping_us() -> Res<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (mut far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let echo = std::thread::spawn(move || {
        let mut octet = [0];
        while far.read_exact(&mut octet).is_ok() && far.write_all(&octet).is_ok() {}
    });
    let mut took = Vec::with_capacity(PINGS);
    for _ in 0..PINGS {
        let at = Instant::now();
        let mut octet = [1];
        near.write_all(&octet)?;
        near.read_exact(&mut octet)?;
        took.push(at.elapsed().as_secs_f64() * 1e6);
    }
    drop(near);
    let _ = echo.join(); // it ends with the connection
    took.sort_unstable_by(f64::total_cmp);
    Ok(took.get(PINGS / 2).copied().unwrap_or_default())
}

/// A copy far larger than the caches, GB/s; the best of five.
fn copy_gb_s() -> f64 {
    let from = vec![1u8; COPIED];
    let mut to = vec![0u8; COPIED];
    let mut best = 0.0f64;
    for _ in 0..5 {
        let at = Instant::now();
        to.copy_from_slice(&from);
        std::hint::black_box(&to);
        best = best.max(COPIED as f64 / at.elapsed().as_secs_f64() / 1e9);
    }
    best
}
