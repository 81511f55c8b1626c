//! The unsubscribe link: whoever holds it may stop one workspace's advertising to one number, and nothing else.
//!
//! Looking changes nothing; only [`act`] does. The token is made by a keyed hash, so it is the same in every campaign
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
}

/// The token of a number; a computation only, its row is kept by [`tokens`].
pub fn token_of(keys: &Keys, workspace: i64, number: &str) -> String {
    let mac = keys.mac("unsubscribe", &[&workspace.to_be_bytes(), number.as_bytes()]);
    secret::base58(&mac, DIGITS)
}

/// Tokens of these numbers, in order; rows that are not there yet are made in one statement.
pub fn tokens(tx: &mut Tx<'_>, workspace: i64, numbers: &[&str]) -> Result<Vec<String>> {
    let all: Vec<String> = numbers.iter().map(|n| token_of(tx.keys(), workspace, n)).collect();
    let asked: Vec<&str> = all.iter().map(String::as_str).collect();
    let missing = rows::missing(tx, workspace, &asked)?;
    if !missing.is_empty() {
        let missing: std::collections::HashSet<&str> = missing.iter().map(String::as_str).collect();
        let new: Vec<(String, &str)> = all
            .iter()
            .zip(numbers)
            .filter(|(token, _)| missing.contains(token.as_str()))
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
    Ok(View { workspace: name, number: sms::number::mask(&row.number), language: row.language, already })
}

/// Does what the link is for. A second time changes nothing and is answered alike.
pub fn act(tx: &mut Tx<'_>, token: &str) -> Result<View> {
    let (row, name) = opened(tx, token)?;
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
    Ok(View {
        workspace: name,
        number: sms::number::mask(&row.number),
        language: row.language,
        already: !first,
    })
}

/// The workspace and the number behind a link.
pub(crate) fn behind(tx: &mut Tx<'_>, token: &str) -> Result<(i64, String)> {
    let (row, _) = opened(tx, token)?;
    Ok((row.workspace, row.number))
}

fn opened(tx: &mut Tx<'_>, token: &str) -> Result<(rows::Unsubscribe, String)> {
    let shape = (DIGITS..=DIGITS + TAIL_MAX).contains(&token.len()) && secret::is_base58(token);
    let known = if shape { rows::get(tx, &token[..DIGITS])? } else { None };
    let Some(row) = known else { return Err(Error::NotFound("link")) };
    let name = workspace::get(tx, row.workspace)?.map(|w| w.name).ok_or(Error::NotFound("link"))?;
    Ok((row, name))
}

fn stopped(tx: &mut Tx<'_>, row: &rows::Unsubscribe) -> Result<bool> {
    let own = suppression::of_number(tx, row.workspace, &row.number)?;
    Ok(own.iter().any(|hit| hit.workspace == row.workspace))
}
