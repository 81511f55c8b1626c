//! The data directory: its place, its lock. One server or one lone command holds it at a time.

use crate::failure::{Done, Exit, Failure};
use rustix::fs::FlockOperation;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The lock of a data directory; held until it is dropped.
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

/// Where data lie when nothing else is said.
pub(crate) fn default_dir() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share"));
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    base.or_else(home).unwrap_or_else(|| PathBuf::from(".")).join("sendword")
}

/// Makes the directory where it is missing; nobody else may look into it.
pub(crate) fn make(dir: &Path) -> Done {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| {
        Failure::new(Exit::Failure, format!("the data directory {} cannot be made", dir.display()))
            .why(e)
            .fix("name another one with --data DIR")
    })
}

/// The path of the control socket.
pub(crate) fn socket(dir: &Path) -> PathBuf {
    dir.join("control.sock")
}

/// Takes the lock. `None` while another process holds it.
pub(crate) fn lock(dir: &Path) -> Done<Option<Lock>> {
    let path = dir.join("lock");
    let failed = |e: std::io::Error| Failure::new(Exit::Failure, format!("{}", path.display())).why(e);
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(failed)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Lock(file))),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(e) => Err(failed(e.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_holder() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path()).unwrap();
        assert!(held.is_some());
        assert!(lock(dir.path()).unwrap().is_none());
        drop(held);
        assert!(lock(dir.path()).unwrap().is_some());
    }
}
