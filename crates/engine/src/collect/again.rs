//! The question whether a permission shall go on: its words, its link, its waiting row. The answer comes as any yes does.

use super::fill::Ask;
use super::{form, limits, words};
use crate::consent::Facts;
use crate::{Result, Submission, submit};
use sms::{Class, Code};
use store::signup::{self, New, State};
use store::workspace::Workspace;
use store::{Tx, preference};

/// How the record calls it.
pub(crate) const METHOD: &str = "reconfirm";

/// One question.
pub(crate) struct Question<'a> {
    /// The run that asks.
    pub(crate) run: i64,
    /// The contact.
    pub(crate) contact: i64,
    /// What the handset shows; it can be answered.
    pub(crate) sender: &'a str,
    /// How long an answer is waited for, ms since 1970.
    pub(crate) until: i64,
    /// How long the permission that is asked about was given for, ms; 0 for good. A yes is for as long again.
    pub(crate) lasts: i64,
}

/// The question in a language.
pub(crate) fn words(language: &str, business: &str, link: &str) -> String {
    words::filled(words::of(language).again, business, link)
}

/// Asks a number; gives the waiting row, or why nothing was sent.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    house: &Workspace,
    number: &str,
    q: &Question<'_>,
) -> Result<std::result::Result<i64, Code>> {
    let tag = tx.tag(number);
    let wished = preference::get(tx, house.id, tag)?.language;
    let language = if wished.is_empty() { house.language.clone() } else { wished };
    let facts = Facts { language: language.clone(), zone: house.zone.clone(), ..Facts::default() };
    let ask = Ask {
        wording: words(&language, &house.name, "").split_whitespace().collect::<Vec<_>>().join(" "),
        method: METHOD.to_owned(),
        lasts_ms: q.lasts,
        facts,
        ..Ask::default()
    };
    let (ask, keys) = (crate::audience::text::json(&ask), tx.keys().clone());
    let nonce = format!("{METHOD} {} {}", q.run, q.contact);
    let new = New {
        workspace: house.id,
        form: 0,
        version: 0,
        number,
        state: State::Waits,
        language: &language,
        ask: &ask,
        nonce: &nonce,
        addr: 0,
        block: 0,
        until: q.until,
    };
    let Some(id) = signup::add(tx, &new, |id| limits::token(&keys, "signup", id))? else {
        return Ok(Err(Code::None));
    };
    let link = format!("{}/c/{}", form::origin(tx)?, limits::token(&keys, "signup", id));
    let one = Submission {
        workspace: house.id,
        to: number.to_owned(),
        text: words(&language, &house.name, &link),
        from: Some(q.sender.to_owned()),
        // Who is asked to let us go on advertising is advertised to.
        class: Some(Class::Marketing),
        source: METHOD,
        // Our own words, the same for everybody.
        reviewed: true,
        ..Submission::default()
    };
    match submit(tx, &[one])?.pop() {
        Some(Ok(accepted)) => {
            signup::asked(tx, house.id, id, accepted.id)?;
            Ok(Ok(id))
        }
        refused => {
            signup::end(tx, house.id, id, State::Dropped)?;
            Ok(Err(refused.and_then(std::result::Result::err).map_or(Code::None, |r| r.code)))
        }
    }
}
