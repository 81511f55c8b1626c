//! API keys.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use engine::{Error, access};
use sms::id::kind;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::keys::{KeyLine, KeysView, view};

const BASE: &str = "/dev/keys";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(BASE, get(list).post(make)).route("/dev/keys/{id}/revoke", post(revoke))
}

async fn data(seat: &Seat, headers: &HeaderMap) -> Result<KeysView, Oops> {
    let found = seat.read(access::key_list).await?;
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or("127.0.0.1:8767");
    let scheme = if seat.web.secure() { "https" } else { "http" };
    Ok(KeysView {
        keys: found
            .into_iter()
            .filter(|key| key.revoked_at.is_none())
            .map(|key| KeyLine {
                id: key.id,
                name: key.name,
                hint: key.hint,
                test: key.test,
                made: key.created_at,
                used: key.used_at,
            })
            .collect(),
        fresh: None,
        fault: None,
        base: format!("{scheme}://{host}"),
    })
}

async fn list(seat: Seat, headers: HeaderMap) -> Answer {
    let data = data(&seat, &headers).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

/// Makes a key and shows its secret in this one answer; it is kept nowhere, not even in an address.
async fn make(headers: HeaderMap, posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (name, test) = (posted.get("name").to_owned(), posted.get("test") == "yes");
    let wanted = name.clone();
    let made = seat.write("make key", move |tx, ctx| access::key_create(tx, ctx, &wanted, &[], test)).await;
    let shell = seat.shell().await?;
    let mut data = data(seat, &headers).await?;
    match made {
        Ok(key) => {
            data.fresh = Some(key.key);
            Ok(reply::page(view(&seat.words, &shell, &data)))
        }
        Err(e @ Error::Invalid { .. }) => {
            data.fault = Some((name, shown::why(&seat.words, &e).1));
            Ok(reply::refused(view(&seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn revoke(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::KEY, &id)?;
    posted.seat.write("revoke key", move |tx, ctx| access::key_revoke(tx, ctx, stored)).await?;
    Ok(reply::done(BASE, "said-key-revoked", None))
}
