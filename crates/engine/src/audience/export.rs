//! People as a file: all whom a filter finds, in slices, never the whole in memory. No cell is one that a spreadsheet would
//! run, and what comes out can be imported again.

use std::io::{self, Seek, Write};

use store::{Db, Tx, contact};

use super::view::{Filter, View, stored, views};
use crate::sheet::{Format, Table};
use crate::{Ctx, Error, Permission, Result, audit};

/// People read at once.
const WINDOW: i64 = 500;
/// Fields that get a column of their own at the most.
const FIELDS_MAX: usize = 60;

/// Writes all whom a filter finds; gives the writer back and how many there were. Blocks: call it on a plain thread.
/// That somebody took the people out of the house is written down before the first row.
///
/// # Errors
/// When it may not be asked, or the file cannot be written.
pub fn export<W: Write + Seek>(
    db: &Db,
    ctx: &Ctx,
    filter: &Filter,
    format: Format,
    out: W,
) -> Result<(W, u64)> {
    ctx.need(Permission::Contacts)?;
    let failed = |e: io::Error| Error::Store(store::Error::File(format!("the export: {}", e.kind())));
    let (who, asked) = (ctx.clone(), filter.clone());
    let said = db.write_blocking("export.note", move |tx| {
        let n = super::view::count(tx, &who, &asked)?;
        audit::note(tx, &who, "people.exported", "", &format!("{} people", n.n))
    });
    said?;
    let fields = columns(db, ctx, filter)?;
    let mut out = Table::begin(out, format).map_err(failed)?;
    let fixed = ["phone", "first_name", "last_name", "permission", "since", "lists", "tags"];
    let header: Vec<&str> = fixed.into_iter().chain(fields.iter().map(String::as_str)).collect();
    out.row(&header).map_err(failed)?;
    let mut n = 0;
    walk(db, ctx, filter, |people| {
        for one in people {
            n += 1;
            let since = day(one.row.consent_at);
            let (lists, tags) = (one.lists.join("; "), one.tags.join("; "));
            let mut cells: Vec<&str> =
                vec![&one.number, &one.first_name, &one.last_name, one.consent, &since, &lists, &tags];
            cells.extend(fields.iter().map(|f| one.fields.get(f).map_or("", String::as_str)));
            out.row(&cells).map_err(failed)?;
        }
        Ok(())
    })?;
    let out = out.end().map_err(failed)?;
    Ok((out, n))
}

/// The names of the fields that anybody among them has.
fn columns(db: &Db, ctx: &Ctx, filter: &Filter) -> Result<Vec<String>> {
    let mut names = std::collections::BTreeSet::new();
    walk(db, ctx, filter, |people| {
        for name in people.iter().flat_map(|p| p.fields.keys()) {
            if names.len() < FIELDS_MAX && !names.contains(name) {
                names.insert(name.clone());
            }
        }
        Ok(())
    })?;
    Ok(names.into_iter().collect())
}

/// All whom a filter finds, by the slice, each from a snapshot of its own.
fn walk(db: &Db, ctx: &Ctx, filter: &Filter, mut each: impl FnMut(&[View]) -> Result<()>) -> Result<()> {
    let mut after = 0;
    loop {
        let (who, asked) = (ctx.clone(), stored(filter));
        let read = move |tx: &mut Tx<'_>| {
            let Some(to) = contact::window(tx, who.workspace, after, WINDOW)? else { return Ok(None) };
            let people = contact::between(tx, who.workspace, &asked, (after, to))?;
            Ok::<_, Error>(Some((views(tx, &who, people)?, to)))
        };
        let Some((people, to)) = db.read_blocking(read)? else { return Ok(()) };
        each(&people)?;
        after = to;
    }
}

/// A moment as a day, as an import reads it; empty where there is none.
fn day(at: i64) -> String {
    let stamp = jiff::Timestamp::from_millisecond(at).ok().filter(|_| at > 0);
    stamp.map_or_else(String::new, |t| t.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
