//! People who may be written to: one number each, unique in its workspace.
//!
//! What a person refused stands in `suppression`, tied to the number and not to this row: removing a contact, or
//! bringing it back, changes no refusal.

pub mod bulk;
mod find;
mod undo;

pub use find::{
    COUNT_MOST, Consent, Count, Filter, Seen, between, count, lists_of, of_tag, page, permitted, seen,
    states_to, tally, window,
};
pub use undo::{Before, merge_into, put_back, put_back_as, taken_tags};

use crate::{Result, Row, Tx, params, sql};

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: i64,
    /// The number, E.164.
    pub number: String,
    /// Its tag.
    pub tag: i64,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// Everything else that is known: a JSON object of texts.
    pub fields: String,
    /// The state at hand: 0 unknown, 1 granted, 2 refused.
    pub consent: i64,
    /// Since when, ms since 1970.
    pub consent_at: i64,
    /// The import that brought the person, or 0.
    pub import: i64,
    /// When the row was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// Whether a refusal stands against the number, here or for the whole platform.
    pub left: bool,
}

/// What is written of one person.
#[derive(Debug, Clone, Copy)]
pub struct Write<'a> {
    /// The number, E.164.
    pub number: &'a str,
    /// Given name.
    pub first_name: &'a str,
    /// Family name.
    pub last_name: &'a str,
    /// A JSON object of texts.
    pub fields: &'a str,
    /// What a search looks in, folded by the caller.
    pub search: &'a str,
}

fn read(r: &Row<'_>) -> Result<Contact> {
    Ok(Contact {
        id: r.get(0)?,
        number: r.get(1)?,
        tag: r.get(2)?,
        first_name: r.get(3)?,
        last_name: r.get(4)?,
        fields: r.get(5)?,
        consent: r.get(6)?,
        consent_at: r.get(7)?,
        import: r.get(8)?,
        created_at: r.get(9)?,
        updated_at: r.get(10)?,
        left: r.get(11)?,
    })
}

/// One person.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Contact>> {
    tx.one(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at,
               CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND s.scope IN (1, 2) AND (s.workspace = c.workspace OR s.workspace = 0)) THEN 1 ELSE 0 END
             FROM contact AS c WHERE c.workspace = $1 AND c.id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// The person with this number.
pub fn by_number(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Option<Contact>> {
    let tag = tx.tag(number);
    Ok(of_tag(tx, workspace, tag)?.into_iter().find(|one| one.number == number))
}

/// Adds a person; `None` when the number has one already.
pub fn add(tx: &mut Tx<'_>, workspace: i64, new: &Write<'_>) -> Result<Option<i64>> {
    crate::retag::heal(tx, workspace, [new.number])?;
    let (id, tag, now) = (tx.id(), tx.tag(new.number), tx.now());
    let made = tx.exec(
        sql!(
            "INSERT INTO contact (id, workspace, number, tag, first_name, last_name, fields, search, consent, consent_at,
               import, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9, $9) ON CONFLICT (workspace, tag, number) DO NOTHING"
        ),
        &params![id, workspace, new.number, tag, new.first_name, new.last_name, new.fields, new.search, now],
    )?;
    Ok((made > 0).then_some(id))
}

/// Writes a person anew, the number included; `false` when there is none. A number that another person has is
/// [`crate::Error::Unique`]. The consent of another number is not this number's: it is unknown then.
pub fn update(tx: &mut Tx<'_>, workspace: i64, id: i64, new: &Write<'_>) -> Result<bool> {
    crate::retag::heal(tx, workspace, [new.number])?;
    let (tag, now) = (tx.tag(new.number), tx.now());
    let changed = tx.exec(
        sql!(
            "UPDATE contact SET first_name = $4, last_name = $5, fields = $6, search = $7, updated_at = $8,
               consent = CASE WHEN number = $3 THEN consent ELSE 0 END,
               consent_at = CASE WHEN number = $3 THEN consent_at ELSE 0 END, number = $3, tag = $9
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id, new.number, new.first_name, new.last_name, new.fields, new.search, now, tag],
    )?;
    Ok(changed > 0)
}

/// Removes a person from the workspace and from its lists; `false` when there was none. Refusals and the record of
/// consent stay: they belong to the number.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    tx.exec(
        sql!(
            "UPDATE list SET size = size - 1 WHERE workspace = $1
             AND id IN (SELECT m.list FROM list_member AS m WHERE m.contact = $2 AND m.workspace = $1)"
        ),
        &params![workspace, id],
    )?;
    tx.exec(sql!("DELETE FROM list_member WHERE workspace = $1 AND contact = $2"), &params![workspace, id])?;
    tx.exec(
        sql!("DELETE FROM contact_value WHERE workspace = $1 AND contact = $2"),
        &params![workspace, id],
    )?;
    tx.exec(sql!("DELETE FROM tagged WHERE workspace = $1 AND contact = $2"), &params![workspace, id])?;
    crate::contact_edit::forget(tx, workspace, id)?;
    let sql = sql!("DELETE FROM contact WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id])? > 0)
}
