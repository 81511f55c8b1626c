//! What carriers say of a number beside what became of a message, kept until the engine has acted on it.

use crate::{Result, Tx, list_of, params, sql};
use sms::Code;

/// The person refused at the carrier.
pub const REFUSED: i64 = 1;
/// Nobody has the number.
pub const NOBODY: i64 = 2;

/// A word that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The message it was said of.
    pub message: i64,
    /// [`REFUSED`] or [`NOBODY`].
    pub kind: i64,
    /// Whose message.
    pub workspace: i64,
    /// To whom it went; empty once erased.
    pub recipient: String,
}

/// Which word a reason is; most are none.
pub(crate) const fn kind_of(code: Code) -> Option<i64> {
    match code {
        Code::SuppressedCarrier => Some(REFUSED),
        Code::UnknownSubscriber => Some(NOBODY),
        _ => None,
    }
}

/// Keeps words: message, kind, workspace. The same one twice is one.
pub(crate) fn keep(tx: &mut Tx<'_>, words: &[(i64, i64, i64)]) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    tx.many(
        sql!(
            "INSERT INTO carrier_word (message, kind, workspace, at) SELECT r.message, r.kind, r.workspace, $1
             FROM ROWS(message BIGINT, kind BIGINT, workspace BIGINT) AS r WHERE true
             ON CONFLICT (message, kind) DO NOTHING"
        ),
        &params![now],
        words.iter().map(|(message, kind, workspace)| params![*message, *kind, *workspace]),
    )
    .map(drop)
}

/// Words that wait, the oldest messages first.
pub fn waiting(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Word>> {
    tx.rows(
        sql!(
            "SELECT w.message, w.kind, w.workspace, coalesce(m.recipient, '') FROM carrier_word AS w
             LEFT JOIN message AS m ON m.id = w.message ORDER BY w.message, w.kind LIMIT $1"
        ),
        &params![limit],
        |r| Ok(Word { message: r.get(0)?, kind: r.get(1)?, workspace: r.get(2)?, recipient: r.get(3)? }),
    )
}

/// Forgets the words of these messages.
pub fn done(tx: &mut Tx<'_>, messages: &[i64]) -> Result<()> {
    tx.exec(sql!("DELETE FROM carrier_word WHERE message IN LIST($1)"), &params![list_of(messages)]).map(drop)
}

/// Whether carriers said of each of the newest `times` messages to this number that ended there, and that this workspace
/// sent, that nobody has it.
pub fn nobody(tx: &mut Tx<'_>, workspace: i64, tag: i64, times: i64) -> Result<bool> {
    let newest = crate::message::newest_to(tx, tag, 50)?;
    let codes = tx.rows(
        sql!(
            "SELECT code FROM message WHERE id IN LIST($2) AND +workspace = $1 AND status IN (7, 8, 9, 10)
             ORDER BY id DESC LIMIT $3"
        ),
        &params![workspace, list_of(&newest), times],
        |r| r.get::<Code>(0),
    )?;
    Ok(codes.len() as i64 == times && codes.iter().all(|c| *c == Code::UnknownSubscriber))
}
