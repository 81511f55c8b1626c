//! Live audiences: people by criteria, as a tree, as a text, as a question to the store. All three are the same thing.
//!
//! Counting and looking only read. A field that a segment asks about for the first time is declared, and its values are
//! gathered by a job; until then the segment says that it is not ready instead of counting wrong.

mod asked;
mod edit;
mod list;
#[cfg(test)]
mod tests;
pub mod text;
pub mod tree;

pub use crate::audience::{FieldView, declare, fields, valued};
pub use edit::{Join, Outline, outline, with, without};
pub(crate) use list::refresh;
pub use list::{freeze, live};
pub use tree::{Criterion, Deed, Node, Op, When};

use crate::audience::text::{day_ms, fold, json};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use std::collections::HashMap;
use store::Tx;
use store::field::{Field, Kind};
use store::segment::{self as rows, Ask, Tree};

/// People shown as examples.
const SAMPLES: i64 = 10;
const NAME_MAX: usize = 80;
const DAY_MS: i64 = 86_400_000;

/// Everything that names in a segment can mean, loaded once.
pub(crate) struct Known {
    lists: Vec<(i64, String)>,
    tags: Vec<(i64, String)>,
    campaigns: Vec<(i64, String)>,
    fields: HashMap<String, Field>,
}

impl Known {
    pub(crate) fn load(tx: &mut Tx<'_>, workspace: i64) -> Result<Known> {
        let lists = store::list::all(tx, workspace)?.into_iter().map(|l| (l.id, l.name)).collect();
        let tags = store::tag::all(tx, workspace)?.into_iter().map(|t| (t.id, t.name)).collect();
        let campaigns = store::campaign::names(tx, workspace)?;
        let fields = store::field::all(tx, workspace)?.into_iter().map(|f| (f.name.clone(), f)).collect();
        Ok(Known { lists, tags, campaigns, fields })
    }
}

fn id_of(all: &[(i64, String)], name: &str) -> Option<i64> {
    let exact = all.iter().find(|(_, n)| n == name);
    exact.or_else(|| all.iter().find(|(_, n)| fold(n) == fold(name))).map(|(id, _)| *id)
}

fn name_of(all: &[(i64, String)], id: i64) -> String {
    all.iter().find(|(i, _)| *i == id).map(|(_, name)| name.clone()).unwrap_or_default()
}

impl text::Names for Known {
    fn list(&self, name: &str) -> Option<i64> {
        id_of(&self.lists, name)
    }
    fn tag(&self, name: &str) -> Option<i64> {
        id_of(&self.tags, name)
    }
    fn campaign(&self, name: &str) -> Option<i64> {
        id_of(&self.campaigns, name)
    }
    fn list_name(&self, id: i64) -> String {
        name_of(&self.lists, id)
    }
    fn tag_name(&self, id: i64) -> String {
        name_of(&self.tags, id)
    }
    fn campaign_name(&self, id: i64) -> String {
        name_of(&self.campaigns, id)
    }
}

/// A tree as a question to the store.
///
/// # Errors
/// `Conflict("field_not_ready")` while values are gathered; `Invalid` for a value that is none of its field's kind.
pub(crate) fn compiled(node: &Node, known: &Known, now: i64) -> Result<Tree> {
    Ok(match node {
        Node::All(all) => Tree::All(all.iter().map(|n| compiled(n, known, now)).collect::<Result<_>>()?),
        Node::Any(all) => Tree::Any(all.iter().map(|n| compiled(n, known, now)).collect::<Result<_>>()?),
        Node::Not(one) => Tree::Not(Box::new(compiled(one, known, now)?)),
        Node::Is(criterion) => Tree::Ask(asked(criterion, known, now)?),
    })
}

fn asked(criterion: &Criterion, known: &Known, now: i64) -> Result<Ask> {
    let field = |name: &str| match known.fields.get(name) {
        Some(field) if field.ready => Ok(field),
        _ => Err(Error::Conflict("field_not_ready")),
    };
    Ok(match criterion {
        Criterion::List(id) => Ask::List(*id),
        Criterion::Tag(id) => Ask::Tag(*id),
        Criterion::Consent(word) => Ask::Consent(match word.as_str() {
            "yes" => 1,
            "no" => 2,
            "left" => 3,
            _ => 0,
        }),
        Criterion::Set(name) => Ask::Set(field(name)?.id),
        Criterion::Number(prefix) => Ask::Begins(prefix.clone()),
        Criterion::Text(text) => Ask::Search(crate::audience::text::query(text)),
        Criterion::Added(when) => Ask::Since(moment(when, now)),
        Criterion::Since(Deed::Replied, when) => Ask::Wrote(moment(when, now)),
        Criterion::Since(deed, when) => Ask::Sent(moment(when, now), *deed == Deed::Delivered),
        Criterion::Campaign(deed, id) => Ask::Campaign(*id, *deed == Deed::Delivered),
        Criterion::Field(name, op, value) => {
            let field = field(name)?;
            match (field.kind, op) {
                (Kind::Text, Op::Is) => Ask::Words(field.id, fold(value)),
                (Kind::Text, Op::Holds) => Ask::Piece(field.id, fold(value)),
                (Kind::Text, _) => {
                    let detail = format!("{name} holds words: compare it with = or ~");
                    return Err(Error::invalid("text", "bad_sign", detail));
                }
                (kind, op) => {
                    let n = valued(kind, value).filter(|_| *op != Op::Holds).ok_or_else(|| {
                        let detail =
                            format!("{name} is a {}: '{value}' does not compare with it", kind.name());
                        Error::invalid("text", "bad_value", detail)
                    })?;
                    Ask::Number(field.id, op.compare(), n)
                }
            }
        }
    })
}

fn moment(when: &When, now: i64) -> i64 {
    match when {
        When::Day(day) => day_ms(day).unwrap_or(i64::MAX),
        When::DaysAgo(days) => now - days * DAY_MS,
    }
}

/// A segment as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its text form.
    pub text: String,
    /// Its tree.
    pub tree: Node,
    /// Goes up with every change.
    pub version: i64,
    /// When it last changed, ms.
    pub updated_at: i64,
}

fn view(row: rows::Segment, known: &Known) -> View {
    let tree = tree_of(&row);
    View {
        id: sms::id::public(sms::id::kind::SEGMENT, row.id),
        name: row.name,
        text: text::print(&tree, known),
        tree,
        version: row.version,
        updated_at: row.updated_at,
    }
}

/// What is kept; a tree that cannot be read finds nobody.
fn tree_of(row: &rows::Segment) -> Node {
    serde_json::from_str(&row.tree).unwrap_or(Node::Any(Vec::new()))
}

/// Every segment, by name.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    Ok(rows::all(tx, ctx.workspace)?.into_iter().map(|row| view(row, &known)).collect())
}

/// One segment.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let row = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("segment"))?;
    Ok(view(row, &known))
}

/// The segment of a name, or of a public id.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<i64> {
    ctx.need(Permission::Read)?;
    let by_name = rows::by_name(tx, ctx.workspace, name)?.map(|s| s.id);
    let found = by_name.or_else(|| sms::id::parse(sms::id::kind::SEGMENT, name));
    found.ok_or(Error::NotFound("segment"))
}

/// Reads a text and declares the fields that it is the first to ask about.
///
/// # Errors
/// When it may not be asked; the text is none; it names what is not there.
pub fn prepare(tx: &mut Tx<'_>, ctx: &Ctx, asked: &str) -> Result<Node> {
    ctx.need(Permission::Contacts)?;
    let known = Known::load(tx, ctx.workspace)?;
    let node = text::parse(asked, &known)?;
    asked::declare_asked(tx, ctx, &node, &known)?;
    Ok(node)
}

/// Whether a text asks about a field that nobody asked about before: then [`prepare`] has something to write.
///
/// # Errors
/// When it may not be asked, or the text is none.
pub fn asks_new(tx: &mut Tx<'_>, ctx: &Ctx, asked: &str) -> Result<bool> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    Ok(unknown_field(&text::parse(asked, &known)?, &known))
}

fn unknown_field(node: &Node, known: &Known) -> bool {
    match node {
        Node::All(all) | Node::Any(all) => all.iter().any(|one| unknown_field(one, known)),
        Node::Not(one) => unknown_field(one, known),
        Node::Is(Criterion::Set(name) | Criterion::Field(name, ..)) => !known.fields.contains_key(name),
        Node::Is(_) => false,
    }
}

/// What a condition can begin with: the words of the language, and the names of people's fields as a sample has them.
///
/// # Errors
/// When it may not be asked.
pub fn subjects(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<String>> {
    ctx.need(Permission::Read)?;
    let mut out: Vec<String> = text::SUBJECTS.iter().map(|s| (*s).to_owned()).collect();
    let newest = store::contact::Filter { limit: 50, ..store::contact::Filter::default() };
    let mut fields = std::collections::BTreeSet::new();
    for person in store::contact::page(tx, ctx.workspace, &newest)? {
        fields.extend(crate::audience::text::fields(&person.fields).into_keys());
    }
    fields.extend(store::field::all(tx, ctx.workspace)?.into_iter().map(|f| f.name));
    out.extend(fields);
    Ok(out)
}

/// Writes a segment down, or anew; gives its id.
///
/// # Errors
/// As [`prepare`]; the name is empty, too long or taken.
pub fn save(tx: &mut Tx<'_>, ctx: &Ctx, id: Option<i64>, name: &str, asked: &str) -> Result<i64> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "required", "a name of 1 to 80 characters"));
    }
    let tree = json(&prepare(tx, ctx, asked)?);
    let taken = || Error::invalid("name", "taken", "another segment has this name");
    let other = rows::by_name(tx, ctx.workspace, name)?.map(|s| s.id);
    let id = match id {
        _ if other.is_some() && other != id => return Err(taken()),
        None => rows::make(tx, ctx.workspace, name, &tree)?.ok_or_else(taken)?,
        Some(id) if rows::change(tx, ctx.workspace, id, name, &tree)? => id,
        Some(_) => return Err(Error::NotFound("segment")),
    };
    tx.ring(store::Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// Removes a segment. A campaign that is open on it keeps the people it had.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    match rows::remove(tx, ctx.workspace, id)? {
        true => Ok(()),
        false => Err(Error::NotFound("segment")),
    }
}

/// What a text finds now.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The text in its plainest form.
    pub text: String,
    /// How many people.
    pub count: i64,
    /// Whether fields are still gathered: then nothing was counted.
    pub gathering: bool,
    /// Some of them.
    pub sample: Vec<crate::audience::View>,
}

/// Counts what a text finds, and shows some. Reads only.
///
/// # Errors
/// When it may not be asked, or the text is none.
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, asked: &str) -> Result<Found> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let node = text::parse(asked, &known)?;
    let printed = text::print(&node, &known);
    let tree = match compiled(&node, &known, tx.now()) {
        Ok(tree) => tree,
        Err(Error::Conflict("field_not_ready")) => {
            return Ok(Found { text: printed, count: 0, gathering: true, sample: Vec::new() });
        }
        Err(e) => return Err(e),
    };
    let count = rows::count(tx, ctx.workspace, &tree)?;
    let ids = rows::page(tx, ctx.workspace, &tree, 0, SAMPLES)?;
    let sample = crate::audience::of_ids(tx, ctx, &ids)?;
    Ok(Found { text: printed, count, gathering: false, sample })
}

/// Why somebody is in or not: every criterion with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// Whether the number is in.
    pub within: bool,
    /// Whether there is a contact of this number at all.
    pub known: bool,
    /// The criteria and groups, in order, each with how deep it stands.
    pub steps: Vec<Step>,
}

/// One line of [`Why`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The criterion or group as text.
    pub text: String,
    /// How deep it stands.
    pub depth: usize,
    /// Whether it holds for this person.
    pub holds: bool,
}

/// Why a number, in any spelling, is in or not.
///
/// # Errors
/// When it may not be asked, the text is none, or fields are still gathered.
pub fn why(tx: &mut Tx<'_>, ctx: &Ctx, asked: &str, number: &str) -> Result<Why> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let node = text::parse(asked, &known)?;
    let Some(person) = crate::audience::by_number(tx, ctx, number)? else {
        return Ok(Why { within: false, known: false, steps: Vec::new() });
    };
    let mut steps = Vec::new();
    let contact = person.row.id;
    let within = explain(tx, ctx.workspace, &node, (&known, contact, 0), &mut steps)?;
    Ok(Why { within, known: true, steps })
}

fn explain(
    tx: &mut Tx<'_>,
    workspace: i64,
    node: &Node,
    (known, contact, depth): (&Known, i64, usize),
    steps: &mut Vec<Step>,
) -> Result<bool> {
    let place = steps.len();
    steps.push(Step { text: text::print(node, known), depth, holds: false });
    let inner: &[Node] = match node {
        Node::All(all) | Node::Any(all) => all,
        Node::Not(one) => std::slice::from_ref(one),
        Node::Is(_) => &[],
    };
    for one in inner {
        explain(tx, workspace, one, (known, contact, depth + 1), steps)?;
    }
    let tree = compiled(node, known, tx.now())?;
    let holds = rows::holds(tx, workspace, &tree, contact)?;
    steps[place].holds = holds;
    Ok(holds)
}

/// The people of a segment, behind one, in order.
pub(crate) fn members(tx: &mut Tx<'_>, workspace: i64, id: i64, after: i64, limit: i64) -> Result<Vec<i64>> {
    let row = rows::get(tx, workspace, id)?.ok_or(Error::NotFound("segment"))?;
    let known = Known::load(tx, workspace)?;
    let tree = compiled(&tree_of(&row), &known, tx.now())?;
    Ok(rows::page(tx, workspace, &tree, after, limit)?)
}
