//! What goes through the pump: a row with its parts encoded, and what an intent gave.

use sms::parts::{self, Joining, Manner, Reference, Split};
use std::collections::HashMap;
use std::sync::Arc;
use store::machine::outbox::Ready;

/// A row with its parts encoded; `Err` when the text cannot be written for this carrier.
pub(crate) struct Letter {
    pub(crate) ready: Ready,
    pub(crate) parts: Result<Vec<Vec<u8>>, String>,
}

/// What a take gave.
pub(crate) struct Taken {
    pub(crate) letters: Vec<Letter>,
    /// Each message with the parts that may be written.
    pub(crate) go: HashMap<i64, Vec<i64>>,
    /// A message waits until something that is under way has ended.
    pub(crate) waits: bool,
    /// What came by the rider says nothing about what still waits.
    pub(crate) rode: Rode,
}

/// Whether an intent came by the rider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rode {
    /// The pump drew it.
    Not,
    /// All that waited.
    All,
    /// What waited in the strict lanes.
    Strict,
}

impl Taken {
    /// Parts of its messages, whether they may be written or not.
    pub(crate) fn parts(&self) -> usize {
        self.letters.iter().map(|l| usize::try_from(l.ready.row.parts).unwrap_or(1).max(1)).sum()
    }
}

/// A row's text cut as it was planned, parts joined by their headers. Parts of a later try join those of an earlier one.
pub(crate) fn cut(ready: &Ready) -> Result<Split, String> {
    let joining = Joining::Header(Reference::eight(ready.row.id));
    let manner = Manner { joining, ..Manner::default() };
    parts::split_spelt(&ready.text, ready.spelling, &manner).map_err(|e| e.to_string())
}

/// How a link encodes a row: one body a part.
pub(crate) type Encode = Arc<dyn Fn(&Ready) -> Result<Vec<Vec<u8>>, String> + Send + Sync>;

/// An encoder that panics costs its message, never the lane.
pub(crate) fn careful(encode: &Encode, ready: &Ready) -> Result<Vec<Vec<u8>>, String> {
    let out = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| encode(ready)));
    out.unwrap_or_else(|_| Err("it cannot be encoded: the encoder failed at it".to_owned()))
}
