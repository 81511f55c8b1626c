//! Numbers and senders.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::connector;
use engine::{Ctx, Error, lease};
use serde::Deserialize;
use sms::id::{kind, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::numbers::{LeaseLine, NumberLine, NumbersView, SenderLine, view};
use crate::ui::form::Choice;

const BASE: &str = "/delivery/numbers";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(add))
        .route("/delivery/numbers/{id}/remove", post(remove_number))
        .route("/delivery/senders/{id}/remove", post(remove_sender))
        .route("/delivery/leases", post(lease))
        .route("/delivery/leases/{id}/end", post(lease_end))
}

/// Rows of these short lists have no prefix of their own.
fn row(id: i64) -> String {
    public(kind::ROW, id)
}

type Found = (Vec<connector::NumberView>, Vec<connector::SenderView>, Vec<connector::View>, Vec<lease::View>);

fn facts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Found> {
    Ok((
        connector::numbers(tx, ctx)?,
        connector::senders(tx, ctx)?,
        connector::list(tx, ctx)?,
        lease::list(tx, ctx)?,
    ))
}

async fn data(seat: &Seat, fault: Option<(String, String)>) -> Result<NumbersView, Oops> {
    let (numbers, senders, connectors, leases) = seat.read(facts).await?;
    Ok(NumbersView {
        numbers: numbers
            .into_iter()
            .map(|n| NumberLine {
                id: row(n.id),
                number: seat.number(&n.number),
                kind: n.kind,
                connector: n.connector,
            })
            .collect(),
        senders: senders
            .into_iter()
            .map(|s| SenderLine { id: row(s.id), name: seat.number(&s.name), country: s.country })
            .collect(),
        connectors: connectors
            .iter()
            .filter(|c| c.kind != connector::SIMULATOR)
            .map(|c| Choice::new(c.name.clone(), c.name.clone()))
            .collect(),
        leases: leases
            .into_iter()
            .map(|l| LeaseLine {
                id: row(l.id),
                code: l.code,
                word: l.word,
                whose: l.workspace,
                from: l.from_at,
                until: l.until_at,
                state: l.state,
                may_end: l.may_end,
            })
            .collect(),
        tried: None,
        unassigned: Vec::new(),
        fault,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    code: String,
    text: String,
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let mut data = data(&seat, None).await?;
    if !asked.code.is_empty() {
        let (code, text) = (asked.code.clone(), asked.text.clone());
        let ctx = seat.ctx().clone();
        let told = seat.web.db().read(move |tx| lease::try_text(tx, &ctx, &code, &text)).await;
        data.tried = Some((asked.code, asked.text, told.ok()));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn add(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let what = posted.get("what").to_owned();
    let field = |name: &str| Some(posted.get(name).to_owned()).filter(|value| !value.is_empty());
    let (number, kind_name, connector_name) =
        (posted.get("number").to_owned(), field("kind"), field("connector"));
    let (name, country) = (posted.get("name").to_owned(), field("country"));
    let form = what.clone();
    let added = seat
        .write("add to delivery", move |tx, ctx| match form.as_str() {
            "number" => {
                connector::number_add(tx, ctx, &number, kind_name.as_deref(), connector_name.as_deref())
            }
            _ => connector::sender_add(tx, ctx, &name, country.as_deref()),
        })
        .await;
    match added {
        Ok(_) => Ok(reply::done(BASE, "said-added", None)),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let (_, says) = shown::why(&seat.words, &e);
            let data = data(seat, Some((what, says))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

/// The beginning of a day, as the workspace's clock has it.
fn day(seat: &Seat, text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.to_zoned(seat.words.zone.clone()).ok()?.timestamp().as_millisecond())
}

async fn lease(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let new = lease::New {
        code: posted.get("code").into(),
        word: posted.get("word").into(),
        workspace: posted.get("workspace").into(),
        from_at: day(seat, posted.get("from")),
        until_at: day(seat, posted.get("until")),
    };
    match seat.write("lease", move |tx, ctx| lease::add(tx, ctx, &new)).await {
        Ok(_) => Ok(reply::done(BASE, "said-added", None)),
        Err(e @ Error::Invalid { .. }) => {
            let (_, says) = shown::why(&seat.words, &e);
            let data = data(seat, Some(("lease".into(), says))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn lease_end(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    match posted.seat.write("lease", move |tx, ctx| lease::end(tx, ctx, stored)).await {
        Ok(()) => Ok(reply::done(BASE, "said-lease-ended", None)),
        Err(Error::Conflict(_)) => Ok(reply::done(BASE, "said-not-now", None)),
        Err(e) => Err(e.into()),
    }
}

async fn remove_number(Path(id): Path<String>, posted: Posted) -> Answer {
    remove(&id, &posted, connector::number_remove).await
}

async fn remove_sender(Path(id): Path<String>, posted: Posted) -> Answer {
    remove(&id, &posted, connector::sender_remove).await
}

async fn remove(id: &str, posted: &Posted, f: fn(&mut Tx<'_>, &Ctx, i64) -> engine::Result<()>) -> Answer {
    let stored = id_of(kind::ROW, id)?;
    match posted.seat.write("remove from delivery", move |tx, ctx| f(tx, ctx, stored)).await {
        Ok(()) => Ok(reply::done(BASE, "said-removed", None)),
        Err(e @ Error::Conflict(_)) => {
            let (_, says) = shown::why(&posted.seat.words, &e);
            let data = data(&posted.seat, Some(("number".into(), says))).await?;
            let shell = posted.seat.shell().await?;
            Ok(reply::refused(view(&posted.seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}
