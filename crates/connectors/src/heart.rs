//! Says every second that this node lives, and moves the fences of its lanes by what it hears back.
//!
//! Alone on its database it has nobody to tell: then every fence stands open, and only the mark for a restore is written.

use crate::fence::{self, Fence};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::machine::node::{self, Beat};
use store::{Db, Engine, Error};
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(1);
/// How often a mark is written by which a later copy of the database is known.
const MARK_EVERY: Duration = Duration::from_secs(20);

struct Held {
    epoch: i64,
    /// When it was taken (the fence's clock): a beat from before says nothing of it.
    since: i64,
    fence: Arc<Fence>,
}

/// The fences of all lanes of this node.
pub(crate) struct Heart {
    db: Db,
    held: Mutex<BTreeMap<i64, Held>>,
    good_until: AtomicI64,
    told: watch::Sender<Beat>,
}

impl Heart {
    pub(crate) fn new(db: &Db) -> Heart {
        let told = watch::Sender::new(Beat::default());
        Heart { db: db.clone(), held: Mutex::default(), good_until: AtomicI64::new(0), told }
    }

    /// Whether other nodes may work on the database.
    pub(crate) fn is_shared(&self) -> bool {
        self.db.engine() == Engine::Postgres
    }

    /// What was heard last.
    pub(crate) fn heard(&self) -> watch::Receiver<Beat> {
        self.told.subscribe()
    }

    /// The fence of lanes that were taken just now.
    pub(crate) fn fence(&self, connector: i64, epoch: i64) -> Arc<Fence> {
        if !self.is_shared() {
            return Arc::new(Fence::open());
        }
        let fence = Arc::new(Fence::until(self.good_until.load(Ordering::Acquire)));
        let held = Held { epoch, since: fence::now_ms(), fence: Arc::clone(&fence) };
        self.lock().insert(connector, held);
        fence
    }

    /// These lanes are let go.
    pub(crate) fn forget(&self, connector: i64) {
        self.lock().remove(&connector);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Beats until it is told to stop.
    pub(crate) async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut marked: Option<tokio::time::Instant> = None;
        let mut failed = false;
        while !*stop.borrow() {
            let mark = marked.is_none_or(|at| at.elapsed() > MARK_EVERY);
            match self.beat(mark).await {
                Ok(()) => {
                    if mark {
                        marked = Some(tokio::time::Instant::now());
                    }
                    failed = false;
                }
                Err(e) if !failed => {
                    failed = true;
                    tracing::warn!(error = %e, "this node could not say that it lives");
                }
                Err(_) => {}
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn beat(&self, mark: bool) -> Result<(), Error> {
        if !self.is_shared() {
            return if mark { self.db.write("node.mark", store::backup::mark).await } else { Ok(()) };
        }
        let said = fence::now_ms();
        let heard = self.db.write("node.beat", move |tx| {
            if mark {
                store::backup::mark(tx)?;
            }
            node::beat(tx)
        });
        let Some(beat) = heard.await? else {
            self.db.give_up("another process has taken this node's number: is its data directory a copy?");
            return Ok(());
        };
        self.judge(said, &beat);
        let me = self.db.node();
        self.db.set_peers(beat.nodes.iter().any(|n| n.id != me && n.lives));
        self.told.send_if_modified(|last| {
            let news = *last != beat;
            *last = beat;
            news
        });
        Ok(())
    }

    /// Moves the fences of lanes that are still ours, and shuts the others.
    fn judge(&self, said: i64, beat: &Beat) {
        let (me, until) = (self.db.node(), fence::good_until(said));
        self.good_until.store(until, Ordering::Release);
        for (connector, held) in self.lock().iter().filter(|(_, held)| held.since < said) {
            let ours = |l: &&node::Lane| l.connector == *connector && l.node == me && l.epoch == held.epoch;
            if beat.lanes.iter().find(ours).is_some() {
                held.fence.extend(until);
            } else {
                held.fence.lose();
            }
        }
    }
}
