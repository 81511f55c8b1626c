//! Beyond the hosted page: tablets at tills, forms on other sites, codes and posters, "who texted me?".
//!
//! A tablet shows its secret as a bearer; another site is answered only where the form names it. No cookie anywhere.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engine::Error;
use engine::collect::fill::{self, Filled, Open, Outcome};
use engine::collect::{form, keyword, kiosk, who};
use serde::Deserialize;
use serde_json::{Value, json};
use sms::id::kind;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::doors::peer;
use super::forms::with_tills;
use super::oops::{Oops, unread};
use super::places;
use super::reply::{self, Answer};
use super::signup::{public, read, taken, wished, words};
use crate::assets;
use crate::pages::error::Kind;
use crate::pages::poster::{self as page, Asked};
use crate::pages::signup::wrong;
use crate::words::{Words, pick_public};

const BODY_MAX: usize = 32 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts/forms/{id}/code.svg", get(code))
        .route("/contacts/forms/{id}/poster", get(poster))
        .route("/contacts/forms/{id}/tills", post(invite))
        .route("/contacts/forms/{id}/tills/{till}/end", post(end))
        .route("/k", get(async || reply::see("/k/")))
        .route("/k/", get(tablet))
        .route("/k/worker.js", get(async || script("kiosk-worker.")))
        .route("/k/pair", post(pair))
        .route("/k/form", get(forms))
        .route("/k/entry", post(entry))
        .route("/embed.js", get(async || script("embed.")))
        .route("/f/{slug}/embed", get(embedded).post(embed))
        .route("/who", get(ask).post(asked))
        .route("/who/code", post(shown))
        .route("/who/{token}", get(by_link))
        .layer(DefaultBodyLimit::max(BODY_MAX))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Lang {
    #[serde(default)]
    lang: String,
}

/// A script at an address of its own: it may be loaded by other sites, and its scope is where it lies.
fn script(start: &str) -> Response {
    let Some((_, bytes)) = assets::all().find(|(name, _)| name.starts_with(start)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut answer = bytes.into_response();
    let fixed = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    fixed
        .into_iter()
        .for_each(|(name, value)| drop(answer.headers_mut().insert(name, HeaderValue::from_static(value))));
    answer
}

async fn code(Path(id): Path<String>, seat: Seat) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let view = seat.read(move |tx, ctx| form::get(tx, ctx, stored)).await?;
    let svg = page::picture(&view.name, &view.url).into_string();
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(([kind], svg).into_response())
}

async fn poster(Path(id): Path<String>, Query(asked): Query<Lang>, seat: Seat) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let (view, words_there) =
        seat.read(move |tx, ctx| Ok((form::get(tx, ctx, stored)?, keyword::all(tx, ctx)?))).await?;
    let numbers = seat.read(engine::connector::numbers).await?;
    let first = numbers.first().map(|n| n.number.clone()).unwrap_or_default();
    let word = words_there.into_iter().find(|k| k.form == stored);
    let word = word
        .map(|k| (k.word, if k.number.is_empty() { first } else { k.number }))
        .filter(|w| !w.1.is_empty());
    let w = words(&seat.web, &asked.lang);
    let word = word.as_ref().map(|(word, number)| (word.as_str(), number.as_str()));
    Ok(reply::page(page::poster(&w, &view, &seat.signed_in.workspace.name, word)))
}

async fn invite(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let name = posted.get("till").to_owned();
    let made = posted.seat.write("kiosk", move |tx, ctx| kiosk::invite(tx, ctx, stored, &name)).await;
    match made {
        // The code is shown once, on this page, and is in no address.
        Ok(code) => with_tills(&posted.seat, &id, Ok(&code)).await,
        Err(e @ Error::Invalid { .. }) => {
            let (_, why) = super::shown::why(&posted.seat.words, &e);
            with_tills(&posted.seat, &id, Err(&why)).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn end(Path((id, till)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &till)?;
    posted.seat.write("kiosk", move |tx, ctx| kiosk::end(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("/contacts/forms/{id}"), "said-removed", None))
}

async fn tablet(State(web): State<Web>, Query(asked): Query<Lang>, headers: HeaderMap) -> Response {
    public(page::kiosk(&words(&web, &wished(&headers, &asked.lang))), StatusCode::OK)
}

fn json_of(value: Value, status: StatusCode) -> Response {
    (status, axum::Json(value)).into_response()
}

/// The secret a tablet shows.
fn bearer(headers: &HeaderMap) -> String {
    let shown = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    shown.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default().to_owned()
}

fn refused(e: Error) -> std::result::Result<Response, Oops> {
    match e {
        Error::NotKnown => Ok(json_of(json!({"outcome": "unknown"}), StatusCode::UNAUTHORIZED)),
        Error::NotFound(_) => Ok(json_of(json!({"outcome": "gone"}), StatusCode::NOT_FOUND)),
        Error::Invalid { .. } => Ok(json_of(json!({"outcome": "again", "faults": {}}), StatusCode::OK)),
        e => Err(e.into()),
    }
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

async fn pair(State(web): State<Web>, body: Bytes) -> std::result::Result<Response, Oops> {
    let Ok(Code { code }) = serde_json::from_slice(&body) else { return Err(Oops::Page(Kind::BadRequest)) };
    match web.db().write("kiosk.pair", move |tx| kiosk::pair(tx, &code)).await {
        Ok(secret) => Ok(json_of(json!({"secret": secret}), StatusCode::OK)),
        Err(e) => refused(e),
    }
}

/// A form with the words a script needs to show it.
fn spoken(w: &Words, open: &Open) -> Value {
    let keys = [
        "pub-number",
        "pub-topics",
        "pub-choose",
        "pub-send",
        "pub-thanks",
        "pub-thanks-says",
        "pub-later",
        "kiosk-offline",
        "kiosk-next",
        "kiosk-refused",
    ];
    let said: BTreeMap<&str, String> = keys.iter().map(|key| (*key, w.t(key))).collect();
    let mut out = serde_json::to_value(open).unwrap_or_default();
    if let Some(map) = out.as_object_mut() {
        map.insert("words".into(), json!(said));
        map.insert("dir".into(), json!(w.language.dir));
        map.insert("name".into(), json!(w.language.name));
    }
    out
}

async fn forms(State(web): State<Web>, headers: HeaderMap) -> std::result::Result<Response, Oops> {
    let secret = bearer(&headers);
    match web.db().read(move |tx| kiosk::open(tx, &secret)).await {
        Ok(all) => {
            let all: Vec<Value> = all.iter().map(|open| spoken(&words(&web, &open.language), open)).collect();
            Ok(json_of(json!(all), StatusCode::OK))
        }
        Err(e) => refused(e),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Entry {
    key: String,
    typed_at: i64,
    version: i64,
    language: String,
    number: String,
    agreed: bool,
    answers: BTreeMap<String, String>,
    topics: std::collections::BTreeSet<String>,
}

/// What is wrong with each field, in words.
fn said(w: &Words, faults: Vec<(String, &'static str)>) -> BTreeMap<String, String> {
    faults.into_iter().map(|(field, why)| (field.clone(), wrong(w, &field, why))).collect()
}

async fn entry(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Bytes,
) -> std::result::Result<Response, Oops> {
    let secret = bearer(&headers);
    let Ok(one) = serde_json::from_slice::<Entry>(&body) else { return Err(Oops::Page(Kind::BadRequest)) };
    let filled = Filled {
        language: one.language.clone(),
        number: one.number.clone(),
        agreed: one.agreed,
        answers: one.answers.clone(),
        topics: one.topics.clone(),
        ..Filled::default()
    };
    let done = web.db().write("kiosk.entry", move |tx| {
        kiosk::take(tx, &secret, (&one.key, one.typed_at, one.version), &filled)
    });
    match done.await {
        Ok(Outcome::Thanks) => Ok(json_of(json!({"outcome": "thanks"}), StatusCode::OK)),
        Ok(Outcome::Later) => Ok(json_of(json!({"outcome": "later"}), StatusCode::OK)),
        Ok(Outcome::Again(faults)) => {
            let w = words(&web, &one.language);
            // Nothing is at fault where what was agreed to is no longer what the form says.
            let text = w.t(if faults.is_empty() { "kiosk-changed" } else { "pub-again" });
            Ok(json_of(json!({"outcome": "again", "text": text, "faults": said(&w, faults)}), StatusCode::OK))
        }
        Err(e) => refused(e),
    }
}

/// Lets the site read the answer, where the form names it.
fn opened_to(mut answer: Response, origin: &str) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    answer
}

/// The form, and the site that shows it: only one that the form names.
async fn of_site(
    web: &Web,
    slug: &str,
    headers: &HeaderMap,
    wished: &str,
) -> std::result::Result<(Open, String), Response> {
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (slug, language) = (slug.to_owned(), wished.to_owned());
    let open = web.db().read(move |tx| fill::open(tx, &slug, &language)).await;
    match open {
        Ok(open) if open.sites.contains(&origin.to_ascii_lowercase()) => Ok((open, origin)),
        _ => Err(json_of(json!({"outcome": "gone"}), StatusCode::FORBIDDEN)),
    }
}

async fn embedded(
    State(web): State<Web>,
    Path(slug): Path<String>,
    Query(asked): Query<Lang>,
    headers: HeaderMap,
) -> Response {
    let language = wished(&headers, &asked.lang);
    match of_site(&web, &slug, &headers, &language).await {
        Ok((open, origin)) => {
            opened_to(json_of(spoken(&words(&web, &open.language), &open), StatusCode::OK), &origin)
        }
        Err(no) => no,
    }
}

async fn embed(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> std::result::Result<Response, Oops> {
    let addr = peer(&request);
    let bytes = Bytes::from_request(request, &web).await.map_err(|e| unread(e.status()))?;
    let filled = read(places::decoded(&bytes), &headers, addr);
    let (open, origin) = match of_site(&web, &slug, &headers, &filled.language).await {
        Ok(found) => found,
        Err(no) => return Ok(no),
    };
    let filled = Filled { page: format!("{} ({origin})", filled.page), ..filled };
    let w = words(&web, &open.language);
    let answer = match taken(&web, &slug, &filled).await? {
        Outcome::Thanks => {
            json!({"outcome": "thanks", "title": w.t("pub-thanks"), "text": w.t("pub-thanks-says")})
        }
        Outcome::Later => json!({"outcome": "later", "text": w.t("pub-later-says")}),
        Outcome::Again(faults) => {
            let text = if faults.is_empty() { w.t("pub-again-stale") } else { w.t("pub-again") };
            json!({"outcome": "again", "text": text, "faults": said(&w, faults)})
        }
    };
    Ok(opened_to(json_of(answer, StatusCode::OK), &origin))
}

/// The page's language: asked for in the address, else the browser's wish.
fn spoken_in(web: &Web, headers: &HeaderMap, asked: &Lang) -> Words {
    let mut w = words(web, &asked.lang);
    w.language = pick_public(None, Some(&wished(headers, &asked.lang)));
    w
}

async fn first(web: &Web, w: &Words, fault: String, number: &str) -> std::result::Result<Response, Oops> {
    let nonce = web.db().read(who::fresh).await?;
    let status = if fault.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(public(page::texted(w, &Asked::Number(fault), &nonce, number), status))
}

async fn ask(
    State(web): State<Web>,
    Query(asked): Query<Lang>,
    headers: HeaderMap,
) -> std::result::Result<Response, Oops> {
    let w = spoken_in(&web, &headers, &asked);
    first(&web, &w, String::new(), "").await
}

async fn asked(
    State(web): State<Web>,
    Query(asked): Query<Lang>,
    headers: HeaderMap,
    request: Request,
) -> std::result::Result<Response, Oops> {
    let addr = peer(&request);
    let bytes = Bytes::from_request(request, &web).await.map_err(|e| unread(e.status()))?;
    let fields = places::decoded(&bytes);
    let one = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let w = spoken_in(&web, &headers, &asked);
    let number: String = one("number").chars().take(40).collect();
    let (typed, nonce, language) = (number.clone(), one("nonce"), w.language.code.clone());
    let sent = web.db().write("who.ask", move |tx| who::ask(tx, &typed, &addr, &nonce, &language)).await?;
    match sent {
        true => Ok(public(page::texted(&w, &Asked::Code(false), "", &number), StatusCode::OK)),
        false => first(&web, &w, w.t("pub-wrong-not-a-number"), &number).await,
    }
}

async fn shown(
    State(web): State<Web>,
    Query(asked): Query<Lang>,
    headers: HeaderMap,
    body: Bytes,
) -> std::result::Result<Response, Oops> {
    let fields = places::decoded(&body);
    let one = |name: &str| -> String {
        let found = fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
        found.chars().take(40).collect()
    };
    let w = spoken_in(&web, &headers, &asked);
    let (number, code) = (one("number"), one("code"));
    let typed = number.clone();
    let found = web.db().write("who.look", move |tx| who::look(tx, &typed, &code)).await?;
    let (asked, status) = match found {
        Some(writers) => (Asked::Found(writers), StatusCode::OK),
        None => (Asked::Code(true), StatusCode::UNPROCESSABLE_ENTITY),
    };
    Ok(public(page::texted(&w, &asked, "", &number), status))
}

async fn by_link(
    State(web): State<Web>,
    Path(token): Path<String>,
    Query(asked): Query<Lang>,
    headers: HeaderMap,
) -> std::result::Result<Response, Oops> {
    let w = spoken_in(&web, &headers, &asked);
    match web.db().read(move |tx| who::by_link(tx, &token)).await {
        Ok(writer) => Ok(public(page::texted(&w, &Asked::Found(vec![writer]), "", ""), StatusCode::OK)),
        Err(Error::NotFound(_)) => Err(Oops::Page(Kind::NotFound)),
        Err(e) => Err(e.into()),
    }
}
