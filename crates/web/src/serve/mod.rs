//! The pages over HTTP: who asks is found out once, a page is filled from the engine in one read, a form changes
//! one thing and leads on to a page that says so.
//!
//! Every page works without script. Nothing is answered to a form without its guard, and no page is cached.

mod alarms;
mod ask;
mod campaigns;
mod clients;
mod compliance;
mod composer;
mod connections;
mod doors;
mod forms;
mod handsets;
mod held;
mod home;
mod imports;
mod inbox;
mod keys;
mod law;
mod layers;
mod leave;
mod live;
mod lookups;
mod many;
mod messages;
mod modems;
mod numbers;
mod oops;
mod people;
mod phones;
mod places;
mod queues;
mod reconfirm;
mod reply;
mod routes;
mod segments;
mod settings;
mod shown;
mod signup;
mod story;
mod templates;
mod tills;
mod traces;
mod trials;
mod unconfirmed;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::middleware;
use axum::routing::{get, post};
use sms::form::KindInfo;
use store::Db;
use tokio::sync::watch;

pub use ask::Seat;
pub use oops::Oops;

use crate::assets;

/// What the pages need of the house.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    db: Db,
    kinds: &'static [KindInfo],
    setup_token: Option<String>,
    secure: bool,
    false_clock: bool,
    sample: bool,
    tester: Option<sms::form::Tester>,
    stopping: Option<watch::Receiver<bool>>,
}

/// What the binary knows and the pages need.
#[derive(Clone)]
pub struct Options {
    /// The kinds of connectors there are.
    pub kinds: &'static [KindInfo],
    /// What the first-run page must be opened with, where the server listens to more than this machine.
    pub setup_token: Option<String>,
    /// Whether people come by HTTPS: cookies then travel by nothing else.
    pub secure: bool,
    /// Whether the clock was set by hand.
    pub false_clock: bool,
    /// Whether the first run makes sample people too.
    pub sample: bool,
    /// Says what a connection that is only written down would do; `None` where nobody can.
    pub tester: Option<sms::form::Tester>,
    /// Turns true when the program stops: live streams end then. `None` never does.
    pub stopping: Option<watch::Receiver<bool>>,
}

impl Web {
    /// Pages over a store.
    pub fn new(db: Db, options: Options) -> Web {
        let Options { kinds, setup_token, secure, false_clock, sample, tester, stopping } = options;
        Web(Arc::new(Inner { db, kinds, setup_token, secure, false_clock, sample, tester, stopping }))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn kinds(&self) -> &'static [KindInfo] {
        self.0.kinds
    }

    pub(crate) fn tester(&self) -> Option<sms::form::Tester> {
        self.0.tester
    }

    pub(crate) fn setup_token(&self) -> Option<&str> {
        self.0.setup_token.as_deref()
    }

    pub(crate) fn secure(&self) -> bool {
        self.0.secure
    }

    pub(crate) fn false_clock(&self) -> bool {
        self.0.false_clock
    }

    /// Waits until the program stops.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let stopping = self.0.stopping.clone();
        async move {
            match stopping {
                // A sender that is gone has stopped too.
                Some(mut stopping) => drop(stopping.wait_for(|stop| *stop).await),
                None => std::future::pending().await,
            }
        }
    }

    pub(crate) fn sample(&self) -> bool {
        self.0.sample
    }
}

/// All pages.
pub fn router(web: Web) -> Router {
    let pages = Router::new()
        .route("/", get(home::home))
        .route("/first-run", get(doors::first_run_page).post(doors::first_run))
        .route("/login", get(doors::login_page).post(doors::login))
        .route("/logout", post(doors::logout))
        .route("/preferences", post(doors::preferences))
        .route("/search", get(home::search))
        .route("/live", get(live::live))
        .route("/live/chip", get(home::chip))
        .merge(campaigns::routes())
        .merge(inbox::routes())
        .merge(messages::routes())
        .merge(unconfirmed::routes())
        .merge(segments::routes())
        .merge(compliance::routes())
        .merge(reconfirm::routes())
        .merge(many::routes())
        .merge(people::routes())
        .merge(imports::routes())
        .merge(phones::routes())
        .merge(leave::routes())
        .merge(signup::routes())
        .merge(forms::routes())
        .merge(tills::routes())
        .merge(connections::routes())
        .merge(queues::routes())
        .merge(alarms::routes())
        .merge(clients::routes())
        .merge(numbers::routes())
        .merge(routes::routes())
        .merge(traces::routes())
        .merge(lookups::routes())
        .merge(keys::routes())
        .merge(settings::routes())
        .merge(law::routes())
        .merge(templates::routes())
        .merge(held::routes())
        .fallback(oops::nothing_here)
        .layer(middleware::from_fn_with_state(web.clone(), layers::pages))
        .with_state(web);
    Router::new()
        .route("/assets/{file}", get(|Path(file): Path<String>| async move { assets::serve(&file) }))
        .merge(pages)
}
