//! Files on their way to an import: written beside the store, named by lot, gone once they are read.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

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

/// A file for what goes out, of which only this process knows: it is gone with it.
///
/// # Errors
/// When it cannot be made.
pub fn nameless(db: &Db) -> Result<std::io::BufWriter<fs::File>> {
    let path = dir(db).join(format!("out-{:016x}", lot()?));
    let file = super::spool::nameless(&path)
        .map_err(|e| Error::Store(store::Error::File(format!("spill: {}", e.kind()))))?;
    Ok(std::io::BufWriter::with_capacity(64 << 10, file))
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

/// A file that nobody has begun to import is kept so long.
const KEEP: Duration = Duration::from_secs(24 * 3_600);

/// Removes what was brought and never begun, and what a death in the middle of sorting left. Gives how many files went.
///
/// # Errors
/// When the store refuses; a file that cannot be removed is left for the next time.
pub fn sweep(db: &Db) -> Result<usize> {
    let Ok(files) = fs::read_dir(dir(db)) else { return Ok(0) };
    let before = db.now_ms() - i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX);
    let needed =
        db.background_blocking("import.sweep", move |tx| store::import::forget_drafts(tx, before))?;
    let mut gone = 0;
    for entry in files.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let ours = is_name(name) || name.starts_with("sort-");
        let modified = entry.metadata().and_then(|about| about.modified());
        let old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > KEEP));
        if ours && old && !needed.iter().any(|file| file == name) {
            gone += usize::from(
                fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path())).is_ok(),
            );
        }
    }
    Ok(gone)
}

/// Whether this can name a file of an import.
pub(super) fn is_name(file: &str) -> bool {
    let kept = file.strip_prefix("import-").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    kept || Path::new(file).is_absolute()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;
    use store::{Clock, Options};

    #[test]
    fn what_was_never_begun_goes_after_a_day_and_what_is_needed_stays() {
        let home = tempfile::tempdir().unwrap();
        let db = Db::open(&Options { dir: home.path().into(), url: None, clock: Clock::default() }).unwrap();
        let brought = |db: &Db| keep(db, &mut "phone".as_bytes()).unwrap();
        let (fresh, stale, running) = (brought(&db), brought(&db), brought(&db));
        let sorted = format!("sort-{:016x}", 7);
        fs::create_dir(dir(&db).join(&sorted)).unwrap();
        fs::write(dir(&db).join("a-note-of-somebody"), "").unwrap();
        let names = (stale.clone(), running.clone());
        db.write_blocking("t", move |tx| {
            store::import::add(tx, 1, "stale.csv", &names.0, "{}")?;
            let id = store::import::add(tx, 1, "running.csv", &names.1, "{}")?;
            let draft = &[store::import::State::Draft];
            store::import::step(tx, 1, id, draft, store::import::State::Running, "").map(drop)
        })
        .unwrap();
        assert_eq!(sweep(&db).unwrap(), 0, "nothing is a day old");
        let old = SystemTime::now() - KEEP - Duration::from_secs(60);
        for name in [&stale, &running, &sorted, &"a-note-of-somebody".to_owned()] {
            fs::File::open(dir(&db).join(name)).unwrap().set_modified(old).unwrap();
        }
        // The draft's row is young: its person may still come back to it.
        assert_eq!(sweep(&db).unwrap(), 1);
        assert!(dir(&db).join(&stale).exists() && !dir(&db).join(&sorted).exists());
        let later = db.now_ms() + 1;
        db.write_blocking("t", move |tx| store::import::forget_drafts(tx, later)).unwrap();
        assert_eq!(sweep(&db).unwrap(), 1);
        let left = |name: &str| dir(&db).join(name).exists();
        assert!(!left(&stale) && left(&fresh) && left(&running) && left("a-note-of-somebody"));
    }
}
