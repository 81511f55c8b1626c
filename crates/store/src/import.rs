//! Files that people brought: how each is read, how far it got, and the rows that became nobody.

use crate::{Result, Row, Tx, params, sql};

/// The place of an import whose file is not read to its end: nobody is written yet.
pub const READING: i64 = -1;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Looked at; nothing is written until somebody begins it.
    Draft,
    /// Being read.
    Running,
    /// Halted by a person; may be resumed.
    Paused,
    /// Read to the end.
    Done,
    /// Ended by a person; what was written stays.
    Stopped,
    /// The file could not be read on.
    Failed,
    /// What was written is being taken back.
    Undoing,
    /// What was written was taken back, but for whom somebody has changed since.
    Undone,
}

impl State {
    /// All of them.
    pub const ALL: &'static [State] = &[
        State::Draft,
        State::Running,
        State::Paused,
        State::Done,
        State::Stopped,
        State::Failed,
        State::Undoing,
        State::Undone,
    ];

    /// The word in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Running => "running",
            State::Paused => "paused",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Failed => "failed",
            State::Undoing => "undoing",
            State::Undone => "undone",
        }
    }

    fn parse(name: &str) -> Result<State> {
        let found = State::ALL.iter().copied().find(|s| s.name() == name);
        found.ok_or_else(|| crate::Error::Shape(format!("'{name}' is no state of an import")))
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: i64,
    /// The file's own name.
    pub name: String,
    /// Where the file lies: a name in the spill directory, or a full path.
    pub file: String,
    /// How it is read and by which rules, as JSON of the engine.
    pub plan: String,
    /// Where it stands.
    pub state: State,
    /// How far it got: [`READING`], then how many people are written.
    pub place: i64,
    /// Rows that are done.
    pub done: i64,
    /// Counts so far, as JSON of the engine.
    pub counts: String,
    /// Why it failed; may be empty.
    pub error: String,
    /// The list it fills, or 0.
    pub list: i64,
    /// When it was opened.
    pub created_at: i64,
    /// When it ended, or 0.
    pub done_at: i64,
}

fn read(r: &Row<'_>) -> Result<Import> {
    Ok(Import {
        id: r.get(0)?,
        name: r.get(1)?,
        file: r.get(2)?,
        plan: r.get(3)?,
        state: State::parse(&r.get::<String>(4)?)?,
        place: r.get(5)?,
        done: r.get(6)?,
        counts: r.get(7)?,
        error: r.get(8)?,
        list: r.get(9)?,
        created_at: r.get(10)?,
        done_at: r.get(11)?,
    })
}

/// Opens an import as a draft.
pub fn add(tx: &mut Tx<'_>, workspace: i64, name: &str, file: &str, plan: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO import (id, workspace, name, file, plan, state, place, rows_done, counts, error, list,
               created_at, done_at, tails)
             VALUES ($1, $2, $3, $4, $5, 'draft', $7, 0, '{}', '', 0, $6, 0, 1)"
        ),
        &params![id, workspace, name, file, plan, now, READING],
    )?;
    Ok(id)
}

/// Forgets drafts opened before a moment that were never begun; gives the names of the files that imports still need.
pub fn forget_drafts(tx: &mut Tx<'_>, before: i64) -> Result<Vec<String>> {
    tx.exec(
        sql!("DELETE FROM import WHERE workspace <> 0 AND state = 'draft' AND created_at < $1"),
        &params![before],
    )?;
    tx.rows(
        sql!("SELECT file FROM import WHERE workspace <> 0 AND state IN ('draft', 'running', 'paused')"),
        &[],
        |r| r.get(0),
    )
}

/// One import.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Import>> {
    tx.one(
        sql!(
            "SELECT id, name, file, plan, state, place, rows_done, counts, error, list, created_at, done_at
             FROM import WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// Imports, the newest first, older than `before` (0: all).
pub fn list(tx: &mut Tx<'_>, workspace: i64, before: i64, limit: i64) -> Result<Vec<Import>> {
    let before = if before == 0 { i64::MAX } else { before };
    tx.rows(
        sql!(
            "SELECT id, name, file, plan, state, place, rows_done, counts, error, list, created_at, done_at
             FROM import WHERE workspace = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        &params![workspace, before, limit],
        read,
    )
}

/// Sets how a draft is read; `false` when it is no draft (any more).
pub fn set_plan(tx: &mut Tx<'_>, workspace: i64, id: i64, plan: &str, list: i64) -> Result<bool> {
    let sql =
        sql!("UPDATE import SET plan = $3, list = $4 WHERE workspace = $1 AND id = $2 AND state = 'draft'");
    Ok(tx.exec(sql, &params![workspace, id, plan, list])? > 0)
}

/// Takes a step if the import stands where it must; the reason goes with a failure.
pub fn step(
    tx: &mut Tx<'_>,
    workspace: i64,
    id: i64,
    from: &[State],
    to: State,
    error: &str,
) -> Result<bool> {
    let done_at = if matches!(to, State::Done | State::Stopped | State::Failed) { tx.now() } else { 0 };
    let from: Vec<&str> = from.iter().map(|s| s.name()).collect();
    let sql = sql!(
        "UPDATE import SET state = $4, error = $5, done_at = $6
         WHERE workspace = $1 AND id = $2 AND state IN LIST($3 TEXT)"
    );
    Ok(tx.exec(sql, &params![workspace, id, crate::texts_of(&from), to.name(), error, done_at])? > 0)
}

/// Rows done and counts of a running import that stands at `place`, held until the end of the transaction; `None` when it runs no
/// more or another hand has moved it on.
pub fn hold(tx: &mut Tx<'_>, workspace: i64, id: i64, place: i64) -> Result<Option<(i64, String)>> {
    tx.one(
        sql!(
            "SELECT rows_done, counts FROM import
             WHERE workspace = $1 AND id = $2 AND state = 'running' AND place = $3 FOR UPDATE"
        ),
        &params![workspace, id, place],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// How far an import got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// [`READING`], then how many people are written.
    pub place: i64,
    /// Rows that are done.
    pub done: i64,
    /// Counts so far, as JSON of the engine.
    pub counts: &'a str,
}

/// Moves an import on, in the transaction that wrote what is counted.
pub fn advance(tx: &mut Tx<'_>, workspace: i64, id: i64, to: &Progress<'_>) -> Result<()> {
    let sql =
        sql!("UPDATE import SET place = $3, rows_done = $4, counts = $5 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, id, to.place, to.done, to.counts]).map(drop)
}

/// Somebody whom an import made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The contact.
    pub id: i64,
    /// The number, E.164.
    pub number: String,
    /// Its tag.
    pub tag: i64,
    /// Whether somebody has changed it since.
    pub changed: bool,
}

/// People that an import made, behind a contact.
pub fn made(tx: &mut Tx<'_>, workspace: i64, import: i64, after: i64, limit: i64) -> Result<Vec<Made>> {
    tx.rows(
        sql!(
            "SELECT id, number, tag, CASE WHEN updated_at > created_at THEN 1 ELSE 0 END FROM contact
             WHERE +workspace = $1 AND id > $3 AND import = $2 ORDER BY id LIMIT $4"
        ),
        &params![workspace, import, after, limit],
        |r| Ok(Made { id: r.get(0)?, number: r.get(1)?, tag: r.get(2)?, changed: r.get(3)? }),
    )
}

/// Permissions that an import claimed for these tags: tag by tag, each once.
pub fn claimed(tx: &mut Tx<'_>, workspace: i64, name: &str, tags: &[i64]) -> Result<Vec<i64>> {
    let rows = format!("{name} row %");
    tx.rows(
        sql!(
            "SELECT DISTINCT tag FROM consent_event WHERE workspace = $1 AND tag IN LIST($3) AND action = 'grant'
             AND method = 'import' AND evidence LIKE $2"
        ),
        &params![workspace, rows, crate::list_of(tags)],
        |r| r.get(0),
    )
}

/// How far the taking back of an import got: the last contact that was looked at.
pub fn place_undo(tx: &mut Tx<'_>, workspace: i64, id: i64, place: i64) -> Result<()> {
    let sql = sql!("UPDATE import SET place = $3 WHERE workspace = $1 AND id = $2 AND state = 'undoing'");
    tx.exec(sql, &params![workspace, id, place]).map(drop)
}

/// A row of a file with what is wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// Its number among the rows, from 1.
    pub row: i64,
    /// Its cells as they stood, as a JSON list.
    pub cells: String,
    /// Its entries, each with its problem, as JSON of the engine.
    pub problem: String,
    /// What can be done about the first.
    pub suggestion: String,
}

/// Keeps rows that have a problem.
pub fn add_problems(tx: &mut Tx<'_>, workspace: i64, import: i64, rows: &[ProblemRow]) -> Result<()> {
    tx.many(
        sql!(
            "INSERT INTO import_problem (import, seq, workspace, row_number, cells, problem, suggestion)
             SELECT $2, r.row_number, $1, r.row_number, r.cells, r.problem, r.suggestion
             FROM ROWS(row_number BIGINT, cells TEXT, problem TEXT, suggestion TEXT) AS r
             WHERE true ON CONFLICT (import, seq) DO NOTHING"
        ),
        &params![workspace, import],
        rows.iter().map(|p| params![p.row, p.cells, p.problem, p.suggestion]),
    )?;
    crate::problem_tail::put(tx, workspace, import, rows.iter().map(|p| (p.row, p.cells.as_str())))
}

/// Rows with a problem behind row `after`, in the order of the file.
pub fn problems(
    tx: &mut Tx<'_>,
    workspace: i64,
    import: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<ProblemRow>> {
    tx.rows(
        sql!(
            "SELECT row_number, cells, problem, suggestion FROM import_problem
             WHERE workspace = $1 AND import = $2 AND seq > $3 ORDER BY seq LIMIT $4"
        ),
        &params![workspace, import, after, limit],
        |r| Ok(ProblemRow { row: r.get(0)?, cells: r.get(1)?, problem: r.get(2)?, suggestion: r.get(3)? }),
    )
}
