//! The wish for a copy of the database, from whoever asks to the writer who makes it.

use crate::ledger::sent::{self, Sent};
use crate::queues::{Queues, Serves};
use crate::runner::{Connection, run_batch};
use crate::shared::Shared;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::oneshot;

/// A copy that somebody wants.
pub(crate) struct Asked {
    path: PathBuf,
    id: i64,
    reply: oneshot::Sender<Result<i64>>,
}

impl Asked {
    /// Makes the copy, and tells who asked.
    pub(crate) fn make(
        self,
        connection: &mut dyn Connection,
        shared: &Shared,
        queues: &Queues,
        serves: Serves,
    ) {
        let made = self.copy_out(connection, shared, queues, serves);
        let _ = self.reply.send(made); // who asked may be gone
    }

    /// Copies while the work goes on: after each batch one slice.
    fn copy_out(
        &self,
        connection: &mut dyn Connection,
        shared: &Shared,
        queues: &Queues,
        serves: Serves,
    ) -> Result<i64> {
        let mut last_slice = Instant::now();
        connection.copy_to(&self.path, &mut |lent| {
            let batch = queues.try_next(serves, last_slice, lent.batch_max(), shared.urgent_only());
            if let Some(batch) = batch {
                if batch.slice.is_some() {
                    last_slice = Instant::now();
                }
                run_batch(lent, shared, queues, batch);
                shared.after_batch(|| lent.log());
            } else if shared.urgent_only() {
                shared.after_batch(|| lent.log()); // it may have become short enough for a slice again
            }
            !queues.is_closing()
        })?;
        // From here on the sent-log knows what the copy does not.
        let at = shared.clock.now_ms();
        let mark = Sent::of(sent::Kind::Backup, self.id, at);
        shared.ledgers.before_commit(&[], &[mark])?;
        shared.ledgers.sync_sent()?;
        Ok(at)
    }
}

/// The place where one wish for a copy waits for the writer.
#[derive(Default)]
pub(crate) struct Asks(Mutex<Option<Asked>>);

impl Asks {
    pub(crate) fn put(&self, path: &Path, id: i64) -> Result<oneshot::Receiver<Result<i64>>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_some() {
            return Err(Error::File("another backup is being made".into()));
        }
        let (reply, answer) = oneshot::channel();
        *slot = Some(Asked { path: path.to_owned(), id, reply });
        Ok(answer)
    }

    pub(crate) fn take(&self) -> Option<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
