//! `/v1/unconfirmed`: messages of which nobody knows whether they arrived, and what is to become of them.

use super::{id, read};
use crate::Doors;
use crate::api::Api;
use crate::body::{self, Json as Body};
use crate::caller::Caller;
use crate::page::{self, List};
use crate::problem::{Answer, Problem};
use crate::time::moment;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use engine::message::View;
use engine::unconfirmed::{self, Decided, Decision, Which};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sms::id::{kind, public};
use sms::{Class, Code};

pub(crate) fn mount(api: &mut Api) {
    api.get("/v1/unconfirmed", "List messages of which nobody knows whether they arrived", list);
    api.get("/v1/unconfirmed/count", "How many there are", count);
    api.post("/v1/unconfirmed/decide", "Send them again, leave them, or count them as failed", decide);
}

#[derive(Serialize)]
struct Item {
    id: String,
    campaign: Option<String>,
    to: String,
    class: Class,
    reason: Code,
    possible_duplicate: bool,
    connector: String,
    #[serde(serialize_with = "moment")]
    accepted_at: i64,
}

impl From<View> for Item {
    fn from(v: View) -> Item {
        Item {
            id: v.id,
            campaign: (v.row.campaign != 0).then(|| public(kind::CAMPAIGN, v.row.campaign)),
            to: v.row.recipient,
            class: v.row.class,
            reason: v.reason.code,
            possible_duplicate: v.row.possible_duplicate,
            connector: v.connector,
            accepted_at: v.row.accepted_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    campaign: Option<String>,
}

impl Of {
    fn id(&self) -> Answer<Option<i64>> {
        self.campaign.as_deref().map(|c| id(kind::CAMPAIGN, "campaign", c)).transpose()
    }
}

async fn list(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<List<Item>>> {
    let (of, window): (Of, _) = page::query(&uri)?;
    let (campaign, after) = (of.id()?, page::cursor(&window, kind::MESSAGE)?.unwrap_or(0));
    let (found, next) =
        read(&doors, &caller, move |tx, ctx| unconfirmed::list(tx, ctx, campaign, after, window.limit))
            .await?;
    let cursor = next.map(|id| public(kind::MESSAGE, id));
    Ok(Json(List::page(found.into_iter().map(Item::from).collect(), next.is_some(), &uri, cursor)))
}

async fn count(State(doors): State<Doors>, caller: Caller, uri: Uri) -> Answer<Json<Value>> {
    let (of, _): (Of, _) = page::query(&uri)?;
    let campaign = of.id()?;
    let n = read(&doors, &caller, move |tx, ctx| unconfirmed::count(tx, ctx, campaign)).await?;
    Ok(Json(json!({ "count": n })))
}

/// Which and what; exactly one of `campaign`, `messages` and `all` says which.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    decision: String,
    campaign: Option<String>,
    messages: Option<Vec<String>>,
    #[serde(default)]
    all: bool,
    /// How many the caller believes there are; another number is refused.
    expected: Option<i64>,
}

impl Wanted {
    fn which(&self) -> Answer<Which> {
        match (&self.campaign, &self.messages, self.all) {
            (Some(campaign), None, false) => Ok(Which::Campaign(id(kind::CAMPAIGN, "campaign", campaign)?)),
            (None, Some(ids), false) => {
                let ids: Answer<Vec<i64>> = ids.iter().map(|m| id(kind::MESSAGE, "messages", m)).collect();
                Ok(Which::These(ids?))
            }
            (None, None, true) => Ok(Which::All { upto: 0 }),
            _ => Err(Problem::input("messages", "required", "name one of campaign, messages and all")),
        }
    }
}

async fn decide(State(doors): State<Doors>, caller: Caller, Body(bytes): Body) -> Answer<Json<Decided>> {
    let wanted: Wanted = body::read(&bytes)?;
    let decision = Decision::parse(&wanted.decision).ok_or_else(|| {
        let known: Vec<&str> = Decision::ALL.iter().map(|d| d.name()).collect();
        let detail = format!("decision: '{}' is none of {}", wanted.decision, known.join(", "));
        Problem::input("decision", "invalid", detail)
    })?;
    let which = wanted.which()?;
    if let (Some(expected), Which::Campaign(_) | Which::All { .. }) = (wanted.expected, &which) {
        let campaign = if let Which::Campaign(id) = which { Some(id) } else { None };
        let n = read(&doors, &caller, move |tx, ctx| unconfirmed::count(tx, ctx, campaign)).await?;
        if n != expected {
            let detail = format!("there are {n} now, not {expected}");
            return Err(Problem::new(StatusCode::CONFLICT, "count_changed", detail));
        }
    }
    let (mut done, mut after) = (Decided::default(), (0, 0));
    loop {
        let which = which.clone();
        let slice = super::write(&doors, &caller, "decide", move |tx, ctx| {
            unconfirmed::decide(tx, ctx, decision, &which, after)
        });
        done.and(&slice.await?);
        match done.next {
            Some(next) => after = next,
            None => return Ok(Json(done)),
        }
    }
}
