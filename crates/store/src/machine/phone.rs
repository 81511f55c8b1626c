//! Phones that carry: the pairing of one with its connector, what it said of itself last, and which cards are in it.
//!
//! Neither code nor token is ever stored, only their keyed prints. What a phone is given to send is [`task`]'s.

pub mod task;

use super::modem::{self, Caps};
use crate::keys::Keys;
use crate::{Bell, Error, Result, Row, Tx, Val, params, sql};
use serde::{Deserialize, Serialize};
use sms::id::{kind, parse, public};
use subtle::ConstantTimeEq;

/// How long a code may be used.
pub const CODE_MS: i64 = 10 * 60_000;
/// Octets of a token's secret.
const SECRET: usize = 24;
/// Cards of one phone that are looked at.
pub const SIMS_MOST: usize = 4;

/// A card as the phone tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sim {
    /// Its place in the phone, from 1.
    pub slot: i64,
    /// The network's name.
    pub carrier: String,
    /// Its telephone number, where the phone or a person knows it.
    pub number: String,
    /// Bars of signal, 0 to 4; `None` where it is not known.
    pub bars: Option<i64>,
    /// It may send now.
    pub ready: bool,
    /// It is abroad.
    pub roaming: bool,
}

impl Sim {
    /// What its sending is counted under: the number where it is known, whatever phone it is in.
    pub fn key(&self, connector: i64) -> String {
        if self.number.is_empty() {
            format!("phone:{connector}:{}", self.slot)
        } else {
            format!("number:{}", self.number)
        }
    }
}

/// What a phone says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Make and model.
    pub model: String,
    /// The version of Android.
    pub android: String,
    /// The version of the app.
    pub app: String,
    /// Percent; -1 where it is not known.
    pub battery: i64,
    /// It is being charged.
    pub charging: bool,
    /// How far its clock is ahead of ours, ms.
    pub skew_ms: i64,
    /// Its cards.
    pub sims: Vec<Sim>,
}

/// A phone as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phone {
    /// Its connector.
    pub connector: i64,
    /// When it was paired, ms; 0 it is not.
    pub paired_at: i64,
    /// Until when a code that nobody used may be used, ms; 0 there is none.
    pub code_until: i64,
    /// What it says of itself.
    pub facts: Facts,
    /// When it was heard last, ms; 0 never.
    pub seen_at: i64,
    /// Messages it has room for.
    pub room: i64,
    /// Until when it waits for an answer, ms; 0 it does not.
    pub waits_until: i64,
    /// The session of the link that may give it something.
    pub session: i64,
    /// The question it asked last.
    pub poll: i64,
}

fn print(keys: &Keys, what: &str, secret: &str) -> Vec<u8> {
    keys.mac(what, &[secret.as_bytes()]).to_vec()
}

/// Offers a code for `CODE_MS`: whoever shows it is the connector's phone. A code offered before is worth nothing.
pub fn offer(tx: &mut Tx<'_>, connector: i64, code: &str) -> Result<i64> {
    let (print, until) = (print(tx.keys(), "phone-code", code), tx.now() + CODE_MS);
    tx.exec(
        sql!(
            "INSERT INTO phone (connector, code, code_until, install, token, paired_at, model, android, app, battery,
               charging, skew_ms, sims, seen_at, session, poll, room, waits_until)
             VALUES ($1, $2, $3, '', $4, 0, '', '', '', -1, 0, 0, '[]', 0, 0, 0, 0, 0)
             ON CONFLICT (connector) DO UPDATE SET code = excluded.code, code_until = excluded.code_until"
        ),
        &params![connector, print, until, Vec::<u8>::new()],
    )?;
    Ok(until)
}

/// Pairs the installation of an app that shows a code; gives its connector and token. The same installation may show
/// the code again while it is fresh and its token was not used: the answer is the same. `None` for any other code.
pub fn pair(tx: &mut Tx<'_>, code: &str, install: &str) -> Result<Option<(i64, String)>> {
    let (shown, now) = (print(tx.keys(), "phone-code", code), tx.now());
    let found = tx.one(
        sql!("SELECT connector, install, token FROM phone WHERE code = $1 AND code_until > $2"),
        &params![shown, now],
        |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?, r.get::<Vec<u8>>(2)?)),
    )?;
    let Some((connector, before, known)) = found else { return Ok(None) };
    let secret = tx.keys().mac("phone-token", &[&connector.to_be_bytes(), &shown, install.as_bytes()]);
    let hex: String = secret.iter().take(SECRET).map(|b| format!("{b:02x}")).collect();
    let token = format!("{}-{hex}", public(kind::CONNECTOR, connector));
    let mark = print(tx.keys(), "phone-proof", &token);
    if known == mark && before == install {
        return Ok(Some((connector, token))); // its first answer was lost
    }
    if used_by_another(tx, connector, &shown)? {
        return Ok(None);
    }
    tx.exec(
        sql!(
            "UPDATE phone SET install = $2, token = $3, paired_at = $4, poll = 0, room = 0, waits_until = 0, sims = '[]'
             WHERE connector = $1"
        ),
        &params![connector, install, mark, now],
    )?;
    // What another phone was given may not come to this one under the same name.
    task::shut(tx, connector)?;
    tx.ring(Bell::Phone(connector));
    Ok(Some((connector, token)))
}

/// Whether a phone was paired after this code was offered: it is somebody's then.
fn used_by_another(tx: &mut Tx<'_>, connector: i64, code: &[u8]) -> Result<bool> {
    let sql = sql!("SELECT 1 FROM phone WHERE connector = $1 AND code = $2 AND paired_at >= code_until - $3");
    Ok(tx.one(sql, &params![connector, *code, CODE_MS], |r| r.get::<i64>(0))?.is_some())
}

/// The connector whose phone has this token; `None` where it is nobody's.
pub fn of_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<i64>> {
    let Some(connector) = token.split_once('-').and_then(|(id, _)| parse(kind::CONNECTOR, id)) else {
        return Ok(None);
    };
    let mark = print(tx.keys(), "phone-proof", token);
    let sql = sql!(
        "SELECT p.token FROM phone AS p JOIN connector AS c ON c.id = p.connector
         WHERE p.connector = $1 AND c.enabled = 1 AND c.kind = 'phone'"
    );
    let known = tx.one(sql, &params![connector], |r| r.get::<Vec<u8>>(0))?;
    Ok(known.filter(|known| bool::from(known.ct_eq(&mark))).map(|_| connector))
}

/// Its token opens nothing any more, and no code is offered.
pub fn revoke(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE phone SET code = $2, code_until = 0, install = '', token = $2, paired_at = 0, poll = 0, room = 0,
               waits_until = 0
             WHERE connector = $1"
        ),
        &params![connector, Vec::<u8>::new()],
    )?;
    task::shut(tx, connector)?;
    tx.ring(Bell::Phone(connector));
    Ok(())
}

/// Writes down what a phone says of itself. Whoever uses a token needs its code no more.
pub fn put_facts(tx: &mut Tx<'_>, connector: i64, f: &Facts) -> Result<()> {
    let now = tx.now();
    let sims = serde_json::to_string(&f.sims).map_err(|e| Error::Shape(format!("cards of a phone: {e}")))?;
    tx.exec(
        sql!(
            "UPDATE phone SET model = $2, android = $3, app = $4, battery = $5, charging = $6, skew_ms = $7, sims = $8,
               seen_at = $9, code_until = CASE WHEN paired_at >= code_until - $10 THEN 0 ELSE code_until END
             WHERE connector = $1"
        ),
        &params![
            connector, f.model, f.android, f.app, f.battery, f.charging, f.skew_ms, sims, now, CODE_MS
        ],
    )
    .map(drop)
}

/// It was heard.
pub fn heard(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(sql!("UPDATE phone SET seen_at = $2 WHERE connector = $1"), &params![connector, now]).map(drop)
}

/// It asks, and will wait so long; gives the number of its question.
pub fn ask(tx: &mut Tx<'_>, connector: i64, room: i64, wait_ms: i64) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    // Numbers only go up, whichever node is asked: what the phone has got is compared with them.
    let sql = sql!(
        "UPDATE phone SET poll = CASE WHEN poll >= $2 THEN poll + 1 ELSE $2 END, room = $3, waits_until = $4, seen_at = $5
         WHERE connector = $1 RETURNING poll"
    );
    let poll = tx.one(sql, &params![connector, id, room, Val::Int(now + wait_ms), now], |r| r.get(0))?;
    let poll = poll.unwrap_or(id);
    tx.ring(Bell::Phone(connector));
    Ok(poll)
}

/// It waits no more: it was answered, or went away.
pub fn leave(tx: &mut Tx<'_>, connector: i64, poll: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!("UPDATE phone SET room = 0, waits_until = 0, seen_at = $3 WHERE connector = $1 AND poll = $2"),
        &params![connector, poll, now],
    )?;
    tx.ring(Bell::Phone(connector));
    Ok(())
}

/// What is known of the phone of a connector.
pub fn get(tx: &mut Tx<'_>, connector: i64) -> Result<Option<Phone>> {
    tx.one(
        sql!(
            "SELECT connector, paired_at, code_until, model, android, app, battery, charging, skew_ms, sims, seen_at,
               room, waits_until, session, poll
             FROM phone WHERE connector = $1"
        ),
        &params![connector],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Phone> {
    let sims = serde_json::from_str(&r.get::<String>(9)?);
    Ok(Phone {
        connector: r.get(0)?,
        paired_at: r.get(1)?,
        code_until: r.get(2)?,
        facts: Facts {
            model: r.get(3)?,
            android: r.get(4)?,
            app: r.get(5)?,
            battery: r.get(6)?,
            charging: r.get(7)?,
            skew_ms: r.get(8)?,
            sims: sims.map_err(|e| Error::Shape(format!("cards of a phone: {e}")))?,
        },
        seen_at: r.get(10)?,
        room: r.get(11)?,
        waits_until: r.get(12)?,
        session: r.get(13)?,
        poll: r.get(14)?,
    })
}

/// Which cards a message may take, and how much each may send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The only place that may send; 0 for any.
    pub slot: i64,
    /// Parts an hour and a day, each card for itself.
    pub caps: Caps,
}

/// Which card is to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// This one; it is counted already.
    Slot(i64),
    /// None before this instant, ms.
    Full(i64),
    /// No card is there that may send.
    None,
}

/// Chooses a card for a message of so many parts, and counts them: the one whose number is the sender, else the one that
/// has sent least today among those that may.
pub fn choose(tx: &mut Tx<'_>, phone: &Phone, how: &Choice, sender: &str, parts: i64) -> Result<Chosen> {
    let fits = |sim: &&Sim| sim.ready && (how.slot == 0 || sim.slot == how.slot);
    let may: Vec<&Sim> = phone.facts.sims.iter().filter(fits).collect();
    let own = may.iter().find(|sim| !sim.number.is_empty() && sim.number == sender);
    let mut open = Vec::new();
    let mut free_at: Option<i64> = None;
    for sim in own.map_or_else(|| may.clone(), |own| vec![*own]) {
        let key = sim.key(phone.connector);
        match modem::full_until(tx, &key, how.caps)? {
            None => open.push((modem::spent(tx, &key)?.day, sim.slot, key)),
            Some(at) => free_at = Some(free_at.map_or(at, |known| known.min(at))),
        }
    }
    open.sort_unstable();
    let Some((_, slot, key)) = open.into_iter().next() else {
        return Ok(free_at.map_or(Chosen::None, Chosen::Full));
    };
    Ok(match modem::permit_parts(tx, &key, how.caps, parts)? {
        Ok(()) => Chosen::Slot(slot),
        Err(at) => Chosen::Full(at),
    })
}

/// Forgets the phone of a connector that is removed.
pub fn forget(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    tx.exec(sql!("DELETE FROM phone WHERE connector = $1"), &params![connector])?;
    tx.exec(sql!("DELETE FROM phone_task WHERE connector = $1"), &params![connector]).map(drop)
}

#[cfg(test)]
mod tests;
