//! What moves with a number when its key is renewed: refusals, events, wishes, counts, public lists.
//!
//! What belongs to numbers that nobody knows any more (an erased person's refusal) cannot be moved and stays where it is:
//! whoever asks about a number asks under every key, and [`heal`] moves it when the number comes by again. Nothing ever
//! goes back to a former key.

use crate::keys::{Keys, tag_of};
use crate::ledger::refusals::What;
use crate::{Result, Tx, Val, list_of, params, sql};
use std::collections::HashMap;

/// One number of one workspace under a former key and under the one that counts.
pub(crate) struct Move {
    workspace: i64,
    pub(crate) from: i64,
    from_full: [u8; 32],
    pub(crate) to: i64,
    to_full: [u8; 32],
}

/// The moves of one number, one for each former key.
pub(crate) fn moves(keys: &Keys, workspace: i64, number: &str) -> Vec<Move> {
    let to_full = keys.hmac_number(number);
    let of = |from_full: [u8; 32]| Move {
        workspace,
        from: tag_of(&from_full),
        from_full,
        to: tag_of(&to_full),
        to_full,
    };
    keys.former_hmacs(number).map(of).collect()
}

/// What shows that an event was tagged anew by who has the key ring.
pub(crate) fn tag_mark(keys: &Keys, event: i64, first: i64, tag: i64) -> i64 {
    let parts = [event.to_be_bytes(), first.to_be_bytes(), tag.to_be_bytes()];
    tag_of(&keys.mac("tagged anew", &[&parts[0], &parts[1], &parts[2]]))
}

/// Moves whatever stands under former tags of these numbers of a workspace. Costs nothing where no key was ever added.
pub(crate) fn heal<'n>(
    tx: &mut Tx<'_>,
    workspace: i64,
    numbers: impl IntoIterator<Item = &'n str>,
) -> Result<()> {
    if !tx.keys().is_renewed() {
        return Ok(());
    }
    let keys = tx.keys().clone();
    let all: Vec<Move> = numbers.into_iter().flat_map(|n| moves(&keys, workspace, n)).collect();
    shift(tx, &all)
}

pub(crate) fn shift(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    refusals(tx, all)?;
    events(tx, all)?;
    wishes(tx, all)?;
    topics(tx, all)?;
    places(tx, all)?;
    lists(tx, all)
}

/// The tag that counts for each former one.
fn newer(all: &[Move]) -> HashMap<i64, i64> {
    all.iter().map(|m| (m.from, m.to)).collect()
}

fn now_of(newer: &HashMap<i64, i64>, tag: i64) -> i64 {
    newer.get(&tag).copied().unwrap_or(tag)
}

fn from(all: &[Move]) -> Vec<i64> {
    all.iter().map(|m| m.from).collect()
}

fn wishes(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let newer = newer(all);
    let mut houses: Vec<i64> = all.iter().map(|m| m.workspace).collect();
    houses.sort_unstable();
    houses.dedup();
    let found = tx.rows(
        sql!(
            "SELECT workspace, tag, language, max, days, at FROM preference
             WHERE workspace IN LIST($1) AND tag IN LIST($2)"
        ),
        &params![list_of(&houses), list_of(&from(all))],
        |r| {
            let of: (i64, i64) = (r.get(0)?, r.get(1)?);
            Ok((of, r.get::<String>(2)?, [r.get::<i64>(3)?, r.get(4)?, r.get(5)?]))
        },
    )?;
    for ((workspace, tag), language, [max, days, at]) in found {
        tx.exec(
            sql!(
                "INSERT INTO preference (workspace, tag, language, max, days, at) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (workspace, tag) DO NOTHING"
            ),
            &params![workspace, Val::Int(now_of(&newer, tag)), language, max, days, at],
        )?;
        let sql = sql!("DELETE FROM preference WHERE workspace = $1 AND tag = $2");
        tx.exec(sql, &params![workspace, tag])?;
    }
    Ok(())
}

fn topics(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let (from, newer) = (from(all), newer(all));
    let found = tx.rows(
        sql!("SELECT tag, workspace, topic, until FROM topic_consent WHERE tag IN LIST($1)"),
        &params![list_of(&from)],
        |r| Ok([r.get::<i64>(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
    )?;
    if found.is_empty() {
        return Ok(());
    }
    tx.many(
        sql!(
            "INSERT INTO topic_consent (tag, workspace, topic, until) SELECT r.tag, r.workspace, r.topic, r.until
             FROM ROWS(tag BIGINT, workspace BIGINT, topic BIGINT, until BIGINT) AS r WHERE true
             ON CONFLICT (tag, workspace, topic) DO NOTHING"
        ),
        &[],
        found.iter().map(|[tag, rest @ ..]| {
            let [workspace, topic, until] = rest.map(Val::Int);
            [Val::Int(now_of(&newer, *tag)), workspace, topic, until]
        }),
    )?;
    let sql = sql!("DELETE FROM topic_consent WHERE tag IN LIST($1) AND workspace <> 0");
    tx.exec(sql, &params![list_of(&from)]).map(drop)
}

/// How often the number was written to.
fn places(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let (from, newer) = (from(all), newer(all));
    let found = tx.rows(
        sql!("SELECT tag, workspace, slot, message, at FROM reach WHERE tag IN LIST($1)"),
        &params![list_of(&from)],
        |r| Ok([r.get::<i64>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?]),
    )?;
    if found.is_empty() {
        return Ok(());
    }
    tx.many(
        sql!(
            "INSERT INTO reach (tag, workspace, slot, message, at) SELECT r.tag, r.workspace, r.slot, r.message, r.at
             FROM ROWS(tag BIGINT, workspace BIGINT, slot BIGINT, message BIGINT, at BIGINT) AS r WHERE true
             ON CONFLICT (tag, workspace, slot) DO NOTHING"
        ),
        &[],
        found.iter().map(|[tag, rest @ ..]| {
            let [workspace, slot, message, at] = rest.map(Val::Int);
            [Val::Int(now_of(&newer, *tag)), workspace, slot, message, at]
        }),
    )?;
    let sql = sql!("DELETE FROM reach WHERE tag IN LIST($1) AND workspace <> 0");
    tx.exec(sql, &params![list_of(&from)]).map(drop)
}

/// Public lists that the number stands in.
fn lists(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let (from, newer) = (from(all), newer(all));
    let found = tx.rows(
        sql!("SELECT tag, workspace, registry, generation FROM registry_entry WHERE tag IN LIST($1)"),
        &params![list_of(&from)],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?, r.get::<i64>(3)?)),
    )?;
    if found.is_empty() {
        return Ok(());
    }
    tx.many(
        sql!(
            "INSERT INTO registry_entry (tag, workspace, registry, generation)
             SELECT r.tag, r.workspace, r.registry, r.generation
             FROM ROWS(tag BIGINT, workspace BIGINT, registry TEXT, generation BIGINT) AS r WHERE true
             ON CONFLICT (tag, workspace, registry, generation) DO NOTHING"
        ),
        &[],
        found.iter().map(|(tag, workspace, registry, generation)| {
            [Val::Int(now_of(&newer, *tag)), Val::Int(*workspace), Val::Text(registry), Val::Int(*generation)]
        }),
    )?;
    let sql = sql!("DELETE FROM registry_entry WHERE tag IN LIST($1) AND workspace <> 0");
    tx.exec(sql, &params![list_of(&from)]).map(drop)
}

/// Refusals get a row and a record under the new key before those under the former one go: a death in between stops one
/// number too many, never one too few.
fn refusals(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let by: HashMap<i64, &Move> = all.iter().map(|m| (m.from, m)).collect();
    let from: Vec<i64> = by.keys().copied().collect();
    let found = tx.rows(
        sql!(
            "SELECT tag, workspace, scope, hmac, reason, evidence, at FROM suppression WHERE tag IN LIST($1)"
        ),
        &params![list_of(&from)],
        |r| {
            let of: (i64, i64, i64) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let full: Vec<u8> = r.get(3)?;
            Ok((of, full, r.get::<String>(4)?, r.get::<String>(5)?, r.get::<i64>(6)?))
        },
    )?;
    let place = tx.keys().place();
    for ((tag, workspace, scope), full, reason, evidence, at) in found {
        let Some(one) = by.get(&tag).filter(|m| m.from_full[..] == full) else { continue };
        let made = tx.exec(
            sql!(
                "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at, ring)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tag, workspace, scope) DO NOTHING"
            ),
            &params![one.to, workspace, scope, one.to_full, reason, evidence, at, place],
        )?;
        if made > 0 {
            tx.refusal_logged(What::Refused, workspace, scope, &reason, one.to_full, at);
        }
        tx.exec(
            sql!("DELETE FROM suppression WHERE tag = $1 AND workspace = $2 AND scope = $3"),
            &params![tag, workspace, scope],
        )?;
        tx.refusal_logged(What::Lifted, workspace, scope, "", one.from_full, at);
    }
    // A restore does not say under which key it brought a row; that it stands under this tag does.
    let to: Vec<i64> = all.iter().map(|m| m.to).collect();
    tx.exec(
        sql!("UPDATE suppression SET ring = $2 WHERE tag IN LIST($1) AND ring < $2 AND workspace >= 0"),
        &params![list_of(&to), place],
    )
    .map(drop)
}

/// Events stand in a chain whose digests cover the tag of their day: it is kept beside the one that finds them.
fn events(tx: &mut Tx<'_>, all: &[Move]) -> Result<()> {
    let by: HashMap<(i64, i64), i64> = all.iter().map(|m| ((m.workspace, m.from), m.to)).collect();
    let found = tx.many_rows(
        sql!(
            "SELECT e.id, e.workspace, e.tag, e.first_tag FROM ROWS(workspace BIGINT, tag BIGINT) AS r
             JOIN consent_event e ON e.workspace = r.workspace AND e.tag = r.tag"
        ),
        &[],
        by.keys().map(|(workspace, tag)| [Val::Int(*workspace), Val::Int(*tag)]),
        |r| Ok((r.get::<i64>(0)?, (r.get::<i64>(1)?, r.get::<i64>(2)?), r.get::<i64>(3)?)),
    )?;
    let keys = tx.keys().clone();
    let new: Vec<[i64; 5]> = found
        .into_iter()
        .filter_map(|(id, of, first)| {
            let (to, first) = (*by.get(&of)?, if first == 0 { of.1 } else { first });
            Some([id, to, first, tag_mark(&keys, id, first, to), of.0])
        })
        .collect();
    tx.many(
        sql!(
            "UPDATE consent_event SET tag = r.tag, first_tag = r.first, tag_mark = r.mark
             FROM ROWS(id BIGINT, tag BIGINT, first BIGINT, mark BIGINT, workspace BIGINT) AS r
             WHERE consent_event.id = r.id AND consent_event.workspace = r.workspace"
        ),
        &[],
        new.iter().map(|row| row.map(Val::Int)),
    )
    .map(drop)
}
