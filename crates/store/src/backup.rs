//! A copy of the database in one sealed file, made while the work goes on; and its opening.
//!
//! The copy is made by the writer's own connection between its batches. It never holds keys: whoever has the file alone
//! can read nothing of it, and whoever restores it needs `keys/`, `refusals.log` and `sent-log/` of the installation.

use crate::keys::Keys;
use crate::marks::SETTING;
pub use crate::marks::{mark, marks};
use crate::sqlite::Sqlite;
use crate::{Db, Engine, Error, Result, params, sql};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// What every file begins with.
const MAGIC: &[u8; 18] = b"sendword backup 1\n";
const HEADER: usize = MAGIC.len() + 8 + 16;
/// Octets sealed at once.
const CHUNK: usize = 1 << 20;
const TAG: usize = 16;

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Which one it is.
    pub id: i64,
    /// When it was whole, ms since 1970.
    pub at: i64,
    /// Octets of the file.
    pub size: u64,
}

/// Makes a backup of a running store into `file`, which must not be there yet. Blocks until it is durable.
pub fn make(db: &Db, file: &Path) -> Result<Made> {
    if db.engine() == Engine::Postgres {
        return Err(Error::File(
            "this store is on PostgreSQL: back it up with pg_dump, and keep keys/, refusals.log and sent-log/ of every node beside the dump".into(),
        ));
    }
    if file.exists() {
        return Err(Error::File(format!("{} is there already", file.display())));
    }
    let id = db.write_blocking("backup.id", |tx| Ok::<_, Error>(tx.id()))?;
    let folder = db.dir().join("backups");
    private_folder(&folder)?;
    let plain = folder.join(format!("making-{id}.db"));
    let made = copy(db, &plain, id).and_then(|at| {
        seal(db.keys(), &plain, file)?;
        let size = std::fs::metadata(file).map_err(|e| failed(file, &e))?.len();
        Ok(Made { id, at, size })
    });
    for left in ["", "-journal", "-wal", "-shm"] {
        let _ = std::fs::remove_file(beside(&plain, left)); // most of them are not there
    }
    made
}

fn copy(db: &Db, plain: &Path, id: i64) -> Result<i64> {
    drop(private_file(plain)?);
    let at = db.copy_to(plain, id)?;
    let mut copied = Sqlite::writer(plain)?;
    copied.whole()?;
    let text = format!("{id} {at}");
    crate::tx::Driver::exec(
        &mut copied,
        sql!(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        &params![SETTING, text],
    )?;
    Ok(at)
}

/// The name of a file that stands beside another.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether the file is a sound database.
pub fn check(database: &Path) -> Result<()> {
    let mut opened = Sqlite::writer(database)?;
    opened.sound()?;
    opened.whole()
}

fn failed(path: &Path, e: &std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull => Error::Full,
        _ => Error::File(format!("{}: {e}", path.display())),
    }
}

/// Makes a folder into which nobody else looks.
pub fn private_folder(path: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| failed(path, &e))
}

fn private_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| failed(path, &e))
}

/// The nonce of a chunk: its number, and whether it is the last, so that none can be left out, moved or cut off.
fn nonce(n: u64, last: bool) -> XNonce {
    let mut out = [0; 24];
    out[..8].copy_from_slice(&n.to_be_bytes());
    out[8] = u8::from(last);
    XNonce::from(out)
}

fn cipher(keys: &Keys, salt: &[u8]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(keys.mac("backup", &[salt])))
}

/// Seals `plain` into `file`; it appears there whole and durable, or not at all.
fn seal(keys: &Keys, plain: &Path, file: &Path) -> Result<()> {
    let part = beside(file, ".part");
    let _ = std::fs::remove_file(&part); // of a backup that was cut short
    let sealed = write_sealed(keys, plain, &part).and_then(|()| {
        std::fs::rename(&part, file).map_err(|e| failed(file, &e))?;
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|d| d.sync_all()).map_err(|e| failed(folder, &e))
    });
    if sealed.is_err() {
        let _ = std::fs::remove_file(&part); // it may never have been made
    }
    sealed
}

fn write_sealed(keys: &Keys, plain: &Path, part: &Path) -> Result<()> {
    let written = |e: std::io::Error| failed(part, &e);
    let mut from = File::open(plain).map_err(|e| failed(plain, &e))?;
    let mut left = from.metadata().map_err(|e| failed(plain, &e))?.len();
    let mut header = [0; HEADER];
    header[..MAGIC.len()].copy_from_slice(MAGIC);
    header[MAGIC.len()..MAGIC.len() + 8].copy_from_slice(&keys.id().to_be_bytes());
    getrandom::fill(&mut header[MAGIC.len() + 8..])
        .map_err(|e| Error::File(format!("no random numbers: {e}")))?;
    let cipher = cipher(keys, &header[MAGIC.len() + 8..]);
    let mut out = BufWriter::new(private_file(part)?);
    out.write_all(&header).map_err(written)?;
    let mut chunk = vec![0; CHUNK];
    for n in 0.. {
        let size = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        from.read_exact(&mut chunk[..size]).map_err(|e| failed(plain, &e))?;
        left -= size as u64;
        let payload = Payload { msg: &chunk[..size], aad: &header };
        let sealed = cipher.encrypt(&nonce(n, left == 0), payload);
        out.write_all(&sealed.map_err(|_| Error::Shape("a backup could not be sealed".into()))?)
            .map_err(written)?;
        if left == 0 {
            break;
        }
    }
    out.into_inner().map_err(|e| written(e.into_error()))?.sync_all().map_err(written)
}

/// Opens a sealed backup into `plain`, which must not be there yet. What is damaged, cut or of another ring is refused.
pub fn open(keys: &Keys, file: &Path, plain: &Path) -> Result<()> {
    let read = |e: std::io::Error| failed(file, &e);
    let source = File::open(file).map_err(read)?;
    let mut left = source.metadata().map_err(read)?.len();
    let mut from = BufReader::new(source);
    let mut header = [0; HEADER];
    let short = left < (HEADER + TAG) as u64;
    if short || from.read_exact(&mut header).is_err() || header[..MAGIC.len()] != MAGIC[..] {
        return Err(Error::File(format!("{} is no backup of Sendword", file.display())));
    }
    left -= HEADER as u64;
    if header[MAGIC.len()..MAGIC.len() + 8] != keys.id().to_be_bytes() {
        return Err(Error::File(format!(
            "{} was sealed with other keys: copy `keys/` of the installation it was made in",
            file.display()
        )));
    }
    let cipher = cipher(keys, &header[MAGIC.len() + 8..]);
    let mut out = BufWriter::new(private_file(plain)?);
    let mut chunk = vec![0; CHUNK + TAG];
    for n in 0.. {
        let size = usize::try_from(left).unwrap_or(CHUNK + TAG).min(CHUNK + TAG);
        from.read_exact(&mut chunk[..size]).map_err(read)?;
        left -= size as u64;
        let payload = Payload { msg: &chunk[..size], aad: &header };
        let opened = cipher.decrypt(&nonce(n, left == 0), payload);
        let opened = opened.map_err(|_| Error::File(format!("{} is damaged or cut off", file.display())))?;
        out.write_all(&opened).map_err(|e| failed(plain, &e))?;
        if left == 0 {
            break;
        }
    }
    let out = out.into_inner().map_err(|e| failed(plain, &e.into_error()))?;
    out.sync_all().map_err(|e| failed(plain, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(dir: &Path, keys: &Keys, text: &[u8]) -> PathBuf {
        let (plain, file) = (dir.join("plain"), dir.join("sealed"));
        std::fs::write(&plain, text).unwrap();
        let _ = std::fs::remove_file(&file);
        seal(keys, &plain, &file).unwrap();
        file
    }

    fn opened(dir: &Path, keys: &Keys, file: &Path) -> Result<Vec<u8>> {
        let out = dir.join("opened");
        let _ = std::fs::remove_file(&out);
        open(keys, file, &out)?;
        Ok(std::fs::read(out).unwrap())
    }

    #[test]
    fn what_is_sealed_opens_with_its_ring_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (keys, other) = (Keys::of([1; 32]), Keys::of([2; 32]));
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let text: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let file = sealed(dir.path(), &keys, &text);
            assert_eq!(opened(dir.path(), &keys, &file).unwrap(), text, "{size}");
            assert!(opened(dir.path(), &other, &file).is_err());
        }
    }

    #[test]
    fn a_cut_or_changed_backup_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::of([1; 32]);
        let whole = std::fs::read(sealed(dir.path(), &keys, &vec![7; CHUNK + 100])).unwrap();
        let file = dir.path().join("bad");
        let chunk = CHUNK + TAG;
        for cut in [0, 10, HEADER, HEADER + chunk, whole.len() - 1] {
            std::fs::write(&file, &whole[..cut]).unwrap();
            assert!(opened(dir.path(), &keys, &file).is_err(), "cut to {cut}");
        }
        for at in [0, MAGIC.len(), MAGIC.len() + 9, HEADER, HEADER + chunk + 3, whole.len() - 1] {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            std::fs::write(&file, &bad).unwrap();
            assert!(opened(dir.path(), &keys, &file).is_err(), "octet {at}");
        }
    }
}
