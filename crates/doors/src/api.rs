//! The list of paths: each is mounted and documented by the same line.

use crate::problem::Problem;
use crate::{Doors, ops, rest};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::{MethodFilter, on};

/// One path and method, with what it does in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// As mounted.
    pub path: &'static str,
    /// What it does.
    pub summary: &'static str,
}

/// Largest body where nothing else is said.
const BODY_MAX: usize = 1 << 20;

/// Collects paths for the router and for the document.
pub(crate) struct Api {
    router: Router<Doors>,
    routes: Vec<Route>,
}

impl Api {
    pub(crate) fn get<H, T>(&mut self, path: &'static str, summary: &'static str, handler: H)
    where
        H: Handler<T, Doors>,
        T: 'static,
    {
        self.add("GET", MethodFilter::GET, path, summary, handler, BODY_MAX);
    }

    pub(crate) fn post<H, T>(&mut self, path: &'static str, summary: &'static str, handler: H)
    where
        H: Handler<T, Doors>,
        T: 'static,
    {
        self.add("POST", MethodFilter::POST, path, summary, handler, BODY_MAX);
    }

    /// A path that takes more than the others.
    pub(crate) fn post_large<H, T>(
        &mut self,
        path: &'static str,
        summary: &'static str,
        handler: H,
        max: usize,
    ) where
        H: Handler<T, Doors>,
        T: 'static,
    {
        self.add("POST", MethodFilter::POST, path, summary, handler, max);
    }

    pub(crate) fn patch<H, T>(&mut self, path: &'static str, summary: &'static str, handler: H)
    where
        H: Handler<T, Doors>,
        T: 'static,
    {
        self.add("PATCH", MethodFilter::PATCH, path, summary, handler, BODY_MAX);
    }

    pub(crate) fn delete<H, T>(&mut self, path: &'static str, summary: &'static str, handler: H)
    where
        H: Handler<T, Doors>,
        T: 'static,
    {
        self.add("DELETE", MethodFilter::DELETE, path, summary, handler, BODY_MAX);
    }

    fn add<H, T>(
        &mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        summary: &'static str,
        handler: H,
        max: usize,
    ) where
        H: Handler<T, Doors>,
        T: 'static,
    {
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, on(filter, handler).layer(DefaultBodyLimit::max(max)));
        self.routes.push(Route { method, path, summary });
    }
}

fn all() -> Api {
    let mut api = Api { router: Router::new(), routes: Vec::new() };
    rest::mount(&mut api);
    ops::mount(&mut api);
    api
}

/// Every path with its summary.
pub fn documented() -> Vec<Route> {
    all().routes
}

pub(crate) fn router(doors: &Doors) -> Router {
    all().router.fallback(nowhere).method_not_allowed_fallback(not_that).with_state(doors.clone())
}

async fn nowhere(uri: Uri) -> Problem {
    let detail = format!("there is no path {}", uri.path());
    let known = documented();
    let problem = Problem::new(StatusCode::NOT_FOUND, "not_found", detail);
    match crate::body::nearest(uri.path(), known.iter().map(|r| r.path)) {
        Some(near) => problem.fix(format!("did you mean {near}? All paths stand in /openapi.json")),
        None => problem.fix("all paths stand in /openapi.json"),
    }
}

async fn not_that(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        .fix("the methods of each path stand in /openapi.json")
}
