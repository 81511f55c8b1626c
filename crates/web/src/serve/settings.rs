//! Settings: language of the workspace, going live.

use axum::Router;
use axum::routing::{get, post};
use engine::{Ctx, Error, Permission, access, connector, keyring};
use sms::live::LinkState;
use store::{Tx, workspace};

use super::Web;
use super::ask::{Posted, Seat, is_up};
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::pages::settings::{LiveStep, RingLine, SettingsView, view};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/settings", get(page).post(save)).route("/settings/live", post(go_live))
}

fn ready(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<(bool, bool)> {
    let connectors = connector::list(tx, ctx)?;
    let carrier = connectors
        .iter()
        .any(|c| c.kind != connector::SIMULATOR && c.state != LinkState::Disabled && is_up(c.state));
    let sender = !connector::senders(tx, ctx)?.is_empty() || !connector::numbers(tx, ctx)?.is_empty();
    Ok((carrier, sender))
}

/// The key ring. How many refusals stand under a former key is told where all of them are of who asks.
fn ring(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<RingLine> {
    let ring = keyring::shown(tx, ctx)?;
    Ok(RingLine {
        keys: i64::try_from(ring.keys).unwrap_or(i64::MAX),
        renewed: ring.renewed_at,
        exported: ring.exported_at,
        left: workspace::only(tx)?.map(|_| ring.left),
    })
}

async fn data(seat: &Seat) -> Result<SettingsView, Oops> {
    let (carrier, sender) = seat.read(ready).await?;
    let w = &seat.words;
    let step = |key: &str, done, href: &str| LiveStep { says: w.t(key), done, href: href.into() };
    let at = &seat.signed_in.workspace;
    let ring = match seat.ctx().may(Permission::Admin) {
        false => None,
        true => Some(seat.read(ring).await?),
    };
    Ok(SettingsView {
        ring,
        name: at.name.clone(),
        country: w.t(&format!("country-{}", at.country.to_ascii_lowercase())),
        zone: at.zone.clone(),
        language: at.language.clone(),
        live_steps: vec![
            step("settings-step-connection", carrier, "/delivery/connections"),
            step("settings-step-sender", sender, "/delivery/numbers"),
        ],
    })
}

async fn page(seat: Seat) -> Answer {
    let data = data(&seat).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn save(posted: Posted) -> Answer {
    let language = posted.get("language").to_owned();
    posted.seat.write("settings", move |tx, ctx| access::set_language(tx, ctx, &language)).await?;
    Ok(reply::done("/settings", "said-saved", None))
}

async fn go_live(posted: Posted) -> Answer {
    match posted.seat.write("go live", access::go_live).await {
        Ok(()) => Ok(reply::done("/", "said-live", None)),
        Err(Error::Conflict(_)) => Ok(reply::see("/settings")),
        Err(e) => Err(e.into()),
    }
}
