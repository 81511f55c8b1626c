//! Turns a log that has grown into a sorted generation, in background slices; any two of them may stand a crash between
//! them.
//!
//! 1. The generation's row, of size 0: nobody looks into it. 2. Its rows, in order. 3. Its size and filter: from here on
//!    it is found. 4. Its rows leave the log; while some stand in both, they are found twice, which changes nothing.
//!    A generation that a crash left at size 0 is dropped at the next start, and its rows are still in the log.

use super::recent::GENERATION;
use super::{Entry, Filter, Kind, Recent, drop_slice};
use crate::{Result, Tx, Val, params, sql};
use std::sync::Arc;

/// Rows a slice writes or deletes.
const SLICE: usize = 1_000;

/// How the sorter reaches the store's queues.
pub(crate) trait Hands {
    /// Runs a background slice.
    fn slice<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static)
    -> Result<T>;
    /// Reads from one snapshot.
    fn read<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T>;
}

/// One row of the log: its id, and what it says.
type Logged = (i64, Entry);

/// Sorts what waits, if it is enough.
pub(crate) fn sort(hands: &impl Hands, recent: &Recent) -> Result<()> {
    for kind in Kind::ALL {
        if recent.waiting(kind) >= GENERATION {
            recent.turn(kind);
            sort_kind(hands, recent, kind)?;
            recent.turned(kind);
        }
    }
    Ok(())
}

/// Sorts the whole log of a kind as it stands.
pub(crate) fn sort_kind(hands: &impl Hands, recent: &Recent, kind: Kind) -> Result<()> {
    let log: Vec<Logged> = hands.read(move |tx| log_of(tx, kind))?;
    let Some(last) = log.last().map(|(id, _)| *id) else { return Ok(()) };
    let mut entries: Vec<Entry> = log.iter().map(|(_, e)| *e).collect();
    entries.sort_unstable();
    entries.dedup();
    let entries = Arc::new(entries);
    let generation = hands.slice(move |tx| begin(tx, kind))?;
    for from in (0..entries.len()).step_by(SLICE) {
        let entries = Arc::clone(&entries);
        hands.slice(move |tx| write(tx, generation, &entries[from..(from + SLICE).min(entries.len())]))?;
    }
    let filter = Arc::new(Filter::over(entries.iter().map(|e| e.h)));
    let size = entries.len();
    recent.keep_filter(generation, Filter::clone(&filter));
    hands.slice(move |tx| finish(tx, generation, size, last, &filter))?;
    let mut after = 0;
    for chunk in log.chunks(SLICE) {
        let (from, to) = (after, chunk.last().map_or(after, |(id, _)| *id));
        hands.slice(move |tx| clear(tx, kind, from, to))?;
        after = to;
    }
    Ok(())
}

/// Drops what a crash left half made.
pub(crate) fn mend(hands: &impl Hands) -> Result<()> {
    let half: Vec<i64> = hands.read(|tx| {
        tx.rows(sql!("SELECT gen FROM generation WHERE size = 0 ORDER BY gen"), &[], |r| r.get(0))
    })?;
    for generation in half {
        while hands.slice(move |tx| half_gone(tx, generation))? {}
    }
    Ok(())
}

fn half_gone(tx: &mut Tx<'_>, generation: i64) -> Result<bool> {
    drop_slice(tx, generation, SLICE as i64)?;
    let left = tx
        .one(sql!("SELECT size FROM generation WHERE gen = $1"), &params![generation], |r| r.get::<i64>(0))?;
    Ok(left.is_some())
}

/// What the log holds, for the memory of a store that was just opened.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<()> {
    for kind in Kind::ALL {
        let log = log_of(tx, kind)?;
        tx.recent().note(kind, log.iter().map(|(id, e)| (e.h, *id)));
    }
    Ok(())
}

fn log_of(tx: &mut Tx<'_>, kind: Kind) -> Result<Vec<Logged>> {
    tx.rows(
        sql!("SELECT id, h, a, b FROM recent_key WHERE kind = $1 ORDER BY id"),
        &params![Val::Int(kind.number())],
        |r| Ok((r.get(0)?, Entry { h: r.get(1)?, a: r.get(2)?, b: r.get(3)? })),
    )
}

/// A new generation, above all others, whose rows come next.
fn begin(tx: &mut Tx<'_>, kind: Kind) -> Result<i64> {
    let generation = tx.id();
    tx.exec(
        sql!("INSERT INTO generation (gen, kind, size, last, filter) VALUES ($1, $2, 0, 0, $3)"),
        &params![generation, Val::Int(kind.number()), Val::Bytes(&[])],
    )?;
    Ok(generation)
}

fn write(tx: &mut Tx<'_>, generation: i64, entries: &[Entry]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO sorted_key (gen, h, a, b) SELECT $1, r.h, r.a, r.b FROM ROWS(h BIGINT, a BIGINT, b BIGINT) AS r
             WHERE true ON CONFLICT (gen, h, a, b) DO NOTHING"
        ),
        &params![generation],
        entries.iter().map(|e| [Val::Int(e.h), Val::Int(e.a), Val::Int(e.b)]),
    )
    .map(drop)
}

fn finish(tx: &mut Tx<'_>, generation: i64, size: usize, last: i64, filter: &Filter) -> Result<()> {
    tx.exec(
        sql!("UPDATE generation SET size = $2, last = $3, filter = $4 WHERE gen = $1"),
        &params![generation, size, last, Val::Bytes(filter.bytes())],
    )
    .map(drop)
}

/// Takes out of the log what stands in a generation.
fn clear(tx: &mut Tx<'_>, kind: Kind, from: i64, to: i64) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM recent_key WHERE id > $1 AND id <= $2 AND kind = $3"),
        &params![from, to, Val::Int(kind.number())],
    )
    .map(drop)
}
