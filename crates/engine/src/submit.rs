//! The one gate for everything that wants to send: number → class → suppression → consent → the packs' rules (class guard,
//! sender, content, how often, hours: `law::judge`) → route → rows. The first refusal wins. Plural: one request is a slice of one.
//!
//! [`admit`] only reads and may run on a reader beforehand; [`insert`] writes what was admitted. What may change between
//! the two (a refusal, a pause) is asked again by the intent, in the transaction that commits it.

mod chain;
mod foresee;
mod insert;
mod letter;
mod stops;
mod wake;

pub use chain::admit;
pub(crate) use foresee::Foresight;
pub use insert::insert;
pub(crate) use insert::{lane_again, lay_again};
pub use wake::wake;
pub(crate) use wake::{end_held, end_overdue, readmit, release};

use crate::Result;
use crate::law::Cap;
use sms::{Class, Code, Encoding, OnAmbiguous, Status};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use store::Tx;
use store::decision::{self, Decision};
use store::message::NewMessage;
use store::workspace;

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
    /// Whether the number stands in a contact, where it was read and found to be a phone's.
    pub read: bool,
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
    /// The connector it is to take and no other, whatever the routes say: a connection is tried. 0 leaves it to them.
    pub via: i64,
    /// Whether only the simulator may carry it.
    pub test: bool,
    /// Whether the handset shows it at once and keeps it not (class 0).
    pub flash: bool,
    /// The tag it was stored under, where it was stored before and is judged anew: nothing of it is rewritten then.
    pub stored: Option<i64>,
    /// Which door it came through: `rest`, `smpp`, `page`, `console`, `campaign`, `inbox`, `system`.
    pub source: &'static str,
    /// Optional parameters of SMPP, a line each as [`sms::tlv`] reads them: they go to the carriers that have such.
    pub tlvs: String,
    /// Whether such parameters are kept for it already.
    pub has_tlvs: bool,
    /// Who is to be told what becomes of it, as it is stored; 0 nobody.
    pub notify: i64,
    /// So long it may be put off behind the opening of closed hours, in milliseconds.
    pub spread_ms: i64,
    /// A person looked at it and lets it go as the class it has.
    pub reviewed: bool,
    /// It goes by what is known of its number: nothing is looked up for it.
    pub asked: bool,
}

/// What passed the chain: the row as it will be stored.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The row; its id is 0 where a new one is to be minted.
    pub row: NewMessage,
    /// The law epoch it was admitted under; 0 for classes the packs do not govern.
    pub law_epoch: i64,
    /// When the verdict lapses by itself, ms.
    pub lapses_at: i64,
    /// What its route or the law changed, for its story: which piece, and what it was.
    pub rewritten: Vec<(&'static str, String)>,
    /// The count it must still find a place in.
    pub cap: Option<Cap>,
    /// Why it waits for a person.
    pub held: Option<Held>,
    /// What it waits for: its number is looked up, by this question.
    pub waits: Option<i64>,
    /// The number whose own link for leaving was added: its token must be kept, also where a route writes to another.
    pub link: Option<String>,
}

/// Why a message waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The reason.
    pub code: Code,
    /// Which rule said so.
    pub rule: String,
    /// What it was seen by: a word, a count.
    pub word: String,
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
    /// The packs that were asked, each with version and digest; empty where none was.
    pub law: Arc<str>,
}

impl Refusal {
    /// A refusal by a rule of our own.
    pub(crate) fn of(code: Code, rule: &str) -> Refusal {
        Refusal { code, rule: rule.into(), law: "".into() }
    }
}

/// Accepts or refuses each; answers in order. A refused one stops no other.
pub fn submit(tx: &mut Tx<'_>, wanted: &[Submission]) -> Result<Vec<Result<Accepted, Refusal>>> {
    let verdicts = admit(tx, wanted)?;
    let judged: Vec<Judged<'_>> = wanted.iter().zip(&verdicts).collect();
    store(tx, &judged)
}

/// A wish and what [`admit`] says of it.
pub type Judged<'j> = (&'j Submission, &'j Result<Admitted, Refusal>);

/// Stores what was judged beforehand, on a reader: the rows of those admitted, the reasons of the others.
pub fn store(tx: &mut Tx<'_>, judged: &[Judged<'_>]) -> Result<Vec<Result<Accepted, Refusal>>> {
    // Our own answers (to a refusal, above all) are part of what they answer and are never what fills a disk.
    if judged.iter().any(|(one, _)| one.source != "system") {
        tx.may_accept()?;
    }
    let mut homes: HashMap<i64, String> = HashMap::new();
    let mut refused = Vec::new();
    for (one, verdict) in judged {
        let Err(refusal) = verdict else { continue };
        if let Entry::Vacant(slot) = homes.entry(one.workspace) {
            slot.insert(workspace::get(tx, one.workspace)?.map(|w| w.country).unwrap_or_default());
        }
        let home = homes.get(&one.workspace).map_or("", String::as_str);
        refused.push(decision_of(tx, one, refusal, home));
    }
    decision::insert(tx, &refused)?;
    let admitted: Vec<&Admitted> = judged.iter().filter_map(|(_, verdict)| verdict.as_ref().ok()).collect();
    let mut accepted = insert(tx, &admitted)?.into_iter();
    Ok(judged
        .iter()
        .map(|(_, verdict)| match verdict {
            Err(refusal) => Err(refusal.clone()),
            Ok(_) => accepted.next().ok_or_else(|| Refusal::of(Code::StoreFull, "store")),
        })
        .collect())
}

fn decision_of(tx: &mut Tx<'_>, wanted: &Submission, refusal: &Refusal, home: &str) -> Decision {
    // Filed under the number it is, however it was written: what was refused to somebody is asked for by his number.
    let number = sms::number::normalise(&wanted.to, home).e164;
    Decision {
        id: tx.id(),
        workspace: wanted.workspace,
        tag: tx.tag(number.as_deref().unwrap_or(&wanted.to)),
        class: wanted.class.unwrap_or(Class::Transactional),
        code: refusal.code,
        rule: refusal.rule.clone(),
        source: wanted.source.to_owned(),
        at: tx.now(),
        law: refusal.law.to_string(),
        inputs: inputs(wanted),
    }
}

/// Twenty people a second, and all of them within an hour.
pub(crate) fn spread(audience: i64) -> i64 {
    (audience / 20).saturating_mul(1_000).clamp(0, 3_600_000)
}

/// What was asked, without number and text: enough to see why, not enough to read it.
fn inputs(wanted: &Submission) -> String {
    let text = crate::law::read::digest(&wanted.text);
    serde_json::json!({
        "from": wanted.from, "campaign": wanted.campaign, "send_at": wanted.send_at, "test": wanted.test, "text_sha256": text
    })
    .to_string()
}

#[cfg(test)]
mod tests;
