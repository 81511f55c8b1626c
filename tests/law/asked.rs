//! What files claim, and who is asked once more: nobody's refusal is lifted by a file, and silence ends what was asked about.

use super::cases::{key, link_is_up, writes};
use super::*;

#[test]
fn c5_a_yes_that_only_a_file_says_is_newer_waits_for_its_paper() {
    let (home, carrier) = shop();
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    for who in PEOPLE {
        writes(&carrier, (&server, &key), who, "STOP");
    }
    assert_eq!(server.end(), 0);

    let server = home.serve_at("2026-11-24T10:00:00+02:00");
    let rows: String = PEOPLE.iter().map(|p| format!("Dana,{p}\n")).collect();
    let file = home.file("later.csv", &format!("name,phone\n{rows}"));
    let bring = |day: &str| {
        let path = file.to_str().expect("a plain path");
        let consent = ["--consent-source", "paper at the fair", "--consent-date", day];
        home.json(&[&["contacts", "import", path, "--list", "later"], &consent[..]].concat())
    };
    let claims = || server.ask("GET", "/v1/claims", Some(&key), None).json()["data"].clone();
    let settle = |id: &str, paper: Value| {
        server.ask("POST", &format!("/v1/claims/{id}"), Some(&key), Some(&paper)).status
    };
    assert_eq!(bring("2026-11-16")["suppressed"], 2);
    assert_eq!(claims(), json!([]), "what is older than the refusal is no question");
    assert_eq!(bring("2026-11-20")["suppressed"], 2);
    let waiting = claims();
    assert_eq!(waiting.as_array().map(Vec::len), Some(2), "{waiting}");
    assert!(PEOPLE.iter().all(|p| !may(&home, p)), "a file's word lifts nobody's refusal");
    let id = |n: usize| waiting[n]["id"].as_str().expect("an id").to_owned();
    assert_eq!(settle(&id(0), json!({ "document": " " })), 400, "no paper, no permission");
    assert_eq!(settle(&id(0), json!({ "document": "binder 7, page 12" })), 204);
    assert_eq!(settle(&id(1), json!({})), 204);
    assert_eq!(settle(&id(1), json!({ "document": "found later" })), 404, "it was decided");
    let (first, second) = (waiting[0]["number"].as_str(), waiting[1]["number"].as_str());
    let (first, second) = (first.expect("a number"), second.expect("a number"));
    assert!(may(&home, first), "{}", home.json(&["proof", first]));
    assert!(!may(&home, second), "{}", home.json(&["proof", second]));
    let proof = home.json(&["proof", first]).to_string();
    assert!(proof.contains("binder 7, page 12") && proof.contains("\"paper\""), "{proof}");
    assert_eq!(claims(), json!([]));
    assert_eq!(server.end(), 0);
}

/// The newest run, as the list shows it.
fn newest(home: &Home) -> Value {
    home.json(&["reconfirm", "list"])[0].clone()
}

#[test]
fn who_is_weakly_proven_is_asked_once_and_silence_ends_the_permission() {
    let (home, carrier) = shop();
    let third = "+972542000003";
    home.import(&home.file("third.csv", &format!("name,phone\nNoa,{third}\n")), "all");
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    let plan = home.json(&["reconfirm", "plan"]);
    assert_eq!((&plan["weak"], &plan["ending"]), (&json!(3), &json!(0)), "{plan}");
    home.json(&["reconfirm", "start", "weak"]);
    let all = [PEOPLE[0], PEOPLE[1], third];
    until("everybody is asked", SOON, || {
        all.iter().all(|p| carrier.phone(p).inbox().len() == 1).then_some(())
    });
    let text = carrier.phone(PEOPLE[0]).inbox()[0].text.clone();
    assert!(text.starts_with(LABEL) && text.contains("/c/"), "an advertisement with its link: {text}");
    writes(&carrier, (&server, &key), PEOPLE[0], "כן");
    writes(&carrier, (&server, &key), third, "הסר");
    let told = newest(&home);
    assert_eq!(
        (&told["agreed"], &told["refused"], &told["asked"]),
        (&json!(1), &json!(1), &json!(1)),
        "{told}"
    );
    let proof = home.json(&["proof", PEOPLE[0]]);
    let yes = proof["events"].as_array().and_then(|e| e.last()).expect("an event");
    assert_eq!((&yes["action"], &yes["method"]), (&json!("grant"), &json!("mo_keyword")), "{yes}");
    assert!(yes["facts"].to_string().contains("\"reply\""), "{yes}");
    assert_eq!(home.json(&["reconfirm", "plan"])["weak"], 0, "nobody is asked twice");
    assert!(may(&home, PEOPLE[1]), "there is time to answer");
    until("every question is known to have arrived", SOON, || {
        let all = home.json(&["messages", "list"]);
        all.as_array()?.iter().all(|m| m["status"] == "delivered").then_some(())
    });
    assert_eq!(server.end(), 0);

    let server = home.serve_at("2026-12-02T10:00:00+02:00");
    let told = until("the answers are counted", SOON, || {
        let told = newest(&home);
        (told["state"] == "over").then_some(told)
    });
    let ends = ["agreed", "silent", "refused", "missed", "asked"].map(|word| told[word].as_i64());
    assert_eq!(ends, [Some(1), Some(1), Some(1), Some(0), Some(0)], "{told}");
    assert!(may(&home, PEOPLE[0]) && !may(&home, PEOPLE[1]) && !may(&home, third));
    let proof = home.json(&["proof", PEOPLE[1]]).to_string();
    assert!(proof.contains("\"expire\"") && proof.contains("\"reconfirm\""), "{proof}");
    assert_eq!(server.end(), 0);
}

#[test]
fn where_texts_are_approved_no_other_leaves_and_nobody_approves_their_own() {
    let (home, carrier) = shop();
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    assert_eq!(home.run(&["packs", "wish", "template", "require"]).code, 0);
    let order = |n: &str| {
        let text = format!("הזמנתך {n} מוכנה");
        let args = ["send", "--to", PEOPLE[0], "--text", &text, "--class", "service"];
        home.json(&args)["id"].as_str().expect("an id").to_owned()
    };
    let waits = |id: &str| {
        let held = home.json(&["packs", "held"]);
        held.as_array().into_iter().flatten().any(|one| one["id"] == id && one["code"] == "CONTENT_MISSING")
    };
    assert!(waits(&order("16")), "a text that nobody looked at waits");
    let mailing = home.campaign("Sale", "all", "מבצע לכולם", &[]);
    let refusal = refused(&home, &["campaigns", "send", &mailing, "--yes"]);
    assert!(refusal.contains("template"), "{refusal}");

    let ask = |text: &str, class: &str| {
        let body = json!({ "text": text, "class": class });
        let made = server.ask("POST", "/v1/templates", Some(&key), Some(&body));
        assert_eq!(made.status, 201, "{}", made.json());
        made.json()["id"].as_str().expect("an id").to_owned()
    };
    let (ready, sale) = (ask("הזמנתך {{number}} מוכנה", "service"), ask("מבצע לכולם", "marketing"));
    let own = json!({ "approve": true });
    let own = server.ask("POST", &format!("/v1/templates/{ready}/decide"), Some(&key), Some(&own));
    assert_eq!(own.status, 409, "who asks does not approve: {}", own.json());
    assert!(waits(&order("17")), "what waits is no approval");
    for id in [&ready, &sale] {
        home.json(&["templates", "approve", id]);
    }
    assert!(!waits(&order("18")));
    until("the order has arrived", SOON, || {
        carrier.phone(PEOPLE[0]).inbox().iter().any(|m| m.text.contains("הזמנתך 18 מוכנה")).then_some(())
    });
    home.json(&["campaigns", "send", &mailing, "--yes"]);
    let told = state(&home, &mailing, "completed");
    assert_eq!(count(&told, "delivered"), 2, "{told}");
    home.json(&["templates", "end", &ready]);
    assert!(waits(&order("19")), "an approval that ended approves nothing");
    assert_eq!(server.end(), 0);
}
