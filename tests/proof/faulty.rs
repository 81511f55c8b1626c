//! The disk of `faulty.c` seen from a test: orders for it, and what a loss of power would have left behind.

use crate::shop::Chance;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Numbers of the control file, in the order of `faulty.c`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    DelayUs,
    WriteAt,
    SyncAt,
    Errno,
    Stays,
    Short,
    Writes,
    Syncs,
    Fired,
    Files,
}

pub(crate) const EIO: i64 = 5;
pub(crate) const ENOSPC: i64 = 28;
/// Octets that a disk writes whole.
const SECTOR: usize = 512;

/// A disk under one folder.
pub(crate) struct Faulty {
    folder: tempfile::TempDir,
    control: File,
    dir: PathBuf,
}

/// The shared object, built once by the C compiler that building the program needs anyway.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faulty.so");
        let made = to.with_extension(format!("so.{}", std::process::id()));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/faulty.c");
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let flags = ["-std=gnu11", "-O1", "-shared", "-fPIC", "-o"];
        let out =
            Command::new(compiler).args(flags).arg(&made).arg(&source).args(["-ldl", "-lpthread"]).output();
        let out = out.expect("a C compiler");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        std::fs::rename(&made, &to).expect("a folder of our own");
        to
    })
}

impl Faulty {
    /// A sound disk that can be given faults.
    pub(crate) fn under(dir: &Path) -> Faulty {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut options = File::options();
        let control = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(folder.path().join("control"))
            .expect("a control file");
        control.set_len(4_096).expect("room for numbers");
        Faulty { folder, control, dir: dir.to_owned() }
    }

    /// Has a program use it; `log` writes down everything for [`Faulty::after_power_loss`].
    pub(crate) fn dress(&self, command: &mut Command, log: bool) {
        command.env("LD_PRELOAD", library());
        command.env("FAULTY_DIR", &self.dir).env("FAULTY_CONTROL", self.folder.path().join("control"));
        if log {
            command.env("FAULTY_LOG", self.log());
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn set(&self, number: Number, to: i64) {
        self.control.write_all_at(&to.to_ne_bytes(), number as u64 * 8).expect("the control file");
    }

    pub(crate) fn get(&self, number: Number) -> i64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, number as u64 * 8).expect("the control file");
        i64::from_ne_bytes(bytes)
    }

    /// Rewrites the folder as a loss of power would have left it: everything synced, and of the rest, sector by sector,
    /// what chance kept. `before` is a copy of the folder from before the program ran.
    pub(crate) fn after_power_loss(&self, before: &Path, chance: &mut Chance) -> Lost {
        let log = std::fs::read(self.log()).expect("the log of the disk");
        let records = records(&log);
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let synced: HashSet<u64> =
            records.iter().filter(|r| r.what == What::Synced).map(|r| r.offset).collect();
        // A write is safe when a sync of its file that began after it has ended.
        let mut safe_until: HashMap<&str, usize> = HashMap::new();
        for (n, record) in records.iter().enumerate() {
            if record.what == What::SyncBegins && synced.contains(&record.offset) {
                safe_until.insert(record.path, n);
            }
        }
        let mut lost = Lost::default();
        for (n, record) in records.iter().enumerate() {
            let safe = safe_until.get(record.path).is_some_and(|until| n < *until);
            let file = || load(before, &self.dir, record.path);
            match record.what {
                What::Write => {
                    let bytes = files.entry(record.path.to_owned()).or_insert_with(file);
                    lost.written += usize::from(!safe);
                    for (i, sector) in record.data.chunks(SECTOR).enumerate() {
                        if safe || chance.below(2) == 0 {
                            place(bytes, record.offset as usize + i * SECTOR, sector);
                        } else {
                            lost.sectors += 1;
                        }
                    }
                }
                What::Truncate => {
                    files.entry(record.path.to_owned()).or_insert_with(file).truncate(record.offset as usize)
                }
                What::Remove => drop(files.insert(record.path.to_owned(), Vec::new())),
                What::Rename => {
                    let bytes = files.remove(record.path).unwrap_or_else(file);
                    files.insert(String::from_utf8_lossy(record.data).into_owned(), bytes);
                }
                What::SyncBegins | What::Synced => {}
            }
        }
        let gone =
            |path: &str| path.ends_with("-shm") || path.ends_with("/ballast") || !Path::new(path).exists();
        for (path, bytes) in files.iter().filter(|(path, _)| !gone(path)) {
            std::fs::write(path, bytes).expect("our own folder");
        }
        let _ = std::fs::remove_file(self.dir.join("sendword.db-shm")); // memory does not outlive the power
        std::fs::remove_file(self.log()).expect("the log of the disk");
        lost
    }
}

/// What a loss of power took.
#[derive(Debug, Default)]
pub(crate) struct Lost {
    /// Writes that no sync had made safe.
    pub(crate) written: usize,
    /// Sectors of them that are gone.
    pub(crate) sectors: usize,
}

fn load(before: &Path, dir: &Path, path: &str) -> Vec<u8> {
    let inside = Path::new(path).strip_prefix(dir).expect("a file of this disk");
    std::fs::read(before.join(inside)).unwrap_or_default()
}

fn place(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Write = 1,
    Truncate,
    SyncBegins,
    Synced,
    Remove,
    Rename,
}

struct Record<'a> {
    what: What,
    path: &'a str,
    offset: u64,
    data: &'a [u8],
}

/// The records of the log; half a one at its end was being written when the program died.
fn records(mut log: &[u8]) -> Vec<Record<'_>> {
    const KINDS: [What; 6] =
        [What::Write, What::Truncate, What::SyncBegins, What::Synced, What::Remove, What::Rename];
    let mut all = Vec::new();
    while let Some((head, rest)) = log.split_at_checked(24) {
        let short =
            |at: usize| u32::from_ne_bytes(head[at..at + 4].try_into().expect("four octets")) as usize;
        let long = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().expect("eight octets"));
        let (what, path, offset, length) = (KINDS[short(0) - 1], short(4), long(8), long(16) as usize);
        let Some((path, rest)) = rest.split_at_checked(path) else { break };
        let Some((data, rest)) = rest.split_at_checked(length) else { break };
        all.push(Record { what, path: std::str::from_utf8(path).expect("a plain path"), offset, data });
        log = rest;
    }
    all
}
