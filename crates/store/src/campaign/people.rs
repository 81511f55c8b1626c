//! The people of a list as a campaign sees them: counted by what would leave them out, one by one for a preview,
//! and as recipients when their turn comes.

use super::Draft;
use crate::consent::State as Consent;
use crate::{Result, Row, Tx, list_of, params, sql};
use sms::{Class, Code};

/// What a message to somebody is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The contact.
    pub id: i64,
    /// The number, E.164.
    pub number: String,
    /// Its tag.
    pub tag: i64,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Everything else that is known, as JSON.
    pub fields: String,
}

fn person(r: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: r.get(0)?,
        number: r.get(1)?,
        tag: r.get(2)?,
        first_name: r.get(3)?,
        last_name: r.get(4)?,
        fields: r.get(5)?,
    })
}

/// The contacts of these ids that still exist, in no order.
///
/// The plus keeps SQLite from walking the whole workspace by its index instead of looking the ids up.
pub fn of_ids(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<Vec<Person>> {
    tx.rows(
        sql!(
            "SELECT id, number, tag, first_name, last_name, fields FROM contact
             WHERE +workspace = $1 AND id IN LIST($2)"
        ),
        &params![workspace, list_of(ids)],
        person,
    )
}

/// How many of a list each rule would leave out, each person at the first rule; `Code::None` are those who stay.
pub fn waterfall(tx: &mut Tx<'_>, workspace: i64, of: &Draft, live: bool) -> Result<Vec<(Code, i64)>> {
    let ((ads, consent), now) = (law(of.class), tx.now());
    tx.rows(
        sql!(
            "SELECT code, count(*) FROM (
               SELECT CASE
                 WHEN $5 = 1 AND c.number LIKE '+999%' THEN 21
                 WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag AND s.workspace = 0
                   AND (s.scope = 2 OR $3 = 1)) THEN 13
                 WHEN EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag AND s.workspace = $1
                   AND s.scope = 2) THEN 11
                 WHEN $3 = 1 AND EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag AND s.workspace = $1
                   AND (s.scope = 1 OR s.scope = $7)) THEN 10
                 WHEN $4 = 1 AND c.consent <> $6 AND NOT (c.consent = 0 AND EXISTS (SELECT 1 FROM topic_consent AS t
                   WHERE t.tag = c.tag AND t.workspace = $1 AND t.topic = $7 AND (t.until = 0 OR t.until > $8))) THEN 16
                 ELSE 0 END AS code
               FROM list_member AS m JOIN contact AS c ON c.id = m.contact AND c.workspace = $1
               WHERE m.list = $2 AND m.workspace = $1) AS judged
             GROUP BY code ORDER BY code"
        ),
        &params![workspace, of.list, ads, consent, live, Consent::Granted.number(), of.topic, now],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Which of the people that stay are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Pick {
    /// Only every so-manieth, picked by the tag, which is as good as a draw of lots; 1 is everybody.
    pub one_in: i64,
    /// So many of them are passed over.
    pub skip: i64,
    /// At the most.
    pub limit: i64,
}

/// The people of a list whom no rule leaves out, in the order of contacts.
pub fn staying(tx: &mut Tx<'_>, workspace: i64, of: &Draft, live: bool, pick: Pick) -> Result<Vec<Person>> {
    let ((ads, consent), now) = (law(of.class), tx.now());
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.first_name, c.last_name, c.fields
             FROM list_member AS m JOIN contact AS c ON c.id = m.contact AND c.workspace = $1
             WHERE m.list = $2 AND m.workspace = $1 AND c.tag % $7 = 0
               AND NOT ($5 = 1 AND c.number LIKE '+999%')
               AND NOT EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND (s.workspace = 0 OR s.workspace = $1) AND (s.scope = 2 OR ($3 = 1 AND (s.scope = 1 OR s.scope = $10))))
               AND ($4 = 0 OR c.consent = $6 OR (c.consent = 0 AND EXISTS (SELECT 1 FROM topic_consent AS t
                 WHERE t.tag = c.tag AND t.workspace = $1 AND t.topic = $10 AND (t.until = 0 OR t.until > $11))))
             ORDER BY m.contact LIMIT $8 OFFSET $9"
        ),
        &params![
            workspace,
            of.list,
            ads,
            consent,
            live,
            Consent::Granted.number(),
            pick.one_in,
            pick.limit,
            pick.skip,
            of.topic,
            now
        ],
        person,
    )
}

/// People whose numbers begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// One of their numbers, E.164.
    pub number: String,
    /// That contact.
    pub contact: i64,
    /// How many they are.
    pub people: i64,
}

/// The people of a list whom no rule leaves out, by how their numbers begin: a country and the network or area in it.
pub fn heads(tx: &mut Tx<'_>, workspace: i64, of: &Draft, live: bool) -> Result<Vec<Head>> {
    let ((ads, consent), now) = (law(of.class), tx.now());
    tx.rows(
        sql!(
            "SELECT min(c.number), min(c.id), count(*)
             FROM list_member AS m JOIN contact AS c ON c.id = m.contact AND c.workspace = $1
             WHERE m.list = $2 AND m.workspace = $1
               AND NOT ($5 = 1 AND c.number LIKE '+999%')
               AND NOT EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag
                 AND (s.workspace = 0 OR s.workspace = $1) AND (s.scope = 2 OR ($3 = 1 AND (s.scope = 1 OR s.scope = $7))))
               AND ($4 = 0 OR c.consent = $6 OR (c.consent = 0 AND EXISTS (SELECT 1 FROM topic_consent AS t
                 WHERE t.tag = c.tag AND t.workspace = $1 AND t.topic = $7 AND (t.until = 0 OR t.until > $8))))
             GROUP BY substr(c.number, 1, 7) ORDER BY 3 DESC, 1"
        ),
        &params![workspace, of.list, ads, consent, live, Consent::Granted.number(), of.topic, now],
        |r| Ok(Head { number: r.get(0)?, contact: r.get(1)?, people: r.get(2)? }),
    )
}

/// Whether a refusal of advertising stops the class, and whether it needs consent.
fn law(class: Class) -> (bool, bool) {
    (class.stopped_by_marketing_refusal(), class.needs_consent())
}
