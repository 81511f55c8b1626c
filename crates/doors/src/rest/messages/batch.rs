//! `/v1/messages/batch`: up to ten thousand at once, answered in order; a refused one stops no other.
//!
//! Stored in slices, so that a batch never stands before a one-time code. With an Idempotency-Key each slice keeps its
//! own answer: a request repeated after a crash in the middle does what is missing and nothing twice.

use super::new::NewMessage;
use super::{json, replayed};
use crate::body::{self, Json};
use crate::caller::Caller;
use crate::kept::{self, Key, Outcome};
use crate::problem::{Answer, ItemProblem, Problem};
use crate::{Doors, rest};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use engine::{Permission, Submission};
use serde::{Deserialize, Serialize};
use sms::{Encoding, Status};
use std::borrow::Cow;
use std::sync::Arc;

const MESSAGES_MAX: usize = 10_000;
const SLICE: usize = 500;

/// The body: messages, and what holds for all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(borrow)]
    messages: Vec<NewMessage<'a>>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    from: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    class: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    send_at: Option<Cow<'a, str>>,
    #[serde(default)]
    validity_s: Option<i64>,
    #[serde(borrow, default)]
    on_ambiguous: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tlvs: Option<Cow<'a, str>>,
}

/// What came of one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Item {
    Accepted { id: String, status: Status, encoding: Encoding, parts: i64, to: String },
    Refused { error: ItemProblem },
}

#[derive(Serialize)]
struct Results {
    accepted: usize,
    refused: usize,
    results: Vec<Item>,
}

/// A message to be decided, or what is wrong with it already.
type Wanted = Result<Submission, ItemProblem>;

pub(super) async fn send(
    State(doors): State<Doors>,
    caller: Caller,
    headers: HeaderMap,
    Json(bytes): Json,
) -> Answer<Response> {
    caller.ctx.need(Permission::Send)?;
    let wanted = wanted(&bytes, &caller, doors.db().now_ms())?;
    let key = Key::of(&headers, "messages/batch", &bytes)?.filter(|_| !caller.dry_run);
    let (mut results, mut again) = (Vec::with_capacity(wanted.len()), true);
    for (n, slice) in wanted.chunks(SLICE).enumerate() {
        let slice: Arc<[Wanted]> = slice.into();
        let key = key.as_ref().map(|k| k.slice(n));
        let (items, known) = store(&doors, &caller, slice, key).await?;
        again &= known;
        results.extend(items);
    }
    let accepted = results.iter().filter(|r| matches!(r, Item::Accepted { .. })).count();
    let answer = Results { accepted, refused: results.len() - accepted, results };
    let status = if caller.dry_run { StatusCode::OK } else { StatusCode::ACCEPTED };
    let body = serde_json::to_string(&answer).unwrap_or_default(); // strings and numbers alone: it cannot fail
    Ok(if again { replayed(status, body) } else { json(status, body) })
}

fn wanted(bytes: &[u8], caller: &Caller, now: i64) -> Answer<Vec<Wanted>> {
    let batch: Batch<'_> = body::read_borrowed(bytes)?;
    if batch.messages.is_empty() {
        return Err(Problem::input("messages", "required", "messages: at least one is needed"));
    }
    if batch.messages.len() > MESSAGES_MAX {
        let detail = format!("messages: at most {MESSAGES_MAX} in one request");
        return Err(Problem::input("messages", "too_many", detail).fix("send the rest in another request"));
    }
    let all = NewMessage {
        text: batch.text,
        from: batch.from,
        class: batch.class,
        campaign: batch.campaign,
        send_at: batch.send_at,
        validity_s: batch.validity_s,
        on_ambiguous: batch.on_ambiguous,
        tlvs: batch.tlvs,
        ..NewMessage::default()
    };
    let one = |m: NewMessage<'_>| m.or(&all).submission(caller, now).map_err(|p| p.item());
    Ok(batch.messages.into_iter().map(one).collect())
}

/// Decides a slice, or finds that it was decided before.
async fn store(
    doors: &Doors,
    caller: &Caller,
    slice: Arc<[Wanted]>,
    key: Option<Key>,
) -> Answer<(Vec<Item>, bool)> {
    let good: Vec<Submission> = slice.iter().filter_map(|w| w.clone().ok()).collect();
    let asked = Arc::new(good);
    let good = Arc::clone(&asked);
    let verdicts = rest::read(doors, caller, move |tx, _| engine::admit(tx, &asked)).await?;
    let answer = rest::write(doors, caller, "submit_batch", move |tx, ctx| {
        let known = match &key {
            Some(key) => kept::look(tx, ctx.workspace, key)?,
            None => None,
        };
        if let Some(known) = known {
            return Ok(Err(known));
        }
        let judged: Vec<engine::Judged<'_>> = good.iter().zip(&verdicts).collect();
        let mut stored = if judged.is_empty() { Vec::new() } else { engine::store(tx, &judged)? }.into_iter();
        let mut items = Vec::with_capacity(slice.len());
        for wanted in slice.iter() {
            items.push(match wanted {
                Err(problem) => Item::Refused { error: problem.clone() },
                Ok(_) => item(stored.next().ok_or(store::Error::Undone)?),
            });
        }
        if let Some(key) = &key {
            let body = serde_json::to_string(&items).unwrap_or_default();
            kept::put(tx, ctx.workspace, key, StatusCode::ACCEPTED, &body)?;
        }
        Ok(Ok(items))
    });
    match answer.await? {
        Ok(items) => Ok((items, false)),
        Err(Outcome::Again(_, body)) => {
            let items = serde_json::from_str(&body).map_err(|e| store::Error::Shape(e.to_string()))?;
            Ok((items, true))
        }
        Err(_) => Err(kept::reused()),
    }
}

fn item(verdict: Result<engine::Accepted, engine::Refusal>) -> Item {
    match verdict {
        Ok(a) => Item::Accepted {
            id: sms::id::public(sms::id::kind::MESSAGE, a.id),
            status: a.status,
            encoding: a.encoding,
            parts: a.parts,
            to: a.to,
        },
        Err(r) => Item::Refused { error: Problem::refused(r.code, &r.rule).item() },
    }
}
