//! What may be written, by whom, and what a launch asks.

use super::*;
use crate::{Actor, Permission};
use sms::Code;

fn why<T: std::fmt::Debug>(out: Result<T>) -> (String, &'static str) {
    match out {
        Err(Error::Invalid { param, why, .. }) => (param, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_wrong_with_a_draft_is_named() {
    let shop = Shop::with(&people(1));
    let good = shop.draft("hello");
    let cases: Vec<(Draft, (&str, &str))> = vec![
        (Draft { name: " ".into(), ..good.clone() }, ("name", "required")),
        (Draft { name: "x".repeat(121), ..good.clone() }, ("name", "too_long")),
        (Draft { sender: Some("much too long".into()), ..good.clone() }, ("sender", "sender_implausible")),
        (Draft { list: Some(404), ..good.clone() }, ("list", "unknown")),
        (Draft { class: Some(Class::Otp), ..good.clone() }, ("class", "not_for_campaigns")),
        (Draft { text: "ש".repeat(70 * 6 + 1), ..good.clone() }, ("text", "too_many_parts")),
        (Draft { text: "x".repeat(10_001), ..good.clone() }, ("text", "too_long")),
    ];
    for (draft, wrong) in cases {
        let (param, word) = why(shop.write(move |tx, ctx| create(tx, ctx, &draft)));
        assert_eq!((param.as_str(), word), wrong);
    }
    let broken = Draft { text: "hello {{first_name".into(), ..good.clone() };
    assert_eq!(why(shop.write(move |tx, ctx| create(tx, ctx, &broken))).0, "text");
    let empty = Draft { text: String::new(), list: None, ..good };
    let id = shop.write(move |tx, ctx| create(tx, ctx, &empty)).unwrap();
    assert_eq!(why(shop.launch(id)), ("text".into(), "required"));
}

#[test]
fn two_editors_notice_each_other() {
    let shop = Shop::with(&people(1));
    let id = shop.create("one");
    let draft = shop.draft("two");
    let change = move |version| {
        let draft = draft.clone();
        move |tx: &mut Tx<'_>, ctx: &Ctx| update(tx, ctx, id, version, &draft)
    };
    assert_eq!(shop.write(change(1)), Ok(2));
    assert_eq!(shop.write(change(1)), Err(Error::Conflict("changed_meanwhile")));
    let now = shop.read(move |tx, ctx| get(tx, ctx, id));
    assert_eq!((now.text.as_str(), now.version, now.report.state), ("two", 2, Shown::Draft));
    shop.launch(id).unwrap();
    assert_eq!(shop.write(change(3)), Err(Error::Conflict("already_launched")));
}

#[test]
fn a_second_launch_is_refused_and_so_is_who_may_not() {
    let shop = Shop::with(&people(3));
    let id = shop.create("hello");
    let reader = Ctx::new(7, Actor::Key(1), true, &[Permission::Read]);
    let refused = shop.write(move |tx, _| launch(tx, &reader, id));
    assert_eq!(refused, Err(Error::NotAllowed(Permission::Campaigns)));
    let stranger = Ctx::system(8);
    assert_eq!(shop.write(move |tx, _| launch(tx, &stranger, id)), Err(Error::NotFound("campaign")));
    shop.launch(id).unwrap();
    assert_eq!(shop.launch(id), Err(Error::Conflict("already_launched")));
    assert_eq!(shop.report(id).state, Shown::Freezing);
    assert_eq!(shop.write(move |tx, ctx| pause(tx, ctx, id)), Err(Error::Conflict("not_running")));
    assert_eq!(shop.write(move |tx, ctx| resume(tx, ctx, id)), Err(Error::Conflict("not_paused")));
}

#[test]
fn a_mailing_for_later_waits_for_its_time_and_can_be_stopped_before() {
    let shop = Shop::with(&people(3));
    let later = Draft { due: Some(shop.db().now_ms() + 400), ..shop.draft("hello") };
    let id = shop.write(move |tx, ctx| create(tx, ctx, &later)).unwrap();
    let never = Draft { due: Some(shop.db().now_ms() + 3_600_000), ..shop.draft("hello") };
    let stopped = shop.write(move |tx, ctx| create(tx, ctx, &never)).unwrap();
    shop.launch(id).unwrap();
    shop.launch(stopped).unwrap();
    shop.run_due();
    assert_eq!(shop.report(id).state, Shown::Scheduled);
    let held = shop.write(move |tx, ctx| stop(tx, ctx, stopped)).unwrap();
    assert_eq!(held, Stopped { left: 0, held_back: 0 });
    std::thread::sleep(std::time::Duration::from_millis(450));
    shop.run_due();
    assert_eq!((shop.report(id).state, shop.report(id).accepted), (Shown::Running, 3));
    assert_eq!((shop.report(stopped).state, shop.report(stopped).audience), (Shown::Stopped, 0));
}

#[test]
fn the_audience_is_counted_once_each_at_the_first_rule() {
    let mut list = people(10);
    list[0].consent = 0;
    list[1].consent = 2; // refused, and suppressed below: counted as suppressed
    list[9].first_name = String::new();
    for shop in Shop::on_each("the_audience_is_counted_once_each_at_the_first_rule", &list) {
        shop.write(|tx, _| {
            sample::suppress(tx, 7, &number(1), 1)?;
            sample::suppress(tx, 0, &number(2), 2)?;
            sample::suppress(tx, 8, &number(3), 2)?; // another workspace's: none of our business
            Ok(sample::suppress(tx, 7, &number(4), 2)?)
        })
        .unwrap();
        let id = shop.create("{{first_name}}");
        let a = shop.read(move |tx, ctx| audience(tx, ctx, id));
        let left_out = [
            (Code::SuppressedPlatform, 1),
            (Code::SuppressedAll, 1),
            (Code::SuppressedWorkspace, 1),
            (Code::NoConsent, 1),
            (Code::TemplateError, 1),
        ];
        assert_eq!(a.skipped, left_out);
        assert_eq!((a.total, a.will_send, a.counted, a.sampled), (10, 5, 5, false));
        assert_eq!(a.parts_histogram, [Bar { parts: 1, people: 5 }]);
        let service = Draft { class: Some(Class::Service), ..shop.draft("hi {{first_name}}") };
        let service = shop.write(move |tx, ctx| create(tx, ctx, &service)).unwrap();
        let a = shop.read(move |tx, ctx| audience(tx, ctx, service));
        assert_eq!(a.skipped, [(Code::SuppressedPlatform, 1), (Code::SuppressedAll, 1)]);
        let first = shop.read(move |tx, ctx| preview(tx, ctx, id, 0)).unwrap();
        assert_eq!((first.text.as_str(), first.to_masked.as_str()), ("P3", "+97250***0003"));
        assert_eq!(shop.read(move |tx, ctx| preview(tx, ctx, id, 6)), None);
    }
}
