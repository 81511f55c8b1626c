//! What stands against messages at their intent: refusals of a workspace, of the platform, of a topic, of a shared code.

use super::outbox::Chosen;
use super::stream::Gate;
use crate::suppression::{ALL, MARKETING, POOL, POOL_ALL, TOPICS};
use crate::{Result, Tx, list_of, params, sql};
use sms::Code;
use std::collections::HashMap;

/// A suppression as the intent sees it.
struct Stop {
    workspace: i64,
    scope: i64,
}

impl Stop {
    fn stops(&self, gate: &Gate) -> Option<Code> {
        if self.workspace != gate.workspace && self.workspace != 0 {
            return None;
        }
        let total = self.scope == ALL;
        let hit = match self.scope {
            ALL => gate.class.stopped_by_total_refusal(),
            MARKETING => gate.class.stopped_by_marketing_refusal(),
            topic if topic >= TOPICS => topic == gate.topic && gate.class.stopped_by_marketing_refusal(),
            _ => false,
        };
        hit.then_some(match (self.workspace, total) {
            (0, _) => Code::SuppressedPlatform,
            (_, true) => Code::SuppressedAll,
            (_, false) => Code::SuppressedWorkspace,
        })
    }

    /// Whether it is of a shared code, whose messages only their sender tells.
    const fn of_a_code(&self) -> bool {
        matches!(self.scope, POOL | POOL_ALL)
    }
}

/// All that stands against a batch.
pub(super) struct Stops {
    by_tag: HashMap<i64, Vec<Stop>>,
    /// The shared codes that messages go out from, where somebody refused any.
    codes: HashMap<i64, i64>,
}

impl Stops {
    pub(super) fn load(tx: &mut Tx<'_>, open: &[&Chosen]) -> Result<Stops> {
        let tags: Vec<i64> = open.iter().map(|c| c.row.tag).collect();
        let found = tx.rows(
            sql!("SELECT tag, workspace, scope FROM suppression WHERE tag IN LIST($1)"),
            &params![list_of(&tags)],
            |r| Ok((r.get::<i64>(0)?, Stop { workspace: r.get(1)?, scope: r.get(2)? })),
        )?;
        let mut by_tag: HashMap<i64, Vec<Stop>> = HashMap::new();
        for (tag, stop) in found {
            by_tag.entry(tag).or_default().push(stop);
        }
        let pooled = |c: &&&Chosen| by_tag.get(&c.row.tag).is_some_and(|s| s.iter().any(Stop::of_a_code));
        let ids: Vec<i64> = open.iter().filter(pooled).map(|c| c.row.id).collect();
        let codes = if ids.is_empty() { HashMap::new() } else { codes(tx, &ids)? };
        Ok(Stops { by_tag, codes })
    }

    /// What stops this message, where anything does.
    pub(super) fn of(&self, one: &Chosen, gate: &Gate) -> Option<Code> {
        let stops = self.by_tag.get(&one.row.tag)?;
        let pooled = |s: &&Stop| s.of_a_code() && self.codes.get(&one.row.id) == Some(&s.workspace);
        let by_code = stops.iter().filter(pooled).any(|s| match s.scope {
            POOL_ALL => gate.class.stopped_by_total_refusal(),
            _ => gate.class.stopped_by_marketing_refusal(),
        });
        let code = stops.iter().find_map(|s| s.stops(gate));
        code.or_else(|| by_code.then_some(Code::SuppressedPool))
    }
}

/// How many of these people's numbers some refusal names: what an intent asks before anything else. For measuring it alone.
#[cfg(any(test, feature = "testing"))]
pub fn refused_among(tx: &mut Tx<'_>, tags: &[i64]) -> Result<usize> {
    let row =
        |tag: &i64| super::outbox::Row { lane: 0, stream: 0, due: 0, id: 0, tag: *tag, until: 0, parts: 1 };
    let all: Vec<Chosen> =
        tags.iter().map(|tag| Chosen { row: row(tag), workspace: 1, attempt: 0, whole: 1 }).collect();
    Ok(Stops::load(tx, &all.iter().collect::<Vec<_>>())?.by_tag.len())
}

/// The shared codes that these messages show as their sender.
fn codes(tx: &mut Tx<'_>, ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let found = tx.rows(
        sql!(
            "SELECT m.id, n.id FROM message m
             JOIN number n ON (n.number = m.sender OR n.number = '+' || m.sender) AND n.type = 'shared' AND n.workspace <> 0
             WHERE m.id IN LIST($1)"
        ),
        &params![list_of(ids)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}
