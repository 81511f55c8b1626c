//! The gatherer: what waits at the door goes to the store together, up to a thousand at once, and never waits to be more.
//!
//! What is strict (emergencies, one-time codes) is gathered apart and stored first: it never waits behind a mailing.
//! Judged on a reader, stored by the writer. A few batches are under way at one time: one is judged, one stored, one
//! synced. When the store cannot keep up, the bounded
//! queue before it fills, and callers are told to come back.

use crate::kept::{self, Key, Outcome};
use crate::problem::{Answer, Problem};
use engine::{Admitted, Error, Judged, Refusal, Submission};
use std::collections::HashSet;
use std::sync::Arc;
use store::{Db, Tx};
use tokio::sync::{Semaphore, mpsc, oneshot};

const BATCH_MAX: usize = 1_000;
const WAITING_MAX: usize = 20_000;
const UNDER_WAY: usize = 2;
/// So many are judged on a reader.
const WORTH_A_READER: usize = 100;

/// One message and, where the caller repeats requests, the key it is known by.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) submission: Submission,
    pub(crate) key: Option<Key>,
}

struct Waiting {
    item: Item,
    reply: oneshot::Sender<Answer<Outcome>>,
}

/// The way in.
#[derive(Clone)]
pub(crate) struct Gatherer {
    strict: mpsc::Sender<Waiting>,
    other: mpsc::Sender<Waiting>,
    db: Db,
}

/// Which messages are gathered together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Strict,
    Other,
}

impl Gatherer {
    /// Starts gathering for a store; ends when the last handle is gone.
    pub(crate) fn start(db: Db) -> Gatherer {
        let begin = |line| {
            let (send, receive) = mpsc::channel(WAITING_MAX);
            tokio::spawn(gather(db.clone(), line, receive));
            send
        };
        Gatherer { strict: begin(Line::Strict), other: begin(Line::Other), db }
    }

    /// Hands one in and waits until it is committed.
    pub(crate) async fn submit(&self, item: Item) -> Answer<Outcome> {
        if self.db.is_away() {
            return Err(store::Error::Unreachable("it does not answer".into()).into());
        }
        let (reply, answer) = oneshot::channel();
        let strict = item.submission.class.is_some_and(|class| class.lane(false).is_strict());
        let line = if strict { &self.strict } else { &self.other };
        line.try_send(Waiting { item, reply }).map_err(|_| Problem::busy())?;
        answer.await.unwrap_or_else(|_| Err(store::Error::Closed.into()))
    }
}

async fn gather(db: Db, line: Line, mut receive: mpsc::Receiver<Waiting>) {
    let permits = Arc::new(Semaphore::new(UNDER_WAY));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let mut batch = Vec::new();
        if receive.recv_many(&mut batch, BATCH_MAX).await == 0 {
            return;
        }
        let db = db.clone();
        tokio::spawn(async move {
            commit(&db, line, batch).await;
            drop(permit);
        });
    }
}

async fn commit(db: &Db, line: Line, batch: Vec<Waiting>) {
    let (items, replies): (Vec<Item>, Vec<_>) = batch.into_iter().map(|w| (w.item, w.reply)).unzip();
    let (mut wanted, mut keys) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for item in items {
        wanted.push(item.submission);
        keys.push(item.key);
    }
    let all = Arc::new(Asked { wanted, keys });
    match judge_and_store(db, line, Arc::clone(&all)).await {
        Ok(outcomes) => {
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                let _ = reply.send(Ok(outcome)); // whoever hung up has a message all the same
            }
        }
        // One of many may be at fault; alone, each gets its own answer.
        Err(e) if replies.len() > 1 && !matches!(e, Error::Store(_)) => {
            for (i, reply) in replies.into_iter().enumerate() {
                let one = Asked { wanted: vec![all.wanted[i].clone()], keys: vec![all.keys[i].clone()] };
                let answer = judge_and_store(db, line, Arc::new(one)).await;
                let _ = reply
                    .send(answer.map_err(Problem::from).and_then(|mut o| o.pop().ok_or_else(Problem::busy)));
            }
        }
        Err(e) => {
            for reply in replies {
                let _ = reply.send(Err(e.clone().into()));
            }
        }
    }
}

/// What one batch asks for: messages, and for each the key it is known by.
struct Asked {
    wanted: Vec<Submission>,
    keys: Vec<Option<Key>>,
}

/// The chain of many reads much, so it runs on a reader; what may have changed since is asked again by the intent. For
/// few the way there costs more: a reader begins with no page in its memory after each commit of the writer.
async fn judge_and_store(db: &Db, line: Line, asked: Arc<Asked>) -> engine::Result<Vec<Outcome>> {
    let whole = {
        let asked = Arc::clone(&asked);
        move |tx: &mut Tx<'_>| {
            let verdicts = engine::admit(tx, &asked.wanted)?;
            decide(tx, &asked, &verdicts)
        }
    };
    if line == Line::Strict {
        return db.write_first("submit.strict", whole).await;
    }
    if asked.wanted.len() < WORTH_A_READER {
        return db.write("submit", whole).await;
    }
    let all = Arc::clone(&asked);
    let verdicts = db.read(move |tx| engine::admit(tx, &all.wanted)).await?;
    db.write("submit", move |tx| decide(tx, &asked, &verdicts)).await
}

/// Stores them in order. A key seen before gets its first answer; a key twice in one batch is decided once.
fn decide(
    tx: &mut Tx<'_>,
    asked: &Asked,
    verdicts: &[Result<Admitted, Refusal>],
) -> engine::Result<Vec<Outcome>> {
    let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(verdicts.len());
    let (mut fresh, mut twins, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (i, (one, key)) in asked.wanted.iter().zip(&asked.keys).enumerate() {
        let mut known = None;
        if let Some(key) = key {
            if !seen.insert((one.workspace, key.name.as_str())) {
                twins.push(i);
                outcomes.push(None);
                continue;
            }
            known = kept::look(tx, one.workspace, key)?;
        }
        if known.is_none() {
            fresh.push(i);
        }
        outcomes.push(known);
    }
    let judged: Vec<Judged<'_>> = fresh.iter().map(|i| (&asked.wanted[*i], &verdicts[*i])).collect();
    let stored = if judged.is_empty() { Vec::new() } else { engine::store(tx, &judged)? };
    for (i, verdict) in fresh.into_iter().zip(stored) {
        let outcome = Outcome::Fresh(verdict);
        if let Some(key) = &asked.keys[i] {
            kept::keep(tx, asked.wanted[i].workspace, key, &outcome)?;
        }
        outcomes[i] = Some(outcome);
    }
    for i in twins {
        if let Some(key) = &asked.keys[i] {
            outcomes[i] = kept::look(tx, asked.wanted[i].workspace, key)?;
        }
    }
    let whole: Option<Vec<Outcome>> = outcomes.into_iter().collect();
    whole.ok_or(Error::Store(store::Error::Undone))
}
