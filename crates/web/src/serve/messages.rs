//! The message log, and one message with its story.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use engine::message::{self, Entry, View};
use engine::{Ctx, Permission, campaign};
use serde::Deserialize;
use sms::id::{kind, parse, public};
use sms::life::Status;
use sms::reason::Code;
use store::message::Filter;
use store::{Tx, contact, thread};

use super::Web;
use super::ask::Seat;
use super::campaigns::id_of;
use super::home::Part;
use super::oops::Oops;
use super::places;
use super::reply::{self, Answer};
use super::story;
use crate::pages::message::{self as one_page, MessageView};
use crate::pages::messages::{self as all_page, MessageLine, MessagesView};
use crate::ui::table::Pager;

const PAGE: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/messages", get(list)).route("/messages/{id}", get(one))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    part: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    campaign: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    after: String,
}

/// The statuses behind a word of the filter.
fn statuses(word: &str) -> Vec<Option<Status>> {
    match word {
        "" => vec![None],
        "waiting" => [Status::Scheduled, Status::Queued, Status::Submitting].map(Some).to_vec(),
        "submitted" => [Status::Submitted, Status::Buffered].map(Some).to_vec(),
        "failed" => [Status::Undelivered, Status::Rejected, Status::Expired].map(Some).to_vec(),
        other => vec![other.parse().ok()],
    }
}

#[derive(Default)]
struct Found {
    rows: Vec<View>,
    names: Vec<(i64, String)>,
    campaign: Option<String>,
    more: bool,
}

fn find(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    asked: &Asked,
    number: Option<&str>,
    since: i64,
) -> engine::Result<Found> {
    let mut rows = Vec::new();
    let campaign_id = parse(kind::CAMPAIGN, &asked.campaign).unwrap_or(0);
    for status in statuses(&asked.status) {
        let filter = Filter {
            campaign: campaign_id,
            status,
            code: asked.reason.parse::<Code>().ok(),
            tag: number.map(|number| tx.tag(number)),
            before: parse(kind::MESSAGE, &asked.after).unwrap_or(0),
            limit: PAGE + 1,
            ..Filter::default()
        };
        rows.extend(message::list(tx, ctx, &filter)?.data);
    }
    rows.retain(|m| m.row.accepted_at >= since);
    rows.sort_by_key(|m| std::cmp::Reverse(m.row.id));
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let mut names = Vec::new();
    for id in rows.iter().map(|m| m.row.contact).filter(|id| *id != 0) {
        if names.iter().all(|(known, _)| *known != id)
            && let Some(c) = contact::get(tx, ctx.workspace, id)?
        {
            names.push((id, format!("{} {}", c.first_name, c.last_name).trim().to_owned()));
        }
    }
    let campaign =
        if campaign_id == 0 { None } else { campaign::get(tx, ctx, campaign_id).ok().map(|c| c.name) };
    Ok(Found { rows, names, campaign, more })
}

async fn list(seat: Seat, Query(asked): Query<Asked>) -> Answer {
    if parse(kind::MESSAGE, asked.q.trim()).is_some() {
        return Ok(reply::see(&format!("/messages/{}", asked.q.trim())));
    }
    let reading = sms::number::normalise(&asked.q, &seat.signed_in.workspace.country);
    let searched = !asked.q.trim().is_empty();
    let since = if asked.day == "today" { seat.words.midnight() } else { 0 };
    let found = match (searched, reading.e164) {
        (true, None) => Found::default(),
        (_, number) => {
            let wanted = asked.clone();
            seat.read(move |tx, ctx| find(tx, ctx, &wanted, number.as_deref(), since)).await?
        }
    };
    let data = MessagesView {
        messages: found.rows.iter().map(|m| line(&seat, m, &found.names)).collect(),
        pager: pager(&asked, &found),
        campaign: found.campaign.map(|name| (asked.campaign.clone(), name)),
        reason: asked.reason.parse().ok(),
        today: asked.day == "today",
        query: asked.q,
        status: asked.status,
    };
    if asked.part == "list" {
        return Ok(reply::page(all_page::list(&seat.words, &data)));
    }
    let shell = seat.shell().await?;
    Ok(seat.page(all_page::view(&seat.words, &shell, &data)))
}

fn pager(asked: &Asked, found: &Found) -> Pager {
    let query = [
        ("q", &asked.q),
        ("status", &asked.status),
        ("campaign", &asked.campaign),
        ("reason", &asked.reason),
        ("day", &asked.day),
    ];
    let kept: Vec<String> = query
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", places::escaped(value)))
        .collect();
    let at = |after: &str| {
        format!("/messages?{}{after}", kept.iter().map(|pair| format!("{pair}&")).collect::<String>())
    };
    let last = found.rows.last().filter(|_| found.more);
    Pager {
        says: String::new(),
        first: (!asked.after.is_empty()).then(|| at("")),
        next: last.map(|m| at(&format!("after={}", m.id))),
    }
}

pub(super) fn line(seat: &Seat, m: &View, names: &[(i64, String)]) -> MessageLine {
    let name = names.iter().find(|(id, _)| *id == m.row.contact).map(|(_, name)| name.clone());
    MessageLine {
        id: m.id.clone(),
        at: m.row.accepted_at,
        name: name.unwrap_or_default(),
        to: seat.number(&m.row.recipient),
        from: seat.number(&m.row.sender),
        text: m.row.text.clone(),
        status: m.status,
        reason: m.reason.code,
        parts: m.row.parts,
        possible_duplicate: m.row.possible_duplicate,
    }
}

struct One {
    view: View,
    story: Vec<Entry>,
    name: String,
    campaign: Option<String>,
    thread: Option<i64>,
    traced: bool,
    tlvs: String,
}

fn all_of(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> engine::Result<One> {
    let view = message::get(tx, ctx, id)?;
    let story = message::timeline(tx, ctx, id)?;
    let person =
        if view.row.contact == 0 { None } else { contact::get(tx, ctx.workspace, view.row.contact)? };
    let campaign = if view.row.campaign == 0 {
        None
    } else {
        campaign::get(tx, ctx, view.row.campaign).ok().map(|c| c.name)
    };
    let thread = thread::by_address(tx, ctx.workspace, &view.row.recipient)?.map(|t| t.id);
    let name =
        person.map(|c| format!("{} {}", c.first_name, c.last_name).trim().to_owned()).unwrap_or_default();
    let traced = engine::trace::has(tx, ctx, id)?;
    let tlvs = store::message::tlvs(tx, ctx.workspace, id)?;
    Ok(One { view, story, name, campaign, thread, traced, tlvs })
}

async fn one(seat: Seat, Path(id): Path<String>, Query(wanted): Query<Part>) -> Answer {
    let stored = id_of(kind::MESSAGE, &id)?;
    let found = seat.read(move |tx, ctx| all_of(tx, ctx, stored)).await?;
    let data = shown(&seat, found)?;
    let shell = seat.shell().await?;
    if wanted.part == "all" {
        return Ok(reply::page(one_page::part(&seat.words, &shell, &data)));
    }
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

fn shown(seat: &Seat, found: One) -> Result<MessageView, Oops> {
    let One { view, story: told, name, campaign, thread, traced, tlvs } = found;
    let row = &view.row;
    Ok(MessageView {
        id: view.id.clone(),
        at: row.accepted_at,
        name,
        to: seat.number(&row.recipient),
        from: seat.number(&row.sender),
        text: row.text.clone(),
        characters: row.text.chars().count() as i64,
        encoding: row.spelling.encoding,
        parts: row.parts,
        class: row.class.name().into(),
        status: view.status,
        reason: view.reason.code,
        took: (row.done_at > 0).then_some(row.done_at - row.accepted_at),
        tlvs,
        campaign: campaign.map(|name| (public(kind::CAMPAIGN, row.campaign), name)),
        connector: (!view.connector.is_empty())
            .then(|| (public(kind::CONNECTOR, row.connector), view.connector.clone())),
        by: source(seat, &row.source),
        test: row.test,
        possible_duplicate: row.possible_duplicate,
        events: story::events(seat, &told, view.reason.code),
        thread: thread.map(|id| public(kind::THREAD, id)),
        contact: (row.contact != 0).then(|| public(kind::CONTACT, row.contact)),
        may_resend: view.status == Status::Unknown && seat.ctx().may(Permission::Send),
        may_cancel: false,
        traced,
    })
}

/// Which door it came through, in words.
pub(super) fn source(seat: &Seat, door: &str) -> String {
    let key = format!("source-{door}");
    if seat.words.has(&key) { seat.words.t(&key) } else { door.to_owned() }
}
