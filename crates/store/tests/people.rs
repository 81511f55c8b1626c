//! What comes in, who may not be written to, what was permitted: the same story on both engines.

use store::machine::inbound::{self, Concat, NewInbound, fingerprint};
use store::{
    Clock, Db, Error, Options, Tx, consent, idempotency, params, sql, suppression, topic, workspace,
};

/// Runs a story on SQLite, and on PostgreSQL where there is one.
fn on_both(name: &str, story: fn(&Db)) {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
    story(&Db::open(&options).unwrap());
    if let Some(server) = store::testing::Postgres::shared(name) {
        options.url = Some(server.database());
        story(&Db::open(&options).unwrap());
    }
}

fn run<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
    db.write_blocking("test", f).unwrap()
}

fn delivery(text: &str, at: i64) -> NewInbound {
    NewInbound {
        connector: 1,
        sender: "+972501234567".into(),
        recipient: "4545".into(),
        text: text.into(),
        received_at: at,
        dedupe: Vec::new(),
        concat: None,
        tlvs: String::new(),
    }
}

fn piece(text: &str, seq: i64, at: i64) -> NewInbound {
    NewInbound { concat: Some(Concat { reference: 7, total: 2, seq }), ..delivery(text, at) }
}

fn insert(db: &Db, deliveries: Vec<NewInbound>) -> Vec<String> {
    run(db, move |tx| {
        let ids = inbound::insert(tx, &deliveries)?;
        Ok(inbound::take(tx, &ids)?.into_iter().map(|m| m.text).collect())
    })
}

fn a_repetition_changes_nothing(db: &Db) {
    let now = db.now_ms();
    // Two equal votes are two; the same vote again after a broken link is none.
    assert_eq!(insert(db, vec![delivery("A", now), delivery("A", now)]), ["A", "A"]);
    let mut again = delivery("A", now + 5);
    again.dedupe = fingerprint(&again.sender, &again.recipient, &again.text, None);
    assert!(insert(db, vec![again.clone()]).is_empty());
    // A provider's id is recognised in one batch and over batches; another connector's is another.
    let mut one = delivery("B", now);
    one.dedupe = b"provider-1".to_vec();
    assert_eq!(insert(db, vec![one.clone(), one.clone()]), ["B"]);
    assert!(insert(db, vec![one.clone()]).is_empty());
    one.connector = 2;
    assert_eq!(insert(db, vec![one]), ["B"]);
    let last = run(db, |tx| inbound::last_of(tx, 1, 10));
    assert_eq!(last.len(), 3);
    assert!(last.contains(&again.dedupe));
}

fn parts_are_joined_in_any_order(db: &Db) {
    let now = db.now_ms();
    assert!(insert(db, vec![piece("stop", 2, now)]).is_empty());
    assert!(insert(db, vec![piece("stop", 2, now)]).is_empty(), "the same part again");
    assert_eq!(insert(db, vec![piece("please ", 1, now)]), ["please stop"]);
    let mut late = piece("please ", 1, now);
    late.dedupe = b"again".to_vec();
    assert!(insert(db, vec![late]).is_empty(), "a part that comes again after the join");
    // The reference comes round: another message with the same one.
    assert!(insert(db, vec![piece("good ", 1, now)]).is_empty());
    assert_eq!(insert(db, vec![piece("morning", 2, now)]), ["good morning"]);
}

fn a_message_with_a_hole_is_shown_after_an_hour(db: &Db) {
    let now = db.now_ms();
    let mut old = piece("the end", 2, now - 2 * 3_600_000);
    old.sender = "+972500000009".into();
    assert!(insert(db, vec![old, piece("fresh", 1, now)]).is_empty());
    let shown = run(db, |tx| {
        let ids = inbound::give_up_waiting(tx)?;
        inbound::take(tx, &ids)
    });
    assert_eq!(shown.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["…the end"]);
    assert!(run(db, inbound::give_up_waiting).is_empty());
}

fn a_taken_message_is_nobody_elses(db: &Db) {
    let ids = run(db, |tx| {
        let now = tx.now();
        inbound::insert(tx, &[delivery("hello", now)])
    });
    assert!(run(db, |tx| inbound::open_ids(tx, 100)).contains(&ids[0]));
    let (first, second) = (ids.clone(), ids.clone());
    assert_eq!(run(db, move |tx| inbound::take(tx, &first)).len(), 1);
    assert!(run(db, move |tx| inbound::take(tx, &second)).is_empty());
    assert!(!run(db, |tx| inbound::open_ids(tx, 100)).contains(&ids[0]));
}

fn a_refusal_is_the_workspaces_own(db: &Db) {
    use suppression::{New, Scope};
    let refuse = |workspace, number, scope| New { workspace, number, scope, reason: "link", evidence: "t" };
    let (first, again) = run(db, move |tx| {
        let one = suppression::add(tx, &refuse(5, "+972501", Scope::Marketing))?;
        suppression::add(tx, &refuse(0, "+972502", Scope::All))?;
        Ok((one, suppression::add(tx, &refuse(5, "+972501", Scope::Marketing))?))
    });
    assert!(first && !again);
    let asked = |db: &Db, workspace| {
        run(db, move |tx| {
            let tags: Vec<i64> = ["+972501", "+972502", "+972503"].map(|n| tx.tag(n)).to_vec();
            let hits = suppression::of_tags(tx, workspace, &tags)?;
            Ok(tags.iter().map(|t| hits.iter().filter(|h| h.tag == *t).count()).collect::<Vec<_>>())
        })
    };
    assert_eq!(asked(db, 5), [1, 1, 0]);
    assert_eq!(asked(db, 6), [0, 1, 0], "another workspace sees the platform's rows alone");
    assert_eq!(run(db, |tx| suppression::count(tx, 5)), 1);
    assert_eq!(run(db, |tx| suppression::list(tx, 5, (i64::MAX, 0, 0), 10)).len(), 1);
    assert!(run(db, |tx| suppression::lift(tx, 5, "+972501", Scope::Marketing)));
    assert_eq!(asked(db, 5), [0, 1, 0]);
}

fn wording_is_frozen_once(db: &Db) {
    let (a, b, c) = run(db, |tx| {
        Ok((
            consent::wording(tx, 5, "I agree.")?,
            consent::wording(tx, 5, "I agree.")?,
            consent::wording(tx, 6, "I agree.")?,
        ))
    });
    assert!(a == b && a != c);
    let events = run(db, move |tx| {
        let new = |action, wording| consent::New {
            workspace: 5,
            tag: 77,
            purpose: "marketing",
            action,
            method: "web",
            wording,
            evidence: "form 3",
            claimed_at: 9,
            ..consent::New::default()
        };
        consent::add(tx, &[new("grant", a), new("refuse", 0)])?;
        assert!(consent::of_tag(tx, 6, 77, 10)?.is_empty());
        consent::of_tag(tx, 5, 77, 10)
    });
    assert_eq!(
        events.iter().map(|e| (e.action.as_str(), e.wording.as_str())).collect::<Vec<_>>(),
        [("refuse", ""), ("grant", "I agree.")]
    );
}

fn an_answer_is_kept_once(db: &Db) {
    run(db, |tx| idempotency::put(tx, 5, "messages", "k", b"hash", "{}"));
    let kept = run(db, |tx| idempotency::get(tx, 5, "messages", "k")).unwrap();
    assert_eq!((kept.hash.as_slice(), kept.answer.as_str()), (b"hash".as_slice(), "{}"));
    assert_eq!(run(db, |tx| idempotency::get(tx, 6, "messages", "k")), None);
    let taken = db.write_blocking("test", |tx| idempotency::put(tx, 5, "messages", "k", b"other", "{}"));
    assert!(matches!(taken, Err(Error::Unique(_))), "{taken:?}");
}

fn workspaces_have_names_of_their_own(db: &Db) {
    let new = |name: &str| workspace::New {
        name: name.into(),
        country: "IL".into(),
        language: "he".into(),
        zone: "Asia/Jerusalem".into(),
        mode: workspace::Mode::Test,
        parts_max: 6,
    };
    let (a, b) = (new("Noa's"), new("Noa's"));
    let made = run(db, move |tx| workspace::insert(tx, &a));
    assert_eq!(run(db, workspace::only), Some(made.id));
    let taken = db.write_blocking("test", move |tx| workspace::insert(tx, &b));
    assert!(matches!(taken, Err(Error::Unique(_))), "{taken:?}");
    let id = made.id;
    run(db, move |tx| workspace::set_mode(tx, id, workspace::Mode::Live));
    assert_eq!(run(db, move |tx| workspace::bump_law_epoch(tx, id)), 2);
    let seen = run(db, |tx| workspace::by_name(tx, "Noa's")).unwrap();
    assert_eq!((seen.mode, seen.law_epoch, seen.id), (workspace::Mode::Live, 2, made.id));
    assert_eq!(run(db, move |tx| workspace::get(tx, id)), Some(seen));
    let c = new("Second");
    run(db, move |tx| workspace::insert(tx, &c));
    assert_eq!(run(db, workspace::only), None);
    assert_eq!(run(db, workspace::list).len(), 2);
}

/// What was refused of one topic stands in `refusals.log` and is refused again on a copy of before it; what was taken back
/// stays so, and of a topic that the copy does not know nothing is made.
fn a_topic_that_was_refused_survives_a_restore(db: &Db) {
    let shop = workspace::New {
        name: "shop".into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: workspace::Mode::Live,
        parts_max: 6,
    };
    let (shop, sale, news) = run(db, move |tx| {
        let shop = workspace::insert(tx, &shop)?.id;
        let sale = topic::put(tx, shop, "sale", "{}")?;
        let news = topic::put(tx, shop, "news", "{}")?;
        for (number, of) in [("+972501", sale), ("+972502", sale), ("+972503", news)] {
            suppression::add_topic(tx, shop, number, of, "web", "page")?;
        }
        suppression::lift_topic(tx, shop, "+972502", sale)?;
        Ok((shop, sale, news))
    });
    // The copy is of the morning: no refusal was there yet, and one of the topics was not either.
    run(db, move |tx| {
        tx.exec(sql!("DELETE FROM suppression WHERE workspace = $1"), &params![shop])?;
        tx.exec(sql!("DELETE FROM topic WHERE workspace = $1 AND id = $2"), &params![shop, news])
    });
    let done = store::machine::restored::replay(db, db.dir()).unwrap();
    assert_eq!(done.restored.refusals, 1, "{done:?}");
    let numbers = ["+972501", "+972502", "+972503"];
    let hits = run(db, move |tx| {
        let mut out = Vec::new();
        for number in numbers {
            out.extend(suppression::of_number(tx, shop, number)?.into_iter().map(|h| (number, h.scope)));
        }
        Ok(out)
    });
    assert_eq!(hits, [("+972501", sale)]);
    let events = run(db, move |tx| {
        let tag = tx.tag("+972501");
        consent::of_tag(tx, shop, tag, 10)
    });
    let told = events.iter().map(|e| (e.topic.as_str(), e.purpose.as_str(), e.action.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), [("sale", "marketing", "refuse")]);
}

macro_rules! stories {
    ($($name:ident),+ $(,)?) => { mod on_both_engines { $(#[test] fn $name() { super::on_both(stringify!($name), super::$name); })+ } };
}
stories!(
    a_repetition_changes_nothing,
    parts_are_joined_in_any_order,
    a_message_with_a_hole_is_shown_after_an_hour,
    a_taken_message_is_nobody_elses,
    a_refusal_is_the_workspaces_own,
    wording_is_frozen_once,
    an_answer_is_kept_once,
    workspaces_have_names_of_their_own,
    a_topic_that_was_refused_survives_a_restore,
);
