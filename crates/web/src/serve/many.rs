//! What is done to many people at once, filters that are kept, people as a file.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::{get, post};
use engine::audience::{self, Filter};
use engine::bulk::{self, Deed, View, Wanted, Whom};
use engine::{Ctx, Error, Format, Permission};
use sms::id::{kind, parse, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::{file, id_of};
use super::home::Part;
use super::oops::Oops;
use super::places;
use super::reply::{self, Answer};
use crate::args;
use crate::pages::error::Kind;
use crate::pages::many::{self as page_of, DeedView, Many, SureView, Typed};
use crate::ui::form::Choice;
use crate::words::Words;

/// Deeds that are shown under the table.
const LATELY: i64 = 5;
/// The longest reason of a deed, in characters, as the engine takes it.
const REASON_MAX: usize = 300;
/// Octets of a file that are sent at once.
const PIECE: usize = 64 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts/many", post(begin))
        .route("/contacts/deeds/{id}", get(one))
        .route("/contacts/deeds/{id}/{what}", post(step))
        .route("/contacts/filters", post(keep))
        .route("/contacts/filters/{id}/forget", post(forget))
        .route("/contacts/export", post(export))
}

/// The filter in an address of the page.
pub(super) fn filter_of(query: &str) -> Filter {
    audience::filter_in(query)
}

/// The same as an address; empty is everybody.
pub(super) fn query_of(fields: &[(&str, &str)]) -> String {
    let some = fields.iter().filter(|(_, value)| !value.is_empty());
    some.map(|(name, value)| format!("{name}={}", places::escaped(value))).collect::<Vec<_>>().join("&")
}

/// What the people's page needs of it.
pub(super) fn facts(tx: &mut Tx<'_>, ctx: &Ctx, query: &str) -> engine::Result<(Many, i64, bool, Vec<View>)> {
    let found = audience::count(tx, ctx, &filter_of(query))?;
    let lists = super::people::choices(tx, ctx)?;
    let tags = audience::tags(tx, ctx)?.into_iter().map(|t| t.name).collect();
    let saved = audience::filters(tx, ctx)?.into_iter().map(|f| (f.id, f.name, f.query)).collect();
    let many = Many {
        query: query.to_owned(),
        tags,
        lists,
        saved,
        may_erase: ctx.may(Permission::Admin),
        ..Many::default()
    };
    Ok((many, found.n, found.more, bulk::list(tx, ctx, LATELY)?))
}

/// What is missing from [`facts`]: words.
pub(super) fn told(w: &Words, (many, n, more, deeds): (Many, i64, bool, Vec<View>)) -> Many {
    let found = if more { format!("{}+", w.n(n)) } else { w.n(n) };
    let deeds = deeds.iter().map(|d| (d.id.clone(), what(w, d))).collect();
    Many { found, deeds, ..many }
}

/// What a deed does, in words.
pub(super) fn what(w: &Words, deed: &View) -> String {
    let word = w.t(&format!("deed-{}", deed.deed.replace('_', "-")));
    if deed.target.is_empty() { word } else { format!("{word}: {}", deed.target) }
}

async fn begin(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let query = posted.get("query").to_owned();
    let who = posted.all().iter().filter(|(name, _)| name == "who").map(|(_, id)| id.clone());
    let typed = Typed {
        deed: posted.get("deed").to_owned(),
        found: posted.get("whom") == "found",
        who: who.collect(),
        tag: posted.get("tag").to_owned(),
        list: posted.get("list").to_owned(),
        words: posted.get("words").to_owned(),
    };
    let nobody = || (typed.clone(), "people".to_owned(), seat.words.t("said-not-many"));
    let Some(deed) = Deed::parse(&typed.deed) else {
        return super::people::not_done(seat, &query, nobody()).await;
    };
    let named: Vec<i64> = typed.who.iter().filter_map(|id| parse(kind::CONTACT, id)).collect();
    let whom = match typed.found {
        true => Whom::found_by(&filter_of(&query)),
        // Nobody chosen is nobody, and never everybody.
        false if named.is_empty() => return super::people::not_done(seat, &query, nobody()).await,
        false => Whom { named, ..Whom::default() },
    };
    let target = match deed {
        Deed::AddTag | Deed::RemoveTag => typed.tag.clone(),
        _ => typed.list.clone(),
    };
    let wanted = Wanted { deed, whom, target, words: typed.words.clone() };
    let grave = deed == Deed::Erase || (deed == Deed::Suppress && typed.found);
    let length = typed.words.chars().count();
    if grave && posted.get("sure") != "yes" && (1..=REASON_MAX).contains(&length) {
        return sure(seat, query, typed).await;
    }
    match seat.write("many people", move |tx, ctx| bulk::begin(tx, ctx, &wanted)).await {
        Ok(id) => Ok(reply::see(&format!("/contacts/deeds/{}", public(kind::BULK, id)))),
        Err(e @ (Error::Invalid { .. } | Error::NotFound(_))) => {
            let (param, why) = super::shown::why(&seat.words, &e);
            // The engine has one word for a reason that is missing and for one that is too long.
            let long = param == "reason" && length > REASON_MAX;
            let why = if long { seat.words.t("why-reason-too-long") } else { why };
            super::people::not_done(seat, &query, (typed, param, why)).await
        }
        Err(e) => Err(e.into()),
    }
}

/// The last question before a deed that is not taken back, or that stops everybody whom a filter finds.
async fn sure(seat: &Seat, query: String, typed: Typed) -> Answer {
    let w = &seat.words;
    let (n, more) = if typed.found {
        let filter = filter_of(&query);
        let found = seat.read(move |tx, ctx| audience::count(tx, ctx, &filter)).await?;
        (found.n, found.more)
    } else {
        (typed.who.len() as i64, false)
    };
    let people = if more { format!("{}+", w.n(n)) } else { w.n(n) };
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::sure(w, &shell, &SureView { query, typed, n, people })))
}

async fn one(seat: Seat, Path(id): Path<String>, Query(wanted): Query<Part>) -> Answer {
    let stored = id_of(kind::BULK, &id)?;
    let deed = seat.read(move |tx, ctx| bulk::get(tx, ctx, stored)).await?;
    let w = &seat.words;
    let data = DeedView {
        id: deed.id.clone(),
        what: what(w, &deed),
        state: deed.state.clone(),
        of: deed.of,
        seen: deed.seen,
        changed: deed.changed,
        left_out: deed.left_out,
        undoes: deed.undoes,
        stuck: deed.stuck,
        words: deed.words,
    };
    let shell = seat.shell().await?;
    if wanted.part == "outcome" {
        return Ok(reply::page(page_of::outcome(w, &shell, &data)));
    }
    Ok(seat.page(page_of::deed(w, &shell, &data)))
}

async fn step(Path((id, what)): Path<(String, String)>, posted: Posted) -> Answer {
    let stored = id_of(kind::BULK, &id)?;
    let to = format!("/contacts/deeds/{id}");
    let done = match what.as_str() {
        "stop" => posted.seat.write("stop deed", move |tx, ctx| bulk::stop(tx, ctx, stored)).await,
        "undo" => posted.seat.write("undo deed", move |tx, ctx| bulk::undo(tx, ctx, stored)).await,
        _ => return Err(Error::NotFound("deed").into()),
    };
    match done {
        Ok(()) if what == "undo" => Ok(reply::done(&to, "said-undoing", None)),
        // Over meanwhile: the page says how things stand.
        Ok(()) | Err(Error::Conflict(_)) => Ok(reply::see(&to)),
        Err(e) => Err(e.into()),
    }
}

async fn keep(posted: Posted) -> Answer {
    let (name, query) = (posted.get("name").to_owned(), posted.get("query").to_owned());
    let to = format!("/contacts?{query}");
    let kept =
        posted.seat.write("keep filter", move |tx, ctx| audience::filter_save(tx, ctx, &name, &query)).await;
    match kept {
        Ok(_) => Ok(reply::done(&to, "said-filter-kept", None)),
        Err(Error::Invalid { .. }) => Ok(reply::done(&to, "said-not-many", None)),
        Err(e) => Err(e.into()),
    }
}

async fn forget(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::FILTER, &id)?;
    match posted.seat.write("forget filter", move |tx, ctx| audience::filter_forget(tx, ctx, stored)).await {
        Ok(()) | Err(Error::NotFound(_)) => Ok(reply::done("/contacts", "said-filter-gone", None)),
        Err(e) => Err(e.into()),
    }
}

/// The file is written to its end on the disk before its first octet leaves: what fails on the way is said, not cut off.
async fn export(posted: Posted) -> Result<Response, Oops> {
    let Some(format) = Format::parse(posted.get("format")) else {
        return Err(Error::NotFound("format").into());
    };
    let filter = filter_of(posted.get("query"));
    let (db, ctx) = (posted.seat.web.db().clone(), posted.seat.ctx().clone());
    let written = tokio::task::spawn_blocking(move || {
        let out = engine::import::nameless(&db)?;
        audience::export(&db, &ctx, &filter, format, out).map(|(out, _)| out)
    });
    let out = written.await.map_err(|_| Oops::Page(Kind::Internal))??;
    let ending = if format == Format::Csv { "csv" } else { "xlsx" };
    Ok(file(&format!("people.{ending}"), format.mime(), streamed(out)?))
}

/// A file that was written, in pieces.
pub(super) fn streamed(out: BufWriter<File>) -> Result<Body, Oops> {
    let mut out = out.into_inner().map_err(|_| Oops::Page(Kind::Internal))?;
    let (sender, pieces) = tokio::sync::mpsc::channel::<std::io::Result<Bytes>>(4);
    tokio::task::spawn_blocking(move || {
        if let Err(e) = out.seek(SeekFrom::Start(0)) {
            let _ = sender.blocking_send(Err(e)); // whoever asked has gone
            return;
        }
        let mut piece = vec![0; PIECE];
        loop {
            let sent = match out.read(&mut piece) {
                Ok(0) => return,
                Ok(n) => sender.blocking_send(Ok(Bytes::copy_from_slice(&piece[..n]))),
                Err(e) => sender.blocking_send(Err(e)),
            };
            if sent.is_err() {
                return;
            }
        }
    });
    Ok(Body::from_stream(futures_util::stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece| (piece, pieces))
    })))
}

/// Choices of a tag to filter by.
pub(super) fn tag_choices(w: &Words, tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Vec<Choice>> {
    let mut all = vec![Choice::new("", w.t("many-any-tag"))];
    all.extend(audience::tags(tx, ctx)?.into_iter().map(|t| Choice::new(t.id, t.name)));
    Ok(all)
}

/// One event of a person's history, in words.
pub(super) fn happened(seat: &Seat, e: &engine::history::Entry) -> crate::pages::person_more::Happened {
    let w = &seat.words;
    let word = |prefix: &str, name: &str| {
        let key = format!("{prefix}-{}", name.replace(['_', '.'], "-"));
        w.has(&key).then(|| w.t(&key))
    };
    let (field, before) = e.detail.split_once('\n').unwrap_or((e.detail.as_str(), ""));
    let what = match e.kind.as_str() {
        "edit" => word("story-edit", field)
            .unwrap_or_else(|| w.attr("story-edit", args!(what: field.trim_start_matches("field:")))),
        "deed" => {
            word("story-deed", &e.text).unwrap_or_else(|| w.attr("story-deed", args!(what: e.text.as_str())))
        }
        "import" => w.attr("story-import", args!(name: e.text.as_str())),
        "many" => {
            let deed = word("deed", &e.text).unwrap_or_else(|| e.text.clone());
            w.attr("story-many", args!(what: deed))
        }
        kind => word("story", kind).unwrap_or_else(|| kind.to_owned()),
    };
    let text =
        if matches!(e.kind.as_str(), "deed" | "import" | "many") { String::new() } else { e.text.clone() };
    let mut more: Vec<String> = Vec::new();
    match e.kind.as_str() {
        "grant" | "refuse" | "expire" | "ask" | "retract" => {
            more.push(word("method", &e.detail).unwrap_or_else(|| e.detail.clone()));
        }
        "in" => {
            let key = format!("effect-{}", e.detail.split_whitespace().next().unwrap_or_default());
            let known = w.has(&key);
            more.push(if known { w.attr(&key, args!(text: e.text.trim())) } else { e.detail.clone() });
        }
        "edit" if !before.is_empty() => more.push(w.attr("story-was", args!(before: before))),
        "edit" => {}
        _ => more.push(e.detail.clone()),
    }
    more.extend(e.code.map(|code| super::shown::reason(w, code)));
    if !e.actor.is_empty() && e.actor != "system" {
        more.push(w.attr("story-by", args!(who: e.actor.as_str())));
    }
    more.retain(|m| !m.is_empty());
    crate::pages::person_more::Happened {
        at: e.at,
        icon: icon_of(&e.kind),
        what,
        text,
        more: more.join(" · "),
        href: href_of(e),
        status: e.status,
    }
}

fn icon_of(kind: &str) -> &'static str {
    match kind {
        "out" => "send",
        "in" => "inbox",
        "grant" => "check",
        "refuse" | "denied" => "suppressed",
        "expire" | "ask" => "clock",
        "retract" => "undo",
        "import" => "upload",
        "made" => "userplus",
        "many" => "people",
        "deed" => "shield",
        _ => "edit",
    }
}

fn href_of(e: &engine::history::Entry) -> String {
    match e.kind.as_str() {
        "out" => format!("/messages/{}", e.id),
        "in" => format!("/inbox/{}", e.id),
        "many" => format!("/contacts/deeds/{}", e.id),
        "import" => format!("/contacts/imports/{}", e.id),
        _ => String::new(),
    }
}
