//! A slower disk: a library laid before the program that makes each sync wait, and counts the syncs.

use crate::home::Home;
use crate::{Bench, Res};
use std::path::PathBuf;
use std::process::Command;

const SOURCE: &str = include_str!("../shim/sync.c");

/// The library, compiled.
pub(crate) struct Shim {
    dir: tempfile::TempDir,
}

impl Shim {
    pub(crate) fn build(bench: &Bench) -> Res<Shim> {
        let dir = tempfile::Builder::new().prefix("shim-").tempdir_in(&bench.dir)?;
        let source = dir.path().join("sync.c");
        std::fs::write(&source, SOURCE)?;
        let library = dir.path().join("sync.so");
        let built = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .output();
        let built = built.map_err(|e| format!("this needs a C compiler: cc: {e}"))?;
        if !built.status.success() {
            return Err(format!("cc: {}", String::from_utf8_lossy(&built.stderr)).into());
        }
        Ok(Shim { dir })
    }

    /// From now on each sync of this home's server is counted and takes so many µs more.
    pub(crate) fn lay(&self, home: Home, extra_us: u64) -> Res<(Home, Counted)> {
        let count = home.file("syncs");
        std::fs::write(&count, 0u64.to_ne_bytes())?;
        let library = self.dir.path().join("sync.so").display().to_string();
        let home = home
            .env("LD_PRELOAD", library)
            .env("BENCH_SYNC_US", extra_us.to_string())
            .env("BENCH_SYNC_COUNT", count.display().to_string());
        Ok((home, Counted(count)))
    }
}

/// Where the syncs are counted.
pub(crate) struct Counted(PathBuf);

impl Counted {
    /// So many there were since the server began.
    pub(crate) fn now(&self) -> Res<u64> {
        let octets = std::fs::read(&self.0)?;
        Ok(u64::from_ne_bytes(octets.as_slice().try_into().map_err(|_| "a count that is none")?))
    }
}
