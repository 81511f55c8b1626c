//! What became of messages: one with its parts and reason, its story, a list.

use crate::Doors;
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::rest::{self, path_id, read};
use crate::time::{moment, rfc3339};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use engine::message::{self, Entry, PartView, View};
use serde::{Deserialize, Serialize};
use sms::id::{kind, public};
use sms::{Class, Code, Encoding, Status};
use store::message::Filter;

#[derive(Serialize)]
struct Reason {
    code: Code,
    text: String,
}

#[derive(Serialize)]
struct Part {
    status: Status,
    smsc_id: String,
    connector: String,
    submitted_at: Option<String>,
    done_at: Option<String>,
}

impl From<PartView> for Part {
    fn from(p: PartView) -> Part {
        Part {
            status: p.status,
            smsc_id: p.smsc_id,
            connector: p.connector,
            submitted_at: p.submitted_at.map(rfc3339),
            done_at: p.done_at.map(rfc3339),
        }
    }
}

/// A message as programs see it.
#[derive(Serialize)]
pub(super) struct Message {
    id: String,
    status: Status,
    reason: Reason,
    possible_duplicate: bool,
    class: Class,
    from: String,
    to: String,
    text: String,
    encoding: Encoding,
    parts: Vec<Part>,
    connector: String,
    campaign: Option<String>,
    contact: Option<String>,
    client_ref: String,
    /// Optional parameters of SMPP, a line each; of one message that was asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    tlvs: String,
    test: bool,
    source: String,
    #[serde(serialize_with = "moment")]
    accepted_at: i64,
    /// Not before this moment.
    #[serde(serialize_with = "moment")]
    send_at: i64,
    #[serde(serialize_with = "moment")]
    submitted_at: i64,
    #[serde(serialize_with = "moment")]
    done_at: i64,
}

impl From<View> for Message {
    fn from(v: View) -> Message {
        let row = v.row;
        Message {
            id: v.id,
            status: v.status,
            reason: Reason { code: v.reason.code, text: v.reason.text },
            possible_duplicate: row.possible_duplicate,
            class: row.class,
            from: row.sender,
            to: row.recipient,
            text: row.text,
            encoding: row.spelling.encoding,
            parts: v.parts.into_iter().map(Part::from).collect(),
            connector: v.connector,
            campaign: (row.campaign != 0).then(|| public(kind::CAMPAIGN, row.campaign)),
            contact: (row.contact != 0).then(|| public(kind::CONTACT, row.contact)),
            client_ref: row.client_ref,
            tlvs: String::new(),
            test: row.test,
            source: row.source,
            accepted_at: row.accepted_at,
            send_at: row.due,
            submitted_at: row.submitted_at,
            done_at: row.done_at,
        }
    }
}

pub(super) async fn one(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<Message>> {
    let id = path_id(kind::MESSAGE, "message", &id)?;
    let found = read(&doors, &caller, move |tx, ctx| {
        let view = message::get(tx, ctx, id)?;
        Ok((view, store::message::tlvs(tx, ctx.workspace, id)?))
    });
    let (view, tlvs) = found.await?;
    Ok(Json(Message { tlvs, ..view.into() }))
}

/// One thing that happened to a message.
#[derive(Serialize)]
pub(super) struct Event {
    at: String,
    kind: String,
    detail: String,
    text: String,
}

pub(super) async fn events(
    State(doors): State<Doors>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Json<List<Event>>> {
    let id = path_id(kind::MESSAGE, "message", &id)?;
    let story = read(&doors, &caller, move |tx, ctx| message::timeline(tx, ctx, id)).await?;
    let event = |e: Entry| Event { at: rfc3339(e.at), kind: e.kind, detail: e.detail, text: e.text };
    Ok(Json(List::whole(story.into_iter().map(event).collect())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    campaign: Option<String>,
    status: Option<String>,
    possible_duplicate: Option<String>,
    to: Option<String>,
    code: Option<String>,
    client_ref: Option<String>,
}

pub(super) async fn list(
    State(doors): State<Doors>,
    caller: Caller,
    uri: Uri,
) -> Answer<Json<List<Message>>> {
    let (wanted, window): (Wanted, _) = page::query(&uri)?;
    let known = Status::ALL.iter().map(|s| s.name());
    let code = super::word("code", wanted.code.as_deref(), Code::ALL.iter().map(|c| c.name()))?;
    let campaign = wanted.campaign.as_deref().map(|c| rest::id(kind::CAMPAIGN, "campaign", c));
    // A number stands in the store as its tag; the key it is made with is the store's.
    let tag = wanted.to.map(|to| doors.db().keys().tag(to.trim()));
    let filter = Filter {
        campaign: campaign.transpose()?.unwrap_or(0),
        status: super::word("status", wanted.status.as_deref(), known)?,
        code,
        possible_duplicate: truth("possible_duplicate", wanted.possible_duplicate.as_deref())?,
        tag,
        client_ref: wanted.client_ref,
        before: page::cursor(&window, kind::MESSAGE)?.unwrap_or(0),
        limit: window.limit,
    };
    let page = read(&doors, &caller, move |tx, ctx| message::list(tx, ctx, &filter)).await?;
    let cursor = page.next.map(|id| public(kind::MESSAGE, id));
    let data = page.data.into_iter().map(Message::from).collect();
    Ok(Json(List::page(data, page.next.is_some(), &uri, cursor)))
}

fn truth(param: &str, given: Option<&str>) -> Answer<bool> {
    match given {
        None | Some("false") => Ok(false),
        Some("true" | "") => Ok(true),
        Some(_) => Err(Problem::input(param, "invalid", format!("{param}: must be true or false"))),
    }
}
