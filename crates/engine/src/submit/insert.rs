//! What was admitted becomes rows: message, then outbox or agenda, with its counters.

use super::{Accepted, Admitted, Submission};
use crate::Result;
use sms::{Code, Status};
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use store::machine::tally::Tally;
use store::machine::{agenda, outbox, stream};
use store::message::{self, NewMessage};
use store::{Bell, Tx};

/// Stores what was admitted, in order. Where an id was stored before, nothing is written twice.
pub fn insert(tx: &mut Tx<'_>, admitted: &[impl Borrow<Admitted>]) -> Result<Vec<Accepted>> {
    let mut rows: Vec<NewMessage> = admitted.iter().map(|a| a.borrow().row.clone()).collect();
    for row in rows.iter_mut().filter(|r| r.id == 0) {
        row.id = tx.id();
    }
    let new: HashSet<i64> = message::insert(tx, &rows)?.into_iter().collect();
    let mut tally = Tally::default();
    let mut streams: HashMap<stream::Key, i64> = HashMap::new();
    let mut out = Vec::new();
    let mut later: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    for (row, one) in rows.iter().zip(admitted).filter(|(row, _)| new.contains(&row.id)) {
        tally.campaign(row.workspace, row.campaign, row.status, Code::None, 1);
        tally.traffic(row.workspace, row.connector, Status::Accepted);
        tx.ring(Bell::Workspace(row.workspace));
        for (kind, was) in &one.borrow().rewritten {
            message::note(tx, row.workspace, row.id, kind, was)?;
        }
        if row.status == Status::Scheduled {
            later.entry(row.workspace).or_default().push((row.due, row.id));
        } else {
            out.push(lane_row(tx, &mut streams, row, one.borrow())?);
        }
    }
    outbox::put(tx, &out, &mut tally)?;
    for (workspace, rows) in later {
        agenda::put(tx, workspace, &rows)?;
    }
    tally.flush(tx);
    Ok(rows.into_iter().map(accepted).collect())
}

fn lane_row(
    tx: &mut Tx<'_>,
    streams: &mut HashMap<stream::Key, i64>,
    row: &NewMessage,
    one: &Admitted,
) -> Result<outbox::Row> {
    let lane = row.class.lane(row.campaign != 0).of(row.connector);
    let key = stream::Key {
        lane,
        workspace: row.workspace,
        campaign: row.campaign,
        class: row.class,
        law_epoch: one.law_epoch,
    };
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
    if row.status == Status::Scheduled {
        return Ok(agenda::put(tx, row.workspace, &[(row.due, row.id)])?);
    }
    let lane = lane_row(tx, &mut HashMap::new(), row, one)?;
    let mut tally = Tally::default();
    outbox::put(tx, &[lane], &mut tally)?;
    tally.flush(tx);
    Ok(())
}

/// Admits anew what waited for its time and is due within `ahead_ms`: at most `limit`. Gives how many were looked at.
///
/// The law of this moment decides, not that of the day it was accepted.
pub fn wake(tx: &mut Tx<'_>, ahead_ms: i64, limit: i64) -> Result<usize> {
    let due = agenda::take_due(tx, ahead_ms, limit)?;
    let rows = agenda::scheduled(tx, &due)?;
    let wanted: Vec<Submission> = rows.iter().map(again).collect();
    let verdicts = super::admit(tx, &wanted)?;
    let mut tally = Tally::default();
    let mut streams = HashMap::new();
    let (mut woken, mut out) = (Vec::new(), Vec::new());
    for (row, verdict) in rows.iter().zip(verdicts) {
        let (status, code, connector, candidates) = match &verdict {
            Ok(a) => (Status::Queued, Code::None, a.row.connector, a.row.candidates.clone()),
            Err(r) => (Status::Suppressed, r.code, row.connector, row.candidates.clone()),
        };
        tally.moved(row.workspace, row.campaign, (Status::Scheduled, Code::None), (status, code));
        tally.traffic(row.workspace, connector, status);
        tx.ring(Bell::Workspace(row.workspace));
        woken.push(agenda::Woken { id: row.id, status, code, connector, candidates });
        if let Ok(mut admitted) = verdict {
            (admitted.row.due, admitted.row.until, admitted.lapses_at) = (row.due, row.until, row.until);
            out.push(lane_row(tx, &mut streams, &admitted.row, &admitted)?);
        }
    }
    agenda::wake(tx, &woken)?;
    outbox::put(tx, &out, &mut tally)?;
    tally.flush(tx);
    Ok(due.len())
}

/// A stored message as it was handed in.
fn again(row: &NewMessage) -> Submission {
    Submission {
        workspace: row.workspace,
        to: row.recipient.clone(),
        text: row.text.clone(),
        from: Some(row.sender.clone()),
        class: Some(row.class),
        campaign: row.campaign,
        contact: row.contact,
        thread: row.thread,
        id: row.id,
        on_ambiguous: Some(row.on_ambiguous),
        client_ref: row.client_ref.clone(),
        test: row.test,
        flash: row.spelling.flash,
        stored: Some(row.tag),
        source: "system",
        ..Submission::default()
    }
}

/// Judges stored messages once more, by the law of this moment; reads only.
pub(crate) fn readmit<'r>(
    tx: &mut Tx<'_>,
    rows: impl Iterator<Item = &'r NewMessage>,
) -> Result<Vec<Result<Admitted, super::Refusal>>> {
    let wanted: Vec<Submission> = rows.map(again).collect();
    super::admit(tx, &wanted)
}

/// The row by which a stored message waits again.
pub(crate) fn lane_again(
    tx: &mut Tx<'_>,
    row: &NewMessage,
    one: &Admitted,
    due: i64,
    until: i64,
) -> Result<outbox::Row> {
    let row = NewMessage { connector: one.row.connector, due, ..row.clone() };
    let lane = lane_row(tx, &mut HashMap::new(), &row, one)?;
    Ok(outbox::Row { until, ..lane })
}
