//! Holding everything that is older than a restore, and letting it go by a person's word.
//!
//! Held streams leave their name free: what is accepted from now on makes new ones and flows.

use super::{forget, get};
use crate::campaign::State;
use crate::machine::job::{self, JobKind};
use crate::{Bell, Error, List, Result, Tx, params, sql};
use sms::Class;

/// What can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A campaign with all that waits of it.
    Campaign,
    /// Messages of one class on one connector.
    Messages,
    /// Messages that wait for their time.
    Scheduled,
    /// Other work: an import that was under way.
    Job,
}

impl Thing {
    /// Its word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Thing::Campaign => "campaign",
            Thing::Messages => "messages",
            Thing::Scheduled => "scheduled",
            Thing::Job => "job",
        }
    }
}

/// One thing that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub thing: Thing,
    /// Its id: the campaign's, the stream's, the workspace's, the job's.
    pub id: i64,
    /// For whom.
    pub workspace: i64,
}

/// One thing that is held, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which it is.
    pub item: Item,
    /// The campaign's or connector's name, the job's kind; may be empty.
    pub name: String,
    /// The class of messages, where they have one.
    pub class: Option<Class>,
    /// Messages that wait in it; of a campaign those not yet made as well.
    pub waiting: i64,
    /// The state of a campaign before it was held.
    pub prior: String,
}

/// Holds every stream, campaign, scheduled message and job. Nothing may be running on the store.
pub fn hold(tx: &mut Tx<'_>) -> Result<()> {
    let topic = tx.id();
    tx.exec(sql!("UPDATE stream SET state = 3, topic = $1 WHERE state = 0"), &params![topic])?;
    tx.exec(sql!("UPDATE agenda SET kind = 1 WHERE workspace <> 0 AND kind IN (0, 2)"), &[])?;
    tx.exec(
        sql!(
            "INSERT INTO held (campaign, workspace, prior) SELECT id, workspace, state FROM campaign
             WHERE workspace <> 0 AND state IN ('scheduled', 'freezing', 'running')
             ON CONFLICT (campaign) DO NOTHING"
        ),
        &[],
    )?;
    tx.exec(
        sql!(
            "UPDATE campaign SET state = $1, version = version + 1
             WHERE workspace <> 0 AND state IN ('scheduled', 'freezing', 'running')"
        ),
        &params![State::Held],
    )?;
    // What keeps the machine tidy, and what takes back what was stopped, sends nothing.
    let tidy = |k: &JobKind| k.every_ms().is_some() || *k == JobKind::CampaignClear;
    let back = JobKind::ALL.iter().filter(|k| tidy(k)).map(|k| k.number()).collect();
    tx.exec(
        sql!("UPDATE job SET state = 3, until = 0 WHERE kind NOT IN LIST($1)"),
        &params![List::Ints(back)],
    )?;
    Ok(())
}

/// Campaigns that the copy takes for not launched and that were: whoever launched them again would write to everybody
/// twice. They end here. Gives how many there were.
pub fn stop_launched(tx: &mut Tx<'_>, launched: &[i64]) -> Result<i64> {
    let stopped = tx.rows(
        sql!(
            "UPDATE campaign SET state = $1, version = version + 1, error = 'launched after the backup was made'
             WHERE workspace <> 0 AND id IN LIST($2) AND state IN ('draft', 'scheduled', 'freezing')
             RETURNING id, workspace"
        ),
        &params![State::Stopped, crate::list_of(launched)],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    for (id, workspace) in &stopped {
        job::cancel(tx, JobKind::CampaignDue, *id)?;
        let now = tx.now();
        job::put(tx, JobKind::CampaignClear, *workspace, *id, now)?;
    }
    Ok(i64::try_from(stopped.len()).unwrap_or(i64::MAX))
}

/// What is held, of one workspace or (0) of all.
pub fn held(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Held>> {
    let mut out = campaigns(tx, workspace)?;
    out.extend(streams(tx, workspace)?);
    out.extend(scheduled(tx, workspace)?);
    out.extend(jobs(tx, workspace)?);
    Ok(out)
}

fn campaigns(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Held>> {
    tx.rows(
        sql!(
            "SELECT h.campaign, h.workspace, c.name, c.class, h.prior, c.planned + coalesce((SELECT
               CAST(sum(s.depth) AS BIGINT) FROM stream s WHERE s.workspace = h.workspace AND s.campaign = h.campaign), 0)
             FROM held h JOIN campaign c ON c.id = h.campaign AND c.workspace = h.workspace
             WHERE ($1 = 0 OR h.workspace = $1) AND c.state = 'held' ORDER BY h.campaign"
        ),
        &params![workspace],
        |r| {
            Ok(Held {
                item: Item { thing: Thing::Campaign, id: r.get(0)?, workspace: r.get(1)? },
                name: r.get(2)?,
                class: Some(r.get(3)?),
                prior: r.get(4)?,
                waiting: r.get(5)?,
            })
        },
    )
}

/// Streams of no held campaign that have rows.
fn streams(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Held>> {
    tx.rows(
        sql!(
            "SELECT s.id, s.workspace, coalesce(c.name, ''), s.class, s.depth FROM stream s
             LEFT JOIN connector c ON c.id = s.lane / 8
             WHERE ($1 = 0 OR s.workspace = $1) AND s.state = 3 AND s.depth > 0
               AND s.campaign NOT IN (SELECT campaign FROM held) ORDER BY s.workspace, s.lane, s.id"
        ),
        &params![workspace],
        |r| {
            Ok(Held {
                item: Item { thing: Thing::Messages, id: r.get(0)?, workspace: r.get(1)? },
                name: r.get(2)?,
                class: Some(r.get(3)?),
                waiting: r.get(4)?,
                prior: String::new(),
            })
        },
    )
}

fn scheduled(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Held>> {
    tx.rows(
        sql!(
            "SELECT workspace, count(*) FROM agenda WHERE kind = 1 AND ($1 = 0 OR workspace = $1) GROUP BY workspace
             ORDER BY workspace"
        ),
        &params![workspace],
        |r| {
            let id = r.get(0)?;
            Ok(Held {
                item: Item { thing: Thing::Scheduled, id, workspace: id },
                name: String::new(),
                class: None,
                waiting: r.get(1)?,
                prior: String::new(),
            })
        },
    )
}

/// Jobs that no held campaign has: they go with it.
fn jobs(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Held>> {
    let of_campaign = campaign_jobs();
    let found = tx.rows(
        sql!(
            "SELECT id, workspace, kind FROM job WHERE state = 3 AND ($1 = 0 OR workspace = $1)
             AND NOT (kind IN LIST($2) AND subject IN (SELECT campaign FROM held)) ORDER BY id"
        ),
        &params![workspace, of_campaign],
        |r| Ok((r.get(0)?, r.get(1)?, r.get::<i64>(2)?)),
    )?;
    let shown = |(id, workspace, kind)| Held {
        item: Item { thing: Thing::Job, id, workspace },
        name: JobKind::from_number(kind).map_or("", JobKind::name).to_owned(),
        class: None,
        waiting: 0,
        prior: String::new(),
    };
    Ok(found.into_iter().map(shown).collect())
}

fn campaign_jobs() -> List {
    let kinds =
        [JobKind::CampaignDue, JobKind::CampaignFreeze, JobKind::CampaignExpand, JobKind::CampaignClear];
    List::Ints(kinds.iter().map(|k| k.number()).collect())
}

/// Lets one thing go; `false` when it was not held. With the last one the store is no longer a restored one.
pub fn release(tx: &mut Tx<'_>, item: Item) -> Result<bool> {
    let changed = match item.thing {
        Thing::Campaign => release_campaign(tx, item)?,
        Thing::Messages => {
            let lanes = tx.rows(
                sql!("UPDATE stream SET state = 0 WHERE id = $1 AND workspace = $2 AND state = 3 RETURNING lane"),
                &params![item.id, item.workspace],
                |r| r.get::<i64>(0),
            )?;
            lanes.iter().for_each(|lane| tx.ring(Bell::Outbox(lane / 8)));
            !lanes.is_empty()
        }
        Thing::Scheduled => {
            let sql = sql!("UPDATE agenda SET kind = 0 WHERE workspace = $1 AND kind = 1");
            tx.exec(sql, &params![item.workspace])? > 0
        }
        Thing::Job => {
            let sql = sql!("UPDATE job SET state = 0 WHERE id = $1 AND workspace = $2 AND state = 3");
            tx.exec(sql, &params![item.id, item.workspace])? > 0
        }
    };
    tx.ring(Bell::Jobs);
    tx.ring(Bell::Workspace(item.workspace));
    if get(tx)?.is_some() && held(tx, 0)?.is_empty() {
        // Empty streams carry the mark too; nothing hangs on it, and their names are free already.
        tx.exec(sql!("UPDATE stream SET state = 0 WHERE state = 3 AND depth = 0"), &[])?;
        forget(tx)?;
    }
    Ok(changed)
}

fn release_campaign(tx: &mut Tx<'_>, item: Item) -> Result<bool> {
    let (id, workspace) = (item.id, item.workspace);
    let prior = tx.one(
        sql!("DELETE FROM held WHERE campaign = $1 AND workspace = $2 RETURNING prior"),
        &params![id, workspace],
        |r| r.get::<String>(0),
    )?;
    let Some(prior) = prior else { return Ok(false) };
    let to = State::ALL.iter().copied().find(|s| s.name() == prior);
    let to = to.ok_or_else(|| Error::Shape(format!("{prior} is no state of a campaign")))?;
    if !crate::campaign::step(tx, workspace, id, &[State::Held], to)? {
        return Ok(false); // stopped meanwhile
    }
    let lanes = tx.rows(
        sql!(
            "UPDATE stream SET state = 0 WHERE workspace = $1 AND campaign = $2 AND campaign <> 0 AND state = 3
             RETURNING lane"
        ),
        &params![workspace, id],
        |r| r.get::<i64>(0),
    )?;
    lanes.iter().for_each(|lane| tx.ring(Bell::Outbox(lane / 8)));
    tx.exec(
        sql!("UPDATE job SET state = 0 WHERE kind IN LIST($1) AND subject = $2 AND state = 3"),
        &params![campaign_jobs(), id],
    )?;
    let now = tx.now();
    match to {
        State::Running => job::put(tx, JobKind::CampaignExpand, workspace, id, now)?,
        State::Freezing => job::put(tx, JobKind::CampaignFreeze, workspace, id, now)?,
        _ => {}
    }
    Ok(true)
}
