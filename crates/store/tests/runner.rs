//! The writer: group commit, undone closures, panics, bells, two queues.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Bell, Clock, Db, Error, Options, params, sql};

fn open() -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    (dir, db)
}

fn put(db: &Db, name: &'static str) -> Result<(), Error> {
    db.write_blocking("put", move |tx| {
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ($1, $2)"), &params![name, "x"]).map(drop)
    })
}

fn count(db: &Db) -> i64 {
    db.read_blocking(|tx| {
        Ok::<_, Error>(tx.one(sql!("SELECT count(*) FROM setting"), &[], |r| r.get(0))?.unwrap())
    })
    .unwrap()
}

#[test]
fn a_refused_closure_leaves_nothing_and_its_neighbours_stay() {
    let (_dir, db) = open();
    put(&db, "a").unwrap();
    assert!(matches!(put(&db, "a"), Err(Error::Unique(_))));
    let half: Result<(), Error> = db.write_blocking("half", |tx| {
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('b', '')"), &[])?;
        Err(Error::Undone)
    });
    assert!(half.is_err());
    let boom: Result<(), Error> = db.write_blocking("boom", |tx| {
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('c', '')"), &[])?;
        panic!("on purpose")
    });
    assert!(matches!(boom, Err(Error::Panicked(what)) if what.contains("on purpose")));
    assert_eq!(count(&db), 1);
    put(&db, "d").unwrap();
    assert_eq!(count(&db), 2);
}

#[test]
fn what_was_answered_is_there_after_reopening() {
    let (dir, db) = open();
    put(&db, "kept").unwrap();
    drop(db);
    let db = Db::open(&Options { dir: dir.path().into(), url: None, clock: Clock::default() }).unwrap();
    assert_eq!(count(&db), 1);
}

#[tokio::test]
async fn many_wait_for_one_commit() {
    let (_dir, db) = open();
    let before = db.vitals().commits;
    // While the first closure holds the writer, the others gather.
    let gate = Arc::new(AtomicUsize::new(0));
    let held = Arc::clone(&gate);
    let (begun, has_begun) = std::sync::mpsc::channel();
    let first = tokio::spawn({
        let db = db.clone();
        async move {
            db.write("hold", move |_| {
                begun.send(()).unwrap();
                while held.load(Ordering::Acquire) == 0 {
                    std::thread::yield_now();
                }
                Ok::<_, Error>(())
            })
            .await
        }
    });
    // A batch that took some of the others too would leave fewer of them to wait for.
    tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
    let rest = async {
        let waiting: Vec<_> = (0..200)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write("one", move |tx| {
                        let name = format!("n{i}");
                        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ($1, '')"), &params![name])
                            .map(drop)
                    })
                    .await
                })
            })
            .collect();
        while db.vitals().waiting < 200 {
            tokio::task::yield_now().await;
        }
        gate.store(1, Ordering::Release);
        for one in waiting {
            one.await.unwrap().unwrap();
        }
    };
    let (first, ()) = tokio::join!(first, rest);
    first.unwrap().unwrap();
    assert!(db.vitals().commits - before < 100, "{} commits for 201 closures", db.vitals().commits - before);
}

#[tokio::test]
async fn a_bell_rings_only_after_a_commit() {
    let (_dir, db) = open();
    let mut bell = db.listen(Bell::Jobs);
    let undone: Result<(), Error> = db
        .write("undone", |tx| {
            tx.ring(Bell::Jobs);
            Err(Error::Undone)
        })
        .await;
    assert!(undone.is_err() && !bell.has_changed().unwrap());
    db.write("rings", |tx| {
        tx.ring(Bell::Jobs);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    bell.changed().await.unwrap();
}

#[test]
fn lists_and_rows() {
    let (_dir, db) = open();
    let found = db
        .write_blocking("bulk", |tx| {
            let names = ["a", "b", "c"];
            tx.many(
                sql!("INSERT INTO setting (name, value) SELECT r.name, r.value FROM ROWS(name TEXT, value TEXT) AS r WHERE true ON CONFLICT (name) DO NOTHING"),
                &[],
                names.iter().map(|n| params![*n, *n]),
            )?;
            let wanted = store::texts_of(&["a", "c", "nobody"]);
            tx.rows(sql!("SELECT name FROM setting WHERE name IN LIST($1 TEXT) ORDER BY name"), &params![wanted], |r| r.get::<String>(0))
        })
        .unwrap();
    assert_eq!(found, ["a", "c"]);
}

#[tokio::test]
#[cfg_attr(debug_assertions, should_panic(expected = "a write from inside a closure"))]
async fn a_write_from_inside_a_write_is_refused() {
    let (_dir, db) = open();
    let inner = db.clone();
    let out: Result<(), Error> =
        db.write("outer", move |_| inner.write_blocking("inner", |_| Ok::<_, Error>(()))).await;
    match out {
        Err(Error::Panicked(what)) => panic!("{what}"),
        other => assert_eq!(other, Err(Error::Nested)),
    }
}

/// Counts what was put before it, and puts one more.
struct Counting {
    arrived: std::sync::Mutex<Vec<i64>>,
    fails: std::sync::atomic::AtomicBool,
}

impl store::Rider for Counting {
    type Freight = i64;

    fn ride(&self, tx: &mut store::Tx<'_>) -> Result<i64, Error> {
        let seen = tx.one(sql!("SELECT count(*) FROM setting"), &[], |r| r.get::<i64>(0))?.unwrap_or(0);
        if self.fails.load(std::sync::atomic::Ordering::Relaxed) {
            tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('of the rider', '')"), &[])?;
            return Err(Error::Panicked("as asked".into()));
        }
        Ok(seen)
    }

    fn arrived(&self, freight: i64) {
        self.arrived.lock().unwrap().push(freight);
    }
}

#[tokio::test]
async fn a_rider_sees_what_its_batch_put_and_harms_nobody() {
    let (_dir, db) = open();
    let rider = Counting { arrived: std::sync::Mutex::default(), fails: false.into() };
    let seat = db.ride(store::Bell::Outbox(1), rider);
    let put = |name: &'static str, connector: i64| {
        db.write(name, move |tx| {
            tx.exec(sql!("INSERT INTO setting (name, value) VALUES ($1, '')"), &params![name])?;
            tx.ring(store::Bell::Outbox(connector));
            Ok::<_, Error>(())
        })
    };
    let arrived = |seat: &store::Seat<Counting>| seat.rider().arrived.lock().unwrap().clone();
    put("one", 1).await.unwrap();
    put("other bell", 2).await.unwrap();
    put("two", 1).await.unwrap();
    db.write("after", |_| Ok::<_, Error>(())).await.unwrap();
    assert_eq!(arrived(&seat), [1, 3]);
    // It fails after it wrote: its traces are undone, who it rode with is kept, and it rides no more.
    seat.rider().fails.store(true, std::sync::atomic::Ordering::Relaxed);
    put("three", 1).await.unwrap();
    seat.rider().fails.store(false, std::sync::atomic::Ordering::Relaxed);
    put("four", 1).await.unwrap();
    db.write("after", |_| Ok::<_, Error>(())).await.unwrap();
    assert_eq!(arrived(&seat), [1, 3]);
    let kept = tokio::task::spawn_blocking({
        let db = db.clone();
        move || count(&db)
    });
    assert_eq!(kept.await.unwrap(), 5);
    seat.leave().await;
}

/// Reads and sets how many pages SQLite may use. No statement of the product: both engines never see it.
static PAGES: store::Sql = store::Sql::new("PRAGMA page_count");

async fn pages(db: &Db, pragma: &'static store::Sql) -> i64 {
    db.write("pages", move |tx| tx.one(pragma, &[], |r| r.get::<i64>(0))).await.unwrap().unwrap()
}

/// Rows of one kilobyte that a closure puts.
const ROWS: i64 = 3;
/// Closures of one batch.
const CLOSURES: i64 = 8;

fn put_rows(tx: &mut store::Tx<'_>, closure: i64) -> Result<(), Error> {
    let value = "x".repeat(1_000);
    for row in 0..ROWS {
        let name = format!("{closure}/{row}");
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ($1, $2)"), &params![name, value])?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_disk_is_full_at_any_page_answers_and_rows_agree() {
    let mut full = 0;
    for spare in 0..12 {
        let (_dir, db) = open();
        let used = pages(&db, &PAGES).await;
        let limit: &'static store::Sql = Box::leak(Box::new(store::Sql::new(Box::leak(
            format!("PRAGMA max_page_count = {}", used + spare).into_boxed_str(),
        ))));
        pages(&db, limit).await;
        // The first holds the writer until all others wait, so that they are one batch.
        let gate = Arc::new(AtomicUsize::new(0));
        let hold = Arc::clone(&gate);
        let holding = db.clone();
        let first = tokio::spawn(async move {
            let wait = move |_: &mut store::Tx<'_>| {
                // It may run again, and holds again then.
                let _ = hold.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
                while hold.load(Ordering::Relaxed) < 2 {
                    std::thread::yield_now();
                }
                Ok::<_, Error>(())
            };
            holding.write("hold", wait).await
        });
        while gate.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let closures: Vec<_> = (0..CLOSURES)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move { db.write("put", move |tx| put_rows(tx, i)).await })
            })
            .collect();
        while db.vitals().waiting < usize::try_from(CLOSURES).unwrap() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        gate.store(2, Ordering::Relaxed);
        first.await.unwrap().unwrap();
        for (i, closure) in (0..).zip(closures) {
            let answer = closure.await.unwrap();
            let rows = db
                .read(move |tx| {
                    let like = format!("{i}/");
                    let sql = sql!("SELECT count(*) FROM setting WHERE substr(name, 1, 2) = $1");
                    tx.one(sql, &params![like], |r| r.get::<i64>(0))
                })
                .await
                .unwrap()
                .unwrap();
            match answer {
                Ok(()) => assert_eq!(rows, ROWS, "{spare} spare pages: closure {i} was answered yes"),
                Err(Error::Full) => {
                    full += 1;
                    assert_eq!(
                        rows, 0,
                        "{spare} spare pages: closure {i} was answered that the disk is full"
                    );
                }
                Err(e) => panic!("{spare} spare pages: closure {i}: {e}"),
            }
        }
    }
    assert!((15..CLOSURES * 12).contains(&full), "{full} closures met a full disk");
}

#[test]
fn slices_that_wait_share_a_commit_and_one_that_fails_takes_no_other_with_it() {
    let (_dir, db) = open();
    let gate = Arc::new(AtomicUsize::new(0));
    let held = Arc::clone(&gate);
    let before = db.vitals().commits;
    let hold = db.background_queued("hold", move |_| {
        while held.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        Ok::<_, Error>(())
    });
    let slices: Vec<_> = (0..8)
        .map(|i| {
            db.background_queued("slice", move |tx| {
                let name = format!("n{i}");
                let there: i64 =
                    tx.one(sql!("SELECT count(*) FROM setting"), &[], |r| r.get(0))?.unwrap_or_default();
                tx.exec(sql!("INSERT INTO setting (name, value) VALUES ($1, '')"), &params![name])?;
                if i == 3 { Err(Error::Undone) } else { Ok(there) }
            })
            .unwrap()
        })
        .collect();
    gate.store(1, Ordering::Release);
    hold.unwrap().wait().unwrap();
    // In the order they were queued, each after those before it.
    let seen: Vec<Option<i64>> = slices.into_iter().map(|slice| slice.wait().ok()).collect();
    assert_eq!(seen, [Some(0), Some(1), Some(2), None, Some(3), Some(4), Some(5), Some(6)]);
    assert_eq!(count(&db), 7);
    let commits = db.vitals().commits - before;
    assert!(commits < 8, "{commits} commits for nine slices");
}

#[test]
fn an_urgent_closure_does_not_wait_for_the_slices_behind_the_one_that_runs() {
    let (_dir, db) = open();
    let gate = Arc::new(AtomicUsize::new(0));
    let (begun, held) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&gate));
    let begins = Arc::clone(&begun);
    let order = Arc::new(AtomicUsize::new(0));
    let hold = db.background_queued("hold", move |_| {
        begins.store(1, Ordering::Release);
        while held.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        Ok::<_, Error>(())
    });
    while begun.load(Ordering::Acquire) == 0 {
        std::thread::yield_now();
    }
    let place = |order: &Arc<AtomicUsize>| {
        let order = Arc::clone(order);
        move |_: &mut store::Tx<'_>| Ok::<_, Error>(order.fetch_add(1, Ordering::AcqRel))
    };
    let slice = db.background_queued("slice", place(&order)).unwrap();
    let urgent = {
        let (db, place) = (db.clone(), place(&order));
        std::thread::spawn(move || db.write_blocking("urgent", place))
    };
    while db.vitals().waiting == 0 {
        std::thread::yield_now();
    }
    gate.store(1, Ordering::Release);
    hold.unwrap().wait().unwrap();
    assert_eq!((urgent.join().unwrap().unwrap(), slice.wait().unwrap()), (0, 1));
}

/// On PostgreSQL a statement sees what was committed before it, unless the whole reading is of one moment.
#[test]
fn what_is_read_together_is_of_one_moment_on_both_engines() {
    let (_dir, lite) = open();
    one_moment(&lite);
    let Some(server) = store::testing::Postgres::shared("one moment on PostgreSQL") else { return };
    let dir = tempfile::tempdir().unwrap();
    let url = Some(server.database());
    one_moment(
        &Db::open(&store::Options { dir: dir.path().into(), url, clock: store::Clock::default() }).unwrap(),
    );
}

fn one_moment(db: &Db) {
    let count = |tx: &mut store::Tx<'_>| {
        tx.one(sql!("SELECT count(*) FROM setting WHERE name = 'between'"), &[], |r| r.get::<i64>(0))
    };
    let other = db.clone();
    let seen = db.read_blocking(move |tx| {
        let before = count(tx)?;
        let other = other.clone();
        let write = std::thread::spawn(move || {
            other.write_blocking("between", |tx| {
                tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('between', '')"), &[])
            })
        });
        write.join().unwrap()?;
        Ok::<_, Error>((before, count(tx)?))
    });
    assert_eq!(seen.unwrap(), (Some(0), Some(0)));
    assert_eq!(db.read_blocking(count).unwrap(), Some(1));
}

#[test]
fn what_was_put_and_fails_later_is_told_to_its_own_caller_on_both_engines() {
    let (_dir, db) = open();
    put_later(&db);
    let Some(server) = store::testing::Postgres::shared("what was put and fails later") else { return };
    let dir = tempfile::tempdir().unwrap();
    let url = Some(server.database());
    put_later(&Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap());
}

/// Names that are put while the writers stand still, so that they share batches; one of them is taken.
fn put_later(db: &Db) {
    let before = count(db);
    put(db, "taken").unwrap();
    let (hold, held) = (Arc::new(std::sync::Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    std::thread::scope(|scope| {
        let (first, inside) = (hold.clone(), held.clone());
        scope.spawn(move || {
            db.write_blocking("holds", move |tx| {
                if inside.fetch_add(1, Ordering::SeqCst) == 0 {
                    first.wait();
                }
                tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('holds', '')"), &[]).map(drop)
            })
            .unwrap();
        });
        let answers: Vec<_> = ["one", "taken", "two", "three"]
            .map(|name| {
                scope.spawn(move || {
                    let one = db.write_blocking("late", move |tx| {
                        let put = sql!("INSERT INTO setting (name, value) VALUES ($1, $2)");
                        tx.put(put, &params![name, "late"])
                    });
                    let rows = sql!(
                        "INSERT INTO setting (name, value) SELECT r.name, 'x' FROM ROWS(name TEXT) AS r WHERE true
                         ON CONFLICT (name) DO NOTHING"
                    );
                    let own = format!("{name} too");
                    let all = db.write_blocking("late", move |tx| {
                        let both = [[store::Val::Text(&own)], [store::Val::Text(name)]];
                        tx.put_many(rows, &[], both, store::Count::All)
                    });
                    (name, one, all)
                })
            })
            .into_iter()
            .collect();
        hold.wait();
        for answer in answers {
            let (name, one, all) = answer.join().unwrap();
            let expected = if name == "taken" { one.is_err() } else { one.is_ok() };
            assert!(expected, "{name}: {one:?}");
            assert!(matches!(all, Err(Error::Undone)), "{name} stands there already: {all:?}");
        }
    });
    // Who goes on as if nothing had failed is not told that it stands.
    let swallowed: Result<(), Error> = db.write_blocking("swallows", |tx| {
        tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('swallowed', '')"), &[])?;
        let _ = tx.exec(sql!("INSERT INTO setting (name, value) VALUES ('taken', '')"), &[]);
        Ok(())
    });
    let stands = db.read_blocking(|tx| {
        tx.one(sql!("SELECT 1 FROM setting WHERE name = 'swallowed'"), &[], |_| Ok(())).map(|r| r.is_some())
    });
    assert_eq!(swallowed.is_ok(), stands.unwrap(), "{swallowed:?}");
    assert_eq!(count(db) - before, 5 + i64::from(swallowed.is_ok()));
}
