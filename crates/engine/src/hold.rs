//! Messages that wait for a person, because they read like advertising and call themselves something else. A person lets
//! them go as they are, or takes them back; nobody else does either.

use crate::submit;
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use sms::{Class, Code};
use store::machine::agenda;
use store::{Tx, law as rows};

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct HoldView {
    /// The message.
    #[serde(skip)]
    pub message: i64,
    /// To whom, all but its ends hidden.
    pub to: String,
    /// The text.
    pub text: String,
    /// What it calls itself.
    pub class: Class,
    /// Why it waits.
    pub code: Code,
    /// The rule, with its pack.
    pub rule: String,
    /// The word it was seen by.
    pub word: String,
    /// Since when, ms.
    pub at: i64,
    /// When it ends by itself, where nobody decides, ms.
    pub until: i64,
}

/// What waits, oldest first.
///
/// # Errors
/// When it may not be asked.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, after: i64, limit: i64) -> Result<Vec<HoldView>> {
    ctx.need(Permission::Read)?;
    let holds = rows::holds(tx, ctx.workspace, after, limit)?;
    let mut out = Vec::new();
    for hold in holds {
        let Some(m) = store::message::get(tx, ctx.workspace, hold.message)? else { continue };
        out.push(HoldView {
            message: hold.message,
            to: sms::number::mask(&m.recipient),
            text: m.text,
            class: m.class,
            code: hold.code,
            rule: hold.rule,
            word: hold.word,
            at: hold.at,
            until: if hold.until_at > 0 { hold.until_at } else { m.until },
        });
    }
    Ok(out)
}

/// Lets one go as what it calls itself. Suppression and everything else is asked once more.
///
/// # Errors
/// `NotFound` where it does not wait; `Refused` where another rule stops it now: it waits on.
pub fn release(tx: &mut Tx<'_>, ctx: &Ctx, message: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    if !rows::decided(tx, ctx.workspace, message)? {
        return Err(Error::NotFound("message"));
    }
    let Some(row) = agenda::scheduled(tx, &[message])?.into_iter().next() else {
        return Err(Error::NotFound("message"));
    };
    store::message::note(tx, ctx.workspace, message, "law_released", &ctx.actor_name())?;
    submit::release(tx, &row)
}

/// Takes one back.
///
/// # Errors
/// `NotFound` where it does not wait.
pub fn drop(tx: &mut Tx<'_>, ctx: &Ctx, message: i64) -> Result<()> {
    ctx.need(Permission::Admin)?;
    if !rows::decided(tx, ctx.workspace, message)? {
        return Err(Error::NotFound("message"));
    }
    let Some(row) = agenda::scheduled(tx, &[message])?.into_iter().next() else { return Ok(()) };
    submit::end_held(tx, &row)
}
