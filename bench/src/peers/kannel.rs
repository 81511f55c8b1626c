//! Kannel: bearerbox and smsbox with the configuration kept in `bench/peers/kannel.conf`.

use super::family::{Family, Spent, filled, listens, ports, program};
use super::rival::{Door, Form, Gateway, escaped};
use crate::load::TEXT;
use crate::{Bench, Res};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const CONF: &str = include_str!("../../peers/kannel.conf");
const PATIENCE: Duration = Duration::from_secs(20);

/// Where it keeps messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    /// Nowhere, its default.
    None,
    File,
}

pub(super) struct Kannel {
    dir: tempfile::TempDir,
    store: Store,
    ports: [u16; 3],
    family: Family,
    pub(super) window: usize,
}

/// What it calls itself.
pub(super) fn version() -> String {
    let said = program("bearerbox").ok().and_then(|file| Command::new(file).arg("--version").output().ok());
    let text = said.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    text.split('`')
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .map_or("no Kannel".into(), |v| format!("Kannel {v}"))
}

impl Kannel {
    pub(super) fn new(bench: &Bench, store: Store) -> Res<Kannel> {
        let dir = tempfile::Builder::new().prefix("kannel-").tempdir_in(&bench.dir)?;
        Ok(Kannel { dir, store, ports: ports()?, family: Family::default(), window: 1_000 })
    }

    fn conf(&self, carrier: u16) -> Res<PathBuf> {
        let [admin, smsbox, http] = self.ports.map(|p| p.to_string());
        let kept = self.dir.path().join("store").display().to_string();
        let store = match self.store {
            Store::None => String::new(),
            Store::File => format!("store-type = file\nstore-location = {kept}"),
        };
        let words = [
            ("admin", admin),
            ("box", smsbox),
            ("http", http),
            ("store", store),
            ("carrier", carrier.to_string()),
            ("window", self.window.to_string()),
        ];
        let path = self.dir.path().join("kannel.conf");
        std::fs::write(&path, filled(CONF, &words))?;
        Ok(path)
    }
}

impl Gateway for Kannel {
    fn name(&self) -> String {
        match self.store {
            Store::None => "Kannel, no store (its default)".into(),
            Store::File => "Kannel, file store".into(),
        }
    }

    fn start(&mut self, carrier: u16) -> Res<()> {
        let conf = self.conf(carrier)?;
        let [admin, _, http] = self.ports;
        let dir = self.dir.path().to_owned();
        let run = |name: &str| -> Res<Command> {
            let mut command = Command::new(program(name)?);
            command.args(["-v", "4"]).arg(&conf).current_dir(&dir);
            Ok(command)
        };
        self.family.start(&mut run("bearerbox")?, &dir, "bearerbox")?;
        listens(admin, "bearerbox", PATIENCE)?;
        self.family.start(&mut run("smsbox")?, &dir, "smsbox")?;
        listens(http, "smsbox", PATIENCE)
    }

    fn door(&self, callback: Option<u16>) -> Res<Door> {
        let before = "/cgi-bin/sendsms?username=bench&password=bench&from=SHOP&to=".to_owned();
        let mut after = format!("&text={}", escaped(TEXT));
        if let Some(port) = callback {
            // 1 delivered, 2 not delivered.
            let url = escaped(&format!("http://127.0.0.1:{port}/receipt?what=%d"));
            after.push_str(&format!("&dlr-mask=3&dlr-url={url}"));
        }
        Ok(Door { addr: SocketAddr::from(([127, 0, 0, 1], self.ports[2])), form: Form::Get(before, after) })
    }

    fn calls_back(&self) -> bool {
        true
    }

    fn used(&self) -> Res<Spent> {
        self.family.used()
    }

    fn kill(&mut self) -> Res<()> {
        self.family.kill()
    }

    fn stop(&mut self) -> Res<()> {
        self.family.kill()
    }

    fn settles_s(&self) -> u64 {
        20
    }
}
