//! What carriers hand over while the database is away: a file of limited size in the data directory.
//!
//! A record counts as kept when it is synced; only then is the carrier answered. Each record is checked when it is read;
//! a torn end, which nobody was told about, is cut off. It is read back in order ([`crate::replay`]), and the store knows
//! how far, so that nothing takes effect twice. It never holds what became of our own messages: those stay in `flight`.

use serde::{Deserialize, Serialize};
use sms::{Code, Status};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::machine::inbound::{Concat, NewInbound};
use store::machine::settle::{Receipt, Told};

/// A file holds no more than this; beyond it carriers are asked to try again.
pub(crate) const LIMIT: u64 = 64 << 20;
const HEAD: &[u8; 8] = b"sendwjn1";
const HEAD_LEN: u64 = 16;
/// Length and check of a record.
const FRAME: usize = 8;
const RECORD_MAX: usize = 1 << 20;

/// Something a carrier handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Record {
    Receipt {
        account: i64,
        h: i64,
        id: String,
        status: i64,
        code: i64,
        detail: String,
        from: String,
        to: String,
        text: String,
    },
    Inbound {
        account: i64,
        sender: String,
        recipient: String,
        text: String,
        at: i64,
        dedupe: Vec<u8>,
        concat: Option<(i64, i64, i64)>,
        #[serde(default)]
        tlvs: String,
    },
    /// What a provider's webhook told: a receipt with the try and part it names.
    Called {
        account: i64,
        h: i64,
        id: String,
        status: i64,
        code: i64,
        detail: String,
        from: String,
        to: String,
        named: Option<(i64, i64)>,
        part: Option<i64>,
    },
}

impl Record {
    pub(crate) fn receipt(account: i64, r: &Receipt) -> Record {
        Record::Receipt {
            account,
            h: r.h,
            id: r.smsc_id.clone(),
            status: r.status.number(),
            code: r.code.number(),
            detail: r.detail.clone(),
            from: r.from.clone(),
            to: r.to.clone(),
            text: r.text.clone(),
        }
    }

    pub(crate) fn inbound(m: &NewInbound) -> Record {
        Record::Inbound {
            account: m.connector,
            sender: m.sender.clone(),
            recipient: m.recipient.clone(),
            text: m.text.clone(),
            at: m.received_at,
            dedupe: m.dedupe.clone(),
            concat: m.concat.map(|c| (c.reference, c.total, c.seq)),
            tlvs: m.tlvs.clone(),
        }
    }

    pub(crate) fn called(account: i64, told: &Told) -> Record {
        let r = &told.receipt;
        Record::Called {
            account,
            h: r.h,
            id: r.smsc_id.clone(),
            status: r.status.number(),
            code: r.code.number(),
            detail: r.detail.clone(),
            from: r.from.clone(),
            to: r.to.clone(),
            named: told.named,
            part: told.part,
        }
    }

    /// What a webhook told, with its account; `None` for everything else.
    pub(crate) fn as_called(&self) -> Option<(i64, Told)> {
        let Record::Called { account, h, id, status, code, detail, from, to, named, part } = self else {
            return None;
        };
        let receipt = Receipt {
            h: *h,
            smsc_id: id.clone(),
            status: Status::from_number(*status)?,
            code: Code::from_number(*code).unwrap_or(Code::UnknownCode),
            detail: detail.clone(),
            from: from.clone(),
            to: to.clone(),
            text: String::new(),
        };
        Some((*account, Told { receipt, named: *named, part: *part }))
    }

    /// The receipt it is, with its account; `None` for a message in.
    pub(crate) fn as_receipt(&self) -> Option<(i64, Receipt)> {
        let Record::Receipt { account, h, id, status, code, detail, from, to, text } = self else {
            return None;
        };
        let receipt = Receipt {
            h: *h,
            smsc_id: id.clone(),
            status: Status::from_number(*status)?,
            code: Code::from_number(*code).unwrap_or(Code::UnknownCode),
            detail: detail.clone(),
            from: from.clone(),
            to: to.clone(),
            text: text.clone(),
        };
        Some((*account, receipt))
    }

    /// The message in it is; `None` for a receipt.
    pub(crate) fn as_inbound(&self) -> Option<NewInbound> {
        let Record::Inbound { account, sender, recipient, text, at, dedupe, concat, tlvs } = self else {
            return None;
        };
        Some(NewInbound {
            connector: *account,
            sender: sender.clone(),
            recipient: recipient.clone(),
            text: text.clone(),
            received_at: *at,
            dedupe: dedupe.clone(),
            concat: concat.map(|(reference, total, seq)| Concat { reference, total, seq }),
            tlvs: tlvs.clone(),
        })
    }
}

/// Records read back, in order.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    /// Which file they are of.
    pub(crate) journal: i64,
    /// The place of the first in it, from 0.
    pub(crate) first: i64,
    pub(crate) records: Vec<Record>,
    end: u64,
}

struct Inner {
    file: Option<File>,
    id: i64,
    size: u64,
    /// Records in the file.
    count: i64,
    /// Records that were read back, and where the next begins.
    done: i64,
    from: u64,
}

/// The journal of a data directory.
pub(crate) struct Journal {
    path: PathBuf,
    limit: u64,
    waiting: AtomicU64,
    inner: Mutex<Inner>,
    pub(crate) filled: tokio::sync::Notify,
}

impl Journal {
    /// Opens what a former process left; makes nothing yet.
    pub(crate) fn open(path: PathBuf, limit: u64) -> io::Result<Journal> {
        let mut inner = Inner { file: None, id: 0, size: 0, count: 0, done: 0, from: HEAD_LEN };
        if path.exists() && !inner.take_up(&path)? {
            let aside = path.with_extension("damaged");
            tracing::error!(file = %aside.display(), "a journal without a readable head is put aside");
            std::fs::rename(&path, &aside)?;
        }
        let waiting = AtomicU64::new(inner.count.unsigned_abs());
        Ok(Journal { path, limit, waiting, inner: Mutex::new(inner), filled: tokio::sync::Notify::new() })
    }

    /// One that keeps nothing, where there is no data directory.
    pub(crate) fn without_room() -> Journal {
        let inner = Inner { file: None, id: 0, size: 0, count: 0, done: 0, from: HEAD_LEN };
        let (path, waiting) = (PathBuf::new(), AtomicU64::default());
        Journal { path, limit: 0, waiting, inner: Mutex::new(inner), filled: tokio::sync::Notify::new() }
    }

    /// [`Journal::append`] beside the runtime's own work.
    pub(crate) async fn keep(self: &Arc<Journal>, records: Vec<Record>) -> io::Result<bool> {
        if self.limit == 0 {
            return Ok(false);
        }
        let journal = Arc::clone(self);
        let kept = tokio::task::spawn_blocking(move || journal.append(&records)).await;
        kept.unwrap_or_else(|e| Err(io::Error::other(e)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything in it was read back.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }

    /// Keeps records, all or none; synced when it returns. `false` when there is no room for them.
    pub(crate) fn append(&self, records: &[Record]) -> io::Result<bool> {
        let mut octets = Vec::new();
        for record in records {
            let text = serde_json::to_vec(record)?;
            octets.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            octets.extend_from_slice(&check(&text));
            octets.extend_from_slice(&text);
        }
        let mut inner = self.lock();
        if inner.size.max(HEAD_LEN) + octets.len() as u64 > self.limit {
            return Ok(false);
        }
        if inner.file.is_none() {
            inner.begin(&self.path)?;
        }
        inner.write(&octets, i64::try_from(records.len()).unwrap_or(0))?;
        self.waiting.fetch_add(records.len() as u64, Ordering::AcqRel);
        drop(inner);
        self.filled.notify_one();
        Ok(true)
    }

    /// The next records to be read back, at most so many.
    pub(crate) fn next(&self, most: usize) -> io::Result<Option<Chunk>> {
        let mut inner = self.lock();
        let (id, first, from, size) = (inner.id, inner.done, inner.from, inner.size);
        let Some(file) = &mut inner.file else { return Ok(None) };
        file.seek(SeekFrom::Start(from))?;
        let (mut records, mut end) = (Vec::new(), from);
        let mut reader = io::BufReader::new(file.take(size - from));
        while records.len() < most
            && let Some((text, length)) = frame(&mut reader)?
        {
            records.push(serde_json::from_slice(&text)?);
            end += length;
        }
        Ok((!records.is_empty()).then_some(Chunk { journal: id, first, records, end }))
    }

    /// These stand in the store now. When nothing is left the file goes; `true` then.
    pub(crate) fn done(&self, chunk: &Chunk) -> io::Result<bool> {
        let mut inner = self.lock();
        inner.done = chunk.first + i64::try_from(chunk.records.len()).unwrap_or(0);
        inner.from = chunk.end;
        let over = inner.done >= inner.count;
        if over {
            std::fs::remove_file(&self.path)?;
            sync_folder(&self.path)?;
            *inner = Inner { file: None, id: 0, size: 0, count: 0, done: 0, from: HEAD_LEN };
        }
        self.waiting.store((inner.count - inner.done).unsigned_abs(), Ordering::Release);
        Ok(over)
    }

    /// The store will never take this record: it goes to a file beside, for a person.
    pub(crate) fn set_aside(&self, record: &Record) -> io::Result<()> {
        let path = self.path.with_extension("refused");
        let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        writeln!(file, "{}", serde_json::to_string(record)?)?;
        file.sync_data()
    }
}

impl Inner {
    /// Takes up a file of a former process, without its torn end. `false` when its head cannot be read.
    fn take_up(&mut self, path: &Path) -> io::Result<bool> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut head = [0; HEAD_LEN as usize];
        if file.read_exact(&mut head).is_err() || !head.starts_with(HEAD) {
            return Ok(false);
        }
        let mut id = [0; 8];
        id.copy_from_slice(&head[8..]);
        self.id = i64::from_le_bytes(id);
        self.size = HEAD_LEN;
        let mut reader = io::BufReader::new(&mut file);
        while let Some((_, length)) = frame(&mut reader)? {
            self.size += length;
            self.count += 1;
        }
        let length = file.metadata()?.len();
        if length > self.size {
            tracing::warn!(octets = length - self.size, "a torn end of the journal was cut off");
            file.set_len(self.size)?;
            file.sync_all()?;
        }
        self.file = Some(file);
        Ok(true)
    }

    fn begin(&mut self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.create(true).truncate(true).read(true).write(true).mode(0o600).open(path)?;
        // Whoever reads it back tells its records from those of any other file by this.
        let id = (std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH))
            .map_or(1, |d| i64::try_from(d.as_nanos()).unwrap_or(1));
        let id = id ^ i64::from(std::process::id()) << 40;
        file.write_all(HEAD)?;
        file.write_all(&id.to_le_bytes())?;
        file.sync_all()?;
        sync_folder(path)?;
        *self = Inner { file: Some(file), id, size: HEAD_LEN, count: 0, done: 0, from: HEAD_LEN };
        Ok(())
    }

    fn write(&mut self, octets: &[u8], records: i64) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
        let written = file
            .seek(SeekFrom::Start(self.size))
            .and_then(|_| file.write_all(octets))
            .and_then(|()| file.sync_data());
        if written.is_err() {
            let _ = file.set_len(self.size); // the next one is written over it in any case
            return written;
        }
        self.size += octets.len() as u64;
        self.count += records;
        Ok(())
    }
}

/// The next record and its whole length; `None` at the end, or where what follows is no record.
fn frame(from: &mut impl Read) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut head = [0; FRAME];
    match from.read_exact(&mut head) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    }
    let [a, b, c, d, ..] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > RECORD_MAX {
        return Ok(None);
    }
    let mut text = vec![0; length];
    match from.read_exact(&mut text) {
        Ok(()) if check(&text) == head[4..] => Ok(Some((text, (FRAME + length) as u64))),
        Ok(()) => Ok(None),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e),
    }
}

fn check(text: &[u8]) -> [u8; 4] {
    crc32fast::hash(text).to_le_bytes()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests;
