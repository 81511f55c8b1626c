//! What stood on a wire: kept only while a watch lasts, in a ring, without secrets. Who may see how much of it is for the
//! engine to say.

use crate::{Bell, Result, Row, Tx, params, sql};

/// Packets kept of one connector.
pub const KEPT: i64 = 1_000;
/// How long a packet is kept at the longest, ms.
const KEPT_MS: i64 = 24 * 3_600_000;

/// Somebody who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Its id.
    pub id: i64,
    /// The connector; 0 is every one.
    pub connector: i64,
    /// Digits of the numbers that are looked at; empty is every one.
    pub mask: String,
    /// The workspace of who looks.
    pub workspace: i64,
    /// Until when, ms.
    pub until_at: i64,
}

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Its id; 0 until it is stored.
    pub id: i64,
    /// The connector.
    pub connector: i64,
    /// Which of its links.
    pub link: i64,
    /// When it was read or written, ms.
    pub at: i64,
    /// Whether we sent it.
    pub ours: bool,
    /// `smpp`, `ucp` or `cimd2`.
    pub dialect: String,
    /// What it is.
    pub command: String,
    /// How it answers, or empty.
    pub status: String,
    /// What pairs an answer with its request.
    pub seq: i64,
    /// The message it is of, or 0.
    pub message: i64,
    /// Its fields, a line each: a sign for what it holds, its name, a colon, its value.
    pub fields: String,
    /// Its octets, secrets blanked.
    pub raw: Vec<u8>,
}

/// Looks from now on; what is out of date goes.
pub fn watch(
    tx: &mut Tx<'_>,
    connector: i64,
    mask: &str,
    workspace: i64,
    actor: &str,
    for_ms: i64,
) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(sql!("DELETE FROM watch WHERE until_at <= $1"), &params![now])?;
    let old = now - KEPT_MS;
    tx.exec(sql!("DELETE FROM trace WHERE at < $1"), &params![old])?;
    let until_at = now + for_ms;
    tx.exec(
        sql!(
            "INSERT INTO watch (id, connector, mask, workspace, actor, until_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &params![id, connector, mask, workspace, actor, until_at, now],
    )?;
    tx.ring(Bell::Connectors);
    Ok(id)
}

/// Ends the watches of a connector.
pub fn unwatch(tx: &mut Tx<'_>, connector: i64) -> Result<u64> {
    let ended = tx.exec(sql!("DELETE FROM watch WHERE connector = $1"), &params![connector])?;
    tx.ring(Bell::Connectors);
    Ok(ended)
}

/// The watches that last.
pub fn watches(tx: &mut Tx<'_>) -> Result<Vec<Watch>> {
    let now = tx.now();
    tx.rows(
        sql!("SELECT id, connector, mask, workspace, until_at FROM watch WHERE until_at > $1 ORDER BY id"),
        &params![now],
        |r| {
            Ok(Watch {
                id: r.get(0)?,
                connector: r.get(1)?,
                mask: r.get(2)?,
                workspace: r.get(3)?,
                until_at: r.get(4)?,
            })
        },
    )
}

/// Keeps packets of a connector, and of all of them the newest; rings for those who look.
pub fn put(tx: &mut Tx<'_>, connector: i64, packets: &[Packet], workspaces: &[i64]) -> Result<()> {
    let ids: Vec<i64> = packets.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO trace (id, connector, link, at, ours, dialect, command, status, seq, message, fields, raw)
             SELECT r.id, $1, r.link, r.at, r.ours, r.dialect, r.command, r.status, r.seq, r.message, r.fields, r.raw
             FROM ROWS(id BIGINT, link BIGINT, at BIGINT, ours BIGINT, dialect TEXT, command TEXT, status TEXT,
                       seq BIGINT, message BIGINT, fields TEXT, raw BYTEA) AS r WHERE true"
        ),
        &params![connector],
        packets.iter().zip(&ids).map(|(p, id)| {
            params![
                *id, p.link, p.at, p.ours, p.dialect, p.command, p.status, p.seq, p.message, p.fields, p.raw
            ]
        }),
    )?;
    tx.exec(
        sql!(
            "DELETE FROM trace WHERE connector = $1 AND id <
               (SELECT min(id) FROM (SELECT id FROM trace WHERE connector = $1 ORDER BY id DESC LIMIT $2) AS newest)"
        ),
        &params![connector, KEPT],
    )?;
    for workspace in workspaces {
        tx.ring(Bell::Workspace(*workspace));
    }
    Ok(())
}

fn read(r: &Row<'_>) -> Result<Packet> {
    Ok(Packet {
        id: r.get(0)?,
        connector: r.get(1)?,
        link: r.get(2)?,
        at: r.get(3)?,
        ours: r.get(4)?,
        dialect: r.get(5)?,
        command: r.get(6)?,
        status: r.get(7)?,
        seq: r.get(8)?,
        message: r.get(9)?,
        fields: r.get(10)?,
        raw: r.get(11)?,
    })
}

/// The newest packets of a connector, newest first.
pub fn newest(tx: &mut Tx<'_>, connector: i64, limit: i64) -> Result<Vec<Packet>> {
    tx.rows(
        sql!(
            "SELECT id, connector, link, at, ours, dialect, command, status, seq, message, fields, raw FROM trace
             WHERE connector = $1 ORDER BY id DESC LIMIT $2"
        ),
        &params![connector, limit],
        read,
    )
}

/// The packets of a message, oldest first.
pub fn of_message(tx: &mut Tx<'_>, message: i64) -> Result<Vec<Packet>> {
    tx.rows(
        sql!(
            "SELECT id, connector, link, at, ours, dialect, command, status, seq, message, fields, raw FROM trace
             WHERE message = $1 AND message <> 0 ORDER BY id"
        ),
        &params![message],
        read,
    )
}

/// Whether there is a packet of a message.
pub fn has(tx: &mut Tx<'_>, message: i64) -> Result<bool> {
    let any = sql!("SELECT id FROM trace WHERE message = $1 AND message <> 0 LIMIT 1");
    Ok(tx.one(any, &params![message], |r| r.get::<i64>(0))?.is_some())
}

/// One packet.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Packet>> {
    tx.one(
        sql!(
            "SELECT id, connector, link, at, ours, dialect, command, status, seq, message, fields, raw FROM trace
             WHERE id = $1"
        ),
        &params![id],
        read,
    )
}
