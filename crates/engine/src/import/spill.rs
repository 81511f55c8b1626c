//! Files on their way to an import: written beside the store, named by lot, gone once they are read.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use store::Db;

use crate::{Error, Result};

/// The largest file that is taken.
const FILE_MAX: u64 = 2 << 30;

fn dir(db: &Db) -> PathBuf {
    db.dir().join("spill")
}

/// Keeps a file that comes as a stream, and gives the name it lies under.
///
/// # Errors
/// When it cannot be written, or is larger than two gigabytes.
pub fn keep(db: &Db, from: &mut impl Read) -> Result<String> {
    let failed = |e: std::io::Error| Error::Store(store::Error::File(format!("spill: {}", e.kind())));
    let name = format!("import-{:016x}", lot()?);
    fs::create_dir_all(dir(db)).map_err(failed)?;
    let path = dir(db).join(&name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&path).and_then(|mut out| {
        let n = std::io::copy(&mut from.take(FILE_MAX + 1), &mut out)?;
        out.sync_all()?;
        Ok(n)
    });
    match written {
        Ok(n) if n <= FILE_MAX => Ok(name),
        Ok(_) => {
            forget(db, &name);
            Err(Error::invalid("file", "too_large", "the file is larger than 2 GB"))
        }
        Err(e) => {
            forget(db, &name);
            Err(failed(e))
        }
    }
}

/// Where a file of an import lies: a kept one by its name, a person's own by its full path.
pub fn path_of(db: &Db, file: &str) -> PathBuf {
    if Path::new(file).is_absolute() { PathBuf::from(file) } else { dir(db).join(file) }
}

/// Where a file is sorted: beside the kept ones.
pub(super) fn sort_path(db: &Db) -> Result<PathBuf> {
    Ok(dir(db).join(format!("sort-{:016x}", lot()?)))
}

fn lot() -> Result<u64> {
    let mut lot = [0u8; 8];
    getrandom::fill(&mut lot)
        .map_err(|e| Error::Store(store::Error::File(format!("no random numbers: {e}"))))?;
    Ok(u64::from_be_bytes(lot))
}

/// Removes a kept file; a person's own stays where it is.
pub fn forget(db: &Db, file: &str) {
    if !Path::new(file).is_absolute() {
        let _ = fs::remove_file(dir(db).join(file)); // gone is gone
    }
}

/// Whether this can name a file of an import.
pub(super) fn is_name(file: &str) -> bool {
    let kept = file.strip_prefix("import-").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    kept || Path::new(file).is_absolute()
}
