//! What waits for clients of the SMPP server, in order: receipts of their messages, messages in for their numbers.
//!
//! A row is written in the transaction that made it true and goes only when the client has taken it, or when it has
//! waited too long. Nothing here knows a session.

use crate::{Bell, Result, Tx, Val, list_of, params, sql};
use sms::{Code, Status};
use std::collections::{BTreeSet, HashMap};

/// How long something waits for its client.
pub const KEEP_MS: i64 = 72 * 3_600_000;

/// Who is to be told what of a message: the client's serial above four flags, as it stands in `message.notify`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notify(pub i64);

impl Notify {
    /// Told when it was delivered.
    pub const DELIVERED: i64 = 1;
    /// Told when it failed, or when nobody will ever know.
    pub const FAILED: i64 = 2;
    /// Told when the carrier holds it.
    pub const PROGRESS: i64 = 4;
    /// The client knows it by other ids than its own: see `client_given`.
    pub const GIVEN: i64 = 8;
    const SHIFT: u32 = 8;

    /// Of a client, with flags.
    pub const fn of(serial: i64, flags: i64) -> Notify {
        Notify(serial << Notify::SHIFT | flags)
    }

    /// Whose message it is; 0 nobody's.
    pub const fn serial(self) -> i64 {
        self.0 >> Notify::SHIFT
    }

    /// Whether its flags ask for this state.
    pub const fn wants(self, status: Status, code: Code) -> bool {
        let flag = match status {
            Status::Delivered => Notify::DELIVERED,
            Status::Undelivered
            | Status::Rejected
            | Status::Expired
            | Status::Cancelled
            | Status::Suppressed => Notify::FAILED,
            Status::Unknown if matches!(code, Code::NoReceipt) => Notify::FAILED,
            Status::Buffered => Notify::PROGRESS,
            _ => 0,
        };
        self.0 & flag != 0
    }
}

/// A message that came to a state.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) message: i64,
    notify: Notify,
    status: Status,
    code: Code,
    detail: String,
}

impl Told {
    /// Of a message and its notify column.
    pub(crate) fn of((message, notify): (i64, i64), status: Status, code: Code, detail: &str) -> Told {
        let detail = if notify == 0 { String::new() } else { detail.to_owned() };
        Told { message, notify: Notify(notify), status, code, detail }
    }

    fn asked(&self) -> bool {
        self.notify.serial() != 0
            && (self.notify.0 & Notify::GIVEN != 0 || self.notify.wants(self.status, self.code))
    }
}

/// Something about to wait for a client.
#[derive(Debug, Clone)]
pub struct New {
    /// The client.
    pub client: i64,
    /// Whether it is a message in; else it is a receipt.
    pub inbound: bool,
    /// The message, or the message in.
    pub about: i64,
    /// The id the client knows it by; empty: that of the message itself.
    pub given: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's own word.
    pub detail: String,
}

/// Something that waits, with what a client is told of it.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its place in the order of its client.
    pub id: i64,
    /// Whether it is a message in; else it is a receipt.
    pub inbound: bool,
    /// The message, or the message in.
    pub about: i64,
    /// The id the client knows it by; empty: that of the message itself.
    pub given: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's own word.
    pub detail: String,
    /// When, ms.
    pub at: i64,
    /// How often the client has refused it.
    pub tries: i64,
    /// Who sent the message, or wrote in.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// The text.
    pub text: String,
    /// When the message was accepted, ms.
    pub accepted_at: i64,
    /// Optional parameters that came with a message in, a line each.
    pub tlvs: String,
}

/// Lets clients know what they asked to be told.
pub(crate) fn tell(tx: &mut Tx<'_>, told: Vec<Told>) -> Result<()> {
    let told: Vec<Told> = told.into_iter().filter(Told::asked).collect();
    if told.is_empty() {
        return Ok(());
    }
    let serials: BTreeSet<i64> = told.iter().map(|t| t.notify.serial()).collect();
    let serials: Vec<i64> = serials.into_iter().collect();
    let clients: HashMap<i64, i64> = tx
        .rows(
            sql!("SELECT serial, id FROM client WHERE serial IN LIST($1) AND workspace <> 0"),
            &params![list_of(&serials)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?
        .into_iter()
        .collect();
    let several: Vec<i64> =
        told.iter().filter(|t| t.notify.0 & Notify::GIVEN != 0).map(|t| t.message).collect();
    let given = given(tx, &several)?;
    let mut rows = Vec::new();
    for t in &told {
        let Some(client) = clients.get(&t.notify.serial()) else { continue };
        let new = |given: &str| New {
            client: *client,
            inbound: false,
            about: t.message,
            given: given.to_owned(),
            status: t.status,
            code: t.code,
            detail: t.detail.clone(),
        };
        match given.get(&t.message) {
            Some(all) => {
                let wanted = all.iter().filter(|(_, wants)| Notify(*wants).wants(t.status, t.code));
                rows.extend(wanted.map(|(given, _)| new(given)));
            }
            None if t.notify.wants(t.status, t.code) => rows.push(new("")),
            None => {}
        }
    }
    put(tx, &rows)
}

type Given = HashMap<i64, Vec<(String, i64)>>;

/// The other ids of these messages, each with what its part asked for.
fn given(tx: &mut Tx<'_>, messages: &[i64]) -> Result<Given> {
    let mut out = Given::new();
    if messages.is_empty() {
        return Ok(out);
    }
    let found = tx.rows(
        sql!(
            "SELECT message, given, wants FROM client_given WHERE message IN LIST($1) AND workspace <> 0
             ORDER BY message, given"
        ),
        &params![list_of(messages)],
        |r| Ok((r.get::<i64>(0)?, (r.get(1)?, r.get(2)?))),
    )?;
    for (message, one) in found {
        out.entry(message).or_default().push(one);
    }
    Ok(out)
}

/// Keeps what waits from now on.
pub fn put(tx: &mut Tx<'_>, rows: &[New]) -> Result<()> {
    let now = tx.now();
    let ids: Vec<i64> = rows.iter().map(|_| tx.id()).collect();
    tx.many(
        sql!(
            "INSERT INTO client_out (client, id, kind, ref, given, status, code, detail, at, due, tries, until)
             SELECT r.client, r.id, r.kind, r.about, r.given, r.status, r.code, r.detail, $1, 0, 0, $2
             FROM ROWS(client BIGINT, id BIGINT, kind BIGINT, about BIGINT, given TEXT, status BIGINT, code BIGINT,
               detail TEXT) AS r"
        ),
        &params![now, Val::Int(now + KEEP_MS)],
        rows.iter().zip(&ids).map(|(r, id)| {
            params![r.client, *id, r.inbound, r.about, r.given, r.status, r.code, r.detail]
        }),
    )?;
    for row in rows {
        tx.ring(Bell::Client(row.client));
    }
    Ok(())
}

/// What waits for a client and is due, oldest first; with what a client is told of it.
pub fn waiting(tx: &mut Tx<'_>, client: i64, limit: i64) -> Result<Vec<Waiting>> {
    let now = tx.now();
    tx.rows(
        sql!(
            "SELECT o.id, o.kind, o.ref, o.given, o.status, o.code, o.detail, o.at, o.tries,
               coalesce(m.sender, i.sender, ''), coalesce(m.recipient, i.recipient, ''), coalesce(m.text, i.text, ''),
               coalesce(m.accepted_at, i.received_at, 0), coalesce(i.tlvs, '')
             FROM client_out o LEFT JOIN message m ON o.kind = 0 AND m.id = o.ref
               LEFT JOIN inbound i ON o.kind = 1 AND i.id = o.ref
             WHERE o.client = $1 AND o.due <= $2 AND o.until > $2 ORDER BY o.id LIMIT $3"
        ),
        &params![client, now, limit],
        |r| {
            Ok(Waiting {
                id: r.get(0)?,
                inbound: r.get(1)?,
                about: r.get(2)?,
                given: r.get(3)?,
                status: r.get(4)?,
                code: r.get(5)?,
                detail: r.get(6)?,
                at: r.get(7)?,
                tries: r.get(8)?,
                sender: r.get(9)?,
                recipient: r.get(10)?,
                text: r.get(11)?,
                accepted_at: r.get(12)?,
                tlvs: r.get(13)?,
            })
        },
    )
}

/// These (client, id) were taken by their clients.
pub fn taken(tx: &mut Tx<'_>, rows: &[(i64, i64)]) -> Result<()> {
    tx.many(
        sql!(
            "DELETE FROM client_out USING ROWS(client BIGINT, id BIGINT) AS r
             WHERE client_out.client = r.client AND client_out.id = r.id"
        ),
        &[],
        rows.iter().map(|(client, id)| params![*client, *id]),
    )
    .map(drop)
}

/// These (client, id, due) were refused by their clients and are offered again later.
pub fn put_off(tx: &mut Tx<'_>, rows: &[(i64, i64, i64)]) -> Result<()> {
    tx.many(
        sql!(
            "UPDATE client_out SET due = r.due, tries = tries + 1 FROM ROWS(client BIGINT, id BIGINT, due BIGINT) AS r
             WHERE client_out.client = r.client AND client_out.id = r.id"
        ),
        &[],
        rows.iter().map(|(client, id, due)| params![*client, *id, *due]),
    )
    .map(drop)
}

/// Forgets what no client came for in time, and other ids of messages long gone. Gives how many rows went.
pub(crate) fn forget(tx: &mut Tx<'_>, limit: i64) -> Result<u64> {
    let now = tx.now();
    let late = tx.exec(
        sql!(
            "DELETE FROM client_out WHERE (client, id) IN (SELECT client, id FROM client_out WHERE until <= $1 LIMIT $2)"
        ),
        &params![now, limit],
    )?;
    let old = sms::id::compose((now - super::retention::KEEP_MS).max(sms::id::EPOCH_MS), 0, 0);
    let ids = tx.exec(
        sql!(
            "DELETE FROM client_given WHERE message IN
               (SELECT message FROM client_given WHERE message < $1 AND workspace <> 0 ORDER BY message LIMIT $2)"
        ),
        &params![old, limit],
    )?;
    Ok(late + ids)
}
