//! A socket inside TLS, in the two steps a link knows: ready, then the act.
//!
//! What it took to write has left as far as a link can tell: should the connection break now, the part is in doubt, never
//! thought unsent.

use crate::net::Socket;
use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio_rustls::rustls::{AlertDescription, Connection, Error};

/// Octets that may wait, encrypted, for the socket to take them.
const WAITING_MOST: usize = 64 * 1024;

pub(super) struct Secured {
    plain: Box<dyn Socket>,
    session: Mutex<Connection>,
}

impl Secured {
    pub(super) fn new(plain: Box<dyn Socket>, mut session: Connection) -> Secured {
        session.set_buffer_limit(Some(WAITING_MOST));
        Secured { plain, session: Mutex::new(session) }
    }

    fn session(&self) -> MutexGuard<'_, Connection> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plain(&self) -> &dyn Socket {
        &*self.plain
    }

    pub(super) fn is_handshaking(&self) -> bool {
        self.session().is_handshaking()
    }

    /// Writes what waits; `true` while some of it must wait on.
    pub(super) fn flush(&self) -> io::Result<bool> {
        flush(&mut self.session(), &*self.plain)
    }

    /// Takes what the peer says while hands are shaken.
    pub(super) fn read_handshake(&self) -> io::Result<()> {
        let mut session = self.session();
        match take(&mut session, &*self.plain) {
            Ok(0) => Err(io::Error::other(
                "it ended the connection while TLS was agreed on: it may want no TLS on this port, or another version",
            )),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(()),
            other => {
                let _ = flush(&mut session, &*self.plain); // the alert, as far as it goes
                other.map(drop)
            }
        }
    }
}

fn flush(session: &mut Connection, plain: &dyn Socket) -> io::Result<bool> {
    while session.wants_write() {
        match session.write_tls(&mut Through(plain)) {
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            Err(e) => return Err(e),
        }
    }
    Ok(false)
}

/// Takes octets from the socket through the session; 0 at the end.
fn take(session: &mut Connection, plain: &dyn Socket) -> io::Result<usize> {
    let count = session.read_tls(&mut Through(plain))?;
    let is_called = matches!(session, Connection::Server(_));
    session.process_new_packets().map_err(|e| words(e, is_called))?;
    Ok(count)
}

/// What went wrong, for the page; `is_called` where the peer connected to us.
fn words(error: Error, is_called: bool) -> io::Error {
    io::Error::other(match error {
        Error::InvalidMessage(_) if is_called => {
            "it connected to us and speaks without TLS: have it switched on there, or off here".to_owned()
        }
        Error::NoCertificatesPresented => {
            "it shows no certificate, and tls_ca or tls_pin say that it must".to_owned()
        }
        Error::InvalidMessage(_) => "what it answers is no TLS: this port may speak without".to_owned(),
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "it speaks only older TLS than 1.2".to_owned()
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "it wants a certificate of us, which this kind of connection does not have".to_owned()
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            "it knows nobody of this name: set tls_name to the name it expects".to_owned()
        }
        Error::AlertReceived(alert) => format!("it refused to agree on TLS: {alert:?}"),
        Error::PeerIncompatible(_) => "it offers no TLS that is safe today".to_owned(),
        Error::General(judged) => judged,
        other => other.to_string(),
    })
}

/// A socket as rustls reads and writes it.
struct Through<'s>(&'s dyn Socket);

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Through<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Socket for Secured {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What waits to leave does so although nobody has anything new to write.
        while self.flush()? {
            match self.plain.poll_writable(cx) {
                Poll::Ready(ready) => ready?,
                Poll::Pending => break,
            }
        }
        self.plain.poll_readable(cx)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.plain.poll_writable(cx)
    }

    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut session = self.session();
        loop {
            match session.reader().read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                // The end without a goodbye is an end as well: who speaks here frames its messages.
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            take(&mut session, &*self.plain)?; // after its end the reader says so
        }
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut session = self.session();
        if flush(&mut session, &*self.plain)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = session.writer().write(bytes)?;
        flush(&mut session, &*self.plain)?;
        Ok(count)
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.send_close_notify();
        let _ = flush(&mut session, &*self.plain); // as far as it goes without waiting
    }
}
