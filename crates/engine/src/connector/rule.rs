//! Routes as people write them: conditions and names of connectors. Choosing one for a message is [`crate::route`]'s.

use super::by_name;
use crate::route::{Question, Table};
use crate::{Ctx, Error, Permission, Result};
use sms::{Class, number};
use store::{Tx, route, workspace};

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

/// Which way a message would go, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The number, E.164.
    pub number: String,
    /// Whether only the simulator may carry it.
    pub test: bool,
    /// The rule that chose; none in test mode, or where nothing carries it.
    pub rule: Option<RouteView>,
    /// Names of the connectors that are on, in the order they would be tried.
    pub to: Vec<String>,
}

/// Asks the rules without sending anything.
///
/// # Errors
/// When it may not be asked, or the number is none.
pub fn explain(tx: &mut Tx<'_>, ctx: &Ctx, raw: &str, class: Class, from: &str) -> Result<Explained> {
    let all = routes(tx, ctx)?;
    let country = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.country;
    let read = number::normalise(raw, &country).e164;
    let number = read.ok_or_else(|| Error::invalid("number", "invalid_number", "this is no number"))?;
    let asked = Question { number: &number, class, sender: from, test: ctx.test };
    let way = Table::load(tx)?.choose(asked);
    let known = store::connector::list(tx)?;
    let name = |id: &i64| known.iter().find(|c| c.id == *id).map(|c| c.name.clone());
    let rule = way.as_ref().and_then(|w| all.into_iter().find(|r| r.id == w.rule));
    let to = way.map(|w| w.connectors.iter().filter_map(name).collect()).unwrap_or_default();
    Ok(Explained { number, test: ctx.test, rule, to })
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
