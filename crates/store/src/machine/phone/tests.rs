//! The story of a phone on both engines: paired once, given each task once, called back, answered, revoked.

use super::task::{self, Put, Task};
use super::*;
use crate::connector::{Secrets, Settings, add};
use crate::testing::Postgres;
use crate::{Clock, Db, Options};

fn with_both(name: &str, story: fn(&Db, i64)) {
    let made = |url| {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap();
        let connector = write(&db, |tx| add(tx, "till", "phone", &Settings::new(), &Secrets::new()));
        story(&db, connector);
    };
    made(None);
    if let Some(server) = Postgres::shared(name) {
        made(Some(server.database()));
    }
}

fn write<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
    db.write_blocking("test", f).unwrap()
}

fn sim(slot: i64, number: &str) -> Sim {
    Sim { slot, number: number.into(), ready: true, ..Sim::default() }
}

#[test]
fn a_code_pairs_one_installation_and_its_token_opens_until_it_is_revoked() {
    with_both("phones", |db, connector| {
        write(db, move |tx| offer(tx, connector, "ABCD-EFGH").map(drop));
        assert_eq!(write(db, |tx| pair(tx, "ABCD-EFGX", "one")), None);
        let (of, token) = write(db, |tx| pair(tx, "ABCD-EFGH", "one")).unwrap();
        assert_eq!(of, connector);
        // Its answer was lost: it asks again. Somebody who looked over a shoulder does not get in.
        assert_eq!(write(db, |tx| pair(tx, "ABCD-EFGH", "one")), Some((connector, token.clone())));
        assert_eq!(write(db, |tx| pair(tx, "ABCD-EFGH", "two")), None);
        let shown = token.clone();
        assert_eq!(write(db, move |tx| of_token(tx, &shown)), Some(connector));
        for odd in ["", "x", &token[..token.len() - 1], &format!("{token}0")] {
            let odd = odd.to_owned();
            assert_eq!(write(db, move |tx| of_token(tx, &odd)), None);
        }
        write(db, move |tx| put_facts(tx, connector, &Facts::default()));
        assert_eq!(write(db, |tx| pair(tx, "ABCD-EFGH", "one")), None, "a code that was used is used up");

        write(db, move |tx| offer(tx, connector, "NEXT").map(drop));
        let (_, second) = write(db, |tx| pair(tx, "NEXT", "two")).unwrap();
        let first = token.clone();
        assert_eq!(write(db, move |tx| of_token(tx, &first)), None, "one phone a connector");
        let shown = second.clone();
        assert_eq!(write(db, move |tx| of_token(tx, &shown)), Some(connector));
        write(db, move |tx| revoke(tx, connector));
        assert_eq!(write(db, move |tx| of_token(tx, &second)), None);
        assert_eq!(write(db, move |tx| get(tx, connector)).unwrap().paired_at, 0);
        write(db, move |tx| forget(tx, connector));
        assert_eq!(write(db, move |tx| get(tx, connector)), None);
    });
}

#[test]
fn a_task_is_handed_out_once_and_again_only_where_the_answer_was_lost() {
    with_both("phone tasks", |db, connector| {
        let far = i64::MAX / 2;
        let of = move |message, token| Task {
            message,
            token,
            parts: 1,
            recipient: "+972541234567".into(),
            body: "hello".into(),
            until: far,
            ..Task::default()
        };
        let how = Choice::default();
        assert!(write(db, move |tx| task::begin(tx, connector, 10)).is_empty());
        let put = move |db: &Db, session, message, token| {
            let (how, t) = (how.clone(), of(message, token));
            write(db, move |tx| task::put(tx, connector, session, &how, &t))
        };
        assert_eq!(put(db, 10, 1, 1), Put::NoSim);
        let facts = Facts { sims: vec![sim(1, ""), sim(2, "")], ..Facts::default() };
        write(db, move |tx| put_facts(tx, connector, &facts));
        assert_eq!(put(db, 9, 1, 1), Put::Over, "a session that is over gives nothing");
        assert_eq!([put(db, 10, 1, 1), put(db, 10, 2, 2)], [Put::Waits, Put::Waits]);

        let first = write(db, move |tx| ask(tx, connector, 5, 1_000));
        let taken = write(db, move |tx| task::take(tx, connector, first, 0, 5));
        let seen: Vec<(i64, i64)> = taken.iter().map(|t| (t.message, t.sim)).collect();
        assert_eq!(seen, [(1, 1), (2, 2)], "the cards take turns");
        assert_eq!(write(db, move |tx| get(tx, connector)).unwrap().room, 0);
        // The answer with them was lost: they come again under their names. Once it was seen they do not.
        let again = write(db, move |tx| ask(tx, connector, 5, 1_000));
        assert_eq!(write(db, move |tx| task::take(tx, connector, again, 0, 5)).len(), 2);
        let third = write(db, move |tx| ask(tx, connector, 5, 1_000));
        assert!(!write(db, move |tx| task::waits(tx, connector, again)));
        assert!(write(db, move |tx| task::take(tx, connector, third, again, 5)).is_empty());
        assert!(write(db, move |tx| task::take(tx, connector, again, 0, 5)).is_empty(), "an old question");

        assert_eq!(put(db, 10, 3, 3), Put::Waits);
        assert_eq!(write(db, move |tx| task::withdraw(tx, connector, 10)), [3]);
        assert!(write(db, move |tx| task::answer(tx, connector, 1, 0, "sent")));
        assert!(write(db, move |tx| task::answer(tx, connector, 1, 0, "failed")), "the first answer counts");
        assert!(!write(db, move |tx| task::answer(tx, connector, 9, 0, "sent")));
        let look = write(db, move |tx| task::look(tx, connector, 10));
        assert_eq!((look.handed, look.answers), (vec![1, 2], vec![(1, "sent".to_owned())]));
        // Another session: what was answered is handed over, the rest is nobody's.
        assert_eq!(write(db, move |tx| task::begin(tx, connector, 11)), [(1, 0, "sent".to_owned())]);
        assert_eq!(put(db, 10, 4, 4), Put::Over);
    });
}

#[test]
fn a_card_is_the_senders_own_or_the_one_that_has_sent_least_and_has_its_bounds() {
    with_both("phone cards", |db, connector| {
        let phone = Phone {
            connector,
            facts: Facts { sims: vec![sim(1, "+972500000001"), sim(2, "")], ..Facts::default() },
            ..Phone::default()
        };
        let choose = move |db: &Db, slot, sender: &'static str, parts| {
            let (phone, how) = (phone.clone(), Choice { slot, caps: Caps { hour: 3, day: 0 } });
            write(db, move |tx| super::choose(tx, &phone, &how, sender, parts))
        };
        assert_eq!(choose(db, 0, "Shop", 2), Chosen::Slot(1));
        assert_eq!(choose(db, 0, "Shop", 1), Chosen::Slot(2));
        assert_eq!(choose(db, 0, "+972500000001", 1), Chosen::Slot(1), "whose number it is, sends");
        assert!(matches!(choose(db, 1, "Shop", 1), Chosen::Full(_)));
        assert_eq!(choose(db, 3, "Shop", 1), Chosen::None);
        assert_eq!(choose(db, 0, "Shop", 2), Chosen::Slot(2));
        assert!(matches!(choose(db, 0, "Shop", 1), Chosen::Full(_)));
    });
}
