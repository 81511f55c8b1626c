//! The ledgers of an installation, read into a copy of its database. Nothing runs on the copy meanwhile.

use super::mark::{self, Marked};
use super::{Restored, hold};
use crate::ledger::refusals::{self, OF_TOPIC, Refusal};
use crate::ledger::sent::{self, Kind, Sent, Trust};
use crate::machine::flight::{self, Intent};
use crate::machine::outbox::{self, Row};
use crate::machine::tally::Tally;
use crate::{Db, Result, Tx, Val, list_of, marks, params, sql};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// Records and rows handled in one transaction.
const SLICE: usize = 2_000;
/// Ids of a campaign's page.
const PAGE: i64 = 1 << sms::id::SEQ_BITS;

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What is noted in the store.
    pub restored: Restored,
    /// Refusals that were made under another key ring: their numbers cannot be recognised.
    pub other_ring: usize,
}

/// Reads `refusals.log` and `sent-log/` of `ledgers` into the store, refusals first, then holds everything.
pub fn replay(db: &Db, ledgers: &Path) -> Result<Outcome> {
    let marks = db.read_blocking(marks::marks)?;
    let backup_at = marks.iter().map(|(_, at)| *at).max().unwrap_or(0);
    let marks: Vec<i64> = marks.into_iter().map(|(id, _)| id).collect();
    let mut restored = Restored {
        at: db.now_ms(),
        backup_at,
        sent_log: String::new(),
        refusals: 0,
        refusals_damaged: 0,
        refusals_there: false,
        sent: 0,
        unconfirmed: 0,
        not_in_copy: 0,
        not_in_copy_from: 0,
        not_in_copy_to: 0,
        launched_since: 0,
    };
    let other_ring = refuse_again(db, ledgers, &mut restored)?;
    // Refusals that were written down before a key was added stand under the former one.
    crate::machine::retag::run_again(db)?;
    let mut reading = Reading::new(db)?;
    let trust = sent::read(&ledgers.join(crate::ledger::SENT), &marks, &mut |record| reading.take(record))?;
    reading.end(trust)?;
    restored.sent_log = trust.name().to_owned();
    restored.sent = reading.marked.sent;
    restored.unconfirmed = reading.marked.unknown;
    (restored.not_in_copy, restored.not_in_copy_from, restored.not_in_copy_to) = reading.absent;
    let launched: Arc<Vec<i64>> = Arc::new(reading.launched.into_iter().collect());
    let note = restored.clone();
    restored = db.write_blocking("restore.hold", move |tx| {
        let mut note = note.clone();
        note.launched_since = hold::stop_launched(tx, &launched)?;
        hold::hold(tx)?;
        super::set(tx, &note)?;
        Ok::<_, crate::Error>(note)
    })?;
    Ok(Outcome { restored, other_ring })
}

fn refuse_again(db: &Db, ledgers: &Path, restored: &mut Restored) -> Result<usize> {
    let found = refusals::read(&ledgers.join(crate::ledger::REFUSALS))?;
    restored.refusals_there = found.there;
    restored.refusals_damaged = i64::try_from(found.damaged).unwrap_or(i64::MAX);
    let ring = db.keys().id();
    let standing = refusals::standing(&found.records);
    let (ours, others): (Vec<Refusal>, Vec<Refusal>) = standing.into_iter().partition(|r| r.ring == ring);
    for chunk in ours.chunks(SLICE) {
        let chunk = Arc::new(chunk.to_vec());
        restored.refusals += db.write_blocking("restore.refusals", move |tx| refuse(tx, &chunk))?;
    }
    db.write_blocking("restore.contacts", |tx| {
        tx.exec(
            sql!(
                "UPDATE contact SET consent = 2 WHERE consent <> 2 AND EXISTS (SELECT 1 FROM suppression s
                   WHERE s.tag = contact.tag AND s.workspace = contact.workspace AND s.scope IN (1, 2)
                     AND s.reason NOT IN ('suspect', 'stale'))"
            ),
            &[],
        )
        .map(drop)
    })?;
    Ok(others.len())
}

/// The workspace and the name of a topic.
fn topic_of(tx: &mut Tx<'_>, id: i64) -> Result<Option<(i64, String)>> {
    let found = tx.one(sql!("SELECT workspace, name FROM topic WHERE id = $1"), &params![id], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })?;
    Ok(found)
}

/// Stops numbers again; gives how many were not stopped.
fn refuse(tx: &mut Tx<'_>, records: &[Refusal]) -> Result<i64> {
    let now = tx.now();
    let mut new = 0;
    for r in records {
        let topic = if r.scope == OF_TOPIC { topic_of(tx, r.workspace)? } else { None };
        let (workspace, scope) = match &topic {
            Some((workspace, _)) => (*workspace, r.workspace),
            None if r.scope == OF_TOPIC || r.scope == 0 => continue, // about a topic that the copy does not know
            None => (r.workspace, r.scope),
        };
        let changed = tx.exec(
            sql!(
                "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at)
                 VALUES ($1, $2, $3, $4, $5, 'refusals.log', $6) ON CONFLICT (tag, workspace, scope) DO NOTHING"
            ),
            &params![r.tag(), workspace, scope, r.hmac, r.reason_name(), r.at],
        )?;
        if changed == 0 {
            continue;
        }
        new += 1;
        let of_a_code = matches!(r.scope, crate::suppression::POOL | crate::suppression::POOL_ALL);
        if of_a_code || crate::suppression::WAITING.contains(&r.reason_name()) {
            continue;
        }
        let (purpose, topic) = match &topic {
            Some((_, name)) => ("marketing", name.as_str()),
            None => (crate::suppression::Scope::from_number(scope).map_or("all", |s| s.name()), ""),
        };
        let event = crate::consent::New {
            workspace,
            tag: r.tag(),
            purpose,
            topic,
            action: "refuse",
            method: r.reason_name(),
            evidence: "refusals.log",
            claimed_at: r.at.min(now),
            ..crate::consent::New::default()
        };
        crate::consent::add(tx, &[event])?;
    }
    Ok(new)
}

/// The sent-log on its way through: what is accepted goes to the store in slices, what is only intended is remembered
/// until its end comes by. In memory are the open intents, as many as fit the windows, and one slice.
struct Reading<'d> {
    db: &'d Db,
    bases: Vec<i64>,
    open: HashMap<(i64, u8), Sent>,
    accepted: Vec<Sent>,
    flight: HashMap<(i64, i64), bool>,
    launched: HashSet<i64>,
    marked: Marked,
    absent: (i64, i64, i64),
}

impl<'d> Reading<'d> {
    fn new(db: &'d Db) -> Result<Reading<'d>> {
        let (bases, flight) = db.read_blocking(|tx| {
            let flight =
                tx.rows(sql!("SELECT message, part FROM flight"), &[], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok::<_, crate::Error>((mark::in_pages(tx)?, flight))
        })?;
        Ok(Reading {
            db,
            bases,
            open: HashMap::new(),
            accepted: Vec::with_capacity(SLICE),
            flight: flight.into_iter().map(|part| (part, false)).collect(),
            launched: HashSet::new(),
            marked: Marked::default(),
            absent: (0, 0, 0),
        })
    }

    fn take(&mut self, record: Sent) -> Result<()> {
        match record.kind {
            Kind::Began | Kind::Backup => {}
            Kind::Launched => drop(self.launched.insert(record.message)),
            Kind::Intent => drop(self.open.insert((record.message, record.part), record)),
            Kind::Back => {
                self.close(&record);
                if let Some(back) = self.flight.get_mut(&(record.message, i64::from(record.part))) {
                    *back = true;
                }
            }
            Kind::Accepted => {
                self.close(&record);
                self.accepted.push(record);
                if self.accepted.len() >= SLICE {
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    /// An intent has ended. An answer to an earlier try ends no later one.
    fn close(&mut self, record: &Sent) {
        let part = (record.message, record.part);
        if self.open.get(&part).is_some_and(|intent| intent.attempt <= record.attempt) {
            self.open.remove(&part);
        }
    }

    fn flush(&mut self) -> Result<()> {
        let records = std::mem::take(&mut self.accepted);
        self.apply(records)
    }

    fn apply(&mut self, records: Vec<Sent>) -> Result<()> {
        let (records, bases) = (Arc::new(records), Arc::new(self.bases.clone()));
        let marked = self.db.write_blocking("restore.mark", move |tx| {
            let marked = mark::mark(tx, &records)?;
            let kept: Vec<Sent> =
                marked.absent.iter().filter(|r| is_in(&bases, r.message)).copied().collect();
            mark::keep(tx, &kept)?;
            Ok::<_, crate::Error>(marked)
        })?;
        self.marked.sent += marked.sent;
        self.marked.unknown += marked.unknown;
        for record in marked.absent.iter().filter(|r| !is_in(&self.bases, r.message)) {
            let (n, from, to) = self.absent;
            let first = if from == 0 { record.at } else { from.min(record.at) };
            self.absent = (n + 1, first, to.max(record.at));
        }
        Ok(())
    }

    /// The log is read: what was still on the wire, and what the marks leave to be cleared away.
    fn end(&mut self, trust: Trust) -> Result<()> {
        self.flush()?;
        let open: Vec<Sent> = std::mem::take(&mut self.open).into_values().collect();
        for chunk in open.chunks(SLICE) {
            self.apply(chunk.to_vec())?;
        }
        if trust == Trust::Whole {
            let back: Arc<HashSet<(i64, i64)>> =
                Arc::new(self.flight.iter().filter(|(_, back)| **back).map(|(part, _)| *part).collect());
            self.db.write_blocking("restore.flight", move |tx| landed(tx, &back))?;
        }
        let mut after = (0, 0, 0, 0);
        while let Some(last) = self.db.write_blocking("restore.outbox", move |tx| settled_rows(tx, after))? {
            after = last;
        }
        self.db.write_blocking("restore.agenda", |tx| {
            tx.exec(
                sql!(
                    "DELETE FROM agenda WHERE workspace <> 0
                     AND id IN (SELECT a.id FROM agenda a JOIN message m ON m.id = a.id WHERE m.status > 3)"
                ),
                &[],
            )
            .map(drop)
        })
    }
}

fn is_in(bases: &[i64], id: i64) -> bool {
    let at = bases.partition_point(|base| *base <= id);
    at.checked_sub(1).and_then(|at| bases.get(at)).is_some_and(|base| id - base < PAGE)
}

/// The intents that the copy holds: what was settled since is no longer in flight, what came back goes to its lane; the
/// rest stays and is ambiguous. Where it is of the same message, it takes the row back when it is settled.
fn landed(tx: &mut Tx<'_>, back: &HashSet<(i64, i64)>) -> Result<()> {
    let open = tx.rows(
        sql!("SELECT f.message, f.part, m.status FROM flight f JOIN message m ON m.id = f.message ORDER BY f.message, f.part"),
        &[],
        |r| Ok(((r.get::<i64>(0)?, r.get::<i64>(1)?), r.get::<sms::Status>(2)?)),
    )?;
    let waits = |status: sms::Status| status.rank() < sms::Status::Submitted.rank();
    let (gone, stay): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(part, status)| !waits(*status) || back.contains(part));
    let flying: HashSet<i64> = stay.iter().map(|((id, _), _)| *id).collect();
    let returning: HashSet<i64> = gone.iter().filter(|(_, s)| waits(*s)).map(|((id, _), _)| *id).collect();
    let removed: Vec<Intent> = flight::remove(tx, gone.iter().map(|(part, _)| *part))?;
    let rows: BTreeMap<i64, Intent> = removed
        .into_iter()
        .filter(|i| returning.contains(&i.message) && !flying.contains(&i.message))
        .map(|i| (i.message, i))
        .collect();
    let ids: Vec<i64> = rows.keys().copied().collect();
    let queued: HashMap<i64, i64> = tx
        .rows(
            sql!(
                "SELECT message, count(*) FROM message_part WHERE message IN LIST($1) AND workspace <> 0 AND status = 2
                 GROUP BY message"
            ),
            &params![list_of(&ids)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?
        .into_iter()
        .collect();
    let rows: Vec<Row> = rows
        .values()
        .map(|i| Row {
            lane: i.lane,
            stream: i.stream,
            due: i.due,
            id: i.message,
            tag: i.tag,
            until: i.until,
            parts: queued.get(&i.message).copied().unwrap_or(i.parts),
        })
        .collect();
    let mut tally = Tally::default();
    outbox::put(tx, &rows, &mut tally)?;
    tally.flush(tx);
    Ok(())
}

/// One walk over the outbox: rows whose message no longer waits go. `None` at its end.
fn settled_rows(tx: &mut Tx<'_>, after: (i64, i64, i64, i64)) -> Result<Option<(i64, i64, i64, i64)>> {
    let limit = i64::try_from(SLICE).unwrap_or(i64::MAX);
    let rows = tx.rows(
        sql!(
            "SELECT o.lane, o.stream, o.due, o.id, m.status FROM outbox o JOIN message m ON m.id = o.id
             WHERE (o.lane, o.stream, o.due, o.id) > ($1, $2, $3, $4)
             ORDER BY o.lane, o.stream, o.due, o.id LIMIT $5"
        ),
        &params![after.0, after.1, after.2, after.3, Val::Int(limit)],
        |r| Ok(((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?), r.get::<sms::Status>(4)?)),
    )?;
    let gone: Vec<_> =
        rows.iter().filter(|(_, s)| s.rank() >= sms::Status::Submitted.rank()).map(|(row, _)| *row).collect();
    mark::take_out(tx, &gone)?;
    Ok(rows.last().map(|(row, _)| *row))
}
