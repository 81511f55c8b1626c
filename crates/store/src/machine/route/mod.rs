//! Tables of routes: ordered rules of which the first that fits wins. A table is replaced whole, under a new version, and
//! every version is kept for a while; choosing by one is the engine's.

mod rule;

pub use rule::{Choose, Hours, Leg, Rewrite, Rule};

use crate::{Error, Result, Row, Tx, params, sql};
use sms::Class;

/// Versions that are kept.
const KEPT: i64 = 50;

/// A table that is or was in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// Its number; 0 is what stood there before there were versions.
    pub id: i64,
    /// A number of its own, by which what was made of it is known again; 0 has none.
    pub stamp: i64,
    /// Its rules in their order.
    pub rules: Vec<Rule>,
    /// Who put it in force.
    pub actor: String,
    /// The version it brought back, or 0.
    pub restored: i64,
    /// When.
    pub at: i64,
}

/// The table that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The version it began from.
    pub base: i64,
    /// Rises with each change.
    pub edit: i64,
    /// Its rules in their order.
    pub rules: Vec<Rule>,
    /// Who changed it last.
    pub actor: String,
    /// When.
    pub at: i64,
}

/// The number of the version in force and its stamp.
pub fn stamp(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    let newest = tx.one(sql!("SELECT id, stamp FROM route_version ORDER BY id DESC LIMIT 1"), &[], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })?;
    Ok(newest.unwrap_or_default())
}

/// By what a table made ready is known again, and what a choice among the connectors needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Now {
    /// The version of the rules in force; 0 where none was published.
    pub version: i64,
    /// The stamps of the rules, of the networks' ranges, and of each price list with its connector; then each connector
    /// that is switched on with the version of its settings.
    pub stamps: Vec<i64>,
    /// The connectors that are switched on, oldest first, with their kinds.
    pub on: Vec<(i64, String)>,
}

/// What every batch of messages asks first: one question, for each is a journey on PostgreSQL.
pub fn now(tx: &mut Tx<'_>) -> Result<Now> {
    let sql = sql!(
        "SELECT 0 AS what, id, stamp, '' AS kind FROM route_version WHERE id = (SELECT max(id) FROM route_version)
         UNION ALL SELECT 1, id, stamp, '' FROM network_list WHERE id = 1
         UNION ALL SELECT 2, connector, stamp, '' FROM rate_list
         UNION ALL SELECT 3, id, version, kind FROM connector WHERE enabled = 1
         ORDER BY 1, 2"
    );
    let rows: Vec<(i64, i64, i64, String)> =
        tx.rows(sql, &[], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    let mut now = Now { stamps: vec![0, 0], ..Now::default() };
    for (what, id, stamp, kind) in rows {
        match what {
            0 => (now.version, now.stamps[0]) = (id, stamp),
            1 => now.stamps[1] = stamp,
            2 => now.stamps.extend([id, stamp]),
            _ => {
                now.stamps.extend([id, stamp]);
                now.on.push((id, kind));
            }
        }
    }
    Ok(now)
}

/// The table in force.
pub fn current(tx: &mut Tx<'_>) -> Result<Version> {
    let newest = tx.one(
        sql!("SELECT id, stamp, rules, actor, restored, at FROM route_version ORDER BY id DESC LIMIT 1"),
        &[],
        read,
    )?;
    match newest {
        Some(version) => Ok(version),
        None => Ok(Version { rules: before(tx)?, ..Version::default() }),
    }
}

/// One version.
pub fn version(tx: &mut Tx<'_>, id: i64) -> Result<Option<Version>> {
    if id == 0 {
        return Ok(Some(Version { rules: before(tx)?, ..Version::default() }));
    }
    tx.one(
        sql!("SELECT id, stamp, rules, actor, restored, at FROM route_version WHERE id = $1"),
        &params![id],
        read,
    )
}

/// Versions, newest first.
pub fn versions(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Version>> {
    tx.rows(
        sql!("SELECT id, stamp, rules, actor, restored, at FROM route_version ORDER BY id DESC LIMIT $1"),
        &params![limit],
        read,
    )
}

/// Puts rules in force after the version `base`. `None` where another came between.
pub fn publish(
    tx: &mut Tx<'_>,
    base: i64,
    rules: &[Rule],
    actor: &str,
    restored: i64,
) -> Result<Option<i64>> {
    if stamp(tx)?.0 != base {
        return Ok(None);
    }
    let (id, now, text, stamp) = (base + 1, tx.now(), json(rules)?, fresh_stamp());
    let made = tx.exec(
        sql!(
            "INSERT INTO route_version (id, stamp, rules, actor, restored, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO NOTHING"
        ),
        &params![id, stamp, text, actor, restored, now],
    )?;
    let oldest = id - KEPT;
    tx.exec(sql!("DELETE FROM route_version WHERE id <= $1"), &params![oldest])?;
    Ok((made > 0).then_some(id))
}

/// The draft, where there is one.
pub fn draft(tx: &mut Tx<'_>) -> Result<Option<Draft>> {
    tx.one(sql!("SELECT base, edit, rules, actor, at FROM route_draft WHERE id = 1"), &[], |r| {
        Ok(Draft { base: r.get(0)?, edit: r.get(1)?, rules: rules(r, 2)?, actor: r.get(3)?, at: r.get(4)? })
    })
}

/// Keeps the draft as it is now, after the change `edit` (0 where there was none). `None` where another came between.
pub fn draft_put(tx: &mut Tx<'_>, edit: i64, base: i64, rules: &[Rule], actor: &str) -> Result<Option<i64>> {
    let (now, text, next) = (tx.now(), json(rules)?, edit + 1);
    let done = tx.exec(
        sql!(
            "INSERT INTO route_draft (id, base, edit, rules, actor, at) VALUES (1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET base = excluded.base, edit = excluded.edit, rules = excluded.rules,
               actor = excluded.actor, at = excluded.at WHERE route_draft.edit = $1"
        ),
        &params![edit, base, next, text, actor, now],
    )?;
    Ok((done > 0).then_some(next))
}

/// Forgets the draft.
pub fn draft_forget(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec(sql!("DELETE FROM route_draft WHERE id = 1"), &[]).map(drop)
}

/// Adds a rule to the table in force, before the first that fits everything, else at the end.
pub fn add(
    tx: &mut Tx<'_>,
    prefix: &str,
    class: Option<Class>,
    sender: &str,
    connectors: &[i64],
) -> Result<i64> {
    let some = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let rule = Rule {
        prefixes: some(prefix),
        classes: class.into_iter().collect(),
        senders: some(sender),
        to: connectors.iter().map(|id| Leg { connector: *id, weight: 1 }).collect(),
        ..Rule::default()
    };
    add_rule(tx, rule, "")
}

/// Adds a rule to the table in force, before the first that fits everything, else at the end.
pub fn add_rule(tx: &mut Tx<'_>, rule: Rule, actor: &str) -> Result<i64> {
    let now = current(tx)?;
    let id = tx.id();
    let rules = with(now.rules, Rule { id, ..rule });
    publish(tx, now.id, &rules, actor, 0)?.ok_or(Error::Undone)?;
    Ok(id)
}

/// Rules with one more: before the first that fits everything, else at the end.
pub fn with(mut rules: Vec<Rule>, rule: Rule) -> Vec<Rule> {
    let end = rules.iter().position(|r| r.fits_all() && !rule.fits_all()).unwrap_or(rules.len());
    rules.insert(end, rule);
    rules
}

/// The first rule in force that fits everything.
pub fn default(tx: &mut Tx<'_>) -> Result<Option<Rule>> {
    Ok(list(tx)?.into_iter().find(Rule::fits_all))
}

/// Takes a rule out of the table in force. `false` where there is no such rule.
pub fn remove(tx: &mut Tx<'_>, id: i64, actor: &str) -> Result<bool> {
    let mut now = current(tx)?;
    let before = now.rules.len();
    now.rules.retain(|rule| rule.id != id);
    if now.rules.len() == before {
        return Ok(false);
    }
    publish(tx, now.id, &now.rules, actor, 0)?.ok_or(Error::Undone)?;
    Ok(true)
}

/// The rules in force in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    Ok(current(tx)?.rules)
}

/// What stood there before there were versions.
fn before(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    tx.rows(sql!("SELECT id, prefix, class, sender, connectors FROM route ORDER BY place, id"), &[], |r| {
        let some = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
        let connectors = r.get::<String>(4)?;
        let ids = connectors.split(',').filter_map(|word| word.parse::<i64>().ok());
        Ok(Rule {
            id: r.get(0)?,
            prefixes: some(r.get(1)?),
            classes: r.get::<Option<Class>>(2)?.into_iter().collect(),
            senders: some(r.get(3)?),
            to: ids.map(|connector| Leg { connector, weight: 1 }).collect(),
            ..Rule::default()
        })
    })
}

fn read(r: &Row<'_>) -> Result<Version> {
    Ok(Version {
        id: r.get(0)?,
        stamp: r.get(1)?,
        rules: rules(r, 2)?,
        actor: r.get(3)?,
        restored: r.get(4)?,
        at: r.get(5)?,
    })
}

fn rules(r: &Row<'_>, at: usize) -> Result<Vec<Rule>> {
    serde_json::from_str(&r.get::<String>(at)?).map_err(|e| Error::Shape(format!("a table of routes: {e}")))
}

fn json(rules: &[Rule]) -> Result<String> {
    serde_json::to_string(rules).map_err(|e| Error::Shape(format!("a table of routes: {e}")))
}

/// A number no other table has: what is made of one is known again by it, in any store this process opens.
pub(crate) fn fresh_stamp() -> i64 {
    i64::try_from(crate::chance::Chance::new().next() >> 1).unwrap_or(1).max(1)
}
