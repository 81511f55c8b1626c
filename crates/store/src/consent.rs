//! Permissions and refusals as events, append only, with the words a permission was given under.
//!
//! The state of a person is the fold of these events; `contact.consent` keeps it at hand and is written in the same
//! transaction. Every event stands in the workspace's chain; what says something of the person stands beside it and can
//! be erased without breaking that. Nothing here decides whether an event is believed.

use crate::chain::{self, Chained, Kind, RowDigest};
use crate::keys::Keys;
use crate::{Error, Result, Row, Tx, Val, params, sql};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

/// What a contact's cached state can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody asked, nobody answered.
    Unknown,
    /// We may.
    Granted,
    /// We must not.
    Refused,
}

impl State {
    /// The number in `contact.consent`.
    pub const fn number(self) -> i64 {
        match self {
            State::Unknown => 0,
            State::Granted => 1,
            State::Refused => 2,
        }
    }

    /// The state of a stored number; what is not known is no permission.
    pub const fn from_number(n: i64) -> State {
        match n {
            1 => State::Granted,
            2 => State::Refused,
            _ => State::Unknown,
        }
    }

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Unknown => "unknown",
            State::Granted => "granted",
            State::Refused => "refused",
        }
    }
}

/// One event to be kept.
#[derive(Debug, Clone, Default)]
pub struct New<'a> {
    /// The workspace.
    pub workspace: i64,
    /// The tag of the number.
    pub tag: i64,
    /// For what: `marketing`, `all`.
    pub purpose: &'a str,
    /// About what; empty is everything of the purpose.
    pub topic: &'a str,
    /// `grant`, `refuse`, `expire`, `ask`.
    pub action: &'a str,
    /// What it rests on: `consent`, `existing_customer`, …; may be empty.
    pub basis: &'a str,
    /// How: `import`, `mo_keyword`, `link`, `staff`, `web`, …
    pub method: &'a str,
    /// Who wrote it down: `person:…`, `key:…`; empty is the person's own doing.
    pub actor: &'a str,
    /// The frozen wording's id, or 0.
    pub wording: i64,
    /// What shows it: an id that says nothing of the person.
    pub evidence: &'a str,
    /// What else the law asks about, as JSON that says nothing of the person; may be empty.
    pub facts: &'a str,
    /// What says something of the person, as JSON; kept apart, so that it can be erased. May be empty.
    pub personal: &'a str,
    /// When it is said to have happened, ms since 1970.
    pub claimed_at: i64,
    /// When it ends by itself; 0 is never.
    pub until: i64,
}

/// One event as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: i64,
    /// For what.
    pub purpose: String,
    /// About what.
    pub topic: String,
    /// `grant`, `refuse`, `expire`, `ask`.
    pub action: String,
    /// What it rests on.
    pub basis: String,
    /// How.
    pub method: String,
    /// Who wrote it down.
    pub actor: String,
    /// The words it was given under; empty when none are known.
    pub wording: String,
    /// SHA-256 of those words; empty when none are known.
    pub wording_hash: Vec<u8>,
    /// What shows it.
    pub evidence: String,
    /// What else the law asks about, as JSON; may be empty.
    pub facts: String,
    /// What says something of the person, as JSON; empty where there was nothing or it was erased.
    pub personal: String,
    /// When it is said to have happened.
    pub claimed_at: i64,
    /// When it ends by itself; 0 is never.
    pub until: i64,
    /// When it was written down.
    pub at: i64,
    /// The link of the chain that covers it; 0 where it is older than the chain.
    pub link: i64,
}

impl Event {
    fn of(new: &New<'_>, (id, at): (i64, i64), wording_hash: &[u8]) -> Event {
        Event {
            id,
            purpose: new.purpose.to_owned(),
            topic: new.topic.to_owned(),
            action: new.action.to_owned(),
            basis: new.basis.to_owned(),
            method: new.method.to_owned(),
            actor: new.actor.to_owned(),
            wording_hash: wording_hash.to_vec(),
            evidence: new.evidence.to_owned(),
            facts: new.facts.to_owned(),
            claimed_at: new.claimed_at,
            until: new.until,
            at,
            ..Event::default()
        }
    }

    /// The digest a chain covers: of everything but the personal part, of which only its own digest counts.
    pub fn digest(&self, workspace: i64, tag: i64, personal: &[u8]) -> [u8; 32] {
        let row = RowDigest::of("consent 1").int(self.id).int(workspace).int(tag).text(&self.purpose);
        let row = row.text(&self.topic).text(&self.action).text(&self.basis).text(&self.method);
        let row = row.text(&self.actor).octets(&self.wording_hash).text(&self.evidence).text(&self.facts);
        row.octets(personal).int(self.claimed_at).int(self.until).int(self.at).end()
    }
}

/// The personal part of an event under its salt: without both nobody can guess what it was.
fn personal_digest(salt: &[u8], json: &str) -> [u8; 32] {
    RowDigest::of("personal 1").octets(salt).text(json).end()
}

struct Ready<'a> {
    event: Event,
    new: &'a New<'a>,
    salt: [u8; 16],
    personal: Vec<u8>,
    digest: [u8; 32],
}

/// Keeps events, one link of the chain for those of a workspace; gives their ids.
pub fn add(tx: &mut Tx<'_>, events: &[New<'_>]) -> Result<Vec<i64>> {
    let now = tx.now();
    let wordings = wording_hashes(tx, events)?;
    let mut ready = Vec::with_capacity(events.len());
    for new in events {
        let (mut salt, mut personal) = ([0u8; 16], Vec::new());
        if !new.personal.is_empty() {
            getrandom::fill(&mut salt).map_err(|e| Error::File(format!("no random numbers: {e}")))?;
            personal = personal_digest(&salt, new.personal).to_vec();
        }
        let hash = wordings.get(&new.wording).map_or(&[][..], Vec::as_slice);
        let event = Event::of(new, (tx.id(), now), hash);
        let digest = event.digest(new.workspace, new.tag, &personal);
        ready.push(Ready { event, new, salt, personal, digest });
    }
    let mut links: HashMap<i64, i64> = HashMap::new();
    let workspaces: BTreeSet<i64> = events.iter().map(|e| e.workspace).collect();
    for workspace in workspaces {
        let of = ready.iter().filter(|r| r.new.workspace == workspace);
        let digests: Vec<[u8; 32]> = of.map(|r| r.digest).collect();
        links.insert(workspace, chain::append(tx, workspace, Kind::Consent, &digests)?);
    }
    keep(tx, &ready, &links, now)?;
    Ok(ready.iter().map(|r| r.event.id).collect())
}

fn keep(tx: &mut Tx<'_>, ready: &[Ready<'_>], links: &HashMap<i64, i64>, now: i64) -> Result<()> {
    let of = |r: &Ready<'_>| links.get(&r.new.workspace).copied().unwrap_or_default();
    tx.many(
        sql!(
            "INSERT INTO consent_event
             (id, workspace, tag, purpose, action, method, wording, evidence, claimed_at, at, link, mark, basis,
              topic, actor, facts, until, personal)
             SELECT r.id, r.workspace, r.tag, r.purpose, r.action, r.method, r.wording, r.evidence, r.claimed_at, $1,
               r.link, r.mark, r.basis, r.topic, r.actor, r.facts, r.until, r.personal
             FROM ROWS(id BIGINT, workspace BIGINT, tag BIGINT, purpose TEXT, action TEXT, method TEXT,
                       wording BIGINT, evidence TEXT, claimed_at BIGINT, link BIGINT, mark BIGINT, basis TEXT,
                       topic TEXT, actor TEXT, facts TEXT, until BIGINT, personal BYTEA) AS r"
        ),
        &params![now],
        ready.iter().map(|r| {
            let e = r.new;
            [
                Val::Int(r.event.id),
                Val::Int(e.workspace),
                Val::Int(e.tag),
                Val::Text(e.purpose),
                Val::Text(e.action),
                Val::Text(e.method),
                Val::Int(e.wording),
                Val::Text(e.evidence),
                Val::Int(e.claimed_at),
                Val::Int(of(r)),
                Val::Int(chain::mark(&r.digest)),
                Val::Text(e.basis),
                Val::Text(e.topic),
                Val::Text(e.actor),
                Val::Text(e.facts),
                Val::Int(e.until),
                Val::Bytes(&r.personal),
            ]
        }),
    )?;
    let personal: Vec<&Ready<'_>> = ready.iter().filter(|r| !r.personal.is_empty()).collect();
    if !personal.is_empty() {
        tx.many(
            sql!(
                "INSERT INTO consent_personal (event, workspace, salt, json)
                 SELECT r.event, r.workspace, r.salt, r.json
                 FROM ROWS(event BIGINT, workspace BIGINT, salt BYTEA, json TEXT) AS r"
            ),
            &[],
            personal.iter().map(|r| {
                [
                    Val::Int(r.event.id),
                    Val::Int(r.new.workspace),
                    Val::Bytes(&r.salt),
                    Val::Text(r.new.personal),
                ]
            }),
        )?;
    }
    Ok(())
}

fn wording_hashes(tx: &mut Tx<'_>, events: &[New<'_>]) -> Result<HashMap<i64, Vec<u8>>> {
    let asked: BTreeSet<(i64, i64)> =
        events.iter().filter(|e| e.wording != 0).map(|e| (e.workspace, e.wording)).collect();
    let mut out = HashMap::new();
    for (workspace, id) in asked {
        let sql = sql!("SELECT hash FROM wording WHERE workspace = $1 AND id = $2");
        if let Some(hash) = tx.one(sql, &params![workspace, id], |r| r.get(0))? {
            out.insert(id, hash);
        }
    }
    Ok(out)
}

/// The id of a wording, which is frozen at its first use.
pub fn wording(tx: &mut Tx<'_>, workspace: i64, text: &str) -> Result<i64> {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let id = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO wording (id, workspace, hash, text) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace, hash) DO NOTHING"
        ),
        &params![id, workspace, hash, text],
    )?;
    let sql = sql!("SELECT id FROM wording WHERE workspace = $1 AND hash = $2");
    Ok(tx.one(sql, &params![workspace, hash], |r| r.get(0))?.unwrap_or(id))
}

/// What is known of a number, newest first.
pub fn of_tag(tx: &mut Tx<'_>, workspace: i64, tag: i64, limit: i64) -> Result<Vec<Event>> {
    of_tags(tx, workspace, &[tag], limit)
}

/// The same under every tag a number ever had.
pub fn of_tags(tx: &mut Tx<'_>, workspace: i64, tags: &[i64], limit: i64) -> Result<Vec<Event>> {
    tx.rows(
        sql!(
            "SELECT e.id, e.purpose, e.topic, e.action, e.basis, e.method, e.actor, coalesce(w.text, ''), w.hash,
               e.evidence, e.facts, coalesce(p.json, ''), e.claimed_at, e.until, e.at, e.link
             FROM consent_event AS e LEFT JOIN wording AS w ON w.id = e.wording AND w.workspace = e.workspace
             LEFT JOIN consent_personal AS p ON p.event = e.id AND p.workspace = e.workspace
             WHERE e.workspace = $1 AND e.tag IN LIST($2) ORDER BY e.id DESC LIMIT $3"
        ),
        &params![workspace, crate::list_of(tags), limit],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Event> {
    Ok(Event {
        id: r.get(0)?,
        purpose: r.get(1)?,
        topic: r.get(2)?,
        action: r.get(3)?,
        basis: r.get(4)?,
        method: r.get(5)?,
        actor: r.get(6)?,
        wording: r.get(7)?,
        wording_hash: r.get::<Option<Vec<u8>>>(8)?.unwrap_or_default(),
        evidence: r.get(9)?,
        facts: r.get(10)?,
        personal: r.get(11)?,
        claimed_at: r.get(12)?,
        until: r.get(13)?,
        at: r.get(14)?,
        link: r.get(15)?,
    })
}

/// The events of links `first` to `last`, as a check of the chain reads them.
pub fn chained(tx: &mut Tx<'_>, workspace: i64, first: i64, last: i64) -> Result<Vec<Chained>> {
    let keys = tx.keys().clone();
    tx.rows(
        sql!(
            "SELECT e.id, e.purpose, e.topic, e.action, e.basis, e.method, e.actor, coalesce(w.text, ''), w.hash,
               e.evidence, e.facts, coalesce(p.json, ''), e.claimed_at, e.until, e.at, e.link,
               CASE WHEN e.first_tag = 0 THEN e.tag ELSE e.first_tag END, e.mark, e.personal, p.salt,
               e.first_tag, e.tag, e.tag_mark
             FROM consent_event AS e LEFT JOIN wording AS w ON w.id = e.wording AND w.workspace = e.workspace
             LEFT JOIN consent_personal AS p ON p.event = e.id AND p.workspace = e.workspace
             WHERE e.workspace = $1 AND e.link BETWEEN $2 AND $3 ORDER BY e.link, e.id"
        ),
        &params![workspace, first, last],
        |r| {
            let mut event = read(r)?;
            // What counts is what the words are now, not what their row says of them.
            if !event.wording_hash.is_empty() {
                event.wording_hash = Sha256::digest(event.wording.as_bytes()).to_vec();
            }
            let personal = r.get::<Option<Vec<u8>>>(18)?.unwrap_or_default();
            let salt = r.get::<Option<Vec<u8>>>(19)?;
            let swapped = salt.as_ref().is_some_and(|s| match s.len() {
                CUT => s[..] != cut_mark(&keys, event.id, &event.personal),
                _ => personal_digest(s, &event.personal)[..] != personal,
            });
            let (first, tag): (i64, i64) = (r.get(20)?, r.get(21)?);
            // An event that was tagged anew without the key ring belongs to somebody else.
            let moved = first != 0 && r.get::<i64>(22)? != crate::retag::tag_mark(&keys, event.id, first, tag);
            let digest = event.digest(workspace, r.get(16)?, &personal);
            Ok(Chained {
                id: event.id,
                link: event.link,
                mark: r.get(17)?,
                digest: if moved { [0; 32] } else { digest },
                erased: salt.is_none() && !personal.is_empty(),
                swapped,
            })
        },
    )
}

/// Erases what the events of a number say of the person; gives of how many. The events stay, and their chain holds.
pub fn erase_personal(tx: &mut Tx<'_>, workspace: i64, tags: &[i64]) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM consent_personal WHERE workspace = $1
             AND event IN (SELECT e.id FROM consent_event AS e WHERE e.workspace = $1 AND e.tag IN LIST($2))"
        ),
        &params![workspace, crate::list_of(tags)],
    )
}

/// What says where and with what somebody agreed.
const ADDRESSES: &[&str] = &["ip", "user_agent"];
/// Octets of what stands in the place of a salt once something was taken out: no salt is as long.
const CUT: usize = 20;

/// Shows that what is left of a personal part was left by who has the key ring: the chain covers the whole of it.
fn cut_mark(keys: &Keys, event: i64, json: &str) -> [u8; CUT] {
    let mac = keys.mac("personal cut", &[&event.to_be_bytes(), json.as_bytes()]);
    let mut out = [0; CUT];
    out.copy_from_slice(&mac[..CUT]);
    out
}

/// Takes network addresses and browsers out of the events behind one and up to another; gives of how many.
pub fn forget_addresses(tx: &mut Tx<'_>, workspace: i64, (after, upto): (i64, i64)) -> Result<u64> {
    let found = tx.rows(
        sql!(
            "SELECT event, json FROM consent_personal WHERE workspace = $1 AND event > $2 AND event <= $3
             AND (json LIKE '%_ip_:%' OR json LIKE '%_user_agent_:%')"
        ),
        &params![workspace, after, upto],
        |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)),
    )?;
    let (keys, mut gone) = (tx.keys().clone(), 0);
    for (event, json) in found {
        let mut left = match serde_json::from_str(&json) {
            Ok(serde_json::Value::Object(map)) => map,
            _ => continue,
        };
        let before = left.len();
        left.retain(|name, _| !ADDRESSES.contains(&name.as_str()));
        if left.len() == before {
            continue;
        }
        let left = if left.is_empty() { String::new() } else { serde_json::Value::Object(left).to_string() };
        gone += if left.is_empty() {
            let sql = sql!("DELETE FROM consent_personal WHERE workspace = $1 AND event = $2");
            tx.exec(sql, &params![workspace, event])?
        } else {
            let mark = cut_mark(&keys, event, &left);
            tx.exec(
                sql!("UPDATE consent_personal SET json = $3, salt = $4 WHERE workspace = $1 AND event = $2"),
                &params![workspace, event, left, mark],
            )?
        };
    }
    Ok(gone)
}

/// Takes everything personal out of permissions, and of what ended them, where the end is behind one event and up to
/// another; gives of how many. The events stay. The end of everything by time or by us leaves what was agreed to for one topic.
pub fn forget_ended(tx: &mut Tx<'_>, workspace: i64, (after, upto): (i64, i64)) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM consent_personal WHERE workspace = $1 AND event IN
               (SELECT e.id FROM consent_event AS x JOIN consent_event AS e
                  ON e.workspace = x.workspace AND e.tag = x.tag AND e.id <= x.id
                  AND (x.topic = e.topic OR (x.topic = '' AND x.action = 'refuse'))
                WHERE x.workspace = $1 AND x.id > $2 AND x.id <= $3 AND x.action IN ('refuse', 'expire'))"
        ),
        &params![workspace, after, upto],
    )
}

/// Contacts whose permission has run out by now: contact, tag, number, when it ran out.
pub fn run_out(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<(i64, i64, i64)>> {
    let now = tx.steady_now();
    tx.rows(
        sql!(
            "SELECT id, tag, consent_until FROM contact
             WHERE consent_until <> 0 AND consent_until <= $2 AND workspace = $1 AND consent = 1
             ORDER BY consent_until LIMIT $3"
        ),
        &params![workspace, now, limit],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// Takes the state at hand back to unknown, where the permission has run out.
pub fn set_expired(tx: &mut Tx<'_>, workspace: i64, contacts: &[i64]) -> Result<u64> {
    let now = tx.now();
    tx.exec(
        sql!(
            "UPDATE contact SET consent = 0, consent_at = $2, consent_until = 0, updated_at = $2
             WHERE workspace = $1 AND consent = 1 AND consent_until <> 0 AND consent_until <= $2 AND id IN LIST($3)"
        ),
        &params![workspace, now, crate::list_of(contacts)],
    )
}

/// Writes until when a permission holds, where a contact of this number shows it; 0 is for good.
pub fn set_until(tx: &mut Tx<'_>, workspace: i64, number: &str, until: i64) -> Result<()> {
    let tag = tx.tag(number);
    let sql = sql!("UPDATE contact SET consent_until = $3 WHERE workspace = $1 AND tag = $4 AND number = $2");
    tx.exec(sql, &params![workspace, number, until, tag]).map(drop)
}

/// Writes the state where a contact of this number shows it, if there is one; `true` when there was.
pub fn set_state(tx: &mut Tx<'_>, workspace: i64, number: &str, state: State, at: i64) -> Result<bool> {
    let sql = sql!(
        "UPDATE contact SET consent = $3, consent_at = $4, updated_at = $5, consent_until = 0
         WHERE workspace = $1 AND tag = $6 AND number = $2"
    );
    let (now, tag) = (tx.now(), tx.tag(number));
    Ok(tx.exec(sql, &params![workspace, number, state.number(), at, now, tag])? > 0)
}

/// The cached state of a number; unknown where there is no contact.
pub fn state(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<State> {
    let sql = sql!("SELECT consent FROM contact WHERE workspace = $1 AND tag = $3 AND number = $2");
    let tag = tx.tag(number);
    Ok(State::from_number(tx.one(sql, &params![workspace, number, tag], |r| r.get(0))?.unwrap_or(0)))
}
