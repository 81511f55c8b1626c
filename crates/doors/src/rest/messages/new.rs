//! A message as a program writes it, and what is wrong with it before any rule is asked.

use crate::caller::Caller;
use crate::problem::{Answer, Problem};
use crate::time;
use engine::Submission;
use serde::Deserialize;
use sms::{Class, OnAmbiguous};
use std::borrow::Cow;
use std::str::FromStr;

/// A program's own reference may be this long.
const REF_MAX: usize = 64;
/// A week.
const VALIDITY_MAX_S: i64 = 604_800;
/// A year.
const AHEAD_MAX_MS: i64 = 366 * 86_400_000;

/// The body of one message; in a batch also the defaults of all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NewMessage<'a> {
    #[serde(borrow)]
    pub(super) to: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) from: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) class: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) campaign: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) send_at: Option<Cow<'a, str>>,
    pub(super) validity_s: Option<i64>,
    #[serde(borrow)]
    pub(super) on_ambiguous: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) client_ref: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) tlvs: Option<Cow<'a, str>>,
}

impl<'a> NewMessage<'a> {
    /// With what a batch says for all of its messages.
    pub(super) fn or(self, all: &NewMessage<'a>) -> NewMessage<'a> {
        NewMessage {
            to: self.to,
            text: self.text.or_else(|| all.text.clone()),
            from: self.from.or_else(|| all.from.clone()),
            class: self.class.or_else(|| all.class.clone()),
            campaign: self.campaign.or_else(|| all.campaign.clone()),
            send_at: self.send_at.or_else(|| all.send_at.clone()),
            validity_s: self.validity_s.or(all.validity_s),
            on_ambiguous: self.on_ambiguous.or_else(|| all.on_ambiguous.clone()),
            client_ref: self.client_ref,
            tlvs: self.tlvs.or_else(|| all.tlvs.clone()),
        }
    }

    /// As the engine takes it.
    pub(super) fn submission(self, caller: &Caller, now: i64) -> Answer<Submission> {
        let campaign =
            self.campaign.as_deref().map(|c| crate::rest::id(sms::id::kind::CAMPAIGN, "campaign", c));
        let client_ref = self.client_ref.unwrap_or_default().into_owned();
        if client_ref.chars().count() > REF_MAX {
            return Err(invalid("client_ref", format!("must be at most {REF_MAX} characters")));
        }
        if client_ref.contains(char::is_control) {
            return Err(invalid("client_ref", "must have no control characters".into()));
        }
        if self.validity_s.is_some_and(|s| !(1..=VALIDITY_MAX_S).contains(&s)) {
            return Err(invalid("validity_s", format!("must be 1 to {VALIDITY_MAX_S} seconds")));
        }
        let tlvs = self.tlvs.unwrap_or_default().into_owned();
        sms::tlv::brought(&tlvs).map_err(|why| invalid("tlvs", why))?;
        let policies = OnAmbiguous::ALL.iter().map(|o| o.name());
        Ok(Submission {
            workspace: caller.ctx.workspace,
            to: needed("to", self.to)?,
            text: needed("text", self.text)?,
            from: self.from.map(Cow::into_owned).filter(|f| !f.trim().is_empty()),
            class: word::<Class>("class", self.class.as_deref(), Class::ALL.iter().map(|c| c.name()))?,
            campaign: campaign.transpose()?.unwrap_or(0),
            send_at: self.send_at.as_deref().map(|at| moment(at, now)).transpose()?,
            validity_s: self.validity_s,
            on_ambiguous: word::<OnAmbiguous>("on_ambiguous", self.on_ambiguous.as_deref(), policies)?,
            client_ref,
            tlvs,
            test: caller.ctx.test,
            source: if caller.ctx.actor == engine::Actor::Console { "console" } else { "rest" },
            ..Submission::default()
        })
    }
}

fn needed(param: &str, value: Option<Cow<'_, str>>) -> Answer<String> {
    let value = value.filter(|v| !v.trim().is_empty());
    value.map(Cow::into_owned).ok_or_else(|| Problem::input(param, "required", format!("{param}: is needed")))
}

fn moment(text: &str, now: i64) -> Answer<i64> {
    let at = time::parse(text)
        .ok_or_else(|| invalid("send_at", "must be a moment in RFC 3339, as 2026-12-01T09:00:00Z".into()))?;
    if at > now + AHEAD_MAX_MS {
        return Err(invalid("send_at", "is more than a year ahead".into()));
    }
    Ok(at)
}

/// A word of a closed list.
pub(in crate::rest) fn word<T: FromStr>(
    param: &str,
    given: Option<&str>,
    known: impl Iterator<Item = &'static str>,
) -> Answer<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    given.parse().map(Some).map_err(|_| {
        let known: Vec<&str> = known.collect();
        invalid(param, format!("'{given}' is none of {}", known.join(", ")))
    })
}

fn invalid(param: &str, why: String) -> Problem {
    Problem::input(param, "invalid", format!("{param}: {why}"))
}
