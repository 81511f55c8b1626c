//! An Android phone as a carrier, end to end: the real program, a pretend app that asks it over HTTP, virtual phones
//! behind that. Pair, send, receipt, answer; lost answers, doubles, a wrong clock, `kill -9`, revoke.

mod support;

use serde_json::{Value, json};
use sim::smsc::{AppHandle, Handle, Smsc};
use std::time::Duration;
use support::{Home, Server, free_address, until};

const SOON: Duration = Duration::from_secs(40);
const NUMBER: &str = "+972541112235";
const OWN: &str = "+972500000011";

/// A shop with a phone on its counter.
struct Shop {
    home: Home,
    server: Option<Server>,
    address: String,
    key: String,
    runtime: tokio::runtime::Runtime,
    world: Handle,
}

impl Shop {
    fn open(set: &[&str]) -> Shop {
        let home = Home::lawful_now();
        home.init();
        let address = free_address().to_string();
        let server = serve(&home, &address);
        let fast = ["--set", "delay_ms=0", "answer_timeout_s=20", "away_s=5"];
        home.json(&[&["connectors", "add", "till", "--kind", "phone"], &fast[..], set].concat());
        home.json(&["numbers", "add", OWN, "--connector", "till"]);
        let key = home.json(&["keys", "create", "site"])["key"].as_str().expect("a key").to_owned();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let config = sim::Config { hurry: 10, receipt_ms: (50, 150), ..sim::Config::default() };
        let world = runtime.block_on(Smsc::world(config)).expect("a world");
        Shop { home, server: Some(server), address, key, runtime, world }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    fn code(&self) -> String {
        self.home.json(&["phones", "pair", "till"])["code"].as_str().expect("a code").to_owned()
    }

    fn app(&self, code: &str, install: &str) -> std::io::Result<AppHandle> {
        let app = sim::App {
            server: format!("http://{}", self.address),
            code: code.to_owned(),
            install: install.to_owned(),
            wait_s: 3,
            ..sim::App::default()
        };
        self.runtime.block_on(self.world.app(app))
    }

    fn paired(&self) -> AppHandle {
        let app = self.app(&self.code(), "counter").expect("it is paired");
        self.stands("bound");
        app
    }

    fn stands(&self, state: &str) -> Value {
        until(&format!("the phone is {state}"), SOON, || {
            let row = self.home.connector("till");
            (row["state"] == state).then_some(row)
        })
    }

    fn get(&self, path: &str) -> Value {
        self.server().ask("GET", path, Some(&self.key), None).json()
    }

    fn send(&self, text: &str, class: &str) -> String {
        let body = json!({ "to": NUMBER, "text": text, "class": class });
        let sent = self.server().ask("POST", "/v1/messages", Some(&self.key), Some(&body)).json();
        sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned()
    }

    fn message(&self, id: &str) -> Value {
        self.get(&format!("/v1/messages/{id}"))
    }

    fn ends(&self, id: &str, status: &str) -> Value {
        until(&format!("{id} is {status}"), SOON, || {
            Some(self.message(id)).filter(|message| message["status"] == status)
        })
    }

    fn shown(&self, text: &str) -> usize {
        self.world.phone(NUMBER).inbox().iter().filter(|m| m.text == text).count()
    }

    fn inbound(&self) -> Vec<Value> {
        self.get("/v1/inbound")["data"].as_array().cloned().unwrap_or_default()
    }
}

fn serve(home: &Home, address: &str) -> Server {
    Server::spawn(home.command(&["serve", "--listen", address]))
}

#[test]
fn a_phone_is_paired_sends_reports_brings_answers_and_is_turned_away() {
    let shop = Shop::open(&["per_hour=50"]);
    until("it is told that no phone is paired", SOON, || {
        let row = shop.home.connector("till");
        let told = row["error"].as_str().is_some_and(|e| e.contains("no phone is paired"));
        (told && row["state"] == "connecting").then_some(())
    });
    let code = shop.code();
    assert!(shop.app("AAAAA-AAAAA", "thief").is_err(), "a guess opens nothing");
    let app = shop.app(&code.to_lowercase().replace('-', " "), "counter").expect("typed by hand, it pairs");
    shop.stands("bound");
    assert!(shop.app(&code, "thief").is_err(), "a code is one phone's");

    let id = shop.send("שלום, זה מבחן", "transactional");
    let message = shop.ends(&id, "delivered");
    assert_eq!(message["parts"][0]["connector"], "till", "{message}");
    let long = "A long story about a shop. ".repeat(14);
    let id = shop.send(long.trim(), "transactional");
    let message = shop.ends(&id, "delivered");
    let parts = message["parts"].as_array().expect("parts");
    assert!(parts.len() > 2 && parts.iter().all(|p| p["status"] == "delivered"), "{message}");
    assert_eq!(shop.shown(long.trim()), 1, "it went once, whole");
    let info = shop.home.json(&["phones", "info", "till"]);
    let sent = info["sims"][0]["sent"]["hour"].as_u64().expect("a count");
    assert_eq!(sent, 1 + parts.len() as u64, "{info}");
    assert_eq!(
        (&info["battery"], &info["model"], &info["paired"]),
        (&json!(87), &json!("Pretend One"), &json!(true))
    );

    // Told twice, under a clock that is a day ahead: one message, of now.
    app.fault(|f| {
        f.doubles = true;
        f.clock_ahead_ms = 86_400_000;
    });
    shop.world.phone("+972545556677").post("מתי אתם פתוחים?", OWN).expect("a text that fits");
    until("the answer comes in and is told", SOON, || {
        (!shop.inbound().is_empty() && app.untold() == 0).then_some(())
    });
    let came = shop.inbound();
    assert_eq!(
        (came.len(), &came[0]["from"], &came[0]["to"]),
        (1, &json!("+972545556677"), &json!(OWN)),
        "{came:?}"
    );
    let doubled = shop.send("told twice", "transactional");
    shop.ends(&doubled, "delivered");
    let today = came[0]["received_at"].as_str().expect("a time");
    assert!(today <= shop.message(&doubled)["accepted_at"].as_str().unwrap_or("9"), "{today}");

    shop.home.json(&["phones", "revoke", "till"]);
    until("the app is turned away", SOON, || app.ended());
    assert_eq!(app.ended().as_deref(), Some("not_paired"));
    let waiting = shop.send("for the next phone", "transactional");
    let next = shop.app(&shop.code(), "new").expect("another phone is paired");
    shop.ends(&waiting, "delivered");
    assert_eq!(next.taken(), 1);
}

#[test]
fn an_answer_that_is_lost_on_its_way_to_the_phone_is_said_again_under_the_same_name() {
    let shop = Shop::open(&[]);
    let app = shop.paired();
    app.fault(|f| f.lose_answers = true);
    let id = shop.send("once", "transactional");
    until("it was handed out", SOON, || (shop.message(&id)["status"] == "submitting").then_some(()));
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(app.taken(), 0);
    app.fault(|f| f.lose_answers = false);
    let message = shop.ends(&id, "delivered");
    assert_eq!((shop.shown("once"), &message["possible_duplicate"]), (1, &json!(false)), "{message}");
    // What the phone tells and is not thanked for, it tells again.
    app.fault(|f| f.lose_thanks = true);
    let id = shop.send("told again", "transactional");
    shop.ends(&id, "delivered");
    until("everything is told", SOON, || (app.untold() == 0).then_some(()));
    assert_eq!(shop.shown("told again"), 1);
}

#[test]
fn what_a_phone_took_and_never_answered_is_unknown_and_its_class_decides() {
    let shop = Shop::open(&[]);
    let app = shop.paired();
    app.fault(|f| f.stuck = true);
    let held = shop.send("hold me", "control");
    let message = shop.ends(&held, "unknown");
    assert_eq!(message["reason"]["code"], "ambiguous_submit", "{message}");
    app.fault(|f| f.stuck = false);
    let sent = shop.send("and the next one goes", "transactional");
    shop.ends(&sent, "delivered");
    assert_eq!(shop.shown("hold me"), 0);
    // The network's own words, and a phone that cannot send.
    app.fault(|f| (f.result, f.cause) = (1, 30));
    let wrong = shop.send("nobody", "transactional");
    let message = shop.ends(&wrong, "rejected");
    assert_eq!(message["reason"]["code"], "unknown_subscriber", "{message}");
    app.fault(|f| (f.result, f.no_service) = (0, true));
    let down = shop.stands("down");
    assert!(down["error"].as_str().is_some_and(|e| e.contains("SIM card")), "{down}");
    let waiting = shop.send("until it has a network", "transactional");
    app.fault(|f| f.no_service = false);
    shop.ends(&waiting, "delivered");
}

#[test]
fn a_server_that_was_killed_learns_from_the_phone_what_became_of_its_messages() {
    let mut shop = Shop::open(&[]);
    let app = shop.paired();
    app.fault(|f| f.stuck = true);
    let id = shop.send("in the phone's hands", "conversational");
    until("the phone has it", SOON, || (app.taken() == 1).then_some(()));
    app.fault(|f| {
        f.stuck = false;
        f.offline = true;
    });
    shop.server.take().expect("it runs").kill();
    shop.server = Some(serve(&shop.home, &shop.address));
    until("nobody knows", SOON, || {
        let story = shop.home.json(&["messages", "trace", &id]).to_string();
        story.contains("ambiguous").then_some(())
    });
    // The phone had sent it: it says so now, and nothing goes twice.
    let token = app.token();
    let body = json!({ "reports": [{ "id": format!("{id}-0"), "state": "sent" }] });
    let told = shop.server().ask("POST", "/phone/v1/report", Some(&token), Some(&body));
    assert_eq!((told.status, told.json()["taken"].as_u64()), (200, Some(1)), "{}", told.body);
    shop.ends(&id, "submitted");
    app.fault(|f| f.offline = false);
    shop.stands("bound");
    let next = shop.send("after the fall", "transactional");
    shop.ends(&next, "delivered");
    assert_eq!((shop.shown("in the phone's hands"), app.taken()), (0, 2));
    // Odd questions get a clear no.
    for (place, token, body, status) in [
        ("poll", "nobody", json!({}), 401),
        ("poll", token.as_str(), json!("hello"), 400),
        ("report", token.as_str(), json!({ "reports": [{ "id": "x", "state": "sent" }] }), 200),
        ("elsewhere", token.as_str(), json!({}), 404),
    ] {
        let told = shop.server().ask("POST", &format!("/phone/v1/{place}"), Some(token), Some(&body));
        assert_eq!(told.status, status, "{place}: {}", told.body);
    }
    assert_eq!(shop.server().ask("GET", "/phone/v1/poll", Some(&token), None).status, 405);
}

#[test]
fn a_phone_without_a_network_is_missed_and_nothing_is_taken_for_it() {
    let shop = Shop::open(&[]);
    let app = shop.paired();
    app.fault(|f| f.offline = true);
    let down = shop.stands("down");
    assert!(down["error"].as_str().is_some_and(|e| e.contains("silent")), "{down}");
    let body = json!({ "to": NUMBER, "text": "too late", "class": "otp", "validity_s": 2 });
    let sent = shop.server().ask("POST", "/v1/messages", Some(&shop.key), Some(&body)).json();
    let late = sent["id"].as_str().expect("an id").to_owned();
    let message = shop.ends(&late, "expired");
    assert_eq!(message["reason"]["code"], "expired_here", "{message}");
    let waits = shop.send("waits", "transactional");
    assert_eq!(shop.message(&waits)["status"], "queued");
    app.fault(|f| f.offline = false);
    shop.ends(&waits, "delivered");
    assert_eq!((shop.shown("too late"), shop.shown("waits")), (0, 1));
}
