//! Texts that are looked at before they are sent.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use engine::template_review::{self as templates, New, Say};
use engine::{Ctx, Error, Permission};
use sms::Class;
use sms::id::kind;
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::templates::{BASE, TemplateRow, TemplatesView, view};
use crate::ui::form::Choice;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(page).post(ask))
        .route("/settings/law/templates/{id}/decide", post(decide))
        .route("/settings/law/templates/{id}/end", post(end))
}

/// The texts, and by their words in the record the names of those who asked and decided.
fn texts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<(Vec<templates::View>, BTreeMap<String, String>)> {
    let all = templates::list(tx, ctx)?;
    let actors: BTreeSet<&str> =
        all.iter().flat_map(|t| [t.asked_by.as_str(), t.decided_by.as_str()]).collect();
    let names = shown::names(tx, ctx, actors)?;
    Ok((all, names))
}

async fn data(seat: &Seat) -> Result<TemplatesView, Oops> {
    let w = &seat.words;
    let (all, names) = seat.read(texts).await?;
    let me = seat.ctx().actor_name();
    let class = |c: Class| w.t(&format!("tpl-class-{}", c.name()));
    let row = |t: templates::View| TemplateRow {
        id: t.id,
        class: class(t.class),
        country: t.country,
        text: t.text,
        reference: t.reference,
        state: t.state,
        own: t.asked_by == me,
        asked_by: shown::actor(w, &names, &t.asked_by),
        at: t.at,
        decided_by: shown::actor(w, &names, &t.decided_by),
        until: t.until,
        note: t.note,
        may_decide: t.may_decide,
    };
    let choices = [Class::Marketing, Class::Political, Class::Service, Class::Transactional];
    Ok(TemplatesView {
        level: seat.read(templates::level).await?.to_owned(),
        may_end: seat.ctx().may(Permission::Admin),
        rows: all.into_iter().map(row).collect(),
        classes: choices.into_iter().map(|c| Choice::new(c.name(), class(c))).collect(),
        fault: None,
    })
}

async fn page(seat: Seat) -> Answer {
    let data = data(&seat).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn ask(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let new = New {
        text: posted.get("text").to_owned(),
        class: posted.get("class").to_owned(),
        country: posted.get("country").to_owned(),
        reference: posted.get("reference").to_owned(),
    };
    let typed = new.text.clone();
    match seat.write("template", move |tx, ctx| templates::propose(tx, ctx, &new)).await {
        Ok(_) => Ok(reply::done(BASE, "said-tpl-asked", None)),
        Err(e @ Error::Invalid { .. }) => {
            let shell = seat.shell().await?;
            let fault = Some((typed, shown::why(&seat.words, &e).1));
            Ok(reply::refused(view(&seat.words, &shell, &TemplatesView { fault, ..data(seat).await? })))
        }
        Err(e) => Err(e.into()),
    }
}

async fn decide(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let say = Say {
        approve: posted.get("do") == "approve",
        note: posted.get("note").to_owned(),
        reference: posted.get("reference").to_owned(),
        until: 0,
    };
    let said = if say.approve { "said-tpl-approved" } else { "said-tpl-refused" };
    settled(
        posted.seat.write("template", move |tx, ctx| templates::decide(tx, ctx, stored, &say)).await,
        said,
    )
}

async fn end(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    settled(
        posted.seat.write("template", move |tx, ctx| templates::end(tx, ctx, stored)).await,
        "said-tpl-ended",
    )
}

fn settled(done: engine::Result<()>, said: &'static str) -> Answer {
    match done {
        Ok(()) => Ok(reply::done(BASE, said, None)),
        // A rejection without a word, or somebody was faster.
        Err(Error::Invalid { .. } | Error::Conflict(_)) => Ok(reply::done(BASE, "said-not-now", None)),
        Err(e) => Err(e.into()),
    }
}
