//! One person added, changed, removed.

use std::collections::BTreeMap;

use sms::Code;
use sms::number::{self, Kind, Problem};
use store::contact::{self, Write, bulk};
use store::suppression::{self, Hit};
use store::{Bell, Tx, contact_edit, list};

use super::values::values_changed;
use super::{text, view};
use crate::consent::{self, Grant, Method};
use crate::{Actor, Ctx, Error, Permission, Result};

/// Fields a person may have.
const FIELDS_MAX: usize = 60;

/// A person to be added, or what a person becomes.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// The number, in any spelling of the workspace's country.
    pub number: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Everything else that is known.
    pub fields: BTreeMap<String, String>,
    /// Lists to join.
    pub lists: Vec<i64>,
    /// A permission that is claimed.
    pub consent: Option<Claim>,
}

/// A permission that one of us writes down.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Where the person agreed, in words.
    pub source: String,
    /// When, ms since 1970; `None` is now.
    pub at: Option<i64>,
}

/// Adds a person.
///
/// # Errors
/// When it may not be asked; the number is no mobile (`invalid_number`, `not_mobile`) or has a person (`taken`); a
/// permission is claimed of somebody who refused.
pub fn add_contact(tx: &mut Tx<'_>, ctx: &Ctx, new: &New) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let ready = Ready::of(tx, ctx, new)?;
    let id = contact::add(tx, ctx.workspace, &ready.write())?
        .ok_or_else(|| Error::invalid("number", "taken", "a contact with this number is there already"))?;
    values_changed(tx, ctx.workspace, || vec![(id, ready.fields.clone())])?;
    for asked in &new.lists {
        list::get(tx, ctx.workspace, *asked)?.ok_or(Error::NotFound("list"))?;
        list::add(tx, ctx.workspace, *asked, &[id])?;
    }
    if let Some(claim) = &new.consent {
        claimed(tx, ctx, &ready.number, claim)?;
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// Changes a person. Lists stay as they are, but those named are joined; a claimed permission is written down.
///
/// # Errors
/// As [`add_contact`], or when there is none.
pub fn update_contact(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, new: &New) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let ready = Ready::of(tx, ctx, new)?;
    if let Some(other) = contact::by_number(tx, ctx.workspace, &ready.number)?
        && other.id != id
    {
        return Err(Error::invalid("number", "taken", "a contact with this number is there already"));
    }
    let old = contact::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("contact"))?;
    if !contact::update(tx, ctx.workspace, id, &ready.write())? {
        return Err(Error::NotFound("contact"));
    }
    let edits = ready.changes(&old);
    contact_edit::add(tx, ctx.workspace, id, &ctx.actor_name(), &edits)?;
    values_changed(tx, ctx.workspace, || vec![(id, ready.fields.clone())])?;
    for asked in &new.lists {
        list::get(tx, ctx.workspace, *asked)?.ok_or(Error::NotFound("list"))?;
        list::add(tx, ctx.workspace, *asked, &[id])?;
    }
    if let Some(claim) = &new.consent {
        claimed(tx, ctx, &ready.number, claim)?;
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Writes down a permission of somebody who may be nobody's contact yet: who agrees is one from then on.
///
/// # Errors
/// As [`add_contact`] but for a refusal: that stands, and the state that is given back says so.
pub fn agreed(tx: &mut Tx<'_>, ctx: &Ctx, grant: &Grant) -> Result<store::consent::State> {
    ctx.need(Permission::Contacts)?;
    let number = mobile(&grant.number, &view::country(tx, ctx)?)?;
    if contact::by_number(tx, ctx.workspace, &number)?.is_none() {
        add_contact(tx, ctx, &New { number: number.clone(), ..New::default() })?;
    }
    consent::grant(tx, ctx, &Grant { number, ..grant.clone() })
}

/// Removes a person from the workspace. What the person refused, and the record of it, stay.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn remove_contact(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if !contact::remove(tx, ctx.workspace, id)? {
        return Err(Error::NotFound("contact"));
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// A permission is written down, unless a refusal stands: that is for the person to take back.
fn claimed(tx: &mut Tx<'_>, ctx: &Ctx, number: &str, claim: &Claim) -> Result<()> {
    let (tag, now) = (tx.tag(number), tx.now());
    let stopped = suppression::of_tags(tx, ctx.workspace, &[tag])?.iter().any(Hit::of_everything);
    let refused = bulk::history(tx, ctx.workspace, &[tag])?.last().is_some_and(|said| !said.grant);
    if stopped || refused {
        let rule = "a refusal stands; only the person can take it back".to_owned();
        return Err(Error::Refused { code: Code::SuppressedWorkspace, rule });
    }
    let source = claim.source.trim();
    if source.is_empty() || source.chars().count() > text::VALUE_MAX || source.contains('\0') {
        return Err(Error::invalid(
            "consent.source",
            "required",
            "say where the person agreed, in 1 to 1000 characters",
        ));
    }
    let at = claim.at.unwrap_or(now);
    if at > now {
        return Err(Error::invalid("consent.at", "in_the_future", "nobody has agreed tomorrow"));
    }
    let method = if matches!(ctx.actor, Actor::Key(_)) { Method::Api } else { Method::Staff };
    let grant = Grant {
        number: number.to_owned(),
        method,
        wording: source.to_owned(),
        evidence: ctx.actor_name(),
        claimed_at: at,
    };
    consent::grant(tx, ctx, &grant).map(drop)
}

/// A person with everything checked.
struct Ready {
    number: String,
    first_name: String,
    last_name: String,
    fields: String,
    search: String,
}

impl Ready {
    fn of(tx: &mut Tx<'_>, ctx: &Ctx, new: &New) -> Result<Ready> {
        let number = mobile(&new.number, &view::country(tx, ctx)?)?;
        if new.fields.len() > FIELDS_MAX {
            return Err(Error::invalid("fields", "too_many", "at most 60 fields"));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in &new.fields {
            if !text::is_field_name(name) {
                let detail = "a field's name is made of letters, digits and _, and begins with no digit";
                return Err(Error::invalid(format!("fields.{name}"), "bad_name", detail));
            }
            let value = text::value(value);
            if !value.is_empty() {
                fields.insert(name.clone(), value);
            }
        }
        let (first_name, last_name) = (text::name(&new.first_name), text::name(&new.last_name));
        let search = text::search(&first_name, &last_name, &number, &fields);
        Ok(Ready { number, first_name, last_name, fields: text::json(&fields), search })
    }

    /// What changes: which, from what, to what.
    fn changes(&self, old: &contact::Contact) -> Vec<(String, String, String)> {
        let mut out = Vec::new();
        let mut said = |what: &str, before: &str, after: &str| {
            if before != after {
                out.push((what.to_owned(), before.to_owned(), after.to_owned()));
            }
        };
        said("number", &old.number, &self.number);
        said("first_name", &old.first_name, &self.first_name);
        said("last_name", &old.last_name, &self.last_name);
        let (before, after) = (text::fields(&old.fields), text::fields(&self.fields));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            let of = |all: &BTreeMap<String, String>| all.get(name).cloned().unwrap_or_default();
            said(&format!("field:{name}"), &of(&before), &of(&after));
        }
        out
    }

    fn write(&self) -> Write<'_> {
        Write {
            number: &self.number,
            first_name: &self.first_name,
            last_name: &self.last_name,
            fields: &self.fields,
            search: &self.search,
        }
    }
}

fn mobile(raw: &str, country: &str) -> Result<String> {
    let reading = number::normalise(raw, country);
    match (reading.kind, reading.e164) {
        (Kind::Mobile | Kind::Test, Some(e164)) => Ok(e164),
        (Kind::Empty, _) => Err(Error::invalid("number", "required", "write the number")),
        (Kind::Landline | Kind::Service | Kind::Short, _) => {
            Err(Error::invalid("number", "not_mobile", "this is no mobile number"))
        }
        // As at admission: a number written in full whose range our plan does not know yet may well be one.
        _ if reading.problem == Some(Problem::NotInPlan) && number::is_e164(raw.trim()) => {
            Ok(raw.trim().to_owned())
        }
        _ => Err(Error::invalid("number", "invalid_number", "this is no valid number")),
    }
}
