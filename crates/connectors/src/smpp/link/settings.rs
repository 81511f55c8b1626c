//! What a link is told when it starts, and how it writes messages by that.

use crate::board::Board;
use crate::circuit::Circuit;
use crate::feed::Feed;
use crate::letter::Encode;
use crate::net::Net;
use crate::smpp::encode::{self, Alphabet, Dialect};
use crate::smpp::words::Errors;
use crate::times::Times;
use std::sync::{Arc, Mutex};
use store::Db;
use wire::smpp::Bind;

/// How one link behaves.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) system_id: String,
    pub(crate) password: String,
    pub(crate) system_type: String,
    pub(crate) bind: Bind,
    pub(crate) window: usize,
    pub(crate) rate: i64,
    pub(crate) alphabet: Alphabet,
    pub(crate) answer_ms: i64,
    pub(crate) enquire_ms: i64,
    pub(crate) simulator: bool,
    pub(crate) errors: Errors,
    pub(crate) times: Times,
    pub(crate) net: Arc<dyn Net>,
}

/// What the links of one connector share.
pub(crate) struct Shared {
    pub(crate) feed: Arc<Feed>,
    pub(crate) board: Arc<Board>,
    pub(crate) circuit: Arc<Mutex<Circuit>>,
}

pub(super) fn encoder(db: &Db, settings: &Settings) -> Encode {
    let registered_delivery = if settings.simulator { encode::ALL_REPORTS } else { encode::FINAL_REPORT };
    let dialect = Dialect { alphabet: settings.alphabet, registered_delivery };
    let db = db.clone();
    Arc::new(move |ready| encode::bodies(ready, &dialect, db.now_ms()))
}
