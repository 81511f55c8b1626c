//! The one door on the network: the API under its own paths, pages everywhere else.

use super::hooks;
use crate::config::Config;
use crate::failure::{Done, Exit, Failure};
use crate::proxies::Proxies;
use axum::Router;
use axum::extract::Request;
use connectors::hooks::Hooks;
use doors::Doors;
use engine::access;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use store::{Db, setting};
use tokio::sync::watch;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use web::serve::{Options, Web};

/// Paths of the API beside those under `/v1`.
const OF_API: &[&str] = &["/v1", "/healthz", "/readyz", "/metrics", "/openapi.json"];

/// What is told at a start, and what the pages are made with.
pub(super) struct Door {
    /// The page to begin at, while nobody has an account.
    pub first_run: Option<String>,
    /// Whether nothing can leave: no connector that is switched on leads anywhere but to the simulator.
    pub harmless: bool,
    options: Options,
    proxies: Proxies,
}

impl Door {
    /// Finds out how things stand, and keeps the address that links begin with.
    pub(super) async fn open(config: &Config, db: &Db, address: SocketAddr, sample: bool) -> Done<Door> {
        let base = config.public_url.clone().unwrap_or_else(|| format!("http://{}", reached_at(address)));
        let kept = base.clone();
        let found = db.write("start", move |tx| {
            setting::set(tx, setting::PUBLIC_URL, &kept)?;
            let on = store::connector::enabled(tx)?;
            let harmless = on.iter().all(|c| c.kind == engine::connector::SIMULATOR);
            Ok::<_, engine::Error>((access::first_run_needed(tx)?, harmless))
        });
        let (first, harmless) = found.await?;
        // Whoever can reach the port could make the first account: from elsewhere only with the printed address.
        let token = if first && !address.ip().is_loopback() { Some(token()?) } else { None };
        let query = token.as_ref().map(|t| format!("?token={t}")).unwrap_or_default();
        let options = Options {
            kinds: connectors::forms::ALL,
            setup_token: token,
            secure: base.starts_with("https://"),
            false_clock: db.clock().is_shifted(),
            sample,
            tester: Some(connectors::trial),
            stopping: None,
        };
        Ok(Door {
            first_run: first.then(|| format!("{base}/first-run{query}")),
            harmless,
            options,
            proxies: config.proxies.clone(),
        })
    }

    /// API and pages on one address.
    pub(super) fn router(
        &self,
        db: &Db,
        doors: &Doors,
        called: Hooks,
        stopping: watch::Receiver<bool>,
    ) -> Router {
        let api = doors.router();
        let options = Options { stopping: Some(stopping), ..self.options.clone() };
        let pages = web::serve::router(Web::new(db.clone(), options));
        both(self.proxies.clone(), api, hooks::router(db, called), pages).layer(CompressionLayer::new())
    }
}

fn token() -> Done<String> {
    access::new_cookie().map_err(|e| Failure::new(Exit::Failure, "no setup token can be made").why(e))
}

fn both(proxies: Proxies, api: Router, hooks: Router, pages: Router) -> Router {
    Router::new().fallback_service(tower::service_fn(move |mut request: Request| {
        proxies.see_through(&mut request);
        let router = match request.uri().path() {
            path if is_api(path) => api.clone(),
            path if hooks::PATHS.iter().any(|own| path.starts_with(own)) => hooks.clone(),
            _ => pages.clone(),
        };
        router.oneshot(request)
    }))
}

fn is_api(path: &str) -> bool {
    path.starts_with("/v1/") || OF_API.contains(&path)
}

/// An address a browser on this machine can open: *everywhere* is no place to go to.
fn reached_at(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_path_is_the_apis_and_no_page_is() {
        for route in doors::documented() {
            assert!(is_api(route.path), "{}", route.path);
        }
        for page in ["/", "/first-run", "/inbox", "/v1x", "/assets/app.css"] {
            assert!(!is_api(page), "{page}");
        }
    }

    #[test]
    fn everywhere_is_reached_at_this_machine() {
        for (address, reached) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.5:80", "10.0.0.5:80")]
        {
            assert_eq!(reached_at(address.parse().unwrap()).to_string(), reached);
        }
    }
}
