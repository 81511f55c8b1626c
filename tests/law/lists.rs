//! Public lists, unusual volume, holds that end, and counts: through the product, with a clock that is set.

use super::*;

/// Of each skip its number and its rule.
fn skipped(home: &Home, id: &str) -> Vec<(String, String, String)> {
    let all = home.json(&["campaigns", "skipped", id]);
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let mut out: Vec<_> = all
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (word(one, "number"), word(one, "code"), word(one, "rule")))
        .collect();
    out.sort();
    out
}

fn over(home: &Home, id: &str) -> Value {
    until("the campaign is over", SOON, || {
        let told = report(home, id);
        told["state"].as_str().is_some_and(|s| s.starts_with("completed")).then_some(told)
    })
}

#[test]
fn a_public_list_binds_while_it_is_fresh_and_stops_advertising_when_it_is_not() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let of = |name: &str| {
        let all = home.json(&["registries", "list"]);
        let found = all.as_array().into_iter().flatten().find(|r| r["registry"] == name).cloned();
        found.unwrap_or_else(|| panic!("no {name} in {all}"))
    };
    assert_eq!(
        (&of("il-do-not-call")["state"], &of("il-do-not-call")["level"]),
        (&json!("missing"), &json!("off"))
    );
    assert_ne!(home.run(&["packs", "wish", "registry.nothing", "require"]).code, 0, "no pack names it");
    home.json(&["packs", "wish", "registry.il-do-not-call", "require"]);

    // Missing: nobody is advertised to, and every one of them knows by which rule.
    let first = launch(&home, "מבצע", &[]);
    over(&home, &first);
    let stale = |p: &str| (p.to_owned(), "REGISTRY_STALE".to_owned(), "il@2026.11.0 registry.dnc".to_owned());
    assert_eq!(skipped(&home, &first), PEOPLE.map(stale));

    // A list of yesterday, with the first of them in local form, and a line that hides its number.
    let text = "number\n0542000001;x\n054-***-0002\n+972549999999\n";
    let file = home.file("dnc.csv", text);
    let file = file.to_str().expect("a plain path");
    let take = |as_of: &str| {
        let args =
            ["registries", "load", "il-do-not-call", file, "--as-of", as_of, "--source", "the authority"];
        home.run(&[&args[..], &["--json"]].concat())
    };
    assert_ne!(take("2026-11-30").code, 0, "a day that is ahead");
    let taken = take("2026-11-16");
    assert_eq!(taken.code, 0, "{}", taken.err);
    let taken: Value = serde_json::from_str(&taken.out).expect("a document");
    assert_eq!((&taken["taken"]["entries"], &taken["taken"]["skipped"]), (&json!(2), &json!(1)), "{taken}");
    assert_eq!(taken["problems"], json!([[3, "###-***-####"]]), "no digit of anybody is shown");
    assert_ne!(take("2026-11-10").code, 0, "an older list does not take its place");
    assert_eq!(of("il-do-not-call")["state"], "fresh");
    let inside = home.json(&["registries", "check", "054-2000001"]);
    assert_eq!(inside["registries"], json!(["il-do-not-call"]));

    let second = launch(&home, "מבצע", &[]);
    let told = over(&home, &second);
    assert_eq!(count(&told, "delivered"), 1, "{told}");
    let hit = (PEOPLE[0].to_owned(), "REGISTRY_HIT".to_owned(), "il@2026.11.0 registry.dnc".to_owned());
    assert_eq!(skipped(&home, &second), [hit]);
    assert!(carrier.phone(PEOPLE[0]).inbox().is_empty());
    assert_eq!(server.end(), 0);

    // Sixteen days later the same list is no answer any more.
    let server = home.serve_at("2026-12-02T10:00:00+02:00");
    assert_eq!(of("il-do-not-call")["state"], "stale");
    let third = launch(&home, "מבצע", &[]);
    over(&home, &third);
    let codes: Vec<String> = skipped(&home, &third).into_iter().map(|(_, code, _)| code).collect();
    assert_eq!(codes, ["REGISTRY_HIT", "REGISTRY_STALE"]);
    assert_eq!(server.end(), 0);
}

#[test]
fn a_campaign_of_unusual_size_waits_for_a_named_person_and_f4_f7_a_long_one_counts_once() {
    let (home, carrier) = shop();
    // Case F7: the same person in two forms is one person.
    let again = home.file("again.csv", "name,phone\nDana,054-2000001\nDana,972542000001\n");
    assert_eq!(home.import(&again, "all")["created"], 0);
    let key = home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
    let server = home.serve_at(TUESDAY);
    home.json(&["packs", "wish", "volume.day", "1"]);
    let id = home.campaign("Sale", "all", "מבצע", &[]);
    let post = |path: String| server.ask("POST", &path, Some(&key), Some(&json!({})));
    let sent = post(format!("/v1/campaigns/{id}/send"));
    assert_eq!((sent.status, &sent.json()["state"]), (200, &json!("paused")), "{}", sent.body);
    assert!(sent.json()["error"].as_str().is_some_and(|e| e.starts_with("RATE_ABUSE")), "{}", sent.body);
    let waits = server.ask("GET", "/v1/law/volumes", Some(&key), None).json();
    let one = &waits["data"][0];
    assert_eq!((&one["people"], &one["usual"], &one["may_decide"]), (&json!(2), &json!(0), &json!(false)));
    assert_eq!(one["deciders"], json!(["rivka@shop.example"]), "who may is named");
    for way in [format!("/v1/law/volumes/{id}/release"), format!("/v1/campaigns/{id}/resume")] {
        let own = post(way.clone());
        assert_eq!((own.status, &own.json()["code"]), (409, &json!("needs_a_second_person")), "{way}");
    }
    assert!(texts(&carrier).is_empty(), "it left before anybody let it go");
    home.json(&["campaigns", "release", &id]);
    assert_eq!(count(&over(&home, &id), "delivered"), 2);
    assert_eq!(server.ask("GET", "/v1/law/volumes", Some(&key), None).json()["data"], json!([]));
    home.json(&["packs", "unwish", "volume.day"]);

    // Case F4: three parts are one advertisement.
    let leave = ["--reason", "season", "--until", "2027-01-01T00:00:00Z"];
    assert_eq!(home.run(&[&["packs", "wish", "frequency.marketing", "2/14"], &leave[..]].concat()).code, 0);
    let long = launch(&home, &"מבצע ארוך ".repeat(16), &[]);
    let told = over(&home, &long);
    assert_eq!(count(&told, "delivered"), 2, "{told}");
    assert!(carrier.phone(PEOPLE[0]).inbox().iter().any(|shown| shown.parts >= 3));
    let third = launch(&home, "מבצע", &[]);
    let told = over(&home, &third);
    assert_eq!(told["skipped"]["FREQ_CAP"], json!(2), "{told}");
    assert_eq!(server.end(), 0);
}

#[test]
fn w3_what_opens_in_the_morning_is_spread_and_w8_all_clocks_of_a_country_must_agree() {
    let (home, carrier) = (Home::lawful(), Carrier::start());
    home.init();
    let rows: String = (0..60).map(|n| format!("Dana,+9725420001{n:02}\n")).collect();
    home.import(&home.file("people.csv", &format!("name,phone\n{rows}")), "all");
    // Case W8: Perth is awake, Sydney is not; the number tells neither.
    home.import(&home.file("far.csv", "name,phone\nBruce,+61412345678\n"), "far");
    home.carrier("carrier", carrier.port(), &[]);
    home.json(&["numbers", "add", "+972541110000"]);
    let server = home.serve_at("2026-11-17T11:40:00+02:00");
    let far = home.campaign("Far", "far", "Sale", &[]);
    home.json(&["campaigns", "send", &far, "--yes"]);
    state(&home, &far, "waiting_hours");
    assert_eq!(due(&home, &far), ["2026-11-18T00:00:00Z"], "eight in Perth, when Sydney is awake too");
    assert_eq!(server.end(), 0);

    // Case W3: from fifteen minutes before closing on nothing leaves; the morning is no burst.
    let server = home.serve_at("2026-11-17T20:15:00+02:00");
    let id = launch(&home, "מבצע", &[]);
    let told = state(&home, &id, "waiting_hours");
    assert_eq!(count(&told, "waiting"), 60, "{told}");
    let mut dues = due(&home, &id);
    dues.sort();
    let (first, last) = (dues.first().expect("somebody"), dues.last().expect("somebody"));
    assert!(
        first.as_str() >= "2026-11-18T06:00:00" && last.as_str() < "2026-11-18T06:00:04",
        "{first} {last}"
    );
    dues.dedup();
    assert!(dues.len() > 1, "all at one moment");
    assert!(carrier.phone("+972542000100").inbox().is_empty());
    assert_eq!(server.end(), 0);
}

#[test]
fn what_waits_for_a_person_ends_by_itself_and_says_so() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let text = "הזמנתך נשלחה. 20% הנחה";
    let sent = home.json(&["send", "--to", PEOPLE[0], "--text", text, "--class", "transactional"]);
    let id = sent["id"].as_str().expect("an id").to_owned();
    let held = home.json(&["packs", "held"]);
    assert_eq!((&held[0]["id"], held[0]["until"].is_string()), (&json!(id), true), "{held}");
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-27T10:00:00+02:00");
    let told = until("nobody decided in time", SOON, || {
        let told = home.json(&["messages", "show", &id]);
        (told["status"] == "expired").then_some(told)
    });
    assert!(told.to_string().contains("HOLD_EXPIRED"), "{told}");
    assert_eq!(home.json(&["packs", "held"]), json!([]));
    assert!(texts(&carrier).is_empty());
    assert_eq!(server.end(), 0);
}
