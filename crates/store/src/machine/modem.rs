//! Modems and their cards: what is known of them, what each card may still send, and what must not be tried again.
//!
//! A card is named by its key (`imsi:…`, `iccid:…`): which port or connector it is in does not matter here. The store
//! never sees a PIN, only its keyed print.

use crate::{Result, Row, Tx, Val, params, sql};

const MINUTE_MS: i64 = 60_000;
const HOUR: i64 = 60;
const DAY: i64 = 24 * 60;
/// The row that is locked while a card's room is judged; no minute has this number.
const LOCK: i64 = 0;
/// How long a reference may still be reported on.
const REPORTED_MS: i64 = 7 * 86_400_000;
/// What was set aside is kept for so many things a connector.
const ASIDE_KEPT: i64 = 50;

/// What a modem said of itself last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Modem {
    /// Its connector.
    pub connector: i64,
    /// The port it was found at.
    pub port: String,
    /// Its make.
    pub maker: String,
    /// Its model.
    pub model: String,
    /// The version of its software.
    pub revision: String,
    /// Its own number.
    pub imei: String,
    /// The card's own number.
    pub iccid: String,
    /// The subscriber.
    pub imsi: String,
    /// The card's telephone number.
    pub number: String,
    /// The service centre.
    pub centre: String,
    /// The network.
    pub operator: String,
    /// `home`, `roaming`, `searching`, `denied`, `idle`, `unknown`; empty where it does not say.
    pub registration: String,
    /// The signal in dBm.
    pub signal_dbm: Option<i64>,
    /// `ready`, `pin`, `puk`, `absent`, `failed`, `unknown`.
    pub card: String,
    /// Tries left for the PIN.
    pub pin_left: Option<i64>,
    /// The memory messages are stored in.
    pub memory: String,
    /// Places taken.
    pub used: i64,
    /// Places there are.
    pub total: i64,
    /// What the card's sending is counted under.
    pub sim: String,
    /// What the network said of the balance last.
    pub balance: String,
    /// When, ms since 1970; 0 never did.
    pub balance_at: i64,
    /// When all this was said, ms since 1970.
    pub at: i64,
}

/// Writes down what a modem says of itself; its balance stays.
pub fn put(tx: &mut Tx<'_>, m: &Modem) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO modem (connector, port, maker, model, revision, imei, iccid, imsi, number, centre, operator,
               registration, signal_dbm, card, pin_left, memory, used, total, sim, balance, balance_at, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '', 0, $20)
             ON CONFLICT (connector) DO UPDATE SET
               port = excluded.port, maker = excluded.maker, model = excluded.model, revision = excluded.revision,
               imei = excluded.imei, iccid = excluded.iccid, imsi = excluded.imsi, number = excluded.number,
               centre = excluded.centre, operator = excluded.operator, registration = excluded.registration,
               signal_dbm = excluded.signal_dbm, card = excluded.card, pin_left = excluded.pin_left,
               memory = excluded.memory, used = excluded.used, total = excluded.total, sim = excluded.sim,
               at = excluded.at"
        ),
        &params![
            m.connector,
            m.port,
            m.maker,
            m.model,
            m.revision,
            m.imei,
            m.iccid,
            m.imsi,
            m.number,
            m.centre,
            m.operator,
            m.registration,
            m.signal_dbm,
            m.card,
            m.pin_left,
            m.memory,
            m.used,
            m.total,
            m.sim,
            now
        ],
    )
    .map(drop)
}

/// What a modem said of itself last.
pub fn get(tx: &mut Tx<'_>, connector: i64) -> Result<Option<Modem>> {
    tx.one(
        sql!(
            "SELECT connector, port, maker, model, revision, imei, iccid, imsi, number, centre, operator, registration,
               signal_dbm, card, pin_left, memory, used, total, sim, balance, balance_at, at
             FROM modem WHERE connector = $1"
        ),
        &params![connector],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Modem> {
    Ok(Modem {
        connector: r.get(0)?,
        port: r.get(1)?,
        maker: r.get(2)?,
        model: r.get(3)?,
        revision: r.get(4)?,
        imei: r.get(5)?,
        iccid: r.get(6)?,
        imsi: r.get(7)?,
        number: r.get(8)?,
        centre: r.get(9)?,
        operator: r.get(10)?,
        registration: r.get(11)?,
        signal_dbm: r.get(12)?,
        card: r.get(13)?,
        pin_left: r.get(14)?,
        memory: r.get(15)?,
        used: r.get(16)?,
        total: r.get(17)?,
        sim: r.get(18)?,
        balance: r.get(19)?,
        balance_at: r.get(20)?,
        at: r.get(21)?,
    })
}

impl Modem {
    /// What its card's PIN is on record under.
    pub fn card_key(&self) -> String {
        match (self.iccid.is_empty(), self.imei.is_empty()) {
            (false, _) => format!("iccid:{}", self.iccid),
            (_, false) => format!("imei:{}", self.imei),
            _ => String::new(),
        }
    }
}

/// What the network said of the balance.
pub fn put_balance(tx: &mut Tx<'_>, connector: i64, text: &str) -> Result<()> {
    let now = tx.now();
    let sql = sql!("UPDATE modem SET balance = $2, balance_at = $3 WHERE connector = $1");
    tx.exec(sql, &params![connector, *text, now]).map(drop)
}

/// How much a card may send: parts an hour and a day; 0 is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// Parts in any sixty minutes.
    pub hour: i64,
    /// Parts in any twenty-four hours.
    pub day: i64,
}

/// What a card has sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// In the last sixty minutes.
    pub hour: i64,
    /// In the last twenty-four hours.
    pub day: i64,
}

/// What a card has sent until now.
pub fn spent(tx: &mut Tx<'_>, sim: &str) -> Result<Spent> {
    let now = tx.now() / MINUTE_MS;
    let sum = |rows: &[(i64, i64)], span: i64| rows.iter().filter(|r| r.0 > now - span).map(|r| r.1).sum();
    let rows = minutes(tx, sim, now - DAY)?;
    Ok(Spent { hour: sum(&rows, HOUR), day: sum(&rows, DAY) })
}

fn minutes(tx: &mut Tx<'_>, sim: &str, after: i64) -> Result<Vec<(i64, i64)>> {
    tx.rows(
        sql!("SELECT minute, parts FROM sim_sent WHERE sim = $1 AND minute > $2 ORDER BY minute"),
        &params![*sim, after],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Until when a card may send no more; `None` where it may now.
pub fn full_until(tx: &mut Tx<'_>, sim: &str, caps: Caps) -> Result<Option<i64>> {
    let minute = tx.now() / MINUTE_MS;
    let rows = minutes(tx, sim, minute - DAY)?;
    let free = [(caps.hour, HOUR), (caps.day, DAY)].into_iter().filter_map(|(cap, span)| {
        let within: Vec<(i64, i64)> = rows.iter().filter(|r| r.0 > minute - span).copied().collect();
        free_at(&within, cap, span)
    });
    Ok(free.max())
}

/// Counts a part that is about to be written; or, where the card has sent enough, the instant from which it may again.
pub fn permit(tx: &mut Tx<'_>, sim: &str, caps: Caps) -> Result<std::result::Result<(), i64>> {
    permit_parts(tx, sim, caps, 1)
}

/// The same for a message of so many parts: it is let through whole where its first part is.
pub fn permit_parts(
    tx: &mut Tx<'_>,
    sim: &str,
    caps: Caps,
    parts: i64,
) -> Result<std::result::Result<(), i64>> {
    let minute = tx.now() / MINUTE_MS;
    // Two ports with one card, two nodes with one modem each: they wait for one another here.
    tx.exec(
        sql!(
            "INSERT INTO sim_sent (sim, minute, parts) VALUES ($1, $2, 0)
             ON CONFLICT (sim, minute) DO UPDATE SET parts = sim_sent.parts"
        ),
        &params![*sim, LOCK],
    )?;
    if let Some(at) = full_until(tx, sim, caps)? {
        return Ok(Err(at));
    }
    tx.exec(
        sql!(
            "INSERT INTO sim_sent (sim, minute, parts) VALUES ($1, $2, $3)
             ON CONFLICT (sim, minute) DO UPDATE SET parts = sim_sent.parts + excluded.parts"
        ),
        &params![*sim, minute, parts],
    )?;
    let old = sql!("DELETE FROM sim_sent WHERE sim = $1 AND minute > $2 AND minute <= $3");
    tx.exec(old, &params![*sim, LOCK, Val::Int(minute - DAY)])?;
    Ok(Ok(()))
}

/// When so many of these have left the span that one more has room; `None` where it has room now.
fn free_at(rows: &[(i64, i64)], cap: i64, span: i64) -> Option<i64> {
    let mut sent: i64 = rows.iter().map(|r| r.1).sum();
    if cap <= 0 || sent < cap {
        return None;
    }
    for (minute, parts) in rows {
        sent -= parts;
        if sent < cap {
            return Some((minute + span) * MINUTE_MS);
        }
    }
    None
}

/// What is on record of a card's PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// Nothing, or of another PIN.
    Untried,
    /// It was entered and is not known to be right.
    Tried,
    /// A person wants it tried, whatever was before.
    Wanted,
}

/// No print is this.
const WANTED: i64 = 0;

/// What is on record of this PIN at this card.
pub fn pin(tx: &mut Tx<'_>, sim: &str, pin: &str) -> Result<Pin> {
    let print = print(tx, sim, pin);
    let sql = sql!("SELECT print FROM sim_pin WHERE sim = $1");
    Ok(match tx.one(sql, &params![*sim], |r| r.get::<i64>(0))? {
        Some(WANTED) => Pin::Wanted,
        Some(tried) if tried == print => Pin::Tried,
        _ => Pin::Untried,
    })
}

/// Writes down, before it is entered, that this PIN is tried at this card.
pub fn put_tried(tx: &mut Tx<'_>, sim: &str, pin: &str) -> Result<()> {
    let print = print(tx, sim, pin);
    put_pin(tx, sim, print)
}

/// A person wants the PIN tried once more.
pub fn want_pin(tx: &mut Tx<'_>, sim: &str) -> Result<()> {
    put_pin(tx, sim, WANTED)
}

fn put_pin(tx: &mut Tx<'_>, sim: &str, print: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO sim_pin (sim, print, at) VALUES ($1, $2, $3)
             ON CONFLICT (sim) DO UPDATE SET print = excluded.print, at = excluded.at"
        ),
        &params![*sim, print, now],
    )
    .map(drop)
}

/// The PIN was right.
pub fn forget_pin(tx: &mut Tx<'_>, sim: &str) -> Result<()> {
    tx.exec(sql!("DELETE FROM sim_pin WHERE sim = $1"), &params![*sim]).map(drop)
}

/// A tag is any number but, here, the one that stands for a wish: half of them are below zero.
fn print(tx: &Tx<'_>, sim: &str, pin: &str) -> i64 {
    match tx.keys().first_tag(&format!("pin {sim} {pin}")) {
        WANTED => WANTED + 1,
        print => print,
    }
}

/// The last digits of a number, by which a report names it whatever its form.
fn tail(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(8)..].iter().collect()
}

/// A modem took a message under this reference; gives the name that no other message of this card has.
pub fn put_reference(tx: &mut Tx<'_>, sim: &str, reference: u8, recipient: &str) -> Result<String> {
    let now = tx.now();
    let (id, tail) = (format!("{reference}-{now}"), tail(recipient));
    tx.exec(
        sql!(
            "INSERT INTO modem_reference (sim, reference, tail, at, smsc_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (sim, reference, tail, at) DO NOTHING"
        ),
        &params![*sim, Val::Int(i64::from(reference)), tail, now, id],
    )?;
    let old = sql!("DELETE FROM modem_reference WHERE sim = $1 AND at < $2");
    tx.exec(old, &params![*sim, Val::Int(now - REPORTED_MS)])?;
    Ok(id)
}

/// The message a report means: the one under this reference to this number that was sent nearest to when the service
/// centre took it. `None` where there is none.
pub fn find_reference(
    tx: &mut Tx<'_>,
    sim: &str,
    reference: u8,
    recipient: &str,
    taken_at: Option<i64>,
) -> Result<Option<String>> {
    let since = tx.now() - REPORTED_MS;
    let tail = tail(recipient);
    let found = tx.rows(
        sql!(
            "SELECT at, smsc_id FROM modem_reference WHERE sim = $1 AND reference = $2 AND tail = $3 AND at > $4
             ORDER BY at DESC"
        ),
        &params![*sim, Val::Int(i64::from(reference)), tail, since],
        |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)),
    )?;
    let far = |at: i64| taken_at.map_or(0, |taken| (taken - at).abs());
    let near = found.into_iter().filter(|(at, _)| far(*at) < REPORTED_MS).min_by_key(|(at, _)| far(*at));
    Ok(near.map(|(_, id)| id))
}

/// Sets aside what nobody can read.
pub fn set_aside(tx: &mut Tx<'_>, connector: i64, why: &str, octets: &[u8]) -> Result<()> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!("INSERT INTO modem_aside (id, connector, at, why, octets) VALUES ($1, $2, $3, $4, $5)"),
        &params![id, connector, now, *why, *octets],
    )?;
    tx.exec(
        sql!(
            "DELETE FROM modem_aside WHERE connector = $1 AND id NOT IN
               (SELECT id FROM modem_aside WHERE connector = $1 ORDER BY id DESC LIMIT $2)"
        ),
        &params![connector, ASIDE_KEPT],
    )
    .map(drop)
}

/// How many things of a connector were set aside, and when the last one was.
pub fn aside(tx: &mut Tx<'_>, connector: i64) -> Result<(i64, i64)> {
    let sql = sql!("SELECT count(*), coalesce(max(at), 0) FROM modem_aside WHERE connector = $1");
    Ok(tx.one(sql, &params![connector], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
}

/// Forgets a modem whose connector is removed; what its card has sent stays counted.
pub fn forget(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    tx.exec(sql!("DELETE FROM modem WHERE connector = $1"), &params![connector])?;
    tx.exec(sql!("DELETE FROM modem_aside WHERE connector = $1"), &params![connector]).map(drop)
}
