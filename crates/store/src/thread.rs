//! Conversations: one per workspace and address. What was said stands in `inbound` and `message`.

use crate::{Error, Result, Row, Tx, params, sql};

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody should look at it.
    Open,
    /// Done, until the person writes again.
    Resolved,
}

impl State {
    /// The stored number; never reused.
    pub const fn number(self) -> i64 {
        match self {
            State::Open => 0,
            State::Resolved => 1,
        }
    }

    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Resolved => "resolved",
        }
    }

    fn from_number(n: i64) -> Result<State> {
        match n {
            0 => Ok(State::Open),
            1 => Ok(State::Resolved),
            _ => Err(Error::Shape(format!("{n} is no state of a thread"))),
        }
    }
}

/// One conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: i64,
    /// Whom it is with: a number, or whatever address wrote.
    pub address: String,
    /// The tag of that address.
    pub tag: i64,
    /// The address of ours that was written to last; answers go out from it.
    pub number: String,
    /// The contact, or 0.
    pub contact: i64,
    /// The contact's name when it last wrote; may be empty.
    pub name: String,
    /// The beginning of what was said last.
    pub snippet: String,
    /// Messages in that nobody has looked at.
    pub unread: i64,
    /// Where it stands.
    pub state: State,
    /// When something was said last.
    pub last_at: i64,
    /// The campaign it answers, or 0.
    pub last_campaign: i64,
}

fn read(r: &Row<'_>) -> Result<Thread> {
    Ok(Thread {
        id: r.get(0)?,
        address: r.get(1)?,
        tag: r.get(2)?,
        number: r.get(3)?,
        contact: r.get(4)?,
        name: r.get(5)?,
        snippet: r.get(6)?,
        unread: r.get(7)?,
        state: State::from_number(r.get(8)?)?,
        last_at: r.get(9)?,
        last_campaign: r.get(10)?,
    })
}

/// A message that came in.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The workspace.
    pub workspace: i64,
    /// Who wrote.
    pub address: &'a str,
    /// To which of our addresses.
    pub number: &'a str,
    /// The contact, or 0.
    pub contact: i64,
    /// The contact's name.
    pub name: &'a str,
    /// The beginning of the text.
    pub snippet: &'a str,
    /// When.
    pub at: i64,
    /// The campaign it answers, or 0.
    pub campaign: i64,
}

/// Puts an arrival into its conversation, which is made or opened again; gives its id.
pub fn arrive(tx: &mut Tx<'_>, a: &Arrival<'_>) -> Result<i64> {
    let (id, tag) = (tx.id(), tx.tag(a.address));
    let made = tx.one(
        sql!(
            "INSERT INTO thread
             (id, workspace, address, tag, number, contact, name, snippet, unread, state, last_at, last_campaign)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 0, $9, $10)
             ON CONFLICT (workspace, address) DO UPDATE SET
               number = excluded.number, contact = excluded.contact, name = excluded.name,
               snippet = excluded.snippet, unread = thread.unread + 1, state = 0,
               last_at = CASE WHEN thread.last_at > excluded.last_at THEN thread.last_at ELSE excluded.last_at END,
               last_campaign = CASE WHEN excluded.last_campaign = 0 THEN thread.last_campaign
                                    ELSE excluded.last_campaign END
             RETURNING id"
        ),
        &params![id, a.workspace, *a.address, tag, *a.number, a.contact, *a.name, *a.snippet, a.at, a.campaign],
        |r| r.get(0),
    )?;
    Ok(made.unwrap_or(id))
}

/// Notes what was said in the other direction.
pub fn said(tx: &mut Tx<'_>, workspace: i64, id: i64, snippet: &str, at: i64) -> Result<bool> {
    let sql = sql!("UPDATE thread SET snippet = $3, last_at = $4 WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id, snippet, at])? > 0)
}

/// One conversation.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Thread>> {
    tx.one(
        sql!(
            "SELECT id, address, tag, number, contact, name, snippet, unread, state, last_at, last_campaign
             FROM thread WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// The conversation with an address.
pub fn by_address(tx: &mut Tx<'_>, workspace: i64, address: &str) -> Result<Option<Thread>> {
    tx.one(
        sql!(
            "SELECT id, address, tag, number, contact, name, snippet, unread, state, last_at, last_campaign
             FROM thread WHERE workspace = $1 AND address = $2"
        ),
        &params![workspace, address],
        read,
    )
}

/// Conversations whose last word answers a campaign, newest first.
pub fn of_campaign(tx: &mut Tx<'_>, workspace: i64, campaign: i64, limit: i64) -> Result<Vec<Thread>> {
    tx.rows(
        sql!(
            "SELECT id, address, tag, number, contact, name, snippet, unread, state, last_at, last_campaign
             FROM thread WHERE last_campaign = $2 AND last_campaign <> 0 AND workspace = $1
             ORDER BY last_at DESC LIMIT $3"
        ),
        &params![workspace, campaign, limit],
        read,
    )
}

/// Which conversations a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that stand so.
    pub state: Option<State>,
    /// Only those with something nobody has looked at.
    pub unread: bool,
    /// Only those whose name, address, contact or last words hold this; empty narrows nothing.
    pub search: String,
    /// Older than this one of `(last_at, id)`; `None` begins with the newest.
    pub before: Option<(i64, i64)>,
    /// How many at the most.
    pub limit: i64,
}

/// Conversations, the one with the latest words first.
pub fn list(tx: &mut Tx<'_>, workspace: i64, filter: &Filter) -> Result<Vec<Thread>> {
    let (at, id) = filter.before.unwrap_or((i64::MAX, i64::MAX));
    let state = filter.state.map_or(-1, State::number);
    let pattern = match filter.search.trim() {
        "" => String::new(),
        words => format!("%{}%", escaped(&words.to_lowercase())),
    };
    if filter.unread && pattern.is_empty() {
        // The few of the many: by an index of their own.
        return tx.rows(
            sql!(
                "SELECT id, address, tag, number, contact, name, snippet, unread, state, last_at, last_campaign
                 FROM thread WHERE workspace = $1 AND unread > 0 AND (last_at, id) < ($2, $3)
                   AND (state = $4 OR $4 = -1)
                 ORDER BY last_at DESC, id DESC LIMIT $5"
            ),
            &params![workspace, at, id, state, filter.limit],
            read,
        );
    }
    tx.rows(
        sql!(
            "SELECT t.id, t.address, t.tag, t.number, t.contact, t.name, t.snippet, t.unread, t.state, t.last_at,
                    t.last_campaign
             FROM thread AS t
             WHERE t.workspace = $1 AND (t.last_at, t.id) < ($2, $3) AND (t.state = $4 OR $4 = -1)
               AND (t.unread > 0 OR CAST($5 AS BIGINT) = 0)
               AND ($6 = '' OR lower(t.name) LIKE $6 ESCAPE '!' OR lower(t.address) LIKE $6 ESCAPE '!'
                    OR lower(t.snippet) LIKE $6 ESCAPE '!'
                    OR EXISTS (SELECT 1 FROM contact AS c
                               WHERE c.id = t.contact AND c.workspace = $1 AND c.search LIKE $6 ESCAPE '!'))
             ORDER BY t.last_at DESC, t.id DESC LIMIT $7"
        ),
        &params![workspace, at, id, state, filter.unread, pattern, filter.limit],
        read,
    )
}

fn escaped(words: &str) -> String {
    words.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Somebody has looked; `true` when there was something to look at.
pub fn mark_read(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    let sql = sql!("UPDATE thread SET unread = 0 WHERE workspace = $1 AND id = $2 AND unread > 0");
    Ok(tx.exec(sql, &params![workspace, id])? > 0)
}

/// Resolves or opens; `true` when it stood otherwise.
pub fn set_state(tx: &mut Tx<'_>, workspace: i64, id: i64, state: State) -> Result<bool> {
    let sql = sql!("UPDATE thread SET state = $3 WHERE workspace = $1 AND id = $2 AND state <> $3");
    Ok(tx.exec(sql, &params![workspace, id, state.number()])? > 0)
}

/// How many open conversations hold something nobody has looked at.
pub fn unread(tx: &mut Tx<'_>, workspace: i64) -> Result<i64> {
    let sql = sql!("SELECT count(*) FROM thread WHERE workspace = $1 AND state = 0 AND unread > 0");
    Ok(tx.one(sql, &params![workspace], |r| r.get(0))?.unwrap_or(0))
}
