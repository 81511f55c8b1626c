//! Campaigns: the list, the composer, the last question, and what can be done with one that runs.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engine::campaign::{self, Draft};
use engine::{Ctx, Error};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use store::Tx;

use super::ask::{Posted, Seat};
use super::composer;
use super::home::Part;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{Web, people, places, shown};
use crate::pages::campaigns::CampaignsView;
use crate::pages::error::Kind;
use crate::pages::{campaign as page_of, campaigns as list_page};
use crate::ui::table::Pager;

const PAGE: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/campaigns", get(list))
        .route("/campaigns/new", get(new))
        .route("/campaigns/{id}", get(one).post(save))
        .route("/campaigns/{id}/edit", get(edit))
        .route("/campaigns/{id}/confirm", get(confirm))
        .route("/campaigns/{id}/launch", post(launch))
        .route("/campaigns/{id}/pause", post(pause))
        .route("/campaigns/{id}/resume", post(resume))
        .route("/campaigns/{id}/stop", get(stop_page).post(stop))
        .route("/campaigns/{id}/report.csv", get(csv))
}

/// The stored id of a public one; what is none is not found.
pub(super) fn id_of(kind: &str, public: &str) -> Result<i64, Oops> {
    parse(kind, public).ok_or(Oops::Page(Kind::NotFound))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let before = parse(kind::CAMPAIGN, &asked.after);
    let found = seat.read(move |tx, ctx| campaign::list(tx, ctx, before, PAGE + 1)).await?;
    let more = found.len() as i64 > PAGE;
    let next = found.get(PAGE as usize - 1).filter(|_| more).map(|last| public(kind::CAMPAIGN, last.id));
    let fits = |c: &&campaign::View| match asked.state.as_str() {
        "draft" => c.report.state.name() == "draft",
        "running" => !c.report.state.is_over() && c.report.state.name() != "draft",
        "done" => c.report.state.is_over(),
        _ => true,
    };
    let lines: Vec<_> = found.iter().take(PAGE as usize).filter(fits).map(shown::line).collect();
    let data = CampaignsView {
        all: lines.len() as i64,
        campaigns: lines,
        pager: Pager {
            says: String::new(),
            first: (!asked.after.is_empty()).then(|| "/campaigns".into()),
            next: next
                .map(|after| format!("/campaigns?state={}&after={after}", places::escaped(&asked.state))),
        },
        state: asked.state,
    };
    if asked.part == "list" {
        return Ok(reply::page(list_page::list(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(list_page::view(&seat.words, &shell, &data)))
}

#[derive(Debug, Default, Deserialize)]
struct NewAsked {
    #[serde(default)]
    list: String,
}

/// A draft is made when somebody asks for a new one, so that nothing typed is ever without a place.
async fn new(seat: Seat, Query(asked): Query<NewAsked>) -> Answer {
    let draft = Draft {
        name: seat.words.attr("campaign-new-name", crate::args!(date: seat.words.day(seat.words.now))),
        text: String::new(),
        sender: None,
        class: None,
        topic: None,
        list: parse(kind::LIST, &asked.list),
        due: None,
    };
    let id = seat.write("new campaign", move |tx, ctx| reuse(tx, ctx, &draft)).await?;
    Ok(reply::see(&format!("/campaigns/{}/edit", public(kind::CAMPAIGN, id))))
}

/// An untouched draft of before serves again: asking twice makes no litter.
fn reuse(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> engine::Result<i64> {
    let newest = campaign::list(tx, ctx, None, 1)?.into_iter().next();
    // Where there is one list there is nothing to choose.
    let only = match people::choices(tx, ctx)?.as_slice() {
        [only] => parse(kind::LIST, &only.value),
        _ => None,
    };
    let draft = &Draft { list: draft.list.or(only), ..draft.clone() };
    let list = draft.list.unwrap_or(0);
    match newest {
        Some(c)
            if c.report.state.name() == "draft" && c.text.is_empty() && c.list == list && c.version <= 1 =>
        {
            Ok(c.id)
        }
        _ => campaign::create(tx, ctx, draft),
    }
}

/// Answers a campaign's page shows.
const ANSWERS: i64 = 8;

async fn one(seat: Seat, Path(id): Path<String>, Query(asked): Query<Part>) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let (found, reasons, answers) = seat
        .read(move |tx, ctx| {
            let found = campaign::get(tx, ctx, stored)?;
            Ok((found, campaign::reasons(tx, ctx, stored)?, campaign::answers(tx, ctx, stored, ANSWERS)?))
        })
        .await?;
    if found.report.state.name() == "draft" {
        return Ok(reply::see(&format!("/campaigns/{id}/edit")));
    }
    let shell = seat.shell().await?;
    let mut data = shown::campaign(&seat, &found);
    data.reasons = reasons;
    data.replies = answers.into_iter().map(shown::answer).collect();
    if asked.part == "all" {
        return Ok(reply::page(page_of::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

#[derive(Debug, Default, Deserialize)]
struct EditAsked {
    #[serde(default)]
    person: i64,
}

async fn edit(seat: Seat, Path(id): Path<String>, Query(asked): Query<EditAsked>) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let Some(data) = composer::view(&seat, stored, asked.person.max(1), None).await? else {
        return Ok(reply::see(&format!("/campaigns/{id}")));
    };
    let shell = seat.shell().await?;
    Ok(seat.page(crate::pages::composer::view(&seat.words, &shell, &data)))
}

/// Saves a draft; with `part`, answers with the pieces of the page that depend on it.
async fn save(Path(id): Path<String>, Query(asked): Query<Part>, posted: Posted) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let seat = &posted.seat;
    let draft = composer::typed(&posted);
    let version = posted.get("version").parse().unwrap_or(0);
    let wanted = draft.clone();
    let kept =
        seat.write("save campaign", move |tx, ctx| campaign::update(tx, ctx, stored, version, &wanted)).await;
    let fault = match kept {
        Ok(_) => None,
        Err(Error::Conflict("already_launched")) => return Ok(reply::see(&format!("/campaigns/{id}"))),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => Some((draft, e)),
        Err(e) => return Err(e.into()),
    };
    let failed = fault.is_some();
    let action = posted.get("do").to_owned();
    if !failed && asked.part.is_empty() {
        return Ok(match action.as_str() {
            "review" => reply::see(&format!("/campaigns/{id}/confirm")),
            "test" => composer::test(seat, stored, &id).await?,
            _ => reply::done(&format!("/campaigns/{id}/edit"), "said-saved", None),
        });
    }
    let Some(data) = composer::view(seat, stored, 1, fault).await? else {
        return Ok(reply::see(&format!("/campaigns/{id}")));
    };
    if !asked.part.is_empty() {
        return Ok(reply::page(crate::pages::composer::pieces(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(reply::refused(crate::pages::composer::view(&seat.words, &shell, &data)))
}

async fn confirm(seat: Seat, Path(id): Path<String>) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let Some(data) = composer::view(&seat, stored, 1, None).await? else {
        return Ok(reply::see(&format!("/campaigns/{id}")));
    };
    let shell = seat.shell().await?;
    Ok(seat.page(crate::pages::composer::confirm(&seat.words, &shell, &data)))
}

/// Launches, unless the audience is not the one the person said yes to.
async fn launch(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let seen: i64 = posted.get("count").parse().unwrap_or(-1);
    let seat = &posted.seat;
    let launched = seat
        .write("launch", move |tx, ctx| {
            if campaign::audience(tx, ctx, stored)?.will_send != seen {
                return Err(Error::Conflict("count_moved"));
            }
            campaign::launch(tx, ctx, stored)
        })
        .await;
    match launched {
        Ok(()) => Ok(reply::done(&format!("/campaigns/{id}"), "said-launched", None)),
        Err(Error::Conflict("already_launched")) => Ok(reply::see(&format!("/campaigns/{id}"))),
        Err(Error::Conflict("count_moved")) => {
            Ok(reply::done(&format!("/campaigns/{id}/confirm"), "said-not-count", None))
        }
        Err(Error::Invalid { .. }) => Ok(reply::see(&format!("/campaigns/{id}/edit"))),
        Err(e) => Err(e.into()),
    }
}

async fn pause(Path(id): Path<String>, posted: Posted) -> Answer {
    turn(&id, &posted, "said-paused", campaign::pause).await
}

async fn resume(Path(id): Path<String>, posted: Posted) -> Answer {
    turn(&id, &posted, "said-resumed", campaign::resume).await
}

async fn turn(
    id: &str,
    posted: &Posted,
    said: &str,
    f: fn(&mut Tx<'_>, &Ctx, i64) -> engine::Result<()>,
) -> Answer {
    let stored = id_of(kind::CAMPAIGN, id)?;
    let turned = posted.seat.write("turn campaign", move |tx, ctx| f(tx, ctx, stored)).await;
    let to = format!("/campaigns/{id}");
    match turned {
        Ok(()) => Ok(reply::done(&to, said, None)),
        Err(Error::Conflict(_)) => Ok(reply::done(&to, "said-not-now", None)),
        Err(e) => Err(e.into()),
    }
}

async fn stop_page(seat: Seat, Path(id): Path<String>) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let found = seat.read(move |tx, ctx| campaign::get(tx, ctx, stored)).await?;
    let shell = seat.shell().await?;
    let data = shown::campaign(&seat, &found);
    Ok(seat.page(page_of::stop(&seat.words, &shell, &data)))
}

async fn stop(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let stopped = posted.seat.write("stop campaign", move |tx, ctx| campaign::stop(tx, ctx, stored)).await;
    let to = format!("/campaigns/{id}");
    match stopped {
        Ok(stopped) => Ok(reply::done(&to, "said-stopped", Some(stopped.held_back))),
        Err(Error::Conflict(_)) => Ok(reply::done(&to, "said-not-now", None)),
        Err(e) => Err(e.into()),
    }
}

/// The counts as a file: one line each, the codes with their words.
async fn csv(State(_web): State<Web>, seat: Seat, Path(id): Path<String>) -> Answer {
    let stored = id_of(kind::CAMPAIGN, &id)?;
    let report = seat.read(move |tx, ctx| campaign::report(tx, ctx, stored)).await?;
    let mut out = String::from("\u{feff}count,people,reason\r\n");
    let fixed = [
        ("audience", report.audience),
        ("planned", report.planned),
        ("accepted", report.accepted),
        ("waiting", report.waiting),
        ("submitted", report.submitted),
        ("delivered", report.delivered),
        ("undelivered", report.undelivered),
        ("rejected", report.rejected),
        ("expired", report.expired),
        ("cancelled", report.cancelled),
        ("unknown", report.unknown),
        ("possible_duplicates", report.possible_duplicates),
        ("replies", report.replies),
        ("opt_outs", report.opt_outs),
    ];
    for (name, n) in fixed {
        out.push_str(&format!("{name},{n},\r\n"));
    }
    for (name, by_code) in [("skipped", &report.skipped), ("suppressed", &report.suppressed)] {
        for (code, n) in by_code {
            out.push_str(&format!("{name},{n},{code}\r\n"));
        }
    }
    Ok(file(&format!("{id}.csv"), "text/csv; charset=utf-8", out))
}

/// A file to keep.
pub(super) fn file(name: &str, mime: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
