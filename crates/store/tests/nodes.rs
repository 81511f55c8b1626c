//! Stores on PostgreSQL: two nodes with their leases and fence, closures in each other's way, clocks that differ, bells;
//! and what one connection sends ahead.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::machine::{flight, job, node};
use store::testing::Postgres;
use store::{Bell, Clock, Db, Error, Options, params, sql};

fn open(dir: &Path, url: &str, clock: Clock) -> Db {
    Db::open(&Options { dir: dir.into(), url: Some(url.into()), clock }).unwrap()
}

/// Two nodes with one key ring.
fn two(test: &str, clock: Clock) -> Option<(tempfile::TempDir, Db, Db)> {
    let url = Postgres::shared(test)?.database();
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (dir.path().join("one"), dir.path().join("other"));
    let first = open(&one, &url, Clock::default());
    std::fs::create_dir_all(other.join("keys")).unwrap();
    for key in std::fs::read_dir(one.join("keys")).unwrap().flatten() {
        std::fs::copy(key.path(), other.join("keys").join(key.file_name())).unwrap();
    }
    let second = open(&other, &url, clock);
    Some((dir, first, second))
}

fn own(db: &Db) -> Option<i64> {
    db.write_blocking("test", |tx| flight::own(tx, 7)).unwrap()
}

#[test]
fn a_lane_moves_only_from_a_node_that_is_gone() {
    let Some((dir, one, other)) = two("a_lane_moves_only_from_a_node_that_is_gone", Clock::default()) else {
        return;
    };
    assert_ne!(one.node(), other.node());
    assert_eq!((own(&one), own(&other)), (Some(1), None));
    let beat = |db: &Db| db.write_blocking("test", node::beat).unwrap().unwrap();
    let lane = beat(&one).lanes[0];
    assert_eq!((lane.connector, lane.node, lane.epoch), (7, one.node(), 1));
    // Let go it is free at once; gone with its process it is not, until it lapses.
    one.write_blocking("test", |tx| flight::let_go(tx, 7, 1)).unwrap();
    assert_eq!(own(&other), Some(2));
    assert_eq!(own(&one), None);
    beat(&other);
    let number = other.node();
    drop(other);
    let began = Instant::now();
    while own(&one).is_none() {
        assert!(began.elapsed() < Duration::from_secs(15), "it never lapses");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(began.elapsed() > Duration::from_secs(5), "it was taken from a node that may live");
    assert!(beat(&one).nodes.iter().any(|n| n.id == number && !n.lives));
    drop(dir);
}

#[test]
fn a_data_directory_keeps_its_number_and_two_processes_never_share_one() {
    let Some(server) = Postgres::shared("a_data_directory_keeps_its_number") else { return };
    let (url, dir) = (server.database(), tempfile::tempdir().unwrap());
    let first = open(dir.path(), &url, Clock::default());
    let beside = open(dir.path(), &url, Clock::default());
    assert_ne!(first.node(), beside.node(), "one directory, two at a time");
    let number = first.node();
    assert_eq!(own(&first), Some(1));
    drop((first, beside));
    let again = open(dir.path(), &url, Clock::default());
    assert_eq!(again.node(), number);
    assert_eq!(own(&again), Some(2), "what it had it takes back at once, under a new epoch");
    // A copy of the directory, taken up later, takes the number away from whoever has it.
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(copy.path().join("keys")).unwrap();
    for key in std::fs::read_dir(dir.path().join("keys")).unwrap().flatten() {
        std::fs::copy(key.path(), copy.path().join("keys").join(key.file_name())).unwrap();
    }
    std::fs::copy(dir.path().join("node"), copy.path().join("node")).unwrap();
    let twin = open(copy.path(), &url, Clock::default());
    assert_eq!(twin.node(), number);
    assert!(twin.write_blocking("test", node::beat).unwrap().is_some());
    assert!(
        again.write_blocking("test", node::beat).unwrap().is_none(),
        "it must learn that it is not it any more"
    );
}

#[test]
fn f35_a_clock_that_is_off_is_led_by_the_server() {
    static AHEAD: AtomicI64 = AtomicI64::new(300_000);
    let clock = Clock::movable(&AHEAD);
    let Some((_dir, one, other)) = two("f35_a_clock_that_is_off_is_led_by_the_server", clock) else { return };
    let apart = |what: &str| {
        assert!((one.now_ms() - other.now_ms()).abs() < 200, "{what}: {}", one.now_ms() - other.now_ms())
    };
    apart("five minutes ahead");
    AHEAD.store(-3_600_000, Ordering::Relaxed);
    apart("an hour back, while it runs");
    one.write_blocking("test", |tx| job::put(tx, job::JobKind::ImportRun, 1, 1, tx.now())).unwrap();
    let claim = |db: &Db| db.write_blocking("test", |tx| job::claim(tx, &[job::JobKind::ImportRun])).unwrap();
    assert!(claim(&one).is_some());
    AHEAD.store(300_000, Ordering::Relaxed);
    assert!(claim(&other).is_none(), "a claim that holds was taken away");
}

/// Each wants two rows in the order in which the other has them: the server ends one of them, which runs again.
#[test]
fn f109_closures_in_each_others_way_run_again_and_count_once() {
    const ROUNDS: i64 = 5;
    let name = "f109_closures_in_each_others_way_run_again_and_count_once";
    let Some((_dir, one, _other)) = two(name, Clock::default()) else { return };
    let tries: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(0)));
    let count = |db: Db, first: i64, second: i64| {
        std::thread::spawn(move || {
            for _ in 0..ROUNDS {
                db.write_blocking("test", move |tx| {
                    tries.fetch_add(1, Ordering::Relaxed);
                    flight::own(tx, first)?;
                    std::thread::sleep(Duration::from_millis(100));
                    flight::own(tx, second)
                })
                .unwrap();
            }
        })
    };
    for lane in [1, 2] {
        one.write_blocking("test", move |tx| flight::own(tx, lane)).unwrap();
    }
    let hands = [count(one.clone(), 1, 2), count(one.clone(), 2, 1)];
    hands.into_iter().for_each(|hand| hand.join().unwrap());
    let lanes = one.read_blocking(node::lanes).unwrap();
    assert_eq!(lanes.iter().map(|l| l.epoch).collect::<Vec<_>>(), [1 + 2 * ROUNDS; 2]);
    assert!(tries.load(Ordering::Relaxed) > 2 * ROUNDS, "they never stood in each other's way");
}

#[test]
fn a_bell_of_one_node_is_heard_by_the_other() {
    let Some((_dir, one, other)) = two("a_bell_of_one_node_is_heard_by_the_other", Clock::default()) else {
        return;
    };
    let mut heard = other.listen(Bell::Outbox(9));
    let (mut mine, began) = (one.listen(Bell::Outbox(9)), Instant::now());
    one.set_peers(true);
    heard.borrow_and_update();
    mine.borrow_and_update();
    while !heard.has_changed().unwrap() {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing is heard");
        one.write_blocking("test", |tx| {
            tx.ring(Bell::Outbox(9));
            Ok::<_, Error>(())
        })
        .unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(mine.has_changed().unwrap());
}

/// What a closure foresees and does not ask is no answer to a later one, and that it failed is heard before the commit.
/// Only a server is asked ahead; in our own process the same closures say the same.
#[test]
fn what_was_foreseen_and_never_asked_ends_with_its_closure_on_both_engines() {
    let dir = tempfile::tempdir().unwrap();
    let (file, nodes) = (dir.path().join("file"), dir.path().join("node"));
    foreseen(&Db::open(&Options { dir: file, url: None, clock: Clock::default() }).unwrap());
    let Some(server) = Postgres::shared("what was foreseen") else { return };
    foreseen(&open(&nodes, &server.database(), Clock::default()));
}

fn ahead(tx: &mut store::Tx<'_>) -> Result<i64, Error> {
    let sql = sql!("SELECT count(*) FROM setting WHERE name = $1");
    Ok(tx.one(sql, &params!["ahead"], |r| r.get(0))?.unwrap_or(0))
}

fn foreseen(db: &Db) {
    // Slices that wait share a batch: while the first is held, the two behind it are queued.
    let gate = Arc::new(AtomicUsize::new(0));
    let held = gate.clone();
    let hold = db.background_queued("holds", move |_| {
        while held.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        Ok::<_, Error>(())
    });
    let first = db.background_queued("foresees", |tx| {
        tx.foresee(|tx| ahead(tx).map(drop))?;
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('ahead', '')"), &[])
    });
    let second = db.background_queued("asks", ahead);
    gate.store(1, Ordering::Release);
    hold.unwrap().wait().unwrap();
    assert_eq!(first.unwrap().wait().unwrap(), 1);
    assert_eq!(second.unwrap().wait().unwrap(), 1, "an answer of before the row was written");
    // A question that cannot be answered breaks the transaction it was sent in: nobody may be told that it stands.
    let answer = db.write_blocking("foresees", |tx| {
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('unasked', '')"), &[])?;
        tx.foresee(|tx| {
            let wrong = sql!("SELECT 7 / count(*) FROM setting WHERE name = 'there is none'");
            tx.one(wrong, &[], |r| r.get::<i64>(0)).map(drop)
        })
    });
    let stands = db.read_blocking(|tx| {
        tx.one(sql!("SELECT 1 FROM setting WHERE name = 'unasked'"), &[], |_| Ok(())).map(|r| r.is_some())
    });
    assert_eq!(answer.is_ok(), stands.unwrap(), "{answer:?}");
    assert!(answer.is_ok(), "asked for nothing ahead, the closure is sound: {answer:?}");
}
