//! Mailings: the draft, its run state, its frozen recipients, who was left out, and the counts of all of them.
//!
//! `audience` and `planned` of a campaign, its pages, skips and counts only ever move together in one transaction, so
//! that its report adds up in every snapshot. Nothing here decides.

pub mod count;
pub mod guard;
pub mod page;
pub mod people;
#[cfg(any(test, feature = "testing"))]
pub mod sample;

use crate::{Bell, Cell, Error, Result, Row, ToVal, Tx, Val, params, sql, texts_of};
use sms::Class;

/// Where a campaign stands, as it is stored. What pages show is made of this and the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being written.
    Draft,
    /// Launched, for later.
    Scheduled,
    /// Its recipients are being written down; nothing is sent.
    Freezing,
    /// Being sent.
    Running,
    /// Halted by a person.
    Paused,
    /// Ended by a person.
    Stopped,
    /// Everything has left.
    Completed,
    /// Of a restored copy: waits until a person lets it go.
    Held,
}

impl State {
    /// Every state.
    pub const ALL: &'static [State] = &[
        State::Draft,
        State::Scheduled,
        State::Freezing,
        State::Running,
        State::Paused,
        State::Stopped,
        State::Completed,
        State::Held,
    ];

    /// The stored word.
    pub const fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Scheduled => "scheduled",
            State::Freezing => "freezing",
            State::Running => "running",
            State::Paused => "paused",
            State::Stopped => "stopped",
            State::Completed => "completed",
            State::Held => "held",
        }
    }
}

impl ToVal for State {
    fn val(&self) -> Val<'_> {
        Val::Text(self.name())
    }
}

impl Cell for State {
    fn read(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        let Some(word) = String::read(row, i)? else { return Ok(None) };
        let found = State::ALL.iter().copied().find(|s| s.name() == word);
        found.map(Some).ok_or_else(|| Error::Shape(format!("{word} is no state of a campaign")))
    }
}

/// What a person writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What people call it.
    pub name: String,
    /// The text with its merge fields.
    pub text: String,
    /// What the handset shows; empty takes the workspace's own.
    pub sender: String,
    /// What it is for.
    pub class: Class,
    /// What it is about, by the topic's row; 0 nothing that people can choose.
    pub topic: i64,
    /// Who gets it; 0 while none is chosen.
    pub list: i64,
    /// Not before this moment, ms since 1970; 0 is at once.
    pub due: i64,
}

/// A mailing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: i64,
    /// What was written.
    pub draft: Draft,
    /// Where it stands.
    pub state: State,
    /// Grows with every change, so that two editors notice each other.
    pub version: i64,
    /// Recipients written down.
    pub audience: i64,
    /// Recipients written down and not yet looked at.
    pub planned: i64,
    /// Answers to it.
    pub replies: i64,
    /// People who left because of it.
    pub opt_outs: i64,
    /// Why it waits, in English; empty as a rule.
    pub error: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was launched; 0 for never.
    pub launched_at: i64,
    /// When the last of it had left or was taken back; 0 for not yet.
    pub done_at: i64,
}

fn campaign(r: &Row<'_>) -> Result<Campaign> {
    let draft = Draft {
        name: r.get(1)?,
        text: r.get(2)?,
        sender: r.get(3)?,
        class: r.get(4)?,
        list: r.get(5)?,
        due: r.get(6)?,
        topic: r.get(17)?,
    };
    Ok(Campaign {
        id: r.get(0)?,
        draft,
        state: r.get(7)?,
        version: r.get(8)?,
        audience: r.get(9)?,
        planned: r.get(10)?,
        replies: r.get(11)?,
        opt_outs: r.get(12)?,
        error: r.get(13)?,
        created_at: r.get(14)?,
        launched_at: r.get(15)?,
        done_at: r.get(16)?,
    })
}

/// Adds a draft; gives its id.
pub fn add(tx: &mut Tx<'_>, workspace: i64, d: &Draft) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO campaign (id, workspace, name, text, sender, class, list, due, state, version, audience,
               planned, replies, opt_outs, error, created_at, launched_at, done_at, topic)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 0, 0, 0, 0, '', $10, 0, 0, $11)"
        ),
        &params![id, workspace, d.name, d.text, d.sender, d.class, d.list, d.due, State::Draft, now, d.topic],
    )?;
    Ok(id)
}

/// Writes a draft anew, if it is one and nobody changed it since `version`.
pub fn change(tx: &mut Tx<'_>, workspace: i64, id: i64, version: i64, d: &Draft) -> Result<bool> {
    let changed = tx.exec(
        sql!(
            "UPDATE campaign SET name = $4, text = $5, sender = $6, class = $7, list = $8, due = $9,
               topic = $11, version = version + 1
             WHERE workspace = $1 AND id = $2 AND version = $3 AND state = $10"
        ),
        &params![
            workspace,
            id,
            version,
            d.name,
            d.text,
            d.sender,
            d.class,
            d.list,
            d.due,
            State::Draft,
            d.topic
        ],
    )?;
    Ok(changed > 0)
}

/// One campaign.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Campaign>> {
    tx.one(
        sql!(
            "SELECT id, name, text, sender, class, list, due, state, version, audience, planned, replies, opt_outs,
               error, created_at, launched_at, done_at, topic
             FROM campaign WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        campaign,
    )
}

/// What these mailings are about, those alone that are about a topic.
pub fn topics(tx: &mut Tx<'_>, workspace: i64, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    tx.rows(
        sql!("SELECT id, topic FROM campaign WHERE +workspace = $1 AND id IN LIST($2) AND topic <> 0"),
        &params![workspace, crate::list_of(ids)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// The campaigns of a workspace by id and name, the newest first, as many as anybody names.
pub fn names(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(i64, String)>> {
    let sql = sql!("SELECT id, name FROM campaign WHERE workspace = $1 ORDER BY id DESC LIMIT 1000");
    tx.rows(sql, &params![workspace], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// Campaigns, newest first, older than `before`.
pub fn list(tx: &mut Tx<'_>, workspace: i64, before: i64, limit: i64) -> Result<Vec<Campaign>> {
    tx.rows(
        sql!(
            "SELECT id, name, text, sender, class, list, due, state, version, audience, planned, replies, opt_outs,
               error, created_at, launched_at, done_at, topic
             FROM campaign WHERE workspace = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        &params![workspace, before, limit],
        campaign,
    )
}

/// Moves a campaign that stands in one of `from`; `false` when it stands elsewhere.
pub fn step(tx: &mut Tx<'_>, workspace: i64, id: i64, from: &[State], to: State) -> Result<bool> {
    let from: Vec<&str> = from.iter().map(|s| s.name()).collect();
    let changed = tx.exec(
        sql!(
            "UPDATE campaign SET state = $4, version = version + 1
             WHERE workspace = $1 AND id = $2 AND state IN LIST($3 TEXT)"
        ),
        &params![workspace, id, texts_of(&from), to],
    )?;
    Ok(changed > 0)
}

/// Notes when it was launched.
pub fn launched(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!("UPDATE campaign SET launched_at = $3 WHERE workspace = $1 AND id = $2"),
        &params![workspace, id, now],
    )
    .map(drop)
}

/// Notes that nothing of it waits any longer, since now; a first note stays. 0 takes the note back.
pub fn emptied(tx: &mut Tx<'_>, workspace: i64, id: i64, at: i64) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE campaign SET done_at = $3 WHERE workspace = $1 AND id = $2 AND (done_at = 0 OR $3 = 0)
             AND done_at <> $3"
        ),
        &params![workspace, id, at],
    )
    .map(drop)
}

/// Notes why it waits; empty words take the note back.
pub fn tell(tx: &mut Tx<'_>, workspace: i64, id: i64, words: &str) -> Result<()> {
    let changed = tx.exec(
        sql!("UPDATE campaign SET error = $3 WHERE workspace = $1 AND id = $2 AND error <> $3"),
        &params![workspace, id, words],
    )?;
    if changed > 0 {
        tx.ring(Bell::Workspace(workspace));
    }
    Ok(())
}

/// Moves recipients between written down and looked at while the campaign stands in `state`; `false` when it does not.
///
/// This is the first statement of every slice: on PostgreSQL it holds the campaign's row, so a stop waits for the slice
/// or the slice sees the stop.
pub fn plan(
    tx: &mut Tx<'_>,
    workspace: i64,
    id: i64,
    state: State,
    audience: i64,
    planned: i64,
) -> Result<bool> {
    let changed = tx.exec(
        sql!(
            "UPDATE campaign SET audience = audience + $4, planned = planned + $5
             WHERE workspace = $1 AND id = $2 AND state = $3"
        ),
        &params![workspace, id, state, audience, planned],
    )?;
    Ok(changed > 0)
}

/// Whether a list of this workspace exists; gives its name and size.
pub fn list_of(tx: &mut Tx<'_>, workspace: i64, list: i64) -> Result<Option<(String, i64)>> {
    tx.one(
        sql!("SELECT name, size FROM list WHERE workspace = $1 AND id = $2"),
        &params![workspace, list],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
