//! The public page behind the link in a message. GET shows, POST acts; no session, no cookie, no script.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::unsubscribe::{self, View};
use jiff::tz::TimeZone;

use super::Web;
use super::ask::Visitor;
use super::oops::Oops;
use super::reply;
use crate::pages::unsubscribe::{Stage, UnsubscribeView, view};
use crate::words::{Words, pick_public};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/u/{token}", get(look).post(act))
}

async fn look(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Oops> {
    let wanted = token.clone();
    let found = web.db().read(move |tx| unsubscribe::look(tx, &wanted)).await;
    answer(&web, &visitor, &token, found, Stage::Ask)
}

async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Oops> {
    let fields = super::places::decoded(&body);
    let nonce = fields.iter().find(|(name, _)| name == "nonce").map_or("", |(_, value)| value).to_owned();
    let wanted = token.clone();
    let done = web.db().write("unsubscribe", move |tx| unsubscribe::act(tx, &wanted, &nonce)).await;
    if matches!(done, Err(engine::Error::Conflict(_))) {
        // Opened long ago, or sent by something that never saw the page: it is shown, and one more press does it.
        let wanted = token.clone();
        let found = web.db().read(move |tx| unsubscribe::look(tx, &wanted)).await;
        return answer(&web, &visitor, &token, found, Stage::Again);
    }
    answer(&web, &visitor, &token, done, Stage::Done)
}

fn answer(
    web: &Web,
    visitor: &Visitor,
    token: &str,
    found: engine::Result<View>,
    stage: Stage,
) -> Result<Response, Oops> {
    let (words, data) = match found {
        Ok(found) => {
            let words =
                Words::new(pick_public(Some(&found.language), None), TimeZone::UTC, web.db().now_ms());
            let stage = if found.already { Stage::Already } else { stage };
            let action = format!("/u/{}", super::places::escaped(token));
            let (business, masked, nonce) = (found.workspace, found.number, found.nonce);
            (words, UnsubscribeView { business, masked, action, nonce, stage })
        }
        Err(engine::Error::NotFound(_)) => {
            let nobody = UnsubscribeView {
                business: String::new(),
                masked: String::new(),
                action: String::new(),
                nonce: String::new(),
                stage: Stage::Unknown,
            };
            (visitor.words.clone(), nobody)
        }
        Err(e) => return Err(e.into()),
    };
    let unknown = data.stage == Stage::Unknown;
    let mut response = reply::page(view(&words, &data));
    if unknown {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response.into_response())
}
