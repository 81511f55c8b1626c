//! What clients hand in, and what comes of it at the carrier.

use super::esme::Esme;
use super::house::{House, message};
use super::support::until;
use std::time::Duration;
use wire::smpp::Status;

#[test]
fn a_message_goes_from_the_client_to_the_phone_and_its_receipt_back() {
    let house = House::start();
    let made = house.client("acme", &["rate=100"]);
    assert_eq!((made["system_id"].as_str(), made["password"].as_str()), (Some("acme"), Some("secret99")));
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let answer = esme.submit(&message("+972501234567", b"Your code is 1234"));
    assert_eq!(answer.status, Status::OK);
    let id = answer.id();
    assert!(id.starts_with("msg_"), "{id}");
    let receipt = esme.take();
    let read = receipt.view().receipt().expect("a receipt");
    assert_eq!((read.id.as_str(), read.status), (id.as_str(), sms::Status::Delivered));
    assert_eq!(receipt.view().esm_class & 0x3C, 0x04);
    let shown = house.home.json(&["messages", "show", &id]);
    assert_eq!(
        [&shown["status"], &shown["text"], &shown["from"], &shown["to"], &shown["class"], &shown["source"]],
        ["delivered", "Your code is 1234", "Shop", "+972501234567", "transactional", "smpp"]
    );
    assert_eq!(house.carrier.ledger().get("972501234567"), Some(&1));
    until("nothing waits for the client any more", Duration::from_secs(10), || {
        (house.shown("acme")["waiting"] == 0).then_some(())
    });
}
