//! F38–F47, F62: carriers whose answers are late, double, lost, out of order, or none.

use crate::world::{Plan, World, quick};
use sim::Answers;
use sms::{Class, Code, Status};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f38_a_carrier_that_never_answers() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    let first = w.one(Class::Marketing).await;
    w.until(first, Status::Delivered).await;
    w.smsc().fault(|f| f.black_hole = true);
    let lost = w.one(Class::Marketing).await;
    assert_eq!(w.until(lost, Status::Unknown).await.code, Code::AmbiguousSubmit);
    w.smsc().fault(|f| f.black_hole = false);
    let next = w.one(Class::Marketing).await;
    w.until(next, Status::Delivered).await;
    assert_eq!(w.smsc().counts().binds, 1, "one late answer ended the link");
    w.smsc().fault(|f| f.black_hole = true);
    let stuck = w.put(Class::Marketing, 8).await;
    let other = w.put_texts(Class::Marketing, &["elsewhere".into()], 60_000, 1).await;
    w.all(&other, Status::Delivered).await;
    w.wait("a link that is stuck is built anew", async || (w.smsc().counts().binds > 1).then_some(())).await;
    w.smsc().fault(|f| f.black_hole = false);
    let after = w.one(Class::Marketing).await;
    w.until(after, Status::Delivered).await;
    let count = w.settled(&stuck).await;
    assert!(count.get(&Status::Unknown).is_some_and(|n| *n > 5), "{count:?}");
    assert_eq!(w.ways[1].smsc.counts().binds, 1, "another link was touched");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f39_answers_in_time_late_and_after_a_resend() {
    let w = World::start().await;
    w.smsc().fault(|f| (f.slow_ms, f.reports.hold) = (300, true));
    let normal = w.one(Class::Marketing).await;
    assert!(!w.until(normal, Status::Submitted).await.possible_duplicate);
    w.smsc().fault(|f| f.slow_ms = 2_000);
    let late = w.one(Class::Marketing).await;
    let again = w.one(Class::Transactional).await;
    w.until(late, Status::Unknown).await;
    let m = w.until(late, Status::Submitted).await;
    assert!(!m.smsc_id.is_empty() && !m.possible_duplicate);
    assert_eq!(w.timeline(late).await, ["ambiguous", "late_answer"]);
    w.wait("both tries are listed", async || {
        let told = w.timeline(again).await;
        (told.contains(&"resent".into()) && told.contains(&"late_answer".into())).then_some(())
    })
    .await;
    w.smsc().fault(|f| (f.slow_ms, f.reports.hold) = (0, false));
    w.all(&[normal, late, again], Status::Delivered).await;
    assert!(w.message(again).await.possible_duplicate);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f40_every_answer_twice() {
    let w = World::start().await;
    w.smsc().fault(|f| f.answers = Answers::Twice);
    let ids = w.put(Class::Transactional, 60).await;
    w.all(&ids, Status::Delivered).await;
    assert_eq!((w.smsc().counts().submitted, w.smsc().counts().binds), (60, 1));
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f41_answers_under_wrong_numbers() {
    let w = World::start().await;
    w.smsc().fault(|f| (f.answers, f.every, f.reports.hold) = (Answers::WrongNumber, 10, true));
    let ids = w.put(Class::Marketing, 20).await;
    let wait = async || {
        let mut unknown = 0;
        for id in &ids {
            let m = w.message(*id).await;
            unknown += usize::from(m.status == Status::Unknown);
            if m.status == Status::Queued {
                return None;
            }
        }
        (unknown == 2).then_some(())
    };
    w.wait("the two without their answer time out alone", wait).await;
    assert_eq!(w.smsc().counts().binds, 1);
    w.judge().await;
}

async fn reversed(url: Option<String>) {
    let w = World::of(Plan { url, ..Plan::default() }).await;
    w.smsc().fault(|f| f.answers = Answers::Reversed);
    let ids = w.put(Class::Transactional, 40).await;
    w.all(&ids, Status::Delivered).await;
    let mut own = std::collections::HashSet::new();
    for id in &ids {
        assert!(own.insert(w.message(*id).await.smsc_id), "two messages have one id");
    }
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f42_answers_in_reverse_order() {
    reversed(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f42_answers_in_reverse_order_on_postgres() {
    let Some(server) = store::testing::Postgres::shared("answers in reverse order") else { return };
    reversed(Some(server.database())).await;
}

#[test]
fn f43_a_number_is_never_used_while_it_is_open() {
    use wire::smpp::{Config, Kind, Session, Sm, command};
    let config = Config { window: 40, first_sequence: 0x7FFF_FFF0, ..Config::default() };
    let mut esme = Session::esme(config, 0);
    let answer = |command: u32, seq: u32, body: &[u8]| {
        let length = (16 + body.len()) as u32;
        let head: Vec<u8> =
            [length, command | command::RESPONSE, 0, seq].iter().flat_map(|w| w.to_be_bytes()).collect();
        [&head[..], body].concat()
    };
    esme.feed(&answer(command::BIND_TRANSCEIVER, 0x7FFF_FFF0, b"carrier\0"), 0);
    let mut open: Vec<u32> = Vec::new();
    let mut wrapped = false;
    for token in 0..2_000_u64 {
        let seq = esme.send(Kind::Submit, token, &Sm::default(), 60_000, 0).unwrap();
        assert!((1..=0x7FFF_FFFF).contains(&seq), "{seq:#x} is no sequence number");
        assert!(!open.contains(&seq), "{seq:#x} is open");
        wrapped |= seq < 100;
        open.push(seq);
        esme.wrote(usize::MAX);
        // The oldest few stay open over the wrap; the others are answered in no order.
        if open.len() > 30 {
            let at = 5 + (token as usize * 7) % 25;
            esme.feed(&answer(command::SUBMIT_SM, open.remove(at), b"1\0"), 0);
        }
    }
    assert!(wrapped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f44_a_nack_for_nobody_ends_the_link_and_one_with_a_number_is_an_answer() {
    let w = World::start().await;
    w.smsc().fault(|f| (f.answers, f.reports.hold) = (Answers::NackNobody, true));
    let lost = w.put(Class::Marketing, 3).await;
    w.all(&lost, Status::Unknown).await;
    w.smsc().fault(|f| f.answers = Answers::Honest);
    w.wait("the link is built anew", async || (w.smsc().counts().binds > 1).then_some(())).await;
    let fine = w.one(Class::Marketing).await;
    w.until(fine, Status::Submitted).await;
    let binds = w.smsc().counts().binds;
    // The carrier nacks one and takes its second try: by its code it was not taken, though this carrier lies.
    w.smsc().fault(|f| (f.answers, f.status) = (Answers::Nack, 0x08));
    let nacked = w.one(Class::Transactional).await;
    w.wait("it is tried again", async || w.timeline(nacked).await.contains(&"retry".into()).then_some(()))
        .await;
    w.smsc().fault(|f| (f.answers, f.status, f.reports.hold) = (Answers::Honest, 0, false));
    w.until(nacked, Status::Delivered).await;
    assert_eq!(w.smsc().counts().binds, binds, "a nack with a number ended the link");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f45_ids_that_are_empty_long_or_no_ascii() {
    let w = World::start().await;
    w.smsc().fault(|f| f.reports.hold = true);
    for (way, check) in [
        (Answers::EmptyId, (|id: &str| id.is_empty()) as fn(&str) -> bool),
        (Answers::LongId, |id| id.len() >= 65 && id.ends_with('x')),
        (Answers::OddId, |id| id.starts_with("n\u{E9}-")),
        (Answers::NoNul, |id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())),
    ] {
        w.smsc().fault(|f| f.answers = way);
        let id = w.one(Class::Marketing).await;
        let m = w.until(id, Status::Submitted).await;
        assert!(check(&m.smsc_id), "{way:?}: {:?}", m.smsc_id);
    }
    assert_eq!(w.smsc().counts().binds, 1);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f46_lengths_no_pdu_can_have() {
    let w = World::start().await;
    w.smsc().fault(|f| f.reports.hold = true);
    for way in [Answers::LengthZero, Answers::LengthShort, Answers::LengthHuge, Answers::Garbage] {
        let binds = w.smsc().counts().binds;
        w.smsc().fault(|f| f.answers = way);
        let lost = w.one(Class::Marketing).await;
        let m = w.until(lost, Status::Unknown).await;
        assert_eq!(m.code, Code::AmbiguousSubmit, "{way:?}");
        w.smsc().fault(|f| f.answers = Answers::Honest);
        let fine = w.one(Class::Marketing).await;
        w.until(fine, Status::Submitted).await;
        assert!(w.smsc().counts().binds > binds, "{way:?}: the link went on");
    }
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f47_unknown_commands_and_torn_fields() {
    let w = World::start().await;
    for way in [Answers::UnknownCommand, Answers::TornTlv, Answers::NoNul] {
        w.smsc().fault(|f| f.answers = way);
        let ids = w.put(Class::Transactional, 10).await;
        w.all(&ids, Status::Delivered).await;
    }
    assert_eq!(w.smsc().counts().binds, 1, "the link ended for what it should ignore");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f62_the_second_route_is_ambiguous_too() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    for way in &w.ways {
        way.smsc.fault(|f| (f.lose_answers, f.no_receipts) = (true, true));
    }
    let id = w.one(Class::Transactional).await;
    let m = w.until(id, Status::Unknown).await;
    assert!(m.possible_duplicate);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let told = w.timeline(id).await;
    assert_eq!(told.iter().filter(|k| *k == "ambiguous").count(), 2, "{told:?}");
    assert_eq!(told.iter().filter(|k| *k == "resent").count(), 1, "{told:?}");
    let copies: Vec<u64> = w.ways.iter().map(|way| way.smsc.counts().submitted).collect();
    assert_eq!(copies, [1, 1], "one try a route");
    w.judge().await;
}
