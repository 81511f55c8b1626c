//! The run of an import: the file is read to its end and sorted, then everybody is written in slices. It may be killed
//! between any two: it is then read again and goes on behind the last person who was committed; the counts are those
//! of an undisturbed run.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};

use store::import::{self as rows, Import, ProblemRow, READING, State};
use store::machine::job::{self, JobKind};
use store::{Db, Pending};

use super::arrival::Batch;
use super::record::Flow;
use super::refused::Refused;
use super::rows::Tally;
use super::slice::{self, Told};
use super::sorted::{self, Sorted};
use super::source::Source;
use super::spill::sort_path;
use super::start::{self, Frozen, Kept, NewImport};
use super::view::{Counts, View};
use super::{forget, path_of};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Result};

/// Batches that may wait for their place in the queue.
const AHEAD: usize = 2;
/// Slices that may wait for their commit: the next are there when the writer comes for them, and may share it.
const QUEUED: usize = 3;
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
        Err(refused) => return end(db, &row, workspace, Some(refused)),
    };
    let reading = row.place == READING;
    let mut sorted = match read(db, &kept, &source, frozen, reading, go_on)? {
        Ok(sorted) => sorted,
        Err(end) => return Ok(end),
    };
    let refused = sorted.refused.take();
    match write(db, &mut sorted, frozen, row.place.max(0), go_on, told)? {
        Some(end) => Ok(end),
        None => end(db, &row, workspace, refused),
    }
}

/// Reads the file to its end, whatever was written before; the rows with a problem are kept the first time.
fn read(
    db: &Db,
    kept: &Kept,
    source: &Source,
    import: Frozen,
    first: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Result<Sorted, End>> {
    let mut over = End::Asked;
    let mut heard = |problems: &mut Vec<ProblemRow>, tally: &Tally| {
        if !go_on() {
            return Ok(Flow::Break(()));
        }
        let runs = keep_problems(db, import, std::mem::take(problems), *tally, (first, false))?;
        if runs {
            return Ok(Flow::Continue(()));
        }
        over = End::Over;
        Ok(Flow::Break(()))
    };
    let path = sort_path(db)?;
    let sorted = sorted::read(source, &kept.plan, db.keys().clone(), db.now_ms(), path, &mut heard)?;
    let Some(mut sorted) = sorted else { return Ok(Err(over)) };
    let problems = std::mem::take(&mut sorted.problems);
    let runs = keep_problems(db, import, problems, sorted.tally, (first, true))?;
    Ok(if runs { Ok(sorted) } else { Err(End::Over) })
}

/// Writes what the reading found; of a file that was read before, only asks whether the import still runs.
fn keep_problems(
    db: &Db,
    import: Frozen,
    problems: Vec<ProblemRow>,
    tally: Tally,
    (first, end): (bool, bool),
) -> Result<bool> {
    if first {
        return db.background_blocking("import.read", move |tx| {
            slice::reading(tx, &import, &problems, &tally, end)
        });
    }
    let row = db.read_blocking(move |tx| rows::get(tx, import.workspace, import.id))?;
    Ok(row.is_some_and(|row| row.state == State::Running))
}

/// Makes people on a thread of its own and commits here. `None`: everybody is written.
fn write(
    db: &Db,
    sorted: &mut Sorted,
    import: Frozen,
    place: i64,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<Option<End>> {
    std::thread::scope(|scope| {
        let (give, take) = sync_channel::<Batch>(AHEAD);
        let maker =
            scope.spawn(move || {
                sorted.people(place, |batch| {
                    if give.send(batch).is_ok() { Flow::Continue(()) } else { Flow::Break(()) }
                })
            });
        // The receiver goes with the loop: a maker that waits to hand over is then free to end.
        let end = write_all(db, import, take, place, go_on, told);
        let made = maker.join().map_err(|_| Error::Store(store::Error::Panicked("import.sort".into())))?;
        let end = end?;
        made.map(|()| end)
    })
}

fn write_all(
    db: &Db,
    import: Frozen,
    take: Receiver<Batch>,
    mut place: i64,
    go_on: &dyn Fn() -> bool,
    told: &mut dyn FnMut(i64, &Counts),
) -> Result<Option<End>> {
    let mut queued: VecDeque<Pending<Option<Told>, Error>> = VecDeque::with_capacity(QUEUED);
    let mut hear = |slice: Pending<Option<Told>, Error>| {
        let written = slice.wait()?;
        if let Some(so_far) = &written {
            told(so_far.done, &so_far.counts);
        }
        Ok::<_, Error>(written.is_some())
    };
    let mut asked = None;
    for batch in take {
        if !go_on() {
            asked = Some(End::Asked);
            break;
        }
        let behind = std::mem::replace(&mut place, batch.place);
        queued.push_back(
            db.background_queued("import.rows", move |tx| slice::write(tx, &import, &batch, behind))?,
        );
        if queued.len() >= QUEUED
            && let Some(oldest) = queued.pop_front()
            && !hear(oldest)?
        {
            return Ok(Some(End::Over));
        }
    }
    for slice in queued {
        if !hear(slice)? {
            return Ok(Some(End::Over));
        }
    }
    Ok(asked)
}

/// Ends a run: the file was read to its end, or cannot be read on.
fn end(db: &Db, row: &Import, workspace: i64, refused: Option<Refused>) -> Result<End> {
    let id = row.id;
    let (to, why) = match refused {
        None => (State::Done, String::new()),
        Some(refused) => (State::Failed, format!("{}: {refused}", refused.code())),
    };
    let ended = db.write_blocking("import.end", move |tx| {
        tx.ring(store::Bell::Workspace(workspace));
        rows::step(tx, workspace, id, &[State::Running], to, &why)
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
