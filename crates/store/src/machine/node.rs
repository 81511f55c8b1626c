//! Which node this is, and where its ids must start.

use crate::clock::Clock;
use crate::keys::Keys;
use crate::runner::Connection;
use crate::sql::{Engine, Sql};
use crate::value::Val;
use crate::{Error, Result};

/// How long a node number stays taken after its owner was last seen.
pub const LEASE_MS: i64 = 60_000;
const NODES_MAX: i64 = 1 << sms::id::NODE_BITS;

/// Takes a node number: 1 on SQLite, the smallest free one on PostgreSQL. Refuses a key ring that is not the store's.
pub(crate) fn claim(connection: &mut dyn Connection, clock: &Clock, keys: &Keys) -> Result<i64> {
    let check = keys.check_value();
    let now = clock.now_ms();
    let mut taken = Vec::new();
    let mut other_ring = false;
    connection.begin()?;
    if connection.engine() == Engine::Postgres {
        connection.exec(crate::sql!("LOCK TABLE node IN EXCLUSIVE MODE"), &[])?;
    }
    connection.query(crate::sql!("SELECT id, key_check, until FROM node ORDER BY id"), &[], &mut |row| {
        other_ring |= row.get::<String>(1)? != check;
        if row.get::<i64>(2)? > now {
            taken.push(row.get::<i64>(0)?);
        }
        Ok(())
    })?;
    if other_ring {
        connection.rollback();
        return Err(Error::File(
            "the keys in this data directory are not those of the store: numbers that refused would not be recognised. Copy `keys/` from the first node.".into(),
        ));
    }
    let node = match connection.engine() {
        Engine::Sqlite => 1,
        Engine::Postgres => (1..NODES_MAX).find(|n| !taken.contains(n)).unwrap_or(1),
    };
    connection.exec(
        crate::sql!(
            "INSERT INTO node (id, key_check, until) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET until = excluded.until"
        ),
        &[Val::Int(node), Val::Text(&check), Val::Int(now + LEASE_MS)],
    )?;
    connection.commit()?;
    Ok(node)
}

/// Keeps the node number, once in a while.
pub fn renew(tx: &mut crate::Tx<'_>) -> Result<()> {
    let (node, until) = (tx.node(), tx.now() + LEASE_MS);
    tx.exec(crate::sql!("UPDATE node SET until = $2 WHERE id = $1"), &crate::params![node, until]).map(drop)
}

/// The largest id in the store, so that the generator never goes back.
pub(crate) fn largest_id(connection: &mut dyn Connection) -> Result<i64> {
    let tables: [&'static Sql; 9] = [
        crate::sql!("SELECT coalesce(max(id), 0) FROM message"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM inbound"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM recent_key"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM contact"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM consent_event"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM message_event"),
        crate::sql!("SELECT coalesce(max(base), 0) FROM campaign_page"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM campaign"),
        crate::sql!("SELECT coalesce(max(id), 0) FROM job"),
    ];
    let mut largest = 0;
    for sql in tables {
        connection.query(sql, &[], &mut |row| {
            largest = largest.max(row.get::<i64>(0)?);
            Ok(())
        })?;
    }
    Ok(largest)
}
