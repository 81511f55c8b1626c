//! One deed done to many people: to those chosen by hand, or to all whom a filter finds. A job does it in slices, shows how
//! far it got, may be stopped, goes on after a kill, and can be taken back as long as what people were is still kept.
//!
//! An erasure is not taken back. A refusal that a person made is not touched by either direction.

mod run;
#[cfg(test)]
mod tests;

pub(crate) use run::run;

use crate::audience::{self, Filter};
use crate::{Ctx, Error, Permission, Result, audit};
use serde::{Deserialize, Serialize};
use sms::id::{kind, public};
use store::contact::Consent;
use store::machine::job::{self, JobKind};
use store::{Bell, Tx, bulk as rows, list};

/// People that may be named one by one.
const NAMED_MAX: usize = 500;
/// Failures of its job in a row that are told.
const FAILS_TOLD: i64 = 3;
/// Characters of a reason.
const WORDS_MAX: usize = 300;

/// What can be done to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Marks them with a tag.
    AddTag,
    /// Takes a tag away.
    RemoveTag,
    /// Puts them into a list.
    AddList,
    /// Takes them out of a list.
    RemoveList,
    /// Writes down that they asked not to be written to.
    Suppress,
    /// Forgets them.
    Erase,
}

impl Deed {
    /// All of them.
    pub const ALL: &'static [Deed] =
        &[Deed::AddTag, Deed::RemoveTag, Deed::AddList, Deed::RemoveList, Deed::Suppress, Deed::Erase];

    /// The word in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Deed::AddTag => "add_tag",
            Deed::RemoveTag => "remove_tag",
            Deed::AddList => "add_list",
            Deed::RemoveList => "remove_list",
            Deed::Suppress => "suppress",
            Deed::Erase => "erase",
        }
    }

    /// The deed of a word.
    pub fn parse(name: &str) -> Option<Deed> {
        Deed::ALL.iter().copied().find(|d| d.name() == name)
    }

    /// Whether it can be taken back.
    pub const fn undoes(self) -> bool {
        !matches!(self, Deed::Erase)
    }

    const fn needs(self) -> Permission {
        match self {
            Deed::Erase => Permission::Admin,
            _ => Permission::Contacts,
        }
    }
}

/// To whom it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Whom {
    /// These contacts, by their stored ids; where there are none, all whom the rest finds.
    pub named: Vec<i64>,
    /// As [`Filter::search`].
    pub search: String,
    /// As [`Filter::list`].
    pub list: Option<i64>,
    /// As [`Filter::tag`].
    pub tag: Option<i64>,
    /// As [`Filter::consent`], by its name.
    pub consent: Option<String>,
}

impl Whom {
    /// Those whom a filter of the page finds.
    pub fn found_by(filter: &Filter) -> Whom {
        Whom {
            named: Vec::new(),
            search: filter.search.clone(),
            list: filter.list,
            tag: filter.tag,
            consent: filter.consent.map(|c| c.name().to_owned()),
        }
    }

    /// Whether it is everybody: nobody is named and nothing narrows. Spaces and marks alone look for nothing.
    pub fn is_everybody(&self) -> bool {
        let search = audience::text::query(&self.search);
        *self == Whom { search: self.search.clone(), ..Whom::default() } && search.is_empty()
    }

    fn filter(&self) -> Filter {
        Filter {
            search: self.search.clone(),
            list: self.list,
            tag: self.tag,
            consent: self.consent.as_deref().and_then(Consent::parse),
            ..Filter::default()
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What.
    pub deed: Deed,
    /// To whom.
    pub whom: Whom,
    /// The name of the tag, made where there is none; or the list, by its public id.
    pub target: String,
    /// Why: needed for a refusal and an erasure.
    pub words: String,
}

/// A deed as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// What, by its word.
    pub deed: String,
    /// The name of the tag or list; empty where there is none.
    pub target: String,
    /// Why.
    pub words: String,
    /// `running · done · stopped · undoing · undone`.
    pub state: String,
    /// How many people are looked at in all, as far as it is known.
    pub of: i64,
    /// How many were.
    pub seen: i64,
    /// How many were changed.
    pub changed: i64,
    /// How many could not be.
    pub left_out: i64,
    /// Whether it can be taken back now.
    pub undoes: bool,
    /// Whether its job fails again and again: it is tried on, and a person should look why.
    pub stuck: bool,
    /// Who asked.
    pub actor: String,
    /// When, ms.
    pub created_at: i64,
    /// When it ended, ms; `None` where it has not.
    pub done_at: Option<i64>,
}

/// Asks for a deed; gives its stored id. A job does it.
///
/// # Errors
/// When it may not be asked; nobody is named and nothing is filtered by a word that is none; the tag or list is missing;
/// a refusal or an erasure has no reason.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Wanted) -> Result<i64> {
    ctx.need(wanted.deed.needs())?;
    if wanted.whom.named.len() > NAMED_MAX {
        return Err(Error::invalid(
            "people",
            "too_many",
            "at most 500 people by name; use a filter for more",
        ));
    }
    let words = wanted.words.trim();
    let reasoned = matches!(wanted.deed, Deed::Suppress | Deed::Erase);
    if (reasoned && words.is_empty()) || words.chars().count() > WORDS_MAX || words.contains('\0') {
        return Err(Error::invalid("reason", "required", "who asked for it, and how: 1 to 300 characters"));
    }
    let target = target_of(tx, ctx, wanted)?;
    let (of, _) = about(tx, ctx, &wanted.whom)?;
    let whom = audience::text::json(&wanted.whom);
    let (deed, actor) = (wanted.deed.name(), ctx.actor_name());
    let id = rows::add(tx, ctx.workspace, (deed, &whom), (target, words), (&actor, of))?;
    audit::note(tx, ctx, &format!("people.{deed}"), &public(kind::BULK, id), words)?;
    let now = tx.now();
    job::put(tx, JobKind::BulkRun, ctx.workspace, id, now)?;
    Ok(id)
}

/// How many people somebody means, and whether it may be more: of very many only the first are counted.
///
/// # Errors
/// When it may not be asked.
pub fn about(tx: &mut Tx<'_>, ctx: &Ctx, whom: &Whom) -> Result<(i64, bool)> {
    if !whom.named.is_empty() {
        return Ok((i64::try_from(whom.named.len()).unwrap_or(i64::MAX), false));
    }
    let counted = audience::count(tx, ctx, &whom.filter())?;
    Ok((counted.n, counted.more))
}

fn target_of(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Wanted) -> Result<i64> {
    let given = wanted.target.trim();
    match wanted.deed {
        Deed::AddTag | Deed::RemoveTag => audience::tag_named(tx, ctx, given),
        Deed::AddList | Deed::RemoveList => {
            let id = sms::id::parse(kind::LIST, given);
            let id = id.ok_or_else(|| Error::invalid("target", "required", "choose a list"))?;
            Ok(list::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("list"))?.id)
        }
        Deed::Suppress | Deed::Erase => Ok(0),
    }
}

/// One deed.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    let row = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("deed"))?;
    let ours = |j: &job::Listed| j.kind == JobKind::BulkRun && j.subject == id;
    let stuck = job::all(tx)?.iter().any(|j| ours(j) && j.tries >= FAILS_TOLD && !j.error.is_empty());
    Ok(View { stuck, ..view(tx, ctx, row)? })
}

/// The newest deeds.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, limit: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let found = rows::list(tx, ctx.workspace, limit.clamp(1, 100))?;
    found.into_iter().map(|row| view(tx, ctx, row)).collect()
}

fn view(tx: &mut Tx<'_>, ctx: &Ctx, row: rows::Bulk) -> Result<View> {
    let deed = Deed::parse(&row.deed);
    let target = match deed {
        Some(Deed::AddTag | Deed::RemoveTag) => {
            let all = store::tag::all(tx, ctx.workspace)?;
            all.into_iter().find(|t| t.id == row.target).map(|t| t.name)
        }
        Some(Deed::AddList | Deed::RemoveList) => list::get(tx, ctx.workspace, row.target)?.map(|l| l.name),
        _ => None,
    };
    let ended = matches!(row.state.as_str(), "done" | "stopped");
    Ok(View {
        row: row.id,
        id: public(kind::BULK, row.id),
        target: target.unwrap_or_default(),
        words: row.words,
        stuck: false,
        undoes: ended && row.changed > 0 && deed.is_some_and(Deed::undoes),
        deed: row.deed,
        state: row.state,
        of: row.of.max(row.seen),
        seen: row.seen,
        changed: row.changed,
        left_out: row.left_out,
        actor: row.actor,
        created_at: row.created_at,
        done_at: (row.done_at != 0).then_some(row.done_at),
    })
}

/// Halts a deed behind the slice in hand; what was done stays, and can be taken back.
///
/// # Errors
/// When it may not be asked, or it does not run.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if !rows::step(tx, ctx.workspace, id, "running", "stopped")? {
        return Err(Error::Conflict("not_running"));
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Takes a deed back, by the same job.
///
/// # Errors
/// When it may not be asked, it is not over, or it is none that can be.
pub fn undo(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let seen = get(tx, ctx, id)?;
    if !seen.undoes || !rows::step(tx, ctx.workspace, id, &seen.state, "undoing")? {
        return Err(Error::Conflict("not_undoable"));
    }
    audit::note(tx, ctx, &format!("people.{}.undone", seen.deed), &seen.id, "")?;
    let now = tx.now();
    job::put(tx, JobKind::BulkRun, ctx.workspace, id, now)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}
