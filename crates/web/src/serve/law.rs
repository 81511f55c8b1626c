//! Settings → Law.

use axum::Router;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Multipart, Path};
use axum::routing::{get, post};
use engine::campaign::guard;
use engine::law::registry::Offered;
use engine::law::{load, policy, registry};
use engine::{Ctx, Error, Permission, hold};
use sms::id::{kind, public};
use std::io::Cursor;
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::{Oops, unread};
use super::reply::{self, Answer};
use super::shown;
use crate::pages::error::Kind;
use crate::pages::law::{Brought, LawView, view};

const BASE: &str = "/settings/law";
/// Held messages on one page.
const HELD: i64 = 50;
/// A list has at most so many octets: some three million numbers.
const LIST_MAX: usize = 48 << 20;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(page).post(wish))
        .route("/settings/law/end", post(end))
        .route("/settings/law/held/{id}", post(held))
        .route("/settings/law/large/{id}", post(large))
        .route("/settings/law/list", post(bring).layer(DefaultBodyLimit::max(LIST_MAX)))
}

fn facts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<LawView> {
    let (packs, faults) = load::list(tx, ctx)?;
    let holds = hold::list(tx, ctx, 0, HELD)?;
    Ok(LawView {
        packs,
        faults,
        wishes: policy::list(tx, ctx)?,
        holds: holds.into_iter().map(|h| (public(kind::MESSAGE, h.message), h)).collect(),
        large: guard::list(tx, ctx)?.into_iter().map(|v| (public(kind::CAMPAIGN, v.campaign), v)).collect(),
        lists: registry::list(tx, ctx)?,
        may_change: ctx.may(Permission::Admin),
        ..LawView::default()
    })
}

async fn data(seat: &Seat) -> Result<LawView, Oops> {
    let mut found = seat.read(facts).await?;
    // One's own country first.
    found.packs.sort_by_key(|p| !p.own);
    Ok(found)
}

async fn page(seat: Seat) -> Answer {
    let data = data(&seat).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

/// The end of a day in the workspace's zone, ms; nothing where it is no day.
fn end_of(seat: &Seat, day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let zone = jiff::tz::TimeZone::get(&seat.signed_in.workspace.zone).ok()?;
    let next = date.tomorrow().ok()?.to_zoned(zone).ok()?;
    Some(next.timestamp().as_millisecond())
}

/// The beginning of a day in the workspace's zone, ms; nothing where it is no day.
fn begin_of(seat: &Seat, day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let zone = jiff::tz::TimeZone::get(&seat.signed_in.workspace.zone).ok()?;
    Some(date.to_zoned(zone).ok()?.timestamp().as_millisecond())
}

async fn wish(posted: Posted) -> Answer {
    let typed = ["rule", "value", "reason", "until"].map(|name| posted.get(name).to_owned());
    let new = policy::New {
        rule: typed[0].clone(),
        value: typed[1].clone(),
        reason: typed[2].clone(),
        until: end_of(&posted.seat, &typed[3]).unwrap_or_default(),
    };
    match posted.seat.write("law.wish", move |tx, ctx| policy::wish(tx, ctx, &new)).await {
        Ok(_) => Ok(reply::done(BASE, "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => {
            let fault = Some(shown::why(&posted.seat.words, &e));
            let data = LawView { fault, typed, ..data(&posted.seat).await? };
            let shell = posted.seat.shell().await?;
            Ok(reply::refused(view(&posted.seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn end(posted: Posted) -> Answer {
    let rule = posted.get("rule").to_owned();
    match posted.seat.write("law.end", move |tx, ctx| policy::end(tx, ctx, &rule)).await {
        Ok(()) | Err(Error::NotFound(_)) => Ok(reply::done(BASE, "said-saved", None)),
        Err(e) => Err(e.into()),
    }
}

/// A public list that takes the place of an older one.
async fn bring(seat: Seat, mut form: Multipart) -> Answer {
    let broken = |e: MultipartError| unread(e.status());
    let (mut guarded, mut typed) = (false, <[String; 3]>::default());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let place = ["registry", "source", "as_of"].iter().position(|known| *known == name);
        match (name.as_str(), place) {
            ("csrf", _) => guarded = seat.signed_in.csrf_ok(&field.text().await.map_err(broken)?),
            // The guard stands before the rest of the form: nothing of a stranger's is read.
            (_, Some(place)) if guarded => typed[place] = field.text().await.map_err(broken)?,
            ("file", _) if guarded => {
                let file = field.bytes().await.map_err(broken)?;
                return brought(&seat, typed, file).await;
            }
            _ => {}
        }
    }
    if guarded { Ok(reply::see(BASE)) } else { Err(Oops::Page(Kind::Stale)) }
}

async fn brought(seat: &Seat, typed: [String; 3], file: Bytes) -> Answer {
    let offered = Offered {
        registry: typed[0].clone(),
        source: typed[1].clone(),
        as_of: begin_of(seat, &typed[2]).unwrap_or_default(),
    };
    let (db, ctx) = (seat.web.db().clone(), seat.ctx().clone());
    let taken =
        tokio::task::spawn_blocking(move || registry::load(&db, &ctx, &offered, Cursor::new(file))).await;
    let (brought, kept) = match taken.map_err(|_| Oops::Page(Kind::Internal))? {
        Ok(report) if report.problems.is_empty() => return Ok(reply::done(BASE, "said-saved", None)),
        Ok(report) => (Brought { typed, report: Some(report), fault: None }, true),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let fault = Some(shown::why(&seat.words, &e));
            (Brought { typed, report: None, fault }, false)
        }
        Err(e) => return Err(e.into()),
    };
    let data = LawView { brought, ..data(seat).await? };
    let shell = seat.shell().await?;
    let page = view(&seat.words, &shell, &data);
    Ok(if kept { seat.page(page) } else { reply::refused(page) })
}

async fn large(Path(id): Path<String>, posted: Posted) -> Answer {
    let campaign = id_of(kind::CAMPAIGN, &id)?;
    match posted.seat.write("law.large", move |tx, ctx| guard::release(tx, ctx, campaign)).await {
        Ok(()) => Ok(reply::done(BASE, "said-saved", None)),
        // Somebody else decided meanwhile, or it is not this person's to decide: the page shows how it stands.
        Err(Error::NotFound(_) | Error::Conflict(_)) => Ok(reply::see(BASE)),
        Err(e) => Err(e.into()),
    }
}

async fn held(Path(id): Path<String>, posted: Posted) -> Answer {
    let message = id_of(kind::MESSAGE, &id)?;
    let goes = posted.get("what") == "release";
    let done = posted.seat.write("law.held", move |tx, ctx| match goes {
        true => hold::release(tx, ctx, message),
        false => hold::drop(tx, ctx, message),
    });
    match done.await {
        Ok(()) => Ok(reply::done(BASE, "said-saved", None)),
        // Somebody else decided meanwhile: the page shows how it stands.
        Err(Error::NotFound(_)) => Ok(reply::see(BASE)),
        Err(e @ Error::Refused { .. }) => {
            let fault = Some(shown::why(&posted.seat.words, &e));
            let data = LawView { fault, ..data(&posted.seat).await? };
            let shell = posted.seat.shell().await?;
            Ok(reply::refused(view(&posted.seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}
