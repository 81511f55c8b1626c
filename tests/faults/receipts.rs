//! F63–F70: reports that come early, late, often, in other spellings, under other ids, or as noise.

use crate::world::{Plan, World, quick};
use sim::{Ids, Receipts, ReportForm, ReportId};
use sms::{Class, Code, Status};
use std::time::Duration;
use store::Clock;
use store::machine::dialect;
use store::machine::settle::Reading;

async fn with(config: sim::Config) -> World {
    World::of(Plan { carriers: vec![config], ..Plan::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f63_reports_before_their_answers() {
    let w = with(sim::Config { receipt_ms: (0, 0), latency_ms: (200, 250), ..quick() }).await;
    let ids = w.put(Class::Marketing, 20).await;
    w.wait("a report waits for its answer", async || (w.orphans().await > 0).then_some(())).await;
    w.all(&ids, Status::Delivered).await;
    assert_eq!(w.orphans().await, 0);
    w.judge().await;
}

async fn again_and_again(url: Option<String>) {
    let w = World::of(Plan { url, ..Plan::default() }).await;
    w.smsc().fault(|f| (f.reports.times, f.reports.reversed) = (100, true));
    let ids = w.put(Class::Transactional, 10).await;
    w.all(&ids, Status::Delivered).await;
    w.wait("all reports have left", async || (w.smsc().counts().reported >= 1_000).then_some(())).await;
    for id in &ids {
        let m = w.message(*id).await;
        assert_eq!((m.status, m.code), (Status::Delivered, Code::None));
        assert!(w.timeline(*id).await.is_empty(), "a repetition is no event");
    }
    assert_eq!(w.orphans().await, 0);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f64_the_same_report_a_hundred_times() {
    again_and_again(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f64_the_same_report_a_hundred_times_on_postgres() {
    let Some(server) = store::testing::Postgres::shared("the same report a hundred times") else { return };
    again_and_again(Some(server.database())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_10_f65_ids_of_nobody_of_others_and_of_another_account() {
    let w = World::of(Plan { carriers: vec![quick(), quick()], ..Plan::default() }).await;
    w.smsc().fault(|f| f.reports.id = ReportId::Unknown);
    let unknown = w.one(Class::Marketing).await;
    w.wait("it is kept", async || (w.orphans().await == 1).then_some(())).await;
    // The carrier names the id of the message before it: true, and of another person.
    w.smsc().fault(|f| f.reports.id = ReportId::Neighbour);
    let pair = w.put(Class::Marketing, 3).await;
    w.wait("they are kept", async || (w.orphans().await == 4).then_some(())).await;
    for id in pair.iter().chain([&unknown]) {
        assert_eq!(w.message(*id).await.status, Status::Submitted, "credited to a wrong message");
    }
    // Two accounts with the same ids.
    for way in &w.ways {
        way.smsc.fault(|f| (f.ids_repeat_after, f.reports.id) = (1, ReportId::Own));
    }
    w.ways[1].smsc.fault(|f| f.no_receipts = true);
    let there = w.put_texts(Class::Marketing, &["hello".into()], 600_000, 1).await[0];
    w.until(there, Status::Submitted).await;
    let here = w.one(Class::Marketing).await;
    w.until(here, Status::Delivered).await;
    assert_eq!(w.message(there).await.status, Status::Submitted, "credited to another account");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f66_ids_in_hex_in_decimal_and_with_zeros() {
    let w = with(sim::Config { ids: Ids::Hex, receipt_ids: Ids::Decimal, ..quick() }).await;
    let connector = w.ways[0].connector;
    let learnt = async || w.db.read(move |tx| dialect::learnt(tx, connector)).await.unwrap();
    let ids = w.put(Class::Marketing, 40).await;
    w.all(&ids, Status::Delivered).await;
    assert_eq!(learnt().await, Reading::Hex, "forty receipts taught nothing");
    for (answers, reports) in [
        (Ids::HexPadded, Ids::Padded),
        (Ids::Padded, Ids::HexPadded),
        (Ids::Decimal, Ids::Padded),
        (Ids::Hex, Ids::HexPadded),
    ] {
        w.smsc().fault(|f| (f.ids, f.reports.ids) = (Some(answers), Some(reports)));
        let ids = w.put(Class::Marketing, 20).await;
        w.all(&ids, Status::Delivered).await;
    }
    // In mid-run: the answer is in one spelling, its report comes when the carrier has changed to another.
    w.smsc().fault(|f| (f.ids, f.reports.hold) = (Some(Ids::Decimal), true));
    let ids = w.put(Class::Marketing, 10).await;
    w.all(&ids, Status::Submitted).await;
    w.smsc().fault(|f| (f.reports.ids, f.reports.hold) = (Some(Ids::Hex), false));
    w.all(&ids, Status::Delivered).await;
    assert!(
        w.alarms().await.iter().any(|a| a.about.kind.name() == "receipt_ids"),
        "the mixture is told to nobody"
    );
    assert_eq!(w.orphans().await, 0);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f66_early_reports_in_another_spelling() {
    let config = sim::Config {
        ids: Ids::Hex,
        receipt_ids: Ids::Padded,
        receipt_ms: (0, 0),
        latency_ms: (300, 300),
        ..quick()
    };
    let w = with(config).await;
    let ids = w.put(Class::Marketing, 5).await;
    w.all(&ids, Status::Submitted).await;
    w.db.write("sweep", |tx| store::machine::settle::adopt_orphans(tx, 500)).await.unwrap();
    w.all(&ids, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f67_an_id_used_again_means_the_newest_of_that_number() {
    let w = World::start().await;
    w.smsc().fault(|f| (f.ids_repeat_after, f.reports.hold) = (3, true));
    let ids = w.put(Class::Marketing, 9).await;
    w.all(&ids, Status::Submitted).await;
    w.smsc().fault(|f| f.reports.hold = false);
    w.all(&ids, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f68_a_burst_of_reports_does_not_hold_up_a_code() {
    let w = World::of(Plan { settings: vec![("window", "500")], ..Plan::default() }).await;
    w.smsc().fault(|f| f.reports.hold = true);
    let ids = w.put(Class::Marketing, 3_000).await;
    w.wait("all are taken", async || (w.smsc().counts().submitted == 3_000).then_some(())).await;
    w.smsc().fault(|f| (f.reports.hold, f.reports.times) = (false, 5));
    let code = w.one(Class::Otp).await;
    w.until(code, Status::Delivered).await;
    w.all(&ids, Status::Delivered).await;
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f69_reports_that_contradict_themselves_or_say_nothing() {
    let w = with(sim::Config { receipts: Receipts::Both, ..quick() }).await;
    for form in [ReportForm::Contradiction, ReportForm::ForeignLanguage, ReportForm::Huge] {
        w.smsc().fault(|f| f.reports.form = form);
        let id = w.one(Class::Transactional).await;
        w.until(id, Status::Delivered).await;
    }
    assert_eq!(w.orphans().await, 0);
    for (form, kept) in [(ReportForm::Noise, 1), (ReportForm::Empty, 2)] {
        w.smsc().fault(|f| f.reports.form = form);
        let id = w.one(Class::Transactional).await;
        w.wait("it is kept", async || (w.orphans().await == kept).then_some(())).await;
        assert_eq!(w.message(id).await.status, Status::Submitted, "{form:?}");
    }
    assert_eq!(w.smsc().counts().binds, 1);
    let inbound = w.db.read(|tx| store::machine::inbound::open_ids(tx, 10)).await.unwrap();
    assert!(inbound.is_empty(), "a report was taken for a message of a person");
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f70_a_report_three_days_late() {
    let (now, day) = (Clock::default().now_ms(), 86_400_000);
    let mut w = World::asleep(Plan { clock: Clock::starting_at(now - 3 * day), ..Plan::default() }).await;
    w.wake();
    w.smsc().fault(|f| f.reports.hold = true);
    let id = w.put_texts(Class::Marketing, &["hello".into()], 3_600_000, 0).await[0];
    w.until(id, Status::Submitted).await;
    w.reopen(Clock::default()).await;
    w.db.write("horizon", move |tx| store::machine::settle::no_receipt(tx, &[id])).await.unwrap();
    assert_eq!(w.until(id, Status::Unknown).await.code, Code::NoReceipt);
    w.smsc().fault(|f| f.reports.hold = false);
    w.wake();
    assert_eq!(w.until(id, Status::Delivered).await.code, Code::None);
    w.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f65_a_report_finds_the_one_message_it_can_mean() {
    let w = World::start().await;
    // Taken, its answer lost: the report's id is unknown, and says by number, sender and text whose it is.
    w.smsc().fault(|f| f.lose_answers = true);
    let lost = w.put(Class::Marketing, 2).await;
    w.all(&lost, Status::Unknown).await;
    w.wait("their reports are kept", async || (w.orphans().await == 2).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    w.db.write("sweep", |tx| store::machine::settle::adopt_orphans(tx, 500)).await.unwrap();
    w.all(&lost, Status::Delivered).await;
    assert!(w.timeline(lost[0]).await.contains(&"adopted".into()));
    assert_eq!(w.orphans().await, 0);
    w.judge().await;
}
