//! Connectors: configured ways to a carrier. Settings are JSON, secrets stand apart and sealed.
//!
//! What a setting means is the kind's own business; this file never looks into one.

pub mod hook;
mod seal;
#[cfg(test)]
mod tests;

pub use seal::Secrets;
pub(crate) use seal::{open as open_sealed, seal as seal_for};

use crate::{Bell, Error, Result, Row as Record, Tx, params, setting, sql};
use std::collections::BTreeMap;

/// Name → value of the settings that are not secret.
pub type Settings = BTreeMap<String, String>;

/// A connector that is to run, secrets opened and merged into its settings.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its kind's name.
    pub kind: String,
    /// Every setting, secrets included.
    pub settings: Settings,
    /// Rises with each change of the settings.
    pub version: i64,
    /// Where its provider's webhooks are to go; empty while nobody knows how this installation is reached.
    pub hooks: String,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "connector {} ({}, version {})", self.name, self.kind, self.version)
    }
}

/// A connector as pages and programs see it: no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its kind's name.
    pub kind: String,
    /// The settings that are not secret.
    pub settings: Settings,
    /// Whether it is to run.
    pub enabled: bool,
    /// Rises with each change of the settings.
    pub version: i64,
    /// Since when it is there.
    pub created_at: i64,
}

/// Adds one; its name is unique.
pub fn add(tx: &mut Tx<'_>, name: &str, kind: &str, settings: &Settings, secrets: &Secrets) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    let (settings, sealed) = (json(settings)?, seal::seal(tx.keys(), id, secrets)?);
    tx.exec(
        sql!(
            "INSERT INTO connector (id, name, kind, settings, secrets, enabled, version, created_at)
             VALUES ($1, $2, $3, $4, $5, 1, 1, $6)"
        ),
        &params![id, name, kind, settings, sealed, now],
    )?;
    tx.ring(Bell::Connectors);
    Ok(id)
}

/// Replaces settings and secrets. `false` where there is no such connector.
pub fn replace(tx: &mut Tx<'_>, id: i64, settings: &Settings, secrets: &Secrets) -> Result<bool> {
    let (settings, sealed) = (json(settings)?, seal::seal(tx.keys(), id, secrets)?);
    let changed = tx.exec(
        sql!("UPDATE connector SET settings = $2, secrets = $3, version = version + 1 WHERE id = $1"),
        &params![id, settings, sealed],
    )?;
    tx.ring(Bell::Connectors);
    Ok(changed > 0)
}

/// Switches one on or off. `false` where there is no such connector.
pub fn set_enabled(tx: &mut Tx<'_>, id: i64, enabled: bool) -> Result<bool> {
    let changed = tx.exec(
        sql!("UPDATE connector SET enabled = $2, version = version + 1 WHERE id = $1"),
        &params![id, enabled],
    )?;
    tx.ring(Bell::Connectors);
    Ok(changed > 0)
}

/// Forgets one with its state. Routes and numbers that name it are the caller's business.
pub fn remove(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    tx.exec(sql!("DELETE FROM connector_state WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM hook_seen WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM heartbeat WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM failed_pdu WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM trace WHERE connector = $1"), &params![id])?;
    let changed = tx.exec(sql!("DELETE FROM connector WHERE id = $1"), &params![id])?;
    tx.ring(Bell::Connectors);
    Ok(changed > 0)
}

/// Those that are to run, with everything they need to do so.
pub fn enabled(tx: &mut Tx<'_>) -> Result<Vec<Row>> {
    let rows = tx.rows(
        sql!(
            "SELECT id, name, kind, settings, version, secrets FROM connector WHERE enabled = 1 ORDER BY id"
        ),
        &[],
        sealed,
    )?;
    opened(tx, rows)
}

/// One with everything it needs, whether it is to run or not.
pub fn opened_one(tx: &mut Tx<'_>, id: i64) -> Result<Option<Row>> {
    let rows = tx.rows(
        sql!("SELECT id, name, kind, settings, version, secrets FROM connector WHERE id = $1"),
        &params![id],
        sealed,
    )?;
    Ok(opened(tx, rows)?.pop())
}

fn sealed(r: &Record<'_>) -> Result<(Row, Vec<u8>)> {
    let (settings, hooks) = (settings(&r.get::<String>(3)?)?, String::new());
    let row = Row { id: r.get(0)?, name: r.get(1)?, kind: r.get(2)?, settings, version: r.get(4)?, hooks };
    Ok((row, r.get::<Vec<u8>>(5)?))
}

fn opened(tx: &mut Tx<'_>, rows: Vec<(Row, Vec<u8>)>) -> Result<Vec<Row>> {
    let base = setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default();
    let opened = rows.into_iter().map(|(mut row, sealed)| {
        row.hooks = hook::address(tx.keys(), &base, row.id);
        row.settings.extend(seal::open(tx.keys(), row.id, &sealed)?);
        Ok(row)
    });
    opened.collect()
}

/// Ids and kinds of those that are switched on, oldest first: all that a choice among them needs.
pub fn switched_on(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>> {
    tx.rows(sql!("SELECT id, kind FROM connector WHERE enabled = 1 ORDER BY id"), &[], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// Those that are switched on and have one of these settings at a value beside these usual ones.
pub fn switched_on_saying(tx: &mut Tx<'_>, names: &[&str], usual: &[&str]) -> Result<Vec<(i64, Settings)>> {
    let on = tx.rows(sql!("SELECT id, settings FROM connector WHERE enabled = 1 ORDER BY id"), &[], |r| {
        Ok((r.get::<i64>(0)?, r.get::<String>(1)?))
    })?;
    // Most have nothing of the kind: only what may is read.
    let may = |text: &str| {
        let after = |name: &&str| {
            let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        names.iter().filter_map(after).any(|value| !usual.contains(&value))
    };
    on.into_iter().filter(|(_, text)| may(text)).map(|(id, text)| Ok((id, settings(&text)?))).collect()
}

/// The secrets of one, opened.
pub fn secrets(tx: &mut Tx<'_>, id: i64) -> Result<Secrets> {
    let sealed =
        tx.one(sql!("SELECT secrets FROM connector WHERE id = $1"), &params![id], |r| r.get::<Vec<u8>>(0))?;
    sealed.map_or_else(|| Ok(Secrets::new()), |sealed| seal::open(tx.keys(), id, &sealed))
}

/// All of them, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Connector>> {
    tx.rows(
        sql!("SELECT id, name, kind, settings, enabled, version, created_at FROM connector ORDER BY id"),
        &[],
        read,
    )
}

/// One by its id.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Connector>> {
    tx.one(
        sql!("SELECT id, name, kind, settings, enabled, version, created_at FROM connector WHERE id = $1"),
        &params![id],
        read,
    )
}

/// One by its name.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Connector>> {
    tx.one(
        sql!("SELECT id, name, kind, settings, enabled, version, created_at FROM connector WHERE name = $1"),
        &params![name],
        read,
    )
}

/// Those of one kind, oldest first.
pub fn of_kind(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<Connector>> {
    tx.rows(
        sql!(
            "SELECT id, name, kind, settings, enabled, version, created_at FROM connector WHERE kind = $1
             ORDER BY id"
        ),
        &params![kind],
        read,
    )
}

fn read(r: &Record<'_>) -> Result<Connector> {
    Ok(Connector {
        id: r.get(0)?,
        name: r.get(1)?,
        kind: r.get(2)?,
        settings: settings(&r.get::<String>(3)?)?,
        enabled: r.get(4)?,
        version: r.get(5)?,
        created_at: r.get(6)?,
    })
}

fn json(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(|e| Error::Shape(format!("settings: {e}")))
}

fn settings(text: &str) -> Result<Settings> {
    serde_json::from_str(text).map_err(|e| Error::Shape(format!("settings of a connector: {e}")))
}
