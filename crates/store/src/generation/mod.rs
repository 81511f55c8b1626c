//! What is found by a hash: carriers' ids whose receipts are expected, messages by number. Written in the order of
//! arrival, sorted later.
//!
//! One tree in the order of the hash would have a page of it written for nearly every row. So new rows go to the end of
//! one log (`recent_key`); on SQLite [`recent`] knows in memory where in it a hash stands, PostgreSQL has an index. When
//! enough stand there, [`sorter`] writes them as one sorted generation (`sorted_key`) with a [`filter`] before it, in
//! slices, and takes them out of the log. A generation never changes; it is dropped whole.
//!
//! The rows are the truth: what the memory says is looked up in the transaction's own snapshot, so an entry of an undone
//! closure finds nothing.

use crate::sql::Engine;
use crate::{Cell, Count, Result, Row, Tx, Val, params, sql};
use std::collections::HashSet;

mod filter;
pub(crate) mod recent;
pub(crate) mod sorter;
#[cfg(test)]
mod tests;

pub(crate) use filter::Filter;
pub(crate) use recent::Recent;

/// What a hash stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A carrier's id of an account: `a` is the message, `b` the part and the try.
    Receipt = 1,
    /// A number's tag: `a` is the message.
    Number = 2,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Kind; 2] = [Kind::Receipt, Kind::Number];

    fn number(self) -> i64 {
        self as i64
    }

    fn place(self) -> usize {
        self as usize - 1
    }
}

/// One row: a hash and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The hash.
    pub(crate) h: i64,
    /// What it stands for.
    pub(crate) a: i64,
    /// What else is to be known of it.
    pub(crate) b: i64,
}

fn read(r: &Row<'_>) -> Result<Entry> {
    Ok(Entry { h: r.get(0)?, a: r.get(1)?, b: r.get(2)? })
}

/// Remembers what these hashes stand for.
pub(crate) fn put(tx: &mut Tx<'_>, kind: Kind, entries: impl Iterator<Item = Entry>) -> Result<()> {
    let rows: Vec<(i64, Entry)> = entries.map(|e| (tx.id(), e)).collect();
    tx.put_many(
        sql!(
            "INSERT INTO recent_key (id, kind, h, a, b) SELECT r.id, $1, r.h, r.a, r.b
             FROM ROWS(id BIGINT, h BIGINT, a BIGINT, b BIGINT) AS r WHERE true"
        ),
        &params![Val::Int(kind.number())],
        rows.iter().map(|(id, e)| [Val::Int(*id), Val::Int(e.h), Val::Int(e.a), Val::Int(e.b)]),
        Count::All,
    )?;
    if tx.engine() == Engine::Sqlite {
        tx.recent().note(kind, rows.iter().map(|(id, e)| (e.h, *id)));
    }
    Ok(())
}

/// What these hashes stand for: of each, all that the newest generation knowing it has.
pub(crate) fn find(tx: &mut Tx<'_>, kind: Kind, hashes: &[i64]) -> Result<Vec<Entry>> {
    let mut found = in_log(tx, kind, hashes)?;
    if tx.engine() == Engine::Postgres {
        return Ok(found);
    }
    let known: HashSet<i64> = found.iter().map(|e| e.h).collect();
    let mut left: Vec<i64> = hashes.iter().copied().filter(|h| !known.contains(h)).collect();
    left.sort_unstable();
    left.dedup();
    if left.is_empty() {
        return Ok(found);
    }
    for generation in sorted(tx, kind)? {
        let filter = filter_of(tx, generation)?;
        let maybe = left.iter().filter(|h| filter.may_hold(**h));
        let here = tx.many_rows(
            sql!(
                "SELECT k.h, k.a, k.b FROM ROWS(h BIGINT) AS r JOIN sorted_key k ON k.gen = $1 AND k.h = r.h"
            ),
            &params![generation],
            maybe.map(|h| [Val::Int(*h)]),
            read,
        )?;
        let met: HashSet<i64> = here.iter().map(|e| e.h).collect();
        found.extend(here);
        left.retain(|h| !met.contains(h));
        if left.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// What one hash stands for, the largest `a` below `before` first, at most `limit`.
pub(crate) fn newest(tx: &mut Tx<'_>, kind: Kind, h: i64, before: i64, limit: usize) -> Result<Vec<i64>> {
    let mut all: Vec<i64> = in_log(tx, kind, &[h])?.iter().map(|e| e.a).filter(|a| *a < before).collect();
    if tx.engine() == Engine::Sqlite {
        for generation in sorted(tx, kind)? {
            if !filter_of(tx, generation)?.may_hold(h) {
                continue;
            }
            all.extend(tx.rows(
                sql!(
                    "SELECT a FROM sorted_key WHERE gen = $1 AND h = $2 AND a < $3 ORDER BY a DESC LIMIT $4"
                ),
                &params![generation, h, before, limit],
                |r| i64::cell(r, 0),
            )?);
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all.truncate(limit);
    Ok(all)
}

fn in_log(tx: &mut Tx<'_>, kind: Kind, hashes: &[i64]) -> Result<Vec<Entry>> {
    if tx.engine() == Engine::Postgres {
        return tx.many_rows(
            sql!(
                "SELECT k.h, k.a, k.b FROM ROWS(kind BIGINT, h BIGINT) AS r
                 JOIN recent_key k ON k.kind = r.kind AND k.h = r.h"
            ),
            &[],
            hashes.iter().map(|h| [Val::Int(kind.number()), Val::Int(*h)]),
            read,
        );
    }
    let places = tx.recent().places(kind, hashes);
    tx.many_rows(
        sql!("SELECT k.h, k.a, k.b FROM ROWS(id BIGINT) AS r JOIN recent_key k ON k.id = r.id"),
        &[],
        places.iter().map(|id| [Val::Int(*id)]),
        read,
    )
}

/// Finished generations of a kind, newest first.
fn sorted(tx: &mut Tx<'_>, kind: Kind) -> Result<Vec<i64>> {
    tx.rows(
        sql!("SELECT gen FROM generation WHERE kind = $1 AND size > 0 ORDER BY gen DESC"),
        &params![Val::Int(kind.number())],
        |r| r.get(0),
    )
}

fn filter_of(tx: &mut Tx<'_>, generation: i64) -> Result<std::sync::Arc<Filter>> {
    if let Some(filter) = tx.recent().filter(generation) {
        return Ok(filter);
    }
    let bits: Option<Vec<u8>> =
        tx.one(sql!("SELECT filter FROM generation WHERE gen = $1"), &params![generation], |r| r.get(0))?;
    Ok(tx.recent().keep_filter(generation, Filter::from_bytes(bits.unwrap_or_default())))
}

/// Forgets up to `limit` rows of a kind that were put before `before` (ms). Gives how many went.
pub(crate) fn forget(tx: &mut Tx<'_>, kind: Kind, before: i64, limit: i64) -> Result<u64> {
    let edge = sms::id::compose(before.max(sms::id::EPOCH_MS), 0, 0);
    let gone = tx.exec(
        sql!(
            "DELETE FROM recent_key WHERE id IN
               (SELECT id FROM recent_key WHERE id < $1 AND kind = $2 ORDER BY id LIMIT $3)"
        ),
        &params![edge, Val::Int(kind.number()), limit],
    )?;
    let old = tx.one(
        sql!("SELECT gen FROM generation WHERE kind = $1 AND size > 0 AND last < $2 ORDER BY gen LIMIT 1"),
        &params![Val::Int(kind.number()), edge],
        |r| r.get::<i64>(0),
    )?;
    match old {
        Some(generation) => Ok(gone + drop_slice(tx, generation, limit)?),
        None => Ok(gone),
    }
}

/// Drops up to `limit` rows of a generation, and in the end itself. Gives how many went, at least 1.
fn drop_slice(tx: &mut Tx<'_>, generation: i64, limit: i64) -> Result<u64> {
    let gone = tx.exec(
        sql!(
            "DELETE FROM sorted_key WHERE gen = $1 AND (h, a, b) IN
               (SELECT h, a, b FROM sorted_key WHERE gen = $1 ORDER BY h, a, b LIMIT $2)"
        ),
        &params![generation, limit],
    )?;
    if gone == 0 {
        tx.recent().forget_filter(generation);
        return tx.exec(sql!("DELETE FROM generation WHERE gen = $1"), &params![generation]);
    }
    Ok(gone)
}
