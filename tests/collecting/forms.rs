//! Forms: who is asked, what a flood costs, what a refusal in between does.

use super::*;

#[test]
fn a_form_asks_the_number_and_c14_nothing_is_advertised_before_its_yes() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    let (path, _) = staff.form(&[]);

    // The page: light, no script, no cookie, the box unticked, in the language of the browser.
    let page = browse(&server, "GET", &path, &["Accept-Language: he"], &[]);
    assert!(page.body.contains("dir=\"rtl\"") && page.body.contains("הצטרפות"), "{}", page.body);
    assert!(!page.body.contains("<script") && !page.body.contains(" checked"), "{}", page.body);
    assert!(!page.head.to_lowercase().contains("set-cookie"), "{}", page.head);
    assert!(page.body.len() < 12 * 1024, "{} octets", page.body.len());

    // Unticked, without a number, another country's: told at the field, and nothing is sent.
    let wrong = fill(&server, &path, "12", &[("agreed", ""), ("a-first_name", "Dana")]);
    assert_eq!(wrong.status, 422);
    for says in ["tick the box", "no mobile number", "value=\"Dana\""] {
        assert!(wrong.body.contains(says), "{says}: {}", wrong.body);
    }
    let abroad = fill(&server, &path, "+36201234567", &[]);
    assert!(abroad.body.contains("Numbers of this country"), "{}", abroad.body);

    // A person: the number as people write it, an SMS that asks, a page that waits, a word that confirms.
    let thanks = fill(&server, &path, "054-200-0001", &[("a-first_name", "Dana")]);
    assert!(thanks.status == 200 && thanks.body.contains("Thank you"), "{}", thanks.body);
    let asked = wait_for(&carrier, DANA, 1);
    assert!(asked[0].contains("YES") && asked[0].contains("/c/"), "{asked:?}");
    let before = home.run(&["send", "--to", DANA, "--text", "Sale", "--class", "marketing", "--json"]);
    assert!(before.err.contains("NO_CONSENT") || before.out.contains("NO_CONSENT"), "{before:?}");

    // The link: looking changes nothing, a post without its nonce neither.
    let link = link_in(&asked[0]);
    let look = browse(&server, "GET", &link, &[], &[]);
    assert!(look.status == 200 && look.body.contains("Yes, I want them"), "{}", look.body);
    let bare = browse(&server, "POST", &link, &[], &[]);
    assert!(bare.body.contains("Yes, I want them"), "{}", bare.body);
    assert!(
        home.json(&["contacts", "list"]).to_string().matches("+9725420").count() < 2,
        "somebody is on the list"
    );

    carrier.phone(DANA).post("Yes!", OURS).expect("the message is taken");
    let said = wait_for(&carrier, DANA, 2);
    assert!(said[1].contains("on the list") && said[1].contains("STOP"), "{said:?}");
    let record = proof(&home, DANA).to_string();
    for fact in [
        "I agree that Shop sends me offers by SMS. STOP ends it.",
        "form_sha256",
        "version 1",
        "double_optin",
        "\"via\":\"reply\"",
        "Phone/1",
        "127.0.0.1",
        "box_was_ticked_before\":false",
        "/f/",
        "wording_sha256",
    ] {
        assert!(record.contains(fact), "{fact} is not in the proof: {record}");
    }
    let done = browse(&server, "GET", &link, &[], &[]);
    assert!(done.body.contains("You are on the list"), "{}", done.body);

    // The words that were frozen stay what they were.
    assert_eq!(server.end(), 0);
}

#[test]
fn a_flood_costs_nobody_an_sms_and_tells_a_stranger_nothing() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    let (path, _) = staff.form(&[]);

    // The one true request of this number today.
    let first = fill(&server, &path, DANA, &[]);
    wait_for(&carrier, DANA, 1);

    // A replay, and the same number again: the same words to whoever asks, and no second SMS.
    let page = browse(&server, "GET", &path, &[], &[]);
    let nonce = value(&page.body, "nonce");
    let quick = browse(&server, "POST", &path, &[], &[("nonce", &nonce), ("number", AVI), ("agreed", "yes")]);
    assert_eq!(quick.status, 422, "quicker than a person: {}", quick.body);
    let again = fill(&server, &path, DANA, &[]);
    assert_eq!(
        (again.status, &again.body),
        (first.status, &first.body),
        "a stranger sees that the number is known"
    );

    // Robots: the trap, no nonce, a foreign one, a broken one, far too much.
    let trapped = fill(&server, &path, AVI, &[("website", "http://spam.example")]);
    assert_eq!(trapped.body, first.body);
    let bare = browse(&server, "POST", &path, &[], &[("number", AVI), ("agreed", "yes")]);
    assert!(bare.status == 200 && bare.body.contains(&format!("value=\"{AVI}\"")), "{}", bare.body);
    assert!(!bare.body.contains(" checked"));
    let long = "9".repeat(4_000);
    for (name, bad) in [("nonce", "a.b.c"), ("nonce", "<script>alert(1)</script>"), ("number", &long)] {
        let form = [("nonce", nonce.as_str()), ("number", AVI), ("agreed", "yes"), (name, bad)];
        let page = browse(&server, "POST", &path, &[], &form);
        assert_eq!(page.status, 422, "{name}");
        assert!(!page.body.contains("<script>"), "{}", page.body);
    }
    let huge = raw(&server, "POST", &path, &[], &format!("number={}", "1".repeat(100_000)));
    assert!(huge.status == 400 || huge.status == 413 || huge.status == 0, "{}", huge.status);
    for name in ["<b>Dana</b>", "see http://evil.example", "evil.example/x", "Da\u{202e}na{{x}}"] {
        let page = fill(&server, &path, AVI, &[("a-first_name", name)]);
        assert_eq!(page.status, 422, "{name} is a name");
        assert!(!page.body.contains("<b>Dana"), "{}", page.body);
    }

    // Many honest-looking posts from one address: it runs dry, and each number was asked once at the most.
    let mut later = 0;
    for n in 0..10 {
        let number = format!("+97254300{n:02}01");
        let page = fill(&server, &path, &number, &[]);
        later += i32::from(page.status == 429);
    }
    assert!(later >= 3, "an address may ask for ever");
    let asked = until("what was asked has left", SOON, || {
        let all = home.json(&["messages", "list"]);
        let open = all.as_array()?.iter().any(|m| m["status"] == "queued");
        (!open).then(|| all.as_array().map_or(0, Vec::len))
    });
    assert!(asked <= 8, "{asked} SMS were sent for one address");
    assert!(texts(&carrier, AVI).is_empty(), "a robot cost somebody an SMS");
    assert_eq!(texts(&carrier, DANA).len(), 1);
    assert_eq!(server.end(), 0);
}

#[test]
fn a_refusal_in_between_wins_a_week_is_the_end_and_words_by_sms_join() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    let (path, place) = staff.form(&[]);
    let id = place.rsplit('/').next().expect("an id").to_owned();

    // Asked, refused, then the old link: nothing.
    fill(&server, &path, DANA, &[]);
    let asked = wait_for(&carrier, DANA, 1);
    let link = link_in(&asked[0]);
    let nonce = value(&browse(&server, "GET", &link, &[], &[]).body, "nonce");
    carrier.phone(DANA).post("STOP", OURS).expect("taken");
    wait_for(&carrier, DANA, 2);
    let late = browse(&server, "POST", &link, &[], &[("nonce", &nonce)]);
    assert!(late.body.contains("This request is over"), "{}", late.body);
    let record = proof(&home, DANA).to_string();
    assert!(record.contains("\"refuse\"") && !record.contains("\"grant\""), "{record}");

    // Words: reserved ones are refused, one that joins does, and its wording is the form's.
    for reserved in ["STOP", "הסר", "HELP", "yes"] {
        let page = staff.post("/contacts/forms/words", &[("form", &id), ("number", ""), ("word", reserved)]);
        assert_eq!(page.status, 422, "{reserved} is taken for a word that joins");
    }
    let page = staff.post("/contacts/forms/words", &[("form", &id), ("number", ""), ("word", "Sale")]);
    assert_eq!(page.status, 303, "{}", page.body);
    carrier.phone(AVI).post("sale!", OURS).expect("taken");
    let said = wait_for(&carrier, AVI, 1);
    assert!(said[0].contains("on the list"), "{said:?}");
    let record = proof(&home, AVI).to_string();
    assert!(
        record.contains("mo_keyword") && record.contains("service_number") && record.contains("inb_"),
        "{record}"
    );

    // Asked and never answered.
    let other = "+972543000001";
    fill(&server, &path, other, &[]);
    let asked = wait_for(&carrier, other, 1);
    let link = link_in(&asked[0]);
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-24T10:05:00+02:00");
    let over = until("the request lapses", SOON, || {
        let page = browse(&server, "GET", &link, &[], &[]);
        page.body.contains("This request is over").then_some(page)
    });
    assert!(!over.body.contains("<button"), "{}", over.body);
    carrier.phone(other).post("YES", OURS).expect("taken");
    let staff = Staff::signed_in(&server);
    until("the late yes came in", SOON, || staff.get("/inbox").body.contains("YES").then_some(()));
    let record = proof(&home, other).to_string();
    assert!(!record.contains("\"grant\""), "a yes after a week counts: {record}");
    assert_eq!(server.end(), 0);
}

#[test]
fn behind_a_proxy_that_is_trusted_visitors_are_counted_one_by_one() {
    let (home, _carrier) = shop();
    std::fs::write(home.data().join("sendword.toml"), "trusted_proxies = [\"127.0.0.1\"]\n").expect("a file");
    let server = home.serve_at(TUESDAY);
    let (path, _) = Staff::signed_in(&server).form(&[]);
    let nonces: Vec<String> =
        (0..10).map(|_| value(&browse(&server, "GET", &path, &[], &[]).body, "nonce")).collect();
    linger(&server, &path, nonces.last().expect("one"));
    let post = |n: usize, from: &str| {
        let number = format!("+97254{:02}00001", 30 + n);
        let form =
            [("nonce", nonces[n].as_str()), ("language", "en"), ("number", &number), ("agreed", "yes")];
        browse(&server, "POST", &path, &[&format!("X-Forwarded-For: 198.51.100.1, {from}")], &form).status
    };
    for n in 0..9 {
        assert_eq!(post(n, &format!("203.0.113.{n}")), 200, "visitor {n} pays for the others");
    }
    assert_eq!(post(9, "not an address"), 200, "what is no address is the proxy's own");
    assert_eq!(server.end(), 0);
}
