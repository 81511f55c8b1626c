//! A carrier without a wire: takes what waits through the same intent as a connector, and settles it the same way.

use sms::{Code, Status};
use std::collections::HashMap;
use store::machine::outbox::{self, Taker};
use store::machine::settle::{self, Outcome, Receipt, Settled};
use store::machine::{flight, stream};
use store::{Db, Error};

/// What becomes of a message, by a throw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Accept,
    Reject,
    Back,
    Ambiguous,
    /// Stays on the wire.
    Open,
}

pub(super) struct Carrier;

impl Carrier {
    fn taker(db: &Db) -> Taker {
        let epoch = db.write_blocking("test.lease", |tx| {
            let until = tx.now() + 60_000;
            flight::lease(tx, 1, until)
        });
        Taker { connector: 1, link: 0, epoch: epoch.unwrap().unwrap() }
    }

    /// Takes up to `most` rows of each stream that runs; gives how many. `fate` tells each by its message.
    pub(super) fn turn(db: &Db, most: i64, fate: fn(i64) -> Fate) -> usize {
        let taker = Carrier::taker(db);
        let taken = db.write_blocking("test.take", move |tx| {
            let mut chosen = Vec::new();
            for s in stream::with_work(tx, taker.connector)? {
                let now = tx.now();
                let ready = outbox::read(tx, s.key.lane, s.id, (i64::MIN, i64::MIN), now, most)?;
                chosen.extend(ready.iter().map(outbox::Ready::chosen));
            }
            let ids = outbox::take(tx, taker, &chosen)?;
            Ok::<_, Error>(ids.into_keys().collect::<Vec<i64>>())
        });
        let taken = taken.unwrap();
        let n = taken.len();
        db.write_blocking("test.outcomes", move |tx| {
            let settled: Vec<Settled> = taken
                .iter()
                .filter_map(|id| Some(Settled { message: *id, part: 0, outcome: outcome(fate(*id), *id)? }))
                .collect();
            settle::outcomes(tx, taker, &settled)
        })
        .unwrap();
        n
    }

    /// What is still on the wire is given up as a crash would leave it.
    pub(super) fn recover(db: &Db) -> usize {
        let taker = Carrier::taker(db);
        db.write_blocking("test.recover", move |tx| settle::recover(tx, taker, "restart")).unwrap()
    }

    /// Receipts for these messages.
    pub(super) fn receipts(db: &Db, of: &HashMap<i64, Status>) {
        let receipts: Vec<Receipt> = of
            .iter()
            .map(|(id, status)| Receipt {
                h: *id,
                smsc_id: id.to_string(),
                status: *status,
                code: Code::None,
                detail: String::new(),
                from: String::new(),
                to: String::new(),
                text: String::new(),
            })
            .collect();
        db.write_blocking("test.receipts", move |tx| settle::receipts(tx, 1, &receipts)).unwrap();
    }
}

fn outcome(fate: Fate, id: i64) -> Option<Outcome> {
    Some(match fate {
        Fate::Accept => Outcome::Accepted { smsc_id: id.to_string(), h: id },
        Fate::Reject => Outcome::Rejected { code: Code::CarrierRejected, detail: "0x45".into() },
        Fate::Back => Outcome::Back { due: 0 },
        Fate::Ambiguous => Outcome::Ambiguous { detail: "no answer".into() },
        Fate::Open => return None,
    })
}
