//! A serial port: opened for us alone, raw, at a speed; read and written without waiting.

use crate::net::Socket;
use rustix::fs::FlockOperation;
use rustix::termios::{self, ControlModes, OptionalActions};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::task::{Context, Poll};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// An open port.
pub(crate) struct Port {
    fd: AsyncFd<File>,
}

impl Port {
    /// Opens it for us alone; somebody who has it already makes this fail.
    pub(crate) fn open(path: &Path, baud: u32) -> io::Result<Port> {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let flags = i32::try_from(flags.bits()).unwrap_or_default();
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
        // The one holds against programs that ask for the lock, the other against all but the superuser.
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|e| match e {
            rustix::io::Errno::WOULDBLOCK => {
                io::Error::new(io::ErrorKind::ResourceBusy, "another program has it")
            }
            e => e.into(),
        })?;
        termios::ioctl_tiocexcl(&file)?;
        let mut modes = termios::tcgetattr(&file)?;
        modes.make_raw();
        modes.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
        modes.control_modes -= ControlModes::CRTSCTS;
        modes.set_speed(baud)?;
        termios::tcsetattr(&file, OptionalActions::Now, &modes)?;
        // What a former session left half read is nobody's.
        termios::tcflush(&file, termios::QueueSelector::IOFlush)?;
        watched(file).map(|fd| Port { fd })
    }
}

#[expect(
    deprecated,
    reason = "its successor wants `unsafe`; a `File` keeps its descriptor, which is what that asks for"
)]
fn watched(file: File) -> io::Result<AsyncFd<File>> {
    AsyncFd::new(file)
}

impl Drop for Port {
    fn drop(&mut self) {
        // Whoever opens it next need not be us.
        let _ = termios::ioctl_tiocnxcl(self.fd.get_ref());
    }
}

impl Socket for Port {
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.fd.poll_read_ready(cx).map_ok(drop)
    }
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.fd.poll_write_ready(cx).map_ok(drop)
    }
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fd.try_io(Interest::READABLE, |mut file| file.read(buffer))
    }
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.fd.try_io(Interest::WRITABLE, |mut file| file.write(bytes))
    }
}
