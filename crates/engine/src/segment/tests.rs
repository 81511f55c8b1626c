//! Segments: the text form and back, and what each criterion finds, on both engines.

use super::text::{Names, parse, print};
use super::*;
use crate::audience::{self, New};
use crate::consent::{self, Grant, Method, Refuse};
use std::collections::BTreeMap;
use store::Db;
use store::suppression::Scope;

struct Some3;

impl Names for Some3 {
    fn list(&self, name: &str) -> Option<i64> {
        (name == "Spring sale").then_some(1)
    }
    fn tag(&self, name: &str) -> Option<i64> {
        (name == "gold").then_some(2)
    }
    fn campaign(&self, name: &str) -> Option<i64> {
        (name == "May").then_some(3)
    }
    fn list_name(&self, _: i64) -> String {
        "Spring sale".into()
    }
    fn tag_name(&self, _: i64) -> String {
        "gold".into()
    }
    fn campaign_name(&self, _: i64) -> String {
        "May".into()
    }
}

#[test]
fn a_text_and_its_tree_are_the_same_thing() {
    for (written, plain) in [
        ("city = Haifa", "city = Haifa"),
        ("CITY=haifa  and\n tag=gold", "CITY = haifa and tag = gold"),
        ("(city = Haifa or city = Acre) and points >= 10", "(city = Haifa or city = Acre) and points >= 10"),
        ("city = Haifa or city = Acre and points >= 10", "city = Haifa or city = Acre and points >= 10"),
        ("not (city = a and not (x = 1 or y = 2))", "not (city = a and not (x = 1 or y = 2))"),
        ("not not city = a", "city = a"),
        ("((((city = a))))", "city = a"),
        ("a = 1 and (b = 2 and (c = 3 and d = 4))", "a = 1 and b = 2 and c = 3 and d = 4"),
        (
            "list = \"Spring sale\" and not list != \"Spring sale\"",
            "list = \"Spring sale\" and list = \"Spring sale\"",
        ),
        ("city != Haifa", "not city = Haifa"),
        ("city = \"a \\\"b\\\" \\\\c\"", "city = \"a \\\"b\\\" \\\\c\""),
        ("עיר = חיפה or город = Хайфа", "עיר = חיפה or город = Хайфа"),
        ("city ~ hai and city is set or mail is empty", "city ~ hai and city is set or not mail is set"),
        ("replied > 30d ago and received < 7d ago", "replied > 30d ago and not received > 7d ago"),
        ("replied = never", "not replied != never"),
        ("delivered campaign May and added >= 2026-03-14", "delivered campaign May and added > 2026-03-14"),
        ("number ~ 97250 and text ~ \"cohen dana\"", "number ~ +97250 and text ~ \"cohen dana\""),
        ("consent = YES", "consent = yes"),
        ("x = and", ""),
        ("x = \"and\"", "x = \"and\""),
        ("", "everybody"),
        ("everybody", "everybody"),
    ] {
        let Ok(node) = parse(written, &Some3) else {
            assert!(plain.is_empty() || written == "x = and", "{written} is no text");
            continue;
        };
        if written == "x = and" {
            continue; // the value is a word here: it reads, and is written in quotation marks
        }
        let printed = print(&node, &Some3);
        assert_eq!(printed, plain, "{written}");
        assert_eq!(parse(&printed, &Some3).unwrap(), node, "{printed} reads otherwise");
        let kept = serde_json::to_string(&node).unwrap();
        assert_eq!(serde_json::from_str::<Node>(&kept).unwrap(), node, "{kept}");
    }
}

#[test]
fn what_is_no_text_says_where() {
    for (text, why, at) in [
        ("city", "expected", 5),
        ("city =", "expected", 7),
        ("city = Haifa tag = gold", "unexpected", 14),
        ("(city = a", "not_closed", 10),
        ("city = \"a", "quote_open", 8),
        ("list = Autumn", "unknown_list", 8),
        ("tag = silver", "unknown_tag", 7),
        ("received campaign June", "unknown_campaign", 19),
        ("consent = perhaps", "bad_value", 11),
        ("replied > yesterday", "bad_moment", 11),
        ("replied ~ 3d ago", "bad_sign", 11),
        ("list ~ x", "unknown_list", 8),
        ("2x = 1", "no_field", 1),
        ("city; DROP TABLE contact = 1", "expected", 7),
    ] {
        match parse(text, &Some3) {
            Err(Error::Invalid { why: said, detail, .. }) => {
                assert_eq!(said, why, "{text}: {detail}");
                assert!(detail.ends_with(&format!("(at character {at})")), "{text}: {detail}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let deep = format!("{}a = 1{}", "(".repeat(40), ")".repeat(40));
    assert!(matches!(parse(&deep, &Some3), Err(Error::Invalid { why: "too_deep", .. })));
    let long = vec!["a = 1"; 61].join(" and ");
    assert!(matches!(parse(&long, &Some3), Err(Error::Invalid { why: "too_many", .. })));
}

const WS: i64 = 7;

fn open(dir: &std::path::Path, url: Option<String>) -> Db {
    Db::open(&store::Options { dir: dir.to_owned(), url, clock: store::Clock::default() }).unwrap()
}

fn run<T: Send + 'static>(db: &Db, mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static) -> T {
    db.write_blocking("test", move |tx| f(tx, &Ctx::system(WS))).unwrap()
}

fn person(tx: &mut Tx<'_>, ctx: &Ctx, number: &str, fields: &[(&str, &str)]) -> Result<i64> {
    let fields: BTreeMap<String, String> =
        fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let new = New { number: number.into(), first_name: "Dana".into(), fields, ..New::default() };
    audience::add_contact(tx, ctx, &new)
}

/// Who is found, by the last digit of their numbers.
fn found(db: &Db, text: &'static str) -> String {
    let (look, ids) = db
        .read_blocking(move |tx| {
            let ctx = Ctx::system(WS);
            let look = look(tx, &ctx, text)?;
            let known = Known::load(tx, WS)?;
            let tree = compiled(&parse(text, &known)?, &known, tx.now())?;
            let ids = rows::page(tx, WS, &tree, 0, 100)?;
            Ok::<_, Error>((look, ids))
        })
        .unwrap_or_else(|e| panic!("{text}: {e:?}"));
    assert!(!look.gathering, "{text} is not ready");
    assert_eq!(look.count, ids.len() as i64, "{text}: the count and the people differ");
    let last = |p: &audience::View| p.number.chars().last().unwrap_or('?');
    let mut digits: Vec<char> = look.sample.iter().map(last).collect();
    digits.sort_unstable();
    digits.into_iter().collect()
}

fn story(db: &Db) {
    db.write_blocking("test", |tx| store::campaign::sample::workspace(tx, WS, "test")).unwrap();
    db.write_blocking("test", |tx| store::campaign::sample::workspace(tx, 8, "test")).unwrap();
    run(db, |tx, ctx| {
        let a =
            person(tx, ctx, "+972501234561", &[("city", "Haifa"), ("points", "10"), ("born", "1990-05-01")])?;
        let b = person(
            tx,
            ctx,
            "+972501234562",
            &[("city", "HAIFA "), ("points", "9.5"), ("born", "02/05/1990")],
        )?;
        let c = person(tx, ctx, "+972521234563", &[("city", "Acre"), ("points", "1,000.5")])?;
        person(tx, ctx, "+972521234564", &[("city", "%"), ("points", "many")])?;
        person(tx, &Ctx::system(8), "+972501234569", &[("city", "Haifa"), ("points", "10")])?;
        let list = audience::list_create(tx, ctx, "Spring")?;
        store::list::add(tx, WS, list, &[a, c])?;
        let tag = store::tag::make(tx, WS, "Gold", "gold")?;
        store::tag::mark(tx, WS, tag, &[b, c])?;
        let grant = |number: &str| Grant {
            number: number.into(),
            method: Method::Form,
            wording: "I agree.".into(),
            evidence: "form".into(),
            claimed_at: 0,
        };
        consent::grant(tx, ctx, &grant("+972501234561"))?;
        consent::grant(tx, ctx, &grant("+972501234562"))?;
        let refusal = Refuse {
            number: "+972501234562".into(),
            scope: Scope::Marketing,
            method: Method::Keyword,
            evidence: "inb".into(),
        };
        consent::refuse(tx, ctx, &refusal)?;
        Ok(())
    });
    run(db, |tx, ctx| prepare(tx, ctx, "city = x and points > 1 and born < 2000-01-01").map(drop));
    let waits = db.read_blocking(|tx| look(tx, &Ctx::system(WS), "city = Haifa")).unwrap();
    assert!(waits.gathering && waits.count == 0);
    crate::jobs::run_due(db).unwrap();
    for (text, who) in [
        ("", "1234"),
        ("city = haifa", "12"),
        ("city ~ a", "123"),
        ("city ~ %", "4"),
        ("city ~ _", ""),
        ("city is set", "1234"),
        ("born is empty", "34"),
        ("points >= 10", "13"),
        ("points < 10", "2"),
        ("points = 9.5", "2"),
        ("born < 1990-05-02", "1"),
        ("born >= 1990-05-01 and born <= 1990-05-02", "12"),
        ("list = Spring", "13"),
        ("not list = Spring", "24"),
        ("tag = gold", "23"),
        ("list = Spring and tag = gold", "3"),
        ("list = Spring or tag = gold", "123"),
        ("consent = yes", "1"),
        ("consent = left", "2"),
        ("consent = unknown", "34"),
        ("number ~ +97252", "34"),
        ("text ~ \"dana\"", "1234"),
        ("added > 1d ago", "1234"),
        ("added < 1d ago", ""),
        ("replied = never", "1234"),
        ("received > 30d ago", ""),
        ("city = haifa and (tag = gold or points >= 10) and not consent = left", "1"),
        ("not (city = haifa or city = acre)", "4"),
        ("not everybody", ""),
        ("city = \"'; DROP TABLE contact; --\"", ""),
    ] {
        assert_eq!(found(db, text), who, "{text}");
    }
    let why = db
        .read_blocking(|tx| why(tx, &Ctx::system(WS), "city = haifa and not tag = gold", "+972501234562"))
        .unwrap();
    let steps: Vec<(&str, bool)> = why.steps.iter().map(|s| (s.text.as_str(), s.holds)).collect();
    assert!(!why.within && why.known);
    assert_eq!(steps[1..], [("city = haifa", true), ("not tag = Gold", false), ("tag = Gold", true)]);
    // A change is seen at once, and a person who goes leaves nothing behind.
    run(db, |tx, ctx| {
        let id = audience::by_number(tx, ctx, "+972521234563")?.map_or(0, |p| p.row.id);
        let fields = BTreeMap::from([("city".to_owned(), "Haifa".to_owned())]);
        audience::update_contact(
            tx,
            ctx,
            id,
            &New { number: "+972521234563".into(), fields, ..New::default() },
        )?;
        let gone = audience::by_number(tx, ctx, "+972501234561")?.map_or(0, |p| p.row.id);
        audience::remove_contact(tx, ctx, gone)
    });
    assert_eq!(found(db, "city = haifa"), "23");
    assert_eq!(found(db, "points is set"), "2");
}

#[test]
fn every_criterion_finds_whom_it_means_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    story(&open(dir.path(), None));
}

#[test]
fn every_criterion_finds_whom_it_means_on_postgres() {
    let Some(server) = store::testing::Postgres::shared("segments on PostgreSQL") else { return };
    let dir = tempfile::tempdir().unwrap();
    story(&open(dir.path(), Some(server.database())));
}

#[test]
fn a_segment_is_kept_frozen_and_stands_for_a_list() {
    let dir = tempfile::tempdir().unwrap();
    let db = open(dir.path(), None);
    db.write_blocking("test", |tx| store::campaign::sample::workspace(tx, WS, "test")).unwrap();
    let id = run(&db, |tx, ctx| {
        person(tx, ctx, "+972501234561", &[("city", "Haifa")])?;
        person(tx, ctx, "+972501234562", &[("city", "Acre")])?;
        save(tx, ctx, None, "Haifa", "city = haifa")
    });
    crate::jobs::run_due(&db).unwrap();
    let taken = db.write_blocking("test", |tx| save(tx, &Ctx::system(WS), None, "Haifa", "city = x"));
    assert!(matches!(taken, Err(Error::Invalid { why: "taken", .. })), "{taken:?}");
    let frozen = freeze(&db, &Ctx::system(WS), id, "Haifa in May").unwrap();
    let live = live(&db, &Ctx::system(WS), id).unwrap();
    run(&db, |tx, ctx| {
        person(tx, ctx, "+972501234563", &[("city", "HAIFA")])?;
        let gone = audience::by_number(tx, ctx, "+972501234561")?.map_or(0, |p| p.row.id);
        let fields = BTreeMap::from([("city".to_owned(), "Acre".to_owned())]);
        audience::update_contact(
            tx,
            ctx,
            gone,
            &New { number: "+972501234561".into(), fields, ..New::default() },
        )
    });
    refresh(&db, WS, live).unwrap();
    let members = move |list| {
        db.read_blocking(move |tx| {
            let ids = rows::members_between(tx, WS, list, (0, i64::MAX))?;
            let people = audience::of_ids(tx, &Ctx::system(WS), &ids)?;
            let size = store::list::get(tx, WS, list)?.map_or(0, |l| l.size);
            Ok::<_, Error>((people.into_iter().map(|p| p.number).collect::<Vec<_>>(), size))
        })
        .unwrap()
    };
    assert_eq!(members(frozen), (vec!["+972501234561".to_owned()], 1));
    assert_eq!(members(live), (vec!["+972501234563".to_owned()], 1));
}
