//! UCP and CIMD2 against the simulator, over real sockets: what holds with SMPP holds with them, with one message on
//! the way at a time and with many.

mod world;

use connectors::{Options, Supervisor, Times};
use sim::{Answers, Protocol};
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::time::Duration;
use store::{Error, connector, message};
use world::{World, quick, world_on};

const BOTH: [Protocol; 2] = [Protocol::Ucp, Protocol::Cimd2];

async fn world(protocol: Protocol, window: i64, config: sim::Config) -> World {
    world_on(None, window, sim::Config { protocol, ..config }).await
}

impl World {
    async fn status(&self, id: i64) -> (Status, Code) {
        let workspace = self.workspace;
        let m = self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        (m.status, m.code)
    }

    async fn until(&self, id: i64, wanted: Status) -> Code {
        let mut seen = self.status(id).await;
        for _ in 0..600 {
            if seen.0 == wanted {
                return seen.1;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            seen = self.status(id).await;
        }
        panic!("{wanted} was awaited, it is {seen:?}");
    }

    async fn inbound(&self, wanted: usize) -> usize {
        for _ in 0..200 {
            let open = self.db.read(|tx| store::machine::inbound::open_ids(tx, 100)).await.unwrap().len();
            if open >= wanted {
                return open;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        0
    }

    /// Waits until the link is shown so; what is told beside.
    async fn shows(&self, wanted: LinkState) -> String {
        for _ in 0..400 {
            let link = self.db.read(store::live::states).await.unwrap().remove(&self.connector);
            if let Some(link) = link.filter(|link| link.state == wanted) {
                return link.error;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{wanted:?} was awaited")
    }

    /// Waits until every message has its end; how many were delivered, and of how many nobody knows.
    async fn ends(&self, ids: &[i64]) -> (usize, usize) {
        let (mut delivered, mut unknown) = (0, 0);
        for id in ids {
            for _ in 0..1_200 {
                let (status, _) = self.status(*id).await;
                if status.is_final() || status == Status::Unknown {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            match self.status(*id).await {
                (Status::Unknown, Code::AmbiguousSubmit) => unknown += 1,
                (Status::Delivered, _) => delivered += 1,
                other => panic!("{other:?}"),
            }
        }
        (delivered, unknown)
    }
}

fn many(n: usize) -> Vec<(String, String)> {
    (0..n).map(|i| (format!("+9995{i:05}00"), format!("n{i}"))).collect()
}

async fn story(protocol: Protocol, window: i64) {
    let w = world(protocol, window, quick()).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let long = "שלום 🌍 ".repeat(40);
    let one = |to: &str, text: &str| (to.to_owned(), text.to_owned());
    let put = vec![
        one("+99950000100", "hello @_€ [x] Ñandú é"),
        one("+99950000102", "nobody"),
        one("+99950000200", &long),
        one("+99950000109", "twice"),
        one("+99950000101", "off"),
        one("+99950000103", "full"),
        one("+99950000108", "refused"),
        one("+99950000300", "árvíztűrő"),
    ];
    let ids = w.put(Class::Transactional, put).await;
    assert_eq!(w.until(ids[0], Status::Delivered).await, Code::None);
    assert_eq!(w.until(ids[1], Status::Undelivered).await, Code::UnknownSubscriber);
    for id in [ids[2], ids[3], ids[4], ids[7]] {
        w.until(id, Status::Delivered).await;
    }
    let full = if protocol == Protocol::Ucp { Status::Undelivered } else { Status::Expired };
    w.until(ids[5], full).await;
    w.until(ids[6], Status::Undelivered).await;
    let shown = w.smsc.phone("+99950000200").expect("שלום").from("SHOP").await.unwrap();
    assert_eq!(shown.text, long);
    let shown = w.smsc.phone("+99950000100").expect("hello").await.unwrap();
    assert_eq!(shown.text, "hello @_€ [x] Ñandú é");
    assert_eq!(w.smsc.phone("+99950000300").expect("árv").await.unwrap().text, "árvíztűrő");
    w.smsc.phone("+99950000100").send("כן, תודה", "4545").await.unwrap();
    w.smsc.phone("+99950000100").send(&"a long answer, in parts @ ".repeat(10), "4545").await.unwrap();
    assert_eq!(w.inbound(2).await, 2, "the long one is joined");
    supervisor.stop().await;
    let connector = w.connector;
    assert_eq!(w.db.read(move |tx| store::machine::flight::count(tx, connector)).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ucp_carries_both_ways_in_a_window() {
    story(Protocol::Ucp, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ucp_carries_both_ways_one_at_a_time() {
    story(Protocol::Ucp, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cimd2_carries_both_ways_in_a_window() {
    story(Protocol::Cimd2, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cimd2_carries_both_ways_one_at_a_time() {
    story(Protocol::Cimd2, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ucp_03_two_messages_of_one_second_to_one_number_get_their_own_reports() {
    for protocol in BOTH {
        let w = world(protocol, 20, quick()).await;
        let supervisor = Supervisor::start(w.db.clone(), Options::default());
        let same = (0..10).map(|n| ("+99950000100".to_owned(), format!("n{n}"))).collect();
        for id in w.put(Class::Transactional, same).await {
            w.until(id, Status::Delivered).await;
        }
        let ids: std::collections::BTreeSet<String> =
            w.smsc.journal().into_iter().filter(|e| e.what == sim::What::Submit).map(|e| e.id).collect();
        assert_eq!(ids.len(), 10, "the carrier bumps the second");
        supervisor.stop().await;
    }
}

async fn cuts(protocol: Protocol, window: i64) {
    let w = world(protocol, window, sim::Config { latency_ms: (10, 10), ..quick() }).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let ids = w.put(Class::Marketing, many(120)).await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        w.smsc.cut();
    }
    let (delivered, unknown) = w.ends(&ids).await;
    assert_eq!(delivered + unknown, 120);
    let most = 3 * window as usize;
    assert!(unknown <= most, "{protocol:?}, window {window}: {unknown} are unclear after three cuts");
    for i in 0..120 {
        let seen = w.smsc.phone(&format!("+9995{i:05}00")).inbox().len();
        assert!(seen <= 1, "phone {i} shows {seen}");
    }
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_cut_loses_nothing_and_holds_what_is_unclear() {
    tokio::join!(cuts(Protocol::Ucp, 10), cuts(Protocol::Ucp, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_cimd2_that_is_cut_loses_nothing_and_holds_what_is_unclear() {
    tokio::join!(cuts(Protocol::Cimd2, 10), cuts(Protocol::Cimd2, 1));
}

/// The tasks of the first run end where they stand, as those of a killed process; a second run takes over.
async fn killed(protocol: Protocol, window: i64) {
    let w = world(protocol, window, sim::Config { latency_ms: (10, 10), ..quick() }).await;
    let ids = w.put(Class::Marketing, many(100)).await;
    let first = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let db = w.db.clone();
    let running = first.spawn(async move { Supervisor::start(db, Options::default()) }).await.unwrap();
    while w.smsc.counts().submitted < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    first.shutdown_background();
    drop(running);
    let second = Supervisor::start(w.db.clone(), Options::default());
    let (delivered, unknown) = w.ends(&ids).await;
    assert_eq!(delivered + unknown, 100);
    assert!(delivered >= 50, "{delivered} were delivered");
    // What was committed and not yet written looks like what was written: twice the window at the most.
    assert!(unknown <= 2 * window as usize, "{protocol:?}, window {window}: {unknown} are unclear");
    for i in 0..100 {
        let seen = w.smsc.phone(&format!("+9995{i:05}00")).inbox().len();
        assert!(seen <= 1, "phone {i} shows {seen}");
    }
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_sends_nothing_twice_with_ucp() {
    killed(Protocol::Ucp, 1).await;
    killed(Protocol::Ucp, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_sends_nothing_twice_with_cimd2() {
    killed(Protocol::Cimd2, 1).await;
    killed(Protocol::Cimd2, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttling_carrier_slows_the_link_and_costs_no_try() {
    for protocol in BOTH {
        let w = world(protocol, 10, quick()).await;
        w.smsc.fault(|f| f.throttle = true);
        let supervisor = Supervisor::start(w.db.clone(), Options::default());
        let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "slow".into())]).await;
        for _ in 0..400 {
            if w.smsc.counts().refused > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(w.smsc.counts().refused > 0, "it was tried");
        assert_eq!(w.status(ids[0]).await.0, Status::Queued);
        w.smsc.fault(|f| f.throttle = false);
        w.until(ids[0], Status::Delivered).await;
        let (workspace, id) = (w.workspace, ids[0]);
        let m = w.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        assert_eq!(m.attempt, 0);
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_error_has_its_class() {
    for (protocol, status, code) in [
        (Protocol::Ucp, 6, Code::BadAddress),
        (Protocol::Ucp, 24, Code::CarrierRejected),
        (Protocol::Cimd2, 300, Code::BadAddress),
        (Protocol::Cimd2, 302, Code::CarrierRejected),
    ] {
        let w = world(protocol, 10, quick()).await;
        w.smsc.fault(|f| f.status = status);
        let supervisor = Supervisor::start(w.db.clone(), Options::default());
        let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "no".into())]).await;
        assert_eq!(w.until(ids[0], Status::Rejected).await, code, "{protocol:?} {status}");
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ucp_05_a_refused_login_is_told_and_mended_settings_are_taken_at_once() {
    for protocol in BOTH {
        let config =
            sim::Config { system_id: Some("esme".into()), password: Some("secret".into()), ..quick() };
        let w = world(protocol, 10, config).await;
        let supervisor = Supervisor::start(w.db.clone(), Options::default());
        let ids = w.put(Class::Transactional, vec![("+99950000100".into(), "waits".into())]).await;
        let told = w.shows(LinkState::AuthFailed).await;
        let words = if protocol == Protocol::Ucp { "authentication failure" } else { "invalid login" };
        assert!(told.contains(words), "{told}");
        let (connector, port) = (w.connector, w.smsc.addr().port().to_string());
        w.db.write("mend", move |tx| {
            let one = |k: &str, v: &str| (k.to_owned(), v.to_owned());
            let settings = [one("host", "127.0.0.1"), one("port", &port), one("user", "esme")].into();
            connector::replace(tx, connector, &settings, &[one("password", "secret")].into())?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
        w.until(ids[0], Status::Delivered).await;
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_never_comes_is_unclear_and_the_link_lives() {
    for protocol in BOTH {
        let w = world(protocol, 10, quick()).await;
        w.smsc.fault(|f| f.answers = Answers::Never);
        let times = Times { answer: 300, probe: 300, ..Times::default() };
        let supervisor = Supervisor::start(w.db.clone(), Options { times, ..Options::default() });
        let ids = w.put(Class::Marketing, vec![("+99950000106".into(), "silent".into())]).await;
        w.until(ids[0], Status::Unknown).await;
        w.shows(LinkState::Bound).await;
        w.smsc.fault(|f| f.answers = Answers::Honest);
        let more = w.put(Class::Transactional, vec![("+99950000100".into(), "after".into())]).await;
        w.until(more[0], Status::Delivered).await;
        assert_eq!(w.smsc.counts().binds, 1, "the link never fell");
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_and_answers_twice_change_nothing() {
    for protocol in BOTH {
        let w = world(protocol, 10, quick()).await;
        w.smsc.fault(|f| {
            f.greeting = sim::Greeting::Garbage;
            f.answers = Answers::Twice;
        });
        let supervisor = Supervisor::start(w.db.clone(), Options::default());
        let ids = w.put(Class::Marketing, many(30)).await;
        assert_eq!(w.ends(&ids).await, (30, 0), "{protocol:?}");
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_link_is_kept_alive() {
    for protocol in BOTH {
        let w = world(protocol, 1, quick()).await;
        let times = Times { enquire: 100, probe: 200, ..Times::default() };
        let supervisor = Supervisor::start(w.db.clone(), Options { times, ..Options::default() });
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(w.smsc.counts().binds, 1, "its keep-alives were answered");
        w.smsc.fault(|f| f.mute = true);
        for _ in 0..200 {
            if w.smsc.counts().binds > 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(w.smsc.counts().binds > 1, "who does not answer is left");
        supervisor.stop().await;
    }
}
