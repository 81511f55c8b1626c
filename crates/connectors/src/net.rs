//! How a link reaches its carrier: TCP, or what a simulation puts in its place.
//!
//! The trait is what a link needs of a socket and no more, in the words of [`TcpStream`].

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpStream;

/// A connection being made.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Socket>>> + Send + 'a>>;

/// Makes connections.
pub trait Net: Send + Sync {
    /// Connects to `host:port`.
    fn connect<'a>(&'a self, address: &'a str) -> Connecting<'a>;
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

/// The network itself.
#[derive(Debug, Clone, Copy)]
pub struct Tcp;

impl Net for Tcp {
    fn connect<'a>(&'a self, address: &'a str) -> Connecting<'a> {
        Box::pin(async move {
            let socket = TcpStream::connect(address).await?;
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
