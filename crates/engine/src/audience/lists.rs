//! Static groups of people.

use serde::Serialize;
use sms::id::{self, kind};
use store::{Bell, Tx, list};

use crate::{Ctx, Error, Permission, Result};

const NAME_MAX: usize = 120;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListView {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many people are in it.
    pub size: i64,
    /// When it was made, ms since 1970.
    pub created_at: i64,
}

/// Every list, by name.
///
/// # Errors
/// When it may not be asked.
pub fn lists(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<ListView>> {
    ctx.need(Permission::Read)?;
    let view = |l: list::List| ListView {
        row: l.id,
        id: id::public(kind::LIST, l.id),
        name: l.name,
        size: l.size,
        created_at: l.created_at,
    };
    Ok(list::all(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// Makes a list.
///
/// # Errors
/// When it may not be asked, or the name is empty, too long or taken.
pub fn list_create(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let id = list::create(tx, ctx.workspace, &checked(name)?)?.ok_or_else(taken)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(id)
}

/// Gives a list another name.
///
/// # Errors
/// As [`list_create`], or when there is none.
pub fn list_rename(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, name: &str) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let name = checked(name)?;
    match list::by_name(tx, ctx.workspace, &name)? {
        Some(other) if other.id != id => return Err(taken()),
        _ => {}
    }
    match list::rename(tx, ctx.workspace, id, &name) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::NotFound("list")),
        Err(store::Error::Unique(_)) => Err(taken()),
        Err(e) => Err(e.into()),
    }
}

/// Removes a list; the people stay.
///
/// # Errors
/// When it may not be asked, there is none, or a campaign that is not over is written to it (`in_use`).
pub fn list_delete(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if list::in_use(tx, ctx.workspace, id)? {
        return Err(Error::Conflict("in_use"));
    }
    if !list::remove(tx, ctx.workspace, id)? {
        return Err(Error::NotFound("list"));
    }
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Puts people of this workspace into a list; gives how many were not in it.
///
/// # Errors
/// When it may not be asked, or the list or one of the people is not there.
pub fn add_to_list(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, contacts: &[i64]) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    list::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("list"))?;
    for contact in contacts {
        store::contact::get(tx, ctx.workspace, *contact)?.ok_or(Error::NotFound("contact"))?;
    }
    Ok(list::add(tx, ctx.workspace, id, contacts)?)
}

/// Takes people out of a list; gives how many were in it.
///
/// # Errors
/// When it may not be asked, or there is no such list.
pub fn take_from_list(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, contacts: &[i64]) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    list::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("list"))?;
    Ok(list::take_out(tx, ctx.workspace, id, contacts)?)
}

fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "required", "give the list a name"));
    }
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "too_long", "at most 120 characters, without line breaks"));
    }
    Ok(name.to_owned())
}

fn taken() -> Error {
    Error::invalid("name", "taken", "a list of this name is there already")
}
