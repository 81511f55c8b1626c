//! Bells: a counter per topic. Who sleeps compares the count, so nothing is lost between a look and a sleep.
//!
//! A bell rings after the commit that made something to look at. It is an optimisation, never a need: everybody
//! who listens also looks again by a tick.

use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
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
    /// Something waits for this client of the SMPP server, or its account was changed.
    Client(i64),
    /// The phone of this connector asks, was given something, or has answered.
    Phone(i64),
    /// A number to be looked up, or how that is done.
    Lookups,
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
pub(crate) struct Bells {
    here: Mutex<HashMap<Bell, Topic>>,
    /// What rang here and other nodes are to be told of; `None` where there are none.
    afar: Mutex<Option<HashSet<Bell>>>,
    rung: Condvar,
}

impl Bells {
    /// A receiver for one topic; `changed()` resolves at the next ring.
    pub(crate) fn listen(&self, bell: Bell) -> watch::Receiver<u64> {
        let mut map = self.here.lock().unwrap_or_else(PoisonError::into_inner);
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
        self.ring_from_afar(bells);
        let mut afar = self.afar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = &mut *afar {
            told.extend(bells);
            drop(afar);
            self.rung.notify_one();
        }
    }

    /// What rings here is kept for other nodes from now on.
    pub(crate) fn tell_others(&self) {
        *self.afar.lock().unwrap_or_else(PoisonError::into_inner) = Some(HashSet::new());
    }

    /// What rang since the last question, waiting for it as long as `patience`.
    pub(crate) fn take_rung(&self, patience: Duration) -> Vec<Bell> {
        let afar = self.afar.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = |told: &mut Option<HashSet<Bell>>| told.as_ref().is_none_or(HashSet::is_empty);
        let (mut afar, _) =
            self.rung.wait_timeout_while(afar, patience, silent).unwrap_or_else(PoisonError::into_inner);
        afar.as_mut().map(|told| told.drain().collect()).unwrap_or_default()
    }

    /// Rings here alone.
    pub(crate) fn ring_from_afar(&self, bells: &[Bell]) {
        let mut map = self.here.lock().unwrap_or_else(PoisonError::into_inner);
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
