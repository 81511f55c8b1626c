//! What was admitted becomes rows: message, then outbox or agenda, with its counters.

use super::{Accepted, Admitted, Held};
use crate::{Result, unsubscribe};
use sms::{Code, Status};
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use store::law;
use store::machine::tally::Tally;
use store::machine::{agenda, lookup, outbox, stream};
use store::message::{self, NewMessage};
use store::{Bell, Tx};

/// Stores what was admitted, in order. Where an id was stored before, nothing is written twice.
pub fn insert(tx: &mut Tx<'_>, admitted: &[impl Borrow<Admitted>]) -> Result<Vec<Accepted>> {
    let mut rows: Vec<NewMessage> = admitted.iter().map(|a| a.borrow().row.clone()).collect();
    for row in rows.iter_mut().filter(|r| r.id == 0) {
        row.id = tx.id();
    }
    keep_links(tx, admitted.iter().map(Borrow::borrow))?;
    let capped = over_the_cap(tx, &mut rows, admitted)?;
    tx.foresee(|tx| {
        let keys: HashSet<stream::Key> =
            rows.iter().zip(admitted).filter(|(r, _)| r.status != Status::Scheduled).map(stream_of).collect();
        keys.iter().try_for_each(|key| stream::id_of(tx, key).map(drop))
    })?;
    let new: HashSet<i64> = message::insert(tx, &rows)?.into_iter().collect();
    let mut tally = Tally::default();
    let mut holds: HashMap<i64, Vec<law::Hold>> = HashMap::new();
    let mut ended = Vec::new();
    let mut streams: HashMap<stream::Key, i64> = HashMap::new();
    let mut out = Vec::new();
    let mut later: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    let mut asked = Vec::new();
    for (row, one) in rows.iter().zip(admitted).filter(|(row, _)| new.contains(&row.id)) {
        let over = capped.contains(&row.id);
        let stands = if over { (Status::Suppressed, Code::FreqCap) } else { (row.status, Code::None) };
        tally.campaign(row.workspace, row.campaign, stands.0, stands.1, 1);
        tally.traffic(row.workspace, row.connector, Status::Accepted);
        tx.ring(Bell::Workspace(row.workspace));
        for (kind, was) in &one.borrow().rewritten {
            message::note(tx, row.workspace, row.id, kind, was)?;
        }
        if over {
            let candidates = row.candidates.clone();
            ended.push(agenda::Woken {
                id: row.id,
                status: stands.0,
                code: stands.1,
                connector: row.connector,
                candidates,
            });
        } else if let Some(held) = &one.borrow().held {
            holds.entry(row.workspace).or_default().push(hold_of(row, held));
        } else if let Some(hook) = one.borrow().waits {
            asked.push(waiting(hook, row));
        } else if row.status == Status::Scheduled {
            later.entry(row.workspace).or_default().push((row.due, row.id));
        } else {
            out.push(lane_row(tx, &mut streams, row, one.borrow())?);
        }
    }
    outbox::put_new(tx, &out, &mut tally)?;
    for (workspace, rows) in later {
        agenda::put(tx, workspace, &rows)?;
    }
    for (workspace, holds) in holds {
        law::hold(tx, workspace, &holds)?;
    }
    if !asked.is_empty() {
        lookup::wait(tx, &asked)?;
    }
    agenda::wake(tx, &ended)?;
    tally.flush(tx);
    Ok(rows.into_iter().map(accepted).collect())
}

/// Keeps the tokens of links that the law added: they must work for years.
pub(super) fn keep_links<'a>(tx: &mut Tx<'_>, admitted: impl Iterator<Item = &'a Admitted>) -> Result<()> {
    let mut numbers: HashMap<i64, Vec<&str>> = HashMap::new();
    for one in admitted {
        if let Some(number) = &one.link {
            numbers.entry(one.row.workspace).or_default().push(number);
        }
    }
    for (workspace, numbers) in numbers {
        unsubscribe::tokens(tx, workspace, &numbers)?;
    }
    Ok(())
}

/// Takes the places that advertising needs, and gives the messages that found none: two mailings may have been judged
/// at the same time, and only here one of them comes second.
fn over_the_cap(
    tx: &mut Tx<'_>,
    rows: &mut [NewMessage],
    admitted: &[impl Borrow<Admitted>],
) -> Result<HashSet<i64>> {
    let mut wanted: HashMap<(i64, i64, i64), Vec<(i64, i64)>> = HashMap::new();
    for (row, one) in rows.iter().zip(admitted) {
        if let Some(cap) = &one.borrow().cap {
            wanted.entry((row.workspace, cap.max, cap.per_ms)).or_default().push((row.tag, row.id));
        }
    }
    let mut over = HashSet::new();
    let now = tx.now();
    for ((workspace, max, per_ms), mut asked) in wanted {
        asked.sort_unstable();
        let got: HashSet<i64> = law::reserve(tx, workspace, &asked, max, now - per_ms)?.into_iter().collect();
        over.extend(asked.into_iter().map(|(_, id)| id).filter(|id| !got.contains(id)));
    }
    // Stored as waiting, ended in the same breath: whoever is to be told of its end is told.
    rows.iter_mut().filter(|r| over.contains(&r.id)).for_each(|r| r.status = Status::Scheduled);
    Ok(over)
}

pub(super) fn waiting(hook: i64, row: &NewMessage) -> lookup::Waiting {
    let (message, workspace, number, due) = (row.id, row.workspace, row.recipient.clone(), row.due);
    lookup::Waiting { message, workspace, hook, number, due, urgent: crate::lookup::is_urgent(row.class) }
}

/// Whether nothing was chosen for a stored message yet: its number was to be looked up first.
pub(super) fn is_open(row: &NewMessage) -> bool {
    row.connector == 0 && row.route == 0 && !row.test
}

/// The stream in which a message waits.
fn stream_of((row, one): (&NewMessage, &impl Borrow<Admitted>)) -> stream::Key {
    stream::Key {
        lane: row.class.lane(row.campaign != 0).of(row.connector),
        workspace: row.workspace,
        campaign: row.campaign,
        class: row.class,
        law_epoch: one.borrow().law_epoch,
    }
}

pub(super) fn lane_row(
    tx: &mut Tx<'_>,
    streams: &mut HashMap<stream::Key, i64>,
    row: &NewMessage,
    one: &Admitted,
) -> Result<outbox::Row> {
    let key = stream_of((row, &one));
    let lane = key.lane;
    let stream = match streams.get(&key) {
        Some(id) => *id,
        None => {
            let id = stream::id_of(tx, &key)?;
            streams.insert(key, id);
            id
        }
    };
    let (due, id, tag, until, parts) = (row.due, row.id, row.tag, one.lapses_at, row.parts);
    Ok(outbox::Row { lane, stream, due, id, tag, until, parts })
}

/// A message waits for a person no longer than it is worth sending.
pub(super) fn hold_of(row: &NewMessage, held: &Held) -> law::Hold {
    let (rule, word) = (held.rule.clone(), held.word.clone());
    law::Hold { message: row.id, code: held.code, rule, word, at: 0, until_at: row.until }
}

fn accepted(row: NewMessage) -> Accepted {
    Accepted {
        id: row.id,
        status: row.status,
        encoding: row.spelling.encoding,
        parts: row.parts,
        to: row.recipient,
    }
}

/// Lays down again a message that was taken back and rewritten: in its lane, or on the agenda.
pub(crate) fn lay_again(tx: &mut Tx<'_>, one: &Admitted) -> Result<()> {
    let row = &one.row;
    keep_links(tx, std::iter::once(one))?;
    if let Some(held) = &one.held {
        return Ok(law::hold(tx, row.workspace, &[hold_of(row, held)])?);
    }
    if let Some(hook) = one.waits {
        return Ok(lookup::wait(tx, &[waiting(hook, row)])?);
    }
    if row.status == Status::Scheduled {
        return Ok(agenda::put(tx, row.workspace, &[(row.due, row.id)])?);
    }
    let lane = lane_row(tx, &mut HashMap::new(), row, one)?;
    let mut tally = Tally::default();
    outbox::put(tx, &[lane], &mut tally)?;
    tally.flush(tx);
    Ok(())
}

/// The row by which a stored message waits again.
pub(crate) fn lane_again(
    tx: &mut Tx<'_>,
    row: &NewMessage,
    one: &Admitted,
    due: i64,
    until: i64,
) -> Result<outbox::Row> {
    // A person's wish to send it again does not open closed hours.
    let due = due.max(one.row.due);
    let row = NewMessage { connector: one.row.connector, due, ..row.clone() };
    let lane = lane_row(tx, &mut HashMap::new(), &row, one)?;
    Ok(outbox::Row { until: until.min(one.lapses_at), ..lane })
}
