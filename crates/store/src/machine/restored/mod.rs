//! A store that was restored from a copy: what the ledgers know is marked in it, everything older is held, and a person
//! lets it go.
//!
//! [`Replay`] reads the ledgers into the copy before anything may run on it; [`hold`] holds; [`release`] lets go.

mod hold;
mod mark;
mod replay;

pub use hold::{Held, Item, Thing, held, hold, release, stop_launched};
pub use mark::{expanded, in_pages};
pub use replay::{Outcome, replay};

use crate::{Result, Tx, setting};
use serde::{Deserialize, Serialize};

/// The setting that says that this store was restored and that something is still held.
const SETTING: &str = "restored";

/// What is known of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When it was restored, ms since 1970.
    pub at: i64,
    /// When the copy was made; 0 where it does not say.
    pub backup_at: i64,
    /// `whole`, `missing` or `damaged`: how far the sent-log can be believed.
    pub sent_log: String,
    /// Refusals that the copy did not know.
    pub refusals: i64,
    /// Records of refusals that could not be read.
    pub refusals_damaged: i64,
    /// Whether there was a file of refusals.
    pub refusals_there: bool,
    /// Messages of the copy that had left since.
    pub sent: i64,
    /// Messages of the copy that were on the wire at the end: nobody knows.
    pub unconfirmed: i64,
    /// Messages that left and that the copy does not know.
    pub not_in_copy: i64,
    /// When the first and the last of those left, ms since 1970; 0 for none.
    pub not_in_copy_from: i64,
    /// See [`Restored::not_in_copy_from`].
    pub not_in_copy_to: i64,
    /// Campaigns that the copy took for not launched, and that were.
    pub launched_since: i64,
}

/// The restore whose held work waits for a person; `None` when nothing does.
pub fn get(tx: &mut Tx<'_>) -> Result<Option<Restored>> {
    let Some(text) = setting::get(tx, SETTING)? else { return Ok(None) };
    Ok(serde_json::from_str(&text).ok())
}

/// Notes a restore.
pub fn set(tx: &mut Tx<'_>, restored: &Restored) -> Result<()> {
    let text = serde_json::to_string(restored).map_err(|e| crate::Error::Shape(e.to_string()))?;
    setting::set(tx, SETTING, &text)
}

/// Ends the note: everything was let go.
fn forget(tx: &mut Tx<'_>) -> Result<()> {
    setting::remove(tx, SETTING)
}
