//! Doubles made one person. The one who stays keeps number, name and permission, and takes in what the other had: lists,
//! tags, fields that were empty. What the other number permitted is no permission for this one; what it refused stands.

use serde::{Deserialize, Serialize};
use sms::id::{kind, public};
use store::contact::{self, Before, Contact};
use store::{Bell, Tx, contact_edit, list, merged as rows, tag};

use super::text;
use super::values::values_changed;
use super::view::{Filter, View, contacts};
use crate::{Ctx, Error, Permission, Result, audit};

/// Doubles that are proposed at the most.
const PROPOSED: i64 = 10;

/// What both were.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Were {
    kept: One,
    gone: One,
    /// Lists and tags that the one who stays got by it.
    lists: Vec<i64>,
    tags: Vec<i64>,
    /// All that the other had.
    gone_lists: Vec<i64>,
    gone_tags: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct One {
    id: i64,
    number: String,
    first_name: String,
    last_name: String,
    fields: String,
    consent: i64,
    consent_at: i64,
    import: i64,
    created_at: i64,
}

impl One {
    fn of(c: &Contact) -> One {
        One {
            id: c.id,
            number: c.number.clone(),
            first_name: c.first_name.clone(),
            last_name: c.last_name.clone(),
            fields: c.fields.clone(),
            consent: c.consent,
            consent_at: c.consent_at,
            import: c.import,
            created_at: c.created_at,
        }
    }

    fn search(&self) -> String {
        text::search(&self.first_name, &self.last_name, &self.number, &text::fields(&self.fields))
    }
}

/// A merge as the person's page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergeView {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// The number of who went; empty once erased.
    pub number: String,
    /// The tag of that number: its messages are this person's too.
    #[serde(skip)]
    pub tag: i64,
    /// Who did it.
    pub actor: String,
    /// When, ms.
    pub at: i64,
    /// When it was taken back, ms.
    pub undone_at: Option<i64>,
}

/// Others who may be the same person: of the same whole name, or the same e-mail.
///
/// # Errors
/// When it may not be asked, or there is no such person.
pub fn doubles(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let one = contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    let name = format!("{} {}", one.first_name, one.last_name);
    let email = text::fields(&one.fields).get("email").cloned().unwrap_or_default();
    let mut out: Vec<View> = Vec::new();
    for asked in [email, name] {
        // A first name alone is many people's.
        if asked.trim().is_empty() || !asked.trim().contains([' ', '@']) {
            continue;
        }
        let filter = Filter { search: asked, limit: PROPOSED, ..Filter::default() };
        for found in contacts(tx, ctx, &filter)?.data {
            if found.row.id != id && out.iter().all(|o| o.id != found.id) {
                out.push(found);
            }
        }
    }
    Ok(out)
}

/// Makes two one; gives the id of the merge.
///
/// # Errors
/// When it may not be asked; one of them is not there; they are the same.
pub fn merge(tx: &mut Tx<'_>, ctx: &Ctx, kept: i64, gone: i64) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    if kept == gone {
        return Err(Error::invalid("other", "same_person", "these are one person already"));
    }
    let one = contact::get(tx, ctx.workspace, kept)?.ok_or(Error::NotFound("contact"))?;
    let other = contact::get(tx, ctx.workspace, gone)?.ok_or(Error::NotFound("contact"))?;
    let gone_lists = contact::lists_of(tx, ctx.workspace, &[gone])?.into_iter().map(|(_, l, _)| l).collect();
    let gone_tags = tag::of(tx, ctx.workspace, &[gone])?.into_iter().map(|(_, t, _)| t).collect();
    let (lists, tags) = contact::merge_into(tx, ctx.workspace, kept, gone)?;
    let were = Were { kept: One::of(&one), gone: One::of(&other), lists, tags, gone_lists, gone_tags };
    let mut fields = text::fields(&one.fields);
    for (name, value) in text::fields(&other.fields) {
        fields.entry(name).or_insert(value);
    }
    let first = if one.first_name.is_empty() { &other.first_name } else { &one.first_name };
    let last = if one.last_name.is_empty() { &other.last_name } else { &one.last_name };
    let (json, search) = (text::json(&fields), text::search(first, last, &one.number, &fields));
    let write = contact::Write {
        number: &one.number,
        first_name: first,
        last_name: last,
        fields: &json,
        search: &search,
    };
    contact::update(tx, ctx.workspace, kept, &write)?;
    values_changed(tx, ctx.workspace, || vec![(kept, json.clone())])?;
    contact::remove(tx, ctx.workspace, gone)?;
    let name = format!("{first} {last}");
    rows::lead_thread(tx, ctx.workspace, &other.number, kept, name.trim())?;
    let actor = ctx.actor_name();
    let before = text::json(&were);
    let id = rows::add(tx, ctx.workspace, (kept, gone), (&other.number, &before), &actor)?;
    let edit = ("merged".to_owned(), String::new(), other.number.clone());
    contact_edit::add(tx, ctx.workspace, kept, &actor, &[edit])?;
    audit::note(tx, ctx, "people.merged", &public(kind::CONTACT, kept), &public(kind::CONTACT, gone))?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// Those by which a person took others in, the newest first.
///
/// # Errors
/// When it may not be asked.
pub fn merges(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<MergeView>> {
    ctx.need(Permission::Read)?;
    let view = |m: rows::Merged| MergeView {
        row: m.id,
        id: public(kind::MERGE, m.id),
        number: m.number,
        tag: m.tag,
        actor: m.actor,
        at: m.at,
        undone_at: (m.undone_at != 0).then_some(m.undone_at),
    };
    Ok(rows::of(tx, ctx.workspace, id)?.into_iter().map(view).collect())
}

/// Makes two of one again: the other comes back as it was, and what the one got by it goes, unless it was changed since.
/// Gives who came back.
///
/// # Errors
/// When it may not be asked; it was taken back already; one of them was erased; the number has somebody by now.
pub fn unmerge(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let merge = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("merge"))?;
    let were: Option<Were> = serde_json::from_str(&merge.before).ok();
    let Some(were) = were.filter(|_| merge.undone_at == 0) else {
        return Err(Error::Conflict("already_undone"));
    };
    let gone = Contact {
        id: were.gone.id,
        number: were.gone.number.clone(),
        tag: merge.tag,
        first_name: were.gone.first_name.clone(),
        last_name: were.gone.last_name.clone(),
        fields: were.gone.fields.clone(),
        consent: were.gone.consent,
        consent_at: were.gone.consent_at,
        import: were.gone.import,
        created_at: were.gone.created_at,
        updated_at: 0,
        left: false,
    };
    if !contact::put_back_as(tx, ctx.workspace, &gone, &were.gone.search())? {
        return Err(Error::Conflict("number_taken"));
    }
    let was = (store::consent::State::from_number(gone.consent), gone.consent_at);
    crate::consent::give_back(tx, ctx.workspace, &gone.number, was)?;
    // What was refused while they were one stands for the number, whatever the row said then.
    if store::suppression::of_number(tx, ctx.workspace, &gone.number)?
        .iter()
        .any(|h| h.workspace != 0 && h.of_everything())
    {
        let now = tx.now();
        let refused = store::consent::State::Refused;
        store::consent::set_state(tx, ctx.workspace, &gone.number, refused, now)?;
    }
    for of in &were.gone_lists {
        list::add(tx, ctx.workspace, *of, &[gone.id])?;
    }
    for of in &were.gone_tags {
        tag::mark(tx, ctx.workspace, *of, &[gone.id])?;
    }
    for of in &were.lists {
        list::take_out(tx, ctx.workspace, *of, &[merge.kept])?;
    }
    for of in &were.tags {
        tag::unmark(tx, ctx.workspace, *of, &[merge.kept])?;
    }
    let search = were.kept.search();
    let before = Before {
        id: merge.kept,
        first_name: &were.kept.first_name,
        last_name: &were.kept.last_name,
        fields: &were.kept.fields,
        search: &search,
        consent: were.kept.consent,
        consent_at: were.kept.consent_at,
        unless_after: merge.at,
    };
    contact::put_back(tx, ctx.workspace, &[before])?;
    let mut changed = vec![(gone.id, were.gone.fields.clone())];
    changed.extend(contact::get(tx, ctx.workspace, merge.kept)?.map(|kept| (kept.id, kept.fields)));
    values_changed(tx, ctx.workspace, || changed.clone())?;
    let name = format!("{} {}", gone.first_name, gone.last_name);
    rows::lead_thread(tx, ctx.workspace, &gone.number, gone.id, name.trim())?;
    rows::undone(tx, ctx.workspace, id)?;
    let actor = ctx.actor_name();
    let edit = ("merged".to_owned(), gone.number.clone(), String::new());
    contact_edit::add(tx, ctx.workspace, merge.kept, &actor, &[edit])?;
    audit::note(
        tx,
        ctx,
        "people.unmerged",
        &public(kind::CONTACT, merge.kept),
        &public(kind::CONTACT, gone.id),
    )?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(gone.id)
}
