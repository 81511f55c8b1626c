//! Looking for modems: every port is asked who is there. Nothing is changed in a modem, and no PIN is entered.

use super::place::{self, Place};
use super::port::Port;
use super::words;
use crate::net::{self, Net, Socket, Tcp};
use serde::Serialize;
use sms::live::Command as Kind;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::machine::{command, modem};
use store::{Bell, Db, Error};
use tokio::sync::watch;
use wire::at::{Card, Event, Modem, Registration, Trouble, fields, registration, signal_dbm};

/// How often it is looked whether somebody asks for a scan.
const TICK: Duration = Duration::from_secs(2);
/// Commands to no connector in particular.
const NOBODY: i64 = 0;

/// The speed at which a port is asked; USB modems take any.
const BAUD: u32 = 115_200;
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// One command and its lines; `None` where nobody answers.
pub(super) async fn ask(socket: &dyn Socket, modem: &mut Modem, command: &str) -> Option<Vec<String>> {
    let octets = modem.command(command).ok()?;
    let asked = async {
        net::write_all(socket, &octets).await.ok()?;
        let mut buffer = [0; 4_096];
        loop {
            net::readable(socket).await.ok()?;
            let read = match socket.try_read(&mut buffer) {
                Ok(0) => return None,
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => return None,
            };
            let mut events = Vec::new();
            modem.feed(&buffer[..read], &mut events);
            for event in events {
                if let Event::Answer(answer) = event {
                    return Some(answer);
                }
            }
        }
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Some(answer)) => answer.result.ok().map(|()| answer.lines),
        _ => {
            let abort = modem.give_up();
            let _ = tokio::time::timeout(PATIENCE, net::write_all(socket, &abort)).await;
            None
        }
    }
}

/// The number of the modem at a port.
pub(super) async fn imei(port: &Port) -> Option<String> {
    let mut modem = Modem::new();
    ask(port, &mut modem, "").await?;
    let lines = ask(port, &mut modem, "+CGSN").await?;
    lines.iter().map(|line| digits(line)).find(|digits| digits.len() >= 14)
}

/// Who answers at one port.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Found {
    /// What the setting `device` is to be.
    pub device: String,
    /// The port of this modem to use; a modem may have several.
    pub best: bool,
    /// The connector that has it, where one has.
    pub connector: Option<String>,
    /// Its make and model.
    pub model: String,
    /// Its own number.
    pub imei: String,
    /// The subscriber of its card.
    pub imsi: String,
    /// How its card stands.
    pub card: String,
    /// The network.
    pub operator: String,
    /// Whether it is in it.
    pub registration: String,
    /// The signal in dBm.
    pub signal_dbm: Option<i32>,
    /// Why nothing is known of it, and what to do.
    pub error: String,
}

/// Asks every serial port, and these devices, who is there.
pub async fn scan(more: &[String]) -> Vec<Found> {
    let mut devices: Vec<String> = place::ports().iter().map(|port| port.display().to_string()).collect();
    devices.extend(more.iter().cloned());
    let asked: Vec<_> = devices.into_iter().map(|device| tokio::spawn(one(device))).collect();
    let mut found = Vec::new();
    for task in asked {
        found.extend(task.await.ok()); // one that panicked has said so
    }
    choose(&mut found);
    found
}

/// Of several ports of one modem the one to use: the last of a Huawei, which alone tells of what came in, else the first.
fn choose(found: &mut [Found]) {
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for (n, one) in found.iter().enumerate().filter(|(_, one)| !one.imei.is_empty()) {
        let last = one.model.to_ascii_lowercase().contains("huawei");
        if last || !best.contains_key(&one.imei) {
            best.insert(one.imei.clone(), n);
        }
    }
    for n in best.into_values() {
        found[n].best = true;
    }
}

async fn one(device: String) -> Found {
    let socket = open(&device).await;
    let found = Found { device, ..Found::default() };
    match socket {
        Err(error) => Found { error: why(&error), ..found },
        Ok(socket) => question(&*socket, found).await,
    }
}

async fn open(device: &str) -> io::Result<Box<dyn Socket>> {
    match Place::read(device) {
        Some(Place::Net(address)) => {
            let net = Tcp::default();
            let connect = async {
                let found = net.look_up(&address).await?;
                let first = found.first().ok_or_else(|| io::Error::other("the name has no address"))?;
                net.connect(*first).await
            };
            tokio::time::timeout(PATIENCE, connect).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
        }
        Some(Place::Path(path)) => Ok(Box::new(Port::open(&path, BAUD)?)),
        Some(Place::Imei(..)) | None => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no port")),
    }
}

/// Why a port could not be opened, and what to do.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "no right to open it: add the user to the group dialout, and sign in again".to_owned()
        }
        io::ErrorKind::ResourceBusy if manager_runs() => {
            "another program has it, perhaps ModemManager: systemctl stop ModemManager".to_owned()
        }
        io::ErrorKind::ResourceBusy => "another program has it".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether the program runs that takes modems for itself on desktops.
fn manager_runs() -> bool {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let name = |path: PathBuf| std::fs::read_to_string(path.join("comm")).unwrap_or_default();
    processes.into_iter().any(|process| name(process.path()).trim() == "ModemManager")
}

async fn question(socket: &dyn Socket, mut found: Found) -> Found {
    let mut modem = Modem::new();
    // A message that somebody left half written is given up first; some need a second call.
    let abort = modem.give_up();
    let _ = tokio::time::timeout(PATIENCE, net::write_all(socket, &abort)).await;
    if ask(socket, &mut modem, "").await.is_none() && ask(socket, &mut modem, "").await.is_none() {
        found.error = "nobody answers".to_owned();
        return found;
    }
    let mut said = BTreeMap::new();
    for command in ["+CGMI", "+CGMM", "+CGSN", "+CPIN?", "+CIMI", "+CSQ", "+CREG?", "+COPS=3,0", "+COPS?"] {
        said.insert(command, ask(socket, &mut modem, command).await.unwrap_or_default());
    }
    let first =
        |command: &str| said.get(command).and_then(|lines| lines.first()).cloned().unwrap_or_default();
    let word = |command: &str| {
        let line = first(command);
        let value =
            line.strip_prefix(command).map_or(line.as_str(), |rest| rest.trim_start_matches([':', ' ']));
        value.trim_matches('"').to_owned()
    };
    found.model = format!("{} {}", word("+CGMI"), word("+CGMM")).trim().to_owned();
    (found.imei, found.imsi) = (digits(&first("+CGSN")), digits(&first("+CIMI")));
    let card = fields(&first("+CPIN?"), "+CPIN").map(|f| f.join(",")).unwrap_or_default();
    let card = if card.is_empty() { Card::Absent } else { Card::of(&card) };
    found.card = card.name().to_owned();
    found.registration =
        registration(&first("+CREG?")).map(Registration::name).unwrap_or_default().to_owned();
    found.signal_dbm = signal_dbm(&first("+CSQ"));
    found.operator = fields(&first("+COPS?"), "+COPS").and_then(|f| f.get(2).cloned()).unwrap_or_default();
    let trouble = match card {
        Card::Pin => Some(Trouble::PinMissing),
        Card::Puk => Some(Trouble::Puk),
        Card::Absent => Some(Trouble::NoCard),
        Card::Failed => Some(Trouble::CardFailed),
        Card::Ready | Card::Unknown => None,
    };
    found.error = trouble.map(words::trouble).unwrap_or_default().to_owned();
    found
}

/// Obeys commands to look for modems until it is told to stop.
pub(crate) async fn obey(db: Db, mut stop: watch::Receiver<bool>) {
    let mut bell = db.listen(Bell::Command(NOBODY));
    while !*stop.borrow() {
        if let Ok(true) = db.read(|tx| command::waits(tx, NOBODY)).await {
            match db.write("scan.take", |tx| command::take(tx, NOBODY)).await {
                Ok(taken) => {
                    for asked in taken {
                        carry_out(&db, asked).await;
                    }
                }
                Err(e) => tracing::warn!(error = %e, "commands to look for modems could not be taken"),
            }
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(TICK) => {}
            _ = bell.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

async fn carry_out(db: &Db, asked: command::Command) {
    let result = if asked.kind == Kind::ScanModems {
        let more: Vec<String> = serde_json::from_str(&asked.input).unwrap_or_default();
        let mut found = scan(&more).await;
        name_owners(db, &mut found).await;
        serde_json::to_string(&found).map_err(|e| e.to_string())
    } else {
        Err("it is for a connection, and none was named".to_owned())
    };
    let id = asked.id;
    let out = db.write("scan.done", move |tx| {
        command::finish(tx, id, result.as_deref().map_err(String::as_str)) //
    });
    if let Err(e) = out.await {
        tracing::warn!(error = %e, "what was found could not be stored");
    }
}

/// Ports that our own connectors have are told by their names.
async fn name_owners(db: &Db, found: &mut [Found]) {
    let owners = db.read(|tx| {
        let mut owners = Vec::new();
        for connector in store::connector::list(tx)?.into_iter().filter(|c| c.kind == "modem") {
            if let Some(modem) = modem::get(tx, connector.id)? {
                owners.push((connector.name, modem));
            }
        }
        Ok::<_, Error>(owners)
    });
    let same = |one: &str, other: &str| {
        one.trim_start_matches("tcp:") == other
            || Path::new(one)
                .canonicalize()
                .ok()
                .is_some_and(|path| Path::new(other).canonicalize().ok() == Some(path))
    };
    for (name, modem) in owners.await.unwrap_or_default() {
        for one in found.iter_mut().filter(|one| one.imei.is_empty() && same(&one.device, &modem.port)) {
            one.connector = Some(name.clone());
            one.model = format!("{} {}", modem.maker, modem.model);
            one.imei.clone_from(&modem.imei);
            one.card.clone_from(&modem.card);
            one.operator.clone_from(&modem.operator);
            one.registration.clone_from(&modem.registration);
            one.signal_dbm = modem.signal_dbm.and_then(|dbm| i32::try_from(dbm).ok());
            one.imsi.clone_from(&modem.imsi);
            one.error = String::new();
            one.best = true;
        }
    }
}

fn digits(line: &str) -> String {
    line.chars().filter(char::is_ascii_digit).collect()
}
