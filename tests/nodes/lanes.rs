//! Who carries what: shares, take-over after a death, a fence before one that was paused, clocks that differ.

use crate::support::{Carrier, until};
use crate::world::{Allowed, Clients, Cluster, PATIENCE, judge, next_submit, post};
use rustix::process::Signal;
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use store::testing::Postgres;

const WINDOW: usize = 10;
/// The promise. The tests see the first submit after it, over a link that was bound anew, on a busy machine.
const TAKE_OVER: Duration = Duration::from_secs(15);

/// A carrier that takes a while to answer, so that there is always something in the window and behind it.
fn slow() -> Carrier {
    Carrier::with(sim::Config { latency_ms: (80, 160), receipt_ms: (100, 300), ..sim::Config::default() })
}

fn nodes(n: usize, test: &str, carriers: &[(&str, &Carrier)]) -> Option<Cluster> {
    let url = Postgres::shared(test)?.database();
    let window = format!("window={WINDOW}");
    Some(Cluster::start(&url, &vec![url.clone(); n], |home| {
        for (name, carrier) in carriers {
            home.carrier(name, carrier.port(), &[&window]);
        }
    }))
}

#[test]
fn f103_a_node_that_dies_is_taken_over() {
    let carrier = slow();
    let Some(mut cluster) = nodes(2, "f103_a_node_that_dies_is_taken_over", &[("one", &carrier)]) else {
        return;
    };
    let owner = cluster.carries("one");
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 2, Duration::from_millis(15));
    clients.until_accepted(300);
    let died = cluster.kill(owner);
    let took = next_submit(&carrier, died);
    assert!(took <= TAKE_OVER, "it took {took:?}");
    std::thread::sleep(Duration::from_secs(3));
    let told = clients.end();
    let messages = cluster.all_ended(1 - owner);
    let unclear = judge(&told, &[&carrier], &messages, Allowed { unclear: 2 * WINDOW });
    assert!(unclear > 0, "the kill met nothing on the wire");
    eprintln!("taken over after {took:?}; {unclear} of {} unclear", told.accepted.len());
    // Back again with its data directory it is the node that it was.
    let before = std::fs::read_to_string(cluster.homes[owner].data().join("node")).expect("its number");
    cluster.serve(owner);
    let after = std::fs::read_to_string(cluster.homes[owner].data().join("node")).expect("its number");
    assert_eq!(before.split(' ').next(), after.split(' ').next());
    assert_ne!(before, after, "each process has a number of its own");
}

#[test]
fn f104_a_paused_node_is_fenced() {
    let carrier = slow();
    let Some(cluster) = nodes(2, "f104_a_paused_node_is_fenced", &[("one", &carrier)]) else { return };
    let owner = cluster.carries("one");
    let (here, there) = ([cluster.server(1 - owner).address.clone()], 1 - owner);
    let clients = Clients::start(&here, &cluster.key, 2, Duration::from_millis(10));
    clients.until_accepted(400);
    cluster.signal(owner, Signal::STOP);
    let paused = Instant::now();
    std::thread::sleep(Duration::from_millis(300)); // what was in its socket is on its way
    let took = next_submit(&carrier, paused);
    assert!(took <= TAKE_OVER, "it took {took:?}");
    let told = clients.end();
    until("the other has sent all", PATIENCE, || {
        let waits = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM flight)";
        (cluster.sql(waits) == "0").then_some(())
    });
    let held: HashSet<String> = unknown(&cluster, there);
    assert!(!held.is_empty(), "nothing was on the wire when it was paused");
    let before = carrier.smsc.counts().submitted;
    cluster.signal(owner, Signal::CONT);
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(carrier.smsc.counts().submitted, before, "it wrote after its lanes had gone to another");
    assert!(cluster.server(owner).is_healthy());
    // The answers were there when it woke: what was written is known now, and nothing was changed that was known.
    let still = unknown(&cluster, there);
    assert!(still.len() < held.len(), "none of {held:?} was adopted: {still:?}");
    let messages = cluster.all_ended(owner);
    judge(&told, &[&carrier], &messages, Allowed { unclear: 2 * WINDOW });
}

fn unknown(cluster: &Cluster, node: usize) -> HashSet<String> {
    cluster.messages(node).into_iter().filter(|(_, m)| m["status"] == "unknown").map(|(n, _)| n).collect()
}

#[test]
fn nodes_share_the_connectors_and_take_each_others() {
    let carriers = [slow(), slow(), slow()];
    let named = [("one", &carriers[0]), ("two", &carriers[1]), ("three", &carriers[2])];
    let Some(mut cluster) = nodes(3, "nodes_share_the_connectors_and_take_each_others", &named) else {
        return;
    };
    let owners = |cluster: &Cluster| -> Vec<Option<usize>> { named.map(|(n, _)| cluster.owner(n)).to_vec() };
    // The simulator's connector is a fourth: nobody has more than two.
    until("each node has one", PATIENCE, || {
        let all: HashSet<Option<usize>> = owners(&cluster).into_iter().collect();
        (all.len() == 3 && !all.contains(&None)).then_some(())
    });
    for (name, prefix) in [("one", "97250"), ("two", "97251"), ("three", "97252")] {
        cluster.homes[0].json(&["routes", "add", "--prefix", prefix, "--to", name]);
    }
    let clients = Clients::start(&cluster.addresses()[..2], &cluster.key, 3, Duration::from_millis(30));
    clients.until_accepted(150);
    // One that ends in order leaves nothing unclear, and nobody waits for it.
    let leaving = cluster.servers[2].take().expect("it runs");
    let (end, asked) = (Instant::now(), std::thread::spawn(move || leaving.end()));
    until("its connector has another owner", PATIENCE, || {
        owners(&cluster).iter().all(|o| matches!(o, Some(0 | 1))).then_some(())
    });
    assert!(end.elapsed() < Duration::from_secs(8), "{:?}", end.elapsed());
    assert_eq!(asked.join().expect("it ends"), 0);
    clients.until_accepted(300);
    cluster.serve(2);
    until("it has its share again", PATIENCE, || owners(&cluster).contains(&Some(2)).then_some(()));
    clients.until_accepted(450);
    let told = clients.end();
    let messages = cluster.all_ended(2);
    let [one, two, three] = &carriers;
    judge(&told, &[one, two, three], &messages, Allowed { unclear: 0 });
    assert!(carriers.iter().all(|c| c.smsc.counts().submitted > 0));
}

#[test]
fn what_is_accepted_at_one_node_leaves_at_another_at_once() {
    let carrier = Carrier::start();
    let name = "what_is_accepted_at_one_node_leaves_at_another_at_once";
    let Some(cluster) = nodes(2, name, &[("one", &carrier)]) else { return };
    let owner = cluster.carries("one");
    let other = &cluster.server(1 - owner).address;
    let mut waits: Vec<Duration> = (0..20)
        .map(|n| {
            std::thread::sleep(Duration::from_millis(300)); // so that its owner sleeps
            let (before, asked) = (carrier.smsc.counts().submitted, Instant::now());
            let body = json!({ "to": format!("+97252200{n:04}"), "text": "1234", "class": "otp" });
            assert_eq!(post(other, &cluster.key, "/v1/messages", &body).map(|(status, _)| status), Some(202));
            while carrier.smsc.counts().submitted == before {
                assert!(asked.elapsed() < PATIENCE, "it never left");
                std::thread::sleep(Duration::from_millis(1));
            }
            asked.elapsed()
        })
        .collect();
    waits.sort_unstable();
    eprintln!(
        "accepted at one node, on the wire at another: {:?} in the middle, {:?} at most",
        waits[10], waits[19]
    );
    // A hint that is lost costs a look each second; most are not lost.
    assert!(waits[10] < Duration::from_millis(300) && waits[19] < Duration::from_millis(1_500), "{waits:?}");
}

/// A phone asks one node, another has its lanes: what it is to send reaches it all the same, and when that one dies the node
/// it asks goes on, with nothing sent twice.
#[test]
fn a_phone_asks_one_node_and_outlives_the_other_that_has_its_lanes() {
    let name = "a_phone_asks_one_node_and_outlives_the_other_that_has_its_lanes";
    let Some(mut cluster) = nodes(2, name, &[]) else { return };
    let fast = ["--set", "delay_ms=0", "answer_timeout_s=20", "away_s=5"];
    cluster.homes[0].json(&[&["connectors", "add", "till", "--kind", "phone"], &fast[..]].concat());
    let owner = cluster.settled("till", || true);
    let there = 1 - owner;
    let threads = tokio::runtime::Runtime::new().expect("a runtime");
    let config = sim::Config { hurry: 10, receipt_ms: (50, 150), ..sim::Config::default() };
    let world = threads.block_on(sim::smsc::Smsc::world(config)).expect("a world");
    let code =
        cluster.homes[there].json(&["phones", "pair", "till"])["code"].as_str().expect("a code").to_owned();
    let app = sim::App {
        server: format!("http://{}", cluster.server(there).address),
        code,
        install: "counter".into(),
        wait_s: 3,
        ..sim::App::default()
    };
    let _app = threads.block_on(world.app(app)).expect("it is paired");
    let bound = || cluster.homes[there].connector("till")["state"] == "bound";
    assert_eq!(cluster.settled("till", bound), owner, "its lanes moved without need");
    let delivered = |cluster: &Cluster, at: usize, n: usize| {
        let to = format!("+97254110000{n}");
        let body = json!({ "to": to, "text": format!("number {n}"), "class": "otp" });
        let asked = post(&cluster.server(at).address, &cluster.key, "/v1/messages", &body);
        assert_eq!(asked.map(|(status, _)| status), Some(202));
        until(&format!("number {n} is delivered"), PATIENCE, || {
            let all = cluster.messages(there);
            (all[to.trim_start_matches('+')]["status"] == "delivered").then_some(())
        });
        let shown = world.phone(&to).inbox().iter().filter(|m| m.text == format!("number {n}")).count();
        assert_eq!(shown, 1, "number {n}");
    };
    delivered(&cluster, owner, 1);
    delivered(&cluster, there, 2);
    cluster.kill(owner);
    delivered(&cluster, there, 3);
    assert_eq!(cluster.owner("till"), Some(there));
    delivered(&cluster, there, 4);
}

#[test]
fn f35_nodes_whose_clocks_differ_do_not_disturb_each_other() {
    let name = "f35_nodes_whose_clocks_differ_do_not_disturb_each_other";
    let Some(server) = Postgres::shared(name) else { return };
    let (carrier, url) = (slow(), server.database());
    let mut cluster = Cluster::start(&url, std::slice::from_ref(&url), |home| {
        home.carrier("one", carrier.port(), &[]);
    });
    // Another whose clock is five minutes ahead: by it, every lease has run out.
    let home = crate::support::Home::on(Some(url));
    crate::support::copied(&cluster.homes[0].data().join("keys"), &home.data().join("keys"));
    let ahead = cluster.sql("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '5 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    cluster.servers.push(Some(crate::support::Server::spawn({
        command.env("SENDWORD_CLOCK", ahead);
        command
    })));
    cluster.homes.push(home);
    until("both live", PATIENCE, || (cluster.living() == 2).then_some(()));
    let (owner, epoch) = (cluster.carries("one"), cluster.epoch("one"));
    let end = Instant::now() + Duration::from_secs(12);
    while Instant::now() < end {
        assert_eq!((cluster.owner("one"), cluster.epoch("one")), (Some(owner), epoch), "a lease moved");
        assert_eq!(cluster.living(), 2);
        std::thread::sleep(Duration::from_millis(500));
    }
}
