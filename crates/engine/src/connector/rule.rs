//! Routes as people write them: conditions and names of connectors. Choosing one for a message is [`crate::route`]'s.

use super::by_name;
use crate::{Ctx, Error, Permission, Result};
use sms::Class;
use store::{Tx, route};

/// A rule to be added. No condition at all makes it the default.
#[derive(Debug, Clone, Default)]
pub struct NewRoute {
    /// How the number must begin; empty fits all.
    pub prefix: String,
    /// The class it is for.
    pub class: Option<Class>,
    /// The sender it is for; empty fits all.
    pub from: String,
    /// Names or ids of connectors, best first.
    pub to: Vec<String>,
}

/// A rule with the names of its connectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteView {
    /// Its id.
    pub id: i64,
    /// How the number must begin; empty fits all.
    pub prefix: String,
    /// The class it is for.
    pub class: Option<Class>,
    /// The sender it is for; empty fits all.
    pub from: String,
    /// Names of connectors, best first.
    pub to: Vec<String>,
}

/// Most connectors a message may try in turn.
const CANDIDATES_MAX: usize = 4;

/// Adds a rule; one with a condition goes before the default one.
pub fn route_add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewRoute) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    if new.to.is_empty() {
        return Err(Error::invalid("to", "required", "name at least one connector"));
    }
    if new.to.len() > CANDIDATES_MAX {
        return Err(Error::invalid("to", "too_many", format!("at most {CANDIDATES_MAX} connectors")));
    }
    let prefix = checked_prefix(&new.prefix)?;
    let mut connectors = Vec::with_capacity(new.to.len());
    for name in &new.to {
        let id = by_name(tx, "to", name)?;
        if connectors.contains(&id) {
            return Err(Error::invalid("to", "repeated", format!("'{name}' stands there twice")));
        }
        connectors.push(id);
    }
    let same = |r: &route::Route| r.prefix == prefix && r.class == new.class && r.sender == new.from;
    if route::list(tx)?.iter().any(same) {
        let detail = "a rule with these conditions is there already, and the first match wins";
        return Err(Error::invalid("prefix", "taken", detail));
    }
    Ok(route::add(tx, &prefix, new.class, &new.from, &connectors)?)
}

/// All rules in their order.
pub fn routes(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<RouteView>> {
    ctx.need(Permission::Read)?;
    let names: Vec<(i64, String)> = store::connector::list(tx)?.into_iter().map(|c| (c.id, c.name)).collect();
    let name = |id: &i64| names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
    let view = |r: route::Route| RouteView {
        id: r.id,
        prefix: r.prefix,
        class: r.class,
        from: r.sender,
        to: r.connectors.iter().filter_map(name).collect(),
    };
    Ok(route::list(tx)?.into_iter().map(view).collect())
}

/// Forgets one.
pub fn route_remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    if route::remove(tx, id)? { Ok(()) } else { Err(Error::NotFound("route")) }
}

/// `+` and digits, or nothing.
fn checked_prefix(prefix: &str) -> Result<String> {
    let digits = prefix.trim().trim_start_matches('+');
    if digits.is_empty() {
        return Ok(String::new());
    }
    if digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("prefix", "invalid", "must be digits, with the country's code first"));
    }
    Ok(format!("+{digits}"))
}
