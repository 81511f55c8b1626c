//! Signing up over HTTP: GET shows, POST acts; no session, no cookie, no script. A post of another site without our
//! nonce changes nothing: it fills the form in and shows it.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::collect::confirm;
use engine::collect::fill::{self, Filled, Open, Outcome};
use engine::collect::wishes::{self as wish, Often, Wish};
use engine::{Error, Result};
use jiff::tz::TimeZone;
use maud::Markup;
use serde::Deserialize;

use super::Web;
use super::doors::peer;
use super::oops::{Oops, unread};
use super::{places, reply};
use crate::pages::signup::{self as page, Typed};
use crate::words::{Words, pick_public};

/// Octets of a form at the most.
const BODY_MAX: usize = 32 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/f/{slug}", get(form).post(filled))
        .route("/c/{token}", get(ask).post(yes))
        .route("/p/{token}", get(wishes).post(wished_for))
        .layer(DefaultBodyLimit::max(BODY_MAX))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: String,
}

/// The public words in a language.
pub(super) fn words(web: &Web, language: &str) -> Words {
    Words::new(pick_public(Some(language), None), TimeZone::UTC, web.db().now_ms())
}

/// A page for everybody: it names nobody to whom it links.
pub(super) fn public(markup: Markup, status: StatusCode) -> Response {
    let mut response = reply::page(markup);
    *response.status_mut() = status;
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response.into_response()
}

/// The language a browser wishes most that we have words in.
pub(super) fn wished(headers: &HeaderMap, asked: &str) -> String {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chosen = Some(asked).filter(|l| fill::known_language(l));
    pick_public(chosen, accept).code.clone()
}

fn gone(web: &Web, language: &str) -> Response {
    let w = words(web, language);
    public(page::says(&w, "", &w.t("pub-gone"), &w.t("pub-gone-says")), StatusCode::NOT_FOUND)
}

async fn opened(web: &Web, slug: &str, language: &str) -> Result<Open> {
    let (slug, language) = (slug.to_owned(), language.to_owned());
    web.db().read(move |tx| fill::open(tx, &slug, &language)).await
}

async fn form(
    State(web): State<Web>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> std::result::Result<Response, Oops> {
    let language = wished(&headers, &asked.lang);
    match opened(&web, &slug, &language).await {
        Ok(open) => {
            let w = words(&web, &open.language);
            Ok(public(page::form(&w, &open, &Typed::default()), StatusCode::OK))
        }
        Err(Error::NotFound(_)) => Ok(gone(&web, &language)),
        Err(e) => Err(e.into()),
    }
}

/// What a browser sent, as it stands; nothing in it is believed.
pub(super) fn read(fields: Vec<(String, String)>, headers: &HeaderMap, addr: String) -> Filled {
    let mut out = Filled { addr, ..Filled::default() };
    let (mut answers, mut topics) = (BTreeMap::new(), BTreeSet::new());
    for (name, value) in fields.into_iter().take(60) {
        match name.as_str() {
            "nonce" => out.nonce = value,
            "language" => out.language = value,
            "number" => out.number = value,
            "agreed" => out.agreed = value == "yes",
            "website" => out.trap = value,
            "page" => out.page = value,
            "topic" => drop(topics.insert(value)),
            other => {
                if let Some(field) = other.strip_prefix("a-") {
                    answers.insert(field.to_owned(), value);
                }
            }
        }
    }
    let agent = headers.get(header::USER_AGENT).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    (out.answers, out.topics, out.agent) = (answers, topics, agent.unwrap_or_default());
    out
}

/// Looks it over where that costs nothing, then takes it.
pub(super) async fn taken(web: &Web, slug: &str, filled: &Filled) -> Result<Outcome> {
    let (wanted, looked) = (slug.to_owned(), filled.clone());
    if let Some(outcome) = web.db().read(move |tx| fill::look_over(tx, &wanted, &looked)).await? {
        return Ok(outcome);
    }
    let (wanted, kept) = (slug.to_owned(), filled.clone());
    web.db().write("signup", move |tx| fill::take(tx, &wanted, &kept)).await
}

async fn filled(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> std::result::Result<Response, Oops> {
    let addr = peer(&request);
    let bytes = Bytes::from_request(request, &web).await.map_err(|e| unread(e.status()))?;
    let mut filled = read(places::decoded(&bytes), &headers, addr);
    let language = wished(&headers, &filled.language);
    let open = match opened(&web, &slug, &language).await {
        Ok(open) => open,
        Err(Error::NotFound(_)) => return Ok(gone(&web, &language)),
        Err(e) => return Err(e.into()),
    };
    filled.page = open.page.clone();
    let w = words(&web, &open.language);
    let foreign = filled.nonce.is_empty();
    let outcome = match foreign {
        true => Outcome::Again(Vec::new()),
        false => taken(&web, &slug, &filled).await?,
    };
    Ok(match outcome {
        Outcome::Thanks => {
            let (title, says) = (w.t("pub-thanks"), w.t("pub-thanks-says"));
            public(page::says(&w, &open.business, &title, &says), StatusCode::OK)
        }
        Outcome::Later => {
            let (title, says) = (w.t("pub-later"), w.t("pub-later-says"));
            public(page::says(&w, &open.business, &title, &says), StatusCode::TOO_MANY_REQUESTS)
        }
        Outcome::Again(faults) => {
            let typed = Typed {
                number: filled.number.chars().take(40).collect(),
                answers: filled.answers,
                topics: filled.topics.into_iter().collect(),
                faults: (!foreign).then_some(faults),
            };
            let status = if foreign { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            public(page::form(&w, &open, &typed), status)
        }
    })
}

async fn ask(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, Oops> {
    let wanted = token.clone();
    let found = web.db().read(move |tx| confirm::look(tx, &wanted)).await;
    answer(&web, &headers, &token, found)
}

async fn yes(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> std::result::Result<Response, Oops> {
    let wanted = token.clone();
    let nonce = places::decoded(&body).into_iter().find(|(name, _)| name == "nonce");
    let nonce = nonce.map(|(_, value)| value).unwrap_or_default();
    let done = web.db().write("signup.confirm", move |tx| confirm::act(tx, &wanted, &nonce)).await;
    answer(&web, &headers, &token, done)
}

fn answer(
    web: &Web,
    headers: &HeaderMap,
    token: &str,
    found: Result<confirm::View>,
) -> std::result::Result<Response, Oops> {
    match found {
        Ok(view) => {
            let w = words(web, &view.language);
            let action = format!("/c/{}", places::escaped(token));
            Ok(public(page::confirm(&w, &view, &action), StatusCode::OK))
        }
        Err(Error::NotFound(_)) => Ok(gone(web, &wished(headers, ""))),
        Err(e) => Err(e.into()),
    }
}

async fn wishes(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, Oops> {
    let wanted = token.clone();
    let found = web.db().read(move |tx| wish::look(tx, &wanted)).await;
    shown(&web, &headers, &token, found, None)
}

async fn wished_for(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> std::result::Result<Response, Oops> {
    let fields = places::decoded(&body);
    let one = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let said = Wish {
        topics: fields.iter().filter(|(n, _)| n == "topic").take(60).map(|(_, v)| v.clone()).collect(),
        often: Often::parse(&one("often")),
        language: one("language"),
    };
    let (wanted, nonce) = (token.clone(), one("nonce"));
    let done = web.db().write("wishes", move |tx| {
        let saved = wish::save(tx, &wanted, &nonce, &said)?;
        Ok::<_, Error>((saved, wish::look(tx, &wanted)?))
    });
    match done.await {
        Ok((saved, view)) => shown(&web, &headers, &token, Ok(view), Some(saved)),
        Err(e) => shown(&web, &headers, &token, Err(e), None),
    }
}

fn shown(
    web: &Web,
    headers: &HeaderMap,
    token: &str,
    found: Result<wish::View>,
    saved: Option<bool>,
) -> std::result::Result<Response, Oops> {
    match found {
        Ok(view) => {
            let w = words(web, &view.language);
            Ok(public(page::wishes(&w, &view, &places::escaped(token), saved), StatusCode::OK))
        }
        Err(Error::NotFound(_)) => Ok(gone(web, &wished(headers, ""))),
        Err(e) => Err(e.into()),
    }
}
