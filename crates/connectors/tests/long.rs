//! Long messages over real sockets: the carrier falls, throttles, refuses or is silent in the middle of one. Judged by
//! what the phone shows, by the carrier's ledger of parts, and by the rows.

mod world;

use connectors::{Options, Supervisor};
use sim::AtPart;
use sms::{Class, Code, Status};
use std::collections::BTreeMap;
use std::time::Duration;
use store::connector;
use store::message::{self, Message};
use world::{World, quick, world_on};

const PHONE: &str = "+99950000120";
const PARTS: usize = 4;

/// What is expected of one mishap.
struct Case {
    name: &'static str,
    /// Links with a window of one write part after part.
    window: i64,
    class: Class,
    at: u8,
    what: AtPart,
    ends: Status,
    code: Code,
    duplicate: bool,
    /// How often the carrier took each part.
    took: [usize; PARTS],
}

const fn case(name: &'static str, window: i64, class: Class, at: u8, what: AtPart) -> Case {
    let ends = Status::Delivered;
    Case { name, window, class, at, what, ends, code: Code::None, duplicate: false, took: [1; PARTS] }
}

const MARKETING: Class = Class::Marketing;
const NOTICE: Class = Class::Transactional;
const THROTTLED: AtPart = AtPart::Answer(0x58);
const LATER: AtPart = AtPart::Answer(0x64);
const NEVER: AtPart = AtPart::Answer(0x0B);

fn cases() -> Vec<Case> {
    let held = |case| Case { ends: Status::Unknown, code: Code::AmbiguousSubmit, ..case };
    let flagged = |case| Case { duplicate: true, ..case };
    let ended = |case| Case { ends: Status::Undelivered, code: Code::BadAddress, ..case };
    vec![
        case("throttled, held class", 10, MARKETING, 2, THROTTLED),
        case("throttled, resent class", 10, NOTICE, 4, THROTTLED),
        case("throttled at the first, one by one", 1, MARKETING, 1, THROTTLED),
        case("later, resent class", 10, Class::Otp, 3, LATER),
        Case {
            took: [1, 1, 0, 0],
            ..held(case("falls behind an answer, all written", 10, MARKETING, 2, AtPart::FallBehind))
        },
        flagged(case("falls behind an answer, resent", 10, NOTICE, 2, AtPart::FallBehind)),
        held(case("falls before an answer, one by one", 1, MARKETING, 2, AtPart::FallBefore)),
        Case {
            took: [1, 2, 1, 1],
            ..flagged(case("falls before an answer, one by one, resent", 1, NOTICE, 2, AtPart::FallBefore))
        },
        Case {
            took: [1, 2, 1, 1],
            ..flagged(case("falls before an answer, resent", 10, NOTICE, 2, AtPart::FallBefore))
        },
        held(case("no answer, held", 10, MARKETING, 3, AtPart::Silence)),
        Case { took: [1, 1, 2, 1], ..flagged(case("no answer, resent", 10, NOTICE, 3, AtPart::Silence)) },
        Case { took: [1, 1, 0, 1], ..held(case("lost, held", 10, MARKETING, 3, AtPart::Vanish)) },
        flagged(case("lost, resent", 10, NOTICE, 3, AtPart::Vanish)),
        Case { took: [1, 0, 0, 0], ..ended(case("refused, one by one", 1, NOTICE, 2, NEVER)) },
        Case { took: [1, 0, 1, 1], ..ended(case("refused, all written", 10, MARKETING, 2, NEVER)) },
    ]
}

impl World {
    /// Changes a setting of the connector.
    async fn set(&self, name: &'static str, value: &'static str) {
        let connector = self.connector;
        let changed = self.db.write("set", move |tx| {
            let Some(row) = connector::enabled(tx)?.into_iter().find(|c| c.id == connector) else {
                return Ok(());
            };
            let mut settings = row.settings.clone();
            settings.insert(name.to_owned(), value.to_owned());
            connector::replace(tx, connector, &settings, &BTreeMap::new()).map(drop)
        });
        changed.await.unwrap();
    }

    /// The message once nothing moves it any more by itself.
    async fn rest(&self, id: i64) -> Message {
        let workspace = self.workspace;
        let mut last = None;
        for _ in 0..1_200 {
            let m = self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
            if (m.status.is_final() || m.status == Status::Unknown) && !m.in_flight {
                return m;
            }
            last = Some(m.status);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it stays {last:?}");
    }
}

/// How often the carrier took each part that goes to the phone.
fn ledger(w: &World) -> [usize; PARTS] {
    let mut took = [0; PARTS];
    for entry in w.smsc.journal().iter().filter(|e| e.what == sim::What::Submit && e.to == PHONE) {
        if entry.state.is_empty() {
            took[usize::from(entry.part) - 1] += 1;
        }
    }
    took
}

async fn ended(w: &World, id: i64, wanted: Status, name: &str) -> Message {
    let workspace = w.workspace;
    let mut last = None;
    for _ in 0..800 {
        let m = w.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        if m.status == wanted && !m.in_flight {
            return m;
        }
        last = Some((m.status, m.code, m.in_flight));
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{name}: {wanted} was awaited, it is {last:?}; taken {:?}", ledger(w));
}

async fn plays(case: &Case, url: Option<String>) {
    let w = world_on(url, case.window, quick()).await;
    w.set("answer_timeout_s", "1").await;
    w.smsc.fault(|f| f.at_part = Some((case.at, case.what)));
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let text: String = "0123456789 ".repeat(55);
    assert_eq!(sms::parts::size(&text).parts, PARTS);
    let id = w.put(case.class, vec![(PHONE.into(), text.clone())]).await[0];
    let m = ended(&w, id, case.ends, case.name).await;
    if case.ends != Status::Delivered {
        // It stays where it is: nothing goes again by itself.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(ended(&w, id, case.ends, case.name).await.attempt, m.attempt, "{}", case.name);
    }
    assert_eq!((m.code, m.possible_duplicate), (case.code, case.duplicate), "{}", case.name);
    assert_eq!(ledger(&w), case.took, "{}", case.name);
    assert!(w.smsc.faults().at_part.is_none(), "{}: nothing happened", case.name);
    let shown = w.smsc.phone(PHONE).inbox();
    if case.took.contains(&0) {
        assert!(shown.is_empty(), "{}: {shown:?}", case.name);
    } else {
        let first = w.smsc.phone(PHONE).expect("0123").await.unwrap();
        assert_eq!((first.text.as_str(), usize::from(first.parts)), (text.as_str(), PARTS), "{}", case.name);
        assert_eq!(w.smsc.phone(PHONE).inbox().len(), 1, "{}", case.name);
    }
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_meets_one_part_the_others_are_sent_once() {
    for case in cases() {
        plays(&case, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_on_postgresql() {
    let Some(server) = store::testing::Postgres::shared("long messages on PostgreSQL") else { return };
    for case in cases() {
        plays(&case, Some(server.database())).await;
    }
}

/// A carrier under load that falls again and again: no part twice but those that are flagged, no message half told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_falls_again_and_again_leaves_no_silent_copy() {
    let config = sim::Config { latency_ms: (5, 30), rate: Some(400), ..quick() };
    let w = world_on(None, 8, config).await;
    let supervisor = Supervisor::start(w.db.clone(), Options::default());
    let text = "abcdefghij".repeat(40);
    let to = |n: i64| (format!("+9995{n:05}20"), text.clone());
    let held = w.put(MARKETING, (0..40).map(to).collect()).await;
    let resent = w.put(NOTICE, (40..80).map(to).collect()).await;
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        w.smsc.cut();
    }
    let mut copies: BTreeMap<(String, u8), usize> = BTreeMap::new();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut flags: BTreeMap<String, bool> = BTreeMap::new();
    for id in held.iter().chain(&resent) {
        let m = w.rest(*id).await;
        *states.entry(m.status.name()).or_default() += 1;
        flags.insert(m.recipient.clone(), m.possible_duplicate);
        let shown = w.smsc.phone(&m.recipient).inbox();
        assert!(m.status != Status::Delivered || !shown.is_empty(), "delivered, and the phone shows nothing");
        assert!(shown.iter().all(|s| s.text == text), "a phone shows another text");
        assert!(shown.len() <= 1 + usize::from(m.possible_duplicate), "{} copies are shown", shown.len());
        assert!(["delivered", "unknown"].contains(&m.status.name()), "{}", m.status);
    }
    for entry in w.smsc.journal() {
        if entry.what == sim::What::Submit && entry.state.is_empty() {
            *copies.entry((entry.to, entry.part)).or_default() += 1;
        }
    }
    for ((to, part), n) in &copies {
        assert!(*n <= 1 + usize::from(flags[to]), "part {part} of {to} was taken {n} times: {states:?}");
    }
    supervisor.stop().await;
}
