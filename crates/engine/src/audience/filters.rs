//! Filters of the people's page under a name.

use serde::Serialize;
use sms::id::{kind, public};
use store::{Tx, people_filter as rows};

use super::text;
use crate::{Ctx, Error, Permission, Result};

/// Filters a workspace may keep.
const FILTERS_MAX: usize = 50;
/// Octets of a filter as the address has it.
const ADDRESS_MAX: usize = 600;

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterView {
    /// The stored id.
    #[serde(skip)]
    pub row: i64,
    /// Public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The filter, as the address of the page has it.
    pub query: String,
}

/// The saved filters, by name.
///
/// # Errors
/// When it may not be asked.
pub fn filters(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<FilterView>> {
    ctx.need(Permission::Read)?;
    let view = |s: rows::Saved| FilterView {
        row: s.id,
        id: public(kind::FILTER, s.id),
        name: s.name,
        query: s.filter,
    };
    Ok(rows::all(tx, ctx.workspace)?.into_iter().map(view).collect())
}

/// One saved filter.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn filter(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<FilterView> {
    filters(tx, ctx)?.into_iter().find(|f| f.row == id).ok_or(Error::NotFound("filter"))
}

/// Keeps a filter; the same name again is the new filter.
///
/// # Errors
/// When it may not be asked; the name or the filter is empty or too long; there are too many.
pub fn filter_save(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, query: &str) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let name = text::name(name);
    if name.is_empty() {
        return Err(Error::invalid("name", "required", "give the filter a name"));
    }
    let plain = query.bytes().all(|b| b.is_ascii_graphic());
    if query.is_empty() || query.len() > ADDRESS_MAX || !plain {
        return Err(Error::invalid("filter", "bad_filter", "filter first, then keep it"));
    }
    let all = rows::all(tx, ctx.workspace)?;
    if all.len() >= FILTERS_MAX && all.iter().all(|s| s.name != name) {
        return Err(Error::invalid("name", "too_many", "at most 50 filters"));
    }
    Ok(rows::put(tx, ctx.workspace, &name, query)?)
}

/// Forgets a filter.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn filter_forget(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    if rows::remove(tx, ctx.workspace, id)? { Ok(()) } else { Err(Error::NotFound("filter")) }
}
