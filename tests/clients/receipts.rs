//! What clients are handed: receipts and messages in, to whoever is bound, kept while nobody is, until they are taken.

use super::esme::Esme;
use super::house::{House, message};
use super::support::{Home, until};
use rustix::process::Signal;
use std::time::Duration;
use wire::smpp::{Sm, Status, command};

const SOON: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_millis(700);

/// The ids of the next receipts, as they come.
fn ids(esme: &mut Esme, count: usize) -> Vec<String> {
    (0..count).map(|_| esme.take().view().receipt().expect("a receipt").id).collect()
}

#[test]
fn f75_receipts_wait_while_nobody_is_bound_and_come_in_order_after_a_crash() {
    let mut house = House::start();
    house.client("acme", &[]);
    let (mut tx, _) = Esme::bind(&house.smpp, command::BIND_TRANSMITTER, "acme", "secret99", 0x34);
    let sent: Vec<String> = (0..5)
        .map(|n| {
            let answer = tx.submit(&message(&format!("+97250123450{n}"), b"one after the other"));
            until("its receipt waits", SOON, || (house.shown("acme")["waiting"] == n + 1).then_some(()));
            answer.id()
        })
        .collect();
    assert!(!tx.is_handed_something(MOMENT), "a transmitter is handed nothing");
    house.restart(Signal::KILL);
    let (mut rx, _) = Esme::bind(&house.smpp, command::BIND_RECEIVER, "acme", "secret99", 0x34);
    assert_eq!(ids(&mut rx, 5), sent);
    until("they are gone", SOON, || (house.shown("acme")["waiting"] == 0).then_some(()));
    drop(rx);
    let mut again = Esme::bound(&house.smpp, "acme", "secret99");
    assert!(!again.is_handed_something(MOMENT), "what was taken does not come again");
}

#[test]
fn f75_what_is_not_answered_or_refused_comes_again_and_holds_nothing_up() {
    let house = House::with(Home::new(), sim::Config::default(), "answer_s = 1");
    house.client("acme", &["window=2"]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let id = esme.submit(&message("+972501234567", b"hello")).id();
    let (seq, _) = esme.delivered();
    esme.answer(seq, Status::RECEIVER_PERMANENT);
    let other = esme.submit(&message("+972501234568", b"hello")).id();
    assert_eq!(ids(&mut esme, 1), [other], "one that is refused does not stand before the others");
    assert_eq!(ids(&mut esme, 1), [id], "and comes again");
    // Nothing is answered: the session is left, and the next one is handed it.
    let third = esme.submit(&message("+972501234569", b"hello")).id();
    esme.delivered();
    drop(esme);
    let mut next = Esme::bound(&house.smpp, "acme", "secret99");
    assert_eq!(ids(&mut next, 1), [third]);
}

#[test]
fn a_client_that_asks_for_time_gets_it() {
    let house = House::start();
    house.client("acme", &[]);
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let id = esme.submit(&message("+972501234567", b"hello")).id();
    let (seq, _) = esme.delivered();
    esme.answer(seq, Status::THROTTLED);
    assert!(!esme.is_handed_something(MOMENT));
    assert_eq!(ids(&mut esme, 1), [id]);
}

#[test]
fn receipts_are_of_what_was_asked_and_go_to_their_own_client_alone() {
    let house = House::start();
    house.client("acme", &[]);
    house.client("other", &[]);
    let mut acme = Esme::bound(&house.smpp, "acme", "secret99");
    let mut other = Esme::bound(&house.smpp, "other", "secret99");
    let plain = message("+972501234567", b"x");
    for registered in [0, 2] {
        let answer = acme.submit(&Sm { registered_delivery: registered, ..plain });
        assert_eq!(answer.status, Status::OK);
    }
    assert!(!acme.is_handed_something(Duration::from_secs(2)), "delivered, and nobody asked");
    // The last two digits choose the outcome at the simulator: 01 is a handset that fails.
    let failed = acme.submit(&Sm { registered_delivery: 2, ..message("+999501234501", b"x") });
    if failed.status.is_ok() {
        assert_ne!(ids(&mut acme, 1), Vec::<String>::new());
    }
    let both = acme.submit(&plain).id();
    assert_eq!(ids(&mut acme, 1), [both]);
    assert!(!other.is_handed_something(MOMENT));
}

#[test]
fn a_message_to_a_clients_number_goes_to_the_client_and_stays_in_the_inbox() {
    let house = House::start();
    house.client("acme", &[]);
    house.home.json(&["numbers", "add", "4545", "--connector", "peer"]);
    house.home.json(&["clients", "number", "4545", "--client", "acme"]);
    assert_eq!(house.shown("acme")["numbers"][0], "4545");
    house.carrier.phone("+972501234567").post("שלום from a phone", "4545").expect("the carrier takes it");
    until("it waits while nobody is bound", SOON, || (house.shown("acme")["waiting"] == 1).then_some(()));
    let mut esme = Esme::bound(&house.smpp, "acme", "secret99");
    let sm = esme.take();
    let view = sm.view();
    assert_eq!(view.text().as_deref(), Some("שלום from a phone"));
    assert_eq!(
        (view.source.display().as_ref(), view.destination.display().as_ref()),
        ("+972501234567", "4545")
    );
    assert_eq!((view.esm_class, view.data_coding), (0, 8));
    house.home.json(&["clients", "number", "4545"]);
    house.carrier.phone("+972501234567").post("nobody's now", "4545").expect("the carrier takes it");
    assert!(!esme.is_handed_something(Duration::from_secs(1)));
}
