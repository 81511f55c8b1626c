//! What a person must look at: raised by the machine, acknowledged by a person, cleared when its cause is gone.
//!
//! One open alarm per kind and subject; raising it again only says it anew. One that comes back soon is the same alarm,
//! so that a link that flaps fills no list. Nothing here decides what is wrong.

use crate::{Bell, Result, Row, Tx, Val, params, sql};

/// An alarm that comes back within this time was never over.
const SAME_MS: i64 = 5 * 60_000;
/// Cleared ones are kept so long…
const KEEP_MS: i64 = 30 * 86_400_000;
/// …and so many at the most.
const KEEP_MOST: i64 = 1_000;

/// The kinds of alarms. The numbers are stored and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A carrier refuses most of what it is given.
    Circuit = 0,
    /// A campaign was halted because the carrier refuses it.
    Campaign = 1,
    /// A carrier refuses our name or password.
    Password = 2,
    /// A carrier spells its ids in more than one way.
    ReceiptIds = 3,
    /// A link that should carry does not.
    LinkDown = 4,
    /// The disk is short of room.
    Disk = 5,
    /// The clock jumped, or runs behind.
    Clock = 6,
    /// The key ring is absent, or others can read it.
    Keys = 7,
    /// The key ring was never exported.
    KeysKept = 8,
    /// An urgent message waits.
    UrgentWaits = 9,
    /// The store does not keep up.
    StoreSlow = 10,
    /// Many receipts belong to no message we know.
    Orphans = 11,
    /// A job fails again and again.
    JobsFailed = 12,
    /// A restore waits for a person.
    Held = 13,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::Circuit,
        Kind::Campaign,
        Kind::Password,
        Kind::ReceiptIds,
        Kind::LinkDown,
        Kind::Disk,
        Kind::Clock,
        Kind::Keys,
        Kind::KeysKept,
        Kind::UrgentWaits,
        Kind::StoreSlow,
        Kind::Orphans,
        Kind::JobsFailed,
        Kind::Held,
    ];

    /// The word of pages and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Circuit => "circuit_open",
            Kind::Campaign => "campaign_halted",
            Kind::Password => "auth_failed",
            Kind::ReceiptIds => "receipt_ids",
            Kind::LinkDown => "link_down",
            Kind::Disk => "disk_short",
            Kind::Clock => "clock_wrong",
            Kind::Keys => "keys_unsafe",
            Kind::KeysKept => "keys_not_exported",
            Kind::UrgentWaits => "urgent_waits",
            Kind::StoreSlow => "store_slow",
            Kind::Orphans => "orphan_receipts",
            Kind::JobsFailed => "jobs_failed",
            Kind::Held => "held_after_restore",
        }
    }

    /// The kind of a stored number.
    pub fn from_number(n: i64) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| *k as i64 == n)
    }
}

/// What an alarm is about: its kind and its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct About {
    /// The kind.
    pub kind: Kind,
    /// The node it is about, or 0.
    pub node: i64,
    /// The connector, or 0.
    pub connector: i64,
    /// The campaign, or 0.
    pub campaign: i64,
    /// Whose it is, or 0 for the whole installation.
    pub workspace: i64,
}

impl About {
    /// The whole installation.
    pub const fn all(kind: Kind) -> About {
        About { kind, node: 0, connector: 0, campaign: 0, workspace: 0 }
    }

    /// One node: its disk, its clock, its keys.
    pub const fn node(kind: Kind, node: i64) -> About {
        About { node, ..About::all(kind) }
    }

    /// One connector.
    pub const fn connector(kind: Kind, connector: i64) -> About {
        About { connector, ..About::all(kind) }
    }

    /// A campaign that met a connector.
    pub const fn campaign(kind: Kind, workspace: i64, campaign: i64, connector: i64) -> About {
        About { kind, node: 0, connector, campaign, workspace }
    }
}

/// An alarm, open or over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its id.
    pub id: i64,
    /// What it is about.
    pub about: About,
    /// The figure behind it; what it counts depends on the kind.
    pub value: i64,
    /// The carrier's or the system's own words; may be empty.
    pub detail: String,
    /// Since when.
    pub at: i64,
    /// When somebody said that they know, or 0.
    pub known_at: i64,
    /// When its cause was gone, or 0.
    pub cleared_at: i64,
}

fn read(r: &Row<'_>) -> Result<Option<Alarm>> {
    let Some(kind) = Kind::from_number(r.get(1)?) else { return Ok(None) };
    let about =
        About { kind, node: r.get(2)?, connector: r.get(3)?, campaign: r.get(4)?, workspace: r.get(5)? };
    Ok(Some(Alarm {
        id: r.get(0)?,
        about,
        value: r.get(6)?,
        detail: r.get(7)?,
        at: r.get(8)?,
        known_at: r.get(9)?,
        cleared_at: r.get(10)?,
    }))
}

/// Raises one, or says an open one anew.
pub fn raise(tx: &mut Tx<'_>, about: &About, value: i64, detail: &str) -> Result<()> {
    let (now, id) = (tx.now(), tx.id());
    let kind = about.kind as i64;
    let there = tx.one(
        sql!(
            "SELECT id, value, detail, cleared_at FROM alarm
             WHERE kind = $1 AND node = $2 AND connector = $3 AND campaign = $4 AND (cleared_at = 0 OR cleared_at > $5)
             ORDER BY CASE WHEN cleared_at = 0 THEN 0 ELSE 1 END, cleared_at DESC LIMIT 1"
        ),
        &params![kind, about.node, about.connector, about.campaign, Val::Int(now - SAME_MS)],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?, r.get::<i64>(3)?)),
    )?;
    match there {
        Some((_, old, said, 0)) if old == value && said == detail => return Ok(()),
        Some((id, ..)) => {
            tx.exec(
                sql!("UPDATE alarm SET value = $2, detail = $3, cleared_at = 0 WHERE id = $1"),
                &params![id, value, detail],
            )?;
        }
        None => {
            tx.exec(
                sql!(
                    "INSERT INTO alarm (id, kind, node, connector, campaign, workspace, value, detail, at, known_at,
                       cleared_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)
                     ON CONFLICT (kind, node, connector, campaign) WHERE cleared_at = 0 DO NOTHING"
                ),
                &params![
                    id,
                    kind,
                    about.node,
                    about.connector,
                    about.campaign,
                    about.workspace,
                    value,
                    detail,
                    now
                ],
            )?;
        }
    }
    tell(tx, about.workspace)
}

/// Its cause is gone.
pub fn clear(tx: &mut Tx<'_>, about: &About) -> Result<()> {
    let now = tx.now();
    let gone = tx.exec(
        sql!(
            "UPDATE alarm SET cleared_at = $5
             WHERE kind = $1 AND node = $2 AND connector = $3 AND campaign = $4 AND cleared_at = 0"
        ),
        &params![Val::Int(about.kind as i64), about.node, about.connector, about.campaign, now],
    )?;
    if gone > 0 { tell(tx, about.workspace) } else { Ok(()) }
}

/// A campaign goes on or has ended: whatever it was halted for is no concern any more.
pub fn clear_campaign(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!("UPDATE alarm SET cleared_at = $3 WHERE workspace = $1 AND campaign = $2 AND campaign <> 0 AND cleared_at = 0"),
        &params![workspace, campaign, now],
    )
    .map(drop)
}

/// A connector was switched off or removed: what was wrong with its link is no concern any more.
pub fn clear_connector(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    let now = tx.now();
    let gone = tx.exec(
        sql!("UPDATE alarm SET cleared_at = $2 WHERE connector = $1 AND connector <> 0 AND campaign = 0 AND cleared_at = 0"),
        &params![connector, now],
    )?;
    if gone > 0 { tell(tx, 0) } else { Ok(()) }
}

/// Alarms of nodes that do not run any more are over; what is wrong there is raised anew when they do.
pub fn clear_gone(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "UPDATE alarm SET cleared_at = $1 WHERE node <> 0 AND cleared_at = 0
             AND NOT EXISTS (SELECT 1 FROM node n WHERE n.id = alarm.node AND n.until > $1)"
        ),
        &params![now],
    )
    .map(drop)
}

/// Somebody knows. `false` when it is over, or none that they may see.
pub fn know(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let now = tx.now();
    let known = tx.one(
        sql!(
            "UPDATE alarm SET known_at = CASE WHEN known_at = 0 THEN $3 ELSE known_at END
             WHERE id = $2 AND cleared_at = 0 AND ($1 = 0 OR workspace IN (0, $1)) RETURNING workspace"
        ),
        &params![workspace, id, now],
        |r| r.get::<i64>(0),
    )?;
    known.map_or(Ok(false), |of| tell(tx, of).map(|()| true))
}

/// Those that are open, oldest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Alarm>> {
    let found = tx.rows(
        sql!(
            "SELECT id, kind, node, connector, campaign, workspace, value, detail, at, known_at, cleared_at FROM alarm
             WHERE cleared_at = 0 ORDER BY at, id"
        ),
        &[],
        read,
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// Those that are over, the last first: of one workspace and of the whole installation, or all (`0`).
pub fn past(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<Alarm>> {
    let found = tx.rows(
        sql!(
            "SELECT id, kind, node, connector, campaign, workspace, value, detail, at, known_at, cleared_at FROM alarm
             WHERE cleared_at <> 0 AND ($1 = 0 OR workspace IN (0, $1)) ORDER BY cleared_at DESC, id LIMIT $2"
        ),
        &params![workspace, limit],
        read,
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// Forgets those that were over long ago; gives how many.
pub fn forget(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    tx.exec(
        sql!(
            "DELETE FROM alarm WHERE cleared_at <> 0 AND (cleared_at < $1 OR id NOT IN
               (SELECT id FROM alarm WHERE cleared_at <> 0 ORDER BY cleared_at DESC, id LIMIT $2))"
        ),
        &params![Val::Int(now - KEEP_MS), KEEP_MOST],
    )
}

/// Wakes the pages that show it.
fn tell(tx: &mut Tx<'_>, workspace: i64) -> Result<()> {
    if workspace != 0 {
        tx.ring(Bell::Workspace(workspace));
        return Ok(());
    }
    for one in crate::workspace::list(tx)? {
        tx.ring(Bell::Workspace(one.id));
    }
    Ok(())
}
