//! Numbers are looked up over HTTP before they are routed: through the finished program, with two carriers, a directory of
//! numbers and everything that such a directory does wrong.

use super::house::House;
use super::support::{Carrier, until};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

/// A shop whose even numbers go one way and odd ones another.
struct Shop {
    house: House,
    _odd: Carrier,
    directory: sim::Numbers,
    _threads: tokio::runtime::Runtime,
}

impl Shop {
    fn start() -> Shop {
        let house = House::start();
        let odd = Carrier::with(sim::Config::default());
        house.home.carrier("odd", odd.port(), &["window=50"]);
        house.home.json(&["routes", "add", "--network", "42501", "--to", "peer", "--name", "even"]);
        house.home.json(&["routes", "add", "--network", "42502", "--network", "unknown", "--to", "odd"]);
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let threads = threads.expect("threads for the directory");
        let knows = sim::Directory { key: "hlr-key".into(), ..sim::Directory::default() };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let directory = threads.block_on(sim::Numbers::start(listen, knows)).expect("the directory listens");
        Shop { house, _odd: odd, directory, _threads: threads }
    }

    fn asks(&self, set: &[&str]) -> Value {
        let base = format!("base=http://{}", self.directory.addr());
        let own = [
            "headers=Authorization: Bearer {key}",
            "key=hlr-key",
            "answer_network=/mccmnc",
            "answer_country=/country",
            "answer_ported=/ported",
            "answer_sort=/type",
            "timeout_s=1",
            "wait_s=3",
        ];
        self.house.home.json(&[&["lookups", "set", &base][..], &own, set].concat())
    }

    /// Sends, and tells which connector delivered it.
    fn way(&self, to: &str, class: &str) -> String {
        let sent =
            self.house.home.json(&["send", "--to", to, "--text", "Your parcel is here", "--class", class]);
        let id = sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned();
        let end = until(&format!("{to} is delivered"), SOON, || {
            let shown = self.house.home.json(&["messages", "show", &id]);
            (shown["status"] == "delivered").then_some(shown)
        });
        end["parts"][0]["connector"].as_str().unwrap_or_default().to_owned()
    }

    fn explained(&self, to: &str) -> Value {
        self.house.home.json(&["routes", "explain", to])
    }
}

#[test]
fn a_number_is_looked_up_once_and_goes_by_its_network() {
    let shop = Shop::start();
    let home = &shop.house.home;
    // Without a question nobody is asked, and nobody knows.
    assert_eq!(shop.way("+972501234560", "transactional"), "odd");
    let set = shop.asks(&[]);
    assert!(!set.to_string().contains("hlr-key"), "{set}");
    assert!(!home.run(&["lookups", "show", "--json"]).out.contains("hlr-key"));

    // Before: the explanation says that a message would wait. After: what was answered.
    let told = shop.explained("+972501234560");
    assert_eq!((&told["waits_for_look_up"], &told["looked_up"]), (&true.into(), &Value::Null), "{told}");
    assert_eq!(shop.way("+972501234560", "transactional"), "peer");
    assert_eq!(shop.way("+972501234561", "otp"), "odd");
    let told = shop.explained("+972501234561");
    assert_eq!(
        [&told["network"], &told["looked_up"]["country"], &told["looked_up"]["type"]],
        ["42502", "IL", "mobile"],
        "{told}"
    );
    assert_eq!((&told["looked_up"]["ported"], &told["waits_for_look_up"]), (&true.into(), &false.into()));

    // What was answered counts: nobody asks twice.
    assert_eq!(shop.way("+972501234560", "transactional"), "peer");
    assert_eq!(shop.directory.asked("972501234560"), 1);
    // A list that knows the network makes the question needless, unless it is always to be asked.
    let ported = home.file("ported.csv", "+972501234562,42502\n");
    home.json(&["networks", "import", "ported", ported.to_str().expect("a path")]);
    assert_eq!(shop.way("+972501234562", "transactional"), "odd");
    assert_eq!(shop.directory.asked("972501234562"), 0);
    shop.asks(&["when=always"]);
    assert_eq!(shop.way("+972501234562", "transactional"), "peer");
    assert_eq!(shop.directory.asked("972501234562"), 1);
}

#[test]
fn whoever_is_not_answered_about_goes_by_the_rule_for_that() {
    let shop = Shop::start();
    let home = &shop.house.home;
    shop.asks(&[]);
    // Not known there, broken, and never answered.
    for (to, why) in [
        ("+972501234567", "unknown number"),
        ("+972501234568", "HTTP 500"),
        ("+972501234569", "no answer in 1 s"),
    ] {
        assert_eq!(shop.way(to, "otp"), "odd", "{to}");
        until(&format!("it is known why {to} has no answer"), SOON, || {
            let told = shop.explained(to);
            told["looked_up"]["error"]
                .as_str()
                .is_some_and(|e| e.contains(why) || e.contains("in time"))
                .then_some(())
        });
    }
    let tried = home.run(&["lookups", "try", "+972501234564", "--json"]);
    assert!(tried.code == 0 && tried.out.contains("42501"), "{tried:?}");
    let tried = home.run(&["lookups", "try", "+972501234568"]);
    assert!(tried.code == 1 && tried.out.contains("HTTP 500"), "{tried:?}");
    // A wrong key is a failure in words, and no number and no key stands in the log.
    shop.asks(&["key=wrong"]);
    let tried = home.run(&["lookups", "try", "+972501234564", "--json"]);
    assert!(tried.out.contains("wrong key"), "{tried:?}");
    let said = shop.house.server.said();
    assert!(!said.contains("97250123456") && !said.contains("hlr-key"), "{said}");
    // Nobody asks any more: what was answered is forgotten.
    home.json(&["lookups", "remove"]);
    assert_eq!(shop.explained("+972501234564")["looked_up"], Value::Null);
    assert_eq!(home.run(&["lookups", "remove"]).code, 3);
}

/// A mailing's numbers fill the line, each asked about for seconds and never answered; a code's number does not stand in it.
#[test]
fn a_code_does_not_wait_in_a_mailings_line() {
    let shop = Shop::start();
    shop.asks(&["timeout_s=5", "wait_s=300", "window=2"]);
    let key = shop.house.home.json(&["keys", "create", "site"])["key"].as_str().expect("a key").to_owned();
    let messages: Vec<Value> = (0..60)
        .map(|n| serde_json::json!({ "to": format!("+97250123{n:03}9"), "text": "Our autumn sale" }))
        .collect();
    let body = serde_json::json!({ "messages": messages });
    let sent = shop.house.server.ask("POST", "/v1/messages/batch", Some(&key), Some(&body));
    assert!(sent.status < 300, "{}", sent.body);
    until("somebody of the line is asked about", SOON, || {
        (0..60).any(|n| shop.directory.asked(&format!("97250123{n:03}9")) > 0).then_some(())
    });
    for n in 0..5 {
        // Even, so the answer sends it by the peer; whoever is not answered about goes the other way.
        assert_eq!(shop.way(&format!("+97250765{n:03}0"), "otp"), "peer", "code {n}");
    }
    let asked = (0..60).filter(|n| shop.directory.asked(&format!("97250123{n:03}9")) > 0).count();
    assert!(asked < 60, "the line was over before the codes came");
}

/// What waits for an answer when the program dies goes on when it is there again: everybody once, by their network.
#[test]
fn killed_while_numbers_are_looked_up() {
    let Shop { mut house, _odd: odd, directory, _threads } = Shop::start();
    let base = format!("base=http://{}", directory.addr());
    let own = [
        "headers=Authorization: Bearer {key}",
        "key=hlr-key",
        "answer_network=/mccmnc",
        "timeout_s=5",
        "wait_s=3",
    ];
    house.home.json(&[&["lookups", "set", &base][..], &own].concat());
    let to: Vec<String> =
        (0..60).map(|n| format!("+9725012345{n:02}")).filter(|n| !n.ends_with(['7', '8', '9'])).collect();
    for point in ["lookup.take.after_commit:2", "lookup.told.before_commit:2"] {
        house.restart_with(&[("SENDWORD_FAILPOINT", &format!("{point}:0"))]);
        for number in &to {
            // Without a server the command writes into the store itself; in the moment of the death it may fail.
            house.home.run(&["send", "--to", number, "--text", point, "--class", "transactional"]);
        }
        assert!(house.server.ended(SOON).is_some(), "{point} was never reached");
        house.restart_with(&[]);
    }
    let sent = house.messages();
    assert!(sent.len() > 2, "everything was refused");
    until("everybody has it", Duration::from_secs(90), || {
        house.messages().iter().all(|m| m["status"] == "delivered").then_some(())
    });
    assert_eq!(house.messages().len(), sent.len());
    let copies: usize = [&house.carrier, &odd].iter().flat_map(|c| c.ledger().into_values()).sum();
    assert_eq!(copies, sent.len(), "somebody has it twice, or not at all");
}
