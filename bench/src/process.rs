//! What the kernel knows of a process: processor time, memory, octets written.

use crate::Res;
use std::collections::BTreeMap;
use std::fs;

/// A process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

/// What it has used up to a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Used {
    /// Processor time of user and kernel, µs.
    pub(crate) cpu_us: f64,
    /// The kernel's part of it.
    pub(crate) kernel_us: f64,
    /// Octets sent to the disk.
    pub(crate) written: f64,
    /// Processor time by the names of threads that live, µs.
    pub(crate) threads: BTreeMap<String, f64>,
}

impl Process {
    /// This process.
    pub(crate) fn own() -> Process {
        Process(std::process::id())
    }

    fn file(self, name: &str) -> Res<String> {
        Ok(fs::read_to_string(format!("/proc/{}/{name}", self.0))?)
    }

    /// What it has used so far.
    pub(crate) fn used(self) -> Res<Used> {
        let (user, kernel) = ticks(&self.file("stat")?)?;
        let us = 1e6 / rustix::param::clock_ticks_per_second() as f64;
        let io = self.file("io").unwrap_or_default(); // not every kernel counts it
        let written = io.lines().find_map(|l| l.strip_prefix("write_bytes: ")).unwrap_or("0");
        let mut threads: BTreeMap<String, f64> = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{}/task", self.0))? {
            let path = entry?.path();
            let (Ok(name), Ok(times)) =
                (fs::read_to_string(path.join("comm")), fs::read_to_string(path.join("schedstat")))
            else {
                continue; // it ended meanwhile
            };
            let ns: f64 = times.split(' ').next().unwrap_or_default().parse().unwrap_or(0.0);
            *threads.entry(name.trim().to_owned()).or_default() += ns / 1e3;
        }
        Ok(Used { cpu_us: (user + kernel) * us, kernel_us: kernel * us, written: written.parse()?, threads })
    }

    /// The most it ever had resident, MiB.
    pub(crate) fn peak_mib(self) -> Res<f64> {
        self.memory_mib("VmHWM:")
    }

    /// What it has resident now, MiB.
    pub(crate) fn resident_mib(self) -> Res<f64> {
        self.memory_mib("VmRSS:")
    }

    fn memory_mib(self, name: &str) -> Res<f64> {
        let status = self.file("status")?;
        let line = status.lines().find_map(|l| l.strip_prefix(name)).ok_or("the kernel tells no memory")?;
        let kb: f64 = line.trim().split(' ').next().unwrap_or_default().parse()?;
        Ok(kb / 1024.0)
    }
}

impl Used {
    /// What was used since `before`.
    pub(crate) fn since(&self, before: &Used) -> Used {
        let mut threads = self.threads.clone();
        for (name, us) in &mut threads {
            *us -= before.threads.get(name).copied().unwrap_or_default();
        }
        Used {
            cpu_us: self.cpu_us - before.cpu_us,
            kernel_us: self.kernel_us - before.kernel_us,
            written: self.written - before.written,
            threads,
        }
    }
}

/// User and kernel ticks of a `stat` line. The name in it may hold anything, a bracket too.
fn ticks(stat: &str) -> Res<(f64, f64)> {
    let rest = stat.rsplit_once(')').ok_or("a stat line without a name")?.1;
    let mut fields = rest.split_whitespace().skip(11);
    let mut next = || fields.next().ok_or("a short stat line");
    Ok((next()?.parse()?, next()?.parse()?))
}

#[cfg(test)]
mod tests {
    use super::{Process, ticks};

    #[test]
    fn a_name_with_a_bracket_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 100";
        assert_eq!(ticks(stat).unwrap(), (250.0, 50.0));
        assert!(ticks("7 a").is_err());
    }

    #[test]
    fn this_process_has_memory_and_threads() {
        let own = Process::own();
        assert!(own.peak_mib().unwrap() >= own.resident_mib().unwrap() * 0.5);
        assert!(!own.used().unwrap().threads.is_empty());
    }
}
