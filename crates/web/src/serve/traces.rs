//! Traces: looking at a connection's wire, and what stood on it, as pages and as files.

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use engine::trace::{self, View};
use engine::{Permission, client, connector};
use sms::id::{kind, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::pages::trace::{PacketsView, TraceView, packets_page};
use crate::shell::Place;

const BASE: &str = "/delivery/connections";
const CLIENTS: &str = "/delivery/clients";
/// Packets of a file.
const FILE: i64 = 1_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/delivery/connections/{id}/watch", post(watch))
        .route("/delivery/connections/{id}/unwatch", post(unwatch))
        .route("/delivery/connections/{id}/trace.txt", get(text))
        .route("/delivery/connections/{id}/trace.hex", get(hex))
        .route("/delivery/connections/{id}/trace/{row}", get(one))
        .route("/delivery/clients/{id}/watch", post(watch_client))
        .route("/delivery/clients/{id}/unwatch", post(unwatch_client))
        .route("/delivery/clients/{id}/trace.txt", get(client_text))
        .route("/delivery/clients/{id}/trace.hex", get(client_hex))
        .route("/delivery/clients/{id}/trace/{row}", get(one_of_client))
        .route("/messages/{id}/trace", get(message))
        .route("/messages/{id}/trace.txt", get(message_text))
        .route("/messages/{id}/trace.hex", get(message_hex))
}

/// What stands beside a connection, for those who look after it.
pub(super) fn of_connection(
    tx: &mut Tx<'_>,
    ctx: &engine::Ctx,
    id: i64,
) -> engine::Result<Option<TraceView>> {
    if !ctx.may(Permission::Delivery) {
        return Ok(None);
    }
    Ok(Some(TraceView {
        base: format!("{BASE}/{}", public(kind::CONNECTOR, id)),
        watched: trace::watched(tx, ctx, id)?,
        packets: trace::tail(tx, ctx, id, trace::TAIL)?,
    }))
}

/// What stands beside a client.
pub(super) fn of_client(tx: &mut Tx<'_>, ctx: &engine::Ctx, id: i64) -> engine::Result<Option<TraceView>> {
    if !ctx.may(Permission::Delivery) {
        return Ok(None);
    }
    Ok(Some(TraceView {
        base: format!("{CLIENTS}/{}", public(kind::CLIENT, id)),
        watched: client::watched(tx, ctx, id)?,
        packets: client::tail(tx, ctx, id, trace::TAIL)?,
    }))
}

async fn watch(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    let (mask, minutes) = (posted.get("number").to_owned(), posted.get("minutes").parse().unwrap_or(15));
    posted.seat.write("watch", move |tx, ctx| trace::watch(tx, ctx, stored, &mask, minutes)).await?;
    Ok(reply::done(&format!("{BASE}/{id}"), "said-watching", None))
}

async fn unwatch(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    posted.seat.write("unwatch", move |tx, ctx| trace::unwatch(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("{BASE}/{id}"), "said-watched", None))
}

async fn one(Path((id, row)): Path<(String, String)>, seat: Seat) -> Answer {
    let (stored, packet) = (id_of(kind::CONNECTOR, &id)?, id_of(kind::ROW, &row)?);
    let (found, name) = seat
        .read(move |tx, ctx| {
            Ok((trace::get(tx, ctx, stored, packet)?, connector::get(tx, ctx, stored)?.name))
        })
        .await?;
    let data = PacketsView {
        back: (format!("{BASE}/{id}#trace"), name),
        title: found.command.clone(),
        file: String::new(),
        packets: vec![found],
    };
    let shell = seat.shell().await?;
    Ok(seat.page(packets_page(&seat.words, &shell, Place::Connections, &data)))
}

async fn watch_client(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    let (mask, minutes) = (posted.get("number").to_owned(), posted.get("minutes").parse().unwrap_or(15));
    posted.seat.write("watch", move |tx, ctx| client::watch(tx, ctx, stored, &mask, minutes)).await?;
    Ok(reply::done(&format!("{CLIENTS}/{id}"), "said-watching", None))
}

async fn unwatch_client(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CLIENT, &id)?;
    posted.seat.write("unwatch", move |tx, ctx| client::unwatch(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("{CLIENTS}/{id}"), "said-watched", None))
}

async fn one_of_client(Path((id, row)): Path<(String, String)>, seat: Seat) -> Answer {
    let (stored, packet) = (id_of(kind::CLIENT, &id)?, id_of(kind::ROW, &row)?);
    let found = seat.read(move |tx, ctx| {
        Ok((client::packet(tx, ctx, stored, packet)?, client::get(tx, ctx, stored)?.name))
    });
    let (found, name) = found.await?;
    let data = PacketsView {
        back: (format!("{CLIENTS}/{id}#trace"), name),
        title: found.command.clone(),
        file: String::new(),
        packets: vec![found],
    };
    let shell = seat.shell().await?;
    Ok(seat.page(packets_page(&seat.words, &shell, Place::Clients, &data)))
}

async fn tail_of_client(seat: &Seat, id: &str) -> Result<Vec<View>, Oops> {
    let stored = id_of(kind::CLIENT, id)?;
    let mut all = seat.read(move |tx, ctx| client::tail(tx, ctx, stored, FILE)).await?;
    all.reverse();
    Ok(all)
}

async fn client_text(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_text(&tail_of_client(&seat, &id).await?, moment), "txt"))
}

async fn client_hex(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_hex(&tail_of_client(&seat, &id).await?, moment), "hex"))
}

async fn message(Path(id): Path<String>, seat: Seat) -> Answer {
    let packets = of_message(&seat, &id).await?;
    let data = PacketsView {
        back: (format!("/messages/{id}"), seat.words.t("trace-to-message")),
        title: seat.words.t("trace-of-message"),
        file: format!("/messages/{id}/trace"),
        packets,
    };
    let shell = seat.shell().await?;
    Ok(seat.page(packets_page(&seat.words, &shell, Place::Messages, &data)))
}

async fn of_message(seat: &Seat, id: &str) -> Result<Vec<View>, Oops> {
    let stored = id_of(kind::MESSAGE, id)?;
    seat.read(move |tx, ctx| trace::of_message(tx, ctx, stored)).await
}

async fn tail(seat: &Seat, id: &str) -> Result<Vec<View>, Oops> {
    let stored = id_of(kind::CONNECTOR, id)?;
    let mut all = seat.read(move |tx, ctx| trace::tail(tx, ctx, stored, FILE)).await?;
    all.reverse(); // a file is read from its beginning
    Ok(all)
}

async fn text(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_text(&tail(&seat, &id).await?, moment), "txt"))
}

async fn hex(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_hex(&tail(&seat, &id).await?, moment), "hex"))
}

async fn message_text(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_text(&of_message(&seat, &id).await?, moment), "txt"))
}

async fn message_hex(Path(id): Path<String>, seat: Seat) -> Answer {
    Ok(file(&trace::as_hex(&of_message(&seat, &id).await?, moment), "hex"))
}

/// A moment in UTC without its zone, as `text2pcap` reads it.
fn moment(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    jiff::tz::TimeZone::UTC.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

fn file(text: &str, ending: &str) -> axum::response::Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"trace.{ending}\"")),
    ];
    (headers, text.to_owned()).into_response()
}
