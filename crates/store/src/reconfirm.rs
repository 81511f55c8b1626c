//! Runs that ask people once more, and whom each run asked. Who is asked at all is a question here; what follows from an
//! answer or from silence is decided elsewhere.

use crate::{Result, Row, Tx, list_of, params, sql, texts_of};

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id; 0 before it is kept.
    pub id: i64,
    /// `ending`, `weak`.
    pub kind: String,
    /// Members of this list alone; 0 is everybody.
    pub list: i64,
    /// `asking`, `waiting`, `over`, `stopped`.
    pub state: String,
    /// What the handset shows, which can be answered.
    pub sender: String,
    /// Permissions that end in so many days are asked about.
    pub before_days: i64,
    /// So many days silence is waited for.
    pub answer_days: i64,
    /// How a permission is known that nobody but ours or a file speaks for, separated by spaces.
    pub weak: String,
    /// The last contact that was looked at.
    pub place: i64,
    /// Who began it.
    pub actor: String,
    /// When, ms.
    pub at: i64,
    /// When it was over, ms; 0 it is not.
    pub done_at: i64,
}

/// Somebody who may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The contact.
    pub contact: i64,
    /// The number, E.164.
    pub number: String,
    /// Its tag.
    pub tag: i64,
    /// Since when the permission is, ms.
    pub since: i64,
    /// When it ends, ms; 0 never.
    pub until: i64,
}

/// What came of asking somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The answer is waited for.
    Asked,
    /// Yes.
    Agreed,
    /// Nothing was said: the permission has ended.
    Silent,
    /// The question did not reach the person, or was not sent.
    Missed,
    /// No.
    Refused,
}

impl State {
    /// All of them.
    pub const ALL: &'static [State] =
        &[State::Asked, State::Agreed, State::Silent, State::Missed, State::Refused];

    /// The stored number; never reused.
    pub const fn number(self) -> i64 {
        match self {
            State::Asked => 0,
            State::Agreed => 1,
            State::Silent => 2,
            State::Missed => 3,
            State::Refused => 4,
        }
    }

    /// The word on pages and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Agreed => "agreed",
            State::Silent => "silent",
            State::Missed => "missed",
            State::Refused => "refused",
        }
    }
}

/// Somebody who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The contact.
    pub contact: i64,
    /// The request whose link and word are the answer.
    pub signup: i64,
    /// When, ms.
    pub at: i64,
}

/// Keeps a run and gives its id.
pub fn add(tx: &mut Tx<'_>, workspace: i64, run: &Run) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO reconfirm (id, workspace, kind, list, state, sender, before_days, answer_days, weak, place, actor,
               at, done_at) VALUES ($1, $2, $3, $4, 'asking', $5, $6, $7, $8, 0, $9, $10, 0)"
        ),
        &params![
            id,
            workspace,
            run.kind,
            run.list,
            run.sender,
            run.before_days,
            run.answer_days,
            run.weak,
            run.actor,
            now
        ],
    )?;
    Ok(id)
}

/// Runs of a workspace, the newest first.
pub fn list(tx: &mut Tx<'_>, workspace: i64, limit: i64) -> Result<Vec<Run>> {
    tx.rows(
        sql!(
            "SELECT id, kind, list, state, sender, before_days, answer_days, weak, place, actor, at, done_at
             FROM reconfirm WHERE workspace = $1 ORDER BY id DESC LIMIT $2"
        ),
        &params![workspace, limit],
        read,
    )
}

/// One of them, held until the end of the transaction.
pub fn hold(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Run>> {
    tx.one(
        sql!(
            "SELECT id, kind, list, state, sender, before_days, answer_days, weak, place, actor, at, done_at
             FROM reconfirm WHERE workspace = $1 AND id = $2 FOR UPDATE"
        ),
        &params![workspace, id],
        read,
    )
}

fn read(r: &Row<'_>) -> Result<Run> {
    Ok(Run {
        id: r.get(0)?,
        kind: r.get(1)?,
        list: r.get(2)?,
        state: r.get(3)?,
        sender: r.get(4)?,
        before_days: r.get(5)?,
        answer_days: r.get(6)?,
        weak: r.get(7)?,
        place: r.get(8)?,
        actor: r.get(9)?,
        at: r.get(10)?,
        done_at: r.get(11)?,
    })
}

/// Moves a run to a state and a place.
pub fn step(tx: &mut Tx<'_>, workspace: i64, id: i64, state: &str, place: i64) -> Result<()> {
    let done = if matches!(state, "over" | "stopped") { tx.now() } else { 0 };
    tx.exec(
        sql!("UPDATE reconfirm SET state = $3, place = $4, done_at = $5 WHERE workspace = $1 AND id = $2"),
        &params![workspace, id, *state, place, done],
    )
    .map(drop)
}

/// The next people whom a run looks at, behind its place: permitted ones, or members of its list; none is the end. One look
/// costs as much as these, however few of them the run is for.
pub fn window(tx: &mut Tx<'_>, workspace: i64, run: &Run, limit: i64) -> Result<Vec<i64>> {
    if run.list != 0 {
        let sql = sql!(
            "SELECT contact FROM list_member WHERE list = $2 AND contact > $3 AND workspace = $1 ORDER BY contact LIMIT $4"
        );
        return tx.rows(sql, &params![workspace, run.list, run.place, limit], |r| r.get(0));
    }
    let sql =
        sql!("SELECT id FROM contact WHERE workspace = $1 AND consent = 1 AND id > $2 ORDER BY id LIMIT $3");
    tx.rows(sql, &params![workspace, run.place, limit], |r| r.get(0))
}

/// Those of a window whom a run is for, the first of them first: whose permission stands, ends soon or is weak, whom nothing
/// stops and nobody asked since a moment.
pub fn people(
    tx: &mut Tx<'_>,
    workspace: i64,
    run: &Run,
    looked: &[i64],
    (since, limit): (i64, i64),
) -> Result<Vec<Person>> {
    let now = tx.steady_now();
    let (ending, edge) = (i64::from(run.kind == "ending"), now + run.before_days * 86_400_000);
    let weak: Vec<&str> = run.weak.split_whitespace().collect();
    tx.rows(
        sql!(
            "SELECT c.id, c.number, c.tag, c.consent_at, c.consent_until FROM contact AS c
             WHERE c.id IN LIST($2) AND +c.workspace = $1 AND c.consent = 1
               AND (($3 = 1 AND c.consent_until > $4 AND c.consent_until <= $5)
                 OR ($3 = 0 AND (c.consent_until = 0 OR c.consent_until > $4) AND (SELECT e.method FROM consent_event AS e
                   WHERE e.workspace = $1 AND e.tag = c.tag AND e.action = 'grant' AND e.topic = ''
                   ORDER BY e.id DESC LIMIT 1) IN LIST($6 TEXT)))
               AND NOT EXISTS (SELECT 1 FROM suppression AS s WHERE s.tag = c.tag AND s.scope IN (1, 2)
                 AND (s.workspace = $1 OR s.workspace = 0))
               AND NOT EXISTS (SELECT 1 FROM reconfirm_ask AS a WHERE a.contact = c.id AND a.at > $7 AND a.workspace = $1)
             ORDER BY c.id LIMIT $8"
        ),
        &params![workspace, list_of(looked), ending, now, edge, texts_of(&weak), since, limit],
        |r| {
            Ok(Person {
                contact: r.get(0)?,
                number: r.get(1)?,
                tag: r.get(2)?,
                since: r.get(3)?,
                until: r.get(4)?,
            })
        },
    )
}

/// Writes down that somebody was asked, or why not.
pub fn asked(
    tx: &mut Tx<'_>,
    workspace: i64,
    run: i64,
    (contact, signup): (i64, i64),
    (state, code, until): (State, i64, i64),
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        sql!(
            "INSERT INTO reconfirm_ask (reconfirm, contact, workspace, signup, state, code, at, until_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (reconfirm, contact) DO NOTHING"
        ),
        &params![run, contact, workspace, signup, state.number(), code, now, until],
    )
    .map(drop)
}

/// Whose answer is waited for no longer.
pub fn due(tx: &mut Tx<'_>, workspace: i64, run: i64, upto: i64, limit: i64) -> Result<Vec<Ask>> {
    tx.rows(
        sql!(
            "SELECT contact, signup, at FROM reconfirm_ask
             WHERE reconfirm = $2 AND state = 0 AND until_at <= $3 AND workspace = $1 ORDER BY until_at, contact LIMIT $4"
        ),
        &params![workspace, run, upto, limit],
        |r| Ok(Ask { contact: r.get(0)?, signup: r.get(1)?, at: r.get(2)? }),
    )
}

/// When the first answer is waited for no longer; `None` where none is.
pub fn next_due(tx: &mut Tx<'_>, workspace: i64, run: i64) -> Result<Option<i64>> {
    let sql =
        sql!("SELECT min(until_at) FROM reconfirm_ask WHERE reconfirm = $2 AND state = 0 AND workspace = $1");
    Ok(tx.one(sql, &params![workspace, run], |r| r.get::<Option<i64>>(0))?.flatten())
}

/// What came of it.
pub fn settle(tx: &mut Tx<'_>, workspace: i64, run: i64, contact: i64, state: State) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE reconfirm_ask SET state = $4 WHERE reconfirm = $2 AND contact = $3 AND workspace = $1 AND state = 0"
        ),
        &params![workspace, run, contact, state.number()],
    )
    .map(drop)
}

/// What came of the request that an answer belongs to: its state as stored, and its message.
pub fn answer(tx: &mut Tx<'_>, workspace: i64, signup: i64) -> Result<Option<(i64, i64)>> {
    let sql = sql!("SELECT state, message FROM signup WHERE workspace = $1 AND id = $2");
    tx.one(sql, &params![workspace, signup], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// How many came to which end. Answers count from the moment they were given.
pub fn tally(tx: &mut Tx<'_>, workspace: i64, run: i64) -> Result<Vec<(i64, i64)>> {
    tx.rows(
        sql!(
            "SELECT what, count(*) FROM (SELECT CASE WHEN a.state <> 0 THEN a.state WHEN s.state = 1 THEN 1
                 WHEN s.state = 3 THEN 4 ELSE 0 END AS what
               FROM reconfirm_ask AS a LEFT JOIN signup AS s ON s.id = a.signup AND s.workspace = a.workspace
               WHERE a.reconfirm = $2 AND a.workspace = $1) AS t GROUP BY what ORDER BY what"
        ),
        &params![workspace, run],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// How far the message of a request got: its status as stored.
pub fn reached(tx: &mut Tx<'_>, workspace: i64, message: i64) -> Result<Option<i64>> {
    let sql = sql!("SELECT status FROM message WHERE +workspace = $1 AND id = $2");
    tx.one(sql, &params![workspace, message], |r| r.get(0))
}
