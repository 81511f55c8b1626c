//! Looking numbers up: the question, and asking it about one number.

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use engine::Error;
use engine::lookup::{self, View};
use serde::Deserialize;
use sms::form::KindInfo;
use std::time::Duration;

use super::Web;
use super::ask::{Posted, Seat};
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::connections::ConnectionForm;
use crate::pages::error::Kind;
use crate::pages::lookup::{Asked, BASE, LookupView, view};

/// An answer is looked for again so often, and so long after its time.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const GRACE_MS: i64 = 2_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(show).post(save))
        .route("/delivery/lookups/try", post(ask))
        .route("/delivery/lookups/remove", post(remove))
}

fn info(web: &Web) -> Result<KindInfo, Oops> {
    web.kinds().iter().find(|kind| kind.name == lookup::NAME).copied().ok_or(Oops::Page(Kind::NotFound))
}

/// The workspace's own question, else everybody's.
fn data(found: &[View]) -> LookupView {
    let own = found.iter().find(|v| !v.all);
    let shown = own.or(found.first());
    LookupView {
        form: ConnectionForm {
            kind: lookup::NAME.to_owned(),
            values: shown.map(|v| v.settings.clone().into_iter().collect()).unwrap_or_default(),
            exists: shown.is_some(),
            ..ConnectionForm::default()
        },
        all: shown.is_some_and(|v| v.all),
        asks: shown.is_some(),
        asked: None,
    }
}

async fn found(seat: &Seat) -> Result<LookupView, Oops> {
    Ok(data(&seat.read(lookup::questions).await?))
}

async fn show(seat: Seat) -> Answer {
    let (info, data) = (info(&seat.web)?, found(&seat).await?);
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &info, &data)))
}

async fn save(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (info, kinds, all) = (info(&seat.web)?, seat.web.kinds(), posted.get("all") == "on");
    let own = |name: &str| name == "csrf" || name == "all";
    let given: Vec<(String, String)> = posted.all().iter().filter(|(name, _)| !own(name)).cloned().collect();
    // An empty secret means: as it is.
    let secret =
        |name: &str| info.fields.iter().any(|f| f.name == name && f.kind == sms::form::FieldKind::Secret);
    let wanted: Vec<(String, String)> =
        given.iter().filter(|(name, value)| !value.is_empty() || !secret(name)).cloned().collect();
    match seat.write("lookup", move |tx, ctx| lookup::set(tx, ctx, kinds, all, &wanted)).await {
        Ok(()) => Ok(reply::done(BASE, "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => {
            let mut data = found(seat).await?;
            (data.form.values, data.all) = (given, all);
            data.form.fault = Some(shown::why(&seat.words, &e));
            let shell = seat.shell().await?;
            Ok(reply::refused(view(&seat.words, &shell, &info, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn ask(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (info, mut data) = (info(&seat.web)?, found(seat).await?);
    let typed = posted.get("number").to_owned();
    let number = typed.clone();
    let begun = seat.write("lookup", move |tx, ctx| lookup::ask(tx, ctx, &number)).await;
    let mut asked = Asked { number: typed, ..Asked::default() };
    match begun {
        Ok((number, answer_ms)) => {
            asked.answer = wait(seat, &number, answer_ms).await?;
            asked.number = number;
        }
        Err(e @ Error::Invalid { .. }) => asked.error = Some(shown::why(&seat.words, &e).1),
        Err(e) => return Err(e.into()),
    }
    data.asked = Some(asked);
    let shell = seat.shell().await?;
    Ok(reply::page(view(&seat.words, &shell, &info, &data)))
}

/// Waits for an answer as long as one may take.
async fn wait(seat: &Seat, number: &str, answer_ms: i64) -> Result<Option<lookup::Answer>, Oops> {
    let end = seat.web.db().now_ms() + answer_ms + GRACE_MS;
    loop {
        let to = number.to_owned();
        let found = seat.read(move |tx, ctx| lookup::answer(tx, ctx, &to)).await?;
        if found.is_some() || seat.web.db().now_ms() > end {
            return Ok(found);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    all: String,
}

async fn remove(Query(which): Query<Which>, posted: Posted) -> Answer {
    let all = which.all == "true";
    posted.seat.write("lookup", move |tx, ctx| lookup::unset(tx, ctx, all)).await?;
    Ok(reply::done(BASE, "said-removed", None))
}
