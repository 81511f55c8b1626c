//! People and lists over a real store, on both engines.

use std::collections::BTreeMap;

use store::contact::Consent;
use store::testing::Postgres;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, Tx};

use super::*;
use crate::consent::{Method, Refuse, refuse};
use crate::{Ctx, Error, Result};

struct House {
    db: Db,
    ctx: Ctx,
    _dir: tempfile::TempDir,
}

fn open(url: Option<String>) -> House {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap();
    let shop = workspace::New {
        name: "shop".into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        parts_max: 6,
    };
    let id = db.write_blocking("test", move |tx| workspace::insert(tx, &shop)).unwrap().id;
    House { db, ctx: Ctx::system(id), _dir: dir }
}

fn on_each(test: &str, story: impl Fn(&House)) {
    story(&open(None));
    if let Some(server) = Postgres::shared(test) {
        story(&open(Some(server.database())));
    }
}

fn named(number: &str, first: &str, last: &str) -> New {
    New { number: number.into(), first_name: first.into(), last_name: last.into(), ..New::default() }
}

impl House {
    fn ask<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.db.write_blocking("test", move |tx| f(tx, &ctx))
    }

    fn add(&self, new: New) -> Result<i64> {
        self.ask(move |tx, ctx| add_contact(tx, ctx, &new))
    }

    fn names(&self, filter: Filter) -> Vec<String> {
        let page =
            self.ask(move |tx, ctx| contacts(tx, ctx, &Filter { limit: 50, ..filter.clone() })).unwrap();
        page.data.into_iter().map(|c| c.first_name).collect()
    }

    fn search(&self, words: &str) -> Vec<String> {
        self.names(Filter { search: words.into(), ..Filter::default() })
    }

    fn leave(&self, number: &'static str) {
        let refusal = Refuse {
            number: number.into(),
            scope: store::suppression::Scope::Marketing,
            method: Method::Link,
            evidence: "token".into(),
        };
        self.ask(move |tx, ctx| refuse(tx, ctx, &refusal)).unwrap();
    }
}

fn why(error: Error) -> String {
    match error {
        Error::Invalid { param, why, .. } => format!("{param} {why}"),
        other => other.code().to_owned(),
    }
}

#[test]
fn only_a_mobile_becomes_a_person_and_only_once() {
    on_each("only_a_mobile_becomes_a_person_and_only_once", |house| {
        house.add(named("050-2345671", "Noa", "Levi")).unwrap();
        let refused = |number: &str| why(house.add(named(number, "x", "")).unwrap_err());
        assert_eq!(refused("+972502345671"), "number taken");
        assert_eq!(refused("04-8123456"), "number not_mobile");
        assert_eq!(refused("12"), "number invalid_number");
        assert_eq!(refused(" "), "number required");
        let fields = BTreeMap::from([("no name".to_owned(), "x".to_owned())]);
        let bad = house.add(New { fields, ..named("0502345672", "", "") }).unwrap_err();
        assert_eq!(why(bad), "fields.no name bad_name");
        assert_eq!(house.search("").len(), 1);
    });
}

#[test]
fn people_are_found_by_words_numbers_lists_and_consent() {
    on_each("people_are_found_by_words_numbers_lists_and_consent", |house| {
        let list = house.ask(|tx, ctx| list_create(tx, ctx, " Members ")).unwrap();
        let claim = Some(Claim { source: "at the till".into(), at: None });
        house
            .add(New { lists: vec![list], consent: claim, ..named("0502345671", "Zsófia", "Kővári") })
            .unwrap();
        house.add(New { lists: vec![list], ..named("0502345672", "נועה", "100%") }).unwrap();
        house.add(named("0502345673", "Left", "a_b")).unwrap();
        house.leave("+972502345673");
        assert_eq!(house.search("KOVARI zso"), ["Zsófia"]);
        assert_eq!(house.search("נועה"), ["נועה"]);
        assert_eq!(house.search("050-234 5672"), ["נועה"]);
        assert_eq!(house.search("100%"), ["נועה"]);
        assert_eq!(house.search("a_b"), ["Left"]);
        assert!(house.search("aXb").is_empty() && house.search("%").len() == 1);
        assert_eq!(house.names(Filter { list: Some(list), ..Filter::default() }), ["נועה", "Zsófia"]);
        let of = |consent| house.names(Filter { consent: Some(consent), ..Filter::default() });
        assert_eq!(
            (of(Consent::Granted), of(Consent::Unknown)),
            (vec!["Zsófia".into()], vec!["נועה".into()])
        );
        assert_eq!((of(Consent::Left), of(Consent::Refused)), (vec!["Left".to_owned()], vec![]));
        let summary = house.ask(summary).unwrap();
        let wanted = Summary { all: 3, granted: 1, unknown: 1, left: 1, ..Summary::default() };
        assert_eq!(summary, wanted);
        let n = |filter: Filter| house.ask(move |tx, ctx| count(tx, ctx, &filter)).unwrap().n;
        assert_eq!(n(Filter::default()), 3);
        assert_eq!(n(Filter { list: Some(list), consent: Some(Consent::Granted), ..Filter::default() }), 1);
        assert_eq!(n(Filter { search: "left".into(), ..Filter::default() }), 1);
    });
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let house = open(None);
    for i in 0..7 {
        house.add(named(&format!("050234567{i}"), &format!("P{i}"), "")).unwrap();
    }
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let filter = Filter { before, limit: 3, ..Filter::default() };
        let page = house.ask(move |tx, ctx| contacts(tx, ctx, &filter)).unwrap();
        seen.extend(page.data.iter().map(|c| c.first_name.clone()));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["P6", "P5", "P4", "P3", "P2", "P1", "P0"]);
}

#[test]
fn a_removed_person_leaves_lists_and_the_refusal_stands() {
    on_each("a_removed_person_leaves_lists_and_the_refusal_stands", |house| {
        let list = house.ask(|tx, ctx| list_create(tx, ctx, "Members")).unwrap();
        let id = house.add(New { lists: vec![list], ..named("0502345671", "Noa", "") }).unwrap();
        house.leave("+972502345671");
        house.ask(move |tx, ctx| remove_contact(tx, ctx, id)).unwrap();
        assert_eq!(house.ask(lists).unwrap()[0].size, 0);
        let gone = house.ask(move |tx, ctx| contact(tx, ctx, id)).unwrap_err();
        assert_eq!(gone, Error::NotFound("contact"));
        let claim = || Some(Claim { source: "said so".into(), at: None });
        let back = house.add(New { consent: claim(), ..named("0502345671", "Noa", "") }).unwrap_err();
        assert_eq!(back.code(), "SUPPRESSED_WORKSPACE");
        assert!(
            house.ask(|tx, ctx| by_number(tx, ctx, "0502345671")).unwrap().is_none(),
            "nothing was added"
        );
        let id = house.add(named("0502345671", "Noa", "")).unwrap();
        let detail = house.ask(move |tx, ctx| contact(tx, ctx, id)).unwrap();
        assert_eq!(detail.contact.consent, "left");
        assert_eq!(detail.events.iter().map(|e| e.action.as_str()).collect::<Vec<_>>(), ["refuse"]);
    });
}

#[test]
fn a_new_number_has_no_consent_of_the_old_one() {
    let house = open(None);
    let claim = Some(Claim { source: "at the till".into(), at: None });
    let id = house.add(New { consent: claim, ..named("0502345671", "Noa", "") }).unwrap();
    house.add(named("0502345672", "Dana", "")).unwrap();
    let change = move |number: &'static str| {
        let new = named(number, "Noa", "Levi");
        house.ask(move |tx, ctx| update_contact(tx, ctx, id, &new))?;
        house.ask(move |tx, ctx| contact(tx, ctx, id))
    };
    assert_eq!(change("0502345671").unwrap().contact.consent, "granted");
    assert_eq!(why(change("0502345672").unwrap_err()), "number taken");
    let moved = change("0502345673").unwrap();
    assert_eq!((moved.contact.consent, moved.events.len()), ("unknown", 0));
    assert_eq!(moved.contact.last_name, "Levi");
}

#[test]
fn lists_have_names_of_their_own_and_count_right() {
    on_each("lists_have_names_of_their_own_and_count_right", |house| {
        let one = house.ask(|tx, ctx| list_create(tx, ctx, "One")).unwrap();
        let two = house.ask(|tx, ctx| list_create(tx, ctx, "Two")).unwrap();
        let taken = house.ask(|tx, ctx| list_create(tx, ctx, "One")).unwrap_err();
        assert_eq!(why(taken), "name taken");
        assert_eq!(
            why(house.ask(move |tx, ctx| list_rename(tx, ctx, two, "One")).unwrap_err()),
            "name taken"
        );
        house.ask(move |tx, ctx| list_rename(tx, ctx, two, "Zwei")).unwrap();
        let people: Vec<i64> =
            (1..4).map(|i| house.add(named(&format!("050234567{i}"), "P", "")).unwrap()).collect();
        let (all, some) = (people.clone(), people[..2].to_vec());
        assert_eq!(house.ask(move |tx, ctx| add_to_list(tx, ctx, one, &some)).unwrap(), 2);
        assert_eq!(house.ask(move |tx, ctx| add_to_list(tx, ctx, one, &all)).unwrap(), 1);
        let some = people[1..].to_vec();
        assert_eq!(house.ask(move |tx, ctx| take_from_list(tx, ctx, one, &some)).unwrap(), 2);
        let sizes: Vec<(String, i64)> =
            house.ask(lists).unwrap().into_iter().map(|l| (l.name, l.size)).collect();
        assert_eq!(sizes, [("One".to_owned(), 1), ("Zwei".to_owned(), 0)]);
        house.ask(move |tx, ctx| list_delete(tx, ctx, one)).unwrap();
        assert_eq!(house.search("").len(), 3, "the people stay");
        let gone = house.ask(move |tx, ctx| list_delete(tx, ctx, one)).unwrap_err();
        assert_eq!(gone, Error::NotFound("list"));
    });
}
