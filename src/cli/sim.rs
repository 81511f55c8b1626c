//! `sim`: the pretend world. An SMSC, a provider or a modem to connect to, a phone that asks, and virtual phones that answer.

use super::link::Link;
use super::{Call, show};
use crate::failure::{Done, Exit, Failure};
use clap::{Args, Subcommand};
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum Sim {
    /// An SMSC with virtual phones; the last digits of a number choose what happens
    Smsc(Smsc),
    /// A directory that says over HTTP of which network a number is
    Numbers {
        #[arg(long, default_value = "127.0.0.1:9200")]
        listen: SocketAddr,
        /// What must stand in Authorization: Bearer …
        #[arg(long, default_value = "")]
        key: String,
    },
    /// A provider with an HTTP interface, behind it the same virtual phones
    Provider(Provider),
    /// A GSM modem with virtual phones behind its network
    Modem(Modem),
    /// An Android phone with our app on it, before the same virtual phones
    Phone(Phone),
    /// A virtual phone writes in (needs a server and a workspace in test mode)
    Reply {
        #[arg(long, value_name = "N")]
        from: String,
        #[arg(long, value_name = "N")]
        to: String,
        #[arg(long, value_name = "T")]
        text: String,
    },
}

#[derive(Args)]
pub(super) struct Smsc {
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The language it speaks
    #[arg(long, value_parser = ["smpp", "ucp", "cimd2"], default_value = "smpp")]
    protocol: String,
    /// The seed of all chance
    #[arg(long)]
    seed: Option<u64>,
    /// The weather, as TOML
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Provider {
    /// twilio, vonage, …
    #[arg(long, value_parser = sim::smsc::provider::Kind::ALL.map(|(name, _)| name))]
    kind: String,
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The account: SID, key, name or plan
    #[arg(long, default_value = "ACsim")]
    user: String,
    /// Its password, token or key
    #[arg(long, default_value = "secret")]
    password: String,
    /// What webhooks are signed with, where that is another secret
    #[arg(long, default_value = "signing")]
    secret: String,
    /// Where webhooks go, as the connection's page shows it
    #[arg(long, value_name = "URL", default_value = "")]
    hook: String,
    /// The seed of all chance
    #[arg(long)]
    seed: Option<u64>,
    /// The weather, as TOML
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Modem {
    /// Behind a network, as a serial server shows it
    #[arg(long, value_name = "ADDR:PORT", required_unless_present = "pty")]
    listen: Option<SocketAddr>,
    /// A pseudo-terminal, with a link to it at this path
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    pty: Option<PathBuf>,
    /// The card's telephone number
    #[arg(long, value_name = "N")]
    number: Option<String>,
    /// The card's PIN
    #[arg(long)]
    pin: Option<String>,
    /// Places of the card's memory
    #[arg(long)]
    storage: Option<usize>,
    /// Whether it echoes what it is told
    #[arg(long, value_parser = ["on", "off"])]
    echo: Option<String>,
    /// Phones that write in: a line of standard input is FROM TEXT
    #[arg(long)]
    phones: bool,
    /// The seed of all chance
    #[arg(long)]
    seed: Option<u64>,
    /// The weather, as TOML; `[modem]` is the modem
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Phone {
    /// Where the server is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8767")]
    server: String,
    /// The code that the connection's page or `phones pair` shows; not needed with a --token-file that exists
    #[arg(long, default_value = "")]
    code: String,
    /// Keeps the token, so that the same phone can be started again
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The telephone number of a card; twice for two cards
    #[arg(long, value_name = "N")]
    number: Vec<String>,
    /// The name of this phone
    #[arg(long, default_value = "pretend")]
    install: String,
    /// How long a question waits, seconds
    #[arg(long, default_value_t = 25)]
    wait: u64,
    /// People who write in: a line of standard input is FROM TEXT
    #[arg(long)]
    phones: bool,
    /// The seed of all chance
    #[arg(long)]
    seed: Option<u64>,
    /// The weather, as TOML; `[phone]` is what is wrong with the phone
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

impl Phone {
    /// Runs until it is interrupted.
    pub(super) fn run(self) -> Done {
        let mut config = sim::Config::default();
        let scenario = self.scenario.as_deref().map(read).transpose()?.unwrap_or_default();
        scenario.apply(&mut config);
        config.seed = self.seed.unwrap_or(config.seed);
        let kept = self.token_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let own = sim::App::default();
        let app = sim::App {
            server: self.server.trim_end_matches('/').to_owned(),
            code: self.code,
            token: kept.map(|token| token.trim().to_owned()).unwrap_or_default(),
            install: self.install,
            numbers: if self.number.is_empty() { own.numbers } else { self.number },
            wait_s: self.wait,
            room: own.room,
        };
        if app.code.is_empty() && app.token.is_empty() {
            return Err(Failure::new(Exit::Usage, "--code is needed")
                .fix("take one from the connection's page, or from: sendword phones pair NAME"));
        }
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|e| Failure::new(Exit::Failure, "the simulator cannot start").why(e))?;
        runtime.block_on(async {
            let failed = |e| Failure::new(Exit::Failure, "the phone cannot be switched on").why(e);
            let (world, number) =
                (sim::smsc::Smsc::world(config).await.map_err(failed)?, app.numbers[0].clone());
            let phone = world.app(app).await.map_err(failed)?;
            if let Some(faults) = scenario.phone {
                phone.fault(|f| *f = faults);
            }
            if let Some(file) = &self.token_file {
                std::fs::write(file, phone.token()).map_err(failed)?;
            }
            show::hint(&format!("The phone {number} asks the server."));
            if self.phones {
                let world = world.clone();
                std::thread::spawn(move || phones(&world, &number));
            }
            crate::serve::interrupted().await;
            drop(phone);
            world.stop();
            Ok(())
        })
    }
}

impl Modem {
    /// Runs until it is interrupted.
    pub(super) fn run(self) -> Done {
        let mut config = sim::Config::default();
        let scenario = self.scenario.as_deref().map(read).transpose()?.unwrap_or_default();
        scenario.apply(&mut config);
        config.seed = self.seed.unwrap_or(config.seed);
        let mut modem = match &self.number {
            Some(number) => sim::Modem { number: number.clone(), ..scenario.modem.unwrap_or_default() },
            None => scenario.modem.unwrap_or_default(),
        };
        modem.pin = self.pin.unwrap_or(modem.pin);
        modem.storage = self.storage.unwrap_or(modem.storage);
        modem.echo = self.echo.map_or(modem.echo, |echo| echo == "on");
        let socket = match (self.listen, self.pty) {
            (Some(listen), _) => sim::Socket::Listen(listen),
            (None, Some(path)) => sim::Socket::Pty(path),
            (None, None) => return Err(Failure::new(Exit::Usage, "--listen or --pty is needed")),
        };
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|e| Failure::new(Exit::Failure, "the simulator cannot start").why(e))?;
        runtime.block_on(async {
            let failed = |e| Failure::new(Exit::Failure, "the modem cannot be plugged in").why(e);
            let world = sim::smsc::Smsc::world(config).await.map_err(failed)?;
            let own = modem.number.clone();
            let modem = world.modem(modem, socket).await.map_err(failed)?;
            let place = match (modem.addr(), modem.path()) {
                (Some(addr), _) => addr.to_string(),
                (None, path) => path.map(|path| path.display().to_string()).unwrap_or_default(),
            };
            show::hint(&format!("The modem of {own} is at {place}."));
            if self.phones {
                std::thread::spawn(move || phones(&world, &own));
                crate::serve::interrupted().await;
            } else {
                crate::serve::interrupted().await;
                world.stop();
            }
            Ok(())
        })
    }
}

/// Phones write what standard input says, a line each.
fn phones(world: &sim::smsc::Handle, own: &str) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if let Some((from, text)) = line.trim().split_once(' ')
            && let Err(e) = world.phone(from).post(text, own)
        {
            show::hint(&e.to_string());
        }
    }
}

/// Reads a scenario.
fn read(path: &std::path::Path) -> Done<sim::Scenario> {
    let wrong = |e: &dyn std::fmt::Display| {
        Failure::new(Exit::Usage, format!("{} cannot be played", path.display())).why(e.to_string())
    };
    let text = std::fs::read_to_string(path).map_err(|e| wrong(&e))?;
    sim::Scenario::parse(&text).map_err(|e| wrong(&e))
}

impl Sim {
    pub(super) fn run(self, call: &Call) -> Done {
        match self {
            Sim::Smsc(smsc) => smsc.run(),
            Sim::Provider(provider) => provider.run(),
            Sim::Numbers { listen, key } => numbers(listen, key),
            Sim::Modem(modem) => modem.run(),
            Sim::Phone(phone) => phone.run(),
            Sim::Reply { from, to, text } => {
                let link = Link::server(&call.place)?;
                let body = json!({ "from": from, "to": to, "text": text });
                let handed = link.post("/v1/sim/inbound", &body)?;
                show::one(call.format, &handed, &format!("{from} wrote to {to}."));
                Ok(())
            }
        }
    }
}

impl Smsc {
    /// Runs until it is interrupted.
    pub(super) fn run(self) -> Done {
        let protocol = sim::Protocol::of(&self.protocol).unwrap_or_default();
        let config = sim::Config { listen: self.listen, protocol, ..sim::Config::default() };
        play(config, self.scenario.as_deref(), self.seed, &self.protocol)
    }
}

impl Provider {
    /// Runs until it is interrupted.
    fn run(self) -> Done {
        let Some(kind) = sim::smsc::provider::Kind::of(&self.kind) else {
            return Err(Failure::new(Exit::Usage, format!("there is no provider '{}'", self.kind)));
        };
        let hook = self.hook.trim_end_matches('/').to_owned();
        let setup = sim::smsc::provider::Setup {
            kind,
            user: self.user,
            password: self.password,
            secret: self.secret,
            hook,
        };
        let config = sim::Config { listen: self.listen, provider: Some(setup), ..sim::Config::default() };
        play(config, self.scenario.as_deref(), self.seed, &self.kind)
    }
}

/// Answers questions about numbers until it is interrupted.
fn numbers(listen: SocketAddr, key: String) -> Done {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(Exit::Failure, "the simulator cannot start").why(e))?;
    runtime.block_on(async {
        let directory = sim::Directory { key, ..sim::Directory::default() };
        let numbers = sim::Numbers::start(listen, directory)
            .await
            .map_err(|e| Failure::new(Exit::Failure, format!("{listen} cannot be listened on")).why(e))?;
        show::hint(&format!("Numbers are looked up at http://{}/lookup?number=…", numbers.addr()));
        crate::serve::interrupted().await;
        Ok(())
    })
}

/// Plays the pretend world until somebody interrupts.
fn play(mut config: sim::Config, scenario: Option<&Path>, seed: Option<u64>, what: &str) -> Done {
    if let Some(path) = scenario {
        read(path)?.apply(&mut config);
    }
    config.seed = seed.unwrap_or(config.seed);
    let listen = config.listen;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(Exit::Failure, "the simulator cannot start").why(e))?;
    runtime.block_on(async {
        let smsc = sim::smsc::Smsc::start(config)
            .await
            .map_err(|e| Failure::new(Exit::Failure, format!("{listen} cannot be listened on")).why(e))?;
        show::hint(&format!("The simulator speaks {what} on {}.", smsc.addr()));
        crate::serve::interrupted().await;
        smsc.stop();
        Ok(())
    })
}
