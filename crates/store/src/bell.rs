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

/// Each listener has a channel of its own, and they are told in the order in which they began to listen: the many who
/// wait on one channel are woken in any order, and a simulation must know in which.
#[derive(Default)]
struct Topic {
    rung: u64,
    ears: Vec<watch::Sender<u64>>,
}

#[derive(Default)]
pub(crate) struct Bells(Mutex<HashMap<Bell, Topic>>);

impl Bells {
    /// A receiver for one topic; `changed()` resolves at the next ring.
    pub(crate) fn listen(&self, bell: Bell) -> watch::Receiver<u64> {
        let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let topic = map.entry(bell).or_default();
        let (ear, receiver) = watch::channel(topic.rung);
        topic.ears.retain(|ear| !ear.is_closed());
        topic.ears.push(ear);
        receiver
    }

    pub(crate) fn ring(&self, bells: &[Bell]) {
        if bells.is_empty() {
            return;
        }
        let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for bell in bells {
            let Some(topic) = map.get_mut(bell) else { continue };
            topic.rung += 1;
            let rung = topic.rung;
            topic.ears.retain(|ear| ear.send(rung).is_ok());
            if topic.ears.is_empty() {
                map.remove(bell);
            }
        }
    }
}
