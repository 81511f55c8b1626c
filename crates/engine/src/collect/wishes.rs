//! What a person wishes of us beyond yes and no: which topics, how often, in which language. Whoever holds the link of a
//! message may say it for that number, and only ever ask for less than the rules allow.
//!
//! Looking changes nothing; only [`save`] does, with the nonce of a page that was looked at.

use super::form::LANGUAGES;
use super::{nonce, topic};
use crate::consent::{self, Basis, Grant, Method, Terms, fold};
use crate::{Error, Result, secret};
use serde::Serialize;
use std::collections::BTreeSet;
use store::consent as events;
use store::preference::{self, Preference};
use store::suppression::Scope;
use store::{Bell, Tx, suppression, unsubscribe as links, workspace};

const DIGITS: usize = 14;
const TAIL_MAX: usize = 3;
const EVENTS_MAX: i64 = 1_000;

/// How often, at the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Often {
    /// As the rules say.
    #[default]
    Usual,
    /// Once in seven days.
    Week,
    /// Once in thirty days.
    Month,
}

impl Often {
    /// Every answer.
    pub const ALL: &'static [Often] = &[Often::Usual, Often::Week, Often::Month];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Often::Usual => "usual",
            Often::Week => "week",
            Often::Month => "month",
        }
    }

    /// The answer of a word; what is not known is as usual.
    pub fn parse(word: &str) -> Often {
        Often::ALL.iter().copied().find(|o| o.name() == word).unwrap_or_default()
    }

    const fn cap(self) -> (i64, i64) {
        match self {
            Often::Usual => (0, 0),
            Often::Week => (1, 7),
            Often::Month => (1, 30),
        }
    }
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Who writes.
    pub business: String,
    /// To whom, all but the last digits hidden.
    pub number: String,
    /// The language of the page and of what we write by ourselves.
    pub language: String,
    /// Topics: name, title, whether they are heard about.
    pub topics: Vec<(String, String, bool)>,
    /// How often.
    pub often: Often,
    /// Whether all advertising is stopped.
    pub stopped: bool,
    /// What is sent back with it.
    pub nonce: String,
}

/// What somebody wishes.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Topics to hear about, by name.
    pub topics: BTreeSet<String>,
    /// How often.
    pub often: Often,
    /// The language; one that we do not write in changes nothing.
    pub language: String,
}

struct Opened {
    workspace: i64,
    business: String,
    number: String,
    tag: i64,
    language: String,
    kept: Preference,
}

fn opened(tx: &mut Tx<'_>, token: &str) -> Result<Opened> {
    let shape = (DIGITS..=DIGITS + TAIL_MAX).contains(&token.len()) && secret::is_base58(token);
    let known = if shape { links::get(tx, &token[..DIGITS])? } else { None };
    let Some(row) = known.filter(|row| row.digest().is_none()) else { return Err(Error::NotFound("link")) };
    let house = workspace::get(tx, row.workspace)?.ok_or(Error::NotFound("link"))?;
    let tag = tx.tag(&row.number);
    let kept = preference::get(tx, row.workspace, tag)?;
    let language = if kept.language.is_empty() { row.language } else { kept.language.clone() };
    Ok(Opened { workspace: row.workspace, business: house.name, number: row.number, tag, language, kept })
}

/// What a link opens. Changes nothing.
///
/// # Errors
/// When the token opens nothing.
pub fn look(tx: &mut Tx<'_>, token: &str) -> Result<View> {
    let opened = opened(tx, token)?;
    let heard = heard(tx, &opened)?;
    let own = suppression::of_number(tx, opened.workspace, &opened.number)?;
    let stopped = own.iter().any(|hit| matches!(hit.scope, suppression::MARKETING | suppression::ALL));
    let often = Often::ALL.iter().copied().find(|o| o.cap() == (opened.kept.max, opened.kept.days));
    let topics = topic::offered(tx, opened.workspace)?;
    let line = |t: topic::View| {
        let on = heard.contains(&t.name);
        (t.title(&opened.language).to_owned(), t.name, on)
    };
    Ok(View {
        topics: topics.into_iter().map(line).map(|(title, name, on)| (name, title, on)).collect(),
        often: often.unwrap_or_default(),
        stopped,
        nonce: nonce::make(tx.keys(), &purpose(token), tx.now())?,
        number: sms::number::mask(&opened.number),
        business: opened.business,
        language: opened.language,
    })
}

fn purpose(token: &str) -> String {
    format!("wishes {token}")
}

/// Topics a number hears about: those it agreed to, or all where it agreed to everything, without those it refused.
fn heard(tx: &mut Tx<'_>, of: &Opened) -> Result<BTreeSet<String>> {
    let mut all = events::of_tag(tx, of.workspace, of.tag, EVENTS_MAX)?;
    all.reverse();
    let standings = fold(&all, tx.now());
    let state =
        |name: &str| standings.iter().find(|s| s.purpose == "marketing" && s.topic == name).map(|s| s.state);
    let everything = state("") == Some("granted");
    let topics = topic::offered(tx, of.workspace)?.into_iter().map(|t| t.name);
    Ok(topics.filter(|t| state(t).map_or(everything, |s| s == "granted")).collect())
}

/// Writes it down, if the page was looked at; `false` where it was too old, and nothing changed.
///
/// # Errors
/// When the token opens nothing.
pub fn save(tx: &mut Tx<'_>, token: &str, sent_back: &str, wish: &Wish) -> Result<bool> {
    let of = opened(tx, token)?;
    let now = tx.now();
    if nonce::check(tx.keys(), &purpose(token), sent_back, now) == nonce::Age::Stale {
        return Ok(false);
    }
    // A page is good for one press: sent again, by whoever has it, it changes nothing that was wished since.
    if !links::use_nonce(tx, sent_back, now + nonce::AGE_MAX_MS)? {
        return Ok(true);
    }
    let (max, days) = wish.often.cap();
    let spoken = LANGUAGES.contains(&wish.language.as_str());
    let language = if spoken { wish.language.clone() } else { of.kept.language.clone() };
    preference::put(tx, of.workspace, of.tag, &Preference { language: language.clone(), max, days })?;
    let before = heard(tx, &of)?;
    let evidence = format!("unsubscribe:{}", &token[..DIGITS]);
    for one in topic::offered(tx, of.workspace)? {
        match (before.contains(&one.name), wish.topics.contains(&one.name)) {
            (true, false) => dropped(tx, &of, &one, &evidence)?,
            (false, true) => {
                suppression::lift_topic(tx, of.workspace, &of.number, one.id)?;
                let grant = Grant {
                    number: of.number.clone(),
                    method: Method::Link,
                    wording: one.title(&language).to_owned(),
                    evidence: evidence.clone(),
                    claimed_at: 0,
                };
                let terms = Terms { basis: Basis::Consent, topic: one.name.clone(), ..Terms::default() };
                consent::granted_on(tx, of.workspace, &grant, &terms)?;
            }
            _ => {}
        }
    }
    tx.ring(Bell::Workspace(of.workspace));
    Ok(true)
}

/// A topic that is not to be heard about any more: an event and a stop of its own, in the same commit.
fn dropped(tx: &mut Tx<'_>, of: &Opened, one: &topic::View, evidence: &str) -> Result<()> {
    suppression::add_topic(tx, of.workspace, &of.number, one.id, Method::Link.name(), evidence)?;
    store::topic_consent::end(tx, of.workspace, of.tag, one.id)?;
    let event = events::New {
        workspace: of.workspace,
        tag: of.tag,
        purpose: Scope::Marketing.name(),
        topic: &one.name,
        action: "refuse",
        method: Method::Link.name(),
        evidence,
        claimed_at: tx.now(),
        ..events::New::default()
    };
    events::add(tx, &[event])?;
    tx.barrier(of.workspace);
    Ok(())
}
