//! Who asked to be on a list and what became of it. Number and answers are kept until the number itself has said yes,
//! refused, or let the time pass; then the row only counts.

use crate::{Result, Row, Tx, params, sql};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The number has not said yes.
    Waits,
    /// On the list.
    Taken,
    /// Nobody said yes in time.
    Lapsed,
    /// The number refused meanwhile.
    Refused,
    /// Nothing was sent and nothing will be.
    Dropped,
}

impl State {
    /// The stored number; never reused.
    pub const fn number(self) -> i64 {
        match self {
            State::Waits => 0,
            State::Taken => 1,
            State::Lapsed => 2,
            State::Refused => 3,
            State::Dropped => 4,
        }
    }

    fn from_number(n: i64) -> State {
        match n {
            0 => State::Waits,
            1 => State::Taken,
            2 => State::Lapsed,
            3 => State::Refused,
            _ => State::Dropped,
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signup {
    /// Its id.
    pub id: i64,
    /// Whose list.
    pub workspace: i64,
    /// The form that was filled in, or 0.
    pub form: i64,
    /// Its version.
    pub version: i64,
    /// The number, E.164; empty once it is over.
    pub number: String,
    /// Where it stands.
    pub state: State,
    /// The language it was made in.
    pub language: String,
    /// What was asked for and how, as JSON; empty once it is over.
    pub ask: String,
    /// What opens its page.
    pub token: String,
    /// When it was made, ms.
    pub at: i64,
    /// When it lapses, ms.
    pub until: i64,
}

/// One to be kept.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Whose list.
    pub workspace: i64,
    /// The form, or 0.
    pub form: i64,
    /// Its version.
    pub version: i64,
    /// The number, E.164.
    pub number: &'a str,
    /// Where it stands.
    pub state: State,
    /// The language.
    pub language: &'a str,
    /// What was asked for, as JSON.
    pub ask: &'a str,
    /// What makes a second post the same.
    pub nonce: &'a str,
    /// The keyed hash of the network address, for counting; 0 counts for nobody.
    pub addr: i64,
    /// The keyed hash of the block of numbers, for counting; 0 counts for nobody.
    pub block: i64,
    /// When it lapses, ms.
    pub until: i64,
}

/// Keeps one and gives its id; `None` when this post was kept before.
pub fn add(tx: &mut Tx<'_>, new: &New<'_>, token: impl Fn(i64) -> String) -> Result<Option<i64>> {
    let (id, now, tag) = (tx.id(), tx.now(), tx.tag(new.number));
    let (over, token) = (new.state != State::Waits, token(id));
    let (number, ask) = if over { ("", "") } else { (new.number, new.ask) };
    let done = if over { now } else { 0 };
    let kept = tx.exec(
        sql!(
            "INSERT INTO signup (id, workspace, form, version, tag, number, state, language, ask, nonce, token, addr,
               block, message, at, until_at, done_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16)
             ON CONFLICT (workspace, nonce) DO NOTHING"
        ),
        &params![
            id, new.workspace, new.form, new.version, tag, number, new.state.number(), new.language, ask, new.nonce,
            token, new.addr, new.block, now, new.until, done
        ],
    )?;
    Ok((kept > 0).then_some(id))
}

/// Whether this post was kept before.
pub fn known(tx: &mut Tx<'_>, workspace: i64, nonce: &str) -> Result<bool> {
    let sql = sql!("SELECT 1 FROM signup WHERE workspace = $1 AND nonce = $2");
    Ok(tx.one(sql, &params![workspace, nonce], |r| r.get::<i64>(0))?.is_some())
}

/// The message that asks the number.
pub fn asked(tx: &mut Tx<'_>, workspace: i64, id: i64, message: i64) -> Result<()> {
    let sql = sql!("UPDATE signup SET message = $3 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, id, message]).map(drop)
}

/// What a token opens; the token itself names the workspace.
pub fn by_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<Signup>> {
    tx.one(
        sql!(
            "SELECT id, workspace, form, version, number, state, language, ask, token, at, until_at FROM signup
             WHERE token = $1"
        ),
        &params![token],
        read,
    )
}

/// What waits for the yes of a number, the newest first.
pub fn waiting(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<Vec<Signup>> {
    let tag = tx.tag(number);
    tx.rows(
        sql!(
            "SELECT id, workspace, form, version, number, state, language, ask, token, at, until_at FROM signup
             WHERE tag = $2 AND workspace = $1 AND state = 0 AND number = $3 ORDER BY at DESC, id DESC LIMIT 20"
        ),
        &params![workspace, tag, number],
        read,
    )
}

/// Ends one that waited: number and answers go; `false` when it was over already.
pub fn end(tx: &mut Tx<'_>, workspace: i64, id: i64, state: State) -> Result<bool> {
    let now = tx.now();
    let sql = sql!(
        "UPDATE signup SET state = $3, done_at = $4, number = '', ask = '' WHERE workspace = $1 AND id = $2 AND state = 0"
    );
    Ok(tx.exec(sql, &params![workspace, id, state.number(), now])? > 0)
}

/// Ends whatever waits for a number.
pub fn end_all(tx: &mut Tx<'_>, workspace: i64, number: &str, state: State) -> Result<u64> {
    let (tag, now) = (tx.tag(number), tx.now());
    let sql = sql!(
        "UPDATE signup SET state = $3, done_at = $4, number = '', ask = '' WHERE workspace = $1 AND tag = $2 AND state = 0"
    );
    tx.exec(sql, &params![workspace, tag, state.number(), now])
}

/// So long after its end a question of no form lapses, where the run that asked did not end it.
const LEFT_MS: i64 = 7 * 86_400_000;

/// Ends what nobody confirmed in time, in every workspace; gives how many. Questions of no form have an end of their own, but
/// a run that was stopped ends none.
pub fn lapse(tx: &mut Tx<'_>, limit: i64) -> Result<u64> {
    let (now, lapsed) = (tx.now(), State::Lapsed.number());
    let left = now - LEFT_MS;
    tx.exec(
        sql!(
            "UPDATE signup SET state = $2, done_at = $1, number = '', ask = '' WHERE workspace <> 0 AND id IN (
               SELECT s.id FROM signup AS s WHERE s.state = 0 AND s.until_at <= $1 AND (s.form <> 0 OR s.until_at <= $4)
               ORDER BY s.until_at LIMIT $3)"
        ),
        &params![now, lapsed, limit, left],
    )
}

/// How many questions went to a number since a moment, from whichever workspace: a person has one phone.
pub fn asked_number(tx: &mut Tx<'_>, number: &str, since: i64) -> Result<i64> {
    let tag = tx.tag(number);
    let sql =
        sql!("SELECT count(*) FROM signup WHERE tag = $1 AND at > $2 AND message <> 0 AND workspace <> 0");
    Ok(tx.one(sql, &params![tag, since], |r| r.get(0))?.unwrap_or(0))
}

/// How many a form kept since a moment.
pub fn of_form(tx: &mut Tx<'_>, workspace: i64, form: i64, since: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM signup WHERE form = $2 AND at > $3 AND workspace = $1");
    Ok(tx.one(sql, &params![workspace, form, since], |r| r.get(0))?.unwrap_or(0))
}

/// How many of a form went to one block of numbers since a moment.
pub fn of_block(tx: &mut Tx<'_>, workspace: i64, form: i64, block: i64, since: i64) -> Result<i64> {
    let sql =
        sql!("SELECT count(*) FROM signup WHERE form = $2 AND at > $4 AND workspace = $1 AND block = $3");
    Ok(tx.one(sql, &params![workspace, form, block, since], |r| r.get(0))?.unwrap_or(0))
}

/// How many came from a network address since a moment, to whichever workspace.
pub fn of_addr(tx: &mut Tx<'_>, addr: i64, since: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM signup WHERE addr = $1 AND at > $2 AND workspace <> 0");
    Ok(tx.one(sql, &params![addr, since], |r| r.get(0))?.unwrap_or(0))
}

/// How many of each state a form has: state, how many.
pub fn tally(tx: &mut Tx<'_>, workspace: i64, form: i64) -> Result<Vec<(State, i64)>> {
    tx.rows(
        sql!("SELECT state, count(*) FROM signup WHERE form = $2 AND workspace = $1 GROUP BY state ORDER BY state"),
        &params![workspace, form],
        |r| Ok((State::from_number(r.get(0)?), r.get(1)?)),
    )
}

fn read(r: &Row<'_>) -> Result<Signup> {
    Ok(Signup {
        id: r.get(0)?,
        workspace: r.get(1)?,
        form: r.get(2)?,
        version: r.get(3)?,
        number: r.get(4)?,
        state: State::from_number(r.get(5)?),
        language: r.get(6)?,
        ask: r.get(7)?,
        token: r.get(8)?,
        at: r.get(9)?,
        until: r.get(10)?,
    })
}
