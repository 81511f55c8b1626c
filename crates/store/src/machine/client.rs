//! Clients of the SMPP server before their workspace is known, their sessions, who serves them, and what they sent in
//! parts.

use crate::client::{Client, read};
use crate::message::NewMessage;
use crate::{Result, Tx, list_of, params, sql};

/// An account by what it binds as, with the digest of its password.
pub fn by_system_id(tx: &mut Tx<'_>, system_id: &str) -> Result<Option<(Client, Vec<u8>)>> {
    tx.one(
        sql!(
            "SELECT id, workspace, serial, name, system_id, settings, enabled, version, created_at, bound_at, bound_from,
               password
             FROM client WHERE system_id = $1"
        ),
        &params![*system_id],
        |r| Ok((read(r)?, r.get(11)?)),
    )
}

/// An account by its id.
pub fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<Client>> {
    tx.one(
        sql!(
            "SELECT id, workspace, serial, name, system_id, settings, enabled, version, created_at, bound_at, bound_from
             FROM client WHERE id = $1"
        ),
        &params![id],
        read,
    )
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub client: i64,
    /// Its workspace.
    pub workspace: i64,
    /// 0 transmitter, 1 receiver, 2 transceiver.
    pub bind: i64,
    /// From where.
    pub address: String,
    /// The version the client speaks.
    pub version: i64,
    /// Whether it came by TLS.
    pub tls: bool,
}

/// Sessions of a client in processes that live.
pub fn bound(tx: &mut Tx<'_>, client: i64) -> Result<i64> {
    // Two nodes that count at one time must not both find the last place free.
    tx.one(sql!("SELECT id FROM client WHERE id = $1 FOR UPDATE"), &params![client], |r| r.get::<i64>(0))?;
    let (node, now) = (tx.node(), tx.server_now()?);
    let count = tx.one(
        sql!(
            "SELECT count(*) FROM client_session s JOIN node n ON n.id = s.node AND n.run = s.run
             WHERE s.client = $1 AND (n.id = $2 OR n.until > $3)"
        ),
        &params![client, node, now],
        |r| r.get(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// A session begins; gives its id.
pub fn open(tx: &mut Tx<'_>, new: &NewSession) -> Result<i64> {
    let (id, now, node, run) = (tx.id(), tx.now(), tx.node(), tx.run());
    tx.exec(
        sql!(
            "INSERT INTO client_session (id, client, workspace, node, run, bind, address, version, tls, since, rate,
               accepted, refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0)"
        ),
        &params![
            id, new.client, new.workspace, node, run, new.bind, new.address, new.version, new.tls, now
        ],
    )?;
    tx.exec(
        sql!("UPDATE client SET bound_at = $2, bound_from = $3 WHERE id = $1"),
        &params![new.client, now, new.address],
    )?;
    Ok(id)
}

/// Sessions end.
pub fn close(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    tx.exec(sql!("DELETE FROM client_session WHERE id IN LIST($1)"), &params![list_of(ids)]).map(drop)
}

/// Sessions of this node's former processes, and of nodes that are gone, are over.
pub fn sweep(tx: &mut Tx<'_>) -> Result<u64> {
    let (node, run, now) = (tx.node(), tx.run(), tx.server_now()?);
    let gone = tx.exec(
        sql!(
            "DELETE FROM client_session WHERE NOT EXISTS
               (SELECT 1 FROM node n WHERE n.id = client_session.node AND n.run = client_session.run
                  AND (n.until > $3 OR (n.id = $1 AND n.run = $2)))"
        ),
        &params![node, run, now],
    )?;
    tx.exec(
        sql!(
            "DELETE FROM client_lease WHERE NOT EXISTS
               (SELECT 1 FROM node n WHERE n.id = client_lease.node AND n.run = client_lease.run
                  AND (n.until > $3 OR (n.id = $1 AND n.run = $2)))"
        ),
        &params![node, run, now],
    )?;
    Ok(gone)
}

/// How a session does.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The session.
    pub id: i64,
    /// Messages a second, of late.
    pub rate: i64,
    /// Messages accepted in it.
    pub accepted: i64,
    /// Messages refused in it.
    pub refused: i64,
}

/// Writes how sessions do.
pub fn pace(tx: &mut Tx<'_>, all: &[Pace]) -> Result<()> {
    tx.many(
        sql!(
            "UPDATE client_session SET rate = r.rate, accepted = r.accepted, refused = r.refused
             FROM ROWS(id BIGINT, rate BIGINT, accepted BIGINT, refused BIGINT) AS r WHERE client_session.id = r.id"
        ),
        &[],
        all.iter().map(|p| params![p.id, p.rate, p.accepted, p.refused]),
    )
    .map(drop)
}

/// Takes it on this process to hand a client what waits for it. `false` while another that lives does.
pub fn lease(tx: &mut Tx<'_>, client: i64) -> Result<bool> {
    let (node, run, now) = (tx.node(), tx.run(), tx.server_now()?);
    let taken = tx.exec(
        sql!(
            "INSERT INTO client_lease (client, node, run) VALUES ($1, $2, $3)
             ON CONFLICT (client) DO UPDATE SET node = excluded.node, run = excluded.run
             WHERE (client_lease.node = $2 AND client_lease.run = $3) OR NOT EXISTS
               (SELECT 1 FROM node n WHERE n.id = client_lease.node AND n.run = client_lease.run AND n.until > $4
                  AND n.id <> $2)"
        ),
        &params![client, node, run, now],
    )?;
    Ok(taken > 0)
}

/// Whether this process still has it.
pub fn leased(tx: &mut Tx<'_>, client: i64) -> Result<bool> {
    let (node, run) = (tx.node(), tx.run());
    let sql = sql!("SELECT client FROM client_lease WHERE client = $1 AND node = $2 AND run = $3");
    Ok(tx.one(sql, &params![client, node, run], |r| r.get::<i64>(0))?.is_some())
}

/// Lets another process take it.
pub fn release(tx: &mut Tx<'_>, client: i64) -> Result<()> {
    let (node, run) = (tx.node(), tx.run());
    tx.exec(
        sql!("DELETE FROM client_lease WHERE client = $1 AND node = $2 AND run = $3"),
        &params![client, node, run],
    )?;
    tx.ring(crate::Bell::Client(client));
    Ok(())
}

/// Whether this account is there.
pub fn is_there(tx: &mut Tx<'_>, client: i64) -> Result<bool> {
    let found = tx.one(sql!("SELECT id FROM client WHERE id = $1"), &params![client], |r| r.get::<i64>(0))?;
    Ok(found.is_some())
}

/// The client that has a number of ours; 0 nobody.
pub fn of_number(tx: &mut Tx<'_>, workspace: i64, address: &str) -> Result<i64> {
    let sql = sql!("SELECT client FROM number WHERE workspace = $1 AND number = $2");
    Ok(tx.one(sql, &params![workspace, *address], |r| r.get(0))?.unwrap_or(0))
}

/// A part of a text that is not whole yet.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id.
    pub id: i64,
    /// Which one, from 1.
    pub seq: i64,
    /// The id its client was given.
    pub given: String,
    /// What its client asked to be told.
    pub wants: i64,
    /// Its data_coding.
    pub coding: i64,
    /// Its user data header.
    pub header: Vec<u8>,
    /// What follows it.
    pub octets: Vec<u8>,
}

/// The parts that are here of texts of one name, oldest first; nobody else adds to them until this is committed.
pub fn parts(tx: &mut Tx<'_>, client: i64, name: &str) -> Result<Vec<Part>> {
    tx.one(sql!("SELECT id FROM client WHERE id = $1 FOR UPDATE"), &params![client], |r| r.get::<i64>(0))?;
    tx.rows(
        sql!(
            "SELECT id, seq, given, wants, coding, header, octets FROM client_part WHERE client = $1 AND name = $2
             ORDER BY id"
        ),
        &params![client, *name],
        |r| {
            Ok(Part {
                id: r.get(0)?,
                seq: r.get(1)?,
                given: r.get(2)?,
                wants: r.get(3)?,
                coding: r.get(4)?,
                header: r.get(5)?,
                octets: r.get(6)?,
            })
        },
    )
}

/// Keeps a part.
pub fn keep(tx: &mut Tx<'_>, workspace: i64, client: i64, name: &str, part: &Part) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO client_part (id, workspace, client, name, seq, given, wants, coding, header, octets, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &params![
            part.id, workspace, client, *name, part.seq, part.given, part.wants, part.coding, part.header,
            part.octets, now
        ],
    )
    .map(drop)
}

/// Forgets parts.
pub fn drop_parts(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    tx.exec(sql!("DELETE FROM client_part WHERE id IN LIST($1)"), &params![list_of(ids)]).map(drop)
}

/// A part whose others never came.
#[derive(Debug, Clone)]
pub struct Lost {
    /// Its id.
    pub id: i64,
    /// Its workspace.
    pub workspace: i64,
    /// Its client.
    pub client: i64,
    /// What the parts of its text share: from whom to whom, and more.
    pub name: String,
    /// The id its client was given.
    pub given: String,
    /// What its client asked to be told.
    pub wants: i64,
}

/// Parts that have waited since before then, oldest first.
pub fn lost_parts(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Lost>> {
    tx.rows(
        sql!(
            "SELECT id, workspace, client, given, wants, name FROM client_part WHERE at < $1 ORDER BY id LIMIT $2"
        ),
        &params![before, limit],
        |r| {
            Ok(Lost {
                id: r.get(0)?,
                workspace: r.get(1)?,
                client: r.get(2)?,
                given: r.get(3)?,
                wants: r.get(4)?,
                name: r.get(5)?,
            })
        },
    )
}

/// Keeps the other ids of a message: (id given, what it asked for).
pub fn give(
    tx: &mut Tx<'_>,
    workspace: i64,
    client: i64,
    message: i64,
    given: &[(String, i64)],
) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO client_given (client, given, workspace, message, wants)
             SELECT $1, r.given, $2, $3, r.wants FROM ROWS(given TEXT, wants BIGINT) AS r WHERE true
             ON CONFLICT (client, given) DO UPDATE SET message = excluded.message, wants = excluded.wants"
        ),
        &params![client, workspace, message],
        given.iter().map(|(given, wants)| params![*given, *wants]),
    )
    .map(drop)
}

/// The message that a client knows by another id.
pub fn of_given(tx: &mut Tx<'_>, client: i64, given: &str) -> Result<Option<i64>> {
    let sql = sql!("SELECT message FROM client_given WHERE client = $1 AND given = $2");
    tx.one(sql, &params![client, *given], |r| r.get(0))
}

/// A message of a client as it stands: the row it was stored as, its notify column, and what became of it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The row.
    pub row: NewMessage,
    /// The carrier's reason.
    pub code: sms::Code,
    /// When it came to its final state, ms; 0 not yet.
    pub done_at: i64,
    /// Whether it may be on the wire this moment.
    pub in_flight: bool,
}

/// A message of a workspace.
pub fn standing(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Standing>> {
    tx.one(
        sql!(
            "SELECT id, workspace, campaign, contact, thread, class, connector, candidates, sender, recipient, tag, text,
               encoding, parts, status, on_ambiguous, test, source, client_ref, due, until, notify, route, price,
               code, done_at,
               (SELECT count(*) FROM flight f WHERE f.message = message.id)
             FROM message WHERE workspace = $1 AND id = $2 FOR UPDATE"
        ),
        &params![workspace, id],
        |r| {
            let row = crate::message::read_new(r)?;
            let in_flight = r.get::<i64>(26)? > 0;
            Ok(Standing { row, code: r.get(24)?, done_at: r.get(25)?, in_flight })
        },
    )
}

/// How the clients of the whole installation stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Accounts that may bind.
    pub enabled: i64,
    /// Accounts that are bound.
    pub bound: i64,
    /// Receipts and messages that wait, as far as they are counted.
    pub waiting: i64,
    /// Since when the oldest of them does, ms; 0 none.
    pub oldest: i64,
}

/// How they stand; what waits is counted up to `most`.
pub fn summary(tx: &mut Tx<'_>, most: i64) -> Result<Summary> {
    let (node, now) = (tx.node(), tx.server_now()?);
    let enabled = tx.one(sql!("SELECT count(*) FROM client WHERE enabled = 1"), &[], |r| r.get(0))?;
    let bound = tx.one(
        sql!(
            "SELECT count(DISTINCT s.client) FROM client_session s JOIN node n ON n.id = s.node AND n.run = s.run
             WHERE n.id = $1 OR n.until > $2"
        ),
        &params![node, now],
        |r| r.get(0),
    )?;
    let waiting = tx.one(
        sql!("SELECT count(*) FROM (SELECT id FROM client_out LIMIT $1) AS counted"),
        &params![most],
        |r| r.get(0),
    )?;
    // The first of each client is found by its key: nothing is walked through.
    let oldest = tx.one(
        sql!(
            "SELECT coalesce(min(o.at), 0) FROM client c JOIN client_out o ON o.client = c.id
               AND o.id = (SELECT min(x.id) FROM client_out x WHERE x.client = c.id)"
        ),
        &[],
        |r| r.get(0),
    )?;
    Ok(Summary {
        enabled: enabled.unwrap_or(0),
        bound: bound.unwrap_or(0),
        waiting: waiting.unwrap_or(0),
        oldest: oldest.unwrap_or(0),
    })
}
