//! The real program in a throw-away directory: made by its own commands, started as anybody starts it.

use crate::process::Process;
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
    given.map_or_else(|| built("sendword", "sendword"), Ok)
}

/// A program of this repository, built now beside this one.
pub(crate) fn built(package: &str, program: &str) -> Res<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["build", "--release", "--quiet", "-p", package, "--bin", program];
    if !Command::new(cargo).args(words).status()?.success() {
        return Err(format!("{program} could not be built").into());
    }
    let own = std::env::current_exe()?;
    Ok(own.parent().unwrap_or(Path::new(".")).join(program))
}

/// A data directory with a live workspace.
pub(crate) struct Home {
    dir: tempfile::TempDir,
    binary: PathBuf,
    /// Where its store is, when that is not the file.
    database: Option<String>,
    /// What the server finds in its environment.
    env: Vec<(String, String)>,
}

/// A link to a carrier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    name: &'static str,
    port: u16,
    window: usize,
    rate: u32,
}

impl Link {
    /// With window 1,000 and no limit.
    pub(crate) fn to(port: u16) -> Link {
        Link { name: "carrier", port, window: 1_000, rate: 0 }
    }

    pub(crate) fn window(self, window: usize) -> Link {
        Link { window, ..self }
    }

    /// The command that adds it.
    fn words(&self) -> [String; 12] {
        let Link { name, port, window, rate } = self;
        [
            "connectors".into(),
            "add".into(),
            (*name).into(),
            "--kind".into(),
            "smpp".into(),
            "--set".into(),
            "host=127.0.0.1".into(),
            format!("port={port}"),
            "system_id=bench".into(),
            "password=bench".into(),
            format!("window={window}"),
            format!("rate={rate}"),
        ]
    }

    /// Messages a second.
    pub(crate) fn rate(self, rate: u32) -> Link {
        Link { rate, ..self }
    }
}

impl Home {
    /// An empty one.
    pub(crate) fn empty(bench: &Bench) -> Res<Home> {
        let dir =
            tempfile::Builder::new().prefix("run-").disable_cleanup(bench.keep).tempdir_in(&bench.dir)?;
        Ok(Home { dir, binary: bench.binary.clone(), database: None, env: Vec::new() })
    }

    /// With a workspace in the country of the lists, and its owner.
    pub(crate) fn with_workspace(bench: &Bench) -> Res<Home> {
        let home = Home::empty(bench)?;
        home.init("Bench")?;
        Ok(home)
    }

    /// Adds a workspace and its owner.
    pub(crate) fn init(&self, name: &str) -> Res<()> {
        let password = self.file("password");
        std::fs::write(&password, "a password of a benchmark\n")?;
        let (password, email) = (password.display().to_string(), format!("{name}@example.com"));
        let owner = ["--owner-email", &email, "--owner-password-file", &password];
        self.ask(&[&["init"][..], &owner, &["--workspace", name, "--country", "IL"]].concat()).map(drop)
    }

    /// Its store is this one instead of the file.
    pub(crate) fn on(mut self, database: &str) -> Home {
        self.database = Some(database.to_owned());
        self
    }

    /// The address of its store, where it is not the file.
    pub(crate) fn database(&self) -> Option<String> {
        self.database.clone()
    }

    /// Its server finds this in its environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Home {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a carrier.
    pub(crate) fn connect(&self, link: &Link) -> Res<()> {
        self.ask(&link.words().each_ref().map(String::as_str)).map(drop)
    }

    /// The same where there are several workspaces; the carrier is everybody's.
    pub(crate) fn connect_from(&self, link: &Link, workspace: &str) -> Res<()> {
        let words = link.words();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--workspace", workspace]).collect();
        self.ask(&words).map(drop)
    }

    /// A key for programs.
    pub(crate) fn key(&self) -> Res<String> {
        let made = self.ask(&["keys", "create", "bench"])?;
        Ok(made["key"].as_str().ok_or("a key without a secret")?.to_owned())
    }

    /// A key of one workspace among several.
    pub(crate) fn key_of(&self, workspace: &str) -> Res<String> {
        let made = self.ask(&["keys", "create", "bench", "--workspace", workspace])?;
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
        // Measured at any hour of the night, to numbers that are nobody's.
        command.env("SENDWORD_LAW", "advise");
        if let Some(url) = &self.database {
            command.args(["--database", url]);
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
            .envs(self.env.iter().map(|(n, v)| (n, v)))
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

    /// Ends it at once, as a power cut does.
    pub(crate) fn kill(mut self) -> Res<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
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
