//! The database is away and carriers go on talking: what they hand over goes to the journal of the node.

use crate::support::{Carrier, until};
use crate::world::{Allowed, Clients, Cluster, PATIENCE, judge, next_submit, post};
use serde_json::json;
use sim::proxy::{Proxy, Weather};
use std::time::{Duration, Instant};
use store::testing::{Order, Postgres, skip};
use tokio::runtime::Runtime;

const WINDOW: usize = 10;

/// A server that a road leads to, or a word why there is none.
fn server(test: &str) -> Option<Postgres> {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    Postgres::shared(test)?; // the tests' own eyes
    Postgres::start_at(false, Some(port)).map_err(|why| skip(test, &why)).ok()
}

fn threads() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads")
}

fn journal(cluster: &Cluster, node: usize) -> u64 {
    let file = cluster.homes[node].data().join("spill/received.journal");
    std::fs::metadata(file).map_or(0, |m| m.len())
}

/// Receipts and messages in, taken while the database is away, stand in it once and in order afterwards, although the
/// node was killed in between.
#[test]
fn what_carriers_hand_over_meanwhile_is_kept_and_counts_once() {
    let Some(server) = server("what_carriers_hand_over_meanwhile_is_kept_and_counts_once") else { return };
    let carrier = Carrier::with(sim::Config { receipt_ms: (4_000, 5_000), ..sim::Config::default() });
    let url = server.database();
    let mut cluster = Cluster::start(&url, std::slice::from_ref(&url), |home| {
        home.carrier("one", carrier.port(), &["window=50"]);
        home.json(&["numbers", "add", "4545", "--type", "short"]);
    });
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 2, Duration::from_millis(5));
    clients.until_accepted(100);
    let told = clients.end();
    until("all are sent", PATIENCE, || {
        (cluster.sql("SELECT count(*) FROM message WHERE status < 4") == "0").then_some(())
    });
    let before: usize =
        cluster.sql("SELECT count(*) FROM message WHERE status = 7").parse().expect("a count");
    server.order(Order::Stop);
    let threads = threads();
    // Twenty people vote, some of them the same twice: two votes are two.
    for n in 0..20 {
        let phone = carrier.phone(&format!("+97252300{:04}", n / 2));
        threads.block_on(phone.send("1", "4545")).expect("it is taken although the database is away");
    }
    let body = json!({ "to": "+972529999999", "text": "Hello" });
    let (status, head) =
        post(&cluster.addresses()[0], &cluster.key, "/v1/messages", &body).expect("an answer");
    assert!(status == 503 && head.to_lowercase().contains("retry-after"), "{head}");
    until("the receipts are taken", PATIENCE, || (carrier.smsc.pending() == 0).then_some(()));
    assert!(journal(&cluster, 0) > 2_000, "{} octets in the journal", journal(&cluster, 0));
    cluster.kill(0);
    server.order(Order::Start);
    cluster.serve(0);
    until("the journal is read", PATIENCE, || (journal(&cluster, 0) == 0).then_some(()));
    let messages = cluster.all_ended(0);
    assert!(before < told.accepted.len(), "all receipts had come before");
    let delivered = messages.values().filter(|m| m["status"] == "delivered").count();
    assert_eq!(delivered, told.accepted.len(), "receipts are missing");
    judge(&told, &[&carrier], &messages, Allowed { unclear: 0 });
    assert_eq!(cluster.sql("SELECT count(*) FROM inbound WHERE recipient = '4545'"), "20");
    assert_eq!(cluster.sql("SELECT count(*) FROM journal_mark"), "0");
}

/// F105: a node that cannot reach the database while the carrier can be reached. `hang` loses every octet without a
/// word, else the road is cut.
fn partition(test: &str, hang: bool) {
    let Some(server) = server(test) else { return };
    let carrier = Carrier::with(sim::Config {
        latency_ms: (80, 160),
        receipt_ms: (1_000, 2_000),
        ..sim::Config::default()
    });
    let url = server.database();
    let threads = threads();
    let roads: Vec<Proxy> =
        (0..2).map(|_| threads.block_on(Proxy::start(server.address())).expect("a road")).collect();
    let each: Vec<String> = roads.iter().map(|road| server.over(road.addr(), &url)).collect();
    let window = format!("window={WINDOW}");
    let cluster = Cluster::start(&url, &each, |home| drop(home.carrier("one", carrier.port(), &[&window])));
    let owner = cluster.carries("one");
    let clients = Clients::start(
        &[cluster.server(1 - owner).address.clone()],
        &cluster.key,
        2,
        Duration::from_millis(15),
    );
    clients.until_accepted(100);
    let cut = Instant::now();
    roads[owner].weather(|w| {
        w.refuse = true;
        (w.up.swallow, w.down.swallow) = (hang, hang);
    });
    if !hang {
        roads[owner].reset();
    }
    until("the other node owns it", PATIENCE, || (cluster.owner("one") == Some(1 - owner)).then_some(()));
    let took = next_submit(&carrier, cut);
    assert!(took <= Duration::from_secs(15), "it took {took:?}");
    let body = json!({ "to": "+972529999999", "text": "Hello" });
    let (status, head) =
        post(&cluster.server(owner).address, &cluster.key, "/v1/messages", &body).expect("an answer");
    assert!(status == 503 && head.to_lowercase().contains("retry-after"), "{head}");
    let told = clients.end();
    roads[owner].weather(|w| *w = Weather::default());
    roads[owner].reset();
    until("it is heard again", PATIENCE, || (cluster.living() == 2).then_some(()));
    until("its journal is read", PATIENCE, || (journal(&cluster, owner) == 0).then_some(()));
    let messages = cluster.all_ended(owner);
    let unclear = judge(&told, &[&carrier], &messages, Allowed { unclear: 2 * WINDOW });
    eprintln!("taken over after {took:?}; {unclear} of {} unclear", told.accepted.len());
}

#[test]
fn f105_a_node_cut_off_from_the_database() {
    partition("f105_a_node_cut_off_from_the_database", false);
}

#[test]
fn f105_a_node_whose_database_says_nothing_any_more() {
    partition("f105_a_node_whose_database_says_nothing_any_more", true);
}

#[test]
fn a_node_ends_in_order_although_its_database_is_away() {
    let Some(server) = server("a_node_ends_in_order_although_its_database_is_away") else { return };
    let carrier = Carrier::start();
    let url = server.database();
    let mut cluster = Cluster::start(&url, std::slice::from_ref(&url), |home| {
        drop(home.carrier("one", carrier.port(), &[]))
    });
    server.order(Order::Stop);
    std::thread::sleep(Duration::from_secs(2));
    let (node, began) = (cluster.servers[0].take().expect("it runs"), Instant::now());
    let ended = std::thread::spawn(move || node.end());
    until("it ended", Duration::from_secs(40), || ended.is_finished().then_some(()));
    assert_eq!(ended.join().expect("it ends"), 0, "after {:?}", began.elapsed());
}

/// A provider's webhook that comes while the database is away is kept by the node, answered, and counts once.
#[test]
fn a_webhook_meanwhile_is_kept_and_counts_once() {
    let Some(server) = server("a_webhook_meanwhile_is_kept_and_counts_once") else { return };
    let url = server.database();
    let nobody = crate::support::free_address();
    let cluster = Cluster::start(&url, std::slice::from_ref(&url), |home| {
        let base = format!("base=http://{nobody}");
        home.json(&["connectors", "add", "gate", "--kind", "http", "--set", &base, "message_id=id"]);
        home.json(&["numbers", "add", "4545", "--type", "short"]);
    });
    let hook =
        cluster.homes[0].connector("gate")["hooks"]["address"].as_str().expect("an address").to_owned();
    let path = hook.split_once("/hooks/").expect("a path of ours").1.to_owned();
    let call = |id: &str| {
        let place = format!("/hooks/{path}/inbound?from=%2B972523000001&to=4545&text=1&id={id}");
        post(&cluster.addresses()[0], &cluster.key, &place, &json!({})).map(|(status, _)| status)
    };
    assert_eq!(call("a"), Some(200), "before");
    server.order(Order::Stop);
    until("it is noticed that the database is away", PATIENCE, || {
        let body = json!({ "to": "+972529999999", "text": "Hello" });
        let answer = post(&cluster.addresses()[0], &cluster.key, "/v1/messages", &body);
        answer.is_some_and(|(status, _)| status == 503).then_some(())
    });
    for _ in 0..2 {
        assert_eq!(call("b"), Some(200), "it is kept, and kept again");
    }
    assert!(journal(&cluster, 0) > 0);
    server.order(Order::Start);
    until("the journal is read", PATIENCE, || (journal(&cluster, 0) == 0).then_some(()));
    assert_eq!(cluster.sql("SELECT count(*) FROM inbound WHERE recipient = '4545'"), "2");
}
