//! What waits, as people look at it: lanes and streams by their counters. Nothing here counts rows of the queue, and
//! the first due of a stream is one step into its own key range.

use super::stream::Run;
use crate::{Bell, Result, Tx, Val, params, sql};
use sms::Class;
use std::collections::BTreeMap;

/// What waits in one lane of one connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// Connector × 8 + lane rank.
    pub lane: i64,
    /// Messages that wait.
    pub depth: i64,
    /// Of them those whose stream runs.
    pub running: i64,
    /// Streams with something in them.
    pub streams: i64,
    /// The first due of all, ms.
    pub due: Option<i64>,
}

/// Lanes with something in them: of one workspace, or of all (`0`).
pub fn lanes(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Lane>> {
    tx.rows(
        sql!(
            "SELECT s.lane, CAST(sum(s.depth) AS BIGINT),
               CAST(sum(CASE WHEN s.state = 0 THEN s.depth ELSE 0 END) AS BIGINT), count(*),
               min((SELECT min(o.due) FROM outbox o WHERE o.lane = s.lane AND o.stream = s.id))
             FROM stream s WHERE s.depth > 0 AND ($1 = 0 OR s.workspace = $1) GROUP BY s.lane ORDER BY s.lane"
        ),
        &params![workspace],
        |r| {
            Ok(Lane {
                lane: r.get(0)?,
                depth: r.get(1)?,
                running: r.get(2)?,
                streams: r.get(3)?,
                due: r.get(4)?,
            })
        },
    )
}

/// Intents without an outcome, by connector: of one workspace, or of all (`0`). At most twice the windows.
pub fn flights(tx: &mut Tx<'_>, workspace: i64) -> Result<BTreeMap<i64, i64>> {
    let rows = tx.rows(
        sql!(
            "SELECT f.connector, count(*) FROM flight f JOIN stream s ON s.id = f.stream
             WHERE ($1 = 0 OR s.workspace = $1) GROUP BY f.connector"
        ),
        &params![workspace],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// One stream as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its id.
    pub id: i64,
    /// Connector × 8 + lane rank.
    pub lane: i64,
    /// The workspace's name.
    pub workspace: String,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The campaign's name, or empty.
    pub name: String,
    /// The class.
    pub class: Class,
    /// Whether it runs.
    pub run: Run,
    /// Messages that wait.
    pub depth: i64,
    /// The first due, ms.
    pub due: Option<i64>,
}

/// Which streams a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of one workspace, or of all (`0`).
    pub workspace: i64,
    /// Of one connector, or of all (`0`).
    pub connector: i64,
    /// Behind this stream.
    pub after: i64,
    /// How many at the most.
    pub limit: i64,
}

/// Streams with something in them, oldest first.
pub fn streams(tx: &mut Tx<'_>, f: &Filter) -> Result<Vec<Stream>> {
    tx.rows(
        sql!(
            "SELECT s.id, s.lane, w.name, s.campaign, coalesce(c.name, ''), s.class, s.state, s.depth,
               (SELECT min(o.due) FROM outbox o WHERE o.lane = s.lane AND o.stream = s.id)
             FROM stream s JOIN workspace w ON w.id = s.workspace
             LEFT JOIN campaign c ON c.id = s.campaign AND c.workspace = s.workspace
             WHERE s.id > $1 AND s.depth > 0 AND ($2 = 0 OR s.workspace = $2) AND ($3 = 0 OR s.lane / 8 = $3)
             ORDER BY s.id LIMIT $4"
        ),
        &params![f.after, f.workspace, f.connector, f.limit],
        |r| {
            Ok(Stream {
                id: r.get(0)?,
                lane: r.get(1)?,
                workspace: r.get(2)?,
                campaign: r.get(3)?,
                name: r.get(4)?,
                class: r.get(5)?,
                run: Run::of(r.get(6)?),
                depth: r.get(7)?,
                due: r.get(8)?,
            })
        },
    )
}

/// The campaign of a stream (0 is none) and whether it runs; `None` when the workspace has no such stream.
pub fn of(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<(i64, Run)>> {
    tx.one(
        sql!("SELECT campaign, state FROM stream WHERE id = $2 AND workspace = $1"),
        &params![workspace, id],
        |r| Ok((r.get(0)?, Run::of(r.get(1)?))),
    )
}

/// Halts a stream or lets it go on. No intent that did not see it is open once this is confirmed.
pub fn set_run(tx: &mut Tx<'_>, workspace: i64, id: i64, run: Run) -> Result<()> {
    let lane = tx.one(
        sql!("UPDATE stream SET state = $3 WHERE id = $2 AND workspace = $1 AND state <> 2 RETURNING lane"),
        &params![workspace, id, Val::Int(run.number())],
        |r| r.get::<i64>(0),
    )?;
    tx.barrier(workspace);
    if let Some(lane) = lane {
        tx.ring(Bell::Outbox(lane / 8));
        tx.ring(Bell::Workspace(workspace));
    }
    Ok(())
}
