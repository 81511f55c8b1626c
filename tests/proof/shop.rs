//! A data directory, a carrier that remembers everything, and the judgement of both.

use crate::client::{self, Entry, Told, Wish};
use crate::support::{Carrier, Home, Server, digits, until};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::process::Command;
use std::time::Duration;

pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// How long receipts are waited for.
const RECEIPTS: Duration = Duration::from_secs(20);
pub(crate) const WINDOW: usize = 10;

/// How much longer than in continuous integration the loops are.
pub(crate) fn rounds(n: usize) -> usize {
    n * std::env::var("SENDWORD_ROUNDS").ok().and_then(|t| t.parse().ok()).unwrap_or(1)
}

/// Chance from a seed that a failure can be repeated with: SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    /// From `SENDWORD_SEED`, else from this; a failing test shows what was said here.
    pub(crate) fn new(test: &str, seed: u64) -> Chance {
        let seed = std::env::var("SENDWORD_SEED").ok().and_then(|t| t.parse().ok()).unwrap_or(seed);
        println!("{test}: SENDWORD_SEED={seed}");
        Chance(seed)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// What may happen to a message whose outcome nobody knows.
pub(crate) fn policies() -> [Value; 2] {
    [json!({ "class": "transactional" }), json!({ "class": "marketing" })]
}

/// A live workspace with one carrier.
pub(crate) struct Shop {
    pub(crate) carrier: Carrier,
    pub(crate) home: Home,
    pub(crate) key: String,
}

/// What the judge found, for who wants to know more.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) flagged: usize,
    pub(crate) unknown: usize,
    pub(crate) copies: usize,
}

impl Shop {
    /// With a carrier that takes a little while, so that there is always something in the window.
    pub(crate) fn open() -> Shop {
        Shop::with(sim::Config { latency_ms: (2, 8), receipt_ms: (20, 80), ..sim::Config::default() })
    }

    pub(crate) fn with(config: sim::Config) -> Shop {
        Shop::at(Home::new(), config)
    }

    pub(crate) fn at(home: Home, config: sim::Config) -> Shop {
        let carrier = Carrier::with(sim::Config { phones_keep: 1_000, ..config });
        home.init();
        home.carrier("carrier", carrier.port(), &[&format!("window={WINDOW}")]);
        let key = home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
        Shop { carrier, home, key }
    }

    /// The first `n` numbers become people who agreed to advertising.
    pub(crate) fn people(&self, n: usize) {
        let rows: String = (0..n).map(|n| format!("Dana {n},+{}\n", Wish::nth(n, &json!({})).to)).collect();
        let counts = self.home.import(&self.home.file("people.csv", &format!("name,phone\n{rows}")), "all");
        assert_eq!(counts["created"], n, "{counts}");
    }

    /// `serve`, told more by its environment.
    pub(crate) fn command(&self, environment: &[(&str, &str)]) -> Command {
        let mut command = self.home.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(environment.iter().copied());
        command
    }

    pub(crate) fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        Server::spawn(self.command(environment))
    }

    pub(crate) fn messages(&self) -> Vec<Value> {
        let all = self.home.json(&["messages", "list", "--limit", "1000000"]);
        all.as_array().expect("a list of messages").clone()
    }

    /// Every wish that was not answered yes is sent again under its key, as a careful client does.
    pub(crate) fn insist(&self, server: &Server, entries: &mut [Entry]) {
        for entry in entries.iter_mut().filter(|e| !matches!(e.told, Told::Accepted(_))) {
            entry.told = client::send(&server.address, &self.key, &entry.wish);
            assert!(matches!(entry.told, Told::Accepted(_)), "{entry:?}");
        }
    }

    /// Waits until every message has ended, or is among those that wait for a person.
    pub(crate) fn settled(&self) -> Vec<Value> {
        until("everything has ended", PATIENCE, || {
            let all = self.messages();
            let open = |m: &&Value| {
                let status = m["status"].as_str().unwrap_or_default();
                ["accepted", "scheduled", "queued", "submitting", "submitted", "buffered"].contains(&status)
            };
            (!all.iter().any(|m| open(&m))).then_some(all)
        })
    }

    /// The same, and whatever the carrier took is known to have arrived: its receipts come again, or find the one message
    /// that they can mean.
    pub(crate) fn reported(&self, entries: &[Entry]) {
        let taken = self.carrier.ledger();
        let mut missing = Vec::new();
        let end = std::time::Instant::now() + RECEIPTS;
        while std::time::Instant::now() < end {
            let arrived: HashSet<String> = self
                .settled()
                .iter()
                .filter(|m| m["status"] == "delivered")
                .map(|m| digits(m["to"].as_str().expect("a number")))
                .collect();
            let ours = entries.iter().map(|e| &e.wish.to);
            missing = ours.filter(|to| taken.contains_key(*to) && !arrived.contains(*to)).cloned().collect();
            if missing.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let first = &missing[0];
        let seen: Vec<Value> = self
            .carrier
            .entries()
            .into_iter()
            .filter(|e| digits(&e.to_string()).contains(first.as_str()))
            .collect();
        let message =
            self.messages().into_iter().find(|m| digits(m["to"].as_str().unwrap_or_default()) == *first);
        let id =
            message.as_ref().map(|m| m["id"].as_str().unwrap_or_default().to_owned()).unwrap_or_default();
        let story = self.home.json(&["messages", "trace", &id]);
        let doctor = self.home.run(&["doctor"]).out;
        panic!(
            "the carrier took these, and nobody knows that they arrived: {missing:?}\n{message:?}\n{story}\n{doctor}\n\
             what the carrier saw of the first: {seen:#?}"
        );
    }

    /// Compares what clients were told with what the carrier took, message by message.
    ///
    /// Nothing accepted is lost; nothing that was not accepted was sent; one key made one message; each copy beyond the
    /// first is flagged, and only where its policy allows one; what the carrier reported is known.
    pub(crate) fn judge(&self, entries: &[Entry]) -> Verdict {
        let mut taken = self.carrier.ledger();
        let mut known: HashMap<String, Vec<Value>> = HashMap::new();
        for message in self.settled() {
            let to = digits(message["to"].as_str().expect("a number"));
            known.entry(to).or_default().push(message);
        }
        let mut verdict = Verdict::default();
        for entry in entries {
            let messages = known.remove(&entry.wish.to).unwrap_or_default();
            let copies = taken.remove(&entry.wish.to).unwrap_or_default();
            match &entry.told {
                Told::Accepted(id) => {
                    assert_eq!(messages.len(), 1, "one key, one message: {entry:?} {messages:?}");
                    assert_eq!(messages[0]["id"].as_str(), Some(id.as_str()), "{messages:?}");
                    one(entry, &messages[0], copies, &mut verdict);
                }
                Told::Refused(..) => {
                    assert_eq!((messages.len(), copies), (0, 0), "refused and sent: {entry:?}")
                }
                Told::Nothing => panic!("nobody asked again: {entry:?}"),
            }
        }
        assert!(known.is_empty(), "messages that nobody wished: {known:?}");
        assert!(taken.is_empty(), "the carrier took what nobody wished: {taken:?}");
        verdict
    }
}

/// One message against the copies that the carrier took.
fn one(entry: &Entry, message: &Value, copies: usize, verdict: &mut Verdict) {
    let flagged = message["possible_duplicate"] == true;
    let status = message["status"].as_str().unwrap_or_default();
    let resends = entry.wish.body["class"] != "marketing";
    verdict.flagged += usize::from(flagged);
    verdict.unknown += usize::from(status == "unknown");
    verdict.copies += copies.saturating_sub(1);
    let said = || format!("{copies} copies, {message} of {entry:?}");
    if resends {
        assert!((1..=2).contains(&copies), "lost, or too often: {}", said());
        assert!(copies == 1 || flagged, "a silent copy: {}", said());
        assert_eq!(status, "delivered", "{}", said());
    } else {
        assert!(copies <= 1 && !flagged, "advertising went twice: {}", said());
        assert!(status == "delivered" || status == "unknown", "{}", said());
        assert_eq!(copies == 1, status == "delivered", "lost without a word, or its receipt was: {}", said());
    }
}
