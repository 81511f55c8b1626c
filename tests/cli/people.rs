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

/// People of the shop, two of whom are one.
fn shop(home: &Home) {
    home.init();
    let rows = "Phone,First name,Last name,Email\n0502345678,Dana,Levi,dana@tern.example\n\
                0522345678,Dana,Levi,dana@tern.example\n0542345678,Noa,Katz,\n";
    home.json(&["contacts", "import", &file(home, "shop.csv", rows), "--list", "Spring"]);
}

#[test]
fn deeds_merges_and_filters_by_command_without_a_server() {
    let home = Home::new();
    shop(&home);
    let kept = home.json(&["filters", "save", "the Levis", "--search", "levi"]);
    assert_eq!(kept["filter"]["search"], "levi", "{kept}");
    let found = home.json(&["contacts", "list", "--filter", "the Levis"]);
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    let tag = ["bulk", "start", "add_tag", "--target", "VIP", "--filter", "the Levis"];
    let asked = home.run(&tag);
    assert_eq!(asked.code, 2, "{}{}", asked.out, asked.err);
    assert!(asked.err.contains("2 people") && asked.err.contains("--yes"), "{}", asked.err);
    let done = home.json(&[&tag[..], &["--yes"]].concat());
    assert_eq!(
        (&done["state"], &done["changed"], &done["undoable"]),
        (&json!("done"), &json!(2), &json!(true))
    );
    let id = done["id"].as_str().unwrap();
    let people = home.json(&["contacts", "list", "--search", "levi"]);
    assert_eq!(people[0]["tags"], json!(["VIP"]), "{people}");
    let out = ["bulk", "start", "remove_list", "--target", "Spring", "--tag", "vip", "--yes"];
    assert_eq!(home.json(&out)["changed"], 2);
    let undone = home.json(&["bulk", "undo", id]);
    assert_eq!(undone["state"], "undone", "{undone}");
    assert_eq!(home.run(&["bulk", "undo", id]).code, 1, "once");
    assert_eq!(home.run(&["bulk", "start", "add_tag", "--target", "VIP", "--yes"]).code, 2, "to nobody");
    assert_eq!(home.json(&["bulk", "list"]).as_array().map(Vec::len), Some(2));
    assert_eq!(home.json(&["filters", "list"])[0]["name"], "the Levis");
    assert_eq!(home.run(&["filters", "remove", "the Levis"]).code, 0);
    assert_eq!(home.run(&["contacts", "list", "--filter", "the Levis"]).code, 3);

    let doubles = home.json(&["contacts", "doubles", "050-234-5678"]);
    assert_eq!(doubles[0]["number"], "+972522345678", "{doubles}");
    let merged = home.json(&["contacts", "merge", "0502345678", "0522345678"]);
    assert_eq!(merged["number"], "+972522345678", "{merged}");
    assert_eq!(home.run(&["contacts", "doubles", "0522345678"]).code, 3, "it is nobody's now");
    assert_eq!(home.json(&["contacts", "merges", "0502345678"])[0]["id"], merged["id"]);
    let back = home.json(&["contacts", "unmerge", merged["id"].as_str().unwrap()]);
    assert_eq!(back["number"], "+972522345678", "{back}");
    assert_eq!(home.run(&["contacts", "unmerge", merged["id"].as_str().unwrap()]).code, 1);
}

/// The same by programs, over a real socket: begun, watched, taken back.
#[test]
fn deeds_merges_and_filters_by_programs_over_a_socket() {
    let home = Home::new();
    shop(&home);
    let server = served::Server::start(&home);
    let key = home.json(&["keys", "create", "crm"])["key"].as_str().unwrap().to_owned();
    let post = |path: &str, body: Value| served::document(&server.post(path, &key, &body));
    let get = |path: &str| served::document(&server.get_with(path, &key)).1;
    let (status, kept) = post("/v1/filters", json!({ "name": "Levi", "filter": { "search": "levi" } }));
    assert_eq!(status, 201, "{kept}");
    let deed = json!({ "deed": "suppress", "reason": "by letter of today", "saved_filter": kept["id"] });
    let (status, begun) = post("/v1/bulk", deed);
    assert_eq!((status, &begun["of"]), (202, &json!(2)), "{begun}");
    let path = format!("/v1/bulk/{}", begun["id"].as_str().unwrap());
    let done = served::until("the deed is done", || Some(get(&path)).filter(|d| d["state"] == "done"));
    assert_eq!((&done["changed"], &done["undoable"]), (&json!(2), &json!(true)), "{done}");
    let left = get("/v1/contacts?consent=left");
    assert_eq!(left["data"].as_array().map(Vec::len), Some(2), "{left}");
    assert_eq!(post(&format!("{path}/stop"), json!({})).0, 409, "it does not run");
    assert_eq!(post(&format!("{path}/undo"), json!({})).0, 202);
    served::until("it is taken back", || Some(get(&path)).filter(|d| d["state"] == "undone"));
    assert_eq!(get("/v1/contacts?consent=left")["data"], json!([]));

    let people = get("/v1/contacts?search=levi");
    let [one, two] = [0, 1].map(|n| people["data"][n]["id"].as_str().unwrap().to_owned());
    let merge = |of: &str, other: &str| post(&format!("/v1/contacts/{of}/merge"), json!({ "other": other }));
    assert_eq!(merge(&one, &one).0, 400);
    let (status, merged) = merge(&one, &two);
    assert_eq!(status, 201, "{merged}");
    assert_eq!(merge(&one, &two).0, 404, "who went is not there");
    assert_eq!(get(&format!("/v1/contacts/{one}/merges"))["data"][0]["id"], merged["id"]);
    let undo = format!("/v1/merges/{}/undo", merged["id"].as_str().unwrap());
    let (status, back) = post(&undo, json!({}));
    assert_eq!((status, back["id"].as_str()), (200, Some(two.as_str())), "{back}");
    assert_eq!(post(&undo, json!({})).0, 409);
    let told = served::document(&server.get("/openapi.json")).1;
    let body =
        &told["paths"]["/v1/bulk"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(body, "#/components/schemas/NewBulk", "{told}");
}
