//! How a link reaches its carrier: TCP, or what a simulation puts in its place.
//!
//! The trait is what a link needs of a socket and no more, in the words of [`TcpStream`].

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::{TcpSocket, TcpStream};

/// What the network is asked for, on its way.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// Knows addresses and makes connections.
pub trait Net: Send + Sync {
    /// The addresses of `host:port`.
    fn look_up<'a>(&'a self, name: &'a str) -> Asked<'a, Vec<SocketAddr>>;
    /// Connects.
    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>>;
}

/// One connection. Readiness and the act are two steps, so that a wait can be given up without loss.
pub trait Socket: Send + Sync {
    /// Ready when a read will not wait.
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
    /// Ready when a write will not wait.
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
    /// Reads what there is; 0 at the end.
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes what goes now.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
}

/// [`Socket::poll_readable`] to be awaited.
pub(crate) async fn readable(socket: &dyn Socket) -> io::Result<()> {
    poll_fn(|cx| socket.poll_readable(cx)).await
}

/// [`Socket::poll_writable`] to be awaited.
pub(crate) async fn writable(socket: &dyn Socket) -> io::Result<()> {
    poll_fn(|cx| socket.poll_writable(cx)).await
}

/// Writes all of it.
pub(crate) async fn write_all(socket: &dyn Socket, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        writable(socket).await?;
        match socket.try_write(bytes) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// The network itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tcp {
    /// Octets the system may hold back for a socket; its own choice where it is `None`.
    pub send_buffer: Option<u32>,
}

impl Net for Tcp {
    fn look_up<'a>(&'a self, name: &'a str) -> Asked<'a, Vec<SocketAddr>> {
        Box::pin(async move { Ok(tokio::net::lookup_host(name).await?.collect()) })
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, Box<dyn Socket>> {
        Box::pin(async move {
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            if let Some(octets) = self.send_buffer {
                socket.set_send_buffer_size(octets)?;
            }
            let socket = socket.connect(address).await?;
            let _ = socket.set_nodelay(true); // a socket that cannot be told so is only slower
            Ok(Box::new(socket) as Box<dyn Socket>)
        })
    }
}

impl Socket for TcpStream {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_read_ready(cx)
    }
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_ready(cx)
    }
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        TcpStream::try_read(self, buffer)
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        TcpStream::try_write(self, bytes)
    }
}
