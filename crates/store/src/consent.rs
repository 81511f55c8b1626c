//! Permissions and refusals as events, append only, with the words a permission was given under.
//!
//! The state of a person is the fold of these events; `contact.consent` keeps it at hand and is written in the same
//! transaction. Nothing here decides whether an event is believed.

use crate::{Result, Tx, params, sql};
use sha2::{Digest, Sha256};

/// What a contact's cached state can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody asked, nobody answered.
    Unknown,
    /// We may.
    Granted,
    /// We must not.
    Refused,
}

impl State {
    /// The number in `contact.consent`.
    pub const fn number(self) -> i64 {
        match self {
            State::Unknown => 0,
            State::Granted => 1,
            State::Refused => 2,
        }
    }

    /// The state of a stored number; what is not known is no permission.
    pub const fn from_number(n: i64) -> State {
        match n {
            1 => State::Granted,
            2 => State::Refused,
            _ => State::Unknown,
        }
    }

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Unknown => "unknown",
            State::Granted => "granted",
            State::Refused => "refused",
        }
    }
}

/// One event to be kept.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// The workspace.
    pub workspace: i64,
    /// The tag of the number.
    pub tag: i64,
    /// For what: `marketing`, `all`.
    pub purpose: &'a str,
    /// `grant`, `refuse`.
    pub action: &'a str,
    /// How: `import`, `mo_keyword`, `link`, `staff`, `web`, …
    pub method: &'a str,
    /// The frozen wording's id, or 0.
    pub wording: i64,
    /// What shows it.
    pub evidence: &'a str,
    /// When it is said to have happened, ms since 1970.
    pub claimed_at: i64,
}

/// One event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: i64,
    /// For what.
    pub purpose: String,
    /// `grant`, `refuse`.
    pub action: String,
    /// How.
    pub method: String,
    /// The words it was given under; empty when none are known.
    pub wording: String,
    /// What shows it.
    pub evidence: String,
    /// When it is said to have happened.
    pub claimed_at: i64,
    /// When it was written down.
    pub at: i64,
}

/// Keeps events; one statement for all of them.
pub fn add(tx: &mut Tx<'_>, events: &[New<'_>]) -> Result<()> {
    let now = tx.now();
    let ids: Vec<i64> = events.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO consent_event
             (id, workspace, tag, purpose, action, method, wording, evidence, claimed_at, at)
             SELECT r.id, r.workspace, r.tag, r.purpose, r.action, r.method, r.wording, r.evidence, r.claimed_at, $1
             FROM ROWS(id BIGINT, workspace BIGINT, tag BIGINT, purpose TEXT, action TEXT, method TEXT,
                       wording BIGINT, evidence TEXT, claimed_at BIGINT) AS r"
        ),
        &params![now],
        events.iter().zip(&ids).map(|(e, id)| {
            params![
                *id, e.workspace, e.tag, *e.purpose, *e.action, *e.method, e.wording, *e.evidence, e.claimed_at
            ]
        }),
    )?;
    Ok(())
}

/// The id of a wording, which is frozen at its first use.
pub fn wording(tx: &mut Tx<'_>, workspace: i64, text: &str) -> Result<i64> {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let id = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO wording (id, workspace, hash, text) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace, hash) DO NOTHING"
        ),
        &params![id, workspace, hash, text],
    )?;
    let sql = sql!("SELECT id FROM wording WHERE workspace = $1 AND hash = $2");
    Ok(tx.one(sql, &params![workspace, hash], |r| r.get(0))?.unwrap_or(id))
}

/// What is known of a number, newest first.
pub fn of_tag(tx: &mut Tx<'_>, workspace: i64, tag: i64, limit: i64) -> Result<Vec<Event>> {
    tx.rows(
        sql!(
            "SELECT e.id, e.purpose, e.action, e.method, coalesce(w.text, ''), e.evidence, e.claimed_at, e.at
             FROM consent_event AS e LEFT JOIN wording AS w ON w.id = e.wording AND w.workspace = e.workspace
             WHERE e.workspace = $1 AND e.tag = $2 ORDER BY e.id DESC LIMIT $3"
        ),
        &params![workspace, tag, limit],
        |r| {
            Ok(Event {
                id: r.get(0)?,
                purpose: r.get(1)?,
                action: r.get(2)?,
                method: r.get(3)?,
                wording: r.get(4)?,
                evidence: r.get(5)?,
                claimed_at: r.get(6)?,
                at: r.get(7)?,
            })
        },
    )
}

/// Writes the state where a contact of this number shows it, if there is one; `true` when there was.
pub fn set_state(tx: &mut Tx<'_>, workspace: i64, number: &str, state: State, at: i64) -> Result<bool> {
    let sql = sql!(
        "UPDATE contact SET consent = $3, consent_at = $4, updated_at = $5
         WHERE workspace = $1 AND tag = $6 AND number = $2"
    );
    let (now, tag) = (tx.now(), tx.tag(number));
    Ok(tx.exec(sql, &params![workspace, number, state.number(), at, now, tag])? > 0)
}

/// The cached state of a number; unknown where there is no contact.
pub fn state(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<State> {
    let sql = sql!("SELECT consent FROM contact WHERE workspace = $1 AND tag = $3 AND number = $2");
    let tag = tx.tag(number);
    Ok(State::from_number(tx.one(sql, &params![workspace, number, tag], |r| r.get(0))?.unwrap_or(0)))
}
