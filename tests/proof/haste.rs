//! F13 to F15, F26, F33, F34, F79, F81, F82: stopped, paused, refused, starved and asked for the impossible at full speed.

use crate::client::{self, Entry, Told, Wish};
use crate::shop::{Chance, PATIENCE, Shop, WINDOW, policies, rounds};
use crate::support::{Home, Server, adds_up, count, sum, until, watched};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::ledger::sent::{self, Kind};

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_millis()).expect("a clock before the year 292 million")
}

/// Every committed intent the product wrote down: message and moment.
fn intents(shop: &Shop) -> Vec<(String, i64)> {
    let mut all = Vec::new();
    let log = shop.home.data().join("sent-log");
    sent::read(&log, &[], &mut |record| {
        if record.kind == Kind::Intent {
            all.push((sms::id::public(sms::id::kind::MESSAGE, record.message), record.at));
        }
        Ok(())
    })
    .expect("the sent-log");
    all
}

fn post(shop: &Shop, server: &Server, path: &str, body: &Value) -> (u16, String) {
    client::ask(&server.address, "POST", path, &shop.key, "", &body.to_string()).expect("an answer")
}

fn launched(shop: &Shop) -> String {
    let id = shop.home.campaign("Sale", "all", "Sale today", &[]);
    shop.home.json(&["campaigns", "send", &id, "--yes"]);
    id
}

fn left(shop: &Shop, n: u64) {
    until("some have left", PATIENCE, || (shop.carrier.smsc.counts().submitted >= n).then_some(()));
}

/// F15: asked to end under load, the program drains: what is on the wire is answered, nothing is unclear, nothing lost.
#[test]
fn f15_ended_under_load() {
    const EACH: usize = 150;
    let shop =
        Shop::with(sim::Config { latency_ms: (50, 300), receipt_ms: (20, 80), ..sim::Config::default() });
    let times = rounds(2);
    shop.people(times * EACH);
    let mut entries: Vec<Entry> = Vec::new();
    for round in 0..times {
        let mut server = shop.home.serve();
        let wishes =
            (entries.len()..entries.len() + EACH).map(|n| Wish::nth(n, &policies()[n % 2])).collect();
        let address = server.address.clone();
        let before = shop.carrier.smsc.counts().submitted;
        let sent = std::thread::scope(|scope| {
            let sending = scope.spawn(|| client::send_all(&address, &shop.key, wishes, 8));
            left(&shop, before + 20);
            let asked = Instant::now();
            server.signal(Signal::TERM);
            let status = server.ended(Duration::from_secs(31)).expect("it ends within 30 seconds");
            println!("round {round}: it took {:?}", asked.elapsed());
            assert_eq!(status.code(), Some(0), "{}", server.said());
            sending.join().expect("the clients end")
        });
        entries.extend(sent);
        let server = shop.home.serve();
        assert!(!server.said().contains("ambiguous"), "{}", server.said());
        shop.insist(&server, &mut entries);
        shop.reported(&entries);
        assert_eq!(server.end(), 0);
    }
    let verdict = shop.judge(&entries);
    assert_eq!(
        (verdict.copies, verdict.flagged, verdict.unknown),
        (0, 0, 0),
        "a drain left something unclear"
    );
}

/// F14: the process stands still while its link falls and its carrier goes on; then it wakes up in the middle. Scaled: nine
/// seconds instead of ninety, beside an answer time and an enquiry time of five instead of sixty and thirty.
#[test]
fn f14_stopped_and_continued() {
    const EACH: usize = 200;
    let shop =
        Shop::with(sim::Config { latency_ms: (20, 60), receipt_ms: (20, 80), ..sim::Config::default() });
    shop.people(EACH);
    shop.home.json(&["connectors", "set", "carrier", "answer_timeout_s=5", "enquire_s=5"]);
    let server = shop.home.serve();
    let wishes: Vec<Wish> = (0..EACH).map(|n| Wish::nth(n, &policies()[n % 2])).collect();
    let mut entries = std::thread::scope(|scope| {
        let sending = scope.spawn(|| client::send_all(&server.address, &shop.key, wishes, 8));
        left(&shop, 30);
        server.signal(Signal::STOP);
        shop.carrier.smsc.cut(); // with everything in the window unanswered
        std::thread::sleep(Duration::from_secs(9));
        let asleep = shop.carrier.smsc.counts().submitted;
        server.signal(Signal::CONT);
        let entries = sending.join().expect("the clients end");
        assert!(shop.carrier.smsc.counts().submitted >= asleep);
        entries
    });
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    let verdict = shop.judge(&entries);
    println!("{verdict:?}");
    for n in [verdict.copies, verdict.flagged, verdict.unknown] {
        assert!(n <= 2 * WINDOW, "{verdict:?}");
    }
    assert_eq!(server.end(), 0);
}

/// F26: whoever comes second is told so and touches nothing.
#[test]
fn f26_two_processes_on_one_data_directory() {
    let shop = Shop::open();
    let server = shop.home.serve();
    let Err((status, said)) = Server::try_spawn(shop.command(&[])) else {
        panic!("both serve one directory")
    };
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("another sendword uses") && said.contains("--data"), "{said}");
    let transactional = json!({ "class": "transactional" });
    let entries = client::send_all(&server.address, &shop.key, vec![Wish::nth(0, &transactional)], 1);
    shop.reported(&entries);
    assert_eq!(shop.judge(&entries).copies, 0);
    assert_eq!(server.end(), 0);
}

/// F81: pause and resume again and again, then stop, all at full speed. After each confirmation not one intent is written.
#[test]
fn f81_paused_and_stopped_at_full_speed() {
    const PEOPLE: usize = 4_000;
    let mut chance = Chance::new("f81_paused_and_stopped_at_full_speed", 81);
    let shop = Shop::open();
    shop.people(PEOPLE);
    let server = shop.home.serve();
    let id = launched(&shop);
    let step = |verb: &str| post(&shop, &server, &format!("/v1/campaigns/{id}/{verb}"), &json!({}));
    let mut still: Vec<(i64, i64)> = Vec::new();
    let mut at = 20;
    for _ in 0..rounds(6) {
        at += 20 + chance.below(150);
        if at > PEOPLE as u64 * 3 / 4 {
            break;
        }
        left(&shop, at);
        assert_eq!(step("pause").0, 200);
        let confirmed = (now_ms(), shop.carrier.smsc.counts().submitted);
        std::thread::sleep(Duration::from_millis(100 + chance.below(200)));
        let late = shop.carrier.smsc.counts().submitted - confirmed.1;
        assert!(late <= 2 * WINDOW as u64, "{late} arrived after a pause with a window of {WINDOW}");
        at = at.max(confirmed.1 + late);
        still.push((confirmed.0, now_ms()));
        assert_eq!(step("resume").0, 200);
    }
    left(&shop, at + 10);
    assert_eq!(step("stop").0, 200);
    still.push((now_ms(), i64::MAX));
    let report = watched(&shop.home, &id, PATIENCE);
    until("nothing is under way", PATIENCE, || {
        let report = shop.home.json(&["campaigns", "report", &id]);
        adds_up(&report);
        (count(&report, "waiting") + count(&report, "submitted") == 0).then_some(())
    });
    let all = intents(&shop);
    assert!(all.len() > 50 && all.len() < PEOPLE, "{} intents: the stop was not in the middle", all.len());
    for (from, to) in &still {
        let wrong: Vec<_> = all.iter().filter(|(_, at)| at > from && at < to).collect();
        assert!(wrong.is_empty(), "intents after a confirmed halt at {from}: {wrong:?}");
    }
    assert_eq!(report["state"], "stopped", "{report}");
    assert!(shop.carrier.ledger().values().all(|copies| *copies == 1), "somebody got it twice");
    assert_eq!(server.end(), 0);
}

/// F79: people refuse while the mailing runs at full speed, by word and by a program. Whoever's refusal is confirmed gets
/// no new intent.
#[test]
fn f79_refused_at_full_speed() {
    const PEOPLE: usize = 3_000;
    let refusals = rounds(120);
    let mut chance = Chance::new("f79_refused_at_full_speed", 79);
    let shop = Shop::open();
    shop.people(PEOPLE);
    shop.home.json(&["numbers", "add", "4545", "--connector", "carrier"]);
    let server = shop.home.serve();
    let id = launched(&shop);
    left(&shop, 20);
    let mut confirmed: HashMap<String, i64> = HashMap::new();
    let threads = tokio::runtime::Runtime::new().expect("threads for phones");
    for n in 0..refusals {
        let number = Wish::nth(chance.below(PEOPLE as u64) as usize, &json!({})).to;
        if n % 10 == 0 {
            let phone = shop.carrier.phone(&format!("+{number}"));
            threads.block_on(phone.send("STOP", "4545")).expect("the word is taken");
            until("the word is known as a refusal", PATIENCE, || {
                let path = format!("/v1/consents?number=%2B{number}");
                let (status, body) = client::ask(&server.address, "GET", &path, &shop.key, "", "")?;
                assert_eq!(status, 200, "{body}");
                body.contains("\"refused\"").then_some(())
            });
        } else {
            let (status, body) =
                post(&shop, &server, "/v1/suppressions", &json!({ "number": format!("+{number}") }));
            assert!(status < 300, "{status} {body}");
        }
        confirmed.entry(number).or_insert_with(now_ms);
    }
    let report = watched(&shop.home, &id, PATIENCE);
    let moments: HashMap<String, i64> = intents(&shop).into_iter().collect();
    let mut spared = 0;
    for message in shop.messages().iter().filter(|m| m["class"] == "marketing") {
        let to = crate::support::digits(message["to"].as_str().expect("a number"));
        let Some(refused) = confirmed.get(&to) else { continue };
        match moments.get(message["id"].as_str().expect("an id")) {
            Some(at) => assert!(at <= refused, "{to} refused at {refused} and was sent at {at}"),
            None => spared += 1,
        }
    }
    println!("{spared} of {} who refused were spared; {report}", confirmed.len());
    assert!(spared > 10, "hardly anybody refused in time: the race was not run");
    assert_eq!(sum(&report, "suppressed"), spared, "{report}");
    assert_eq!(count(&report, "delivered") + spared + sum(&report, "skipped"), PEOPLE as i64, "{report}");
    assert_eq!(server.end(), 0);
}

/// F82: the list is edited and people are erased while the mailing runs: the snapshot decides who is meant, nobody is
/// added, nobody gets it twice, and who is gone before their turn is skipped.
#[test]
fn f82_people_come_and_go_while_it_runs() {
    const PEOPLE: usize = 3_000;
    let shop = Shop::open();
    shop.people(PEOPLE);
    let server = shop.home.serve();
    let contacts = shop.home.json(&["contacts", "list", "--limit", "200"]);
    let contacts = contacts.as_array().expect("people").clone();
    let id = launched(&shop);
    left(&shop, 20);
    let mut erased = HashSet::new();
    for contact in contacts.iter().take(60) {
        let path = format!("/v1/contacts/{}", contact["id"].as_str().expect("an id"));
        let (status, body) =
            client::ask(&server.address, "DELETE", &path, &shop.key, "", "").expect("an answer");
        assert!(status < 300, "{status} {body}");
        erased.insert(crate::support::digits(contact["number"].as_str().expect("a number")));
    }
    let rows: String = (0..50).map(|n| format!("New,+97252{:07}\n", 7_000_000 + n)).collect();
    shop.home.import(&shop.home.file("new.csv", &format!("name,phone\n{rows}")), "all");
    let report = watched(&shop.home, &id, PATIENCE);
    let ledger = shop.carrier.ledger();
    assert_eq!(count(&report, "audience"), PEOPLE as i64, "{report}");
    assert!(ledger.keys().all(|to| !to.starts_with("972527")), "somebody who came later got it");
    assert!(ledger.values().all(|copies| *copies == 1), "somebody got it twice");
    let stayed = PEOPLE - erased.len();
    assert!((stayed..=PEOPLE).contains(&ledger.len()), "{} got it of {PEOPLE}", ledger.len());
    let missing = PEOPLE - ledger.len();
    println!("{} erased, {missing} of them in time: {report}", erased.len());
    assert_eq!(
        sum(&report, "skipped") + sum(&report, "suppressed") + count(&report, "cancelled"),
        missing as i64
    );
    assert_eq!(server.end(), 0);
}

/// F34: what is worth less than its wait ends as expired, with that reason, and never leaves afterwards.
#[test]
fn f34_validity_shorter_than_the_wait() {
    const MANY: usize = 40;
    let shop = Shop::open();
    shop.home.json(&["connectors", "set", "carrier", "rate=4"]);
    let server = shop.home.serve();
    let short = json!({ "class": "transactional", "validity_s": 3 });
    let wishes = (0..MANY).map(|n| Wish::nth(n, &short)).collect();
    let entries = client::send_all(&server.address, &shop.key, wishes, 8);
    assert!(entries.iter().all(|e| matches!(e.told, Told::Accepted(_))));
    let accepted = now_ms();
    let ended = shop.settled();
    let ledger = shop.carrier.ledger();
    let expired: Vec<&Value> = ended.iter().filter(|m| m["status"] == "expired").collect();
    assert!(expired.len() > 5 && ledger.len() > 2, "{} expired, {} left", expired.len(), ledger.len());
    assert_eq!(expired.len() + ledger.len(), MANY);
    for message in expired {
        assert!(!ledger.contains_key(&crate::support::digits(message["to"].as_str().expect("a number"))));
        assert_ne!(message["reason"]["code"], "none", "{message}");
    }
    let last = shop
        .carrier
        .entries()
        .iter()
        .filter(|e| e["what"] == "submit")
        .filter_map(|e| e["at"].as_i64())
        .max();
    assert!(last.is_some_and(|at| at < accepted + 3_500), "something left after its validity");
    assert_eq!(server.end(), 0);
}

/// F33: moments at the edges of calendars are taken or refused in words; no answer is an error of ours.
#[test]
fn f33_moments_at_the_edges() {
    let shop = Shop::open();
    let server = shop.home.serve();
    let moments = [
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "-9999-01-01T00:00:00Z",
        "2026-12-31T23:59:60Z",
        "2038-01-19T03:14:08Z",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2027-06-30T23:59:61Z",
        "99999999999999999999",
        "",
        "never",
    ];
    for (n, at) in moments.iter().enumerate() {
        let wish = Wish::nth(n, &json!({ "class": "transactional", "send_at": at }));
        match client::send(&server.address, &shop.key, &wish) {
            Told::Accepted(_) | Told::Refused(400 | 422, _) => {}
            other => panic!("{at}: {other:?}"),
        }
    }
    for (n, s) in [i64::MIN, -1, 0, 1, 604_800, 604_801, i64::from(i32::MAX), i64::MAX].iter().enumerate() {
        let wish = Wish::nth(100 + n, &json!({ "class": "transactional", "validity_s": s }));
        match client::send(&server.address, &shop.key, &wish) {
            Told::Accepted(_) => assert!((1..=604_800).contains(s), "{s} seconds were taken"),
            Told::Refused(400 | 422, _) => assert!(!(1..=604_800).contains(s), "{s} seconds were refused"),
            other => panic!("{s}: {other:?}"),
        }
    }
    assert!(!server.said().contains("panicked"), "{}", server.said());
    assert_eq!(server.end(), 0);
}

/// F33: the program itself in other years: it works, or says why not.
#[test]
fn f33_started_in_another_year() {
    for at in ["1970-01-01T00:00:01Z", "2026-12-31T23:59:58Z", "2038-01-19T03:14:06Z", "9999-12-31T23:59:58Z"]
    {
        let shop = Shop::open();
        match Server::try_spawn(shop.command(&[("SENDWORD_CLOCK", at)])) {
            Ok(server) => {
                let wish = Wish::nth(0, &json!({ "class": "transactional" }));
                let told = client::send(&server.address, &shop.key, &wish);
                println!("{at}: {told:?}");
                if let Told::Accepted(id) = told {
                    until("it is delivered", PATIENCE, || {
                        let path = format!("/v1/messages/{id}");
                        let (_, body) = client::ask(&server.address, "GET", &path, &shop.key, "", "")?;
                        body.contains("\"delivered\"").then_some(())
                    });
                }
                assert!(!server.said().contains("panicked"), "{at}: {}", server.said());
                assert_eq!(server.end(), 0);
            }
            Err((status, said)) => {
                println!("{at}: {status:?} {said}");
                assert!(status.code().is_some_and(|c| c == 1 || c == 2), "{at}: {status:?} {said}");
                assert!(!said.contains("panicked") && said.to_lowercase().contains("clock"), "{at}: {said}");
            }
        }
    }
}

/// F13: the kernel ends the process for want of memory in the middle of its work; and a quarter of a gigabyte is enough.
#[test]
fn f13_memory_ends() {
    const EACH: usize = 400;
    let Some(cell) = Cell::make("f13_memory_ends") else { return };
    let shop = Shop::at(
        Home::new(),
        sim::Config { latency_ms: (2, 8), receipt_ms: (20, 80), ..sim::Config::default() },
    );
    shop.people(2 * EACH);
    let wishes = |first: usize| (first..first + EACH).map(|n| Wish::nth(n, &policies()[n % 2])).collect();
    cell.limit(256 << 20);
    let server = Server::spawn(cell.held(shop.command(&[])));
    let mut entries: Vec<Entry> = client::send_all(&server.address, &shop.key, wishes(0), 16);
    shop.reported(&entries);
    assert!(entries.iter().all(|e| matches!(e.told, Told::Accepted(_))), "256 MB were not enough");
    assert_eq!(server.end(), 0);
    let mut server = Server::spawn(cell.held(shop.command(&[])));
    let address = server.address.clone();
    let sent = std::thread::scope(|scope| {
        let sending = scope.spawn(|| client::send_all(&address, &shop.key, wishes(EACH), 16));
        left(&shop, EACH as u64 + 20);
        let big = " ".repeat(24 << 20);
        let status = until("the kernel ends it", PATIENCE, || {
            cell.squeeze();
            // It is made to hold more than can be taken from its files; an answer is not expected.
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    let ask = || client::ask(&address, "POST", "/v1/messages/batch", &shop.key, "", &big);
                    drop(scope.spawn(ask));
                }
            });
            server.ended(Duration::from_millis(200))
        });
        assert!(status.code().is_none(), "{status:?}: it was not killed");
        sending.join().expect("the clients end")
    });
    cell.limit(256 << 20);
    entries.extend(sent);
    let server = shop.home.serve();
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    let verdict = shop.judge(&entries);
    println!("{verdict:?}");
    assert!(verdict.flagged.max(verdict.unknown) <= 2 * WINDOW, "{verdict:?}");
    assert_eq!(server.end(), 0);
}

/// A control group with a limit of memory.
struct Cell(std::path::PathBuf);

impl Cell {
    fn make(test: &str) -> Option<Cell> {
        let at =
            std::path::Path::new("/sys/fs/cgroup/memory").join(format!("sendword-{}", std::process::id()));
        match std::fs::create_dir(&at) {
            Ok(()) => Some(Cell(at)),
            Err(e) => {
                store::testing::skip(test, &format!("no control group of version 1 can be made here: {e}"));
                None
            }
        }
    }

    fn limit(&self, octets: u64) {
        let file = self.0.join("memory.limit_in_bytes");
        std::fs::write(file, octets.to_string()).expect("a limit");
    }

    /// Leaves it little more than it has now.
    fn squeeze(&self) {
        let used = std::fs::read_to_string(self.0.join("memory.usage_in_bytes")).expect("a figure");
        self.limit(used.trim().parse::<u64>().expect("a figure") + (4 << 20));
    }

    /// The same command, in the group from its first page on.
    fn held(&self, command: Command) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo $$ >\"$0\" && exec \"$@\""]).arg(self.0.join("cgroup.procs"));
        shell.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        for _ in 0..50 {
            if std::fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20)); // the last process is still leaving
        }
    }
}
