//! What waited is judged anew: for its time, for other hours, for a person. The law of this moment decides, not that of the
//! day it was accepted.
//!
//! Whoever ends or moves a message counts it only where the row still waited: a stop may have been faster.

use super::insert::{hold_of, is_open, keep_links, lane_row, waiting};
use super::{Admitted, Submission};
use crate::Result;
use sms::{Code, Status};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use store::machine::tally::Tally;
use store::machine::{agenda, lookup, outbox, stream, withdraw};
use store::message::{self, NewMessage};
use store::{Bell, Tx, law};

/// How soon what waits with a halted mailing is looked at again.
const LOOK_MS: i64 = 120_000;

/// What became of messages that waited, written and counted together.
#[derive(Default)]
struct Moves {
    woken: Vec<agenda::Woken>,
    /// Workspace, campaign, and the rule that ended it.
    of: Vec<(i64, i64, Option<String>)>,
    lanes: Vec<outbox::Row>,
}

impl Moves {
    fn push(&mut self, row: &NewMessage, to: (Status, Code), way: (i64, String), rule: Option<String>) {
        let (connector, candidates) = way;
        self.woken.push(agenda::Woken { id: row.id, status: to.0, code: to.1, connector, candidates });
        self.of.push((row.workspace, row.campaign, rule));
    }

    fn end(&mut self, row: &NewMessage, to: (Status, Code), rule: Option<String>) {
        self.push(row, to, (row.connector, row.candidates.clone()), rule);
    }

    /// Writes all, and counts those that nobody moved meanwhile.
    fn write(mut self, tx: &mut Tx<'_>) -> Result<()> {
        let still: HashSet<i64> = agenda::wake(tx, &self.woken)?.into_iter().collect();
        let mut tally = Tally::default();
        for (one, (workspace, campaign, rule)) in self.woken.iter().zip(&self.of) {
            if !still.contains(&one.id) {
                continue;
            }
            tally.moved(*workspace, *campaign, (Status::Scheduled, Code::None), (one.status, one.code));
            tally.traffic(*workspace, one.connector, one.status);
            tx.ring(Bell::Workspace(*workspace));
            if let Some(rule) = rule {
                message::note(tx, *workspace, one.id, "law_refused", rule)?;
            }
        }
        self.lanes.retain(|row| still.contains(&row.id));
        outbox::put(tx, &self.lanes, &mut tally)?;
        tally.flush(tx);
        Ok(())
    }
}

/// Admits anew what waited for its time and is due within `ahead_ms`: at most `limit`. Gives how many were looked at.
///
/// What the law puts off waits again; what belongs to a halted mailing waits with it, and what belongs to a stopped one is
/// taken back.
pub fn wake(tx: &mut Tx<'_>, ahead_ms: i64, limit: i64) -> Result<usize> {
    let due = agenda::take_due(tx, ahead_ms, limit)?;
    let found = agenda::scheduled(tx, &due)?;
    wake_found(tx, found, ahead_ms)?;
    Ok(due.len())
}

/// [`wake`] for messages that were read as waiting.
pub(super) fn wake_found(tx: &mut Tx<'_>, found: Vec<NewMessage>, ahead_ms: i64) -> Result<()> {
    let mut moves = Moves::default();
    let mut again_at = HashMap::<i64, Vec<(i64, i64)>>::new();
    let rows = that_may_go(tx, found, &mut moves, &mut again_at)?;
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
    let mut verdicts = super::admit(tx, &wanted)?;
    said_stays_said(tx, &rows, &mut verdicts)?;
    keep_links(tx, verdicts.iter().filter_map(|v| v.as_ref().ok()))?;
    let (mut streams, mut asked, now) = (HashMap::new(), Vec::new(), tx.now());
    for (row, verdict) in rows.iter().zip(verdicts) {
        let mut admitted = match verdict {
            Err(r) => {
                moves.end(row, (Status::Suppressed, r.code), Some(r.rule));
                continue;
            }
            Ok(admitted) => admitted,
        };
        if let Some(held) = &admitted.held
            && !was_released(tx, row)?
        {
            law::hold(tx, row.workspace, &[hold_of(row, held)])?;
            continue;
        }
        if let Some(hook) = admitted.waits {
            let (due, lasts) = (admitted.row.due, row.until - row.due);
            let waits = NewMessage { due, until: due + lasts, ..row.clone() };
            withdraw::put_off(tx, &waits)?;
            asked.push(waiting(hook, &waits));
            continue;
        }
        let put_off = admitted.row.due > now.max(row.due) + ahead_ms;
        if is_open(row) && !is_open(&admitted.row) {
            choose(tx, row, &admitted)?;
            if put_off {
                again_at.entry(row.workspace).or_default().push((admitted.row.due, row.id));
                continue;
            }
        } else if let Some(due) = rewritten(tx, row, &admitted, put_off)? {
            again_at.entry(row.workspace).or_default().push((due, row.id));
            continue;
        }
        let way = (admitted.row.connector, admitted.row.candidates.clone());
        moves.push(row, (Status::Queued, Code::None), way, None);
        admitted.lapses_at = admitted.lapses_at.min(row.until);
        // The hour may open within the minute that was looked ahead: not before it.
        let opens = if admitted.row.due > now { admitted.row.due.max(row.due) } else { row.due };
        (admitted.row.due, admitted.row.until) = (opens, row.until);
        moves.lanes.push(lane_row(tx, &mut streams, &admitted.row, &admitted)?);
    }
    moves.write(tx)?;
    if !asked.is_empty() {
        lookup::wait(tx, &asked)?;
    }
    for (workspace, rows) in again_at {
        agenda::put(tx, workspace, &rows)?;
    }
    Ok(())
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

/// Whose mailings let them go: what waits with a halted one is put on the agenda again, what is of a stopped one ends.
fn that_may_go(
    tx: &mut Tx<'_>,
    found: Vec<NewMessage>,
    moves: &mut Moves,
    again_at: &mut HashMap<i64, Vec<(i64, i64)>>,
) -> Result<Vec<NewMessage>> {
    let mut states: HashMap<i64, Halt> = HashMap::new();
    let (mut rows, now) = (Vec::new(), tx.now());
    for row in found {
        let halt = match states.get(&row.campaign) {
            Some(known) => *known,
            None => *states.entry(row.campaign).or_insert(halted(tx, &row)?),
        };
        match halt {
            Halt::No => rows.push(row),
            Halt::Waits => again_at.entry(row.workspace).or_default().push((now + LOOK_MS, row.id)),
            Halt::Ended => moves.end(&row, (Status::Cancelled, Code::Stopped), None),
        }
    }
    Ok(rows)
}

/// A long message of which the carrier has some parts keeps its text: what is left of it completes what is there.
fn said_stays_said(
    tx: &mut Tx<'_>,
    rows: &[NewMessage],
    verdicts: &mut [std::result::Result<Admitted, super::Refusal>],
) -> Result<()> {
    let mut changed: HashMap<i64, Vec<i64>> = HashMap::new();
    for (row, verdict) in rows.iter().zip(verdicts.iter()) {
        if row.parts > 1 && verdict.as_ref().is_ok_and(|a| a.row.text != row.text) {
            changed.entry(row.workspace).or_default().push(row.id);
        }
    }
    for (workspace, ids) in changed {
        let begun = message::begun(tx, workspace, &ids)?;
        for (row, verdict) in rows.iter().zip(verdicts.iter_mut()) {
            if let (true, Ok(a)) = (begun.contains(&row.id), verdict) {
                (a.row.text, a.row.spelling, a.row.parts) = (row.text.clone(), row.spelling, row.parts);
            }
        }
    }
    Ok(())
}

/// Writes what the law makes of a message from now on. Gives when it is looked at again, where it is put off.
fn rewritten(tx: &mut Tx<'_>, row: &NewMessage, admitted: &Admitted, put_off: bool) -> Result<Option<i64>> {
    if !put_off && admitted.row.text == row.text {
        return Ok(None);
    }
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
    Ok(put_off.then_some(due))
}

/// Whether a person let it go before.
fn was_released(tx: &mut Tx<'_>, row: &NewMessage) -> Result<bool> {
    Ok(message::events(tx, row.workspace, row.id)?.iter().any(|e| e.kind == "law_released"))
}

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

/// Lets a message go that waited for a person: now, or when it is due.
pub(crate) fn release(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    let wanted = Submission { reviewed: true, ..again(row) };
    let verdict = super::admit(tx, &[wanted])?.pop();
    let Some(Ok(mut admitted)) = verdict else {
        let refusal = verdict.and_then(std::result::Result::err);
        let (code, rule) = refusal.map_or((Code::NoRoute, String::new()), |r| (r.code, r.rule));
        return Err(crate::Error::Refused { code, rule });
    };
    let later = admitted.row.due.max(row.due);
    if later > tx.now() + agenda::AHEAD_MS {
        let until = row.until.max(later + row.until - row.due);
        withdraw::put_off(tx, &NewMessage { due: later, until, ..row.clone() })?;
        return Ok(agenda::put(tx, row.workspace, &[(later, row.id)])?);
    }
    if is_open(row) {
        choose(tx, row, &admitted)?;
    }
    admitted.lapses_at = admitted.lapses_at.min(row.until);
    (admitted.row.due, admitted.row.until) = (later, row.until);
    let mut moves = Moves::default();
    let way = (admitted.row.connector, admitted.row.candidates.clone());
    moves.push(row, (Status::Queued, Code::None), way, None);
    moves.lanes.push(lane_row(tx, &mut HashMap::<stream::Key, i64>::new(), &admitted.row, &admitted)?);
    moves.write(tx)
}

/// Ends a message that waited for a person.
pub(crate) fn end_held(tx: &mut Tx<'_>, row: &NewMessage) -> Result<()> {
    let mut moves = Moves::default();
    moves.end(row, (Status::Cancelled, Code::CancelledByPerson), None);
    moves.write(tx)
}

/// Ends what waited for a person until its time was over: at most `limit`. Gives how many.
pub(crate) fn end_overdue(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let late = store::machine::law::overdue_holds(tx, limit)?;
    let mut moves = Moves::default();
    for row in &late {
        moves.end(row, (Status::Expired, Code::HoldExpired), None);
    }
    moves.write(tx)?;
    Ok(late.len())
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
) -> Result<Vec<std::result::Result<Admitted, super::Refusal>>> {
    let wanted: Vec<Submission> = rows.map(again).collect();
    super::admit(tx, &wanted)
}
