//! The unsubscribe link: whoever holds it may stop one workspace's advertising to one number, and nothing else.
//!
//! Looking changes nothing; only [`act`] does, and only with the nonce of a page that was looked at: neither a scanner of
//! mail that follows links nor a form on another site has one. It works once, for a day. The token is made by a keyed hash, so it is the same in every campaign
//! and says nothing; its row is kept for good, also after the contact is erased.

use crate::consent::{self, Method, Refuse};
use crate::{Error, Result, secret};
use serde::Serialize;
use store::keys::Keys;
use store::suppression::{self, Scope};
use store::{Tx, inbound, unsubscribe as rows, workspace};

/// 14 digits hold 82 bits.
const DIGITS: usize = 14;
/// Characters that may follow and name a campaign.
const TAIL_MAX: usize = 3;
/// A refusal by link is counted for the campaign that reached the number last in this time.
const ANSWER_MS: i64 = 7 * 86_400_000;
/// A page that was opened longer ago asks once more.
const NONCE_MS: i64 = 86_400_000;
/// Digits of a nonce: 93 bits.
const NONCE_DIGITS: usize = 16;
/// Languages of the page; a person's own is taken where it is one of them.
const LANGUAGES: &[&str] = &["en", "he", "ru", "uk", "hu", "es"];

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Who wrote.
    pub workspace: String,
    /// To whom, all but the last digits hidden.
    pub number: String,
    /// The language of the page.
    pub language: String,
    /// Whether the number was stopped already.
    pub already: bool,
    /// What a press of the button must bring along; empty where there is none.
    pub nonce: String,
}

/// The token of a number; a computation only, its row is kept by [`tokens`].
pub fn token_of(keys: &Keys, workspace: i64, number: &str) -> String {
    let mac = keys.mac("unsubscribe", &[&workspace.to_be_bytes(), number.as_bytes()]);
    secret::base58(&mac, DIGITS)
}

/// Tokens of these numbers, in order; rows that are not there yet, or of which the number was erased, are made in one
/// statement.
pub fn tokens(tx: &mut Tx<'_>, workspace: i64, numbers: &[&str]) -> Result<Vec<String>> {
    let all: Vec<String> = numbers.iter().map(|n| token_of(tx.keys(), workspace, n)).collect();
    let asked: Vec<&str> = all.iter().map(String::as_str).collect();
    let missing = rows::missing(tx, workspace, &asked)?;
    if !missing.is_empty() {
        let mut missing: std::collections::HashSet<&str> = missing.iter().map(String::as_str).collect();
        // Each once, however often its number was named.
        let new: Vec<(String, &str)> = all
            .iter()
            .zip(numbers)
            .filter(|(token, _)| missing.remove(token.as_str()))
            .map(|(token, number)| (token.clone(), *number))
            .collect();
        let language = workspace::get(tx, workspace)?.map_or_else(|| "en".to_owned(), |w| w.language);
        rows::keep(tx, workspace, &language, &new)?;
    }
    Ok(all)
}

/// The token of one number, its row kept.
pub fn url_token(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<String> {
    Ok(tokens(tx, workspace, &[number])?.pop().unwrap_or_default())
}

/// What a link opens. Changes nothing.
pub fn look(tx: &mut Tx<'_>, token: &str) -> Result<View> {
    let (row, name) = opened(tx, token)?;
    let already = stopped(tx, &row)?;
    let nonce = if already { String::new() } else { nonce_of(tx.keys(), &token[..DIGITS], tx.now()) };
    let language = language_of(tx, &row)?;
    Ok(View { workspace: name, number: masked(&row), language, already, nonce })
}

/// The number, all but the last digits hidden; nothing of one that was erased.
fn masked(row: &rows::Unsubscribe) -> String {
    if row.digest().is_some() { "•••".to_owned() } else { sms::number::mask(&row.number) }
}

/// A nonce of this moment: the moment, and what only we can make of it.
fn nonce_of(keys: &Keys, token: &str, at: i64) -> String {
    let mac = keys.mac("unsubscribe.nonce", &[token.as_bytes(), &at.to_be_bytes()]);
    format!("{at:x}.{}", secret::base58(&mac, NONCE_DIGITS))
}

/// Uses up a nonce; `false` where it is none of this token, too old, or was used before.
fn use_up(tx: &mut Tx<'_>, token: &str, nonce: &str) -> Result<bool> {
    let now = tx.now();
    let at = nonce.split_once('.').and_then(|(at, _)| i64::from_str_radix(at, 16).ok());
    let Some(at) = at.filter(|at| (now - NONCE_MS..=now + NONCE_MS).contains(at)) else { return Ok(false) };
    if !secret::same(&nonce_of(tx.keys(), token, at), nonce) {
        return Ok(false);
    }
    Ok(rows::use_nonce(tx, nonce, now + 2 * NONCE_MS)?)
}

/// The person's own language where the contact says one that the page has, else that of the link.
fn language_of(tx: &mut Tx<'_>, row: &rows::Unsubscribe) -> Result<String> {
    let tag = tx.tag(&row.number);
    let wished = store::preference::get(tx, row.workspace, tag)?.language;
    if !wished.is_empty() {
        return Ok(wished);
    }
    let contact = store::contact::by_number(tx, row.workspace, &row.number)?;
    let fields = contact.map(|c| crate::audience::text::fields(&c.fields)).unwrap_or_default();
    let said = ["language", "lang"].iter().find_map(|name| fields.get(*name));
    let own = said.and_then(|said| {
        let said = said.trim().to_lowercase();
        LANGUAGES.iter().find(|l| said == **l || said.split('-').next() == Some(**l))
    });
    Ok(own.map_or_else(|| row.language.clone(), |l| (*l).to_owned()))
}

/// Does what the link is for, when the button of a page was pressed. A number that is stopped already is answered alike.
///
/// # Errors
/// `NotFound` where the link is none of ours; `Conflict("page_too_old")` where the nonce is none that works: the page is
/// to be shown anew.
pub fn act(tx: &mut Tx<'_>, token: &str, nonce: &str) -> Result<View> {
    let (row, name) = opened(tx, token)?;
    let language = language_of(tx, &row)?;
    let (number, nonce_free) = (masked(&row), String::new());
    if stopped(tx, &row)? {
        return Ok(View { workspace: name, number, language, already: true, nonce: nonce_free });
    }
    if !use_up(tx, &token[..DIGITS], nonce)? {
        return Err(Error::Conflict("page_too_old"));
    }
    if let Some(digest) = row.digest() {
        let first =
            consent::refused_erased(tx, row.workspace, digest, &format!("unsubscribe:{}", &token[..DIGITS]))?;
        return Ok(View { workspace: name, number, language, already: !first, nonce: nonce_free });
    }
    let refusal = Refuse {
        number: row.number.clone(),
        scope: Scope::Marketing,
        method: Method::Link,
        evidence: format!("unsubscribe:{}", &token[..DIGITS]),
    };
    let first = consent::refused(tx, row.workspace, &refusal)?;
    if first {
        let (tag, since) = (tx.tag(&row.number), tx.now() - ANSWER_MS);
        let campaign = inbound::answers_campaign(tx, row.workspace, tag, since)?;
        inbound::count_opt_out(tx, row.workspace, campaign)?;
    }
    Ok(View { workspace: name, number, language, already: !first, nonce: nonce_free })
}

/// The workspace and the number behind a link.
pub(crate) fn behind(tx: &mut Tx<'_>, token: &str) -> Result<(i64, String)> {
    let (row, _) = opened(tx, token)?;
    if row.digest().is_some() { Err(Error::NotFound("link")) } else { Ok((row.workspace, row.number)) }
}

fn opened(tx: &mut Tx<'_>, token: &str) -> Result<(rows::Unsubscribe, String)> {
    let shape = (DIGITS..=DIGITS + TAIL_MAX).contains(&token.len()) && secret::is_base58(token);
    let known = if shape { rows::get(tx, &token[..DIGITS])? } else { None };
    let Some(row) = known else { return Err(Error::NotFound("link")) };
    let name = workspace::get(tx, row.workspace)?.map(|w| w.name).ok_or(Error::NotFound("link"))?;
    Ok((row, name))
}

fn stopped(tx: &mut Tx<'_>, row: &rows::Unsubscribe) -> Result<bool> {
    let tag = row.digest().map_or_else(|| tx.tag(&row.number), |digest| suppression::tag_of(&digest));
    for scope in [Scope::Marketing, Scope::All] {
        let stop = suppression::of_scope(tx, row.workspace, tag, scope)?;
        // What only waits for one of ours to look is no refusal yet: the press makes it one.
        if stop.is_some_and(|s| !suppression::WAITING.contains(&s.reason.as_str())) {
            return Ok(true);
        }
    }
    Ok(false)
}
