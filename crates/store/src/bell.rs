//! Bells: a counter per topic. Who sleeps compares the count, so nothing is lost between a look and a sleep.
//!
//! A bell rings after the commit that made something to look at. It is an optimisation, never a need: everybody
//! who listens also looks again by a tick.

use std::collections::HashMap;
use std::sync::Mutex;
use tokio::sync::watch;

/// What there may be to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bell {
    /// Rows in a lane of this connector.
    Outbox(i64),
    /// A command for this connector.
    Command(i64),
    /// The set or settings of connectors.
    Connectors,
    /// A job that is due.
    Jobs,
    /// An inbound message to be handled.
    Inbound,
    /// Something people of this workspace see has changed.
    Workspace(i64),
}

#[derive(Default)]
pub(crate) struct Bells(Mutex<HashMap<Bell, watch::Sender<u64>>>);

impl Bells {
    /// A receiver for one topic; `changed()` resolves at the next ring.
    pub(crate) fn listen(&self, bell: Bell) -> watch::Receiver<u64> {
        let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        map.entry(bell).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    pub(crate) fn ring(&self, bells: &[Bell]) {
        if bells.is_empty() {
            return;
        }
        let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for bell in bells {
            if let Some(sender) = map.get(bell) {
                if sender.receiver_count() == 0 {
                    map.remove(bell);
                } else {
                    sender.send_modify(|n| *n += 1);
                }
            }
        }
    }
}
