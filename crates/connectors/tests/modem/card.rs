//! The card: its PIN, its network, what it says of itself, codes.

use crate::bench::{eventually, hasty, plugged};
use connectors::Supervisor;
use sim::{Modem, ModemFaults, UssdCode, UssdForm};
use sms::Status;
use sms::live::{Command, LinkState};
use std::time::Duration;
use store::connector;
use store::machine::command::{self, Progress};
use store::machine::modem;

const TO: &str = "+99950000100";

fn locked() -> Modem {
    Modem { pin: "4711".into(), ..Modem::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_03_the_pin_opens_the_card_each_time() {
    let p = plugged(locked(), &[("pin", "4711")]).await;
    for _ in 0..2 {
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        let id = p.w.put_one(TO, "hello").await;
        p.w.until(id, Status::Delivered).await;
        supervisor.stop().await;
        p.modem.unplug();
        p.modem.plug();
    }
    assert_eq!((p.modem.pin_tries(), p.modem.pin_left()), (2, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_03_a_wrong_pin_is_entered_once_and_never_again_by_itself() {
    let p = plugged(locked(), &[("pin", "1111")]).await;
    for _ in 0..2 {
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        p.w.shows(LinkState::AuthFailed, "PIN").await;
        // The link comes back again and again in this time, and a restart changes nothing either.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        supervisor.stop().await;
        assert_eq!(p.modem.pin_tries(), 1);
    }
    // Another PIN is another thing.
    let connector = p.w.connector;
    let set = |pin: &'static str| {
        let device = p.modem.addr().unwrap().to_string();
        let settings = [("device".to_owned(), device), ("delay_ms".to_owned(), "0".to_owned())].into();
        let secrets = [("pin".to_owned(), pin.to_owned())].into();
        p.w.db.write("pin", move |tx| connector::replace(tx, connector, &settings, &secrets))
    };
    set("2222").await.unwrap();
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    eventually("the second try", || p.modem.pin_tries() == 2).await;
    p.w.shows(LinkState::AuthFailed, "PIN").await;
    // One try is left: a right PIN is not entered by itself any more.
    set("4711").await.unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!((p.modem.pin_tries(), p.modem.pin_left()), (2, 1));
    p.w.shows(LinkState::AuthFailed, "not entered by itself").await;
    let card = p.w.db.read(move |tx| modem::get(tx, connector)).await.unwrap().unwrap();
    assert_eq!((card.card.as_str(), card.pin_left), ("pin", Some(1)));
    // A person may spend it.
    let workspace = p.w.workspace;
    p.w.db
        .write("try", move |tx| command::insert(tx, connector, workspace, Command::TryPin, ""))
        .await
        .unwrap();
    p.w.shows(LinkState::Bound, "").await;
    assert_eq!((p.modem.pin_tries(), p.modem.pin_left()), (3, 3));
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_03_without_a_pin_and_with_a_puk_a_person_is_told() {
    let p = plugged(locked(), &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::AuthFailed, "none is set").await;
    supervisor.stop().await;
    assert_eq!(p.modem.pin_tries(), 0);
    // Three wrong ones, each wanted by a person: the card is blocked.
    let p = plugged(locked(), &[("pin", "1111")]).await;
    let (connector, workspace) = (p.w.connector, p.w.workspace);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    for tries in 1..=3 {
        eventually("a try", || p.modem.pin_tries() == tries).await;
        p.w.shows(LinkState::AuthFailed, "").await;
        if tries < 3 {
            let asked =
                p.w.db.write("try", move |tx| command::insert(tx, connector, workspace, Command::TryPin, ""));
            asked.await.unwrap();
        }
    }
    p.w.shows(LinkState::AuthFailed, "PUK").await;
    let asked = p.w.db.write("try", move |tx| command::insert(tx, connector, workspace, Command::TryPin, ""));
    asked.await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(p.modem.pin_tries(), 3, "a blocked card is left alone");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_whose_answer_nobody_saw_is_not_entered_again() {
    let p = plugged(locked(), &[("pin", "4711")]).await;
    // On record, as a process leaves it that dies while the card thinks.
    p.w.db.write("tried", |tx| modem::put_tried(tx, "iccid:8997201700123456789", "4711")).await.unwrap();
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::AuthFailed, "not entered by itself").await;
    supervisor.stop().await;
    assert_eq!(p.modem.pin_tries(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_08_boot_messages_a_long_search_and_no_signal() {
    let faults = ModemFaults { boot_ms: 900, searching: true, busy: 2, ..ModemFaults::default() };
    let p = plugged(Modem { signal: 99, faults, ..Modem::default() }, &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let id = p.w.put_one(TO, "hello").await;
    p.w.shows(LinkState::Connecting, "looks for a network").await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(p.w.status(id).await.0, Status::Queued);
    p.modem.fault(|f| f.searching = false);
    p.w.until(id, Status::Delivered).await;
    let connector = p.w.connector;
    let card = p.w.db.read(move |tx| modem::get(tx, connector)).await.unwrap().unwrap();
    assert_eq!((card.signal_dbm, card.registration.as_str()), (None, "home"));
    // The network goes away and comes back; nothing is lost.
    p.modem.fault(|f| f.searching = true);
    p.w.shows(LinkState::Connecting, "looks for a network").await;
    let id = p.w.put_one("+99950000200", "later").await;
    p.modem.fault(|f| f.searching = false);
    p.w.until(id, Status::Delivered).await;
    p.modem.fault(|f| f.denied = true);
    p.w.shows(LinkState::Connecting, "refuses the SIM").await;
    p.modem.fault(|f| (f.denied, f.no_card) = (false, true));
    p.modem.unplug();
    p.modem.plug();
    p.w.shows(LinkState::Down, "no SIM card").await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_answered_in_every_form_of_modems() {
    let code = |code: &str, answer: &str, form| UssdCode {
        code: code.into(),
        answer: answer.into(),
        form,
        asks: false,
    };
    let ussd = vec![
        code("*100#", "Balance: 42.50", UssdForm::Plain),
        code("*101#", "Your balance is 7.20", UssdForm::Packed),
        code("*102#", "יתרה: 18.40 ₪", UssdForm::Ucs2),
        UssdCode { asks: true, ..code("*103#", "1 balance, 2 help", UssdForm::Plain) },
    ];
    let p = plugged(Modem { ussd, ..Modem::default() }, &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::Bound, "").await;
    let (connector, workspace) = (p.w.connector, p.w.workspace);
    for (code, wanted) in [
        ("*100#", Ok("Balance: 42.50")),
        ("*101#", Ok("Your balance is 7.20")),
        ("*102#", Ok("יתרה: 18.40 ₪")),
        ("*103#", Ok("1 balance, 2 help")),
        ("*999#", Err("does not know")),
    ] {
        let asked =
            p.w.db.write("ask", move |tx| command::insert(tx, connector, workspace, Command::Ussd, code));
        let id = asked.await.unwrap();
        let mut said = Progress::Waiting;
        for _ in 0..200 {
            said = p.w.db.read(move |tx| command::progress(tx, workspace, id)).await.unwrap().unwrap();
            if said != Progress::Waiting {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        match (said, wanted) {
            (Progress::Done(text), Ok(wanted)) => assert_eq!(text, wanted, "{code}"),
            (Progress::Failed(why), Err(wanted)) => assert!(why.contains(wanted), "{why}"),
            (said, wanted) => panic!("{code}: {said:?}, {wanted:?}"),
        }
    }
    let card = p.w.db.read(move |tx| modem::get(tx, connector)).await.unwrap().unwrap();
    assert_eq!(card.balance, "the network does not know this code", "the last answer, whatever it was");
    supervisor.stop().await;
}
