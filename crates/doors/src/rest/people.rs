//! `/v1/threads`, `/v1/consents`, `/v1/suppressions`: conversations, permissions, refusals.

use super::{created, path_id, read, write};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::{self, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use engine::audience;
use engine::consent::{self, Grant, Method, Refuse};
use engine::inbox::{self, Filter, Item, ThreadState, ThreadView};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::kind;
use store::suppression::Scope;

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/threads", "List conversations, the latest first", threads);
    api.get("/v1/threads/{id}", "Read a conversation, both directions", thread);
    api.post("/v1/threads/{id}/reply", "Answer", reply);
    api.post("/v1/threads/{id}/resolve", "Mark it done", resolve);
    api.post("/v1/threads/{id}/reopen", "Mark it open again", reopen);
    api.get("/v1/consents", "What a number agreed to and refused, with the evidence", consents);
    api.post("/v1/consents", "Write down a permission", grant);
    api.get("/v1/suppressions", "List refusals, newest first", refusals);
    api.post("/v1/suppressions", "Write down a refusal of marketing", refuse);
    api.get("/v1/claims", "Permissions that files claim to be newer than a refusal", claims);
    api.post("/v1/claims/{id}", "Name the paper that shows one, or leave the refusal as it is", settle_claim);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    state: Option<String>,
    search: Option<String>,
}

async fn threads(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (wanted, window): (Wanted, _) = page::query(&uri)?;
    let state = match wanted.state.as_deref() {
        None => None,
        Some("open") => Some(ThreadState::Open),
        Some("resolved") => Some(ThreadState::Resolved),
        Some(_) => return Err(Problem::input("state", "invalid", "state: must be open or resolved")),
    };
    let before = window.after.as_deref().map(|after| {
        let pair = after.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
        pair.ok_or_else(|| Problem::input("after", "invalid", "after: must be taken from 'next'"))
    });
    let (before, search) = (before.transpose()?, wanted.search.unwrap_or_default());
    let filter = Filter { state, unread: false, search, before, limit: window.limit };
    let page = read(&doors, &caller, move |tx, ctx| inbox::threads(tx, ctx, &filter)).await?;
    let cursor = page.next.map(|(at, id)| format!("{at}.{id}"));
    Ok(Json(List::page(page.data.iter().map(shown).collect(), page.has_more, &uri, cursor)))
}

fn shown(t: &ThreadView) -> Value {
    json!({
        "id": t.id, "address": t.address, "name": t.name, "contact": t.contact, "number": t.number,
        "snippet": t.snippet, "unread": t.unread, "state": t.state, "last_at": rfc3339(t.last_at),
        "campaign": t.campaign,
    })
}

fn said(i: &Item) -> Value {
    json!({
        "id": i.id, "inbound": i.inbound, "text": i.text, "at": rfc3339(i.at), "status": i.status,
        "code": i.code, "class": i.class, "campaign": i.campaign, "effect": i.effect, "source": i.source,
    })
}

async fn thread(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id = path_id(kind::THREAD, "thread", &id)?;
    let found = read(&doors, &caller, move |tx, ctx| inbox::thread(tx, ctx, id)).await?;
    let mut value = shown(&found.thread);
    value["consent"] = json!(found.consent);
    value["items"] = found.items.iter().map(said).collect();
    Ok(Json(value))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
}

async fn reply(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<Response> {
    let (id, reply) = (path_id(kind::THREAD, "thread", &id)?, body::read::<Reply>(&bytes)?);
    let sent = write(&doors, &caller, "reply", move |tx, ctx| inbox::reply(tx, ctx, id, &reply.text)).await?;
    let status = if caller.dry_run { StatusCode::OK } else { StatusCode::ACCEPTED };
    let made = json!({
        "id": sms::id::public(kind::MESSAGE, sent.id), "status": sent.status, "encoding": sent.encoding,
        "parts": sent.parts, "to": sent.to,
    });
    Ok((status, Json(made)).into_response())
}

async fn resolve(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::THREAD, "thread", &id)?;
    write(&doors, &caller, "resolve", move |tx, ctx| inbox::resolve(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reopen(State(doors): State<Doors>, caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = path_id(kind::THREAD, "thread", &id)?;
    write(&doors, &caller, "reopen", move |tx, ctx| inbox::reopen(tx, ctx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    number: String,
}

async fn consents(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (whose, _): (Whose, _) = page::query(&uri)?;
    let number = whose.number.clone();
    let view = read(&doors, &caller, move |tx, ctx| consent::state(tx, ctx, &number)).await?;
    let event = |e: &consent::EventView| {
        json!({
            "action": e.action, "purpose": e.purpose, "method": e.method, "wording": e.wording,
            "evidence": e.evidence, "claimed_at": rfc3339(e.claimed_at), "at": rfc3339(e.at),
        })
    };
    let events: Vec<Value> = view.events.iter().map(event).collect();
    Ok(Json(json!({
        "number": whose.number, "consent": view.consent, "stopped": view.stopped, "suspect": view.suspect,
        "events": events,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Permission {
    number: String,
    wording: String,
    #[serde(default)]
    evidence: String,
    at: Option<String>,
}

async fn grant(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let p: Permission = body::read(&bytes)?;
    let at = p.at.as_deref().map(|at| {
        let wrong = "at: must be a moment in RFC 3339, as 2026-12-01T09:00:00Z";
        time::parse(at).ok_or_else(|| Problem::input("at", "invalid", wrong))
    });
    let claimed_at = at.transpose()?.unwrap_or_else(|| doors.db().now_ms());
    let number = p.number.clone();
    let grant =
        Grant { number: p.number, method: Method::Api, wording: p.wording, evidence: p.evidence, claimed_at };
    let state = write(&doors, &caller, "grant", move |tx, ctx| audience::agreed(tx, ctx, &grant)).await?;
    Ok(created(&caller, json!({ "number": number, "consent": state.name() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    number: String,
    #[serde(default)]
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stopped {
    number: Option<String>,
}

async fn refusals(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Value>>> {
    let (stopped, window): (Stopped, _) = page::query(&uri)?;
    let after = window.after.as_deref().map(|after| {
        let mut words = after.split('.').map(|word| word.parse::<i64>().ok());
        let mut next = || words.next().flatten();
        let cursor = next().and_then(|at| Some((at, next()?, next()?)));
        cursor.ok_or_else(|| Problem::input("after", "invalid", "after: must be taken from 'next'"))
    });
    let (after, number, limit) = (after.transpose()?, stopped.number, window.limit);
    let one = number.is_some();
    let found =
        read(&doors, &caller, move |tx, ctx| consent::refusals(tx, ctx, number.as_deref(), after, limit));
    let all = found.await?;
    let more = !one && all.len() as i64 == limit;
    let cursor = all.last().map(|r| format!("{}.{}.{}", r.cursor.0, r.cursor.1, r.cursor.2));
    let shown = |r: &consent::RefusalView| json!({ "scope": r.scope, "reason": r.reason, "evidence": r.evidence, "at": rfc3339(r.at) });
    Ok(Json(List::page(all.iter().map(shown).collect(), more, &uri, cursor)))
}

async fn claims(State(doors): State<Doors>, caller: Caller) -> Answer<Json<Value>> {
    let found = read(&doors, &caller, consent::claims).await?;
    let shown = |c: &consent::Claim| {
        json!({
            "id": c.id, "number": c.number, "import": c.import, "row": c.row, "wording": c.wording,
            "claimed_at": rfc3339(c.claimed_at), "refused_at": rfc3339(c.refused_at),
        })
    };
    Ok(Json(json!({ "data": found.iter().map(shown).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paper {
    /// Where it lies; without it the refusal stays.
    document: Option<String>,
}

async fn settle_claim(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    Body(bytes): Body,
) -> Answer<StatusCode> {
    let (id, paper) = (path_id(kind::ROW, "claim", &id)?, body::read::<Paper>(&bytes)?);
    let settle = move |tx: &mut store::Tx<'_>, ctx: &engine::Ctx| {
        consent::settle_claim(tx, ctx, id, paper.document.as_deref())
    };
    write(&doors, &caller, "claim", settle).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn refuse(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Response> {
    let r: Refusal = body::read(&bytes)?;
    let number = r.number.clone();
    let refusal =
        Refuse { number: r.number, scope: Scope::Marketing, method: Method::Api, evidence: r.evidence };
    let new = write(&doors, &caller, "refuse", move |tx, ctx| consent::refuse(tx, ctx, &refusal)).await?;
    Ok(created(&caller, json!({ "number": number, "new": new })))
}
