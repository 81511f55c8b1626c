//! Unconfirmed messages: the list, the last question with the number, and the decision.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::unconfirmed::{self, Decided, Decision, Which};
use engine::{Error, Permission, campaign};
use serde::Deserialize;
use sms::id::{kind, parse, public};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::messages::line;
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::pages::error::Kind;
use crate::pages::messages::MessagesView;
use crate::pages::unconfirmed::{self as page_of, ConfirmView, UnconfirmedView};
use crate::ui::table::Pager;

const BASE: &str = "/messages/unconfirmed";
const PAGE: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(decide))
        .route("/messages/unconfirmed/confirm", get(confirm))
        .route("/messages/{id}/resend", post(resend))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    campaign: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    decision: String,
}

fn address(campaign: &str) -> String {
    if campaign.is_empty() { BASE.into() } else { format!("{BASE}?campaign={campaign}") }
}

fn campaign_of(asked: &str) -> Result<Option<i64>, Oops> {
    if asked.is_empty() { Ok(None) } else { id_of(kind::CAMPAIGN, asked).map(Some) }
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let data = view(&seat, &asked, None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

async fn view(seat: &Seat, asked: &Asked, fault: Option<String>) -> Result<UnconfirmedView, Oops> {
    let of = campaign_of(&asked.campaign)?;
    let after = parse(kind::MESSAGE, &asked.after).unwrap_or(0);
    let (n, (rows, next), name) = seat
        .read(move |tx, ctx| {
            let name = of.map(|id| campaign::get(tx, ctx, id)).transpose()?.map(|c| c.name);
            Ok((unconfirmed::count(tx, ctx, of)?, unconfirmed::list(tx, ctx, of, after, PAGE)?, name))
        })
        .await?;
    let more = |id: i64| {
        let sep = if of.is_some() { "&" } else { "?" };
        format!("{}{sep}after={}", address(&asked.campaign), public(kind::MESSAGE, id))
    };
    Ok(UnconfirmedView {
        n,
        campaign: name.map(|name| (asked.campaign.clone(), name)),
        messages: MessagesView {
            messages: rows.iter().map(|m| line(seat, m, &[])).collect(),
            pager: Pager {
                says: String::new(),
                first: (after != 0).then(|| address(&asked.campaign)),
                next: next.map(more),
            },
            ..MessagesView::default()
        },
        may: seat.ctx().may(Permission::Send),
        fault,
    })
}

async fn confirm(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let decision = Decision::parse(&asked.decision).ok_or(Oops::Page(Kind::NotFound))?;
    if !seat.ctx().may(Permission::Send) {
        return Err(Error::NotAllowed(Permission::Send).into());
    }
    let of = campaign_of(&asked.campaign)?;
    let (n, newest, name) = seat
        .read(move |tx, ctx| {
            let name = of.map(|id| campaign::get(tx, ctx, id)).transpose()?.map(|c| c.name);
            Ok((unconfirmed::count(tx, ctx, of)?, tx.now(), name))
        })
        .await?;
    if n == 0 {
        return Ok(reply::see(&address(&asked.campaign)));
    }
    let data = ConfirmView {
        decision: decision.name(),
        n,
        upto: newest.to_string(),
        campaign: name.map(|name| (asked.campaign, name)),
    };
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::confirm(&seat.words, &shell, &data)))
}

async fn decide(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let decision = Decision::parse(posted.get("decision")).ok_or(Oops::Page(Kind::BadRequest))?;
    let asked = Asked { campaign: posted.get("campaign").to_owned(), ..Asked::default() };
    let of = campaign_of(&asked.campaign)?;
    let n = seat.read(move |tx, ctx| unconfirmed::count(tx, ctx, of)).await?;
    if posted.get("expected").parse() != Ok(n) {
        let data = view(seat, &asked, Some(seat.words.t("unconfirmed-changed"))).await?;
        let shell = seat.shell().await?;
        return Ok(reply::refused(page_of::view(&seat.words, &shell, &data)));
    }
    // Ids are times: what was made after the question was asked is not meant by its answer.
    let upto = posted.get("upto").parse().map_or(0, |ms: i64| sms::id::compose(ms + 1, 0, 0));
    let which = of.map_or(Which::All { upto }, Which::Campaign);
    let done = all(seat, decision, which).await?;
    let refused: i64 = done.refused.values().sum();
    let said = match (decision, refused) {
        (Decision::Resend, 0) => "said-sent-again",
        (Decision::Resend, _) => "said-not-all-again",
        (Decision::Leave, _) => "said-let-be",
        (Decision::Fail, _) => "said-given-up",
    };
    Ok(reply::done(&address(&asked.campaign), said, Some(done.decided)))
}

/// Slice by slice, so that no other work waits for it.
async fn all(seat: &Seat, decision: Decision, which: Which) -> Result<Decided, Oops> {
    let (mut done, mut after) = (Decided::default(), (0, 0));
    loop {
        let (ctx, which) = (seat.ctx().clone(), which.clone());
        let slice = seat
            .web
            .db()
            .background("decide", move |tx| unconfirmed::decide(tx, &ctx, decision, &which, after));
        done.and(&slice.await?);
        match done.next {
            Some(next) => after = next,
            None => return Ok(done),
        }
    }
}

async fn resend(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::MESSAGE, &id)?;
    let here = format!("/messages/{id}");
    match all(&posted.seat, Decision::Resend, Which::These(vec![stored])).await {
        Ok(done) if done.decided == 1 => Ok(reply::done(&here, "said-sent-again", Some(1))),
        Ok(_) => Ok(reply::done(&here, "said-not-now", None)),
        Err(Oops::Engine(Error::NotFound(_))) => Ok(reply::done(&here, "said-not-now", None)),
        Err(e) => Err(e),
    }
}
