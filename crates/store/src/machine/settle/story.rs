//! What a message's story needs beside its row: that it went back unsent, once each; and the list of those of which
//! nobody knows whether they arrived.

use super::SLOWED;
use crate::machine::unconfirmed;
use crate::{Result, Tx, params, sql};
use sms::Status;
use std::collections::{BTreeMap, BTreeSet};

/// What one batch has to tell.
#[derive(Default)]
pub(super) struct Story {
    /// Messages (workspace, campaign, id) that came to be unknown, or stopped being it.
    unknown: BTreeMap<(i64, i64, i64), bool>,
    /// Messages (workspace, id) that went back, and how.
    back: BTreeSet<(i64, i64, &'static str)>,
}

impl Story {
    /// A message (workspace, campaign, id) went from one status to another.
    pub(super) fn moved(&mut self, message: (i64, i64, i64), from: Status, to: Status) {
        if (from == Status::Unknown) != (to == Status::Unknown) {
            self.unknown.insert(message, to == Status::Unknown);
        }
    }

    /// A message went back to its lane: the carrier slowed it down, or it had not left.
    pub(super) fn went_back(&mut self, workspace: i64, message: i64, due: i64) {
        self.back.insert((workspace, message, if due == SLOWED { "slowed" } else { "back" }));
    }

    /// Writes it. Each way back is told once a message: a storm writes one line.
    pub(super) fn flush(&self, tx: &mut Tx<'_>) -> Result<()> {
        for (workspace, message, kind) in &self.back {
            let told = tx.one(
                sql!(
                    "SELECT 1 FROM message_event WHERE message = $1 AND workspace = $2 AND kind = $3 LIMIT 1"
                ),
                &params![*message, *workspace, *kind],
                |_| Ok(()),
            )?;
            if told.is_none() {
                crate::message::note(tx, *workspace, *message, kind, "")?;
            }
        }
        if self.unknown.is_empty() {
            return Ok(());
        }
        let of = |wanted: bool| self.unknown.iter().filter(move |(_, is)| **is == wanted).map(|(m, _)| *m);
        unconfirmed::leave(tx, of(false))?;
        unconfirmed::enter(tx, of(true))
    }
}
