//! What mailings are about: who refused one topic gets no advertising of it, and everything else.

use super::carrier::Fate;
use super::*;
use sms::Code;
use store::{suppression, topic};

impl Shop {
    fn about(&self, topic: &str, class: Class) -> i64 {
        let topic = Some(topic.to_owned()).filter(|t| !t.is_empty());
        let draft = Draft { topic, class: Some(class), ..self.draft("hello") };
        self.write(move |tx, ctx| create(tx, ctx, &draft)).unwrap()
    }

    fn refuses(&self, i: usize, topic: i64) {
        self.write(move |tx, ctx| {
            suppression::add_topic(tx, ctx.workspace, &number(i), topic, "link", "test")?;
            tx.barrier(ctx.workspace);
            Ok(())
        })
        .unwrap();
    }

    fn where_is(&self, id: i64, i: usize) -> Status {
        self.messages(id).into_iter().find(|m| m.to == number(i)).unwrap().status
    }
}

#[test]
fn who_refused_a_topic_is_planned_for_everything_but_its_advertising() {
    for shop in Shop::on_each("who_refused_a_topic_is_planned", &people(4)) {
        let sales = shop.write(|tx, _| {
            topic::put(tx, 7, "events", "{}")?;
            Ok(topic::put(tx, 7, "sales", "{}")?)
        });
        let sales = sales.unwrap();
        shop.refuses(0, sales);
        let of = |topic, class| {
            let id = shop.about(topic, class);
            let counted = shop.read(move |tx, ctx| audience(tx, ctx, id));
            let seen = shop.read(move |tx, ctx| preview(tx, ctx, id, 3));
            shop.launch(id).unwrap();
            shop.run_due();
            let report = shop.report(id);
            assert_eq!((counted.will_send, seen.is_some()), (report.accepted, report.accepted == 4));
            (report.accepted, report.skipped)
        };
        assert_eq!(of("sales", Class::Marketing), (3, [("SUPPRESSED_WORKSPACE", 1)].into()));
        assert_eq!(of("events", Class::Marketing), (4, [].into()));
        assert_eq!(of("", Class::Marketing), (4, [].into()));
        assert_eq!(of("sales", Class::Transactional), (4, [].into()), "no advertising");
        // Offered no more, it still means what it meant; and what was refused can be taken back.
        shop.write(move |tx, _| Ok(topic::retire(tx, 7, sales)?)).unwrap();
        assert_eq!(of("sales", Class::Marketing).0, 3);
        shop.write(move |tx, _| Ok(suppression::lift_topic(tx, 7, &number(0), sales)?)).unwrap();
        assert_eq!(of("sales", Class::Marketing).0, 4);
        let odd = Draft { topic: Some("boots".into()), ..shop.draft("hello") };
        let refused = shop.write(move |tx, ctx| create(tx, ctx, &odd));
        assert!(matches!(refused, Err(Error::Invalid { why: "unknown", .. })), "{refused:?}");
    }
}

#[test]
fn a_topic_refused_while_its_message_waits_stops_it_at_the_intent_and_no_other() {
    for shop in Shop::on_each("a_topic_refused_while_its_message_waits", &people(4)) {
        let sales = shop.write(|tx, _| Ok(topic::put(tx, 7, "sales", "{}")?)).unwrap();
        let (about, other) = (shop.about("sales", Class::Marketing), shop.about("", Class::Marketing));
        for id in [about, other] {
            shop.launch(id).unwrap();
        }
        shop.run_due();
        assert_eq!((shop.report(about).waiting, shop.report(other).waiting), (4, 4));
        shop.refuses(2, sales);
        assert_eq!(Carrier::turn(shop.db(), 10, |_| Fate::Accept), 7, "all but one of the eight");
        assert_eq!(shop.where_is(about, 2), Status::Suppressed);
        assert_eq!(shop.where_is(other, 2), Status::Submitted);
        let report = shop.report(about);
        assert_eq!(report.suppressed, [(Code::SuppressedWorkspace.name(), 1)].into());
        assert_eq!((report.submitted, shop.report(other).submitted), (3, 4));
    }
}

#[test]
fn who_refused_a_topic_stays_on_the_page_of_people_as_one_who_agreed() {
    for shop in Shop::on_each("who_refused_a_topic_stays", &people(2)) {
        let sales = shop.write(|tx, _| Ok(topic::put(tx, 7, "sales", "{}")?)).unwrap();
        shop.refuses(0, sales);
        shop.write(|tx, _| Ok(sample::suppress(tx, 7, &number(1), suppression::MARKETING)?)).unwrap();
        let found = shop.read(|tx, ctx| {
            let of = |tx: &mut Tx<'_>, i| crate::audience::by_number(tx, ctx, &number(i));
            Ok([of(tx, 0)?.unwrap().consent, of(tx, 1)?.unwrap().consent])
        });
        assert_eq!(found[0], "granted");
        assert_ne!(found[1], "granted");
    }
}
