//! The way out: prompts, refusals, silence, resets, pace and references.

use crate::bench::{eventually, hasty, plugged};
use connectors::Supervisor;
use sim::{Modem, ModemFaults};
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::time::{Duration, Instant};
use store::machine::{flight, modem};

const TO: &str = "+99950000100";

fn with(faults: ModemFaults) -> Modem {
    Modem { faults, ..Modem::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_01_an_error_at_the_prompt_after_the_pdu_and_late() {
    for (at_prompt, slow) in [(true, 0), (false, 0), (false, 900)] {
        let faults =
            ModemFaults { cms_error: 28, cms_at_prompt: at_prompt, slow_ms: slow, ..ModemFaults::default() };
        let p = plugged(with(faults), &[]).await;
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        let id = p.w.put_one(TO, "refused").await;
        assert_eq!(p.w.until(id, Status::Rejected).await, Code::UnknownSubscriber, "{at_prompt} {slow}");
        p.modem.fault(|f| f.cms_error = 0);
        let id = p.w.put_one(TO, "taken").await;
        p.w.until(id, Status::Delivered).await;
        supervisor.stop().await;
        assert_eq!(p.w.smsc.counts().submitted, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_01_no_answer_is_an_unknown_outcome_and_a_late_one_still_counts() {
    // The answer comes after the wait has ended.
    let p = plugged(with(ModemFaults { slow_ms: 2_500, ..ModemFaults::default() }), &[]).await;
    p.w.smsc.fault(|f| f.no_receipts = true);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let ids = p.w.put(Class::Marketing, vec![(TO.into(), "once".into())]).await;
    assert_eq!(p.w.until(ids[0], Status::Unknown).await, Code::AmbiguousSubmit);
    p.w.until(ids[0], Status::Submitted).await;
    supervisor.stop().await;
    assert_eq!(p.w.smsc.counts().submitted, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_an_answer_is_never_sent_again_by_itself() {
    let p = plugged(with(ModemFaults { lose_answers: true, ..ModemFaults::default() }), &[]).await;
    p.w.smsc.fault(|f| f.no_receipts = true);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let ids = p.w.put(Class::Marketing, vec![(TO.into(), "once".into())]).await;
    assert_eq!(p.w.until(ids[0], Status::Unknown).await, Code::AmbiguousSubmit);
    p.modem.fault(|f| f.lose_answers = false);
    p.w.smsc.fault(|f| f.no_receipts = false);
    let after = p.w.put_one("+99950000200", "the modem still works").await;
    p.w.until(after, Status::Delivered).await;
    supervisor.stop().await;
    assert_eq!(p.w.smsc.counts().submitted, 2, "the first was taken once, and only once");
    assert_eq!(p.w.status(ids[0]).await.0, Status::Unknown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_02_a_bare_prompt_echo_and_chatter() {
    for (bare, echo, chatter) in [(true, false, false), (false, true, false), (true, true, true)] {
        let faults = ModemFaults { bare_prompt: bare, chatter, ..ModemFaults::default() };
        let modem = Modem { echo, faults, ..Modem::default() };
        let p = plugged(modem, if echo { &[("quirks", "echo")] } else { &[] }).await;
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        let id = p.w.put_one(TO, "hello").await;
        p.w.until(id, Status::Delivered).await;
        p.w.smsc.phone(TO).send("hello too", "+972500000001").await.unwrap();
        assert_eq!(
            p.w.inbound(1).await,
            [(TO.to_owned(), "hello too".to_owned())],
            "{bare} {echo} {chatter}"
        );
        supervisor.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prompt_that_does_not_come_costs_a_try_and_sends_nothing_twice() {
    let p = plugged(with(ModemFaults { lose_prompts: 2, ..ModemFaults::default() }), &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let id = p.w.put_one(TO, "hello").await;
    p.w.until(id, Status::Delivered).await;
    supervisor.stop().await;
    assert_eq!(p.w.smsc.counts().submitted, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_04_a_full_memory_a_busy_card_no_network_and_an_unknown_error() {
    for number in [322, 314, 331] {
        let p = plugged(with(ModemFaults { cms_error: number, ..ModemFaults::default() }), &[]).await;
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        let id = p.w.put_one(TO, "hello").await;
        eventually("a refusal", || p.w.smsc.counts().refused > 0).await;
        assert!(!p.w.status(id).await.0.is_final(), "{number} is not the message's fault");
        p.modem.fault(|f| f.cms_error = 0);
        p.w.until(id, Status::Delivered).await;
        supervisor.stop().await;
        assert_eq!(p.w.smsc.counts().submitted, 1, "{number}");
    }
    let p = plugged(with(ModemFaults { cms_error: 500, ..ModemFaults::default() }), &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let id = p.w.put_one(TO, "hello").await;
    assert_eq!(p.w.until(id, Status::Rejected).await, Code::UnknownCode);
    assert_eq!(p.w.smsc.counts().refused, 3, "an error that nobody knows is tried three times");
    assert_eq!(p.modem.resets(), 1, "twice in a row, and the modem is reset");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connectors_own_table_goes_before_the_list() {
    let p = plugged(
        with(ModemFaults { cms_error: 500, ..ModemFaults::default() }),
        &[("errors", "500=permanent")],
    )
    .await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let id = p.w.put_one(TO, "hello").await;
    p.w.until(id, Status::Rejected).await;
    assert_eq!(p.w.smsc.counts().refused, 1);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_modem_is_reset_and_a_dead_one_is_given_up() {
    let p = plugged(with(ModemFaults { stuck_after: 1, ..ModemFaults::default() }), &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let first = p.w.put_one(TO, "first").await;
    p.w.until(first, Status::Submitted).await;
    p.modem.fault(|f| f.stuck_after = 0);
    eventually("a reset", || p.modem.resets() == 1).await;
    let second = p.w.put_one("+99950000200", "second").await;
    p.w.until(second, Status::Delivered).await;
    // What the network reported meanwhile was kept by it.
    p.w.until(first, Status::Delivered).await;
    p.modem.fault(|f| f.dead = true);
    p.w.shows(LinkState::Down, "does not answer").await;
    p.modem.fault(|f| f.dead = false);
    let third = p.w.put_one("+99950000300", "third").await;
    p.w.until(third, Status::Delivered).await;
    supervisor.stop().await;
    assert_eq!(p.w.smsc.counts().submitted, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_sends_no_more_than_it_may_whatever_is_restarted() {
    let p = plugged(Modem::default(), &[("per_hour", "3")]).await;
    let put = (0..5).map(|n| (format!("+9995000{n:02}00"), "hello".to_owned())).collect();
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let ids = p.w.put(Class::Transactional, put).await;
    eventually("three messages", || p.w.smsc.counts().submitted == 3).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    supervisor.stop().await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::Bound, "").await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(p.w.smsc.counts().submitted, 3, "the card remembers, whoever runs");
    let connector = p.w.connector;
    let open = p.w.db.read(move |tx| flight::count(tx, connector)).await.unwrap();
    assert_eq!(open, 0, "what may not go is not taken");
    let states = p.w.db.read(store::live::states).await.unwrap();
    assert_eq!(states[&connector].limited_by, "rate");
    let mut waiting = 0;
    for id in ids {
        waiting += usize::from(p.w.status(id).await.0 == Status::Queued);
    }
    assert_eq!(waiting, 2);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_keep_their_distance() {
    let p = plugged(Modem::default(), &[("delay_ms", "400")]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::Bound, "").await;
    let start = Instant::now();
    let ids =
        p.w.put(Class::Transactional, (0..4).map(|n| (format!("+9995000{n:02}00"), "x".into())).collect())
            .await;
    for id in ids {
        p.w.until(id, Status::Delivered).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(1_200), "{:?}", start.elapsed());
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_begin_anew_and_a_report_finds_its_own_message() {
    // Two messages to one number under one reference, the report of the first not yet there.
    let p = plugged(with(ModemFaults { reference: Some(255), ..ModemFaults::default() }), &[]).await;
    p.w.smsc.fault(|f| f.reports.hold = true);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let first = p.w.put_one("+99950000102", "to nobody").await;
    p.w.until(first, Status::Submitted).await;
    // The service centre's clock counts seconds.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    p.modem.fault(|f| f.reference = Some(255));
    let second = p.w.put_one("+99950000102", "to nobody again").await;
    p.w.until(second, Status::Submitted).await;
    let ids: Vec<String> = {
        let workspace = p.w.workspace;
        let mut found = Vec::new();
        for id in [first, second] {
            let m = p.w.db.read(move |tx| store::message::get(tx, workspace, id)).await.unwrap().unwrap();
            found.push(m.smsc_id);
        }
        found
    };
    assert!(ids.iter().all(|id| id.starts_with("255-")) && ids[0] != ids[1], "{ids:?}");
    p.w.smsc.fault(|f| f.reports.hold = false);
    assert_eq!(p.w.until(first, Status::Undelivered).await, Code::UnknownSubscriber);
    assert_eq!(p.w.until(second, Status::Undelivered).await, Code::UnknownSubscriber);
    // The reference after 255 is 0.
    let third = p.w.put_one(TO, "the next").await;
    p.w.until(third, Status::Delivered).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_of_a_message_long_gone_is_no_other_messages() {
    let p = plugged(Modem::default(), &[]).await;
    let sim = "imsi:425010123456789";
    let found =
        p.w.db
            .write("references", move |tx| {
                let id = modem::put_reference(tx, sim, 7, TO)?;
                let now = tx.now();
                let ask =
                    |tx: &mut store::Tx<'_>, number: &str, at| modem::find_reference(tx, sim, 7, number, at);
                Ok::<_, store::Error>((
                    ask(tx, TO, Some(now))? == Some(id.clone()),
                    ask(tx, "0050000100", None)?,
                    ask(tx, TO, Some(now - 8 * 86_400_000))?,
                    ask(tx, "+99950000101", Some(now))?,
                    modem::find_reference(tx, "imsi:other", 7, TO, Some(now))?,
                ))
            })
            .await
            .unwrap();
    assert!(found.0);
    assert!(found.1.is_some(), "a national spelling of the number is the same number");
    assert_eq!((found.2, found.3, found.4), (None, None, None));
}

/// The tables that a text was planned with stand in the header of every TPDU, and the phone reads them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn national_letters_go_in_seven_bits_and_arrive_as_they_are() {
    let text = "Sayın müşterimiz, siparişiniz yola çıktı ve bugün akşam altıdan önce adresinize teslim edilecek. \
                Teşekkürler, iyi günler dileriz!";
    let mut p = plugged(Modem::default(), &[("national", "turkish")]).await;
    p.w.ability.shifts = "turkish".parse().unwrap();
    let planned = p.w.ability.size(text);
    assert!(planned.parts < sms::parts::size(text).parts);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let id = p.w.put_one(TO, text).await;
    p.w.until(id, Status::Delivered).await;
    let shown = p.w.smsc.phone(TO).inbox();
    assert_eq!((shown[0].text.as_str(), usize::from(shown[0].parts)), (text, planned.parts));
    supervisor.stop().await;
}
