//! F50–F53: what the carrier answers, and what each word of it costs.

use crate::world::{Plan, World, quick};
use sms::{Class, Code, Status};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f50_a_storm_of_throttling() {
    let w = World::start().await;
    w.smsc().fault(|f| f.throttle = true);
    let bulk = w.put(Class::Marketing, 60).await;
    w.wait("the storm is felt", async || (w.smsc().counts().refused > 3).then_some(())).await;
    let code = w.one(Class::Otp).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let refused = w.smsc().counts().refused;
    assert!(refused < 100, "{refused} refusals: the link was not slowed");
    w.smsc().fault(|f| f.throttle = false);
    w.until(code, Status::Delivered).await;
    let waiting = {
        let mut n = 0;
        for id in &bulk {
            n += usize::from(w.message(*id).await.status == Status::Queued);
        }
        n
    };
    assert!(waiting > 30, "the one-time code waited for bulk: only {waiting} were left");
    w.all(&bulk, Status::Delivered).await;
    for id in bulk.iter().chain([&code]) {
        assert_eq!(w.message(*id).await.attempt, 0, "throttling cost a try");
    }
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f51_a_full_queue_ends_by_validity_not_by_count() {
    let w = World::start().await;
    w.smsc().fault(|f| f.status = 0x14);
    let ids = w.put_texts(Class::Transactional, &vec!["hi".into(); 5], 3_000, 0).await;
    for id in &ids {
        let m = w.until(*id, Status::Expired).await;
        assert_eq!((m.code, m.attempt), (Code::ExpiredHere, 0));
    }
    assert_eq!(w.smsc().counts().submitted, 0);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f52_temporary_errors_take_the_next_route_and_end_by_validity() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    w.ways[0].smsc.fault(|f| f.status = 0x08);
    let ids = w.put(Class::Transactional, 5).await;
    w.all(&ids, Status::Delivered).await;
    for id in &ids {
        let m = w.message(*id).await;
        assert_eq!((m.attempt, m.connector), (2, w.ways[1].connector), "two failures on the first route");
        assert_eq!(w.timeline(*id).await, ["retry", "retry", "rerouted"]);
        assert!(!m.possible_duplicate);
    }
    w.ways[1].smsc.fault(|f| f.status = 0x45);
    let never = w.put_texts(Class::Transactional, &["hi".into()], 2_000, 1).await[0];
    let m = w.settled(&[never]).await;
    assert!(m.contains_key(&Status::Rejected), "submit failed is tried three times: {m:?}");
    w.ways[1].smsc.fault(|f| f.status = 0x08);
    let late = w.put_texts(Class::Transactional, &["hi".into()], 1_500, 1).await[0];
    assert!(w.until(late, Status::Expired).await.attempt > 2);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f52_a_sender_refused_here_goes_by_the_next_route_at_once() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    w.ways[0].smsc.fault(|f| f.status = 0x0A);
    let id = w.one(Class::Transactional).await;
    let m = w.until(id, Status::Delivered).await;
    assert_eq!((m.attempt, m.connector), (1, w.ways[1].connector));
    w.ways[1].smsc.fault(|f| f.status = 0x0A);
    let refused = w.one(Class::Transactional).await;
    assert_eq!(w.until(refused, Status::Rejected).await.code, Code::SenderNotAllowed);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f52_a_carriers_own_table_decides() {
    let settings = vec![("errors", "0x0B=temporary, 1234=permanent")];
    let w = World::of(Plan { settings, ..Plan::default() }).await;
    w.smsc().fault(|f| f.status = 0x0B);
    let id = w.one(Class::Transactional).await;
    w.wait("it is tried again", async || w.timeline(id).await.contains(&"retry".into()).then_some(())).await;
    w.smsc().fault(|f| f.status = 0);
    w.until(id, Status::Delivered).await;
    w.smsc().fault(|f| f.status = 1_234);
    let never = w.one(Class::Transactional).await;
    assert_eq!(w.until(never, Status::Rejected).await.attempt, 0);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f53_a_carrier_that_refuses_everything_halts_the_campaign() {
    let w = World::start().await;
    w.smsc().fault(|f| f.status = 0x43);
    let ids = w.put(Class::Marketing, 200).await;
    let (workspace, id) = (w.workspace, w.campaign);
    let campaign =
        async || w.db.read(move |tx| store::campaign::get(tx, workspace, id)).await.unwrap().unwrap();
    let halted = w
        .wait("the campaign is halted", async || {
            Some(campaign().await).filter(|c| c.state == store::campaign::State::Paused)
        })
        .await;
    assert!(halted.error.contains("ESME_RINVESMCLASS"), "{}", halted.error);
    let kinds: Vec<&str> = w
        .wait("both alarms stand", async || {
            let kinds: Vec<&str> = w.alarms().await.iter().map(|a| a.kind.name()).collect();
            (kinds.len() == 2).then_some(kinds)
        })
        .await;
    assert!(kinds.contains(&"circuit_open") && kinds.contains(&"campaign_halted"), "{kinds:?}");
    tokio::time::sleep(Duration::from_millis(600)).await;
    let mut rejected = 0;
    for id in &ids {
        rejected += usize::from(w.message(*id).await.status == Status::Rejected);
    }
    assert!((20..=45).contains(&rejected), "{rejected} of 200 were given away");
    // The cause is gone: one message is tried, and the circuit closes.
    w.smsc().fault(|f| f.status = 0);
    let other = w.one(Class::Transactional).await;
    w.until(other, Status::Delivered).await;
    w.wait("the circuit's alarm is gone", async || {
        (!w.alarms().await.iter().any(|a| a.kind.name() == "circuit_open")).then_some(())
    })
    .await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f52_what_waits_behind_a_dead_carrier_goes_by_the_next_route() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    w.ways[0].proxy.weather(|weather| weather.refuse = true);
    w.ways[0].smsc.stop();
    w.ways[0].proxy.reset();
    let ids = w.put(Class::Marketing, 50).await;
    w.all(&ids, Status::Delivered).await;
    assert_eq!(w.ways[1].smsc.counts().submitted, 50);
    assert!(w.timeline(ids[0]).await.contains(&"rerouted".into()));
    w.judge().await;
}
