//! From launch to the end: exactly one message each, whatever happens in between.

use super::carrier::Fate;
use super::*;
use crate::campaign::expand::one_slice;
use sms::Code;
use std::collections::HashMap;
use store::machine::job::{self, JobKind};

fn accept(_: i64) -> Fate {
    Fate::Accept
}

/// Runs jobs and carrier in turns until the mailing has nothing planned and nothing waiting.
fn to_the_end(shop: &Shop, id: i64) -> Report {
    for _ in 0..200 {
        shop.run_due();
        let report = shop.report(id);
        if report.planned == 0 && report.waiting == 0 {
            return report;
        }
        if Carrier::turn(shop.db(), 1_000, accept) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
    panic!("it does not end: {:?}", shop.report(id));
}

fn delivered(shop: &Shop, id: i64) {
    let all: HashMap<i64, Status> = shop.messages(id).iter().map(|m| (m.id, Status::Delivered)).collect();
    Carrier::receipts(shop.db(), &all);
}

#[test]
fn a_whole_mailing() {
    let mut list = people(5_000); // two pages
    list[17].first_name = String::new();
    for shop in Shop::on_each("a_whole_mailing", &list) {
        let id = shop.create("{{first_name}}");
        shop.launch(id).unwrap();
        assert_eq!(shop.report(id).audience, 0);
        let (changed, gone) = (shop.contacts[4_999], shop.contacts[4_500]);
        // Only the freeze: then people change.
        freeze_only(&shop);
        let frozen = shop.report(id);
        assert_eq!((frozen.state, frozen.audience, frozen.planned), (Shown::Running, 5_000, 5_000));
        assert_eq!(frozen.accepted, 0, "nothing is sent before all are written down");
        shop.write(move |tx, ctx| {
            sample::renumber(tx, ctx.workspace, changed, "+972599999999")?;
            Ok(sample::remove(tx, ctx.workspace, gone)?)
        })
        .unwrap();
        let end = to_the_end(&shop, id);
        let skipped = [(Code::ContactGone, 1), (Code::NumberChanged, 1), (Code::TemplateError, 1)];
        assert_eq!(end.skipped, skipped.map(|(c, n)| (c.name(), n)).into());
        assert_eq!((end.state, end.accepted, end.submitted), (Shown::Running, 4_997, 4_997));
        delivered(&shop, id);
        let end = shop.report(id);
        assert_eq!((end.state, end.delivered), (Shown::Completed, 4_997));
        std::thread::sleep(std::time::Duration::from_millis(600));
        shop.run_due();
        let view = shop.read(move |tx, ctx| get(tx, ctx, id));
        assert!(view.done_at >= view.launched_at && view.launched_at > 0);
        assert!(shop.write(|tx, _| Ok(job::all(tx)?)).unwrap().is_empty(), "no job is left behind");
        let own = |m: &sample::Sent| m.to == number(m.text[1..].parse().unwrap());
        assert!(shop.messages(id).iter().all(own), "each his own text");
        assert_eq!(shop.write(move |tx, ctx| stop(tx, ctx, id)), Err(Error::Conflict("not_running")));
    }
}

/// Runs the freeze and leaves the expansion for later.
fn freeze_only(shop: &Shop) {
    let job = shop.write(|tx, _| Ok(job::claim(tx, &[JobKind::CampaignFreeze])?)).unwrap().unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    crate::campaign::jobs::freeze(&crate::work::Work::new(shop.db(), &job, &stop)).unwrap();
    shop.write(move |tx, _| Ok(job::done(tx, job.id)?)).unwrap();
}

#[test]
fn a_kill_between_any_two_slices_loses_and_doubles_nothing() {
    let mut shop = Shop::with(&people(700));
    let id = shop.create("hello");
    shop.launch(id).unwrap();
    freeze_only(&shop);
    let mut slices = 0;
    while one_slice(shop.db(), 7, id, 97).unwrap() > 0 {
        slices += 1;
        let claimed = shop.write(|tx, _| Ok(job::claim(tx, &[JobKind::CampaignExpand])?)).unwrap();
        assert!(claimed.is_some(), "the job survives every kill");
        shop.kill();
        let report = shop.report(id);
        assert_eq!((report.planned, report.accepted), ((700 - slices * 97).max(0), (slices * 97).min(700)));
    }
    assert_eq!(slices, 8);
    let end = to_the_end(&shop, id);
    assert_eq!((end.accepted, end.submitted, end.planned), (700, 700, 0));
}

#[test]
fn a_freeze_cut_short_starts_again() {
    let mut shop = Shop::with(&people(5_000));
    let id = shop.create("hello");
    shop.launch(id).unwrap();
    // Half a freeze: one page of people who are not even in the list.
    shop.write(move |tx, ctx| {
        let people = [store::campaign::page::Frozen { contact: 1, tag: 1 }];
        assert!(store::campaign::plan(tx, ctx.workspace, id, store::campaign::State::Freezing, 1, 1)?);
        Ok(store::campaign::page::add(tx, ctx.workspace, id, 0, &people)?)
    })
    .unwrap();
    assert_eq!(shop.report(id).audience, 1);
    let claimed = shop.write(|tx, _| Ok(job::claim(tx, &[JobKind::CampaignFreeze])?)).unwrap();
    assert!(claimed.is_some());
    shop.kill();
    let end = to_the_end(&shop, id);
    assert_eq!((end.audience, end.accepted, end.skipped.len()), (5_000, 5_000, 0));
}

#[test]
fn a_paused_mailing_rests_and_goes_on() {
    for shop in Shop::on_each("a_paused_mailing_rests_and_goes_on", &people(900)) {
        let id = shop.create("hello");
        shop.launch(id).unwrap();
        freeze_only(&shop);
        assert_eq!(one_slice(shop.db(), 7, id, 300).unwrap(), 300);
        assert_eq!(Carrier::turn(shop.db(), 50, accept), 50);
        shop.write(move |tx, ctx| pause(tx, ctx, id)).unwrap();
        assert_eq!(Carrier::turn(shop.db(), 50, accept), 0, "zero new sends once a pause is confirmed");
        assert_eq!(one_slice(shop.db(), 7, id, 300).unwrap(), 0);
        shop.run_due();
        let rests = shop.report(id);
        assert_eq!((rests.state, rests.planned, rests.waiting), (Shown::Paused, 600, 250));
        shop.write(move |tx, ctx| resume(tx, ctx, id)).unwrap();
        assert_eq!(to_the_end(&shop, id).submitted, 900);
    }
}

#[test]
fn a_stopped_mailing_sends_nothing_more_and_accounts_for_everybody() {
    for shop in
        Shop::on_each("a_stopped_mailing_sends_nothing_more_and_accounts_for_everybody", &people(2_600))
    {
        let id = shop.create("hello");
        shop.launch(id).unwrap();
        freeze_only(&shop);
        assert_eq!(one_slice(shop.db(), 7, id, 1_500).unwrap(), 1_500);
        assert_eq!(Carrier::turn(shop.db(), 100, accept), 100);
        assert_eq!(Carrier::turn(shop.db(), 10, |_| Fate::Open), 10);
        let said = shop.write(move |tx, ctx| stop(tx, ctx, id)).unwrap();
        assert_eq!(said, Stopped { left: 110, held_back: 2_490 });
        assert_eq!(Carrier::turn(shop.db(), 100, accept), 0, "zero new sends once a stop is confirmed");
        shop.run_due();
        let cleared = shop.report(id);
        assert_eq!(cleared.skipped, [("STOPPED", 1_100)].into());
        assert_eq!((cleared.state, cleared.cancelled, cleared.waiting), (Shown::Stopped, 1_390, 10));
        // What was on the wire comes back unwritten: it must not be left behind, nor sent.
        Carrier::recover(shop.db());
        std::thread::sleep(std::time::Duration::from_millis(550));
        shop.run_due();
        let end = shop.report(id);
        assert_eq!((end.waiting, end.planned, end.unknown), (0, 0, 10));
        assert_eq!(Carrier::turn(shop.db(), 100, accept), 0);
        assert!(shop.write(|tx, _| Ok(job::all(tx)?)).unwrap().is_empty());
    }
}

#[test]
fn expansion_stays_a_little_ahead_and_no_further() {
    let shop = Shop::with(&people(5_000));
    let id = shop.create("hello");
    shop.launch(id).unwrap();
    let job = {
        freeze_only(&shop);
        shop.write(|tx, _| Ok(job::claim(tx, &[JobKind::CampaignExpand])?)).unwrap().unwrap()
    };
    let stop = std::sync::atomic::AtomicBool::new(false);
    crate::campaign::jobs::expand(&crate::work::Work::new(shop.db(), &job, &stop)).unwrap();
    let waiting = shop.report(id).waiting;
    assert!((2_000..2_512).contains(&waiting), "{waiting}");
    shop.write(|tx, _| Ok(sample::connector_says(tx, sms::live::LinkState::Throttled, 300)?)).unwrap();
    crate::campaign::jobs::expand(&crate::work::Work::new(shop.db(), &job, &stop)).unwrap();
    let report = shop.report(id);
    assert!((3_000..3_512).contains(&report.waiting), "ten seconds of 300 a second: {}", report.waiting);
    assert_eq!(report.state, Shown::Throttled);
    assert_eq!(report.ways.len(), 1);
}

#[test]
fn each_person_gets_his_own_way_out() {
    let shop = Shop::with(&people(40));
    shop.write(|tx, _| Ok(store::setting::set(tx, store::setting::PUBLIC_URL, "https://sms.example/")?))
        .unwrap();
    let id = shop.create("Leave: {{unsubscribe_url}}");
    shop.launch(id).unwrap();
    to_the_end(&shop, id);
    for m in shop.messages(id) {
        let token = m.text.strip_prefix("Leave: https://sms.example/u/").unwrap().to_owned();
        let opened = shop.read(move |tx, _| Ok(store::unsubscribe::get(tx, &token)?)).unwrap();
        assert_eq!((opened.workspace, opened.number), (7, m.to));
    }
}

#[test]
fn who_may_not_be_written_to_is_left_out_and_named() {
    let mut list = people(6);
    list[0].consent = 0;
    for shop in Shop::on_each("who_may_not_be_written_to_is_left_out_and_named", &list) {
        shop.write(|tx, _| Ok(sample::suppress(tx, 7, &number(1), 1)?)).unwrap();
        let id = shop.create("hello");
        let counted = shop.read(move |tx, ctx| audience(tx, ctx, id));
        shop.launch(id).unwrap();
        let end = to_the_end(&shop, id);
        assert_eq!(end.skipped, [("NO_CONSENT", 1), ("SUPPRESSED_WORKSPACE", 1)].into());
        assert_eq!((end.accepted, counted.will_send), (4, 4), "what was said before is what happened");
        let out = shop.read(move |tx, ctx| skipped(tx, ctx, id, Some(Code::NoConsent), 0, 10));
        assert_eq!(out.iter().map(|s| s.number.clone()).collect::<Vec<_>>(), [number(0)]);
    }
}

#[test]
fn a_mailing_whose_job_fails_says_why_and_goes_on_by_itself() {
    let shop = Shop::with(&people(10));
    let id = shop.create("hello");
    shop.launch(id).unwrap();
    freeze_only(&shop);
    shop.write(|tx, _| Ok(sample::lose_workspace(tx, 7)?)).unwrap();
    assert!(crate::jobs::run_due(shop.db()).is_err());
    let waits = shop.read(move |tx, ctx| get(tx, ctx, id));
    assert!(waits.error.contains("workspace"), "{}", waits.error);
    assert_eq!((waits.report.planned, waits.report.accepted), (10, 0));
    shop.write(|tx, _| Ok(sample::workspace(tx, 7, "test")?)).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100)); // the first back-off
    let end = to_the_end(&shop, id);
    assert_eq!((end.accepted, shop.read(move |tx, ctx| get(tx, ctx, id)).error.as_str()), (10, ""));
}
