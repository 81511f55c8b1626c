//! Numbers and senders.

use axum::Router;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use engine::connector;
use engine::{Ctx, Error, lease, sender};
use serde::Deserialize;
use sms::id::{kind, public};
use store::Tx;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::{Oops, unread};
use super::reply::{self, Answer};
use super::shown;
use crate::args;
use crate::pages::error::Kind;
use crate::pages::numbers::{LeaseLine, NameSaid, NumberLine, NumbersView, SenderLine, view};
use crate::ui::form::Choice;

const BASE: &str = "/delivery/numbers";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(BASE, get(list).post(add))
        .route("/delivery/numbers/{id}/remove", post(remove_number))
        .route("/delivery/senders/{id}/remove", post(remove_sender))
        .route("/delivery/senders/{id}/decide", post(decide))
        .route("/delivery/senders/{id}/paper", post(add_paper))
        .route("/delivery/senders/{id}/paper/{paper}", get(paper))
        .route("/delivery/leases", post(lease))
        .route("/delivery/leases/{id}/end", post(lease_end))
}

/// Rows of these short lists have no prefix of their own.
fn row(id: i64) -> String {
    public(kind::ROW, id)
}

type Found = (Vec<connector::NumberView>, Vec<sender::View>, Vec<connector::View>, Vec<lease::View>);

fn facts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Found> {
    Ok((
        connector::numbers(tx, ctx)?,
        sender::list(tx, ctx)?,
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
        senders: senders.into_iter().map(|s| sender_line(seat, s)).collect(),
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
        said: None,
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

fn sender_line(seat: &Seat, s: sender::View) -> SenderLine {
    let id = row(s.id);
    let paper =
        |p: &store::sender::Paper| (format!("/delivery/senders/{id}/paper/{}", row(p.id)), p.name.clone());
    SenderLine {
        papers: s.papers.iter().map(paper).collect(),
        decisions: s.decisions.into_iter().rev().map(|d| (d.status, d.actor, d.reason, d.at)).collect(),
        name: seat.number(&s.name),
        country: s.country,
        status: s.status,
        may_decide: s.may_decide,
        alike: s.alike,
        until: s.until,
        reference: s.reference,
        id,
    }
}

/// What is wrong with a name, in words.
fn wrong(seat: &Seat, problem: &engine::law::name::Problem) -> String {
    use engine::law::name::Problem;
    let w = &seat.words;
    match problem {
        Problem::Character { character, like: Some(like) } => {
            w.attr("sender-wrong-alike", args!(what: character.to_string(), like: like.to_string()))
        }
        Problem::Character { character, .. } => {
            w.attr("sender-wrong-character", args!(what: character.to_string()))
        }
        Problem::Generic { word } => w.attr("sender-wrong-generic", args!(what: word.as_str())),
        Problem::Protected { name, .. } => w.attr("sender-wrong-protected", args!(what: name.as_str())),
        other => w.t(&format!("sender-wrong-{}", other.name().replace('_', "-"))),
    }
}

/// Looks at a name that somebody means to ask for.
async fn look(posted: &Posted) -> Answer {
    let seat = &posted.seat;
    let (name, country) = (posted.get("name").to_owned(), posted.get("country").to_owned());
    let asked = name.clone();
    let found = seat.read(move |tx, ctx| sender::check(tx, ctx, &asked, &country)).await?;
    let mut data = data(seat, None).await?;
    data.said = Some(NameSaid {
        wrong: found.problems.iter().map(|p| wrong(seat, p)).collect(),
        alike: found.alike,
        length: (found.length, found.longest),
        no_way_out: !found.reply_path.is_empty(),
        name,
    });
    let shell = seat.shell().await?;
    Ok(seat.page(view(&seat.words, &shell, &data)))
}

async fn decide(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let until = day(&posted.seat, posted.get("until"));
    let say = sender::Say {
        approve: posted.get("what") == "approve",
        reason: posted.get("reason").to_owned(),
        until: until.unwrap_or_default(),
        reference: posted.get("reference").to_owned(),
    };
    match posted.seat.write("sender.decide", move |tx, ctx| sender::decide(tx, ctx, stored, &say)).await {
        Ok(()) => Ok(reply::done(BASE, "said-saved", None)),
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let (_, says) = shown::why(&posted.seat.words, &e);
            let data = data(&posted.seat, Some(("sender".into(), says))).await?;
            let shell = posted.seat.shell().await?;
            Ok(reply::refused(view(&posted.seat.words, &shell, &data)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn add_paper(seat: Seat, Path(id): Path<String>, mut form: Multipart) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let broken = |e: MultipartError| unread(e.status());
    let mut guarded = false;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("csrf") => guarded = seat.signed_in.csrf_ok(&field.text().await.map_err(broken)?),
            // The guard stands before the file in the form: nothing of a stranger's is read.
            Some("file") if guarded => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let body = field.bytes().await.map_err(broken)?;
                let kept = seat
                    .write("sender.paper", move |tx, ctx| sender::add_paper(tx, ctx, stored, &name, &body));
                return match kept.await {
                    Ok(_) => Ok(reply::done(BASE, "said-added", None)),
                    Err(e @ Error::Invalid { .. }) => {
                        let (_, says) = shown::why(&seat.words, &e);
                        let data = data(&seat, Some(("sender".into(), says))).await?;
                        let shell = seat.shell().await?;
                        Ok(reply::refused(view(&seat.words, &shell, &data)))
                    }
                    Err(e) => Err(e.into()),
                };
            }
            _ => {}
        }
    }
    if guarded { Ok(reply::see(BASE)) } else { Err(Oops::Page(Kind::Stale)) }
}

/// A paper as a file to keep: a browser never opens it, whatever it is.
async fn paper(seat: Seat, Path((_, paper)): Path<(String, String)>) -> Answer {
    let stored = id_of(kind::ROW, &paper)?;
    let (name, body) = seat.read(move |tx, ctx| sender::paper(tx, ctx, stored)).await?;
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, body).into_response())
}

async fn add(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let what = posted.get("what").to_owned();
    if what == "sender" && !posted.get("look").is_empty() {
        return look(&posted).await;
    }
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
