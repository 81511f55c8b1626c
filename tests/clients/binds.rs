//! Who is let in, how, and for how long: binds, limits, lock-out, timers, evil input.

use super::esme::{Esme, bind_body, pdu};
use super::house::{House, message};
use super::support::{Home, until};
use rustix::process::Signal;
use std::time::{Duration, Instant};
use wire::smpp::{Bind, Status, command};

const SOON: Duration = Duration::from_secs(10);

#[test]
fn binds_of_each_kind_and_version_and_only_with_the_right_password() {
    let house = House::start();
    house.client("acme", &["binds=20"]);
    for (kind, version, tlv) in [
        (Bind::Transceiver, 0x34, &[0x02, 0x10, 0, 1, 0x34][..]),
        (Bind::Transmitter, 0x50, &[0x02, 0x10, 0, 1, 0x50]),
        (Bind::Receiver, 0x33, &[]),
        (Bind::Transmitter, 0x00, &[]),
    ] {
        let (_esme, answer) = Esme::bind(&house.smpp, kind.command(), "acme", "secret99", version);
        assert_eq!(answer.status, Status::OK, "{version:#x}");
        assert_eq!(answer.body, [b"sendword\0", tlv].concat(), "{version:#x}");
    }
    for (name, password) in [("acme", "secret98"), ("acme", ""), ("nobody", "secret99")] {
        let (mut esme, answer) = Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, name, password, 0x34);
        assert_eq!((answer.status, answer.body.len()), (Status::INVALID_PASSWORD, 0), "{name}");
        assert!(esme.is_closed(SOON));
    }
    let shown = house.shown("acme");
    assert!(shown["bound_at"].is_string() && shown["bound_from"] == "127.0.0.1", "{shown}");
    assert!(!shown.to_string().contains("secret99"), "the password is shown once and never again");
}

#[test]
fn limits_of_an_account_hold_and_who_is_bound_is_seen() {
    let house = House::start();
    house.client("acme", &["binds=2", "bind=trx"]);
    let (_, tx) = Esme::bind(&house.smpp, command::BIND_TRANSMITTER, "acme", "secret99", 0x34);
    assert_eq!(tx.status, Status::BIND_FAILED, "only transceivers");
    let one = Esme::bound(&house.smpp, "acme", "secret99");
    let _two = Esme::bound(&house.smpp, "acme", "secret99");
    let (_, third) = Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, "acme", "secret99", 0x34);
    assert_eq!(third.status, Status::ALREADY_BOUND);
    let shown = house.shown("acme");
    let sessions = shown["sessions"].as_array().expect("its sessions");
    assert_eq!(sessions.len(), 2, "{shown}");
    assert_eq!(
        [&sessions[0]["bind"], &sessions[0]["address"], &sessions[0]["version"]],
        ["transceiver", "127.0.0.1", "3.4"]
    );
    assert_eq!(house.metric("sendword_smpp_server_sessions"), 2);
    drop(one);
    until("its place is free", SOON, || {
        let (_esme, answer) = Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, "acme", "secret99", 0x34);
        answer.status.is_ok().then_some(())
    });
}

#[test]
fn an_address_that_is_not_on_the_list_is_refused_and_locks_nobody_out() {
    let house = House::start();
    house.client("away", &["allow=10.0.0.0/8,192.0.2.7"]);
    house.client("here", &["allow=127.0.0.0/8"]);
    for _ in 0..8 {
        let (_, answer) = Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, "away", "guess", 0x34);
        assert_eq!(answer.status, Status::BIND_FAILED);
    }
    Esme::bound(&house.smpp, "here", "secret99");
    house.home.json(&["clients", "set", "away", "allow=127.0.0.1"]);
    Esme::bound(&house.smpp, "away", "secret99");
}

#[test]
fn who_guesses_waits_and_a_new_password_opens_again() {
    let house = House::start();
    house.client("acme", &[]);
    house.client("other", &[]);
    let bind = |name: &str, password: &str| {
        Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, name, password, 0x34).1.status
    };
    let answers: Vec<Status> = (0..6).map(|n| bind("acme", &format!("guess{n}"))).collect();
    assert_eq!(answers[..5], [Status::INVALID_PASSWORD; 5]);
    assert_eq!(answers[5], Status::BIND_FAILED, "locked");
    assert_eq!(bind("acme", "secret99"), Status::BIND_FAILED, "with the right one too");
    assert_eq!(bind("other", "secret99"), Status::OK, "another account is not touched");
    let made = house.home.json(&["clients", "reset-password", "acme"]);
    let password = made["password"].as_str().expect("the new password");
    assert_eq!(password.len(), 8, "every client can send it");
    assert_eq!(bind("acme", password), Status::OK);
    assert_eq!(bind("acme", "secret99"), Status::INVALID_PASSWORD);
}

#[test]
fn a_switched_off_account_and_one_with_another_password_are_unbound() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    house.home.json(&["clients", "set", "acme", "rate=7"]);
    assert_eq!(esme.submit(&message("+972501234567", b"still here")).status, Status::OK);
    house.home.json(&["clients", "disable", "acme"]);
    let unbind = esme.wait("an unbind", |p| p.command == command::UNBIND);
    esme.write(&pdu(command::UNBIND | command::RESPONSE, unbind.seq, b""));
    assert!(esme.is_closed(SOON));
    let (_, answer) = Esme::bind(&house.smpp, command::BIND_TRANSCEIVER, "acme", "secret99", 0x34);
    assert_eq!(answer.status, Status::BIND_FAILED);
    house.home.json(&["clients", "enable", "acme"]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    house.home.json(&["clients", "reset-password", "acme"]);
    esme.wait("an unbind", |p| p.command == command::UNBIND);
}

#[test]
fn ses_01_02_03_an_impossible_length_ends_the_link_and_nothing_else() {
    let house = House::start();
    house.client("acme", &[]);
    let mut other = Esme::bound(&house.smpp, "acme", "secret99");
    for length in [0u32, 15, 1 << 31, u32::MAX, 69 * 1024] {
        let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
        esme.write(&[&length.to_be_bytes()[..], &[0; 12]].concat());
        let nack = esme.wait("a generic_nack", |p| p.command == command::GENERIC_NACK);
        assert_eq!(nack.status, Status::INVALID_COMMAND_LENGTH, "{length}");
        assert!(esme.is_closed(SOON), "{length}");
    }
    assert_eq!(other.submit(&message("+972501234567", b"untouched")).status, Status::OK);
}

#[test]
fn ses_04_a_pdu_cut_at_every_octet_is_one_pdu() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let whole = pdu(command::ENQUIRE_LINK, 77, b"");
    for cut in 1..whole.len() {
        esme.write(&whole[..cut]);
        std::thread::sleep(Duration::from_millis(2));
        esme.write(&whole[cut..]);
        assert_eq!(esme.answer_of(77).command, command::ENQUIRE_LINK | command::RESPONSE);
    }
}

#[test]
fn ses_05_who_does_not_bind_in_time_or_trickles_is_left() {
    let house = House::with(Home::new(), sim::Config::default(), "bind_timeout_s = 1");
    house.client("acme", &[]);
    let start = Instant::now();
    let mut silent = Esme::connect(&house.smpp);
    let mut slow = Esme::connect(&house.smpp);
    for octet in pdu(command::BIND_TRANSCEIVER, 1, &bind_body("acme", "secret99", 0x34)) {
        if std::io::Write::write_all(&mut slow.stream, &[octet]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(60));
    }
    assert!(silent.is_closed(SOON) && slow.is_closed(SOON));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(house.metric("sendword_smpp_server_connections"), 0);
}

#[test]
fn ses_08_06_11_12_13_what_is_out_of_turn_is_answered_and_the_session_lives() {
    let house = House::start();
    house.client("acme", &[]);
    let mut early = Esme::connect(&house.smpp);
    assert_eq!(early.submit(&message("+972501234567", b"x")).status, Status::INVALID_BIND_STATE);
    assert_eq!(early.ask(command::QUERY_SM, b"x\0\0\0\0").status, Status::INVALID_BIND_STATE);
    let bind = early.ask(command::BIND_TRANSCEIVER, &bind_body("acme", "secret99", 0x34));
    assert_eq!(bind.status, Status::OK, "the same connection may bind afterwards");
    let again = early.ask(command::BIND_TRANSCEIVER, &bind_body("acme", "secret99", 0x34));
    assert_eq!(again.status, Status::ALREADY_BOUND);
    let unknown = early.ask(0x0000_00AB, b"what");
    assert_eq!((unknown.command, unknown.status), (command::GENERIC_NACK, Status::INVALID_COMMAND));
    assert_eq!(early.ask(command::BROADCAST_SM, b"").status, Status::INVALID_COMMAND);
    early.send(command::SUBMIT_SM | command::RESPONSE, b"stray\0");
    early.send(0x8000_00AB, b"");
    early.send(command::GENERIC_NACK, b"");
    let link = early.ask(command::ENQUIRE_LINK, b"");
    assert_eq!((link.status, link.body.len()), (Status::OK, 0));
    let (mut receiver, _) = Esme::bind(&house.smpp, command::BIND_RECEIVER, "acme", "secret99", 0x34);
    assert_eq!(receiver.submit(&message("+972501234567", b"x")).status, Status::INVALID_BIND_STATE);
    let bye = early.ask(command::UNBIND, b"");
    assert_eq!(bye.command, command::UNBIND | command::RESPONSE);
    assert!(early.is_closed(SOON));
}

#[test]
fn a_client_that_says_nothing_is_asked_and_left_and_one_that_sends_nothing_is_unbound() {
    let house = House::with(Home::new(), sim::Config::default(), "enquire_s = 1\ninactivity_s = 3");
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    // Its links are enquired and answered by the helper, so only the lack of messages ends it.
    let start = Instant::now();
    esme.wait("an unbind", |p| p.command == command::UNBIND);
    assert!(start.elapsed() > Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn at_the_end_what_is_under_way_is_answered_and_everybody_is_unbound() {
    let mut house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    assert_eq!(esme.submit(&message("+972501234567", b"before the end")).status, Status::OK);
    house.server.signal(Signal::TERM);
    let unbind = esme.wait("an unbind", |p| p.command == command::UNBIND);
    esme.write(&pdu(command::UNBIND | command::RESPONSE, unbind.seq, b""));
    assert!(esme.is_closed(SOON));
    let ended = house.server.ended(SOON).expect("it ends in time");
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn many_connections_of_one_address_cost_others_nothing() {
    let house = House::start();
    house.client("acme", &[]);
    let mut bound = Esme::bound(&house.smpp, "acme", "secret99");
    let idle: Vec<Esme> = (0..120).map(|_| Esme::connect(&house.smpp)).collect();
    until("most are turned away", SOON, || {
        (house.metric("sendword_smpp_server_binds_total{result=\"turned_away\"}") >= 60).then_some(())
    });
    assert_eq!(bound.submit(&message("+972501234567", b"still served")).status, Status::OK);
    assert!(house.metric("sendword_smpp_server_connections") <= 52);
    drop(idle);
    until("and forgotten", SOON, || (house.metric("sendword_smpp_server_connections") == 1).then_some(()));
}
