//! What can be measured outside of a transaction: sizes, disk, keys, the program itself.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use store::{Db, Engine, Vitals};

/// What was measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Of this program.
    pub version: &'static str,
    /// Whether this is the running server; a command that opened the store itself carries nothing.
    pub serving: bool,
    /// Which database.
    pub engine: Engine,
    /// What the store counts about itself.
    pub vitals: Vitals,
    /// Bytes free and bytes in all where the data lie; `None` when it cannot be told.
    pub disk: Option<(u64, u64)>,
    /// Key files, and those that others than the owner can open.
    pub keys: (i64, i64),
    /// Whether the clock was set by hand.
    pub clock_shifted: bool,
}

impl Measured {
    /// Measures now.
    pub fn now(db: &Db, serving: bool) -> Measured {
        Measured {
            version: env!("CARGO_PKG_VERSION"),
            serving,
            engine: db.engine(),
            vitals: db.vitals(),
            disk: disk(db.dir()),
            keys: keys(&db.dir().join("keys")),
            clock_shifted: db.clock().is_shifted(),
        }
    }
}

fn disk(dir: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(dir).ok()?;
    Some((found.f_bavail.saturating_mul(found.f_frsize), found.f_blocks.saturating_mul(found.f_frsize)))
}

fn keys(dir: &Path) -> (i64, i64) {
    let (mut all, mut open) = (0, 0);
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(about) = entry.metadata() else { continue };
        if about.is_file() {
            all += 1;
            open += i64::from(about.permissions().mode() & 0o077 != 0);
        }
    }
    (all, open)
}
