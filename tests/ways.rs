//! Which way messages go, as people change it, in a real browser against the real program: a rule is written, moved with
//! keys alone, compared with yesterday, published, undone; words on a shared code; what stood on a wire. In both directions
//! of writing, light and dark, wide and narrow; axe and sideways scroll look along.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "browser/harness.rs"]
mod harness;
mod support;

use harness::{Browser, DESK, PHONE, axe_source};
use serde_json::json;
use store::machine::trace::{self, Packet};
use store::{Clock, Db, Options};
use support::{Carrier, Home, Server, free_address};
use thirtyfour::prelude::*;

/// A shop with two carriers, a shared code, prices, and a message of which a packet was seen; gives the public ids of
/// message and carrier.
fn shop(home: &Home) -> (String, String) {
    home.init();
    let nobody = free_address().port();
    home.carrier("hexa", nobody, &[]);
    home.carrier("backup", nobody, &[]);
    home.json(&["senders", "add", "Shop"]);
    home.json(&["numbers", "add", "5050", "--type", "shared"]);
    home.json(&["numbers", "lease", "5050", "CLUB"]);
    let rates = home.file("rates.csv", "972,0.0612\n36,0.09\n");
    home.json(&["rates", "import", "hexa", rates.to_str().expect("a path"), "--currency", "EUR"]);
    home.json(&["routes", "add", "--country", "HU", "--to", "backup", "--name", "Hungary"]);
    home.json(&[
        "routes",
        "add",
        "--class",
        "otp",
        "--from",
        "SHOP*",
        "--to",
        "hexa:3,backup:1",
        "--choose",
        "share",
    ]);
    let sent = home.json(&["send", "--to", "+972501234567", "--text", "שלום, ההזמנה מוכנה"]);
    let id = sent["id"].as_str().expect("an id").to_owned();
    let connector = home.connector("hexa")["id"].as_str().expect("an id").to_owned();
    let named = |kind, id: &str| sms::id::parse(kind, id).expect("a public id");
    let (msg, carrier) = (named(sms::id::kind::MESSAGE, &id), named(sms::id::kind::CONNECTOR, &connector));
    let db = Db::open(&Options { dir: home.data(), url: None, clock: Clock::default() }).expect("the store");
    let written = db.write_blocking("trace", move |tx| {
        let workspace = store::workspace::list(tx)?[0].id;
        trace::watch(tx, carrier, "5012", workspace, "test", 600_000)?;
        let packet = Packet {
            id: 0,
            connector: carrier,
            link: 0,
            at: tx.now(),
            ours: true,
            dialect: "smpp".into(),
            command: "submit_sm".into(),
            status: String::new(),
            seq: 7,
            message: msg,
            fields: " service_type: \n#destination_addr: 972501234567\n\"short_message: שלום (36 octets)\n"
                .into(),
            raw: (0..100).collect(),
        };
        trace::put(tx, carrier, &[packet], &[workspace])
    });
    written.expect("the packet is written");
    db.close();
    (id, connector)
}

struct Looks {
    browser: Browser,
    server: Server,
    axe: String,
    found: Vec<String>,
}

impl Looks {
    async fn goto(&self, path: &str) {
        let address = format!("http://{}{path}", self.server.address);
        self.browser.driver.goto(address).await.expect("the page opens");
    }

    async fn sign_in(&self) {
        self.enter("rivka@shop.example").await;
    }

    async fn enter(&self, who: &str) {
        self.goto("/login").await;
        for (css, text) in [("[name=login]", who), ("[name=password]", "correct horse battery")] {
            self.browser.find(css).await.send_keys(text).await.expect("a field");
        }
        let password = self.browser.find("[name=password]").await;
        password.send_keys(Key::Enter + "").await.expect("a form that is sent");
        self.browser.find("nav.side").await;
    }

    async fn click(&self, css: &str) {
        self.browser.find(css).await.click().await.expect("a button");
    }

    /// Opens a page and looks at it in every light and width.
    async fn look(&mut self, name: &str, path: &str) {
        self.goto(path).await;
        let views =
            [("desk", DESK), ("desk-dark", DESK.dark()), ("phone-dark", PHONE.dark()), ("phone", PHONE)];
        for (how, view) in views {
            self.browser.look(view).await;
            let place = format!("{name}-{how}");
            let wrong = self.browser.axe(&self.axe).await.into_iter().map(|w| format!("{place}: {w}"));
            self.found.extend(wrong);
            let wide = self.browser.sideways().await.into_iter().map(|w| format!("{place}: sideways: {w}"));
            self.found.extend(wide);
            let said = self.browser.complaints().await.into_iter().map(|w| format!("{place}: console: {w}"));
            self.found.extend(said);
            self.browser.shot(&format!("ways-{place}")).await;
        }
        self.browser.look(DESK).await;
    }

    /// The rules as they stand on the page, first connector of each.
    async fn order(&self) -> String {
        let script = "return [...document.querySelectorAll('ol.rules:not(.told) > li')].map((e) => e.querySelector('.rule').innerText.includes('Hungary') ? 'HU' : e.querySelector('.rule').innerText.includes('Israel') ? 'IL' : e.querySelector('.rule').innerText.includes('One-time') ? 'otp' : 'all').join()";
        self.browser.script(script).await.as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn rules_are_written_moved_compared_published_and_undone() {
    let test = "rules_are_written_moved_compared_published_and_undone";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    let made = std::thread::scope(|scope| scope.spawn(|| shop(&home)).join());
    let (message, connector) = made.expect("the shop is made");
    let server = home.serve();
    let mut looks = Looks { browser, server, axe, found: Vec::new() };
    looks.sign_in().await;
    looks.goto("/delivery/routes/new").await;
    looks.browser.find("[name=countries]").await.send_keys("il").await.expect("a field");
    let first = looks.browser.find("#f-to-0 option[value=backup]").await;
    first.click().await.expect("a choice");
    looks.click(".ruleform .btn.primary").await;
    looks.browser.sees("A draft with 1 change").await;
    assert_eq!(looks.order().await, "HU,otp,IL,all", "before the one that fits everything");
    // By keys alone: the button that was pressed keeps the focus, so that it can be pressed again.
    let script = "document.querySelector('ol.rules > li:nth-child(3) form[action$=\"/up\"] button').focus()";
    looks.browser.script(script).await;
    for wanted in ["HU,IL,otp,all", "IL,HU,otp,all"] {
        let focused = looks.browser.driver.active_element().await.expect("something has the focus");
        focused.send_keys(Key::Enter + "").await.expect("a key");
        for _ in 0..100 {
            if looks.order().await == wanted {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(looks.order().await, wanted);
    }
    assert_eq!(
        home.json(&["routes", "explain", "+972501234567"])["to"],
        json!(["hexa"]),
        "a draft decides nothing"
    );
    looks.goto("/delivery/routes?compare=1").await;
    looks.browser.sees("1 of 1 messages would go another way").await;
    for language in ["en", "he"] {
        let cookie = Cookie::new("language", language.to_owned());
        looks.browser.driver.add_cookie(cookie).await.expect("a cookie");
        let asked = "/delivery/routes?compare=1&number=0501234567&text=hello";
        looks.look(&format!("{language}-routes"), asked).await;
        looks.look(&format!("{language}-rule"), "/delivery/routes/new").await;
        looks.look(&format!("{language}-numbers"), "/delivery/numbers?code=5050&text=club+stop").await;
        looks.look(&format!("{language}-connection"), &format!("/delivery/connections/{connector}")).await;
        looks.look(&format!("{language}-trace"), &format!("/messages/{message}/trace")).await;
    }
    let english = Cookie::new("language", "en".to_owned());
    looks.browser.driver.add_cookie(english).await.expect("a cookie");
    looks.goto("/delivery/routes").await;
    looks.click("form[action$='/publish'] button").await;
    looks.browser.sees("New messages go by these rules").await;
    assert_eq!(home.json(&["routes", "explain", "+972501234567"])["to"], json!(["backup"]));
    looks.click("#history form[action$='/restore'] button").await;
    looks.browser.sees("Brought back").await;
    assert_eq!(home.json(&["routes", "explain", "+972501234567"])["to"], json!(["hexa"]));
    as_a_file(&home, &looks).await;
    let Looks { browser, server, found, .. } = looks;
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// The table goes out as a file and comes back: first with faults, then as a draft whose difference is told.
async fn as_a_file(home: &Home, looks: &Looks) {
    let bring = async |name: &str, text: &str| {
        let file = home.file(name, text);
        let input = looks.browser.find("#table-f").await;
        input.send_keys(file.to_str().expect("a plain path")).await.expect("a file is chosen");
        looks.click("form[action$='/table'] button").await;
    };
    let taken =
        "const done = arguments[0]; fetch('/delivery/routes/table.json').then((r) => r.text()).then(done)";
    let taken = looks.browser.driver.execute_async(taken, Vec::new()).await.expect("the file comes");
    let taken: String = taken.convert().expect("text");
    bring(
        "bad.json",
        "[\n  {\"to\": [\"hexa\"],\n   \"countries\": [\"Israel\"]},\n  {\"to\": [\"nobody\"]}\n]",
    )
    .await;
    looks.browser.sees("2 things are wrong in it").await;
    looks.browser.sees("Line 3, rule 1: “Israel” must be the two letters of a country").await;
    looks.browser.sees("Line 4, rule 2: There is no such connection").await;
    assert_eq!(looks.order().await, "HU,otp,all", "what is in force stays, and there is no draft");
    let new = "{\"name\": \"Ukraine\", \"countries\": [\"UA\"], \"to\": [\"backup\"]},";
    bring("good.json", &taken.replacen('[', &format!("[{new}"), 1)).await;
    looks.browser.sees("A draft with 1 change").await;
    looks.browser.sees("What changes, rule by rule").await;
    let steps = "return [...document.querySelectorAll('#draft .rules li')].map((e) => e.innerText).join('|')";
    let steps = looks.browser.script(steps).await;
    let steps = steps.as_str().unwrap_or_default();
    assert!(steps.contains("Ukraine") && steps.contains("New") && !steps.contains('|'), "{steps}");
    looks.click("form[action$='/discard'] button").await;
    looks.browser.sees("In force").await;
}

/// Two workspaces, and a carrier that both receive by.
fn two_shops(home: &Home) -> Carrier {
    home.init();
    let carrier = Carrier::start();
    home.carrier("hexa", carrier.port(), &[]);
    let password = home.file("second", "correct horse battery\n");
    let password = password.to_str().expect("a plain path");
    let owner = ["--owner-email", "noa@club.example", "--owner-password-file", password];
    home.json(&[&["init", "--workspace", "Club", "--country", "IL"], &owner[..]].concat());
    carrier
}

#[tokio::test]
async fn a_shared_code_is_used_by_two_who_never_see_one_another() {
    let test = "a_shared_code_is_used_by_two_who_never_see_one_another";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    let (carrier, server) = std::thread::scope(|scope| {
        scope.spawn(|| (two_shops(&home), home.serve())).join().expect("the shops are made")
    });
    let mut looks = Looks { browser, server, axe, found: Vec::new() };
    looks.sign_in().await;
    looks.goto("/delivery/numbers").await;
    let number = looks.browser.find("#n-n, form[action='/delivery/numbers'] [name=number]").await;
    number.send_keys("5050").await.expect("a field");
    looks.click("form[action='/delivery/numbers'] option[value=shared]").await;
    looks.click("form[action='/delivery/numbers'] .btn").await;
    for (word, says) in [
        ("CLUB", "Running"),
        ("STOP", "a word by which people refuse or ask for help"),
        ("STOР", "a word by which people refuse or ask for help"), // its last letter is Cyrillic
        ("\u{421}LUB", "This word, or one that looks like it, is taken"), // its first one is
    ] {
        let field = looks.browser.find("form[action='/delivery/leases'] [name=word]").await;
        field.send_keys(word).await.expect("a field");
        looks.click("form[action='/delivery/leases'] .btn").await;
        looks.browser.sees(says).await;
    }
    home.json(&["numbers", "lease", "5050", "TERN", "--for", "Club", "--workspace", "Shop"]);
    for (from, text) in [
        ("+972501111111", "club מתי נפתח?"),
        ("+972502222222", "tern hello"),
        ("+972503333333", "who is this"),
    ] {
        carrier.phone(from).post(text, "5050").expect("the carrier takes it");
    }
    // The holder has its own word and what begins with none; of the other it sees that a word is taken, not whose.
    arrives(&looks, "who is this").await;
    let inbox = arrives(&looks, "מתי נפתח?").await;
    assert!(!inbox.contains("tern hello"), "{inbox}");
    looks.goto("/delivery/numbers?code=5050&text=tern+hello").await;
    looks.browser.sees("Another workspace").await;
    let page = looks.browser.script("return document.body.innerText").await.to_string();
    assert!(!page.contains("Club"), "{page}");
    looks.browser.driver.delete_all_cookies().await.expect("nobody is signed in");
    looks.enter("noa@club.example").await;
    let inbox = arrives(&looks, "tern hello").await;
    assert!(!inbox.contains("נפתח") && !inbox.contains("who is this"), "{inbox}");
    looks.look("en-other-numbers", "/delivery/numbers").await;
    let page = looks.browser.script("return document.body.innerText").await.to_string();
    assert!(page.contains("TERN") && !page.contains("CLUB") && !page.contains("Shop"), "{page}");
    let Looks { browser, server, found, .. } = looks;
    browser.driver.goto("about:blank").await.expect("an empty page"); // no page asks a server that has ended
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    std::thread::scope(|scope| scope.spawn(|| drop(carrier)).join().expect("the carrier ends"));
}

/// The inbox once these words are in it.
async fn arrives(looks: &Looks, words: &str) -> String {
    for _ in 0..240 {
        looks.goto("/inbox").await;
        let text = looks.browser.script("return document.body.innerText").await;
        if let Some(text) = text.as_str().filter(|text| text.contains(words)) {
            return text.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    panic!("«{words}» never came into the inbox");
}
