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
    let pairs = || all.iter().map(|m| [Val::Int(m.workspace), Val::Int(m.from), Val::Int(m.to)]);
    tx.many(
        sql!(
            "UPDATE preference SET tag = r.newer FROM ROWS(workspace BIGINT, older BIGINT, newer BIGINT) AS r
             WHERE preference.workspace = r.workspace AND preference.tag = r.older AND NOT EXISTS
               (SELECT 1 FROM preference AS q WHERE q.workspace = r.workspace AND q.tag = r.newer)"
        ),
        &[],
        pairs(),
    )?;
    let tags = || all.iter().map(|m| [Val::Int(m.from), Val::Int(m.to)]);
    tx.many(
        sql!(
            "UPDATE topic_consent SET tag = r.newer FROM ROWS(older BIGINT, newer BIGINT) AS r
             WHERE topic_consent.tag = r.older AND NOT EXISTS
               (SELECT 1 FROM topic_consent AS q WHERE q.tag = r.newer AND q.workspace = topic_consent.workspace
                  AND q.topic = topic_consent.topic)"
        ),
        &[],
        tags(),
    )?;
    tx.many(
        sql!(
            "UPDATE reach SET tag = r.newer FROM ROWS(older BIGINT, newer BIGINT) AS r
             WHERE reach.tag = r.older AND NOT EXISTS
               (SELECT 1 FROM reach AS q WHERE q.tag = r.newer AND q.workspace = reach.workspace AND q.slot = reach.slot)"
        ),
        &[],
        tags(),
    )?;
    tx.many(
        sql!(
            "UPDATE registry_entry SET tag = r.newer FROM ROWS(older BIGINT, newer BIGINT) AS r
             WHERE registry_entry.tag = r.older AND NOT EXISTS
               (SELECT 1 FROM registry_entry AS q WHERE q.tag = r.newer AND q.workspace = registry_entry.workspace
                  AND q.registry = registry_entry.registry AND q.generation = registry_entry.generation)"
        ),
        &[],
        tags(),
    )
    .map(drop)
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
