//! What a database can do to its nodes: crash, lose an answer, refuse to write, come back older than it was.

use crate::support::{Carrier, until};
use crate::world::{Allowed, Clients, Cluster, PATIENCE, judge, post, psql};
use serde_json::json;
use sim::proxy::Proxy;
use std::time::Duration;
use store::testing::{Order, Postgres, skip};

fn server(test: &str) -> Option<Postgres> {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    Postgres::shared(test)?; // the tests' own eyes
    Postgres::start_at(false, Some(port)).map_err(|why| skip(test, &why)).ok()
}

fn one_node(url: &str, at: &str, carrier: &Carrier) -> Cluster {
    let cluster = Cluster::start(url, &[at.to_owned()], |home| {
        home.carrier("one", carrier.port(), &["window=50"]);
    });
    until("the link is bound", PATIENCE, || {
        (cluster.homes[0].connector("one")["state"] == "bound").then_some(())
    });
    cluster
}

#[test]
fn f106_a_database_that_crashes_under_load() {
    let Some(server) = server("f106_a_database_that_crashes_under_load") else { return };
    let carrier = Carrier::with(sim::Config { latency_ms: (5, 20), ..sim::Config::default() });
    let url = server.database();
    let cluster = one_node(&url, &url, &carrier);
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 4, Duration::from_millis(3));
    for round in 1..=3 {
        clients.until_accepted(round * 200);
        server.order(Order::Crash);
    }
    clients.until_accepted(900);
    let told = clients.end();
    assert!(!told.refused.is_empty(), "no gap was seen");
    let messages = cluster.all_ended(0);
    // The node lived on: what it knew it stored later, so nothing became unclear.
    judge(&told, &[&carrier], &messages, Allowed { unclear: 0 });
    eprintln!("{} accepted, {} refused for the gap", told.accepted.len(), told.refused.len());
}

#[test]
fn f108_the_answer_to_a_commit_is_lost() {
    let Some(server) = server("f108_the_answer_to_a_commit_is_lost") else { return };
    let carrier = Carrier::with(sim::Config { latency_ms: (5, 20), ..sim::Config::default() });
    let url = server.database();
    let threads =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let road = threads.block_on(Proxy::start(server.address())).expect("a road");
    let cluster = one_node(&url, &server.over(road.addr(), &url), &carrier);
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 4, Duration::from_millis(2));
    let found = "the answer to a commit was lost";
    let asked = |cluster: &Cluster| cluster.server(0).said().matches(found).count();
    for round in 1..=12 {
        clients.until_accepted(round * 25);
        // The writer's own commit reaches the database and its answer nobody; then the connections break.
        let before = road.deafened();
        road.weather(|w| w.deaf_after = &["UPDATE batch_mark", "COMMIT"]);
        until("a commit is on its way", PATIENCE, || (road.deafened() > before).then_some(()));
        road.weather(|w| w.deaf_after = &[]);
        std::thread::sleep(Duration::from_millis(15));
        road.reset();
        if asked(&cluster) >= 5 {
            break;
        }
    }
    let told = clients.end();
    let messages = cluster.all_ended(0);
    assert!(asked(&cluster) >= 5, "{} of the cuts fell between a commit and its answer", asked(&cluster));
    // Told as accepted: there once. Told as not accepted: not there.
    judge(&told, &[&carrier], &messages, Allowed { unclear: 0 });
    eprintln!(
        "{} commits asked for, {} accepted, {} refused",
        asked(&cluster),
        told.accepted.len(),
        told.refused.len()
    );
}

/// Something that keeps the database from taking what is written, and its end.
fn refuses(test: &str, begin: &str, end: &str, cut: bool) {
    let Some(server) = Postgres::shared(test) else { return };
    let carrier = Carrier::with(sim::Config { latency_ms: (5, 20), ..sim::Config::default() });
    let url = server.database();
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let cluster = one_node(&url, &url, &carrier);
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 2, Duration::from_millis(5));
    clients.until_accepted(200);
    let elsewhere = url.replace(&format!("/{name}"), "/postgres");
    let order = |sql: &str| {
        for one in sql.replace("{db}", &name).split(";;") {
            psql(&elsewhere, one);
        }
        if cut {
            let mine = format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
            );
            psql(&elsewhere, &mine);
        }
    };
    if cut {
        order(begin)
    } else {
        drop(psql(&url, begin))
    }
    std::thread::sleep(Duration::from_secs(2));
    let refused = clients.told.lock().expect("a client").refused.len();
    assert!(refused > 20, "{refused} were told to come back");
    let body = json!({ "to": "+972529999999", "text": "Hello" });
    let (status, head) =
        post(&cluster.addresses()[0], &cluster.key, "/v1/messages", &body).expect("an answer");
    assert!(status == 503 && head.to_lowercase().contains("retry-after"), "{head}");
    if cut {
        order(end)
    } else {
        drop(psql(&url, end))
    }
    let accepted = clients.told.lock().expect("a client").accepted.len();
    clients.until_accepted(accepted + 200);
    let told = clients.end();
    let messages = cluster.all_ended(0);
    judge(&told, &[&carrier], &messages, Allowed { unclear: 0 });
    assert!(cluster.server(0).is_healthy());
}

#[test]
fn f110_a_database_that_became_read_only() {
    refuses(
        "f110_a_database_that_became_read_only",
        "ALTER DATABASE {db} SET default_transaction_read_only = on",
        "ALTER DATABASE {db} SET default_transaction_read_only = off",
        true,
    );
}

#[test]
fn f110_a_database_that_takes_no_connection() {
    refuses(
        "f110_a_database_that_takes_no_connection",
        "ALTER DATABASE {db} ALLOW_CONNECTIONS false",
        "ALTER DATABASE {db} ALLOW_CONNECTIONS true",
        true,
    );
}

#[test]
fn f110_a_database_whose_disk_is_full() {
    refuses(
        "f110_a_database_whose_disk_is_full",
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN RAISE EXCEPTION USING ERRCODE = ''disk_full'', MESSAGE = ''no space left''; END';
         CREATE TRIGGER full_disk BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION full_disk()",
        "DROP TRIGGER full_disk ON message",
        false,
    );
}

#[test]
fn f107_a_database_that_forgot_what_it_had_committed_is_held() {
    let Some(server) = server("f107_a_database_that_forgot_what_it_had_committed_is_held") else { return };
    let carrier = Carrier::with(sim::Config { latency_ms: (5, 20), ..sim::Config::default() });
    let url = server.database();
    let mut cluster = one_node(&url, &url, &carrier);
    let clients = Clients::start(&cluster.addresses(), &cluster.key, 2, Duration::from_millis(5));
    clients.until_accepted(100);
    server.order(Order::Save);
    let at = clients.told.lock().expect("a client").accepted.len();
    clients.until_accepted(at + 200);
    drop(clients.end());
    cluster.homes[0].json(&["connectors", "disable", "one"]);
    // Accepted and still waiting when the copy takes the place of the database.
    server.order(Order::Back);
    until("it stops", PATIENCE, || {
        (!cluster.server(0).said().is_empty()
            && cluster.server(0).said().contains("replaced by an older copy"))
        .then_some(())
    });
    let sent = carrier.smsc.counts().submitted;
    assert_eq!(cluster.sql("SELECT count(*) FROM setting WHERE name = 'restored'"), "1");
    cluster.servers[0] = None;
    let told = cluster.homes[0].json(&["restore", "database"]);
    assert_eq!(told["restored"], true, "{told}");
    cluster.serve(0);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(carrier.smsc.counts().submitted, sent, "something left again");
    cluster.homes[0].json(&["restore", "release", "--all", "--may-repeat"]);
    until("what may go has gone", PATIENCE, || {
        (cluster.sql("SELECT count(*) FROM outbox") == "0").then_some(())
    });
    let twice: Vec<_> = carrier.ledger().into_iter().filter(|(_, copies)| *copies > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
}
