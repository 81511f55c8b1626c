//! Frozen recipients: 4,096 a page, contact and tag of each, and the block of ids their messages will have.

use crate::{Error, Result, Tx, params, sql};

/// Recipients on a full page: as many as an id block has ids.
pub const PEOPLE: usize = 4_096;
const BYTES: usize = 16;

/// One recipient as he was when the page was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frozen {
    /// The contact.
    pub contact: i64,
    /// The tag of its number then.
    pub tag: i64,
}

/// A page with recipients that were not yet looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its number in the campaign, from 0.
    pub page: i64,
    /// The id of its first recipient's message; the k-th has `base + k`.
    pub base: i64,
    /// Everybody on it.
    pub people: Vec<Frozen>,
    /// How many of them were looked at.
    pub done: usize,
}

fn pack(people: &[Frozen]) -> Vec<u8> {
    people.iter().flat_map(|p| [p.contact.to_be_bytes(), p.tag.to_be_bytes()]).flatten().collect()
}

fn unpack(bytes: &[u8]) -> Result<Vec<Frozen>> {
    if !bytes.len().is_multiple_of(BYTES) {
        return Err(Error::Shape(format!("a page of recipients has {} octets", bytes.len())));
    }
    let number = |b: &[u8]| b.iter().fold(0i64, |n, byte| (n << 8) | i64::from(*byte));
    Ok(bytes.chunks_exact(BYTES).map(|c| Frozen { contact: number(&c[..8]), tag: number(&c[8..]) }).collect())
}

/// Writes a page down.
pub fn add(tx: &mut Tx<'_>, workspace: i64, campaign: i64, page: i64, people: &[Frozen]) -> Result<()> {
    let base = tx.id_block();
    tx.exec(
        sql!(
            "INSERT INTO campaign_page (campaign, page, workspace, base, people, done, size)
             VALUES ($1, $2, $3, $4, $5, 0, $6)"
        ),
        &params![campaign, page, workspace, base, pack(people), people.len()],
    )
    .map(drop)
}

/// The page after `after` that still has recipients to look at; begin with -1.
pub fn next(tx: &mut Tx<'_>, workspace: i64, campaign: i64, after: i64) -> Result<Option<Page>> {
    tx.one(
        sql!(
            "SELECT page, base, people, done FROM campaign_page
             WHERE campaign = $2 AND workspace = $1 AND page > $3 AND done < size ORDER BY page LIMIT 1"
        ),
        &params![workspace, campaign, after],
        |r| {
            let people = unpack(&r.get::<Vec<u8>>(2)?)?;
            let done = usize::try_from(r.get::<i64>(3)?).unwrap_or(usize::MAX).min(people.len());
            Ok(Page { page: r.get(0)?, base: r.get(1)?, people, done })
        },
    )
}

/// Moves a page's cursor; `false` when it does not stand where the caller believes.
pub fn advance(
    tx: &mut Tx<'_>,
    workspace: i64,
    campaign: i64,
    page: i64,
    from: usize,
    to: usize,
) -> Result<bool> {
    let changed = tx.exec(
        sql!(
            "UPDATE campaign_page SET done = $5
             WHERE campaign = $2 AND page = $3 AND workspace = $1 AND done = $4"
        ),
        &params![workspace, campaign, page, from, to],
    )?;
    Ok(changed > 0)
}

/// Drops one page; gives how many were on it, `None` when there is none left.
pub fn drop_one(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<Option<i64>> {
    tx.one(
        sql!(
            "DELETE FROM campaign_page WHERE campaign = $2 AND workspace = $1 AND page =
               (SELECT min(page) FROM campaign_page WHERE campaign = $2 AND workspace = $1)
             RETURNING size"
        ),
        &params![workspace, campaign],
        |r| r.get(0),
    )
}

/// The next contacts of a list with their tags, in the order of their ids, after `after`.
pub fn members(tx: &mut Tx<'_>, workspace: i64, list: i64, after: i64, limit: usize) -> Result<Vec<Frozen>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.tag FROM list_member AS m JOIN contact AS c ON c.id = m.contact AND c.workspace = $1
             WHERE m.list = $2 AND m.workspace = $1 AND m.contact > $3 ORDER BY m.contact LIMIT $4"
        ),
        &params![workspace, list, after, limit],
        |r| Ok(Frozen { contact: r.get(0)?, tag: r.get(1)? }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_back() {
        let people: Vec<Frozen> =
            [(1, -1), (i64::MAX, i64::MIN), (77, 0)].map(|(contact, tag)| Frozen { contact, tag }).into();
        let bytes = pack(&people);
        assert_eq!(bytes.len(), people.len() * BYTES);
        assert_eq!(unpack(&bytes), Ok(people));
        assert!(matches!(unpack(&bytes[1..]), Err(Error::Shape(_))));
    }
}
