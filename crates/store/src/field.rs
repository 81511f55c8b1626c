//! Fields of people that segments ask about: each of one kind, its values beside the contacts where an index finds them.
//!
//! What a person's fields say stands in `contact.fields`; a value here is made of it and never the other way round.

use crate::{Result, Row, Tx, list_of, params, sql};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words, folded.
    Text = 0,
    /// A number, in thousandths.
    Number = 1,
    /// A day, as ms since 1970.
    Date = 2,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Kind] = &[Kind::Text, Kind::Number, Kind::Date];

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Date => "date",
        }
    }

    /// The kind of a word.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| k.name() == name)
    }

    fn from_number(n: i64) -> Kind {
        Kind::ALL.iter().copied().find(|k| *k as i64 == n).unwrap_or(Kind::Text)
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id.
    pub id: i64,
    /// Its name, as in merge fields.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether the values of everybody are there.
    pub ready: bool,
    /// The contact that its values were read up to.
    pub place: i64,
}

/// One value of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The field.
    pub field: i64,
    /// The contact.
    pub contact: i64,
    /// The number; 0 where it holds words.
    pub n: i64,
    /// The folded words; empty where it holds a number.
    pub text: String,
}

fn read(r: &Row<'_>) -> Result<Field> {
    let kind = Kind::from_number(r.get(2)?);
    Ok(Field { id: r.get(0)?, name: r.get(1)?, kind, ready: r.get(3)?, place: r.get(4)? })
}

/// The fields of a workspace, by name.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Field>> {
    let sql = sql!("SELECT id, name, kind, state, place FROM field WHERE workspace = $1 ORDER BY name");
    tx.rows(sql, &params![workspace], read)
}

/// One field.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Field>> {
    let sql = sql!("SELECT id, name, kind, state, place FROM field WHERE workspace = $1 AND id = $2");
    tx.one(sql, &params![workspace, id], read)
}

/// Makes a field, whose values are still to be read; gives the one of this name where there is one.
pub fn make(tx: &mut Tx<'_>, workspace: i64, name: &str, kind: Kind) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO field (id, workspace, name, kind, state, place, created_at) VALUES ($1, $2, $3, $4, 0, 0, $5)
             ON CONFLICT (workspace, name) DO NOTHING"
        ),
        &params![id, workspace, name, kind as i64, now],
    )?;
    let sql = sql!("SELECT id FROM field WHERE workspace = $1 AND name = $2");
    Ok(tx.one(sql, &params![workspace, name], |r| r.get(0))?.unwrap_or(id))
}

/// Contacts behind one with what their fields say, held until the end of the transaction: contact, fields.
pub fn people(tx: &mut Tx<'_>, workspace: i64, after: i64, limit: i64) -> Result<Vec<(i64, String)>> {
    tx.rows(
        sql!(
            "SELECT id, fields FROM contact WHERE +workspace = $1 AND id > $2 ORDER BY id LIMIT $3 FOR UPDATE"
        ),
        &params![workspace, after, limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Remembers how far a field was read.
pub fn advance(tx: &mut Tx<'_>, workspace: i64, id: i64, place: i64, ready: bool) -> Result<()> {
    let sql = sql!("UPDATE field SET place = $3, state = $4 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, id, place, ready]).map(drop)
}

/// Writes the values of these contacts anew: what they had goes, what is given stands.
pub fn put(tx: &mut Tx<'_>, workspace: i64, contacts: &[i64], values: &[Value]) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM contact_value WHERE workspace = $1 AND contact IN LIST($2)"),
        &params![workspace, list_of(contacts)],
    )?;
    add(tx, workspace, values)
}

/// Adds values; one that is there is changed.
pub fn add(tx: &mut Tx<'_>, workspace: i64, values: &[Value]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO contact_value (workspace, field, contact, n, text)
             SELECT $1, r.field, r.contact, r.n, r.text FROM ROWS(field BIGINT, contact BIGINT, n BIGINT, text TEXT) AS r
             WHERE true ON CONFLICT (contact, field) DO UPDATE SET n = excluded.n, text = excluded.text"
        ),
        &params![workspace],
        values.iter().map(|v| params![v.field, v.contact, v.n, v.text]),
    )
    .map(drop)
}
