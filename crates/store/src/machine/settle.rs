//! What became of parts: outcomes (the carrier's answer, or its absence) and receipts, applied in batches.
//!
//! Every update is judged by [`sms::life`]; counters, receipt keys and the way back to the lane move in the same
//! transaction. An outcome whose intent is gone changes nothing.

use crate::machine::outbox::{self, Row, Taker};
use crate::machine::tally::Tally;
use crate::machine::{flight, orphan, receipt_key};
use crate::{Bell, Result, Tx, Val, params, sql};
use sms::life::{Standing, Verdict, judge};
use sms::{Class, Code, OnAmbiguous, Status};
use std::collections::{BTreeMap, HashMap};

/// What the wire said of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier took it, under this id (may be empty: then no receipt can be matched).
    Accepted {
        /// The carrier's id, as written.
        smsc_id: String,
        /// Its hash after normalisation.
        h: i64,
    },
    /// The carrier refused it for good.
    Rejected {
        /// Why.
        code: Code,
        /// The carrier's own word.
        detail: String,
    },
    /// The carrier cannot take it now: another try at `due`.
    Again {
        /// Not before, ms.
        due: i64,
        /// Why.
        code: Code,
        /// The carrier's own word.
        detail: String,
    },
    /// It was never written (or the carrier asked to slow down): back to the lane, no try is counted.
    Back {
        /// Not before, ms; 0 keeps its place.
        due: i64,
    },
    /// Written, and no answer seen.
    Ambiguous {
        /// What happened, for the timeline.
        detail: String,
    },
}

/// An outcome and its part.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// What became of it.
    pub outcome: Outcome,
}

/// A receipt as the carrier's words were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Hash of the normalised id.
    pub h: i64,
    /// The id as written.
    pub smsc_id: String,
    /// What it says.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's own word.
    pub detail: String,
}

/// An answer that came after its part had been given up as ambiguous.
#[derive(Debug, Clone)]
pub struct Late {
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Which try it answers.
    pub attempt: i64,
    /// The carrier's id and its hash, where it took the part; else why not.
    pub answer: std::result::Result<(String, i64), (Code, String)>,
}

/// What must be known of a message to judge an update.
struct Facts {
    workspace: i64,
    campaign: i64,
    class: Class,
    status: Status,
    code: Code,
    attempt: i64,
    parts: i64,
    on_ambiguous: OnAmbiguous,
    possible_duplicate: bool,
    until: i64,
    connector: i64,
}

/// One change of a message row.
struct Change {
    id: i64,
    status: Status,
    code: Code,
    detail: String,
    attempt: i64,
    possible_duplicate: bool,
    smsc_id: String,
    /// When it was submitted; below zero, so unless it is known already; 0 changes nothing.
    submitted_at: i64,
    done_at: i64,
}

/// Applies outcomes of one link. Gives how many intents were still open.
pub fn outcomes(tx: &mut Tx<'_>, taker: Taker, settled: &[Settled]) -> Result<usize> {
    if !flight::holds(tx, taker.connector, taker.epoch)? {
        return Ok(0);
    }
    let open = flight::remove(tx, settled.iter().map(|s| (s.message, s.part)))?;
    let by_part: HashMap<(i64, i64), &Settled> = settled.iter().map(|s| ((s.message, s.part), s)).collect();
    let mut batch = Batch::load(tx, taker.connector, open.iter().map(|i| i.message))?;
    for intent in &open {
        let Some(one) = by_part.get(&(intent.message, intent.part)) else { continue };
        batch.outcome(tx, intent, &one.outcome)?;
    }
    batch.write(tx)?;
    Ok(open.len())
}

/// Ends what a dead link or a dead process left in flight: each is ambiguous. Gives how many.
pub fn recover(tx: &mut Tx<'_>, taker: Taker, detail: &str) -> Result<usize> {
    let left = flight::of_connector(tx, taker.connector)?;
    let settled: Vec<Settled> = left
        .iter()
        .map(|i| Settled {
            message: i.message,
            part: i.part,
            outcome: Outcome::Ambiguous { detail: detail.to_owned() },
        })
        .collect();
    outcomes(tx, taker, &settled)
}

/// Applies answers that came late: what was unknown is known now, and its receipt will be recognised.
pub fn late(tx: &mut Tx<'_>, account: i64, answers: &[Late]) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::load(tx, account, answers.iter().map(|a| a.message))?;
    for one in answers {
        batch.late(one);
    }
    batch.write(tx)
}

/// Messages of an id range that the carrier took and whose receipt can no longer be expected: their validity ended
/// before `ended_before` (ms). In order of id, at most `limit`.
pub fn without_receipt(tx: &mut Tx<'_>, ids: (i64, i64), ended_before: i64, limit: i64) -> Result<Vec<i64>> {
    tx.rows(
        sql!(
            "SELECT id FROM message WHERE id > $1 AND id < $2 AND status IN (4, 5) AND until < $3 ORDER BY id LIMIT $4"
        ),
        &params![ids.0, ids.1, ended_before, limit],
        |r| r.get(0),
    )
}

/// Ends the wait for receipts of these messages: what became of them is unknown, and a late receipt still tells.
pub fn no_receipt(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    let mut batch = Batch::load(tx, 0, ids.iter().copied())?;
    for id in ids {
        let Some(attempt) = batch.facts.get(id).map(|f| f.attempt) else { continue };
        batch.apply(*id, attempt, Status::Unknown, Code::NoReceipt, "", None);
    }
    batch.write(tx)
}

/// Applies receipts of one account. Those of unknown ids are kept as orphans.
pub fn receipts(tx: &mut Tx<'_>, account: i64, receipts: &[Receipt]) -> Result<()> {
    let hashes: Vec<i64> = receipts.iter().map(|r| r.h).collect();
    let mut known: HashMap<i64, receipt_key::Key> = HashMap::new();
    for key in receipt_key::find(tx, account, &hashes)? {
        // A carrier that used an id twice means the newest message.
        let slot = known.entry(key.h).or_insert(key);
        if (key.message, key.attempt) > (slot.message, slot.attempt) {
            *slot = key;
        }
    }
    let orphans: Vec<&Receipt> = receipts.iter().filter(|r| !known.contains_key(&r.h)).collect();
    orphan::put(tx, account, &orphans)?;
    let mut batch = Batch::load(tx, account, known.values().map(|k| k.message))?;
    for receipt in receipts {
        if let Some(key) = known.get(&receipt.h) {
            batch.receipt(tx, key, receipt)?;
        }
    }
    batch.write(tx)
}

/// How long a receipt and its outcome may take to cross.
const CROSSING_MS: i64 = 10 * 60_000;

/// Applies up to `limit` recent orphans whose part is known by now. Gives how many.
pub fn adopt_orphans(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let found = orphan::matched(tx, tx.now() - CROSSING_MS, limit)?;
    let mut by_account: BTreeMap<i64, Vec<Receipt>> = BTreeMap::new();
    let n = found.len();
    for (account, receipt) in found {
        by_account.entry(account).or_default().push(receipt);
    }
    for (account, list) in by_account {
        receipts(tx, account, &list)?;
    }
    Ok(n)
}

/// Messages being judged in one transaction, and what is to be written at its end.
struct Batch {
    account: i64,
    now: i64,
    facts: HashMap<i64, Facts>,
    changes: HashMap<i64, Change>,
    keys: Vec<receipt_key::Key>,
    back: Vec<Row>,
    tally: Tally,
    notes: Vec<(i64, i64, &'static str, String)>,
}

impl Batch {
    fn load(tx: &mut Tx<'_>, account: i64, ids: impl Iterator<Item = i64>) -> Result<Batch> {
        let mut ids: Vec<i64> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = tx.many_rows(
            sql!(
                "SELECT m.id, m.workspace, m.campaign, m.class, m.status, m.code, m.attempt, m.parts, m.on_ambiguous,
                   m.possible_duplicate, m.until, m.connector FROM ROWS(id BIGINT) AS r JOIN message m ON m.id = r.id"
            ),
            &[],
            ids.iter().map(|id| [Val::Int(*id)]),
            |r| {
                Ok((
                    r.get(0)?,
                    Facts {
                        workspace: r.get(1)?,
                        campaign: r.get(2)?,
                        class: r.get(3)?,
                        status: r.get(4)?,
                        code: r.get(5)?,
                        attempt: r.get(6)?,
                        parts: r.get(7)?,
                        on_ambiguous: r.get(8)?,
                        possible_duplicate: r.get(9)?,
                        until: r.get(10)?,
                        connector: r.get(11)?,
                    },
                ))
            },
        )?;
        Ok(Batch {
            account,
            now: tx.now(),
            facts: rows.into_iter().collect(),
            changes: HashMap::new(),
            keys: Vec::new(),
            back: Vec::new(),
            tally: Tally::default(),
            notes: Vec::new(),
        })
    }

    fn outcome(&mut self, tx: &mut Tx<'_>, intent: &flight::Intent, outcome: &Outcome) -> Result<()> {
        let attempt = intent.attempt;
        if let Outcome::Accepted { smsc_id, h } = outcome
            && !smsc_id.is_empty()
        {
            self.keys.push(receipt_key::Key { h: *h, message: intent.message, part: intent.part, attempt });
        }
        if intent.parts > 1 {
            return self.part_outcome(tx, intent, outcome);
        }
        match outcome {
            Outcome::Accepted { smsc_id, .. } => {
                self.apply(intent.message, attempt, Status::Submitted, Code::None, "", Some(smsc_id));
            }
            Outcome::Rejected { code, detail } => {
                self.apply(intent.message, attempt, Status::Rejected, *code, detail, None);
            }
            Outcome::Again { due, code, detail } => self.again(intent, *due, *code, detail),
            Outcome::Back { due } => {
                self.back.push(row_of(intent, if *due == 0 { intent.due } else { *due }))
            }
            Outcome::Ambiguous { detail } => self.ambiguous(intent, detail),
        }
        Ok(())
    }

    /// Another try, unless its validity would be over by then.
    fn again(&mut self, intent: &flight::Intent, due: i64, code: Code, detail: &str) {
        let Some(facts) = self.facts.get(&intent.message) else { return };
        if due >= facts.until {
            return self.apply(intent.message, intent.attempt, Status::Expired, code, detail, None);
        }
        let workspace = facts.workspace;
        let standing = Standing { attempt: intent.attempt + 1, status: Status::Queued };
        self.set(intent.message, standing, code, detail, None);
        self.notes.push((workspace, intent.message, "retry", detail.to_owned()));
        self.back.push(row_of(intent, due));
    }

    /// Written and unanswered: the class decides, and a second time it waits for a person.
    fn ambiguous(&mut self, intent: &flight::Intent, detail: &str) {
        let Some(facts) = self.facts.get(&intent.message) else { return };
        let (workspace, campaign) = (facts.workspace, facts.campaign);
        let due = self.now + facts.class.resend_after_ms();
        let resend = facts.on_ambiguous == OnAmbiguous::Resend
            && !facts.possible_duplicate
            && !facts.status.is_final()
            && due < facts.until;
        self.notes.push((workspace, intent.message, "ambiguous", detail.to_owned()));
        if !resend {
            return self.apply(
                intent.message,
                intent.attempt,
                Status::Unknown,
                Code::AmbiguousSubmit,
                detail,
                None,
            );
        }
        let standing = Standing { attempt: intent.attempt + 1, status: Status::Queued };
        self.set(intent.message, standing, Code::AmbiguousSubmit, detail, None);
        if let Some(facts) = self.facts.get_mut(&intent.message) {
            facts.possible_duplicate = true;
        }
        if let Some(change) = self.changes.get_mut(&intent.message) {
            change.possible_duplicate = true;
        }
        self.tally.possible_duplicate(workspace, campaign);
        self.notes.push((workspace, intent.message, "resent", String::new()));
        self.back.push(row_of(intent, due));
    }

    fn receipt(&mut self, tx: &mut Tx<'_>, key: &receipt_key::Key, receipt: &Receipt) -> Result<()> {
        let Some(facts) = self.facts.get(&key.message) else { return Ok(()) };
        if facts.parts > 1 {
            let state = PartState { status: receipt.status, code: receipt.code, smsc_id: "", done: true };
            return self.part(tx, key.message, key.part, key.attempt, &state, &receipt.detail);
        }
        self.apply(key.message, key.attempt, receipt.status, receipt.code, &receipt.detail, None);
        Ok(())
    }

    fn late(&mut self, one: &Late) {
        let Some(facts) = self.facts.get(&one.message) else { return };
        let waits = facts.status == Status::Unknown && facts.attempt == one.attempt && facts.parts == 1;
        let workspace = facts.workspace;
        match &one.answer {
            Ok((smsc_id, h)) => {
                if !smsc_id.is_empty() {
                    let (message, part, attempt) = (one.message, one.part, one.attempt);
                    self.keys.push(receipt_key::Key { h: *h, message, part, attempt });
                }
                self.notes.push((workspace, one.message, "late_answer", smsc_id.clone()));
                if waits {
                    let standing = Standing { attempt: one.attempt, status: Status::Submitted };
                    self.set(one.message, standing, Code::None, "", Some(smsc_id));
                }
            }
            Err((code, detail)) => {
                self.notes.push((workspace, one.message, "late_answer", detail.clone()));
                if waits {
                    let standing = Standing { attempt: one.attempt, status: Status::Rejected };
                    self.set(one.message, standing, *code, detail, None);
                }
            }
        }
    }

    /// Judges one update and keeps it, drops it, or notes the contradiction.
    fn apply(
        &mut self,
        id: i64,
        attempt: i64,
        status: Status,
        code: Code,
        detail: &str,
        smsc_id: Option<&str>,
    ) {
        let Some(facts) = self.facts.get(&id) else { return };
        let update = Standing { attempt, status };
        match judge(Standing { attempt: facts.attempt, status: facts.status }, update) {
            Verdict::Apply => self.set(id, update, code, detail, smsc_id),
            Verdict::Stale => {}
            Verdict::Conflict => {
                let what = format!("{} after {}: {detail}", status.name(), facts.status.name());
                self.notes.push((facts.workspace, id, "conflict", what));
            }
        }
    }

    fn set(&mut self, id: i64, to: Standing, code: Code, detail: &str, smsc_id: Option<&str>) {
        let now = self.now;
        let Some(facts) = self.facts.get_mut(&id) else { return };
        self.tally.moved(facts.workspace, facts.campaign, (facts.status, facts.code), (to.status, code));
        self.tally.traffic(facts.workspace, facts.connector, to.status);
        facts.status = to.status;
        facts.code = code;
        facts.attempt = to.attempt.max(facts.attempt);
        let change = self.changes.entry(id).or_insert_with(|| Change {
            id,
            status: to.status,
            code,
            detail: String::new(),
            attempt: facts.attempt,
            possible_duplicate: facts.possible_duplicate,
            smsc_id: String::new(),
            submitted_at: 0,
            done_at: 0,
        });
        change.status = to.status;
        change.code = code;
        change.attempt = facts.attempt;
        detail.clone_into(&mut change.detail);
        if to.status == Status::Submitted {
            change.submitted_at = now;
        } else if change.submitted_at == 0
            && matches!(to.status, Status::Buffered | Status::Delivered | Status::Undelivered)
        {
            // A receipt may overtake the last answer of a long message: it was sent, though never seen as submitted.
            change.submitted_at = -now;
        }
        if to.status.is_final() {
            change.done_at = now;
        }
        if let Some(smsc_id) = smsc_id {
            smsc_id.clone_into(&mut change.smsc_id);
        }
    }

    fn write(mut self, tx: &mut Tx<'_>) -> Result<()> {
        let keys = std::mem::take(&mut self.keys);
        receipt_key::put(tx, self.account, &keys)?;
        self.store_changes(tx)?;
        for (workspace, message, kind, detail) in &self.notes {
            crate::message::note(tx, *workspace, *message, kind, detail)?;
        }
        let back = std::mem::take(&mut self.back);
        outbox::put(tx, &back, &mut self.tally)?;
        let mut workspaces: Vec<i64> = self.facts.values().map(|f| f.workspace).collect();
        workspaces.sort_unstable();
        workspaces.dedup();
        for workspace in workspaces {
            tx.ring(Bell::Workspace(workspace));
        }
        let early = orphan::adopt(tx, self.account, keys.iter().map(|k| k.h))?;
        self.tally.flush(tx)?;
        if early.is_empty() { Ok(()) } else { receipts(tx, self.account, &early) }
    }

    fn store_changes(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut changes: Vec<&Change> = self.changes.values().collect();
        changes.sort_unstable_by_key(|c| c.id);
        tx.many(
            sql!(
                "UPDATE message SET status = r.status, code = r.code, detail = r.detail, attempt = r.attempt,
                   possible_duplicate = r.dup,
                   smsc_id = CASE WHEN r.smsc_id = '' THEN message.smsc_id ELSE r.smsc_id END,
                   submitted_at = CASE WHEN r.submitted > 0 THEN r.submitted
                     WHEN message.submitted_at = 0 THEN -r.submitted ELSE message.submitted_at END,
                   done_at = r.done
                 FROM ROWS(id BIGINT, status BIGINT, code BIGINT, detail TEXT, attempt BIGINT, dup BIGINT, smsc_id TEXT,
                   submitted BIGINT, done BIGINT) AS r WHERE message.id = r.id"
            ),
            &[],
            changes.iter().map(|c| {
                params![
                    c.id, c.status, c.code, c.detail, c.attempt, c.possible_duplicate, c.smsc_id, c.submitted_at,
                    c.done_at
                ]
            }),
        )
        .map(drop)
    }
}

fn row_of(intent: &flight::Intent, due: i64) -> Row {
    Row {
        lane: intent.lane,
        stream: intent.stream,
        due,
        id: intent.message,
        tag: intent.tag,
        until: intent.until,
        parts: intent.parts,
    }
}

mod parts;
use parts::PartState;
