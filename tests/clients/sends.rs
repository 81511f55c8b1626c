//! What clients hand in, and what comes of it at the carrier.

use super::esme::{Esme, pdu};
use super::house::{House, message};
use super::support::{Home, until};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;
use store::testing::Postgres;
use wire::smpp::{Sm, Status, TlvBuf, command, tlv};

#[test]
fn a_message_goes_from_the_client_to_the_phone_and_its_receipt_back() {
    there_and_back(&House::start());
}

#[test]
fn the_same_on_postgresql() {
    let Some(server) = Postgres::shared("the_same_on_postgresql") else { return };
    let house = House::with(Home::on(Some(server.database())), sim::Config::default(), "");
    there_and_back(&house);
    // Parts take a lock of their own there.
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let part = |seq: u8| [&[0x05, 0x00, 0x03, 9, 2, seq][..], b"half "].concat();
    for seq in [2, 1] {
        let octets = part(seq);
        let sm = Sm { esm_class: 0x40, ..message("+972501234568", &octets) };
        assert_eq!(esme.submit(&sm).status, Status::OK);
    }
    let mut told: Vec<String> = (0..2).map(|_| esme.take().view().receipt().expect("a receipt").id).collect();
    told.dedup();
    assert_eq!((told.len(), house.messages().len()), (2, 2));
}

fn there_and_back(house: &House) {
    let made = house.client("acme", &["rate=100"]);
    assert_eq!((made["system_id"].as_str(), made["password"].as_str()), (Some("acme"), Some("secret99")));
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let answer = esme.submit(&message("+972501234567", b"Your code is 1234"));
    assert_eq!(answer.status, Status::OK);
    let id = answer.id();
    assert!(
        id.len() == 13 && id.bytes().all(|b| b.is_ascii_alphanumeric()),
        "read alike in every alphabet: {id}"
    );
    let receipt = esme.take();
    let read = receipt.view().receipt().expect("a receipt");
    assert_eq!((read.id.as_str(), read.status), (id.as_str(), sms::Status::Delivered));
    assert_eq!(receipt.view().esm_class & 0x3C, 0x04);
    let shown = house.home.json(&["messages", "show", &format!("msg_{id}")]);
    assert_eq!(
        [&shown["status"], &shown["text"], &shown["from"], &shown["to"], &shown["class"], &shown["source"]],
        ["delivered", "Your code is 1234", "Shop", "+972501234567", "transactional", "smpp"]
    );
    assert_eq!(house.carrier.ledger().get("972501234567"), Some(&1));
    until("nothing waits for the client any more", Duration::from_secs(10), || {
        (house.shown("acme")["waiting"] == 0).then_some(())
    });
}

const SOON: Duration = Duration::from_secs(10);

/// A house whose carrier refuses to be bound to: what is accepted waits.
fn waiting() -> House {
    let faults = sim::Faults { refuse_binds: true, ..sim::Faults::default() };
    let house = House::with(Home::new(), sim::Config { faults, ..sim::Config::default() }, "");
    house.client("acme", &["binds=9"]);
    house
}

fn multi(to: &[&str], text: &[u8]) -> Vec<u8> {
    let mut body = b"\0\x05\0Shop\0".to_vec();
    body.push(to.len() as u8);
    for number in to {
        body.extend([1, 1, 1]);
        body.extend(number.as_bytes());
        body.push(0);
    }
    body.extend([0, 0, 0, 0, 0, 1, 0, 0, 0, text.len() as u8]);
    body.extend(text);
    body
}

#[test]
fn refusals_have_the_status_that_says_why_and_cost_no_message() {
    let house = House::start();
    house.client("acme", &["from=Shop", "services=PROMO=marketing"]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let plain = message("+972501234567", b"x");
    let long = vec![b'x'; 254];
    for (what, sm, status) in [
        ("no number", message("12", b"x"), Status::INVALID_DESTINATION),
        ("a landline", message("+97248123456", b"x"), Status::INVALID_DESTINATION),
        (
            "a sender of somebody else",
            Sm { source: wire::smpp::source("Bank"), ..plain },
            Status::INVALID_SOURCE,
        ),
        ("no text", message("+972501234567", b""), Status::INVALID_MESSAGE_LENGTH),
        ("octets", Sm { data_coding: 4, ..plain }, Status::INVALID_CODING),
        ("a service that is none", Sm { service_type: b"NEWS", ..plain }, Status::INVALID_SERVICE_TYPE),
        ("marketing without consent", Sm { service_type: b"PROMO", ..plain }, Status::PROHIBITED),
        ("a stored text", Sm { default_message_id: 7, ..plain }, Status::INVALID_DEFAULT_MESSAGE),
        ("a past expiry", Sm { validity: b"200101000000000+", ..plain }, Status::INVALID_EXPIRY),
        ("no time at all", Sm { schedule: b"soon", ..plain }, Status::INVALID_SCHEDULE),
    ] {
        let answer = esme.submit(&sm);
        assert_eq!((answer.status, answer.body.len()), (status, 0), "{what}");
    }
    assert_eq!(house.messages().len(), 0);
    assert_eq!(esme.submit(&message("+972501234567", &long)).status, Status::OK, "PDU-03: 254 octets");
    assert_eq!(house.metric("sendword_smpp_server_submits_total{result=\"refused\"}"), 10);
}

#[test]
fn somebody_who_refused_gets_nothing_by_smpp_either() {
    let house = House::start();
    house.client("ads", &["class=marketing"]);
    let numbers = house.home.file("people.csv", "first name,phone\nDana,0502345678\n");
    house.home.import(&numbers, "people");
    house.home.json(&["numbers", "add", "4545", "--connector", "peer"]);
    let mut esme = Esme::bound(&house.smpp, "ads", "secret99");
    let sm = message("+972502345678", b"Sale today");
    assert_eq!(esme.submit(&sm).status, Status::OK, "with consent it goes");
    house.carrier.phone("+972502345678").post("STOP", "4545").expect("the carrier takes it");
    until("the refusal counts", SOON, || (esme.submit(&sm).status == Status::PROHIBITED).then_some(()));
}

#[test]
fn pdu_05_06_a_bad_body_costs_one_answer_and_never_the_session() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let mut good = Vec::new();
    message("+972501234567", b"hi").encode(wire::smpp::Kind::Submit, &mut good);
    let length_at = good.len() - 3;
    let mut lying = good.clone();
    lying[length_at] = 200;
    let torn = [&good[..], &[0x04, 0x27, 0, 9, 2]].concat();
    for (body, status) in [
        (&b""[..], Status::INVALID_COMMAND_LENGTH),
        (&good[..9], Status::INVALID_COMMAND_LENGTH),
        (&lying, Status::INVALID_MESSAGE_LENGTH),
        (&torn, Status::INVALID_TLV_STREAM),
    ] {
        let answer = esme.ask(command::SUBMIT_SM, body);
        assert_eq!((answer.command, answer.status), (command::SUBMIT_SM | command::RESPONSE, status));
    }
    for (asked, body) in [
        (command::QUERY_SM, &b"x"[..]),
        (command::CANCEL_SM, b""),
        (command::REPLACE_SM, b"x\0"),
        (command::SUBMIT_MULTI, b"\0"),
    ] {
        let answer = esme.ask(asked, body);
        assert_eq!((answer.command, answer.status.is_ok()), (asked | command::RESPONSE, false));
    }
    let padded = [&good[..], &[0]].concat();
    assert_eq!(esme.ask(command::SUBMIT_SM, &padded).status, Status::OK, "one stray octet is padding");
    let mut vendor = TlvBuf::new();
    vendor.push(0x1400, b"entity").push(0x1400, b"again");
    let sm = Sm { tlvs: vendor.view(), ..message("+972501234568", b"hi") };
    assert_eq!(esme.submit(&sm).status, Status::OK, "unknown TLVs, twice");
    assert_eq!(house.metric("sendword_smpp_server_malformed_total"), 8);
}

#[test]
fn f74_who_is_too_fast_or_opens_too_much_is_throttled_and_others_are_not() {
    let house = House::start();
    house.client("acme", &["rate=5", "window=3"]);
    house.client("other", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let mut body = Vec::new();
    message("+972501234567", b"fast").encode(wire::smpp::Kind::Submit, &mut body);
    let burst: Vec<u8> = (1..=40).flat_map(|seq| pdu(command::SUBMIT_SM, 1_000 + seq, &body)).collect();
    esme.write(&burst);
    let answers: Vec<Status> = (1..=40).map(|seq| esme.answer_of(1_000 + seq).status).collect();
    let taken = answers.iter().filter(|s| s.is_ok()).count();
    assert!((3..=5).contains(&taken), "{taken} of a burst of 40: the window is 3, the rate 5");
    assert_eq!(answers.iter().filter(|s| **s == Status::THROTTLED).count(), 40 - taken);
    let mut other = Esme::bound(&house.smpp, "other", "secret99");
    assert_eq!(other.submit(&message("+972501234568", b"calm")).status, Status::OK);
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(esme.submit(&message("+972501234569", b"later")).status, Status::OK);
    assert_eq!(house.messages().len(), taken + 2);
}

#[test]
fn pdu_12_parts_in_any_order_are_one_message_and_each_part_has_its_receipt() {
    let mut house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let part = |reference: u8, seq: u8, text: &str| {
        [&[0x05, 0x00, 0x03, reference, 3, seq][..], text.as_bytes()].concat()
    };
    let submit = |esme: &mut Esme, from: &'static str, octets: &[u8]| {
        let sm = Sm { esm_class: 0x40, source: wire::smpp::source(from), ..message("+972501234567", octets) };
        let answer = esme.submit(&sm);
        assert_eq!(answer.status, Status::OK);
        answer.id()
    };
    let third = submit(&mut esme, "Shop", &part(7, 3, "three"));
    let other = submit(&mut esme, "Bank", &part(7, 3, "of another text"));
    let first = submit(&mut esme, "Shop", &part(7, 1, "one "));
    assert_eq!(submit(&mut esme, "Shop", &part(7, 1, "one ")), first, "a part that comes again is known");
    assert_eq!(house.messages().len(), 0, "it is not whole yet");
    house.restart(Signal::KILL);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let second = submit(&mut esme, "Shop", &part(7, 2, "two "));
    let all = house.messages();
    assert_eq!(all.len(), 1, "{all:?}");
    let shown = house.home.json(&["messages", "show", all[0]["id"].as_str().expect("an id")]);
    assert_eq!(shown["text"], "one two three", "{shown}");
    let mut told: Vec<String> = (0..3).map(|_| esme.take().view().receipt().expect("a receipt").id).collect();
    let mut given = vec![first, second, third];
    told.sort();
    given.sort();
    assert_eq!(told, given);
    assert!(!given.contains(&other));
    // The id of a part is an id of the message.
    let query = esme.ask(command::QUERY_SM, &[given[0].as_bytes(), b"\0\x05\0Shop\0"].concat());
    assert_eq!((query.status, query.body[query.body.len() - 2]), (Status::OK, 2));
}

#[test]
fn parts_by_sar_tlvs_and_a_long_text_in_message_payload_are_one_message_each() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    for seq in [2u8, 1] {
        let mut tlvs = TlvBuf::new();
        tlvs.push(tlv::SAR_MSG_REF_NUM, &[0, 9]).push(tlv::SAR_TOTAL_SEGMENTS, &[2]);
        tlvs.push(tlv::SAR_SEGMENT_SEQNUM, &[seq]);
        let text = [0x05, 0xe9, 0x00, b'0' + seq];
        let sm = Sm { data_coding: 8, tlvs: tlvs.view(), ..message("+972501234567", &text) };
        assert_eq!(esme.submit(&sm).status, Status::OK);
    }
    let long = "0123456789".repeat(60);
    let mut payload = TlvBuf::new();
    payload.push(tlv::MESSAGE_PAYLOAD, long.as_bytes());
    let sm = Sm { tlvs: payload.view(), ..message("+972501234568", b"") };
    assert_eq!(esme.submit(&sm).status, Status::OK);
    let mut body = Vec::new();
    sm.encode(wire::smpp::Kind::Data, &mut body);
    let data = esme.ask(command::DATA_SM, &body);
    assert_eq!((data.command, data.status), (command::DATA_SM | command::RESPONSE, Status::OK));
    let mut texts: Vec<String> =
        house.messages().iter().map(|m| m["text"].as_str().unwrap_or_default().to_owned()).collect();
    texts.sort();
    assert_eq!(texts, [long.clone(), long, "ש1ש2".to_owned()]);
}

#[test]
fn a_client_of_3_3_has_ids_of_eight_digits_by_which_all_is_found() {
    let house = House::start();
    house.client("old", &[]);
    let (mut esme, _) = Esme::bind(&house.smpp, command::BIND_RECEIVER, "old", "secret99", 0x33);
    let (mut tx, _) = Esme::bind(&house.smpp, command::BIND_TRANSMITTER, "old", "secret99", 0x33);
    let answer = tx.submit(&message("+972501234567", b"hello"));
    let id = answer.id();
    assert!(id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    let receipt = esme.take();
    assert_eq!(receipt.view().receipt().expect("a receipt").id, id);
    assert_eq!(receipt.view().tlvs.iter().count(), 0, "3.3 knows no TLVs");
    let query = tx.ask(command::QUERY_SM, &[id.as_bytes(), b"\0\0\0\0"].concat());
    assert_eq!((query.status, query.id()), (Status::OK, id));
}

#[test]
fn a_submit_multi_answers_for_each_destination() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let answer = esme.ask(command::SUBMIT_MULTI, &multi(&["972501234567", "12", "972501234568"], b"to all"));
    assert_eq!(answer.status, Status::OK);
    let rest = &answer.body[answer.id().len() + 1..];
    assert_eq!(rest, [&[1, 1, 1][..], b"12\0", &[0, 0, 0, 0x0B]].concat(), "one refused, with its status");
    assert_eq!(house.messages().len(), 2);
    let mut reached: Vec<String> = (0..2).map(|_| esme.take().view().source.display().into_owned()).collect();
    reached.sort();
    assert_eq!(reached, ["+972501234567", "+972501234568"]);
    let none = esme.ask(command::SUBMIT_MULTI, &multi(&["12", "13"], b"to nobody"));
    assert_eq!((none.status, none.body.len()), (Status::INVALID_DESTINATION, 0));
}

#[test]
fn pdu_13_a_message_that_waits_can_be_asked_replaced_and_cancelled_by_its_own_client_alone() {
    let house = waiting();
    house.client("other", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let mut other = Esme::bound(&house.smpp, "other", "secret99");
    let id = esme.submit(&message("+972501234567", b"first words")).id();
    let named = |tail: &[u8]| [id.as_bytes(), b"\0", tail].concat();
    let query = named(b"\x05\0Shop\0");
    assert_eq!(esme.ask(command::QUERY_SM, &query).body, [id.as_bytes(), b"\0\0\x01\0"].concat());
    let replace = named(&[b"\x05\0Shop\0\0\0\x01\0\x09".as_slice(), b"new words"].concat());
    let cancel = [b"\0".as_slice(), &named(b"\x05\0Shop\0\x01\x01972501234567\0")].concat();
    assert_eq!(other.ask(command::QUERY_SM, &query).status, Status::INVALID_MESSAGE_ID);
    assert_eq!(other.ask(command::REPLACE_SM, &replace).status, Status::INVALID_MESSAGE_ID);
    assert_eq!(other.ask(command::CANCEL_SM, &cancel).status, Status::INVALID_MESSAGE_ID);
    assert_eq!(esme.ask(command::REPLACE_SM, &replace).status, Status::OK);
    assert_eq!(house.messages()[0]["text"], "new words");
    assert_eq!(esme.ask(command::CANCEL_SM, &cancel).status, Status::OK);
    let shown = house.home.json(&["messages", "show", &format!("msg_{id}")]);
    assert_eq!(
        (&shown["status"], &shown["reason"]["code"]),
        (&"cancelled".into(), &"cancelled_by_person".into())
    );
    assert_eq!(esme.ask(command::CANCEL_SM, &cancel).status, Status::CANCEL_FAILED);
    assert_eq!(esme.ask(command::REPLACE_SM, &replace).status, Status::REPLACE_FAILED);
    let receipt = esme.take();
    let read = receipt.view().receipt().expect("a receipt");
    assert_eq!((read.id, read.stat.as_deref()), (id, Some("DELETED")));
    let queued = house.home.json(&["queues", "list"]);
    assert_eq!(queued[0]["queued"], 0, "{queued}");
}

#[test]
fn scheduled_messages_wait_for_their_time_and_replace_if_present_replaces() {
    let house = waiting();
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let plain = message("+972501234567", b"tomorrow");
    let id = esme.submit(&Sm { schedule: b"000001000000000R", ..plain }).id();
    assert_eq!(house.messages()[0]["status"], "scheduled");
    let query = [id.as_bytes(), b"\0\x05\0Shop\0"].concat();
    let answer = esme.ask(command::QUERY_SM, &query);
    assert_eq!(answer.body[answer.body.len() - 2], 0, "SCHEDULED");
    let again = Sm { replace_if_present: 1, short_message: b"another text", ..plain };
    assert_eq!(esme.submit(&again).id(), id, "the same message");
    let all = house.messages();
    assert_eq!(
        (all.len(), &all[0]["text"], &all[0]["status"]),
        (1, &"another text".into(), &"queued".into())
    );
    let fresh = Sm { replace_if_present: 1, ..message("+972501234568", b"nothing to replace") };
    assert_ne!(esme.submit(&fresh).id(), id);
    // Without an id: all from this sender to this number.
    let cancel = b"\0\0\x05\0Shop\0\x01\x01972501234567\0";
    assert_eq!(esme.ask(command::CANCEL_SM, cancel).status, Status::OK);
    let status = |to: &str| {
        let all = house.messages();
        all.iter().find(|m| m["to"] == to).map(|m| m["status"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(status("+972501234567").as_deref(), Some("cancelled"));
    assert_eq!(status("+972501234568").as_deref(), Some("queued"));
}

#[test]
fn what_was_answered_is_there_after_a_crash() {
    let mut house = waiting();
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let ids: Vec<String> =
        (0..20).map(|n| esme.submit(&message(&format!("+9725012345{n:02}"), b"kept")).id()).collect();
    house.restart(Signal::KILL);
    let mut there: Vec<String> =
        house.messages().iter().map(|m| m["id"].as_str().unwrap_or_default().replace("msg_", "")).collect();
    there.sort();
    assert_eq!(there, ids, "every id that was answered, and no other");
}

/// What stood on a client's wire is seen while somebody looks, without its password; what failed last is always kept.
#[test]
fn a_clients_wire_is_seen_while_somebody_looks_and_its_last_failures_always() {
    let house = House::start();
    let client = house.client("acme", &[]);
    let (id, key) = (client["id"].as_str().expect("an id"), house.home.json(&["keys", "create", "check"]));
    let key = key["key"].as_str().expect("a key");
    let ask = |method: &str, what: &str, body: Option<&Value>| {
        let answer = house.server.ask(method, &format!("/v1/clients/{id}/{what}"), Some(key), body);
        (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap_or_default())
    };
    let list = |what: &str| ask("GET", what, None).1["data"].as_array().cloned().unwrap_or_default();
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    assert_eq!(esme.submit(&message("+972501234567", b"nobody looks")).status, Status::OK);
    assert_eq!(ask("POST", "watch", Some(&json!({ "number": "7654321" }))).0, 201);
    until("what is looked at is seen", SOON, || {
        assert_eq!(esme.submit(&message("+972547654321", b"seen")).status, Status::OK);
        assert_eq!(esme.submit(&message("+972501234567", b"another number")).status, Status::OK);
        list("trace").iter().any(|p| p["command"] == "submit_sm").then_some(())
    });
    let seen = list("trace");
    let text = Value::from(seen.clone()).to_string();
    assert!(text.contains("972547654321") && !text.contains("972501234567"), "{text}");
    assert!(!text.contains("secret99") && !text.contains("nobody looks"), "{text}");
    assert!(seen.iter().all(|p| p["protocol"] == "smpp"), "{text}");
    assert_eq!(ask("DELETE", "watch", None).0, 204);

    // Octets are no text: refused with the status that says so, and kept among what failed, without the number.
    let octets = Sm { data_coding: 4, ..message("+972501234567", b"\x01\x02\x03") };
    assert_eq!(esme.submit(&octets).status, Status::INVALID_CODING);
    let failed = until("what failed is kept", SOON, || list("failed").first().cloned());
    assert_eq!(failed["command"], "submit_sm");
    assert!(failed["status"].as_str().is_some_and(|s| s.contains("ESME_RINVDCS")), "{failed}");
    let fields = failed["fields"].to_string();
    assert!(fields.contains("data_coding") && !fields.contains("972501234567"), "{fields}");
    assert_eq!(house.server.ask("GET", "/v1/clients/cli_0000000000000/trace", Some(key), None).status, 404);
    by_command(&house, &mut esme);
}

/// The same by command, told as it comes.
fn by_command(house: &House, esme: &mut Esme) {
    let home = &house.home;
    assert!(home.json(&["clients", "watch", "acme", "--minutes", "5"])["until"].is_string());
    let mut follow = home.command(&["clients", "trace", "acme", "--follow", "--jsonl"]);
    let mut follow = follow.stdout(Stdio::piped()).spawn().expect("the command starts");
    let lines = BufReader::new(follow.stdout.take().expect("a piped output")).lines();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let mut seen = Vec::new();
    until("the command tells of a message that came after it began", SOON, || {
        assert_eq!(esme.submit(&message("+972549876543", b"followed")).status, Status::OK);
        seen.extend(told.try_iter());
        seen.iter()
            .any(|line: &String| line.contains("submit_sm\"") && line.contains("followed"))
            .then_some(())
    });
    follow.kill().and_then(|()| follow.wait()).expect("it ends");
    seen.sort_unstable();
    assert!(seen.windows(2).all(|two| two[0] != two[1]), "a packet is told once: {seen:?}");
    let text = home.run(&["clients", "trace", "acme"]);
    assert!(
        text.code == 0 && text.out.contains("short_message") && text.out.contains("followed"),
        "{text:?}"
    );
    let failed = home.json(&["clients", "failed", "acme"]);
    assert!(failed.to_string().contains("ESME_RINVDCS"), "{failed}");
    assert_eq!(home.json(&["clients", "unwatch", "acme"])["watched"], false);
}

/// A text that the client wants shown at once is so marked on its way to the carrier as well.
#[test]
fn flash_stays_flash() {
    let house = House::start();
    house.client("acme", &[]);
    let key = house.home.json(&["keys", "create", "check"])["key"].as_str().expect("a key").to_owned();
    let carrier = house.home.connector("peer")["id"].as_str().expect("an id").to_owned();
    let path = |what: &str| format!("/v1/connectors/{carrier}/{what}");
    assert_eq!(house.server.ask("POST", &path("watch"), Some(&key), Some(&json!({}))).status, 201);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    for (data_coding, text) in [(0x10, &b"at once"[..]), (0x18, &[0x05, 0xE9, 0x05, 0xDC])] {
        let flash = Sm { data_coding, ..message("+972501234567", text) };
        until("it is seen on the carrier's wire", SOON, || {
            assert_eq!(esme.submit(&flash).status, Status::OK);
            let seen = house.server.ask("GET", &path("trace"), Some(&key), None).body;
            let seen: Value = serde_json::from_str(&seen).unwrap_or_default();
            let all = seen["data"].as_array().cloned().unwrap_or_default();
            let coded = |p: &Value| {
                p["command"] == "submit_sm"
                    && p["hex"]
                        .as_str()
                        .is_some_and(|h| h.contains(&format!("01{:02x}{data_coding:02x}00", 0)))
            };
            all.iter().any(coded).then_some(())
        });
    }
}
