//! A whole file brought into the order of tags in little memory: its rows are judged beside the reading, what they say of
//! people goes into parts by tag, and each part is then folded and sorted by itself.
//!
//! The order of tags is the order of every index that an import writes, so a slice touches a handful of pages and not
//! a thousand. A file of one part is small enough for any order, and stays in its own.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use store::import::ProblemRow;
use store::keys::Keys;

use super::arrival::{Batch, Packer, problem};
use super::part::Part;
use super::plan::Plan;
use super::record::{Flow, Record};
use super::refused::Refused;
use super::rows::{Judge, Tally};
use super::source::Source;
use super::spool::Spool;
use crate::{Error, Result};

/// People of a slice.
const BATCH: usize = 500;
/// Rows that are judged at once.
const CHUNK: usize = 256;
/// Chunks that may wait for the next hand.
const AHEAD: usize = 4;
/// Judging hands at the most.
const JUDGES: usize = 3;
/// Problem rows that are handed over at once.
const PROBLEMS: usize = 500;
/// Rows after which it is asked whether to go on.
const ASK_ROWS: u64 = 20_000;
/// Octets of the file that make a part.
const PART: u64 = 1 << 20;
const PARTS_MAX: u64 = 1 << 10;
/// A row of a workbook takes at least so much once it is unpacked.
const ROW: u64 = 64;

/// A file that was read to its end, or as far as it can be.
pub(super) struct Sorted {
    /// Counts of the rows. Which numbers repeat is known when they are folded.
    pub(super) tally: Tally,
    /// Why it could not be read on.
    pub(super) refused: Option<Refused>,
    /// Problem rows that were not handed over yet.
    pub(super) problems: Vec<ProblemRow>,
    packer: Packer,
    spool: Spool,
}

/// Rows on their way to be judged.
struct Chunk {
    nth: u64,
    /// Rows before it.
    before: u64,
    /// Records with NUL bytes, among its rows and between them.
    nul_rows: u64,
    rows: usize,
    /// As many rows, and behind them what is left of earlier ones, for its room.
    records: Vec<Record>,
}

/// Rows that were judged.
#[derive(Default)]
struct Judged {
    nth: u64,
    tally: Tally,
    problems: Vec<ProblemRow>,
    packed: Vec<u8>,
    /// Tag and end of each mention.
    mentions: Vec<(i64, usize)>,
}

/// Hears problem rows, which it may take, and the counts so far, now and then while a file is read.
pub(super) type Heard<'a> = &'a mut dyn FnMut(&mut Vec<ProblemRow>, &Tally) -> Result<Flow>;

/// Reads a file to its end; what does not fit into memory lies at `path` meanwhile. `None` when `heard` broke it off.
pub(super) fn read(
    source: &Source,
    plan: &Plan,
    keys: Keys,
    now: i64,
    path: PathBuf,
    heard: Heard<'_>,
) -> Result<Option<Sorted>> {
    let octets = source.size().max(plan.rows.saturating_mul(ROW));
    let parts = (octets / PART).next_power_of_two().min(PARTS_MAX);
    let mut sorted = Sorted {
        tally: Tally::default(),
        refused: None,
        problems: Vec::new(),
        packer: Packer::new(plan, keys, now),
        spool: Spool::new(path, usize::try_from(parts).unwrap_or(1)),
    };
    let judge = match Judge::new(plan) {
        Ok(judge) => judge,
        Err(refused) => {
            sorted.refused = Some(refused);
            return Ok(Some(sorted));
        }
    };
    let judges = std::thread::available_parallelism().map_or(1, |n| n.get() - 1).clamp(1, JUDGES);
    let Sorted { packer, spool, .. } = &mut sorted;
    let (packer, judge) = (&*packer, &judge);
    let mut kept = Kept { tally: Tally::default(), problems: Vec::new(), spool, heard };
    let (went_on, refused) = std::thread::scope(|scope| {
        let (give_chunk, chunks) = sync_channel::<Chunk>(AHEAD);
        let (give, judged) = sync_channel::<Judged>(AHEAD);
        let (give_back, back) = sync_channel::<Vec<Record>>(AHEAD);
        let reader = scope.spawn(move || cut(source, plan, &give_chunk, &back));
        let chunks = Arc::new(Mutex::new(chunks));
        for _ in 0..judges {
            let (chunks, give, back) = (Arc::clone(&chunks), give.clone(), give_back.clone());
            scope.spawn(move || judge_all(judge, packer, &chunks, (&give, &back)));
        }
        drop((chunks, give, give_back));
        // The receiver goes with the loop: whoever waits to hand over is then free to end.
        let kept = kept.all(judged);
        let read = reader.join().map_err(|_| Error::Store(store::Error::Panicked("import.read".into())))?;
        Ok::<_, Error>((kept?, read.err()))
    })?;
    let Kept { tally, problems, .. } = kept;
    (sorted.tally, sorted.problems, sorted.refused) = (tally, problems, refused);
    Ok(went_on.is_continue().then_some(sorted))
}

/// Cuts the file into chunks of rows. Records that were judged come back for their room.
fn cut(
    source: &Source,
    plan: &Plan,
    give: &SyncSender<Chunk>,
    back: &Receiver<Vec<Record>>,
) -> Result<(), Refused> {
    let empty = |nth, before, records| Chunk { nth, before, nul_rows: 0, rows: 0, records };
    let mut chunk = empty(0, 0, Vec::with_capacity(CHUNK));
    let mut none = Tally::default();
    let read = source.walk(plan, &mut |record: &mut Record| {
        if !none.is_row(plan, record) {
            return Ok(Flow::Continue(()));
        }
        match chunk.records.get_mut(chunk.rows) {
            Some(old) => old.copy(record),
            None => chunk.records.push(record.clone()),
        }
        chunk.rows += 1;
        if chunk.rows < CHUNK {
            return Ok(Flow::Continue(()));
        }
        let records = back.try_recv().unwrap_or_else(|_| Vec::with_capacity(CHUNK));
        let next = empty(chunk.nth + 1, chunk.before + CHUNK as u64, records);
        let mut full = std::mem::replace(&mut chunk, next);
        full.nul_rows = std::mem::take(&mut none.nul_rows);
        Ok(if give.send(full).is_ok() { Flow::Continue(()) } else { Flow::Break(()) })
    });
    chunk.nul_rows = none.nul_rows;
    let _ = give.send(chunk); // nobody takes it: the reading was broken off
    read
}

fn judge_all(
    judge: &Judge<'_>,
    packer: &Packer,
    chunks: &Mutex<Receiver<Chunk>>,
    (give, back): (&SyncSender<Judged>, &SyncSender<Vec<Record>>),
) {
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(chunk) = next else { return };
        let mut out = Judged { nth: chunk.nth, ..Judged::default() };
        for (row, record) in (chunk.before + 1..).zip(chunk.records.iter().take(chunk.rows)) {
            let row = judge.row(record, row, &mut out.tally);
            packer.row(&row, &mut out.packed, |tag, end| out.mentions.push((tag, end)));
            if row.has_problem() {
                out.problems.push(problem(&row));
            }
        }
        out.tally.nul_rows = chunk.nul_rows;
        let _ = back.try_send(chunk.records); // there are enough on their way
        if give.send(out).is_err() {
            return;
        }
    }
}

/// What is kept of the rows while they are read.
struct Kept<'a> {
    tally: Tally,
    problems: Vec<ProblemRow>,
    spool: &'a mut Spool,
    heard: Heard<'a>,
}

impl Kept<'_> {
    /// Keeps all, in the order of the file.
    fn all(&mut self, judged: Receiver<Judged>) -> Result<Flow> {
        let (mut early, mut next, mut asked) = (BTreeMap::new(), 0, 0);
        for chunk in judged {
            early.insert(chunk.nth, chunk);
            while let Some(chunk) = early.remove(&next) {
                next += 1;
                self.one(chunk)?;
            }
            if self.problems.len() >= PROBLEMS || self.tally.rows >= asked + ASK_ROWS {
                asked = self.tally.rows;
                if (self.heard)(&mut self.problems, &self.tally)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    fn one(&mut self, chunk: Judged) -> Result<()> {
        self.tally.add(&chunk.tally);
        self.problems.extend(chunk.problems);
        let mut start = 0;
        for (tag, end) in chunk.mentions {
            let part = part_of(tag, self.spool.parts());
            self.spool.add(part, chunk.packed.get(start..end).unwrap_or_default()).map_err(failed)?;
            start = end;
        }
        Ok(())
    }
}

/// The part of a tag: parts are ranges of tags, in their order.
fn part_of(tag: i64, parts: usize) -> usize {
    let from_zero = tag as u64 ^ (1 << 63);
    from_zero.checked_shr(64 - parts.trailing_zeros()).unwrap_or(0) as usize
}

fn failed(e: io::Error) -> Error {
    match e.kind() {
        io::ErrorKind::StorageFull => Error::Store(store::Error::Full),
        kind => Error::Store(store::Error::File(format!("spill: {kind}"))),
    }
}

impl Sorted {
    /// Hands over everybody behind the first `place`, in slices, until `give` breaks it off.
    pub(super) fn people(&mut self, place: i64, mut give: impl FnMut(Batch) -> Flow) -> Result<()> {
        let names = self.packer.names.clone();
        let (mut nth, mut arrivals, mut goes_on) = (0, Vec::with_capacity(BATCH), true);
        for at in 0..self.spool.parts() {
            self.part(at)?.people(&mut |mut one| {
                nth += 1;
                if nth <= place {
                    return true;
                }
                one.write_out(&names);
                arrivals.push(one);
                if arrivals.len() == BATCH {
                    let arrivals = std::mem::replace(&mut arrivals, Vec::with_capacity(BATCH));
                    goes_on = give(Batch { arrivals, names: names.clone(), place: nth }).is_continue();
                }
                goes_on
            });
            if !goes_on {
                return Ok(());
            }
        }
        if !arrivals.is_empty() {
            let _ = give(Batch { arrivals, names, place: nth }); // the last: there is nothing to go on with
        }
        Ok(())
    }

    fn part(&mut self, at: usize) -> Result<Part> {
        let mut part = Part::new(self.packer.asks, self.spool.parts() == 1);
        let mut whole = true;
        self.spool.take(at, |piece| whole &= part.add(piece)).map_err(failed)?;
        if whole { Ok(part) } else { Err(failed(io::ErrorKind::InvalidData.into())) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::arrival::Arrival;
    use super::*;

    /// What is made of a text: everybody behind the first `place`, and the counts.
    fn people(text: &str, place: i64) -> (Vec<Arrival>, Sorted) {
        let dir = tempfile::tempdir().unwrap();
        let source = Source::bytes(text.as_bytes().to_vec()).unwrap();
        let plan = source.plan("IL").unwrap();
        let keys = Keys::of([7; 32]);
        let mut problems = Vec::new();
        let mut heard = |found: &mut Vec<ProblemRow>, _: &Tally| {
            problems.append(found);
            Ok(Flow::Continue(()))
        };
        let path = dir.path().join("sort");
        let mut sorted = read(&source, &plan, keys, i64::MAX, path, &mut heard).unwrap().unwrap();
        problems.append(&mut sorted.problems);
        sorted.problems = problems;
        let mut all = Vec::new();
        sorted
            .people(place, |batch| {
                assert!(batch.arrivals.len() <= BATCH);
                all.extend(batch.arrivals);
                assert_eq!(batch.place, place + all.len() as i64);
                Flow::Continue(())
            })
            .unwrap();
        (all, sorted)
    }

    fn file(rows: usize, note: usize) -> String {
        let mut text = String::from("first name,last name,phone,note,city\n");
        for i in 0..rows {
            let phone = match i % 10 {
                7 => format!("04-81{i:05}"),
                8 => format!("050-2{:06} / 052-3{:06}", i, i / 3),
                9 => format!("+972 50 2{:06}", i / 2),
                _ => format!("050-2{i:06}"),
            };
            let city = if i % 3 == 0 { "Haifa" } else { "" };
            text.push_str(&format!("P{i},,{phone},{},{city}\n", "n".repeat(note)));
        }
        text
    }

    #[test]
    fn a_large_file_comes_in_the_order_of_tags_and_a_small_one_in_its_own() {
        let (small, _) = people(&file(3_000, 0), 0);
        assert!(small.is_sorted_by_key(|one| one.row) && !small.is_sorted_by_key(|one| one.tag));
        let (large, sorted) = people(&file(3_000, 900), 0);
        assert!(sorted.spool.parts() > 1 && large.is_sorted_by_key(|one| one.tag));
        let essence = |all: &[Arrival]| {
            let one = |a: &Arrival| (a.number.clone(), a.first_name.clone(), a.row, a.rows, a.repeats);
            let mut all: Vec<_> = all.iter().map(one).collect();
            all.sort();
            all
        };
        assert_eq!(essence(&small), essence(&large));
    }

    #[test]
    fn everybody_stands_once_and_every_row_is_counted() {
        for note in [0, 900] {
            let text = file(3_000, note);
            let (all, sorted) = people(&text, 0);
            // The reading that goes row by row knows the truth.
            let source = Source::bytes(text.into_bytes()).unwrap();
            let plan = source.plan("IL").unwrap();
            let told = source.check(&plan).unwrap();
            let repeats: u64 = all.iter().map(|one| one.repeats).sum();
            assert_eq!(Tally { duplicates: repeats, ..sorted.tally }, told);
            assert_eq!(all.len() as u64 + repeats, told.phones.mobile);
            assert_eq!(all.iter().map(|one| one.rows).sum::<u64>(), told.rows_with_mobile);
            assert_eq!(sorted.problems.len() as u64, told.problem_rows);
            assert!(sorted.problems.is_sorted_by_key(|row| row.row));
            for place in [1, 499, 500, 1_234, all.len()] {
                let (rest, _) = people(&file(3_000, note), place as i64);
                assert!(rest == all[place..], "behind {place}");
            }
        }
    }

    #[test]
    fn a_number_that_stands_everywhere_takes_no_memory_and_is_one_person() {
        let mut text = String::from("first name,phone,city\n");
        for i in 0..150_000 {
            let name = if i == 9 { "Noa" } else { "" };
            text.push_str(&format!("{name},050-2345671,{}\n", ["", "Acre"][i % 2]));
        }
        let (all, _) = people(&text, 0);
        assert_eq!((all.len(), all[0].repeats, all[0].rows), (1, 149_999, 150_000));
        let city = [(0, "Acre".to_owned())];
        assert_eq!((all[0].first_name.as_str(), &all[0].fields[..]), ("Noa", &city[..]));
    }

    #[test]
    fn parts_are_ranges_of_tags() {
        let tags = [i64::MIN, i64::MIN / 2 - 1, -1, 0, 1, i64::MAX / 2 + 1, i64::MAX];
        assert_eq!(tags.map(|tag| part_of(tag, 4)), [0, 0, 1, 2, 2, 3, 3]);
        assert_eq!(tags.map(|tag| part_of(tag, 1)), [0; 7]);
    }

    #[test]
    fn whoever_hears_may_break_it_off() {
        let source = Source::bytes(file(60_000, 0).into_bytes()).unwrap();
        let plan = source.plan("IL").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mut heard = 0;
        let mut once = |_: &mut Vec<ProblemRow>, tally: &Tally| {
            heard = tally.rows;
            Ok(Flow::Break(()))
        };
        let read = read(&source, &plan, Keys::of([7; 32]), 0, dir.path().join("sort"), &mut once).unwrap();
        assert!(read.is_none() && heard > 0 && heard < 60_000, "{heard}");
    }
}
