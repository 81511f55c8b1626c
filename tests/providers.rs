//! HTTP providers end to end: the real program, a pretended provider on a real socket, webhooks in both directions.

mod support;

use serde_json::{Value, json};
use sim::smsc::provider::{Kind, Setup};
use std::time::Duration;
use support::{Carrier, Home, Server, free_address, until};

const SOON: Duration = Duration::from_secs(20);
const NUMBER: &str = "+972541112235";
const SENDER: &str = "+972529990000";

/// A shop behind one provider.
struct Shop {
    home: Home,
    server: Server,
    provider: Carrier,
    key: String,
}

/// What a kind's form wants beside `base`, for the account that the provider pretends to have.
fn settings(kind: &str) -> &'static [&'static str] {
    match kind {
        "twilio" => &["account_sid=ACsim", "auth_token=secret"],
        "vonage" => &["api_key=ACsim", "api_secret=secret", "signature_secret=signing"],
        "plivo" => &["auth_id=ACsim", "auth_token=secret"],
        "infobip" => &["api_key=secret"],
        "sinch" => &["plan=ACsim", "api_token=secret", "hook_secret=signing"],
        "messagebird" => &["access_key=secret", "signing_key=signing"],
        "telnyx" => &["api_key=secret"],
        "clickatell" => &["api_key=secret", "two_way=on"],
        "kannel" | "jasmin" => &["username=ACsim", "password=secret"],
        _ => &[],
    }
}

impl Shop {
    fn with(kind: &str, config: sim::Config, set: &[&str]) -> Shop {
        Shop::as_kind(kind, kind, config, set)
    }

    /// A connector of one kind to a provider that may be another.
    fn as_kind(kind: &str, pretends: &str, config: sim::Config, set: &[&str]) -> Shop {
        let home = Home::new();
        home.init();
        let server = home.serve();
        let listen = free_address();
        let base = format!("base=http://{listen}");
        let mut args = vec!["connectors", "add", kind, "--kind", kind, "--set", base.as_str()];
        args.extend_from_slice(set);
        let mut setup = Setup::of(Kind::of(pretends).expect("a provider of that name"));
        let public = setup.public_key().map(|key| format!("public_key={key}"));
        args.extend(public.as_deref());
        let made = home.json(&args);
        let hook = made["hooks"]["address"].as_str().unwrap_or_else(|| panic!("no address in {made}"));
        assert!(hook.starts_with(&format!("http://{}/hooks/cnx_", server.address)), "{hook}");
        setup.hook = hook.to_owned();
        let hurry = 10;
        let provider = Carrier::with(sim::Config {
            listen,
            provider: Some(setup),
            hurry,
            receipt_ms: (50, 150),
            ..config
        });
        home.json(&["numbers", "add", SENDER, "--connector", kind]);
        let key = home.json(&["keys", "create", "site"])["key"].as_str().expect("a key").to_owned();
        Shop { home, server, provider, key }
    }

    fn get(&self, path: &str) -> Value {
        self.server.ask("GET", path, Some(&self.key), None).json()
    }

    fn kind(&self) -> Value {
        self.get("/v1/connectors")["data"].as_array().and_then(|all| all.last().cloned()).expect("one")
    }

    fn bound(&self) {
        until("the account is let in", SOON, || (self.kind()["state"] == "bound").then_some(()));
    }

    fn send(&self, to: &str, text: &str) -> String {
        self.send_as(to, text, "transactional")
    }

    fn send_as(&self, to: &str, text: &str, class: &str) -> String {
        let body = json!({ "to": to, "text": text, "from": SENDER, "class": class });
        let sent = self.server.ask("POST", "/v1/messages", Some(&self.key), Some(&body)).json();
        sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned()
    }

    /// Hands these in together; gives their ids.
    fn send_all(&self, texts: &[String], class: &str) -> Vec<String> {
        let one = |text: &String| json!({ "to": NUMBER, "text": text, "from": SENDER });
        let messages: Vec<Value> = texts.iter().map(one).collect();
        let body = json!({ "messages": messages, "class": class });
        let sent = self.server.ask("POST", "/v1/messages/batch", Some(&self.key), Some(&body)).json();
        let all = sent["results"].as_array().unwrap_or_else(|| panic!("no list in {sent}"));
        all.iter().map(|m| m["id"].as_str().unwrap_or_else(|| panic!("{m}")).to_owned()).collect()
    }

    fn message(&self, id: &str) -> Value {
        self.get(&format!("/v1/messages/{id}"))
    }

    fn ends(&self, id: &str, status: &str) -> Value {
        until(&format!("{id} is {status}"), SOON, || {
            let message = self.message(id);
            (message["status"] == status).then_some(message)
        })
    }

    fn inbound(&self, text: &str) -> Vec<Value> {
        until(&format!("{text} comes in"), SOON, || {
            let all = self.get("/v1/inbound");
            let all = all["data"].as_array().cloned().unwrap_or_default();
            let found: Vec<Value> = all.into_iter().filter(|m| m["text"] == text).collect();
            (!found.is_empty()).then_some(found)
        })
    }
}

/// What a provider says of a number that is nobody's.
fn unknown(kind: &str) -> &'static str {
    match kind {
        "telnyx" => "bad_address",
        "clickatell" => "unknown_code",
        _ => "unknown_subscriber",
    }
}

/// Everything an honest provider does.
fn carries(kind: &str) {
    let mix = sim::Mix { unknown_subscriber: 40.0, ..sim::Mix::default() };
    let shop = Shop::with(kind, sim::Config { mix, ..sim::Config::default() }, settings(kind));
    shop.bound();
    let id = shop.send(NUMBER, "שלום, זה מבחן");
    let message = shop.ends(&id, "delivered");
    assert_eq!(message["parts"].as_array().map(Vec::len), Some(1), "{message}");
    let shown = shop.provider.phone(NUMBER).inbox();
    assert_eq!((shown.len(), shown[0].text.as_str()), (1, "שלום, זה מבחן"));

    let text = "A long story about a shop. ".repeat(14);
    let id = shop.send(NUMBER, &text);
    let message = shop.ends(&id, "delivered");
    let parts = message["parts"].as_array().expect("parts");
    assert!(parts.len() > 2 && parts.iter().all(|p| p["status"] == "delivered"), "{message}");
    assert_eq!(shop.provider.phone(NUMBER).inbox().len(), 2, "it went once, whole");

    let sent: Vec<String> = (0..12).map(|n| shop.send(&format!("+97254220{n:04}"), "hello")).collect();
    let ends = sent.iter().map(|id| {
        until("it has ended", SOON, || {
            let message = shop.message(id);
            match message["status"].as_str().unwrap_or_default() {
                "delivered" => Some(true),
                "undelivered" => {
                    assert_eq!(message["reason"]["code"], unknown(kind), "{message}");
                    Some(false)
                }
                _ => None,
            }
        })
    });
    let delivered = ends.filter(|delivered| *delivered).count();
    assert!((1..12).contains(&delivered), "{delivered} of 12");

    let long = "Hello shop, I want to know. ".repeat(12);
    for text in ["הסר אותי בבקשה מחר", long.trim()] {
        shop.provider.phone("+972545556677").post(text, SENDER).expect("a text that fits");
        let came = shop.inbound(text);
        assert_eq!(came.len(), 1, "{came:?}");
        assert_eq!((&came[0]["from"], &came[0]["to"]), (&json!("+972545556677"), &json!(SENDER)));
    }
    let hooks = &shop.kind()["hooks"];
    assert!(hooks["taken_at"].is_string(), "{hooks}");
    // Two of them are sent batches with an element that nobody can read.
    let spoilt = ["infobip", "clickatell"].contains(&kind);
    assert_eq!(hooks["refused_at"].is_string(), spoilt, "{hooks}");
    assert_eq!(shop.server.end(), 0);
}

#[test]
fn twilio_carries() {
    carries("twilio");
}

#[test]
fn vonage_carries() {
    carries("vonage");
}

#[test]
fn plivo_carries() {
    carries("plivo");
}

#[test]
fn infobip_carries() {
    carries("infobip");
}

#[test]
fn sinch_carries() {
    carries("sinch");
}

#[test]
fn messagebird_carries() {
    carries("messagebird");
}

#[test]
fn telnyx_carries() {
    carries("telnyx");
}

#[test]
fn clickatell_carries() {
    carries("clickatell");
}

#[test]
fn kannel_carries() {
    carries("kannel");
}

#[test]
fn jasmin_carries() {
    carries("jasmin");
}

fn shop() -> Shop {
    let shop = Shop::with("twilio", sim::Config::default(), settings("twilio"));
    shop.bound();
    shop
}

#[test]
fn an_answer_that_never_comes_is_an_unknown_outcome_and_its_report_finds_the_message() {
    let set = [settings("twilio"), &["answer_timeout_s=1"]].concat();
    let shop = Shop::with("twilio", sim::Config::default(), &set);
    shop.bound();
    shop.provider.smsc.fault(|f| {
        f.lose_answers = true;
        f.no_receipts = true;
    });
    let held = shop.send_as(NUMBER, "sale", "conversational");
    until("nobody knows", SOON, || {
        let message = shop.message(&held);
        let story = shop.home.json(&["messages", "trace", &held]).to_string();
        assert_ne!(message["status"], "rejected", "{message}");
        story.contains("ambiguous").then_some(())
    });
    shop.provider.smsc.fault(|f| *f = sim::Faults { lose_answers: true, ..sim::Faults::default() });
    let told = shop.send(NUMBER, "told by its report alone");
    shop.ends(&told, "delivered");
    let copies = shop.provider.phone(NUMBER).inbox();
    assert_eq!(copies.iter().filter(|m| m.text == "told by its report alone").count(), 1, "{copies:?}");
}

#[test]
fn a_fault_after_the_message_was_taken_is_no_refusal() {
    let shop = shop();
    shop.provider.smsc.fault(|f| f.fail_after = true);
    let id = shop.send_as(NUMBER, "taken all the same", "conversational");
    shop.ends(&id, "delivered");
    assert_eq!(shop.provider.phone(NUMBER).inbox().len(), 1);
}

#[test]
fn a_carrier_that_is_asked_too_much_is_left_alone_for_as_long_as_it_says() {
    let shop = shop();
    shop.provider.smsc.fault(|f| {
        f.throttle = true;
        f.retry_after_s = 2;
    });
    let began = std::time::Instant::now();
    let ids: Vec<String> = (0..5).map(|n| shop.send(NUMBER, &format!("patience {n}"))).collect();
    until("it is slowed down", SOON, || (shop.kind()["state"] == "throttled").then_some(()));
    let refused = shop.provider.smsc.counts().refused;
    std::thread::sleep(Duration::from_millis(900));
    assert!(shop.provider.smsc.counts().refused <= refused + 10, "it was asked all the time");
    shop.provider.smsc.fault(|f| f.throttle = false);
    for id in &ids {
        let message = shop.ends(id, "delivered");
        assert_eq!(message["attempts"].as_i64().unwrap_or(1), 1, "{message}");
    }
    assert!(began.elapsed() > Duration::from_millis(1_900), "it was not left alone");
}

#[test]
fn doubled_reversed_and_forged_webhooks_change_nothing() {
    let shop = shop();
    shop.provider.smsc.fault(|f| f.bad_proofs = true);
    let id = shop.send(NUMBER, "forged");
    until("a forged webhook is refused", SOON, || {
        shop.kind()["hooks"]["refused_at"].as_str().map(str::to_owned)
    });
    assert_eq!(shop.message(&id)["status"], "submitted");
    shop.provider.smsc.fault(|f| {
        f.bad_proofs = false;
        f.reports.times = 3;
        f.reports.reversed = true;
    });
    shop.ends(&id, "delivered");
    let again = shop.send(NUMBER, "thrice told");
    shop.ends(&again, "delivered");
    let hooks = &shop.kind()["hooks"];
    assert!(hooks["refused"].as_str().is_some_and(|why| why.contains("signature")), "{hooks}");
    // Nobody comes in without the secret of the address.
    for path in ["/hooks/x/status", "/hooks/cnx_0000000000000-00/inbound", "/hooks/"] {
        assert_eq!(shop.server.ask("POST", path, None, None).status, 404, "{path}");
    }
}

/// A flood of reports about messages of nobody, and of one report again and again: all are answered, nothing changes, and
/// what is under way goes on.
#[test]
fn web_07_a_flood_of_doubled_and_unknown_reports_changes_nothing() {
    let shop = Shop::with("infobip", sim::Config::default(), settings("infobip"));
    shop.bound();
    let id = shop.send(NUMBER, "told once");
    let message = shop.ends(&id, "delivered");
    let known = message["parts"][0]["carrier_id"].as_str().unwrap_or(&id).to_owned();
    let hook = shop.kind()["hooks"]["address"].as_str().expect("an address").to_owned();
    let path = format!("{}/status", hook.split_once(&shop.server.address).expect("our own address").1);
    let report = |id: &str, name: &str| {
        json!({
            "messageId": id, "to": "972541112235", "callbackData": name, "error": { "id": 1 },
            "status": { "groupId": 2, "id": 9, "name": "UNDELIVERABLE_NOT_DELIVERED" },
        })
    };
    for round in 0..30 {
        let all: Vec<Value> = (0..100)
            .map(|n| match n % 4 {
                0 => report(&known, &format!("{id}-0")),
                1 => report(&format!("unknown-{round}-{n}"), "msg_0000000000001-0"),
                2 => report(&format!("unknown-{round}-{n}"), ""),
                _ => report("unknown", "no name at all"),
            })
            .collect();
        let answer = shop.server.ask("POST", &path, None, Some(&json!({ "results": all })));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let told = shop.send(NUMBER, "after the flood");
    shop.ends(&told, "delivered");
    let after = shop.message(&id);
    assert_eq!(after["status"], "delivered", "{after}");
    let story = shop.home.json(&["messages", "trace", &id]);
    let events = story.as_array().or_else(|| story["events"].as_array()).map_or(0, Vec::len);
    assert!(events < 60, "each repetition is in its story: {events}");
    assert_eq!(shop.server.end(), 0);
}

#[test]
fn a_wrong_token_is_told_and_sends_nothing() {
    let shop = Shop::with("twilio", sim::Config::default(), &["account_sid=ACsim", "auth_token=wrong"]);
    let row = until("it is told", SOON, || {
        let row = shop.kind();
        (row["state"] == "auth_failed").then_some(row)
    });
    assert!(row["error"].as_str().is_some_and(|e| e.contains("refused the login")), "{row}");
    let id = shop.send(NUMBER, "waits");
    shop.home.json(&["connectors", "set", "twilio", "auth_token=secret"]);
    shop.ends(&id, "delivered");
}

/// A provider that nobody prepared for: written down, tried, then used.
#[test]
fn a_provider_that_is_written_down_carries() {
    let set = [
        "address=/v1/message",
        "headers=Authorization: {key}",
        "body_type=json",
        r#"body={"messages":[{"channel":"sms","to":"{to_digits}","from":"{from}","content":"{text}","clientMessageId":"{id}"}]}"#,
        "key=secret",
        "answer_id=/messages/0/apiMessageId",
        "answer_error=/messages/0/error/code",
        "answer_refusals=105=permanent",
        "report_id=/event/statusUpdate/0/messageId",
        "report_status=/event/statusUpdate/0/statusCode",
        "report_states=4=delivered, 7=undelivered, 3=ignored",
        "message_from=/event/moText/0/from",
        "message_to=/event/moText/0/to",
        "message_text=/event/moText/0/content",
        "message_id=/event/moText/0/messageId",
    ];
    let shop = Shop::as_kind("http", "clickatell", sim::Config::default(), &set);
    shop.bound();
    let mut body =
        json!({ "kind": "http", "settings": { "base": "https://x.example", "body": "{\n {txet}" } });
    let wrong = shop.server.ask("POST", "/v1/connectors/try", Some(&shop.key), Some(&body)).json();
    assert!(wrong["detail"].as_str().is_some_and(|d| d.contains("line 2, column 2")), "{wrong}");
    body["settings"]["body"] = "to={to}".into();
    body["settings"]["headers"] = "X-Key: {key}".into();
    body["settings"]["key"] = "s3cret".into();
    let tried = shop.server.ask("POST", "/v1/connectors/try", Some(&shop.key), Some(&body)).json();
    let request = tried["request"].as_str().expect("a request");
    assert!(request.contains("to=%2B972541234567") && !request.contains("s3cret"), "{request}");

    let text = "A \"quoted\" text, שלום\\n";
    let id = shop.send(NUMBER, text);
    shop.ends(&id, "delivered");
    assert_eq!(shop.provider.phone(NUMBER).inbox()[0].text, text);
    shop.provider.phone("+972545556677").post("הודעה", SENDER).expect("a text that fits");
    assert_eq!(shop.inbound("הודעה")[0]["from"], "+972545556677");
}

/// What is due together leaves in fewer requests than messages; what is wrong with one is its own, and when nobody answers,
/// nobody knows of any.
fn asks_for_many_at_once(kind: &str) {
    let set = [settings(kind), &["window=20", "batch=5", "answer_timeout_s=2"]].concat();
    let shop = Shop::with(kind, sim::Config::default(), &set);
    shop.bound();
    let asked = || shop.provider.smsc.counts().asked;
    let texts = |what: &str| -> Vec<String> {
        (0..20).map(|n| if n == 7 { format!("{what} poison") } else { format!("{what} {n}") }).collect()
    };
    let copies = |text: &str| shop.provider.phone(NUMBER).inbox().iter().filter(|m| m.text == text).count();
    let all_but_one = |what: &str| {
        let texts = texts(what);
        for (id, text) in shop.send_all(&texts, "transactional").iter().zip(&texts) {
            if text.contains("poison") {
                let message = shop.ends(id, "rejected");
                assert_ne!(message["reason"]["code"], Value::Null, "{message}");
            } else {
                shop.ends(id, "delivered");
                assert_eq!(copies(text), 1, "{text}");
            }
        }
    };
    shop.provider.smsc.fault(|f| f.poison = true);
    all_but_one("each for itself");
    assert!(asked() <= 10, "{} requests for 20 messages", asked());
    shop.provider.smsc.fault(|f| (f.poison, f.poison_all) = (false, true));
    all_but_one("all or nothing");

    shop.provider.smsc.fault(|f| {
        *f = sim::Faults { lose_answers: true, no_receipts: true, ..sim::Faults::default() };
    });
    let texts: Vec<String> = (0..5).map(|n| format!("unanswered {n}")).collect();
    for id in shop.send_all(&texts, "conversational") {
        until("nobody knows", SOON, || {
            let message = shop.message(&id);
            assert_ne!(message["status"], "rejected", "{message}");
            let story = shop.home.json(&["messages", "trace", &id]).to_string();
            story.contains("ambiguous").then_some(())
        });
    }
}

#[test]
fn infobip_is_asked_for_many_at_once() {
    asks_for_many_at_once("infobip");
}

#[test]
fn clickatell_is_asked_for_many_at_once() {
    asks_for_many_at_once("clickatell");
}
