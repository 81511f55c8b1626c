//! Who asks: a visitor with a language and a look, a person with a seat in a workspace, a form that was guarded.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use engine::access::{self, SignedIn};
use engine::{Ctx, alarm, campaign, connector, inbox};
use jiff::tz::TimeZone;
use maud::Markup;
use sms::live::LinkState;
use store::Tx;

use super::oops::{Oops, unread};
use super::{Web, places, reply};
use crate::args;
use crate::pages::error::Kind;
use crate::shell::{Running, Shell, Theme};
use crate::ui::blocks::Toast;
use crate::words::{Words, pick};

/// The session's cookie.
pub(super) const SESSION: &str = "sendword";
/// Campaigns the chip in the top bar looks back over.
const CHIP_LOOKS: i64 = 20;

/// Somebody, signed in or not.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) words: Words,
    pub(super) theme: Theme,
}

impl Visitor {
    pub(super) fn of(web: &Web, headers: &HeaderMap) -> Visitor {
        let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = pick(reply::cookie(headers, "language"), accept);
        let theme = Theme::named(reply::cookie(headers, "theme").unwrap_or(""));
        Visitor { words: Words::new(language, TimeZone::UTC, web.db().now_ms()), theme }
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Visitor, Oops> {
        let mut visitor = Visitor::of(web, &parts.headers);
        // A language may be asked for in the address before there is anything to keep it in.
        let asked =
            parts.uri.query().and_then(|query| query.split('&').find_map(|p| p.strip_prefix("lang=")));
        if asked.is_some() {
            visitor.words.language = pick(asked, None);
        }
        Ok(visitor)
    }
}

/// A signed-in person in a workspace.
#[derive(Clone)]
pub struct Seat {
    pub(super) web: Web,
    pub(super) signed_in: SignedIn,
    pub(super) words: Words,
    pub(super) theme: Theme,
    here: String,
    said: Option<String>,
}

impl FromRequestParts<Web> for Seat {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Seat, Oops> {
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let Some(cookie) = reply::cookie(&parts.headers, SESSION).map(str::to_owned) else {
            return Err(outside(web, &here).await);
        };
        let known = cookie.clone();
        let found = web.db().read(move |tx| access::session(tx, &known)).await;
        let signed_in = match found {
            Ok(signed_in) => signed_in,
            Err(engine::Error::NotKnown) => return Err(outside(web, &here).await),
            Err(e) => return Err(e.into()),
        };
        if signed_in.stale {
            web.db().write("session", move |tx| access::touch(tx, &cookie)).await?;
        }
        Ok(Seat::new(web, signed_in, parts, here))
    }
}

/// Where somebody without a session goes.
async fn outside(web: &Web, here: &str) -> Oops {
    match web.db().read(access::first_run_needed).await {
        Ok(true) => Oops::Go("/first-run".into()),
        Ok(false) if here == "/" => Oops::Go("/login".into()),
        Ok(false) => Oops::Go(format!("/login?next={}", places::escaped(here))),
        Err(e) => e.into(),
    }
}

impl Seat {
    fn new(web: &Web, signed_in: SignedIn, parts: &Parts, here: String) -> Seat {
        let accept = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let chosen = reply::cookie(&parts.headers, "language").unwrap_or(&signed_in.workspace.language);
        let zone = TimeZone::get(&signed_in.workspace.zone).unwrap_or(TimeZone::UTC);
        let said = reply::cookie(&parts.headers, "said").filter(|_| parts.method == Method::GET);
        Seat {
            web: web.clone(),
            words: Words::new(pick(Some(chosen), accept), zone, web.db().now_ms()),
            theme: Theme::named(reply::cookie(&parts.headers, "theme").unwrap_or("")),
            said: said.map(str::to_owned),
            signed_in,
            here,
        }
    }

    /// Who asks, where, and what they may do.
    pub fn ctx(&self) -> &Ctx {
        &self.signed_in.ctx
    }

    /// Reads what a page shows, in one snapshot.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> engine::Result<T> + Send + 'static,
    ) -> Result<T, Oops> {
        let ctx = self.ctx().clone();
        Ok(self.web.db().read(move |tx| f(tx, &ctx)).await?)
    }

    /// Changes one thing.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> engine::Result<T> + Send + 'static,
    ) -> engine::Result<T> {
        let ctx = self.ctx().clone();
        self.web.db().write(name, move |tx| f(tx, &ctx)).await
    }

    /// The frame's data, for a page.
    pub(super) async fn shell(&self) -> Result<Shell, Oops> {
        let Around { running, up, unread, alarms } = self.read(around).await?;
        Ok(Shell {
            workspace: self.signed_in.workspace.name.clone(),
            test: self.signed_in.workspace.is_test(),
            person: self.person(),
            sees: places::of(self.signed_in.role),
            unread,
            alarms,
            running,
            up,
            theme: self.theme,
            csrf: self.signed_in.csrf.clone(),
            toast: self.toast(),
            here: self.here.clone(),
            false_clock: self.web.false_clock(),
            notices: super::held::notices(self, &self.web).await?,
        })
    }

    /// The person's name, or the address without one.
    pub(super) fn person(&self) -> String {
        let person = &self.signed_in.person;
        if person.name.is_empty() { person.email.clone() } else { person.name.clone() }
    }

    fn toast(&self) -> Option<Toast> {
        let said = self.said.as_deref()?;
        let (key, rest) = said.split_once('~').unwrap_or((said, "0"));
        let known = key.starts_with("said-") && self.words.has(key);
        let says = known.then(|| self.words.f(key, args!(n: rest.parse::<i64>().unwrap_or(0))))?;
        let message =
            rest.strip_prefix("msg~").filter(|id| sms::id::parse(sms::id::kind::MESSAGE, id).is_some());
        let link = message.map(|id| (format!("/messages/{id}"), self.words.t("said-timeline")));
        Some(Toast { says, link, failed: key.starts_with("said-not-") })
    }

    /// A page in its frame; what the toast said is not said twice.
    pub(super) fn page(&self, markup: Markup) -> Response {
        let mut response = reply::page(markup);
        if self.said.is_some() {
            reply::set_cookie(response.headers_mut(), "said", "", 0, false);
        }
        response
    }

    /// A number as this workspace writes it.
    pub(super) fn number(&self, e164: &str) -> String {
        sms::number::written(e164, &self.signed_in.workspace.country)
    }
}

/// What the frame shows around every page.
struct Around {
    running: Option<Running>,
    up: (i64, i64),
    unread: i64,
    alarms: i64,
}

fn around(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Around> {
    let campaigns = campaign::list(tx, ctx, None, CHIP_LOOKS)?;
    let running =
        campaigns.into_iter().find(|c| matches!(c.report.state.name(), "running" | "throttled" | "freezing"));
    let running = running.map(|c| Running {
        id: sms::id::public(sms::id::kind::CAMPAIGN, c.id),
        name: c.name,
        done: c.report.accepted - c.report.waiting,
        all: c.report.accepted + c.report.planned,
    });
    let all = connector::list(tx, ctx)?;
    let counted =
        all.iter().filter(|c| c.state != LinkState::Disabled && (c.kind != connector::SIMULATOR || ctx.test));
    let up = counted.clone().filter(|c| is_up(c.state)).count();
    let (unread, alarms) = (inbox::unread(tx, ctx)?, alarm::unknown(tx, ctx)?);
    Ok(Around { running, up: (up as i64, counted.count() as i64), unread, alarms })
}

/// Whether a link in this state carries messages.
pub(super) fn is_up(state: LinkState) -> bool {
    matches!(state, LinkState::Bound | LinkState::Throttled | LinkState::NoTraffic)
}

/// A form of a signed-in person, its guard checked.
pub(super) struct Posted {
    pub(super) seat: Seat,
    fields: Vec<(String, String)>,
}

impl FromRequest<Web> for Posted {
    type Rejection = Oops;

    async fn from_request(request: Request, web: &Web) -> Result<Posted, Oops> {
        let (mut parts, body) = request.into_parts();
        let seat = Seat::from_request_parts(&mut parts, web).await?;
        let fields = fields(Request::from_parts(parts, body), web).await?;
        let guard = fields.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
        if !seat.signed_in.csrf_ok(guard) {
            return Err(Oops::Page(Kind::Stale));
        }
        Ok(Posted { seat, fields })
    }
}

/// The fields of a form body.
pub(super) async fn fields(request: Request, web: &Web) -> Result<Vec<(String, String)>, Oops> {
    // A form that another site sends is refused before it is read.
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if !matches!(site, None | Some("same-origin" | "none")) {
        return Err(Oops::Page(Kind::Stale));
    }
    let bytes = Bytes::from_request(request, web).await.map_err(|e| unread(e.status()))?;
    Ok(places::decoded(&bytes))
}

impl Posted {
    /// A field, trimmed; empty where it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// All fields.
    pub(super) fn all(&self) -> &[(String, String)] {
        &self.fields
    }
}
