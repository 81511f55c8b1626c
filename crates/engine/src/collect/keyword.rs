//! Words that sign up who texts them: whoever sends one holds the phone, so the word is the yes. What it agrees to is the
//! published wording of the form it belongs to, as the poster shows it.

use super::confirm;
use super::fill::{Ask, Shown};
use crate::consent::{Facts, Grant, Method};
use crate::refusal::{self, Kind};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::workspace::Workspace;
use store::{Tx, form as forms, keyword as rows, preference};

/// Words of a workspace at the most.
const MOST: usize = 100;

/// One word as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its row.
    pub id: i64,
    /// Our number; empty is every one.
    pub number: String,
    /// The word.
    pub word: String,
    /// The form it leads to.
    pub form: i64,
}

fn folded(word: &str) -> String {
    refusal::tokens(word).join(" ")
}

/// Adds a word.
///
/// # Errors
/// When it may not be asked; the word is one that stops, asks for help or says yes; it is taken.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, form: i64, number: &str, word: &str) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    forms::get(tx, ctx.workspace, form)?.ok_or(Error::NotFound("form"))?;
    let word = super::form::line(word);
    let folded = folded(&word);
    if folded.is_empty() || word.chars().count() > 30 {
        return Err(Error::invalid("word", "required", "one to three words, at most 30 characters"));
    }
    let taken = matches!(refusal::judge(&word).kind, Kind::Optout | Kind::Suspect | Kind::Help);
    if taken || super::words::says_yes(&word) {
        return Err(Error::invalid("word", "reserved", "this word stops, asks for help, or says yes"));
    }
    if rows::all(tx, ctx.workspace)?.len() >= MOST {
        return Err(Error::invalid("word", "too_many", "at most 100 words"));
    }
    let id = rows::add(tx, ctx.workspace, (number.trim(), &word, &folded), form)?;
    let id = id.ok_or_else(|| Error::invalid("word", "taken", "this word leads somewhere already"))?;
    crate::audit::note(tx, ctx, "keyword.added", &word, "")?;
    Ok(id)
}

/// Every word.
///
/// # Errors
/// When it may not be asked.
pub fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let words = rows::all(tx, ctx.workspace)?;
    Ok(words.into_iter().map(|k| View { id: k.id, number: k.number, word: k.word, form: k.form }).collect())
}

/// Takes a word away.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    match rows::remove(tx, ctx.workspace, id)? {
        true => crate::audit::note(tx, ctx, "keyword.removed", &id.to_string(), ""),
        false => Err(Error::NotFound("keyword")),
    }
}

/// What a message did.
pub(crate) struct Heard {
    /// What the list of messages says of it.
    pub(crate) effect: String,
    /// What is answered.
    pub(crate) answer: String,
}

/// A message in: the word of a form, or the yes to a question of ours. `None`: something else.
pub(crate) fn heard(
    tx: &mut Tx<'_>,
    house: &Workspace,
    (address, recipient): (&str, &str),
    (message, text): (&str, &str),
    kind: Kind,
    newer: bool,
) -> Result<Option<Heard>> {
    // A stop that came another way after these words were written is the newer word.
    if newer || matches!(kind, Kind::Optout | Kind::Suspect | Kind::Help) {
        return Ok(None);
    }
    if let Some(found) = word(tx, house, (address, recipient), (message, text))? {
        return Ok(Some(found));
    }
    if kind != Kind::Optin && !super::words::says_yes(text) {
        return Ok(None);
    }
    let Some(signup) = confirm::by_reply(tx, house.id, address, message)? else { return Ok(None) };
    let answer = confirm::welcome(tx, address, &signup.language, &house.name, &house.country)?;
    Ok(Some(Heard { effect: "optin confirmed".into(), answer }))
}

fn word(
    tx: &mut Tx<'_>,
    house: &Workspace,
    (address, recipient): (&str, &str),
    (message, text): (&str, &str),
) -> Result<Option<Heard>> {
    let folded = folded(text);
    if folded.is_empty() || folded.len() > 120 {
        return Ok(None);
    }
    let Some(form) = rows::form_of(tx, house.id, recipient, &folded)? else { return Ok(None) };
    let Some(form) = forms::get(tx, house.id, form)? else { return Ok(None) };
    let shown = match Shown::of(tx, form) {
        Ok(shown) => shown,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(e) => return Err(e),
    };
    let wished = preference::get(tx, house.id, tx.tag(address))?.language;
    let language = shown.language(&wished);
    let said = shown.draft.texts.get(&language).cloned().unwrap_or_default();
    let facts = Facts {
        form: format!("{} version {}", shown.form.slug, shown.form.version),
        form_sha256: crate::audit::hex(&shown.hash),
        language: language.clone(),
        zone: house.zone.clone(),
        service_number: recipient.to_owned(),
        ..Facts::default()
    };
    let ask = Ask { list: shown.draft.list, facts: facts.clone(), ..Ask::default() };
    confirm::joins(tx, house.id, address, &ask)?;
    let grant = Grant {
        number: address.to_owned(),
        method: Method::Keyword,
        wording: said.wording,
        evidence: message.to_owned(),
        claimed_at: 0,
    };
    confirm::written(tx, house.id, &grant, &ask, &facts)?;
    let answer = confirm::welcome(tx, address, &language, &house.name, &house.country)?;
    Ok(Some(Heard { effect: format!("optin word:{folded}"), answer }))
}
