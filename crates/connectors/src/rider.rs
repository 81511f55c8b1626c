//! The short way of an idle lane: the intent rides in the very batch that accepted the message, so that there is one
//! commit between the two.
//!
//! It takes everything that waits or nothing: as soon as there is something to choose among, the [`crate::feed`] chooses.
//! Of the strict lanes it takes what waits there also while others wait: nothing goes before them anyway, and a one-time
//! code need not wait for the intent of a mailing that is under way.

use crate::letter::{Encode, Letter, Rode, Taken, careful};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use store::machine::outbox::{self, Chosen, Lanes, Taker};
use store::{Error, Rider, Tx};
use tokio::sync::{mpsc, watch};

/// The rider of one link.
pub(crate) struct LaneRider {
    taker: Taker,
    encode: Encode,
    /// Parts that it may take; 0 while the pump draws for itself.
    room: AtomicUsize,
    /// Parts of the strict lanes that it may take, whatever else waits.
    strict: AtomicUsize,
    /// Parts that are committed and have not arrived.
    riding: AtomicUsize,
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
    /// Only strict lanes were looked at.
    strict: bool,
}

impl LaneRider {
    pub(crate) fn new(
        taker: Taker,
        encode: Encode,
        bell: watch::Receiver<u64>,
        arrived: mpsc::UnboundedSender<Taken>,
    ) -> LaneRider {
        let (room, strict, riding) = Default::default();
        LaneRider { taker, encode, room, strict, riding, swept: AtomicU64::new(0), bell, arrived }
    }

    /// So many parts may ride along from now on, or so many of strict lanes.
    pub(crate) fn offer(&self, parts: usize, strict: usize) {
        self.room.store(parts, Ordering::Release);
        self.strict.store(strict, Ordering::Release);
    }

    /// Parts that ride and have not come to their link.
    pub(crate) fn riding(&self) -> usize {
        self.riding.load(Ordering::Acquire)
    }

    /// Parts came to their link.
    pub(crate) fn got_off(&self, parts: usize) {
        less(&self.riding, parts);
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
        let strict = room == 0;
        let nothing = Freight { taken: None, all: false, rung, strict };
        let room = if strict { self.strict.load(Ordering::Acquire) } else { room };
        if room == 0 {
            return Ok(nothing);
        }
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let lanes = if strict { Lanes::Strict } else { Lanes::All };
        let Some(due) = outbox::all_due(tx, self.taker.connector, lanes, limit)? else { return Ok(nothing) };
        if strict && due.rows.is_empty() {
            return Ok(nothing);
        }
        if due.rows.iter().map(|r| r.row.parts.max(1)).sum::<i64>() > limit {
            return Ok(nothing);
        }
        let all = due.all && !strict;
        let letters: Vec<Letter> = due
            .rows
            .into_iter()
            .map(|ready| Letter { parts: careful(&self.encode, &ready), ready })
            .collect();
        let chosen: Vec<Chosen> = letters.iter().map(|l| l.ready.chosen()).collect();
        let go = outbox::take(tx, self.taker, &chosen)?;
        let rode = if strict { Rode::Strict } else { Rode::All };
        Ok(Freight { taken: Some(Taken { letters, go, waits: false, rode }), all, rung, strict })
    }

    fn committed(&self, freight: &Freight) {
        let Some(taken) = &freight.taken else { return };
        self.riding.fetch_add(taken.parts(), Ordering::AcqRel);
        if freight.strict {
            less(&self.strict, taken.parts());
            return;
        }
        less(&self.room, taken.parts());
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

/// Takes so many away, but never below nothing.
fn less(of: &AtomicUsize, parts: usize) {
    let _ = of.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| Some(left.saturating_sub(parts)));
}
