//! What a person wishes of a workspace beyond yes and no: how often at the most, in which language. Tied to the number's
//! tag and to no contact; it only ever makes less of what the rules allow.

use crate::{Result, Tx, params, sql};
use std::collections::HashMap;

/// What one number wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preference {
    /// The language of what we write by ourselves; empty is not said.
    pub language: String,
    /// At most so many advertisements…
    pub max: i64,
    /// …in so many days; 0 is as the rules say.
    pub days: i64,
}

/// What a number wishes; nothing where it never said.
pub fn get(tx: &mut Tx<'_>, workspace: i64, tag: i64) -> Result<Preference> {
    let found = tx.one(
        sql!("SELECT language, max, days FROM preference WHERE workspace = $1 AND tag = $2"),
        &params![workspace, tag],
        |r| Ok(Preference { language: r.get(0)?, max: r.get(1)?, days: r.get(2)? }),
    )?;
    Ok(found.unwrap_or_default())
}

/// Writes it down.
pub fn put(tx: &mut Tx<'_>, workspace: i64, tag: i64, wish: &Preference) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO preference (workspace, tag, language, max, days, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace, tag) DO UPDATE SET language = excluded.language, max = excluded.max,
               days = excluded.days, at = excluded.at"
        ),
        &params![workspace, tag, wish.language, wish.max, wish.days, now],
    )
    .map(drop)
}

/// Who of these wishes for less: tag → at most so many, in so many days.
pub fn less(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<HashMap<i64, (i64, i64)>> {
    let rows = tx.rows(
        sql!("SELECT tag, max, days FROM preference WHERE workspace = $1 AND days > 0 AND tag IN LIST($2)"),
        &params![workspace, crate::list_of(tags)],
        |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?))),
    )?;
    Ok(rows.into_iter().collect())
}
