//! First run, sign in and out, language and look.

use std::net::IpAddr;

use axum::extract::{Query, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::access::{self, FirstRun};
use engine::{Actor, Ctx, Error, Permission};
use serde::Deserialize;
use store::Tx;

use super::ask::{Posted, SESSION, Visitor, fields};
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{Web, shown};
use crate::pages::door::{self, FirstRunView, LoginError, LoginView};
use crate::pages::error::Kind;
use crate::pages::settings::{countries, zones};
use crate::words::pick;

const SESSION_S: i64 = 30 * 86_400;
const YEAR_S: i64 = 365 * 86_400;

/// What the address of a door may carry.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// `GET /first-run`
pub(super) async fn first_run_page(
    State(web): State<Web>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    if !web.db().read(access::first_run_needed).await? {
        return Ok(reply::see("/login"));
    }
    allowed(&web, &asked.token)?;
    let country = guessed(&headers, &visitor);
    let view = FirstRunView {
        token: asked.token,
        countries: countries(&visitor.words),
        zones: zones(&visitor.words),
        country,
        ..FirstRunView::default()
    };
    let mut page = reply::page(door::first_run(&visitor.words, visitor.theme, &view));
    keep_language(&mut page, &visitor, &web);
    Ok(page)
}

/// Whoever comes from another machine must know the token printed at the start.
fn allowed(web: &Web, token: &str) -> Result<(), Oops> {
    match web.setup_token() {
        Some(wanted) if wanted != token => Err(Oops::Page(Kind::Forbidden)),
        _ => Ok(()),
    }
}

/// The country a browser most likely stands in.
fn guessed(headers: &HeaderMap, visitor: &Visitor) -> String {
    let accept = headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or("");
    let region = accept
        .split([',', ';'])
        .find_map(|tag| tag.trim().split_once('-').map(|(_, r)| r.to_ascii_uppercase()));
    let known = countries(&visitor.words);
    let by_language = if visitor.words.language.code == "he" { "IL" } else { "GB" };
    region.filter(|r| known.iter().any(|c| c.value == *r)).unwrap_or_else(|| by_language.into())
}

fn keep_language(response: &mut Response, visitor: &Visitor, web: &Web) {
    let code = &visitor.words.language.code;
    reply::set_cookie(response.headers_mut(), "language", code, YEAR_S, web.secure());
}

/// `POST /first-run`
pub(super) async fn first_run(State(web): State<Web>, visitor: Visitor, request: Request) -> Answer {
    let typed = Typed(fields(request, &web).await?);
    let get = |name: &str| typed.get(name);
    allowed(&web, get("token"))?;
    match set_up(&web, &visitor, &typed).await {
        Ok(cookie) => {
            let mut response = reply::see("/");
            reply::set_cookie(response.headers_mut(), SESSION, &cookie, SESSION_S, web.secure());
            keep_language(&mut response, &visitor, &web);
            Ok(response)
        }
        Err(Error::Conflict("already_set_up")) => Ok(reply::see("/login")),
        Err(e @ Error::Invalid { .. }) => {
            let (param, says) = shown::why(&visitor.words, &e);
            let field = match param.as_str() {
                "workspace" => "business",
                "email" => "login",
                other => other,
            };
            let view = FirstRunView {
                token: get("token").into(),
                business: get("business").into(),
                login: get("login").into(),
                country: get("country").into(),
                countries: countries(&visitor.words),
                zone: get("zone").into(),
                zones: zones(&visitor.words),
                error: Some((field.into(), says)),
            };
            Ok(reply::refused(door::first_run(&visitor.words, visitor.theme, &view)))
        }
        Err(e) => Err(e.into()),
    }
}

/// The fields of a form before there is a session.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

async fn set_up(web: &Web, visitor: &Visitor, typed: &Typed) -> engine::Result<String> {
    let get = |name: &str| typed.get(name);
    let (email, password) = (get("login").to_owned(), get("password").to_owned());
    let hashed = blocking(move || access::hash_password(&email, &password)).await??;
    let input = FirstRun {
        email: get("login").into(),
        name: String::new(),
        password: hashed,
        workspace: get("business").into(),
        country: get("country").into(),
        language: visitor.words.language.code.clone(),
        zone: get("zone").into(),
    };
    let (cookie, csrf) = (access::new_cookie()?, access::new_cookie()?);
    let (kept, sample) = (cookie.clone(), web.sample());
    let make = move |tx: &mut Tx<'_>| {
        let made = access::first_run(tx, &input)?;
        if sample {
            let ctx = Ctx::new(made.workspace, Actor::Person(made.person), true, Permission::ALL);
            engine::demo::sample(tx, &ctx)?;
        }
        access::start(tx, made.person, &kept, &csrf)
    };
    web.db().write("first run", make).await?;
    Ok(cookie)
}

/// Runs what takes long on a thread that may wait.
async fn blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> engine::Result<T> {
    let done = tokio::task::spawn_blocking(f).await;
    done.map_err(|_| {
        Error::Store(store::Error::File("a thread of the server ended before its answer".into()))
    })
}

/// `GET /login`
pub(super) async fn login_page(
    State(web): State<Web>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer {
    if web.db().read(access::first_run_needed).await? {
        return Ok(reply::see("/first-run"));
    }
    let view = LoginView { next: asked.next, host: host(&headers), ..LoginView::default() };
    let mut page = reply::page(door::login(&visitor.words, visitor.theme, &view));
    keep_language(&mut page, &visitor, &web);
    Ok(page)
}

fn host(headers: &HeaderMap) -> String {
    headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}

/// `POST /login`
pub(super) async fn login(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let addr = peer(&request);
    let typed = Typed(fields(request, &web).await?);
    let (db, email, password) =
        (web.db().clone(), typed.get("login").to_owned(), typed.get("password").to_owned());
    let tried = blocking(move || access::login(&db, &email, &password, &addr)).await?;
    let error = match tried {
        Ok(cookie) => {
            let mut response = reply::see(typed.get("next"));
            reply::set_cookie(response.headers_mut(), SESSION, &cookie, SESSION_S, web.secure());
            return Ok(response);
        }
        Err(Error::NotKnown) => LoginError::Mismatch,
        Err(Error::TooOften { retry_after_s }) => LoginError::Paused((retry_after_s + 59) / 60),
        Err(e) => return Err(e.into()),
    };
    let view = LoginView {
        login: typed.get("login").into(),
        next: typed.get("next").into(),
        host: host(&headers),
        error: Some(error),
        workspace: String::new(),
    };
    Ok(reply::refused(door::login(&visitor.words, visitor.theme, &view)))
}

/// The address tries are counted by: the connection's own. What a proxy says of it is not believed.
pub(super) fn peer(request: &Request) -> String {
    let known = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    counted(known.map_or_else(|| IpAddr::from([0, 0, 0, 0]), |info| info.0.ip())).to_string()
}

/// Whoever has one address of IPv6 has the network of 64 bits around it.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        four @ IpAddr::V4(_) => four,
    }
}

/// `POST /logout`
pub(super) async fn logout(State(web): State<Web>, headers: HeaderMap, _posted: Posted) -> Answer {
    if let Some(cookie) = reply::cookie(&headers, SESSION).map(str::to_owned) {
        web.db().write("logout", move |tx| access::logout(tx, &cookie)).await?;
    }
    let mut response = reply::see("/login");
    reply::set_cookie(response.headers_mut(), SESSION, "", 0, web.secure());
    Ok(response.into_response())
}

/// `POST /preferences`: language and look of this browser.
pub(super) async fn preferences(State(web): State<Web>, posted: Posted) -> Answer {
    let back = posted.get("back");
    let mut response = reply::see(if back.is_empty() { "/" } else { back });
    if !posted.get("theme").is_empty() {
        let theme = crate::shell::Theme::named(posted.get("theme"));
        reply::set_cookie(response.headers_mut(), "theme", theme.name(), YEAR_S, web.secure());
    }
    if !posted.get("language").is_empty() {
        let language = pick(Some(posted.get("language")), None);
        reply::set_cookie(response.headers_mut(), "language", &language.code, YEAR_S, web.secure());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::counted;
    use std::net::IpAddr;

    #[test]
    fn a_network_of_64_bits_is_one_visitor() {
        let of = |text: &str| counted(text.parse::<IpAddr>().unwrap()).to_string();
        for (address, visitor) in [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.8", "192.0.2.8"),
            // What comes in over a socket of both families is the address it is.
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::1", "::"),
        ] {
            assert_eq!(of(address), visitor, "{address}");
        }
    }
}
