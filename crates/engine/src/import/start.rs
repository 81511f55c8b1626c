//! An import from its first look to its begin, and what a person does to it meanwhile. What the rows are written by is
//! frozen at the begin.

use serde::{Deserialize, Serialize};
use store::import::{self as rows, State};
use store::machine::job::{self, JobKind};
use store::{Tx, consent, list};

use super::arrival::Arrival;
use super::plan::Plan;
use super::refused::Refused;
use super::spill;
use crate::audience::text;
use crate::{Ctx, Error, Permission, Result};

const NAME_MAX: usize = 200;
const SOURCE_MAX: usize = 1_000;

/// What happens to people who are there already. Lists and consent are the same for all three.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// What is empty is filled.
    #[default]
    Fill,
    /// What the file has replaces what is there.
    Overwrite,
    /// They stay as they are.
    Skip,
}

/// By which rules the rows are written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The list to fill, by id.
    pub list: Option<i64>,
    /// The list to fill, by name; made when it is not there. Goes before `list`.
    pub list_name: Option<String>,
    /// Where these people agreed to be written to, in words.
    pub consent_source: Option<String>,
    /// The day they did, `2026-03-14`; a row's own date goes before it.
    pub consent_date: Option<String>,
    /// What happens to people who are there already.
    pub existing: Existing,
}

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// A name that [`super::keep`] gave, or a full path.
    pub file: String,
    /// The file's own name, as people know it.
    pub name: String,
    /// How it is read.
    pub plan: Plan,
    /// By which rules it is written.
    pub rules: Rules,
}

/// What is kept in the row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) plan: Plan,
    #[serde(default)]
    pub(super) existing: Existing,
    /// The frozen words of the consent source, or 0.
    #[serde(default)]
    pub(super) wording: i64,
    #[serde(default)]
    pub(super) source: String,
    /// When they agreed where the row does not say, ms since 1970.
    #[serde(default)]
    pub(super) day: i64,
}

/// An import as its slices see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frozen {
    pub(super) workspace: i64,
    pub(super) id: i64,
    pub(super) list: i64,
    pub(super) wording: i64,
    pub(super) existing: Existing,
    pub(super) day: i64,
}

impl Frozen {
    /// When this person answered: by the row, else by the import, else now.
    pub(super) fn said_at(&self, a: &Arrival, now: i64) -> i64 {
        a.said_at.unwrap_or(if self.day == 0 { now } else { self.day })
    }
}

/// Keeps a looked-at file as a draft that waits for its begin.
///
/// # Errors
/// When it may not be asked, or the plan has no column of numbers.
pub fn draft(tx: &mut Tx<'_>, ctx: &Ctx, file: &str, name: &str, plan: &Plan) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    if !spill::is_name(file) {
        return Err(Error::invalid("file", "not_kept", "the file was not kept"));
    }
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    let kept =
        Kept { plan: plan.clone(), existing: Existing::Fill, wording: 0, source: String::new(), day: 0 };
    Ok(rows::add(tx, ctx.workspace, &name, file, &text::json(&kept))?)
}

/// Reads a draft another way.
///
/// # Errors
/// When it may not be asked, or it is no draft any more.
pub fn replan(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, plan: &Plan) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let kept =
        Kept { plan: plan.clone(), existing: Existing::Fill, wording: 0, source: String::new(), day: 0 };
    match rows::set_plan(tx, ctx.workspace, id, &text::json(&kept), 0)? {
        true => Ok(()),
        false => gone(tx, ctx, id, "already_begun"),
    }
}

/// Begins a draft: freezes the rules, then a job does the rest.
///
/// # Errors
/// When it may not be asked, it is no draft any more, or a rule is wrong.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, rules: &Rules) -> Result<()> {
    let now = tx.now();
    begin_at(tx, ctx, id, rules, now)
}

/// [`draft`] and [`begin`] in one.
///
/// # Errors
/// As those two.
pub fn start(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewImport) -> Result<i64> {
    let id = draft(tx, ctx, &new.file, &new.name, &new.plan)?;
    begin(tx, ctx, id, &new.rules)?;
    Ok(id)
}

/// Begins with the job due at a given moment: a command that does the work itself leaves the job for a later server,
/// should it be killed.
pub(super) fn begin_at(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, rules: &Rules, due: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let row = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("import"))?;
    if row.state != State::Draft {
        return Err(Error::Conflict("already_begun"));
    }
    let mut kept = kept(&row.plan)?;
    if kept.plan.phone_columns().next().is_none() {
        return Err(Error::invalid(
            "columns",
            Refused::NoPhoneColumn.code(),
            Refused::NoPhoneColumn.to_string(),
        ));
    }
    super::mapping::remember(tx, ctx.workspace, &kept.plan)?;
    kept.existing = rules.existing;
    if let Some((source, day)) = claim(rules, tx.now())? {
        kept.wording = consent::wording(tx, ctx.workspace, &source)?;
        kept.source = source;
        kept.day = day;
    }
    let list = list_of(tx, ctx, rules)?;
    if !rows::set_plan(tx, ctx.workspace, id, &text::json(&kept), list)? {
        return Err(Error::Conflict("already_begun"));
    }
    rows::step(tx, ctx.workspace, id, &[State::Draft], State::Running, "")?;
    Ok(job::put(tx, JobKind::ImportRun, ctx.workspace, id, due)?)
}

/// Source and day of a consent that is claimed; both or neither.
fn claim(rules: &Rules, now: i64) -> Result<Option<(String, i64)>> {
    let source = rules.consent_source.as_deref().map_or("", str::trim);
    let day = rules.consent_date.as_deref().map_or("", str::trim);
    if source.is_empty() && day.is_empty() {
        return Ok(None);
    }
    if source.is_empty() {
        return Err(Error::invalid("consent_source", "required", "say where these people agreed"));
    }
    if source.chars().count() > SOURCE_MAX || source.contains('\0') {
        return Err(Error::invalid("consent_source", "too_long", "at most 1000 characters"));
    }
    if day.is_empty() {
        return Err(Error::invalid("consent_date", "required", "say on which day these people agreed"));
    }
    let at = text::day_ms(day)
        .ok_or_else(|| Error::invalid("consent_date", "bad_date", "write it as 2026-03-14"))?;
    if at > now {
        return Err(Error::invalid("consent_date", "in_the_future", "nobody has agreed tomorrow"));
    }
    Ok(Some((source.to_owned(), at)))
}

fn list_of(tx: &mut Tx<'_>, ctx: &Ctx, rules: &Rules) -> Result<i64> {
    if let Some(name) = rules.list_name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(found) = list::by_name(tx, ctx.workspace, name)? {
            return Ok(found.id);
        }
        return crate::audience::list_create(tx, ctx, name);
    }
    let Some(id) = rules.list.filter(|id| *id != 0) else { return Ok(0) };
    Ok(list::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("list"))?.id)
}

pub(super) fn kept(plan: &str) -> Result<Kept> {
    serde_json::from_str(plan)
        .map_err(|e| Error::Store(store::Error::Shape(format!("the plan of an import cannot be read: {e}"))))
}

/// Halts a running import behind the slice in hand.
///
/// # Errors
/// When it may not be asked, or it does not run.
pub fn pause(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    step(tx, ctx, id, &[State::Running], State::Paused, "not_running")
}

/// Goes on where it was halted.
///
/// # Errors
/// When it may not be asked, or it is not halted.
pub fn resume(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    step(tx, ctx, id, &[State::Paused], State::Running, "not_paused")?;
    let now = tx.now();
    Ok(job::put(tx, JobKind::ImportRun, ctx.workspace, id, now)?)
}

/// Ends an import for good; what was written stays. The caller then [`super::forget`]s the file that is given back.
///
/// # Errors
/// When it may not be asked, or it has ended.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<String> {
    let open = [State::Draft, State::Running, State::Paused];
    step(tx, ctx, id, &open, State::Stopped, "already_ended")?;
    job::cancel(tx, JobKind::ImportRun, id)?;
    Ok(rows::get(tx, ctx.workspace, id)?.map(|row| row.file).unwrap_or_default())
}

fn step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: i64,
    from: &[State],
    to: State,
    else_it_is: &'static str,
) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if rows::step(tx, ctx.workspace, id, from, to, "")? {
        tx.ring(store::Bell::Workspace(ctx.workspace));
        return Ok(());
    }
    gone(tx, ctx, id, else_it_is)
}

fn gone(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, else_it_is: &'static str) -> Result<()> {
    let there = rows::get(tx, ctx.workspace, id)?.is_some();
    Err(if there { Error::Conflict(else_it_is) } else { Error::NotFound("import") })
}
