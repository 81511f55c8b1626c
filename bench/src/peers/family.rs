//! Programs a benchmark started, and whatever they started.

use crate::Res;
use crate::process::Process;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// By this word in their environment they are known, wherever they went.
const MARK: &str = "BENCH_FAMILY";

/// Processes started here and whatever they started; they end with this value.
pub(super) struct Family {
    mark: String,
    started: Vec<Child>,
}

impl Default for Family {
    fn default() -> Family {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mark = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Family { mark, started: Vec::new() }
    }
}

/// What a family has used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    pub(super) cpu_us: f64,
    pub(super) peak_mib: f64,
}

impl Family {
    /// Starts one; what it says goes to a file in `dir`.
    pub(super) fn start(&mut self, command: &mut Command, dir: &Path, name: &str) -> Res<()> {
        let log = File::create(dir.join(format!("{name}.out")))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child =
            command.env(MARK, &self.mark).spawn().map_err(|e| format!("{name} did not start: {e}"))?;
        self.started.push(child);
        Ok(())
    }

    /// All that live. Some programs leave their parents, so kinship says nothing.
    fn all(&self) -> Res<Vec<u32>> {
        let mark = format!("{MARK}={}", self.mark);
        // Some write over their environment: those started here are known without it.
        let mut all: Vec<u32> = self.started.iter().map(Child::id).collect();
        for entry in fs::read_dir("/proc")? {
            let entry = entry?;
            let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
            let environ = fs::read(entry.path().join("environ")).unwrap_or_default();
            if !all.contains(&pid) && environ.split(|b| *b == 0).any(|word| word == mark.as_bytes()) {
                all.push(pid);
            }
        }
        Ok(all)
    }

    /// What they have used so far. Processes that ended are no longer counted: these are daemons.
    pub(super) fn used(&self) -> Res<Spent> {
        let mut spent = Spent::default();
        for pid in self.all()? {
            let process = Process(pid);
            if let (Ok(used), Ok(peak)) = (process.used(), process.peak_mib()) {
                spent.cpu_us += used.cpu_us;
                spent.peak_mib += peak;
            }
        }
        Ok(spent)
    }

    /// Ends all of them at once, as a power cut does.
    pub(super) fn kill(&mut self) -> Res<()> {
        for pid in self.all()? {
            let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
            if let Some(pid) = pid {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL); // it may have ended
            }
        }
        for mut child in self.started.drain(..) {
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        let _ = self.kill(); // nothing is left to tell of it
    }
}

/// Ports nobody listens at. Another may take one before it is used; then the start fails and says so.
pub(super) fn ports<const N: usize>() -> Res<[u16; N]> {
    let listeners: Vec<TcpListener> =
        (0..N).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    let ports: Vec<u16> =
        listeners.iter().map(|l| l.local_addr().map(|a| a.port())).collect::<Result<_, _>>()?;
    ports.try_into().map_err(|_| "too few ports".into())
}

/// Waits until somebody listens there.
pub(super) fn listens(port: u16, what: &str, patience: Duration) -> Res<()> {
    let since = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if since.elapsed() > patience {
            return Err(format!("{what} does not listen").into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// A configuration with its words put in.
pub(super) fn filled(text: &str, words: &[(&str, String)]) -> String {
    words.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value))
}

/// Where a program is: on PATH or in the folders of system programs.
pub(super) fn program(name: &str) -> Res<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/lib/rabbitmq/bin"].map(Into::into));
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| format!("{name} is not installed").into())
}
