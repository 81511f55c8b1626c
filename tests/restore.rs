//! Promise P8 as people see it: a backup made while a campaign runs, a death, a restore. Nothing is sent twice, who
//! refused meanwhile is left alone, and what waited waits on until a person lets it go.
//!
//! The carrier's journal is the ledger: it lives in this process, so nothing that happens to the data can change it.

mod support;

use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::{Carrier, Home, Server, adds_up, count, digits, until, watched};

const PEOPLE: usize = 6_000;
const PATIENCE: Duration = Duration::from_secs(180);

struct Shop {
    carrier: Carrier,
    home: Home,
    server: Option<Server>,
    campaign: String,
}

fn number(n: usize) -> String {
    format!("97252{:07}", 2_000_000 + n)
}

/// A shop with a mailing to everybody on its way.
fn sending(home: Home, text: &str) -> Shop {
    let carrier = Carrier::with(sim::Config {
        latency_ms: (3, 9),
        receipt_ms: (20, 60),
        phones_keep: 100,
        ..sim::Config::default()
    });
    home.init();
    home.carrier("carrier", carrier.port(), &["window=20", "rate=600"]);
    home.json(&["numbers", "add", "4545", "--type", "short", "--connector", "carrier"]);
    let rows: String = (0..PEOPLE).map(|n| format!("Dana {n},0{}\n", &number(n)[3..])).collect();
    home.import(&home.file("people.csv", &format!("first name,phone\n{rows}")), "all");
    let server = Some(home.serve());
    let campaign = home.campaign("Sale", "all", text, &["--class", "marketing"]);
    home.json(&["campaigns", "send", &campaign, "--yes"]);
    Shop { carrier, home, server, campaign }
}

impl Shop {
    fn sent(&self) -> usize {
        usize::try_from(self.carrier.smsc.counts().submitted).unwrap_or(usize::MAX)
    }

    fn until_sent(&self, n: usize) {
        until(&format!("{n} have left"), PATIENCE, || (self.sent() >= n).then_some(()));
    }

    /// Somebody who got nothing yet refuses by a word; gives who.
    fn refusal(&self) -> String {
        let ledger = self.carrier.ledger();
        let who = (0..PEOPLE).rev().map(number).find(|n| !ledger.contains_key(n)).expect("somebody waits");
        let log = self.home.data().join("refusals.log");
        let before = std::fs::metadata(&log).map_or(0, |m| m.len());
        let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("threads");
        threads.block_on(self.carrier.phone(&who).send("STOP", "4545")).expect("the delivery is taken");
        until("the refusal is written down", PATIENCE, || {
            (std::fs::metadata(&log).map_or(0, |m| m.len()) > before).then_some(())
        });
        who
    }

    fn start(&mut self) {
        self.server = Some(self.home.serve());
    }

    /// `kill -9`, and what was on the wire has arrived; gives how many have left.
    fn kill(&mut self) -> usize {
        self.server.take().expect("a running server").kill();
        std::thread::sleep(Duration::from_millis(200));
        self.sent()
    }

    fn end(&mut self) {
        assert_eq!(self.server.take().expect("a running server").end(), 0);
    }

    fn backup(&self, name: &str) -> PathBuf {
        let file = self.home.dir.path().join(name);
        let made = self.home.json(&["backup", path(&file)]);
        assert_eq!(
            made["size"].as_u64(),
            Some(std::fs::metadata(&file).expect("the backup").len()),
            "{made}"
        );
        file
    }
}

/// How often a number was sent the mailing; the answer to its refusal is none.
fn advertised(carrier: &Carrier, number: &str) -> usize {
    let taken = carrier.entries().into_iter().filter(|e| e["what"] == "submit" && e["state"].is_null());
    let to = taken.filter(|e| digits(e["to"].as_str().unwrap_or_default()) == number);
    to.filter(|e| e["text"].as_str().is_some_and(|text| text.contains("Sale"))).count()
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a plain path")
}

/// The numbers of a campaign's messages that nobody knows the end of.
fn unknown(home: &Home, id: &str) -> HashSet<String> {
    let found =
        home.json(&["messages", "list", "--campaign", id, "--status", "unknown", "--limit", "100000"]);
    let all = found.as_array().expect("a list of messages");
    all.iter().map(|m| digits(m["to"].as_str().expect("a number"))).collect()
}

fn nothing_moves(shop: &Shop, taken: usize) {
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(shop.sent(), taken, "something was sent that nobody had released");
}

/// Held, listed, released, and everybody has it once or is listed as unconfirmed; who refused has nothing.
fn released_and_complete(shop: &Shop, refused: &str, taken: usize, release: &[&str]) {
    let report = shop.home.json(&["campaigns", "report", &shop.campaign]);
    adds_up(&report);
    assert_eq!(report["state"], "held", "{report}");
    nothing_moves(shop, taken);
    let status = shop.home.json(&["restore", "status"]);
    let held = status["held"].as_array().expect("a list");
    let campaign = held.iter().find(|h| h["kind"] == "campaign").unwrap_or_else(|| panic!("{status}"));
    assert_eq!((campaign["name"].as_str(), campaign["id"].as_str()), (Some("Sale"), Some(&*shop.campaign)));
    assert!(campaign["waiting"].as_i64().is_some_and(|n| n > 0), "{status}");
    let done = shop.home.json(release);
    assert!(done["released"].as_i64().is_some_and(|n| n > 0), "{done}");
    let report = watched(&shop.home, &shop.campaign, PATIENCE);
    let (ledger, unknown) = (shop.carrier.ledger(), unknown(&shop.home, &shop.campaign));
    let twice: Vec<_> = ledger.iter().filter(|(_, copies)| **copies > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    assert_eq!(advertised(&shop.carrier, refused), 0, "{refused} refused and was written to");
    assert!(unknown.len() <= 40, "{} unconfirmed with a window of 20", unknown.len());
    for who in (0..PEOPLE).map(number).filter(|who| who != refused) {
        assert!(ledger.contains_key(&who) || unknown.contains(&who), "{who} is missing unsaid: {report}");
    }
    assert_eq!(shop.home.json(&["restore", "status"])["restored"], false);
}

/// F25, F27: the copy is consistent though the work went on, and knows less than the carrier does.
#[test]
fn restored_in_the_middle_of_a_campaign() {
    let mut shop = sending(Home::new(), "{{first_name}}, Sale: everything at half price");
    shop.until_sent(PEOPLE / 6);
    let file = shop.backup("night.backup");
    shop.until_sent(PEOPLE / 3);
    let refused = shop.refusal();
    shop.until_sent(PEOPLE / 2);
    let bytes = std::fs::read(&file).expect("the backup");
    assert!(!bytes.windows(4).any(|w| w == b"Dana"), "the backup can be read without keys");
    let taken = shop.kill();
    assert!(taken < PEOPLE * 9 / 10, "{taken} had left: the kill came too late");
    let told = shop.home.json(&["restore", path(&file)]);
    assert_eq!(
        (told["sent_log"].as_str(), &told["refusals"]["replayed"]),
        (Some("whole"), &Value::from(1)),
        "{told}"
    );
    assert!(told["had_left"].as_i64().is_some_and(|n| n > 0), "{told}");
    assert!(
        Path::new(told["put_aside"].as_str().expect("the old database is kept")).join("sendword.db").exists()
    );
    shop.start();
    released_and_complete(&shop, &refused, taken, &["restore", "release", "--all"]);
    shop.end();
}

/// F28: without the sent-log nobody can know what had left; so nothing leaves before somebody says that it may be twice.
#[test]
fn without_its_sent_log_everything_stays_held() {
    let mut shop = sending(Home::new(), "Sale");
    shop.until_sent(PEOPLE / 6);
    let file = shop.backup("night.backup");
    shop.until_sent(PEOPLE / 3);
    let taken = shop.kill();
    std::fs::remove_dir_all(shop.home.data().join("sent-log")).expect("there was a sent-log");
    let told = shop.home.json(&["restore", path(&file)]);
    assert_eq!((told["sent_log"].as_str(), told["had_left"].as_i64()), (Some("missing"), Some(0)), "{told}");
    shop.start();
    nothing_moves(&shop, taken);
    let refused = shop.home.run(&["restore", "release", "--all"]);
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(refused.err.contains("may-repeat"), "{refused:?}");
    nothing_moves(&shop, taken);
    shop.home.json(&["restore", "release", "--all", "--may-repeat"]);
    until("it goes on", PATIENCE, || (shop.sent() > taken).then_some(()));
}

#[test]
fn what_cannot_be_restored_changes_nothing() {
    let home = Home::new();
    home.init();
    let file = home.dir.path().join("one.backup");
    home.json(&["backup", path(&file)]);
    let again = home.run(&["backup", path(&file)]);
    assert_eq!(again.code, 2, "a backup was overwritten: {again:?}");

    let mut bytes = std::fs::read(&file).expect("the backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let bad = home.dir.path().join("bad.backup");
    std::fs::write(&bad, &bytes).expect("a file of our own");
    let database = home.data().join("sendword.db");
    let before = std::fs::read(&database).expect("the database");
    for (what, file) in [("damaged", &bad), ("no backup", &database)] {
        let ended = home.run(&["restore", path(file)]);
        assert_ne!(ended.code, 0, "{what}: {ended:?}");
        assert_eq!(std::fs::read(&database).expect("the database"), before, "{what}");
    }

    let elsewhere = Home::new();
    let ended = elsewhere.run(&["restore", path(&file)]);
    assert!(ended.code == 1 && ended.err.contains("keys"), "{ended:?}");
    let told = elsewhere.json(&["restore", path(&file), "--from", path(&home.data())]);
    assert_eq!(told["sent_log"], "whole", "{told}");
    assert_eq!(elsewhere.json(&["workspaces", "list"])[0]["name"], "Shop");

    let server = home.serve();
    let ended = home.run(&["restore", path(&file)]);
    assert!(ended.code == 1 && ended.err.contains("stop it first"), "{ended:?}");
    assert_eq!(server.end(), 0);
}

/// On PostgreSQL the copy is made by its own tools; the ledgers do the same for it.
#[test]
fn a_postgres_database_put_back_by_its_own_tools() {
    let Some(server) = store::testing::Postgres::shared("a_postgres_database_put_back_by_its_own_tools")
    else {
        return;
    };
    let url = server.database();
    let mut shop = sending(Home::on(Some(url.clone())), "Sale");
    let word = shop.home.run(&["backup", "x.backup"]);
    assert!(word.code == 1 && word.err.contains("pg_dump") && word.err.contains("refusals.log"), "{word:?}");
    shop.until_sent(PEOPLE / 6);
    shop.home.json(&["campaigns", "pause", &shop.campaign]);
    shop.end();
    let dumped = server.dump(&url).expect("a dump");
    shop.start();
    shop.home.json(&["campaigns", "resume", &shop.campaign]);
    shop.until_sent(PEOPLE / 3);
    let refused = shop.refusal();
    let taken = shop.kill();
    server.put_back(&url, &dumped).expect("a copy put back");
    let told = shop.home.json(&["restore", "database"]);
    assert_eq!(
        (told["sent_log"].as_str(), &told["refusals"]["replayed"]),
        (Some("whole"), &Value::from(1)),
        "{told}"
    );
    shop.start();
    nothing_moves(&shop, taken);
    // It was paused when the copy was made, so it is paused again and no restore holds it.
    let report = shop.home.json(&["campaigns", "report", &shop.campaign]);
    assert_eq!(report["state"], "paused", "{report}");
    shop.home.json(&["campaigns", "resume", &shop.campaign]);
    watched(&shop.home, &shop.campaign, PATIENCE);
    let ledger = shop.carrier.ledger();
    let twice: Vec<_> = ledger.iter().filter(|(_, copies)| **copies > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    assert_eq!(advertised(&shop.carrier, &refused), 0, "{refused} refused and was written to");
    assert!(count(&report, "audience") == PEOPLE as i64, "{report}");
}
