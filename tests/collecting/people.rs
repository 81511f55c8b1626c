//! What a person chooses on pages of their own, and who wrote to them.

use super::*;

#[test]
fn a_person_chooses_topics_and_how_often_and_sees_who_wrote() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    for (name, he) in [("sales", "מבצעים"), ("events", "אירועים")] {
        let page = staff.post("/contacts/forms/topics", &[("name", name), ("he", he), ("en", name)]);
        assert_eq!(page.status, 303, "{}", page.body);
    }
    let (path, _) = staff.form(&[("topics", "sales"), ("topics", "events")]);
    let none = fill(&server, &path, DANA, &[]);
    assert!(none.status == 422 && none.body.contains("Choose at least one"), "{}", none.body);
    let thanks = fill(&server, &path, DANA, &[("topic", "sales"), ("topic", "events")]);
    assert_eq!(thanks.status, 200, "{}", thanks.body);
    let asked = wait_for(&carrier, DANA, 1);
    let link = link_in(&asked[0]);
    let nonce = value(&browse(&server, "GET", &link, &[], &[]).body, "nonce");
    let done = browse(&server, "POST", &link, &[], &[("nonce", &nonce)]);
    assert!(done.body.contains("You are on the list"), "{}", done.body);

    // Advertising with its link; the page behind it leads to the wishes.
    let sale = |name: &str, more: &[&str]| {
        let more = [&["--from", OURS], more].concat();
        let id = home.campaign(name, "Club", "Sale {{unsubscribe_url}}", &more);
        home.json(&["campaigns", "send", &id, "--yes"]);
        until("the mailing is over", SOON, || {
            let report = home.json(&["campaigns", "report", &id]);
            (report["state"] == "completed").then_some(report)
        })
    };
    let told = sale("First", &["--topic", "sales"]);
    let got = wait_for(&carrier, DANA, 2);
    let token =
        got[1].split("/u/").nth(1).map(|r| r.chars().take(14).collect::<String>()).unwrap_or_default();
    assert_eq!(token.len(), 14, "{got:?} {told}");
    let leave = browse(&server, "GET", &format!("/u/{token}"), &[], &[]);
    assert!(leave.body.contains(&format!("href=\"/p/{token}")), "{}", leave.body);
    let wishes = format!("/p/{token}");
    let page = browse(&server, "GET", &wishes, &[], &[]);
    assert!(page.status == 200 && page.body.matches(" checked").count() == 3, "{}", page.body);
    let stale = browse(&server, "POST", &wishes, &[], &[("nonce", "a.b.c"), ("often", "month")]);
    assert!(stale.body.matches("checked").count() == 3, "a post without its nonce changed something");
    let nonce = value(&page.body, "nonce");
    let form = [("nonce", nonce.as_str()), ("often", "month"), ("language", "ru"), ("topic", "events")];
    let saved = browse(&server, "POST", &wishes, &[], &form);
    assert!(saved.body.contains("Сохранено") && saved.body.contains("lang=\"ru\""), "{}", saved.body);
    // The page is good for one press: sent again, with other wishes, it changes nothing.
    let again = [("nonce", nonce.as_str()), ("often", "all"), ("language", "ru"), ("topic", "sales")];
    let replayed = browse(&server, "POST", &wishes, &[], &again);
    assert_eq!(replayed.status, 200, "{}", replayed.body);
    let record = proof(&home, DANA).to_string();
    assert!(record.contains("\"topic\":\"sales\"") && record.contains("\"refuse\""), "{record}");

    // Who wishes for less is left out before the law would have it so.
    let leave = ["--reason", "season", "--until", "2027-01-01T00:00:00Z"];
    let wish = home.run(&[&["packs", "wish", "frequency.marketing", "2/14"], &leave[..]].concat());
    assert_eq!(wish.code, 0, "{}", wish.err);
    let told = sale("Second", &[]).to_string();
    assert!(told.contains("FREQ_CAP"), "{told}");

    // What the page promised: no advertising about the topic that was refused; the other one it does not touch. The second
    // person of the list has had two advertisements by now.
    let told = sale("Third", &["--topic", "sales"]);
    assert_eq!(told["skipped"], json!({ "FREQ_CAP": 1, "SUPPRESSED_WORKSPACE": 1 }), "{told}");
    let told = sale("Fourth", &["--topic", "events"]);
    assert_eq!(told["skipped"], json!({ "FREQ_CAP": 2 }), "{told}");
    let unknown =
        ["campaigns", "create", "--name", "Fifth", "--list", "Club", "--text", "Sale", "--topic", "boots"];
    assert_ne!(home.run(&unknown).code, 0, "a topic that nobody offers is taken");

    // "Who texted me?": the same page for a number nobody wrote to; a code for the one that was.
    let first = browse(&server, "GET", "/who?lang=en", &[], &[]);
    let nonce = value(&first.body, "nonce");
    linger(&server, "/who?lang=en", &nonce);
    let ask = |number: &str| {
        browse(&server, "POST", "/who?lang=en", &[], &[("nonce", nonce.as_str()), ("number", number)])
    };
    let (known, unknown) = (ask(DANA), ask("+972542009999"));
    assert_eq!(
        known.body.replace(DANA, ""),
        unknown.body.replace("+972542009999", ""),
        "a stranger learns something"
    );
    let code = wait_for(&carrier, DANA, 3).pop().unwrap_or_default();
    let code: String = code.chars().take(6).collect();
    let wrong = browse(&server, "POST", "/who/code?lang=en", &[], &[("number", DANA), ("code", "000000")]);
    assert_eq!(wrong.status, 422);
    let right = browse(&server, "POST", "/who/code?lang=en", &[], &[("number", DANA), ("code", &code)]);
    assert!(right.body.contains("Shop") && right.body.contains("You agreed"), "{}", right.body);
    let again = browse(&server, "POST", "/who/code?lang=en", &[], &[("number", DANA), ("code", &code)]);
    assert_eq!(again.status, 422, "a code holds twice");
    let linked = browse(&server, "GET", &format!("/who/{token}?lang=hu"), &[], &[]);
    assert!(linked.status == 200 && linked.body.contains("Ki írt nekem?"), "{}", linked.body);
    assert_eq!(browse(&server, "GET", "/who/11111111111111", &[], &[]).status, 404);
    assert!(texts(&carrier, "+972542009999").is_empty());
    assert_eq!(server.end(), 0);
}

#[test]
fn a_yes_to_one_topic_reaches_its_mailings_alone_and_its_traces_have_an_end() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    for name in ["sales", "events"] {
        staff.post("/contacts/forms/topics", &[("name", name), ("en", name)]);
    }
    let (path, _) = staff.form(&[("topics", "sales"), ("topics", "events")]);
    fill(&server, &path, DANA, &[("topic", "sales")]);
    let link = link_in(&wait_for(&carrier, DANA, 1)[0]);
    let nonce = value(&browse(&server, "GET", &link, &[], &[]).body, "nonce");
    browse(&server, "POST", &link, &[], &[("nonce", &nonce)]);
    let mailing = |name: &str, more: &[&str]| {
        let more = [&["--from", OURS], more].concat();
        let id = home.campaign(name, "Club", "Sale", &more);
        home.json(&["campaigns", "send", &id, "--yes"]);
        until("the mailing is over", SOON, || {
            let report = home.json(&["campaigns", "report", &id]);
            (report["state"] == "completed").then_some(report)
        })
    };
    let other = mailing("About events", &["--topic", "events"]);
    assert_eq!(other["skipped"]["NO_CONSENT"], 1, "another topic: {other}");
    let none = mailing("About nothing", &[]);
    assert_eq!(none["skipped"]["NO_CONSENT"], 1, "everything: {none}");
    let told = mailing("About sales", &["--topic", "sales"]);
    assert!(told["skipped"]["NO_CONSENT"].is_null(), "{told}");
    let got = wait_for(&carrier, DANA, 2);
    assert!(got[1].contains("Sale"), "{got:?}");
    let personal = |home: &Home| proof(home, DANA).to_string();
    assert!(personal(&home).contains("Phone/1"), "{}", personal(&home));
    let kept = staff.post("/compliance/keep", &[("kind", "addresses"), ("days", "1")]);
    assert_eq!(kept.status, 303, "{}", kept.body);
    assert_eq!(server.end(), 0);

    // Days later the address and the browser are gone from the proof, and the chain still holds.
    let server = home.serve_at("2026-11-20T10:00:00+02:00");
    until("the clock of addresses has run", SOON, || (!personal(&home).contains("Phone/1")).then_some(()));
    let record = personal(&home);
    assert!(record.contains("\"grant\"") && !record.contains("\"user_agent\""), "{record}");
    assert_eq!(home.json(&["audit", "verify"])["holds"], true);
    assert_eq!(server.end(), 0);
}
