//! Facts that admission asks for, many numbers at once.

use crate::{Result, Tx, Val, params, sql};
use std::collections::HashMap;

/// What is known of a number that may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The contact.
    pub contact: i64,
    /// 0 unknown, 1 granted, 2 refused.
    pub consent: i64,
}

/// Contacts of these numbers.
pub fn known(tx: &mut Tx<'_>, workspace: i64, numbers: &[&str]) -> Result<HashMap<String, Known>> {
    // By tag alone. Who looks a number up passes over another of the same tag.
    let tags: Vec<i64> = numbers.iter().map(|number| tx.tag(number)).collect();
    let rows = tx.many_rows(
        sql!(
            "SELECT c.number, c.id, c.consent FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN contact c ON c.workspace = r.workspace AND c.tag = r.tag"
        ),
        &[],
        tags.iter().map(|tag| [Val::Int(workspace), Val::Int(*tag)]),
        |r| Ok((r.get(0)?, Known { contact: r.get(1)?, consent: r.get(2)? })),
    )?;
    Ok(rows.into_iter().collect())
}

/// What the workspace shows on a handset when nothing is said: its first sender, else its first number.
pub fn default_sender(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<String>> {
    let sql = sql!(
        "SELECT coalesce((SELECT name FROM sender WHERE workspace = $1 ORDER BY id LIMIT 1),
                         (SELECT number FROM number WHERE workspace = $1 ORDER BY id LIMIT 1))"
    );
    tx.one(sql, &params![workspace], |r| r.get(0)).map(Option::flatten)
}
