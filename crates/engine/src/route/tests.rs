//! Tables of routes over a real store: what a rule chooses, drafts, prices, what is rewritten on its way.

use super::doc::{Doc, HoursDoc};
use super::draft::{self, Change};
use super::explain::{Asked, explain};
use super::*;
use crate::submit::{Submission, submit};
use crate::{Actor, Ctx, Error, Permission};
use sms::Code;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options};

struct House {
    _dir: tempfile::TempDir,
    db: Db,
    ctx: Ctx,
}

impl House {
    /// A live workspace in Israel, and connectors named a, b and c.
    fn new() -> House {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
        let id = db
            .write_blocking("setup", |tx| {
                for name in ["a", "b", "c"] {
                    connector::add(tx, name, "smpp", &Default::default(), &Default::default())?;
                }
                let new = workspace::New {
                    name: "live".into(),
                    country: "IL".into(),
                    language: "en".into(),
                    zone: "Asia/Jerusalem".into(),
                    mode: Mode::Live,
                    parts_max: 3,
                };
                Ok::<_, store::Error>(workspace::insert(tx, &new)?.id)
            })
            .unwrap();
        House { _dir: dir, db, ctx: Ctx::new(id, Actor::Console, false, Permission::ALL) }
    }

    fn run<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.db.write_blocking("test", move |tx| f(tx, &ctx))
    }

    fn add(&self, doc: Doc) {
        self.run(move |tx, ctx| draft::add(tx, ctx, &doc)).unwrap();
    }

    fn told(&self, number: &str, from: &str, text: &str) -> explain::Explained {
        let asked = Asked { number: number.into(), from: from.into(), text: text.into(), ..Asked::default() };
        self.run(move |tx, ctx| explain(tx, ctx, &asked)).unwrap()
    }

    fn way(&self, number: &str, from: &str, text: &str) -> Vec<String> {
        self.told(number, from, text).hops.into_iter().map(|hop| hop.connector).collect()
    }
}

fn to(names: &[&str]) -> Doc {
    Doc { to: names.iter().map(|n| (*n).to_owned()).collect(), ..Doc::default() }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

const IL: &str = "+972502345678";

#[test]
fn every_condition_can_say_no_and_the_first_that_fits_wins() {
    let house = House::new();
    house.add(to(&["a"]));
    let rules: Vec<(Doc, Miss)> = vec![
        (Doc { prefixes: texts(&["+36"]), ..to(&["b"]) }, Miss::Prefix),
        (Doc { countries: texts(&["HU", "ua"]), ..to(&["b"]) }, Miss::Country),
        (Doc { networks: texts(&["425-03"]), ..to(&["b"]) }, Miss::Network),
        (Doc { classes: vec![Class::Otp], ..to(&["b"]) }, Miss::Class),
        (Doc { senders: texts(&["NOA*"]), ..to(&["b"]) }, Miss::Sender),
        (Doc { contains: texts(&["CODE", "קוד"]), ..to(&["b"]) }, Miss::Words),
        (Doc { pattern: r"\b\d{6}\b".into(), ..to(&["b"]) }, Miss::Pattern),
        (Doc { off: true, name: "off".into(), ..to(&["b"]) }, Miss::Off),
    ];
    for (doc, _) in &rules {
        house.add(doc.clone());
    }
    let told = house.told(IL, "SHOP", "hello 12345");
    let misses: Vec<Option<Miss>> = told.steps.iter().map(|s| s.miss).collect();
    let want: Vec<Option<Miss>> = rules.iter().map(|(_, miss)| Some(*miss)).chain([None]).collect();
    assert_eq!(misses, want, "the default stands last, whatever was added behind it");
    assert_eq!((told.parts, told.country.as_deref(), told.unasked), (1, Some("IL"), 0));
    assert_eq!(house.way("+36201234567", "SHOP", ""), ["b"]);
    assert_eq!(house.way("+380501234567", "SHOP", ""), ["b"], "a country in small letters");
    assert_eq!(house.way(IL, "noa-shop", ""), ["b"]);
    assert_eq!(house.way(IL, "SHOP", "הקוד שלך"), ["b"]);
    assert_eq!(house.way(IL, "SHOP", "hello 123456"), ["b"]);
    assert_eq!(house.way(IL, "SHOP", "hello 1234567"), ["a"]);
}

#[test]
fn a_country_that_shares_its_code_is_told_from_its_neighbour() {
    let house = House::new();
    house.add(to(&["a"]));
    house.add(Doc { countries: texts(&["CA"]), ..to(&["b"]) });
    assert_eq!(house.way("+14165550123", "", ""), ["b"], "Toronto");
    assert_eq!(house.way("+12125550123", "", ""), ["a"], "New York");
}

#[test]
fn a_number_that_was_carried_away_is_of_its_new_network() {
    let house = House::new();
    house.add(to(&["a"]));
    house.add(Doc { networks: texts(&["42501"]), ..to(&["b"]) });
    assert_eq!(house.way(IL, "", ""), ["a"]);
    let put = |which, text: &'static str| {
        house
            .run(move |tx, ctx| list::put_networks(tx, ctx, which, &list::read_networks(text.as_bytes())?))
            .unwrap()
    };
    put(store::network::Which::Ranges, "97250,42501\n97254,42502");
    assert_eq!(house.way(IL, "", ""), ["b"], "by its range, in the table that was made before");
    put(store::network::Which::Ported, "972502345678,42502");
    assert_eq!(house.way(IL, "", ""), ["a"]);
    // The gate reads it too, not only the explanation.
    let carriers = house
        .run(|tx, ctx| {
            let one = |to: &str| Submission {
                workspace: ctx.workspace,
                to: to.into(),
                text: "hi".into(),
                source: "rest",
                ..Submission::default()
            };
            let out = submit(tx, &[one(IL), one("+972502345679")])?;
            let ids: Vec<i64> = out.into_iter().map(|v| v.unwrap().id).collect();
            let names: Vec<(i64, String)> =
                connector::list(tx)?.into_iter().map(|c| (c.id, c.name)).collect();
            ids.iter()
                .map(|id| {
                    let row = store::message::get(tx, ctx.workspace, *id)?.unwrap();
                    assert!(row.route != 0);
                    Ok(names.iter().find(|(c, _)| *c == row.connector).unwrap().1.clone())
                })
                .collect::<Result<Vec<String>>>()
        })
        .unwrap();
    assert_eq!(carriers, ["a", "b"]);
}

fn price(house: &House, name: &'static str, currency: &'static str, text: &'static str) -> Result<usize> {
    house.run(move |tx, ctx| list::put_rates(tx, ctx, name, currency, &list::read_rates(text.as_bytes())?))
}

#[test]
fn the_cheapest_goes_first_and_what_is_too_dear_not_at_all() {
    let house = House::new();
    price(&house, "a", "EUR", "972,0.05\n97254,0.01").unwrap();
    price(&house, "b", "EUR", "972,0.04").unwrap();
    house.add(Doc { choose: Choose::Cheapest, ..to(&["c", "a", "b"]) });
    assert_eq!(house.way(IL, "", ""), ["b", "a", "c"], "an unknown price comes last");
    assert_eq!(house.way("+972542345678", "", ""), ["a", "b", "c"], "by the longest beginning");
    house.add(Doc { prefixes: texts(&["972"]), ceiling_micros: Some(45_000), ..to(&["a", "b"]) });
    assert_eq!(house.way(IL, "", ""), ["b"]);
    let told = house.told(IL, "", &"א".repeat(71));
    assert_eq!((told.parts, told.cost()), (2, Some(80_000)));
    price(&house, "b", "EUR", "972,0.0451").unwrap();
    assert_eq!(house.told(IL, "", "").steps[0].miss, Some(Miss::Price));
    let refused = price(&house, "b", "USD", "972,0.04");
    assert!(matches!(&refused, Err(Error::Invalid { why: "currencies_differ", .. })), "{refused:?}");
    assert_eq!(house.told(IL, "", "").hops[0].currency, "EUR", "what was refused left nothing behind");
}

#[test]
fn a_share_is_kept_by_a_number_and_adds_up() {
    let house = House::new();
    house.add(Doc { choose: Choose::Share, weights: vec![3, 1, 0], ..to(&["a", "b", "c"]) });
    let table = house.run(|tx, _| Table::load(tx)).unwrap();
    let ids: Vec<i64> = table.on.clone();
    let first = |table: &Table, n: u32| {
        let number = format!("+97250{n:07}");
        let asked = Question {
            number: &number,
            class: Class::Transactional,
            sender: "",
            workspace: 1,
            text: "",
            network: None,
            at: 0,
            test: false,
        };
        table.choose(&asked).unwrap().connectors
    };
    let ways: Vec<Vec<i64>> = (0..4_000).map(|n| first(&table, n)).collect();
    let of_a = ways.iter().filter(|w| w[0] == ids[0]).count();
    assert!((2_800..3_200).contains(&of_a), "{of_a} of 4000 by three in four");
    assert!(ways.iter().all(|w| w.len() == 3 && w[2] == ids[2]), "weight 0 comes when nobody else can");
    assert_eq!(ways, (0..4_000).map(|n| first(&table, n)).collect::<Vec<_>>());
    // With a gone, only a's part goes elsewhere.
    let without = Table { on: ids[1..].to_vec(), ..table };
    let again = (0..4_000).map(|n| first(&without, n));
    assert!(ways.iter().zip(again).all(|(was, is)| was[0] == ids[0] || was[0] == is[0]));
}

#[test]
fn a_draft_decides_nothing_until_it_is_published_and_can_be_undone() {
    let house = House::new();
    house.add(to(&["a"]));
    house
        .run(|tx, ctx| {
            let one = Submission {
                workspace: ctx.workspace,
                to: IL.into(),
                text: "hi".into(),
                source: "rest",
                ..Submission::default()
            };
            submit(tx, &vec![one; 5])?;
            Ok(())
        })
        .unwrap();
    let change = Change::Add(Box::new(Doc { prefixes: texts(&["+97250"]), ..to(&["b", "a"]) }));
    let c = change.clone();
    house.run(move |tx, ctx| draft::change(tx, ctx, Some(0), &c)).unwrap();
    assert_eq!(house.way(IL, "", ""), ["a"]);
    let stale = house.run(move |tx, ctx| draft::change(tx, ctx, Some(0), &change));
    assert_eq!(stale, Err(Error::Conflict("draft_changed")), "somebody else saw it before");
    let difference = house.run(replay::replay).unwrap();
    assert_eq!((difference.messages, difference.moved, difference.changed), (5, 5, 0));
    let moves = &difference.moves[0];
    assert_eq!((moves.from.as_deref(), moves.to.as_deref()), (Some("a"), Some("b")));
    assert_eq!((moves.messages, moves.samples.len()), (5, 3));
    let version = house.run(|tx, ctx| draft::publish(tx, ctx, Some(1), None)).unwrap();
    assert_eq!(house.way(IL, "", ""), ["b", "a"]);
    assert_eq!(house.run(|tx, ctx| draft::publish(tx, ctx, None, None)), Err(Error::Conflict("no_draft")));
    let back = house.run(|tx, ctx| draft::restore(tx, ctx, None)).unwrap();
    assert_eq!((back, house.way(IL, "", "")), (version + 1, texts(&["a"])));
    let history = house.run(draft::history).unwrap();
    assert_eq!(history[0].restored, version - 1);
    assert_eq!(history.iter().map(|v| v.rules.len()).collect::<Vec<_>>(), [1, 2, 1]);
    house.run(|tx, ctx| draft::restore(tx, ctx, Some(2))).unwrap();
    assert_eq!(house.way(IL, "", ""), ["b", "a"]);
}

#[test]
fn a_draft_that_was_overtaken_is_compared_again_before_it_is_published() {
    let house = House::new();
    house.add(to(&["a"]));
    house
        .run(|tx, ctx| {
            draft::change(
                tx,
                ctx,
                None,
                &Change::Add(Box::new(Doc { countries: texts(&["IL"]), ..to(&["b"]) })),
            )
        })
        .unwrap();
    house.add(Doc { countries: texts(&["HU"]), ..to(&["c"]) });
    assert_eq!(
        house.run(|tx, ctx| draft::publish(tx, ctx, None, None)),
        Err(Error::Conflict("routes_changed"))
    );
    let now = house.run(|tx, ctx| Ok(draft::current(tx, ctx)?.version)).unwrap();
    house.run(move |tx, ctx| draft::publish(tx, ctx, None, Some(now))).unwrap();
    assert_eq!(house.way(IL, "", ""), ["b"]);
}

#[test]
fn rules_move_and_stay_in_their_bounds() {
    let house = House::new();
    for class in [Class::Otp, Class::Marketing, Class::Service] {
        house.add(Doc { classes: vec![class], ..to(&["a"]) });
    }
    let order = |house: &House| {
        let draft = house.run(draft::draft).unwrap().unwrap();
        draft.rules.iter().map(|r| r.classes[0].name()).collect::<Vec<_>>()
    };
    let ids: Vec<i64> =
        house.run(|tx, _| Ok(store::route::list(tx)?.iter().map(|r| r.id).collect())).unwrap();
    let step = |id: i64, by: i64| {
        house.run(move |tx, ctx| draft::change(tx, ctx, None, &Change::Move(id, by))).unwrap()
    };
    step(ids[2], -1);
    assert_eq!(order(&house), ["otp", "service", "marketing"]);
    step(ids[2], -10);
    assert_eq!(order(&house), ["service", "otp", "marketing"]);
    step(ids[2], 10);
    assert_eq!(order(&house), ["otp", "marketing", "service"]);
}

#[test]
fn what_is_rewritten_is_counted_told_and_done_once() {
    let house = House::new();
    house.add(Doc {
        prefixes: texts(&["+97250"]),
        rewrite: store::route::Rewrite {
            strip: "+97250".into(),
            add: "+97254".into(),
            sender: "BANK".into(),
            words: vec![("hi".into(), "שלום".into())],
        },
        ..to(&["a"])
    });
    house
        .run(|tx, ctx| {
            let later = tx.now() + 3_600_000;
            let one = |text: &str, send_at| Submission {
                workspace: ctx.workspace,
                to: IL.into(),
                text: text.into(),
                from: Some("SHOP".into()),
                send_at,
                source: "rest",
                ..Submission::default()
            };
            let out = submit(tx, &[one("hi https://hi.example", None), one("hi", Some(later))])?;
            let ids: Vec<i64> = out.into_iter().map(|v| v.unwrap().id).collect();
            let row = store::message::get(tx, ctx.workspace, ids[0])?.unwrap();
            assert_eq!((row.recipient.as_str(), row.sender.as_str()), ("+972542345678", "BANK"));
            assert_eq!(
                (row.text.as_str(), row.spelling.encoding),
                ("שלום https://hi.example", sms::Encoding::Ucs2)
            );
            let story: Vec<(String, String)> = crate::message::timeline(tx, ctx, ids[0])?
                .into_iter()
                .filter(|e| e.kind.starts_with("rewritten"))
                .map(|e| (e.kind, e.detail))
                .collect();
            assert_eq!(story[0], ("rewritten_number".into(), IL.into()));
            assert_eq!(story.len(), 3);
            assert_eq!(crate::submit::wake(tx, 3_700_000, 10)?, 1);
            let row = store::message::get(tx, ctx.workspace, ids[1])?.unwrap();
            assert_eq!(
                (row.text.as_str(), row.sender.as_str()),
                ("שלום", "BANK"),
                "judged anew, not rewritten anew"
            );
            // Who is written to instead may have refused.
            store::suppression::add(
                tx,
                &store::suppression::New {
                    workspace: ctx.workspace,
                    number: "+972542345678",
                    scope: store::suppression::Scope::All,
                    reason: "staff",
                    evidence: "",
                },
            )?;
            let refused = submit(tx, &[one("hi", None)])?.remove(0).unwrap_err();
            assert_eq!(refused.code, Code::SuppressedAll);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_cannot_be_kept_is_named() {
    let house = House::new();
    let bad: Vec<(Doc, &str)> = vec![
        (to(&[]), "required"),
        (to(&["nobody"]), "unknown_connector"),
        (to(&["a", "a"]), "repeated"),
        (Doc { prefixes: texts(&["shop"]), ..to(&["a"]) }, "no_prefix"),
        (Doc { countries: texts(&["XX"]), ..to(&["a"]) }, "no_country"),
        (Doc { networks: texts(&["4250"]), ..to(&["a"]) }, "no_network"),
        (Doc { pattern: "(".into(), ..to(&["a"]) }, "no_pattern"),
        (Doc { pattern: "(a{1000}){1000}".into(), ..to(&["a"]) }, "no_pattern"),
        (
            Doc { hours: Some(HoursDoc { zone: "Mars".into(), ..HoursDoc::default() }), ..to(&["a"]) },
            "no_zone",
        ),
        (Doc { choose: Choose::Share, weights: vec![0, 0], ..to(&["a", "b"]) }, "no_weight"),
        (Doc { choose: Choose::Cheapest, ..to(&["a", "b"]) }, "no_rates"),
        (Doc { workspaces: texts(&["nowhere"]), ..to(&["a"]) }, "unknown"),
        (
            Doc {
                rewrite: store::route::Rewrite {
                    words: vec![("a".into(), "{{first_name}}".into())],
                    ..Default::default()
                },
                ..to(&["a"])
            },
            "no_words",
        ),
    ];
    for (doc, why) in bad {
        let said = doc.clone();
        match house.run(move |tx, ctx| draft::add(tx, ctx, &said)) {
            Err(Error::Invalid { why: found, .. }) => assert_eq!(found, why, "{doc:?}"),
            other => panic!("{doc:?}: {other:?}"),
        }
    }
}

/// Which rule wins is the same whether rules are walked one by one or found by the beginning of the number.
#[test]
fn the_index_and_the_walk_agree() {
    let house = House::new();
    for n in 0..150 {
        let prefix = format!("+97250{n}");
        let doc = match n % 3 {
            0 => Doc { prefixes: vec![prefix], ..to(&["a"]) },
            1 => Doc { countries: texts(&["HU", "IL"]), senders: vec![format!("S{n}")], ..to(&["b"]) },
            _ => Doc { senders: vec![format!("S{n}*")], ..to(&["c"]) },
        };
        house.add(doc);
    }
    let table = house.run(|tx, _| Table::load(tx)).unwrap();
    let mut found = 0;
    for n in 0..3_000_u32 {
        let (number, sender) = (format!("+97250{:03}4567", n % 200), format!("S{}", n % 170));
        let asked = Question {
            number: &number,
            class: Class::Otp,
            sender: &sender,
            workspace: 1,
            text: "",
            network: None,
            at: 0,
            test: false,
        };
        let walked = table.tell(&asked).pop().and_then(|(_, said)| said.ok());
        assert_eq!(table.choose(&asked), walked, "{number} {sender}");
        found += usize::from(walked.is_some());
    }
    assert!(found > 500, "{found}");
}

/// What is shown before is what is stored and sent: a text is counted with the tables that all of its candidates allow.
#[test]
fn a_text_is_counted_as_every_connector_of_its_route_can_write_it() {
    const TURKISH: &str = "Sayın müşterimiz, siparişiniz yola çıktı ve bugün akşam altıdan önce adresinize \
                           teslim edilecek. Teşekkürler, iyi günler dileriz, görüşmek üzere!";
    let house = House::new();
    house.add(to(&["a"]));
    price(&house, "a", "EUR", "972,0.05").unwrap();
    let set = |name: &'static str, settings: &'static [(&'static str, &'static str)]| {
        house
            .run(move |tx, _| {
                let all = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
                let id = connector::by_name(tx, name)?.map_or(0, |c| c.id);
                Ok(connector::replace(tx, id, &all, &Default::default())?)
            })
            .unwrap()
    };
    let sent = |text: &'static str| {
        let row = house.run(move |tx, ctx| {
            let wanted = Submission {
                workspace: ctx.workspace,
                to: IL.into(),
                text: text.into(),
                source: "rest",
                ..Submission::default()
            };
            let id = submit(tx, &[wanted])?.pop().unwrap().unwrap().id;
            Ok(store::message::get(tx, ctx.workspace, id)?.unwrap())
        });
        row.unwrap()
    };
    let shown = || {
        let told = house.told(IL, "", TURKISH);
        let row = sent(TURKISH);
        assert_eq!(
            (row.parts, row.spelling.encoding),
            (told.parts, told.encoding.unwrap()),
            "shown is not sent"
        );
        assert_eq!(row.price, told.cost().unwrap(), "nor what it costs");
        (row.parts, row.spelling.shift.single.map(|l| l.name()))
    };
    assert_eq!(shown(), (3, None));
    set("a", &[("national", "turkish")]);
    let (parts, table) = shown();
    assert!(parts < 3 && table == Some("turkish"), "{parts} parts by {table:?}");
    house.add(Doc { prefixes: texts(&["+972"]), ..to(&["a", "b"]) });
    assert_eq!(shown(), (3, None), "one that may come after it knows no tables");
    set("b", &[("national", "turkish,hindi")]);
    assert_eq!(shown(), (parts, table));
    set("b", &[("alphabet", "latin1")]);
    assert_eq!(sent("10 €").spelling.encoding, sms::Encoding::Ucs2, "ISO 8859-1 has no euro sign");
}

#[test]
fn a_file_becomes_the_draft_or_nothing_and_says_where_it_is_wrong() {
    let house = House::new();
    let to = |name: &str| Doc { to: vec![name.into()], ..Doc::default() };
    house.add(to("a"));
    let wrong = "[\n{\"countries\": [\"IL\"],\n \"to\": [\"a\", \"nobody\"]},\n{\"to\": [\"b\"], \"choose\": \"cheapest\"},\n{\"to\": [\"a\"],\n\"prefixes\": [\"shop\"]}]";
    let read = file::read(wrong.as_bytes()).unwrap();
    let faults = house.run(move |tx, ctx| file::bring(tx, ctx, Some(0), &read)).unwrap();
    let at: Vec<_> = faults.iter().map(|f| (f.line, f.rule)).collect();
    assert_eq!(at, [(3, 1), (4, 2), (6, 3)], "{faults:?}");
    assert!(house.run(draft::draft).unwrap().is_none(), "nothing is kept of it");
    // What was downloaded and comes back changed keeps the rules that are the same.
    let mut rules = house.run(draft::current).unwrap().rules;
    rules.insert(0, Doc { countries: vec!["HU".into()], ..to("b") });
    let read = file::read(file::write(&rules).as_bytes()).unwrap();
    let again = read.clone();
    assert!(house.run(move |tx, ctx| file::bring(tx, ctx, Some(0), &read)).unwrap().is_empty());
    let (old, new) = house
        .run(|tx, ctx| Ok((draft::current(tx, ctx)?.rules, draft::draft(tx, ctx)?.unwrap().rules)))
        .unwrap();
    let found = steps::steps(&old, &new);
    assert!(
        matches!(found.as_slice(), [steps::Step { place: 1, what: steps::What::Added, .. }]),
        "{found:?}"
    );
    // Somebody who looked before the draft was there does not write over it.
    let late = house.run(move |tx, ctx| file::bring(tx, ctx, Some(0), &again));
    assert!(matches!(late, Err(Error::Conflict("draft_changed"))), "{late:?}");
}
