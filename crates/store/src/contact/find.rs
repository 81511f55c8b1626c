//! Lists of people: filtered, searched, counted as far as a page needs to know.

use super::{Contact, read};
use crate::{Result, Tx, list_of, params, sql, texts_of};
use std::collections::HashMap;

/// Counting ends here: beyond it a page says "at least".
pub const COUNT_MOST: i64 = 100_000;

/// What a person allows, as a filter. Each person is of exactly one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Said yes, and no refusal stands.
    Granted,
    /// Said nothing, and no refusal stands.
    Unknown,
    /// The record says no.
    Refused,
    /// A refusal stands against the number.
    Left,
}

impl Consent {
    /// All of them.
    pub const ALL: &'static [Consent] =
        &[Consent::Granted, Consent::Unknown, Consent::Refused, Consent::Left];

    const fn number(self) -> i64 {
        match self {
            Consent::Unknown => 0,
            Consent::Granted => 1,
            Consent::Refused => 2,
            Consent::Left => 3,
        }
    }

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Consent::Unknown => "unknown",
            Consent::Granted => "granted",
            Consent::Refused => "refused",
            Consent::Left => "left",
        }
    }

    /// The kind of a word.
    pub fn parse(name: &str) -> Option<Consent> {
        Consent::ALL.iter().copied().find(|c| c.name() == name)
    }
}

/// Which people are wanted. What is `None`, empty or 0 does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A piece of the folded text.
    pub search: String,
    /// Members of this list.
    pub list: i64,
    /// Marked with this tag.
    pub tag: i64,
    /// What they allow.
    pub consent: Option<Consent>,
    /// Older than this contact.
    pub before: i64,
    /// How many at the most.
    pub limit: i64,
}

/// A count that ends at [`COUNT_MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many, or [`COUNT_MOST`].
    pub n: i64,
    /// There are more.
    pub more: bool,
}

/// A piece of text as a pattern that stands for nothing but itself.
fn pattern(piece: &str) -> String {
    if piece.is_empty() {
        return String::new();
    }
    let mut out = String::with_capacity(piece.len() + 2);
    out.push('%');
    for c in piece.chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// A page of people, the newest first.
pub fn page(tx: &mut Tx<'_>, workspace: i64, filter: &Filter) -> Result<Vec<Contact>> {
    let before = if filter.before == 0 { i64::MAX } else { filter.before };
    let consent = filter.consent.map_or(-1, Consent::number);
    let search = pattern(&filter.search);
    if filter.list == 0 && filter.tag != 0 {
        return tx.rows(
            sql!(
                "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
                   c.created_at, c.updated_at, CASE WHEN c.kind = 3 THEN 1 ELSE 0 END
                 FROM (SELECT p.*, CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = p.tag
                     AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 3 ELSE p.consent END AS kind
                   FROM tagged AS m JOIN contact AS p ON p.id = m.contact AND p.workspace = $1
                   WHERE m.tag = $6 AND m.workspace = $1 AND m.contact < $2) AS c
                 WHERE ($3 = -1 OR c.kind = $3) AND ($4 = '' OR c.search LIKE $4 ESCAPE '!')
                 ORDER BY c.id DESC LIMIT $5"
            ),
            &params![workspace, before, consent, search, filter.limit, filter.tag],
            read,
        );
    }
    if filter.list == 0 && filter.consent == Some(Consent::Left) && filter.search.is_empty() {
        return who_left(tx, workspace, before, filter.limit);
    }
    if filter.list != 0 {
        return tx.rows(
            sql!(
                "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
                   c.created_at, c.updated_at, CASE WHEN c.kind = 3 THEN 1 ELSE 0 END
                 FROM (SELECT p.*, CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = p.tag
                     AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 3 ELSE p.consent END AS kind
                   FROM list_member AS m JOIN contact AS p ON p.id = m.contact AND p.workspace = $1
                   WHERE m.list = $6 AND m.workspace = $1 AND m.contact < $2
                     AND ($7 = 0 OR EXISTS (SELECT 1 FROM tagged AS t WHERE t.tag = $7 AND t.contact = m.contact
                       AND t.workspace = $1))) AS c
                 WHERE ($3 = -1 OR c.kind = $3) AND ($4 = '' OR c.search LIKE $4 ESCAPE '!')
                 ORDER BY c.id DESC LIMIT $5"
            ),
            &params![workspace, before, consent, search, filter.limit, filter.list, filter.tag],
            read,
        );
    }
    if let Some(standing) = filter.consent.filter(|c| *c != Consent::Left) {
        return of_standing(tx, workspace, standing, (before, &search, filter.limit));
    }
    if filter.consent.is_none() {
        return newest(tx, workspace, (before, &search, filter.limit));
    }
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at, CASE WHEN c.kind = 3 THEN 1 ELSE 0 END
             FROM (SELECT p.*, CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = p.tag
                 AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 3 ELSE p.consent END AS kind
               FROM contact AS p WHERE p.workspace = $1 AND p.id < $2) AS c
             WHERE ($3 = -1 OR c.kind = $3) AND ($4 = '' OR c.search LIKE $4 ESCAPE '!')
             ORDER BY c.id DESC LIMIT $5"
        ),
        &params![workspace, before, consent, search, filter.limit],
        read,
    )
}

/// A page of those against whom a refusal stands: from the refusals, which are fewer than people.
fn who_left(tx: &mut Tx<'_>, workspace: i64, before: i64, limit: i64) -> Result<Vec<Contact>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at, 1
             FROM contact AS c WHERE c.workspace = $1 AND c.id < $2 AND c.tag IN (
               SELECT s.tag FROM suppression AS s WHERE s.workspace IN ($1, 0) AND s.scope IN (1, 2))
             ORDER BY c.id DESC LIMIT $3"
        ),
        &params![workspace, before, limit],
        read,
    )
}

/// A page of those who said the same, against whom no refusal stands.
fn of_standing(
    tx: &mut Tx<'_>,
    workspace: i64,
    standing: Consent,
    (before, search, limit): (i64, &str, i64),
) -> Result<Vec<Contact>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at, 0
             FROM contact AS c WHERE c.workspace = $1 AND c.consent = $3 AND c.id < $2
               AND ($4 = '' OR c.search LIKE $4 ESCAPE '!')
               AND NOT EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0))
             ORDER BY c.id DESC LIMIT $5"
        ),
        &params![workspace, before, standing.number(), search, limit],
        read,
    )
}

/// A page of everybody: the newest of each standing, and of these the newest.
fn newest(
    tx: &mut Tx<'_>,
    workspace: i64,
    (before, search, limit): (i64, &str, i64),
) -> Result<Vec<Contact>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at, CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 1 ELSE 0 END
             FROM (SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 0 AND id < $2
                     AND ($4 = '' OR search LIKE $4 ESCAPE '!') ORDER BY id DESC LIMIT $3) AS a
                   UNION ALL SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 1 AND id < $2
                     AND ($4 = '' OR search LIKE $4 ESCAPE '!') ORDER BY id DESC LIMIT $3) AS b
                   UNION ALL SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 2 AND id < $2
                     AND ($4 = '' OR search LIKE $4 ESCAPE '!') ORDER BY id DESC LIMIT $3) AS d) AS found
             JOIN contact AS c ON c.id = found.id AND c.workspace = $1 ORDER BY c.id DESC LIMIT $3"
        ),
        &params![workspace, before, limit, search],
        read,
    )
}

/// Where a walk over everybody stands after about `window` rows behind `after`; `None` at the end.
pub fn window(tx: &mut Tx<'_>, workspace: i64, after: i64, window: i64) -> Result<Option<i64>> {
    let last = tx.one(
        // By the standings, as `newest` does: other workspaces' people stand between ours.
        sql!(
            "SELECT max(id) FROM (SELECT id FROM (
                SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 0 AND id > $2 ORDER BY id LIMIT $3) AS a
                UNION ALL SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 1 AND id > $2
                  ORDER BY id LIMIT $3) AS b
                UNION ALL SELECT id FROM (SELECT id FROM contact WHERE workspace = $1 AND consent = 2 AND id > $2
                  ORDER BY id LIMIT $3) AS d) AS u ORDER BY id LIMIT $3) AS w"
        ),
        &params![workspace, after, window],
        |r| r.get::<Option<i64>>(0),
    )?;
    Ok(last.flatten())
}

/// Those between two ids, the second included, whom a filter finds, in the order of ids.
pub fn between(
    tx: &mut Tx<'_>,
    workspace: i64,
    filter: &Filter,
    (after, to): (i64, i64),
) -> Result<Vec<Contact>> {
    let consent = filter.consent.map_or(-1, Consent::number);
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at, CASE WHEN c.kind = 3 THEN 1 ELSE 0 END
             FROM (SELECT p.*, CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = p.tag
                 AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 3 ELSE p.consent END AS kind
               FROM contact AS p WHERE p.workspace = $1 AND p.consent IN (0, 1, 2) AND p.id > $2 AND p.id <= $3) AS c
             WHERE ($4 = -1 OR c.kind = $4) AND ($5 = '' OR c.search LIKE $5 ESCAPE '!')
               AND ($6 = 0 OR EXISTS (SELECT 1 FROM list_member AS m WHERE m.list = $6 AND m.contact = c.id
                 AND m.workspace = $1))
               AND ($7 = 0 OR EXISTS (SELECT 1 FROM tagged AS t WHERE t.tag = $7 AND t.contact = c.id
                 AND t.workspace = $1))
             ORDER BY c.id"
        ),
        &params![workspace, after, to, consent, pattern(&filter.search), filter.list, filter.tag],
        read,
    )
}

/// The people of a tag: one, but for two numbers whose digests begin alike.
pub fn of_tag(tx: &mut Tx<'_>, workspace: i64, tag: i64) -> Result<Vec<Contact>> {
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields, c.consent, c.consent_at, c.import,
               c.created_at, c.updated_at,
               CASE WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND s.scope IN (1, 2) AND (s.workspace = c.workspace OR s.workspace = 0)) THEN 1 ELSE 0 END
             FROM contact AS c WHERE c.workspace = $1 AND c.tag = $2"
        ),
        &params![workspace, tag],
        read,
    )
}

/// People who permitted it before a moment, behind this contact, in the order of ids: contact, tag, number.
pub fn permitted(
    tx: &mut Tx<'_>,
    workspace: i64,
    after: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, i64, String)>> {
    tx.rows(
        sql!(
            "SELECT id, tag, number FROM contact
             WHERE workspace = $1 AND id > $2 AND consent = 1 AND consent_at < $3 ORDER BY id LIMIT $4"
        ),
        &params![workspace, after, before, limit],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// When each of the newest messages of a workspace to a number was accepted, and what became of it.
pub fn states_to(
    tx: &mut Tx<'_>,
    workspace: i64,
    tag: i64,
    looked: usize,
) -> Result<Vec<(i64, sms::Status)>> {
    let newest = crate::message::newest_to(tx, tag, looked)?;
    tx.rows(
        sql!("SELECT accepted_at, status FROM message WHERE +workspace = $1 AND id IN LIST($2) ORDER BY id DESC"),
        &params![workspace, list_of(&newest)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// How many people a filter finds. Words are looked for among the newest [`COUNT_MOST`] of each kind alone: a page does not
/// wait for a million texts to be read.
pub fn count(tx: &mut Tx<'_>, workspace: i64, filter: &Filter) -> Result<Count> {
    let grouped = filter.list != 0 || filter.tag != 0;
    match (filter.consent, filter.search.is_empty()) {
        (None, true) if !grouped => return everybody(tx, workspace),
        (Some(kind), true) if !grouped => return of_kind(tx, workspace, kind),
        (kind, false) if !grouped && kind != Some(Consent::Left) => return of_words(tx, workspace, filter),
        _ => {}
    }
    let consent = filter.consent.map_or(-1, Consent::number);
    let found = tx.one(
        sql!(
            "SELECT count(*) FROM (SELECT 1 FROM (
                 SELECT p.search, CASE WHEN $2 = -1 THEN -1 WHEN EXISTS (SELECT 1 FROM suppression AS s
                     WHERE s.tag = p.tag AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) THEN 3 ELSE p.consent END AS kind
                 FROM contact AS p WHERE p.workspace = $1 AND ($5 = 0 OR EXISTS (SELECT 1 FROM list_member AS m
                     WHERE m.list = $5 AND m.contact = p.id AND m.workspace = $1))
                   AND ($6 = 0 OR EXISTS (SELECT 1 FROM tagged AS t WHERE t.tag = $6 AND t.contact = p.id
                     AND t.workspace = $1))) AS c
               WHERE c.kind = $2 AND ($3 = '' OR c.search LIKE $3 ESCAPE '!') LIMIT $4) AS found"
        ),
        &params![workspace, consent, pattern(&filter.search), COUNT_MOST + 1, filter.list, filter.tag],
        |r| r.get::<i64>(0),
    )?;
    Ok(counted(found))
}

/// Those of whom these words are known, of one kind or of all.
fn of_words(tx: &mut Tx<'_>, workspace: i64, filter: &Filter) -> Result<Count> {
    let words = pattern(&filter.search);
    let all = [Consent::Unknown, Consent::Granted, Consent::Refused];
    let kinds = filter.consent.map_or(all.to_vec(), |kind| vec![kind]);
    let mut n = 0;
    for kind in kinds {
        let found = tx.one(
            sql!(
                "SELECT count(*) FROM (SELECT search, tag FROM contact WHERE workspace = $1 AND consent = $2
                   ORDER BY id DESC LIMIT $3) AS c
                 WHERE c.search LIKE $4 ESCAPE '!' AND ($5 = 0 OR NOT EXISTS (SELECT 1 FROM suppression AS s
                   WHERE s.tag = c.tag AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)))"
            ),
            &params![workspace, kind.number(), COUNT_MOST, words, filter.consent.is_some()],
            |r| r.get::<i64>(0),
        )?;
        n += found.unwrap_or(0);
    }
    Ok(Count { n, more: everybody(tx, workspace)?.more })
}

fn counted(n: Option<i64>) -> Count {
    let n = n.unwrap_or(0);
    Count { n: n.min(COUNT_MOST), more: n > COUNT_MOST }
}

/// Everybody, by an index alone.
fn everybody(tx: &mut Tx<'_>, workspace: i64) -> Result<Count> {
    let sql = sql!("SELECT count(*) FROM (SELECT 1 FROM contact WHERE workspace = $1 LIMIT $2) AS found");
    Ok(counted(tx.one(sql, &params![workspace, COUNT_MOST + 1], |r| r.get(0))?))
}

/// Those of one kind: by what they said, or by the refusals that stand.
fn of_kind(tx: &mut Tx<'_>, workspace: i64, kind: Consent) -> Result<Count> {
    if kind == Consent::Left {
        let sql = sql!(
            "SELECT count(*) FROM (SELECT 1 FROM contact AS c WHERE c.workspace = $1 AND c.tag IN (
               SELECT s.tag FROM suppression AS s WHERE s.workspace IN ($1, 0) AND s.scope IN (1, 2))
             LIMIT $2) AS found"
        );
        return Ok(counted(tx.one(sql, &params![workspace, COUNT_MOST + 1], |r| r.get(0))?));
    }
    let sql = sql!(
        "SELECT count(*) FROM (SELECT 1 FROM contact AS c WHERE c.workspace = $1 AND c.consent = $2
           AND NOT EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
             AND s.scope IN (1, 2) AND (s.workspace = $1 OR s.workspace = 0)) LIMIT $3) AS found"
    );
    Ok(counted(tx.one(sql, &params![workspace, kind.number(), COUNT_MOST + 1], |r| r.get(0))?))
}

/// How many people are of which kind, each counted to [`COUNT_MOST`].
pub fn tally(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(Consent, Count)>> {
    Consent::ALL.iter().map(|kind| Ok((*kind, of_kind(tx, workspace, *kind)?))).collect()
}

/// The lists these people are in: contact, list, name of the list.
pub fn lists_of(tx: &mut Tx<'_>, workspace: i64, contacts: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    tx.rows(
        sql!(
            "SELECT m.contact, l.id, l.name FROM list_member AS m
             JOIN list AS l ON l.id = m.list AND l.workspace = $1
             WHERE m.contact IN LIST($2) AND m.workspace = $1 ORDER BY m.contact, l.name"
        ),
        &params![workspace, list_of(contacts)],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// When we last wrote to a number, and when it last wrote to us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Our last message, ms since 1970.
    pub out: Option<i64>,
    /// The last message from it.
    pub inward: Option<i64>,
}

/// So many of the newest messages to a number, of all workspaces, are looked at for our last one.
const OUT_MAX: usize = 50;

/// When we and each of these people last wrote.
pub fn seen(tx: &mut Tx<'_>, workspace: i64, people: &[Contact]) -> Result<HashMap<i64, Seen>> {
    let mut ids = Vec::new();
    for person in people {
        ids.extend(crate::message::newest_to(tx, person.tag, OUT_MAX)?);
    }
    let out: HashMap<i64, i64> = tx
        .rows(
            sql!(
                "SELECT tag, max(accepted_at) FROM message WHERE +workspace = $1 AND id IN LIST($2) GROUP BY tag"
            ),
            &params![workspace, list_of(&ids)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?
        .into_iter()
        .collect();
    let numbers: Vec<&str> = people.iter().map(|p| p.number.as_str()).collect();
    let inward: HashMap<String, i64> = tx
        .rows(
            sql!(
                "SELECT t.address, max(i.received_at) FROM thread AS t
                 JOIN inbound AS i ON i.thread = t.id AND i.thread <> 0 AND i.workspace = $1
                 WHERE t.workspace = $1 AND t.address IN LIST($2 TEXT) GROUP BY t.address"
            ),
            &params![workspace, texts_of(&numbers)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?
        .into_iter()
        .collect();
    let of = |p: &Contact| Seen { out: out.get(&p.tag).copied(), inward: inward.get(&p.number).copied() };
    Ok(people.iter().map(|p| (p.id, of(p))).collect())
}
