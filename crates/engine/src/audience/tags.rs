//! Words that people are marked with.

use std::collections::BTreeSet;

use serde::Serialize;
use sms::id::{kind, public};
use store::{Bell, Tx, contact, contact_edit, tag};

use super::text::{self, fold};
use crate::{Ctx, Error, Permission, Result};

/// Characters of a tag.
const TAG_MAX: usize = 60;
/// Tags a person may bear.
const TAGS_MAX: usize = 50;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagView {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// Its name, as it was first written.
    pub name: String,
}

/// Every tag, by name.
///
/// # Errors
/// When it may not be asked.
pub fn tags(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<TagView>> {
    ctx.need(Permission::Read)?;
    let view = |t: tag::Tag| TagView { row: t.id, id: public(kind::TAG, t.id), name: t.name };
    Ok(tag::all(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// The tag of a name, made where there is none. Names that differ by case, accents or vowel signs alone are one.
///
/// # Errors
/// When it may not be asked, or the name is empty or too long.
pub fn tag_named(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let name = text::name(name);
    let folded = fold(&name);
    if folded.is_empty() || name.chars().count() > TAG_MAX || name.contains(',') {
        return Err(Error::invalid("tag", "bad_tag", "a tag has 1 to 60 characters and no comma"));
    }
    Ok(tag::make(tx, ctx.workspace, &name, &folded)?)
}

/// A person bears exactly these tags from now on.
///
/// # Errors
/// When it may not be asked; there is no such person; a name is none; there are too many.
pub fn retag(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, names: &[String]) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    if names.len() > TAGS_MAX {
        return Err(Error::invalid("tags", "too_many", "at most 50 tags"));
    }
    let mut wanted = BTreeSet::new();
    for name in names.iter().filter(|n| !n.trim().is_empty()) {
        wanted.insert(tag_named(tx, ctx, name)?);
    }
    let there = tag::of(tx, ctx.workspace, &[id])?;
    let old: BTreeSet<i64> = there.iter().map(|(_, tag, _)| *tag).collect();
    for new in wanted.difference(&old) {
        tag::mark(tx, ctx.workspace, *new, &[id])?;
    }
    for gone in old.difference(&wanted) {
        tag::unmark(tx, ctx.workspace, *gone, &[id])?;
    }
    if wanted != old {
        let names = |all: Vec<(i64, i64, String)>| {
            all.into_iter().map(|(.., name)| name).collect::<Vec<_>>().join(", ")
        };
        let now = tag::of(tx, ctx.workspace, &[id])?;
        let edit = ("tags".to_owned(), names(there), names(now));
        contact_edit::add(tx, ctx.workspace, id, &ctx.actor_name(), &[edit])?;
        tx.ring(Bell::Workspace(ctx.workspace));
    }
    Ok(())
}
