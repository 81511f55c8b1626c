//! A cluster, its clients, and the judge who compares the ledgers.

use crate::support::{Carrier, Home, Server, copied, digits, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::testing::Postgres;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Nodes on one database, each with a data directory of its own.
pub(crate) struct Cluster {
    /// The address that the test itself asks.
    pub(crate) url: String,
    pub(crate) homes: Vec<Home>,
    pub(crate) servers: Vec<Option<Server>>,
    pub(crate) key: String,
}

impl Cluster {
    /// As many nodes as there are addresses of the database; `make` sets up what they share before they start.
    pub(crate) fn start(url: &str, each: &[String], make: impl FnOnce(&Home)) -> Cluster {
        let homes: Vec<Home> = each.iter().map(|url| Home::on(Some(url.clone()))).collect();
        homes[0].init();
        make(&homes[0]);
        let key = homes[0].json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
        for other in &homes[1..] {
            copied(&homes[0].data().join("keys"), &other.data().join("keys"));
        }
        let servers = homes.iter().map(|home| Some(home.serve())).collect();
        let cluster = Cluster { url: url.into(), homes, servers, key };
        until("all nodes live", PATIENCE, || (cluster.living() == each.len()).then_some(()));
        cluster
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.servers.iter().flatten().map(|s| s.address.clone()).collect()
    }

    pub(crate) fn server(&self, node: usize) -> &Server {
        self.servers[node].as_ref().expect("it runs")
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        psql(&self.url, sql)
    }

    /// Nodes that say that they live and carry.
    pub(crate) fn living(&self) -> usize {
        let now = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
        self.sql(&format!("SELECT count(*) FROM node WHERE carries = 1 AND until > {now}"))
            .parse()
            .expect("a count")
    }

    /// Which of our processes owns a connector's lanes, by the name of the connector.
    pub(crate) fn owner(&self, connector: &str) -> Option<usize> {
        let sql = format!(
            "SELECT l.node FROM lane_lease l JOIN connector c ON c.id = l.connector WHERE c.name = '{connector}'"
        );
        let number = self.sql(&sql);
        self.homes.iter().position(|home| {
            let file = std::fs::read_to_string(home.data().join("node")).unwrap_or_default();
            !number.is_empty() && file.split(' ').next() == Some(&number)
        })
    }

    /// The same once shares have come to rest and its link is bound.
    pub(crate) fn carries(&self, connector: &str) -> usize {
        self.settled(connector, || self.homes[0].connector(connector)["state"] == "bound")
    }

    /// The same once shares have come to rest, whether its link is bound or not, and `so` holds.
    pub(crate) fn settled(&self, connector: &str, so: impl Fn() -> bool) -> usize {
        let (mut last, mut since) = (None, Instant::now());
        until("somebody carries for good", PATIENCE, || {
            let now = (self.owner(connector), self.epoch(connector));
            if last != Some(now) {
                (last, since) = (Some(now), Instant::now());
            }
            let rests = since.elapsed() > Duration::from_secs(3) && so();
            now.0.filter(|_| rests)
        })
    }

    pub(crate) fn epoch(&self, connector: &str) -> i64 {
        let sql = format!(
            "SELECT l.epoch FROM lane_lease l JOIN connector c ON c.id = l.connector WHERE c.name = '{connector}'"
        );
        self.sql(&sql).parse().unwrap_or_default()
    }

    /// `kill -9`; gives the moment.
    pub(crate) fn kill(&mut self, node: usize) -> Instant {
        self.servers[node].take().expect("it runs").kill();
        Instant::now()
    }

    pub(crate) fn signal(&self, node: usize, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.server(node).pid()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("it runs");
    }

    pub(crate) fn serve(&mut self, node: usize) {
        self.servers[node] = Some(self.homes[node].serve());
    }

    /// All messages as a node lists them, by number.
    pub(crate) fn messages(&self, node: usize) -> BTreeMap<String, Value> {
        let listed = self.homes[node].json(&["messages", "list", "--limit", "100000"]);
        let listed = listed.as_array().expect("a list").clone();
        let count = listed.len();
        let by: BTreeMap<_, _> =
            listed.into_iter().map(|m| (digits(m["to"].as_str().expect("a number")), m)).collect();
        assert_eq!(by.len(), count, "a number stands in the store twice");
        by
    }

    /// Waits until every message has ended or is known to be unknown.
    pub(crate) fn all_ended(&self, node: usize) -> BTreeMap<String, Value> {
        let open = "SELECT count(*) FROM message WHERE status < 6";
        let end = Instant::now() + PATIENCE;
        while self.sql(open) != "0" {
            let stands =
                "SELECT string_agg(s, '; ') FROM (SELECT 'status ' || status || ': ' || count(*) AS s
                FROM message GROUP BY status UNION ALL SELECT 'orphans: ' || count(*) FROM orphan_receipt
                UNION ALL SELECT 'in lanes: ' || count(*) FROM outbox) AS t";
            assert!(Instant::now() < end, "not every message has ended: {}", self.sql(stands));
            std::thread::sleep(Duration::from_millis(200));
        }
        self.messages(node)
    }
}

pub(crate) fn psql(url: &str, sql: &str) -> String {
    let server = Postgres::shared("psql").expect("a server was there before");
    server.psql(url, sql).unwrap_or_else(|e| panic!("{sql}: {e}")).trim().to_owned()
}

/// What clients were told.
#[derive(Default)]
pub(crate) struct Told {
    /// Accepted, with what is to happen when nobody knows: `resend` or `hold`.
    pub(crate) accepted: HashMap<String, &'static str>,
    /// Refused for now, and not asked again.
    pub(crate) refused: HashSet<String>,
    /// No answer was read: nobody knows.
    pub(crate) unheard: HashSet<String>,
    /// Answers without the word when to come back.
    pub(crate) rude: Vec<String>,
}

/// Clients that send one message after the other to all nodes in turn.
pub(crate) struct Clients {
    stop: Arc<AtomicBool>,
    pub(crate) told: Arc<Mutex<Told>>,
    hands: Vec<JoinHandle<()>>,
}

impl Clients {
    /// `hands` clients, each pausing so long between two requests, with numbers of their own.
    pub(crate) fn start(addresses: &[String], key: &str, hands: usize, pause: Duration) -> Clients {
        let (stop, told) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let hands = (0..hands)
            .map(|hand| {
                let (stop, told) = (Arc::clone(&stop), Arc::clone(&told));
                let (addresses, key) = (addresses.to_vec(), key.to_owned());
                std::thread::spawn(move || {
                    for n in 0.. {
                        if stop.load(Ordering::Acquire) {
                            return;
                        }
                        let number = format!("9725{hand:01}{:07}", 2_000_000 + n);
                        let at = &addresses[(n + hand) % addresses.len()];
                        one(at, &key, &number, n, &told);
                        std::thread::sleep(pause);
                    }
                })
            })
            .collect();
        Clients { stop, told, hands }
    }

    /// Waits until so many were accepted.
    pub(crate) fn until_accepted(&self, n: usize) {
        until("clients were served", PATIENCE, || {
            (self.told.lock().expect("a client panicked").accepted.len() >= n).then_some(())
        });
    }

    /// Ends; gives what they were told.
    pub(crate) fn end(self) -> Told {
        self.stop.store(true, Ordering::Release);
        for hand in self.hands {
            hand.join().expect("a client panicked");
        }
        std::mem::take(&mut *self.told.lock().expect("a client panicked"))
    }
}

fn one(at: &str, key: &str, number: &str, n: usize, told: &Mutex<Told>) {
    let policy = if n.is_multiple_of(2) { "resend" } else { "hold" };
    let body = json!({ "to": format!("+{number}"), "text": "Hello", "class": "transactional", "on_ambiguous": policy });
    let answer = post(at, key, "/v1/messages", &body);
    let mut told = told.lock().expect("a client panicked");
    match answer {
        Some((202, _)) => drop(told.accepted.insert(number.into(), policy)),
        Some((503, head)) => {
            if !head.to_lowercase().contains("retry-after: ") {
                told.rude.push(head);
            }
            told.refused.insert(number.into());
        }
        Some((status, head)) => told.rude.push(format!("{status}: {head}")),
        None => drop(told.unheard.insert(number.into())),
    }
}

/// One request; `None` when no whole answer came.
pub(crate) fn post(at: &str, key: &str, path: &str, body: &Value) -> Option<(u16, String)> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, _) = text.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, head.to_owned()))
}

/// What the judge allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// Parts of which nobody may know how they ended, in all.
    pub(crate) unclear: usize,
}

/// Compares what clients were told with what the carriers saw, by what the store says at the end. Gives how many parts
/// were unclear at one time.
pub(crate) fn judge(
    told: &Told,
    carriers: &[&Carrier],
    messages: &BTreeMap<String, Value>,
    allowed: Allowed,
) -> usize {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for carrier in carriers {
        for (number, copies) in carrier.ledger() {
            *seen.entry(number).or_default() += copies;
        }
    }
    assert!(told.rude.is_empty(), "answers that help nobody: {:?}", &told.rude[..told.rude.len().min(3)]);
    let may = |number: &String| told.accepted.contains_key(number) || told.unheard.contains(number);
    let invented: Vec<_> = seen.keys().filter(|n| !may(n)).collect();
    assert!(invented.is_empty(), "sent and never accepted: {invented:?}");
    let denied: Vec<_> = told.refused.iter().filter(|n| messages.contains_key(*n)).collect();
    assert!(denied.is_empty(), "clients were told that these were not accepted, and they were: {denied:?}");
    let (mut copies_more, mut unclear) = (0, 0);
    for (number, policy) in &told.accepted {
        let message = messages.get(number).unwrap_or_else(|| panic!("{number} was accepted and is lost"));
        let copies = seen.get(number).copied().unwrap_or(0);
        let flagged = message["possible_duplicate"] == true;
        let unknown = message["status"] == "unknown";
        unclear += usize::from(flagged || unknown);
        copies_more += copies.saturating_sub(1);
        assert!(copies <= 1 || flagged, "{number} went {copies} times and nobody says so: {message}");
        assert!(
            copies <= 1 || *policy == "resend",
            "{number} was to be held and went {copies} times: {message}"
        );
        assert!(copies >= 1 || unknown, "{number} never left and is told as {message}");
    }
    assert!(copies_more <= allowed.unclear, "{copies_more} copies, {} allowed", allowed.unclear);
    assert!(unclear <= allowed.unclear, "{unclear} unclear, {} allowed", allowed.unclear);
    unclear
}

/// How long it takes from a moment until the carrier sees another message.
pub(crate) fn next_submit(carrier: &Carrier, since: Instant) -> Duration {
    let before = carrier.smsc.counts().submitted;
    until("something leaves again", PATIENCE, || (carrier.smsc.counts().submitted > before).then_some(()));
    since.elapsed()
}
