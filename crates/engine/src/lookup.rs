//! Looking numbers up before they are routed: whose question holds, what it is asked by, and when a message waits for it.
//!
//! Asked is only where it matters: a rule asks for the network and would fit, and nobody knows the network (or it is always to
//! be asked). The message waits on the agenda; a question that nobody answers in time ends the waiting, and the rules decide
//! what becomes of a number of which nobody knows the network. Nothing here speaks HTTP.

use crate::connector::settle;
use crate::{Ctx, Error, Permission, Result};
use sms::form::KindInfo;
use sms::{Class, number};
use store::connector::Settings;
use store::machine::lookup as rows;
use store::{Tx, workspace};

pub use rows::Answer;

/// The name of its form among those of connectors.
pub const NAME: &str = "lookup";
/// Seconds, where nothing is said.
const ANSWER_S: i64 = 3;
const WAIT_S: i64 = 30;

/// A question as people see it, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whether it is everybody's.
    pub all: bool,
    /// Its settings.
    pub settings: Settings,
}

/// The workspace's own question, and that of all.
pub fn questions(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Delivery)?;
    let mut out = Vec::new();
    for scope in [ctx.workspace, rows::ALL] {
        let found = rows::own(tx, scope)?;
        out.extend(found.map(|hook| View { all: scope == rows::ALL, settings: hook.settings }));
    }
    Ok(out)
}

/// Writes a question down; what is not given stays as it is, secrets too.
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kinds: &[KindInfo],
    all: bool,
    given: &[(String, String)],
) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let info = kinds.iter().find(|k| k.name == NAME).ok_or(Error::NotFound("lookup"))?;
    let scope = if all { rows::ALL } else { ctx.workspace };
    let mut values: Vec<(String, String)> = Vec::new();
    if let Some(old) = rows::own(tx, scope)? {
        values.extend(old.settings);
        values.extend(rows::secrets(tx, scope)?);
    }
    values.extend(given.iter().cloned());
    let (settings, secrets) = settle(info, &values)?;
    Ok(rows::set(tx, scope, &settings, &secrets)?)
}

/// Asks no more, and forgets what was answered.
pub fn unset(tx: &mut Tx<'_>, ctx: &Ctx, all: bool) -> Result<()> {
    ctx.need(Permission::Delivery)?;
    let scope = if all { rows::ALL } else { ctx.workspace };
    if rows::unset(tx, scope)? { Ok(()) } else { Err(Error::NotFound("lookup")) }
}

/// A number as it is asked about.
fn read(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<String> {
    let country = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?.country;
    let known = number::normalise(text, &country).e164;
    let known = known.or_else(|| Some(text.trim().to_owned()).filter(|n| number::is_e164(n)));
    known.ok_or_else(|| Error::invalid("number", "invalid_number", "this is no number"))
}

/// Has a number asked about now, whatever is known of it; gives it as E.164 and how long an answer may take, ms.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<(String, i64)> {
    ctx.need(Permission::Delivery)?;
    let number = read(tx, ctx, text)?;
    let hook = rows::of(tx, ctx.workspace)?.ok_or(Error::NotFound("lookup"))?;
    rows::want(tx, hook.workspace, &[number.as_str()], true)?;
    Ok((number, seconds(&hook.settings, "timeout_s", ANSWER_S)))
}

/// What is known of a number, where it is not being asked about.
pub fn answer(tx: &mut Tx<'_>, ctx: &Ctx, number: &str) -> Result<Option<Answer>> {
    ctx.need(Permission::Read)?;
    let Some(hook) = rows::of(tx, ctx.workspace)? else { return Ok(None) };
    Ok(rows::known(tx, hook.workspace, &[number])?.remove(number))
}

fn seconds(settings: &Settings, name: &str, default: i64) -> i64 {
    settings.get(name).and_then(|v| v.parse::<i64>().ok()).unwrap_or(default).max(1) * 1_000
}

/// The question that holds for a workspace, as admission asks it.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// Whose it is.
    pub(crate) hook: i64,
    /// Whether a network that lists know is asked about too.
    pub(crate) always: bool,
    answer_ms: i64,
    wait_ms: i64,
    one_by_one: bool,
}

impl Asking {
    pub(crate) fn load(tx: &mut Tx<'_>, workspace: i64) -> Result<Option<Asking>> {
        let found = rows::of(tx, workspace)?;
        Ok(found.map(|hook| Asking {
            hook: hook.workspace,
            always: hook.settings.get("when").is_some_and(|when| when == "always"),
            answer_ms: seconds(&hook.settings, "timeout_s", ANSWER_S),
            wait_ms: seconds(&hook.settings, "wait_s", WAIT_S),
            one_by_one: hook.settings.get("window").is_some_and(|window| window == "1"),
        }))
    }

    /// So long a message of a class waits: what is urgent, for one answer and no longer. Where questions are asked one by
    /// one, the one that is under way has its time first.
    pub(crate) fn patience_ms(&self, class: Class) -> i64 {
        if is_urgent(class) {
            if self.one_by_one { 2 * self.answer_ms } else { self.answer_ms }
        } else {
            self.wait_ms.max(self.answer_ms)
        }
    }
}

/// Whether a person waits for messages of a class: their numbers are asked about before all others.
pub(crate) fn is_urgent(class: Class) -> bool {
    matches!(class, Class::Otp | Class::Emergency)
}
