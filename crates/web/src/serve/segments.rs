//! Live audiences over HTTP: look while typing, build condition by condition, keep, freeze, write to.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::segment;
use engine::{Ctx, Error};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{places, shown};
use crate::pages::segments::{self as one_page, Found, Line, Segment, SegmentsView};
use crate::ui::form::Choice;

const HERE: &str = "/contacts/segments";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts/segments", get(page).post(save))
        .route("/contacts/segments/edit", post(edit))
        .route("/contacts/segments/{id}/remove", post(remove))
        .route("/contacts/segments/{id}/freeze", post(freeze))
        .route("/contacts/segments/{id}/use", post(write_to))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    text: Option<String>,
    #[serde(default)]
    number: String,
}

/// What is looked at: the typed text, else that of the kept one.
fn settled(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Asked) -> engine::Result<Asked> {
    let mut out = asked.clone();
    let kept = parse(kind::SEGMENT, &asked.id).map(|id| segment::get(tx, ctx, id)).transpose()?;
    if let Some(kept) = kept {
        out.text = out.text.or(Some(kept.text));
        if out.name.is_empty() {
            out.name = kept.name;
        }
    }
    Ok(out)
}

async fn data(seat: &Seat, asked: Asked) -> Result<SegmentsView, Oops> {
    let wanted = asked.clone();
    let asked = seat.read(move |tx, ctx| settled(tx, ctx, &wanted)).await?;
    let text = asked.text.clone().unwrap_or_default();
    let (looked, number) = (text.clone(), asked.number.clone());
    let ctx = seat.ctx().clone();
    let seen = seat.web.db().read(move |tx| -> engine::Result<_> {
        let found = segment::look(tx, &ctx, &looked)?;
        let why = match number.trim() {
            "" => None,
            _ if found.gathering => None,
            number => Some(segment::why(tx, &ctx, &looked, number)?),
        };
        Ok((found, why, segment::outline(tx, &ctx, &looked)?))
    });
    let mut view = SegmentsView {
        id: asked.id.clone(),
        name: asked.name.clone(),
        number: asked.number.clone(),
        text,
        ..SegmentsView::default()
    };
    match seen.await {
        Ok((found, why, outline)) => {
            let line =
                |o: segment::Outline| Line { path: o.path, depth: o.depth, kind: o.kind, text: o.text };
            view.lines = outline.into_iter().map(line).collect();
            view.found = told(seat, found, why);
        }
        Err(e @ Error::Invalid { .. }) => view.found.fault = Some(shown::why(&seat.words, &e).1),
        Err(e) => return Err(e.into()),
    }
    let (all, fields) =
        seat.read(|tx, ctx| Ok((segment::list(tx, ctx)?, segment::subjects(tx, ctx)?))).await?;
    view.segments = all.into_iter().map(|s| Segment { id: s.id, name: s.name, text: s.text }).collect();
    view.subjects = fields.into_iter().map(|f| Choice::new(f.clone(), f)).collect();
    Ok(view)
}

fn told(seat: &Seat, found: segment::Found, why: Option<segment::Why>) -> Found {
    let person = |p: &engine::audience::View| {
        let name = format!("{} {}", p.first_name, p.last_name).trim().to_owned();
        (p.id.clone(), name, seat.number(&p.number))
    };
    Found {
        count: found.count,
        gathering: found.gathering,
        fault: None,
        sample: found.sample.iter().map(person).collect(),
        unknown_number: why.as_ref().is_some_and(|w| !w.known),
        why: why
            .map(|w| w.steps.into_iter().map(|s| (s.depth, s.text, s.holds)).collect())
            .unwrap_or_default(),
    }
}

async fn page(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    let part = asked.part.clone();
    let data = data(&seat, asked).await?;
    if part == "found" {
        return Ok(reply::page(one_page::found(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

async fn refused(seat: &Seat, asked: Asked, e: &Error) -> Answer {
    let (param, why) = shown::why(&seat.words, e);
    let mut data = data(seat, asked).await?;
    match param.as_str() {
        "name" => data.name_fault = Some(why),
        _ => data.found.fault = Some(why),
    }
    let shell = seat.shell().await?;
    Ok(reply::refused(one_page::view(&seat.words, &shell, &data)))
}

fn asked_of(posted: &Posted) -> Asked {
    Asked {
        part: String::new(),
        id: posted.get("id").into(),
        name: posted.get("name").into(),
        text: Some(posted.get("text").into()),
        number: posted.get("number").into(),
    }
}

async fn save(posted: Posted) -> Answer {
    let (seat, asked) = (&posted.seat, asked_of(&posted));
    let (id, wanted) = (parse(kind::SEGMENT, &asked.id), asked.clone());
    let saved = seat.write("segment", move |tx, ctx| {
        segment::save(tx, ctx, id, &wanted.name, wanted.text.as_deref().unwrap_or_default())
    });
    match saved.await {
        Ok(id) => Ok(reply::done(&format!("{HERE}?id={}", public(kind::SEGMENT, id)), "said-saved", None)),
        Err(e @ Error::Invalid { .. }) => refused(seat, asked, &e).await,
        Err(e) => Err(e.into()),
    }
}

/// One condition more or less; the text travels with the form.
async fn edit(posted: Posted) -> Answer {
    let (seat, asked) = (&posted.seat, asked_of(&posted));
    let (text, drop) = (asked.text.clone().unwrap_or_default(), posted.get("drop").to_owned());
    let join = match posted.get("join") {
        "or" => segment::Join::Or,
        "not" => segment::Join::AndNot,
        _ => segment::Join::And,
    };
    let value = posted.get("value");
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let moment = value.ends_with(" ago") || value.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
    let value = if moment { value } else { quoted.as_str() };
    let condition = format!("{} {} {value}", posted.get("subject"), posted.get("sign"));
    let ctx = seat.ctx().clone();
    let edited = seat.web.db().read(move |tx| match drop.is_empty() {
        true => segment::with(tx, &ctx, &text, join, &condition),
        false => segment::without(tx, &ctx, &text, &drop),
    });
    match edited.await {
        Ok(text) => {
            let query = [("id", asked.id), ("name", asked.name), ("text", text)];
            let query: Vec<String> =
                query.iter().map(|(name, value)| format!("{name}={}", places::escaped(value))).collect();
            Ok(reply::see(&format!("{HERE}?{}", query.join("&"))))
        }
        Err(e @ Error::Invalid { .. }) => refused(seat, asked, &e).await,
        Err(Error::NotFound(_)) => Ok(reply::see(HERE)),
        Err(e) => Err(e.into()),
    }
}

async fn remove(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::SEGMENT, &id)?;
    posted.seat.write("segment", move |tx, ctx| segment::remove(tx, ctx, stored)).await?;
    Ok(reply::done(HERE, "said-removed", None))
}

async fn freeze(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::SEGMENT, &id)?;
    let w = &posted.seat.words;
    let view = posted.seat.read(move |tx, ctx| segment::get(tx, ctx, stored)).await?;
    let name = format!("{} · {}", view.name, w.day_time(w.now));
    let list = made(&posted, move |db, ctx| segment::freeze(db, ctx, stored, &name)).await?;
    Ok(reply::done(&format!("/contacts?list={}", public(kind::LIST, list)), "said-added", None))
}

async fn write_to(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::SEGMENT, &id)?;
    let list = made(&posted, move |db, ctx| segment::live(db, ctx, stored)).await?;
    Ok(reply::see(&format!("/campaigns/new?list={}", public(kind::LIST, list))))
}

/// A list made slice by slice, on a thread that may wait.
async fn made<F>(posted: &Posted, f: F) -> Result<i64, Oops>
where
    F: FnOnce(&store::Db, &Ctx) -> engine::Result<i64> + Send + 'static,
{
    let (db, ctx) = (posted.seat.web.db().clone(), posted.seat.ctx().clone());
    let done = tokio::task::spawn_blocking(move || f(&db, &ctx)).await;
    done.map_err(|_| Error::Store(store::Error::Closed))?.map_err(Oops::from)
}
