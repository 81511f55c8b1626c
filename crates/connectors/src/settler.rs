//! What a link learns, stored in batches: outcomes, receipts and messages in, all that waited in one closure.
//!
//! The link goes on reading and writing meanwhile. It is told what was committed, and only then answers the carrier.
//! While the database is away, what the carrier hands over goes to the journal; what became of our own messages is kept
//! in memory until it can be stored, and after a death `flight` says that nobody knows.

use crate::journal::{Journal, Record};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::machine::inbound::{self, NewInbound};
use store::machine::outbox::Taker;
use store::machine::settle::{self, Late, Receipt, Settled};
use store::{Db, Error};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Items one closure stores.
const BATCH_MAX: usize = 1_000;
/// A batch under way for longer is with a database that stands still.
const STUCK: Duration = Duration::from_secs(2);
/// How often it is looked whether that is so.
const LOOK: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(2);

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

/// Where what is learnt is kept.
#[derive(Clone)]
pub(crate) struct Keep {
    pub(crate) db: Db,
    pub(crate) journal: Arc<Journal>,
    /// Messages leave whole: a receipt is about all of the parts that the carrier made.
    pub(crate) whole: bool,
}

/// What was learnt and is on its way into the store.
struct Under {
    batch: Arc<Vec<Learnt>>,
    since: Instant,
    done: Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>,
}

struct Settler {
    keep: Keep,
    taker: Taker,
    told: mpsc::UnboundedSender<Stored>,
    waiting: Vec<Learnt>,
    under: Option<Under>,
    /// How long to wait after the last failure, and until when; `None` while all is well.
    failing: Option<(Duration, Instant)>,
}

/// Stores what comes through the channel until it closes.
pub(crate) async fn run(
    keep: Keep,
    taker: Taker,
    mut learnt: mpsc::UnboundedReceiver<Learnt>,
    told: mpsc::UnboundedSender<Stored>,
) {
    let mut settler = Settler { keep, taker, told, waiting: Vec::new(), under: None, failing: None };
    let mut open = true;
    while open || !settler.waiting.is_empty() || settler.under.is_some() {
        if settler.must_spill() {
            settler.spill().await;
        }
        settler.begin();
        let looks = settler.failing.is_some() || settler.under.is_some();
        let Settler { under, waiting, .. } = &mut settler;
        let storing = async {
            match under {
                Some(under) => (&mut under.done).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            out = storing => {
                if settler.ended(out) {
                    return;
                }
            }
            n = learnt.recv_many(waiting, BATCH_MAX), if open && waiting.len() < BATCH_MAX => open = n > 0,
            () = tokio::time::sleep(LOOK), if looks => {}
        }
    }
}

impl Settler {
    /// Whether what carriers hand over goes to the journal: the database is away, or earlier things still stand there.
    fn must_spill(&self) -> bool {
        let stuck =
            self.under.as_ref().is_some_and(|u| u.since.elapsed() > STUCK) && is_shared(&self.keep.db);
        let failing = self.failing.is_some_and(|(_, until)| Instant::now() < until);
        stuck || failing || !self.keep.journal.is_empty() || self.keep.db.is_away()
    }

    /// Starts to store what waits, when nothing is under way.
    fn begin(&mut self) {
        let paused = self.failing.is_some_and(|(_, until)| Instant::now() < until);
        if self.under.is_some() || self.waiting.is_empty() || paused {
            return;
        }
        let rest = self.waiting.split_off(self.waiting.len().min(BATCH_MAX));
        let batch = Arc::new(std::mem::replace(&mut self.waiting, rest));
        let done = Box::pin(store(self.keep.db.clone(), self.taker, self.keep.whole, Arc::clone(&batch)));
        self.under = Some(Under { batch, since: Instant::now(), done });
    }

    /// A batch was stored, or not. `true` when the store closes and nothing more can be done.
    fn ended(&mut self, out: Result<(), Error>) -> bool {
        let Some(Under { batch, .. }) = self.under.take() else { return false };
        let Err(e) = out else {
            self.failing = None;
            self.tell(&batch, true);
            return false;
        };
        if e == Error::Closed {
            self.tell(&batch, false);
            return true;
        }
        // Outcomes are never given up: a store that cannot take them now is asked again until it can.
        tracing::warn!(connector = self.taker.connector, error = %e, "what was learnt could not be stored; trying again");
        let away = matches!(e, Error::Unreachable(_) | Error::Undone);
        let (again, refused): (Vec<Learnt>, Vec<Learnt>) =
            batch.iter().cloned().partition(|l| away || !l.is_handed_over());
        self.tell(&refused, false);
        self.waiting.splice(0..0, again);
        let pause = self.failing.map_or(PAUSE, |(pause, _)| (pause * 2).min(PAUSE_MOST));
        self.failing = Some((pause, Instant::now() + pause));
        false
    }

    /// Puts what carriers handed over into the journal; what has no room there they are to send again.
    async fn spill(&mut self) {
        if !self.waiting.iter().any(Learnt::is_handed_over) {
            return;
        }
        let (over, rest): (Vec<Learnt>, Vec<Learnt>) =
            std::mem::take(&mut self.waiting).into_iter().partition(Learnt::is_handed_over);
        self.waiting = rest;
        let account = self.taker.connector;
        let records: Vec<Record> = over.iter().filter_map(|l| l.record(account)).collect();
        let kept = match self.keep.journal.keep(records).await {
            Ok(kept) => kept,
            Err(e) => {
                tracing::error!(error = %e, "the journal could not be written");
                false
            }
        };
        self.tell(&over, kept);
    }

    fn tell(&self, batch: &[Learnt], kept: bool) {
        if batch.is_empty() {
            return;
        }
        let stored = Stored {
            outcomes: batch.iter().filter(|l| matches!(l, Learnt::Outcome(_))).count(),
            went_back: batch.iter().any(Learnt::went_back),
            answer: batch.iter().filter_map(Learnt::request).collect(),
            kept,
        };
        if self.told.send(stored).is_err() {
            // The link is gone; what it learnt is stored all the same.
        }
    }
}

impl Learnt {
    /// Whether a carrier handed it over and waits for an answer.
    fn is_handed_over(&self) -> bool {
        self.request().is_some()
    }

    fn request(&self) -> Option<u32> {
        match self {
            Learnt::Receipt(seq, _) | Learnt::Inbound(seq, _) => Some(*seq),
            Learnt::Outcome(_) | Learnt::Late(_) => None,
        }
    }

    fn record(&self, account: i64) -> Option<Record> {
        match self {
            Learnt::Receipt(_, receipt) => Some(Record::receipt(account, receipt)),
            Learnt::Inbound(_, message) => Some(Record::inbound(message)),
            Learnt::Outcome(_) | Learnt::Late(_) => None,
        }
    }

    fn went_back(&self) -> bool {
        let Learnt::Outcome(settled) = self else { return false };
        matches!(
            settled.outcome,
            settle::Outcome::Back { .. }
                | settle::Outcome::Again { .. }
                | settle::Outcome::Elsewhere { .. }
                | settle::Outcome::Ambiguous { .. }
        )
    }
}

fn is_shared(db: &Db) -> bool {
    db.engine() == store::Engine::Postgres
}

/// All that waited in one closure. Outcomes under a lease that was lost count as late answers: they change only what is
/// still unknown.
async fn store(db: Db, taker: Taker, whole: bool, batch: Arc<Vec<Learnt>>) -> Result<(), Error> {
    db.write("settle", move |tx| {
        let (mut outcomes, mut late, mut receipts, mut inbound) = (vec![], vec![], vec![], vec![]);
        for one in batch.iter() {
            match one {
                Learnt::Outcome(settled) => outcomes.push(settled.clone()),
                Learnt::Late(answer) => late.push(answer.clone()),
                Learnt::Receipt(_, receipt) => receipts.push(receipt.clone()),
                Learnt::Inbound(_, message) => inbound.push(message.clone()),
            }
        }
        settle::outcomes(tx, taker, &outcomes)?;
        settle::late(tx, taker.connector, &late)?;
        if whole {
            let told = |receipt| settle::Told { receipt, named: None, part: None };
            settle::called(tx, taker.connector, &receipts.into_iter().map(told).collect::<Vec<_>>())?;
        } else {
            settle::receipts(tx, taker.connector, &receipts)?;
        }
        inbound::insert(tx, &inbound).map(drop)
    })
    .await
}
