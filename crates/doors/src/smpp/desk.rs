//! Where the sessions of one client meet: its terms, its pace, and what waits for it.
//!
//! What waits stands in the store. A page of it is held here and handed to whichever session has room; a row goes only
//! when the client has said that it took it, so whatever is in memory may be lost at any moment.

use super::House;
use super::pace::Bucket;
use engine::client::{self, Terms, Waiting};
use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::Db;
use tokio::sync::{Notify, watch};

/// Rows held at one time.
const PAGE: usize = 200;
/// A look without a bell: often while another process hands over, seldom else.
const TICK: Duration = Duration::from_secs(30);
const TICK_ELSEWHERE: Duration = Duration::from_secs(1);
/// Acknowledgements that wait no longer than this to be written together.
const GATHER: Duration = Duration::from_millis(5);
/// What a client refused is offered again after so long, doubling.
const AGAIN_MS: i64 = 5_000;
const AGAIN_MOST_MS: i64 = 600_000;

/// The sessions of one client on this process.
pub(super) struct Desk {
    pub(super) client: i64,
    /// What the account may now; `None` once it may not be bound any more.
    terms: watch::Sender<Option<Arc<Terms>>>,
    bucket: Mutex<Bucket>,
    out: Mutex<Out>,
    /// Rung when there is something to hand over, or the terms changed.
    rung: watch::Sender<u64>,
    asked: Notify,
    sessions: AtomicUsize,
    receivers: AtomicUsize,
}

#[derive(Default)]
struct Out {
    queue: VecDeque<Waiting>,
    /// Handed to a session, or acknowledged and not yet written.
    busy: HashSet<i64>,
    taken: Vec<i64>,
    refused: Vec<(i64, i64)>,
    /// Nothing is handed over before this, ms of the house.
    pause: i64,
    /// The store had more than the page.
    more: bool,
    /// When the first of what was refused is offered again, ms by the wall; 0 nothing was.
    again: i64,
}

impl Desk {
    /// Opens it for the first session of a client.
    pub(super) fn open(house: &Arc<House>, client: i64, version: i64, terms: Terms) -> Arc<Desk> {
        let rate = terms.rate;
        let desk = Arc::new(Desk {
            client,
            terms: watch::Sender::new(Some(Arc::new(terms))),
            bucket: Mutex::new(Bucket::new(rate, house.now())),
            out: Mutex::default(),
            rung: watch::Sender::new(0),
            asked: Notify::new(),
            sessions: AtomicUsize::new(0),
            receivers: AtomicUsize::new(0),
        });
        tokio::spawn(run(Arc::clone(house), Arc::clone(&desk), version));
        desk
    }

    /// A session joins.
    pub(super) fn join(&self, receives: bool) {
        self.sessions.fetch_add(1, Ordering::AcqRel);
        if receives {
            self.receivers.fetch_add(1, Ordering::AcqRel);
            self.asked.notify_one();
        }
    }

    /// A session leaves; what it was handed and did not take waits again.
    pub(super) fn leave(&self, receives: bool, handed: Vec<Waiting>) {
        self.give_back(handed);
        if receives {
            self.receivers.fetch_sub(1, Ordering::AcqRel);
        }
        self.sessions.fetch_sub(1, Ordering::AcqRel);
        self.asked.notify_one();
    }

    /// Whether nobody is here any more.
    pub(super) fn is_empty(&self) -> bool {
        self.sessions.load(Ordering::Acquire) == 0
    }

    /// Rings for sessions.
    pub(super) fn listen(&self) -> watch::Receiver<u64> {
        self.rung.subscribe()
    }

    /// What the account may; `None`: its sessions end.
    pub(super) fn terms(&self) -> Option<Arc<Terms>> {
        self.terms.borrow().clone()
    }

    /// Whether one more message may come now.
    pub(super) fn may_submit(&self, now: i64) -> bool {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next for a session with room.
    pub(super) fn next(&self, now: i64) -> Option<Waiting> {
        let mut out = self.out();
        if now < out.pause {
            return None;
        }
        let next = out.queue.pop_front()?;
        out.busy.insert(next.id);
        if out.queue.len() < PAGE / 4 && out.more {
            self.asked.notify_one();
        }
        Some(next)
    }

    /// The client took it.
    pub(super) fn taken(&self, id: i64) {
        let mut out = self.out();
        out.queue.retain(|w| w.id != id); // a late answer: it had been given back
        out.busy.insert(id);
        out.taken.push(id);
        drop(out);
        self.asked.notify_one();
    }

    /// The client refused it: it is offered again later, the others go on.
    pub(super) fn refused(&self, waiting: &Waiting, wall: i64) {
        let wait = (AGAIN_MS << waiting.tries.clamp(0, 10)).min(AGAIN_MOST_MS);
        let mut out = self.out();
        out.refused.push((waiting.id, wall + wait));
        out.again = if out.again == 0 { wall + wait } else { out.again.min(wall + wait) };
        drop(out);
        self.asked.notify_one();
    }

    /// The client cannot take anything now.
    pub(super) fn pause(&self, until: i64) {
        self.out().pause = until;
    }

    /// When a pause ends.
    pub(super) fn resumes(&self, now: i64) -> Option<i64> {
        let out = self.out();
        (out.pause > now && !out.queue.is_empty()).then_some(out.pause)
    }

    /// What was handed over and not answered waits again, in its order.
    pub(super) fn give_back(&self, mut handed: Vec<Waiting>) {
        if handed.is_empty() {
            return;
        }
        let mut out = self.out();
        handed.sort_by_key(|w| w.id);
        for one in handed.into_iter().rev() {
            out.busy.remove(&one.id);
            let at = out.queue.partition_point(|w| w.id < one.id);
            out.queue.insert(at, one);
        }
        drop(out);
        self.ring();
    }

    /// How long nothing needs to be looked at unless somebody rings.
    fn until_again(&self, wall: i64) -> Duration {
        let mut out = self.out();
        if out.again > 0 && out.again <= wall {
            out.again = 0; // a moment ago it was looked at; what came due since then is next
            return GATHER;
        }
        let left = if out.again == 0 { i64::MAX } else { out.again - wall };
        TICK.min(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    fn ring(&self) {
        self.rung.send_modify(|n| *n = n.wrapping_add(1));
    }
}

/// Keeps a desk until its last session has left.
async fn run(house: Arc<House>, desk: Arc<Desk>, mut version: i64) {
    let db = house.db();
    let mut bell = db.listen(client::bell(desk.client));
    let mut leased = false;
    loop {
        let _ = bell.borrow_and_update();
        write(db, &desk).await;
        if desk.is_empty() && house.close_desk(&desk) {
            break;
        }
        if let Some(new) = renewed(db, &desk, version, &house).await {
            version = new;
        }
        let receivers = desk.receivers.load(Ordering::Acquire) > 0;
        if receivers && !leased {
            let id = desk.client;
            leased = db.write("smpp_lease", move |tx| client::lease(tx, id)).await.unwrap_or(false);
        } else if !receivers && leased {
            leased = false;
            give_up(db, desk.client).await;
        }
        if leased {
            leased = load(db, &desk).await;
        }
        let tick = if receivers && !leased { TICK_ELSEWHERE } else { desk.until_again(db.now_ms()) };
        tokio::select! {
            rung = bell.changed() => if rung.is_err() { break },
            () = desk.asked.notified() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(tick) => {}
        }
    }
    write(db, &desk).await;
    if leased {
        give_up(db, desk.client).await;
    }
}

async fn give_up(db: &Db, client: i64) {
    if let Err(e) = db.write("smpp_release", move |tx| client::release(tx, client)).await {
        tracing::debug!(error = %e, "a client's lease could not be given back; it lapses with this process");
    }
}

/// Writes what clients have said. What cannot be written now is handed over once more.
async fn write(db: &Db, desk: &Desk) {
    let (taken, refused) = {
        let mut out = desk.out();
        (std::mem::take(&mut out.taken), std::mem::take(&mut out.refused))
    };
    if taken.is_empty() && refused.is_empty() {
        return;
    }
    let id = desk.client;
    let gone: Vec<(i64, i64)> = taken.iter().map(|row| (id, *row)).collect();
    let later: Vec<(i64, i64, i64)> = refused.iter().map(|(row, due)| (id, *row, *due)).collect();
    let written = db.write("smpp_handed_over", move |tx| client::handed_over(tx, &gone, &later)).await;
    let mut out = desk.out();
    match written {
        Ok(()) => {
            for row in taken.iter().chain(refused.iter().map(|(row, _)| row)) {
                out.busy.remove(row);
            }
        }
        Err(e) => {
            tracing::warn!(error = %e, "what a client took could not be written down; it is tried again");
            out.taken.extend(taken);
            out.refused.extend(refused);
        }
    }
}

/// Fills the page; `false` when another process hands over.
async fn load(db: &Db, desk: &Desk) -> bool {
    let (held, busy) = {
        let out = desk.out();
        (out.queue.len(), out.busy.len())
    };
    if held >= PAGE / 4 {
        return true;
    }
    let (id, limit) = (desk.client, i64::try_from(PAGE + busy + held).unwrap_or(i64::MAX));
    let found = db.read(move |tx| {
        let rows = client::waiting(tx, id, limit)?;
        Ok::<_, engine::Error>((rows, client::leases(tx, id)?))
    });
    match found.await {
        Ok((rows, mine)) => {
            let mut out = desk.out();
            out.more = i64::try_from(rows.len()).is_ok_and(|n| n >= limit);
            let known: HashSet<i64> = out.queue.iter().map(|w| w.id).collect();
            let fresh: Vec<Waiting> =
                rows.into_iter().filter(|w| !out.busy.contains(&w.id) && !known.contains(&w.id)).collect();
            let any = !fresh.is_empty();
            for one in fresh {
                let at = out.queue.partition_point(|w| w.id < one.id);
                out.queue.insert(at, one);
            }
            drop(out);
            if any {
                desk.ring();
            }
            mine
        }
        Err(e) => {
            tracing::warn!(error = %e, "what waits for a client could not be read");
            true
        }
    }
}

/// Looks whether the account was changed; gives its version if it was.
async fn renewed(db: &Db, desk: &Desk, version: i64, house: &House) -> Option<i64> {
    let id = desk.client;
    let (new, terms) = match db.read(move |tx| client::account(tx, id)).await {
        Ok(Some((new, terms))) if new != version => (new, Some(terms)),
        Ok(None) => (version, None),
        _ => return None,
    };
    let old = desk.terms();
    // The terms are as they were: then it was the password, or a switch, and who is bound is not to stay.
    let same = terms.as_ref() == old.as_deref();
    if let Some(terms) = terms.as_ref().filter(|_| !same) {
        desk.bucket.lock().unwrap_or_else(PoisonError::into_inner).set(terms.rate, house.now());
    }
    desk.terms.send_replace(terms.filter(|_| !same).map(Arc::new));
    desk.ring();
    Some(new)
}
