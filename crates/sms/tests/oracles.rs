//! Texts and TPDUs of ours beside programs of others: `gsmcodecs` writes and reads the septets of every pair of tables,
//! `smspdudecoder` reads what we write (`tests/peers/oracle-sms.py`).

use serde_json::{Value, json};
use sms::alphabet::{Language, Shift, Table, gsm7};
use sms::hex;
use sms::parts::{self, Encoding, Reference};
use sms::tpdu::{Address, Dcs, Deliver, Stamp, Submit, UserData, Validity, centre};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Asks all questions at once; `None` with a notice where the packages are absent.
fn asked(test: &str, questions: &[Value]) -> Option<Vec<Value>> {
    let folder = std::env::var_os("SENDWORD_PEERS").map(PathBuf::from).unwrap_or_default();
    let python = folder.join("venv/bin/python");
    if !python.exists() {
        let line =
            format!("skipped: {test} because the folder that SENDWORD_PEERS names has no Python in it");
        eprintln!("{line}");
        if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
            let mut list = std::fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
            writeln!(list, "{line}").unwrap();
        }
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/oracle-sms.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut words = child.stdin.take().unwrap();
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let asking = std::thread::spawn(move || words.write_all(lines.as_bytes()));
    let out = child.wait_with_output().unwrap();
    asking.join().unwrap().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    let answers: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(out.status.success(), "it stopped after {} of {} answers", answers.len(), questions.len());
    assert_eq!(answers.len(), questions.len());
    Some(answers)
}

/// Numbers that look like chance and are the same each time.
fn chance(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

/// Every pair of tables there is.
fn pairs() -> Vec<Shift> {
    let locking = Language::ALL.iter().filter(|l| l.locking().is_some()).map(|l| Some(*l));
    let locking: Vec<Option<Language>> = std::iter::once(None).chain(locking).collect();
    let single: Vec<Option<Language>> =
        std::iter::once(None).chain(Language::ALL.iter().map(|l| Some(*l))).collect();
    locking.iter().flat_map(|l| single.iter().map(|s| Shift { locking: *l, single: *s })).collect()
}

fn ids(shift: Shift) -> (u8, u8) {
    (shift.locking.map_or(0, Language::id), shift.single.map_or(0, Language::id))
}

/// Characters that `gsmcodecs` has in another place than the other sources say (the last column of
/// `vectors/annex_a.tsv`): ours and its own, by the name of the table.
fn disputed() -> Vec<(&'static str, char)> {
    let cells = include_str!("vectors/annex_a.tsv").lines().filter(|line| !line.starts_with('#'));
    let cells = cells.map(|line| line.split('\t').collect::<Vec<_>>());
    let said = |cell: &[&'static str]| {
        let other = cell
            .get(6)?
            .split(' ')
            .find_map(|said| said.split_once('=').filter(|(who, _)| who.contains('P')))?;
        let chars = [cell[3], other.1].map(|hex| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
        Some(chars.into_iter().flatten().map(|ch| (cell[0], ch)).collect::<Vec<_>>())
    };
    cells.filter_map(|cell| said(&cell)).flatten().collect()
}

/// A text of the letters of these tables on which all agree.
fn text(shift: Shift, seed: &mut u64) -> String {
    let tables = shift.tables();
    let names = [shift.locking, shift.single].map(|language| language.map_or("default", Language::name));
    let disputed: Vec<char> =
        disputed().into_iter().filter(|(name, _)| names.contains(name)).map(|(_, ch)| ch).collect();
    let of = |table: &Table| table.occupied().map(|(_, ch)| ch).collect::<Vec<char>>();
    let letters: Vec<char> = [of(tables.base), of(tables.extension)].concat();
    let letters: Vec<char> =
        letters.into_iter().filter(|ch| tables.septets(*ch).is_some() && !disputed.contains(ch)).collect();
    (0..60).map(|_| letters[chance(seed) % letters.len()]).collect()
}

#[test]
fn texts_of_every_pair_of_tables_are_septets_to_others_too() {
    let (mut seed, mut questions, mut texts) = (1, Vec::new(), Vec::new());
    for shift in pairs() {
        let (locking, single) = ids(shift);
        for _ in 0..6 {
            let text = text(shift, &mut seed);
            let septets = hex::encode(&gsm7::encode_with(&text, shift.tables()).unwrap());
            questions.push(json!({ "decode": septets, "locking": locking, "single": single }));
            questions.push(json!({ "encode": text, "locking": locking, "single": single }));
            texts.push((shift, text, septets.len()));
        }
    }
    assert_eq!(texts.len(), 13 * 14 * 6);
    let Some(answers) = asked("texts_of_every_pair_of_tables_are_septets_to_others_too", &questions) else {
        return;
    };
    for ((shift, text, length), answers) in texts.iter().zip(answers.chunks(2)) {
        assert_eq!(answers[0]["text"], *text, "{shift:?}");
        // Some tables have a sign twice, so the septets may be others; they say the same, and are as many.
        let theirs = answers[1]["hex"].as_str().unwrap_or_else(|| panic!("{text} is refused with {shift:?}"));
        assert_eq!(theirs.len(), *length, "{shift:?}: {text}");
        assert_eq!(gsm7::decode_with(&hex::decode(theirs).unwrap(), shift.tables()), *text, "{shift:?}");
    }
}

#[test]
fn what_no_table_has_is_refused_by_others_too() {
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    let letters = "@£€[ΔñÇçőűşğ«»„–…₪שжअব‘’\u{200f}🌍\t\u{c}";
    for shift in pairs() {
        let (locking, single) = ids(shift);
        for ch in letters.chars() {
            questions.push(json!({ "encode": ch.to_string(), "locking": locking, "single": single }));
            ours.push(gsm7::encode_with(&ch.to_string(), shift.tables()).is_some());
        }
    }
    let Some(answers) = asked("what_no_table_has_is_refused_by_others_too", &questions) else { return };
    for ((question, ours), answer) in questions.iter().zip(&ours).zip(&answers) {
        assert_eq!(answer["hex"].is_string(), *ours, "{question}");
    }
}

const TEXTS: &[&str] = &[
    "hello",
    "1234567",
    "12345678",
    "Olé € [x] {y} ~ | ^ \\ @_$",
    "שלום עולם",
    "árvíztűrő tükörfúrógép",
    "👨‍👩‍👧 🌍 one emoji",
    "A text of more than one hundred and sixty characters is cut into parts, each with its header, and every program of the \
     world must be able to put it together again, € and [brackets] included.",
    "טקסט ארוך יותר משבעים תווים נחתך לחלקים, ולכל חלק כותרת משלו, וכל תוכנה בעולם חייבת לדעת לחבר אותם שוב יחד בלי לאבד אות",
];

/// A submission or a delivery of every part of every text.
fn parts_of(text: &str) -> Vec<(Dcs, UserData, Value)> {
    [Reference::Eight(0xEE), Reference::Sixteen(0xBEEF)]
        .into_iter()
        .flat_map(|reference| {
            let split = parts::split(text, reference, u8::MAX).unwrap();
            let dcs = Dcs::new(split.encoding, None);
            let own = |part: &parts::Part| match split.encoding {
                Encoding::Gsm7 => gsm7::decode(&part.body),
                _ => sms::alphabet::ucs2::decode(&part.body),
            };
            let place = |part: &parts::Part| {
                part.place.map(|place| {
                    let reference = match place.reference {
                        Reference::Eight(n) => u16::from(n),
                        Reference::Sixteen(n) => n,
                    };
                    [reference, place.total.into(), place.seq.into()]
                })
            };
            let whole = |part: &parts::Part| {
                (dcs, UserData::from(part), json!({ "text": own(part), "place": place(part) }))
            };
            split.parts.iter().map(whole).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn tpdus_of_ours_are_read_by_others() {
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for (index, text) in TEXTS.iter().enumerate() {
        for (dcs, user, said) in parts_of(text) {
            let encoding = if dcs.0 == 8 { "ucs2" } else { "gsm" };
            let number = ["+972541234567", "+36301234567", "+12345678901234"][index % 3];
            let submit = Submit {
                report: index % 2 == 0,
                reject_duplicates: index % 3 == 0,
                reference: 7 * index as u8,
                validity: Validity::lasting(86_400),
                ..Submit::new(Address::new(number).unwrap(), dcs, user.clone())
            };
            let pdu = hex::encode(&centre::join(None, &submit.encode().unwrap()));
            questions.push(json!({ "submit": pdu }));
            ours.push(json!({
                "to": number, "text": said["text"], "place": said["place"], "reference": submit.reference, "report": submit.report,
                "reject": submit.reject_duplicates, "encoding": encoding, "hours": 24,
            }));
            let at = 1_795_301_480_000 + index as i64 * 1_000;
            let deliver = Deliver {
                more: false,
                forwarded: false,
                report: false,
                reply_path: false,
                originator: Address::new(number).unwrap(),
                protocol: 0,
                dcs,
                taken_at: Stamp::at(at, [0, 8, -20, 12][index % 4]),
                user,
            };
            let centre = Address::new("+972501112233").unwrap();
            let pdu = hex::encode(&centre::join(Some(&centre), &deliver.encode().unwrap()));
            questions.push(json!({ "deliver": pdu }));
            ours.push(json!({
                "from": number, "text": said["text"], "place": said["place"], "at": at / 1_000, "encoding": encoding,
            }));
        }
    }
    assert!(questions.len() > 40);
    let Some(answers) = asked("tpdus_of_ours_are_read_by_others", &questions) else { return };
    let mut padded = 0;
    for ((question, ours), theirs) in questions.iter().zip(&ours).zip(answers) {
        // Seven spare bits behind a header are no letter: TP-UDL says so (clause 9.2.3.16), which it does not look at there.
        let mut theirs = theirs;
        let more = theirs["text"].as_str().and_then(|text| text.strip_suffix('@')).map(str::to_owned);
        if let Some(less) = more.filter(|less| ours["text"] == *less && ours["place"].is_array()) {
            theirs["text"] = less.into();
            padded += 1;
        }
        assert_eq!(theirs, *ours, "{question}");
    }
    assert!(padded <= 4, "{padded} texts came with a letter more");
}
