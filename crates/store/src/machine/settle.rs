//! What became of parts: outcomes (the carrier's answer, or its absence) and receipts, applied in batches.
//!
//! Every update is judged by [`sms::life`]; counters, receipt keys and the way back to the lane move in the same
//! transaction. An outcome whose intent is gone changes nothing.

use crate::ledger::sent::{self, Sent};
use crate::machine::outbox::{self, Row, Taker};
use crate::machine::tally::Tally;
use crate::machine::{carrier_word, client_out};
use crate::machine::{flight, orphan, receipt_key};
use crate::{Bell, Result, Tx, Val, params, sql};
use sms::life::{Standing, Verdict, judge};
use sms::{Class, Code, OnAmbiguous, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    recipient: String,
    /// Who is to be told what becomes of it.
    notify: i64,
    /// The connectors its route named, as they are stored.
    candidates: String,
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

impl Change {
    fn of(id: i64, facts: &Facts) -> Change {
        Change {
            id,
            status: facts.status,
            code: facts.code,
            detail: String::new(),
            attempt: facts.attempt,
            possible_duplicate: facts.possible_duplicate,
            smsc_id: String::new(),
            submitted_at: 0,
            done_at: 0,
        }
    }
}

/// Applies outcomes of one link. Gives how many intents were still open.
///
/// Under a lease that was lost none is applied: the new owner has settled all that was in flight, and what it has sent
/// since is not ours to end. Answers among them still tell what nobody knew.
pub fn outcomes(tx: &mut Tx<'_>, taker: Taker, settled: &[Settled]) -> Result<usize> {
    if settled.is_empty() {
        return Ok(0);
    }
    tx.foresee(|tx| {
        flight::holds(tx, taker.connector, taker.epoch)?;
        orphan::any(tx, taker.connector).map(drop)
    })?;
    if !flight::holds(tx, taker.connector, taker.epoch)? {
        let answers: Vec<Late> = settled.iter().filter_map(Settled::late).collect();
        return late(tx, taker.connector, &answers).map(|()| 0);
    }
    let mut batch = Batch::load(tx, taker.connector, std::iter::empty())?;
    let (known, mut judged) = swift::taken(tx, taker, settled, &mut batch)?;
    let unknown = || settled.iter().filter(|s| s.known.is_none());
    let found = flight::remove(tx, unknown().map(|s| (s.message, s.part)))?;
    let by_part: HashMap<(i64, i64), &Outcome> =
        unknown().map(|s| ((s.message, s.part), &s.outcome)).collect();
    let open = known + found.len();
    judged.extend(
        found.into_iter().filter_map(|i| by_part.get(&(i.message, i.part)).map(|outcome| (i, *outcome))),
    );
    batch.more(tx, judged.iter().map(|(intent, _)| intent.message))?;
    for (intent, outcome) in &judged {
        if let Outcome::Back { due } = outcome {
            batch.went_back(tx, intent, *due)?;
        }
        log(tx, intent, outcome);
        batch.outcome(intent, outcome);
    }
    batch.write(tx)?;
    Ok(open)
}

/// Ends what a dead link or a dead process left in flight: each is ambiguous. Gives how many.
pub fn recover(tx: &mut Tx<'_>, taker: Taker, detail: &str) -> Result<usize> {
    let left = flight::of_connector(tx, taker.connector)?;
    let settled: Vec<Settled> = left
        .iter()
        .map(|i| Settled {
            message: i.message,
            part: i.part,
            attempt: i.attempt,
            outcome: Outcome::Ambiguous { detail: detail.to_owned() },
            known: None,
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
        batch.late(tx, one);
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
        match batch.facts.get(id).map(|f| (f.parts, f.attempt)) {
            Some((1, attempt)) => batch.apply(*id, attempt, Status::Unknown, Code::NoReceipt, "", None),
            Some(_) => batch.parts_without_receipt(*id),
            None => {}
        }
    }
    batch.write(tx)
}

/// Messages being judged in one transaction, and what is to be written at its end.
struct Batch {
    account: i64,
    now: i64,
    facts: HashMap<i64, Facts>,
    changes: HashMap<i64, Change>,
    long: BTreeMap<i64, parts::Long>,
    /// Messages whose open intents are due later than they know.
    later: Vec<(i64, i64)>,
    keys: Vec<receipt_key::Key>,
    back: Vec<Row>,
    /// What goes back to the lane of another connector, and why.
    reroutes: Vec<(Row, i64, String)>,
    tally: Tally,
    /// Workspaces of which something changed that is not among the facts.
    rung: BTreeSet<i64>,
    notes: Vec<(i64, i64, &'static str, String)>,
    unknown: story::Unknown,
    /// What came to a state that somebody may have asked to be told.
    told: Vec<client_out::Told>,
    /// What the carrier says of numbers: message, kind, workspace.
    words: Vec<(i64, i64, i64)>,
}

/// What must be known of these messages, in order of id, and locked: what is judged by it must still be so when it is
/// written and counted, though an orphan of the same message be adopted at the same moment.
fn facts(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<(i64, Facts)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.many_rows(
        sql!(
            "SELECT m.id, m.workspace, m.campaign, m.class, m.status, m.code, m.attempt, m.parts, m.on_ambiguous,
               m.possible_duplicate, m.until, m.connector, m.recipient, m.candidates, m.notify
             FROM ROWS(id BIGINT) AS r JOIN message m ON m.id = r.id FOR UPDATE"
        ),
        &[],
        ids.iter().map(|id| [Val::Int(*id)]),
        |r| {
            let facts = Facts {
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
                recipient: r.get(12)?,
                candidates: r.get(13)?,
                notify: r.get(14)?,
            };
            Ok((r.get(0)?, facts))
        },
    )
}

impl Batch {
    fn load(tx: &mut Tx<'_>, account: i64, ids: impl Iterator<Item = i64>) -> Result<Batch> {
        let mut ids: Vec<i64> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let facts = facts(tx, &ids)?;
        let mut batch = Batch {
            account,
            now: tx.now(),
            facts: facts.into_iter().collect(),
            changes: HashMap::new(),
            long: BTreeMap::new(),
            later: Vec::new(),
            keys: Vec::new(),
            back: Vec::new(),
            reroutes: Vec::new(),
            tally: Tally::default(),
            rung: BTreeSet::new(),
            notes: Vec::new(),
            unknown: story::Unknown::default(),
            told: Vec::new(),
            words: Vec::new(),
        };
        batch.load_long(tx)?;
        Ok(batch)
    }

    fn outcome(&mut self, intent: &flight::Intent, outcome: &Outcome) {
        let attempt = intent.attempt;
        if let Outcome::Accepted { smsc_id, h } = outcome
            && !smsc_id.is_empty()
        {
            self.keys.push(receipt_key::Key { h: *h, message: intent.message, part: intent.part, attempt });
        }
        if self.facts.get(&intent.message).is_some_and(|f| f.parts > 1) {
            return self.part_outcome(intent, outcome);
        }
        match outcome {
            Outcome::Accepted { smsc_id, .. } => {
                self.apply(intent.message, attempt, Status::Submitted, Code::None, "", Some(smsc_id));
            }
            Outcome::Rejected { code, detail } => {
                self.apply(intent.message, attempt, Status::Rejected, *code, detail, None);
            }
            Outcome::Again { due, code, detail } => self.again(intent, *due, *code, detail),
            Outcome::Elsewhere { code, detail } => {
                if !self.elsewhere(intent, *code, detail) {
                    self.apply(intent.message, attempt, Status::Rejected, *code, detail, None);
                }
            }
            Outcome::Back { due } => {
                self.back.push(row_of(intent, if *due <= 0 { intent.due } else { *due }))
            }
            Outcome::Ambiguous { detail } => self.ambiguous(intent, detail),
        }
    }

    /// Another try, unless its validity would be over by then; by the next route after two failures on one.
    fn again(&mut self, intent: &flight::Intent, due: i64, code: Code, detail: &str) {
        let Some(facts) = self.facts.get(&intent.message) else { return };
        if due >= facts.until {
            return self.apply(intent.message, intent.attempt, Status::Expired, code, detail, None);
        }
        self.notes.push((facts.workspace, intent.message, "retry", detail.to_owned()));
        let next = self.after_failure(intent);
        self.queue_again(intent, due, next, code, detail);
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
            let (code, attempt) = (Code::AmbiguousSubmit, intent.attempt);
            return self.apply(intent.message, attempt, Status::Unknown, code, detail, None);
        }
        let next = self.candidate(intent.message, true);
        self.queue_again(intent, due, next, Code::AmbiguousSubmit, detail);
        if let Some(facts) = self.facts.get_mut(&intent.message) {
            facts.possible_duplicate = true;
        }
        if let Some(change) = self.changes.get_mut(&intent.message) {
            change.possible_duplicate = true;
        }
        self.tally.possible_duplicate(workspace, campaign);
        self.notes.push((workspace, intent.message, "resent", String::new()));
    }

    fn receipt(&mut self, key: &receipt_key::Key, receipt: &Receipt) {
        let Some(facts) = self.facts.get(&key.message) else { return };
        if facts.parts > 1 {
            return self.part_receipt(key, receipt);
        }
        self.apply(key.message, key.attempt, receipt.status, receipt.code, &receipt.detail, None);
    }

    fn late(&mut self, tx: &mut Tx<'_>, one: &Late) {
        let Some(facts) = self.facts.get(&one.message) else { return };
        if let Ok((_, h)) = &one.answer {
            let record = Sent::part(sent::Kind::Accepted, one.message, one.part, one.attempt, self.now);
            tx.sent_logged(Sent { h: *h, ..record });
        }
        let alone = facts.parts == 1;
        let waits = alone && facts.status == Status::Unknown && facts.attempt == one.attempt;
        // It was to go again and has not gone yet: now it need not.
        let resend = alone
            && facts.status == Status::Queued
            && facts.code == Code::AmbiguousSubmit
            && facts.attempt == one.attempt + 1;
        let attempt = if resend { facts.attempt } else { one.attempt };
        let workspace = facts.workspace;
        if !alone {
            self.part_late(one);
        }
        match &one.answer {
            Ok((smsc_id, h)) => {
                if !smsc_id.is_empty() {
                    let (message, part) = (one.message, one.part);
                    self.keys.push(receipt_key::Key { h: *h, message, part, attempt });
                }
                self.notes.push((workspace, one.message, "late_answer", smsc_id.clone()));
                if waits || resend {
                    let standing = Standing { attempt, status: Status::Submitted };
                    self.set(one.message, standing, Code::None, "", Some(smsc_id));
                }
            }
            Err((code, detail)) => {
                self.notes.push((workspace, one.message, "late_refusal", detail.clone()));
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
        self.unknown.moved((facts.workspace, facts.campaign, id), facts.status, to.status);
        self.told.push(client_out::Told::of((id, facts.notify), to.status, code, detail));
        facts.status = to.status;
        facts.code = code;
        facts.attempt = to.attempt.max(facts.attempt);
        let change = self.changes.entry(id).or_insert_with(|| Change::of(id, facts));
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
            self.words.extend(carrier_word::kind_of(code).map(|kind| (id, kind, facts.workspace)));
        }
        if let Some(smsc_id) = smsc_id {
            smsc_id.clone_into(&mut change.smsc_id);
        }
    }

    /// Keeps a reason beside a status that stays.
    fn remark(&mut self, id: i64, code: Code, detail: &str) {
        let Some(facts) = self.facts.get_mut(&id) else { return };
        facts.code = code;
        let change = self.changes.entry(id).or_insert_with(|| Change::of(id, facts));
        change.code = code;
        detail.clone_into(&mut change.detail);
    }

    fn write(mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.fold();
        let keys = std::mem::take(&mut self.keys);
        receipt_key::put(tx, self.account, &keys)?;
        self.store_changes(tx)?;
        self.store_parts(tx)?;
        self.reroute(tx)?;
        for (workspace, message, kind, detail) in &self.notes {
            if *kind == "conflict" && story::is_told(tx, *workspace, *message, (kind, detail))? {
                continue;
            }
            crate::message::note(tx, *workspace, *message, kind, detail)?;
        }
        self.unknown.flush(tx)?;
        client_out::tell(tx, std::mem::take(&mut self.told))?;
        carrier_word::keep(tx, &self.words)?;
        let back = std::mem::take(&mut self.back);
        outbox::put(tx, &back, &mut self.tally)?;
        self.rung.extend(self.facts.values().map(|f| f.workspace));
        for workspace in std::mem::take(&mut self.rung) {
            tx.ring(Bell::Workspace(workspace));
        }
        let early = if keys.is_empty() {
            Vec::new()
        } else {
            orphan::adopt(tx, self.account, keys.iter().map(|k| k.h))?
        };
        self.tally.flush(tx);
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

/// Tells the sent-log what became of an intent. Of one that is ambiguous it knows no more than that.
fn log(tx: &mut Tx<'_>, intent: &flight::Intent, outcome: &Outcome) {
    let (kind, h) = match outcome {
        Outcome::Accepted { h, .. } => (sent::Kind::Accepted, *h),
        Outcome::Rejected { .. }
        | Outcome::Again { .. }
        | Outcome::Elsewhere { .. }
        | Outcome::Back { .. } => (sent::Kind::Back, 0),
        Outcome::Ambiguous { .. } => return,
    };
    let record = Sent::part(kind, intent.message, intent.part, intent.attempt, tx.now());
    tx.sent_logged(Sent { stream: intent.stream, h, ..record });
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

mod called;
mod matching;
mod parts;
mod reroute;
mod said;
mod story;
mod swift;
pub use called::{Told, called, part_id, parts_of};
pub use matching::{Reading, adopt_orphans, receipts};
pub use said::{Known, Late, Outcome, Receipt, SLOWED, Settled};
pub(crate) use swift::Memory;
