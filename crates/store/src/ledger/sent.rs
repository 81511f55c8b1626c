//! The sent-log: what was about to leave, what the carrier took, what came back; a file a day, apart from the database.
//!
//! An intent is written before its transaction commits, so before a byte leaves; an outcome before the transaction that
//! stores it. So after a restore a part is known to have gone, known not to have gone, or among the few that were on the
//! wire at the end. Each file begins with a record that tells how many the one before it holds: a missing or shortened
//! file is noticed.

use super::{checksum, eight, error, open};
use crate::{Error, Result};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Octets of a record.
pub const SIZE: usize = 40;
/// A record that speaks of every part of its message.
pub const WHOLE: u8 = u8::MAX;
/// So many days are kept.
pub const KEEP_DAYS: i64 = 35;
const DAY_MS: i64 = 86_400_000;

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// First of a file: `message` is the day of the file before (0: none), `stream` its number of records.
    Began = 1,
    /// The part may be written from here on.
    Intent = 2,
    /// The carrier took it, under an id with this hash.
    Accepted = 3,
    /// The carrier has it not: never written, refused, or to be tried again.
    Back = 4,
    /// A campaign, named by `message`, was launched: its recipients are being written down.
    Launched = 5,
    /// A mark, named by `message`, that stands in the database too: a copy that knows it was made after this record.
    Backup = 6,
}

impl Kind {
    const ALL: &'static [Kind] =
        &[Kind::Began, Kind::Intent, Kind::Accepted, Kind::Back, Kind::Launched, Kind::Backup];
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// What happened.
    pub kind: Kind,
    /// The part, from 0; [`WHOLE`] is all of them.
    pub part: u8,
    /// Which try.
    pub attempt: u16,
    /// The message.
    pub message: i64,
    /// Its stream.
    pub stream: i64,
    /// Hash of the carrier's id.
    pub h: i64,
    /// When, ms since 1970.
    pub at: i64,
}

impl Sent {
    /// A record of a kind, everything else 0.
    pub fn of(kind: Kind, message: i64, at: i64) -> Sent {
        Sent { kind, part: WHOLE, attempt: 0, message, stream: 0, h: 0, at }
    }

    /// One of a part of a message.
    pub fn part(kind: Kind, message: i64, part: i64, attempt: i64, at: i64) -> Sent {
        let part = u8::try_from(part).unwrap_or(WHOLE);
        Sent { part, attempt: u16::try_from(attempt).unwrap_or(u16::MAX), ..Sent::of(kind, message, at) }
    }

    /// As it stands in the file.
    pub fn encode(&self) -> [u8; SIZE] {
        let mut out = [0; SIZE];
        out[0] = self.kind as u8;
        out[1] = self.part;
        out[2..4].copy_from_slice(&self.attempt.to_be_bytes());
        for (at, n) in [(8, self.message), (16, self.stream), (24, self.h), (32, self.at)] {
            out[at..at + 8].copy_from_slice(&n.to_be_bytes());
        }
        let sum = checksum(&out);
        out[4..8].copy_from_slice(&sum.to_be_bytes());
        out
    }

    /// Out of the file; `None` when it is damaged.
    pub fn decode(record: &[u8]) -> Option<Sent> {
        if record.len() != SIZE || record[4..8] != checksum(record).to_be_bytes() {
            return None;
        }
        let kind = Kind::ALL.iter().copied().find(|k| *k as u8 == record[0])?;
        let n = |at| i64::from_be_bytes(eight(record, at));
        Some(Sent {
            kind,
            part: record[1],
            attempt: u16::from_be_bytes([record[2], record[3]]),
            message: n(8),
            stream: n(16),
            h: n(24),
            at: n(32),
        })
    }
}

/// The log being written.
pub(crate) struct Log {
    dir: PathBuf,
    open: Option<(i64, File)>,
}

impl Log {
    pub(crate) fn of(dir: &Path) -> Log {
        Log { dir: dir.to_owned(), open: None }
    }

    /// Appends records to the file of the day they are written on, in one go.
    pub(crate) fn append(&mut self, records: &[Sent]) -> Result<()> {
        let Some(last) = records.iter().map(|r| r.at).max() else { return Ok(()) };
        // The clock may go back; the log does not: an earlier day is never written to again.
        let day = self.open.as_ref().map_or(i64::MIN, |(day, _)| *day).max(last.div_euclid(DAY_MS));
        if self.open.as_ref().is_none_or(|(open, _)| *open != day) {
            self.open = Some(self.turn(day, last)?);
        }
        let Some((day, file)) = &mut self.open else { return Ok(()) };
        let path = self.dir.join(name_of(*day));
        let bytes: Vec<u8> = records.iter().flat_map(Sent::encode).collect();
        let out = file.write_all(&bytes).map_err(|e| error(&path, &e));
        if out.is_err() {
            self.open = None; // half a record may stand there now: the next opening cuts it off
        }
        out
    }

    pub(crate) fn sync(&mut self) -> Result<()> {
        match &self.open {
            Some((day, file)) => file.sync_data().map_err(|e| error(&self.dir.join(name_of(*day)), &e)),
            None => Ok(()),
        }
    }

    /// Opens the file of a day, or of the newest one where the clock went back behind it.
    fn turn(&mut self, day: i64, at: i64) -> Result<(i64, File)> {
        std::fs::create_dir_all(&self.dir).map_err(|e| error(&self.dir, &e))?;
        let newest = days(&self.dir)?.last().copied();
        let day = newest.map_or(day, |newest| newest.max(day));
        let path = self.dir.join(name_of(day));
        let mut file = open(&path, SIZE)?;
        if newest != Some(day) {
            let before = newest.map(|d| std::fs::metadata(self.dir.join(name_of(d)))).transpose();
            let size = before.map_err(|e| error(&path, &e))?.map_or(0, |m| m.len());
            let records = i64::try_from(size / SIZE as u64).unwrap_or(i64::MAX);
            let first = Sent { stream: records, ..Sent::of(Kind::Began, newest.unwrap_or(0), at) };
            file.write_all(&first.encode()).map_err(|e| error(&path, &e))?;
        }
        Ok((day, file))
    }
}

/// The name of a day's file: `2026-11-22`.
fn name_of(day: i64) -> String {
    // Days to a date of the Gregorian calendar, counted from the first of March of the year 0.
    let z = day + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let y = yoe + era * 400 + i64::from(m <= 2);
    format!("{y:04}-{m:02}-{d:02}")
}

/// The day of a file's name.
fn day_of(name: &str) -> Option<i64> {
    let mut words = name.splitn(3, '-').map(|w| w.parse::<i64>().ok());
    let (y, m, d) = (words.next()??, words.next()??, words.next()??);
    let (y, mp) = (y - i64::from(m <= 2), (m + 9) % 12);
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + (153 * mp + 2) / 5 + d - 1;
    let day = era * 146_097 + doe - 719_468;
    (name_of(day) == name).then_some(day)
}

/// The days there are files of, the oldest first.
fn days(dir: &Path) -> Result<Vec<i64>> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(error(dir, &e)),
    };
    let names = entries.filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut days: Vec<i64> = names.filter_map(|name| day_of(&name)).collect();
    days.sort_unstable();
    Ok(days)
}

/// Removes the files of days older than `keep_days`; gives how many.
pub fn tidy(dir: &Path, now_ms: i64, keep_days: i64) -> Result<usize> {
    let edge = now_ms.div_euclid(DAY_MS) - keep_days;
    let all = days(dir)?;
    // The newest stays whatever the clock says: it is the one being written to.
    let old = all.iter().take(all.len().saturating_sub(1)).take_while(|day| **day < edge);
    let mut gone = 0;
    for day in old {
        let path = dir.join(name_of(*day));
        std::fs::remove_file(&path).map_err(|e| error(&path, &e))?;
        gone += 1;
    }
    Ok(gone)
}

/// How far the log can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It was written without a gap from the copy on.
    Whole,
    /// There is none, or none that knows of the copy.
    Missing,
    /// Records or files of it are damaged or gone.
    Damaged,
}

impl Trust {
    /// Its word in settings and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Trust::Whole => "whole",
            Trust::Missing => "missing",
            Trust::Damaged => "damaged",
        }
    }
}

/// Gives every sound record from the newest file on that knows one of the marks of a copy, in order, and says whether they
/// are all. Without such a file, everything there is.
pub fn read(dir: &Path, marks: &[i64], each: &mut dyn FnMut(Sent) -> Result<()>) -> Result<Trust> {
    let days = days(dir)?;
    let start = days.iter().rposition(|day| holds(&dir.join(name_of(*day)), marks));
    let mut trust = if start.is_some() { Trust::Whole } else { Trust::Missing };
    let mut before: Option<(i64, i64)> = None;
    let wanted = &days[start.unwrap_or(0)..];
    for (n, day) in wanted.iter().enumerate() {
        let newest = n + 1 == wanted.len();
        let (mut count, mut damaged, mut half) = (0, Vec::new(), false);
        slots(&dir.join(name_of(*day)), &mut |record| {
            // Half a record at the end of a file is what a sudden end leaves: its transaction never committed.
            half = record.len() < SIZE;
            let Some(record) = Sent::decode(record) else {
                if !half {
                    damaged.push(count);
                    count += 1;
                }
                return Ok(());
            };
            if count == 0 && before.is_some_and(|b| b != (record.message, record.stream)) {
                trust = worse(trust);
            }
            count += 1;
            if record.kind == Kind::Began { Ok(()) } else { each(record) }
        })?;
        // A loss of power may leave a last record of the right size and no content.
        if damaged.iter().any(|at| !(newest && *at == count - 1)) || (half && count == 0) {
            trust = worse(trust);
        }
        before = Some((*day, count));
    }
    Ok(trust)
}

fn worse(trust: Trust) -> Trust {
    if trust == Trust::Missing { Trust::Missing } else { Trust::Damaged }
}

fn holds(path: &Path, marks: &[i64]) -> bool {
    let mut found = false;
    let read = slots(path, &mut |record| {
        found |= Sent::decode(record).is_some_and(|r| r.kind == Kind::Backup && marks.contains(&r.message));
        Ok(())
    });
    read.is_ok() && found
}

/// Hands out a file slot by slot; the last may be short.
fn slots(path: &Path, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let failed = |e: std::io::Error| Error::File(format!("{}: {e}", path.display()));
    let mut file = std::io::BufReader::with_capacity(SIZE * 4_096, File::open(path).map_err(failed)?);
    let mut slot = [0; SIZE];
    loop {
        let mut got = 0;
        while got < SIZE {
            match file.read(&mut slot[got..]).map_err(failed)? {
                0 => break,
                n => got += n,
            }
        }
        if got == 0 {
            return Ok(());
        }
        each(&slot[..got])?;
    }
}

#[cfg(test)]
mod tests;
