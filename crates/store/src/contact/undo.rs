//! What a person was before somebody changed it, so that it can be taken back.

use super::Contact;
use crate::{Result, Tx, Val, list_of, params, sql};

/// What a person was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before<'a> {
    /// The contact.
    pub id: i64,
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// A JSON object of texts.
    pub fields: &'a str,
    /// What a search looks in, folded.
    pub search: &'a str,
    /// What the row said of consent.
    pub consent: i64,
    /// Since when.
    pub consent_at: i64,
    /// Whoever was changed after this moment stays as he is.
    pub unless_after: i64,
}

/// Gives people back what they were; a refusal that came meanwhile stays. Gives of how many.
pub fn put_back(tx: &mut Tx<'_>, workspace: i64, people: &[Before<'_>]) -> Result<u64> {
    write(tx, workspace, people.iter().copied())
}

/// Writes people anew. A refusal in the row that is there is never overwritten.
pub(super) fn write<'p>(
    tx: &mut Tx<'_>,
    workspace: i64,
    people: impl Iterator<Item = Before<'p>>,
) -> Result<u64> {
    let now = tx.now();
    tx.many(
        sql!(
            "UPDATE contact SET first_name = r.first_name, last_name = r.last_name, fields = r.fields, search = r.search,
               consent = CASE WHEN contact.consent = 2 THEN 2 ELSE r.consent END,
               consent_at = CASE WHEN contact.consent = 2 THEN contact.consent_at ELSE r.consent_at END, updated_at = $2
             FROM ROWS(id BIGINT, first_name TEXT, last_name TEXT, fields TEXT, search TEXT, consent BIGINT,
                       consent_at BIGINT, unless_after BIGINT) AS r
             WHERE contact.id = r.id AND +contact.workspace = $1 AND contact.updated_at <= r.unless_after"
        ),
        &params![workspace, now],
        people.map(|p| {
            [
                Val::Int(p.id),
                Val::Text(p.first_name),
                Val::Text(p.last_name),
                Val::Text(p.fields),
                Val::Text(p.search),
                Val::Int(p.consent),
                Val::Int(p.consent_at),
                Val::Int(p.unless_after),
            ]
        }),
    )
}

/// Makes a person again who was merged away, under the id of then; `false` when the number has somebody by now.
pub fn put_back_as(tx: &mut Tx<'_>, workspace: i64, was: &Contact, search: &str) -> Result<bool> {
    let (tag, now) = (tx.tag(&was.number), tx.now());
    let made = tx.exec(
        sql!(
            "INSERT INTO contact (id, workspace, number, tag, first_name, last_name, fields, search, consent, consent_at,
               import, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (workspace, tag, number) DO NOTHING"
        ),
        &params![
            was.id,
            workspace,
            was.number,
            tag,
            was.first_name,
            was.last_name,
            was.fields,
            search,
            was.consent,
            was.consent_at,
            was.import,
            was.created_at,
            now
        ],
    )?;
    Ok(made > 0)
}

/// Everything that points at one person points at another from now on: lists and tags; gives the lists and the tags that
/// the other did not have before.
pub fn merge_into(tx: &mut Tx<'_>, workspace: i64, kept: i64, gone: i64) -> Result<(Vec<i64>, Vec<i64>)> {
    let lists = tx.rows(
        sql!(
            "SELECT m.list FROM list_member AS m WHERE m.workspace = $1 AND m.contact = $3 AND NOT EXISTS
               (SELECT 1 FROM list_member AS o WHERE o.workspace = $1 AND o.list = m.list AND o.contact = $2)"
        ),
        &params![workspace, kept, gone],
        |r| r.get::<i64>(0),
    )?;
    for list in &lists {
        crate::list::add(tx, workspace, *list, &[kept])?;
    }
    let tags = tx.rows(
        sql!(
            "SELECT m.tag FROM tagged AS m WHERE m.workspace = $1 AND m.contact = $3 AND NOT EXISTS
               (SELECT 1 FROM tagged AS o WHERE o.workspace = $1 AND o.tag = m.tag AND o.contact = $2)"
        ),
        &params![workspace, kept, gone],
        |r| r.get::<i64>(0),
    )?;
    for tag in &tags {
        crate::tag::mark(tx, workspace, *tag, &[kept])?;
    }
    Ok((lists, tags))
}

/// Which of these people bear a tag.
pub fn taken_tags(tx: &mut Tx<'_>, workspace: i64, tag: i64, contacts: &[i64]) -> Result<Vec<i64>> {
    tx.rows(
        sql!("SELECT contact FROM tagged WHERE workspace = $1 AND tag = $2 AND contact IN LIST($3)"),
        &params![workspace, Val::Int(tag), list_of(contacts)],
        |r| r.get(0),
    )
}
