//! A collection of paths: each is mounted and documented by the same line.

use crate::Doors;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
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
    pub(crate) router: Router<Doors>,
    pub(crate) routes: Vec<Route>,
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
