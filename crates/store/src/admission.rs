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
    /// Until when that holds, ms; 0 has no end.
    pub consent_until: i64,
    /// When it was given or refused, ms.
    pub consent_at: i64,
    /// The person's own fields, where one of them is a zone; else empty.
    pub zoned: String,
}

/// Contacts of these numbers.
pub fn known(tx: &mut Tx<'_>, workspace: i64, numbers: &[&str]) -> Result<HashMap<String, Known>> {
    // By tag alone. Who looks a number up passes over another of the same tag.
    let tags: Vec<i64> = numbers.iter().map(|number| tx.tag(number)).collect();
    let rows = tx.many_rows(
        sql!(
            "SELECT c.number, c.id, c.consent, c.consent_until, c.consent_at, CASE WHEN c.fields LIKE '%zone%' THEN c.fields ELSE '' END
             FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN contact c ON c.workspace = r.workspace AND c.tag = r.tag"
        ),
        &[],
        tags.iter().map(|tag| [Val::Int(workspace), Val::Int(*tag)]),
        |r| {
            let (contact, consent, consent_until) = (r.get(1)?, r.get(2)?, r.get(3)?);
            Ok((r.get(0)?, Known { contact, consent, consent_until, consent_at: r.get(4)?, zoned: r.get(5)? }))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// A sender that was approved: what is shown, for which country (empty for all), until when (0 has no end).
pub type Approved = (String, String, i64);

/// What a workspace shows and where it can be answered: approved senders and numbers, each in the order they came.
pub fn shows(tx: &mut Tx<'_>, workspace: i64) -> Result<(Vec<Approved>, Vec<String>)> {
    let rows = tx.rows(
        sql!(
            "SELECT 0, id, name, country, until_at FROM sender WHERE workspace = $1 AND status = 'approved'
             UNION ALL SELECT 1, id, number, '', 0 FROM number WHERE workspace = $1 ORDER BY 1, 2"
        ),
        &params![workspace],
        |r| Ok((r.get::<i64>(0)?, (r.get(2)?, r.get(3)?, r.get(4)?))),
    )?;
    let (mut senders, mut numbers) = (Vec::new(), Vec::new());
    for (kind, one) in rows {
        let one: Approved = one;
        if kind == 0 { senders.push(one) } else { numbers.push(one.0) }
    }
    Ok((senders, numbers))
}

/// What the workspace shows on a handset when nothing is said: its first sender that may be shown, else its first number.
pub fn default_sender(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<String>> {
    let now = tx.now();
    let (senders, numbers) = shows(tx, workspace)?;
    let first = senders.into_iter().find(|(_, _, until)| *until == 0 || *until > now);
    Ok(first.map(|(name, ..)| name).or_else(|| numbers.into_iter().next()))
}
