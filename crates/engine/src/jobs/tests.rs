//! Jobs: asked twice, done once; a killed claim is taken again; errors are kept; hands stop.

use super::*;
use std::time::Instant;
use store::{Clock, Options, Result as Stored, Tx};

fn open() -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    (dir, db)
}

fn write<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Stored<T> + Send + 'static) -> T {
    db.write_blocking("test", f).unwrap()
}

fn claim(db: &Db) -> Option<Job> {
    write(db, |tx| job::claim(tx, JobKind::ALL))
}

fn put(db: &Db, kind: JobKind, subject: i64) {
    write(db, move |tx| {
        let now = tx.now();
        job::put(tx, kind, 7, subject, now)
    });
}

#[test]
fn every_kind_has_its_own_number_and_name_and_those_at_home_here_a_handler() {
    let mut numbers: Vec<i64> = JobKind::ALL.iter().map(|k| k.number()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), JobKind::ALL.len());
    for kind in JobKind::ALL {
        assert_eq!(handler(*kind).is_some(), kind.home() == Home::Engine, "{}", kind.name());
        assert_eq!(JobKind::ALL.iter().filter(|k| k.name() == kind.name()).count(), 1);
    }
}

#[test]
fn asked_twice_it_is_done_once_and_asked_meanwhile_once_more() {
    let (_dir, db) = open();
    put(&db, JobKind::CampaignClear, 1);
    put(&db, JobKind::CampaignClear, 1);
    let first = claim(&db).unwrap();
    assert_eq!((first.workspace, first.subject, first.tries), (7, 1, 1));
    assert_eq!(claim(&db), None);
    put(&db, JobKind::CampaignClear, 1);
    assert_eq!(claim(&db), None, "never two hands on one job");
    let id = first.id;
    write(&db, move |tx| job::done(tx, id));
    let again = claim(&db).unwrap();
    let id = again.id;
    write(&db, move |tx| job::done(tx, id));
    assert_eq!(claim(&db), None);
    assert!(write(&db, job::all).is_empty());
}

#[test]
fn a_claim_that_was_lost_can_end_nothing() {
    let (_dir, db) = open();
    put(&db, JobKind::CampaignClear, 1);
    let lost = claim(&db).unwrap().id;
    job::free_abandoned(&db).unwrap();
    let second = claim(&db).unwrap();
    assert_eq!(second.tries, 2);
    assert!(!write(&db, move |tx| job::renew(tx, lost)));
    write(&db, move |tx| job::done(tx, lost));
    let id = second.id;
    assert!(write(&db, move |tx| job::renew(tx, id)), "the living claim stands");
}

#[test]
fn a_lease_that_ran_out_is_taken_again() {
    let dir = tempfile::tempdir().unwrap();
    let at = |ms| Options { dir: dir.path().into(), url: None, clock: Clock::starting_at(ms) };
    let start = sms::id::EPOCH_MS + 1_000_000;
    let db = Db::open(&at(start)).unwrap();
    put(&db, JobKind::CampaignFreeze, 5);
    assert!(claim(&db).is_some());
    assert_eq!(claim(&db), None);
    drop(db);
    // However slowly the first half ran: its lease is over.
    let db = Db::open(&at(start + 2 * job::LEASE_MS)).unwrap();
    assert_eq!(claim(&db).map(|j| (j.kind, j.subject)), Some((JobKind::CampaignFreeze, 5)));
}

#[test]
fn a_failure_keeps_its_words_and_waits_longer_each_time() {
    let (_dir, db) = open();
    put(&db, JobKind::CampaignClear, 1);
    let id = claim(&db).unwrap().id;
    write(&db, move |tx| {
        let due = tx.now() + back_off_ms(1);
        job::failed(tx, id, "the disk said no", due)
    });
    assert_eq!(claim(&db), None);
    let kept = write(&db, job::all);
    assert_eq!((kept[0].tries, kept[0].error.as_str()), (1, "the disk said no"));
    assert_eq!([1, 2, 3, 7, 99].map(back_off_ms), [1_000, 2_000, 4_000, 60_000, 60_000]);
    put(&db, JobKind::CampaignClear, 1);
    assert!(claim(&db).is_some(), "who asks anew does not wait for the back-off");
}

#[test]
fn the_runner_hears_the_bell_works_and_stops() {
    let (_dir, db) = open();
    let runner = Runner::start(db.clone()).unwrap();
    put(&db, JobKind::CampaignClear, 404); // a campaign that is not there: nothing to clear
    let since = Instant::now();
    let left = |db: &Db| write(db, job::all).iter().filter(|j| j.kind == JobKind::CampaignClear).count();
    while left(&db) > 0 {
        assert!(since.elapsed() < Duration::from_secs(10), "nobody took it");
        std::thread::sleep(Duration::from_millis(5));
    }
    runner.stop();
    let all = write(&db, job::all);
    let recurring = JobKind::ALL.iter().filter(|k| k.every_ms().is_some()).count();
    assert_eq!(all.len(), recurring, "{all:?}");
    assert!(all.iter().all(|j| j.kind.every_ms().is_some()), "{all:?}");
    put(&db, JobKind::CampaignClear, 404);
    std::thread::sleep(TICK * 2);
    assert_eq!(left(&db), 1, "a stopped runner takes nothing");
    assert_eq!(run_due(&db).unwrap(), 1);
    assert_eq!(left(&db), 0);
}
