//! The layer around all pages: headers that keep others out, and errors drawn as pages.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use super::ask::Visitor;
use super::oops::{Drawn, status};
use crate::assets::CONTENT_SECURITY_POLICY;
use crate::pages::error;

/// Around every page.
pub(super) async fn pages(State(web): State<Web>, request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&web, request.headers());
    let mut response = next.run(request).await;
    if let Some(Drawn(kind)) = response.extensions().get::<Drawn>().copied() {
        // A request without a line in the log needs no number; a failure of ours has one in both.
        let id = if status(kind).is_server_error() { web.db().now_ms().to_string() } else { String::new() };
        if !id.is_empty() {
            tracing::error!(request = %id, kind = kind.name(), "answered with an error page");
        }
        let page = error::outside(&visitor.words, visitor.theme, kind, &id);
        response = (status(kind), page.into_string()).into_response();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
    }
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
