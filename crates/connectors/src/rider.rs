//! The short way of an idle lane: the intent rides in the very batch that accepted the message, so that there is one
//! commit between the two.
//!
//! It takes everything that waits or nothing: as soon as there is something to choose among, the [`crate::feed`] chooses.

use crate::letter::{Encode, Letter, Taken, careful};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use store::machine::outbox::{self, Chosen, Taker};
use store::{Error, Rider, Tx};
use tokio::sync::{mpsc, watch};

/// The rider of one link.
pub(crate) struct LaneRider {
    taker: Taker,
    encode: Encode,
    /// Parts that it may take; 0 while the pump draws for itself.
    room: AtomicUsize,
    /// Rings of the bell up to which nothing was left behind.
    swept: AtomicU64,
    bell: watch::Receiver<u64>,
    arrived: mpsc::UnboundedSender<Taken>,
}

/// What one ride took, and the count of the bell before it.
pub(crate) struct Freight {
    taken: Option<Taken>,
    all: bool,
    rung: u64,
}

impl LaneRider {
    pub(crate) fn new(
        taker: Taker,
        encode: Encode,
        bell: watch::Receiver<u64>,
        arrived: mpsc::UnboundedSender<Taken>,
    ) -> LaneRider {
        let (room, swept) = (AtomicUsize::new(0), AtomicU64::new(0));
        LaneRider { taker, encode, room, swept, bell, arrived }
    }

    /// So many parts may ride along from now on.
    pub(crate) fn offer(&self, parts: usize) {
        self.room.store(parts, Ordering::Release);
    }

    /// Whether this count of the bell told of nothing that is still there.
    pub(crate) fn has_swept(&self, rung: u64) -> bool {
        rung <= self.swept.load(Ordering::Acquire)
    }
}

impl Rider for LaneRider {
    type Freight = Freight;

    fn ride(&self, tx: &mut Tx<'_>) -> Result<Freight, Error> {
        let rung = *self.bell.borrow();
        let room = self.room.load(Ordering::Acquire);
        let nothing = Freight { taken: None, all: false, rung };
        if room == 0 {
            return Ok(nothing);
        }
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let Some(due) = outbox::all_due(tx, self.taker.connector, limit)? else { return Ok(nothing) };
        if due.rows.iter().map(|r| r.row.parts.max(1)).sum::<i64>() > limit {
            return Ok(nothing);
        }
        let all = due.all;
        let letters: Vec<Letter> = due
            .rows
            .into_iter()
            .map(|ready| Letter { parts: careful(&self.encode, &ready), ready })
            .collect();
        let chosen: Vec<Chosen> = letters.iter().map(|l| l.ready.chosen()).collect();
        let go = outbox::take(tx, self.taker, &chosen)?;
        Ok(Freight { taken: Some(Taken { letters, go, waits: false, rode: true }), all, rung })
    }

    fn committed(&self, freight: &Freight) {
        let Some(taken) = &freight.taken else { return };
        let parts =
            taken.letters.iter().map(|l| usize::try_from(l.ready.row.parts).unwrap_or(1).max(1)).sum();
        let _ = self
            .room
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |room| Some(room.saturating_sub(parts)));
        // The batch rang once. Another ring since then may tell of rows that this ride did not see.
        if freight.all && *self.bell.borrow() == freight.rung + 1 {
            self.swept.store(freight.rung + 1, Ordering::Release);
        }
    }

    fn arrived(&self, freight: Freight) {
        let Some(taken) = freight.taken else { return };
        if self.arrived.send(taken).is_err() {
            tracing::error!(connector = self.taker.connector, "an intent arrived after its link had ended");
        }
    }
}
