//! What a link learns, stored in batches: outcomes, receipts and messages in, all that waited in one closure.
//!
//! The link goes on reading and writing meanwhile. It is told what was committed, and only then answers the carrier.

use std::sync::Arc;
use std::time::Duration;
use store::machine::inbound::{self, NewInbound};
use store::machine::outbox::Taker;
use store::machine::settle::{self, Late, Receipt, Settled};
use store::{Db, Error};
use tokio::sync::mpsc;

/// Items one closure stores.
const BATCH_MAX: usize = 1_000;

/// One thing learnt.
#[derive(Debug, Clone)]
pub(crate) enum Learnt {
    /// What became of a part of ours.
    Outcome(Settled),
    /// An answer to a part that was given up as ambiguous.
    Late(Late),
    /// A receipt; the number is the carrier's request to be answered.
    Receipt(u32, Receipt),
    /// A message in; the number is the carrier's request to be answered.
    Inbound(u32, NewInbound),
}

/// What was committed.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Parts whose outcome is stored.
    pub(crate) outcomes: usize,
    /// Whether some went back to their lane.
    pub(crate) went_back: bool,
    /// Requests of the carrier to be answered.
    pub(crate) answer: Vec<u32>,
    /// Whether it was stored; else the carrier is to try again.
    pub(crate) kept: bool,
}

#[derive(Default)]
struct Batch {
    outcomes: Vec<Settled>,
    late: Vec<Late>,
    receipts: Vec<Receipt>,
    inbound: Vec<NewInbound>,
    answer: Vec<u32>,
}

/// Stores what comes through the channel until it closes.
pub(crate) async fn run(
    db: Db,
    taker: Taker,
    mut learnt: mpsc::UnboundedReceiver<Learnt>,
    told: mpsc::UnboundedSender<Stored>,
) {
    let mut waiting = Vec::with_capacity(BATCH_MAX);
    while learnt.recv_many(&mut waiting, BATCH_MAX).await > 0 {
        let batch = Arc::new(sort(waiting.drain(..)));
        let kept = store(&db, taker, &batch).await;
        let stored = Stored {
            outcomes: batch.outcomes.len(),
            went_back: batch.outcomes.iter().any(|s| {
                matches!(
                    s.outcome,
                    settle::Outcome::Back { .. }
                        | settle::Outcome::Again { .. }
                        | settle::Outcome::Elsewhere { .. }
                        | settle::Outcome::Ambiguous { .. }
                )
            }),
            answer: batch.answer.clone(),
            kept,
        };
        if told.send(stored).is_err() {
            // The link is gone; what it learnt is stored all the same.
        }
    }
}

fn sort(learnt: impl Iterator<Item = Learnt>) -> Batch {
    let mut batch = Batch::default();
    for one in learnt {
        match one {
            Learnt::Outcome(settled) => batch.outcomes.push(settled),
            Learnt::Late(late) => batch.late.push(late),
            Learnt::Receipt(seq, receipt) => {
                batch.receipts.push(receipt);
                batch.answer.push(seq);
            }
            Learnt::Inbound(seq, message) => {
                batch.inbound.push(message);
                batch.answer.push(seq);
            }
        }
    }
    batch
}

/// Outcomes are never given up: a store that cannot take them now is asked again until it can.
async fn store(db: &Db, taker: Taker, batch: &Arc<Batch>) -> bool {
    let mut pause = Duration::from_millis(20);
    loop {
        let this = Arc::clone(batch);
        let out = db
            .write("settle", move |tx| {
                settle::outcomes(tx, taker, &this.outcomes)?;
                settle::late(tx, taker.connector, &this.late)?;
                settle::receipts(tx, taker.connector, &this.receipts)?;
                inbound::insert(tx, &this.inbound).map(drop)
            })
            .await;
        let Err(e) = out else { return true };
        if e == Error::Closed || (batch.outcomes.is_empty() && batch.late.is_empty()) {
            return false;
        }
        tracing::warn!(connector = taker.connector, error = %e, "outcomes could not be stored; trying again");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}
