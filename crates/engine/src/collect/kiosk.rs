//! Tablets at tills: paired once by a code that the staff shows, known from then on by a secret of their own. What is
//! typed on one while it has no connection comes later, once each, and is judged like everything a stranger types.

use super::fill::{self, Filled, Outcome, Shown, Till};
use crate::{Ctx, Error, Permission, Result, secret};
use serde::Serialize;
use store::{Tx, form as forms, kiosk as rows};

/// A code pairs for so long.
const CODE_MS: i64 = 15 * 60_000;
/// What was typed longer ago than this is not believed any more.
const OLD_MS: i64 = 30 * 86_400_000;
/// Digits of a code: 41 bits for a quarter of an hour.
const CODE: usize = 7;
/// Digits of a secret: 140 bits.
const SECRET: usize = 24;
const TABLETS_MAX: usize = 50;

/// One tablet as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its row.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whether it still waits to be paired.
    pub waits: bool,
    /// When it was seen last, ms; 0 is never.
    pub seen_at: i64,
}

/// Makes a code for one more tablet; it is shown once.
///
/// # Errors
/// When it may not be asked; there is no such form; there are too many.
pub fn invite(tx: &mut Tx<'_>, ctx: &Ctx, form: i64, name: &str) -> Result<String> {
    ctx.need(Permission::Contacts)?;
    forms::get(tx, ctx.workspace, form)?.ok_or(Error::NotFound("form"))?;
    let name = super::form::line(name);
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("till", "required", "a name of at most 60 characters"));
    }
    if rows::of_form(tx, ctx.workspace, form)?.len() >= TABLETS_MAX {
        return Err(Error::invalid("till", "too_many", "at most 50 tablets"));
    }
    let code = secret::base58(&secret::random::<16>()?, CODE);
    let until = tx.now() + CODE_MS;
    rows::add(tx, ctx.workspace, form, &name, (&code, until))?;
    crate::audit::note(tx, ctx, "kiosk.invited", &name, "")?;
    Ok(code)
}

/// Those of a form.
///
/// # Errors
/// When it may not be asked.
pub fn of_form(tx: &mut Tx<'_>, ctx: &Ctx, form: i64) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let all = rows::of_form(tx, ctx.workspace, form)?;
    let view = |k: rows::Kiosk| View { id: k.id, name: k.name, waits: k.code_until != 0, seen_at: k.seen_at };
    Ok(all.into_iter().map(view).collect())
}

/// Unpairs one.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    match rows::end(tx, ctx.workspace, id)? {
        true => crate::audit::note(tx, ctx, "kiosk.ended", &id.to_string(), ""),
        false => Err(Error::NotFound("kiosk")),
    }
}

/// Pairs a tablet; gives the secret it shows from then on.
///
/// # Errors
/// `NotKnown` when the code is wrong, used or too old.
pub fn pair(tx: &mut Tx<'_>, code: &str) -> Result<String> {
    let code = code.trim();
    if code.len() != CODE || !secret::is_base58(code) {
        return Err(Error::NotKnown);
    }
    let shown = secret::base58(&secret::random::<24>()?, SECRET);
    rows::pair(tx, code, &secret::hash(&shown))?.ok_or(Error::NotKnown)?;
    Ok(shown)
}

fn known(tx: &mut Tx<'_>, shown: &str) -> Result<rows::Kiosk> {
    if shown.len() != SECRET || !secret::is_base58(shown) {
        return Err(Error::NotKnown);
    }
    rows::by_secret(tx, &secret::hash(shown))?.ok_or(Error::NotKnown)
}

/// The form a tablet shows, in each of its languages.
///
/// # Errors
/// `NotKnown` when it is not paired; when the form takes nobody.
pub fn open(tx: &mut Tx<'_>, shown: &str) -> Result<Vec<fill::Open>> {
    let kiosk = known(tx, shown)?;
    let form = forms::get(tx, kiosk.workspace, kiosk.form)?.ok_or(Error::NotFound("form"))?;
    let languages = Shown::of(tx, form.clone())?.draft.languages;
    languages.iter().map(|language| fill::open(tx, &form.slug, language)).collect()
}

/// Takes one entry, under the key the tablet gave it: the same key again changes nothing. An entry of an earlier version
/// of the form is not taken: what that person agreed to is not what is shown now.
///
/// # Errors
/// `NotKnown` when it is not paired.
pub fn take(
    tx: &mut Tx<'_>,
    shown: &str,
    (key, typed_at, version): (&str, i64, i64),
    filled: &Filled,
) -> Result<Outcome> {
    let kiosk = known(tx, shown)?;
    let now = tx.now();
    let plain = (8..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !plain {
        return Err(Error::invalid("key", "invalid", "8 to 64 letters, digits and dashes"));
    }
    rows::seen(tx, kiosk.workspace, kiosk.id)?;
    let form = forms::get(tx, kiosk.workspace, kiosk.form)?.ok_or(Error::NotFound("form"))?;
    let found = Shown::of(tx, form)?;
    if version != found.form.version || typed_at < now - OLD_MS {
        return Ok(Outcome::Again(Vec::new()));
    }
    let till = Till {
        name: kiosk.name.clone(),
        key: format!("till {} {key}", kiosk.id),
        typed_at: typed_at.clamp(now - OLD_MS, now),
    };
    fill::taken(tx, &found, &Filled { till: Some(till), ..filled.clone() })
}
