//! How a plain thread waits for the answer of a closure: asleep, or by serving the queues itself where no threads do.

use crate::{Error, Result};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Serves the queues in the place of threads.
pub(super) trait Hand: Send + Sync {
    /// Something waits.
    fn knock(&self);
    /// Somebody who cannot sleep waits: serves what there is now. `false` when nothing is served any more.
    fn turn(&self) -> bool;
}

/// Waits on a plain thread for the answer of a closure, or serves the queues until it is there.
pub(super) fn wait_for<T, E: From<Error>>(
    mut answer: oneshot::Receiver<Result<T, E>>,
    hand: Option<&dyn Hand>,
) -> Result<T, E> {
    let answered = match hand {
        None => answer.blocking_recv().ok(),
        Some(hand) => {
            while answer.is_empty() && hand.turn() {}
            answer.try_recv().ok()
        }
    };
    answered.unwrap_or_else(|| Err(E::from(Error::Closed)))
}

/// The answer of a slice that was queued.
pub struct Pending<T, E> {
    answer: oneshot::Receiver<Result<T, E>>,
    hand: Option<Arc<dyn Hand>>,
}

impl<T, E: From<Error>> Pending<T, E> {
    pub(super) fn of(answer: oneshot::Receiver<Result<T, E>>, hand: Option<Arc<dyn Hand>>) -> Pending<T, E> {
        Pending { answer, hand }
    }

    /// Waits until it is committed.
    ///
    /// # Errors
    /// The closure's own, and what kept it from its commit.
    pub fn wait(self) -> Result<T, E> {
        wait_for(self.answer, self.hand.as_deref())
    }
}
