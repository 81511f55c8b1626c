//! Which node this is: a number of its own on a shared database, and what tells one process from all others.
//!
//! A number belongs to a data directory: its next process takes it up again, and takes another only where the former
//! still runs. That a node lives, and what is its own while it does, says [`crate::machine::node`].

use crate::clock::Clock;
use crate::keys::Keys;
use crate::machine::node::LIFE_MS;
use crate::runner::Connection;
use crate::sql::Engine;
use crate::value::Val;
use crate::{Error, Result, sql};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;

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
    let (check, former) = (keys.check_value(), keys.former_checks());
    let Name { run, mut file, known } = name;
    let mut rows: Vec<(i64, i64, i64)> = Vec::new();
    let (mut other_ring, mut older) = (false, false);
    let shared = connection.engine() == Engine::Postgres;
    connection.begin()?;
    if connection.engine() == Engine::Postgres {
        connection.exec(sql!("LOCK TABLE node IN EXCLUSIVE MODE"), &[])?;
    }
    let now = connection.server_ms()?.unwrap_or_else(|| clock.now_ms());
    connection.query(sql!("SELECT id, key_check, until, run FROM node ORDER BY until"), &[], &mut |row| {
        let (id, theirs) = (row.get::<i64>(0)?, row.get::<String>(1)?);
        let (until, run) = (row.get::<i64>(2)?, row.get::<i64>(3)?);
        other_ring |= theirs != check && !former.contains(&theirs);
        older |= shared && theirs != check && until > now && known != Some((id, run));
        rows.push((id, until, run));
        Ok(())
    })?;
    if older && !other_ring {
        connection.rollback();
        return Err(Error::File(
            "another node still runs without the newest key. Stop it, and copy `keys/` to it before it starts again.".into(),
        ));
    }
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
