//! Numbers and senders.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use engine::connector;
use engine::{Ctx, Error};
use sms::id::{kind, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::numbers::{NumberLine, NumbersView, SenderLine, view};
use crate::ui::form::Choice;

const BASE: &str = "/delivery/numbers";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(add))
        .route("/delivery/numbers/{id}/remove", post(remove_number))
        .route("/delivery/senders/{id}/remove", post(remove_sender))
}

/// Rows of these short lists have no prefix of their own.
fn row(id: i64) -> String {
    public(kind::ROW, id)
}

type Found = (Vec<connector::NumberView>, Vec<connector::SenderView>, Vec<connector::View>);

fn facts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Found> {
    Ok((connector::numbers(tx, ctx)?, connector::senders(tx, ctx)?, connector::list(tx, ctx)?))
}

async fn data(seat: &Seat, fault: Option<(String, String)>) -> Result<NumbersView, Oops> {
    let (numbers, senders, connectors) = seat.read(facts).await?;
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
        unassigned: Vec::new(),
        fault,
    })
}

async fn list(seat: Seat) -> Answer {
    let data = data(&seat, None).await?;
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

async fn remove_number(Path(id): Path<String>, posted: Posted) -> Answer {
    remove(&id, &posted, connector::number_remove).await
}

async fn remove_sender(Path(id): Path<String>, posted: Posted) -> Answer {
    remove(&id, &posted, connector::sender_remove).await
}

async fn remove(id: &str, posted: &Posted, f: fn(&mut Tx<'_>, &Ctx, i64) -> engine::Result<()>) -> Answer {
    let stored = id_of(kind::ROW, id)?;
    posted.seat.write("remove from delivery", move |tx, ctx| f(tx, ctx, stored)).await?;
    Ok(reply::done(BASE, "said-removed", None))
}
