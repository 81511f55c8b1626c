//! What lives, as rows: how each connector stands and what waits in it, so that any node and page can show it.

use crate::{Result, Tx, Val, list_of, params, sql};
use sms::live::LinkState;
use std::collections::BTreeMap;

/// A state nobody has renewed for so long is that of a process that is gone.
pub const STALE_MS: i64 = 15_000;

/// How a connector stands on one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The connector.
    pub connector: i64,
    /// The node that says so; kept by the store itself.
    pub node: i64,
    /// Its state.
    pub state: LinkState,
    /// Since when, ms since 1970; kept by the store itself.
    pub since: i64,
    /// Parts a second, of late.
    pub rate: i64,
    /// What holds it back: `window`, `rate`, `carrier`, or nothing.
    pub limited_by: String,
    /// Requests without an answer.
    pub window_used: i64,
    /// The last error, in words for a person; empty when all is well.
    pub error: String,
    /// When it was last said.
    pub at: i64,
}

/// Says how a connector stands on this node. `since` stays while the state does; down and trying again are one state
/// for it, else a link that never comes up would be down for as long as its last pause alone, and nobody would be told.
pub fn set_state(tx: &mut Tx<'_>, s: &State) -> Result<()> {
    let (node, now) = (tx.node(), tx.now());
    let away = list_of(&[LinkState::Down as i64, LinkState::Connecting as i64]);
    tx.exec(
        sql!(
            "INSERT INTO connector_state (connector, node, state, since, rate, limited_by, window_used, error, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4)
             ON CONFLICT (connector, node) DO UPDATE SET
               since = CASE WHEN connector_state.state = excluded.state
                              OR connector_state.state IN LIST($9) AND excluded.state IN LIST($9)
                            THEN connector_state.since ELSE excluded.since END,
               state = excluded.state, rate = excluded.rate, limited_by = excluded.limited_by,
               window_used = excluded.window_used, error = excluded.error, at = excluded.at"
        ),
        &params![s.connector, node, s.state, now, s.rate, s.limited_by, s.window_used, s.error, away],
    )?;
    beat(tx, s)
}

/// Cells of the ring: an hour of minutes.
pub const BEATS: i64 = 60;

/// How a connector stood in one minute; the worst of it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beat {
    /// It was up, and nothing was to be sent.
    Idle,
    /// It carried.
    Carried,
    /// It carried less than it was to: slowed, refused, or only on its way up.
    Slow,
    /// It did not carry.
    Down,
}

impl Beat {
    /// Every one, by its number.
    pub const ALL: [Beat; 4] = [Beat::Idle, Beat::Carried, Beat::Slow, Beat::Down];

    fn of(s: &State) -> Option<Beat> {
        match s.state {
            LinkState::Bound if s.rate > 0 || s.window_used > 0 => Some(Beat::Carried),
            LinkState::Bound => Some(Beat::Idle),
            LinkState::Throttled | LinkState::NoTraffic | LinkState::Connecting => Some(Beat::Slow),
            LinkState::Down | LinkState::AuthFailed => Some(Beat::Down),
            LinkState::Disabled => None,
        }
    }
}

/// Notes how a connector stands in the minute that runs.
fn beat(tx: &mut Tx<'_>, s: &State) -> Result<()> {
    let Some(beat) = Beat::of(s) else { return Ok(()) };
    let minute = tx.now() / 60_000;
    tx.exec(
        sql!(
            "INSERT INTO heartbeat (connector, cell, minute, beat) VALUES ($1, $2, $3, $4)
             ON CONFLICT (connector, cell) DO UPDATE SET
               beat = CASE WHEN heartbeat.minute = excluded.minute AND heartbeat.beat > excluded.beat
                           THEN heartbeat.beat ELSE excluded.beat END,
               minute = excluded.minute"
        ),
        &params![s.connector, Val::Int(minute.rem_euclid(BEATS)), minute, Val::Int(beat as i64)],
    )
    .map(drop)
}

/// The last hour of every connector, the oldest minute first; `None` where nobody said anything.
pub fn beats(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, Vec<Option<Beat>>>> {
    let newest = tx.now() / 60_000;
    let oldest = newest - BEATS + 1;
    let rows = tx.rows(
        sql!("SELECT connector, minute, beat FROM heartbeat WHERE minute >= $1 AND minute <= $2"),
        &params![oldest, newest],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<i64>(2)?)),
    )?;
    let mut out: BTreeMap<i64, Vec<Option<Beat>>> = BTreeMap::new();
    for (connector, minute, beat) in rows {
        let line = out.entry(connector).or_insert_with(|| vec![None; BEATS as usize]);
        let cell = usize::try_from(minute - oldest).ok().and_then(|n| line.get_mut(n));
        let beat = usize::try_from(beat).ok().and_then(|n| Beat::ALL.get(n).copied());
        if let Some(cell) = cell {
            *cell = beat;
        }
    }
    Ok(out)
}

/// A PDU that failed, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// When, ms since 1970.
    pub at: i64,
    /// Whether we sent it.
    pub ours: bool,
    /// Its command, as `submit_sm`.
    pub command: String,
    /// What it was answered with, by its name.
    pub status: String,
    /// Its fields without numbers and text, a line each.
    pub fields: String,
    /// The message it carried, or 0.
    pub message: i64,
}

/// The status of what nobody answered.
pub const NO_ANSWER: &str = "no answer";

/// So many are kept of each connector.
pub const FAILED_KEPT: i64 = 20;

/// Keeps the newest of these, and no more than [`FAILED_KEPT`] of a connector.
pub fn put_failed(tx: &mut Tx<'_>, connector: i64, failed: &[Failed]) -> Result<()> {
    for one in failed {
        let id = tx.id();
        tx.exec(
            sql!(
                "INSERT INTO failed_pdu (id, connector, at, ours, command, status, fields, message)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            &params![id, connector, one.at, one.ours, one.command, one.status, one.fields, one.message],
        )?;
    }
    tx.exec(
        sql!(
            "DELETE FROM failed_pdu WHERE connector = $1 AND id NOT IN
               (SELECT id FROM failed_pdu WHERE connector = $1 ORDER BY id DESC LIMIT $2)"
        ),
        &params![connector, FAILED_KEPT],
    )
    .map(drop)
}

/// The last PDUs of a connector that failed, newest first.
pub fn failed(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<Failed>> {
    tx.rows(
        sql!("SELECT at, ours, command, status, fields, message FROM failed_pdu WHERE connector = $1 ORDER BY id DESC"),
        &params![connector],
        |r| {
            Ok(Failed {
                at: r.get(0)?,
                ours: r.get(1)?,
                command: r.get(2)?,
                status: r.get(3)?,
                fields: r.get(4)?,
                message: r.get(5)?,
            })
        },
    )
}

/// How every connector stands: by the word of the node that owns its lanes, else the freshest of any; one that is stale
/// counts as down.
pub fn states(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, State>> {
    let now = tx.now();
    let rows = tx.rows(
        sql!(
            "SELECT s.connector, s.state, s.since, s.rate, s.limited_by, s.window_used, s.error, s.at, s.node
             FROM connector_state s LEFT JOIN lane_lease l ON l.connector = s.connector
             ORDER BY s.connector, CASE WHEN l.node = s.node THEN 1 ELSE 0 END, s.at"
        ),
        &[],
        |r| {
            Ok(State {
                connector: r.get(0)?,
                state: r.get(1)?,
                since: r.get(2)?,
                rate: r.get(3)?,
                limited_by: r.get(4)?,
                window_used: r.get(5)?,
                error: r.get(6)?,
                at: r.get(7)?,
                node: r.get(8)?,
            })
        },
    )?;
    Ok(rows.into_iter().map(|s| (s.connector, aged(s, now))).collect())
}

/// A word too old to believe: the process that said it is gone, and the link with it.
fn aged(s: State, now: i64) -> State {
    if now - s.at <= STALE_MS || s.state == LinkState::Disabled {
        return s;
    }
    let (since, error) =
        (s.at, if s.error.is_empty() { "the process is not running".into() } else { s.error });
    State { state: LinkState::Down, since, rate: 0, limited_by: String::new(), window_used: 0, error, ..s }
}

/// What waits in a connector and what it has under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Rows in its lanes.
    pub queued: i64,
    /// Intents without an outcome.
    pub flight: i64,
}

/// What waits, by connector; from the counters of the streams, never by counting the queue.
pub fn depths(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, Depth>> {
    let mut out: BTreeMap<i64, Depth> = BTreeMap::new();
    let queued = sql!("SELECT lane / 8, CAST(sum(depth) AS BIGINT) FROM stream GROUP BY lane / 8");
    for (connector, n) in tx.rows(queued, &[], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)))? {
        out.entry(connector).or_default().queued = n;
    }
    let flight = sql!("SELECT lane / 8, count(*) FROM flight GROUP BY lane / 8");
    for (connector, n) in tx.rows(flight, &[], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)))? {
        out.entry(connector).or_default().flight = n;
    }
    Ok(out)
}
