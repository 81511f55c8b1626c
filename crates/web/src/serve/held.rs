//! What a restore holds: the list, and letting go.

use axum::Router;
use axum::routing::{get, post};
use engine::restore::{self, HeldView as Row, Which};
use engine::{Ctx, Error};
use sms::id::{kind, parse, public};
use store::Tx;
use store::disk::Level;

use super::Web;
use super::ask::{Posted, Seat};
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::args;
use crate::pages::held::{HeldLine, HeldView, view};
use crate::shell::Notice;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/restore", get(page)).route("/restore/release", post(release))
}

fn line(row: &Row) -> HeldLine {
    let prefix = match row.kind {
        "campaign" => kind::CAMPAIGN,
        "scheduled" => kind::WORKSPACE,
        _ => kind::ROW,
    };
    HeldLine {
        id: public(prefix, row.id),
        kind: row.kind,
        name: row.name.clone(),
        class: row.class.map(|c| c.name().to_owned()).unwrap_or_default(),
        waiting: row.waiting,
    }
}

async fn page(seat: Seat) -> Answer {
    let found = seat.read(restore::status).await?;
    let data = found.map_or_else(HeldView::default, |v| HeldView {
        at: v.at,
        backup_at: v.backup_at,
        known: v.sent_log == "whole",
        held: v.held.iter().map(line).collect(),
    });
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn release(posted: Posted) -> Answer {
    let (id, repeat) = (posted.get("id").to_owned(), posted.get("repeat") == "1");
    let named = [kind::CAMPAIGN, kind::WORKSPACE, kind::ROW].iter().find_map(|k| parse(k, &id));
    let which = match named {
        Some(id) => Which::One(id),
        None if id == "all" => Which::All,
        None => return Ok(reply::see("/restore")),
    };
    let done = posted.seat.write("restore.release", move |tx, ctx| restore::release(tx, ctx, which, repeat));
    match done.await {
        Ok(n) => Ok(reply::done("/restore", "said-released", Some(n))),
        // Released by somebody else meanwhile, or the box was not ticked: the page says how things stand.
        Err(Error::Conflict(_) | Error::NotFound(_)) => Ok(reply::see("/restore")),
        Err(e) => Err(e.into()),
    }
}

fn waiting(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<i64> {
    restore::waiting(tx, ctx)
}

/// What the whole installation holds back, for the bar above every page.
pub(super) async fn notices(seat: &Seat, web: &Web) -> Result<Vec<Notice>, Oops> {
    let w = &seat.words;
    let mut out = Vec::new();
    let held = seat.read(waiting).await?;
    if held > 0 {
        out.push(Notice {
            says: w.f("bar-held", args!(n: held)),
            link: Some(("/restore", w.t("bar-held-open"))),
        });
    }
    let disk = match web.db().disk() {
        Level::Fine => None,
        Level::Low => Some("bar-disk-low"),
        Level::NoBulk => Some("bar-disk-no-bulk"),
        Level::NoAccept => Some("bar-disk-no-accept"),
    };
    out.extend(disk.map(|key| Notice { says: w.t(key), link: None }));
    if web.db().clock_jump_ms() != 0 {
        out.push(Notice { says: w.f("bar-clock", args!(time: w.day_time(w.now))), link: None });
    }
    Ok(out)
}
