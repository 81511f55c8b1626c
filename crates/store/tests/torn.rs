//! F22: a log that ends in the middle or in garbage. What was acknowledged before the tear is there, nothing after it, and
//! the store goes on.

use std::collections::BTreeMap;
use std::path::Path;
use store::{Clock, Db, Error, Options, params, sql};

fn open(dir: &Path) -> Result<Db, Error> {
    Db::open(&Options { dir: dir.into(), url: None, clock: Clock::default() })
}

fn put(db: &Db, n: usize, value: &str) {
    let (name, value) = (format!("row {n:04}"), value.to_owned());
    db.write_blocking("put", move |tx| store::setting::set(tx, &name, &value)).unwrap();
}

fn rows(db: &Db) -> Result<BTreeMap<String, String>, Error> {
    db.read_blocking(|tx| {
        let all =
            tx.rows(sql!("SELECT name, value FROM setting WHERE name LIKE 'row %'"), &params![], |r| {
                Ok((r.get::<String>(0)?, r.get::<String>(1)?))
            })?;
        Ok(all.into_iter().collect())
    })
}

/// SplitMix64, so that a failure comes again.
fn chance(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
}

fn rounds(n: usize) -> usize {
    n * std::env::var("SENDWORD_ROUNDS").ok().and_then(|t| t.parse().ok()).unwrap_or(1)
}

/// A data directory with these keys.
fn folder(keys: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("keys")).unwrap();
    for key in std::fs::read_dir(keys).unwrap().flatten() {
        std::fs::copy(key.path(), dir.path().join("keys").join(key.file_name())).unwrap();
    }
    dir
}

/// A store as a sudden end leaves it: the file, the log, and how long the log was when each row was acknowledged.
struct Left {
    file: Vec<u8>,
    log: Vec<u8>,
    acknowledged: Vec<usize>,
    dir: tempfile::TempDir,
}

fn value(n: usize) -> String {
    format!("{n} ").repeat(1 + n * 37 % 1_500) // some commits are one page, some are several
}

fn left(n: usize) -> Left {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap()); // the schema goes into the file
    let db = open(dir.path()).unwrap();
    let log = dir.path().join("sendword.db-wal");
    let mut acknowledged = Vec::new();
    for n in 0..n {
        put(&db, n, &value(n));
        acknowledged.push(usize::try_from(std::fs::metadata(&log).unwrap().len()).unwrap());
    }
    let read = |name: &str| std::fs::read(dir.path().join(name)).unwrap();
    Left { file: read("sendword.db"), log: read("sendword.db-wal"), acknowledged, dir }
}

/// Opens the store with this log: exactly a beginning of what was acknowledged is there, and not less than what the tear
/// spared. Then it takes a new row and keeps it.
fn reopened(left: &Left, log: &[u8], torn_at: usize) {
    let dir = folder(&left.dir.path().join("keys"));
    std::fs::write(dir.path().join("sendword.db"), &left.file).unwrap();
    std::fs::write(dir.path().join("sendword.db-wal"), log).unwrap();
    let db = open(dir.path()).unwrap_or_else(|e| panic!("torn at {torn_at}: {e}"));
    let found = rows(&db).unwrap();
    let spared = left.acknowledged.iter().filter(|end| **end <= torn_at).count();
    let whole: BTreeMap<String, String> =
        (0..found.len()).map(|n| (format!("row {n:04}"), value(n))).collect();
    assert_eq!(found, whole, "torn at {torn_at}: not a beginning of what was written");
    assert!(found.len() >= spared, "torn at {torn_at}: {} of {spared} are there", found.len());
    assert!(found.len() <= spared + 1, "torn at {torn_at}: {} came from nowhere", found.len() - spared);
    put(&db, 9_999, "new");
    drop(db);
    let db = open(dir.path()).unwrap();
    assert_eq!(rows(&db).unwrap().len(), found.len() + 1, "torn at {torn_at}: the new row is not kept");
    db.check(None).unwrap();
}

#[test]
fn f22_a_log_that_ends_in_the_middle_keeps_what_was_acknowledged_before() {
    let left = left(60);
    let mut seed = 22;
    for n in 0..rounds(24) {
        // At each end of a commit and beside it, else anywhere.
        let end = left.acknowledged[chance(&mut seed, left.acknowledged.len())];
        let at = match n % 4 {
            0 => end,
            1 => end - 1,
            2 => (end + 24).min(left.log.len()),
            _ => chance(&mut seed, left.log.len()),
        };
        reopened(&left, &left.log[..at], at);
    }
}

#[test]
fn f22_a_log_whose_end_is_garbage_keeps_what_was_acknowledged_before() {
    let left = left(60);
    let mut seed = 222;
    for n in 0..rounds(24) {
        let at = chance(&mut seed, left.log.len());
        let mut log = left.log.clone();
        match n % 3 {
            0 => log[at..].iter_mut().for_each(|octet| *octet = chance(&mut seed, 256) as u8),
            1 => log[at..].fill(0),
            _ => log[at] ^= 1 << chance(&mut seed, 8),
        }
        reopened(&left, &log, at);
    }
}
