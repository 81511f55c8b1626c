use super::recent::GENERATION;
use super::*;
use crate::testing::Postgres;
use crate::{Clock, Db, Error, Options};

/// Stores of both engines; PostgreSQL where it can be started.
fn stores(name: &str) -> Vec<(Db, tempfile::TempDir)> {
    let mut urls = vec![None];
    urls.extend(Postgres::shared(name).map(|server| Some(server.database())));
    let open = |url: Option<String>| {
        let dir = tempfile::tempdir().expect("a folder");
        let options = Options { dir: dir.path().to_path_buf(), url, clock: Clock::default() };
        (Db::open(&options).expect("a store"), dir)
    };
    urls.into_iter().map(open).collect()
}

/// The housekeeping's way in, for a test that sorts when it wants to.
struct Now<'a>(&'a Db);

impl sorter::Hands for Now<'_> {
    fn slice<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.background_blocking("generation", f)
    }
    fn read<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.0.read_blocking(f)
    }
}

fn put_all(db: &Db, kind: Kind, entries: &[Entry]) {
    let entries = entries.to_vec();
    let put = move |tx: &mut Tx<'_>| put(tx, kind, entries.iter().copied());
    db.write_blocking::<_, Error, _>("put", put).expect("put");
}

fn found(db: &Db, kind: Kind, hashes: &[i64]) -> Vec<Entry> {
    let hashes = hashes.to_vec();
    let mut found: Vec<Entry> =
        db.read_blocking::<_, Error, _>(move |tx| find(tx, kind, &hashes)).expect("find");
    found.sort_unstable();
    found
}

fn page(db: &Db, h: i64, before: i64, limit: usize) -> Vec<i64> {
    db.read_blocking::<_, Error, _>(move |tx| newest(tx, Kind::Number, h, before, limit)).expect("newest")
}

fn sort(db: &Db, kind: Kind) {
    db.sort_for_test(&Now(db), kind).expect("sorted");
}

fn entry(h: i64, a: i64) -> Entry {
    Entry { h, a, b: 7 }
}

#[test]
fn the_log_and_the_generations_are_one_to_who_asks() {
    for (db, _dir) in stores("the log and the generations") {
        let all: Vec<Entry> =
            (0..3_000).map(|i: i64| entry(i.wrapping_mul(0x1234_5678_9ABC_DEF1), i)).collect();
        for (i, third) in all.chunks(1_000).enumerate() {
            put_all(&db, Kind::Receipt, third);
            if i < 2 && db.engine() == Engine::Sqlite {
                sort(&db, Kind::Receipt);
            }
        }
        let hashes: Vec<i64> = all.iter().map(|e| e.h).collect();
        let mut expected = all.clone();
        expected.sort_unstable();
        assert_eq!(found(&db, Kind::Receipt, &hashes), expected);
        assert_eq!(found(&db, Kind::Number, &hashes), [], "kinds are apart");
        assert_eq!(found(&db, Kind::Receipt, &[1, 2, 3]), []);
    }
}

#[test]
fn the_newest_generation_answers_for_a_hash_that_was_used_twice() {
    for (db, _dir) in stores("a hash used twice") {
        put_all(&db, Kind::Receipt, &[entry(5, 1)]);
        if db.engine() == Engine::Postgres {
            continue; // one log: both are given, and the caller takes the newest message
        }
        sort(&db, Kind::Receipt);
        put_all(&db, Kind::Receipt, &[entry(5, 2)]);
        assert!(found(&db, Kind::Receipt, &[5]).contains(&entry(5, 2)));
        sort(&db, Kind::Receipt);
        sort(&db, Kind::Receipt);
        put_all(&db, Kind::Receipt, &[entry(6, 3)]);
        assert_eq!(found(&db, Kind::Receipt, &[5]), [entry(5, 2)]);
    }
}

#[test]
fn messages_of_a_number_come_newest_first_across_generations() {
    for (db, _dir) in stores("messages of a number") {
        for round in 0..4 {
            let entries: Vec<Entry> = (0..50).map(|i| entry(9, i * 4 + round)).collect();
            put_all(&db, Kind::Number, &entries);
            put_all(&db, Kind::Number, &[entry(10, 1_000 + round)]);
            if round % 2 == 0 && db.engine() == Engine::Sqlite {
                sort(&db, Kind::Number);
            }
        }
        assert_eq!(page(&db, 9, i64::MAX, 3), [199, 198, 197]);
        assert_eq!(page(&db, 9, 197, 2), [196, 195]);
        assert_eq!(page(&db, 9, 2, 10), [1, 0]);
        assert_eq!(page(&db, 11, i64::MAX, 10), [0i64; 0]);
    }
}

#[test]
fn an_undone_closure_leaves_nothing_to_be_found() {
    for (db, _dir) in stores("an undone closure") {
        let undone = db.write_blocking::<(), Error, _>("undone", |tx| {
            put(tx, Kind::Receipt, [entry(5, 1)].into_iter())?;
            Err(Error::Undone)
        });
        assert_eq!(undone, Err(Error::Undone));
        assert_eq!(found(&db, Kind::Receipt, &[5]), []);
    }
}

#[test]
fn a_store_opened_again_finds_what_was_there() {
    let (db, dir) = stores("opened again").remove(0);
    put_all(&db, Kind::Receipt, &[entry(1, 1)]);
    sort(&db, Kind::Receipt);
    put_all(&db, Kind::Receipt, &[entry(2, 2)]);
    // A crash in the middle of a sorting: a generation of size 0 with some of its rows.
    db.write_blocking::<_, Error, _>("half", |tx| {
        tx.exec(
            sql!("INSERT INTO generation (gen, kind, size, last, filter) VALUES ($1, 1, 0, 0, $2)"),
            &params![Val::Int(77), Val::Bytes(&[])],
        )?;
        tx.exec(sql!("INSERT INTO sorted_key (gen, h, a, b) VALUES ($1, 2, 2, 7)"), &params![Val::Int(77)])
    })
    .expect("half a generation");
    drop(db);
    let db = Db::open(&Options { dir: dir.path().to_path_buf(), url: None, clock: Clock::default() })
        .expect("again");
    assert_eq!(found(&db, Kind::Receipt, &[1, 2]), [entry(1, 1), entry(2, 2)]);
    sorter::mend(&Now(&db)).expect("mended");
    let half = db.read_blocking::<_, Error, _>(|tx| {
        tx.one(sql!("SELECT count(*) FROM sorted_key WHERE gen = $1"), &params![Val::Int(77)], |r| {
            r.get::<i64>(0)
        })
    });
    assert_eq!(half, Ok(Some(0)));
    assert_eq!(found(&db, Kind::Receipt, &[1, 2]), [entry(1, 1), entry(2, 2)]);
}

#[test]
fn a_grown_log_is_sorted_by_itself_and_old_rows_go() {
    let (db, _dir) = stores("a grown log").remove(0);
    let most = i64::try_from(GENERATION).expect("small");
    for from in (0..most).step_by(8_192) {
        let entries: Vec<Entry> = (from..from + 8_192).map(|i| entry(i, i)).collect();
        put_all(&db, Kind::Receipt, &entries);
    }
    let count = |text: &'static crate::Sql| {
        db.read_blocking::<_, Error, _>(move |tx| tx.one(text, &[], |r| r.get::<i64>(0)))
            .expect("a count")
            .unwrap_or(0)
    };
    let log = || count(sql!("SELECT count(*) FROM recent_key"));
    while log() > 0 {
        put_all(&db, Kind::Number, &[entry(1, 1)]); // a commit asks for the sorting
        sort_numbers(&db);
    }
    assert_eq!(count(sql!("SELECT CAST(sum(size) AS BIGINT) FROM generation WHERE kind = 1")), most);
    assert_eq!(found(&db, Kind::Receipt, &[0, most - 1, most]), [entry(0, 0), entry(most - 1, most - 1)]);
    let later = db.now_ms() + 1_000;
    while db
        .write_blocking::<_, Error, _>("forget", move |tx| forget(tx, Kind::Receipt, later, 500))
        .expect("gone")
        > 0
    {}
    assert_eq!(found(&db, Kind::Receipt, &[0, 1]), []);
    assert_eq!(count(sql!("SELECT count(*) FROM generation WHERE kind = 1")), 0);
}

fn sort_numbers(db: &Db) {
    sort(db, Kind::Number);
}
