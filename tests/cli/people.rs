//! People and files of them, with a server and without.

use super::*;
use serde_json::json;

const FILE: &str =
    "Phone,Name\n0502345678,Dana\n0502345678,Dana\n039999999,Shop\nnone,Avi\n,Gil\n0529876543,Moshe\n";

fn file(home: &Home, name: &str, text: &str) -> String {
    let path = home.dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The counts of [`FILE`], and the file of its problems.
fn counts(home: &Home, extra: &[&str]) -> Value {
    let path = file(home, "people.csv", FILE);
    let told = home.json(&[&["contacts", "import", &path, "--list", "Spring"], extra].concat());
    let phones = json!({ "mobile": 3, "landline": 1, "service": 0, "short": 0, "invalid": 1, "empty": 1 });
    assert_eq!(
        (&told["rows"], &told["phones"], &told["duplicates"]),
        (&json!(6), &phones, &json!(1)),
        "{told}"
    );
    told
}

#[test]
fn a_file_becomes_people_without_a_server() {
    let home = Home::new();
    home.init();
    let dry = counts(&home, &["--dry-run"]);
    assert_eq!((&dry["created"], &dry["problems_file"]), (&json!(2), &Value::Null));
    assert_eq!(home.json(&["lists", "list"]), json!([]));
    let told = counts(&home, &["--consent-source", "paper form", "--consent-date", "2026-01-05"]);
    assert_eq!((&told["created"], &told["updated"], &told["suppressed"]), (&json!(2), &json!(0), &json!(0)));
    let problems = std::fs::read_to_string(told["problems_file"].as_str().unwrap()).unwrap();
    assert!(told["problems_file"].as_str().unwrap().ends_with("people.csv.problems.csv"));
    assert_eq!(problems.lines().count(), 4, "{problems}");
    let again = counts(&home, &[]);
    assert_eq!((&again["created"], &again["updated"]), (&json!(0), &json!(2)));
    assert_eq!(home.json(&["lists", "list"])[0]["size"], 2);
    let people = home.json(&["contacts", "list", "--list", "Spring", "--consent", "granted"]);
    assert_eq!(people.as_array().unwrap().len(), 2, "{people}");
    let made = home.json(&["campaigns", "create", "--name", "c", "--list", "Spring", "--text", "Hello"]);
    assert_eq!(made["list_name"], "Spring", "{made}");
    let unknown = home.run(&["campaigns", "create", "--name", "c", "--list", "Sprung", "--text", "x"]);
    assert_eq!(unknown.code, 3, "{}", unknown.err);
}

#[test]
fn a_file_becomes_people_through_the_server() {
    let home = Home::new();
    home.init();
    let _server = served::Server::start(&home);
    let dry = counts(&home, &["--dry-run"]);
    assert_eq!((&dry["created"], &dry["problems_file"]), (&json!(2), &Value::Null));
    let told = counts(&home, &[]);
    assert_eq!(told["created"], 2);
    let problems = std::fs::read_to_string(told["problems_file"].as_str().unwrap()).unwrap();
    assert_eq!(problems.lines().count(), 4, "{problems}");
    let clean = file(&home, "clean.csv", "Phone\n0502345678\n0529876543\n");
    let told = home.json(&["contacts", "import", &clean]);
    assert_eq!(told["problems_file"], Value::Null, "{told}");
    assert_eq!(home.json(&["lists", "create", "Autumn"])["name"], "Autumn");
}

#[test]
fn a_file_that_is_none_is_refused_with_words() {
    let home = Home::new();
    home.init();
    for (text, options, code, said) in [
        ("%PDF-1.7", &[][..], 1, "This is a PDF"),
        ("", &[], 1, "The file is empty"),
        ("Name,City\nDana,Haifa\nAvi,Acre\n", &[], 1, "--map phone=COLUMN"),
        ("Phone\n\"0502345678\n", &[], 1, "quote"),
        (FILE, &["--map", "phone=Fax"], 2, "'Phone', 'Name'"),
        (FILE, &["--map", "phone"], 2, "phone=COLUMN"),
        (FILE, &["--consent-source", "form"], 2, "--consent-date"),
        (FILE, &["--consent-source", "form", "--consent-date", "2199-01-01"], 2, "tomorrow"),
    ] {
        let path = file(&home, "f.csv", text);
        let ended = home.run(&[&["contacts", "import", &path], options].concat());
        assert_eq!(ended.code, code, "{text:?} {options:?}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(said), "{text:?} {options:?}: {}", ended.err);
        assert!(ended.err.starts_with("error:") && ended.err.contains(if code == 1 { "why:" } else { "" }));
    }
    let gone = home.run(&["contacts", "import", "/nowhere/people.csv"]);
    assert_eq!(gone.code, 1, "{}", gone.err);
    assert_eq!(home.json(&["contacts", "list"]), json!([]));
}
