//! The machine, and how quiet it was: figures of a noisy hour say so themselves.

use crate::Res;
use serde_json::{Value, json};
use std::fmt;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

/// Syncs timed for one median.
const SYNCS: usize = 200;

/// What the figures were made on.
pub(crate) struct Machine {
    cores: usize,
    model: String,
    memory_mib: u64,
    kernel: String,
    /// One write of 4 KiB and its fdatasync, in µs, where the store lies.
    sync_us: f64,
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
        })
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "cores": self.cores, "model": self.model, "memory_mib": self.memory_mib, "kernel": self.kernel,
            "fdatasync_us": self.sync_us,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cores, model, memory_mib, kernel, sync_us } = self;
        write!(
            f,
            "Machine: {cores} cores, {model}, {memory_mib} MiB, Linux {kernel}; write + fdatasync {sync_us:.0} µs."
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
}

impl Weather {
    pub(crate) fn now() -> Res<Weather> {
        let text = fs::read_to_string("/proc/stat")?;
        let mut ticks = [0.0; 8];
        let numbers = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
        for (slot, n) in ticks.iter_mut().zip(numbers) {
            *slot = n.parse()?;
        }
        Ok(Weather { ticks })
    }

    /// Adds what was stolen by neighbours, and how much nobody used.
    pub(crate) fn tell(&self, mut add: impl FnMut(&'static str, &'static str, f64)) -> Res<()> {
        let now = Weather::now()?;
        let spent: Vec<f64> = now.ticks.iter().zip(self.ticks).map(|(b, a)| b - a).collect();
        let all = spent.iter().sum::<f64>().max(1.0);
        let share = |i: usize| spent.get(i).copied().unwrap_or_default() / all * 100.0;
        add("machine: idle", "%", share(3) + share(4));
        add("machine: stolen by neighbours", "%", share(7));
        Ok(())
    }
}
