//! That a node lives, and where its ids must start.
//!
//! A node says every second that it lives, by the clock of the database alone. While it does, its number
//! ([`crate::claim`]) and its lanes are its own; one that has not said so for [`LIFE_MS`] may be replaced.

use crate::sql::Sql;
use crate::value::Val;
use crate::{Driver, Result, Tx, params, sql};

/// How long a node counts as living after it said so.
pub const LIFE_MS: i64 = 8_000;
/// A node as the others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its number.
    pub id: i64,
    /// The machine it runs on.
    pub name: String,
    /// Whether it lives.
    pub lives: bool,
    /// Whether it runs connectors.
    pub carries: bool,
}

/// Who owns a connector's lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// The connector.
    pub connector: i64,
    /// Its owner; 0 where it was let go.
    pub node: i64,
    /// Since which take-over.
    pub epoch: i64,
}

/// What a node learns when it says that it lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beat {
    /// All nodes that ever were, by number.
    pub nodes: Vec<Node>,
    /// All lanes that ever had an owner.
    pub lanes: Vec<Lane>,
}

/// Says that this node lives and runs connectors, and tells what stands then: who lives, and who owns what.
///
/// Its row is locked against a take-over, so a lane that is still its own afterwards was not taken over before and
/// cannot be for [`LIFE_MS`]. `None` when another process has its number: then this one must end.
pub fn beat(tx: &mut Tx<'_>) -> Result<Option<Beat>> {
    let (node, run, now) = (tx.node(), tx.run(), tx.server_now()?);
    let mine = tx.exec(
        sql!("UPDATE node SET until = $3, carries = 1 WHERE id = $1 AND run = $2"),
        &params![node, run, Val::Int(now + LIFE_MS)],
    )?;
    if mine == 0 {
        return Ok(None);
    }
    let nodes = all_at(tx, now)?;
    bury(tx, &nodes, now)?;
    Ok(Some(Beat { nodes, lanes: lanes(tx)? }))
}

/// What nodes that died had claimed is done by others, without waiting for each claim to lapse.
fn bury(tx: &mut Tx<'_>, nodes: &[Node], now: i64) -> Result<()> {
    let gone: Vec<i64> = nodes.iter().filter(|n| n.carries && !n.lives).map(|n| n.id).collect();
    if gone.is_empty() {
        return Ok(());
    }
    super::job::free_of(tx, &gone)?;
    tx.exec(
        sql!("UPDATE node SET carries = 0 WHERE id IN LIST($1) AND until <= $2"),
        &params![crate::list_of(&gone), now],
    )
    .map(drop)
}

/// This node ends: what it let go need not wait until it counts as dead.
pub fn leave(tx: &mut Tx<'_>) -> Result<()> {
    let (node, run) = (tx.node(), tx.run());
    tx.exec(sql!("UPDATE node SET until = 0, carries = 0 WHERE id = $1 AND run = $2"), &params![node, run])
        .map(drop)
}

/// All nodes.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Node>> {
    let now = tx.server_now()?;
    all_at(tx, now)
}

fn all_at(tx: &mut Tx<'_>, now: i64) -> Result<Vec<Node>> {
    tx.rows(sql!("SELECT id, name, until, carries FROM node ORDER BY id"), &[], |r| {
        let (lives, carries) = (r.get::<i64>(2)? > now, r.get::<i64>(3)? == 1);
        Ok(Node { id: r.get(0)?, name: r.get(1)?, lives, carries })
    })
}

/// Who owns what.
pub fn lanes(tx: &mut Tx<'_>) -> Result<Vec<Lane>> {
    tx.rows(sql!("SELECT connector, node, epoch FROM lane_lease ORDER BY connector"), &[], |r| {
        Ok(Lane { connector: r.get(0)?, node: r.get(1)?, epoch: r.get(2)? })
    })
}

/// Whether a node lives; its row stays locked, so that it cannot say so meanwhile.
pub(crate) fn lives(tx: &mut Tx<'_>, node: i64) -> Result<bool> {
    let now = tx.server_now()?;
    let until =
        tx.one(sql!("SELECT until FROM node WHERE id = $1 FOR UPDATE"), &params![node], |r| r.get::<i64>(0))?;
    Ok(until.is_some_and(|until| until > now))
}

/// The largest id in the store, so that the generator never goes back.
pub(crate) fn largest_id(driver: &mut dyn Driver) -> Result<i64> {
    let tables: [&'static Sql; 10] = [
        sql!("SELECT coalesce(max(id), 0) FROM message"),
        sql!("SELECT coalesce(max(id), 0) FROM inbound"),
        sql!("SELECT coalesce(max(id), 0) FROM recent_key"),
        sql!("SELECT coalesce(max(id), 0) FROM contact"),
        sql!("SELECT coalesce(max(id), 0) FROM consent_event"),
        sql!("SELECT coalesce(max(id), 0) FROM deed"),
        sql!("SELECT coalesce(max(id), 0) FROM message_event"),
        sql!("SELECT coalesce(max(base), 0) FROM campaign_page"),
        sql!("SELECT coalesce(max(id), 0) FROM campaign"),
        sql!("SELECT coalesce(max(id), 0) FROM job"),
    ];
    let mut largest = 0;
    for sql in tables {
        driver.query(sql, &[], &mut |row| {
            largest = largest.max(row.get::<i64>(0)?);
            Ok(())
        })?;
    }
    Ok(largest)
}
