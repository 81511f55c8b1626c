//! What was admitted becomes rows: message, then outbox or agenda, with its counters.

use super::{Accepted, Admitted, Submission};
use crate::Result;
use sms::{Code, Status};
use std::borrow::Borrow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use store::law;
use store::machine::tally::Tally;
use store::machine::{agenda, lookup, outbox, stream, withdraw};
use store::message::{self, NewMessage};
use store::{Bell, Tx};

/// Stores what was admitted, in order. Where an id was stored before, nothing is written twice.
pub fn insert(tx: &mut Tx<'_>, admitted: &[impl Borrow<Admitted>]) -> Result<Vec<Accepted>> {
    let mut rows: Vec<NewMessage> = admitted.iter().map(|a| a.borrow().row.clone()).collect();
    for row in rows.iter_mut().filter(|r| r.id == 0) {
        row.id = tx.id();
    }
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
        } else if let Some((rule, word)) = one.borrow().held.clone() {
            let hold = law::Hold { message: row.id, code: Code::ClassMismatch, rule, word, at: 0 };
            holds.entry(row.workspace).or_default().push(hold);
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

fn waiting(hook: i64, row: &NewMessage) -> lookup::Waiting {
    let (message, workspace, number, due) = (row.id, row.workspace, row.recipient.clone(), row.due);
    lookup::Waiting { message, workspace, hook, number, due }
}

/// Whether nothing was chosen for a stored message yet: its number was to be looked up first.
fn is_open(row: &NewMessage) -> bool {
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

fn lane_row(
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
    if let Some((rule, word)) = one.held.clone() {
        let hold = law::Hold { message: row.id, code: Code::ClassMismatch, rule, word, at: 0 };
        return Ok(law::hold(tx, row.workspace, &[hold])?);
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

/// Admits anew what waited for its time and is due within `ahead_ms`: at most `limit`. Gives how many were looked at.
///
/// The law of this moment decides, not that of the day it was accepted. What it puts off waits again; what belongs to a
/// halted mailing waits with it, and what belongs to a stopped one is taken back.
pub fn wake(tx: &mut Tx<'_>, ahead_ms: i64, limit: i64) -> Result<usize> {
    let due = agenda::take_due(tx, ahead_ms, limit)?;
    let found = agenda::scheduled(tx, &due)?;
    let (mut tally, now) = (Tally::default(), tx.now());
    let (mut rows, mut woken, mut again_at) =
        (Vec::new(), Vec::new(), HashMap::<i64, Vec<(i64, i64)>>::new());
    let mut states: HashMap<i64, Halt> = HashMap::new();
    for row in found {
        let halt = match states.get(&row.campaign) {
            Some(known) => *known,
            None => *states.entry(row.campaign).or_insert(halted(tx, &row)?),
        };
        match halt {
            Halt::No => rows.push(row),
            Halt::Waits => again_at.entry(row.workspace).or_default().push((now + LOOK_MS, row.id)),
            Halt::Ended => end_waiting(tx, &mut tally, &mut woken, &row, (Status::Cancelled, Code::Stopped)),
        }
    }
    let mut wanted: Vec<Submission> =
        rows.iter().map(|row| Submission { asked: false, ..again(row) }).collect();
    let mut spreads: HashMap<i64, i64> = HashMap::new();
    for one in wanted.iter_mut().filter(|w| w.campaign != 0) {
        if let Entry::Vacant(slot) = spreads.entry(one.campaign) {
            let found = store::campaign::get(tx, one.workspace, one.campaign)?;
            slot.insert(found.map_or(0, |c| super::spread(c.audience)));
        }
        one.spread_ms = spreads.get(&one.campaign).copied().unwrap_or_default();
    }
    let verdicts = super::admit(tx, &wanted)?;
    let (mut streams, mut out, mut asked) = (HashMap::new(), Vec::new(), Vec::new());
    for (row, verdict) in rows.iter().zip(verdicts) {
        let mut admitted = match verdict {
            Err(r) => {
                end_waiting(tx, &mut tally, &mut woken, row, (Status::Suppressed, r.code));
                message::note(tx, row.workspace, row.id, "law_refused", &r.rule)?;
                continue;
            }
            Ok(admitted) => admitted,
        };
        if let Some(hook) = admitted.waits {
            let (due, lasts) = (admitted.row.due, row.until - row.due);
            let waits = NewMessage { due, until: due + lasts, ..row.clone() };
            withdraw::put_off(tx, &waits)?;
            asked.push(waiting(hook, &waits));
            continue;
        }
        let put_off = admitted.row.due > now.max(row.due) + ahead_ms;
        let chosen = is_open(row) && !is_open(&admitted.row);
        if chosen {
            choose(tx, row, &admitted)?;
        } else if put_off || admitted.row.text != row.text {
            let lasts = row.until - row.due;
            let due = if put_off { admitted.row.due } else { row.due };
            let until = if put_off { due + lasts } else { row.until };
            let new = &admitted.row;
            let rewritten = NewMessage {
                text: new.text.clone(),
                spelling: new.spelling,
                parts: new.parts,
                due,
                until,
                ..row.clone()
            };
            if rewritten.text == row.text {
                withdraw::put_off(tx, &rewritten)?;
            } else {
                withdraw::rewrite(tx, &rewritten)?;
            }
        }
        if put_off {
            again_at.entry(row.workspace).or_default().push((admitted.row.due, row.id));
            continue;
        }
        let (status, connector) = (Status::Queued, admitted.row.connector);
        tally.moved(row.workspace, row.campaign, (Status::Scheduled, Code::None), (status, Code::None));
        tally.traffic(row.workspace, connector, status);
        tx.ring(Bell::Workspace(row.workspace));
        let candidates = admitted.row.candidates.clone();
        woken.push(agenda::Woken { id: row.id, status, code: Code::None, connector, candidates });
        admitted.lapses_at = admitted.lapses_at.min(row.until);
        // The hour may open within the minute that was looked ahead: not before it.
        let opens = if admitted.row.due > now { admitted.row.due.max(row.due) } else { row.due };
        (admitted.row.due, admitted.row.until) = (opens, row.until);
        out.push(lane_row(tx, &mut streams, &admitted.row, &admitted)?);
    }
    agenda::wake(tx, &woken)?;
    if !asked.is_empty() {
        lookup::wait(tx, &asked)?;
    }
    for (workspace, rows) in again_at {
        agenda::put(tx, workspace, &rows)?;
    }
    outbox::put(tx, &out, &mut tally)?;
    tally.flush(tx);
    Ok(due.len())
}

/// Writes down what was chosen for a message whose number was looked up: its way, and what the rule rewrites.
fn choose(tx: &mut Tx<'_>, row: &NewMessage, admitted: &Admitted) -> Result<()> {
    let (due, lasts) = (admitted.row.due.max(row.due), row.until - row.due);
    let chosen =
        NewMessage { id: row.id, due, until: due + lasts, status: Status::Scheduled, ..admitted.row.clone() };
    withdraw::rewrite(tx, &chosen)?;
    for (kind, was) in &admitted.rewritten {
        message::note(tx, row.workspace, row.id, kind, was)?;
    }
    Ok(())
}

/// How soon what waits with a halted mailing is looked at again.
const LOOK_MS: i64 = 120_000;

/// Whether the mailing of a waiting message lets it go.
#[derive(Clone, Copy)]
enum Halt {
    No,
    Waits,
    Ended,
}

/// Holds the mailing's row, so that no pause or stop is overtaken.
fn halted(tx: &mut Tx<'_>, row: &NewMessage) -> Result<Halt> {
    use store::campaign::{self, State};
    if row.campaign == 0 || campaign::plan(tx, row.workspace, row.campaign, State::Running, 0, 0)? {
        return Ok(Halt::No);
    }
    Ok(match campaign::get(tx, row.workspace, row.campaign)?.map(|c| c.state) {
        Some(State::Paused | State::Held | State::Freezing | State::Scheduled) => Halt::Waits,
        Some(State::Stopped) => Halt::Ended,
        _ => Halt::No,
    })
}

fn end_waiting(
    tx: &mut Tx<'_>,
    tally: &mut Tally,
    woken: &mut Vec<agenda::Woken>,
    row: &NewMessage,
    (status, code): (Status, Code),
) {
    tally.moved(row.workspace, row.campaign, (Status::Scheduled, Code::None), (status, code));
    tally.traffic(row.workspace, row.connector, status);
    tx.ring(Bell::Workspace(row.workspace));
    let candidates = row.candidates.clone();
    woken.push(agenda::Woken { id: row.id, status, code, connector: row.connector, candidates });
}

/// Lets a message go that waited for a person.
pub(crate) fn release(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    let wanted = Submission { reviewed: true, ..again(row) };
    let verdict = super::admit(tx, &[wanted])?.pop();
    let Some(Ok(admitted)) = verdict else {
        let refusal = verdict.and_then(Result::err);
        let (code, rule) = refusal.map_or((Code::NoRoute, String::new()), |r| (r.code, r.rule));
        return Err(crate::Error::Refused { code, rule });
    };
    let (mut tally, until) = (Tally::default(), row.until);
    let (status, connector) = (Status::Queued, admitted.row.connector);
    tally.moved(row.workspace, row.campaign, (Status::Scheduled, Code::None), (status, Code::None));
    tally.traffic(row.workspace, connector, status);
    let candidates = admitted.row.candidates.clone();
    agenda::wake(tx, &[agenda::Woken { id: row.id, status, code: Code::None, connector, candidates }])?;
    let mut admitted = admitted;
    admitted.lapses_at = admitted.lapses_at.min(until);
    (admitted.row.due, admitted.row.until) = (row.due, until);
    let lane = lane_row(tx, &mut HashMap::new(), &admitted.row, &admitted)?;
    outbox::put(tx, &[lane], &mut tally)?;
    tally.flush(tx);
    tx.ring(Bell::Workspace(row.workspace));
    Ok(())
}

/// Ends a message that waited for a person.
pub(crate) fn end_held(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    let (mut tally, mut woken) = (Tally::default(), Vec::new());
    end_waiting(tx, &mut tally, &mut woken, row, (Status::Cancelled, Code::CancelledByPerson));
    agenda::wake(tx, &woken)?;
    tally.flush(tx);
    Ok(())
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
        has_tlvs: row.spelling.tlvs,
        // What nothing was chosen for was not rewritten either.
        stored: (!is_open(row)).then_some(row.tag),
        asked: true,
        notify: row.notify,
        send_at: Some(row.due),
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
    // A person's wish to send it again does not open closed hours.
    let due = due.max(one.row.due);
    let row = NewMessage { connector: one.row.connector, due, ..row.clone() };
    let lane = lane_row(tx, &mut HashMap::new(), &row, one)?;
    Ok(outbox::Row { until: until.min(one.lapses_at), ..lane })
}
