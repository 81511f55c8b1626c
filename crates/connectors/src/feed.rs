//! What a connector's lanes have to send: streams found by bell and tick, read ahead by keyset, chosen at draw time.
//!
//! At most a thousand rows are in memory, whatever waits. What is drawn is only a candidate: the take decides.
//! Strict lanes come first; the weighted ones share 60 / 30 / 10; inside a lane streams take turns.

use sms::Lane;
use std::collections::{HashMap, VecDeque};
use store::machine::outbox::{self, Ready};
use store::machine::stream::{self, Stream};
use store::{Db, Error};
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
}

struct Queue {
    stream: Stream,
    after: (i64, i64),
    rows: VecDeque<Ready>,
    dry: bool,
}

#[derive(Default)]
struct State {
    queues: Vec<Queue>,
    turn: HashMap<i64, usize>,
    credit: [i64; 5],
    looked: Option<Instant>,
    rewound: Option<Instant>,
    bell: u64,
    next_due: Option<i64>,
}

/// The feed of one connector, shared by its links.
pub(crate) struct Feed {
    db: Db,
    connector: i64,
    bell: tokio::sync::watch::Receiver<u64>,
    state: Mutex<State>,
}

impl Feed {
    pub(crate) fn new(db: &Db, connector: i64) -> Feed {
        let bell = db.listen(store::Bell::Outbox(connector));
        Feed { db: db.clone(), connector, bell, state: Mutex::default() }
    }

    /// A receiver of the bell that rings when rows came into a lane.
    pub(crate) fn bell(&self) -> tokio::sync::watch::Receiver<u64> {
        self.bell.clone()
    }

    /// Rows came back to their place: everything is read from its head again.
    pub(crate) async fn rewind(&self) {
        self.state.lock().await.rewound = None;
    }

    /// The due of the earliest row that is not due yet, as far as is known.
    pub(crate) async fn next_due(&self) -> Option<i64> {
        self.state.lock().await.next_due
    }

    /// Draws rows for as many parts as there is room. Empty when nothing is due.
    pub(crate) async fn draw(&self, room: Room) -> Result<Vec<Ready>, Error> {
        let mut state = self.state.lock().await;
        self.look(&mut state).await?;
        self.fill(&mut state).await?;
        let mut out = Vec::new();
        let mut left = room;
        while let Some(q) = choose(&mut state, left) {
            let Some(row) = state.queues.get_mut(q).and_then(|q| q.rows.pop_front()) else { break };
            let parts = usize::try_from(row.row.parts).unwrap_or(1).max(1);
            // A message longer than the whole room goes alone: its parts are written one after the other.
            if parts > left.parts && !out.is_empty() {
                if let Some(queue) = state.queues.get_mut(q) {
                    queue.rows.push_front(row);
                }
                break;
            }
            left.parts = left.parts.saturating_sub(parts);
            if rank(row.row.lane) == Lane::Bulk.number() {
                left.bulk = left.bulk.saturating_sub(parts);
            }
            out.push(row);
        }
        Ok(out)
    }

    /// Finds the streams with work when the bell rang, or time has passed.
    async fn look(&self, state: &mut State) -> Result<(), Error> {
        let bell = *self.bell.borrow();
        let rewind = state.rewound.is_none_or(|at| at.elapsed() > REWIND_EVERY);
        let fresh = state.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY);
        if fresh && !rewind && bell == state.bell {
            return Ok(());
        }
        state.bell = bell;
        let connector = self.connector;
        let streams = self.db.read(move |tx| stream::with_work(tx, connector)).await?;
        let mut old: HashMap<i64, Queue> = state.queues.drain(..).map(|q| (q.stream.id, q)).collect();
        let now = self.db.queue_now_ms();
        state.next_due = streams.iter().map(|s| s.due).filter(|due| *due > now).min();
        for stream in streams {
            let kept = old.remove(&stream.id).filter(|_| !rewind);
            let (after, rows) = kept.map_or(((i64::MIN, 0), VecDeque::new()), |q| (q.after, q.rows));
            state.queues.push(Queue { stream, after, rows, dry: false });
        }
        state.looked = Some(Instant::now());
        if rewind {
            state.rewound = state.looked;
        }
        Ok(())
    }

    /// Reads ahead where a queue runs short.
    async fn fill(&self, state: &mut State) -> Result<(), Error> {
        let share = (ROWS_MAX / state.queues.len().max(1)).clamp(8, 500);
        let now = self.db.queue_now_ms();
        for queue in &mut state.queues {
            if queue.dry || queue.rows.len() > share / 4 || queue.stream.due > now {
                continue;
            }
            let (lane, id, after) = (queue.stream.key.lane, queue.stream.id, queue.after);
            let limit = i64::try_from(share).unwrap_or(8);
            let rows = self.db.read(move |tx| outbox::read(tx, lane, id, after, now, limit)).await?;
            queue.dry = rows.len() < share;
            if let Some(last) = rows.last() {
                queue.after = (last.row.due, last.row.id);
            }
            queue.rows.extend(rows);
        }
        Ok(())
    }
}

fn rank(lane: i64) -> i64 {
    lane.rem_euclid(8)
}

/// The queue whose turn it is; `None` when nothing fits.
fn choose(state: &mut State, left: Room) -> Option<usize> {
    if left.parts == 0 {
        return None;
    }
    let has = |lane: Lane| {
        let open = lane != Lane::Bulk || left.bulk > 0;
        open && state.queues.iter().any(|q| rank(q.stream.key.lane) == lane.number() && !q.rows.is_empty())
    };
    let strict = [Lane::Emergency, Lane::Otp].into_iter().find(|l| has(*l));
    let lane = strict.or_else(|| {
        let open: Vec<Lane> = Lane::ALL.iter().copied().filter(|l| l.weight() > 0 && has(*l)).collect();
        weighted(&mut state.credit, &open)
    })?;
    let turn = state.turn.entry(lane.number()).or_default();
    let n = state.queues.len();
    let found = (1..=n).map(|step| (*turn + step) % n).find(|i| {
        let q = &state.queues[*i];
        rank(q.stream.key.lane) == lane.number() && !q.rows.is_empty()
    })?;
    *turn = found;
    Some(found)
}

/// Smooth weighted turn over the open lanes: each gains its weight, the richest goes and pays for all.
fn weighted(credit: &mut [i64; 5], open: &[Lane]) -> Option<Lane> {
    let total: i64 = open.iter().map(|l| i64::from(l.weight())).sum();
    for lane in open {
        credit[*lane as usize] += i64::from(lane.weight());
    }
    let lane = open.iter().copied().max_by_key(|l| credit[*l as usize])?;
    credit[lane as usize] -= total;
    Some(lane)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_lanes_share_as_written() {
        let mut credit = [0; 5];
        let open = [Lane::Transactional, Lane::Conversational, Lane::Bulk];
        let mut count = [0; 5];
        for _ in 0..1_000 {
            count[weighted(&mut credit, &open).unwrap() as usize] += 1;
        }
        assert_eq!(count, [0, 0, 600, 300, 100]);
        assert_eq!(weighted(&mut credit, &[]), None);
    }
}
