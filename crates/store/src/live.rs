//! What lives, as rows: how each connector stands and what waits in it, so that any node and page can show it.

use crate::{Result, Tx, params, sql};
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

/// Says how a connector stands on this node; `since` stays while the state does.
pub fn set_state(tx: &mut Tx<'_>, s: &State) -> Result<()> {
    let (node, now) = (tx.node(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO connector_state (connector, node, state, since, rate, limited_by, window_used, error, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4)
             ON CONFLICT (connector, node) DO UPDATE SET
               since = CASE WHEN connector_state.state = excluded.state THEN connector_state.since
                            ELSE excluded.since END,
               state = excluded.state, rate = excluded.rate, limited_by = excluded.limited_by,
               window_used = excluded.window_used, error = excluded.error, at = excluded.at"
        ),
        &params![s.connector, node, s.state, now, s.rate, s.limited_by, s.window_used, s.error],
    )
    .map(drop)
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
