//! A program that serves SMPP clients, with a carrier behind it.

use super::support::{Carrier, Home, Server, until};
use rustix::process::Signal;
use serde_json::Value;
use std::time::Duration;
use wire::smpp::Sm;

/// Everything a test needs.
pub(crate) struct House {
    pub(crate) home: Home,
    pub(crate) server: Server,
    pub(crate) carrier: Carrier,
    /// Where clients bind.
    pub(crate) smpp: String,
}

impl House {
    pub(crate) fn start() -> House {
        House::with(Home::new(), sim::Config::default(), "")
    }

    /// With `[smpp_server]` as given.
    pub(crate) fn with(home: Home, carrier: sim::Config, config: &str) -> House {
        home.init();
        let carrier = Carrier::with(carrier);
        home.carrier("peer", carrier.port(), &["window=50"]);
        std::fs::write(home.data().join("sendword.toml"), format!("[smpp_server]\n{config}\n"))
            .expect("a configuration");
        let server = serve(&home);
        let smpp = address(&server);
        House { home, server, carrier, smpp }
    }

    /// With a certificate of its own making.
    pub(crate) fn with_tls() -> House {
        let home = Home::new();
        let certificate = home.file("certificate.pem", include_str!("certificate.pem"));
        let key = home.file("key.pem", include_str!("key.pem"));
        let config = format!("tls_listen = \"127.0.0.1:0\"\ncertificate = {certificate:?}\nkey = {key:?}");
        House::with(home, sim::Config::default(), &config)
    }

    /// Where clients bind inside TLS.
    pub(crate) fn tls_address(&self) -> String {
        let said = self.server.said();
        let found = said.lines().find_map(|l| l.strip_prefix("SMPP clients bind by TLS at "));
        found.expect("it listens inside TLS").to_owned()
    }

    /// Makes an account; the password is `secret99`.
    pub(crate) fn client(&self, name: &str, set: &[&str]) -> Value {
        let own = [&["clients", "add", name, "--set", "password=secret99"], set].concat();
        self.home.json(&own)
    }

    /// Ends the server and starts it again.
    pub(crate) fn restart(&mut self, signal: Signal) {
        self.server.signal(signal);
        assert!(self.server.ended(Duration::from_secs(20)).is_some(), "the server does not end");
        self.server = serve(&self.home);
        self.smpp = address(&self.server);
    }

    /// Starts the server again, with this in its environment; one that has not died by then is ended.
    pub(crate) fn restart_with(&mut self, environment: &[(&str, &str)]) {
        if self.server.ended(Duration::ZERO).is_none() {
            self.server.signal(Signal::TERM);
            assert!(self.server.ended(Duration::from_secs(30)).is_some(), "the server does not end");
        }
        let mut command = serving(&self.home);
        command.envs(environment.iter().copied());
        self.server = Server::spawn(command);
        self.smpp = address(&self.server);
    }

    /// The messages there are, newest first.
    pub(crate) fn messages(&self) -> Vec<Value> {
        let all = self.home.json(&["messages", "list", "--limit", "1000"]);
        all.as_array().cloned().unwrap_or_default()
    }

    /// A client as the list shows it.
    pub(crate) fn shown(&self, name: &str) -> Value {
        self.home.json(&["clients", "show", name])
    }

    /// A value of `/metrics`.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = self.server.ask("GET", "/metrics", None, None).body;
        let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().expect("a number")
    }
}

fn serving(home: &Home) -> std::process::Command {
    home.command(&["serve", "--listen", "127.0.0.1:0", "--smpp-listen", "127.0.0.1:0"])
}

fn serve(home: &Home) -> Server {
    Server::spawn(serving(home))
}

fn address(server: &Server) -> String {
    until("it says where clients bind", Duration::from_secs(10), || {
        let said = server.said();
        said.lines().find_map(|l| l.strip_prefix("SMPP clients bind at ")).map(str::to_owned)
    })
}

/// A plain message to a number, with a receipt wanted.
pub(crate) fn message<'a>(to: &'a str, text: &'a [u8]) -> Sm<'a> {
    Sm {
        source: wire::smpp::source("Shop"),
        destination: wire::smpp::destination(to),
        registered_delivery: 1,
        short_message: text,
        ..Sm::default()
    }
}
