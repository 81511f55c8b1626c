//! The control socket: the same paths for the operating-system user, who is known by the kernel and not by a key.
//!
//! Only the user that runs the server, or root, is let in; anybody else's connection is closed before a byte is read.

use axum::serve::Listener;
use rustix::fs::{Mode, OFlags};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::net::unix::SocketAddr;
use tokio::net::{UnixListener, UnixStream};

/// Longest path that an address of a Unix socket holds, with its closing zero.
const PATH_MAX: usize = 107;

/// A control socket that is open.
pub struct Control(UnixListener);

impl Control {
    /// Opens the socket; the caller holds the lock of the directory, so what lies there is of a server that is gone.
    pub fn open(path: &Path) -> io::Result<Control> {
        match std::fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let listener = short(path, UnixListener::bind)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Control(listener))
    }
}

/// Connects to a control socket.
pub fn connect(path: &Path) -> io::Result<std::os::unix::net::UnixStream> {
    short(path, std::os::unix::net::UnixStream::connect)
}

/// Does it by a path that fits an address, whatever the directory is called.
fn short<T>(path: &Path, f: impl Fn(std::path::PathBuf) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() <= PATH_MAX {
        return f(path.to_owned());
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return f(path.to_owned()) };
    let open = rustix::fs::open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    f(Path::new("/proc/self/fd").join(open.as_raw_fd().to_string()).join(name))
}

impl Listener for Control {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (UnixStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) if known(&stream) => return (stream, address),
                Ok(_) => tracing::warn!("somebody else's connection to the control socket was closed"),
                Err(e) => {
                    tracing::warn!(error = %e, "the control socket does not accept");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Whether the other end is our own user, or root.
fn known(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_path_is_no_obstacle_and_nobody_else_may_open_it() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("a-directory-with-a-long-name".repeat(5));
        std::fs::create_dir_all(&deep).unwrap();
        let path = deep.join("control.sock");
        let mut control = Control::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let client = connect(&path).unwrap();
        let (stream, _) = control.accept().await;
        assert!(known(&stream));
        drop((client, control));
        Control::open(&path).unwrap(); // what a dead server left is replaced
    }
}
