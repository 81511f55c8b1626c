//! The last requests of a link that failed, decoded for people who look into it. At most twenty, written once a second.
//!
//! Numbers and text are left out: the message they belong to has them, for those who may read it.

use crate::talk::{Told, Unheard};
use std::collections::VecDeque;
use std::fmt::Write;
use store::Db;
use store::live::{self, FAILED_KEPT, Failed, NO_ANSWER};

/// What failed since it was last written.
#[derive(Default)]
pub(crate) struct Failures(VecDeque<Failed>);

/// A part on its way, as far as it must be known to tell of it.
pub(crate) struct Sent {
    pub(crate) message: i64,
    pub(crate) part: i64,
    pub(crate) whole: i64,
    pub(crate) attempt: i64,
    pub(crate) took_ms: i64,
}

impl Failures {
    /// A part was refused in these words, or nobody answered it.
    pub(crate) fn submit(&mut self, at: i64, sent: &Sent, told: Told, status: Option<&str>) {
        let mut fields = String::new();
        let _ = writeln!(fields, "part: {}/{}", sent.part + 1, sent.whole);
        let _ = writeln!(fields, "attempt: {}", sent.attempt + 1);
        let _ = writeln!(fields, "after_ms: {}", sent.took_ms);
        fields.push_str(&told.fields);
        let status = status.unwrap_or(NO_ANSWER).to_owned();
        self.push(Failed { at, ours: true, command: told.command, status, fields, message: sent.message });
    }

    /// The carrier refused us.
    pub(crate) fn login(&mut self, at: i64, login: Unheard) {
        self.other(at, true, login);
    }

    /// The carrier sent what could not be read.
    pub(crate) fn unread(&mut self, at: i64, what: Unheard) {
        self.other(at, false, what);
    }

    fn other(&mut self, at: i64, ours: bool, what: Unheard) {
        let Unheard { command, status } = what;
        self.push(Failed { at, ours, command, status, fields: String::new(), message: 0 });
    }

    fn push(&mut self, failed: Failed) {
        if self.0.len() as i64 >= FAILED_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(failed);
    }

    /// Writes what came since the last time, beside everything else that goes on.
    pub(crate) fn flush(&mut self, db: &Db, connector: i64) {
        if self.0.is_empty() {
            return;
        }
        let (db, failed) = (db.clone(), Vec::from(std::mem::take(&mut self.0)));
        tokio::spawn(async move {
            let out = db.write("failed_pdu", move |tx| live::put_failed(tx, connector, &failed)).await;
            if let Err(e) = out {
                tracing::warn!(connector, error = %e, "what failed could not be kept");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_which_part_it_was_and_the_last_twenty_are_kept() {
        let mut failures = Failures::default();
        let sent = Sent { message: 9, part: 1, whole: 3, attempt: 0, took_ms: 40 };
        let told = || Told { command: "submit_sm".into(), fields: "data_coding: 0x08\n".into() };
        failures.submit(1, &sent, told(), Some("ESME_RINVDSTADR 0xB"));
        failures.submit(2, &sent, told(), None);
        let first = &failures.0[0];
        assert_eq!((first.status.as_str(), first.message, first.ours), ("ESME_RINVDSTADR 0xB", 9, true));
        assert_eq!(first.fields, "part: 2/3\nattempt: 1\nafter_ms: 40\ndata_coding: 0x08\n");
        assert_eq!(failures.0[1].status, NO_ANSWER);
        let refused = || Unheard { command: "bind".into(), status: "ESME_RINVPASWD 0xE".into() };
        (0..100).for_each(|at| failures.login(at, refused()));
        assert_eq!((failures.0.len() as i64, failures.0[0].at), (FAILED_KEPT, 80));
    }
}
