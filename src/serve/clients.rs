//! The SMPP server for clients, where the configuration asks for one.

use crate::config::SmppServer;
use crate::failure::{Done, Exit, Failure};
use doors::Doors;
use doors::smpp::{Server, Timers};
use std::io::Write;

/// The server, or none.
pub(super) struct Clients(Option<Server>);

/// Listens where it was asked to.
pub(super) async fn start(doors: &Doors, config: &SmppServer) -> Done<Clients> {
    let Some(listen) = config.listen else { return Ok(Clients(None)) };
    let server = Server::start(doors, listen, timers(config)).await.map_err(|e| {
        Failure::new(Exit::Failure, format!("{listen} cannot be listened on for SMPP"))
            .why(e)
            .fix("name another address with --smpp-listen ADDR:PORT")
    })?;
    Ok(Clients(Some(server)))
}

fn timers(config: &SmppServer) -> Timers {
    let given = |seconds: Option<u32>, ms: i64| seconds.map_or(ms, |s| i64::from(s) * 1_000);
    let plain = Timers::default();
    Timers {
        bind_ms: given(config.bind_timeout_s, plain.bind_ms),
        enquire_ms: given(config.enquire_s, plain.enquire_ms),
        inactivity_ms: given(config.inactivity_s, plain.inactivity_ms),
        answer_ms: given(config.answer_s, plain.answer_ms),
    }
}

impl Clients {
    /// The line of a start.
    pub(super) fn greet(&self) {
        if let Some(server) = &self.0 {
            let _ = writeln!(std::io::stderr().lock(), "SMPP clients bind at {}", server.address());
        }
    }

    /// Says goodbye to everybody.
    pub(super) async fn stop(self) {
        if let Some(server) = self.0 {
            server.stop().await;
        }
    }
}
