//! One life of the program: everything `serve` starts but its sockets, on a runtime of one thread whose time is the world's.
//!
//! The store is served inline, carriers are reached over the world's lines, programs knock at the REST door. When the
//! process dies its runtime is dropped where it stands; what was committed is on the disk.

use crate::network::Network;
use crate::oracle;
use crate::programs;
use crate::room;
use crate::rows::Rows;
use crate::scene::keys;
use crate::world::{Globe, Order, lock};
use axum::Router;
use connectors::{Options, Supervisor};
use doors::{Doors, Trust};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::inline::{Disk, Inline, Judge, Records, Server};
use store::{Bell, Clock, Db, Instant, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// In the middle of things.
    Died,
    /// It was asked to stop when all was quiet, and did.
    Stopped,
    /// It never came to rest.
    Restless,
}

/// How long a world may take to come to rest after the storm.
const PATIENCE_MS: i64 = 40 * 60_000;
/// A sleeping hand of the jobs looks again after this long.
const TICK: Duration = Duration::from_millis(500);

/// Lives once.
pub(crate) fn live(globe: &Globe, disk: &Disk, life: u64) -> Ended {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .event_interval(1)
        .build()
        .unwrap_or_else(|e| panic!("no runtime: {e}"));
    let ended = runtime.block_on(run(globe.clone(), disk.clone(), life));
    {
        // The world's time is the runtime's for the last time.
        let _inside = runtime.enter();
        let mut world = lock(globe);
        world.dead = true;
        let down_ms = if ended == Ended::Died { world.dice.within(0, 20_000) } else { 0 };
        world.end_life(down_ms);
        programs::hung_up(&mut world);
    }
    // Whatever the tasks held is dropped with them; nobody of them runs again.
    drop(runtime);
    ended
}

async fn run(globe: Globe, disk: Disk, life: u64) -> Ended {
    lock(&globe).begin_life();
    let (clock, judge) = (globe.clone(), globe.clone());
    let clock = Clock::wound(move || lock(&clock).wall());
    let judge: Judge = Arc::new(move |moment| lock(&judge).judge(moment));
    let seed = lock(&globe).plan.seed.wrapping_mul(1_000_003).wrapping_add(life);
    let records = globe.clone();
    let ledger: Records = Arc::new(move |refused, sent| lock(&records).recorded(refused, sent));
    let inline = Inline { clock, keys: keys(), seed, judge, ledger };
    let Ok((db, server)) = Db::inline(&disk, inline) else {
        return Ended::Restless;
    };
    let watch = watch::Hand::new(&db, room::probe);
    let ready = db.mend_keys().is_ok() && engine::jobs::prepare(&db).is_ok();
    if !ready && lock(&globe).dead {
        return Ended::Died;
    }
    tokio::spawn(serve(globe.clone(), Arc::clone(&server)));
    tokio::spawn(jobs(globe.clone(), db.clone()));
    let net = Arc::new(Network(globe.clone()));
    let supervisor = Supervisor::start(db.clone(), Options { net, ..Options::default() });
    let door = Doors::new(db.clone(), connectors::kind::ALL, Trust::Console).router();
    let mut process = Process {
        globe,
        rows: Rows(disk),
        db,
        server,
        watch,
        door,
        supervisor: Some(supervisor),
        stopping: None,
    };
    process.main().await
}

struct Process {
    globe: Globe,
    rows: Rows,
    db: Db,
    server: Arc<Server>,
    watch: watch::Hand,
    door: Router,
    supervisor: Option<Supervisor>,
    stopping: Option<JoinHandle<()>>,
}

impl Process {
    async fn main(&mut self) -> Ended {
        let poke = Arc::clone(&lock(&self.globe).poke);
        let mut looked = 0;
        loop {
            while let Some(order) = self.next_order() {
                if let Order::Die(turns) = order {
                    for _ in 0..turns {
                        tokio::task::yield_now().await;
                    }
                }
                self.obey(order);
            }
            let (now, next, dead, calm_since) = {
                let world = lock(&self.globe);
                let calm = if world.calm { world.now() - world.plan.storm_ms } else { 0 };
                (world.now(), world.agenda.next(), world.dead, calm)
            };
            if dead || !self.server.lives() {
                return Ended::Died;
            }
            if self.stopping.as_ref().is_some_and(JoinHandle::is_finished) {
                return Ended::Stopped;
            }
            if calm_since > PATIENCE_MS {
                return Ended::Restless;
            }
            if now - looked >= 1_000 {
                looked = now;
                self.watch.look();
                if self.stopping.is_none() {
                    self.stop_when_quiet();
                }
            }
            let until = next.unwrap_or(now + 1_000).clamp(now, looked.max(now) + 1_000);
            let wait = Duration::from_millis(u64::try_from(until - now).unwrap_or(0));
            tokio::select! {
                biased;
                () = poke.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn next_order(&self) -> Option<Order> {
        let mut world = lock(&self.globe);
        if world.dead { None } else { world.turn() }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Ask(request) => {
                let Some(call) = programs::call(&mut lock(&self.globe), request) else { return };
                let rows = Rows(self.rows.0.clone());
                tokio::spawn(ask(self.globe.clone(), self.door.clone(), rows, request, call));
            }
            Order::Die(_) => {
                self.server.kill();
                lock(&self.globe).die("between two turns");
            }
            Order::Calm => programs::resume_all(&mut lock(&self.globe)),
            // A process that dies meanwhile leaves it half done; the next one mends it.
            Order::Sort => drop(self.db.sort_keys()),
            Order::Believe => self.db.believe_clock(),
            Order::Check => oracle::check(&mut lock(&self.globe), &self.rows),
        }
    }

    /// Once nobody has anything left to do, the program is asked to stop.
    fn stop_when_quiet(&mut self) {
        let world = lock(&self.globe);
        if !world.is_quiet() || !oracle::is_at_rest(&self.rows) {
            return;
        }
        drop(world);
        if let Some(supervisor) = self.supervisor.take() {
            self.stopping = Some(tokio::spawn(supervisor.stop()));
        }
    }
}

/// Serves the store: reads at once, writes a little later, so that some gather to be committed together.
async fn serve(globe: Globe, server: Arc<Server>) {
    let mut commit_at: Option<Instant> = None;
    loop {
        let due = async {
            match commit_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = server.knocked() => {}
            () = due => {}
        }
        server.serve_reads();
        if commit_at.is_some_and(|at| at <= Instant::now()) {
            server.serve_writes();
            commit_at = None;
        }
        if server.writes_wait() && commit_at.is_none() {
            let mut world = lock(&globe);
            let (low, high) = world.plan.commit_ms;
            let after = u64::try_from(world.dice.within(low, high)).unwrap_or(0);
            commit_at = Some(Instant::now() + Duration::from_millis(after));
        }
    }
}

/// The jobs and the messages in, as the runner's hands do them; a job leaves after a few commits, so that all others have
/// their turn between two of its slices.
async fn jobs(globe: Globe, db: Db) {
    let (mut due, mut inbound) = (db.listen(Bell::Jobs), db.listen(Bell::Inbound));
    loop {
        let stop = AtomicBool::new(false);
        {
            let mut world = lock(&globe);
            if world.dice.often(500) {
                world.job_commits = 1;
                stop.store(true, Ordering::Release);
            }
        }
        let worked = engine::jobs::turn(&db, &stop);
        let handled = engine::inbound::run_open(&db);
        match (worked, handled) {
            (Ok(true), _) | (_, Ok(1..)) => tokio::task::yield_now().await,
            _ => {
                tokio::select! {
                    biased;
                    _ = due.changed() => {}
                    _ = inbound.changed() => {}
                    () = tokio::time::sleep(TICK) => {}
                }
            }
        }
    }
}

async fn ask(globe: Globe, door: Router, rows: Rows, number: usize, call: programs::Call) {
    let answer = async {
        let Ok(response) = door.oneshot(call.request).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    };
    let answered = match call.patience_ms {
        None => Some(answer.await),
        Some(ms) => tokio::time::timeout(Duration::from_millis(ms), answer).await.ok(),
    };
    let mut world = lock(&globe);
    if world.dead {
        return;
    }
    match answered {
        Some((status, body)) => programs::answered(&mut world, number, status, &body, &rows),
        None => programs::unheard(&mut world, number),
    }
    world.poke.notify_one();
}
