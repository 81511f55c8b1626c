//! Connectors, routes, numbers and senders: the ways out and in, as people and programs set them up.
//!
//! What a kind's settings are is handed in as [`KindInfo`]; nothing here knows a protocol or opens a link. A link is
//! asked for something by a command row and shown by a state row.

mod address;
mod hint;
mod past;
#[cfg(test)]
mod tests;

pub(crate) use address::shown_sender;
pub use address::{
    NumberView, SenderView, number_add, number_remove, numbers, sender_add, sender_remove, senders,
};
pub use hint::{Hint, hint};
pub use past::{Failure, NO_ANSWER, Quality, beats, failures, qualities, quality};
pub use store::connector::hook::Seen;
pub use store::machine::command::Progress;

use crate::{Ctx, Error, Permission, Result};
use sms::form::{FieldKind, KindInfo};
use sms::live::{Command, LinkState};
use std::collections::BTreeMap;
use store::connector::{Connector, Secrets, Settings, hook};
use store::machine::{alarm, command, modem, phone};
use store::{Tx, live, number, rate, route};

/// The kind whose connector pretends: it carries what may not leave.
pub const SIMULATOR: &str = "simulator";
const NAME_MAX: usize = 40;

/// A connector and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its settings without the secret ones.
    pub settings: BTreeMap<String, String>,
    /// Whether it is to run.
    pub enabled: bool,
    /// How it stands.
    pub state: LinkState,
    /// The node that carries it; 0 while none does.
    pub node: i64,
    /// Since when, ms since 1970.
    pub since: i64,
    /// When its process last said how it stands, ms; 0 never did.
    pub heard_at: i64,
    /// Whether that is too long ago to be believed.
    pub stale: bool,
    /// Its last error; empty when all is well.
    pub error: String,
    /// Parts a second, of late.
    pub rate: i64,
    /// What holds it back, or nothing.
    pub limited_by: String,
    /// Requests without an answer.
    pub window_used: i64,
    /// Messages that wait in it.
    pub queued: i64,
    /// Parts whose intent is committed and whose outcome is not.
    pub flight: i64,
    /// Where its provider calls us; for those who look after connections alone, the address is a secret.
    pub hooks: Option<Hooks>,
}

/// Where a provider calls us, and what came there last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// The address, without a last slash; empty while nobody knows how this installation is reached.
    pub address: String,
    /// What came last.
    pub seen: Seen,
}

/// A setting that only kinds have whose provider calls us.
const CALLED: &str = "hook_user";

/// Adds one. The first that does not pretend becomes the default route.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kinds: &[KindInfo],
    name: &str,
    kind: &str,
    given: &[(String, String)],
) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    let name = checked_name(name)?;
    let carriers: Vec<KindInfo> = kinds.iter().filter(|k| k.name != crate::lookup::NAME).copied().collect();
    let info = kind_of(&carriers, kind)?;
    let (settings, secrets) = settle(&info, given)?;
    if store::connector::by_name(tx, name)?.is_some() {
        return Err(Error::invalid("name", "taken", format!("a connector named '{name}' is there already")));
    }
    let id = store::connector::add(tx, name, kind, &settings, &secrets)?;
    if kind != SIMULATOR && route::default(tx)?.is_none() {
        route::add(tx, "", None, "", &[id])?;
    }
    Ok(id)
}

/// Changes some settings; those not given stay as they are, secrets too.
pub fn update(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kinds: &[KindInfo],
    id: i64,
    given: &[(String, String)],
) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let old = found(tx, id)?;
    let info = kind_of(kinds, &old.kind)?;
    let mut all: Vec<(String, String)> = old.settings.into_iter().collect();
    all.extend(store::connector::secrets(tx, id)?);
    all.extend(given.iter().cloned());
    let (settings, secrets) = settle(&info, &all)?;
    store::connector::replace(tx, id, &settings, &secrets)?;
    Ok(())
}

/// Switches one on or off.
pub fn set_enabled(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, enabled: bool) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    if !enabled {
        alarm::clear_connector(tx, id)?;
    }
    if store::connector::set_enabled(tx, id, enabled)? { Ok(()) } else { Err(Error::NotFound("connector")) }
}

/// Forgets one. Refused while anything leads to it or waits in it: nothing accepted may lose its way.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let old = found(tx, id)?;
    if old.kind == SIMULATOR {
        return Err(Error::Conflict("simulator_stays"));
    }
    let depth = live::depths(tx)?.get(&id).copied().unwrap_or_default();
    if depth.queued > 0 || depth.flight > 0 {
        return Err(Error::Conflict("messages_wait"));
    }
    if route::list(tx)?.iter().any(|r| r.connectors().contains(&id)) || number::of_connector(tx, id)? > 0 {
        return Err(Error::Conflict("in_use"));
    }
    rate::forget(tx, id)?;
    modem::forget(tx, id)?;
    phone::forget(tx, id)?;
    alarm::clear_connector(tx, id)?;
    store::connector::remove(tx, id)?;
    Ok(())
}

/// All of them with how they stand, oldest first.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let (states, depths) = (live::states(tx)?, live::depths(tx)?);
    let (all, now) = (store::connector::list(tx)?, tx.now());
    let sees = ctx.may(Permission::Delivery);
    let view = |c: Connector| {
        let depth = depths.get(&c.id).copied().unwrap_or_default();
        let called = sees && c.settings.contains_key(CALLED);
        let hooks = if called {
            Some(Hooks { address: hook::address_of(tx, c.id)?, seen: hook::seen(tx, c.id)? })
        } else {
            None
        };
        Ok(View { hooks, ..view(c.clone(), states.get(&c.id), depth, now) })
    };
    all.into_iter().map(view).collect()
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    list(tx, ctx)?.into_iter().find(|c| c.id == id).ok_or(Error::NotFound("connector"))
}

/// Asks for the link to be dropped and built anew; gives the command's id.
pub fn reconnect(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<i64> {
    ctx.need(Permission::Delivery)?;
    found(tx, id)?;
    Ok(command::insert(tx, id, ctx.workspace, Command::Reconnect, "")?)
}

/// A phone of the simulator writes in; gives the command's id.
pub fn simulate_inbound(tx: &mut Tx<'_>, ctx: &Ctx, from: &str, to: &str, text: &str) -> Result<i64> {
    ctx.need(Permission::Send)?;
    if !ctx.test {
        return Err(Error::Conflict("not_in_test_mode"));
    }
    for (param, value) in [("from", from), ("to", to), ("text", text)] {
        if value.trim().is_empty() {
            return Err(Error::invalid(param, "required", "is needed"));
        }
    }
    let simulator = store::connector::of_kind(tx, SIMULATOR)?;
    let id = simulator.first().ok_or(Error::Conflict("no_simulator"))?.id;
    let input = serde_json::json!({ "from": from, "to": to, "text": text }).to_string();
    Ok(command::insert(tx, id, ctx.workspace, Command::SimulateInbound, &input)?)
}

/// Where a command stands.
pub fn progress(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Progress> {
    command::progress(tx, ctx.workspace, id)?.ok_or(Error::NotFound("command"))
}

/// Makes the built-in simulator's connector where there is none; gives its id.
pub fn ensure_simulator(tx: &mut Tx<'_>) -> Result<i64> {
    if let Some(there) = store::connector::of_kind(tx, SIMULATOR)?.first() {
        return Ok(there.id);
    }
    Ok(store::connector::add(tx, SIMULATOR, SIMULATOR, &Settings::new(), &Secrets::new())?)
}

fn found(tx: &mut Tx<'_>, id: i64) -> Result<Connector> {
    store::connector::get(tx, id)?.ok_or(Error::NotFound("connector"))
}

/// The id of a connector by its name or public id.
pub(crate) fn by_name(tx: &mut Tx<'_>, param: &str, name: &str) -> Result<i64> {
    let found = match sms::id::parse(sms::id::kind::CONNECTOR, name) {
        Some(id) => store::connector::get(tx, id)?,
        None => store::connector::by_name(tx, name)?,
    };
    found
        .map(|c| c.id)
        .ok_or_else(|| Error::invalid(param, "unknown_connector", format!("there is no connector '{name}'")))
}

fn view(c: Connector, state: Option<&live::State>, depth: live::Depth, now: i64) -> View {
    let (mut link, mut since, mut error) = (LinkState::Down, c.created_at, String::new());
    if let Some(s) = state {
        (link, since, error) = (s.state, s.since, s.error.clone());
    }
    if !c.enabled {
        (link, error) = (LinkState::Disabled, String::new());
    }
    View {
        id: c.id,
        name: c.name,
        kind: c.kind,
        settings: c.settings,
        enabled: c.enabled,
        state: link,
        node: state.map_or(0, |s| s.node),
        since,
        heard_at: state.map_or(0, |s| s.at),
        stale: c.enabled && state.is_some_and(|s| now - s.at > live::STALE_MS),
        error,
        rate: state.map_or(0, |s| s.rate),
        limited_by: state.map(|s| s.limited_by.clone()).unwrap_or_default(),
        window_used: state.map_or(0, |s| s.window_used),
        queued: depth.queued,
        flight: depth.flight,
        hooks: None,
    }
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(fits) {
        let detail = format!("must be 1 to {NAME_MAX} letters a-z, digits, '-', '_' or '.'");
        return Err(Error::invalid("name", "invalid", detail));
    }
    Ok(name)
}

fn kind_of(kinds: &[KindInfo], kind: &str) -> Result<KindInfo> {
    kinds.iter().find(|k| k.name == kind).copied().ok_or_else(|| {
        let known: Vec<&str> = kinds.iter().map(|k| k.name).collect();
        Error::invalid("kind", "unknown_kind", format!("'{kind}' is none of {}", known.join(", ")))
    })
}

/// Checks what was given, fills what was not, and parts the secrets from the rest.
pub(crate) fn settle(info: &KindInfo, given: &[(String, String)]) -> Result<(Settings, Secrets)> {
    let all = info
        .settle(given.iter().map(|(k, v)| (k.as_str(), v.as_str())))
        .map_err(|refused| Error::invalid(refused.field, "invalid_setting", refused.why))?;
    let (mut settings, mut secrets) = (Settings::new(), Secrets::new());
    for (name, value) in all {
        let secret = info.fields.iter().any(|f| f.name == name && f.kind == FieldKind::Secret);
        if secret { &mut secrets } else { &mut settings }.insert(name.to_owned(), value);
    }
    Ok((settings, secrets))
}
