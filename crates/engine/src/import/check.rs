//! What an import would do, without doing it.

use std::collections::HashMap;
use std::sync::Arc;

use store::{Db, Tx, admission};

use super::arrival::{Batch, Folder};
use super::record::Flow;
use super::slice::Past;
use super::source::Source;
use super::view::Counts;
use super::{Plan, Refused};
use crate::{Ctx, Error, Permission, Result};

/// Reads the whole file and counts what would become of it. The inner error is the file's own.
///
/// # Errors
/// When it may not be asked, or the store refuses.
pub fn check(db: &Db, ctx: &Ctx, source: &Source, plan: &Plan) -> Result<Result<Counts, Refused>> {
    ctx.need(Permission::Contacts)?;
    let folder = Folder::new(plan, db.keys().clone(), db.now_ms());
    let mut counts = Counts::default();
    let mut broken = None;
    let workspace = ctx.workspace;
    let read = source.read_counted(plan, 0, |rows, tally| {
        let batch = Arc::new(folder.batch(rows, tally));
        match db.read_blocking(move |tx| look(tx, workspace, &batch)) {
            Ok((created, updated, suppressed)) => {
                counts.created += created;
                counts.updated += updated;
                counts.suppressed += suppressed;
                Flow::Continue(())
            }
            Err(e) => {
                broken = Some(e);
                Flow::Break(())
            }
        }
    });
    match (broken, read) {
        (Some(e), _) => Err(e),
        (None, Ok(tally)) => Ok(Ok(Counts { tally, ..counts })),
        (None, Err(refused)) => Ok(Err(refused)),
    }
}

/// How many of a batch would be new, are there, or stay out.
fn look(tx: &mut Tx<'_>, workspace: i64, batch: &Batch) -> Result<(u64, u64, u64), Error> {
    let past = Past::of(tx, workspace, &batch.arrivals, 0)?;
    let numbers: Vec<&str> = batch.arrivals.iter().map(|a| a.number.as_str()).collect();
    let known: HashMap<String, _> = admission::known(tx, workspace, &numbers)?;
    let (mut created, mut updated, mut suppressed) = (0, 0, 0);
    for a in batch.arrivals.iter().filter(|a| a.first) {
        let slot = if past.stays_out(a.tag) {
            &mut suppressed
        } else if known.contains_key(&a.number) {
            &mut updated
        } else {
            &mut created
        };
        *slot += 1;
    }
    Ok((created, updated, suppressed))
}
