//! Long messages: each part has its row and its own way, and the message stands where its parts together stand.
//!
//! A part that was not taken goes back to the lane alone; what the carrier took is never written again. The rest goes
//! even where another part is unclear: a handset that has some parts shows nothing whole without the others, so what is
//! known to be missing is always worth one SMS. Only when nothing else is missing does the class decide about the
//! unclear ones: they are sent again once, flagged, or the message reads `unknown` until a receipt or a late answer
//! tells. A part refused for good ends the message, and what was not written stays unwritten.
//!
//! The parts of one intent complete even if the person refuses meanwhile; a later try is an intent of its own and asks
//! the law again.

use super::{Batch, Outcome, row_of};
use crate::machine::flight;
use crate::{Result, Tx, list_of, params, sql};
use sms::life::{Standing, Verdict, judge};
use sms::{Code, OnAmbiguous, Status};
use std::collections::BTreeMap;

/// One part as it is stored, and as it will be.
struct Part {
    status: Status,
    code: Code,
    attempt: i64,
    smsc_id: String,
    connector: i64,
    submitted_at: i64,
    done_at: i64,
    /// Its intent is open.
    flying: bool,
    changed: bool,
}

/// A long message while its batch is judged.
pub(super) struct Long {
    parts: Vec<Part>,
    /// The carrier's latest word for why a part did not go.
    detail: String,
    /// The reason noted while other parts are out.
    remark: Option<Code>,
    /// An intent that ended in this batch: it knows the way back to the lane.
    way: Option<flight::Intent>,
    /// Not before, ms, if it goes back.
    due: i64,
    /// The connector that tries next, unless this one has something of the message.
    next: Option<i64>,
    touched: bool,
}

/// Where an update says a part stands.
struct Update<'a> {
    attempt: i64,
    status: Status,
    code: Code,
    smsc_id: &'a str,
    detail: &'a str,
}

impl Long {
    fn flying(&self) -> bool {
        self.parts.iter().any(|p| p.flying)
    }

    fn any(&self, status: Status, code: Code) -> bool {
        self.parts.iter().any(|p| p.status == status && p.code == code)
    }

    /// Whether the carrier has nothing of it, not even perhaps.
    fn nothing_taken(&self) -> bool {
        self.parts.iter().all(|p| p.status == Status::Queued && p.submitted_at == 0)
    }

    fn queued(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|p| p.status == Status::Queued)
    }

    /// How the message ends because of a part that failed for good.
    fn failed(&self) -> Option<(Status, Code, String)> {
        let failed =
            |p: &&Part| p.status.is_final() && !matches!(p.status, Status::Delivered | Status::Cancelled);
        let worst = self.parts.iter().filter(failed).max_by_key(|p| p.status.number())?;
        let taken = self.parts.iter().filter(|p| p.submitted_at > 0).count();
        if worst.status == Status::Rejected && worst.submitted_at == 0 && taken > 0 {
            let words = format!("{} ({taken} of {} parts taken)", self.detail, self.parts.len());
            return Some((Status::Undelivered, worst.code, words.trim_start().to_owned()));
        }
        Some((worst.status, worst.code, self.detail.clone()))
    }

    /// What was never written and will not be any more.
    fn withdraw(&mut self, code: Code, now: i64) {
        for part in self.parts.iter_mut().filter(|p| p.status == Status::Queued && !p.flying) {
            (part.status, part.code, part.done_at, part.changed) = (Status::Cancelled, code, now, true);
        }
    }
}

impl Batch {
    /// Loads the long ones among the messages of this batch that it has not yet, locked until it is written: two receipts that come over
    /// two links must see each other.
    pub(super) fn load_long(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let mut ids: Vec<i64> = self
            .facts
            .iter()
            .filter(|(id, f)| f.parts > 1 && !self.long.contains_key(id))
            .map(|(id, _)| *id)
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        ids.sort_unstable();
        let (facts, long) = (&mut self.facts, &mut self.long);
        tx.rows(
            sql!(
                "SELECT p.message, p.status, p.code, p.attempt, p.smsc_id, p.connector, p.submitted_at, p.done_at,
                   m.status, m.code, m.attempt, m.possible_duplicate, m.detail
                 FROM message_part p JOIN message m ON m.id = p.message
                 WHERE p.message IN LIST($1) AND p.workspace <> 0 ORDER BY p.message, p.part FOR UPDATE"
            ),
            &params![list_of(&ids)],
            |r| {
                let id = r.get(0)?;
                if let Some(facts) = facts.get_mut(&id) {
                    (facts.status, facts.code, facts.attempt) = (r.get(8)?, r.get(9)?, r.get(10)?);
                    facts.possible_duplicate = r.get(11)?;
                }
                let detail = r.get(12)?;
                let one = long.entry(id).or_insert_with(|| Long::new(detail));
                one.parts.push(Part {
                    status: r.get(1)?,
                    code: r.get(2)?,
                    attempt: r.get(3)?,
                    smsc_id: r.get(4)?,
                    connector: r.get(5)?,
                    submitted_at: r.get(6)?,
                    done_at: r.get(7)?,
                    flying: false,
                    changed: false,
                });
                Ok(())
            },
        )?;
        let flying = tx.rows(
            sql!("SELECT message, part FROM flight WHERE message IN LIST($1)"),
            &params![list_of(&ids)],
            |r| Ok((r.get(0)?, r.get::<i64>(1)?)),
        )?;
        for (message, part) in flying {
            if let Some(part) = part_of(&mut self.long, message, part) {
                part.flying = true;
            }
        }
        Ok(())
    }

    pub(super) fn part_outcome(&mut self, intent: &flight::Intent, outcome: &Outcome) {
        let (message, attempt) = (intent.message, intent.attempt);
        if let Outcome::Elsewhere { code, detail } = outcome {
            return self.part_elsewhere(intent, *code, detail);
        }
        let next = self.after_failure(intent);
        let Some(long) = self.long.get_mut(&message) else { return };
        long.way = Some(*intent);
        long.due = long.due.max(intent.due);
        long.touched = true;
        let place = format!("{}/{}", intent.part + 1, long.parts.len());
        let update = |status, code, smsc_id, detail| Update { attempt, status, code, smsc_id, detail };
        match outcome {
            Outcome::Accepted { smsc_id, .. } => {
                let update = update(Status::Submitted, Code::None, smsc_id.as_str(), "");
                self.part(message, intent.part, &update);
            }
            Outcome::Rejected { code, detail } => {
                self.part(message, intent.part, &update(Status::Rejected, *code, "", detail.as_str()));
            }
            Outcome::Ambiguous { detail } => {
                self.note(message, "ambiguous", format!("{place} {detail}"));
                let update = update(Status::Unknown, Code::AmbiguousSubmit, "", detail.as_str());
                self.part(message, intent.part, &update);
            }
            Outcome::Back { due } => long.due = long.due.max(*due),
            Outcome::Again { due, code, detail } => {
                long.due = long.due.max(*due);
                long.next = long.next.or(next);
                self.note(message, "retry", format!("{place} {detail}"));
                self.part_again(intent, *code, detail);
            }
            Outcome::Elsewhere { .. } => {}
        }
    }

    /// This carrier will not take a part: the whole message goes to the next candidate while this one has nothing of
    /// it; else it ends, for parts of two carriers are no message.
    fn part_elsewhere(&mut self, intent: &flight::Intent, code: Code, detail: &str) {
        let (message, now) = (intent.message, self.now);
        let open = self.facts.get(&message).is_some_and(|f| now < f.until);
        let next = self.candidate(message, false).filter(|_| open);
        let Some(long) = self.long.get_mut(&message) else { return };
        (long.way, long.touched) = (Some(*intent), true);
        if next.is_some() && long.nothing_taken() {
            (long.next, long.due) = (next, long.due.max(now));
            return self.part_again(intent, code, detail);
        }
        let (attempt, status) = (intent.attempt, Status::Rejected);
        self.part(message, intent.part, &Update { attempt, status, code, smsc_id: "", detail });
    }

    /// The part waits for its next try.
    fn part_again(&mut self, intent: &flight::Intent, code: Code, detail: &str) {
        let (attempt, status) = (intent.attempt + 1, Status::Queued);
        self.part(intent.message, intent.part, &Update { attempt, status, code, smsc_id: "", detail });
    }

    /// What a receipt says of a part.
    pub(super) fn part_receipt(&mut self, key: &super::receipt_key::Key, receipt: &super::Receipt) {
        let (attempt, status, code) = (key.attempt, receipt.status, receipt.code);
        let update = Update { attempt, status, code, smsc_id: "", detail: &receipt.detail };
        self.part(key.message, key.part, &update);
    }

    /// An answer after the part was given up: it is known now, and where it waits to go again it need not.
    pub(super) fn part_late(&mut self, late: &super::Late) {
        let (now, account) = (self.now, self.account);
        let Some(part) = part_of(&mut self.long, late.message, late.part) else { return };
        let held = part.status == Status::Unknown && part.code == Code::AmbiguousSubmit;
        let waits = part.status == Status::Queued && !part.flying && part.attempt > late.attempt;
        let same = part.attempt == late.attempt;
        let mut detail = None;
        match &late.answer {
            Ok((smsc_id, _)) if held || waits => {
                (part.status, part.code, part.attempt) = (Status::Submitted, Code::None, late.attempt);
                (part.submitted_at, part.connector) = (now, account);
                smsc_id.clone_into(&mut part.smsc_id);
            }
            Err((code, words)) if held && same => {
                (part.status, part.code, part.done_at) = (Status::Rejected, *code, now);
                detail = Some(words);
            }
            _ => return,
        }
        part.changed = true;
        if let Some(long) = self.long.get_mut(&late.message) {
            long.touched = true;
            if let Some(words) = detail {
                long.detail.clone_from(words);
            }
        }
    }

    /// Receipts of these parts are not waited for any longer.
    pub(super) fn parts_without_receipt(&mut self, message: i64) {
        let Some(long) = self.long.get_mut(&message) else { return };
        long.touched = true;
        for part in &mut long.parts {
            if matches!(part.status, Status::Submitted | Status::Buffered) {
                (part.status, part.code, part.changed) = (Status::Unknown, Code::NoReceipt, true);
            }
        }
    }

    /// Judges one update of a part and keeps it, drops it, or notes the contradiction.
    fn part(&mut self, message: i64, number: i64, update: &Update<'_>) {
        let (now, account) = (self.now, self.account);
        let Some(part) = part_of(&mut self.long, message, number) else { return };
        let to = Standing { attempt: update.attempt, status: update.status };
        let verdict = judge(Standing { attempt: part.attempt, status: part.status }, to);
        if verdict == Verdict::Conflict {
            let (before, after) = (part.status.name(), update.status.name());
            let what = format!("{}: {after} after {before}: {}", number + 1, update.detail);
            return self.note(message, "conflict", what);
        }
        if verdict == Verdict::Stale {
            return;
        }
        (part.status, part.code, part.attempt) = (update.status, update.code, update.attempt);
        (part.connector, part.changed) = (account, true);
        if !update.smsc_id.is_empty() {
            update.smsc_id.clone_into(&mut part.smsc_id);
        }
        if update.status == Status::Submitted {
            part.submitted_at = now;
        }
        if update.status.is_final() {
            part.done_at = now;
        }
        if let Some(long) = self.long.get_mut(&message) {
            long.touched = true;
            if update.code != Code::None {
                update.detail.clone_into(&mut long.detail);
                long.remark = Some(update.code);
            }
        }
    }

    /// Draws the conclusion for every long message of the batch.
    pub(super) fn fold(&mut self) {
        let mut long = std::mem::take(&mut self.long);
        for (id, one) in long.iter_mut().filter(|(_, l)| l.touched) {
            self.conclude(*id, one);
        }
        self.long = long;
    }

    /// Where the message stands by its parts.
    fn conclude(&mut self, id: i64, long: &mut Long) {
        let Some(facts) = self.facts.get(&id) else { return };
        let (attempt, now) = (facts.attempt, self.now);
        if long.parts.iter().all(|p| p.status == Status::Delivered) {
            return self.apply(id, attempt, Status::Delivered, Code::None, "", None);
        }
        if facts.status.is_final() {
            return long.withdraw(facts.code, now);
        }
        if long.flying() {
            // The answers of its other parts are still out; the latest reason and the latest due stay with them.
            if let Some(code) = long.remark {
                self.remark(id, code, &long.detail);
            }
            if long.way.is_some_and(|w| w.due < long.due) {
                self.later.push((id, long.due));
            }
            return;
        }
        if let Some((status, code, words)) = long.failed() {
            long.withdraw(code, now);
            return self.apply(id, attempt, status, code, &words, None);
        }
        if long.queued().next().is_some() {
            return self.rest_goes_back(id, long);
        }
        if long.any(Status::Unknown, Code::AmbiguousSubmit) {
            return self.unclear(id, long);
        }
        let smsc_id = long.parts.first().map(|p| p.smsc_id.clone()).unwrap_or_default();
        let (status, code) = if long.any(Status::Unknown, Code::NoReceipt) {
            (Status::Unknown, Code::NoReceipt)
        } else if long.parts.iter().any(|p| p.status == Status::Buffered) {
            (Status::Buffered, Code::None)
        } else {
            (Status::Submitted, Code::None)
        };
        let cleared = facts.status == Status::Unknown && facts.code == Code::AmbiguousSubmit;
        if cleared {
            self.set(id, Standing { attempt, status }, code, "", Some(&smsc_id));
        } else {
            self.apply(id, attempt, status, code, "", Some(&smsc_id));
        }
    }

    /// The parts that were not taken go to the lane again, and only they.
    fn rest_goes_back(&mut self, id: i64, long: &mut Long) {
        let (Some(way), Some(facts)) = (long.way, self.facts.get(&id)) else {
            return; // it stands in its lane already
        };
        let code = long.queued().map(|p| p.code).find(|c| *c != Code::None).unwrap_or(Code::None);
        if long.due >= facts.until {
            let code = if code == Code::None { Code::ExpiredHere } else { code };
            let (attempt, detail) = (facts.attempt, long.detail.clone());
            long.withdraw(code, self.now);
            return self.apply(id, attempt, Status::Expired, code, &detail, None);
        }
        let attempt = long.queued().map(|p| p.attempt).fold(facts.attempt, i64::max);
        if attempt > facts.attempt || code != facts.code {
            self.set(id, Standing { attempt, status: Status::Queued }, code, &long.detail, None);
        }
        self.send_back(&way, long);
    }

    /// Nothing is missing but what nobody knows: the class decides, once.
    fn unclear(&mut self, id: i64, long: &mut Long) {
        let Some(facts) = self.facts.get_mut(&id) else { return };
        let (workspace, campaign) = (facts.workspace, facts.campaign);
        let (attempt, due) = (facts.attempt + 1, self.now + facts.class.resend_after_ms());
        let may = facts.on_ambiguous == OnAmbiguous::Resend && !facts.possible_duplicate && due < facts.until;
        let Some(way) = long.way.filter(|_| may) else {
            let at = facts.attempt;
            return self.apply(id, at, Status::Unknown, Code::AmbiguousSubmit, &long.detail, None);
        };
        facts.possible_duplicate = true;
        for part in long.parts.iter_mut().filter(|p| p.status == Status::Unknown) {
            (part.status, part.attempt, part.changed) = (Status::Queued, attempt, true);
        }
        long.due = long.due.max(due);
        self.set(id, Standing { attempt, status: Status::Queued }, Code::AmbiguousSubmit, &long.detail, None);
        if let Some(change) = self.changes.get_mut(&id) {
            change.possible_duplicate = true;
        }
        self.tally.possible_duplicate(workspace, campaign);
        self.notes.push((workspace, id, "resent", String::new()));
        self.send_back(&way, long);
    }

    fn send_back(&mut self, way: &flight::Intent, long: &Long) {
        let parts = i64::try_from(long.queued().count()).unwrap_or(way.parts);
        let next = long.next.filter(|_| long.nothing_taken());
        self.put_back(super::Row { parts, ..row_of(way, long.due) }, next, &long.detail);
    }

    pub(super) fn store_parts(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut changed: Vec<(i64, i64, &Part)> = Vec::new();
        for (id, one) in &self.long {
            changed.extend((0..).zip(&one.parts).filter(|(_, p)| p.changed).map(|(n, p)| (*id, n, p)));
        }
        tx.many(
            sql!(
                "UPDATE message_part SET status = r.status, code = r.code, attempt = r.attempt, smsc_id = r.smsc_id,
                   connector = r.connector, submitted_at = r.submitted, done_at = r.done
                 FROM ROWS(message BIGINT, part BIGINT, status BIGINT, code BIGINT, attempt BIGINT, smsc_id TEXT,
                   connector BIGINT, submitted BIGINT, done BIGINT) AS r
                 WHERE message_part.message = r.message AND message_part.part = r.part AND message_part.workspace <> 0"
            ),
            &[],
            changed.iter().map(|(id, n, p)| {
                params![*id, *n, p.status, p.code, p.attempt, p.smsc_id, p.connector, p.submitted_at, p.done_at]
            }),
        )?;
        // The last part to be answered takes the row back: it must know the latest due of all.
        tx.many(
            sql!(
                "UPDATE flight SET due = r.due FROM ROWS(message BIGINT, due BIGINT) AS r
                 WHERE flight.message = r.message AND flight.due < r.due"
            ),
            &[],
            self.later.iter().map(|(id, due)| params![*id, *due]),
        )
        .map(drop)
    }

    fn note(&mut self, message: i64, kind: &'static str, detail: String) {
        if let Some(facts) = self.facts.get(&message) {
            self.notes.push((facts.workspace, message, kind, detail));
        }
    }
}

impl Long {
    fn new(detail: String) -> Long {
        Long { parts: Vec::new(), detail, remark: None, way: None, due: 0, next: None, touched: false }
    }
}

fn part_of(long: &mut BTreeMap<i64, Long>, message: i64, part: i64) -> Option<&mut Part> {
    long.get_mut(&message)?.parts.get_mut(usize::try_from(part).ok()?)
}
