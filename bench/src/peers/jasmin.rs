//! Jasmin with its RabbitMQ and Redis, all of it started here and on the loopback only; the configuration is kept in
//! `bench/peers/`.

use super::family::{Family, Spent, filled, listens, ports, program};
use super::rival::{Door, Form, Gateway, escaped};
use crate::load::TEXT;
use crate::{Bench, Res};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const CFG: &str = include_str!("../../peers/jasmin.cfg");
const SETUP: &str = include_str!("../../peers/jasmin.jcli");
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Jasmin {
    dir: tempfile::TempDir,
    venv: PathBuf,
    /// http, jcli, router, clients, smpps, its perspective broker, amqp, redis, epmd, Erlang's distribution.
    ports: [u16; 10],
    /// RabbitMQ, Redis and Erlang's name server.
    below: Family,
    daemons: Family,
    set_up: bool,
    /// Whether a kill takes RabbitMQ and Redis too.
    pub(super) all_of_it: bool,
}

/// What its packages call themselves.
pub(super) fn version(venv: &Path) -> String {
    let said = Command::new(venv.join("bin/pip")).args(["show", "jasmin"]).output();
    let text = said.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    let own = text.lines().find_map(|l| l.strip_prefix("Version: ")).unwrap_or("?").to_owned();
    let of = |name: &str| {
        let said = Command::new("dpkg-query").args(["-W", "-f=${Version}", name]).output();
        said.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default()
    };
    format!("Jasmin {own} with RabbitMQ {} and Redis {}", of("rabbitmq-server"), of("redis-server"))
}

impl Jasmin {
    pub(super) fn new(bench: &Bench, venv: &Path) -> Res<Jasmin> {
        let dir = tempfile::Builder::new().prefix("jasmin-").tempdir_in(&bench.dir)?;
        let (below, daemons) = (Family::default(), Family::default());
        let venv = std::fs::canonicalize(venv)?;
        Ok(Jasmin { dir, venv, ports: ports()?, below, daemons, set_up: false, all_of_it: true })
    }

    fn start_below(&mut self) -> Res<()> {
        let dir = self.dir.path().to_owned();
        let [.., amqp, redis, epmd, dist] = self.ports.map(|p| p.to_string());
        let kept = dir.join("redis");
        std::fs::create_dir_all(&kept)?;
        let mut command = Command::new(program("redis-server")?);
        command.args(["--bind", "127.0.0.1", "--port", &redis, "--daemonize", "no"]).arg("--dir").arg(&kept);
        self.below.start(&mut command, &dir, "redis")?;
        let mut command = Command::new(program("epmd")?);
        command.args(["-port", &epmd, "-address", "127.0.0.1"]);
        self.below.start(&mut command, &dir, "epmd")?;
        // The script of the package changes the user; the one below it does not.
        let server = PathBuf::from("/usr/lib/rabbitmq/bin/rabbitmq-server");
        let server = if server.is_file() { server } else { program("rabbitmq-server")? };
        let mut command = Command::new(server);
        command
            .envs([("RABBITMQ_NODENAME", "bench@localhost"), ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")])
            .envs([("RABBITMQ_NODE_PORT", &amqp), ("RABBITMQ_DIST_PORT", &dist), ("ERL_EPMD_PORT", &epmd)])
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")
            .env("RABBITMQ_CONFIG_FILE", dir.join("rabbitmq"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", dir.join("plugins"))
            .env("RABBITMQ_MNESIA_BASE", dir.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", dir.join("rabbit-log"))
            .env("RABBITMQ_PID_FILE", dir.join("rabbit.pid"))
            .env("HOME", &dir);
        self.below.start(&mut command, &dir, "rabbitmq")?;
        listens(self.ports[7], "Redis", PATIENCE)?;
        listens(self.ports[6], "RabbitMQ", PATIENCE)
    }

    fn start_daemons(&mut self, carrier: u16) -> Res<()> {
        let dir = self.dir.path().to_owned();
        std::fs::create_dir_all(dir.join("log"))?;
        std::fs::create_dir_all(dir.join("store"))?;
        let [http, jcli, router, clients, smpps, pb, amqp, redis, ..] = self.ports.map(|p| p.to_string());
        let words = [
            ("http", http),
            ("jcli", jcli),
            ("router", router),
            ("clients", clients),
            ("smpps", smpps),
            ("smppspb", pb),
            ("amqp", amqp),
            ("redis", redis),
            ("store", dir.join("store").display().to_string()),
            ("spec", self.spec()?.display().to_string()),
        ];
        // A daemon that was killed leaves its lock behind, and none starts again until somebody takes it away.
        for entry in std::fs::read_dir("/tmp")?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let theirs = ["jasmind", "dlrd-", "dlrlookupd-"].iter().any(|n| name.starts_with(n));
            if theirs && name.ends_with(".lock") {
                std::fs::remove_file(entry.path())?;
            }
        }
        let cfg = dir.join("jasmin.cfg");
        std::fs::write(&cfg, filled(CFG, &words))?;
        let mut run = |name: &str, more: &[&str]| -> Res<()> {
            let mut command = Command::new(self.venv.join("bin").join(name));
            command.arg("-c").arg(&cfg).args(more).current_dir(&dir).env("HOME", &dir);
            command.env("LOG_PATH", dir.join("log")).env("CONFIG_PATH", &dir);
            command.env("STORE_PATH", dir.join("store")).env("ROOT_PATH", &dir);
            self.daemons.start(&mut command, &dir, name)
        };
        run("jasmind.py", &["-u", "jcliadmin", "-p", "jclipwd"])?;
        listens(self.ports[1], "Jasmin", PATIENCE)?;
        listens(self.ports[0], "Jasmin's HTTP", PATIENCE)?;
        listens(self.ports[5], "Jasmin's SMPP server", PATIENCE)?;
        let mut run = |name: &str| -> Res<()> {
            let mut command = Command::new(self.venv.join("bin").join(name));
            command.arg("-c").arg(&cfg).current_dir(&dir).env("HOME", &dir);
            command.env("LOG_PATH", dir.join("log")).env("CONFIG_PATH", &dir);
            command.env("STORE_PATH", dir.join("store")).env("ROOT_PATH", &dir);
            self.daemons.start(&mut command, &dir, name)
        };
        run("dlrlookupd.py")?;
        run("dlrd.py")?;
        if self.set_up {
            return self.console("load\nsmppccm -1 carrier\n");
        }
        self.console(&SETUP.replace("@carrier@", &carrier.to_string()))?;
        self.set_up = true;
        Ok(())
    }

    /// Where its AMQP client keeps the protocol's description.
    fn spec(&self) -> Res<PathBuf> {
        for entry in std::fs::read_dir(self.venv.join("lib"))? {
            let path = entry?.path().join("site-packages/txamqp/specs/standard/amqp0-9-1.stripped.xml");
            if path.is_file() {
                return Ok(path);
            }
        }
        Err(format!("{} has no txamqp", self.venv.display()).into())
    }

    /// Types lines into its console, each when the one before was taken.
    fn console(&self, lines: &str) -> Res<()> {
        let mut socket = TcpStream::connect(("127.0.0.1", self.ports[1]))?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        let mut said = hear(&mut socket);
        for line in lines.lines() {
            socket.write_all(format!("{line}\r\n").as_bytes())?;
            said.push_str(&hear(&mut socket));
        }
        // Errors begin so; that something exists already is none after a restart.
        let wrong =
            said.lines().find(|l| l.contains("Error") || l.contains("Unknown") || l.contains("Failed"));
        match wrong {
            Some(line) if !self.set_up => Err(format!("Jasmin's console: {line}").into()),
            _ => Ok(()),
        }
    }
}

/// Reads until it prompts, at its top or in the middle of a command.
fn hear(socket: &mut TcpStream) -> String {
    let (mut said, since) = (Vec::new(), Instant::now());
    let mut octets = [0; 4096];
    let prompts = |said: &[u8]| said.ends_with(b"> ") || said.ends_with(b"jcli : ");
    while !prompts(&said) && since.elapsed() < Duration::from_secs(20) {
        match socket.read(&mut octets) {
            Ok(0) => break,
            Ok(n) => said.extend_from_slice(&octets[..n]),
            Err(_) => {} // nothing for a moment
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}

impl Gateway for Jasmin {
    fn name(&self) -> String {
        format!("Jasmin, {} killed", if self.all_of_it { "daemons, RabbitMQ and Redis" } else { "daemons" })
    }

    fn start(&mut self, carrier: u16) -> Res<()> {
        if !self.set_up || self.all_of_it {
            self.start_below()?;
        }
        self.start_daemons(carrier)
    }

    fn door(&self, callback: Option<u16>) -> Res<Door> {
        let before = "/send?username=bench&password=bench&from=SHOP&to=".to_owned();
        let mut after = format!("&content={}", escaped(TEXT));
        if let Some(port) = callback {
            let url = escaped(&format!("http://127.0.0.1:{port}/receipt"));
            // Level 2: what the handset's network says.
            after.push_str(&format!("&dlr=yes&dlr-level=2&dlr-method=GET&dlr-url={url}"));
        }
        Ok(Door { addr: SocketAddr::from(([127, 0, 0, 1], self.ports[0])), form: Form::Get(before, after) })
    }

    fn calls_back(&self) -> bool {
        true
    }

    fn used(&self) -> Res<Spent> {
        let (a, b) = (self.below.used()?, self.daemons.used()?);
        Ok(Spent { cpu_us: a.cpu_us + b.cpu_us, peak_mib: a.peak_mib + b.peak_mib })
    }

    fn kill(&mut self) -> Res<()> {
        self.daemons.kill()?;
        if self.all_of_it { self.below.kill() } else { Ok(()) }
    }

    fn stop(&mut self) -> Res<()> {
        self.daemons.kill()?;
        self.below.kill()
    }

    fn settles_s(&self) -> u64 {
        40
    }
}
