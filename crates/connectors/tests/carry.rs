//! Connectors against the simulator, over real sockets: rows become messages, answers and receipts become rows.

mod world;

use connectors::{Options, Supervisor};
use sms::{Class, Code, Status};
use std::time::Duration;
use store::machine::stream;
use store::{Error, connector, message};
use world::{World, quick, world_on};

async fn world(window: i64, config: sim::Config) -> World {
    world_on(None, window, config).await
}

impl World {
    async fn status(&self, id: i64) -> (Status, Code) {
        let workspace = self.workspace;
        let m = self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        (m.status, m.code)
    }

    async fn until(&self, id: i64, wanted: Status) -> Code {
        let mut seen = self.status(id).await;
        for _ in 0..400 {
            if seen.0 == wanted {
                return seen.1;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            seen = self.status(id).await;
        }
        panic!("{wanted} was awaited, it is {seen:?}");
    }
}

async fn story(w: World) {
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let long = "שלום ".repeat(40);
    let ids = w
        .put(
            Class::Transactional,
            vec![
                ("+99950000100".into(), "hello".into()),
                ("+99950000102".into(), "nobody".into()),
                ("+99950000200".into(), long.clone()),
                ("+99950000109".into(), "twice".into()),
            ],
        )
        .await;
    assert_eq!(w.until(ids[0], Status::Delivered).await, Code::None);
    assert_eq!(w.until(ids[1], Status::Undelivered).await, Code::UnknownSubscriber);
    w.until(ids[2], Status::Delivered).await;
    w.until(ids[3], Status::Delivered).await;
    let shown = w.smsc.phone("+99950000200").expect("שלום").await.unwrap();
    assert_eq!(shown.text, long);
    w.smsc.phone("+99950000100").send("כן, תודה", "4545").await.unwrap();
    let open = w.db.read(|tx| store::machine::inbound::open_ids(tx, 10)).await.unwrap();
    assert_eq!(open.len(), 1);
    supervisor.stop().await;
    let connector = w.connector;
    assert_eq!(w.db.read(move |tx| store::machine::flight::count(tx, connector)).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_become_messages_and_receipts_become_states() {
    story(world(10, quick()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_on_postgres() {
    let Some(server) = store::testing::Postgres::shared("connectors on PostgreSQL") else { return };
    story(world_on(Some(server.database()), 10, quick()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_cut_loses_nothing_and_holds_what_is_unclear() {
    let w = world(5, sim::Config { latency_ms: (20, 20), hurry: 50, ..sim::Config::default() }).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let ids = w
        .put(Class::Marketing, (0..200).map(|i| (format!("+9995{i:05}00"), format!("n{i}"))).collect())
        .await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        w.smsc.cut();
    }
    let (mut delivered, mut unknown) = (0, 0);
    for id in &ids {
        for _ in 0..800 {
            let (status, code) = w.status(*id).await;
            if status == Status::Unknown {
                assert_eq!(code, Code::AmbiguousSubmit);
            }
            if status.is_final() || status == Status::Unknown {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        match w.status(*id).await.0 {
            Status::Unknown => unknown += 1,
            Status::Delivered => delivered += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(delivered + unknown, 200);
    assert!(unknown <= 3 * 10, "{unknown} are unclear after three cuts with a window of 5");
    for i in 0..200 {
        let seen = w.smsc.phone(&format!("+9995{i:05}00")).inbox().len();
        assert!(seen <= 1, "phone {i} shows {seen}");
    }
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttling_carrier_slows_the_link_and_costs_no_try() {
    let w = world(10, quick()).await;
    w.smsc.fault(|f| f.throttle = true);
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "slow".into())]).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(w.status(ids[0]).await.0, Status::Queued);
    w.smsc.fault(|f| f.throttle = false);
    w.until(ids[0], Status::Delivered).await;
    let (workspace, id) = (w.workspace, ids[0]);
    let m = w.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
    assert_eq!(m.attempt, 0);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_bind_is_told_and_mended_settings_are_taken_at_once() {
    let config = sim::Config { system_id: Some("esme".into()), password: Some("secret".into()), ..quick() };
    let w = world(10, config).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "waits".into())]).await;
    let state = || async { w.db.read(store::live::states).await.unwrap().remove(&w.connector) };
    for _ in 0..200 {
        if state().await.is_some_and(|s| s.state == sms::live::LinkState::AuthFailed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told = state().await.unwrap();
    assert_eq!(told.state, sms::live::LinkState::AuthFailed);
    assert!(told.error.contains("0x"), "{}", told.error);
    let (connector, port) = (w.connector, w.smsc.addr().port().to_string());
    w.db.write("mend", move |tx| {
        let one = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let settings = [one("host", "127.0.0.1"), one("port", &port), one("system_id", "esme")].into();
        connector::replace(tx, connector, &settings, &[one("password", "secret")].into())
    })
    .await
    .unwrap();
    w.until(ids[0], Status::Delivered).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_an_idle_lane_the_intent_rides_with_the_message() {
    let world = world(10, quick()).await;
    let supervisor = Supervisor::start(world.db.clone(), Options::default());
    // Once something went out the link is bound and has nothing else to do.
    let first = world.put(Class::Transactional, vec![("+99950000100".into(), "one".into())]).await;
    world.until(first[0], Status::Delivered).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..20 {
        let id = world.put(Class::Transactional, vec![("+99950000100".into(), "two".into())]).await[0];
        // Whoever sees the message sees that it is on its way: there is no moment between.
        let (waiting, workspace) = (world.db.clone(), world.workspace);
        let connector = world.connector;
        let (depth, status) = waiting
            .read(move |tx| {
                let depth: i64 = stream::lanes_of(tx, connector)?.iter().map(|(_, n)| n).sum();
                Ok::<_, Error>((depth, message::get(tx, workspace, id)?.map(|m| (m.status, m.in_flight))))
            })
            .await
            .unwrap();
        assert_eq!(depth, 0, "it waits in its lane: {status:?}");
        world.until(id, Status::Delivered).await;
    }
    assert_eq!(world.smsc.counts().submitted, 21);
    supervisor.stop().await;
}

/// While somebody looks, a message is on the wire for everybody to see, field by field; before and after, nothing is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_on_the_wire_is_kept_while_somebody_looks() {
    use store::machine::trace;
    let w = world(10, quick()).await;
    let (connector, workspace) = (w.connector, w.workspace);
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let seen = || w.db.read(move |tx| trace::newest(tx, connector, 100));
    let before = w.put(Class::Otp, vec![("+99950000100".into(), "unseen".into())]).await;
    w.until(before[0], Status::Delivered).await;
    assert!(seen().await.unwrap().is_empty(), "nobody looked");
    w.db.write("watch", move |tx| trace::watch(tx, connector, "50000200", workspace, "test", 60_000))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let texts = vec![("+99950000200".into(), "code 4711".into()), ("+99950000300".into(), "another".into())];
    let ids = w.put(Class::Otp, texts).await;
    for id in &ids {
        w.until(*id, Status::Delivered).await;
    }
    let mut rows = Vec::new();
    for _ in 0..100 {
        rows = seen().await.unwrap();
        if rows.len() >= 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    rows.reverse();
    let told: Vec<(&str, bool)> = rows.iter().map(|p| (p.command.as_str(), p.ours)).collect();
    assert_eq!(
        told,
        [("submit_sm", true), ("submit_sm_resp", false), ("deliver_sm", false), ("deliver_sm_resp", true)],
        "only the number that is looked at"
    );
    assert!(rows[..3].iter().all(|p| p.message == ids[0]), "{rows:?}");
    assert!(rows[0].fields.contains("\"short_message: code 4711 (9 octets)"), "{}", rows[0].fields);
    assert!(rows[0].raw.windows(4).any(|w| w == b"4711"));
    w.db.write("unwatch", move |tx| trace::unwatch(tx, connector)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let after = w.put(Class::Otp, vec![("+99950000200".into(), "unseen too".into())]).await;
    w.until(after[0], Status::Delivered).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(seen().await.unwrap().len(), 4);
    supervisor.stop().await;
}
