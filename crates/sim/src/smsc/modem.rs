//! A pretend GSM modem: AT commands over TCP or a pseudo-terminal, the phones of the same world behind it.
//!
//! One port is open at a time, as with a real one. The device lives on while its port is closed: messages wait in its
//! memory and in the network, and its card remembers wrong PINs.

mod device;
mod memory;
mod port;
mod speech;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::account::lock;
use super::{Guard, Handle};
use crate::gsm::{Modem, ModemFaults, Socket};
use device::Device;

/// What a modem's port and its handle share.
#[derive(Debug)]
struct Shared {
    device: Mutex<Device>,
    /// Whether the port is there.
    plugged: watch::Sender<bool>,
}

/// A running modem. It goes away with its last handle, or with its world.
#[derive(Debug, Clone)]
pub struct ModemHandle {
    shared: Arc<Shared>,
    addr: Option<SocketAddr>,
    path: Option<PathBuf>,
    _guard: Arc<Guard>,
}

impl Handle {
    /// Plugs a modem into this world.
    pub async fn modem(&self, modem: Modem, socket: Socket) -> io::Result<ModemHandle> {
        let world = self.world.clone();
        let account = world
            .account(&format!("modem {}", modem.imsi))
            .ok_or_else(|| io::Error::other("this world has too many clients"))?;
        world.settle_at(&modem.number, &account);
        account.arrive();
        let device = Mutex::new(Device::new(world.clone(), account, modem));
        let shared = Arc::new(Shared { device, plugged: watch::Sender::new(true) });
        let (addr, path) = port::open(world, Arc::clone(&shared), socket).await?;
        Ok(ModemHandle { shared, addr, path, _guard: self._guard.clone() })
    }
}

impl ModemHandle {
    /// Where it listens, if it is behind a network.
    pub fn addr(&self) -> Option<SocketAddr> {
        self.addr
    }

    /// Its device file, if it is a pseudo-terminal.
    pub fn path(&self) -> Option<&std::path::Path> {
        self.path.as_deref()
    }

    /// Makes something wrong, or right again.
    pub fn fault(&self, change: impl FnOnce(&mut ModemFaults)) {
        change(&mut lock(&self.shared.device).faults);
    }

    /// Pulls the plug; what was half said is lost.
    pub fn unplug(&self) {
        self.shared.plugged.send_replace(false);
    }

    /// Plugs it in again: it starts anew.
    pub fn plug(&self) {
        let mut device = lock(&self.shared.device);
        let now = device.world.now();
        device.wake(now);
        drop(device);
        self.shared.plugged.send_replace(true);
    }

    /// Whether somebody pulled the plug.
    pub fn is_plugged(&self) -> bool {
        *self.shared.plugged.borrow()
    }

    /// Puts something into the memory as it would stand there, PDU or not; its place.
    pub fn put(&self, digits: &str, length: usize) -> Option<usize> {
        let stored = memory::Stored { status: 0, digits: digits.to_owned(), length, taken: None };
        lock(&self.shared.device).memory.put(stored)
    }

    /// Places of the memory that are taken.
    pub fn stored(&self) -> usize {
        lock(&self.shared.device).memory.used()
    }

    /// How often a PIN was entered since the start.
    pub fn pin_tries(&self) -> u32 {
        lock(&self.shared.device).pin_tries
    }

    /// Tries for the PIN that are left.
    pub fn pin_left(&self) -> u8 {
        lock(&self.shared.device).pin_left
    }

    /// How often it was reset by command.
    pub fn resets(&self) -> u32 {
        lock(&self.shared.device).resets
    }
}
