//! Optional parameters of SMPP that go with a message: from a client, from a program, from a command, to the carrier.

use super::esme::Esme;
use super::house::{House, message};
use super::support::until;
use serde_json::json;
use std::time::Duration;
use wire::smpp::{Sm, Status, TlvBuf};

const SOON: Duration = Duration::from_secs(30);

/// What a client says to the carrier beside the text (a registered template, above all) reaches it, and so does what a program
/// says over REST; a message's own goes before the connector's.
#[test]
fn parameters_of_vendors_go_on_to_the_carrier() {
    let house = House::start();
    house.client("acme", &[]);
    house.home.json(&[
        "connectors",
        "set",
        "peer",
        "tlvs=0x1400 text 1101\n0x1401 text of-all",
        "keep_tlvs=0x1402",
    ]);
    until("its link is there again", SOON, || {
        (house.home.connector("peer")["state"] == "bound").then_some(())
    });
    let key = house.home.json(&["keys", "create", "check"])["key"].as_str().expect("a key").to_owned();
    let carrier = house.home.connector("peer")["id"].as_str().expect("an id").to_owned();
    let path = |what: &str| format!("/v1/connectors/{carrier}/{what}");
    assert_eq!(house.server.ask("POST", &path("watch"), Some(&key), Some(&json!({}))).status, 201);
    let seen = |what: &str| house.server.ask("GET", &path("trace"), Some(&key), None).body.contains(what);
    let hex = |text: &str| text.bytes().map(|b| format!("{b:02x}")).collect::<String>();

    let mut own = TlvBuf::new();
    own.push(0x1401, b"template-7").push(0x0204, &[1, 2]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    until("what the client said is seen on the carrier's wire", SOON, || {
        let sent = Sm { tlvs: own.view(), ..message("+972501234567", b"by a client") };
        assert_eq!(esme.submit(&sent).status, Status::OK);
        seen(&format!("1401000a{}", hex("template-7"))).then_some(())
    });
    assert!(seen(&format!("14000004{}", hex("1101"))), "the connector's other one stays");
    assert!(!seen(&hex("of-all")), "a message's own goes before the connector's");

    let body = json!({ "to": "+972501234568", "text": "by REST", "tlvs": "0x1402 hex 00ff" });
    let sent = house.server.ask("POST", "/v1/messages", Some(&key), Some(&body));
    assert_eq!(sent.status, 202, "{}", sent.body);
    until("what the program said is seen there", SOON, || seen("1402000200ff").then_some(()));
    let one = format!("/v1/messages/{}", sent.json()["id"].as_str().expect("an id"));
    assert_eq!(house.server.ask("GET", &one, Some(&key), None).json()["tlvs"], "0x1402 hex 00ff");
    let said = [
        "send",
        "--to",
        "+972501234569",
        "--text",
        "by a command",
        "--tlv",
        "0x1402 hex 0a0b",
        "--tlv",
        "0x1403 int8 9",
    ];
    house.home.json(&said);
    until("what the command said is seen there", SOON, || seen("140200020a0b").then_some(()));
    assert!(seen("1403000109"), "the second one");

    let bad = json!({ "to": "+972501234568", "text": "x", "tlvs": "0x1402 word 1" });
    let refused = house.server.ask("POST", "/v1/messages", Some(&key), Some(&bad));
    assert!(
        (400..500).contains(&refused.status) && refused.body.contains("0x1402 word 1"),
        "{}",
        refused.body
    );
}
