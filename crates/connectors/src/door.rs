//! The way to the carrier's socket: its name looked up each time, and the last addresses kept for when that fails.

use crate::talk::Settings;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};

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
    ) -> Result<TcpStream, String> {
        let address = &settings.address;
        let looked_up = match &settings.resolve {
            Some(resolve) => resolve(address),
            None => match tokio::time::timeout(patience, tokio::net::lookup_host(address)).await {
                Ok(found) => found.map(Iterator::collect),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            },
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
            match tokio::time::timeout(patience, open(*one, settings.send_buffer)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(e)) => why = format!("{address}: {e}"),
                Err(_) => why = format!("{address}: no answer in {} s", patience.as_secs()),
            }
        }
        Err(why)
    }
}

async fn open(address: SocketAddr, send_buffer: Option<u32>) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(octets) = send_buffer {
        socket.set_send_buffer_size(octets)?;
    }
    socket.connect(address).await
}
