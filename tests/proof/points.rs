//! F01 to F10: death at a named moment, first with one message in a quiet house, where the outcome is exact, then at the
//! n-th time under load, then at no particular moment again and again.

use crate::client::{self, Entry, Told, Wish};
use crate::shop::{Chance, PATIENCE, Shop, Verdict, WINDOW, policies, rounds};
use crate::support::{Server, until};
use serde_json::Value;
use std::time::{Duration, Instant};

/// What one message comes to when the program dies at a moment and is started again.
struct Case {
    row: &'static str,
    point: &'static str,
    /// Which time of it.
    nth: u64,
    /// Whether the link to the carrier stands when the message is handed in.
    linked: bool,
    /// Whether the client had been told yes.
    told: bool,
    /// Copies at the carrier and flags, where the class goes again…
    resent: (usize, bool),
    /// …and copies and final status, where it is held.
    held: (usize, &'static str),
}

/// So long the program stands still before it dies: an answer given too soon is out by then.
const PAUSE_MS: u64 = 60;

const CASES: &[Case] = &[
    Case {
        row: "F01",
        point: "submit.before_commit",
        nth: 1,
        linked: false,
        told: false,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F02",
        point: "submit.after_commit",
        nth: 1,
        linked: false,
        told: false,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F03",
        point: "lane.found",
        nth: 1,
        linked: false,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F04",
        point: "lane.drawn",
        nth: 1,
        linked: false,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F04",
        point: "take.before_commit",
        nth: 1,
        linked: false,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F05",
        point: "intent.committed",
        nth: 1,
        linked: false,
        told: true,
        resent: (1, true),
        held: (0, "unknown"),
    },
    Case {
        row: "F06",
        point: "link.half_written",
        nth: 1,
        linked: false,
        told: true,
        resent: (1, true),
        held: (0, "unknown"),
    },
    Case {
        row: "F07",
        point: "link.written",
        nth: 1,
        linked: false,
        told: true,
        resent: (2, true),
        held: (1, "delivered"),
    },
    Case {
        row: "F08",
        point: "link.answered",
        nth: 1,
        linked: false,
        told: true,
        resent: (2, true),
        held: (1, "delivered"),
    },
    Case {
        row: "F08",
        point: "settle.before_commit",
        nth: 1,
        linked: false,
        told: true,
        resent: (2, true),
        held: (1, "delivered"),
    },
    Case {
        row: "F09",
        point: "link.receipt_read",
        nth: 1,
        linked: true,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F09",
        point: "settle.before_commit",
        nth: 2,
        linked: true,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
    Case {
        row: "F10",
        point: "link.receipt_stored",
        nth: 1,
        linked: true,
        told: true,
        resent: (1, false),
        held: (1, "delivered"),
    },
];

/// ESME_RSYSERR, clause 5.1.3.
const SYSTEM_ERROR: u32 = 0x08;

fn link(shop: &Shop, up: bool) {
    // A fault of the carrier's own: after a refused password the next try would be a minute away.
    shop.carrier.smsc.fault(|f| f.bind_status = if up { 0 } else { SYSTEM_ERROR });
    if !up {
        shop.carrier.smsc.cut();
    }
}

/// Waits until the link of a server stands; `false` where the server has died meanwhile.
fn stands(shop: &Shop, server: &mut Server) -> bool {
    until("the link stands", PATIENCE, || {
        let listed = shop.home.run(&["connectors", "list", "--json"]);
        if listed.code != 0 {
            return server.ended(PATIENCE).map(|_| false);
        }
        let all: Vec<Value> = serde_json::from_str(&listed.out).expect("a list of connectors");
        all.iter().any(|c| c["name"] == "carrier" && c["state"] == "bound").then_some(true)
    })
}

/// One message, one death, one start.
fn quiet(shop: &Shop, case: &Case, wish: Wish) -> Entry {
    link(shop, case.linked);
    let point = format!("{}:{}:{PAUSE_MS}", case.point, case.nth);
    let mut server = shop.serve_with(&[("SENDWORD_FAILPOINT", &point)]);
    // A report that was under way when the last server ended comes again, and may be what this one dies of.
    while case.linked && !stands(shop, &mut server) {
        server = shop.serve_with(&[("SENDWORD_FAILPOINT", &point)]);
    }
    let told = client::send(&server.address, &shop.key, &wish);
    assert_eq!(matches!(told, Told::Accepted(_)), case.told, "{}: {told:?}", case.point);
    link(shop, true);
    assert!(server.ended(PATIENCE).is_some(), "{} was never reached", case.point);
    let server = shop.home.serve();
    let mut entries = vec![Entry { wish, told, took: Duration::ZERO }];
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    // A report whose answer did not get through comes again, and would be the next case's first.
    until("the carrier has no more to say", PATIENCE, || (shop.carrier.smsc.pending() == 0).then_some(()));
    assert_eq!(server.end(), 0);
    entries.remove(0)
}

#[test]
fn f01_to_f10_one_message_and_a_death_at_each_moment() {
    let shop = Shop::open();
    let wishes = CASES.len() * policies().len();
    shop.people(wishes);
    let mut entries = Vec::new();
    for case in CASES {
        for policy in policies() {
            let started = Instant::now();
            let entry = quiet(&shop, case, Wish::nth(entries.len(), &policy));
            let messages = shop.messages();
            let to = format!("+{}", entry.wish.to);
            let message = messages.iter().find(|m| m["to"] == to.as_str()).expect("the message");
            let copies = shop.carrier.ledger().get(&entry.wish.to).copied().unwrap_or_default();
            let what = format!("{} {} {}: {message}", case.row, case.point, policy["class"]);
            println!("{what} {copies} copies, {:?}", started.elapsed());
            if policy["class"] == "marketing" {
                assert_eq!((copies, message["status"].as_str()), (case.held.0, Some(case.held.1)), "{what}");
            } else {
                let found = (copies, message["possible_duplicate"] == true);
                assert_eq!(found, case.resent, "{what}");
            }
            entries.push(entry);
        }
    }
    shop.judge(&entries);
}

/// How often the load of one round comes at the most, and how long each time has to be what the death is waited for.
const WAVES: usize = 4;
const CALM: Duration = Duration::from_secs(3);

/// Load with a death at the n-th time, a start, the rest of the load, and the judgement.
fn busy(shop: &Shop, point: &str, nth: u64, first: usize, count: usize, policy: &Value) -> Vec<Entry> {
    let setting = format!("{point}:{nth}:{PAUSE_MS}");
    let mut server = shop.serve_with(&[("SENDWORD_FAILPOINT", &setting)]);
    let mut entries = Vec::new();
    // Some moments come only where messages meet, and now and then none do.
    for wave in 0..WAVES {
        let wishes =
            (first + wave * count..first + (wave + 1) * count).map(|n| Wish::nth(n, policy)).collect();
        entries.extend(client::send_all(&server.address, &shop.key, wishes, 8));
        if server.ended(CALM).is_some() {
            break;
        }
    }
    assert!(server.ended(PATIENCE).is_some(), "{setting} was never reached");
    let server = shop.home.serve();
    shop.insist(&server, &mut entries);
    shop.reported(&entries);
    assert_eq!(server.end(), 0);
    entries
}

fn within_bounds(verdict: &Verdict, deaths: usize) {
    println!("{verdict:?} after {deaths} deaths");
    for n in [verdict.flagged, verdict.unknown, verdict.copies] {
        assert!(n <= 2 * WINDOW * deaths, "{verdict:?} after {deaths} deaths with a window of {WINDOW}");
    }
}

#[test]
fn f01_to_f10_under_load_at_the_nth_time() {
    const EACH: usize = 60;
    let mut chance = Chance::new("f01_to_f10_under_load_at_the_nth_time", 20_261_122);
    let shop = Shop::open();
    let points: Vec<&str> = CASES.iter().map(|c| c.point).collect();
    let deaths = rounds(points.len());
    shop.people(deaths * EACH * WAVES);
    let mut entries = Vec::new();
    for round in 0..deaths {
        let point = points[round % points.len()];
        let policy = &policies()[(round + round / points.len()) % 2];
        let nth = 1 + chance.below(6);
        println!("round {round}: {point}:{nth}");
        entries.extend(busy(&shop, point, nth, entries.len(), EACH, policy));
    }
    within_bounds(&shop.judge(&entries), deaths);
}

#[test]
fn killed_at_any_moment_again_and_again() {
    const EACH: usize = 80;
    let mut chance = Chance::new("killed_at_any_moment_again_and_again", 7);
    let shop = Shop::open();
    let deaths = rounds(6);
    shop.people(deaths * EACH);
    let mut entries: Vec<Entry> = Vec::new();
    for round in 0..deaths {
        let server = shop.home.serve();
        let policy = &policies()[round % 2];
        let first = entries.len();
        let wishes = (first..first + EACH).map(|n| Wish::nth(n, policy)).collect();
        let pause = Duration::from_millis(chance.below(400));
        let address = server.address.clone();
        let sent = std::thread::scope(|scope| {
            let sending = scope.spawn(|| client::send_all(&address, &shop.key, wishes, 8));
            std::thread::sleep(pause);
            server.kill();
            sending.join().expect("the clients end")
        });
        entries.extend(sent);
        let server = Server::spawn(shop.command(&[]));
        shop.insist(&server, &mut entries);
        // Every other time the next death comes before this one's copies have gone out.
        if round % 2 == 1 {
            shop.reported(&entries);
        }
        server.kill();
    }
    let server = shop.home.serve();
    shop.reported(&entries);
    within_bounds(&shop.judge(&entries), 2 * deaths);
    assert_eq!(server.end(), 0);
}
