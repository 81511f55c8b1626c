//! The number's own yes: by the link in the question or by a word in answer to it. Until then nothing may be advertised;
//! after a week without it the request is forgotten; a refusal in between is the last word.

use super::fill::Ask;
use super::{nonce, words};
use crate::audience::{self, New};
use crate::consent::{self, Basis, DoubleOptin, Grant, Method, Terms};
use crate::work::{Next, Work};
use crate::{Ctx, Error, Result, secret};
use serde::Serialize;
use store::consent::State as Consent;
use store::signup::{self, Signup, State};
use store::{Tx, contact, list, suppression, workspace};

/// 14 digits hold 82 bits.
pub(super) const TOKEN: usize = 14;
/// Requests that lapse in one slice.
const SLICE: i64 = 500;

/// How the yes came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// By the link.
    Link,
    /// By a message, whose id it is.
    Reply(String),
    /// The form's own word was enough.
    Form,
}

/// Where somebody stands who opened the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Asked, and nothing happened yet.
    Ask,
    /// On the list.
    Done,
    /// Too late, or refused meanwhile.
    Over,
}

/// What the page behind the link shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Who asks.
    pub business: String,
    /// The number, all but the last digits hidden; empty once it is over.
    pub number: String,
    /// The language.
    pub language: String,
    /// The words that are agreed to; empty once it is over.
    pub wording: String,
    /// Where it stands.
    pub stage: Stage,
    /// What is sent back with the button.
    pub nonce: String,
}

/// What a link opens. Changes nothing.
///
/// # Errors
/// When the token opens nothing.
pub fn look(tx: &mut Tx<'_>, token: &str) -> Result<View> {
    let signup = opened(tx, token)?;
    view(tx, &signup)
}

/// Says yes, if the page was asked for first; gives where it stands then. A second time changes nothing.
///
/// # Errors
/// When the token opens nothing.
pub fn act(tx: &mut Tx<'_>, token: &str, sent_back: &str) -> Result<View> {
    let signup = opened(tx, token)?;
    let now = tx.now();
    if nonce::check(tx.keys(), &purpose(token), sent_back, now) != nonce::Age::Stale {
        by_token(tx, token, Via::Link)?;
    }
    let after = opened(tx, &signup.token)?;
    view(tx, &after)
}

fn purpose(token: &str) -> String {
    format!("confirm {token}")
}

fn opened(tx: &mut Tx<'_>, token: &str) -> Result<Signup> {
    let shape = token.len() == TOKEN && secret::is_base58(token);
    let found = if shape { signup::by_token(tx, token)? } else { None };
    found.ok_or(Error::NotFound("link"))
}

fn view(tx: &mut Tx<'_>, signup: &Signup) -> Result<View> {
    let house = workspace::get(tx, signup.workspace)?.ok_or(Error::NotFound("link"))?;
    let now = tx.now();
    let stage = match signup.state {
        State::Waits if signup.until > now => Stage::Ask,
        State::Taken => Stage::Done,
        _ => Stage::Over,
    };
    let ask: Ask = serde_json::from_str(&signup.ask).unwrap_or_default();
    let shows = stage == Stage::Ask;
    Ok(View {
        business: house.name,
        number: if shows { sms::number::mask(&signup.number) } else { String::new() },
        language: signup.language.clone(),
        wording: if shows { ask.wording } else { String::new() },
        stage,
        nonce: nonce::make(tx.keys(), &purpose(&signup.token), now)?,
    })
}

/// A message that answers our question with yes; `true` when a request was waiting for it.
pub(crate) fn by_reply(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    message: &str,
) -> Result<Option<Signup>> {
    // A yes may be meant for something else. Where a refusal stands only the link of the question lifts it.
    if suppression::get(tx, workspace, number, suppression::Scope::Marketing)?.is_some() {
        return Ok(None);
    }
    let waiting = signup::waiting(tx, workspace, number)?;
    let mut first = None;
    for one in waiting {
        if taken(tx, &one, &Via::Reply(message.to_owned()))? {
            first.get_or_insert(one);
        }
    }
    Ok(first)
}

pub(super) fn by_token(tx: &mut Tx<'_>, token: &str, via: Via) -> Result<bool> {
    let signup = opened(tx, token)?;
    taken(tx, &signup, &via)
}

/// Puts somebody on the list; `false` when it is over already.
fn taken(tx: &mut Tx<'_>, signup: &Signup, via: &Via) -> Result<bool> {
    let (workspace, now) = (signup.workspace, tx.now());
    if signup.state != State::Waits {
        return Ok(false);
    }
    if signup.until <= now {
        signup::end(tx, workspace, signup.id, State::Lapsed)?;
        return Ok(false);
    }
    if refused_since(tx, workspace, &signup.number, signup.at)? {
        signup::end(tx, workspace, signup.id, State::Refused)?;
        return Ok(false);
    }
    let ask: Ask = serde_json::from_str(&signup.ask).unwrap_or_default();
    if !signup::end(tx, workspace, signup.id, State::Taken)? {
        return Ok(false);
    }
    // Who is asked once more is there already.
    if ask.method != super::again::METHOD {
        joins(tx, workspace, &signup.number, &ask)?;
    }
    granted(tx, signup, &ask, via)?;
    Ok(true)
}

/// Whether the number refused anything after it asked.
fn refused_since(tx: &mut Tx<'_>, workspace: i64, number: &str, since: i64) -> Result<bool> {
    for scope in suppression::Scope::ALL {
        for whose in [workspace, 0] {
            if suppression::get(tx, whose, number, *scope)?.is_some_and(|row| row.at > since) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The person and the list. What is known of somebody already is not written over by a form.
pub(super) fn joins(tx: &mut Tx<'_>, workspace: i64, number: &str, ask: &Ask) -> Result<i64> {
    let ctx = Ctx::system(workspace);
    let mut answers = ask.answers.clone();
    let mut name = |field: &str| answers.remove(field).unwrap_or_default();
    let (first_name, last_name) = (name("first_name"), name("last_name"));
    let mut new = New { number: number.to_owned(), first_name, last_name, fields: answers, ..New::default() };
    let id = match contact::by_number(tx, workspace, number)? {
        None => audience::add_contact(tx, &ctx, &new)?,
        Some(known) => {
            let keep = |was: &str, now: &mut String| {
                if !was.is_empty() {
                    *now = was.to_owned();
                }
            };
            keep(&known.first_name, &mut new.first_name);
            keep(&known.last_name, &mut new.last_name);
            for (field, value) in audience::text::fields(&known.fields) {
                if !value.is_empty() {
                    new.fields.insert(field, value);
                }
            }
            audience::update_contact(tx, &ctx, known.id, &new)?;
            known.id
        }
    };
    if ask.list != 0 && list::get(tx, workspace, ask.list)?.is_some() {
        list::add(tx, workspace, ask.list, &[id])?;
    }
    Ok(id)
}

/// The permission, with everything that proves it: once for everything, or once for each topic.
fn granted(tx: &mut Tx<'_>, signup: &Signup, ask: &Ask, via: &Via) -> Result<()> {
    let now = tx.now();
    let mut facts = ask.facts.clone();
    let (via_name, message) = match via {
        Via::Link => ("link", ""),
        Via::Reply(id) => ("reply", id.as_str()),
        Via::Form => ("", ""),
    };
    if !via_name.is_empty() {
        facts.double_optin = Some(DoubleOptin {
            sent_at: signup.at,
            confirmed_at: now,
            via: via_name.to_owned(),
            token_sha256: crate::audit::hex(&secret::hash(&signup.token)),
            message: message.to_owned(),
        });
    }
    let method = match (ask.method.as_str(), via) {
        ("pos_tablet", _) => Method::Till,
        (super::again::METHOD, Via::Reply(_)) => Method::Keyword,
        (super::again::METHOD, _) => Method::Link,
        _ => Method::Form,
    };
    let grant = Grant {
        number: signup.number.clone(),
        method,
        wording: ask.wording.clone(),
        evidence: sms::id::public(sms::id::kind::ROW, signup.id),
        // What was agreed to with the number's own yes is as new as that.
        claimed_at: if via_name.is_empty() { signup.at } else { now },
    };
    written(tx, signup.workspace, &grant, ask, &facts)
}

/// Writes a permission down for everything, or for each topic that was chosen.
pub(super) fn written(
    tx: &mut Tx<'_>,
    workspace: i64,
    grant: &Grant,
    ask: &Ask,
    facts: &consent::Facts,
) -> Result<()> {
    let everything = [String::new()];
    let topics: &[String] = if ask.topics.is_empty() { &everything } else { &ask.topics };
    for topic in topics {
        let terms = Terms {
            basis: Basis::Consent,
            topic: topic.clone(),
            facts: facts.clone(),
            personal: ask.personal.clone(),
            until: if ask.lasts_ms > 0 { tx.now().saturating_add(ask.lasts_ms) } else { 0 },
            ..Terms::default()
        };
        let _: Consent = consent::granted_on(tx, workspace, grant, &terms)?;
    }
    Ok(())
}

/// Forgets what nobody confirmed in time.
pub(crate) fn run_lapse(work: &Work<'_>) -> Result<Next> {
    while work.go_on() {
        if work.db.background_blocking("signup.lapse", |tx| signup::lapse(tx, SLICE))? < SLICE as u64 {
            return Ok(Next::Done);
        }
    }
    Ok(Next::Again(work.db.now_ms()))
}

/// What is answered to a yes: that it is done, and how to leave.
pub(crate) fn welcome(
    tx: &mut Tx<'_>,
    number: &str,
    language: &str,
    business: &str,
    country: &str,
) -> Result<String> {
    let mut text = words::filled(words::of(language).joined, business, "");
    let rules = crate::law::shelf::load(tx)?.rules(number, country, &[]);
    if rules.packs.iter().any(|p| !p.file.consent.optin_confirmation_must_state.is_empty()) {
        text.push_str(words::UNITED_STATES);
    }
    Ok(text)
}
