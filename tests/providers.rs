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
        let home = Home::new();
        home.init();
        let server = home.serve();
        let listen = free_address();
        let base = format!("base=http://{listen}");
        let mut args = vec!["connectors", "add", kind, "--kind", kind, "--set", base.as_str()];
        args.extend_from_slice(set);
        let mut setup = Setup::of(Kind::of(kind).expect("a provider of that name"));
        let public = setup.public_key().map(|key| format!("public_key={key}"));
        args.extend(public.as_deref());
        let made = home.json(&args);
        let hook = made["hooks"]["address"].as_str().unwrap_or_else(|| panic!("no address in {made}"));
        assert!(hook.starts_with(&format!("http://{}/hooks/cnx_", server.address)), "{hook}");
        setup.hook = hook.to_owned();
        let hurry = 10;
        let provider =
            Carrier::with(sim::Config { listen, provider: Some(setup), hurry, receipt_ms: (50, 150), ..config });
        home.json(&["numbers", "add", SENDER, "--connector", kind]);
        let key = home.json(&["keys", "create", "site"])["key"].as_str().expect("a key").to_owned();
        Shop { home, server, provider, key }
    }

    fn kind(&self) -> Value {
        self.home.json(&["connectors", "list"]).as_array().and_then(|all| all.last().cloned()).expect("one")
    }

    fn bound(&self) {
        until("the account is let in", SOON, || (self.kind()["state"] == "bound").then_some(()));
    }

    fn send(&self, to: &str, text: &str, more: &[&str]) -> String {
        let sent = self.home.json(&[&["send", "--to", to, "--text", text, "--from", SENDER], more].concat());
        sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned()
    }

    fn message(&self, id: &str) -> Value {
        self.home.json(&["messages", "show", id])
    }

    fn ends(&self, id: &str, status: &str) -> Value {
        until(&format!("{id} is {status}"), SOON, || {
            let message = self.message(id);
            (message["status"] == status).then_some(message)
        })
    }

    fn inbound(&self, text: &str) -> Vec<Value> {
        until(&format!("{text} comes in"), SOON, || {
            let all = self.server.ask("GET", "/v1/inbound", Some(&self.key), None).json();
            let all = all["data"].as_array().cloned().unwrap_or_default();
            let found: Vec<Value> = all.into_iter().filter(|m| m["text"] == text).collect();
            (!found.is_empty()).then_some(found)
        })
    }
}

/// Everything an honest provider does.
fn carries(kind: &str) {
    let mix = sim::Mix { unknown_subscriber: 40.0, ..sim::Mix::default() };
    let shop = Shop::with(kind, sim::Config { mix, ..sim::Config::default() }, settings(kind));
    shop.bound();
    let id = shop.send(NUMBER, "שלום, זה מבחן", &[]);
    let message = shop.ends(&id, "delivered");
    assert_eq!(message["parts"].as_array().map(Vec::len), Some(1), "{message}");
    let shown = shop.provider.phone(NUMBER).inbox();
    assert_eq!((shown.len(), shown[0].text.as_str()), (1, "שלום, זה מבחן"));

    let text = "A long story about a shop. ".repeat(14);
    let id = shop.send(NUMBER, &text, &[]);
    let message = shop.ends(&id, "delivered");
    let parts = message["parts"].as_array().expect("parts");
    assert!(parts.len() > 2 && parts.iter().all(|p| p["status"] == "delivered"), "{message}");
    assert_eq!(shop.provider.phone(NUMBER).inbox().len(), 2, "it went once, whole");

    let sent: Vec<String> =
        (0..12).map(|n| shop.send(&format!("+97254220{n:04}"), "hello", &[])).collect();
    let ends = sent.iter().map(|id| {
        until("it has ended", SOON, || {
            let message = shop.message(id);
            match message["status"].as_str().unwrap_or_default() {
                "delivered" => Some(true),
                "undelivered" => {
                    assert_eq!(message["reason"]["code"], "unknown_subscriber", "{message}");
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
    assert!(hooks["taken_at"].is_string() && hooks["refused_at"].is_null(), "{hooks}");
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
