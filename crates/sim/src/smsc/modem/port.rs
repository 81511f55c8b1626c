//! The port of a pretend modem: TCP, or a pseudo-terminal whose other end a link names.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::{TcpListener, TcpStream};

use super::Shared;
use crate::gsm::Socket;
use crate::smsc::account::lock;
use crate::smsc::world::World;

/// One open port.
enum Wire {
    Tcp(TcpStream),
    /// The master; our own hold of the other end keeps it alive while nobody has it open.
    Pty {
        master: AsyncFd<File>,
        _other: File,
    },
}

impl Wire {
    async fn ready(&self, writes: bool) -> io::Result<()> {
        let interest = if writes { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        match self {
            Wire::Tcp(stream) => stream.ready(interest).await.map(drop),
            Wire::Pty { master, .. } => master.ready(interest).await.map(|mut guard| guard.retain_ready()),
        }
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Tcp(stream) => stream.try_read(buffer),
            Wire::Pty { master, .. } => master.try_io(Interest::READABLE, |mut file| file.read(buffer)),
        }
    }

    fn write(&self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Tcp(stream) => stream.try_write(octets),
            Wire::Pty { master, .. } => master.try_io(Interest::WRITABLE, |mut file| file.write(octets)),
        }
    }
}

/// Opens the socket and serves it until the world ends.
pub(super) async fn open(
    world: Arc<World>,
    shared: Arc<Shared>,
    socket: Socket,
) -> io::Result<(Option<SocketAddr>, Option<PathBuf>)> {
    match socket {
        Socket::Listen(listen) => {
            let listener = TcpListener::bind(listen).await?;
            let addr = listener.local_addr()?;
            tokio::spawn(accept(world, shared, listener));
            Ok((Some(addr), None))
        }
        Socket::Pty(path) => {
            let first = terminal(&path)?;
            tokio::spawn(replug(world, shared, path.clone(), first));
            Ok((None, Some(path)))
        }
    }
}

async fn accept(world: Arc<World>, shared: Arc<Shared>, listener: TcpListener) {
    let mut stop = world.stop.subscribe();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            accepted = listener.accept() => match accepted {
                // Nothing is there: the line is dead.
                Ok((stream, _)) if !*shared.plugged.borrow() => drop(stream),
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true); // only slower without
                    serve(&world, &shared, Wire::Tcp(stream)).await;
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

async fn replug(world: Arc<World>, shared: Arc<Shared>, path: PathBuf, first: Wire) {
    let mut wire = Some(first);
    let (mut stop, mut plugged) = (world.stop.subscribe(), shared.plugged.subscribe());
    loop {
        if let Some(wire) = wire.take() {
            serve(&world, &shared, wire).await;
            let _ = std::fs::remove_file(&path); // it may have been taken away already
        }
        if *stop.borrow() {
            return;
        }
        if *plugged.borrow_and_update() {
            wire = terminal(&path).ok();
        }
        if wire.is_none() {
            tokio::select! {
                _ = stop.changed() => return,
                _ = plugged.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
    }
}

/// A pseudo-terminal in raw mode, and a link to it where somebody looks for it.
fn terminal(path: &Path) -> io::Result<Wire> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let name = PathBuf::from(name.to_string_lossy().into_owned());
    let other = File::options().read(true).write(true).open(&name)?;
    let mut modes = tcgetattr(&other)?;
    modes.make_raw();
    tcsetattr(&other, OptionalActions::Now, &modes)?;
    rustix::fs::fcntl_setfl(&master, rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::RDWR)?;
    if path.is_symlink() {
        std::fs::remove_file(path)?;
    }
    std::os::unix::fs::symlink(&name, path)?;
    Ok(Wire::Pty { master: watched(File::from(master))?, _other: other })
}

#[expect(
    deprecated,
    reason = "its successor wants `unsafe`; a `File` keeps its descriptor, which is what that asks for"
)]
fn watched(file: File) -> io::Result<AsyncFd<File>> {
    AsyncFd::new(file)
}

/// Serves one opening of the port.
async fn serve(world: &World, shared: &Shared, wire: Wire) {
    let (mut stop, mut cut) = (world.stop.subscribe(), world.cut.subscribe());
    let mut plugged = shared.plugged.subscribe();
    let mut bell = {
        let mut device = lock(&shared.device);
        device.opened();
        device.account.bell.subscribe()
    };
    let mut pending: Vec<u8> = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        if *stop.borrow() || !*plugged.borrow_and_update() {
            return;
        }
        let now = world.now();
        let next = {
            let mut device = lock(&shared.device);
            if device.gone {
                device.gone = false;
                shared.plugged.send_replace(false);
                return;
            }
            device.receive(now);
            let (octets, next) = device.output(now);
            pending.extend(octets);
            next
        };
        while !pending.is_empty() {
            match wire.write(&pending) {
                Ok(count) => drop(pending.drain(..count)),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => return,
            }
        }
        // Faults change from outside without a bell.
        let next = next.map_or(now + 100, |at| at.min(now + 100));
        tokio::select! {
            ready = wire.ready(!pending.is_empty()) => {
                if ready.is_err() {
                    return;
                }
                match wire.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => lock(&shared.device).feed(&buffer[..count], world.now()),
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => return,
                }
            }
            () = tokio::time::sleep_until(world.instant(next)) => {}
            _ = bell.changed() => {}
            _ = cut.changed() => return,
            _ = plugged.changed() => {}
            _ = stop.changed() => return,
        }
    }
}
