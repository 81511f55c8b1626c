//! The hot path without HTTP: the gate, the connectors and the store, in this process, against the same carrier.
//!
//! What it takes less than the whole program is the door; what it takes by thread says where the time goes.

use crate::figures::Figures;
use crate::names::Benchmark;
use crate::process::Process;
use crate::sink::{self, Sink};
use crate::{Bench, Res, list, load, meter};
use clap::Args;
use connectors::Supervisor;
use engine::Submission;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, connector, route};

/// Calls of the gate under way at one time, as the doors have.
const UNDER_WAY: usize = 2;
/// Messages that may wait: an API's callers wait for answers, so a queue never grows without end.
const AHEAD: u64 = 20_000;

#[derive(Args, Clone)]
pub(crate) struct Store {
    #[arg(long, default_value_t = 200_000)]
    messages: u64,
    /// Messages one call of the gate is given; several sizes are run one after the other
    #[arg(long, value_delimiter = ',', default_value = "1,10,100,1000")]
    batch: Vec<usize>,
}

impl Benchmark for Store {
    fn told(&self) -> (&'static str, String) {
        let Store { messages, batch } = self;
        let how = format!(
            "{messages} messages through engine::submit by {batch:?} (a tenth of them one by one), connectors and store in \
             this process"
        );
        ("store", how)
    }

    fn quick(&mut self) {
        self.messages = self.messages.min(10_000);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let mut figures = Figures::default();
        for batch in &self.batch {
            let messages = if *batch == 1 { self.messages / 10 } else { self.messages };
            figures.take(&format!("by {batch}: "), run(bench, messages.max(1), (*batch).max(1))?);
        }
        Ok(figures)
    }

    fn inside(&self) -> bool {
        true
    }
}

fn run(bench: &Bench, messages: u64, batch: usize) -> Res<Figures> {
    let dir = tempfile::Builder::new().prefix("run-").tempdir_in(&bench.dir)?;
    let carrier = Sink::start()?;
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() })?;
    let workspace = house(&db, carrier.port())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("async").build()?;
    let supervisor =
        runtime.block_on(async { Supervisor::start(db.clone(), connectors::Options::default()) });
    carrier.bound()?;
    let carrier = Arc::new(carrier);
    let (before, vitals) = (Process::own().used()?, db.vitals());
    let started = Instant::now();
    let accepted = runtime.block_on(accept(&db, &carrier, workspace, messages, batch))?;
    let seen = carrier.all(messages)?;
    let (used, after) = (Process::own().used()?.since(&before), db.vitals());
    runtime.block_on(supervisor.stop());
    let n = messages as f64;
    let mut figures = Figures::default();
    let rate = |to: Instant| n / (to - started).as_secs_f64();
    figures.add("messages, gate to last receipt stored", "/s", rate(seen.stored));
    figures.add("accepted", "/s", rate(accepted));
    figures.add("submitted at the carrier", "/s", rate(seen.submitted));
    let sink_us = used.threads.get(sink::THREAD).copied().unwrap_or_default();
    let mut ours = used.clone();
    ours.cpu_us -= sink_us;
    meter::costs(&mut figures, &ours, "message", n);
    figures.add("the carrier's own", "µs/message", sink_us / n);
    figures.add("commits", "/message", (after.commits - vitals.commits) as f64 / n);
    figures.add("syncs", "/message", (after.syncs - vitals.syncs) as f64 / n);
    figures.add("closures", "/message", (after.closures - vitals.closures) as f64 / n);
    figures.add(format!("longest closure: {}", after.longest.0), "ms", after.longest.1 as f64);
    Ok(figures)
}

fn house(db: &Db, port: u16) -> Res<i64> {
    let port = port.to_string();
    let made = db.write_blocking("setup", move |tx| {
        let new = workspace::New {
            name: "Bench".into(),
            country: "IL".into(),
            language: "en".into(),
            zone: "Asia/Jerusalem".into(),
            mode: Mode::Live,
            parts_max: 10,
        };
        let workspace = workspace::insert(tx, &new)?.id;
        let settings = [("host", "127.0.0.1"), ("port", &port), ("system_id", "bench"), ("window", "1000")];
        let settings: BTreeMap<String, String> =
            settings.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let carrier = connector::add(tx, "carrier", "smpp", &settings, &BTreeMap::new())?;
        route::add(tx, "", None, "", &[carrier])?;
        Ok::<_, store::Error>(workspace)
    })?;
    Ok(made)
}

/// Hands in all of them; gives the moment of the last answer.
async fn accept(db: &Db, carrier: &Arc<Sink>, workspace: i64, messages: u64, batch: usize) -> Res<Instant> {
    let next = Arc::new(AtomicU64::new(0));
    let hands: Vec<_> = (0..UNDER_WAY)
        .map(|_| {
            let (db, carrier, next) = (db.clone(), Arc::clone(carrier), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let from = next.fetch_add(batch as u64, Ordering::Relaxed);
                    if from >= messages {
                        return Res::Ok(());
                    }
                    while from > carrier.counts().submitted + AHEAD {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    hand_in(&db, workspace, from, messages.min(from + batch as u64)).await?;
                }
            })
        })
        .collect();
    for hand in hands {
        hand.await??;
    }
    Ok(Instant::now())
}

async fn hand_in(db: &Db, workspace: i64, from: u64, to: u64) -> Res<()> {
    let wanted: Vec<Submission> = (from..to)
        .map(|n| Submission {
            workspace,
            to: list::mobile(n),
            text: load::TEXT.into(),
            source: "rest",
            ..Submission::default()
        })
        .collect();
    let wanted = Arc::new(wanted);
    let all = Arc::clone(&wanted);
    let verdicts = db.read(move |tx| engine::admit(tx, &all)).await?;
    let store = move |tx: &mut store::Tx<'_>| {
        let judged: Vec<engine::Judged<'_>> = wanted.iter().zip(&verdicts).collect();
        engine::store(tx, &judged)
    };
    match db.write("submit", store).await?.into_iter().find_map(Result::err) {
        Some(refusal) => Err(format!("refused: {refusal:?}").into()),
        None => Ok(()),
    }
}
