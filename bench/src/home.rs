//! The real program in a throw-away directory: made by its own commands, started as anybody starts it.

use crate::process::Process;
use crate::sink::Sink;
use crate::{Bench, Res};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take before it counts as failed.
const START_MAX: Duration = Duration::from_secs(20);
/// `statfs` of a file system that lives in memory: syncs cost nothing there, so figures would lie.
const TMPFS: i64 = 0x0102_1994;

/// A directory on a real disk for throw-away stores.
pub(crate) fn disk(given: Option<PathBuf>) -> Res<PathBuf> {
    let own = std::env::current_exe()?;
    let dir = given.unwrap_or_else(|| own.parent().unwrap_or(Path::new(".")).join("bench-stores"));
    std::fs::create_dir_all(&dir)?;
    if rustix::fs::statfs(&dir)?.f_type as i64 == TMPFS {
        return Err(format!("{} is in memory; name a place on a disk with --dir", dir.display()).into());
    }
    Ok(dir)
}

/// The program: the one that was named, or built now beside this one.
pub(crate) fn binary(given: Option<PathBuf>) -> Res<PathBuf> {
    if let Some(path) = given {
        return Ok(path);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "-p", "sendword"]).status()?;
    if !built.success() {
        return Err("sendword could not be built".into());
    }
    let own = std::env::current_exe()?;
    Ok(own.parent().unwrap_or(Path::new(".")).join("sendword"))
}

/// A data directory with a live workspace.
pub(crate) struct Home {
    dir: tempfile::TempDir,
    binary: PathBuf,
}

impl Home {
    /// An empty one.
    pub(crate) fn empty(bench: &Bench) -> Res<Home> {
        let dir = tempfile::Builder::new().prefix("run-").tempdir_in(&bench.dir)?;
        Ok(Home { dir, binary: bench.binary.clone() })
    }

    /// With a workspace in the country of the lists, and its owner.
    pub(crate) fn with_workspace(bench: &Bench) -> Res<Home> {
        let home = Home::empty(bench)?;
        let password = home.dir.path().join("password");
        std::fs::write(&password, "a password of a benchmark\n")?;
        let password = password.display().to_string();
        let owner = ["--owner-email", "bench@example.com", "--owner-password-file", &password];
        home.ask(&[&["init"][..], &owner, &["--workspace", "Bench", "--country", "IL"]].concat())?;
        Ok(home)
    }

    /// Adds the carrier as its only connector.
    pub(crate) fn connect(&self, sink: &Sink) -> Res<()> {
        let port = format!("port={}", sink.port());
        let set = ["--set", "host=127.0.0.1", &port, "system_id=bench", "password=bench", "window=1000"];
        self.ask(&[&["connectors", "add", "carrier", "--kind", "smpp"][..], &set].concat()).map(drop)
    }

    /// A key for programs.
    pub(crate) fn key(&self) -> Res<String> {
        let made = self.ask(&["keys", "create", "bench"])?;
        Ok(made["key"].as_str().ok_or("a key without a secret")?.to_owned())
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A file beside the data.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A command of the program, to be run or started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(args).arg("--data").arg(self.data());
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("SENDWORD_")) {
            command.env_remove(name);
        }
        command
    }

    /// Runs a command and reads its document.
    pub(crate) fn ask(&self, args: &[&str]) -> Res<Value> {
        let out = self.command(args).arg("--json").output()?;
        if !out.status.success() {
            let (said, error) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
            return Err(format!("sendword {}: {said}{error}", args.join(" ")).into());
        }
        Ok(serde_json::from_slice(&out.stdout)?)
    }

    /// Starts the server and waits until it says where it listens.
    pub(crate) fn serve(&self) -> Res<Server> {
        let log = self.file("serve.log");
        let child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .env("SENDWORD_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .spawn()?;
        let started = Instant::now();
        let mut server = Server { child, addr: SocketAddr::from(([127, 0, 0, 1], 0)), started };
        loop {
            let said = std::fs::read_to_string(&log)?;
            if let Some(addr) = address(&said) {
                server.addr = addr;
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() || started.elapsed() > START_MAX {
                return Err(format!("the server did not start: {said}").into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The address in the first line of a server.
fn address(said: &str) -> Option<SocketAddr> {
    let rest = said.split_once("http://")?.1;
    rest.split_once('/')?.0.parse().ok()
}

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    /// When its process was made.
    pub(crate) started: Instant,
}

impl Server {
    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Asks it to end, as a person does, and waits.
    pub(crate) fn stop(mut self) -> Res<()> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > Duration::from_secs(60) {
                return Err("the server did not stop".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_address_stands_in_the_first_line() {
        let said = "Sendword is at http://127.0.0.1:4321/\nIts data are in /x\n";
        assert_eq!(address(said).map(|a| a.port()), Some(4321));
        assert_eq!(address("Sendword is at http://127.0.0.1"), None);
    }
}
