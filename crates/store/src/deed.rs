//! What people and programs did that somebody may have to answer for: append only, in a chain.
//!
//! Subjects are public ids or digests; numbers, texts and secrets never stand here.

use crate::chain::{self, Chained, Kind, RowDigest};
use crate::{Result, Row, Tx, params, sql};

/// One deed to be kept.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// Whose.
    pub workspace: i64,
    /// Who did it: `person:…`, `key:…`, `console`, `system`.
    pub actor: &'a str,
    /// What: `contact.erase`, `consent.grant`, …
    pub deed: &'a str,
    /// To what: a public id.
    pub subject: &'a str,
    /// More, in short; may be empty.
    pub detail: &'a str,
}

/// One deed as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Its id.
    pub id: i64,
    /// The link that covers it.
    pub link: i64,
    /// Who did it.
    pub actor: String,
    /// What.
    pub deed: String,
    /// To what.
    pub subject: String,
    /// More, in short.
    pub detail: String,
    /// When, ms since 1970.
    pub at: i64,
}

fn digest(workspace: i64, d: &Deed) -> [u8; 32] {
    let row = RowDigest::of("deed 1").int(d.id).int(workspace).text(&d.actor).text(&d.deed);
    row.text(&d.subject).text(&d.detail).int(d.at).end()
}

fn read(r: &Row<'_>) -> Result<Deed> {
    Ok(Deed {
        id: r.get(0)?,
        link: r.get(1)?,
        actor: r.get(2)?,
        deed: r.get(3)?,
        subject: r.get(4)?,
        detail: r.get(5)?,
        at: r.get(6)?,
    })
}

/// Keeps a deed; gives its id.
pub fn add(tx: &mut Tx<'_>, new: &New<'_>) -> Result<i64> {
    let row = Deed {
        id: tx.id(),
        link: 0,
        actor: new.actor.to_owned(),
        deed: new.deed.to_owned(),
        subject: new.subject.to_owned(),
        detail: new.detail.to_owned(),
        at: tx.now(),
    };
    let digest = digest(new.workspace, &row);
    let link = chain::append(tx, new.workspace, Kind::Deeds, &[digest])?;
    tx.exec(
        sql!(
            "INSERT INTO deed (id, workspace, link, mark, actor, deed, subject, detail, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &params![
            row.id,
            new.workspace,
            link,
            chain::mark(&digest),
            row.actor,
            row.deed,
            row.subject,
            row.detail,
            row.at
        ],
    )?;
    Ok(row.id)
}

/// Deeds, the newest first, older than one; those to one subject where it is named.
pub fn list(tx: &mut Tx<'_>, workspace: i64, subject: &str, before: i64, limit: i64) -> Result<Vec<Deed>> {
    let before = if before == 0 { i64::MAX } else { before };
    tx.rows(
        sql!(
            "SELECT id, link, actor, deed, subject, detail, at FROM deed
             WHERE workspace = $1 AND id < $3 AND ($2 = '' OR subject = $2) ORDER BY id DESC LIMIT $4"
        ),
        &params![workspace, subject, before, limit],
        read,
    )
}

/// The rows of links `first` to `last`, as a check of the chain reads them.
pub fn chained(tx: &mut Tx<'_>, workspace: i64, first: i64, last: i64) -> Result<Vec<Chained>> {
    tx.rows(
        sql!(
            "SELECT id, link, actor, deed, subject, detail, at, mark FROM deed
             WHERE workspace = $1 AND link BETWEEN $2 AND $3 ORDER BY link, id"
        ),
        &params![workspace, first, last],
        |r| {
            let deed = read(r)?;
            let (digest, mark) = (digest(workspace, &deed), r.get(7)?);
            Ok(Chained { id: deed.id, link: deed.link, mark, digest, erased: false, swapped: false })
        },
    )
}
