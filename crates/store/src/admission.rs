//! Facts that admission asks for, many numbers at once.

use crate::{Result, Tx, Val, params, sql};
use std::collections::HashMap;

/// What is known of a number that may be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The contact.
    pub contact: i64,
    /// 0 unknown, 1 granted, 2 refused.
    pub consent: i64,
    /// The person's own fields, where one of them is a zone; else empty.
    pub zoned: String,
}

/// Contacts of these numbers.
pub fn known(tx: &mut Tx<'_>, workspace: i64, numbers: &[&str]) -> Result<HashMap<String, Known>> {
    // By tag alone. Who looks a number up passes over another of the same tag.
    let tags: Vec<i64> = numbers.iter().map(|number| tx.tag(number)).collect();
    let rows = tx.many_rows(
        sql!(
            "SELECT c.number, c.id, c.consent, CASE WHEN c.fields LIKE '%zone%' THEN c.fields ELSE '' END
             FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN contact c ON c.workspace = r.workspace AND c.tag = r.tag"
        ),
        &[],
        tags.iter().map(|tag| [Val::Int(workspace), Val::Int(*tag)]),
        |r| Ok((r.get(0)?, Known { contact: r.get(1)?, consent: r.get(2)?, zoned: r.get(3)? })),
    )?;
    Ok(rows.into_iter().collect())
}

/// What the workspace shows on a handset when nothing is said: its first sender, else its first number.
pub fn default_sender(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<String>> {
    let now = tx.now();
    let sender = tx.one(
        sql!(
            "SELECT name FROM sender WHERE workspace = $1 AND status = 'approved' AND (until_at = 0 OR until_at > $2)
             ORDER BY id LIMIT 1"
        ),
        &params![workspace, now],
        |r| r.get(0),
    )?;
    if sender.is_some() {
        return Ok(sender);
    }
    tx.one(
        sql!("SELECT number FROM number WHERE workspace = $1 ORDER BY id LIMIT 1"),
        &params![workspace],
        |r| r.get(0),
    )
}

/// What a workspace shows and where it can be answered: `(name, country, until)` of approved senders, and its numbers.
pub fn shows(tx: &mut Tx<'_>, workspace: i64) -> Result<(Vec<(String, String, i64)>, Vec<String>)> {
    let senders = tx.rows(
        sql!("SELECT name, country, until_at FROM sender WHERE workspace = $1 AND status = 'approved' ORDER BY id"),
        &params![workspace],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    let numbers = tx.rows(
        sql!("SELECT number FROM number WHERE workspace = $1 ORDER BY id"),
        &params![workspace],
        |r| r.get(0),
    )?;
    Ok((senders, numbers))
}
