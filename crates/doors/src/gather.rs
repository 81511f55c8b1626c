//! The gatherer: what waits at the door goes to the store together, up to a thousand at once, and never waits to be more.
//!
//! What is strict (emergencies, one-time codes) is gathered apart and stored first: it never waits behind a mailing.
//! Few are judged and stored in one act of the writer, which takes whoever waits at the moment it begins; many are judged
//! on a reader first. A few batches are under way at one time: one waits, one is stored, one is synced. When the store
//! cannot keep up, the bounded line before it fills, and callers are told to come back.

use crate::kept::{self, Key, Outcome};
use crate::problem::{Answer, Problem};
use engine::{Admitted, Error, Judged, Refusal, Submission};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Db, Tx};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

const BATCH_MAX: usize = 1_000;
const WAITING_MAX: usize = 20_000;
const UNDER_WAY: usize = 3;
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

/// Who waits, in the order of coming.
#[derive(Default)]
struct Line {
    /// Whether these go first.
    strict: bool,
    state: Mutex<State>,
    /// Somebody came, or the door was closed.
    came: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets one in; `false` where too many wait.
    fn enter(&self, one: Waiting) -> bool {
        let mut state = self.lock();
        if state.waiting.len() >= WAITING_MAX {
            return false;
        }
        state.waiting.push_back(one);
        drop(state);
        self.came.notify_one();
        true
    }

    fn take(&self, most: usize) -> Vec<Waiting> {
        let mut state = self.lock();
        let n = state.waiting.len().min(most);
        state.waiting.drain(..n).collect()
    }

    /// Waits until somebody does; gives how many. `None` when the door is closed and nobody is left.
    async fn some(&self) -> Option<usize> {
        loop {
            let (n, closed) = {
                let state = self.lock();
                (state.waiting.len(), state.closed)
            };
            match n {
                0 if closed => return None,
                0 => self.came.notified().await,
                n => return Some(n),
            }
        }
    }
}

/// The way in.
#[derive(Clone)]
pub(crate) struct Gatherer(Arc<Door>);

struct Door {
    strict: Arc<Line>,
    other: Arc<Line>,
    db: Db,
}

impl Drop for Door {
    fn drop(&mut self) {
        for line in [&self.strict, &self.other] {
            line.lock().closed = true;
            line.came.notify_one();
        }
    }
}

impl Gatherer {
    /// Starts gathering for a store; ends when the last handle is gone.
    pub(crate) fn start(db: Db) -> Gatherer {
        let begin = |strict| {
            let line = Arc::new(Line { strict, ..Line::default() });
            tokio::spawn(gather(db.clone(), Arc::clone(&line)));
            line
        };
        Gatherer(Arc::new(Door { strict: begin(true), other: begin(false), db }))
    }

    /// Hands one in and waits until it is committed.
    pub(crate) async fn submit(&self, item: Item) -> Answer<Outcome> {
        if self.0.db.is_away() {
            return Err(store::Error::Unreachable("it does not answer".into()).into());
        }
        let (reply, answer) = oneshot::channel();
        let strict = item.submission.class.is_some_and(|class| class.lane(false).is_strict());
        let line = if strict { &self.0.strict } else { &self.0.other };
        if !line.enter(Waiting { item, reply }) {
            return Err(Problem::busy());
        }
        answer.await.unwrap_or_else(|_| Err(store::Error::Closed.into()))
    }
}

async fn gather(db: Db, line: Arc<Line>) {
    let permits = Arc::new(Semaphore::new(UNDER_WAY));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let Some(waiting) = line.some().await else { return };
        if waiting >= WORTH_A_READER && !line.strict {
            let (db, batch) = (db.clone(), Batch::of(line.take(BATCH_MAX)));
            tokio::spawn(async move {
                let stored = judge_then_store(&db, &batch.asked).await;
                batch.answer(&db, false, stored).await;
                drop(permit);
            });
            continue;
        }
        // One act waits for the writer at a time; whoever comes until it begins goes with it.
        let (begun, begins) = oneshot::channel();
        tokio::spawn(take_and_store(db.clone(), Arc::clone(&line), begun, permit));
        let _ = begins.await; // an act that the store did not take has ended
    }
}

/// One act of the writer: takes who waits when it begins, judges and stores. Run again it has the same.
async fn take_and_store(db: Db, line: Arc<Line>, begun: oneshot::Sender<()>, permit: OwnedSemaphorePermit) {
    let taken: Arc<Mutex<Option<Batch>>> = Arc::default();
    let act = {
        let (taken, line) = (Arc::clone(&taken), Arc::clone(&line));
        let (mut begun, mut asked) = (Some(begun), None::<Arc<Asked>>);
        move |tx: &mut Tx<'_>| {
            let asked = asked.get_or_insert_with(|| {
                let batch = Batch::of(line.take(WORTH_A_READER));
                let asked = Arc::clone(&batch.asked);
                *taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch);
                if let Some(begun) = begun.take() {
                    let _ = begun.send(()); // nobody gathers any more: this one is stored all the same
                }
                asked
            });
            whole(tx, asked)
        }
    };
    let stored = match line.strict {
        true => db.write_first("submit.strict", act).await,
        false => db.write("submit", act).await,
    };
    let batch = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Where the store took no act, those who waited for it are told so.
    let batch = batch.unwrap_or_else(|| Batch::of(line.take(WORTH_A_READER)));
    batch.answer(&db, line.strict, stored).await;
    drop(permit);
}

/// Messages that are stored together, and who waits for them.
struct Batch {
    asked: Arc<Asked>,
    replies: Vec<oneshot::Sender<Answer<Outcome>>>,
}

impl Batch {
    fn of(waiting: Vec<Waiting>) -> Batch {
        let n = waiting.len();
        let (mut wanted, mut keys) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut replies = Vec::with_capacity(n);
        for Waiting { item, reply } in waiting {
            wanted.push(item.submission);
            keys.push(item.key);
            replies.push(reply);
        }
        Batch { asked: Arc::new(Asked { wanted, keys }), replies }
    }

    /// Tells everybody. Where the batch failed and one of many may be at fault, each goes alone.
    async fn answer(self, db: &Db, strict: bool, stored: engine::Result<Vec<Outcome>>) {
        match stored {
            Ok(outcomes) => {
                for (reply, outcome) in self.replies.into_iter().zip(outcomes) {
                    let _ = reply.send(Ok(outcome)); // whoever hung up has a message all the same
                }
            }
            Err(e) if self.replies.len() > 1 && may_be_of_one(&e) => {
                for (i, reply) in self.replies.into_iter().enumerate() {
                    let one = Arc::new(self.asked.only(i));
                    let act = move |tx: &mut Tx<'_>| whole(tx, &one);
                    let answer = match strict {
                        true => db.write_first("submit.strict", act).await,
                        false => db.write("submit", act).await,
                    };
                    let _ = reply.send(
                        answer.map_err(Problem::from).and_then(|mut o| o.pop().ok_or_else(Problem::busy)),
                    );
                }
            }
            Err(e) => {
                for reply in self.replies {
                    let _ = reply.send(Err(e.clone().into()));
                }
            }
        }
    }
}

/// Whether one message alone may be at fault; where the store is in trouble, all are.
fn may_be_of_one(e: &Error) -> bool {
    !matches!(e, Error::Store(e) if !matches!(e, store::Error::Driver(_)))
}

/// What one batch asks for: messages, and for each the key it is known by.
struct Asked {
    wanted: Vec<Submission>,
    keys: Vec<Option<Key>>,
}

impl Asked {
    fn only(&self, i: usize) -> Asked {
        Asked { wanted: vec![self.wanted[i].clone()], keys: vec![self.keys[i].clone()] }
    }
}

fn whole(tx: &mut Tx<'_>, asked: &Asked) -> engine::Result<Vec<Outcome>> {
    let verdicts = engine::admit(tx, &asked.wanted)?;
    decide(tx, asked, &verdicts)
}

/// The chain of many reads much, so it runs on a reader; what may have changed since is asked again by the intent. For
/// few the way there costs more: a reader begins with no page in its memory after each commit of the writer.
async fn judge_then_store(db: &Db, asked: &Arc<Asked>) -> engine::Result<Vec<Outcome>> {
    let all = Arc::clone(asked);
    let verdicts = db.read(move |tx| engine::admit(tx, &all.wanted)).await?;
    let all = Arc::clone(asked);
    db.write("submit", move |tx| decide(tx, &all, &verdicts)).await
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
