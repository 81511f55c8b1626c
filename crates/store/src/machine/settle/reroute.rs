//! By which connector a message goes again: its own, or the next candidate of its route.
//!
//! Whether there is another is known from the message alone; its lane is found when the batch is written.

use super::{Batch, row_of};
use crate::machine::outbox::Row;
use crate::machine::{failover, flight};
use crate::{Result, Tx};
use sms::life::Standing;
use sms::{Code, Status};

/// Failures on one route before the next is tried.
const FAILURES_A_ROUTE: i64 = 2;

impl Batch {
    /// Where a try goes that follows this failed one: `None` where it went before.
    pub(super) fn after_failure(&self, intent: &flight::Intent) -> Option<i64> {
        ((intent.attempt + 1) % FAILURES_A_ROUTE == 0).then(|| self.candidate(intent.message, true)).flatten()
    }

    /// The candidate of a message's route after the connector that just tried.
    pub(super) fn candidate(&self, message: i64, round: bool) -> Option<i64> {
        failover::next(&self.facts.get(&message)?.candidates, self.account, round)
    }

    /// The next candidate of its route, at once; `false` when there is none.
    pub(super) fn elsewhere(&mut self, intent: &flight::Intent, code: Code, detail: &str) -> bool {
        let next = self.candidate(intent.message, false);
        let now = self.now;
        let open = self.facts.get(&intent.message).is_some_and(|f| now < f.until);
        if next.is_none() || !open {
            return false;
        }
        self.queue_again(intent, now, next, code, detail);
        true
    }

    /// Back to a lane as the next try: its own, or that of another connector.
    pub(super) fn queue_again(
        &mut self,
        intent: &flight::Intent,
        due: i64,
        next: Option<i64>,
        code: Code,
        detail: &str,
    ) {
        let standing = Standing { attempt: intent.attempt + 1, status: Status::Queued };
        self.set(intent.message, standing, code, detail, None);
        self.put_back(row_of(intent, due), next, detail);
    }

    /// Back to its lane, or to that of another connector.
    pub(super) fn put_back(&mut self, row: Row, next: Option<i64>, detail: &str) {
        match next {
            Some(connector) => self.reroutes.push((row, connector, detail.to_owned())),
            None => self.back.push(row),
        }
    }

    /// Finds the lanes of what goes by another connector; where there is none any more it stays in its own.
    pub(super) fn reroute(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        for (mut row, connector, detail) in std::mem::take(&mut self.reroutes) {
            if let Some((lane, stream)) = failover::beside(tx, row.stream, connector)? {
                (row.lane, row.stream) = (lane, stream);
                failover::moved(tx, row.id, connector)?;
                if let Some(facts) = self.facts.get_mut(&row.id) {
                    facts.connector = connector;
                    self.notes.push((facts.workspace, row.id, "rerouted", detail));
                }
            }
            self.back.push(row);
        }
        Ok(())
    }
}
