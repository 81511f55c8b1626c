//! Fields that segments ask about: declared at first use or by hand, gathered by a job, kept with every change.

use super::text::{self, day_ms, fold, is_field_name};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::field::{self, Field, Kind, Value};
use store::machine::job::{self, JobKind};
use store::{Bell, Tx};

/// Contacts read in one slice.
const AT_ONCE: i64 = 500;
/// Fields that may be asked about.
const FIELDS_MAX: usize = 40;
/// Characters of a value that are compared.
const COMPARED: usize = 120;
/// Numbers are kept in thousandths.
const THOUSAND: f64 = 1_000.0;
/// Beyond it a number is none that people have.
const NUMBER_MAX: f64 = 1e15;

/// A field as pages see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// `text · number · date`.
    pub kind: &'static str,
    /// Whether the values of everybody are gathered.
    pub ready: bool,
}

/// The fields that segments can ask about.
///
/// # Errors
/// When it may not be asked.
pub fn fields(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<FieldView>> {
    ctx.need(Permission::Read)?;
    let view = |f: Field| FieldView { name: f.name, kind: f.kind.name(), ready: f.ready };
    Ok(field::all(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// Declares a field; one that is there stays as it is.
///
/// # Errors
/// When it may not be asked; the name is none; there are too many.
pub fn declare(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, kind: Kind) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if !is_field_name(name) {
        return Err(Error::invalid("name", "bad_name", "letters, digits and _, no digit first"));
    }
    let all = field::all(tx, ctx.workspace)?;
    if all.iter().any(|f| f.name == name) {
        return Ok(());
    }
    if all.len() >= FIELDS_MAX {
        return Err(Error::invalid("name", "too_many", "segments may ask about at most 40 fields"));
    }
    let id = field::make(tx, ctx.workspace, name, kind)?;
    let now = tx.now();
    job::put(tx, JobKind::FieldFill, ctx.workspace, id, now)?;
    Ok(())
}

/// A value as it is compared; `None` where it is none of its kind. Words are compared otherwise.
pub fn valued(kind: Kind, value: &str) -> Option<i64> {
    let value = value.trim();
    match kind {
        Kind::Text => None,
        Kind::Date => day(value),
        Kind::Number => {
            let plain: String = value.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect();
            let plain = if plain.contains('.') { plain.replace(',', "") } else { plain.replace(',', ".") };
            let n: f64 = plain.parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < NUMBER_MAX)?;
            #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
            Some((n * THOUSAND).round() as i64)
        }
    }
}

/// `2026-03-14`, `14/03/2026`, `14.3.2026`.
fn day(value: &str) -> Option<i64> {
    if let Some(ms) = day_ms(value) {
        return Some(ms);
    }
    let parts: Vec<&str> = value.split(['/', '.', '-']).collect();
    let [d, m, y] = parts[..] else { return None };
    let (d, m, y): (u32, u32, u32) = (d.parse().ok()?, m.parse().ok()?, y.parse().ok()?);
    (y >= 1_000).then(|| day_ms(&format!("{y:04}-{m:02}-{d:02}")))?
}

fn value_of(field: &Field, contact: i64, given: &str) -> Option<Value> {
    let (n, text) = match field.kind {
        Kind::Text => (0, fold(given).chars().take(COMPARED).collect::<String>()),
        kind => (valued(kind, given)?, String::new()),
    };
    (field.kind != Kind::Text || !text.is_empty()).then_some(Value { field: field.id, contact, n, text })
}

/// People changed: what segments compare is made anew of their fields, in the same transaction.
pub(crate) fn values_changed(
    tx: &mut Tx<'_>,
    workspace: i64,
    people: impl FnOnce() -> Vec<(i64, String)>,
) -> Result<()> {
    let declared = field::all(tx, workspace)?;
    if declared.is_empty() {
        return Ok(());
    }
    let (people, mut values) = (people(), Vec::new());
    for (contact, json) in &people {
        let said = text::fields(json);
        let of = |f: &Field| value_of(f, *contact, said.get(&f.name)?);
        values.extend(declared.iter().filter_map(of));
    }
    let contacts: Vec<i64> = people.iter().map(|(id, _)| *id).collect();
    Ok(field::put(tx, workspace, &contacts, &values)?)
}

/// Gathers the values of a declared field, slice by slice.
pub(crate) fn fill(work: &Work<'_>) -> Result<Next> {
    let (workspace, id) = (work.job.workspace, work.job.subject);
    loop {
        let more = work.db.background_blocking("field.fill", move |tx| {
            let Some(field) = field::get(tx, workspace, id)?.filter(|f| !f.ready) else { return Ok(false) };
            let people = field::people(tx, workspace, field.place, AT_ONCE)?;
            let values: Vec<Value> = people
                .iter()
                .filter_map(|(contact, json)| {
                    value_of(&field, *contact, text::fields(json).get(&field.name)?)
                })
                .collect();
            field::add(tx, workspace, &values)?;
            let last = people.last().map_or(field.place, |(contact, _)| *contact);
            let ready = (people.len() as i64) < AT_ONCE;
            field::advance(tx, workspace, id, last, ready)?;
            if ready {
                tx.ring(Bell::Workspace(workspace));
            }
            Ok::<_, store::Error>(!ready)
        })?;
        if !more {
            return Ok(Next::Done);
        }
        if !work.go_on() {
            return Ok(Next::Again(work.db.now_ms()));
        }
    }
}
