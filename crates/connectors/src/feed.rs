//! What a connector's lanes have to send: streams found by bell and tick, read ahead by keyset, chosen at draw time.
//!
//! At most a thousand rows are in memory, whatever waits. What is drawn is only a candidate: the take decides.
//! Whose turn it is says [`crate::fair`].

use crate::fair::{Entry, Fair};
use sms::Lane;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use store::machine::outbox::{self, Ready};
use store::machine::stream::{self, Stream};
use store::{Db, Error, failpoint};
use tokio::sync::Mutex;
use tokio::time::{Duration, Instant};

/// Rows in memory.
const ROWS_MAX: usize = 1_000;
/// Streams are looked for at least this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Cursors are only hints: this often everything is read from its head again.
const REWIND_EVERY: Duration = Duration::from_secs(5);

/// What may be drawn this time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Parts of any lane.
    pub(crate) parts: usize,
    /// Parts of the bulk lane.
    pub(crate) bulk: usize,
    /// Parts that may be under way besides those that are, whatever pace and lane say.
    pub(crate) slots: usize,
    /// Nothing is under way: a message longer than all slots goes alone.
    pub(crate) empty: bool,
}

/// What was drawn.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) rows: Vec<Ready>,
    /// A long message comes next and waits until something that is under way has ended.
    pub(crate) waits: bool,
}

struct Queue {
    stream: Stream,
    lane: Lane,
    after: (i64, i64),
    rows: VecDeque<Ready>,
    dry: bool,
}

#[derive(Default)]
struct State {
    queues: HashMap<i64, Queue>,
    /// Streams in the order in which they are read ahead.
    order: VecDeque<i64>,
    fair: Fair,
    looked: Option<Instant>,
    rewound: Option<Instant>,
    bell: u64,
}

/// The feed of one connector, shared by its links.
pub(crate) struct Feed {
    db: Db,
    connector: i64,
    bell: tokio::sync::watch::Receiver<u64>,
    state: Mutex<State>,
    /// Everything is to be read from its head at the next look.
    rewind: AtomicBool,
    /// The earliest due that lies ahead; [`NONE`] when there is none.
    next_due: AtomicI64,
}

/// Nothing lies ahead.
const NONE: i64 = i64::MAX;

impl Feed {
    pub(crate) fn new(db: &Db, connector: i64) -> Feed {
        let bell = db.listen(store::Bell::Outbox(connector));
        let (rewind, next_due) = (AtomicBool::new(false), AtomicI64::new(NONE));
        Feed { db: db.clone(), connector, bell, state: Mutex::default(), rewind, next_due }
    }

    /// A receiver of the bell that rings when rows came into a lane.
    pub(crate) fn bell(&self) -> tokio::sync::watch::Receiver<u64> {
        self.db.listen(store::Bell::Outbox(self.connector))
    }

    /// Rows came back to their place: everything is read from its head again.
    ///
    /// Never waits: a link calls this while its own draw, which nobody polls meanwhile, may hold the state.
    pub(crate) fn rewind(&self) {
        self.rewind.store(true, Ordering::Release);
    }

    /// The due of the earliest row that is not due yet, as far as is known. Never waits, for the same reason.
    pub(crate) fn next_due(&self) -> Option<i64> {
        Some(self.next_due.load(Ordering::Acquire)).filter(|due| *due != NONE)
    }

    /// Draws rows for as many parts as there is room. Empty when nothing is due.
    pub(crate) async fn draw(&self, room: Room) -> Result<Drawn, Error> {
        let mut state = self.state.lock().await;
        self.look(&mut state).await?;
        self.fill(&mut state).await?;
        let State { queues, fair, .. } = &mut *state;
        let mut out = Drawn::default();
        let mut left = room;
        while left.parts > 0 {
            let open = |lane| lane != Lane::Bulk || left.bulk > 0;
            let weight = |stream| queues.get(&stream).map_or(1, |q| q.stream.weight);
            let cost = |stream| queues.get(&stream)?.rows.front().map(|row| row.row.parts.max(1));
            let Some(stream) = fair.next(open, weight, cost) else { break };
            let Some(queue) = queues.get_mut(&stream) else { break };
            let Some(row) = queue.rows.pop_front() else { break };
            let parts = usize::try_from(row.row.parts).unwrap_or(1).max(1);
            // A message longer than pace and lane allow goes alone, its parts one after the other, as soon as there are
            // slots for all of it; and one longer than all slots when nothing else is under way.
            let alone = out.rows.is_empty() && (parts <= room.slots || room.empty);
            if parts > left.parts && !alone {
                out.waits = out.rows.is_empty();
                fair.unpay(queue.entry(), row.row.parts.max(1));
                queue.rows.push_front(row);
                break;
            }
            left.parts = left.parts.saturating_sub(parts);
            if queue.lane == Lane::Bulk {
                left.bulk = left.bulk.saturating_sub(parts);
            }
            out.rows.push(row);
        }
        Ok(out)
    }

    /// Reads what the next draw will want. What cannot be read is read by that draw, which says so.
    pub(crate) async fn read_ahead(&self) {
        let mut state = self.state.lock().await;
        if let Err(e) = self.fill(&mut state).await {
            tracing::debug!(error = %e, connector = self.connector, "nothing was read ahead");
        }
    }

    /// Finds the streams with work when the bell rang, or time has passed.
    async fn look(&self, state: &mut State) -> Result<(), Error> {
        let bell = *self.bell.borrow();
        let asked = self.rewind.swap(false, Ordering::AcqRel);
        let rewind = asked || state.rewound.is_none_or(|at| at.elapsed() > REWIND_EVERY);
        let fresh = state.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY);
        if fresh && !rewind && bell == state.bell {
            return Ok(());
        }
        state.bell = bell;
        let connector = self.connector;
        let found = self.db.read(move |tx| stream::with_work(tx, connector)).await;
        if found.is_err() && rewind {
            self.rewind(); // it is still to be done
        }
        let streams = found?;
        if !streams.is_empty() {
            failpoint::here("lane.found");
        }
        let mut old = std::mem::take(&mut state.queues);
        let now = self.db.queue_now_ms();
        let ahead = streams.iter().map(|s| s.due).filter(|due| *due > now).min();
        self.next_due.store(ahead.unwrap_or(NONE), Ordering::Release);
        for stream in streams {
            let Some(lane) = Lane::from_number(stream.key.lane.rem_euclid(8)) else { continue };
            let known = old.remove(&stream.id);
            if known.is_none() {
                state.order.push_back(stream.id);
            }
            // What has run empty is read from its head: rows may be committed behind the cursor, by a hand that was slower or
            // for a request that was judged earlier, and would wait for the next rewind.
            let (after, rows) = known
                .filter(|q| !rewind && !q.rows.is_empty())
                .map_or(((i64::MIN, 0), VecDeque::new()), |q| (q.after, q.rows));
            state.queues.insert(stream.id, Queue { stream, lane, after, rows, dry: false });
        }
        let State { queues, order, .. } = state;
        order.retain(|stream| queues.contains_key(stream));
        state.looked = Some(Instant::now());
        if rewind {
            state.rewound = state.looked;
        }
        Ok(())
    }

    /// Reads ahead where queues run short, the longest unread first, all in one snapshot.
    async fn fill(&self, state: &mut State) -> Result<(), Error> {
        let share = (ROWS_MAX / state.queues.len().max(1)).clamp(8, 500);
        let now = self.db.queue_now_ms();
        let mut room = ROWS_MAX.saturating_sub(state.queues.values().map(|q| q.rows.len()).sum());
        let mut short = Vec::new();
        for _ in 0..state.order.len() {
            if room == 0 {
                break;
            }
            let Some(id) = state.order.pop_front() else { break };
            state.order.push_back(id);
            let Some(queue) = state.queues.get(&id) else { continue };
            if !queue.dry && queue.rows.len() <= share / 2 && queue.stream.due <= now {
                short.push((queue.stream.key.lane, id, queue.after));
                room = room.saturating_sub(share);
            }
        }
        if short.is_empty() {
            return Ok(());
        }
        let limit = i64::try_from(share).unwrap_or(8);
        let read = self.db.read(move |tx| {
            short
                .iter()
                .map(|(lane, id, after)| Ok((*id, outbox::read(tx, *lane, *id, *after, now, limit)?)))
                .collect::<Result<Vec<_>, Error>>()
        });
        for (id, rows) in read.await? {
            let Some(queue) = state.queues.get_mut(&id) else { continue };
            queue.dry = rows.len() < share;
            if let Some(last) = rows.last() {
                queue.after = (last.row.due, last.row.id);
                state.fair.join(queue.entry());
            }
            queue.rows.extend(rows);
        }
        Ok(())
    }
}

impl Queue {
    fn entry(&self) -> Entry {
        Entry { lane: self.lane, workspace: self.stream.key.workspace, stream: self.stream.id }
    }
}

#[cfg(test)]
mod tests;
