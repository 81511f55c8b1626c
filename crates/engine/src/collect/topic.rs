//! What people may choose to hear about.

use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Tx, topic as rows};

/// Topics a workspace offers at the most.
const MOST: usize = 20;
/// Characters of a name or title.
const LONG: usize = 60;

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its row.
    pub id: i64,
    /// Its name, as the record carries it.
    pub name: String,
    /// What people read, by language.
    pub titles: BTreeMap<String, String>,
}

impl View {
    /// What is read in a language: its title there, else its name.
    pub fn title(&self, language: &str) -> &str {
        self.titles.get(language).filter(|t| !t.is_empty()).map_or(self.name.as_str(), String::as_str)
    }
}

/// What is offered, the oldest first.
///
/// # Errors
/// When the store refuses.
pub fn offered(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<View>> {
    let all = rows::all(tx, workspace)?.into_iter().filter(|t| !t.retired);
    let titles = |json: &str| serde_json::from_str(json).unwrap_or_default();
    Ok(all.map(|t| View { id: t.id, titles: titles(&t.titles), name: t.name }).collect())
}

/// Offers a topic, or gives one new titles.
///
/// # Errors
/// When it may not be asked; a name is empty or too long; there are too many.
pub fn put(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, titles: &BTreeMap<String, String>) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let name = super::form::line(name);
    if name.is_empty() {
        return Err(Error::invalid("topic", "required", "a topic has a name"));
    }
    let long = |text: &str| text.chars().count() > LONG;
    if long(&name) || titles.values().any(|t| long(t)) {
        return Err(Error::invalid("topic", "too_long", "at most 60 characters"));
    }
    let there = offered(tx, ctx.workspace)?;
    if there.len() >= MOST && !there.iter().any(|t| t.name == name) {
        return Err(Error::invalid("topic", "too_many", "at most 20 topics"));
    }
    let titles: BTreeMap<&str, String> = titles
        .iter()
        .map(|(l, t)| (l.as_str(), super::form::line(t)))
        .filter(|(_, t)| !t.is_empty())
        .collect();
    let id = rows::put(tx, ctx.workspace, &name, &crate::audience::text::json(&titles))?;
    crate::audit::note(tx, ctx, "topic.offered", &name, "")?;
    Ok(id)
}

/// Offers it to nobody any more. What people said about it stands.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn retire(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if !rows::retire(tx, ctx.workspace, id)? {
        return Err(Error::NotFound("topic"));
    }
    crate::audit::note(tx, ctx, "topic.retired", &id.to_string(), "")
}
