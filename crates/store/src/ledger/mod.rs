//! Files beside the database that outlive it: who refused, and what has left. Append only, in records of one size, each
//! with a checksum; a restore reads them to know what the copy of the database cannot know.
//!
//! They are written as an effect of a transaction, by the runner, never by a closure. They hold no number and no text.

pub mod refusals;
pub mod sent;

use crate::keys::Keys;
use crate::{Error, Result};
use refusals::Refusal;
use sent::Sent;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file of refusals in a data directory.
pub const REFUSALS: &str = "refusals.log";
/// The folder of the sent-log in a data directory.
pub const SENT: &str = "sent-log";

/// The ledgers of one data directory, opened with their first record.
pub(crate) struct Ledgers {
    dir: PathBuf,
    ring: u64,
    refusals: Mutex<Option<File>>,
    sent: Mutex<sent::Log>,
    /// Who takes the records where no files are kept.
    sink: Option<Sink>,
}

/// Takes records in the place of the files: refusals, those taken back, and what left.
pub(crate) type Sink = Box<dyn Fn(&[Refusal], &[Sent]) -> Result<()> + Send + Sync>;

impl Ledgers {
    pub(crate) fn of(dir: &Path, keys: &Keys) -> Ledgers {
        let sent = sent::Log::of(&dir.join(SENT));
        let (ring, refusals) = (keys.id(), Mutex::default());
        Ledgers { dir: dir.to_owned(), ring, refusals, sent: Mutex::new(sent), sink: None }
    }

    /// Ledgers without files.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn told(keys: &Keys, sink: Sink) -> Ledgers {
        Ledgers { sink: Some(sink), ..Ledgers::of(Path::new(""), keys) }
    }

    /// The ring under whose tags records are written.
    pub(crate) fn ring(&self) -> u64 {
        self.ring
    }

    /// What a closure's records say is written before anything of it can commit: a record without a row does no harm, a
    /// row without its record would be forgotten by a restore.
    pub(crate) fn before_commit(&self, refused: &[Refusal], sent: &[Sent]) -> Result<()> {
        if let Some(sink) = &self.sink {
            return sink(refused, sent);
        }
        if !sent.is_empty() {
            self.sent.lock().unwrap_or_else(PoisonError::into_inner).append(sent)?;
        }
        if refused.is_empty() { Ok(()) } else { self.refused(refused) }
    }

    /// Refusals that were taken back. A record that is missing keeps the refusal: no harm either.
    pub(crate) fn after_commit(&self, lifted: &[Refusal]) {
        if !lifted.is_empty()
            && let Err(e) = self.refused(lifted)
        {
            tracing::warn!(error = %e, "a refusal that was taken back would come back by a restore");
        }
    }

    /// Appends refusals. They hold from [`Ledgers::sync`] on.
    fn refused(&self, records: &[Refusal]) -> Result<()> {
        if let Some(sink) = &self.sink {
            return sink(records, &[]);
        }
        let mut slot = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.dir.join(REFUSALS);
        if slot.is_none() {
            *slot = Some(open(&path, refusals::SIZE)?);
        }
        let Some(file) = slot.as_mut() else { return Ok(()) };
        let bytes: Vec<u8> = records.iter().flat_map(Refusal::encode).collect();
        let out = file.write_all(&bytes).map_err(|e| error(&path, &e));
        if out.is_err() {
            *slot = None; // half a record may stand there now: the next opening cuts it off
        }
        out
    }

    /// Makes the refusals durable.
    pub(crate) fn sync(&self) -> Result<()> {
        let slot = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.as_ref() {
            Some(file) => file.sync_data().map_err(|e| error(&self.dir.join(REFUSALS), &e)),
            None => Ok(()),
        }
    }

    /// Makes the sent-log durable up to here. Without it a record survives the end of the process, and a loss of power
    /// may cost what the kernel had not yet written by itself.
    pub(crate) fn sync_sent(&self) -> Result<()> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).sync()
    }
}

fn error(path: &Path, e: &std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull => Error::Full,
        _ => Error::File(format!("{}: {e}", path.display())),
    }
}

/// Opens a ledger for appending. Half a record at its end belongs to a transaction that never committed: it goes, so
/// that the next one stands in its place.
fn open(path: &Path, size: usize) -> Result<File> {
    let fresh = !path.exists();
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |e: std::io::Error| error(path, &e);
    let file = options.open(path).map_err(failed)?;
    let size = size as u64;
    let len = file.metadata().map_err(failed)?.len();
    if len % size > 0 {
        tracing::warn!(file = %path.display(), octets = len % size, "half a record was left by a sudden end");
        file.set_len(len - len % size).map_err(failed)?;
    }
    if fresh && let Some(folder) = path.parent() {
        File::open(folder).and_then(|d| d.sync_all()).map_err(failed)?;
    }
    Ok(file)
}

/// A record's checksum: over all of it but the place where the checksum stands (octets 4 to 8).
fn checksum(record: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&record[..4]);
    hasher.update(&record[8..]);
    hasher.finalize()
}

/// A big-endian number of 8 octets out of a record. The places are constants inside the record's size.
fn eight(record: &[u8], at: usize) -> [u8; 8] {
    let mut out = [0; 8];
    out.copy_from_slice(&record[at..at + 8]);
    out
}
