//! Parts whose intent is committed and whose outcome is not. After a crash this *is* the ambiguous set.
//!
//! At the most twice the window of rows per link stand here; each knows how to go back to its lane.

use crate::machine::outbox::{Chosen, Taker};
use crate::{Count, Result, Tx, Val, params, sql};
use std::collections::HashSet;

/// One open intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent {
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Where it came from.
    pub lane: i64,
    /// Where it came from.
    pub stream: i64,
    /// Its old due.
    pub due: i64,
    /// Tag of the recipient.
    pub tag: i64,
    /// When the verdict lapses.
    pub until: i64,
    /// Parts that went with it.
    pub parts: i64,
    /// Which try.
    pub attempt: i64,
}

/// Takes a connector's lanes, from this node's own former process or link as well; gives the epoch. `None` while another
/// node that lives owns them.
///
/// A take-over raises the epoch, which fences every intent and outcome of the former owner: it waits for those that are
/// being committed, and those that come later find another epoch.
pub fn own(tx: &mut Tx<'_>, connector: i64) -> Result<Option<i64>> {
    let node = tx.node();
    let held = tx.one(
        sql!("SELECT node, epoch FROM lane_lease WHERE connector = $1 FOR UPDATE"),
        &params![connector],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    match held {
        Some((owner, _)) if owner != node && owner != 0 && super::node::lives(tx, owner)? => Ok(None),
        Some((_, epoch)) => {
            tx.exec(
                sql!("UPDATE lane_lease SET node = $2, epoch = $3 WHERE connector = $1"),
                &params![connector, node, Val::Int(epoch + 1)],
            )?;
            Ok(Some(epoch + 1))
        }
        None => {
            let made = tx.exec(
                sql!(
                    "INSERT INTO lane_lease (connector, node, epoch) VALUES ($1, $2, 1)
                     ON CONFLICT (connector) DO NOTHING"
                ),
                &params![connector, node],
            )?;
            Ok((made == 1).then_some(1))
        }
    }
}

/// Lets a connector's lanes go, so that another node need not wait. Nothing of this epoch may be under way.
pub fn let_go(tx: &mut Tx<'_>, connector: i64, epoch: i64) -> Result<()> {
    let node = tx.node();
    tx.exec(
        sql!("UPDATE lane_lease SET node = 0 WHERE connector = $1 AND node = $2 AND epoch = $3"),
        &params![connector, node, epoch],
    )
    .map(drop)
}

/// Whether this node owns a connector's lanes.
pub fn owns(tx: &mut Tx<'_>, connector: i64) -> Result<bool> {
    let node = tx.node();
    let found = tx.one(
        sql!("SELECT epoch FROM lane_lease WHERE connector = $1 AND node = $2"),
        &params![connector, node],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Whether this node still holds the lease of this epoch; a take-over waits for us, or we see it.
pub(crate) fn holds(tx: &mut Tx<'_>, connector: i64, epoch: i64) -> Result<bool> {
    let node = tx.node();
    let found = tx.one(
        sql!("SELECT epoch FROM lane_lease WHERE connector = $1 AND node = $2 AND epoch = $3 FOR SHARE"),
        &params![connector, node, epoch],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Writes down what may be on the wire from now on: these parts of these rows.
pub(crate) fn insert(tx: &mut Tx<'_>, taker: Taker, parts: &[(Chosen, i64)]) -> Result<()> {
    let now = tx.now();
    let parts = parts.iter().map(|(c, part)| {
        let r = &c.row;
        params![r.id, *part, r.lane, r.stream, r.due, r.tag, r.until, r.parts, c.attempt]
    });
    tx.put_many(
        sql!(
            "INSERT INTO flight (message, part, connector, link, lane, stream, due, tag, until, parts, attempt, epoch, at)
             SELECT r.message, r.part, $1, $2, r.lane, r.stream, r.due, r.tag, r.until, r.parts, r.attempt, $3, $4
             FROM ROWS(message BIGINT, part BIGINT, lane BIGINT, stream BIGINT, due BIGINT, tag BIGINT, until BIGINT,
               parts BIGINT, attempt BIGINT) AS r WHERE true"
        ),
        &params![taker.connector, taker.link, taker.epoch, now],
        parts,
        Count::All,
    )
}

/// Removes intents; gives those that were there. Read and then deleted: what SQLite returns from a DELETE it first
/// copies into a temporary table.
pub(crate) fn remove(tx: &mut Tx<'_>, parts: impl Iterator<Item = (i64, i64)>) -> Result<Vec<Intent>> {
    let open = tx.many_rows(
        sql!(
            "SELECT f.message, f.part, f.lane, f.stream, f.due, f.tag, f.until, f.parts, f.attempt
             FROM ROWS(message BIGINT, part BIGINT) AS r JOIN flight f ON f.message = r.message AND f.part = r.part
             FOR UPDATE"
        ),
        &[],
        parts.map(|(message, part)| [Val::Int(message), Val::Int(part)]),
        read,
    )?;
    tx.many(
        sql!(
            "DELETE FROM flight USING ROWS(message BIGINT, part BIGINT) AS r
             WHERE flight.message = r.message AND flight.part = r.part"
        ),
        &[],
        open.iter().map(|i| [Val::Int(i.message), Val::Int(i.part)]),
    )?;
    Ok(open)
}

/// Removes the intents of these messages of one part; gives the messages of those that were there.
pub(crate) fn end(tx: &mut Tx<'_>, messages: impl Iterator<Item = i64>) -> Result<HashSet<i64>> {
    let gone = tx.many_rows(
        sql!(
            "DELETE FROM flight USING ROWS(message BIGINT) AS r WHERE flight.message = r.message AND +flight.part = 0
             RETURNING r.message"
        ),
        &[],
        messages.map(|message| [Val::Int(message)]),
        |r| r.get(0),
    )?;
    Ok(gone.into_iter().collect())
}

/// All open intents of a connector: at start and after a take-over, the ambiguous set.
pub fn of_connector(tx: &mut Tx<'_>, connector: i64) -> Result<Vec<Intent>> {
    tx.rows(
        sql!(
            "SELECT message, part, lane, stream, due, tag, until, parts, attempt FROM flight WHERE connector = $1
             ORDER BY message, part"
        ),
        &params![connector],
        read,
    )
}

/// How many intents of a connector are open.
pub fn count(tx: &mut Tx<'_>, connector: i64) -> Result<i64> {
    let n =
        tx.one(sql!("SELECT count(*) FROM flight WHERE connector = $1"), &params![connector], |r| r.get(0))?;
    Ok(n.unwrap_or(0))
}

fn read(r: &crate::Row<'_>) -> Result<Intent> {
    Ok(Intent {
        message: r.get(0)?,
        part: r.get(1)?,
        lane: r.get(2)?,
        stream: r.get(3)?,
        due: r.get(4)?,
        tag: r.get(5)?,
        until: r.get(6)?,
        parts: r.get(7)?,
        attempt: r.get(8)?,
    })
}
