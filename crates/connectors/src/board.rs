//! How a connector stands, gathered from its links and written as a row: on change (at most twice a second) and each 5 s.

use crate::steady;
use sms::live::LinkState;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::live::{self, State};
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

    /// How long no link of it has carried; `None` while one does.
    pub(crate) fn down_for_ms(&self) -> Option<i64> {
        let since = *self.down_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| steady::now_ms() - since)
    }

    /// The best of its links, their rates added up; an error of any is told.
    fn whole(&self) -> State {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let best = links.iter().min_by_key(|l| l.state.number());
        State {
            connector: self.connector,
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
