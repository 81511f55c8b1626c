//! The way out on both engines: connectors, their live state, commands, routes, numbers, senders.

use super::*;
use crate::live::{self, STALE_MS, State};
use crate::machine::command::{self, Progress};
use crate::testing::Postgres;
use crate::{Clock, Db, Options, decision, number, route, sender};
use sms::live::{Command, LinkState};
use sms::{Class, Code};

fn with_both(name: &str, story: fn(&Db)) {
    let dir = tempfile::tempdir().unwrap();
    story(&Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap());
    let Some(server) = Postgres::shared(name) else { return };
    let dir = tempfile::tempdir().unwrap();
    let options = Options { dir: dir.path().into(), url: Some(server.database()), clock: Clock::default() };
    story(&Db::open(&options).unwrap());
}

fn write<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
    db.write_blocking("test", f).unwrap()
}

fn pairs(of: &[(&str, &str)]) -> Settings {
    of.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

#[test]
fn a_connector_is_kept_with_its_secret_sealed() {
    with_both("connectors", |db| {
        let bell = db.listen(Bell::Connectors);
        let id = write(db, |tx| {
            add(tx, "carrier", "smpp", &pairs(&[("host", "h")]), &pairs(&[("password", "p")]))
        });
        assert!(bell.has_changed().unwrap());
        let row = write(db, enabled).remove(0);
        assert_eq!(row.settings, pairs(&[("host", "h"), ("password", "p")]));
        assert!(!format!("{row:?}").contains("password"), "a secret may reach a log");
        let seen = write(db, |tx| by_name(tx, "carrier")).unwrap();
        assert_eq!((seen.id, seen.settings), (id, pairs(&[("host", "h")])));
        assert!(write(db, move |tx| replace(tx, id, &pairs(&[("host", "g")]), &Settings::new())));
        assert_eq!(write(db, enabled)[0].version, row.version + 1);
        assert!(write(db, move |tx| set_enabled(tx, id, false)));
        assert!(write(db, enabled).is_empty());
        assert_eq!(write(db, |tx| of_kind(tx, "smpp")).len(), 1);
        let twice: Result<i64> =
            db.write_blocking("twice", |tx| add(tx, "carrier", "smpp", &Settings::new(), &Settings::new()));
        assert!(matches!(twice, Err(Error::Unique(_))));
        assert!(write(db, move |tx| remove(tx, id)));
        assert!(write(db, list).is_empty());
    });
}

#[test]
fn a_state_keeps_its_since_and_goes_stale() {
    with_both("live states", |db| {
        let at = |state, error: &str| State {
            connector: 5,
            node: 0,
            state,
            since: 0,
            rate: 3,
            limited_by: "window".into(),
            window_used: 2,
            error: error.into(),
            at: 0,
        };
        let bound = at(LinkState::Bound, "");
        write(db, {
            let s = bound.clone();
            move |tx| live::set_state(tx, &s)
        });
        let first = write(db, live::states)[&5].clone();
        std::thread::sleep(std::time::Duration::from_millis(5));
        write(db, move |tx| live::set_state(tx, &bound));
        let second = write(db, live::states)[&5].clone();
        assert_eq!((second.since, second.state, second.rate), (first.since, LinkState::Bound, 3));
        assert!(second.at > first.at);
        let down = at(LinkState::AuthFailed, "wrong password");
        write(db, move |tx| live::set_state(tx, &down));
        let third = write(db, live::states)[&5].clone();
        assert!(third.since > first.since && third.error == "wrong password");
        // A link that tries again and again in vain has been down since the first time.
        let mut tries = Vec::new();
        for state in [LinkState::Down, LinkState::Connecting, LinkState::Down, LinkState::Bound] {
            std::thread::sleep(std::time::Duration::from_millis(5));
            let said = at(state, "nobody answers");
            write(db, move |tx| live::set_state(tx, &said));
            tries.push(write(db, live::states)[&5].since);
        }
        assert!(tries[0] > third.since && tries[3] > tries[0], "{tries:?}");
        assert_eq!(tries[..3], [tries[0]; 3]);
        write(db, |tx| tx.exec(sql!("UPDATE connector_state SET at = at - $1"), &params![STALE_MS + 1]));
        let stale = write(db, live::states)[&5].clone();
        assert_eq!((stale.state, stale.rate), (LinkState::Down, 0));
    });
}

#[test]
fn a_command_is_taken_once_and_never_late() {
    with_both("commands", |db| {
        let bell = db.listen(Bell::Command(9));
        let (first, late) = write(db, |tx| {
            let first = command::insert(tx, 9, 1, Command::Reconnect, "")?;
            let late = command::insert(tx, 9, 1, Command::SimulateInbound, "{}")?;
            let old = tx.now() - command::FRESH_MS - 1;
            tx.exec(sql!("UPDATE command SET at = $2 WHERE id = $1"), &params![late, old])?;
            Ok((first, late))
        });
        assert!(bell.has_changed().unwrap());
        let taken = write(db, |tx| command::take(tx, 9));
        assert_eq!(taken.iter().map(|c| c.id).collect::<Vec<_>>(), [first]);
        assert!(write(db, |tx| command::take(tx, 9)).is_empty());
        let of = |workspace, id| write(db, move |tx| command::progress(tx, workspace, id));
        assert_eq!(of(1, first), Some(Progress::Waiting));
        assert!(matches!(of(1, late), Some(Progress::Failed(_))));
        assert_eq!(of(2, first), None, "another workspace sees the command");
        write(db, move |tx| command::finish(tx, first, Ok("done")));
        assert_eq!(of(1, first), Some(Progress::Done("done".into())));
    });
}

#[test]
fn a_rule_with_a_condition_goes_before_the_default() {
    with_both("routes", |db| {
        write(db, |tx| route::add(tx, "", None, "", &[1]));
        write(db, |tx| route::add(tx, "+972", None, "", &[2, 1]));
        write(db, |tx| route::add(tx, "", Some(Class::Otp), "", &[3]));
        let all = write(db, route::list);
        let order: Vec<_> = all.iter().map(|r| r.connectors()).collect();
        assert_eq!(order, [vec![2, 1], vec![3], vec![1]]);
        let id = all[0].id;
        assert!(write(db, move |tx| route::remove(tx, id, "console")));
        assert_eq!(write(db, route::default).unwrap().connectors(), [1]);
    });
}

#[test]
fn numbers_senders_and_decisions_stay_in_their_workspace() {
    with_both("numbers", |db| {
        let id = write(db, |tx| number::add(tx, 1, "4545", "short", 7));
        write(db, |tx| {
            sender::add(tx, 1, &sender::New { name: "Shop", country: "IL", ..sender::New::default() })
        });
        let twice: Result<i64> = db.write_blocking("twice", |tx| number::add(tx, 2, "4545", "short", 7));
        assert!(matches!(twice, Err(Error::Unique(_))));
        assert_eq!(write(db, |tx| number::list(tx, 1))[0].number, "4545");
        assert!(write(db, |tx| number::list(tx, 2)).is_empty());
        assert!(!write(db, move |tx| number::remove(tx, 2, id)));
        assert_eq!(write(db, |tx| number::of_connector(tx, 7)), 1);
        assert_eq!(write(db, |tx| sender::list(tx, 1))[0].name, "Shop");
        assert!(write(db, |tx| sender::list(tx, 2)).is_empty());
        let refused = decision::Decision {
            id: 0,
            workspace: 1,
            tag: 5,
            class: Class::Marketing,
            code: Code::NoConsent,
            rule: "consent".into(),
            source: "rest".into(),
            at: 0,
            law: String::new(),
            inputs: String::new(),
        };
        write(db, move |tx| decision::insert(tx, &[refused.clone(), refused.clone()]));
        let kept = write(db, |tx| decision::list(tx, 1, i64::MAX, 10));
        assert_eq!((kept.len(), kept[0].code), (2, Code::NoConsent));
        assert!(write(db, |tx| decision::list(tx, 2, i64::MAX, 10)).is_empty());
    });
}
