//! How programs come in: the REST API and the control socket, the same paths behind two kinds of trust, and SMPP.
//!
//! Thin: a request becomes the engine's input, the engine's answer becomes JSON. Nothing is decided here.

mod api;
pub mod body;
mod caller;
mod gather;
pub mod import;
mod kept;
mod mount;
mod ops;
mod page;
mod problem;
mod rest;
mod shape;
pub mod smpp;
pub mod socket;
#[cfg(test)]
mod tests;
pub mod time;

pub use api::Route;
pub use caller::{WORKSPACE, percent_encoded};
pub use mount::documented;
pub use problem::Problem;

use axum::Router;
use caller::Remembered;
use gather::Gatherer;
use sms::form::{KindInfo, Tester};
use std::sync::Arc;
use store::Db;

/// Who is believed at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Programs with a key.
    Keys,
    /// The operating-system user: whoever may open the control socket.
    Console,
}

/// What the doors need.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    db: Db,
    kinds: &'static [KindInfo],
    trust: Trust,
    tester: Option<Tester>,
    remembered: Remembered,
    gatherer: Gatherer,
    smpp: smpp::Stats,
}

impl Doors {
    /// Makes a door. Call it inside the async runtime: a task gathers what comes in.
    pub fn new(db: Db, kinds: &'static [KindInfo], trust: Trust) -> Doors {
        Doors::with_tester(db, kinds, trust, None)
    }

    /// The same, with a way to try settings of a connector without sending.
    pub fn with_tester(db: Db, kinds: &'static [KindInfo], trust: Trust, tester: Option<Tester>) -> Doors {
        let gatherer = Gatherer::start(db.clone());
        let (remembered, smpp) = (Remembered::default(), smpp::Stats::default());
        Doors(Arc::new(Inner { db, kinds, trust, tester, remembered, gatherer, smpp }))
    }

    /// Every path of this door.
    pub fn router(&self) -> Router {
        mount::router(self)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn gatherer(&self) -> &Gatherer {
        &self.0.gatherer
    }

    pub(crate) fn smpp(&self) -> &smpp::Stats {
        &self.0.smpp
    }
}
