//! The run of an import: one thread reads and folds, this one commits slices. It may be killed between any two and
//! goes on behind the last row that was committed; the counts are those of an undisturbed run.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use store::Db;
use store::import::{self as rows, Import, State};
use store::machine::job::{self, JobKind};

use super::arrival::{Batch, Folder};
use super::record::Flow;
use super::refused::Refused;
use super::rows::Tally;
use super::slice;
use super::source::Source;
use super::start::{self, Frozen, Kept, NewImport};
use super::view::{Counts, View};
use super::{forget, path_of};
use crate::audience::text;
use crate::work::{Next, Work};
use crate::{Ctx, Error, Result};

/// Batches that may wait for their commit.
const AHEAD: usize = 3;
/// After a command that died a server takes its import over, not before.
const TAKE_OVER_MS: i64 = 60_000;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing is left to do, or somebody halted it.
    Over,
    /// It was asked to stop between two slices; it goes on behind this one.
    Asked,
}

/// The job: reads on until the file ends, or the program does.
pub(crate) fn run_job(work: &Work<'_>) -> Result<Next> {
    let (workspace, id) = (work.job.workspace, work.job.subject);
    match run(work.db, workspace, id, &|| work.go_on(), &mut |_, _| {})? {
        End::Over => Ok(Next::Done),
        End::Asked => Ok(Next::Again(work.db.now_ms())),
    }
}

/// Imports a file on this thread, for a command that works on a store without a server. `go_on` is asked between two
/// slices; `told` hears the rows that are done and the counts.
///
/// # Errors
/// When it may not be asked, a rule is wrong, or the store refuses. A file that cannot be read on is no error: the
/// view that is given back says so.
pub fn run_here(
    db: &Db,
    ctx: &Ctx,
    new: &NewImport,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<View> {
    let (asked, as_who) = (new.clone(), ctx.clone());
    let id = db.write_blocking("import.start", move |tx| {
        let id = start::draft(tx, &as_who, &asked.file, &asked.name, &asked.plan)?;
        let due = tx.now() + TAKE_OVER_MS;
        start::begin_at(tx, &as_who, id, &asked.rules, due)?;
        Ok::<_, Error>(id)
    })?;
    let end = run(db, ctx.workspace, id, go_on, told)?;
    let as_who = ctx.clone();
    db.write_blocking("import.end", move |tx| {
        if end == End::Asked {
            rows::step(tx, as_who.workspace, id, &[State::Running], State::Stopped, "")?;
        }
        job::cancel(tx, JobKind::ImportRun, id)?;
        super::get(tx, &as_who, id)
    })
}

fn run(
    db: &Db,
    workspace: i64,
    id: i64,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<End> {
    let row = db.read_blocking(move |tx| rows::get(tx, workspace, id))?;
    let Some(row) = row.filter(|row| row.state == State::Running) else { return Ok(End::Over) };
    let kept = start::kept(&row.plan)?;
    let frozen = Frozen {
        workspace,
        id,
        list: row.list,
        wording: kept.wording,
        existing: kept.existing,
        day: kept.day,
    };
    let source = match Source::open(&path_of(db, &row.file)) {
        Ok(source) => source,
        Err(refused) => return fail(db, &row, workspace, &refused),
    };
    let mut at = row.cursor;
    let (end, read) = read_and_write(db, &kept, &source, frozen, &mut at, go_on, told)?;
    match (end, read) {
        (Some(end), _) => Ok(end),
        (None, Err(refused)) => fail(db, &row, workspace, &refused),
        (None, Ok(tally)) => finish(db, &row, frozen, at, tally),
    }
}

/// Reads on a thread of its own and commits here. The first answer is `None` when every row that was read is written.
fn read_and_write(
    db: &Db,
    kept: &Kept,
    source: &Source,
    import: Frozen,
    at: &mut i64,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<(Option<End>, Result<Tally, Refused>)> {
    let after = u64::try_from(*at).unwrap_or(0);
    let folder = Folder::new(&kept.plan, db.keys().clone(), db.now_ms());
    std::thread::scope(|scope| {
        let (give, take) = sync_channel::<Batch>(AHEAD);
        let reader = scope.spawn(move || {
            source.read_counted(&kept.plan, after, |rows, tally| {
                let given = give.send(folder.batch(rows, tally));
                if given.is_ok() { Flow::Continue(()) } else { Flow::Break(()) }
            })
        });
        // The receiver goes with the loop: a reader that waits to hand over is then free to end.
        let end = write_all(db, import, take, at, go_on, told);
        let read = reader.join().map_err(|_| Error::Store(store::Error::Panicked("import.read".into())))?;
        Ok((end?, read))
    })
}

fn write_all(
    db: &Db,
    import: Frozen,
    take: Receiver<Batch>,
    at: &mut i64,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<Option<End>> {
    for batch in take {
        if !go_on() {
            return Ok(Some(End::Asked));
        }
        let batch = Arc::new(batch);
        let (behind, cursor) = (*at, batch.cursor);
        let written = db.background_blocking("import.rows", move |tx| {
            let kept = slice::write(tx, &import, &batch, behind)?;
            match kept {
                true => Ok::<_, Error>(rows::get(tx, import.workspace, import.id)?.map(|row| row.counts)),
                false => Ok(None),
            }
        })?;
        let Some(counts) = written else { return Ok(Some(End::Over)) };
        *at = cursor;
        told(cursor, &Counts::read(&counts));
    }
    Ok(None)
}

fn finish(db: &Db, row: &Import, import: Frozen, at: i64, tally: Tally) -> Result<End> {
    let ended = db.write_blocking("import.done", move |tx| {
        let Some(counts) = rows::hold(tx, import.workspace, import.id, at)? else { return Ok(false) };
        let counts = Counts { tally, ..Counts::read(&counts) };
        rows::advance(tx, import.workspace, import.id, at, &text::json(&counts))?;
        tx.ring(store::Bell::Workspace(import.workspace));
        rows::step(tx, import.workspace, import.id, &[State::Running], State::Done, "")
    })?;
    if ended {
        forget(db, &row.file);
    }
    Ok(End::Over)
}

/// Begins a run anew from its row, as after a kill.
#[cfg(test)]
pub(super) fn again(db: &Db, workspace: i64, id: i64, go_on: &dyn Fn() -> bool) -> Result<()> {
    run(db, workspace, id, go_on, &mut |_, _| {}).map(drop)
}

fn fail(db: &Db, row: &Import, workspace: i64, refused: &Refused) -> Result<End> {
    let (id, why) = (row.id, format!("{}: {refused}", refused.code()));
    let ended = db.write_blocking("import.failed", move |tx| {
        tx.ring(store::Bell::Workspace(workspace));
        rows::step(tx, workspace, id, &[State::Running], State::Failed, &why)
    })?;
    if ended {
        forget(db, &row.file);
    }
    Ok(End::Over)
}
