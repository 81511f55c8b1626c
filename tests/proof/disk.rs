//! F12, F18, F19, F24: the disk forgets what was not synced, fails at its n-th write or sync, or is slow.

use crate::client::{self, Entry, Told, Wish};
use crate::faulty::{EIO, ENOSPC, Faulty, Number};
use crate::shop::{Chance, PATIENCE, Shop, Verdict, WINDOW, policies, rounds};
use crate::support::{Server, copied, until};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A copy of a data directory at rest, with its folders.
fn photographed(from: &Path, to: &Path) {
    copied(from, to);
    for entry in std::fs::read_dir(from).expect("a data directory").flatten() {
        if entry.path().is_dir() {
            photographed(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

/// Wishes for a round, the policies by turns.
fn wishes(first: usize, count: usize) -> Vec<Wish> {
    (first..first + count).map(|n| Wish::nth(n, &policies()[n % 2])).collect()
}

fn within_bounds(verdict: &Verdict, deaths: usize) {
    println!("{verdict:?} after {deaths} deaths");
    for n in [verdict.flagged, verdict.unknown, verdict.copies] {
        assert!(n <= 2 * WINDOW * deaths, "{verdict:?} after {deaths} deaths with a window of {WINDOW}");
    }
}

#[test]
fn f12_power_is_lost_at_any_moment() {
    const EACH: usize = 60;
    let mut chance = Chance::new("f12_power_is_lost_at_any_moment", 12);
    let shop = Shop::open();
    let deaths = rounds(6);
    shop.people(deaths * EACH);
    let disk = Faulty::under(&shop.home.data());
    let (mut entries, mut forgotten): (Vec<Entry>, usize) = (Vec::new(), 0);
    for _ in 0..deaths {
        let before = tempfile::tempdir().expect("a temporary folder");
        photographed(&shop.home.data(), before.path());
        let mut command = shop.command(&[]);
        disk.dress(&mut command, true);
        // Time enough between a write and its sync for the power to go.
        disk.set(Number::DelayUs, 3_000);
        let server = Server::spawn(command);
        let wishes = wishes(entries.len(), EACH);
        let pause = Duration::from_millis(chance.below(600));
        let address = server.address.clone();
        let sent = std::thread::scope(|scope| {
            let sending = scope.spawn(|| client::send_all(&address, &shop.key, wishes, 8));
            std::thread::sleep(pause);
            server.kill();
            sending.join().expect("the clients end")
        });
        entries.extend(sent);
        let lost = disk.after_power_loss(before.path(), &mut chance);
        println!("killed after {pause:?}: {lost:?}");
        forgotten += lost.sectors;
        let server = shop.home.serve();
        shop.insist(&server, &mut entries);
        shop.reported(&entries);
        assert_eq!(server.end(), 0);
    }
    assert!(forgotten > 0, "nothing was ever lost: this disk forgets nothing");
    within_bounds(&shop.judge(&entries), deaths);
}

/// How the program came through a fault.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It did not start, or stopped, and said why.
    Stopped,
    /// It went on to the end.
    WentOn,
}

/// One small run with a fault in it: serve, a few messages, stop.
fn small_run(shop: &Shop, disk: &Faulty, entries: &mut Vec<Entry>, count: usize) -> End {
    let mut command = shop.command(&[]);
    disk.dress(&mut command, false);
    let mut server = match Server::try_spawn(command) {
        Ok(server) => server,
        Err((status, said)) => {
            assert!(status.code().is_some_and(|c| c == 1), "{status:?}: {said}");
            assert!(!said.contains("panicked"), "{said}");
            return End::Stopped;
        }
    };
    entries.extend(client::send_all(&server.address, &shop.key, wishes(entries.len(), count), 4));
    // What was accepted is on its way or done: receipts, outcomes, leases are written meanwhile.
    let stopped = server.ended(Duration::from_millis(500));
    let said = server.said();
    assert!(!said.contains("panicked"), "{said}");
    match stopped {
        Some(status) => {
            assert_eq!(status.code(), Some(1), "{said}");
            assert!(said.contains("sendword: the store failed"), "{said}");
            End::Stopped
        }
        None => {
            let code = server.end();
            assert!(code == 0 || code == 1, "{code}");
            End::WentOn
        }
    }
}

/// Fails the n-th operation of small runs, for n spread over all of them, and judges all of it at the end.
fn every_nth(test: &str, seed: u64, count: Number, at: Number, errnos: &[i64], short: bool, each: usize) {
    const MESSAGES: usize = 6;
    let mut chance = Chance::new(test, seed);
    let shop = Shop::open();
    let disk = Faulty::under(&shop.home.data());
    let runs = rounds(each);
    shop.people((runs + 1) * MESSAGES);
    let mut entries = Vec::new();
    assert_eq!(small_run(&shop, &disk, &mut entries, MESSAGES), End::WentOn);
    let all = disk.get(count);
    assert!(all > 10, "only {all} operations were seen");
    let (mut fired, mut stopped) = (0, 0);
    for run in 0..runs {
        // Spread evenly, anywhere within each stretch: with more rounds, every one is met.
        let stretch = (all / runs as i64).max(1);
        let nth = 1 + (run as i64 * all / runs as i64 + chance.below(stretch as u64) as i64) % all;
        disk.set(Number::Errno, errnos[run % errnos.len()]);
        disk.set(Number::Short, i64::from(short));
        disk.set(Number::Fired, 0);
        disk.set(at, nth);
        let end = small_run(&shop, &disk, &mut entries, MESSAGES);
        let met = disk.get(Number::Fired) > 0;
        println!("operation {nth} of {all}: {end:?}, met: {met}");
        fired += usize::from(met);
        stopped += usize::from(end == End::Stopped);
        disk.set(at, 0);
        disk.set(Number::Short, 0);
        let server = shop.home.serve();
        shop.insist(&server, &mut entries);
        shop.reported(&entries);
        assert_eq!(server.end(), 0);
    }
    println!("{fired} of {runs} faults were met, {stopped} runs stopped");
    assert!(fired * 2 >= runs, "most faults were never met");
    within_bounds(&shop.judge(&entries), runs);
}

#[test]
fn f18_the_nth_sync_fails() {
    every_nth("f18_the_nth_sync_fails", 18, Number::Syncs, Number::SyncAt, &[EIO], false, 8);
}

#[test]
fn f19_the_nth_write_fails() {
    every_nth("f19_the_nth_write_fails", 19, Number::Writes, Number::WriteAt, &[EIO, ENOSPC], false, 10);
}

#[test]
fn f19_the_nth_write_is_short_and_the_next_fails() {
    let name = "f19_the_nth_write_is_short_and_the_next_fails";
    every_nth(name, 91, Number::Writes, Number::WriteAt, &[EIO, ENOSPC], true, 6);
}

/// F18: one failed sync under load. Nobody of its batch was told yes; the program stops and says why.
#[test]
fn f18_a_sync_fails_once_under_load() {
    const EACH: usize = 400;
    let shop = Shop::open();
    shop.people(EACH);
    let disk = Faulty::under(&shop.home.data());
    let mut command = shop.command(&[]);
    disk.dress(&mut command, false);
    let mut server = Server::spawn(command);
    disk.set(Number::Errno, EIO);
    disk.set(Number::SyncAt, 10);
    let mut entries = client::send_all(&server.address, &shop.key, wishes(0, EACH), 8);
    let status = server.ended(PATIENCE).expect("it stops");
    assert_eq!(status.code(), Some(1), "{}", server.said());
    assert!(server.said().contains("start again when the disk is well"), "{}", server.said());
    let untold = entries.iter().filter(|e| !matches!(e.told, Told::Accepted(_))).count();
    assert!(untold > 0 && untold < EACH, "{untold} of {EACH} were not told yes");
    let server = shop.home.serve();
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    within_bounds(&shop.judge(&entries), 1);
    assert_eq!(server.end(), 0);
}

/// F21: no room while the log is folded back into the file, and none where a backup is to lie. The service goes on; the
/// backup says so and leaves nothing behind.
#[test]
fn f21_no_room_for_the_file_and_for_a_backup() {
    const PEOPLE: usize = 40_000;
    let shop = Shop::open();
    let disk = Faulty::under(&shop.home.data().join("sendword.db"));
    let mut command = shop.command(&[]);
    disk.dress(&mut command, false);
    let server = Server::spawn(command);
    disk.set(Number::Errno, ENOSPC);
    disk.set(Number::Stays, 1);
    disk.set(Number::Files, 1); // the database file, not its log
    disk.set(Number::WriteAt, 1);
    shop.people(PEOPLE); // makes the log long enough to be folded
    until("a fold has found no room", PATIENCE, || (disk.get(Number::Fired) > 0).then_some(()));
    let mut entries = client::send_all(&server.address, &shop.key, wishes(0, 40), 8);
    assert!(entries.iter().all(|e| matches!(e.told, Told::Accepted(_))), "{entries:?}");
    shop.reported(&entries);
    disk.set(Number::WriteAt, 0);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(folder.path()).status();
    if mounted.is_ok_and(|status| status.success()) {
        let file = folder.path().join("copy.backup");
        let made = shop.home.run(&["backup", file.to_str().expect("a plain path")]);
        let left = file.exists();
        let unmounted = Command::new("umount").arg("--lazy").arg(folder.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "the small disk stays");
        assert!(made.code == 1 && !made.err.contains("panicked"), "{made:?}");
        assert!(made.err.contains("full") || made.err.contains("No space"), "{made:?}");
        assert!(!left, "half a backup was left");
        let half = std::fs::read_dir(shop.home.data().join("backups")).expect("the folder of copies");
        assert_eq!(half.count(), 0, "a copy in the making was left");
    } else {
        store::testing::skip(
            "f21_no_room_for_the_file_and_for_a_backup",
            "no file system can be mounted here",
        );
    }
    entries.extend(client::send_all(&server.address, &shop.key, wishes(40, 40), 8));
    assert_eq!(server.end(), 0);
    let server = shop.home.serve();
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    let verdict = shop.judge(&entries);
    assert_eq!((verdict.copies, verdict.flagged, verdict.unknown), (0, 0, 0), "no room made copies");
    assert_eq!(server.end(), 0);
}

/// F24: every sync takes half a second. All are accepted, many at once; a one-time code does not wait for them.
#[test]
fn f24_a_slow_disk() {
    const MANY: usize = 200;
    let shop = Shop::open();
    let disk = Faulty::under(&shop.home.data());
    let mut command = shop.command(&[]);
    disk.dress(&mut command, false);
    let server = Server::spawn(command);
    until("the link stands", PATIENCE, || (shop.home.connector("carrier")["state"] == "bound").then_some(()));
    disk.set(Number::DelayUs, 500_000);
    let started = Instant::now();
    let transactional = json!({ "class": "transactional" });
    let many: Vec<Wish> = (0..MANY).map(|n| Wish::nth(n, &transactional)).collect();
    let (mut entries, code) = std::thread::scope(|scope| {
        let sending = scope.spawn(|| client::send_all(&server.address, &shop.key, many, 50));
        std::thread::sleep(Duration::from_millis(700));
        let code = vec![Wish::nth(MANY, &json!({ "class": "otp" }))];
        let code = client::send_all(&server.address, &shop.key, code, 1);
        (sending.join().expect("the clients end"), code)
    });
    let took = started.elapsed();
    println!("{MANY} accepted in {took:?}; the code in {:?}", code[0].took);
    entries.extend(code);
    assert!(entries.iter().all(|e| matches!(e.told, Told::Accepted(_))), "somebody was refused");
    // Two batches are under way at a time, each with all that waited: four hands' worth of rounds, not two hundred.
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(entries.iter().all(|e| e.took < Duration::from_secs(6)), "somebody waited for all the others");
    assert_eq!(server.ask("GET", "/healthz", None, None).status, 200);
    disk.set(Number::DelayUs, 0);
    shop.reported(&entries);
    let verdict = shop.judge(&entries);
    assert_eq!((verdict.copies, verdict.flagged), (0, 0), "slowness made copies");
    assert_eq!(server.end(), 0);
}

/// F23: a bit of the database file turned over. What holds the file together is checked when the program starts and by
/// doctor: damage there is told in words, and the program does not go on with it. A bit inside a text is seen by nobody:
/// pages carry no checksums. Nothing ends in a crash.
#[test]
fn f23_a_bit_that_turned_over() {
    const MANY: usize = 60;
    const WORDS: &[&str] = &["damaged", "malformed", "not a database", "orphan index", "schema"];
    let mut chance = Chance::new("f23_a_bit_that_turned_over", 23);
    let shop = Shop::open();
    let server = shop.home.serve();
    let transactional = json!({ "class": "transactional" });
    let wishes = (0..MANY).map(|n| Wish::nth(n, &transactional)).collect();
    let entries = client::send_all(&server.address, &shop.key, wishes, 8);
    shop.reported(&entries);
    assert_eq!(server.end(), 0);
    let database = shop.home.data().join("sendword.db");
    let sound = std::fs::read(&database).expect("the database");
    let (mut told, mut unseen, mut refused) = (0, 0, 0);
    for n in 0..rounds(30) {
        let mut file = sound.clone();
        // Every other one hits the eight octets at the head of a page where its shape is written.
        let page = chance.below(file.len() as u64 / 4_096) as usize * 4_096;
        let at = if n % 2 == 0 {
            page + chance.below(8) as usize
        } else {
            chance.below(file.len() as u64) as usize
        };
        file[at] ^= 1 << chance.below(8);
        std::fs::write(&database, &file).expect("our own folder");
        let doctor = shop.home.run(&["doctor"]);
        assert!(doctor.code >= 0 && !doctor.err.contains("panicked"), "octet {at}: {doctor:?}");
        if doctor.code == 1 {
            assert!(WORDS.iter().any(|word| doctor.err.contains(word)), "octet {at}: {doctor:?}");
            told += 1;
            if told % 4 == 1 {
                std::fs::write(&database, &file).expect("our own folder");
                refused += usize::from(does_not_serve(&shop, WORDS));
            }
        } else {
            let all = shop.home.run(&["messages", "list", "--limit", "1000", "--json"]);
            // A row may have become unreadable inside: then its readers are told so, and nobody is served it half.
            assert!(all.code == 0 || all.code == 1 && all.out.contains("internal"), "octet {at}: {all:?}");
            unseen += 1;
        }
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(database.with_extension(format!("db{ending}"))); // mostly not there
        }
    }
    println!("{told} told, {refused} of them tried and not served, {unseen} held together all the same");
    assert!(told > 5 && refused > 0, "this test hits nothing");
}

/// Whether the program refuses this file or stops, with a reason.
fn does_not_serve(shop: &Shop, words: &[&str]) -> bool {
    let (status, said) = match Server::try_spawn(shop.command(&[])) {
        Err((status, said)) => (status, said),
        Ok(mut server) => {
            let Some(status) = server.ended(Duration::from_secs(20)) else {
                panic!("it serves a damaged file")
            };
            (status, server.said())
        }
    };
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(words.iter().any(|word| said.contains(word)) && !said.contains("panicked"), "{said}");
    true
}
