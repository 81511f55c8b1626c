//! What an import would do, without doing it.

use std::collections::HashMap;

use store::{Db, Tx, admission};

use super::arrival::Batch;
use super::record::Flow;
use super::slice::Past;
use super::sorted;
use super::source::Source;
use super::spill::sort_path;
use super::view::Counts;
use super::{Plan, Refused};
use crate::{Ctx, Error, Permission, Result};

/// Reads the whole file and counts what would become of it. The inner error is the file's own.
///
/// # Errors
/// When it may not be asked, or the store refuses.
pub fn check(db: &Db, ctx: &Ctx, source: &Source, plan: &Plan) -> Result<Result<Counts, Refused>> {
    ctx.need(Permission::Contacts)?;
    let mut heard = |problems: &mut Vec<_>, _: &_| {
        problems.clear();
        Ok(Flow::Continue(()))
    };
    let sorted = sorted::read(source, plan, db.keys().clone(), db.now_ms(), sort_path(db)?, &mut heard)?;
    let Some(mut sorted) = sorted else { return Err(Error::Store(store::Error::Closed)) };
    if let Some(refused) = sorted.refused {
        return Ok(Err(refused));
    }
    let (mut counts, mut broken) = (Counts { tally: sorted.tally, ..Counts::default() }, None);
    let workspace = ctx.workspace;
    sorted.people(0, |batch| {
        counts.tally.duplicates += batch.arrivals.iter().map(|a| a.repeats).sum::<u64>();
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
    })?;
    broken.map_or(Ok(Ok(counts)), Err)
}

/// How many of a batch would be new, are there, or stay out.
fn look(tx: &mut Tx<'_>, workspace: i64, batch: &Batch) -> Result<(u64, u64, u64), Error> {
    let past = Past::of(tx, workspace, &batch.arrivals, 0)?;
    let numbers: Vec<&str> = batch.arrivals.iter().map(|a| a.number.as_str()).collect();
    let known: HashMap<String, _> = admission::known(tx, workspace, &numbers)?;
    let (mut created, mut updated, mut suppressed) = (0, 0, 0);
    for a in &batch.arrivals {
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
