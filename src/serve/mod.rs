//! `serve` and `demo`: opens the store, starts everything, waits for a signal, stops everything.
//!
//! Order of the start: lock, store, doors, connectors, jobs. Order of the end: doors first, so that nothing new is
//! accepted; then what carries and what works; the store last.

mod clients;
mod door;
mod hooks;
mod phones;
pub(crate) mod start;

use crate::config::{Config, Given};
use crate::failure::{Done, Exit, Failure};
use crate::{config, home};
use doors::socket::Control;
use doors::{Doors, Trust};
use std::future::IntoFuture;
use std::io::Write;
use std::time::Duration;
use store::{Db, Options};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Requests may take so long to end.
const DRAIN: Duration = Duration::from_secs(10);
/// What is on the wire may take so long to be answered.
const CARRIERS: Duration = Duration::from_secs(15);
/// The seed of the simulator's chance where nobody chose one.
const SEED: u64 = 1;

/// Serves until a signal ends it.
pub(crate) fn run(config: &Config) -> Done {
    run_with(config, &Play { seed: SEED, sample: false })
}

/// What the pretend world is like.
struct Play {
    /// The seed of all chance in it.
    seed: u64,
    /// Whether the first workspace begins with people who do not exist.
    sample: bool,
}

fn run_with(config: &Config, play: &Play) -> Done {
    start::log(&config.log);
    home::make(&config.data)?;
    let Some(_lock) = home::lock(&config.data)? else {
        let what = format!("another sendword uses {}", config.data.display());
        return Err(
            Failure::new(Exit::Failure, what).fix("stop it, or name another directory with --data DIR")
        );
    };
    let clock = start::clock()?;
    let options = Options { dir: config.data.clone(), url: config.database.clone(), clock };
    let db = Db::open(&options)?;
    db.write_blocking("start", engine::connector::ensure_simulator)?;
    start::clock_is_harmless(&db)?;
    start::law(&db)?;
    db.check_beside();
    let watch = store::watch::Watch::start(&db, store::disk::space);
    let jobs = engine::jobs::Runner::start(db.clone())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Exit::Failure, "the program cannot start").why(e))?;
    let served = runtime.block_on(serve(config, &db, play));
    runtime.shutdown_timeout(Duration::from_secs(5));
    jobs.stop();
    drop(watch);
    // A task that was cut may still hold a handle: the log is folded back all the same.
    db.close();
    served
}

/// The same in a directory that is gone afterwards.
pub(crate) fn demo(given: Given, seed: u64) -> Done {
    let dir = tempfile::Builder::new()
        .prefix("sendword-demo-")
        .tempdir()
        .map_err(|e| Failure::new(Exit::Failure, "no throw-away directory can be made").why(e))?;
    let config = config::settle(Given { data: Some(dir.path().into()), database: None, ..given })?;
    run_with(&config, &Play { seed, sample: true })
}

async fn serve(config: &Config, db: &Db, play: &Play) -> Done {
    let busy = |e: std::io::Error| {
        Failure::new(Exit::Failure, format!("{} cannot be listened on", config.listen))
            .why(e)
            .fix("name another address with --listen ADDR:PORT")
    };
    let listener = TcpListener::bind(config.listen).await.map_err(busy)?;
    let address = listener.local_addr().map_err(busy)?;
    let socket = home::socket(&config.data);
    let control = Control::open(&socket)
        .map_err(|e| Failure::new(Exit::Failure, format!("{} cannot be made", socket.display())).why(e))?;
    let phones = phones::start(db.clone(), play.seed).await?;
    // Connectors that providers call tell them where: that is known before they start.
    let door = door::Door::open(config, db, address, play.sample).await?;
    let options = connectors::Options { simulator: Some(phones.address()), ..connectors::Options::default() };
    let carriers = connectors::Supervisor::start(db.clone(), options);
    let looker = connectors::lookup::Looker::start(db.clone());
    let (stop, stopping) = watch::channel(false);
    let doors =
        |trust| Doors::with_tester(db.clone(), connectors::forms::ALL, trust, Some(connectors::trial));
    let programs = doors(Trust::Keys);
    let clients = clients::start(&programs, &config.smpp).await?;
    let network = door.router(db, &programs, carriers.hooks(), stopping.clone());
    let console = doors(Trust::Console).router();
    let both = async {
        tokio::join!(
            axum::serve(listener, network.into_make_service_with_connect_info::<std::net::SocketAddr>())
                .with_graceful_shutdown(ended(stopping.clone()))
                .into_future(),
            axum::serve(control, console).with_graceful_shutdown(ended(stopping)).into_future(),
        )
    };
    let mut both = tokio::spawn(both);
    start::greet(config, address, &door);
    clients.greet();
    interrupted().await;
    let _ = writeln!(std::io::stderr().lock(), "Stopping.");
    let _ = stop.send(true);
    clients.stop().await;
    if tokio::time::timeout(DRAIN, &mut both).await.is_err() {
        both.abort();
        tracing::warn!("some requests did not end in time and were cut");
    }
    if tokio::time::timeout(CARRIERS, carriers.stop()).await.is_err() {
        tracing::warn!("what is on the wire was not answered in time; the next start finds it");
    }
    looker.stop().await;
    phones.stop();
    let _ = std::fs::remove_file(&socket); // a socket that stays is replaced at the next start
    Ok(())
}

async fn ended(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await; // a sender that is gone ends it too
}

/// Waits for Ctrl-C or the request to end.
pub(crate) async fn interrupted() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(e) => {
            tracing::warn!(error = %e, "only Ctrl-C stops this process");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
