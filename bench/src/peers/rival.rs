//! What every gateway of the comparison can do; and ours among them.

use super::family::Spent;
use crate::home::{Home, Link, Server};
use crate::load::{TEXT, post};
use crate::{Bench, Res, meter};
use std::net::SocketAddr;

/// A gateway that can be started, asked, killed and started again on what it kept.
pub(super) trait Gateway {
    fn name(&self) -> String;
    /// Starts it, or starts it again, bound to a carrier at this port of the loopback.
    fn start(&mut self, carrier: u16) -> Res<()>;
    /// Its HTTP door; receipts are handed on to this port where one is given.
    fn door(&self, callback: Option<u16>) -> Res<Door>;
    /// Whether receipts are handed on by a callback.
    fn calls_back(&self) -> bool;
    fn used(&self) -> Res<Spent>;
    /// SIGKILL to all of it.
    fn kill(&mut self) -> Res<()>;
    fn stop(&mut self) -> Res<()>;
    /// Asks its store whether it is true, where it has one that can be asked.
    fn check(&self, _messages: u64, _receipts: bool) -> Res<()> {
        Ok(())
    }
    /// Copies it says of itself may have come twice.
    fn flagged(&self) -> Res<u64> {
        Ok(0)
    }
    /// Seconds after which it has sent again what it is going to.
    fn settles_s(&self) -> u64;
}

/// How a message is asked for.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// Our own API, with a key.
    Rest(String),
    /// A GET: what stands before the number, and after it.
    Get(String, String),
}

/// A door.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) addr: SocketAddr,
    pub(super) form: Form,
}

impl Door {
    /// Writes the request for one message.
    pub(super) fn write(&self, number: u64, request: &mut Vec<u8>) -> Res<()> {
        use std::io::Write;
        match &self.form {
            Form::Rest(key) => {
                let body = format!("{{\"to\":\"+{number}\",\"text\":\"{TEXT}\"}}");
                post(self.addr, key, "/v1/messages", &body, request)
            }
            Form::Get(before, after) => {
                request.clear();
                write!(request, "GET {before}{number}{after} HTTP/1.1\r\nhost: {}\r\n\r\n", self.addr)?;
                Ok(())
            }
        }
    }
}

/// The text of the benchmark as it stands in an address.
pub(super) fn escaped(text: &str) -> String {
    let one = |b: u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Sendword.
pub(super) struct Ours {
    home: Home,
    key: String,
    server: Option<Server>,
    connected: bool,
    /// The link's window.
    pub(super) window: usize,
}

impl Ours {
    pub(super) fn new(bench: &Bench) -> Res<Ours> {
        let home = Home::with_workspace(bench)?;
        let key = home.key()?;
        Ok(Ours { home, key, server: None, connected: false, window: 1_000 })
    }

    fn server(&self) -> Res<&Server> {
        self.server.as_ref().ok_or_else(|| "it was not started".into())
    }
}

impl Gateway for Ours {
    fn name(&self) -> String {
        "Sendword".into()
    }

    fn start(&mut self, carrier: u16) -> Res<()> {
        if !self.connected {
            self.home.connect(&Link::to(carrier).window(self.window))?;
            self.connected = true;
        }
        self.server = Some(self.home.serve()?);
        Ok(())
    }

    fn door(&self, _: Option<u16>) -> Res<Door> {
        Ok(Door { addr: self.server()?.addr, form: Form::Rest(self.key.clone()) })
    }

    fn calls_back(&self) -> bool {
        false
    }

    fn used(&self) -> Res<Spent> {
        let process = self.server()?.process();
        Ok(Spent { cpu_us: process.used()?.cpu_us, peak_mib: process.peak_mib()? })
    }

    fn kill(&mut self) -> Res<()> {
        self.server.take().map_or(Ok(()), Server::kill)
    }

    fn stop(&mut self) -> Res<()> {
        self.server.take().map_or(Ok(()), Server::stop)
    }

    fn check(&self, messages: u64, receipts: bool) -> Res<()> {
        if receipts { meter::delivered(&self.home, messages) } else { meter::submitted(&self.home, messages) }
    }

    fn flagged(&self) -> Res<u64> {
        let told = self.home.ask(&["messages", "list", "--possible-duplicate", "--limit", "100000"])?;
        Ok(told.as_array().map_or(0, Vec::len) as u64)
    }

    /// What was on the wire goes again when its answer is given up, a minute later.
    fn settles_s(&self) -> u64 {
        75
    }
}
