//! `sim`: the pretend world. An SMSC or a modem to connect to, and a virtual phone that answers.

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
    /// A provider with an HTTP interface, behind it the same virtual phones
    Provider(Provider),
    /// A GSM modem with virtual phones behind its network
    Modem(Modem),
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
            Sim::Modem(modem) => modem.run(),
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
