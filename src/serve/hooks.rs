//! The way from the network to the connectors for providers and phones that call us: the request as it was sent, nothing
//! read.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use connectors::hooks::{Answer, Asked, BODY_MAX, Hooks};
use connectors::phone::Phones;
use store::Db;

/// Where providers come in, and where phones do.
pub(super) const PATHS: [&str; 2] = ["/hooks/", "/phone/"];

pub(super) fn router(db: &Db, hooks: Hooks) -> Router {
    let any = any(taken).layer(DefaultBodyLimit::max(BODY_MAX));
    let of_phones = axum::routing::any(asked_by_phone).layer(DefaultBodyLimit::max(BODY_MAX));
    let phones = Router::new().route("/phone/{*rest}", of_phones).with_state(Phones::new(db.clone()));
    Router::new().route("/hooks/{*rest}", any).with_state(hooks).merge(phones)
}

async fn taken(
    State(hooks): State<Hooks>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    told(hooks.take(as_sent(&method, &uri, &headers, &body)).await)
}

async fn asked_by_phone(
    State(phones): State<Phones>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    told(phones.take(as_sent(&method, &uri, &headers, &body)).await)
}

fn as_sent(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Asked {
    let text = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    Asked {
        method: method.as_str().to_owned(),
        target: uri.path_and_query().map_or_else(String::new, |p| p.as_str().to_owned()),
        headers: headers.iter().filter_map(text).collect(),
        body: body.to_vec(),
    }
}

fn told(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}
