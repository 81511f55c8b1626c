//! The chain over a real store.

mod asked;
mod ends;

use super::{Submission, admit, insert, submit};
use crate::Error;
use sms::{Class, Code, Status};
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, connector, route};

struct House {
    _dir: tempfile::TempDir,
    db: Db,
    live: i64,
    test: i64,
}

fn new(name: &str, mode: Mode) -> workspace::New {
    workspace::New {
        name: name.into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode,
        parts_max: 3,
    }
}

fn house() -> House {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    let (live, test) = db
        .write_blocking("setup", |tx| {
            let simulator =
                connector::add(tx, "simulator", "simulator", &Default::default(), &Default::default())?;
            assert!(simulator > 0);
            let carrier = connector::add(tx, "carrier", "smpp", &Default::default(), &Default::default())?;
            route::add(tx, "", None, "", &[carrier])?;
            let live = workspace::insert(tx, &new("live", Mode::Live))?.id;
            Ok::<_, store::Error>((live, workspace::insert(tx, &new("test", Mode::Test))?.id))
        })
        .unwrap();
    House { _dir: dir, db, live, test }
}

fn to(workspace: i64, number: &str, text: &str) -> Submission {
    Submission { workspace, to: number.into(), text: text.into(), source: "rest", ..Submission::default() }
}

impl House {
    fn codes(&self, wanted: Vec<Submission>) -> Vec<Code> {
        let out = self.db.write_blocking("submit", move |tx| submit(tx, &wanted)).unwrap();
        out.into_iter().map(|v| v.map_or_else(|r| r.code, |_| Code::None)).collect()
    }
}

#[test]
fn a_refused_one_stops_no_other_and_leaves_a_decision() {
    let h = house();
    let codes = h.codes(vec![
        to(h.live, "050-234-5678", "hi"),
        to(h.live, "04-8123456", "hi"),
        to(h.live, "banana", "hi"),
        to(h.live, "+99955500100", "hi"),
        to(h.live, "+972502345678", " \n "),
        to(h.live, "+972502345678", &"א".repeat(202)),
        Submission { class: Some(Class::Marketing), ..to(h.live, "+972502345678", "buy") },
        Submission { from: Some("AVeryLongSenderName".into()), ..to(h.live, "+972502345678", "hi") },
    ]);
    use Code::*;
    let want =
        [None, NotMobile, InvalidNumber, TestNumber, ContentMissing, TooManyParts, NoConsent, SenderInvalid];
    assert_eq!(codes, want);
    let live = h.live;
    let kept = h.db.read_blocking(move |tx| store::decision::list(tx, live, i64::MAX, 100)).unwrap();
    assert_eq!(kept.len(), 7);
}

#[test]
fn test_mode_takes_every_number_to_the_simulator() {
    let h = house();
    let test = h.test;
    let out =
        h.db.write_blocking("submit", move |tx| {
            submit(tx, &[to(test, "+99955500102", "hi"), to(test, "100", "hi")])
        })
        .unwrap();
    let ids: Vec<i64> = out.into_iter().map(|v| v.unwrap().id).collect();
    let simulator =
        h.db.read_blocking(move |tx| {
            let sim = connector::of_kind(tx, "simulator")?.remove(0).id;
            let m = store::message::get(tx, test, ids[0])?.unwrap();
            assert!(m.test && m.connector == sim && m.status == Status::Queued);
            store::machine::stream::with_work(tx, sim)
        })
        .unwrap();
    assert_eq!(simulator.iter().map(|s| s.depth).sum::<i64>(), 2);
}

#[test]
fn the_same_id_is_stored_once() {
    let h = house();
    let live = h.live;
    let n =
        h.db.write_blocking("twice", move |tx| {
            let wanted = [Submission { id: 77, campaign: 5, ..to(live, "+972502345678", "hi") }];
            for _ in 0..2 {
                let admitted: Vec<_> = admit(tx, &wanted)?.into_iter().map(|v| v.unwrap()).collect();
                insert(tx, &admitted)?;
            }
            let counts = store::counter::campaign(tx, live, 5)?;
            assert_eq!(counts, [(Status::Queued.number(), 0, 1)]);
            Ok::<_, Error>(store::machine::stream::depth_of_campaign(tx, live, 5)?)
        })
        .unwrap();
    assert_eq!(n, 1);
}

#[test]
fn what_is_due_much_later_stands_in_the_agenda() {
    let h = house();
    let live = h.live;
    h.db.write_blocking("later", move |tx| {
        let send_at = Some(tx.now() + 3_600_000);
        let accepted =
            submit(tx, &[Submission { send_at, ..to(live, "+972502345678", "hi") }])?.remove(0).unwrap();
        assert_eq!(accepted.status, Status::Scheduled);
        assert!(store::machine::agenda::take_due(tx, 0, 10)?.is_empty());
        assert_eq!(store::machine::agenda::take_due(tx, 3_700_000, 10)?, [accepted.id]);
        Ok::<_, Error>(())
    })
    .unwrap();
}

#[test]
fn what_waited_is_judged_by_the_law_of_the_day_it_leaves() {
    let h = house();
    let live = h.live;
    h.db.write_blocking("wake", move |tx| {
        let send_at = Some(tx.now() + 3_600_000);
        let wanted = [
            Submission { send_at, ..to(live, "+972502345678", "hi") },
            Submission { send_at, ..to(live, "+972502345679", "hi") },
        ];
        let ids: Vec<i64> = submit(tx, &wanted)?.into_iter().map(|v| v.unwrap().id).collect();
        store::suppression::add(
            tx,
            &store::suppression::New {
                workspace: live,
                number: "+972502345679",
                scope: store::suppression::Scope::All,
                reason: "staff",
                evidence: "",
            },
        )?;
        assert_eq!(super::wake(tx, 60_000, 10)?, 0);
        assert_eq!(super::wake(tx, 3_700_000, 10)?, 2);
        let mut stands = |id: i64| store::message::get(tx, live, id).map(|m| m.map(|m| (m.status, m.code)));
        assert_eq!(stands(ids[0])?, Some((Status::Queued, Code::None)));
        assert_eq!(stands(ids[1])?, Some((Status::Suppressed, Code::SuppressedAll)));
        let carrier = connector::by_name(tx, "carrier")?.unwrap().id;
        let work = store::machine::stream::with_work(tx, carrier)?;
        assert_eq!(work.iter().map(|s| s.depth).sum::<i64>(), 1);
        assert!(Some(work[0].due) == send_at);
        Ok::<_, Error>(())
    })
    .unwrap();
}
