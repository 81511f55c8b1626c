//! The way to the carrier's socket: its name looked up each time, and the last addresses kept for when that fails.

use crate::net::Socket;
use crate::talk::Settings;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Door {
    known: Vec<SocketAddr>,
}

impl Door {
    /// A connection, or why there is none.
    pub(crate) async fn connect(
        &mut self,
        settings: &Settings,
        patience: Duration,
    ) -> Result<Box<dyn Socket>, String> {
        if let Some(dialled) = settings.tongue.dial() {
            let named = |e: io::Error| format!("{}: {e}", settings.address);
            if settings.tongue.is_called() {
                return dialled.await.map_err(named);
            }
            return match tokio::time::timeout(patience, dialled).await {
                Ok(dialled) => dialled.map_err(named),
                Err(_) => Err(format!("{}: no answer in {} s", settings.address, patience.as_secs())),
            };
        }
        let (address, net) = (&settings.address, &settings.net);
        let looked_up = match tokio::time::timeout(patience, net.look_up(address)).await {
            Ok(found) => found,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        match looked_up {
            Ok(found) if !found.is_empty() => self.known = found,
            Ok(_) if self.known.is_empty() => return Err(format!("{address}: the name has no address")),
            Err(e) if self.known.is_empty() => return Err(format!("{address}: {e}")),
            _ => {
                tracing::warn!(address = %address, "the name could not be looked up; the last known address is tried")
            }
        }
        let mut why = String::new();
        for one in &self.known {
            match tokio::time::timeout(patience, net.connect(*one)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(e)) => why = format!("{address}: {e}"),
                Err(_) => why = format!("{address}: no answer in {} s", patience.as_secs()),
            }
        }
        Err(why)
    }
}
