//! A thread of the store: batch after batch from its queues, and a copy of the database between them when one is wanted.
//!
//! What a batch is and how it ends is the runner's affair.

use crate::Result;
use crate::clock::Instant;
use crate::copies::Asked;
use crate::ledger::sent::{self, Sent};
use crate::queues::{Queues, Serves};
use crate::runner::{Connection, run_batch};
use crate::shared::Shared;

/// Serves queues on one connection until they close. Readers pass `writes: false`.
pub(crate) fn serve(
    connection: &mut dyn Connection,
    shared: &Shared,
    queues: &Queues,
    serves: Serves,
    writes: bool,
) {
    let mut last_slice = Instant::now();
    let _end = writes.then(|| shared.syncer.end_with_this());
    while let Some(batch) = queues.next(serves, last_slice, connection.batch_max(), shared.urgent_only()) {
        if batch.slice.is_some() {
            last_slice = Instant::now();
        }
        if !batch.urgent.is_empty() || batch.slice.is_some() {
            run_batch(connection, shared, queues, batch);
        }
        if writes {
            shared.after_batch(|| connection.log());
            if let Some(copy) = shared.copies.take() {
                let made = copy_out(connection, shared, queues, serves, &copy);
                copy.answer(made);
            }
        }
        if writes {
            shared.syncer.gather(queues, shared);
        }
    }
}

/// Copies while the work goes on: after each batch one slice.
fn copy_out(
    connection: &mut dyn Connection,
    shared: &Shared,
    queues: &Queues,
    serves: Serves,
    copy: &Asked,
) -> Result<i64> {
    let mut last_slice = Instant::now();
    connection.copy_to(copy.path(), &mut |lent| {
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
    let mark = Sent::of(sent::Kind::Backup, copy.id(), at);
    shared.ledgers.before_commit(&[], &[mark])?;
    shared.ledgers.sync_sent()?;
    Ok(at)
}
