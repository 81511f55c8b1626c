//! `kill -9` of the real program at its worst moments. The carrier's journal is the ledger: it lives in this process,
//! so no death of the program can make it forget or invent a message.

#[path = "kill/jobs.rs"]
mod jobs;
mod support;

use serde_json::Value;
use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use support::{Carrier, Home, Server, adds_up, count, digits, sum, until, watched};

const PEOPLE: usize = 20_000;
const PATIENCE: Duration = Duration::from_secs(180);

/// A shop with so many valid Israeli mobiles in the list `all`, and a carrier that takes a little while to answer, so
/// that there is always something in the window.
struct Shop {
    carrier: Carrier,
    home: Home,
    window: usize,
}

fn file(home: &Home, people: usize) -> PathBuf {
    let rows: String = (0..people).map(|n| format!("Dana {n},052{:07}\n", 2_000_000 + n)).collect();
    home.file("people.csv", &format!("first name,phone\n{rows}"))
}

fn numbers(people: usize) -> HashSet<String> {
    (0..people).map(|n| format!("97252{:07}", 2_000_000 + n)).collect()
}

impl Shop {
    fn open(home: Home, window: usize) -> (Shop, Server) {
        let carrier = Carrier::with(sim::Config {
            latency_ms: (2, 6),
            receipt_ms: (50, 150),
            phones_keep: 100,
            ..sim::Config::default()
        });
        home.init();
        home.carrier("carrier", carrier.port(), &[&format!("window={window}")]);
        let counts = home.import(&file(&home, PEOPLE), "all");
        assert_eq!(counts["created"], PEOPLE, "{counts}");
        let server = home.serve();
        (Shop { carrier, home, window }, server)
    }

    fn campaign(&self, class: &str) -> String {
        let text = "{{first_name}}, see you tomorrow";
        self.home.campaign("Tomorrow", "all", text, &["--class", class])
    }

    fn launch(&self, id: &str) {
        self.home.json(&["campaigns", "send", id, "--yes"]);
    }

    fn report(&self, id: &str) -> Value {
        let report = self.home.json(&["campaigns", "report", id]);
        adds_up(&report);
        report
    }

    /// The numbers of a campaign's messages that a filter finds.
    fn listed(&self, id: &str, filter: &[&str]) -> HashSet<String> {
        let found =
            self.home.json(&[&["messages", "list", "--campaign", id, "--limit", "100000"], filter].concat());
        let all = found.as_array().expect("a list of messages");
        let to: HashSet<String> = all.iter().map(|m| digits(m["to"].as_str().expect("a number"))).collect();
        assert_eq!(to.len(), all.len(), "a number is listed twice");
        to
    }
}

/// Kills the server in the middle of a campaign, starts it anew and waits for the end.
fn killed_in_the_middle(home: Home, class: &str, window: usize) -> (Shop, String, Value) {
    let (shop, server) = Shop::open(home, window);
    let id = shop.campaign(class);
    shop.launch(&id);
    until("a third has left", PATIENCE, || {
        (shop.carrier.smsc.counts().submitted > PEOPLE as u64 / 3).then_some(())
    });
    server.kill();
    let taken = shop.carrier.smsc.counts().submitted;
    assert!(
        taken < PEOPLE as u64 * 9 / 10,
        "{taken} had left: the kill came too late to be one in the middle"
    );
    let server = shop.home.serve();
    let report = watched(&shop.home, &id, PATIENCE);
    assert_eq!((count(&report, "audience"), count(&report, "accepted")), (PEOPLE as i64, PEOPLE as i64));
    assert_eq!(server.end(), 0);
    (shop, id, report)
}

/// Promise P2 and P3 for marketing: once, or listed as unknown and then once or never.
fn marketing(home: Home, window: usize) {
    let (shop, id, report) = killed_in_the_middle(home, "marketing", window);
    let ledger = shop.carrier.ledger();
    let twice: Vec<_> = ledger.iter().filter(|(_, copies)| **copies > 1).collect();
    assert!(twice.is_empty(), "sent more than once: {twice:?}");
    let unknown = shop.listed(&id, &["--status", "unknown"]);
    assert!(unknown.len() <= 2 * shop.window, "{} unknown, window {window}", unknown.len());
    assert_eq!(count(&report, "unknown"), unknown.len() as i64, "{report}");
    assert_eq!(count(&report, "delivered"), (PEOPLE - unknown.len()) as i64, "{report}");
    assert_eq!(count(&report, "possible_duplicates"), 0, "{report}");
    for number in numbers(PEOPLE) {
        assert!(ledger.contains_key(&number) || unknown.contains(&number), "{number} is missing unsaid");
    }
}

/// The same for transactional: nobody is missing, and who may have it twice is flagged.
fn transactional(home: Home, window: usize) {
    let (shop, id, report) = killed_in_the_middle(home, "transactional", window);
    let ledger = shop.carrier.ledger();
    let missing = numbers(PEOPLE).iter().filter(|number| !ledger.contains_key(*number)).count();
    assert_eq!(missing, 0, "numbers that got nothing");
    let flagged = shop.listed(&id, &["--possible-duplicate"]);
    let twice: Vec<_> = ledger.iter().filter(|(_, copies)| **copies > 1).collect();
    let copies: usize = twice.iter().map(|(_, copies)| **copies - 1).sum();
    assert!(copies <= 2 * shop.window, "{copies} copies, window {window}");
    assert!(flagged.len() <= 2 * shop.window, "{} flagged, window {window}", flagged.len());
    let silent: Vec<_> = twice.iter().filter(|(number, _)| !flagged.contains(*number)).collect();
    assert!(silent.is_empty(), "sent twice and not flagged: {silent:?}");
    assert_eq!(count(&report, "possible_duplicates"), flagged.len() as i64, "{report}");
    assert_eq!((count(&report, "delivered"), count(&report, "unknown")), (PEOPLE as i64, 0), "{report}");
}

#[test]
fn marketing_killed_with_a_window_of_10() {
    marketing(Home::new(), 10);
}

#[test]
fn marketing_killed_with_a_window_of_100() {
    marketing(Home::new(), 100);
}

#[test]
fn transactional_killed_with_a_window_of_10() {
    transactional(Home::new(), 10);
}

#[test]
fn transactional_killed_with_a_window_of_100() {
    transactional(Home::new(), 100);
}

/// A home on PostgreSQL, where there is one.
fn on_postgres(test: &str) -> Option<Home> {
    Some(Home::on(Some(store::testing::Postgres::shared(test)?.database())))
}

#[test]
fn marketing_killed_on_postgres() {
    let Some(home) = on_postgres("marketing_killed_on_postgres") else { return };
    marketing(home, 100);
}

#[test]
fn transactional_killed_on_postgres() {
    let Some(home) = on_postgres("transactional_killed_on_postgres") else { return };
    transactional(home, 100);
}

/// Nothing can leave meanwhile, so what each death costs must be nothing at all.
fn killed_while_frozen_and_expanded(home: Home) {
    let (shop, mut server) = Shop::open(home, 100);
    shop.carrier.smsc.fault(|f| f.refuse_binds = true);
    shop.carrier.smsc.cut();
    let id = shop.campaign("marketing");
    shop.launch(&id);
    // In the middle of freezing, then twice in the middle of what is expanded ahead of the link.
    for _ in 0..3 {
        server.kill();
        server = shop.home.serve();
        let report = until("it goes on", PATIENCE, || {
            let report = shop.report(&id);
            (count(&report, "accepted") > 0).then_some(report)
        });
        assert!(count(&report, "planned") > 0, "the kill came too late: {report}");
    }
    assert_eq!(shop.carrier.smsc.counts().submitted, 0, "something left over a link that was down");
    shop.carrier.smsc.fault(|f| f.refuse_binds = false);
    let report = watched(&shop.home, &id, PATIENCE);
    assert_eq!(
        (count(&report, "audience"), count(&report, "delivered")),
        (PEOPLE as i64, PEOPLE as i64),
        "{report}"
    );
    assert_eq!((sum(&report, "skipped"), count(&report, "unknown")), (0, 0), "{report}");
    let ledger = shop.carrier.ledger();
    assert_eq!(ledger.keys().cloned().collect::<HashSet<_>>(), numbers(PEOPLE));
    assert!(ledger.values().all(|copies| *copies == 1), "somebody got it twice");
    assert_eq!(server.end(), 0);
}

#[test]
fn killed_while_recipients_are_frozen_and_expanded() {
    killed_while_frozen_and_expanded(Home::new());
}

#[test]
fn killed_while_recipients_are_frozen_and_expanded_on_postgres() {
    let name = "killed_while_recipients_are_frozen_and_expanded_on_postgres";
    if let Some(home) = on_postgres(name) {
        killed_while_frozen_and_expanded(home);
    }
}

/// A second import of the same file must mend what the first one's death left, and count nobody twice.
#[test]
fn killed_while_a_file_is_imported() {
    let home = Home::new();
    home.init();
    let server = home.serve();
    let path = file(&home, 5 * PEOPLE);
    let path_text = path.to_str().expect("a plain path");
    let consent = ["--consent-source", "paper form", "--consent-date", "2026-03-14", "--list", "all"];
    let line = [&["contacts", "import", path_text], &consent[..]].concat();
    let mut first =
        home.command(&line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    until("some are there", PATIENCE, || (contacts(&home) > 0).then_some(()));
    server.kill();
    assert_ne!(first.wait().expect("it ends").code(), Some(0), "an import that was cut called itself done");
    let server = home.serve();
    let counts = home.json(&line);
    assert_eq!((&counts["rows"], &counts["phones"]["mobile"]), (&(5 * PEOPLE).into(), &(5 * PEOPLE).into()));
    until("everybody is there", PATIENCE, || (contacts(&home) == 5 * PEOPLE as i64).then_some(()));
    let id = home.campaign("Hello", "all", "Hello", &[]);
    let reach = home.json(&["campaigns", "list"]);
    assert!(reach.as_array().is_some_and(|all| all.iter().any(|c| c["id"] == id.as_str())), "{reach}");
    assert_eq!(server.end(), 0);
}

/// How many contacts the list `all` has.
fn contacts(home: &Home) -> i64 {
    let lists = home.json(&["lists", "list"]);
    let all = lists.as_array().into_iter().flatten().find(|list| list["name"] == "all");
    all.and_then(|list| list["size"].as_i64()).unwrap_or_default()
}
