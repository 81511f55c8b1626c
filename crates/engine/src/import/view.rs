//! An import as people and programs see it: where it stands, its counts, and the rows to mend.

use std::io::{self, Seek, Write};

use serde::{Deserialize, Serialize};
use sms::id::{self, kind};
use sms::number::Kind;
use store::import::{self as rows, Import, ProblemRow, State};
use store::{Db, Tx};

use super::plan::Plan;
use super::problems::{Problem, ProblemFile};
use super::rows::{Entry, Person, RowOut, Tally};
use super::start;
use crate::sheet::Format;
use crate::{Ctx, Error, Permission, Result};

/// Problem rows that are read at once.
const PAGE: i64 = 500;

/// What became of the rows. Mobiles without repeats are created, updated or suppressed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// What stands in the file.
    #[serde(flatten)]
    pub tally: Tally,
    /// People who were not there.
    pub created: u64,
    /// People who were there.
    pub updated: u64,
    /// People who left, and stay out.
    pub suppressed: u64,
    /// Permissions that were written down.
    pub agreed: u64,
    /// Refusals that were written down.
    pub refused: u64,
}

impl Counts {
    /// Counts as they are kept; none where nothing was counted yet.
    pub(super) fn read(json: &str) -> Counts {
        serde_json::from_str(json).unwrap_or_default()
    }
}

/// Why an import could not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The stable code.
    pub code: String,
    /// The reason in English.
    pub text: String,
}

/// An import.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// The file's own name.
    pub name: String,
    /// `draft · running · paused · done · stopped · failed`.
    pub state: &'static str,
    /// Rows that are done: problem rows once the file is read, the others with their people.
    pub done: i64,
    /// Rows in all, as far as the file says.
    pub of: i64,
    /// What became of them.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why it failed.
    pub error: Option<Fault>,
    /// The list it fills, by its stored id.
    #[serde(skip)]
    pub list: Option<i64>,
    /// Where these people agreed, as given at the begin; empty where nothing was claimed.
    pub consent_source: String,
    /// When it was opened, ms since 1970.
    pub created_at: i64,
    /// When it ended.
    pub done_at: Option<i64>,
    /// How it is read.
    #[serde(skip)]
    pub plan: Plan,
    /// Where the file lies: for [`super::path_of`].
    #[serde(skip)]
    pub file: String,
}

/// One import.
///
/// # Errors
/// When it may not be asked, or is not there.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    view(rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("import"))?)
}

/// Imports, the newest first, older than `before` (0: all).
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, before: i64, limit: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    rows::list(tx, ctx.workspace, before, limit.clamp(1, 200))?.into_iter().map(view).collect()
}

fn view(row: Import) -> Result<View> {
    let kept = start::kept(&row.plan)?;
    let counts = Counts::read(&row.counts);
    let rows_in_all = i64::try_from(kept.plan.rows).unwrap_or(i64::MAX);
    let of = if row.state == State::Done { row.done } else { rows_in_all.max(row.done) };
    let error = row.error.split_once(": ").map(|(code, text)| Fault { code: code.into(), text: text.into() });
    Ok(View {
        row: row.id,
        id: id::public(kind::IMPORT, row.id),
        name: row.name,
        state: row.state.name(),
        done: row.done,
        of,
        counts,
        error,
        list: (row.list != 0).then_some(row.list),
        consent_source: kept.source,
        created_at: row.created_at,
        done_at: (row.done_at != 0).then_some(row.done_at),
        plan: kept.plan,
        file: row.file,
    })
}

/// Writes the rows that became nobody as a table: the columns as they stood, then row, problem and suggestion; `words`
/// gives the last two in the reader's language. Blocks: call it on a plain thread.
///
/// # Errors
/// When it may not be asked, the import is not there, or the file cannot be written.
pub fn problems<W: Write + Seek>(
    db: &Db,
    ctx: &Ctx,
    id: i64,
    format: Format,
    words: impl Fn(Problem) -> (String, String),
    out: W,
) -> Result<W> {
    let failed = |e: io::Error| Error::Store(store::Error::File(format!("problem rows: {}", e.kind())));
    let as_who = ctx.clone();
    let view = db.read_blocking(move |tx| get(tx, &as_who, id))?;
    let mut file = ProblemFile::new(out, &view.plan, format).map_err(failed)?;
    let (workspace, mut after) = (ctx.workspace, 0);
    loop {
        let page = db.read_blocking(move |tx| rows::problems(tx, workspace, id, after, PAGE))?;
        let Some(last) = page.last() else { break };
        after = last.row;
        for row in &page {
            file.add(&row_of(row), &words).map_err(failed)?;
        }
    }
    file.finish().map_err(failed)
}

/// A problem row as it was read.
fn row_of(kept: &ProblemRow) -> RowOut {
    let entries: Vec<(String, Option<Problem>)> = serde_json::from_str(&kept.problem).unwrap_or_default();
    let entry = |(raw, problem)| Entry {
        kind: Kind::Invalid,
        raw,
        number: None,
        duplicate: false,
        repaired: false,
        foreign: false,
        problem,
    };
    let row = u64::try_from(kept.row).unwrap_or(0);
    RowOut {
        row,
        line: row,
        person: Person::default(),
        entries: entries.into_iter().map(entry).collect(),
        cells: serde_json::from_str(&kept.cells).unwrap_or_default(),
    }
}
