//! Every sample list, and every file that must not hurt, through the real program: the true counts, or the right words.

mod support;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::{Duration, Instant};
use support::{Ended, Home, copied, expected, samples};

/// A file that hangs the program is given up then; how fast files are read is for benchmarks.
const BOUND: Duration = Duration::from_secs(600);

fn import(home: &Home, file: &Path, country: &str) -> Ended {
    let name = file.file_name().and_then(|n| n.to_str()).expect("a plain name");
    let path = file.to_str().expect("a plain path");
    let began = Instant::now();
    let ended = home.run(&["contacts", "import", path, "--list", name, "--country", country, "--json"]);
    assert!(began.elapsed() < BOUND, "{name} took {:?}", began.elapsed());
    ended
}

fn counts(home: &Home, file: &Path, country: &str) -> Value {
    let ended = import(home, file, country);
    assert_eq!(ended.code, 0, "{}: {}{}", file.display(), ended.out, ended.err);
    serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{}: {e}: {}", file.display(), ended.out))
}

/// What the list holds now, as E.164, sorted.
fn numbers(home: &Home, list: &str) -> Vec<String> {
    let all = home.json(&["contacts", "list", "--list", list, "--limit", "1000000"]);
    let all = all.as_array().expect("a list of contacts");
    let mut numbers: Vec<String> =
        all.iter().map(|c| c["number"].as_str().expect("a number").to_owned()).collect();
    numbers.sort();
    numbers
}

fn sha256_of_lines(lines: &[String]) -> String {
    let mut hash = Sha256::new();
    lines.iter().for_each(|line| hash.update(format!("{line}\n")));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each list has a house of its own, so that what one taught cannot help another.
#[test]
fn every_list_gives_its_true_counts() {
    let Some(samples) = samples("every_list_gives_its_true_counts") else { return };
    let files = expected(&samples)["contacts"].as_object().expect("lists").clone();
    let own = tempfile::tempdir().expect("a temporary folder");
    let samples = copied(&samples, own.path());
    let mut seen = 0;
    for (name, truth) in files.iter().filter(|(name, _)| *name != "contacts.vcf") {
        let home = Home::new();
        home.init();
        let server = home.serve();
        let country = truth["default_country"].as_str().expect("a country");
        let told = counts(&home, &samples.join(name), country);
        let t = &truth["counts"];
        let phones = json!({
            "mobile": t["valid_mobiles"], "landline": t["landline"], "service": t["service_numbers"],
            "short": t["short_numbers"], "invalid": t["invalid"], "empty": t["empty_phone_cells"],
        });
        assert_eq!(told["rows"], t["rows"], "{name}: {told}");
        for kind in ["mobile", "landline", "service", "short", "invalid", "empty"] {
            assert_eq!(told["phones"][kind], phones[kind], "{name}, {kind}: {told}");
        }
        assert_eq!(
            (&told["duplicates"], &told["created"]),
            (&t["duplicates"], &t["valid_mobiles_unique"]),
            "{name}"
        );
        assert_eq!((&told["updated"], &told["suppressed"]), (&json!(0), &json!(0)), "{name}: {told}");
        let file =
            told["problems_file"].as_str().unwrap_or_else(|| panic!("{name}: no problems file: {told}"));
        let problems = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(problems.lines().count() > 1, "{name}: {file} names no row");
        assert_eq!(
            sha256_of_lines(&numbers(&home, name)),
            t["unique_mobiles_sha256"],
            "{name}: other numbers"
        );
        assert!(server.is_healthy());
        seen += 1;
    }
    assert_eq!(seen, 6, "lists that were read");
}

/// The big one: the same counts, and a second time nobody is new.
#[test]
fn a_hundred_thousand_rows_give_their_true_counts() {
    let Some(samples) = samples("a_hundred_thousand_rows_give_their_true_counts") else { return };
    let t = expected(&samples)["big"]["rows 100000"].clone();
    let home = Home::new();
    home.init();
    let server = home.serve();
    let path = copied(&samples, &home.dir.path().join("samples")).join("big-100k.csv");
    let told = counts(&home, &path, "IL");
    let phones = &told["phones"];
    let truth = [&t["rows"], &t["valid_mobiles"], &t["landline"], &t["invalid"], &t["empty_phone"]];
    assert_eq!(
        [&told["rows"], &phones["mobile"], &phones["landline"], &phones["invalid"], &phones["empty"]],
        truth
    );
    assert_eq!(
        (&told["duplicates"], &told["created"]),
        (&t["duplicates"], &t["valid_mobiles_unique"]),
        "{told}"
    );
    let again = counts(&home, &path, "IL");
    assert_eq!((&again["created"], &again["phones"]), (&json!(0), phones), "{again}");
    assert_eq!(server.end(), 0);
}

/// What is no list: the words that its refusal must hold.
const REFUSED: &[(&str, &str)] = &[
    ("empty.csv", "The file is empty"),
    ("header-only.csv", "no rows"),
    ("picture.xlsx", "picture (PNG)"),
    ("one-line-10mb.csv", "Line 1 is longer than 1 MB"),
    ("unbalanced-quote.csv", "opened on line 5 is not closed"),
    ("zip-bomb.xlsx", "grows far beyond"),
    ("external-entity.xlsx", "outside entities"),
];

#[test]
fn what_is_no_list_is_refused_with_the_right_words() {
    let Some(samples) = samples("what_is_no_list_is_refused_with_the_right_words") else { return };
    let home = Home::new();
    home.init();
    let evil = copied(&samples.join("evil"), &home.dir.path().join("evil"));
    let server = home.serve();
    for (name, words) in REFUSED {
        let ended = import(&home, &evil.join(name), "IL");
        assert_eq!(ended.code, 1, "{name}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(words), "{name} is refused with «{}»", ended.err);
        assert!(!format!("{}{}", ended.out, ended.err).contains("CANARY"), "{name}: the outside was read");
        assert!(server.is_healthy(), "after {name}");
    }
    let absent = import(&home, &evil.join("nowhere.csv"), "IL");
    assert!(absent.code == 1 && absent.err.contains("nowhere.csv"), "{absent:?}");
    assert_eq!(home.json(&["contacts", "list"]), json!([]), "a refused file left people");
    assert_eq!(server.end(), 0);
}

/// What is a list for all its tricks: rows and mobiles as `EXPECTED.json` has them.
#[test]
fn what_is_a_list_for_all_its_tricks_is_read() {
    let Some(samples) = samples("what_is_a_list_for_all_its_tricks_is_read") else { return };
    let truth = expected(&samples)["evil"].as_object().expect("files").clone();
    let home = Home::new();
    home.init();
    let evil = copied(&samples.join("evil"), &home.dir.path().join("evil"));
    let server = home.serve();
    let mut seen = 0;
    for (name, t) in truth.iter().filter(|(name, _)| REFUSED.iter().all(|(no, _)| no != name)) {
        if name == "entity-canary.txt" {
            continue; // bait beside another file, no list
        }
        let told = counts(&home, &evil.join(name), "IL");
        let mobiles = t.get("valid_mobiles").or(t.get("valid_mobiles_without_touching_nul_phones"));
        if let Some(mobiles) = mobiles {
            assert_eq!(told["phones"]["mobile"], *mobiles, "{name}: {told}");
        }
        if let Some(rows) = t.get("rows") {
            assert_eq!(told["rows"], *rows, "{name}: {told}");
        }
        if let Some(invalid) = t.get("invalid") {
            assert_eq!(told["phones"]["invalid"], *invalid, "{name}: {told}");
        }
        let people = home.json(&["contacts", "list", "--list", name, "--limit", "1000"]).to_string();
        assert!(!people.contains("\\u0000"), "{name} left a NUL: {people}");
        assert!(server.is_healthy(), "after {name}");
        seen += 1;
    }
    assert_eq!(seen, 6, "files that were read");
    assert_eq!(server.end(), 0);
}

/// Cells that a spreadsheet would run stay text, and the problem file is safe to open again.
#[test]
fn formulas_stay_text() {
    let Some(samples) = samples("formulas_stay_text") else { return };
    let home = Home::new();
    home.init();
    let evil = copied(&samples.join("evil"), &home.dir.path().join("evil"));
    let told = counts(&home, &evil.join("formula-cells.csv"), "IL");
    let file = told["problems_file"].as_str().expect("a problems file");
    let problems = std::fs::read_to_string(file).expect("a readable file");
    for cell in problems.lines().flat_map(|line| line.split(',')) {
        let begin = cell.trim_start_matches('"').chars().next().unwrap_or(' ');
        let number =
            cell.trim_start_matches(['"', '+']).chars().all(|c| c.is_ascii_digit() || " -()\"".contains(c));
        assert!(number || !"=+-@\t".contains(begin), "«{cell}» would run in a spreadsheet");
    }
}
