//! Clients of the SMPP server: their accounts, who may bind, what becomes of what they send.
//!
//! A client's message passes the same gate as everybody's ([`crate::submit`]); this module only knows whose it is and
//! what the client is told. It speaks no protocol and holds no session.

mod bind;
mod orders;
mod parts;
mod terms;
#[cfg(test)]
mod tests;
mod wire;

pub use bind::{Account, Knock, No, bind, closed, refused};
pub use orders::{Found, Match, cancel, find, replace};
pub use parts::{Piece, Put, Whole, put};
pub use store::client::Session;
pub use store::machine::client::{Pace, Part};
pub use store::machine::client_out::{Notify, Waiting};
pub use terms::{Charset, INFO, Range, Receipts, Terms};
pub use wire::{
    FAILED_KEPT, Failed, Packet, Watch, failed, keep, packet, tail, unwatch, watch, watched, watches,
};

use crate::{Ctx, Error, Permission, Result, secret};
use serde::Serialize;
use std::collections::BTreeMap;
use store::client::{self, Client};
use store::machine::client as machine;
use store::machine::client_out;
use store::{Bell, Tx};

/// Octets of a system_id without its NUL, clause 5.2.1.
const SYSTEM_ID_MAX: usize = 15;
/// Octets of a password that every client can send, clause 5.2.2.
const PASSWORD_SENT: usize = 8;
const PASSWORD_LEAST: usize = 4;
const PASSWORD_MAX: usize = 64;
const NAME_MAX: usize = 40;
/// Parts of a text wait so long for the others.
const PARTS_WAIT_MS: i64 = 600_000;
/// Rows of one slice of the sweep.
const SLICE: i64 = 200;

/// A client with how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Public id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it binds as.
    pub system_id: String,
    /// Whether it may bind.
    pub enabled: bool,
    /// Its settings.
    pub settings: BTreeMap<String, String>,
    /// Numbers whose messages it gets.
    pub numbers: Vec<String>,
    /// Sessions bound now.
    pub sessions: Vec<SessionView>,
    /// Receipts and messages that wait for it.
    pub waiting: i64,
    /// When it was made, ms.
    pub created_at: i64,
    /// When it bound last, ms; `None` never.
    pub bound_at: Option<i64>,
    /// From where it did.
    pub bound_from: String,
}

/// A bound session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// `transmitter`, `receiver` or `transceiver`.
    pub bind: &'static str,
    /// From where.
    pub address: String,
    /// The version the client speaks: `3.3`, `3.4` or `5.0`.
    pub version: &'static str,
    /// Whether it came by TLS.
    pub tls: bool,
    /// Since when, ms.
    pub since: i64,
    /// Messages a second, of late.
    pub rate: i64,
    /// Messages accepted in it.
    pub accepted: i64,
    /// Messages refused in it.
    pub refused: i64,
}

impl From<Session> for SessionView {
    fn from(s: Session) -> SessionView {
        SessionView {
            bind: ["transmitter", "receiver", "transceiver"][s.bind.clamp(0, 2) as usize],
            address: s.address,
            version: match s.version {
                ..=0x33 => "3.3",
                0x34..=0x4F => "3.4",
                _ => "5.0",
            },
            tls: s.tls,
            since: s.since,
            rate: s.rate,
            accepted: s.accepted,
            refused: s.refused,
        }
    }
}

/// A client just made, or one with another password; the only moment the password is seen.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// The client.
    #[serde(flatten)]
    pub client: View,
    /// Its password.
    pub password: String,
}

/// Makes an account. Without a password one is made up.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, given: &[(String, String)]) -> Result<Made> {
    ctx.need(Permission::Delivery)?;
    let name = checked_name(name)?;
    let (settings, identity) = settle(given)?;
    let system_id = identity.system_id.unwrap_or_else(|| name.to_owned());
    checked_system_id(&system_id)?;
    free(tx, &system_id, 0)?;
    if client::list(tx, ctx.workspace)?.iter().any(|c| c.name == name) {
        return Err(Error::invalid("name", "taken", format!("a client named '{name}' is there already")));
    }
    let password = identity.password.map_or_else(made_up, Ok)?;
    checked_password(&password)?;
    let proof = proof(tx, &system_id, password.as_bytes());
    let id = client::add(tx, ctx.workspace, name, &system_id, &proof, &settings)?;
    Ok(Made { client: get(tx, ctx, id)?, password })
}

/// Changes some settings; those not given stay as they are. A change ends no session: limits hold from then on.
pub fn update(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, given: &[(String, String)]) -> Result<View> {
    ctx.need(Permission::Delivery)?;
    let old = found(tx, ctx, id)?;
    let mut all: Vec<(String, String)> = old.settings.into_iter().collect();
    all.extend(given.iter().cloned());
    let (settings, identity) = settle(&all)?;
    let system_id = identity.system_id.unwrap_or_else(|| old.system_id.clone());
    if system_id != old.system_id && identity.password.is_none() {
        // The password is kept as a digest that the name is part of.
        let detail = "a new system_id needs the password as well";
        return Err(Error::invalid("password", "required", detail));
    }
    checked_system_id(&system_id)?;
    free(tx, &system_id, id)?;
    client::replace(tx, ctx.workspace, id, &system_id, &settings)?;
    if let Some(password) = identity.password {
        checked_password(&password)?;
        let proof = proof(tx, &system_id, password.as_bytes());
        client::set_password(tx, ctx.workspace, id, &proof)?;
    }
    get(tx, ctx, id)
}

/// Gives it another password, made up; sessions bound with the old one end.
pub fn reset_password(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Made> {
    ctx.need(Permission::Delivery)?;
    let (old, password) = (found(tx, ctx, id)?, made_up()?);
    let proof = proof(tx, &old.system_id, password.as_bytes());
    client::set_password(tx, ctx.workspace, id, &proof)?;
    bind::forgive(tx, &old.system_id)?;
    Ok(Made { client: get(tx, ctx, id)?, password })
}

/// Lets it bind, or not; its sessions end.
pub fn set_enabled(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, enabled: bool) -> Result<View> {
    ctx.need(Permission::Delivery)?;
    found(tx, ctx, id)?;
    client::set_enabled(tx, ctx.workspace, id, enabled)?;
    get(tx, ctx, id)
}

/// Forgets it. What waits for it goes too; messages it sent go on.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    if client::remove(tx, ctx.workspace, id)? { Ok(()) } else { Err(Error::NotFound("client")) }
}

/// Gives a number of the workspace to a client, or takes it back (`None`).
pub fn give_number(tx: &mut Tx<'_>, ctx: &Ctx, number: &str, to: Option<i64>) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    if let Some(id) = to {
        found(tx, ctx, id)?;
    }
    for address in spellings(number) {
        if client::give_number(tx, ctx.workspace, &address, to.unwrap_or(0))? {
            return Ok(());
        }
    }
    Err(Error::NotFound("number"))
}

/// All of the workspace, oldest first.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let (all, waiting) = (client::list(tx, ctx.workspace)?, client::waiting(tx, ctx.workspace)?);
    let (sessions, numbers) = (client::sessions(tx, ctx.workspace)?, client::numbers(tx, ctx.workspace)?);
    let view = |c: Client| View {
        id: sms::id::public(sms::id::kind::CLIENT, c.id),
        numbers: numbers.iter().filter(|(id, _)| *id == c.id).map(|(_, n)| n.clone()).collect(),
        sessions: sessions.iter().filter(|s| s.client == c.id).cloned().map(SessionView::from).collect(),
        waiting: waiting.get(&c.id).copied().unwrap_or(0),
        name: c.name,
        system_id: c.system_id,
        enabled: c.enabled,
        settings: c.settings,
        created_at: c.created_at,
        bound_at: (c.bound_at > 0).then_some(c.bound_at),
        bound_from: c.bound_from,
    };
    Ok(all.into_iter().map(view).collect())
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    let public = sms::id::public(sms::id::kind::CLIENT, id);
    list(tx, ctx)?.into_iter().find(|c| c.id == public).ok_or(Error::NotFound("client"))
}

/// A message in that was handled goes on to the client that has its number, if one has.
pub(crate) fn arrived(tx: &mut Tx<'_>, workspace: i64, number: &str, inbound: i64) -> Result<()> {
    for address in spellings(number) {
        let client = machine::of_number(tx, workspace, &address)?;
        if client != 0 {
            let row = client_out::New {
                client,
                inbound: true,
                about: inbound,
                given: String::new(),
                status: sms::Status::Accepted,
                code: sms::Code::None,
                detail: String::new(),
            };
            return Ok(client_out::put(tx, &[row])?);
        }
    }
    Ok(())
}

/// How a number may be written in the list of numbers.
fn spellings(number: &str) -> [String; 3] {
    let given = number.trim();
    let digits = given.trim_start_matches('+');
    [given.to_owned(), format!("+{digits}"), digits.to_owned()]
}

/// What waits for a client; nothing while another process hands it over.
pub fn waiting(tx: &mut Tx<'_>, client: i64, limit: i64) -> Result<Vec<Waiting>> {
    if !machine::leased(tx, client)? {
        return Ok(Vec::new());
    }
    let mut all = client_out::waiting(tx, client, limit)?;
    all.iter_mut().for_each(parts::address);
    Ok(all)
}

/// Whether this process hands over what waits for a client.
pub fn leases(tx: &mut Tx<'_>, client: i64) -> Result<bool> {
    Ok(machine::leased(tx, client)?)
}

/// Takes it on this process to hand over what waits for a client; `false` while another does.
pub fn lease(tx: &mut Tx<'_>, client: i64) -> Result<bool> {
    Ok(machine::lease(tx, client)?)
}

/// Lets another process hand it over.
pub fn release(tx: &mut Tx<'_>, client: i64) -> Result<()> {
    Ok(machine::release(tx, client)?)
}

/// What clients said of what they were handed: taken (client, id), and refused (client, id, due).
pub fn handed_over(tx: &mut Tx<'_>, taken: &[(i64, i64)], refused: &[(i64, i64, i64)]) -> Result<()> {
    client_out::taken(tx, taken)?;
    Ok(client_out::put_off(tx, refused)?)
}

/// How sessions do.
pub fn pace(tx: &mut Tx<'_>, all: &[Pace]) -> Result<()> {
    Ok(machine::pace(tx, all)?)
}

/// The account as it stands now: `None` when it may not be bound any more.
pub fn account(tx: &mut Tx<'_>, id: i64) -> Result<Option<(i64, Terms)>> {
    let found = machine::by_id(tx, id)?.filter(|c| c.enabled);
    Ok(found.map(|c| (c.version, Terms::of(&c.settings))))
}

/// Sessions of processes that are gone are over, and parts whose others never came end; gives how many parts did.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize> {
    machine::sweep(tx)?;
    parts::give_up(tx, PARTS_WAIT_MS, SLICE)
}

fn found(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Client> {
    client::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("client"))
}

/// What is kept of a password: a digest under the ring of this installation, which no dump of the store holds. It is
/// fast on purpose: a bind must cost microseconds when ten thousand come back at once; guesses are stopped by the
/// lock-out, and who steals the ring has everything anyway.
fn proof(tx: &Tx<'_>, system_id: &str, password: &[u8]) -> [u8; 32] {
    tx.keys().mac("client", &[system_id.as_bytes(), password])
}

/// What of the settings is who it is, not how it behaves.
#[derive(Default)]
struct Identity {
    system_id: Option<String>,
    password: Option<String>,
}

fn settle(given: &[(String, String)]) -> Result<(client::Settings, Identity)> {
    let mut identity = Identity::default();
    let mut rest = Vec::new();
    for (name, value) in given {
        match name.as_str() {
            "system_id" => identity.system_id = Some(value.trim().to_owned()),
            "password" => identity.password = Some(value.clone()),
            _ => rest.push((name.as_str(), value.as_str())),
        }
    }
    let refused = |field: String, why: String| Error::invalid(field, "invalid_setting", why);
    let all = INFO.settle(rest.into_iter()).map_err(|r| refused(r.field, r.why))?;
    let settings: client::Settings = all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    terms::check(&settings).map_err(|r| refused(r.field, r.why))?;
    Ok((settings, identity))
}

/// Eight signs that cannot be mistaken for one another: 46 bits, more than the lock-out lets anybody try.
fn made_up() -> Result<String> {
    Ok(secret::base58(&secret::random::<16>()?, PASSWORD_SENT))
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

fn checked_system_id(system_id: &str) -> Result<()> {
    let fits = (1..=SYSTEM_ID_MAX).contains(&system_id.len());
    if fits && system_id.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    let detail = format!("must be 1 to {SYSTEM_ID_MAX} letters, digits or signs without spaces");
    Err(Error::invalid("system_id", "invalid", detail))
}

fn checked_password(password: &str) -> Result<()> {
    let fits = (PASSWORD_LEAST..=PASSWORD_MAX).contains(&password.len());
    if fits && password.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    let detail =
        format!("must be {PASSWORD_LEAST} to {PASSWORD_MAX} letters, digits or signs without spaces");
    Err(Error::invalid("password", "invalid", detail))
}

/// A system_id is one in the whole installation: it is all that a program says of itself.
fn free(tx: &mut Tx<'_>, system_id: &str, but: i64) -> Result<()> {
    match client::holder(tx, system_id)? {
        Some(id) if id != but => {
            Err(Error::invalid("system_id", "taken", format!("the system_id '{system_id}' is taken")))
        }
        _ => Ok(()),
    }
}

/// A message's id as clients are given it: the public one without its prefix. The underscore of `msg_` is another letter
/// in the GSM alphabet, and some clients read receipts by it.
pub fn id_text(message: i64) -> String {
    sms::id::public("", message).trim_start_matches('_').to_owned()
}

/// The message of an id that a client was given, with or without the prefix.
pub fn id_of(text: &str) -> Option<i64> {
    let kind = sms::id::kind::MESSAGE;
    sms::id::parse(kind, text).or_else(|| sms::id::parse("", &format!("_{text}")))
}

/// Rings where sessions of a client listen.
pub const fn bell(client: i64) -> Bell {
    Bell::Client(client)
}
