//! The way from the network to the connectors for providers that call us: the request as it was sent, nothing read.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use connectors::hooks::{Asked, BODY_MAX, Hooks};
use store::Db;

/// Where they come in.
pub(super) const PATH: &str = "/hooks/";

pub(super) fn router(db: &Db) -> Router {
    let any = any(taken).layer(DefaultBodyLimit::max(BODY_MAX));
    Router::new().route("/hooks/{*rest}", any).with_state(Hooks::new(db.clone()))
}

async fn taken(
    State(hooks): State<Hooks>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let asked = Asked {
        method: method.as_str().to_owned(),
        target: uri.path_and_query().map_or_else(String::new, |p| p.as_str().to_owned()),
        headers: headers.iter().filter_map(text).collect(),
        body: body.to_vec(),
    };
    let answer = hooks.take(asked).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}
