//! The SMPP server for clients, where the configuration asks for one.

use crate::config::SmppServer;
use crate::failure::{Done, Exit, Failure};
use doors::Doors;
use doors::smpp::{Files, Options, Server, Timers};
use std::io::Write;
use std::net::SocketAddr;

/// The server, or none.
pub(super) struct Clients(Option<Server>);

/// Listens where it was asked to.
pub(super) async fn start(doors: &Doors, config: &SmppServer) -> Done<Clients> {
    let options = Options { listen: config.listen, tls: tls(config)?, timers: timers(config) };
    if options.listen.is_none() && options.tls.is_none() {
        return Ok(Clients(None));
    }
    let server = Server::start(doors, options).await.map_err(|e| {
        Failure::new(Exit::Failure, "the SMPP server for clients cannot start")
            .why(e)
            .fix("name another address with --smpp-listen ADDR:PORT, or look at [smpp_server]")
    })?;
    Ok(Clients(Some(server)))
}

fn tls(config: &SmppServer) -> Done<Option<(SocketAddr, Files)>> {
    match (config.tls_listen, &config.certificate, &config.key) {
        (None, None, None) => Ok(None),
        (Some(listen), Some(certificate), Some(key)) => {
            Ok(Some((listen, Files { certificate: certificate.clone(), key: key.clone() })))
        }
        _ => Err(Failure::new(Exit::Usage, "[smpp_server]: TLS is set in part")
            .fix("tls_listen, certificate and key belong together")),
    }
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
    /// The lines of a start.
    pub(super) fn greet(&self) {
        let Some(server) = &self.0 else { return };
        let mut err = std::io::stderr().lock();
        for (address, how) in server.addresses().iter().zip(["", "by TLS "]) {
            if let Some(address) = address {
                let _ = writeln!(err, "SMPP clients bind {how}at {address}");
            }
        }
    }

    /// Says goodbye to everybody.
    pub(super) async fn stop(self) {
        if let Some(server) = self.0 {
            server.stop().await;
        }
    }
}
