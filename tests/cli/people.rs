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

#[test]
fn a_number_is_proven_forgotten_and_the_record_checked() {
    let home = Home::new();
    home.init();
    let told = counts(&home, &["--consent-source", "paper form", "--consent-date", "2026-01-05"]);
    assert_eq!(told["created"], 2);
    let proof = home.json(&["proof", "050-234-5678"]);
    assert_eq!(
        (&proof["number"], &proof["may"]["marketing"]),
        (&json!("+972502345678"), &json!(true)),
        "{proof}"
    );
    let given = &proof["events"][0];
    assert_eq!((&given["wording"], &given["method"]), (&json!("paper form"), &json!("import")), "{given}");
    assert_eq!(
        (&given["claimed_at"], &proof["chain"]["holds"]),
        (&json!("2026-01-05T00:00:00Z"), &json!(true))
    );
    let checked = home.json(&["audit", "verify"]);
    assert_eq!(checked["holds"], true, "{checked}");
    let chains = checked["chains"].as_array().unwrap();
    let consent = chains.iter().find(|c| c["chain"] == "consent" && c["workspace"] == "own").unwrap();
    assert_eq!(consent["rows"], 2, "{checked}");
    let end = format!("consent:{}", consent["end"].as_str().unwrap());
    assert_eq!(home.run(&["audit", "verify", "--end", &end]).code, 0);
    let lost = home.run(&["audit", "verify", "--end", &format!("consent:{}", "ab".repeat(32))]);
    assert_eq!(lost.code, 1, "{}", lost.err);
    assert_eq!(home.run(&["proof", "050-234-5678", "--erase"]).code, 2);
    let gone = home.json(&["proof", "050-234-5678", "--erase", "--reason", "letter of today"]);
    assert_eq!(gone["contacts"], 1, "{gone}");
    let after = home.json(&["proof", "050-234-5678"]);
    assert_eq!((&after["contact"], &after["may"]["code"]), (&Value::Null, &json!("NO_CONSENT")), "{after}");
    assert_eq!(home.json(&["audit", "verify"])["holds"], true);
    let deeds = home.json(&["audit", "list"]);
    assert!(deeds.as_array().unwrap().iter().any(|d| d["deed"] == "person.erased"), "{deeds}");

    // What is changed behind our back is named.
    let options = store::Options { dir: home.data(), url: None, clock: store::Clock::default() };
    let db = store::Db::open(&options).unwrap();
    let row = db
        .write_blocking("test", |tx| {
            let workspace = store::workspace::only(tx)?.unwrap();
            store::testing::spoil(tx, workspace, store::testing::Spoil::Claimed)
        })
        .unwrap();
    drop(db);
    let broken = home.run(&["audit", "verify"]);
    assert_eq!(broken.code, 1, "{}{}", broken.out, broken.err);
    assert!(broken.out.contains(&format!("BROKEN at {row}: row_changed")), "{}", broken.out);
}

#[test]
fn a_segment_is_counted_explained_kept_and_mailed() {
    let home = Home::new();
    home.init();
    let path = file(
        &home,
        "people.csv",
        "Phone,Name,City,Points\n0502345678,Dana,Haifa,10\n0529876543,Moshe,Acre,20\n0549876543,Gil,haifa,30\n",
    );
    home.json(&["contacts", "import", &path, "--list", "Spring", "--map", "phone=Phone"]);
    let fields = home.json(&["contacts", "list"])[0]["fields"].clone();
    assert!(fields.get("city").is_some() || fields.get("City").is_some(), "{fields}");
    let city = if fields.get("city").is_some() { "city" } else { "City" };
    let points = if fields.get("points").is_some() { "points" } else { "Points" };
    let asked = format!("{city} = haifa and {points} > 10 and list = Spring");
    let told = home.json(&["segments", "count", &asked, "--why", "0502345678"]);
    assert_eq!((&told["count"], &told["why"]["within"]), (&json!(1), &json!(false)), "{told}");
    assert_eq!(told["sample"][0]["number"], "+972549876543");
    assert_eq!(home.json(&["segments", "save", "Rich", "--text", &asked])["name"], "Rich");
    home.json(&["segments", "freeze", "Rich", "Rich in May"]);
    let made = home.json(&["campaigns", "create", "--name", "c", "--segment", "Rich", "--text", "Hello"]);
    assert_eq!(made["list_name"], "Rich", "{made}");
    let lists = home.json(&["lists", "list"]);
    let size =
        |name: &str| lists.as_array().unwrap().iter().find(|l| l["name"] == name).map(|l| l["size"].clone());
    assert_eq!((size("Rich"), size("Rich in May")), (Some(json!(1)), Some(json!(1))), "{lists}");
    let wrong = home.run(&["segments", "count", "city ="]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("character 7"), "{}", wrong.err);
    let both = home.run(&["campaigns", "create", "--name", "c", "--text", "x"]);
    assert_eq!(both.code, 2, "{}", both.err);
}
