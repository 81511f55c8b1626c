//! Collecting through the product: a form that strangers, robots and people fill in over plain HTTP, a phone that says
//! yes, a word by SMS. The clock is set, the law is kept, the carrier is on this machine.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "browser/harness.rs"]
mod harness;
mod support;

use harness::{Browser, DESK, PHONE, axe_source};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Carrier, Home, Page, Server, Staff, browse, raw, until, value};
use thirtyfour::prelude::*;

const SOON: Duration = Duration::from_secs(60);
const TUESDAY: &str = "2026-11-17T10:00:00+02:00";
const OURS: &str = "+972541110000";
const DANA: &str = "+972542000001";
const AVI: &str = "+972542000002";

impl Staff<'_> {
    /// A published form; gives its address and the place of its page.
    fn form(&self, more: &[(&str, &str)]) -> (String, String) {
        self.publish("/contacts/forms/new", more)
    }

    /// Publishes a form at its place: a new one, or its next version.
    fn publish(&self, at: &str, more: &[(&str, &str)]) -> (String, String) {
        let blank = self.get("/contacts/forms/new").body;
        let list =
            blank.split("value=\"lst_").nth(1).and_then(|r| r.split('"').next()).map(|l| format!("lst_{l}"));
        let list = list.expect("a list to join");
        let mut form = vec![
            ("name", "At the till"),
            ("list", list.as_str()),
            ("sender", OURS),
            ("countries", "IL"),
            ("languages", "en"),
            ("languages", "he"),
            ("languages", "ru"),
            ("double", "yes"),
            ("q0-name", "first_name"),
            ("title-en", "Join Shop"),
            ("title-he", "הצטרפות"),
            ("title-ru", "Запись"),
            ("wording-en", "I agree that Shop sends me offers by SMS. STOP ends it."),
            ("wording-he", "אני מסכים לקבל הצעות מהחנות במסרון. הסר מפסיק."),
            ("wording-ru", "Я согласен получать предложения магазина. СТОП прекращает."),
            ("do", "publish"),
        ];
        form.retain(|(name, _)| !more.iter().any(|(m, _)| m == name));
        form.extend(more);
        let page = self.post(at, &form);
        assert_eq!(page.status, 303, "{}", page.body);
        let place = page.head.lines().find_map(|l| l.strip_prefix("location: ")).expect("a place").to_owned();
        let shown = self.get(&place).body;
        let slug =
            shown.split("/f/").nth(1).map(|r| r.chars().take_while(char::is_ascii_alphanumeric).collect());
        let slug: String = slug.unwrap_or_else(|| panic!("no address on {shown}"));
        (format!("/f/{slug}"), place)
    }
}

/// One thing asked of the server as a script does it; the answer as JSON.
fn script(server: &Server, method: &str, path: &str, headers: &[&str], body: &str) -> (u16, String, Value) {
    let page = raw(server, method, path, headers, body);
    let start = page.body.find(['{', '[']).unwrap_or(page.body.len());
    let end = page.body.rfind(['}', ']']).map_or(start, |at| at + 1);
    let value = serde_json::from_str(page.body.get(start..end).unwrap_or_default()).unwrap_or_default();
    (page.status, page.head, value)
}

fn link_in(text: &str) -> String {
    let token = text.split("/c/").nth(1).and_then(|rest| rest.split(' ').next());
    format!("/c/{}", token.unwrap_or_else(|| panic!("no link in {text}")))
}

fn shop() -> (Home, Carrier) {
    let (home, carrier) = (Home::lawful(), Carrier::start());
    home.init();
    home.carrier("carrier", carrier.port(), &[]);
    home.json(&["numbers", "add", OURS]);
    home.import(&home.file("people.csv", "name,phone\nNoa,+972542000009\n"), "Club");
    (home, carrier)
}

/// Fills a form in as a person does: reads it, takes a while, sends it.
fn fill(server: &Server, path: &str, number: &str, more: &[(&str, &str)]) -> Page {
    let page = browse(server, "GET", path, &[], &[]);
    assert_eq!(page.status, 200, "{}", page.body);
    let nonce = value(&page.body, "nonce");
    std::thread::sleep(Duration::from_millis(2_100)); // what no person undercuts
    let mut form = vec![("nonce", nonce.as_str()), ("language", "en"), ("number", number), ("agreed", "yes")];
    form.retain(|(name, _)| !more.iter().any(|(m, _)| m == name));
    form.extend(more);
    browse(server, "POST", path, &["User-Agent: Phone/1"], &form)
}

fn texts(carrier: &Carrier, number: &str) -> Vec<String> {
    carrier.phone(number).inbox().into_iter().map(|shown| shown.text).collect()
}

fn wait_for(carrier: &Carrier, number: &str, n: usize) -> Vec<String> {
    until(&format!("{n} texts reach {number}"), SOON, || {
        let all = texts(carrier, number);
        (all.len() >= n).then_some(all)
    })
}

fn proof(home: &Home, number: &str) -> Value {
    home.json(&["proof", number])
}

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
    std::thread::sleep(Duration::from_millis(2_100)); // what no person undercuts
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
fn tablets_and_other_sites_are_known_or_refused() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    let (path, place) = staff.form(&[("sites", "https://www.shop.example")]);

    // A site the form names gets it and may read the answer; another gets nothing.
    let embed = format!("{path}/embed?lang=he");
    let (status, head, open) = script(&server, "GET", &embed, &["Origin: https://www.shop.example"], "");
    assert!(
        status == 200 && head.contains("access-control-allow-origin: https://www.shop.example"),
        "{head}"
    );
    assert_eq!(open["dir"], "rtl");
    for origin in ["Origin: https://evil.example", "Origin: null", "X: y"] {
        let (status, head, _) = script(&server, "GET", &embed, &[origin], "");
        assert!(status == 403 && !head.contains("access-control-allow"), "{origin}: {head}");
    }
    let nonce = open["nonce"].as_str().expect("a nonce");
    std::thread::sleep(Duration::from_millis(2_100)); // what no person undercuts
    let body = format!(
        "nonce={nonce}&language=he&number=0542000001&agreed=yes&page=https%3A%2F%2Fwww.shop.example%2Fjoin"
    );
    let (_, _, said) =
        script(&server, "POST", &format!("{path}/embed"), &["Origin: https://evil.example"], &body);
    assert_eq!(said["outcome"], "gone");
    let (_, _, said) =
        script(&server, "POST", &format!("{path}/embed"), &["Origin: https://www.shop.example"], &body);
    assert_eq!(said["outcome"], "thanks", "{said}");
    let asked = wait_for(&carrier, DANA, 1);
    assert!(asked[0].contains("כן"), "{asked:?}");
    carrier.phone(DANA).post("כן", OURS).expect("taken");
    wait_for(&carrier, DANA, 2);
    assert!(
        proof(&home, DANA).to_string().contains("https://www.shop.example/join (https://www.shop.example)")
    );

    // A tablet: a code once, a secret from then on, each entry once, and what was agreed to is the version shown.
    let page = staff.post(&format!("{place}/tills"), &[("till", "Till 1")]);
    let code = page
        .body
        .split("class=\"mono\">")
        .nth(1)
        .and_then(|r| r.split('<').next())
        .expect("a code")
        .to_owned();
    let pair = |code: &str| script(&server, "POST", "/k/pair", &[], &json!({"code": code}).to_string());
    assert_eq!(pair("1111111").0, 401);
    let (status, _, paired) = pair(&code);
    assert_eq!(status, 200, "{code}");
    assert_eq!(pair(&code).0, 401, "a code pairs twice");
    let key = format!("Authorization: Bearer {}", paired["secret"].as_str().expect("a secret"));
    let (_, _, forms) = script(&server, "GET", "/k/form", &[&key], "");
    assert_eq!(forms.as_array().map(Vec::len), Some(3), "{forms}");
    let now = 1_794_902_400_000_i64; // that Tuesday, by the tablet's clock
    let entry = |key_of: &str, number: &str, version: i64| {
        json!({"key": key_of, "typed_at": now, "version": version, "language": "en", "number": number, "agreed": true,
               "answers": {"first_name": "Avi"}, "topics": []})
        .to_string()
    };
    for _ in 0..3 {
        let (status, _, said) = script(&server, "POST", "/k/entry", &[&key], &entry("entry-0001", AVI, 1));
        assert_eq!((status, &said["outcome"]), (200, &json!("thanks")), "{said}");
    }
    wait_for(&carrier, AVI, 1);
    for (bad, outcome) in [
        (entry("short", DANA, 1), "again"),
        (entry("entry-0002", "5", 1), "again"),
        (entry("entry-0003", "0543000003", 7), "again"),
    ] {
        let (_, _, said) = script(&server, "POST", "/k/entry", &[&key], &bad);
        assert_eq!(said["outcome"], outcome, "{bad}");
    }
    carrier.phone(AVI).post("YES", OURS).expect("taken");
    wait_for(&carrier, AVI, 2);
    let record = proof(&home, AVI).to_string();
    assert!(record.contains("pos_tablet") && record.contains("till: Till 1"), "{record}");
    assert_eq!(texts(&carrier, AVI).len(), 2, "an entry sent three times asked more than once");
    let shown = staff.get(&place).body;
    let end = shown.split("/tills/").nth(1).and_then(|r| r.split('/').next()).expect("a tablet").to_owned();
    assert_eq!(staff.post(&format!("{place}/tills/{end}/end"), &[]).status, 303);
    assert_eq!(script(&server, "GET", "/k/form", &[&key], "").0, 401, "an unpaired tablet still works");
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn the_pages_of_collecting_are_looked_at_and_a_tablet_works_without_a_connection() {
    let test = "the_pages_of_collecting_are_looked_at_and_a_tablet_works_without_a_connection";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let (home, carrier) = std::thread::scope(|s| s.spawn(shop).join()).expect("a shop");
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    staff.post("/contacts/forms/topics", &[("name", "sales"), ("he", "מבצעים"), ("ru", "Скидки")]);
    let (path, place) = staff.form(&[
        ("topics", "sales"),
        ("q1-name", "city"),
        ("q1-kind", "choice"),
        ("q1-choices", "Haifa, Akko"),
    ]);
    let id = place.rsplit('/').next().expect("an id").to_owned();
    staff.post("/contacts/forms/words", &[("form", &id), ("number", ""), ("word", "SALE")]);
    let at = |path: &str| format!("http://{}{path}", server.address);
    let mut found: Vec<String> = Vec::new();
    let look = async |name: &str, path: &str, found: &mut Vec<String>| {
        browser.driver.goto(at(path)).await.expect("the page opens");
        for (how, view) in [("desk", DESK), ("phone-dark", PHONE.dark()), ("phone", PHONE)] {
            browser.look(view).await;
            let said =
                |w: Vec<String>| w.into_iter().map(|w| format!("{name}-{how}: {w}")).collect::<Vec<_>>();
            found.extend(said(browser.axe(&axe).await));
            found.extend(said(browser.sideways().await));
            found.extend(said(browser.complaints().await));
            browser.shot(&format!("collecting-{name}-{how}")).await;
        }
        browser.look(DESK).await;
    };
    for language in ["en", "he", "ru"] {
        look(&format!("{language}-form"), &format!("{path}?lang={language}"), &mut found).await;
        look(&format!("{language}-who"), &format!("/who?lang={language}"), &mut found).await;
    }
    browser.driver.goto(at("/login")).await.expect("the page opens");
    let session = staff.cookie.trim_start_matches("Cookie: sendword=").to_owned();
    browser.driver.add_cookie(Cookie::new("sendword", session)).await.expect("a cookie");
    for language in ["en", "he"] {
        browser.driver.add_cookie(Cookie::new("language", language.to_owned())).await.expect("a cookie");
        look(&format!("{language}-forms"), "/contacts/forms", &mut found).await;
        look(&format!("{language}-edit"), &place, &mut found).await;
        look(&format!("{language}-poster"), &format!("{place}/poster?lang={language}"), &mut found).await;
    }

    // The tablet, with a connection, without one, and started anew without one.
    let page = staff.post(&format!("{place}/tills"), &[("till", "Till 1")]);
    let code = page
        .body
        .split("class=\"mono\">")
        .nth(1)
        .and_then(|r| r.split('<').next())
        .expect("a code")
        .to_owned();
    browser.driver.goto(at("/k/")).await.expect("the page opens");
    browser.find("#code").await.send_keys(&code).await.expect("a field");
    browser.find("form button").await.click().await.expect("a button");
    browser.find("#number").await;
    let ready = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.ready.then(() => caches.open('kiosk-1')).then((s) => s.keys()).then((k) => done(k.length));";
    let kept = browser.driver.execute_async(ready, Vec::new()).await.expect("a worker");
    assert!(kept.json().as_i64().unwrap_or_default() >= 3, "{:?}", kept.json());
    found.extend(browser.axe(&axe).await.into_iter().map(|w| format!("kiosk: {w}")));
    browser.shot("collecting-kiosk").await;
    let network = async |offline: bool| {
        let how = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        browser.driver.cdp().send_raw("Network.enable", json!({})).await.expect("a network");
        browser.driver.cdp().send_raw("Network.emulateNetworkConditions", how).await.expect("a network");
    };
    network(true).await;
    browser.find("#number").await.send_keys("0542000001").await.expect("a field");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("Thank you").await;
    let waiting = "return JSON.parse(localStorage.getItem('kiosk-queue') || '[]').length";
    assert_eq!(browser.script(waiting).await, 1);
    browser.find(".card button").await.click().await.expect("a button");
    browser.find("#number").await;
    let left = browser
        .script(
            "return document.querySelector('#number').value + document.body.innerText.includes('0542000001')",
        )
        .await;
    assert_eq!(left, "false", "an earlier entry shows");
    browser.complaints().await; // a browser says on its console that there is no connection
    network(false).await;
    browser.script("dispatchEvent(new Event('online'))").await;
    let asked = wait_for(&carrier, DANA, 1);
    assert!(asked[0].contains("/c/"), "{asked:?}");
    let end = std::time::Instant::now() + SOON;
    while browser.script(waiting).await != 0 {
        assert!(std::time::Instant::now() < end, "what was sent stays on the tablet");
    }

    // Who mistypes a number still stands there: it is said at once, and what was typed stays.
    browser.find("#number").await.send_keys("5").await.expect("a field");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("This is no mobile number").await;
    found.extend(browser.axe(&axe).await.into_iter().map(|w| format!("kiosk, a wrong number: {w}")));
    browser.shot("collecting-kiosk-wrong").await;
    // Published anew under their hands: they read the new words and agree to them, or nobody does.
    let wording = ("wording-en", "I agree that Shop sends me two offers a month by SMS. STOP ends it.");
    staff.publish(&place, &[("topics", "sales"), wording]);
    browser.find("#number").await.clear().await.expect("a field");
    browser.find("#number").await.send_keys("0542000002").await.expect("a field");
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("The form was changed meanwhile").await;
    browser.sees("two offers a month").await;
    let stands = "return document.querySelector('#number').value + document.querySelector('#agreed').checked";
    assert_eq!(browser.script(stands).await, "0542000002false");
    assert_eq!(browser.script(waiting).await, 0, "a refused entry waits to be sent again");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("Thank you").await;
    wait_for(&carrier, AVI, 1);
    assert!(found.is_empty(), "{}", found.join("\n"));
    browser.driver.goto("about:blank").await.expect("an empty page");
    browser.quit().await;
    assert_eq!(server.end(), 0);
    // The carrier has threads of its own, which a task must not wait for.
    std::thread::spawn(move || drop((carrier, home))).join().expect("the carrier ends");
}
