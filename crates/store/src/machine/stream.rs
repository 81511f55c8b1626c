//! Streams: what one workspace sends of one kind through one lane. Pause and stop touch the stream row only.

use crate::{Bell, Count, Result, Tx, Val, list_of, params, sql};
use sms::{Class, Lane};

/// The run state of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Its rows may be taken.
    Running,
    /// Nothing is taken until it runs again.
    Paused,
    /// Nothing of it is taken any more.
    Stopped,
    /// Held for a person (after a restore).
    Held,
}

impl Run {
    /// The stored number.
    pub const fn number(self) -> i64 {
        self as i64
    }
    pub(crate) fn of(n: i64) -> Run {
        match n {
            0 => Run::Running,
            1 => Run::Paused,
            2 => Run::Stopped,
            _ => Run::Held,
        }
    }
}

/// What names a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Connector × 8 + lane rank.
    pub lane: i64,
    /// The workspace.
    pub workspace: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The class.
    pub class: Class,
    /// The law epoch its rows were admitted under; 0 for classes the packs do not govern.
    pub law_epoch: i64,
}

/// One stream as the chooser sees it.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its id.
    pub id: i64,
    /// What names it.
    pub key: Key,
    /// Its share inside the lane.
    pub weight: i64,
    /// Rows waiting.
    pub depth: i64,
    /// The earliest due of its rows.
    pub due: i64,
}

/// The id of a stream, made when it is not there.
pub fn id_of(tx: &mut Tx<'_>, key: &Key) -> Result<i64> {
    let found = tx.one(
        sql!(
            "SELECT id FROM stream
             WHERE lane = $1 AND workspace = $2 AND campaign = $3 AND class = $4 AND topic = 0 AND law_epoch = $5"
        ),
        &params![key.lane, key.workspace, key.campaign, key.class, key.law_epoch],
        |r| r.get(0),
    )?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id = tx.id();
    let made = tx.one(
        sql!(
            "INSERT INTO stream (id, lane, workspace, campaign, class, topic, law_epoch, weight, state, depth)
             VALUES ($1, $2, $3, $4, $5, 0, $6, 1, 0, 0)
             ON CONFLICT (lane, workspace, campaign, class, topic, law_epoch) DO UPDATE SET weight = stream.weight
             RETURNING id"
        ),
        &params![id, key.lane, key.workspace, key.campaign, key.class, key.law_epoch],
        |r| r.get(0),
    )?;
    Ok(made.unwrap_or(id))
}

/// Streams of a connector that run and have rows, with the due of their first row.
pub fn with_work(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<Stream>> {
    in_lanes(tx, connector * 8, connector * 8 + 8)
}

/// [`with_work`], of the strict lanes alone.
pub(super) fn with_strict_work(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<Stream>> {
    in_lanes(tx, connector * 8, Lane::Transactional.of(connector))
}

/// Of the lanes from the one to before the other; as deep as they are when this batch has counted.
fn in_lanes(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<Stream>> {
    let grown: Vec<i64> = tx.ahead.keys().copied().collect();
    let found = tx.rows(
        sql!(
            "SELECT s.id, s.lane, s.workspace, s.campaign, s.class, s.law_epoch, s.weight, s.depth,
               (SELECT min(o.due) FROM outbox o WHERE o.lane = s.lane AND o.stream = s.id)
             FROM stream s WHERE s.lane >= $1 AND s.lane < $2 AND s.state = 0 AND (s.depth > 0 OR s.id IN LIST($3))"
        ),
        &params![from, to, list_of(&grown)],
        |r| {
            let key = Key {
                lane: r.get(1)?,
                workspace: r.get(2)?,
                campaign: r.get(3)?,
                class: r.get(4)?,
                law_epoch: r.get(5)?,
            };
            let due: Option<i64> = r.get(8)?;
            Ok(due.map(|due| Ok(Stream { id: r.get(0)?, key, weight: r.get(6)?, depth: r.get(7)?, due })))
        },
    )?;
    let streams = found.into_iter().flatten().map(|stream: Result<Stream>| {
        stream.map(|s| Stream { depth: s.depth + tx.ahead.get(&s.id).copied().unwrap_or(0), ..s })
    });
    streams.collect()
}

/// What an intent must know of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// The stream.
    pub id: i64,
    /// Its run state.
    pub run: Run,
    /// Whether its rows were admitted under the law that holds now.
    pub law_holds: bool,
    /// The workspace.
    pub workspace: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// The class.
    pub class: Class,
    /// What its campaign is about, or 0.
    pub topic: i64,
}

/// The gates of these streams. What a launched campaign is about is fixed, so it is asked of the campaign; the topic in a
/// stream's own name says nothing but that it was set apart. The law epoch is locked until the commit; a change of run state is kept off by the
/// barrier, behind which this is asked, so that nobody who adds to a stream waits for its intents.
pub fn gates(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Gate>> {
    tx.rows(
        sql!(
            "SELECT s.id, s.state, s.law_epoch, w.law_epoch, s.workspace, s.campaign, s.class,
               coalesce((SELECT c.topic FROM campaign c WHERE c.id = s.campaign), 0)
             FROM stream s JOIN workspace w ON w.id = s.workspace WHERE s.id IN LIST($1) FOR SHARE OF w"
        ),
        &params![list_of(ids)],
        |r| {
            let (of_stream, of_workspace): (i64, i64) = (r.get(2)?, r.get(3)?);
            Ok(Gate {
                id: r.get(0)?,
                run: Run::of(r.get(1)?),
                law_holds: of_stream == 0 || of_stream == of_workspace,
                workspace: r.get(4)?,
                campaign: r.get(5)?,
                class: r.get(6)?,
                topic: r.get(7)?,
            })
        },
    )
}

/// Sets the run state of a campaign's streams; wakes their connectors when they run again. No intent that did not
/// see it is open once this is confirmed.
pub fn set_run_of_campaign(tx: &mut Tx<'_>, workspace: i64, campaign: i64, run: Run) -> Result<()> {
    let lanes = tx.rows(
        sql!("UPDATE stream SET state = $3 WHERE workspace = $1 AND campaign = $2 AND campaign <> 0 AND state <> 2 RETURNING lane"),
        &params![workspace, campaign, Val::Int(run.number())],
        |r| r.get::<i64>(0),
    )?;
    tx.barrier(workspace);
    for lane in lanes {
        tx.ring(Bell::Outbox(lane / 8));
    }
    Ok(())
}

/// Rows a campaign has waiting in all its streams.
pub fn depth_of_campaign(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<i64> {
    let depth = tx.one(
        sql!("SELECT coalesce(CAST(sum(depth) AS BIGINT), 0) FROM stream WHERE workspace = $1 AND campaign = $2"),
        &params![workspace, campaign],
        |r| r.get(0),
    )?;
    Ok(depth.unwrap_or(0))
}

/// Depth of a connector's lanes: (lane rank, rows, earliest due).
pub fn lanes_of(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<(i64, i64)>> {
    tx.rows(
        sql!(
            "SELECT lane - $1, CAST(sum(depth) AS BIGINT) FROM stream WHERE lane >= $1 AND lane < $2 AND depth > 0
             GROUP BY lane ORDER BY lane"
        ),
        &params![Val::Int(connector * 8), Val::Int(connector * 8 + 8)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Adds to the depth of streams; sorted by the caller.
pub fn add_depth(tx: &mut Tx<'_>, deltas: impl Iterator<Item = (i64, i64)>) -> Result<()> {
    tx.put_many(
        sql!("UPDATE stream SET depth = stream.depth + r.n FROM ROWS(id BIGINT, n BIGINT) AS r WHERE stream.id = r.id"),
        &[],
        deltas.map(|(id, n)| [Val::Int(id), Val::Int(n)]),
        Count::Any,
    )
}
