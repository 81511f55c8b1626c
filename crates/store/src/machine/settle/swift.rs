//! The common case, without a look at the message first: one part, taken by the carrier, later reported final.
//!
//! What never changes of a message once it left (its workspace, its recipient, who is told) is remembered from its intent to its receipt; the
//! update itself says under which standing it holds. Whatever does not fit that goes the long way, judged by the rows.
//! Memory is never believed about anything that can change, so an entry of an undone transaction does no harm.

use super::said::{Digits, Known};
use super::{Batch, Outcome, Receipt, Settled};
use crate::machine::client_out::Told;
use crate::machine::flight::{self, Intent};
use crate::machine::outbox::Taker;
use crate::machine::receipt_key::Key;
use crate::{Result, Tx, Val, params, sql};
use sms::life::{Standing, Verdict, judge};
use sms::{Code, Status};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Messages after which the older half is forgotten.
const HALF: usize = 65_536;

/// What is remembered of messages on their way: two halves, of which the older one goes.
#[derive(Default)]
pub(crate) struct Memory(Mutex<[HashMap<i64, Sent>; 2]>);

/// What never changes of a message once its intent is committed.
#[derive(Debug, Clone, Copy)]
struct Sent {
    workspace: i64,
    campaign: i64,
    notify: i64,
    to: Digits,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, [HashMap<i64, Sent>; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, known: impl Iterator<Item = (i64, Sent)>) {
        let mut halves = self.lock();
        for (message, sent) in known {
            if halves[0].len() >= HALF {
                halves.swap(0, 1);
                halves[0].clear();
            }
            halves[0].insert(message, sent);
        }
    }

    fn of(&self, message: i64) -> Option<Sent> {
        let halves = self.lock();
        halves.iter().find_map(|half| half.get(&message)).copied()
    }
}

/// Remembers these messages, reading of those that are forgotten what never changes: nothing is locked for that.
pub(super) fn remember(tx: &mut Tx<'_>, messages: impl Iterator<Item = i64>) -> Result<()> {
    let mut forgotten: Vec<i64> = messages.filter(|id| tx.on_their_way().of(*id).is_none()).collect();
    if forgotten.is_empty() {
        return Ok(());
    }
    forgotten.sort_unstable();
    forgotten.dedup();
    let read = tx.many_rows(
        sql!(
            "SELECT m.id, m.workspace, m.campaign, m.recipient, m.notify FROM ROWS(id BIGINT) AS r
             JOIN message m ON m.id = r.id"
        ),
        &[],
        forgotten.iter().map(|id| [Val::Int(*id)]),
        |r| {
            let to = Digits::of(&r.get::<String>(3)?);
            let notify = r.get(4)?;
            Ok((r.get::<i64>(0)?, Sent { workspace: r.get(1)?, campaign: r.get(2)?, notify, to }))
        },
    )?;
    tx.on_their_way().keep(read.into_iter());
    Ok(())
}

/// To whom a message went, if that is remembered.
pub(super) fn recipient(tx: &Tx<'_>, message: i64) -> Option<Digits> {
    tx.on_their_way().of(message).map(|sent| sent.to)
}

/// Ends the intents that are known, and applies those of them that the carrier took. Gives how many intents were
/// still open, and those that are to be judged.
pub(super) fn taken<'s>(
    tx: &mut Tx<'_>,
    taker: Taker,
    settled: &'s [Settled],
    batch: &mut Batch,
) -> Result<(usize, Vec<(Intent, &'s Outcome)>)> {
    let known = |s: &'s Settled| s.known.as_ref().map(|k| (k, &s.outcome));
    let open: HashSet<i64> =
        flight::end(tx, settled.iter().filter_map(known).map(|(k, _)| k.intent.message))?;
    let mine = || settled.iter().filter_map(known).filter(|(k, _)| open.contains(&k.intent.message));
    // In the order of their rows: two batches of one database then never wait for each other in a circle.
    let mut accepted: Vec<_> = mine()
        .filter_map(|(k, outcome)| match outcome {
            Outcome::Accepted { smsc_id, h } if !smsc_id.is_empty() => Some((k, smsc_id, *h)),
            _ => None,
        })
        .collect();
    accepted.sort_unstable_by_key(|(k, ..)| k.intent.message);
    let accepted = || accepted.iter().copied();
    let now = tx.now();
    let applied: HashSet<i64> = tx
        .many_rows(
            sql!(
                "UPDATE message SET status = 4, code = 0, detail = '', smsc_id = r.smsc_id, submitted_at = $1
                 FROM ROWS(id BIGINT, attempt BIGINT, smsc_id TEXT) AS r
                 WHERE message.id = r.id AND message.attempt = r.attempt AND message.status = 2 AND message.connector = $2
                 RETURNING r.id"
            ),
            &params![now, taker.connector],
            accepted().map(|(k, smsc_id, _)| {
                [Val::Int(k.intent.message), Val::Int(k.intent.attempt), Val::Text(smsc_id)]
            }),
            |r| r.get::<i64>(0),
        )?
        .into_iter()
        .collect();
    let went = accepted().map(|(k, ..)| k).filter(|k| applied.contains(&k.intent.message));
    tx.on_their_way().keep(went.map(|k| {
        let Known { workspace, campaign, notify, to, .. } = *k;
        (k.intent.message, Sent { workspace, campaign, notify, to })
    }));
    for (k, _, h) in accepted().filter(|(k, ..)| applied.contains(&k.intent.message)) {
        let Intent { message, part, attempt, .. } = k.intent;
        batch.keys.push(Key { h, message, part, attempt });
        batch.count((k.workspace, k.campaign), Status::Queued, (Status::Submitted, Code::None));
    }
    let rest =
        mine().filter(|(k, _)| !applied.contains(&k.intent.message)).map(|(k, o)| (k.intent, o)).collect();
    for (k, outcome) in mine().filter(|(k, _)| applied.contains(&k.intent.message)) {
        super::log(tx, &k.intent, outcome);
    }
    Ok((open.len(), rest))
}

/// Applies the receipts that end a message standing as submitted. Gives the others, with their parts.
pub(super) fn reported<'r>(
    tx: &mut Tx<'_>,
    receipts: &'r [Receipt],
    found: &[Option<Key>],
    batch: &mut Batch,
) -> Result<Vec<(&'r Receipt, Key)>> {
    let mut times: HashMap<i64, u32> = HashMap::new();
    for key in found.iter().flatten() {
        *times.entry(key.message).or_default() += 1;
    }
    let plain = |receipt: &Receipt, key: &Key| {
        let [from, to] =
            [Status::Submitted, receipt.status].map(|status| Standing { attempt: key.attempt, status });
        let ends = receipt.status.is_final() && judge(from, to) == Verdict::Apply;
        (ends && key.part == 0 && times.get(&key.message) == Some(&1))
            .then(|| tx.on_their_way().of(key.message))?
    };
    let mut all: Vec<(&Receipt, Key, Option<Sent>)> = receipts
        .iter()
        .zip(found)
        .filter_map(|(receipt, key)| key.map(|key| (receipt, key, plain(receipt, &key))))
        .collect();
    // In the order of their rows, and those of one message as they came.
    all.sort_by_key(|(_, key, _)| key.message);
    let (now, account) = (tx.now(), batch.account);
    let applied = tx.many_rows(
            sql!(
                "UPDATE message SET status = r.status, code = r.code, detail = r.detail, done_at = $1
                 FROM ROWS(id BIGINT, attempt BIGINT, status BIGINT, code BIGINT, detail TEXT) AS r
                 WHERE message.id = r.id AND message.attempt = r.attempt AND message.status = 4 AND message.connector = $2
                   AND message.parts = 1
                 RETURNING r.id"
            ),
            &params![now, account],
            all.iter().filter(|(.., sent)| sent.is_some()).map(|(receipt, key, _)| {
                params![key.message, key.attempt, receipt.status, receipt.code, receipt.detail]
            }),
            |r| r.get::<i64>(0),
        )?;
    let applied: HashSet<i64> = applied.into_iter().collect();
    let mut rest = Vec::new();
    for (receipt, key, sent) in all {
        match sent.filter(|_| applied.contains(&key.message)) {
            Some(s) => {
                batch.count((s.workspace, s.campaign), Status::Submitted, (receipt.status, receipt.code));
                let message = (key.message, s.notify);
                batch.told.push(Told::of(message, receipt.status, receipt.code, &receipt.detail));
            }
            None => rest.push((receipt, key)),
        }
    }
    Ok(rest)
}

impl Batch {
    /// Counts a message of a (workspace, campaign) that went from one status to another on this account.
    fn count(&mut self, of: (i64, i64), from: Status, to: (Status, Code)) {
        self.tally.moved(of.0, of.1, (from, Code::None), to);
        self.tally.traffic(of.0, self.account, to.0);
        self.rung.insert(of.0);
    }
}
