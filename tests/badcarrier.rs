//! Bad input and bad carriers: a clear no, nothing lost, and nothing that needs a person once the cause is gone.

mod support;

use serde_json::{Value, json};
use std::time::Duration;
use support::{Carrier, Home, Server, adds_up, count, digits, free_address, until, watched};

const SOON: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(90);
const PEOPLE: usize = 300;

/// A shop with a list of mobiles, and its server.
fn shop() -> (Home, Server) {
    let home = Home::new();
    home.init();
    let rows: String = (0..PEOPLE).map(|n| format!("Dana,054{:07}\n", 3_000_000 + n)).collect();
    let counts = home.import(&home.file("people.csv", &format!("name,phone\n{rows}")), "all");
    assert_eq!(counts["created"], PEOPLE, "{counts}");
    let server = home.serve();
    (home, server)
}

fn launch(home: &Home) -> String {
    let id = home.campaign("Sale", "all", "Sale today", &[]);
    home.json(&["campaigns", "send", &id, "--yes"]);
    id
}

/// Waits until everybody waits for the carrier, and looks twice: waiting must not end by itself.
fn everybody_waits(home: &Home, id: &str) -> Value {
    let all_wait = || {
        let report = home.json(&["campaigns", "report", id]);
        adds_up(&report);
        (count(&report, "waiting") == PEOPLE as i64).then_some(report)
    };
    until("everybody waits", SOON, all_wait);
    std::thread::sleep(Duration::from_secs(2));
    let report = all_wait().expect("they still wait");
    assert_eq!(report["state"], "running", "{report}");
    report
}

fn everybody_got_it_once(carrier: &Carrier) {
    let ledger = carrier.ledger();
    assert_eq!(ledger.len(), PEOPLE);
    assert!(ledger.values().all(|copies| *copies == 1), "somebody got it twice");
}

#[test]
fn a_campaign_waits_for_an_unreachable_carrier_and_goes_on_by_itself() {
    let (home, server) = shop();
    let address = free_address();
    home.carrier("carrier", address.port(), &[]);
    let id = launch(&home);
    everybody_waits(&home, &id);
    let row = home.connector("carrier");
    assert!(["down", "connecting"].contains(&row["state"].as_str().unwrap_or_default()), "{row}");
    assert!(row["error"].as_str().is_some_and(|e| e.to_lowercase().contains("refused")), "{row}");
    let carrier = Carrier::with(sim::Config { listen: address, ..sim::Config::default() });
    let report = watched(&home, &id, PATIENCE);
    assert_eq!(
        (&report["state"], count(&report, "delivered")),
        (&json!("completed"), PEOPLE as i64),
        "{report}"
    );
    let row = home.connector("carrier");
    assert_eq!((&row["state"], &row["error"]), (&json!("bound"), &json!("")), "{row}");
    everybody_got_it_once(&carrier);
    assert_eq!(server.end(), 0);
}

#[test]
fn a_carrier_that_refuses_the_password_says_so_and_is_mended_by_the_right_one() {
    let (home, server) = shop();
    let right = Some("right".to_owned());
    let carrier = Carrier::with(sim::Config { password: right, ..sim::Config::default() });
    home.carrier("carrier", carrier.port(), &[]);
    let id = launch(&home);
    everybody_waits(&home, &id);
    let row = home.connector("carrier");
    assert_eq!(row["state"], "auth_failed", "{row}");
    assert!(row["error"].as_str().is_some_and(|e| !e.is_empty()), "{row}");
    assert!(!row.to_string().contains("secret"), "the password is shown: {row}");
    home.json(&["connectors", "set", "carrier", "password=right"]);
    let report = watched(&home, &id, PATIENCE);
    assert_eq!(count(&report, "delivered"), PEOPLE as i64, "{report}");
    everybody_got_it_once(&carrier);
    assert!(!server.said().contains("secret"), "the password is in the log");
    assert_eq!(server.end(), 0);
}

#[test]
fn a_carrier_that_throttles_slows_a_campaign_and_loses_nobody() {
    let (home, server) = shop();
    let carrier = Carrier::with(sim::Config { rate: Some(100), ..sim::Config::default() });
    home.carrier("carrier", carrier.port(), &["window=50"]);
    let id = launch(&home);
    let report = watched(&home, &id, PATIENCE);
    assert_eq!(count(&report, "delivered"), PEOPLE as i64, "{report}");
    assert!(carrier.smsc.counts().refused > 0, "it was never throttled");
    everybody_got_it_once(&carrier);
    assert_eq!(server.end(), 0);
}

/// The link falls again and again. What was on the wire then is unknown; nobody is sent it twice.
#[test]
fn a_link_that_falls_costs_at_most_its_window() {
    let (home, server) = shop();
    let carrier = Carrier::with(sim::Config { latency_ms: (20, 60), ..sim::Config::default() });
    home.carrier("carrier", carrier.port(), &["window=10"]);
    let id = launch(&home);
    for share in [4, 2] {
        until("some have left", SOON, || {
            (carrier.smsc.counts().submitted >= PEOPLE as u64 / share).then_some(())
        });
        carrier.smsc.cut();
    }
    let report = watched(&home, &id, PATIENCE);
    let unknown = count(&report, "unknown");
    assert!(unknown <= 2 * 2 * 10, "{report}");
    assert_eq!(count(&report, "delivered") + unknown, PEOPLE as i64, "{report}");
    let ledger = carrier.ledger();
    assert!(ledger.values().all(|copies| *copies == 1), "somebody got it twice");
    assert!(ledger.len() as i64 >= PEOPLE as i64 - unknown, "somebody is missing unsaid");
    assert_eq!(server.end(), 0);
}

#[test]
fn a_second_launch_is_refused() {
    let (home, server) = shop();
    let carrier = Carrier::start();
    home.carrier("carrier", carrier.port(), &[]);
    let key = home.json(&["keys", "create", "check"])["key"].as_str().expect("a key").to_owned();
    let id = launch(&home);
    let second = home.run(&["campaigns", "send", &id, "--yes"]);
    assert_eq!(second.code, 1, "{}{}", second.out, second.err);
    assert!(second.err.contains("already"), "{}", second.err);
    let answer = server.ask("POST", &format!("/v1/campaigns/{id}/send"), Some(&key), Some(&json!({})));
    assert_eq!(answer.status, 409, "{}", answer.body);
    watched(&home, &id, PATIENCE);
    assert_eq!(home.run(&["campaigns", "send", &id, "--yes"]).code, 1, "launched again after its end");
    everybody_got_it_once(&carrier);
    assert_eq!(server.end(), 0);
}

#[test]
fn what_cannot_be_sent_is_refused_by_its_rule_and_leaves_no_message() {
    let (home, server) = shop();
    let carrier = Carrier::start();
    home.carrier("carrier", carrier.port(), &[]);
    let key = home.json(&["keys", "create", "check"])["key"].as_str().expect("a key").to_owned();
    let long = "שלום ".repeat(400);
    for (to, text, class, code) in [
        ("+972543000000", long.as_str(), "transactional", "TOO_MANY_PARTS"),
        ("04-8123456", "Hello", "transactional", "NOT_MOBILE"),
        ("+97248123456", "Hello", "transactional", "NOT_MOBILE"),
        ("+99912345600", "Hello", "transactional", "TEST_NUMBER"),
        ("05x", "Hello", "transactional", "INVALID_NUMBER"),
        ("+972501234567", "Hello", "marketing", "NO_CONSENT"),
    ] {
        let ended = home.run(&["send", "--to", to, "--text", text, "--class", class]);
        assert_eq!(ended.code, 5, "{to}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(code), "{to}: {}", ended.err);
        let body = json!({ "to": to, "text": text, "class": class });
        let answer = server.ask("POST", "/v1/messages", Some(&key), Some(&body));
        assert_eq!((answer.status, &answer.json()["code"]), (422, &json!(code)), "{}", answer.body);
    }
    assert_eq!(home.json(&["messages", "list"]), json!([]), "a refusal left a message");
    let name = ["campaigns", "create", "--name", "Too long", "--list", "all", "--text"];
    let ended = home.run(&[&name[..], &[long.as_str()]].concat());
    assert!(ended.code == 2 && ended.err.contains("at most 10 are allowed"), "{ended:?}");
    assert_eq!(home.json(&["campaigns", "list"]), json!([]), "a refusal left a draft");
    assert_eq!(carrier.smsc.counts().submitted, 0);
    let sent = home.json(&["send", "--to", "+972543000000", "--text", "Hello", "--wait"]);
    assert_eq!(
        (&sent["status"], digits(sent["to"].as_str().unwrap_or_default()).as_str()),
        (&json!("delivered"), "972543000000")
    );
    assert_eq!(server.end(), 0);
}
