//! What a message's story needs beside its row: that it went back unsent, once each; and the list of those of which
//! nobody knows whether they arrived.

use super::{Batch, SLOWED};
use crate::machine::flight::Intent;
use crate::machine::unconfirmed;
use crate::{Result, Tx, params, sql};
use sms::Status;
use std::collections::BTreeMap;

/// Messages that came to be unknown, or stopped being it, in one batch.
#[derive(Default)]
pub(super) struct Unknown(BTreeMap<(i64, i64, i64), bool>);

impl Unknown {
    /// A message (workspace, campaign, id) went from one status to another.
    pub(super) fn moved(&mut self, message: (i64, i64, i64), from: Status, to: Status) {
        if (from == Status::Unknown) != (to == Status::Unknown) {
            self.0.insert(message, to == Status::Unknown);
        }
    }

    pub(super) fn flush(&self, tx: &mut Tx<'_>) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let of = |wanted: bool| self.0.iter().filter(move |(_, is)| **is == wanted).map(|(m, _)| *m);
        unconfirmed::leave(tx, of(false))?;
        unconfirmed::enter(tx, of(true))
    }
}

/// Whether its story has this already: a report that contradicts its end and comes again and again writes one line.
pub(super) fn is_told(
    tx: &mut Tx<'_>,
    workspace: i64,
    message: i64,
    (kind, detail): (&str, &str),
) -> Result<bool> {
    let sql = sql!(
        "SELECT 1 FROM message_event WHERE message = $1 AND workspace = $2 AND kind = $3 AND detail = $4 LIMIT 1"
    );
    Ok(tx.one(sql, &params![message, workspace, kind, detail], |_| Ok(()))?.is_some())
}

impl Batch {
    /// Tells once that the carrier slowed it down, and once that it was given back unsent: a storm writes one line.
    pub(super) fn went_back(&mut self, tx: &mut Tx<'_>, intent: &Intent, due: i64) -> Result<()> {
        let kind = if due == SLOWED { "slowed" } else { "back" };
        let Some(workspace) = self.facts.get(&intent.message).map(|f| f.workspace) else { return Ok(()) };
        if self.notes.iter().rev().any(|n| n.1 == intent.message && n.2 == kind) {
            return Ok(());
        }
        let told = tx.one(
            sql!("SELECT 1 FROM message_event WHERE message = $1 AND workspace = $2 AND kind = $3 LIMIT 1"),
            &params![intent.message, workspace, kind],
            |_| Ok(()),
        )?;
        if told.is_none() {
            self.notes.push((workspace, intent.message, kind, String::new()));
        }
        Ok(())
    }
}
