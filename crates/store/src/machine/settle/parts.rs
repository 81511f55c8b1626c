//! Long messages: each part has its row, and the message stands where its parts together stand.
//!
//! Delivered is when all parts are; a part refused for good ends the message; parts are never sent again one by one
//! once another was accepted, so that nobody gets half a message twice.

use super::{Batch, Outcome};
use crate::machine::flight;
use crate::{Result, Tx, params, sql};
use sms::life::{Standing, Verdict, judge};
use sms::{Code, Status};

/// Where a part stands after an update.
pub(super) struct PartState<'a> {
    pub(super) status: Status,
    pub(super) code: Code,
    pub(super) smsc_id: &'a str,
    /// Whether it came by receipt.
    pub(super) done: bool,
}

impl Batch {
    pub(super) fn part_outcome(
        &mut self,
        tx: &mut Tx<'_>,
        intent: &flight::Intent,
        outcome: &Outcome,
    ) -> Result<()> {
        let state = |status, code, smsc_id| PartState { status, code, smsc_id, done: false };
        let (state, detail) = match outcome {
            Outcome::Accepted { smsc_id, .. } => (state(Status::Submitted, Code::None, smsc_id.as_str()), ""),
            Outcome::Rejected { code, detail } => (state(Status::Rejected, *code, ""), detail.as_str()),
            Outcome::Ambiguous { detail } => {
                (state(Status::Unknown, Code::AmbiguousSubmit, ""), detail.as_str())
            }
            Outcome::Back { due } => {
                return self.part_back(tx, intent, (*due).max(intent.due), Code::None, "");
            }
            Outcome::Again { due, code, detail } => return self.part_back(tx, intent, *due, *code, detail),
            Outcome::Elsewhere { code, detail } => {
                // Parts of one message travel by one carrier: where this one will not have it, it ends.
                (state(Status::Rejected, *code, ""), detail.as_str())
            }
        };
        self.part(tx, intent.message, intent.part, intent.attempt, &state, detail)?;
        self.resend_whole(tx, intent, detail)
    }

    /// When the last answer is in and some part stayed ambiguous, the class decides for the message as a whole.
    fn resend_whole(&mut self, tx: &mut Tx<'_>, intent: &flight::Intent, detail: &str) -> Result<()> {
        let held = self.facts.get(&intent.message).is_none_or(|f| f.status != Status::Unknown);
        if held || self.still_flying(tx, intent.message)? {
            return Ok(());
        }
        self.ambiguous(tx, intent, detail)?;
        let Some(facts) = self.facts.get(&intent.message) else { return Ok(()) };
        if facts.status != Status::Queued {
            return Ok(());
        }
        tx.exec(
            sql!(
                "UPDATE message_part SET status = 2, code = 0, attempt = $2, done_at = 0
                 WHERE message = $1 AND workspace <> 0 AND status < 7"
            ),
            &params![intent.message, facts.attempt],
        )
        .map(drop)
    }

    /// A part that was not taken. The message goes back whole when the carrier has taken none of it; where some parts
    /// were taken, it cannot be completed and ends here.
    fn part_back(
        &mut self,
        tx: &mut Tx<'_>,
        intent: &flight::Intent,
        due: i64,
        code: Code,
        detail: &str,
    ) -> Result<()> {
        let state = PartState { status: Status::Queued, code, smsc_id: "", done: false };
        self.store_part(tx, intent.message, intent.part, intent.attempt, &state)?;
        let standings = self.standings(tx, intent.message)?;
        if !standings.iter().all(|s| *s == Status::Queued) {
            return self.conclude(tx, intent.message, intent.attempt, detail);
        }
        if self.still_flying(tx, intent.message)? {
            return Ok(()); // the last of its parts decides
        }
        if code == Code::None {
            self.back.push(super::row_of(intent, due));
        } else {
            self.again(tx, intent, due, code, detail)?;
        }
        Ok(())
    }

    /// Stores where a part stands and draws the conclusion for its message.
    pub(super) fn part(
        &mut self,
        tx: &mut Tx<'_>,
        message: i64,
        part: i64,
        attempt: i64,
        state: &PartState<'_>,
        detail: &str,
    ) -> Result<()> {
        let stored = tx.one(
            sql!(
                "SELECT attempt, status FROM message_part WHERE message = $1 AND part = $2 AND workspace <> 0"
            ),
            &params![message, part],
            |r| Ok(Standing { attempt: r.get(0)?, status: r.get(1)? }),
        )?;
        let update = Standing { attempt, status: state.status };
        if stored.is_some_and(|s| judge(s, update) != Verdict::Apply) {
            return Ok(());
        }
        self.store_part(tx, message, part, attempt, state)?;
        self.conclude(tx, message, attempt, detail)
    }

    fn store_part(
        &mut self,
        tx: &mut Tx<'_>,
        message: i64,
        part: i64,
        attempt: i64,
        state: &PartState<'_>,
    ) -> Result<()> {
        let submitted = if state.status == Status::Submitted { self.now } else { 0 };
        let done = if state.done || state.status.is_final() { self.now } else { 0 };
        tx.exec(
            sql!(
                "UPDATE message_part SET status = $3, code = $4, attempt = $5, connector = $6, done_at = $9,
                   smsc_id = CASE WHEN $7 = '' THEN smsc_id ELSE $7 END,
                   submitted_at = CASE WHEN $8 = 0 THEN submitted_at ELSE $8 END
                 WHERE message = $1 AND part = $2 AND workspace <> 0"
            ),
            &params![
                message,
                part,
                state.status,
                state.code,
                attempt,
                self.account,
                state.smsc_id,
                submitted,
                done
            ],
        )
        .map(drop)
    }

    fn standings(&self, tx: &mut Tx<'_>, message: i64) -> Result<Vec<Status>> {
        tx.rows(
            sql!("SELECT status FROM message_part WHERE message = $1 AND workspace <> 0 ORDER BY part"),
            &params![message],
            |r| r.get(0),
        )
    }

    fn still_flying(&self, tx: &mut Tx<'_>, message: i64) -> Result<bool> {
        let found =
            tx.one(sql!("SELECT 1 FROM flight WHERE message = $1 LIMIT 1"), &params![message], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Where the message stands by its parts.
    fn conclude(&mut self, tx: &mut Tx<'_>, message: i64, attempt: i64, detail: &str) -> Result<()> {
        let worst = tx.one(
            sql!(
                "SELECT status, code FROM message_part WHERE message = $1 AND workspace <> 0 AND status >= 8
                 ORDER BY status DESC LIMIT 1"
            ),
            &params![message],
            |r| Ok((r.get::<Status>(0)?, r.get::<Code>(1)?)),
        )?;
        let all = self.standings(tx, message)?;
        let flying = self.still_flying(tx, message)?;
        let every = |s: Status| all.iter().all(|x| x.rank() >= s.rank());
        if let Some((status, code)) = worst {
            if !flying {
                self.apply(message, attempt, status, code, detail, None);
            }
        } else if all.iter().all(|s| *s == Status::Delivered) {
            self.apply(message, attempt, Status::Delivered, Code::None, detail, None);
        } else if flying {
            // The answers of its other parts are still out.
        } else if all.contains(&Status::Queued) {
            self.apply(
                message,
                attempt,
                Status::Undelivered,
                Code::TemporaryFault,
                "not every part was taken",
                None,
            );
        } else if all.contains(&Status::Unknown) {
            self.apply(message, attempt, Status::Unknown, Code::AmbiguousSubmit, detail, None);
        } else if every(Status::Submitted) {
            let first = tx.one(
                sql!("SELECT smsc_id FROM message_part WHERE message = $1 AND part = 0 AND workspace <> 0"),
                &params![message],
                |r| r.get::<String>(0),
            )?;
            self.apply(message, attempt, Status::Submitted, Code::None, detail, first.as_deref());
        }
        Ok(())
    }
}
