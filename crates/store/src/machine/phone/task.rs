//! What a phone is given to send: put down by the link after the intent, handed out when the phone asks, answered by it.
//!
//! A task is handed out once. It is said again, under the same name, only while the phone has not said that the answer
//! with it arrived, and only to the installation it was handed to; one that was not handed out can be called back.

use super::{Choice, Chosen, Phone, choose, get};
use crate::{Bell, Result, Row, Tx, Val, params, sql};

/// Answers are kept this long after they were given: the outcome may be stored a little later.
const KEPT_MS: i64 = 60_000;

/// A message for a phone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Task {
    /// The message.
    pub message: i64,
    /// The try.
    pub attempt: i64,
    /// The link's own number for it.
    pub token: i64,
    /// The card that is to send it, from 1; chosen when it is put down.
    pub sim: i64,
    /// Parts we count.
    pub parts: i64,
    /// What it shows as its sender, where that chooses a card.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// What.
    pub body: String,
    /// Its sending may not begin after this, ms.
    pub until: i64,
}

/// What became of putting one down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It waits for the phone to ask.
    Waits,
    /// The cards have sent enough until then, ms.
    Full(i64),
    /// No card of the phone may send.
    NoSim,
    /// The session is not the link's any more.
    Over,
}

/// A session of the link begins: what former ones left is gone from the table. Gives what of it was answered.
pub fn begin(tx: &mut Tx<'_>, connector: i64, session: i64) -> Result<Vec<(i64, i64, String)>> {
    let none = Vec::<u8>::new();
    tx.exec(
        sql!(
            "INSERT INTO phone (connector, code, code_until, install, token, paired_at, model, android, app, battery,
               charging, skew_ms, sims, seen_at, session, poll, room, waits_until)
             VALUES ($1, $2, 0, '', $2, 0, '', '', '', -1, 0, 0, '[]', 0, $3, 0, 0, 0)
             ON CONFLICT (connector) DO UPDATE SET session = excluded.session"
        ),
        &params![connector, none, session],
    )?;
    let left = tx.rows(
        sql!("SELECT message, attempt, answer FROM phone_task WHERE connector = $1 AND answer <> ''"),
        &params![connector],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    tx.exec(sql!("DELETE FROM phone_task WHERE connector = $1"), &params![connector])?;
    Ok(left)
}

/// Puts one down for the phone, on a card that may send it.
pub fn put(tx: &mut Tx<'_>, connector: i64, session: i64, how: &Choice, t: &Task) -> Result<Put> {
    let Some(phone) = get(tx, connector)?.filter(|phone| phone.session == session) else {
        return Ok(Put::Over);
    };
    let slot = match choose(tx, &phone, how, &t.sender, t.parts)? {
        Chosen::Slot(slot) => slot,
        Chosen::Full(at) => return Ok(Put::Full(at)),
        Chosen::None => return Ok(Put::NoSim),
    };
    tx.exec(
        sql!(
            "INSERT INTO phone_task (connector, message, attempt, session, token, sim, parts, recipient, body, until,
               batch, handed_at, answer, answered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', 0)
             ON CONFLICT (connector, message, attempt) DO UPDATE SET
               session = excluded.session, token = excluded.token, sim = excluded.sim, until = excluded.until,
               batch = 0, handed_at = 0, answer = '', answered_at = 0"
        ),
        &params![
            connector, t.message, t.attempt, session, t.token, slot, t.parts, t.recipient, t.body, t.until
        ],
    )?;
    tx.ring(Bell::Phone(connector));
    Ok(Put::Waits)
}

/// Hands out what waits, at most `room`, under the number of the phone's question; before it what was handed out behind
/// `got`, the last answer that the phone saw. Nothing for a question that is not its last.
pub fn take(tx: &mut Tx<'_>, connector: i64, poll: i64, got: i64, room: i64) -> Result<Vec<Task>> {
    // Held until the commit: a new pairing waits for this, or is seen by it.
    let held = sql!("SELECT poll FROM phone WHERE connector = $1 FOR UPDATE");
    if tx.one(held, &params![connector], |r| r.get::<i64>(0))? != Some(poll) {
        return Ok(Vec::new());
    }
    let Some(phone) = get(tx, connector)? else { return Ok(Vec::new()) };
    let now = tx.now();
    let mut all = tx.rows(
        sql!(
            "SELECT message, attempt, token, sim, parts, recipient, body, until FROM phone_task
             WHERE connector = $1 AND session = $2 AND batch > $3 AND answer = '' AND until > $4
             ORDER BY batch, token"
        ),
        &params![connector, phone.session, Val::Int(got.max(0)), now],
        read,
    )?;
    let room = room - i64::try_from(all.len()).unwrap_or(room);
    if room > 0 {
        all.extend(new(tx, &phone, room)?);
    }
    let mut handed = Vec::with_capacity(all.len());
    for t in all {
        let stands = tx.exec(
            sql!(
                "UPDATE phone_task SET batch = $4, handed_at = CASE WHEN handed_at = 0 THEN $5 ELSE handed_at END
                 WHERE connector = $1 AND message = $2 AND attempt = $3 AND session = $6 AND answer = ''"
            ),
            &params![connector, t.message, t.attempt, poll, now, phone.session],
        )?;
        if stands > 0 {
            handed.push(t); // else it was called back meanwhile
        }
    }
    if !handed.is_empty() {
        super::leave(tx, connector, poll)?;
    }
    Ok(handed)
}

/// What was never handed out and may be.
fn new(tx: &mut Tx<'_>, phone: &Phone, room: i64) -> Result<Vec<Task>> {
    let now = tx.now();
    tx.rows(
        sql!(
            "SELECT message, attempt, token, sim, parts, recipient, body, until FROM phone_task
             WHERE connector = $1 AND session = $2 AND batch = 0 AND until > $3 ORDER BY token LIMIT $4"
        ),
        &params![phone.connector, phone.session, now, room],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Task> {
    Ok(Task {
        message: r.get(0)?,
        attempt: r.get(1)?,
        token: r.get(2)?,
        sim: r.get(3)?,
        parts: r.get(4)?,
        sender: String::new(),
        recipient: r.get(5)?,
        body: r.get(6)?,
        until: r.get(7)?,
    })
}

/// Whether something could be handed out, or said again: a look that writes nothing.
pub fn waits(tx: &mut Tx<'_>, connector: i64, got: i64) -> Result<bool> {
    let sql = sql!(
        "SELECT 1 FROM phone_task AS t JOIN phone AS p ON p.connector = t.connector
         WHERE t.connector = $1 AND t.session = p.session AND t.answer = '' AND t.until > $2
           AND (t.batch = 0 OR t.batch > $3) LIMIT 1"
    );
    let now = tx.now();
    Ok(tx.one(sql, &params![connector, now, Val::Int(got.max(0))], |r| r.get::<i64>(0))?.is_some())
}

/// Calls back what was not handed out: these tokens, or all of the session. Gives those that were.
pub fn withdraw(tx: &mut Tx<'_>, connector: i64, session: i64) -> Result<Vec<i64>> {
    let sql = sql!(
        "DELETE FROM phone_task WHERE connector = $1 AND session = $2 AND batch = 0 AND answer = '' RETURNING token"
    );
    tx.rows(sql, &params![connector, session], |r| r.get(0))
}

/// Nothing of what was put down goes to the phone any more; answers to it are still taken.
pub fn shut(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    let sql = sql!("UPDATE phone_task SET until = 0 WHERE connector = $1 AND batch <> 0");
    tx.exec(sql, &params![connector]).map(drop)
}

/// The phone answers a try. `false` where nobody waits for it: it was given up, or is of an earlier run.
pub fn answer(tx: &mut Tx<'_>, connector: i64, message: i64, attempt: i64, answer: &str) -> Result<bool> {
    let now = tx.now();
    tx.exec(
        sql!(
            "UPDATE phone_task SET answer = $4, answered_at = $5
             WHERE connector = $1 AND message = $2 AND attempt = $3 AND answer = ''"
        ),
        &params![connector, message, attempt, *answer, now],
    )?;
    let sql = sql!("SELECT 1 FROM phone_task WHERE connector = $1 AND message = $2 AND attempt = $3");
    let there = tx.one(sql, &params![connector, message, attempt], |r| r.get::<i64>(0))?.is_some();
    tx.ring(Bell::Phone(connector));
    Ok(there)
}

/// What a session is told of its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Tokens that were handed out.
    pub handed: Vec<i64>,
    /// Tokens and their answers.
    pub answers: Vec<(i64, String)>,
}

/// How the tasks of a session stand. Answers that are old are forgotten.
pub fn look(tx: &mut Tx<'_>, connector: i64, session: i64) -> Result<Look> {
    let rows = tx.rows(
        sql!(
            "SELECT token, batch, answer FROM phone_task WHERE connector = $1 AND session = $2 ORDER BY token"
        ),
        &params![connector, session],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?)),
    )?;
    let handed = rows.iter().filter(|r| r.1 != 0).map(|r| r.0).collect();
    let answers = rows.into_iter().filter(|r| !r.2.is_empty()).map(|r| (r.0, r.2)).collect();
    Ok(Look { handed, answers })
}

/// Forgets a try that was given up; its answer finds the message by its name from now on.
pub fn give_up(tx: &mut Tx<'_>, connector: i64, session: i64, token: i64) -> Result<()> {
    let sql =
        sql!("DELETE FROM phone_task WHERE connector = $1 AND session = $2 AND token = $3 AND answer = ''");
    tx.exec(sql, &params![connector, session, token]).map(drop)
}

/// Forgets what was answered a while ago.
pub fn tidy(tx: &mut Tx<'_>, connector: i64) -> Result<()> {
    let edge = tx.now() - KEPT_MS;
    let sql = sql!("DELETE FROM phone_task WHERE connector = $1 AND answer <> '' AND answered_at < $2");
    tx.exec(sql, &params![connector, edge]).map(drop)
}
