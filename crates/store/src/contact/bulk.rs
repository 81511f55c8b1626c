//! Many people at once, as a file brings them: who is there, who is new, what changes. What is decided of each stands
//! in the rows that are handed in; a refusal in the row that is there is never overwritten.

use crate::{Result, Tx, Val, list_of, params, sql};
use std::collections::{HashMap, HashSet};

/// Somebody who may be new.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The number, E.164.
    pub number: &'a str,
    /// Its tag.
    pub tag: i64,
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// A JSON object of texts.
    pub fields: &'a str,
    /// What a search looks in, folded.
    pub search: &'a str,
    /// 0 unknown, 1 granted, 2 refused.
    pub consent: i64,
    /// Since when.
    pub consent_at: i64,
}

/// Somebody who is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The contact.
    pub id: i64,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A JSON object of texts.
    pub fields: String,
    /// 0 unknown, 1 granted, 2 refused.
    pub consent: i64,
}

/// What somebody who is there becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The contact.
    pub id: i64,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A JSON object of texts.
    pub fields: String,
    /// What a search looks in, folded.
    pub search: String,
    /// 0 unknown, 1 granted, 2 refused. A refusal that is there stays.
    pub consent: i64,
    /// Since when.
    pub consent_at: i64,
}

/// Makes those who are new; gives (id, tag) of each that was made. Nobody is changed: whoever came to be meanwhile
/// stays as he is.
///
/// Asks for nothing to be returned: on SQLite that would cost a statement journal for every row.
pub fn insert(tx: &mut Tx<'_>, workspace: i64, import: i64, people: &[New<'_>]) -> Result<Vec<(i64, i64)>> {
    crate::retag::heal(tx, workspace, people.iter().map(|p| p.number))?;
    let now = tx.now();
    let ids: Vec<i64> = people.iter().map(|_| tx.id()).collect();
    let made = tx.many(
        sql!(
            "INSERT INTO contact (id, workspace, number, tag, first_name, last_name, fields, search, consent, consent_at,
               import, created_at, updated_at)
             SELECT r.id, $1, r.number, r.tag, r.first_name, r.last_name, r.fields, r.search, r.consent, r.consent_at,
               $2, $3, $3
             FROM ROWS(id BIGINT, number TEXT, tag BIGINT, first_name TEXT, last_name TEXT, fields TEXT, search TEXT,
                       consent BIGINT, consent_at BIGINT) AS r
             WHERE true ON CONFLICT (workspace, tag, number) DO NOTHING"
        ),
        &params![workspace, import, now],
        people.iter().zip(&ids).map(|(p, id)| {
            params![
                *id,
                *p.number,
                p.tag,
                *p.first_name,
                *p.last_name,
                *p.fields,
                *p.search,
                p.consent,
                p.consent_at
            ]
        }),
    )?;
    let all = ids.iter().zip(people).map(|(id, p)| (*id, p.tag));
    if made == people.len() as u64 {
        return Ok(all.collect());
    }
    let sql = sql!("SELECT id FROM contact WHERE workspace = $1 AND id IN LIST($2)");
    let there: HashSet<i64> =
        tx.rows(sql, &params![workspace, list_of(&ids)], |r| r.get(0))?.into_iter().collect();
    Ok(all.filter(|(id, _)| there.contains(id)).collect())
}

/// Those of these tags who are there, by their numbers, held until the end of the transaction.
pub fn known(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<HashMap<String, Known>> {
    let rows = tx.many_rows(
        sql!(
            "SELECT c.number, c.id, c.first_name, c.last_name, c.fields, c.consent
             FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN contact c ON c.workspace = r.workspace AND c.tag = r.tag ORDER BY c.tag, c.number FOR UPDATE"
        ),
        &[],
        tags.iter().map(|tag| [Val::Int(workspace), Val::Int(*tag)]),
        |r| {
            let known = Known {
                id: r.get(1)?,
                first_name: r.get(2)?,
                last_name: r.get(3)?,
                fields: r.get(4)?,
                consent: r.get(5)?,
            };
            Ok((r.get(0)?, known))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Changes those who are there, whenever they were changed last.
pub fn change(tx: &mut Tx<'_>, workspace: i64, changes: &[Change]) -> Result<()> {
    fn of(c: &Change) -> super::undo::Before<'_> {
        super::undo::Before {
            id: c.id,
            first_name: &c.first_name,
            last_name: &c.last_name,
            fields: &c.fields,
            search: &c.search,
            consent: c.consent,
            consent_at: c.consent_at,
            unless_after: i64::MAX,
        }
    }
    super::undo::write(tx, workspace, changes.iter().map(of)).map(drop)
}

/// A permission or a refusal of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Whose.
    pub tag: i64,
    /// A permission; else a refusal.
    pub grant: bool,
    /// A file said so, and not the person or one of us.
    pub import: bool,
    /// The words it was given under, or 0.
    pub wording: i64,
}

/// All that these tags ever said of everything, not of one topic; of each the oldest first. What one of ours wrote down for
/// many and took back was never said.
pub fn history(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<Vec<Said>> {
    // Beside each: whether it takes something back, and the deed it belongs to, where there is one.
    let all: Vec<(Said, bool, String)> = tx.many_rows(
        sql!(
            "SELECT e.tag, CASE WHEN e.action = 'grant' THEN 1 ELSE 0 END, CASE WHEN e.method = 'import' THEN 1 ELSE 0 END,
               e.wording, CASE WHEN e.action = 'retract' THEN 1 ELSE 0 END,
               CASE WHEN e.method = 'bulk' THEN e.evidence ELSE '' END
             FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN consent_event e ON e.workspace = r.workspace AND e.tag = r.tag
               AND e.action IN ('grant', 'refuse', 'retract') AND e.topic = ''
             ORDER BY e.tag, e.id"
        ),
        &[],
        tags.iter().map(|tag| [Val::Int(workspace), Val::Int(*tag)]),
        |r| {
            let said = Said { tag: r.get(0)?, grant: r.get(1)?, import: r.get(2)?, wording: r.get(3)? };
            Ok((said, r.get(4)?, r.get(5)?))
        },
    )?;
    let back = |(said, takes_back, deed): &(Said, bool, String)| takes_back.then(|| (said.tag, deed.clone()));
    let taken_back: HashSet<(i64, String)> = all.iter().filter_map(back).collect();
    let stands = |(said, takes_back, deed): (Said, bool, String)| {
        let never = !said.grant && !deed.is_empty() && taken_back.contains(&(said.tag, deed));
        (!takes_back && !never).then_some(said)
    };
    Ok(all.into_iter().filter_map(stands).collect())
}
