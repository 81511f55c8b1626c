//! Every check is told, and what is wrong is found.

use super::*;
use crate::connector;
use store::machine::job::{self, JobKind};
use store::{Clock, Db, Options, live};

fn world() -> (Db, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    db.write_blocking("t", connector::ensure_simulator).unwrap();
    (db, dir)
}

fn look(db: &Db, change: impl Fn(&mut Measured)) -> Report {
    let mut measured = Measured::now(db, true);
    measured.disk = Some((90 << 30, 100 << 30));
    change(&mut measured);
    db.read_blocking(move |tx| report(tx, &measured)).unwrap()
}

fn state(report: &Report, name: &str) -> State {
    report.checks.iter().find(|c| c.name == name).unwrap().state
}

#[test]
fn a_new_house_is_well_and_tells_every_check() {
    let (db, _dir) = world();
    let report = look(&db, |_| {});
    let names: Vec<_> = report.checks.iter().map(|c| (c.name, c.unit)).collect();
    assert_eq!(names, NAMES);
    assert_eq!(report.state, State::Ok, "{report:#?}");
    assert!(report.checks.iter().all(|c| !c.says.is_empty() && c.fix.is_empty()));
}

#[test]
fn what_is_measured_wrong_is_found() {
    let (db, _dir) = world();
    type Spoil = fn(&mut Measured);
    let cases: [(&str, State, Spoil); 8] = [
        ("server", State::Warn, |m| m.serving = false),
        ("disk_free", State::Warn, |m| m.disk = Some((6 << 30, 100 << 30))),
        ("disk_free", State::Fail, |m| m.disk = Some((1 << 28, 1 << 30))),
        ("store_log", State::Warn, |m| m.vitals.log_bytes = 1 << 30),
        ("store_waiting", State::Fail, |m| m.vitals.waiting = 20_000),
        ("keys", State::Fail, |m| m.keys = (0, 0)),
        ("keys", State::Fail, |m| m.keys = (2, 1)),
        ("clock", State::Warn, |m| m.clock_shifted = true),
    ];
    for (name, expected, spoil) in cases {
        let report = look(&db, spoil);
        assert_eq!((state(&report, name), report.state), (expected, expected), "{name}");
        assert!(report.checks.iter().find(|c| c.name == name).is_some_and(|c| !c.fix.is_empty()), "{name}");
    }
}

#[test]
fn a_link_that_is_down_is_named_with_what_to_do() {
    let (db, _dir) = world();
    db.write_blocking("t", |tx| {
        let (settings, secrets) = (store::connector::Settings::new(), store::connector::Secrets::new());
        let id = store::connector::add(tx, "hexa", "smpp", &settings, &secrets)?;
        live::set_state(
            tx,
            &live::State {
                connector: id,
                state: sms::live::LinkState::Down,
                since: 0,
                rate: 0,
                limited_by: String::new(),
                window_used: 0,
                error: "10.0.0.1:2775: Connection refused (os error 111)".into(),
                at: 0,
            },
        )?;
        job::put(tx, JobKind::Retention, 0, 0, tx.now() - 3_600_000)
    })
    .unwrap();
    let report = look(&db, |_| {});
    let links = report.checks.iter().find(|c| c.name == "links").unwrap();
    assert_eq!((links.state, links.value), (State::Fail, 1));
    assert!(links.says.contains("hexa: down") && links.fix.contains("nobody listens"), "{links:?}");
    assert_eq!(state(&report, "jobs_late"), State::Warn);
    let alone = look(&db, |m| m.serving = false);
    assert_eq!((state(&alone, "links"), state(&alone, "jobs_late")), (State::Unknown, State::Unknown));
}
