//! The pure steps a message goes through, each as one call that can be repeated: timed by `codec`, and counted by running
//! them in a program of their own under valgrind.

use engine::law::judge::{Asked, House, Looked};
use engine::law::{self, Law, shelf};
use engine::route::{Question, Table};
use sms::life::{Standing, judge};
use sms::parts::{self, Reference};
use sms::{Class, Status};
use std::hint::black_box;
use store::route::{Leg, Rule};
use wire::smpp::{HEADER, Header, Kind, Sm, destination, source};

/// 75 characters, as one SMS about an order has.
pub(crate) const TEXT: &str = "Your order 4711 is ready. Come between 9 and 18 h. Branch 2, Herzl st. 5. -";
const HEBREW: &str = "שלום נועה, ההזמנה שלך מוכנה. אפשר לבוא בין 9 ל-18. סניף 2";
const NUMBERS: [&str; 4] = ["+972502345678", "050-234-5679", "0542345670", "972-52-345-6781"];
const RECEIPT: &str = "id:0123456789 sub:001 dlvrd:001 submit date:2611210930 done date:2611210931 stat:DELIVRD err:000 text:Your order";

/// One step: what it is, whether it must not allocate, and how long it may take (ns, 0 where nothing is asked).
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) bare: bool,
    pub(crate) most_ns: f64,
    pub(crate) call: Box<dyn FnMut()>,
}

fn step(name: &'static str, bare: bool, call: impl FnMut() + 'static) -> Step {
    Step { name, bare, most_ns: 0.0, call: Box::new(call) }
}

fn within(most_ns: f64, step: Step) -> Step {
    Step { most_ns, ..step }
}

/// All of them.
pub(crate) fn all() -> Vec<Step> {
    let law =
        vec![within(20_000.0, reply()), within(5_000.0, advertisement()), within(300_000.0, refusals())];
    [usual(), sized(), vec![within(1_000.0, route())], law].into_iter().flatten().collect()
}

/// What people write back: refusals plain and bent, and what is none.
const REPLIES: [&str; 8] = [
    "הסר",
    "please stop texting me",
    "больше не присылайте",
    "vxr",
    "s t o p",
    "We have got to STOP this terrible bill before it is too late for all of us",
    "ne küldjenek több üzenetet, köszönöm",
    "תודה רבה, אבוא מחר בשעה חמש",
];

/// One reply, judged.
fn reply() -> Step {
    let mut at = 0;
    step("a reply judged", false, move || {
        at = (at + 1) % REPLIES.len();
        black_box(engine::refusal::judge(black_box(REPLIES[at])).kind);
    })
}

/// One advertisement of a mailing in Israel: its rules found, its text finished, its hours looked up.
fn advertisement() -> Step {
    let packs = Law::new(shelf::BUILTIN.clone(), true);
    let house = House {
        advertiser: "Shop".into(),
        senders: Vec::new(),
        numbers: vec!["+972541110000".into()],
        link: "https://shop.example/u/".into(),
        test: false,
        keeps_time: true,
    };
    let (mut known, mut looked) = (shelf::Known::default(), Looked::default());
    let (tuesday, mut at) = (1_763_366_400_000, 0);
    step("an advertisement judged by the packs, in a batch", false, move || {
        at = (at + 1) % 1_000;
        let number = format!("+97250234{at:04}");
        let rules = packs.rules_of(&number, "IL", &[], &mut known);
        let asked = Asked {
            class: Class::Marketing,
            sender: "+972541110000",
            text: black_box(HEBREW),
            of_campaign: true,
            own_link: "",
            zone: None,
            reached: 0,
            due: tuesday,
            spread_ms: 0,
        };
        black_box(law::judge::judge(&rules, &house, &asked, &mut looked).is_ok());
    })
}

/// People of whom some refusal is known, and those of one intent: each may take 3 µs.
const REFUSED: u64 = 100_000;
const TAKEN: usize = 100;

/// The look-up of refusals inside an intent of a hundred, one in ten of which is stopped. Its store is made when it is
/// first called.
fn refusals() -> Step {
    let (mut house, mut at) = (None, 0);
    step("100 numbers of an intent looked up among 100,000 refusals", false, move || {
        let (_, db, tags) =
            house.get_or_insert_with(|| refused().unwrap_or_else(|e| panic!("a store with refusals: {e}")));
        at = (at + 1) % tags.len();
        let asked = tags[at].clone();
        let n = db.read_blocking(move |tx| store::testing::refused_among(tx, black_box(&asked)));
        assert!(n.is_ok_and(|n| n == TAKEN / 10));
    })
}

/// One in ten of them refused.
fn person(n: u64) -> String {
    format!("+97250{n:07}")
}

/// Its folder, a store with refusals, and the tags of a thousand intents: rows carry theirs.
type Refusals = (tempfile::TempDir, store::Db, Vec<Vec<i64>>);

fn refused() -> Result<Refusals, Box<dyn std::error::Error>> {
    use store::suppression::{self, New, Scope};
    let dir = tempfile::tempdir()?;
    let options = store::Options { dir: dir.path().into(), url: None, clock: store::Clock::default() };
    let db = store::Db::open(&options)?;
    for slice in 0..REFUSED / 10_000 {
        db.write_blocking("bench", move |tx| {
            for n in slice * 10_000..(slice + 1) * 10_000 {
                let number = person(n * 10);
                let (workspace, scope) = (1, Scope::Marketing);
                let new = New { workspace, number: &number, scope, reason: "self_reply", evidence: "" };
                suppression::add(tx, &new)?;
            }
            Ok::<_, store::Error>(())
        })?;
    }
    let tags: Vec<i64> = db.read_blocking(|tx| {
        Ok::<_, store::Error>((0..REFUSED).map(|n| tx.tag(&person(n))).collect::<Vec<i64>>())
    })?;
    Ok((dir, db, tags.chunks(TAKEN).map(<[i64]>::to_vec).collect()))
}

/// Octets of the submit_sm that codecs are compared by: 150 of text and one TLV.
const COMPARED: usize = 205;

/// Those that a figure is asked of: the PDU of 205 octets, texts of 1,600 characters.
fn sized() -> Vec<Step> {
    let text = vec![b'a'; 150];
    let mut frame = Vec::with_capacity(512);
    pdu(&text, &mut frame);
    assert_eq!(frame.len(), COMPARED);
    let mut out = Vec::with_capacity(512);
    let (latin, hebrew) = ("Order €4711 is on its way. ".repeat(60), "ההזמנה שלך מוכנה, ".repeat(90));
    let (latin, hebrew) = [latin, hebrew].map(|t| t.chars().take(1_600).collect::<String>()).into();
    let (latin2, hebrew2) = (latin.clone(), hebrew.clone());
    vec![
        within(
            200.0,
            step("submit_sm of 205 octets read, header and TLVs", true, move || {
                let frame = black_box(&frame);
                let header = Header::read(frame);
                let sm = Sm::decode(Kind::Submit, &frame[HEADER..]);
                black_box((header, sm.map(|sm| sm.tlvs.iter().count())).1.is_ok());
            }),
        ),
        within(
            66.7,
            step("submit_sm of 205 octets written, with its header", true, move || {
                out.clear();
                pdu(&text, &mut out);
                black_box(&out);
            }),
        ),
        within(
            10_000.0,
            step("1,600 characters, 7-bit, counted and split", false, move || {
                let (size, split) =
                    (parts::size(black_box(&latin)), parts::split(&latin, Reference::Eight(7), u8::MAX));
                black_box((size.parts, split.is_ok()));
            }),
        ),
        within(
            10_000.0,
            step("1,600 characters, UCS-2, counted and split", false, move || {
                let (size, split) =
                    (parts::size(black_box(&hebrew)), parts::split(&hebrew, Reference::Eight(7), u8::MAX));
                black_box((size.parts, split.is_ok()));
            }),
        ),
        step("1,600 characters, 7-bit, counted", false, move || {
            black_box(parts::size(black_box(&latin2)).parts);
        }),
        step("1,600 characters, UCS-2, counted", false, move || {
            black_box(parts::size(black_box(&hebrew2)).parts);
        }),
    ]
}

/// Header and body, as a session writes them.
fn pdu(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 7]);
    let sm = Sm {
        source: source("SHOP"),
        destination: destination("+972502345678"),
        registered_delivery: 1,
        short_message: text,
        tlvs: wire::smpp::Tlvs::new(&[2, 4, 0, 2, 0x12, 0x34]),
        ..Sm::default()
    };
    sm.encode(Kind::Submit, out);
    let length = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// The choice of a way among a hundred rules, of which the last fits. Its store is opened when it is first called, so
/// that the other steps are counted without it.
fn route() -> Step {
    let mut table = None;
    let asked = Question {
        number: "+972502345678",
        class: sms::Class::Transactional,
        sender: "SHOP",
        workspace: 1,
        text: TEXT,
        network: None,
        at: 1_767_225_600_000,
        test: false,
    };
    step("a way chosen among 100 rules", false, move || {
        let table = table.get_or_insert_with(|| {
            let table = rules().unwrap_or_else(|e| panic!("a table of routes: {e}"));
            assert!(table.choose(&asked).is_some_and(|way| way.rule == 100));
            table
        });
        black_box(table.choose(black_box(&asked)));
    })
}

fn rules() -> Result<Table, Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let options = store::Options { dir: dir.path().into(), url: None, clock: store::Clock::default() };
    let db = store::Db::open(&options)?;
    let table = db.write_blocking("bench", |tx| {
        let none = Default::default();
        let carrier = store::connector::add(tx, "carrier", "smpp", &none, &Default::default())?;
        let rule = |id: i64| Rule {
            id,
            prefixes: vec![if id == 100 { "+972".into() } else { format!("+9725{}{id}", id % 10) }],
            senders: vec!["SHOP".into()],
            to: vec![Leg { connector: carrier, weight: 1 }],
            ..Rule::default()
        };
        Table::of(tx, (1..=100).map(rule).collect())
    })?;
    Ok(table)
}

fn usual() -> Vec<Step> {
    let octets = TEXT.as_bytes().to_vec(); // the same octets in the GSM alphabet
    let (mut submits, mut reports) = (Vec::with_capacity(512), Vec::with_capacity(512));
    submit(&octets).encode(Kind::Submit, &mut submits);
    report().encode(Kind::Deliver, &mut reports);
    let (mut out, mut out2) = (Vec::with_capacity(512), Vec::with_capacity(512));
    let long = TEXT.repeat(8);
    let mut at = 0;
    vec![
        step("number read and judged", false, move || {
            at = (at + 1) % NUMBERS.len();
            black_box(sms::number::normalise(black_box(NUMBERS[at]), "IL"));
        }),
        step("parts of a text of 75, counted", true, || {
            black_box(parts::size(black_box(TEXT)));
        }),
        step("parts of a Hebrew text of 57, counted", true, || {
            black_box(parts::size(black_box(HEBREW)));
        }),
        step("parts of a text of 75, split", false, || {
            let _ = black_box(parts::split(black_box(TEXT), Reference::Eight(7), u8::MAX));
        }),
        step("parts of a text of 600, split", false, move || {
            let _ = black_box(parts::split(black_box(&long), Reference::Eight(7), u8::MAX));
        }),
        step("submit_sm written", true, move || {
            out.clear();
            submit(&octets).encode(Kind::Submit, &mut out);
            black_box(&out);
        }),
        step("submit_sm read", true, move || {
            let _ = black_box(Sm::decode(Kind::Submit, black_box(&submits)));
        }),
        step("deliver_sm with a receipt written", true, move || {
            out2.clear();
            report().encode(Kind::Deliver, &mut out2);
            black_box(&out2);
        }),
        step("deliver_sm with a receipt read", true, move || {
            let _ = black_box(Sm::decode(Kind::Deliver, black_box(&reports)));
        }),
        within(
            1_000.0,
            step("receipt text read", false, || {
                black_box(sms::receipt::parse_text(black_box(RECEIPT)));
            }),
        ),
        step("state judged", true, || {
            let stored = Standing { status: Status::Submitted, attempt: 0 };
            let update = Standing { status: Status::Delivered, attempt: 0 };
            black_box(judge(black_box(stored), black_box(update)));
        }),
    ]
}

fn submit(octets: &[u8]) -> Sm<'_> {
    Sm {
        source: source("SHOP"),
        destination: destination("+972502345678"),
        registered_delivery: 1,
        short_message: octets,
        ..Sm::default()
    }
}

fn report() -> Sm<'static> {
    Sm {
        source: source("+972502345678"),
        destination: destination("SHOP"),
        esm_class: 0x04,
        short_message: RECEIPT.as_bytes(),
        ..Sm::default()
    }
}
