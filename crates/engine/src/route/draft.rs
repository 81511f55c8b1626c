//! How a table of routes is changed: a draft is written, compared, published; every version can be brought back.
//!
//! Nothing here touches a message: those accepted before keep the way they were given.

use super::check;
use super::doc::{Doc, Names};
use crate::{Ctx, Error, Permission, Result};
use store::route::{self, Rule};
use store::{Tx, rate};

/// Versions a history shows.
const HISTORY: i64 = 20;

/// A table that is in force, was, or is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The version; of a draft the one it began from.
    pub version: i64,
    /// Which change of the draft it is; 0 for a version.
    pub edit: i64,
    /// Its rules in their order.
    pub rules: Vec<Doc>,
    /// Who made it.
    pub actor: String,
    /// The version it brought back, or 0.
    pub restored: i64,
    /// When; 0 before there were versions.
    pub at: i64,
}

/// What is changed in a draft.
#[derive(Debug, Clone)]
pub enum Change {
    /// A rule is added, before the one that fits everything.
    Add(Box<Doc>),
    /// A rule becomes another; its id says which.
    Set(Box<Doc>),
    /// A rule moves by so many places, up where it is negative.
    Move(i64, i64),
    /// A rule is passed over, or no longer.
    Switch(i64, bool),
    /// A rule goes.
    Remove(i64),
    /// All rules at once.
    Whole(Vec<Doc>),
}

/// The table in force.
pub fn current(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<View> {
    ctx.need(Permission::Read)?;
    let names = Names::load(tx, ctx)?;
    Ok(shown(&names, &route::current(tx)?))
}

/// The draft, where there is one.
pub fn draft(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<View>> {
    ctx.need(Permission::Delivery)?;
    let names = Names::load(tx, ctx)?;
    Ok(route::draft(tx)?.map(|d| View {
        version: d.base,
        edit: d.edit,
        rules: d.rules.iter().map(|rule| names.write(rule)).collect(),
        actor: d.actor,
        restored: 0,
        at: d.at,
    }))
}

/// What was in force, newest first.
pub fn history(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Delivery)?;
    let names = Names::load(tx, ctx)?;
    Ok(route::versions(tx, HISTORY)?.iter().map(|version| shown(&names, version)).collect())
}

fn shown(names: &Names, version: &route::Version) -> View {
    View {
        version: version.id,
        edit: 0,
        rules: version.rules.iter().map(|rule| names.write(rule)).collect(),
        actor: version.actor.clone(),
        restored: version.restored,
        at: version.at,
    }
}

/// Changes the draft, which begins as what is in force; `edit` is the change it was seen at (0 where there was none), or
/// `None` for whatever it is. Gives the rule that was touched, or 0.
pub fn change(tx: &mut Tx<'_>, ctx: &Ctx, edit: Option<i64>, change: &Change) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let names = Names::load(tx, ctx)?;
    let (base, seen, mut rules) = match route::draft(tx)? {
        Some(draft) => (draft.base, draft.edit, draft.rules),
        None => {
            let now = route::current(tx)?;
            (now.id, 0, now.rules)
        }
    };
    if edit.is_some_and(|edit| edit != seen) {
        return Err(Error::Conflict("draft_changed"));
    }
    let touched = apply(tx, &names, &mut rules, change)?;
    let lists = rate::lists(tx)?;
    check::table(&rules, &lists)?;
    let kept = route::draft_put(tx, seen, base, &rules, &ctx.actor_name())?;
    kept.ok_or(Error::Conflict("draft_changed"))?;
    Ok(touched)
}

fn apply(tx: &mut Tx<'_>, names: &Names, rules: &mut Vec<Rule>, change: &Change) -> Result<i64> {
    let at = |rules: &[Rule], id: i64| rules.iter().position(|r| r.id == id).ok_or(Error::NotFound("route"));
    match change {
        Change::Add(doc) => {
            let rule = Rule { id: tx.id(), ..names.read(doc)? };
            let id = rule.id;
            *rules = route::with(std::mem::take(rules), rule);
            Ok(id)
        }
        Change::Set(doc) => {
            let rule = names.read(doc)?;
            let (place, id) = (at(rules, rule.id)?, rule.id);
            rules[place] = rule;
            Ok(id)
        }
        Change::Move(id, by) => {
            let place = at(rules, *id)?;
            let rule = rules.remove(place);
            let last = i64::try_from(rules.len()).unwrap_or(i64::MAX);
            let to = (i64::try_from(place).unwrap_or(0).saturating_add(*by)).clamp(0, last);
            rules.insert(usize::try_from(to).unwrap_or(0), rule);
            Ok(*id)
        }
        Change::Switch(id, off) => {
            let place = at(rules, *id)?;
            rules[place].off = *off;
            Ok(*id)
        }
        Change::Remove(id) => {
            let place = at(rules, *id)?;
            rules.remove(place);
            Ok(*id)
        }
        Change::Whole(docs) => {
            let known: Vec<i64> = rules.iter().map(|r| r.id).collect();
            *rules = Vec::with_capacity(docs.len());
            for doc in docs {
                let rule = names.read(doc)?;
                let taken = rules.iter().any(|r| r.id == rule.id);
                let id = if known.contains(&rule.id) && !taken { rule.id } else { tx.id() };
                rules.push(Rule { id, ..rule });
            }
            Ok(0)
        }
    }
}

/// Forgets the draft.
pub fn discard(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    Ok(route::draft_forget(tx)?)
}

/// Puts the draft in force; `edit` is the change that was looked at, `version` what it was compared with. Gives the new
/// version.
pub fn publish(tx: &mut Tx<'_>, ctx: &Ctx, edit: Option<i64>, version: Option<i64>) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let draft = route::draft(tx)?.ok_or(Error::Conflict("no_draft"))?;
    if edit.is_some_and(|edit| edit != draft.edit) {
        return Err(Error::Conflict("draft_changed"));
    }
    let now = route::stamp(tx)?.0;
    // What the draft began from is no longer in force, and nobody has looked at the difference since.
    if version.unwrap_or(draft.base) != now {
        return Err(Error::Conflict("routes_changed"));
    }
    let id = put(tx, ctx, now, &draft.rules, 0)?;
    route::draft_forget(tx)?;
    Ok(id)
}

/// Brings a version back, as a new one; `None` is the one before that in force. Gives the new version.
pub fn restore(tx: &mut Tx<'_>, ctx: &Ctx, version: Option<i64>) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let now = route::current(tx)?;
    // To undo what itself brought something back is to go back to what stood before it.
    let wanted = version.unwrap_or(now.id - 1);
    if now.id == 0 || wanted >= now.id {
        return Err(Error::Conflict("nothing_before"));
    }
    let old = route::version(tx, wanted)?.ok_or(Error::NotFound("version"))?;
    put(tx, ctx, now.id, &old.rules, wanted)
}

/// Puts rules in force after they were looked at once more: a connector may be gone since they were written.
fn put(tx: &mut Tx<'_>, ctx: &Ctx, base: i64, rules: &[Rule], restored: i64) -> Result<i64> {
    let names = Names::load(tx, ctx)?;
    for rule in rules {
        if let Some(gone) = rule.to.iter().find(|leg| !names.has(leg.connector)) {
            let name = names.connector(gone.connector);
            return Err(Error::invalid("to", "unknown_connector", format!("there is no connector '{name}'")));
        }
        check::rule(rule)?;
    }
    let lists = rate::lists(tx)?;
    check::table(rules, &lists)?;
    let made = route::publish(tx, base, rules, &ctx.actor_name(), restored)?;
    let id = made.ok_or(Error::Conflict("routes_changed"))?;
    tx.ring(store::Bell::Connectors);
    Ok(id)
}

/// Adds a rule to what is in force, at once: before the one that fits everything.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, doc: &Doc) -> Result<Doc> {
    ctx.need(Permission::Delivery)?;
    let names = Names::load(tx, ctx)?;
    let rule = names.read(&Doc { id: String::new(), ..doc.clone() })?;
    let now = route::current(tx)?;
    let same =
        |r: &Rule| Rule { to: Vec::new(), ..r.clone() } == Rule { id: r.id, to: Vec::new(), ..rule.clone() };
    if now.rules.iter().any(same) {
        let detail = "a rule with these conditions is there already, and the first match wins";
        return Err(Error::invalid("prefix", "taken", detail));
    }
    let rule = Rule { id: tx.id(), ..rule };
    let rules = route::with(now.rules, rule.clone());
    put(tx, ctx, now.id, &rules, 0)?;
    Ok(names.write(&rule))
}

/// Takes a rule out of what is in force, at once.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    if route::remove(tx, id, &ctx.actor_name())? { Ok(()) } else { Err(Error::NotFound("route")) }
}
