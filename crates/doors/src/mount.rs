//! Every path of the doors in one router, and what is said where there is none.

use crate::api::{Api, Route};
use crate::problem::Problem;
use crate::{Doors, ops, rest};
use axum::Router;
use axum::http::{Method, StatusCode, Uri};

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
