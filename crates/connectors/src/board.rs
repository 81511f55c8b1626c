//! How a connector stands, gathered from its links and written as a row: on change (at most twice a second) and each 5 s.

use crate::steady;
use crate::tap::Watches;
use sms::live::LinkState;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::live::{self, State};
use store::machine::trace::Watch;
use store::{Db, Error};
use tokio::sync::Notify;

/// How one link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: LinkState,
    pub(crate) rate: i64,
    pub(crate) limited_by: &'static str,
    pub(crate) window_used: i64,
    pub(crate) error: String,
}

/// The links of one connector.
pub(crate) struct Board {
    connector: i64,
    links: Mutex<Vec<Standing>>,
    changed: Notify,
    /// Since when no link carries (steady clock).
    down_since: Mutex<Option<i64>>,
    /// Who looks at its wire.
    watches: Mutex<Option<Watches>>,
    /// Rises with each change of that.
    looks: AtomicU64,
}

impl Board {
    pub(crate) fn new(connector: i64, links: usize) -> Board {
        let standing = Standing {
            state: LinkState::Connecting,
            rate: 0,
            limited_by: "",
            window_used: 0,
            error: String::new(),
        };
        Board {
            connector,
            links: Mutex::new(vec![standing; links]),
            changed: Notify::new(),
            down_since: Mutex::default(),
            watches: Mutex::default(),
            looks: AtomicU64::new(0),
        }
    }

    /// A link says how it stands.
    pub(crate) fn set(&self, link: usize, standing: Standing) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slot) = links.get_mut(link) else { return };
        let news = slot.state != standing.state || slot.error != standing.error;
        *slot = standing;
        let carries = links.iter().any(|l| matches!(l.state, LinkState::Bound | LinkState::Throttled));
        drop(links);
        let mut down = self.down_since.lock().unwrap_or_else(PoisonError::into_inner);
        *down = if carries { None } else { down.or_else(|| Some(steady::now_ms())) };
        drop(down);
        if news {
            self.changed.notify_one();
        }
    }

    /// Who looks at its wire from now on.
    pub(crate) fn watch(&self, all: &[Watch]) {
        let ours: Vec<Watch> =
            all.iter().filter(|w| w.connector == 0 || w.connector == self.connector).cloned().collect();
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        let known: &[Watch] = watches.as_ref().map_or(&[], |known| known.as_slice());
        if known != ours {
            *watches = (!ours.is_empty()).then(|| Arc::new(ours));
            self.looks.fetch_add(1, Ordering::Release);
        }
    }

    /// How often it has changed who looks: one number, so that a link where nobody does is done with one look.
    pub(crate) fn looks(&self) -> u64 {
        self.looks.load(Ordering::Acquire)
    }

    /// Who looks at its wire.
    pub(crate) fn watches(&self) -> Option<Watches> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long no link of it has carried; `None` while one does.
    pub(crate) fn down_for_ms(&self) -> Option<i64> {
        let since = *self.down_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| steady::now_ms() - since)
    }

    /// Whether the carrier refuses our name or password: it would from any node.
    pub(crate) fn is_refused(&self) -> bool {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.iter().any(|l| l.state == LinkState::AuthFailed)
    }

    /// The best of its links, their rates added up; an error of any is told.
    fn whole(&self) -> State {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let best = links.iter().min_by_key(|l| l.state.number());
        State {
            connector: self.connector,
            node: 0,
            state: best.map_or(LinkState::Down, |l| l.state),
            since: 0,
            rate: links.iter().map(|l| l.rate).sum(),
            limited_by: links.iter().map(|l| l.limited_by).find(|l| !l.is_empty()).unwrap_or_default().into(),
            window_used: links.iter().map(|l| l.window_used).sum(),
            error: links.iter().map(|l| &l.error).find(|e| !e.is_empty()).cloned().unwrap_or_default(),
            at: 0,
        }
    }

    /// Writes the row until it is cancelled.
    pub(crate) async fn report(&self, db: &Db) {
        loop {
            self.write(db).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let _ = tokio::time::timeout(Duration::from_millis(4_500), self.changed.notified()).await;
        }
    }

    /// Writes the row once.
    pub(crate) async fn write(&self, db: &Db) {
        let state = self.whole();
        let out = db
            .write("connector.state", move |tx| {
                live::set_state(tx, &state)?;
                for workspace in store::workspace::list(tx)? {
                    tx.ring(store::Bell::Workspace(workspace.id));
                }
                Ok::<_, Error>(())
            })
            .await;
        if let Err(e) = out {
            tracing::warn!(connector = self.connector, error = %e, "the state of a connector could not be stored");
        }
    }
}
