//! May we write, and how do we know: the proof of a number, its erasure, and what a person must decide about.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::{get, post};
use engine::audit::Check;
use engine::consent;
use engine::proof::{self, Proof};
use engine::{Error, Permission};
use serde::Deserialize;
use sms::id::{kind, public};
use store::chain::Kind;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::{file, id_of};
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{places, shown};
use crate::pages::claims::ClaimRow;
use crate::pages::compliance::{
    ClockRow, ComplianceView, Event, Line, ProofView, StaleRow, Suspect, keep, record, view,
};

const HERE: &str = "/compliance";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/compliance", get(page))
        .route("/compliance/proof.json", get(json))
        .route("/compliance/access.json", get(access))
        .route("/compliance/keep", get(clocks).post(choose))
        .route("/compliance/stale/{id}/{what}", post(settle))
        .route("/compliance/erase", post(erase))
        .route("/compliance/claims/{id}/{what}", post(claim))
        .route("/compliance/suspects/{id}/{what}", post(decide))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    number: String,
    /// Nothing; `record`: what the check of the record found, by itself; `whole`: the page with it.
    #[serde(default)]
    part: String,
}

/// The proof, and the deed of having looked.
async fn found(seat: &Seat, number: &str) -> engine::Result<Proof> {
    let (ctx, asked) = (seat.ctx().clone(), number.to_owned());
    let found = seat.web.db().read(move |tx| proof::proof(tx, &ctx, &asked)).await?;
    let asked = number.to_owned();
    seat.write("proof", move |tx, ctx| proof::shown(tx, ctx, &asked)).await?;
    Ok(found)
}

/// The check of the whole record, which is as long as everybody's permissions.
async fn checked(seat: &Seat) -> engine::Result<Check> {
    seat.ctx().need(Permission::Read)?;
    let mut check = Check::new(seat.ctx().workspace, Kind::Consent);
    while !check.done {
        let mut next = check.clone();
        let step = seat.web.db().read(move |tx| {
            next.step(tx)?;
            Ok::<_, Error>(next.clone())
        });
        check = step.await?;
    }
    Ok(check)
}

fn told(seat: &Seat, asked: &str, p: &Proof, check: Option<&Check>) -> ProofView {
    let w = &seat.words;
    let word = |prefix: &str, name: &str| {
        let key = format!("{prefix}-{}", name.replace('_', "-"));
        if w.has(&key) { w.t(&key) } else { name.to_owned() }
    };
    let event = |e: &consent::EventView| Event {
        at: e.claimed_at,
        noted_at: e.at,
        action: e.action.clone(),
        method: word("method", &e.method),
        wording: e.wording.clone(),
        wording_hash: e.wording_sha256.clone(),
        evidence: e.evidence.clone(),
        facts: e.facts.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), plain(v))).collect(),
        link: e.link,
    };
    let mut lines: Vec<Line> = p
        .messages
        .iter()
        .map(|m| Line { at: m.accepted_at, text: m.text.clone(), status: Some(m.status) })
        .chain(p.inbound.iter().map(|m| Line { at: m.at, text: m.text.clone(), status: None }))
        .collect();
    lines.sort_by_key(|line| line.at);
    ProofView {
        asked: asked.to_owned(),
        phone: seat.number(&p.number),
        may: p.may.marketing,
        why: p.may.code.map_or_else(|| word("basis", &p.may.basis), |code| shown::reason(w, code)),
        since: p.may.since,
        events: p.events.iter().map(event).collect(),
        silences: p.silences.iter().map(|s| (s.at, s.left_after.len() as i64)).collect(),
        lines,
        checked: check.is_some(),
        holds: check.is_some_and(Check::holds),
        end: check.map_or_else(String::new, |check| check.end.clone()),
        whole: format!("{HERE}?part=whole&number={}", places::escaped(asked)),
        json: format!("/compliance/proof.json?number={}", places::escaped(asked)),
        access: format!("/compliance/access.json?number={}", places::escaped(asked)),
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn data(seat: &Seat, number: &str, whole: bool) -> Result<ComplianceView, Oops> {
    let mut view = ComplianceView {
        number: number.to_owned(),
        may_erase: seat.ctx().may(Permission::Admin),
        ..ComplianceView::default()
    };
    if !number.is_empty() {
        match found(seat, number).await {
            Ok(found) => {
                let check = if whole { Some(checked(seat).await?) } else { None };
                view.proof = Some(told(seat, number, &found, check.as_ref()));
            }
            Err(e @ Error::Invalid { .. }) => view.fault = Some(shown::why(&seat.words, &e).1),
            Err(e) => return Err(e.into()),
        }
    }
    let suspect = |s: consent::Suspect| Suspect {
        id: public(kind::INBOUND, s.inbound),
        phone: seat.number(&s.number),
        text: s.text,
        at: s.at,
        until: s.until,
    };
    let row = |s: consent::Stale| StaleRow {
        contact: s.contact,
        name: s.name,
        phone: seat.number(&s.number),
        why: s.why.to_owned(),
        at: s.at,
    };
    let claim = |c: consent::Claim| ClaimRow {
        id: c.id,
        phone: seat.number(&c.number),
        wording: c.wording,
        claimed: c.claimed_at,
        refused: c.refused_at,
        import: c.import,
        row: c.row,
    };
    view.claims = seat.read(consent::claims).await?.into_iter().map(claim).collect();
    view.stale = seat.read(consent::stale).await?.into_iter().map(row).collect();
    view.suspects = seat.read(consent::suspects).await?.into_iter().map(suspect).collect();
    Ok(view)
}

async fn page(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    if asked.part == "record" {
        let check = checked(&seat).await?;
        return Ok(reply::page(record(&seat.words, check.holds(), &check.end)));
    }
    let data = data(&seat, asked.number.trim(), asked.part == "whole").await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

/// The same for programs and for the drawer of a lawyer; a file to keep.
async fn json(seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Oops> {
    let (found, check) = (found(&seat, asked.number.trim()).await?, checked(&seat).await?);
    let whole = serde_json::json!({ "proof": found, "chain": check, "holds": check.holds() });
    Ok(file("proof.json", "application/json", whole.to_string()))
}

/// Everything that is held of one person, for that person.
async fn access(seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Oops> {
    let number = asked.number.trim().to_owned();
    let wanted = number.clone();
    let found = seat.read(move |tx, ctx| proof::access(tx, ctx, &wanted)).await?;
    seat.write("access", move |tx, ctx| proof::shown(tx, ctx, &number)).await?;
    let whole = serde_json::to_string_pretty(&found).unwrap_or_default();
    Ok(file("access.json", "application/json", whole))
}

async fn clocks(seat: Seat) -> Answer {
    let found = seat.read(engine::keep::clocks).await?;
    let row = |c: engine::keep::Clock| ClockRow {
        kind: c.kind.to_owned(),
        days: c.days,
        ran_at: c.ran_at,
        gone: c.gone,
    };
    let rows: Vec<ClockRow> = found.into_iter().map(row).collect();
    let shell = seat.shell().await?;
    Ok(seat.page(keep(&seat.words, &shell, seat.ctx().may(Permission::Admin), &rows)))
}

async fn choose(posted: Posted) -> Answer {
    let (kind, days) = (posted.get("kind").to_owned(), posted.get("days").parse().unwrap_or(-1));
    let to = "/compliance/keep";
    match posted.seat.write("keep", move |tx, ctx| engine::keep::choose(tx, ctx, &kind, days)).await {
        Ok(()) => Ok(reply::done(to, "said-saved", None)),
        Err(Error::Invalid { .. }) => Ok(reply::done(to, "said-not-days", None)),
        Err(e) => Err(e.into()),
    }
}

/// Somebody looked at a number that may be another person's.
async fn settle(Path((id, what)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONTACT, &id)?;
    let right = match what.as_str() {
        "keep" => true,
        "end" => false,
        _ => return Err(Error::NotFound("contact").into()),
    };
    let done = posted.seat.write("stale", move |tx, ctx| consent::decide_stale(tx, ctx, stored, right)).await;
    match done {
        Ok(()) => Ok(reply::done(HERE, if right { "said-stale-kept" } else { "said-stale-ended" }, None)),
        // Decided by somebody else meanwhile, or the person answered.
        Err(Error::NotFound(_) | Error::Conflict(_)) => Ok(reply::see(HERE)),
        Err(e) => Err(e.into()),
    }
}

/// The paper behind what a file says, or none.
async fn claim(Path((id, what)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let paper = match what.as_str() {
        "paper" => Some(posted.get("document").to_owned()),
        "leave" => None,
        _ => return Err(Error::NotFound("claim").into()),
    };
    let shown = paper.is_some();
    let settle = move |tx: &mut store::Tx<'_>, ctx: &engine::Ctx| {
        consent::settle_claim(tx, ctx, stored, paper.as_deref())
    };
    match posted.seat.write("claim", settle).await {
        Ok(()) => Ok(reply::done(HERE, if shown { "said-claim-shown" } else { "said-claim-left" }, None)),
        Err(Error::Invalid { .. } | Error::Conflict(_)) => Ok(reply::done(HERE, "said-not-now", None)),
        Err(Error::NotFound(_)) => Ok(reply::see(HERE)),
        Err(e) => Err(e.into()),
    }
}

async fn erase(posted: Posted) -> Answer {
    let (number, reason) = (posted.get("number").to_owned(), posted.get("reason").to_owned());
    let to = format!("{HERE}?number={}", places::escaped(&number));
    let asked = number.clone();
    let done = posted.seat.write("erase", move |tx, ctx| proof::erase(tx, ctx, &number, &reason)).await;
    match done {
        Err(e @ Error::Invalid { .. }) => {
            let fault = Some(shown::why(&posted.seat.words, &e).1);
            let data = ComplianceView { fault, ..data(&posted.seat, &asked, false).await? };
            let shell = posted.seat.shell().await?;
            Ok(reply::refused(view(&posted.seat.words, &shell, &data)))
        }
        Ok(_) => Ok(reply::done(&to, "said-erased", None)),
        Err(Error::Conflict(_)) => Ok(reply::done(&to, "said-not-erased", None)),
        Err(e) => Err(e.into()),
    }
}

async fn decide(Path((id, what)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::INBOUND, &id)?;
    let refusal = match what.as_str() {
        "refusal" => true,
        "none" => false,
        _ => return Err(Error::NotFound("suspect").into()),
    };
    let done = posted.seat.write("suspect", move |tx, ctx| consent::decide(tx, ctx, stored, refusal)).await;
    match done {
        Ok(()) => Ok(reply::done(HERE, if refusal { "said-left" } else { "said-cleared" }, None)),
        // Decided by somebody else meanwhile: the page says how things stand.
        Err(Error::NotFound(_) | Error::Conflict(_)) => Ok(reply::see(HERE)),
        Err(e) => Err(e.into()),
    }
}
