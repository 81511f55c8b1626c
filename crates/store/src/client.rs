//! Clients: accounts of other people's programs that bind to our SMPP server.
//!
//! The password is kept as a keyed digest only. What a setting means is the engine's business.

use crate::{Bell, Error, Result, Row, Tx, params, setting, sql};
use std::collections::{BTreeMap, HashMap};

/// Name → value of the settings.
pub type Settings = BTreeMap<String, String>;

/// Where the serial given last stands.
const SERIAL: &str = "client_serial";

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: i64,
    /// The workspace it sends for.
    pub workspace: i64,
    /// Its number in the notify column of its messages.
    pub serial: i64,
    /// What people call it.
    pub name: String,
    /// What it binds as.
    pub system_id: String,
    /// Its settings.
    pub settings: Settings,
    /// Whether it may bind.
    pub enabled: bool,
    /// Rises with each change.
    pub version: i64,
    /// Since when it is there.
    pub created_at: i64,
    /// When it bound last; 0 never.
    pub bound_at: i64,
    /// From which address.
    pub bound_from: String,
}

/// A session as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub client: i64,
    /// 0 transmitter, 1 receiver, 2 transceiver.
    pub bind: i64,
    /// From where.
    pub address: String,
    /// The version the client speaks.
    pub version: i64,
    /// Whether it came by TLS.
    pub tls: bool,
    /// Since when.
    pub since: i64,
    /// Messages a second, of late.
    pub rate: i64,
    /// Messages accepted in it.
    pub accepted: i64,
    /// Messages refused in it.
    pub refused: i64,
}

pub(crate) fn read(r: &Row<'_>) -> Result<Client> {
    let settings = r.get::<String>(5)?;
    Ok(Client {
        id: r.get(0)?,
        workspace: r.get(1)?,
        serial: r.get(2)?,
        name: r.get(3)?,
        system_id: r.get(4)?,
        settings: serde_json::from_str(&settings)
            .map_err(|e| Error::Shape(format!("settings of a client: {e}")))?,
        enabled: r.get(6)?,
        version: r.get(7)?,
        created_at: r.get(8)?,
        bound_at: r.get(9)?,
        bound_from: r.get(10)?,
    })
}

fn json(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(|e| Error::Shape(format!("settings: {e}")))
}

/// Adds one; name and system_id must be free.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: i64,
    name: &str,
    system_id: &str,
    password: &[u8],
    settings: &Settings,
) -> Result<i64> {
    let (id, now, settings, serial) = (tx.id(), tx.now(), json(settings)?, next_serial(tx)?);
    tx.exec(
        sql!(
            "INSERT INTO client (id, workspace, serial, name, system_id, password, settings, enabled, version,
               created_at, bound_at, bound_from)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1, $8, 0, '')"
        ),
        &params![id, workspace, serial, *name, *system_id, *password, settings, now],
    )?;
    Ok(id)
}

/// A number that no client ever had: messages of one that is gone must never be told to another.
fn next_serial(tx: &mut Tx<'_>) -> Result<i64> {
    let last = setting::get(tx, SERIAL)?.and_then(|n| n.parse::<i64>().ok()).unwrap_or(0);
    setting::set(tx, SERIAL, &(last + 1).to_string())?;
    Ok(last + 1)
}

/// Replaces its settings.
pub fn replace(
    tx: &mut Tx<'_>,
    workspace: i64,
    id: i64,
    system_id: &str,
    settings: &Settings,
) -> Result<bool> {
    let settings = json(settings)?;
    let changed = tx.exec(
        sql!(
            "UPDATE client SET system_id = $3, settings = $4, version = version + 1 WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id, *system_id, settings],
    )?;
    tx.ring(Bell::Client(id));
    Ok(changed > 0)
}

/// Gives it another password.
pub fn set_password(tx: &mut Tx<'_>, workspace: i64, id: i64, password: &[u8]) -> Result<bool> {
    let sql = sql!("UPDATE client SET password = $3, version = version + 1 WHERE workspace = $1 AND id = $2");
    let changed = tx.exec(sql, &params![workspace, id, *password])?;
    tx.ring(Bell::Client(id));
    Ok(changed > 0)
}

/// Lets it bind, or not.
pub fn set_enabled(tx: &mut Tx<'_>, workspace: i64, id: i64, enabled: bool) -> Result<bool> {
    let sql = sql!("UPDATE client SET enabled = $3, version = version + 1 WHERE workspace = $1 AND id = $2");
    let changed = tx.exec(sql, &params![workspace, id, enabled])?;
    tx.ring(Bell::Client(id));
    Ok(changed > 0)
}

/// Forgets it with what waits for it; its messages go on, and nobody is told.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let gone =
        tx.exec(sql!("DELETE FROM client WHERE workspace = $1 AND id = $2"), &params![workspace, id])?;
    if gone == 0 {
        return Ok(false);
    }
    tx.exec(sql!("DELETE FROM client_out WHERE client = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM client_lease WHERE client = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM failed_pdu WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM trace WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM watch WHERE connector = $1"), &params![id])?;
    tx.exec(sql!("DELETE FROM client_part WHERE workspace = $1 AND client = $2"), &params![workspace, id])?;
    tx.exec(sql!("DELETE FROM client_given WHERE workspace = $1 AND client = $2"), &params![workspace, id])?;
    tx.exec(
        sql!("UPDATE number SET client = 0 WHERE workspace = $1 AND client = $2"),
        &params![workspace, id],
    )?;
    tx.ring(Bell::Client(id));
    Ok(true)
}

/// All of a workspace, oldest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Client>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, serial, name, system_id, settings, enabled, version, created_at, bound_at, bound_from
             FROM client WHERE workspace = $1 ORDER BY id"
        ),
        &params![workspace],
        read,
    )
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Client>> {
    tx.one(
        sql!(
            "SELECT id, workspace, serial, name, system_id, settings, enabled, version, created_at, bound_at, bound_from
             FROM client WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// Whether a system_id is taken, in whichever workspace; by whom.
pub fn holder(tx: &mut Tx<'_>, system_id: &str) -> Result<Option<i64>> {
    // A name that all workspaces share: it says nothing but that it is taken.
    tx.one(sql!("SELECT id FROM client WHERE system_id = $1 AND workspace <> 0"), &params![*system_id], |r| {
        r.get(0)
    })
}

/// The bound sessions of a workspace, oldest first; those of processes that are gone are left out.
pub fn sessions(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Session>> {
    let (node, now) = (tx.node(), tx.server_now()?);
    tx.rows(
        sql!(
            "SELECT s.id, s.client, s.bind, s.address, s.version, s.tls, s.since, s.rate, s.accepted, s.refused
             FROM client_session s JOIN node n ON n.id = s.node AND n.run = s.run
             WHERE s.workspace = $1 AND (n.id = $2 OR n.until > $3) ORDER BY s.id"
        ),
        &params![workspace, node, now],
        |r| {
            Ok(Session {
                id: r.get(0)?,
                client: r.get(1)?,
                bind: r.get(2)?,
                address: r.get(3)?,
                version: r.get(4)?,
                tls: r.get(5)?,
                since: r.get(6)?,
                rate: r.get(7)?,
                accepted: r.get(8)?,
                refused: r.get(9)?,
            })
        },
    )
}

/// How much waits for each client of a workspace; clients for which nothing does are left out.
pub fn waiting(tx: &mut Tx<'_>, workspace: i64) -> Result<HashMap<i64, i64>> {
    let found = tx.rows(
        sql!(
            "SELECT c.id, count(*) FROM client c JOIN client_out o ON o.client = c.id WHERE c.workspace = $1
             GROUP BY c.id"
        ),
        &params![workspace],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Gives a number of the workspace to a client, or to nobody (0). `false` where there is no such number.
pub fn give_number(tx: &mut Tx<'_>, workspace: i64, number: &str, client: i64) -> Result<bool> {
    let sql = sql!("UPDATE number SET client = $3 WHERE workspace = $1 AND number = $2");
    Ok(tx.exec(sql, &params![workspace, *number, client])? > 0)
}

/// The numbers that clients of a workspace have: (client, number).
pub fn numbers(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(i64, String)>> {
    tx.rows(
        sql!("SELECT client, number FROM number WHERE workspace = $1 AND client <> 0 ORDER BY number"),
        &params![workspace],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
