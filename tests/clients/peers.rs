//! Clients that this project did not write, bound to our server: what they send arrives, and what they are handed they
//! understand.

use super::house::House;
use super::support::{Peer, until};
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than one SMS, so it comes in parts or in one piece that short_message cannot hold.
const LONG: &str = "A text of more than one hundred and sixty characters is cut by the client into parts, or \
                    handed over whole, and in both cases it must be one message here, with all of its words in order.";

#[test]
fn smpplib_sends_and_is_told() {
    story("smpplib_sends_and_is_told", "esme-smpplib.py", 2, false);
}

#[test]
fn smpplib_sends_and_is_told_inside_tls() {
    story("smpplib_sends_and_is_told_inside_tls", "esme-smpplib.py", 2, true);
}

#[test]
fn aiosmpplib_sends_and_is_told() {
    story("aiosmpplib_sends_and_is_told", "esme-aiosmpplib.py", 1, false);
}

#[test]
fn npm_smpp_sends_and_is_told() {
    story("npm_smpp_sends_and_is_told", "esme-npm.mjs", 1, false);
}

fn seen(peer: &Peer, event: &str, count: usize) -> Vec<Value> {
    until(&format!("{count} × {event}"), PATIENCE, || {
        let all = peer.seen(event);
        if all.len() < count && peer.events().iter().any(|e| e["event"] == "error") {
            panic!("{:?}", peer.events());
        }
        (all.len() >= count).then_some(all)
    })
}

/// `parts` is how many submit_sm the client makes of the long text.
fn story(test: &str, script: &str, parts: usize, tls: bool) {
    let house = if tls { House::with_tls() } else { House::start() };
    house.client("acme", &[]);
    house.home.json(&["numbers", "add", "4545", "--connector", "peer"]);
    house.home.json(&["clients", "number", "4545", "--client", "acme"]);
    let address = if tls { house.tls_address() } else { house.smpp.clone() };
    let port = address.rsplit(':').next().expect("a port").to_owned();
    let mut options = vec!["--port", port.as_str(), "--system-id", "acme", "--password", "secret99"];
    if tls {
        options.push("--tls");
    }
    let Some(mut peer) = Peer::start(test, script, &options) else { return };
    assert_eq!(house.shown("acme")["sessions"][0]["tls"], tls);
    for (to, text) in
        [("972501234567", "Your code is 1234"), ("972501234568", "שלום, ההזמנה בדרך"), ("972501234569", LONG)]
    {
        peer.send("Shop", to, text);
    }
    let count = 2 + parts;
    let submitted = seen(&peer, "submitted", count);
    assert!(submitted.iter().all(|s| s["status"] == 0), "{submitted:?}");
    let mut ids: Vec<&str> = submitted.iter().filter_map(|s| s["id"].as_str()).collect();
    let receipts = seen(&peer, "receipt", count);
    assert!(receipts.iter().all(|r| r["state"] == 2), "{receipts:?}");
    let mut told: Vec<&str> = receipts.iter().filter_map(|r| r["id"].as_str()).collect();
    ids.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, ids, "each id that was given is told of, once");
    let text_to = |to: &str| {
        let all = house.messages();
        let found: Vec<&Value> = all.iter().filter(|m| m["to"] == to).collect();
        assert_eq!(found.len(), 1, "{all:?}");
        assert_eq!(found[0]["from"], "Shop");
        found[0]["text"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(text_to("+972501234567"), "Your code is 1234");
    assert_eq!(text_to("+972501234568"), "שלום, ההזמנה בדרך");
    assert_eq!(text_to("+972501234569"), LONG);
    house.carrier.phone("+972501234567").post("Yes please", "4545").expect("the carrier takes it");
    let mo = seen(&peer, "mo", 1);
    assert_eq!((&mo[0]["text"], &mo[0]["to"]), (&"Yes please".into(), &"4545".into()), "{mo:?}");
    peer.end();
    assert_eq!(peer.seen("error"), Vec::<Value>::new());
    until("nobody is bound any more", PATIENCE, || {
        (house.metric("sendword_smpp_server_sessions") == 0).then_some(())
    });
    assert_eq!(house.metric("sendword_smpp_server_malformed_total"), 0);
}
