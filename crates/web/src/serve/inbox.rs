//! The inbox over HTTP: threads, one conversation, a reply, a new message.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engine::inbox::{self, Conversation as Talk, Filter, Item, ThreadView};
use engine::{Ctx, Error, Submission};
use serde::Deserialize;
use sms::Class;
use sms::id::{kind, parse, public};
use store::{Tx, contact, thread};

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::args;
use crate::pages::inbox::{self as page_of, Conversation, Entry, InboxView, NewMessageView, Thread};
use crate::ui::state::May;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/inbox", get(list))
        .route("/inbox/new", get(new).post(send))
        .route("/inbox/{thread}", get(one))
        .route("/inbox/{thread}/reply", post(answer))
        .route("/inbox/{thread}/done", post(done))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    view: String,
    #[serde(default)]
    open: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

struct Found {
    page: inbox::Page,
    unread: i64,
    open: Option<(Talk, Option<contact::Contact>, Vec<String>)>,
}

fn facts(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Asked, open: Option<i64>) -> engine::Result<Found> {
    let before = asked.before.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let filter =
        Filter { state: None, unread: asked.view == "unread", search: asked.q.clone(), before, limit: 0 };
    let page = inbox::threads(tx, ctx, &filter)?;
    let open = match open {
        None => None,
        Some(id) => {
            let talk = inbox::thread(tx, ctx, id)?;
            let person = contact::by_number(tx, ctx.workspace, &talk.thread.address)?;
            let lists = match &person {
                Some(p) => contact::lists_of(tx, ctx.workspace, &[p.id])?
                    .into_iter()
                    .map(|(.., name)| name)
                    .collect(),
                None => Vec::new(),
            };
            Some((talk, person, lists))
        }
    };
    Ok(Found { page, unread: inbox::unread(tx, ctx)?, open })
}

fn thread_line(seat: &Seat, t: &ThreadView) -> Thread {
    Thread {
        id: t.id.clone(),
        name: t.name.clone(),
        phone: seat.number(&t.address),
        snippet: t.snippet.clone(),
        ours: false,
        at: t.last_at,
        unread: t.unread > 0,
        left: false,
    }
}

fn view(seat: &Seat, asked: &Asked, found: &Found, fault: Option<(String, String)>) -> InboxView {
    let open = found.open.as_ref().map(|(talk, person, lists)| {
        let mut shown = conversation(seat, talk, person.as_ref());
        shown.lists = lists.clone();
        shown.fault = fault;
        shown
    });
    InboxView {
        view: asked.view.clone(),
        all: found.page.data.len() as i64,
        unread: found.unread,
        threads: found.page.data.iter().map(|t| thread_line(seat, t)).collect(),
        open,
        older: found.page.next.map(|(at, id)| format!("/inbox?view={}&before={at}-{id}", asked.view)),
    }
}

fn conversation(seat: &Seat, talk: &Talk, person: Option<&contact::Contact>) -> Conversation {
    let t = &talk.thread;
    let waits = talk.items.iter().rev().take_while(|item| item.inbound || !item.effect.is_empty()).last();
    let open = t.state == "open" && talk.items.last().is_some_and(|item| item.inbound);
    let may = match talk.consent {
        "granted" => May::Yes,
        "refused" => May::Left,
        _ => May::Unknown,
    };
    let name = person.map(|p| format!("{} {}", p.first_name, p.last_name).trim().to_owned());
    Conversation {
        id: t.id.clone(),
        contact: person.map(|p| public(kind::CONTACT, p.id)),
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| t.name.clone()),
        phone: seat.number(&t.address),
        may,
        may_source: String::new(),
        waits_since: waits.filter(|_| open).map(|item| item.at),
        entries: talk.items.iter().flat_map(|item| entries(seat, t, item)).collect(),
        from: seat.number(&t.number),
        cannot: None,
        fault: None,
        fields: person.map(fields).unwrap_or_default(),
        lists: Vec::new(),
    }
}

/// A person's own fields, as stored: a JSON object of texts.
pub(super) fn fields(person: &contact::Contact) -> Vec<(String, String)> {
    let known: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&person.fields).unwrap_or_default();
    known
        .into_iter()
        .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}

fn entries(seat: &Seat, t: &ThreadView, item: &Item) -> Vec<Entry> {
    let w = &seat.words;
    if !item.inbound {
        let by = match (item.source.as_str(), item.campaign.is_some()) {
            (_, true) => w.t("source-campaign"),
            ("inbox", _) => String::new(),
            (other, _) if w.has(&format!("source-{other}")) => w.t(&format!("source-{other}")),
            (other, _) => other.to_owned(),
        };
        let status = item.status.unwrap_or(sms::Status::Accepted);
        return vec![Entry::Out {
            id: item.id.clone(),
            at: item.at,
            text: item.text.clone(),
            by,
            status,
            test: false,
        }];
    }
    let mut all = vec![Entry::In { at: item.at, text: item.text.clone(), to: seat.number(&t.number) }];
    if !item.tlvs.is_empty() {
        let kept = item.tlvs.lines().collect::<Vec<_>>().join(", ");
        all.push(Entry::System { at: item.at, says: w.f("inbox-parameters", args!(kept: kept)) });
    }
    let effect = item.effect.split_whitespace().next().unwrap_or("");
    let key = format!("effect-{effect}");
    if !effect.is_empty() && w.has(&key) {
        all.push(Entry::System { at: item.at, says: w.f(&key, args!(text: item.text.trim())) });
    }
    all
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    // The part of the list is fetched beside an open thread, which it must keep marking.
    let open = parse(kind::THREAD, &asked.open).filter(|_| asked.part == "threads");
    let wanted = asked.clone();
    let found = seat.read(move |tx, ctx| facts(tx, ctx, &wanted, open)).await?;
    let data = view(&seat, &asked, &found, None);
    if asked.part == "threads" {
        return Ok(reply::page(page_of::threads(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

async fn one(seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let stored = id_of(kind::THREAD, &id)?;
    let wanted = asked.clone();
    let found = seat.read(move |tx, ctx| facts(tx, ctx, &wanted, Some(stored))).await?;
    let unread = found.open.as_ref().is_some_and(|(talk, ..)| talk.thread.unread > 0);
    if unread && seat.ctx().may(engine::Permission::Inbox) {
        seat.write("mark read", move |tx, ctx| inbox::mark_read(tx, ctx, stored)).await?;
    }
    let data = view(&seat, &asked, &found, None);
    if let ("log", Some(open)) = (asked.part.as_str(), &data.open) {
        return Ok(reply::page(page_of::log(&seat.words, open)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

async fn answer(Path(id): Path<String>, Query(asked): Query<Asked>, posted: Posted) -> Answer {
    let stored = id_of(kind::THREAD, &id)?;
    let seat = &posted.seat;
    let text = posted.raw("text").to_owned();
    let wanted = text.clone();
    let sent = seat.write("reply", move |tx, ctx| inbox::reply(tx, ctx, stored, &wanted)).await;
    let fault = match sent {
        Ok(_) if asked.part.is_empty() => return Ok(reply::see(&format!("/inbox/{id}#log"))),
        Ok(_) => None,
        Err(e @ (Error::Invalid { .. } | Error::Refused { .. })) => {
            Some((text, shown::why(&seat.words, &e).1))
        }
        Err(e) => return Err(e.into()),
    };
    let wanted = asked.clone();
    let found = seat.read(move |tx, ctx| facts(tx, ctx, &wanted, Some(stored))).await?;
    let refused = fault.is_some();
    let data = view(seat, &asked, &found, fault);
    let shell = seat.shell().await?;
    match &data.open {
        Some(open) if !asked.part.is_empty() && !refused => Ok(reply::page(page_of::log(&seat.words, open))),
        _ => Ok(reply::refused(page_of::view(&seat.words, &shell, &data))),
    }
}

async fn done(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::THREAD, &id)?;
    posted.seat.write("resolve", move |tx, ctx| inbox::resolve(tx, ctx, stored)).await?;
    Ok(reply::see("/inbox"))
}

#[derive(Debug, Default, Deserialize)]
struct NewAsked {
    #[serde(default)]
    to: String,
}

async fn new(seat: Seat, Query(asked): Query<NewAsked>) -> Answer {
    let stored = parse(kind::CONTACT, &asked.to).unwrap_or(0);
    let person = seat.read(move |tx, ctx| Ok(contact::get(tx, ctx.workspace, stored)?)).await?;
    let mut data = NewMessageView { from: own_sender(&seat).await?, ..NewMessageView::default() };
    if let Some(person) = person {
        data.to = seat.number(&person.number);
        data.name = format!("{} {}", person.first_name, person.last_name).trim().to_owned();
    }
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::new_message(&seat.words, &shell, &data)))
}

/// What a message goes from when nobody says: the workspace's first sender or number.
async fn own_sender(seat: &Seat) -> Result<String, Oops> {
    let own = seat.read(|tx, ctx| Ok(store::admission::default_sender(tx, ctx.workspace)?)).await?;
    Ok(own.map_or_else(|| seat.words.t("composer-from-own"), |own| seat.number(&own)))
}

async fn send(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (to, text) = (posted.get("to").to_owned(), posted.raw("text").to_owned());
    let (number, words) = (to.clone(), text.clone());
    let sent = seat.write("new message", move |tx, ctx| submit_one(tx, ctx, &number, &words)).await?;
    let fault = match sent {
        Ok((_, Some(thread))) => return Ok(reply::see(&format!("/inbox/{}", public(kind::THREAD, thread)))),
        Ok((id, None)) => {
            return Ok(reply::done(&format!("/messages/{}", public(kind::MESSAGE, id)), "said-sent", None));
        }
        Err(refusal) => ("to".to_owned(), shown::reason(&seat.words, refusal.code)),
    };
    let data =
        NewMessageView { to, text, fault: Some(fault), from: own_sender(seat).await?, name: String::new() };
    let shell = seat.shell().await?;
    Ok(reply::refused(page_of::new_message(&seat.words, &shell, &data)))
}

type Sent = Result<(i64, Option<i64>), engine::Refusal>;

fn submit_one(tx: &mut Tx<'_>, ctx: &Ctx, to: &str, text: &str) -> engine::Result<Sent> {
    ctx.need(engine::Permission::Inbox)?;
    let one = Submission {
        workspace: ctx.workspace,
        to: to.into(),
        text: text.into(),
        class: Some(Class::Conversational),
        test: ctx.test,
        source: "inbox",
        ..Submission::default()
    };
    let accepted = match engine::submit(tx, &[one])?.pop() {
        Some(Ok(accepted)) => accepted,
        Some(Err(refusal)) => return Ok(Err(refusal)),
        None => return Err(Error::NotFound("message")),
    };
    let thread = thread::by_address(tx, ctx.workspace, &accepted.to)?.map(|t| t.id);
    Ok(Ok((accepted.id, thread)))
}
