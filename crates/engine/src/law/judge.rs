//! The chain behind suppression and consent, as one pure decision: class guard → sender → content → how often → hours.
//!
//! Typed inputs in, a verdict out; the first refusal wins. The order of what comes before stands in `submit`.

use super::hours::{self, Says};
use super::name;
use super::rules::{Cap, Rules};
use super::text::{self, Lacks, Letter};
use jiff::tz::TimeZone;
use sms::{Class, Code};
use std::borrow::Cow;
use std::collections::HashMap;

/// What a workspace shows and is, as far as the law asks.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// The business that advertises.
    pub advertiser: String,
    /// Approved senders: what is shown, for which country (empty for all), until when (0 has no end).
    pub senders: Vec<(String, String, i64)>,
    /// Numbers that can be answered.
    pub numbers: Vec<String>,
    /// How links to the page for leaving begin.
    pub link: String,
    /// Whether only the simulator carries it: everything can be answered there, and every name is shown.
    pub test: bool,
    /// Whether hours and counts are kept.
    pub keeps_time: bool,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Asked<'t, 'a> {
    /// What it is for.
    pub class: Class,
    /// What the handset shows; empty where the carrier puts its own.
    pub sender: &'a str,
    /// The text, rendered.
    pub text: &'t str,
    /// Whether it belongs to a mailing.
    pub of_campaign: bool,
    /// The recipient's own link to the page for leaving; empty where nobody knows it.
    pub own_link: &'a str,
    /// The recipient's own zone, where it is known.
    pub zone: Option<&'a str>,
    /// How many advertisements count for the number already.
    pub reached: i64,
    /// When it is to go, ms.
    pub due: i64,
    /// So long it may be put off behind an opening, so that not everything comes at once.
    pub spread_ms: i64,
}

/// What is decided: it goes, as this text, at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The text, with what was added.
    pub text: Cow<'a, str>,
    /// Elements that were added.
    pub added: Vec<&'static str>,
    /// When it goes, ms.
    pub due: i64,
    /// When the verdict lapses by itself, ms.
    pub until: i64,
    /// The rule that put it off.
    pub deferred: Option<String>,
    /// The count it must still find a place in.
    pub cap: Option<Cap>,
    /// The rule by which it waits for a person, and the word it was seen by.
    pub held: Option<(String, String)>,
}

impl Verdict<'_> {
    /// One word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict { held: Some(_), .. } => "hold",
            Verdict { deferred: Some(_), .. } => "defer",
            Verdict { added, .. } if !added.is_empty() => "rewrite",
            _ => "allow",
        }
    }
}

/// Hours that were looked up in this batch: thousands of people of one country have the same.
#[derive(Debug, Default)]
pub struct Looked(HashMap<(usize, String, i64), (Says, i64)>);

/// Judges one message.
///
/// # Errors
/// The first rule that refuses it.
pub fn judge<'t>(
    rules: &Rules,
    house: &House,
    asked: &Asked<'t, '_>,
    looked: &mut Looked,
) -> Result<Verdict<'t>, Lacks> {
    let mut out = Verdict {
        text: Cow::Borrowed(asked.text),
        added: Vec::new(),
        due: asked.due,
        until: i64::MAX,
        deferred: None,
        cap: None,
        held: None,
    };
    out.held = guard(rules, house, asked)?;
    let approved = sender(rules, house, asked)?;
    // Who may be shown until a day is asked about again on that day.
    out.until = approved.unwrap_or(i64::MAX);
    let approved = approved.is_some();
    if !matches!(asked.class, Class::Marketing | Class::Political) {
        return Ok(out);
    }
    let shown = asked.sender.chars().any(char::is_alphabetic);
    let finished = text::finish(
        rules,
        &Letter {
            text: asked.text,
            class: asked.class,
            name_shown: shown,
            name_approved: approved,
            two_way: !shown && house.numbers.iter().any(|n| asked.sender.is_empty() || same(n, asked.sender)),
            advertiser: &house.advertiser,
            reply_number: house.numbers.first().map_or("", String::as_str),
            link: &house.link,
            own_link: asked.own_link,
            all_answer: house.test,
        },
    )?;
    (out.text, out.added) = (finished.text, finished.added);
    if house.keeps_time {
        often(rules, asked, &mut out)?;
        when(rules, asked, looked, &mut out)?;
    }
    Ok(out)
}

/// Advertising that calls itself something else.
fn guard(rules: &Rules, house: &House, asked: &Asked<'_, '_>) -> Result<Option<(String, String)>, Lacks> {
    if house.test || !matches!(asked.class, Class::Transactional | Class::Service) {
        return Ok(None);
    }
    let Some(rule) = &rules.holds_by_words else { return Ok(None) };
    match rules.sounds_like_advertising(asked.text) {
        None => Ok(None),
        Some(_) if asked.of_campaign => Err(Lacks { code: Code::ClassMismatch, rule: rule.clone() }),
        Some(word) => Ok(Some((rule.clone(), word.to_owned()))),
    }
}

/// Whether two numbers are one: people write them with a plus and without.
fn same(a: &str, b: &str) -> bool {
    a.trim_start_matches('+') == b.trim_start_matches('+')
}

/// Until when what is shown is approved, ms, or nothing where nobody approved it; an error where it may not be shown.
fn sender(rules: &Rules, house: &House, asked: &Asked<'_, '_>) -> Result<Option<i64>, Lacks> {
    let shown = asked.sender;
    let own = |s: &&(String, String, i64)| {
        s.0 == shown && (s.1.is_empty() || s.1 == rules.country) && (s.2 == 0 || s.2 > asked.due)
    };
    let lasts = |s: &(String, String, i64)| if s.2 == 0 { i64::MAX } else { s.2 };
    let for_ever = house.test || house.numbers.iter().any(|n| same(n, shown));
    let approved = if for_ever { Some(i64::MAX) } else { house.senders.iter().filter(own).map(lasts).max() };
    let governed = matches!(asked.class, Class::Marketing | Class::Political | Class::Service);
    let no = |code, rule: Option<&String>| {
        Err(Lacks { code, rule: rule.cloned().unwrap_or_else(|| "sender".into()) })
    };
    let name_shown = shown.chars().any(char::is_alphabetic);
    if house.test || shown.is_empty() {
        return Ok(approved);
    }
    if name_shown && governed && rules.names_not_shown.is_some() {
        return no(Code::SenderCountry, rules.names_not_shown.as_ref());
    }
    if approved.is_some() {
        return Ok(approved);
    }
    if name_shown && name::taken(shown, &rules.packs).is_some() {
        return no(Code::SenderGeneric, rules.names_registered.as_ref());
    }
    if !governed {
        return Ok(None);
    }
    let other_case = |s: &(String, String, i64)| s.0.eq_ignore_ascii_case(shown);
    if rules.names_exact.is_some() && house.senders.iter().any(other_case) {
        return no(Code::SenderCountry, rules.names_exact.as_ref());
    }
    no(Code::SenderUnapproved, rules.names_registered.as_ref())
}

fn often(rules: &Rules, asked: &Asked<'_, '_>, out: &mut Verdict<'_>) -> Result<(), Lacks> {
    let Some(cap) = rules.cap.as_ref().filter(|_| asked.class == Class::Marketing) else { return Ok(()) };
    if asked.reached >= cap.max {
        return Err(Lacks { code: Code::FreqCap, rule: cap.rule.clone() });
    }
    out.cap = Some(cap.clone());
    Ok(())
}

fn when(
    rules: &Rules,
    asked: &Asked<'_, '_>,
    looked: &mut Looked,
    out: &mut Verdict<'_>,
) -> Result<(), Lacks> {
    let Some((_, rule)) = rules.hours.first() else { return Ok(()) };
    let own = asked.zone.filter(|z| !z.is_empty());
    let key = (std::ptr::from_ref(rules).addr(), own.unwrap_or_default().to_owned(), asked.due);
    let (says, until) = *looked.0.entry(key).or_insert_with(|| look(rules, own, asked.due));
    match says {
        Says::Open { until } => out.until = out.until.min(until),
        Says::Closed { opens } => {
            // Spread over what stays open, so that nobody is put off into the next night.
            let room = (until - opens).max(1).min(asked.spread_ms.max(0) + 1);
            let offset = asked.spread_ms.max(0).min(room - 1);
            (out.due, out.until) = (opens + offset, out.until.min(until));
            out.deferred = Some(rule.clone());
        }
        Says::Never => {
            let unknown = rules.zones.is_empty() && own.is_none();
            let code = if unknown { Code::TzUnknown } else { Code::WindowClosed };
            return Err(Lacks { code, rule: rule.clone() });
        }
    }
    Ok(())
}

/// What the hours say of a moment, and until when what opens stays open.
fn look(rules: &Rules, own: Option<&str>, at: i64) -> (Says, i64) {
    let own = own.and_then(|zone| TimeZone::get(zone).ok());
    // Where the part of a country is a guess by the number, both clocks must allow it.
    let told =
        if own.is_none() || (rules.area_binds && rules.area.is_some()) { &rules.zones[..] } else { &[] };
    let zones: Vec<&TimeZone> = own.iter().chain(told).collect();
    if zones.is_empty() {
        return (Says::Never, 0);
    }
    let here = |window: &hours::Window| {
        window.parts.is_empty() || rules.area.is_none_or(|a| window.parts.iter().any(|part| part == a.part))
    };
    let windows = rules.hours.iter().map(|(window, _)| window).filter(|w| here(w));
    let all: Vec<_> = windows.flat_map(|window| zones.iter().map(move |zone| (window, *zone))).collect();
    match hours::says(&all, at) {
        Says::Closed { opens } => match hours::says(&all, opens) {
            Says::Open { until } => (Says::Closed { opens }, until),
            _ => (Says::Never, 0),
        },
        Says::Open { until } => (Says::Open { until }, until),
        Says::Never => (Says::Never, 0),
    }
}

/// The zone among a person's own fields: `zone`, `time_zone` or `timezone`, where it is one.
pub fn zone_in(fields: &str) -> Option<String> {
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(fields).ok()?;
    let named = ["zone", "time_zone", "timezone"].iter().find_map(|key| fields.get(*key)?.as_str());
    named.map(str::trim).filter(|zone| TimeZone::get(zone).is_ok()).map(str::to_owned)
}
