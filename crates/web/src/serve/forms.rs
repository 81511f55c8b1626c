//! Sign-up forms over HTTP: written, kept as a draft, published; words and topics beside them.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use engine::collect::form::{self, Asked, Draft, Kind, LANGUAGES, Said};
use engine::collect::{keyword, kiosk, topic};
use engine::{Error, audience, connector};
use maud::Markup;
use sms::id::{kind, parse, public};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::forms::{self as one_page, EditView, FormsView, QUESTIONS_MAX};
use crate::pages::poster::share;
use crate::shell::Shell;
use crate::ui::form::Choice;

const HERE: &str = "/contacts/forms";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/contacts/forms", get(page))
        .route("/contacts/forms/{id}", get(edit).post(save))
        .route("/contacts/forms/{id}/close", post(close))
        .route("/contacts/forms/{id}/open", post(reopen))
        .route("/contacts/forms/topics", post(topic_add))
        .route("/contacts/forms/topics/{id}/retire", post(topic_retire))
        .route("/contacts/forms/words", post(word_add))
        .route("/contacts/forms/words/{id}/remove", post(word_remove))
}

async fn all(seat: &Seat, fault: Option<(String, String)>) -> Result<Markup, Oops> {
    let view = seat
        .read(|tx, ctx| {
            let numbers = connector::numbers(tx, ctx)?;
            Ok(FormsView {
                forms: form::all(tx, ctx)?.into_iter().map(|f| (public(kind::ROW, f.id), f)).collect(),
                topics: topic::offered(tx, ctx.workspace)?,
                words: keyword::all(tx, ctx)?,
                numbers: numbers.into_iter().map(|n| n.number).collect(),
                fault: None,
            })
        })
        .await?;
    let shell = seat.shell().await?;
    Ok(one_page::view(&seat.words, &shell, &FormsView { fault, ..view }))
}

async fn page(seat: Seat) -> Answer {
    let markup = all(&seat, None).await?;
    Ok(seat.page(markup))
}

/// What a page of one form shows beside its draft.
async fn around(seat: &Seat, mut view: EditView) -> Result<EditView, Oops> {
    let (lists, senders, topics) = seat
        .read(|tx, ctx| {
            let senders = connector::senders(tx, ctx)?.into_iter().map(|s| s.name);
            let mut shown: Vec<String> = senders.collect();
            shown.extend(connector::numbers(tx, ctx)?.into_iter().map(|n| n.number));
            Ok((audience::lists(tx, ctx)?, shown, topic::offered(tx, ctx.workspace)?))
        })
        .await?;
    let none = Choice::new("", seat.words.t("forms-no-list"));
    view.lists = std::iter::once(none).chain(lists.into_iter().map(|l| Choice::new(l.id, l.name))).collect();
    let first = Choice::new("", seat.words.t("forms-first-sender"));
    view.senders =
        std::iter::once(first).chain(senders.into_iter().map(|s| Choice::new(s.clone(), s))).collect();
    view.topics = topics.into_iter().map(|t| t.name).collect();
    Ok(view)
}

async fn found(seat: &Seat, id: &str) -> Result<EditView, Oops> {
    let mut view = EditView { id: id.to_owned(), ..EditView::default() };
    if id == "new" {
        view.draft = seat.read(|tx, ctx| form::blank(tx, ctx.workspace)).await?;
    } else {
        let stored = id_of(kind::ROW, id)?;
        let (kept, versions) = seat
            .read(move |tx, ctx| Ok((form::get(tx, ctx, stored)?, form::versions(tx, ctx, stored)?)))
            .await?;
        (view.name, view.draft) = (kept.name.clone(), kept.draft.clone());
        (view.kept, view.versions) = (Some(kept), versions);
    }
    around(seat, view).await
}

/// The page of one form, with a code that was just made for a tablet, or why none was.
pub(super) async fn with_tills(seat: &Seat, id: &str, invited: Result<&str, &str>) -> Answer {
    let mut view = found(seat, id).await?;
    let shell = seat.shell().await?;
    beside(seat, &shell, &mut view, invited.map(Some)).await?;
    let markup = one_page::edit(&seat.words, &shell, &view);
    Ok(if invited.is_ok() { reply::page(markup) } else { reply::refused(markup) })
}

/// What stands beside a published form.
async fn beside(
    seat: &Seat,
    shell: &Shell,
    view: &mut EditView,
    invited: Result<Option<&str>, &str>,
) -> Result<(), Oops> {
    let Some(kept) = view.kept.clone().filter(|k| k.version > 0) else { return Ok(()) };
    let stored = kept.id;
    let tills = seat.read(move |tx, ctx| kiosk::of_form(tx, ctx, stored)).await?;
    view.beside = share(&seat.words, shell, &view.id, &kept, &tills, invited);
    Ok(())
}

async fn edit(Path(id): Path<String>, seat: Seat) -> Answer {
    let mut view = found(&seat, &id).await?;
    let shell = seat.shell().await?;
    beside(&seat, &shell, &mut view, Ok(None)).await?;
    Ok(seat.page(one_page::edit(&seat.words, &shell, &view)))
}

/// The draft as it was typed.
fn typed(posted: &Posted) -> Draft {
    let all = |name: &str| -> Vec<String> {
        posted.all().iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).collect()
    };
    let fields: Vec<Asked> = (0..QUESTIONS_MAX)
        .filter(|n| !posted.get(&format!("q{n}-name")).is_empty())
        .map(|n| Asked {
            name: posted.get(&format!("q{n}-name")).to_owned(),
            kind: Kind::parse(posted.get(&format!("q{n}-kind"))).unwrap_or_default(),
            required: posted.get(&format!("q{n}-must")) == "yes",
            choices: posted.get(&format!("q{n}-choices")).split(',').map(|c| c.trim().to_owned()).collect(),
        })
        .collect();
    let said = |code: &str| {
        let label = |f: &Asked| {
            let label = posted.get(&format!("label-{code}-{}", f.name)).to_owned();
            (!label.is_empty()).then(|| (f.name.clone(), label))
        };
        Said {
            title: posted.get(&format!("title-{code}")).to_owned(),
            intro: posted.get(&format!("intro-{code}")).to_owned(),
            wording: posted.get(&format!("wording-{code}")).to_owned(),
            labels: fields.iter().filter_map(label).collect(),
        }
    };
    let texts: BTreeMap<String, Said> = LANGUAGES.iter().map(|l| ((*l).to_owned(), said(l))).collect();
    let countries = posted.get("countries").to_ascii_uppercase();
    let mut countries = countries.split([' ', ',']).filter(|c| !c.is_empty()).map(str::to_owned);
    Draft {
        list: parse(kind::LIST, posted.get("list")).unwrap_or_default(),
        country: countries.next().unwrap_or_default(),
        countries: countries.collect(),
        sender: posted.get("sender").to_owned(),
        double_optin: posted.get("double") == "yes",
        languages: all("languages"),
        texts,
        fields,
        topics: all("topics"),
        sites: posted.get("sites").lines().map(str::to_owned).collect(),
    }
}

async fn save(Path(id): Path<String>, posted: Posted) -> Answer {
    let (seat, draft, name) = (&posted.seat, typed(&posted), posted.get("name").to_owned());
    let stored = if id == "new" { None } else { Some(id_of(kind::ROW, &id)?) };
    let publish = posted.get("do") == "publish";
    let (kept, called) = (draft.clone(), name.clone());
    let saved = seat
        .write("form", move |tx, ctx| {
            let stored = match stored {
                None => form::create(tx, ctx, &called, &kept)?,
                Some(stored) => form::save(tx, ctx, stored, &called, &kept).map(|()| stored)?,
            };
            if publish {
                form::publish(tx, ctx, stored)?;
            }
            Ok(stored)
        })
        .await;
    match saved {
        Ok(stored) => {
            let said = if publish { "said-published" } else { "said-saved" };
            Ok(reply::done(&format!("{HERE}/{}", public(kind::ROW, stored)), said, None))
        }
        Err(e @ Error::Invalid { .. }) => {
            let mut view = found(seat, &id).await?;
            (view.name, view.draft, view.fault) = (name, draft, Some(shown::why(&seat.words, &e)));
            let shell = seat.shell().await?;
            Ok(reply::refused(one_page::edit(&seat.words, &shell, &view)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn set_closed(id: &str, posted: &Posted, closed: bool) -> Answer {
    let stored = id_of(kind::ROW, id)?;
    posted.seat.write("form.state", move |tx, ctx| form::set_closed(tx, ctx, stored, closed)).await?;
    Ok(reply::done(&format!("{HERE}/{id}"), "said-saved", None))
}

async fn close(Path(id): Path<String>, posted: Posted) -> Answer {
    set_closed(&id, &posted, true).await
}

async fn reopen(Path(id): Path<String>, posted: Posted) -> Answer {
    set_closed(&id, &posted, false).await
}

/// Back to the page of all, which says what was done or what is wrong.
async fn after(seat: &Seat, done: engine::Result<()>, said: &str) -> Answer {
    match done {
        Ok(()) => Ok(reply::done(HERE, said, None)),
        Err(e @ Error::Invalid { .. }) => {
            let markup = all(seat, Some(shown::why(&seat.words, &e))).await?;
            Ok(reply::refused(markup))
        }
        Err(e) => Err(e.into()),
    }
}

async fn topic_add(posted: Posted) -> Answer {
    let name = posted.get("name").to_owned();
    let titles: BTreeMap<String, String> =
        LANGUAGES.iter().map(|l| ((*l).to_owned(), posted.get(l).to_owned())).collect();
    let done = posted.seat.write("topic", move |tx, ctx| topic::put(tx, ctx, &name, &titles).map(drop)).await;
    after(&posted.seat, done, "said-added").await
}

async fn topic_retire(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let done = posted.seat.write("topic", move |tx, ctx| topic::retire(tx, ctx, stored)).await;
    after(&posted.seat, done, "said-removed").await
}

async fn word_add(posted: Posted) -> Answer {
    let form = id_of(kind::ROW, posted.get("form"))?;
    let (number, word) = (posted.get("number").to_owned(), posted.get("word").to_owned());
    let done =
        posted.seat.write("keyword", move |tx, ctx| keyword::add(tx, ctx, form, &number, &word).map(drop));
    let done = done.await;
    after(&posted.seat, done, "said-added").await
}

async fn word_remove(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::ROW, &id)?;
    let done = posted.seat.write("keyword", move |tx, ctx| keyword::remove(tx, ctx, stored)).await;
    after(&posted.seat, done, "said-removed").await
}
