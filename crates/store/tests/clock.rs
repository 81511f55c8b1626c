//! F29 and F30: a clock that jumps ends nothing, starts nothing early, and lets what waits go on.

use sms::Class;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store::machine::agenda;
use store::machine::job::{self, JobKind};
use store::machine::lookup::{self, Answer, Waiting};
use store::machine::outbox::{self, Row};
use store::machine::stream::{self, Key};
use store::machine::tally::Tally;
use store::watch::Watch;
use store::{Clock, Db, Error, Options, Tx, disk};

const HOUR: i64 = 3_600_000;

fn open(moved: &'static AtomicI64) -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::movable(moved);
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock }).unwrap();
    (dir, db)
}

fn run<T: Send + 'static>(db: &Db, f: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
    db.write_blocking("test", f).unwrap()
}

fn until(what: &str, look: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !look() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One message that is valid for ten minutes, one due in half a day, a mailing that starts in half an hour.
fn waiting(db: &Db) {
    run(db, |tx| {
        let (now, lane) = (tx.now(), 1 << 3 | 4);
        let key = Key { lane, workspace: 1, campaign: 0, class: Class::Marketing, law_epoch: 0 };
        let (stream, id) = (stream::id_of(tx, &key)?, tx.id());
        let mut tally = Tally::default();
        let row = Row { lane, stream, due: now, id, tag: 0, until: now + 10 * 60_000, parts: 1 };
        outbox::put(tx, &[row], &mut tally)?;
        tally.flush(tx);
        agenda::put(tx, 1, &[(now + 12 * HOUR, id)])?;
        job::put(tx, JobKind::CampaignDue, 1, 7, now + HOUR / 2)
    });
}

fn starts(db: &Db) -> bool {
    db.read_blocking(|tx| job::waits(tx, &[JobKind::CampaignDue])).unwrap()
}

#[test]
fn a_day_ahead_ends_nothing_and_starts_nothing_until_it_is_believed() {
    static MOVED: AtomicI64 = AtomicI64::new(0);
    let (_dir, db) = open(&MOVED);
    waiting(&db);
    let _watch = Watch::start(&db, disk::space);
    std::thread::sleep(Duration::from_millis(300));
    MOVED.store(24 * HOUR, Ordering::Relaxed);
    until("the jump is seen", || (db.clock_jump_ms() - 24 * HOUR).abs() < 5_000);
    assert!(!starts(&db), "a mailing started half an hour early");
    assert_eq!(run(&db, |tx| outbox::expire(tx, 1, 10)), 0, "a message ended that is valid for ten minutes");
    assert_eq!(run(&db, |tx| agenda::take_due(tx, 0, 10)), [0; 0]);
    db.believe_clock();
    until("it is believed", || db.clock_jump_ms() == 0);
    assert!(starts(&db));
    assert_eq!(run(&db, |tx| outbox::expire(tx, 1, 10)), 1);
    assert_eq!(run(&db, |tx| agenda::take_due(tx, 0, 10)).len(), 1);
}

#[test]
fn an_hour_back_stops_no_work_and_accepts_nothing_under_old_ids() {
    static MOVED: AtomicI64 = AtomicI64::new(0);
    let (_dir, db) = open(&MOVED);
    waiting(&db);
    let newest = run(&db, |tx| {
        let now = tx.now();
        job::put(tx, JobKind::OrphanSweep, 0, 0, now + 2_000)?;
        Ok(tx.id())
    });
    let _watch = Watch::start(&db, disk::space);
    std::thread::sleep(Duration::from_millis(300));
    let before = db.now_ms();
    MOVED.store(-HOUR, Ordering::Relaxed);
    until("the jump is seen", || db.clock_jump_ms() != 0);
    assert!(db.queue_now_ms() > before - 10_000, "what waits in a lane would wait for an hour");
    assert!(run(&db, |tx| Ok(tx.id())) > newest, "ids went back");
    assert_eq!(run(&db, |tx| Ok(tx.may_accept())), Err(Error::ClockBehind));
    let sweep = || db.read_blocking(|tx| job::waits(tx, &[JobKind::OrphanSweep])).unwrap();
    until("work that comes back by itself goes on", sweep);
    assert!(!starts(&db));
    MOVED.store(0, Ordering::Relaxed);
    until("the clock is right again", || db.clock_jump_ms() == 0);
    assert_eq!(run(&db, |tx| Ok(tx.may_accept())), Ok(()));
}

/// A day ahead that nobody has confirmed: who was answered is due at once, patience is as long as it was, and what is urgent
/// is asked about and woken first.
#[test]
fn what_was_looked_up_does_not_wait_for_a_clock_to_be_believed() {
    static MOVED: AtomicI64 = AtomicI64::new(0);
    let (_dir, db) = open(&MOVED);
    let _watch = Watch::start(&db, disk::space);
    std::thread::sleep(Duration::from_millis(300));
    MOVED.store(24 * HOUR, Ordering::Relaxed);
    until("the jump is seen", || (db.clock_jump_ms() - 24 * HOUR).abs() < 5_000);
    let waits = |patience_ms: i64, to: &'static str, urgent: bool| {
        run(&db, move |tx| {
            let (message, due) = (tx.id(), tx.now() + patience_ms);
            let number = to.to_owned();
            lookup::wait(tx, &[Waiting { message, workspace: 1, hook: 0, number, due, urgent }])?;
            Ok(message)
        })
    };
    let slow = waits(HOUR, "+972501234561", false);
    let other = waits(HOUR, "+972501234562", false);
    let code = waits(HOUR, "+972501234563", true);
    assert_eq!(run(&db, |tx| lookup::overdue(tx, 10)), 0, "an hour of patience ended at once");
    let taken = |limit, ordinary| run(&db, move |tx| lookup::take(tx, 0, limit, ordinary));
    assert_eq!(taken(2, 1), ["+972501234563"], "what is urgent has the places kept for it, and more");
    assert_eq!(taken(2, 1), ["+972501234561"], "of the rest, who waits longest");
    let answered = |number: &'static str| {
        run(&db, move |tx| {
            let answer =
                Answer { network: "42501".into(), at: tx.now(), until: tx.now() + HOUR, ..Answer::default() };
            lookup::told(tx, 0, &[(number.to_owned(), answer)])
        });
    };
    answered("+972501234561");
    answered("+972501234563");
    assert_eq!(
        run(&db, |tx| agenda::take_due(tx, 0, 1)),
        [code],
        "a code waited behind what was answered before it"
    );
    assert_eq!(run(&db, |tx| agenda::take_due(tx, 0, 10)), [slow]);
    db.believe_clock();
    until("it is believed", || db.clock_jump_ms() == 0);
    assert_eq!(
        run(&db, |tx| lookup::overdue(tx, 10)),
        1,
        "by the clock that is believed now, patience is over"
    );
    assert_eq!(run(&db, |tx| agenda::take_due(tx, 0, 10)), [other]);
}

#[test]
fn a_full_disk_accepts_nothing_and_a_full_probe_is_enough_to_know() {
    fn full(_: &std::path::Path) -> Result<disk::Space, Error> {
        Ok(disk::Space { free: 1 << 20, total: 100 << 30 })
    }
    static MOVED: AtomicI64 = AtomicI64::new(0);
    let (_dir, db) = open(&MOVED);
    let watch = Watch::start(&db, full);
    assert_eq!(db.disk(), disk::Level::NoAccept);
    assert_eq!(run(&db, |tx| Ok(tx.may_accept())), Err(Error::Full));
    drop(watch);
}
