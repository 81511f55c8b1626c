//! The list of messages of which nobody knows whether they arrived, as the machine keeps it, and what a person's
//! decision about them writes.

use crate::machine::client_out::Told;
use crate::message::NewMessage;
use crate::{Result, Tx, Val, list_of, params, sql};
use sms::{Code, Status};

/// Messages (workspace, campaign, id) that became unknown.
pub(crate) fn enter(tx: &mut Tx<'_>, messages: impl Iterator<Item = (i64, i64, i64)>) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO unconfirmed (workspace, campaign, message, let_be)
             SELECT r.workspace, r.campaign, r.message, 0
             FROM ROWS(workspace BIGINT, campaign BIGINT, message BIGINT) AS r WHERE true
             ON CONFLICT (workspace, campaign, message) DO NOTHING"
        ),
        &[],
        messages.map(|(w, c, m)| [Val::Int(w), Val::Int(c), Val::Int(m)]),
    )
    .map(drop)
}

/// Messages (workspace, campaign, id) that are unknown no more.
pub(crate) fn leave(tx: &mut Tx<'_>, messages: impl Iterator<Item = (i64, i64, i64)>) -> Result<()> {
    tx.many(
        sql!(
            "DELETE FROM unconfirmed USING ROWS(workspace BIGINT, campaign BIGINT, message BIGINT) AS r
             WHERE unconfirmed.workspace = r.workspace AND unconfirmed.campaign = r.campaign
               AND unconfirmed.message = r.message"
        ),
        &[],
        messages.map(|(w, c, m)| [Val::Int(w), Val::Int(c), Val::Int(m)]),
    )
    .map(drop)
}

/// How many wait for a decision in the whole installation; what is beyond `most` is not counted.
pub fn open(tx: &mut Tx<'_>, most: i64) -> Result<i64> {
    let n = tx.one(
        sql!("SELECT count(*) FROM (SELECT 1 FROM unconfirmed WHERE let_be = 0 AND workspace <> 0 LIMIT $1) AS counted"),
        &params![most],
        |r| r.get(0),
    )?;
    Ok(n.unwrap_or(0))
}

/// An unknown message, as it was stored, with what its next step needs.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The message.
    pub row: NewMessage,
    /// Which try it was, from 0.
    pub attempt: i64,
    /// Why it is unknown.
    pub code: Code,
    /// Whether it may have arrived twice already.
    pub possible_duplicate: bool,
}

/// Those of a workspace among these ids that are unknown still.
pub fn unknown(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<Vec<Unknown>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, campaign, contact, thread, class, connector, candidates, sender, recipient, tag, text,
               encoding, parts, status, on_ambiguous, test, source, client_ref, due, until, notify, route, price, attempt,
               code, possible_duplicate
             FROM message WHERE id IN LIST($2) AND workspace = $1 AND status = 6 ORDER BY id"
        ),
        &params![workspace, list_of(ids)],
        |r| {
            let row = crate::message::read_new(r)?;
            Ok(Unknown { row, attempt: r.get(24)?, code: r.get(25)?, possible_duplicate: r.get(26)? })
        },
    )
}

/// A message that goes once more.
#[derive(Debug, Clone)]
pub struct Again {
    /// The message.
    pub id: i64,
    /// The connector that carries it now.
    pub connector: i64,
    /// Connectors in the order to be tried.
    pub candidates: String,
    /// Not after, ms.
    pub until: i64,
    /// Which try it is now.
    pub attempt: i64,
    /// Whether the carrier had taken all of it and never reported: then every part that is not final goes again.
    /// Else only the parts whose answer was lost do; one that the carrier has never goes twice.
    pub taken: bool,
}

/// Writes that unknown messages wait again, as possible copies.
pub fn requeue(tx: &mut Tx<'_>, rows: &[Again]) -> Result<()> {
    let now = tx.now();
    tx.many(
        sql!(
            "UPDATE message SET status = 2, code = $2, detail = '', attempt = r.attempt, possible_duplicate = 1,
               connector = r.connector, candidates = r.candidates, due = $1, until = r.until, done_at = 0
             FROM ROWS(id BIGINT, attempt BIGINT, connector BIGINT, candidates TEXT, until BIGINT) AS r
             WHERE message.id = r.id AND message.status = 6"
        ),
        &params![now, Code::AmbiguousSubmit],
        rows.iter().map(|r| params![r.id, r.attempt, r.connector, r.candidates, r.until]),
    )?;
    tx.many(
        sql!(
            "UPDATE message_part SET status = 2, code = 0, attempt = r.attempt, done_at = 0
             FROM ROWS(id BIGINT, attempt BIGINT, taken BIGINT) AS r
             WHERE message_part.message = r.id AND message_part.workspace <> 0
               AND (message_part.status = 6 OR (message_part.status < 7 AND r.taken = 1))"
        ),
        &[],
        rows.iter().map(|r| params![r.id, r.attempt, r.taken]),
    )
    .map(drop)
}

/// Writes that unknown messages count as not delivered. A receipt that says otherwise still wins.
pub fn give_up(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    let now = tx.now();
    let told = tx.rows(
        sql!(
            "UPDATE message SET status = $2, done_at = $3 WHERE id IN LIST($1) AND workspace <> 0 AND status = 6
             RETURNING id, notify, code"
        ),
        &params![list_of(ids), Status::Undelivered, now],
        |r| Ok(Told::of((r.get(0)?, r.get(1)?), Status::Undelivered, r.get(2)?, "")),
    )?;
    super::client_out::tell(tx, told)?;
    tx.exec(
        sql!(
            "UPDATE message_part SET status = $2, done_at = $3
             WHERE message IN LIST($1) AND workspace <> 0 AND status = 6"
        ),
        &params![list_of(ids), Status::Undelivered, now],
    )
    .map(drop)
}

/// Takes messages (workspace, campaign, id) off the list: somebody decided.
pub fn decided(tx: &mut Tx<'_>, messages: &[(i64, i64, i64)]) -> Result<()> {
    leave(tx, messages.iter().copied())
}
