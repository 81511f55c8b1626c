//! Which node this is, that it lives, and where its ids must start.
//!
//! A node says every second that it lives, by the clock of the database alone. While it does, its number and its lanes
//! are its own; one that has not said so for [`LIFE_MS`] may be replaced. A number belongs to a data directory: its next
//! process takes it up again, and takes another only where the former still runs.

use crate::clock::Clock;
use crate::keys::Keys;
use crate::runner::Connection;
use crate::sql::{Engine, Sql};
use crate::value::Val;
use crate::{Error, Result, Tx, params, sql};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;

/// How long a node counts as living after it said so.
pub const LIFE_MS: i64 = 8_000;
const NODES_MAX: i64 = 1 << sms::id::NODE_BITS;

/// What a process is, as long as it lives.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Its number.
    pub(crate) node: i64,
    /// A number of this process alone: whoever took the node's number over has another.
    pub(crate) run: i64,
    /// Held until the process ends, whatever ends it.
    _file: Option<File>,
}

/// What tells a process from all others, and what its data directory remembers of those before it.
pub(crate) struct Name {
    run: i64,
    file: Option<File>,
    /// Number and run of the one before, where the file is ours alone.
    known: Option<(i64, i64)>,
}

impl Name {
    /// That of a process in this directory.
    pub(crate) fn of(dir: &Path) -> Result<Name> {
        let (file, known) = remembered(dir)?;
        let mut run = [0; 8];
        getrandom::fill(&mut run).map_err(|e| Error::File(format!("no random number: {e}")))?;
        Ok(Name { run: i64::from_le_bytes(run) & i64::MAX | 1, file: Some(file), known })
    }

    /// One that nothing remembers.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn forgotten(run: u64) -> Name {
        Name { run: (run >> 1) as i64 | 1, file: None, known: None }
    }
}

/// The number in the data directory's file `node`, where the file is ours alone.
fn remembered(dir: &Path) -> Result<(File, Option<(i64, i64)>)> {
    let path = dir.join("node");
    let failed = |e: std::io::Error| Error::File(format!("{}: {e}", path.display()));
    let mut options = File::options();
    let mut file = options.create(true).truncate(false).read(true).write(true).open(&path).map_err(failed)?;
    if file.try_lock().is_err() {
        return Ok((file, None)); // another store of this process, or of another, has it
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    let mut words = text.split_whitespace().map(str::parse::<i64>);
    let known = match (words.next(), words.next()) {
        (Some(Ok(node)), Some(Ok(run))) => Some((node, run)),
        _ => Some((0, 0)),
    };
    Ok((file, known))
}

/// Takes a node number: 1 on SQLite; on PostgreSQL that of the data directory, else one that nobody ever had, else the
/// one whose owner is gone longest. Refuses a key ring that is not the store's.
pub(crate) fn claim(
    connection: &mut dyn Connection,
    clock: &Clock,
    keys: &Keys,
    name: Name,
) -> Result<Claim> {
    let check = keys.check_value();
    let Name { run, mut file, known } = name;
    let mut rows: Vec<(i64, i64, i64)> = Vec::new();
    let mut other_ring = false;
    connection.begin()?;
    if connection.engine() == Engine::Postgres {
        connection.exec(sql!("LOCK TABLE node IN EXCLUSIVE MODE"), &[])?;
    }
    let now = connection.server_ms()?.unwrap_or_else(|| clock.now_ms());
    connection.query(sql!("SELECT id, key_check, until, run FROM node ORDER BY until"), &[], &mut |row| {
        other_ring |= row.get::<String>(1)? != check;
        rows.push((row.get(0)?, row.get(2)?, row.get(3)?));
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
        Engine::Postgres => number(&rows, known.unwrap_or((0, 0)), now)?,
    };
    connection.exec(
        sql!(
            "INSERT INTO node (id, key_check, until, run, carries, name) VALUES ($1, $2, $3, $4, 0, $5)
             ON CONFLICT (id) DO UPDATE SET until = excluded.until, run = excluded.run, carries = 0,
               name = excluded.name"
        ),
        &[Val::Int(node), Val::Text(&check), Val::Int(now + LIFE_MS), Val::Int(run), Val::Text(&host())],
    )?;
    connection.commit()?;
    if let (Some(file), Some(_)) = (&mut file, known) {
        let written =
            file.rewind().and_then(|()| file.set_len(0)).and_then(|()| write!(file, "{node} {run}"));
        written.and_then(|()| file.sync_data()).map_err(|e| Error::File(format!("node: {e}")))?;
    }
    Ok(Claim { node, run, _file: file })
}

/// The number to take, by the rows (number, until, run) that are there, the longest gone first.
fn number(rows: &[(i64, i64, i64)], known: (i64, i64), now: i64) -> Result<i64> {
    if rows.iter().any(|(id, _, run)| (*id, *run) == known) {
        return Ok(known.0);
    }
    let fresh = (1..NODES_MAX).find(|n| !rows.iter().any(|(id, ..)| id == n));
    let gone = rows.iter().find(|(_, until, _)| *until < now).map(|(id, ..)| *id);
    fresh.or(gone).ok_or_else(|| Error::File("all node numbers are in use".into()))
}

/// How people call this machine.
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

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
pub(crate) fn largest_id(connection: &mut dyn Connection) -> Result<i64> {
    let tables: [&'static Sql; 9] = [
        sql!("SELECT coalesce(max(id), 0) FROM message"),
        sql!("SELECT coalesce(max(id), 0) FROM inbound"),
        sql!("SELECT coalesce(max(id), 0) FROM recent_key"),
        sql!("SELECT coalesce(max(id), 0) FROM contact"),
        sql!("SELECT coalesce(max(id), 0) FROM consent_event"),
        sql!("SELECT coalesce(max(id), 0) FROM message_event"),
        sql!("SELECT coalesce(max(base), 0) FROM campaign_page"),
        sql!("SELECT coalesce(max(id), 0) FROM campaign"),
        sql!("SELECT coalesce(max(id), 0) FROM job"),
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
