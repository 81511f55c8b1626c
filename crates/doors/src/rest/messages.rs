//! `/v1/messages`: one, a batch, what became of it.

mod batch;
mod new;
mod view;

use crate::api::Api;
use crate::body::{self, Json};
use crate::caller::Caller;
use crate::gather::Item;
use crate::kept::{self, Key, Outcome, REPLAYED};
use crate::problem::{Answer, Problem};
use crate::shape;
use crate::{Doors, rest};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::{Accepted, Permission, Refusal};
use new::NewMessage;
pub(super) use new::word;

/// Ten thousand messages of the longest text there is.
const BATCH_BODY_MAX: usize = 32 << 20;

pub(crate) fn mount(api: &mut Api) {
    api.post("/v1/messages", "Send one message", send);
    api.post_large("/v1/messages/batch", "Send up to 10,000 messages", batch::send, BATCH_BODY_MAX);
    api.get("/v1/messages", "List messages, newest first", view::list);
    api.get("/v1/messages/{id}", "Read a message", view::one);
    api.get("/v1/messages/{id}/events", "What happened to a message", view::events);
}

async fn send(
    State(doors): State<Doors>,
    caller: Caller,
    headers: HeaderMap,
    Json(bytes): Json,
) -> Answer<Response> {
    caller.ctx.need(Permission::Send)?;
    let wanted: NewMessage<'_> = body::read_borrowed(&bytes)?;
    let submission = wanted.submission(&caller, doors.db().now_ms())?;
    if caller.dry_run {
        let one = [submission];
        let verdicts = rest::write(&doors, &caller, "submit", move |tx, _| engine::submit(tx, &one)).await?;
        let verdict = verdicts.into_iter().next().ok_or_else(Problem::busy)?;
        return answer(StatusCode::OK, verdict);
    }
    let key = Key::of(&headers, "messages", &bytes)?;
    match doors.0.gatherer.submit(Item { submission, key }).await? {
        Outcome::Fresh(verdict) => answer(StatusCode::ACCEPTED, verdict),
        Outcome::Again(status, body) => Ok(replayed(status, body)),
        Outcome::Reused => Err(kept::reused()),
    }
}

fn answer(status: StatusCode, verdict: Result<Accepted, Refusal>) -> Answer<Response> {
    match verdict {
        Ok(accepted) => Ok(json(status, shape::accepted_json(&accepted))),
        Err(refusal) => Err(Problem::refused(refusal.code, &refusal.rule)),
    }
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

fn replayed(status: StatusCode, body: String) -> Response {
    let mut response = json(status, body);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
