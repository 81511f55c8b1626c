//! Engine's answers as pages say them: why something was refused, counts, states, ids.

use std::collections::{BTreeMap, BTreeSet};

use engine::campaign::{Report, View};
use engine::{Ctx, Error};
use sms::id::{kind, parse, public};
use sms::reason::Code;
use store::{Tx, api_key, person};

use super::ask::Seat;
use crate::args;
use crate::pages::campaign::{CampaignView, Counts, Reply};
use crate::pages::home::CampaignLine;
use crate::words::Words;

/// The input at fault and why, in words. The most particular sentence of the catalogue speaks; a detail that only
/// programs get stands where the catalogue has none.
pub(super) fn why(w: &Words, e: &Error) -> (String, String) {
    match e {
        Error::Invalid { param, why, detail } => {
            let (param_key, why_key) = (param.replace('_', "-"), why.replace('_', "-"));
            let particular = format!("why-{param_key}-{why_key}");
            let general = format!("why-{why_key}");
            let key =
                if w.has(&particular) { Some(particular) } else { Some(general).filter(|key| w.has(key)) };
            // What programs get says more of a setting than the general sentence does.
            let says = match key.filter(|key| key != "why-invalid-setting") {
                // The piece at fault, where the detail quotes one.
                Some(key) => w.attr(&key, args!(what: detail.split('\'').nth(1).unwrap_or_default())),
                None => detail.clone(),
            };
            (param.clone(), says)
        }
        Error::Conflict(what) => (String::new(), w.t(&format!("why-{}", what.replace('_', "-")))),
        Error::Refused { code, .. } => (String::new(), reason(w, *code)),
        Error::TooOften { retry_after_s } => {
            (String::new(), w.attr("login-paused", args!(minutes: (retry_after_s + 59) / 60)))
        }
        Error::NotFound(_) => (String::new(), w.t("error-not-found")),
        Error::NotAllowed(_) => (String::new(), w.t("error-forbidden")),
        Error::NotKnown => (String::new(), w.t("login-mismatch")),
        Error::Store(_) => (String::new(), w.t("error-internal")),
    }
}

/// Why a message was refused: what it is and what to do.
pub(super) fn reason(w: &Words, code: Code) -> String {
    format!("{}. {}", w.t(&code.key()), w.t(&format!("{}-you", code.key())))
}

/// The names of people and keys, by their words in the record; who has no name goes by the address.
pub(super) fn names(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    actors: BTreeSet<&str>,
) -> engine::Result<BTreeMap<String, String>> {
    let keys = api_key::list(tx, ctx.workspace)?;
    let mut names = BTreeMap::new();
    for actor in actors {
        let name = match actor.split_once(':') {
            Some(("person", id)) => match parse(kind::USER, id) {
                Some(id) => person::get(tx, id)?.map(|p| if p.name.is_empty() { p.email } else { p.name }),
                None => None,
            },
            Some(("key", id)) => {
                let id = parse(kind::KEY, id);
                keys.iter().find(|key| Some(key.id) == id).map(|key| key.name.clone())
            }
            _ => None,
        };
        if let Some(name) = name {
            names.insert(actor.to_owned(), name);
        }
    }
    Ok(names)
}

/// Who did something, from the word in the record, as [`names`] knows them.
pub(super) fn actor(w: &Words, names: &BTreeMap<String, String>, word: &str) -> String {
    match word {
        "console" | "system" => w.t(&format!("source-{word}")),
        _ => names.get(word).cloned().unwrap_or_else(|| word.to_owned()),
    }
}

fn codes(by_name: &BTreeMap<&'static str, i64>) -> Vec<(Code, i64)> {
    let mut all: Vec<(Code, i64)> =
        by_name.iter().filter_map(|(name, n)| Some((name.parse().ok()?, *n))).collect();
    all.sort_by_key(|(_, n)| -n);
    all
}

/// The counts of a report.
pub(super) fn counts(r: &Report) -> Counts {
    Counts {
        audience: r.audience,
        planned: r.planned,
        skipped: codes(&r.skipped),
        accepted: r.accepted,
        waiting: r.waiting,
        submitted: r.submitted,
        delivered: r.delivered,
        undelivered: r.undelivered,
        rejected: r.rejected,
        expired: r.expired,
        cancelled: r.cancelled,
        suppressed: r.suppressed.values().sum(),
        unknown: r.unknown,
        possible_duplicates: r.possible_duplicates,
        replies: r.replies,
        opt_outs: r.opt_outs,
    }
}

/// A campaign as one line.
pub(super) fn line(c: &View) -> CampaignLine {
    let people = c.report.accepted + c.report.planned;
    CampaignLine {
        id: public(kind::CAMPAIGN, c.id),
        name: c.name.clone(),
        state: c.report.state.name().into(),
        at: if c.launched_at > 0 { c.launched_at } else { c.created_at },
        people,
        delivered: c.report.delivered,
        replies: c.report.replies,
        left: c.report.opt_outs,
    }
}

/// A campaign as its page.
pub(super) fn campaign(seat: &Seat, c: &View) -> CampaignView {
    let counts = counts(&c.report);
    let rate: i64 = c.report.ways.iter().map(|way| way.rate).sum();
    let rest = counts.planned + counts.waiting;
    let slow = c.report.ways.iter().find(|way| !way.limited_by.is_empty());
    let down = c.report.ways.iter().find(|way| !super::ask::is_up(way.state));
    let over = c.report.state.is_over();
    let through = (!over && rate > 0 && rest > 0).then(|| seat.words.now + rest * 1000 / rate);
    let waits = match (over, down, c.error.is_empty()) {
        (true, ..) => None,
        (_, Some(way), _) => Some(seat.words.attr("home-need-down", args!(name: way.connector.as_str()))),
        (_, None, false) => Some(c.error.clone()),
        _ => None,
    };
    CampaignView {
        id: public(kind::CAMPAIGN, c.id),
        name: c.name.clone(),
        state: c.report.state.name().into(),
        by: String::new(),
        started: if c.launched_at > 0 { c.launched_at } else { c.created_at },
        ended: (over && c.done_at > 0).then_some(c.done_at),
        counts,
        rate_tenths: rate * 10,
        ends: through,
        limited_by: slow.map(|way| (way.connector.clone(), way.rate * 10)),
        waits,
        reasons: Vec::new(),
        replies: Vec::new(),
    }
}

/// Somebody who wrote back, as the campaign's page shows it.
pub(super) fn answer(a: engine::campaign::Answer) -> Reply {
    Reply {
        thread: public(kind::THREAD, a.thread),
        name: a.name,
        phone: a.address,
        at: a.at,
        text: a.text,
        left: a.left,
    }
}
